//! I17: a tenant's rows are reachable only through its own transactions.

use anyhow::Result;
use domain::ids::CompanyId;
use sqlx::{PgConnection, Row};
use store::Actor;
use store::snapshot::account_snapshot;
use tests::World;

/// Tables that belong to nobody in particular.
const SHARED: [&str; 9] = [
    "_sqlx_migrations",
    "backup_history",
    "currencies",
    "daemons",
    "data_retention_policies",
    "feature_flags",
    "holidays",
    "personal_data_fields",
    "reference_rates",
];

/// One name per row.
async fn names(world: &World, sql: &'static str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(sql).bind(SHARED.map(str::to_owned).to_vec()).fetch_all(&world.admin).await?)
}

#[tokio::test]
async fn every_tenant_table_is_behind_forced_row_level_security() -> Result<()> {
    let world = World::new().await?;
    let open = names(
        &world,
        "SELECT c.relname::text FROM pg_class c
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> ALL ($1)
            AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                     AND (c.relispartition OR EXISTS (SELECT 1 FROM pg_policies p WHERE p.tablename = c.relname
                          AND 'dunningd_app' = ANY (p.roles) AND p.cmd = 'ALL'
                          AND p.qual ~ 'current_company' AND p.with_check ~ 'current_company')))",
    )
    .await?;
    assert_eq!(open, Vec::<String>::new());
    // The look must see something, or it is blind.
    let seen = world.count("SELECT count(*) FROM pg_policies WHERE policyname = 'tenant'").await?;
    assert!(seen > 30, "{seen}");
    world.finish().await
}

#[tokio::test]
async fn no_policy_lets_the_app_see_more_than_its_tenant() -> Result<()> {
    let world = World::new().await?;
    let wide: Vec<String> = sqlx::query_scalar(
        "SELECT tablename || '.' || policyname FROM pg_policies
          WHERE ('dunningd_app' = ANY (roles) OR 'public' = ANY (roles))
            AND NOT (coalesce(qual, 'current_company') ~ 'current_company'
                     AND coalesce(with_check, 'current_company') ~ 'current_company')",
    )
    .fetch_all(&world.admin)
    .await?;
    assert_eq!(wide, Vec::<String>::new());
    world.finish().await
}

#[tokio::test]
async fn the_tenant_is_part_of_every_key_and_reference() -> Result<()> {
    let world = World::new().await?;
    let loose = names(
        &world,
        "SELECT c.relname::text FROM pg_class c
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND c.relname <> ALL ($1) AND c.relname <> 'companies'
            AND NOT EXISTS (SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
                             WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'company_id' AND a.attnotnull)",
    )
    .await?;
    assert_eq!(loose, Vec::<String>::new(), "primary keys without the tenant");
    let unique = names(
        &world,
        "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
          WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
            AND c.relname <> ALL ($1) AND c.relname <> 'companies'
            AND NOT EXISTS (SELECT 1 FROM pg_attribute a
                             WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND a.attname = 'company_id')",
    )
    .await?;
    assert_eq!(unique, Vec::<String>::new(), "unique keys without the tenant");
    let references = names(
        &world,
        "SELECT k.conrelid::regclass || '.' || k.conname FROM pg_constraint k
          JOIN pg_class f ON f.oid = k.confrelid
         WHERE k.contype = 'f' AND f.relnamespace = 'public'::regnamespace AND k.conparentid = 0
           AND f.relname <> ALL ($1)
           AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                            AND a.attname = 'company_id')",
    )
    .await?;
    assert_eq!(references, Vec::<String>::new(), "foreign keys without the tenant");
    world.finish().await
}

