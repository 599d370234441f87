//! Whom the server runs as.
//!
//! Why: PostgreSQL refuses to run as root, and `dunningd demo` in a container is often started by
//! root. Guarantees: as root the server runs as `postgres`, else `nobody`; as anybody else it runs as
//! the same user. Does not: create users.

use super::error::{ClusterError, io};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The user the server runs as, when that is not us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

/// `None`: as ourselves.
pub(super) fn account() -> Result<Option<Account>, ClusterError> {
    if !are_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|name| entry(&users, name)).map(Some).ok_or(ClusterError::NoUser)
}

fn are_root() -> bool {
    // The owner of /proc/self is the effective user; systems without it have no root containers.
    std::fs::metadata("/proc/self").is_ok_and(|m| m.uid() == 0)
}

/// A line of passwd(5).
fn entry(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then(|| Account { name: name.to_owned(), uid, gid })
    })
}

/// Runs a command as the account, in a process group of its own, so that a Ctrl-C meant for the
/// daemon does not reach the server while the daemon still drains.
pub(super) fn run_as(command: &mut Command, account: Option<&Account>) {
    command.process_group(0).current_dir("/");
    if let Some(a) = account {
        command.uid(a.uid).gid(a.gid);
    }
}

/// Gives a folder to the account and closes it to everybody else.
pub(super) fn own(folder: &Path, account: Option<&Account>) -> Result<(), ClusterError> {
    if let Some(a) = account {
        chown(folder, Some(a.uid), Some(a.gid)).map_err(io("give to the server's user:", folder))?;
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .map_err(io("set the permissions of", folder))
}

/// Every folder above `folder` must let the account pass.
pub(super) fn reachable(folder: &Path, account: Option<&Account>) -> Result<(), ClusterError> {
    let Some(a) = account else { return Ok(()) };
    let mut above: Vec<&Path> = folder.ancestors().skip(1).collect();
    above.reverse();
    for dir in above {
        let meta = std::fs::metadata(dir).map_err(io("look at", dir))?;
        let bit = if meta.uid() == a.uid {
            0o100
        } else if meta.gid() == a.gid {
            0o010
        } else {
            0o001
        };
        if meta.mode() & bit == 0 {
            return Err(ClusterError::Unreachable { user: a.name.clone(), folder: dir.to_path_buf() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_passwd_and_never_returns_root() {
        let users =
            "root:x:0:0:root:/root:/bin/sh\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/sh\nbad:x\n";
        let found = entry(users, "postgres").unwrap();
        assert_eq!((found.uid, found.gid), (101, 104));
        assert_eq!(entry(users, "root"), None);
        assert_eq!(entry(users, "bad"), None);
        assert_eq!(entry(users, "nobody"), None);
    }

    #[test]
    fn a_closed_folder_on_the_way_is_named() {
        let dir = std::env::temp_dir().join(format!("dunningd-closed-{}", std::process::id()));
        let inner = dir.join("data");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 4_000_001, gid: 4_000_001 };
        let error = reachable(&inner, Some(&stranger)).unwrap_err();
        assert!(matches!(&error, ClusterError::Unreachable { folder, .. } if *folder == dir), "{error}");
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o711)).unwrap();
        let ok = reachable(&inner, Some(&stranger));
        std::fs::remove_dir_all(&dir).unwrap();
        // The temp folder itself may be closed on an odd machine; ours must not be the one named.
        assert!(!matches!(ok, Err(ClusterError::Unreachable { folder, .. }) if folder == dir));
    }
}
