//! The schema against the customer's data model, and the migrator.

use anyhow::{Context, Result};
use sqlx::Connection;
use std::collections::{BTreeMap, BTreeSet};
use store::migrate::{Report, SchemaStatus, migrate, schema_status, wanted_version};
use store::{Db, DbConfig, ErrorKind};
use tests::{World, postgres};

const MODEL: &str = include_str!("../../../migrations/data-model.md");
const README: &str = include_str!("../../../migrations/README.md");

/// A column as the model writes it.
#[derive(Debug, PartialEq)]
struct Column {
    table: String,
    name: String,
    kind: String,
    required: bool,
}

/// Every column of every CREATE TABLE (partitions aside) and ALTER TABLE … ADD COLUMN of the model.
fn model() -> Vec<Column> {
    let mut columns = Vec::new();
    let mut table = None;
    for line in MODEL.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.strip_suffix(" (").map(str::to_owned);
        } else if line.starts_with(')') {
            table = None;
        } else if let Some(rest) = line.strip_prefix("ALTER TABLE ")
            && let Some((name, column)) = rest.split_once(" ADD COLUMN ")
        {
            columns.extend(column_of(name, column));
        } else if let Some(table) = &table {
            columns.extend(column_of(table, line));
        }
    }
    columns
}

fn column_of(table: &str, line: &str) -> Option<Column> {
    let mut words = line.trim_end_matches([',', ';']).split_whitespace();
    let name = words.next()?;
    let not_a_column = ["CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "--", "REFERENCES", "ON"];
    if not_a_column.contains(&name)
        || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    {
        return None;
    }
    let kind = words.next()?.to_uppercase();
    Some(Column { table: table.to_owned(), name: name.to_owned(), kind, required: line.contains("NOT NULL") })
}

/// What a type of the model may have become: the same, or one that holds everything it holds.
fn fits(kind: &str, live: &str) -> bool {
    let family = kind.split('(').next().unwrap_or(kind);
    match family {
        "UUID" => live == "uuid",
        "UUID[]" => live == "uuid[]",
        "VARCHAR" => {
            let length = |text: &str| text.split(['(', ')']).nth(1).and_then(|n| n.parse::<u32>().ok());
            live == "text" || length(live) >= length(kind)
        }
        "CHAR" => live.starts_with("character("),
        "TEXT" => live == "text",
        "INTEGER" => live == "integer" || live == "bigint",
        "BIGINT" => live == "bigint",
        "BOOLEAN" => live == "boolean",
        "DATE" => live == "date",
        "TIME" => live.starts_with("time without"),
        "TIMESTAMPTZ" => live == "timestamp with time zone",
        "JSONB" => live == "jsonb",
        "INET" => live == "inet",
        "DECIMAL" => live.starts_with("numeric(") || live == "double precision",
        _ => false,
    }
}

/// Columns whose type or obligation deliberately differs, with why. README.md tells the same.
const DELIBERATE: [(&str, &str, &str); 4] = [
    ("accounting_integrations", "access_token", "ciphertext, made by the daemon; missing until connected"),
    ("accounting_integrations", "refresh_token", "ciphertext, made by the daemon"),
    ("customers", "email", "customers without an address exist, and their invoices must not be lost"),
    ("customer_risk_scores", "external_signal_score", "there is no source; a number would be made up"),
];

async fn live(world: &World) -> Result<BTreeMap<(String, String), (String, bool)>> {
    let rows: Vec<(String, String, String, bool)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition",
    )
    .fetch_all(&world.admin)
    .await?;
    Ok(rows.into_iter().map(|(t, c, kind, required)| ((t, c), (kind, required))).collect())
}

