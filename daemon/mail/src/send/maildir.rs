//! Letters as files in a Maildir.
//!
//! Why: the demo must send without a server, into something any mail program opens. Guarantees
//! (<https://cr.yp.to/proto/maildir.html>): a letter is written to `tmp/`, synced, and appears in
//! `new/` under a name that did not exist; a full disk or a missing right is a clean deferral with
//! nothing left behind; two letters never share a file, even with equal content, so a letter sent
//! twice is seen twice.
//!
//! What it does not do: the names carry no time and no host, since neither clock nor chance is
//! ours; mail programs sort by the `Date` field.

use super::{Outcome, Phase, Refusal, Reply, SendError};
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How many equal names are tried before giving up.
const MAX_TRIES: u32 = 10_000;

/// A Maildir; made when it does not exist.
#[derive(Debug, Clone)]
pub struct Maildir {
    root: PathBuf,
}

impl Maildir {
    /// A Maildir at `root`. Nothing is touched before the first letter.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    pub(super) async fn open(&self) -> Result<Slot, SendError> {
        let root = self.root.clone();
        let ready = tokio::task::spawn_blocking(move || prepare(&root).map(|()| Slot { root }));
        let ready = ready.await.unwrap_or_else(|_| Err(io::Error::other("the folder task ended early")));
        ready.map_err(|error| {
            let why = error.kind().to_string();
            SendError::Deferred(Refusal { phase: Phase::Folder, why, reply: None, refused: vec![] })
        })
    }
}

/// The three folders exist and `tmp` takes a file.
fn prepare(root: &Path) -> io::Result<()> {
    for folder in ["tmp", "new", "cur"] {
        fs::create_dir_all(root.join(folder))?;
    }
    create_unique(&root.join("tmp"), "probe").map(drop)
}

#[derive(Debug)]
pub(super) struct Slot {
    root: PathBuf,
}

impl Slot {
    pub async fn transmit(self, bytes: &[u8]) -> Outcome {
        let bytes = bytes.to_vec();
        let written = tokio::task::spawn_blocking(move || {
            deliver(&self.root, &bytes, |file, bytes| file.write_all(bytes))
        });
        match written.await {
            Ok(Ok(name)) => Outcome::Accepted(Reply { code: 250, text: name }),
            Ok(Err(Failure::Before(error))) => {
                Outcome::Deferred { reply: None, why: error.kind().to_string() }
            }
            Ok(Err(Failure::After(error))) => Outcome::InDoubt { why: error.kind().to_string() },
            Err(_) => Outcome::InDoubt { why: "the folder task ended early".to_owned() },
        }
    }
}

/// Whether the letter was visible when something went wrong.
#[derive(Debug)]
enum Failure {
    Before(io::Error),
    After(io::Error),
}

/// A file of our own in `tmp`, removed when it goes out of scope.
#[derive(Debug)]
struct Draft {
    file: File,
    path: PathBuf,
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed stays in tmp/, where no mail program looks.
        let _ = fs::remove_file(&self.path);
    }
}

fn create_unique(folder: &Path, stem: &str) -> io::Result<Draft> {
    for number in 0..MAX_TRIES {
        let path = folder.join(format!("{stem}.{number}.dunningd"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok(Draft { file, path }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Writes, syncs and publishes; `write` is a parameter so that a failing disk can be tested.
fn deliver(
    root: &Path,
    bytes: &[u8],
    write: impl FnOnce(&mut File, &[u8]) -> io::Result<()>,
) -> Result<String, Failure> {
    let digest = crate::base32::encode(&Sha256::digest(bytes));
    let stem = digest.get(..26).unwrap_or(&digest);
    let mut draft = create_unique(&root.join("tmp"), stem).map_err(Failure::Before)?;
    write(&mut draft.file, bytes).and_then(|()| draft.file.sync_all()).map_err(Failure::Before)?;
    let folder = root.join("new");
    let name = publish(&draft.path, &folder, stem).map_err(Failure::Before)?;
    drop(draft);
    File::open(&folder).and_then(|folder| folder.sync_all()).map_err(Failure::After)?;
    Ok(name)
}

/// A hard link fails when the name exists, where a rename would overwrite. File systems without
/// hard links get the rename, after a look.
fn publish(draft: &Path, folder: &Path, stem: &str) -> io::Result<String> {
    for number in 0..MAX_TRIES {
        let name = format!("{stem}.{number}.dunningd");
        let target = folder.join(&name);
        // A mail program moves what it has seen to cur/ and adds flags: the name stays free.
        match fs::hard_link(draft, &target) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if no_links(&error) && !target.try_exists()? => {
                return fs::rename(draft, &target).map(|()| name);
            }
            Err(error) if no_links(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn no_links(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

#[cfg(test)]
mod tests;
