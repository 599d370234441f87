//! Why a private cluster could not be had, each with what to do about it.

use std::path::PathBuf;

/// See the variants; every text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No server binaries on this machine.
    #[error(
        "no PostgreSQL server found (looked in {}); install it (Debian and Ubuntu: apt install postgresql; \
         Fedora: dnf install postgresql-server; macOS: brew install postgresql@17), name its folder in \
         PG_BINDIR, or set DATABASE_URL",
        folders(looked)
    )]
    NoBinaries {
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// Another daemon uses the folder.
    #[error("{} is in use by another dunningd", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// A temporary cluster wants a folder of its own.
    #[error("{} is not empty; a temporary cluster would remove what is in it", folder.display())]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// The data were made by another major version.
    #[error(
        "the data in {} are of PostgreSQL {data}, but only {} is installed; install version {data} or convert \
         the folder with pg_upgrade",
        folder.display(),
        list(installed)
    )]
    Version {
        /// The folder.
        folder: PathBuf,
        /// Major version of the data.
        data: u32,
        /// Major versions found.
        installed: Vec<u32>,
    },
    /// Root may not run PostgreSQL and there is nobody else to run it as.
    #[error(
        "PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody` to run it as; \
         start dunningd as an ordinary user"
    )]
    NoUser,
    /// The folder cannot be reached by the user the server runs as.
    #[error(
        "the user `{user}`, as which PostgreSQL runs because dunningd runs as root, cannot enter {}; allow it \
         (chmod o+x) or choose another data folder",
        folder.display()
    )]
    Unreachable {
        /// The user.
        user: String,
        /// The first folder on the way that is closed.
        folder: PathBuf,
    },
    /// `initdb` failed.
    #[error("initdb failed: {output}")]
    Initdb {
        /// What it printed last.
        output: String,
    },
    /// The server did not come up.
    #[error("PostgreSQL did not start: {output}")]
    Start {
        /// The end of its log.
        output: String,
    },
    /// The server did not go down.
    #[error("PostgreSQL did not stop within {seconds} s")]
    Stop {
        /// How long was waited.
        seconds: u64,
    },
    /// A file or a process could not be handled.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
}

fn folders(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn list(versions: &[u32]) -> String {
    versions.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Adds what was tried to an I/O error.
pub(super) fn io(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> ClusterError {
    let path = path.to_path_buf();
    move |source| ClusterError::Io { what, path, source }
}
