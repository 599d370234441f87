//! A private PostgreSQL cluster, for `run` without DATABASE_URL, for `demo` and for tests.
//!
//! Why: one command must be enough to try the daemon, and a small installation should not need a
//! database server of its own to look after. It uses the server that the system's packages provide.
//!
//! Guarantees:
//! * The cluster listens on no network address. Its socket lies in a folder that only its owner can
//!   enter; that folder, not a password, is the authentication.
//! * Never two daemons on one data folder: a lock file is held for the life of [`Cluster`].
//! * It ends with the daemon, however the daemon ends: a supervising shell holds the read end of a
//!   pipe; when the daemon closes it or dies, the shell asks the server for a fast shutdown. When even
//!   the shell is killed, the next start finds the orphan, stops it and takes over.
//! * A folder is either empty or fully initialised: `initdb` writes beside it and is renamed.
//!
//! Does not: upgrade data of another major version, back up, or tune for large machines.
//!
//! The crate `postgresql_embedded` (0.22) was considered: it has no way to run `initdb` and the server
//! as another user (root is refused by PostgreSQL), opens a TCP port, does not stop with a killed
//! parent, and depends on an archive downloader even when that is not used.

mod account;
mod binaries;
mod error;
mod postmaster;

pub use error::ClusterError;

use account::Account;
use binaries::Binaries;
use error::io;
use sqlx::{Connection, PgConnection};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

/// Longest path of a Unix socket that every system takes, with room for `/.s.PGSQL.5432`.
const SOCKET_DIR_MAX: usize = 85;
const PORT: u16 = 5432;
const START_LIMIT: Duration = Duration::from_secs(300);
const STOP_LIMIT: Duration = Duration::from_secs(60);

/// The server with everything it needs, and its end: see the module's guarantees. Arguments: socket
/// folder to remove or empty; whole folder to remove or empty; the server's command line.
const SUPERVISOR: &str = r#"
sockets=$1; all=$2; shift 2
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
( read -r _ <&3; kill -INT "$server" ) 2>/dev/null &
watcher=$!
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
if [ -n "$sockets" ]; then rm -rf -- "$sockets"; fi
if [ -n "$all" ]; then rm -rf -- "$all"; fi
exit "$code"
"#;

/// Where and how.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// The cluster lives in `postgres` inside this folder, which is created when missing.
    pub data_dir: PathBuf,
    /// `false` switches fsync off: for tests and the demo, whose data need not outlive the machine.
    pub durable: bool,
    /// Folder of the server's binaries; `None`: PG_BINDIR, PATH, the usual places.
    pub bin_dir: Option<PathBuf>,
    /// `data_dir`, which must be empty or missing, is removed as a whole when the server ends, also
    /// when it ends because the daemon was killed.
    pub temporary: bool,
    /// Further server settings, `name=value`.
    pub settings: Vec<String>,
}

impl ClusterConfig {
    /// A durable cluster below a folder.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            durable: true,
            bin_dir: None,
            temporary: false,
            settings: Vec::new(),
        }
    }
}

/// A running cluster. Dropping it stops the server soon after.
#[derive(Debug)]
pub struct Cluster {
    sockets: PathBuf,
    data: PathBuf,
    major: u32,
    account: Option<Account>,
    binaries: Binaries,
    supervisor: Child,
    /// Closing it is the order to stop.
    order: Option<ChildStdin>,
    /// Held as long as the server may run.
    lock: File,
}

impl Cluster {
    /// Starts the cluster of a folder, initialising it first when it is empty.
    pub async fn start(config: ClusterConfig) -> Result<Self, ClusterError> {
        let starting = tokio::task::spawn_blocking(move || prepare(&config));
        let mut cluster =
            starting.await.map_err(|_| ClusterError::Start { output: "cancelled".into() })??;
        match cluster.wait_ready().await {
            Ok(()) => Ok(cluster),
            Err(error) => {
                let _stopped = cluster.stop().await;
                Err(error)
            }
        }
    }

