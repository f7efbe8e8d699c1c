//! Whose a scratch directory is, and the end of those whose owner is gone: a run that was killed removes nothing itself.
//!
//! The owner keeps a lock on a file in it, which the kernel takes back when the process ends, however it ends. What is kept on
//! purpose has no such file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use crate::store::boot_id;

/// The file. Under its first name nobody looks for it: it is locked before it gets this one.
const NAME: &str = "owner";
const FIRST_NAME: &str = "owner.new";
/// How many hexadecimal digits stand behind the prefix of a name.
const DIGITS: usize = 8;
/// More than an owner ever writes.
const BYTES_MAX: u64 = 4096;

/// The lock of this process on its directory.
pub(super) struct Owner(File);

impl Owner {
    /// Takes a directory that was just made.
    ///
    /// # Errors
    /// The file cannot be made, or the file system has no locks.
    pub(super) fn of(directory: &Path) -> io::Result<Owner> {
        let first = directory.join(FIRST_NAME);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&first)?;
        file.try_lock()?;
        writeln!(file, "{}", boot_id())?;
        fs::rename(&first, directory.join(NAME))?;
        Ok(Owner(file))
    }

    /// Notes what else has to go with the directory.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn note(&mut self, what: &str) -> io::Result<()> {
        self.0.write_all(what.as_bytes())
    }
}

/// The directory is nobody's from now on, and stays.
pub(super) fn release(directory: &Path) {
    // If it cannot be removed, whoever keeps the directory has to move what is in it.
    let _ = fs::remove_file(directory.join(NAME));
}

/// Removes the directories below `parent` whose names begin with `prefix` and whose owners are gone. Of one that has something
/// noted, `undo` says whether that is gone, too; otherwise it stays.
pub(super) fn clear(parent: &Path, prefix: &str, undo: &dyn Fn(&str) -> bool) {
    // What cannot be looked at is left to whoever cleans up.
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| is_scratch(name, prefix));
        if is_ours
            && let Some((_lock, noted)) = left(&entry.path())
            && (noted.is_empty() || undo(&noted))
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a name is one that is given to what is scratch.
pub(super) fn is_scratch(name: &str, prefix: &str) -> bool {
    let digits = name.strip_prefix(prefix).unwrap_or_default();
    digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The lock on a directory whose owner is gone for certain, and what it noted. A lock tells of the processes of this kernel alone, so a
/// directory of another boot may be another host's.
fn left(directory: &Path) -> Option<(File, String)> {
    let found = fs::symlink_metadata(directory).ok()?;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
        return None;
    }
    let path = directory.join(NAME);
    let is_file = fs::symlink_metadata(&path).ok()?.is_file();
    let file = is_file.then(|| OpenOptions::new().read(true).write(true).open(&path).ok())??;
    file.try_lock().ok()?;
    let mut text = String::new();
    (&file).take(BYTES_MAX).read_to_string(&mut text).ok()?;
    let (boot_then, noted) = text.split_once('\n')?;
    let is_here = !boot_then.is_empty() && boot_then == boot_id();
    is_here.then(|| (file, noted.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Folder;

    fn names(parent: &Path) -> Vec<String> {
        let entries = fs::read_dir(parent).expect("a directory").filter_map(Result::ok);
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// A directory as a killed run leaves it.
    fn orphan(parent: &Path, name: &str, text: &str) {
        fs::create_dir(parent.join(name)).expect("a directory");
        fs::write(parent.join(name).join("queue.db"), "x").expect("a file");
        fs::write(parent.join(name).join(NAME), text).expect("a file");
    }

    #[test]
    fn what_a_killed_run_left_goes_and_nothing_else() {
        let home = tempfile::tempdir().expect("a directory");
        let alive = Folder::make(home.path(), "smsctl_scratch_").expect("made");
        let mut kept = Folder::make(home.path(), "smsctl_scratch_").expect("made");
        kept.keep();
        let kept_name = kept.path().file_name().expect("a name").to_string_lossy().into_owned();
        drop(kept);
        let here = format!("{}\n", boot_id());
        orphan(home.path(), "smsctl_scratch_00000001", &here);
        orphan(home.path(), "smsctl_scratch_00000002", "another-boot\n");
        orphan(home.path(), "smsctl_scratch_00000003", "");
        orphan(home.path(), "smsctl_scratch_mine", &here);
        orphan(home.path(), "other_00000004", &here);
        std::os::unix::fs::symlink(home.path().join("other_00000004"), home.path().join("smsctl_scratch_00000005"))
            .expect("a link");
        let before = names(home.path());
        let next = Folder::make(home.path(), "smsctl_scratch_").expect("made");
        let next_name = next.path().file_name().expect("a name").to_string_lossy().into_owned();
        let mut wanted: Vec<_> = before.into_iter().filter(|name| name != "smsctl_scratch_00000001").collect();
        wanted.push(next_name);
        wanted.sort();
        assert_eq!(names(home.path()), wanted);
        assert!(alive.path().join(NAME).exists() && home.path().join(kept_name).exists());
    }

    #[test]
    fn what_was_noted_goes_first() {
        let home = tempfile::tempdir().expect("a directory");
        orphan(home.path(), "smsctl_scratch_00000001", &format!("{}\na database", boot_id()));
        clear(home.path(), "smsctl_scratch_", &|_| false);
        assert_eq!(names(home.path()).len(), 1, "it is still there");
        clear(home.path(), "smsctl_scratch_", &|noted| noted == "a database");
        assert_eq!(names(home.path()), [""; 0]);
    }
}
