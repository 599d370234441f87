//! Sorting of failures.

use super::*;

#[test]
fn connection_failures_are_unavailable_and_lost_only_when_established() {
    let lost = StoreError::from(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()));
    let refused = StoreError::from(sqlx::Error::Io(std::io::ErrorKind::ConnectionRefused.into()));
    let StoreError::Unavailable(lost) = lost else { panic!() };
    let StoreError::Unavailable(refused) = refused else { panic!() };
    assert!(lost.is_lost_connection());
    assert!(!refused.is_lost_connection());
    assert_eq!(StoreError::from(sqlx::Error::PoolTimedOut).kind(), ErrorKind::Unavailable);
    assert!(StoreError::from(sqlx::Error::PoolTimedOut).is_transient());
}

#[test]
fn a_display_never_repeats_its_source() {
    let error = StoreError::from(sqlx::Error::PoolTimedOut);
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(!error.to_string().contains(&source));
}

#[test]
fn a_missing_row_is_not_found() {
    assert_eq!(StoreError::from(sqlx::Error::RowNotFound).kind(), ErrorKind::NotFound);
}
