//! What an earlier life left behind, and the server's log.
//!
//! Why: after a kill of daemon and supervisor the server may still run on our data, or its lock file
//! may name a process that is something else by now. Guarantees: a process is only ever stopped when
//! it verifiably is a server on this very folder. The caller holds the folder's lock.

use super::account::{Account, run_as};
use super::binaries::Binaries;
use super::error::ClusterError;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// Stops an orphaned server of this folder. Returns the process id of a lock file that names a living
/// process which is no such server.
pub(super) fn take_over(
    binaries: &Binaries,
    data: &Path,
    account: Option<&Account>,
) -> Result<Option<u32>, ClusterError> {
    let Some(pid) = recorded_pid(data) else { return Ok(None) };
    if !serves(pid, data) {
        return Ok(alive(pid).then_some(pid));
    }
    tracing::warn!("stopping a PostgreSQL server that outlived its daemon");
    for mode in ["fast", "immediate"] {
        if stop(binaries, data, account, mode) {
            return Ok(None);
        }
    }
    Err(ClusterError::Start { output: format!("a server from before (process {pid}) does not stop") })
}

/// `pg_ctl stop`; whether the server is down.
pub(super) fn stop(binaries: &Binaries, data: &Path, account: Option<&Account>, mode: &str) -> bool {
    let mut command = Command::new(binaries.program("pg_ctl"));
    command.arg("stop").arg("-D").arg(data).args(["-w", "-s", "-t", "30", "-m", mode]);
    run_as(&mut command, account);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|s| s.success()) || recorded_pid(data).is_none()
}

/// The socket folder of the server that runs on this data folder, if one does.
pub(super) fn running(data: &Path) -> Option<String> {
    let pid = recorded_pid(data)?;
    if !serves(pid, data) {
        return None;
    }
    // Fifth line of the lock file: the first socket folder.
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    text.lines().nth(4).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

fn recorded_pid(data: &Path) -> Option<u32> {
    std::fs::read_to_string(data.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
}

fn alive(pid: u32) -> bool {
    if Path::new("/proc/self").exists() {
        return Path::new(&format!("/proc/{pid}")).exists();
    }
    command_line(pid).is_some()
}

/// The process is a server on this data folder. Read from its command line, which, unlike its working
/// directory, everybody may read.
fn serves(pid: u32, data: &Path) -> bool {
    if Path::new("/proc/self").exists() {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let args: Vec<&[u8]> = line.split(|b| *b == 0).collect();
        return args.windows(2).any(|w| matches!(w, [b"-D", dir] if *dir == data.as_os_str().as_bytes()));
    }
    command_line(pid).is_some_and(|line| line.contains(&format!("-D {} ", data.display())))
}

/// The command line of a process, on systems without /proc.
fn command_line(pid: u32) -> Option<String> {
    let output = Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!line.is_empty()).then_some(line)
}

/// The last lines of the server's log.
pub(super) fn log_tail(data: &Path) -> String {
    let path = data.with_file_name("log");
    let text = std::fs::read(&path).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default();
    let last: Vec<&str> = text.lines().rev().take(8).collect();
    if last.is_empty() {
        return format!("no word from it in {}", path.display());
    }
    last.into_iter().rev().collect::<Vec<_>>().join("; ")
}
