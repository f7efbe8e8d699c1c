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
    /// The log lies beside the file itself, wherever links lead.
    log_path: PathBuf,
    /// Set when a connection holds the log open: before that, the last one to close it may take it away.
    log: OnceLock<FileId>,
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
        let mut log_path = fs::canonicalize(path).map_err(|error| gone_or(path, &error))?.into_os_string();
        log_path.push("-wal");
        Ok(Identity { path: path.to_owned(), file, log_path: log_path.into(), log: OnceLock::new() })
    }

    /// From now on the log is held open, and must stay the same.
    pub fn hold_log(&self) {
        if let Ok(log) = FileId::at(&self.log_path) {
            self.log.get_or_init(|| log);
        }
    }

    /// # Errors
    /// `StoreError::Moved` if the path leads to another file by now, or to none, or its log is another one.
    pub fn check(&self) -> Result<()> {
        let file = FileId::at(&self.path).map_err(|error| gone_or(&self.path, &error))?;
        let log = match self.log.get() {
            Some(known) => *known == FileId::at(&self.log_path).map_err(|error| gone_or(&self.path, &error))?,
            None => true,
        };
        if file == self.file && log { Ok(()) } else { Err(StoreError::Moved { path: self.path.clone() }) }
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

    /// A directory with a database of two files that is open.
    fn opened() -> (tempfile::TempDir, PathBuf, Identity) {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = directory.path().join("sms.db");
        fs::write(&path, "").expect("writes");
        fs::write(directory.path().join("sms.db-wal"), "").expect("writes");
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
