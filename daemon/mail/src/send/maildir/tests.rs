use super::*;
use crate::outgoing::Envelope;
use crate::send::Mailer;

fn letter() -> (Envelope, Vec<u8>) {
    let envelope = Envelope { from: None, to: vec!["a@b.test".parse().unwrap()] };
    (envelope, b"Subject: x\r\n\r\nbody\r\n".to_vec())
}

fn entries(root: &Path, folder: &str) -> Vec<PathBuf> {
    fs::read_dir(root.join(folder)).unwrap().map(|e| e.unwrap().path()).collect()
}

fn mailer(root: &Path) -> Mailer {
    Mailer::from_url(&format!("maildir://{}", root.display()), Default::default()).unwrap()
}

#[tokio::test]
async fn a_letter_appears_whole_in_new_and_twice_when_sent_twice() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("deep/er");
    let (envelope, bytes) = letter();
    for round in 1..=3 {
        let ready = mailer(&root).open(&envelope, bytes.len()).await.unwrap();
        assert!(matches!(ready.transmit(&bytes).await, Outcome::Accepted(_)));
        assert_eq!(entries(&root, "new").len(), round);
    }
    assert!(entries(&root, "new").iter().all(|path| fs::read(path).unwrap() == bytes));
    assert!(entries(&root, "tmp").is_empty());
}

#[tokio::test]
async fn a_dropped_slot_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (envelope, bytes) = letter();
    mailer(folder.path()).open(&envelope, bytes.len()).await.unwrap().abandon();
    assert!(entries(folder.path(), "new").is_empty() && entries(folder.path(), "tmp").is_empty());
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_deferred() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"in the way").unwrap();
    let (envelope, bytes) = letter();
    let error = mailer(&file).open(&envelope, bytes.len()).await.unwrap_err();
    assert!(matches!(&error, SendError::Deferred(r) if r.phase == Phase::Folder), "{error}");
    assert!(mailer(&file).probe().await.is_err());
}

#[test]
fn a_disk_that_fills_up_in_the_middle_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    prepare(root).unwrap();
    let failed = deliver(root, b"0123456789", |file, bytes| {
        file.write_all(&bytes[..5])?;
        Err(io::ErrorKind::StorageFull.into())
    });
    assert!(matches!(failed, Err(Failure::Before(e)) if e.kind() == io::ErrorKind::StorageFull));
    assert!(entries(root, "tmp").is_empty() && entries(root, "new").is_empty());
}

#[tokio::test]
async fn a_vanished_folder_after_open_is_deferred_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("box");
    let (envelope, bytes) = letter();
    let ready = mailer(&root).open(&envelope, bytes.len()).await.unwrap();
    fs::remove_dir_all(&root).unwrap();
    assert!(matches!(ready.transmit(&bytes).await, Outcome::Deferred { reply: None, .. }));
}

#[test]
fn leftovers_of_a_crash_do_not_block_the_next_letter() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    prepare(root).unwrap();
    let stem = crate::base32::encode(&Sha256::digest(b"letter"))[..26].to_owned();
    fs::write(root.join("tmp").join(format!("{stem}.0.dunningd")), b"half a let").unwrap();
    let name = deliver(root, b"letter", |file, bytes| file.write_all(bytes)).unwrap();
    assert_eq!(fs::read(root.join("new").join(name)).unwrap(), b"letter");
}