#[tokio::test]
async fn every_table_and_column_of_the_model_is_there() -> Result<()> {
    let world = World::new().await?;
    let live = live(&world).await?;
    let model = model();
    let tables: BTreeSet<&str> = model.iter().map(|c| c.table.as_str()).collect();
    assert!(
        tables.len() >= 24 && model.len() >= 250,
        "the parser is blind: {} tables, {} columns",
        tables.len(),
        model.len()
    );
    let mut wrong = Vec::new();
    for column in &model {
        if DELIBERATE.iter().any(|(t, c, _)| *t == column.table && *c == column.name) {
            continue;
        }
        match live.get(&(column.table.clone(), column.name.clone())) {
            None => wrong.push(format!("{}.{} is missing", column.table, column.name)),
            Some((kind, _)) if !fits(&column.kind, kind) => {
                wrong.push(format!("{}.{}: {} became {kind}", column.table, column.name, column.kind));
            }
            Some((_, false)) if column.required => {
                wrong.push(format!("{}.{} may be missing", column.table, column.name));
            }
            Some(_) => {}
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    for (table, column, _) in DELIBERATE {
        assert!(live.contains_key(&(table.to_owned(), column.to_owned())), "{table}.{column}");
    }
    world.finish().await
}

#[tokio::test]
async fn values_the_model_allows_are_allowed() -> Result<()> {
    let world = World::new().await?;
    let mut table = String::new();
    let mut checked = 0;
    for line in MODEL.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.trim_end_matches(" (").to_owned();
        }
        let Some((before, list)) = line.split_once(" IN (") else { continue };
        let Some(column) = before.rsplit(['(', ' ']).next() else { continue };
        let values: BTreeSet<&str> = list.split('\'').skip(1).step_by(2).collect();
        let defs: Vec<String> = sqlx::query_scalar(
            "SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid
              WHERE k.conrelid = to_regclass($1) AND k.contype = 'c' AND a.attname = $2 AND a.attnum = ANY (k.conkey)",
        )
        .bind(&table)
        .bind(column)
        .fetch_all(&world.admin)
        .await?;
        // A pattern instead of a list: an open set by design (the provider of an integration).
        if defs.iter().any(|d| d.contains(" ~ ")) {
            continue;
        }
        for value in values {
            let allowed = defs.iter().any(|d| d.contains(&format!("'{value}'")));
            assert!(allowed, "{table}.{column} = {value}: {defs:?}");
            checked += 1;
        }
    }
    assert!(checked > 60, "the parser is blind: {checked}");
    world.finish().await
}

#[tokio::test]
async fn what_became_of_every_table_and_index_of_the_model_is_told() -> Result<()> {
    let world = World::new().await?;
    for table in model().iter().map(|c| c.table.as_str()).collect::<BTreeSet<_>>() {
        assert!(README.contains(&format!("| `{table}`")), "{table} has no row in migrations/README.md");
    }
    let live: Vec<String> =
        sqlx::query_scalar("SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public'")
            .fetch_all(&world.admin)
            .await?;
    let mut seen = 0;
    for line in MODEL.lines() {
        let Some((_, rest)) = line.split_once("INDEX idx_") else { continue };
        let name = format!("idx_{}", rest.split_whitespace().next().unwrap_or_default());
        assert!(live.contains(&name) || README.contains(&name), "{name} is neither there nor explained");
        seen += 1;
    }
    assert!(seen > 60, "the parser is blind: {seen}");
    world.finish().await
}

#[tokio::test]
async fn views_and_statistics_of_the_model_are_there() -> Result<()> {
    let world = World::new().await?;
    let live = live(&world).await?;
    let has = |table: &str, columns: &[&str]| {
        columns.iter().all(|c| live.contains_key(&(table.to_owned(), (*c).to_owned())))
    };
    assert!(has("system_health", &["metric", "value"]));
    assert!(has(
        "customer_payment_stats",
        &[
            "id",
            "company_id",
            "total_invoices",
            "avg_days_late",
            "total_billed",
            "total_paid",
            "last_invoice_due_date"
        ]
    ));
    world.finish().await
}

#[tokio::test]
async fn the_inventory_of_personal_data_names_real_columns() -> Result<()> {
    let world = World::new().await?;
    let live = live(&world).await?;
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT table_name::text, column_name::text FROM personal_data_fields")
            .fetch_all(&world.admin)
            .await?;
    assert!(rows.len() > 50);
    for row in &rows {
        assert!(live.contains_key(row), "{row:?}");
    }
    // What everybody would look for first.
    for wanted in [
        ("customers", "name"),
        ("contacts", "email"),
        ("users", "email"),
        ("inbound_mails", "raw"),
        ("outreaches", "body_text"),
    ] {
        assert!(rows.contains(&(wanted.0.into(), wanted.1.into())), "{wanted:?}");
    }
    world.finish().await
}

