//! What can be looked at on this machine alone: data folder, disk, token key, the shipped policies.

use super::{Check, chain};
use crate::config::Config;
use policies::{PolicySet, run_cases, shipped_cases};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const MIB: u64 = 1024 * 1024;
/// Below this the database of a small company stops soon.
const TIGHT: u64 = 256 * MIB;
/// Below this somebody should plan.
const LOW: u64 = 2048 * MIB;

/// Data folder, disk, token key, policies.
pub fn checks(config: Option<&Config>) -> Vec<Check> {
    let mut checks = match config {
        Some(config) => vec![folder(&config.data_dir), disk(&config.data_dir), token_key(config)],
        None => ["data_dir", "disk", "token_key"]
            .map(|n| Check::skipped(n, "the configuration cannot be read"))
            .to_vec(),
    };
    checks.push(shipped_policies());
    checks
}

fn folder(dir: &Path) -> Check {
    const NAME: &str = "data_dir";
    let shown = dir.display();
    let advice = "set `data_dir` to a folder that dunningd may write, or allow it (chown, chmod)";
    let above = existing(dir);
    let may = |path: &Path| {
        rustix::fs::access(path, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
    };
    if !above.is_dir() {
        return Check::fail(NAME, format!("{} is no folder", above.display()), advice);
    }
    match (above == dir, may(&above)) {
        (true, true) => Check::ok(NAME, shown.to_string()),
        (false, true) => Check::ok(NAME, format!("{shown} (made at the first start)")),
        (true, false) => Check::fail(NAME, format!("{shown} cannot be written"), advice),
        (false, false) => Check::fail(
            NAME,
            format!("{shown} cannot be made: {} cannot be written", above.display()),
            advice,
        ),
    }
}

/// The folder itself, or the nearest one above it that exists.
fn existing(dir: &Path) -> PathBuf {
    let found = dir.ancestors().find(|p| !p.as_os_str().is_empty() && p.exists());
    found.map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

fn disk(dir: &Path) -> Check {
    const NAME: &str = "disk";
    match rustix::fs::statvfs(existing(dir)) {
        Ok(fs) => free(NAME, fs.f_bavail.saturating_mul(fs.f_frsize)),
        Err(error) => Check::warn(NAME, format!("free space is not known: {error}"), "look with `df`"),
    }
}

pub(super) fn free(name: &'static str, bytes: u64) -> Check {
    let found = if bytes >= 10 * 1024 * MIB {
        format!("{} GiB free in data_dir", bytes / 1024 / MIB)
    } else {
        format!("{} MiB free in data_dir", bytes / MIB)
    };
    let advice = "free space or move `data_dir`; a full disk stops the database and holds letters back";
    if bytes < TIGHT {
        Check::fail(name, found, advice)
    } else if bytes < LOW {
        Check::warn(name, found, advice)
    } else {
        Check::ok(name, found)
    }
}

fn token_key(config: &Config) -> Check {
    const NAME: &str = "token_key";
    if config.mail.token_key.is_some() {
        return Check::ok(NAME, "from the configuration");
    }
    key_file(NAME, &config.data_dir.join("token.key"))
}

pub(super) fn key_file(name: &'static str, path: &Path) -> Check {
    let shown = path.display();
    let restore = "restore it from a backup: without it, answers to letters already sent are not recognised by their address";
    let meta = match std::fs::metadata(path) {
        Ok(meta) => meta,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Check::ok(name, format!("none yet; made at the first start as {shown}"));
        }
        Err(e) => {
            return Check::fail(
                name,
                format!("{shown} cannot be looked at: {e}"),
                "allow dunningd to read it",
            );
        }
    };
    let mode = meta.permissions().mode() & 0o777;
    if let Err(e) = std::fs::File::open(path) {
        return Check::fail(
            name,
            format!("{shown} cannot be read: {e}"),
            "make it the property of the user dunningd runs as",
        );
    }
    if meta.len() < 32 {
        return Check::fail(name, format!("{shown} is too short to be a key"), restore);
    }
    if mode & 0o077 != 0 {
        let found = format!("{shown} can be read or written by others (mode {mode:03o})");
        return Check::warn(name, found, format!("chmod 600 {shown}"));
    }
    Check::ok(name, shown.to_string())
}

/// The shipped rules compile and decide their cases as they should: a broken build shows here.
fn shipped_policies() -> Check {
    const NAME: &str = "policies";
    let broken = "this build is broken; install another";
    let set = match PolicySet::shipped() {
        Ok(set) => set,
        Err(error) => return Check::fail(NAME, chain(&error), broken),
    };
    let files = match shipped_cases() {
        Ok(files) => files,
        Err(error) => return Check::fail(NAME, chain(&error), broken),
    };
    let report = run_cases(&set, files.iter().flat_map(|(_, f)| &f.cases));
    if report.failures.is_empty() {
        return Check::ok(
            NAME,
            format!("{} shipped rules, {} cases pass", set.rules().count(), report.passed),
        );
    }
    Check::fail(
        NAME,
        format!("{} shipped cases fail; see `dunningd policy test`", report.failures.len()),
        broken,
    )
}