    /// URL of a database of the cluster, as its superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = encoded(&self.sockets.to_string_lossy());
        let database = encoded(database);
        format!("postgres://postgres@localhost:{PORT}/{database}?host={host}&sslmode=disable")
    }

    /// Major version of the server.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.major
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The server ended although nobody asked it to.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.supervisor.try_wait(), Ok(Some(_)) | Err(_))
    }

    /// Stops the server (fast: open transactions are rolled back) and waits for its end.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        drop(self.order.take());
        let begun = tokio::time::Instant::now();
        while !self.has_ended() {
            if begun.elapsed() > STOP_LIMIT {
                postmaster::stop(&self.binaries, &self.data, self.account.as_ref(), "immediate");
                return Err(ClusterError::Stop { seconds: STOP_LIMIT.as_secs() });
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Released only now, so that the next daemon never meets a server that is still going down.
        let _unlocked = self.lock.unlock();
        Ok(())
    }

    async fn wait_ready(&mut self) -> Result<(), ClusterError> {
        let url = self.url("postgres");
        let begun = tokio::time::Instant::now();
        loop {
            if let Ok(connection) = PgConnection::connect(&url).await {
                let _closed = connection.close().await;
                return Ok(());
            }
            if self.has_ended() || begun.elapsed() > START_LIMIT {
                return Err(ClusterError::Start { output: postmaster::log_tail(&self.data) });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Everything up to the running, not yet answering, server.
/// URL of a database of the cluster of a folder when another process runs it; `None` when nobody does.
#[must_use]
pub fn running_url(config: &ClusterConfig, database: &str) -> Option<String> {
    let data = config.data_dir.join("postgres").join("data").canonicalize().ok()?;
    let sockets = postmaster::running(&data)?;
    let host = encoded(&sockets);
    Some(format!("postgres://postgres@localhost:{PORT}/{}?host={host}&sslmode=disable", encoded(database)))
}

fn prepare(config: &ClusterConfig) -> Result<Cluster, ClusterError> {
    std::fs::create_dir_all(&config.data_dir).map_err(io("create", &config.data_dir))?;
    let base = config.data_dir.canonicalize().map_err(io("find", &config.data_dir))?;
    let account = account::account()?;
    if config.temporary {
        empty(&base)?;
        account::own(&base, account.as_ref())?;
    }
    let root = base.join("postgres");
    if !root.exists() {
        std::fs::create_dir(&root).map_err(io("create", &root))?;
    }
    account::own(&root, account.as_ref())?;
    account::reachable(&root, account.as_ref())?;
    let lock = lock(&root)?;
    let data = root.join("data");
    let binaries = binaries::find(config.bin_dir.as_deref(), existing(&data).map(|v| (v, root.as_path())))?;
    if existing(&data).is_none() {
        initialise(config, &binaries, &root, account.as_ref())?;
    }
    let reused_pid = postmaster::take_over(&binaries, &data, account.as_ref())?;
    let (sockets, elsewhere) = socket_dir(&root, account.as_ref())?;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SUPERVISOR, "dunningd-postgres"]);
    command.arg(if elsewhere { sockets.as_path() } else { Path::new("") });
    command.arg(if config.temporary { base.as_path() } else { Path::new("") });
    command.arg(binaries.program("postgres")).arg("-D").arg(&data);
    for setting in settings(config, &sockets) {
        command.arg("-c").arg(setting);
    }
    account::run_as(&mut command, account.as_ref());
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
    if let Some(pid) = reused_pid {
        // Tells the server that the process in its stale lock file is not a server. It still checks
        // that no process of an earlier life is attached to the shared memory.
        command.env("PG_GRANDPARENT_PID", pid.to_string());
    }
    let log = File::create(root.join("log")).map_err(io("create", &root.join("log")))?;
    let errors = log.try_clone().map_err(io("open", &root.join("log")))?;
    command.stdin(Stdio::piped()).stdout(Stdio::from(log)).stderr(Stdio::from(errors));
    let mut supervisor = command.spawn().map_err(io("start", &binaries.program("postgres")))?;
    let order = supervisor.stdin.take();
    Ok(Cluster { sockets, data, major: binaries.major, account, binaries, supervisor, order, lock })
}

/// A folder that is going to be removed must hold nothing of anybody else's.
fn empty(folder: &Path) -> Result<(), ClusterError> {
    let mut entries = std::fs::read_dir(folder).map_err(io("look into", folder))?;
    if entries.next().is_some() {
        return Err(ClusterError::NotEmpty { folder: folder.to_path_buf() });
    }
    Ok(())
}

fn lock(root: &Path) -> Result<File, ClusterError> {
    let path = root.join("lock");
    let file =
        File::options().create(true).truncate(false).write(true).open(&path).map_err(io("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ClusterError::InUse { folder: root.to_path_buf() }),
        Err(TryLockError::Error(e)) => Err(io("lock", &path)(e)),
    }
}

/// Major version of the data, when there are any.
fn existing(data: &Path) -> Option<u32> {
    std::fs::read_to_string(data.join("PG_VERSION")).ok()?.trim().parse().ok()
}

fn initialise(
    config: &ClusterConfig,
    binaries: &Binaries,
    root: &Path,
    account: Option<&Account>,
) -> Result<(), ClusterError> {
    let fresh = root.join("data.new");
    let run = |locale: &str| {
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh).map_err(io("remove", &fresh))?; // an interrupted start
        }
        let mut command = Command::new(binaries.program("initdb"));
        command
            .arg("-D")
            .arg(&fresh)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", locale]);
        command.arg(if config.durable { "--data-checksums" } else { "--no-sync" });
        account::run_as(&mut command, account);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
        command.stdin(Stdio::null());
        command.output().map_err(io("run", &binaries.program("initdb")))
    };
    let mut output = run("C.UTF-8")?;
    if !output.status.success() {
        output = run("C")?; // an older system without that locale
    }
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = text.lines().rev().take(5).collect();
        return Err(ClusterError::Initdb { output: last.into_iter().rev().collect::<Vec<_>>().join("; ") });
    }
    std::fs::rename(&fresh, root.join("data")).map_err(io("move", &fresh))
}

