//! A backup before it has its name, and the end of those that were ended half way: a run that was killed removes nothing itself.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::super::connect::{self, Speak, io_error};
use super::directory_of;
use crate::store::backup::{BackupError, BackupOrder};
use crate::store::{Result, StoreError, boot_id};

/// How the names of such files end, after the number of the process and its boot.
const ENDING: &str = ".part";
/// What SQLite keeps beside such a file.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];
/// So many digits of a boot's name tell it from others.
const BOOT_DIGITS: usize = 8;
/// For so long a part of another boot, perhaps another host's, is taken for one that is being written.
const YOUNG: Duration = Duration::from_secs(60);
/// How often a part is made anew that was taken for a dead one's: between its making and its lock.
const TRIES: usize = 16;

/// A file of its owner's alone, in the directory of the backup.
pub(super) struct Part {
    path: PathBuf,
    directory: PathBuf,
    /// Held for as long as somebody is at it.
    _lock: File,
}

impl Part {
    /// Makes one for the backup `file`, and removes those under its name whose processes are gone.
    ///
    /// # Errors
    /// It cannot be made there.
    pub(super) fn create(file: &Path) -> Result<Part> {
        let directory = directory_of(file);
        if !directory.is_dir() {
            return Err(StoreError::NoDirectory { path: directory });
        }
        let name = format!(".{}.", file.file_name().unwrap_or_default().to_string_lossy());
        clear(&directory, &name);
        let path = directory.join(format!("{name}{}-{}{ENDING}", std::process::id(), boot()));
        let lock = make(&path).map_err(|error| io_error(file, &error))?;
        Ok(Part { path, directory, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it as a database.
    ///
    /// # Errors
    /// SQLite cannot open it.
    pub(super) fn open(&self) -> Result<Connection> {
        let speak = Speak::new(&self.path);
        let connection = Connection::open_with_flags(&self.path, connect::flags()).map_err(|e| speak.of(e))?;
        // The whole file is flushed at the end, before it takes its name.
        connection.pragma_update(None, "synchronous", "OFF").map_err(|e| speak.of(e))?;
        Ok(connection)
    }

    /// Flushes the file, gives it its name, and flushes that. Its size.
    ///
    /// # Errors
    /// The file cannot be written, or a file came to its place meanwhile.
    pub(super) fn take_name(self, order: &BackupOrder) -> Result<u64> {
        let name = || -> io::Result<u64> {
            let file = File::open(&self.path)?;
            file.sync_all()?;
            if order.overwrite {
                fs::rename(&self.path, &order.file)?;
            } else {
                // Fails where a file came meanwhile; a rename would replace it.
                fs::hard_link(&self.path, &order.file)?;
            }
            File::open(&self.directory)?.sync_all()?;
            Ok(file.metadata()?.len())
        };
        name().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { file: order.file.clone() }.into(),
            _ => io_error(&order.file, &error),
        })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes a part with what is beside it. What is not there has its name by now, or never was.
fn remove(part: &Path) {
    // The part goes last: without it nobody would look for the others under its name.
    for ending in COMPANIONS.into_iter().chain([""]) {
        let _ = fs::remove_file(beside(part, ending));
    }
}

fn beside(part: &Path, ending: &str) -> PathBuf {
    let mut path = part.as_os_str().to_owned();
    path.push(ending);
    PathBuf::from(path)
}

fn boot() -> &'static str {
    boot_id().get(..BOOT_DIGITS).unwrap_or_default()
}

/// Makes the file and locks it. Another backup that clears up may have come between: then it is made anew.
fn make(path: &Path) -> io::Result<File> {
    for _ in 0..TRIES {
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        // Who clears up holds it for a moment. A file system without locks keeps what was left behind.
        let _is_locked = made.lock();
        let own = made.metadata()?;
        if fs::metadata(path).is_ok_and(|there| (there.dev(), there.ino()) == (own.dev(), own.ino())) {
            return Ok(made);
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Removes what backups under the same name left behind that were ended half way.
fn clear(directory: &Path, name: &str) {
    // What cannot be looked at is left to whoever cleans up.
    for entry in fs::read_dir(directory).into_iter().flatten().filter_map(io::Result::ok) {
        let found = entry.file_name();
        let Some(found) = found.to_str().filter(|found| found.starts_with(name)) else { continue };
        let part = COMPANIONS.iter().find_map(|ending| found.strip_suffix(ending)).unwrap_or(found);
        let Some(boot) = part[name.len()..].strip_suffix(ENDING).and_then(boot_of) else { continue };
        remove_left(&directory.join(part), &entry.path(), boot);
    }
}

/// The boot in a name, where it is a part's: `1234-0a1b2c3d`. Earlier versions wrote the number of the process alone.
fn boot_of(middle: &str) -> Option<&str> {
    let (process, boot) = middle.split_once('-').unwrap_or((middle, ""));
    let is_process = !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit());
    (is_process && boot.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(boot)
}

/// Removes a part, of which `found` is one of the files, if nobody is at it any more. Whoever lives holds the lock on his own. Of
/// another boot, which may be another host's, a lock may not tell: such a part must be old as well.
fn remove_left(part: &Path, found: &Path, boot_then: &str) {
    let is_gone = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
    let there = fs::symlink_metadata(part);
    // Without its part it has its name by now, or was removed: nobody opens what is left beside it.
    let is_alone = there.as_ref().is_err_and(is_gone);
    let Ok(data) = (if is_alone { fs::symlink_metadata(found) } else { there }) else { return };
    let is_here = !boot_then.is_empty() && boot_then == boot();
    let is_old = || data.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > YOUNG));
    if !data.is_file() || !(is_here || is_old()) {
        return;
    }
    // Held until it is removed: whoever has just made it waits, and sees that it is gone.
    let lock = File::open(part).ok().filter(|file| file.try_lock().is_ok());
    if is_alone || lock.is_some() {
        remove(part);
    }
}
