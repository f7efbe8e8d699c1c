//! Whether the files that are open are still those at the database's path.
//!
//! A file that was removed or renamed stays open, and SQLite goes on writing into it: a worker would send from a queue that
//! nobody else can see, and what another program puts at the path may hold the same messages again. Files are looked at by
//! their path only: to open the database by hand and close it again would drop the locks that SQLite holds on it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::connect::io_error;
use crate::store::{Result, StoreError};

/// The files of an open database.
#[derive(Debug)]
pub(super) struct Identity {
    path: PathBuf,
    file: FileId,
    log: Beside,
    /// The index of the log, which also holds the locks of all who use the database: who comes after another one was made there sees
    /// none of those who hold the old one, and both write.
    index: Beside,
}

/// A file that SQLite keeps beside the database file itself, wherever links lead.
#[derive(Debug)]
struct Beside {
    path: PathBuf,
    /// Set when a connection holds it open: before that, the last one to close it may take it away.
    held: OnceLock<FileId>,
}

impl Beside {
    fn new(database: &Path, ending: &str) -> Beside {
        let mut path = database.as_os_str().to_owned();
        path.push(ending);
        Beside { path: path.into(), held: OnceLock::new() }
    }

    fn hold(&self) {
        if let Ok(found) = FileId::at(&self.path) {
            self.held.get_or_init(|| found);
        }
    }

    /// Whether it is the one that is held, if one is.
    fn is_same(&self) -> io::Result<bool> {
        let Some(held) = self.held.get() else { return Ok(true) };
        match FileId::at(&self.path) {
            Ok(found) => Ok(found == *held),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// One file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl Identity {
    /// The files of the database at `path`, which was just opened.
    pub fn of(path: &Path) -> Result<Identity> {
        let file = FileId::at(path).map_err(|error| gone_or(path, &error))?;
        let real = fs::canonicalize(path).map_err(|error| gone_or(path, &error))?;
        let beside = |ending| Beside::new(&real, ending);
        Ok(Identity { path: path.to_owned(), file, log: beside("-wal"), index: beside("-shm") })
    }

    /// From now on the log and its index are held open, and must stay the same.
    pub fn hold_log(&self) {
        self.log.hold();
        self.index.hold();
    }

    /// # Errors
    /// `StoreError::Moved` if the path leads to another file by now, or to none, or its log is another one;
    /// `StoreError::IndexRemoved` if the index of the log is.
    pub fn check(&self) -> Result<()> {
        let file = FileId::at(&self.path).map_err(|error| gone_or(&self.path, &error))?;
        let is_same = |beside: &Beside| beside.is_same().map_err(|error| io_error(&beside.path, &error));
        if file != self.file || !is_same(&self.log)? {
            return Err(StoreError::Moved { path: self.path.clone() });
        }
        if is_same(&self.index)? { Ok(()) } else { Err(StoreError::IndexRemoved { path: self.index.path.clone() }) }
    }
}

fn gone_or(path: &Path, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::NotFound => StoreError::Moved { path: path.to_owned() },
        _ => io_error(path, error),
    }
}

impl FileId {
    fn at(path: &Path) -> io::Result<FileId> {
        let found = fs::metadata(path)?;
        Ok(FileId { device: found.dev(), inode: found.ino() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_moved(identity: &Identity) -> bool {
        matches!(identity.check(), Err(StoreError::Moved { .. }))
    }

    /// A directory with a database of three files that is open.
    fn opened() -> (tempfile::TempDir, PathBuf, Identity) {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = directory.path().join("sms.db");
        fs::write(&path, "").expect("writes");
        fs::write(directory.path().join("sms.db-wal"), "").expect("writes");
        fs::write(directory.path().join("sms.db-shm"), "").expect("writes");
        let identity = Identity::of(&path).expect("it is there");
        identity.hold_log();
        identity.check().expect("it is where it was");
        (directory, path, identity)
    }

    #[test]
    fn a_file_that_was_renamed_and_put_back_is_the_same() {
        let (directory, path, identity) = opened();
        let elsewhere = directory.path().join("old.db");
        fs::rename(&path, &elsewhere).expect("renames");
        assert!(is_moved(&identity), "it is gone");
        fs::write(&path, "").expect("writes");
        assert!(is_moved(&identity), "another one is in its place");
        fs::rename(&elsewhere, &path).expect("renames");
        identity.check().expect("it is back");
    }

    #[test]
    fn a_log_that_is_gone_is_noticed() {
        let (directory, _, identity) = opened();
        fs::remove_file(directory.path().join("sms.db-wal")).expect("removes");
        assert!(is_moved(&identity));
    }

    #[test]
    fn an_index_of_the_log_that_is_gone_or_made_anew_is_noticed() {
        let (directory, _, identity) = opened();
        let index = directory.path().join("sms.db-shm");
        let is_noticed = || matches!(identity.check(), Err(StoreError::IndexRemoved { .. }));
        // While the old one stands, no other file can have its number.
        fs::rename(&index, directory.path().join("old")).expect("renames");
        assert!(is_noticed());
        fs::write(&index, "").expect("writes");
        assert!(is_noticed());
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_noticed() {
        let (directory, path, _) = opened();
        let link = directory.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).expect("links");
        let identity = Identity::of(&link).expect("it is there");
        identity.check().expect("it is where it was");
        let other = directory.path().join("other.db");
        fs::write(&other, "").expect("writes");
        fs::remove_file(&link).expect("removes");
        std::os::unix::fs::symlink(&other, &link).expect("links");
        assert!(is_moved(&identity));
    }
}