/// The socket's folder: beside the data, or in the temp folder when that path is too long for a
/// socket (`true`: to be removed at the end).
fn socket_dir(root: &Path, account: Option<&Account>) -> Result<(PathBuf, bool), ClusterError> {
    let near = root.join("run");
    let far = near.as_os_str().len() > SOCKET_DIR_MAX;
    let dir = if far {
        std::env::temp_dir().join(format!("dunningd-{}", uuid::Uuid::now_v7().simple()))
    } else {
        near
    };
    if !far && dir.exists() {
        // What is in it belongs to an earlier life: a lock file there may name a process number that is
        // in use again. The lock on the data still guards the data.
        std::fs::remove_dir_all(&dir).map_err(io("empty", &dir))?;
    }
    // Plain `create_dir` fails when somebody else made the folder first.
    std::fs::create_dir(&dir).map_err(io("create", &dir))?;
    account::own(&dir, account)?;
    account::reachable(&dir, account)?;
    Ok((dir, far))
}

fn settings(config: &ClusterConfig, sockets: &Path) -> Vec<String> {
    let mut out = vec![
        format!("unix_socket_directories={}", sockets.display()),
        "unix_socket_permissions=0700".to_owned(),
        "listen_addresses=".to_owned(),
        format!("port={PORT}"),
        "max_connections=60".to_owned(),
        "shared_buffers=128MB".to_owned(),
        "max_wal_size=2GB".to_owned(),
        "checkpoint_timeout=15min".to_owned(),
        "wal_compression=on".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
        "jit=off".to_owned(),
        "logging_collector=off".to_owned(),
        // Statements would put row contents into the server's log.
        "log_min_error_statement=panic".to_owned(),
        "log_error_verbosity=terse".to_owned(),
    ];
    if !config.durable {
        out.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
    }
    out.extend(config.settings.iter().cloned());
    out
}

/// Percent-encoding for a URL.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests;