#[tokio::test]
async fn the_app_owns_nothing_and_cannot_step_around() -> Result<()> {
    let world = World::new().await?;
    let rights = world
        .count(
            "SELECT count(*) FROM pg_roles
              WHERE rolname IN ('dunningd_app', 'dunningd_claims', 'dunningd_owner')
                AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole OR rolcreatedb)",
        )
        .await?;
    assert_eq!(rights, 0);
    let owned = world
        .count(
            "SELECT count(*) FROM pg_class WHERE relowner = 'dunningd_app'::regrole AND relnamespace = 'public'::regnamespace",
        )
        .await?;
    assert_eq!(owned, 0);
    let too_much = world
        .count(
            "SELECT count(*) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND has_table_privilege('dunningd_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER')",
        )
        .await?;
    assert_eq!(too_much, 0, "these are not subject to row-level security");
    let by_partition = world
        .count(
            "SELECT count(*) FROM pg_class c WHERE c.relispartition AND c.relkind = 'r'
                AND c.relnamespace = 'public'::regnamespace
                AND has_table_privilege('dunningd_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')",
        )
        .await?;
    assert_eq!(by_partition, 0, "a partition asked by its own name has no policy of its parent");
    let audit = world
        .count(
            "SELECT has_table_privilege('dunningd_app', 'audit_logs', 'INSERT, UPDATE, DELETE')::int::bigint",
        )
        .await?;
    assert_eq!(audit, 0, "the audit trail is written by triggers only");
    world.finish().await
}

/// A connection as the daemon's role, with a tenant set or not.
async fn as_app(world: &World, company: Option<CompanyId>) -> Result<PgConnection> {
    use sqlx::Connection;
    let mut conn = PgConnection::connect(&world.url).await?;
    sqlx::raw_sql("SET ROLE dunningd_app").execute(&mut conn).await?;
    if let Some(company) = company {
        sqlx::query("SELECT set_config('app.current_company_id', $1, false)")
            .bind(company.to_string())
            .execute(&mut conn)
            .await?;
    }
    Ok(conn)
}

#[tokio::test]
async fn another_tenants_rows_cannot_be_read_changed_or_pointed_to() -> Result<()> {
    let world = World::new().await?;
    let (ours, theirs) = (world.company("ours").await?, world.company("theirs").await?);
    let victim = theirs.customer("Victim").await?;
    let invoice = theirs.invoice(&victim, "100", 10).await?;
    theirs.conversation(&invoice).await?;
    theirs.pay(&invoice, "10").await?;

    let mut app = as_app(&world, Some(ours.id)).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT tablename::text FROM pg_policies WHERE policyname = 'tenant' AND tablename <> 'companies'",
    )
    .fetch_all(&world.admin)
    .await?;
    let mut filled = 0;
    for table in tables {
        let count =
            |what: &str| sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE company_id {what}"));
        let there: i64 =
            sqlx::query_scalar(count("= $1")).bind(theirs.id.uuid()).fetch_one(&world.admin).await?;
        filled += i64::from(there > 0);
        let seen: i64 = sqlx::query_scalar(count("= $1")).bind(theirs.id.uuid()).fetch_one(&mut app).await?;
        assert_eq!(seen, 0, "{table}");
    }
    assert!(filled >= 8, "the test must have rows to look for, found them in {filled} tables");

    let changed = sqlx::query("UPDATE invoices SET due_date = due_date + 1 WHERE id = $1")
        .bind(invoice.id.uuid())
        .execute(&mut app)
        .await?;
    assert_eq!(changed.rows_affected(), 0);
    // Writing under another tenant's id is refused by the policy …
    let forged = sqlx::query("INSERT INTO customers (company_id, name) VALUES ($1, 'forged')")
        .bind(theirs.id.uuid())
        .execute(&mut app)
        .await
        .unwrap_err();
    assert_eq!(forged.as_database_error().unwrap().code().unwrap(), "42501");
    // … and pointing to another tenant's row by the key.
    let pointed = sqlx::query(
        "INSERT INTO payments (company_id, invoice_id, amount, payment_date, payment_method, source, currency)
         VALUES ($1, $2, 1, '2026-03-02', 'cash', 'manual', 'EUR')",
    )
    .bind(ours.id.uuid())
    .bind(invoice.id.uuid())
    .execute(&mut app)
    .await
    .unwrap_err();
    assert_eq!(pointed.as_database_error().unwrap().code().unwrap(), "23503");
    drop(app);
    world.finish().await
}

