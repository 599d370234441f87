//! The private cluster on the machine's own PostgreSQL.

use super::*;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

/// A folder that the server's user can reach even when the tests run as root.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

fn config(dir: &Path) -> ClusterConfig {
    ClusterConfig { durable: false, ..ClusterConfig::new(dir) }
}

async fn ask(cluster: &Cluster, sql: &'static str) -> String {
    let mut conn = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    let answer = sqlx::query_scalar(sql).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    answer
}

fn server_pid(cluster: &Cluster) -> u32 {
    let text = std::fs::read_to_string(cluster.data().join("postmaster.pid")).unwrap();
    text.lines().next().unwrap().parse().unwrap()
}

fn runs(pid: u32) -> bool {
    // A zombie is no longer running.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|s| !s.contains(") Z "))
}

async fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..3000 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what} did not happen within 30 s");
}

#[tokio::test]
async fn starts_stops_and_keeps_its_data() {
    let dir = folder();
    let cluster = Cluster::start(config(dir.path())).await.unwrap();
    assert_eq!(ask(&cluster, "SELECT current_setting('listen_addresses')").await, "");
    assert_eq!(ask(&cluster, "SELECT current_setting('server_encoding')").await, "UTF8");
    let mode = std::fs::metadata(&cluster.sockets).unwrap().mode();
    assert_eq!(mode & 0o077, 0, "the socket's folder is the authentication");
    let mut conn = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)").execute(&mut conn).await.unwrap();
    drop(conn);

    let second = Cluster::start(config(dir.path())).await;
    assert!(matches!(second, Err(ClusterError::InUse { .. })), "{second:?}");

    let pid = server_pid(&cluster);
    cluster.stop().await.unwrap();
    assert!(!runs(pid));

    let cluster = Cluster::start(config(dir.path())).await.unwrap();
    assert_eq!(ask(&cluster, "SELECT n::text FROM kept").await, "7");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn ends_with_its_owner_and_a_temporary_one_leaves_nothing() {
    let dir = folder();
    let home = dir.path().join("a");
    let cluster = Cluster::start(ClusterConfig { temporary: true, ..config(&home) }).await.unwrap();
    let pid = server_pid(&cluster);
    // What a kill of the daemon does: the pipe closes and nobody waits.
    drop(cluster);
    until("the end of the server", || !runs(pid)).await;
    // The folder above belongs to root when root tests; there, emptying it is all that can be done.
    until("the removal", || !home.exists() || std::fs::read_dir(&home).unwrap().next().is_none()).await;
}

#[tokio::test]
async fn a_temporary_cluster_refuses_a_folder_with_something_in_it() {
    let dir = folder();
    std::fs::write(dir.path().join("letters.txt"), "precious").unwrap();
    let error = Cluster::start(ClusterConfig { temporary: true, ..config(dir.path()) }).await.unwrap_err();
    assert!(matches!(error, ClusterError::NotEmpty { .. }), "{error}");
    assert!(dir.path().join("letters.txt").exists());
}

#[tokio::test]
async fn takes_over_from_an_orphan() {
    let dir = folder();
    let mut cluster = Cluster::start(config(dir.path())).await.unwrap();
    let orphan = server_pid(&cluster);
    // Kill the supervisor as the out-of-memory killer would: the server lives on.
    cluster.supervisor.kill().unwrap();
    cluster.supervisor.wait().unwrap();
    std::mem::forget(cluster.order.take());
    let _freed = cluster.lock.unlock();
    assert!(runs(orphan));
    let next = Cluster::start(config(dir.path())).await.unwrap();
    assert!(!runs(orphan));
    assert_ne!(server_pid(&next), orphan);
    next.stop().await.unwrap();
}

#[tokio::test]
async fn recovers_after_a_kill_of_everything() {
    let dir = folder();
    let mut cluster = Cluster::start(config(dir.path())).await.unwrap();
    let pid = server_pid(&cluster);
    cluster.supervisor.kill().unwrap();
    cluster.supervisor.wait().unwrap();
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
    until("the death of the server", || !runs(pid)).await;
    let _freed = cluster.lock.unlock();
    // The lock file now names a process that is alive and no server: this test.
    let file = cluster.data().join("postmaster.pid");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen(&pid.to_string(), &std::process::id().to_string(), 1)).unwrap();
    let next = Cluster::start(config(dir.path())).await.unwrap();
    assert_eq!(ask(&next, "SELECT 'up'").await, "up");
    next.stop().await.unwrap();
}

#[tokio::test]
async fn a_long_path_moves_the_socket_elsewhere_and_removes_it_at_the_end() {
    let dir = folder();
    let deep = dir.path().join("d".repeat(120));
    let cluster = Cluster::start(config(&deep)).await.unwrap();
    let sockets = cluster.sockets.clone();
    assert!(sockets.exists() && !sockets.starts_with(&deep));
    cluster.stop().await.unwrap();
    assert!(!sockets.exists());
}

#[tokio::test]
async fn a_failed_start_tells_what_the_server_said() {
    let dir = folder();
    let bad = ClusterConfig { settings: vec!["shared_buffers=nonsense".into()], ..config(dir.path()) };
    let error = Cluster::start(bad).await.unwrap_err();
    assert!(error.to_string().contains("shared_buffers"), "{error}");
    Cluster::start(config(dir.path())).await.unwrap().stop().await.unwrap();
}

#[test]
fn urls_survive_odd_paths() {
    assert_eq!(encoded("/tmp/a b/ä%"), "%2Ftmp%2Fa%20b%2F%C3%A4%25");
}
