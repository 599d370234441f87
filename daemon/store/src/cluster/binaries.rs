//! Finding the server's binaries.
//!
//! Why: distributions keep them out of PATH and several majors side by side. Guarantees: an installed
//! major that fits existing data is preferred to a newer one that does not. Does not: download
//! anything.

use super::error::ClusterError;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Oldest and newest major version the schema is tested on.
const SUPPORTED: std::ops::RangeInclusive<u32> = 14..=17;

/// One installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    /// Folder that holds `initdb`, `postgres` and `pg_ctl`.
    pub dir: PathBuf,
    /// Major version.
    pub major: u32,
}

impl Binaries {
    /// Path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// Where to look: the folder asked for alone, else PATH and the usual places.
pub(super) fn places(wanted: Option<&Path>) -> Vec<PathBuf> {
    if let Some(dir) = wanted {
        return vec![dir.to_path_buf()];
    }
    if let Some(dir) = std::env::var_os("PG_BINDIR").filter(|d| !d.is_empty()) {
        return vec![PathBuf::from(dir)];
    }
    let mut out: Vec<PathBuf> =
        std::env::var_os("PATH").map(|p| std::env::split_paths(&p).collect()).unwrap_or_default();
    out.retain(|p| p.join("initdb").is_file());
    for (root, tail) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr/libexec/postgresql", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
    ] {
        out.extend(children(Path::new(root), "").map(|p| p.join(tail)));
    }
    out.extend(children(Path::new("/usr"), "pgsql-").map(|p| p.join("bin")));
    out.push(PathBuf::from("/usr/local/pgsql/bin"));
    out
}

/// The places in short, for the error.
fn described(wanted: Option<&Path>) -> Vec<PathBuf> {
    match wanted.map(Path::to_path_buf).or_else(|| std::env::var_os("PG_BINDIR").map(PathBuf::from)) {
        Some(dir) => vec![dir],
        None => ["PATH", "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*/bin"]
            .map(PathBuf::from)
            .to_vec(),
    }
}

fn children(root: &Path, prefix: &'static str) -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(root).ok().into_iter().flatten().flatten();
    entries.filter(move |e| e.file_name().to_string_lossy().starts_with(prefix)).map(|e| e.path())
}

/// The installation to use: that of `data` when data exist, else the newest supported one.
pub(super) fn find(wanted: Option<&Path>, data: Option<(u32, &Path)>) -> Result<Binaries, ClusterError> {
    let mut found: Vec<Binaries> = places(wanted).iter().filter_map(|dir| probe(dir)).collect();
    found.sort_by_key(|b| (SUPPORTED.contains(&b.major), b.major));
    match data {
        None => found.pop().ok_or_else(|| ClusterError::NoBinaries { looked: described(wanted) }),
        Some((major, folder)) => {
            let installed: Vec<u32> = found.iter().map(|b| b.major).collect();
            if installed.is_empty() {
                return Err(ClusterError::NoBinaries { looked: described(wanted) });
            }
            found.into_iter().find(|b| b.major == major).ok_or_else(|| ClusterError::Version {
                folder: folder.to_path_buf(),
                data: major,
                installed,
            })
        }
    }
}

/// Asks `postgres --version`; `None` unless both programs are there and answer.
fn probe(dir: &Path) -> Option<Binaries> {
    if !dir.join("initdb").is_file() || !dir.join("pg_ctl").is_file() {
        return None;
    }
    let output = Command::new(dir.join("postgres")).arg("--version").output().ok()?;
    let major = major(&String::from_utf8_lossy(&output.stdout))?;
    Some(Binaries { dir: dir.to_path_buf(), major })
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian …)`.
fn major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|w| w.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("postgres"), None);
    }

    #[test]
    fn a_folder_without_a_server_is_named_in_the_error() {
        let error = find(Some(Path::new("/nonexistent/pg")), None).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/nonexistent/pg") && text.contains("apt install postgresql"), "{text}");
    }

    #[test]
    fn data_of_a_version_that_is_not_installed_are_refused() {
        let error = find(None, Some((9, Path::new("/data")))).unwrap_err();
        assert!(matches!(error, ClusterError::Version { data: 9, .. }), "{error}");
    }
}