#[tokio::test]
async fn without_a_tenant_nothing_is_there() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("ours").await?;
    let customer = company.customer("Debtor").await?;
    company.invoice(&customer, "100", 3).await?;
    let mut app = as_app(&world, None).await?;
    for table in ["companies", "customers", "invoices", "accounts", "audit_logs"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) AS n FROM {table}"));
        assert_eq!(sqlx::query(sql).fetch_one(&mut app).await?.try_get::<i64, _>("n")?, 0, "{table}");
    }
    // A tenant that is no UUID is an error, not "all".
    let bad = sqlx::query("SELECT set_config('app.current_company_id', 'x'' OR true', false)")
        .execute(&mut app)
        .await;
    assert!(bad.is_ok());
    assert!(sqlx::query("SELECT 1 FROM invoices").fetch_all(&mut app).await.is_err());
    drop(app);
    world.finish().await
}

#[tokio::test]
async fn the_tenant_ends_with_its_transaction() -> Result<()> {
    let world = World::new().await?;
    let (one, two) = (world.company("one").await?, world.company("two").await?);
    let (a, b) = (one.customer("A").await?, two.customer("B").await?);
    one.invoice(&a, "10", 1).await?;
    two.invoice(&b, "20", 1).await?;
    let eur = domain::money::Currency::EUR;
    // Many more transactions than connections, mixed, some dropped, some rolled back.
    for round in 0..40 {
        let (company, own, other) = if round % 2 == 0 { (&one, &a, &b) } else { (&two, &b, &a) };
        let mut tx = world.tx(company).await?;
        assert!(account_snapshot(&mut tx, own.id, eur, world.now()).await?.is_some());
        assert!(account_snapshot(&mut tx, other.id, eur, world.now()).await?.is_none());
        match round % 3 {
            0 => tx.commit().await?,
            1 => tx.rollback().await?,
            _ => drop(tx),
        }
    }
    let mut tx = world.db.system(&Actor::System("test")).await?;
    let wake = store::claims::next_wake(&world.db, world.now()).await?;
    assert!(wake.sweep.is_some());
    tx = {
        tx.commit().await?;
        world.db.system(&Actor::System("test")).await?
    };
    tx.rollback().await?;
    world.finish().await
}

#[tokio::test]
async fn the_audit_trail_names_the_actor_and_holds_no_secret() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("ours").await?;
    company.user("eve", "admin").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 3).await?;
    company.conversation(&invoice).await?;
    let tx = world.db.tenant(company.id, &Actor::Policy("v1 o'hara".into())).await?;
    let mut tx = tx;
    store::settle::account_wake(&mut tx, customer.id, None, world.now()).await?;
    let action =
        domain::action::Action::Escalate { reason: domain::action::EscalationReason::Manual, inbound: None };
    let ctx = store::settle::ActContext {
        action: None,
        customer: customer.id,
        currency: invoice.currency,
        conversation: None,
        at: world.now(),
        today: world.today(),
        send_after: world.now(),
        approved_by: None,
    };
    store::settle::action_execute(&mut tx, &action, &ctx).await?;
    tx.commit().await?;
    let by_policy = world
        .count("SELECT count(*) FROM audit_logs WHERE actor = 'policy:v1 o''hara' AND table_name = 'ai_conversations'")
        .await?;
    assert_eq!(by_policy, 1);
    let secrets = world
        .count(
            "SELECT count(*) FROM audit_logs WHERE coalesce(new_values::text, '') || coalesce(old_values::text, '') ~ 'argon2'",
        )
        .await?;
    assert_eq!(secrets, 0);
    world.finish().await
}
