//! What needs no server.

use super::*;

#[test]
fn actors_are_quoted() {
    assert_eq!(quoted("policy:o'brien'; --").unwrap(), "'policy:o''brien''; --'");
    assert_eq!(quoted("a\0b").unwrap_err().kind(), crate::ErrorKind::Invalid);
}

#[tokio::test]
async fn a_wrong_url_is_refused_without_showing_it() {
    let error = Db::open(&DbConfig::new("http://user:secret@host/db")).map(|_| ()).unwrap_err();
    assert!(!format!("{error:?}").contains("secret"));
}

#[tokio::test]
async fn an_unreachable_server_is_unavailable() {
    let mut config = DbConfig::new("postgres://nobody@127.0.0.1:1/none");
    config.acquire_timeout = Duration::from_millis(300);
    let db = Db::open(&config).unwrap();
    let error = db.health().await.unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Unavailable, "{error:?}");
}