#[tokio::test]
async fn migrating_makes_the_database_and_again_changes_nothing() -> Result<()> {
    let postgres = postgres().await?;
    let url = postgres.cluster().url("made_by_migrate");
    let first = migrate(&url).await?;
    assert!(first.database_created && first.already == 0 && first.applied.len() > 20);
    assert!(first.reference_rows > 100, "holidays and rates");
    let second = migrate(&url).await?;
    assert_eq!(second, Report { already: first.applied.len(), ..Report::default() });
    let db = Db::connect(&DbConfig::new(&url)).await?;
    assert_eq!(schema_status(&db).await?, SchemaStatus::Current { at: wanted_version() });
    db.close().await;
    postgres.drop_database("made_by_migrate").await
}

#[tokio::test]
async fn several_daemons_may_migrate_at_once() -> Result<()> {
    let postgres = postgres().await?;
    let url = postgres.cluster().url("made_together");
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            tokio::spawn({
                let url = url.clone();
                async move { migrate(&url).await }
            })
        })
        .collect();
    let mut applied = 0;
    for task in tasks {
        let report = task.await??;
        applied = applied.max(report.applied.len());
    }
    assert!(applied > 20);
    postgres.drop_database("made_together").await
}

#[tokio::test]
async fn a_newer_or_an_edited_schema_is_refused() -> Result<()> {
    let world = World::new().await?;
    assert_eq!(schema_status(&world.db).await?, SchemaStatus::Current { at: wanted_version() });
    world
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               VALUES (99990101000000, 'of the future', true, '\\x00', 0)",
        )
        .await?;
    assert_eq!(
        schema_status(&world.db).await?,
        SchemaStatus::Newer { at: 99_990_101_000_000, want: wanted_version() }
    );
    let error = migrate(&world.url).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Invalid && error.to_string().contains("newer"), "{error}");
    world.run("DELETE FROM _sqlx_migrations WHERE version = 99990101000000").await?;
    world.run("UPDATE _sqlx_migrations SET checksum = '\\x00' WHERE version = (SELECT max(version) FROM _sqlx_migrations)").await?;
    let error = migrate(&world.url).await.unwrap_err();
    assert!(error.to_string().contains("was changed"), "{error}");
    world
        .run("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .await?;
    assert!(matches!(schema_status(&world.db).await?, SchemaStatus::Behind { .. }));
    world.finish().await
}

#[tokio::test]
async fn reference_rows_of_an_operator_are_left_alone() -> Result<()> {
    let world = World::new().await?;
    world.run(
        "INSERT INTO holidays (country, on_date, name, source) VALUES ('DE', '2026-07-07', 'Works outing', 'operator');
         UPDATE holidays SET name = 'renamed by hand' WHERE country = 'DE' AND on_date = '2026-12-25';
         UPDATE reference_rates SET rate = 9.99, verified_by = 'operator' WHERE ctid = (SELECT min(ctid) FROM reference_rates)",
    )
    .await?;
    let report = migrate(&world.url).await?;
    assert_eq!(report.reference_rows, 1, "ours is mended, the operator's stay");
    assert_eq!(world.count("SELECT count(*) FROM holidays WHERE name = 'Works outing'").await?, 1);
    assert_eq!(world.count("SELECT count(*) FROM reference_rates WHERE rate = 9.99").await?, 1);
    world.finish().await
}

#[tokio::test]
async fn an_empty_database_is_missing_its_schema_and_its_role() -> Result<()> {
    let postgres = postgres().await?;
    let url = postgres.empty_database().await?;
    // The cluster has the roles already (they are the cluster's), the database has no tables.
    let db = Db::connect(&DbConfig::new(&url)).await?;
    assert_eq!(schema_status(&db).await?, SchemaStatus::Missing);
    db.close().await;
    let mut conn = sqlx::PgConnection::connect(&url).await.context("still there")?;
    sqlx::query("SELECT 1").execute(&mut conn).await?;
    Ok(())
}

#[tokio::test]
async fn partitions_are_ready_a_year_ahead_and_ids_find_theirs() -> Result<()> {
    let world = World::new().await?;
    assert_eq!(store::migrate::ensure_partitions(&world.db, 12).await?, 0, "made while migrating");
    assert!(store::migrate::ensure_partitions(&world.db, 14).await? > 0);
    let missing = world
        .count(
            "SELECT count(*) FROM pg_class p WHERE p.relkind = 'p' AND p.relnamespace = 'public'::regnamespace
                AND 14 > (SELECT count(*) FROM pg_inherits i WHERE i.inhparent = p.oid)",
        )
        .await?;
    assert_eq!(missing, 0);
    world.finish().await
}
