//! The database goes away and comes back.

use anyhow::Result;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use store::cluster::{Cluster, ClusterConfig};
use store::{Actor, Db, DbConfig, ErrorKind, Wake};
use tests::{Postgres, World};

#[tokio::test]
async fn a_wake_up_reaches_every_listener() -> Result<()> {
    let world = World::new().await?;
    let (mut one, mut two) = (world.db.listen(), world.db.listen());
    let listening = tokio::spawn(async move { (one.recv().await, two.recv().await) });
    // A listener says nothing when it is ready, so keep telling until both have heard.
    while !listening.is_finished() {
        world.db.notify(Wake::Outreaches).await?;
        tokio::task::yield_now().await;
    }
    assert_eq!(listening.await?, (Wake::Outreaches, Wake::Outreaches));
    world.finish().await
}

#[tokio::test]
async fn a_restart_of_the_server_costs_at_most_one_error() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("dunningd-test-{}", uuid::Uuid::now_v7().simple()));
    let config = ClusterConfig { durable: false, ..ClusterConfig::new(&folder) };
    let cluster = Cluster::start(config.clone()).await?;
    let url = cluster.url("restart");
    store::migrate::migrate(&url).await?;
    let mut settings = DbConfig::new(&url);
    settings.acquire_timeout = Duration::from_secs(2);
    let db = Db::connect(&settings).await?;
    // Several pooled connections, all of which the restart kills.
    let company = domain::ids::CompanyId::new();
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(db.tenant(company, &Actor::System("test")).await?);
    }
    drop(open);
    let mut listener = db.listen();
    let listening = tokio::spawn(async move {
        loop {
            // The first thing heard after the restart is "look at everything".
            if listener.recv().await == Wake::Anything {
                return;
            }
        }
    });
    until_listening(&url).await?;

    cluster.stop().await?;
    let gone = db.tenant(company, &Actor::System("test")).await.map(|_| ()).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Unavailable, "{gone:?}");
    assert!(gone.is_transient());

    let cluster = Cluster::start(config).await?;
    for _ in 0..8 {
        db.tenant(company, &Actor::System("test")).await?.commit().await?;
    }
    tokio::time::timeout(Duration::from_secs(30), listening).await??;
    db.close().await;
    cluster.stop().await?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Waits until somebody listens.
async fn until_listening(url: &str) -> Result<()> {
    let mut conn = PgConnection::connect(url).await?;
    loop {
        let listening: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = 'dunningd listen' AND query LIKE 'LISTEN%')",
        )
        .fetch_one(&mut conn)
        .await?;
        if listening {
            return Ok(conn.close().await?);
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() -> Result<()> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    company.invoice(&customer, "1", 1).await?;
    let mut settings = DbConfig::new(&world.url);
    settings.statement_timeout = Duration::from_millis(200);
    let db = Db::connect(&settings).await?;
    // Somebody holds the account for longer than a statement may wait.
    let mut holder = world.tx(&company).await?;
    store::snapshot::account_lock(&mut holder, customer.id, domain::money::Currency::EUR).await?;
    let mut tx = db.tenant(company.id, &Actor::System("test")).await?;
    let error =
        store::snapshot::account_lock(&mut tx, customer.id, domain::money::Currency::EUR).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Conflict), "{error:?}");
    drop(tx);
    holder.commit().await?;
    db.close().await;
    world.finish().await
}

#[tokio::test]
async fn the_pool_never_works_as_the_login() -> Result<()> {
    let world = World::new().await?;
    let health = world.db.health().await?;
    assert_eq!(health.role, "dunningd_app");
    assert!(!health.in_recovery && health.server_version >= 140_000);
    world.finish().await?;
    // A role that may bypass row-level security is refused, however it came to be so; a missing one is
    // named. Roles are the cluster's, so this takes a cluster of its own.
    let postgres = Postgres::start().await?;
    let world = World::on(&postgres).await?;
    world.run("ALTER ROLE dunningd_app BYPASSRLS").await?;
    let refused = Db::connect(&DbConfig::new(&world.url)).await.map(|_| ()).unwrap_err();
    assert!(refused.kind() == ErrorKind::Invalid && refused.to_string().contains("bypass"), "{refused:?}");
    world.run("ALTER ROLE dunningd_app RENAME TO somebody_else").await?;
    let refused = Db::connect(&DbConfig::new(&world.url)).await.map(|_| ()).unwrap_err();
    assert!(
        refused.kind() == ErrorKind::Invalid && refused.to_string().contains("dunningd migrate"),
        "{refused:?}"
    );
    postgres.stop().await
}
