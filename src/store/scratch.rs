//! A database to try things on: of the same kind and in the same place as the real one, which it never touches, and gone
//! afterwards; after a run that was killed, when the next one begins in the same place.

mod owner;

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use self::owner::Owner;
use super::error::Cause;
use super::{Location, Result, Server, StoreError, mysql, url};

/// What the names of scratch directories and databases begin with; what is left of a run that was killed can be found by it.
const PREFIX: &str = "smsctl_scratch_";

/// A scratch database, and a directory for what else is needed. Both are removed when it is dropped.
pub struct Scratch {
    folder: Folder,
    location: Location,
    /// With the password, if there is one.
    url: String,
    /// The server to drop the database from.
    server: Option<Server>,
}

impl Scratch {
    /// A new database beside the one at `url`: in a directory of its own on the same disk as a file, or on the same server, with
    /// a directory below `temporary`. It has no tables yet.
    ///
    /// # Errors
    /// `StoreError::NoScratch` if the account may not create a database; the URL, the directory or the server.
    pub fn beside(url: &str, password_file: Option<&Path>, temporary: &Path) -> Result<Scratch> {
        match Location::parse(url, Path::new(""))?.with_password_file(password_file) {
            Location::Sqlite(path) => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let folder = folder_in(parent)?;
                let location = Location::Sqlite(folder.path().join("queue.db"));
                Ok(Scratch { url: location.url(), location, folder, server: None })
            }
            Location::Mysql(server) => {
                owner::clear(temporary, PREFIX, &|noted| drop_noted(&server, noted));
                let mut folder = folder_in(temporary)?;
                let name = format!("{PREFIX}{:08x}", fastrand::u32(..));
                folder.note(&noted(&server, &name))?;
                let one = mysql::scratch::make(&server, &name)?;
                let url = url::with_place(url, &one.hosts[0], &name);
                let location = Location::Mysql(Server { database: name, ..one.clone() });
                Ok(Scratch { folder, location, url, server: Some(one) })
            }
        }
    }

    /// Where it is.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// For the settings of a process of our own: with the password, so it is never shown.
    pub fn secret_url(&self) -> &str {
        &self.url
    }

    /// Leaves database and directory where they are; says where the directory is.
    pub fn keep(&mut self) -> &Path {
        self.server = None;
        self.folder.keep();
        self.folder.path()
    }

    /// A directory that nobody else can read.
    pub fn directory(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let (Some(server), Location::Mysql(scratch)) = (&self.server, &self.location) {
            // A server that is away keeps it; its name says what it is.
            let _ = mysql::scratch::remove(server, &scratch.database);
        }
    }
}

/// A directory that nobody else can read, removed with all that is in it when it is dropped, unless it is to be kept.
pub struct Folder {
    path: PathBuf,
    /// It is left where it is.
    keep: bool,
    /// `None` where there are no locks: should this process be killed, nobody finds the directory.
    owner: Option<Owner>,
}

impl Folder {
    /// Makes it below `parent`, under a name that begins with `prefix` and is not taken. Those of runs that were killed are removed.
    ///
    /// # Errors
    /// `parent` is not there or cannot be written.
    pub fn make(parent: &Path, prefix: &str) -> io::Result<Folder> {
        /// Names that are tried: one is taken only if somebody guessed it.
        const TRIES: u32 = 16;
        owner::clear(parent, prefix, &|_| false);
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for _ in 0..TRIES {
            let path = parent.join(format!("{prefix}{:08x}", fastrand::u32(..)));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {
                    let owner = Owner::of(&path).ok();
                    return Ok(Folder { path, keep: false, owner });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it where it is, for good.
    pub fn keep(&mut self) {
        self.keep = true;
        owner::release(&self.path);
    }

    /// Notes what has to go with it, should this process be killed.
    fn note(&mut self, what: &str) -> Result<()> {
        let noted = self.owner.as_mut().map_or(Ok(()), |owner| owner.note(what));
        noted.map_err(|error| StoreError::Io { path: self.path.clone(), cause: Cause(error.to_string()) })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.keep {
            // What cannot be removed is left to whoever cleans up.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// What a directory notes of the database on a server that belongs to it.
fn noted(server: &Server, name: &str) -> String {
    format!("{name} {}", Location::Mysql(server.clone()).url())
}

/// Drops the database that a killed run noted, if it is a scratch database beside this very one; tells whether it is gone.
fn drop_noted(server: &Server, text: &str) -> bool {
    let Some((name, _)) = text.split_once(' ') else { return false };
    owner::is_scratch(name, PREFIX) && noted(server, name) == text && mysql::scratch::remove(server, name).is_ok()
}

fn folder_in(parent: &Path) -> Result<Folder> {
    Folder::make(parent, PREFIX).map_err(|error| {
        let path = parent.to_owned();
        match error.kind() {
            io::ErrorKind::NotFound if parent.is_dir() => StoreError::nothing_made(parent, parent),
            io::ErrorKind::NotFound => StoreError::NoDirectory { path },
            io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path, file: None },
            io::ErrorKind::PermissionDenied => StoreError::Denied { path, cause: Cause(error.to_string()) },
            io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge => StoreError::DiskFull { path },
            _ => StoreError::Io { path, cause: Cause(error.to_string()) },
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Access, Options, open};

    #[test]
    fn a_scratch_file_lies_on_the_same_disk_and_leaves_nothing_behind() {
        let home = tempfile::tempdir().unwrap();
        let url = format!("sqlite:///{}/sms.db", home.path().display());
        let scratch = Scratch::beside(&url, None, Path::new("/nowhere")).unwrap();
        assert_eq!(scratch.directory().parent(), Some(home.path()));
        assert_eq!(Location::parse(scratch.secret_url(), Path::new("")).unwrap(), *scratch.location());
        let store = open(scratch.location(), &Options::new(Access::Create)).unwrap().store;
        assert_eq!(store.stats().unwrap().tasks.pending, 0);
        let mode = std::os::unix::fs::PermissionsExt::mode(&scratch.directory().metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o700);
        drop((store, scratch));
        assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "neither database nor scratch is left");
    }

    #[test]
    fn a_place_that_is_not_there_is_said() {
        let found = Scratch::beside("sqlite:////nowhere/at/all/sms.db", None, Path::new("/tmp"));
        assert!(matches!(found, Err(StoreError::NoDirectory { path }) if path == Path::new("/nowhere/at/all")));
        let found = Scratch::beside("sqlite:////proc/sms.db", None, Path::new("/tmp")).map(|_| ()).unwrap_err();
        assert!(matches!(&found, StoreError::Denied { path, .. } if path == Path::new("/proc")), "{found}");
        let found =
            open(&Location::Sqlite("/proc/sms.db".into()), &Options::new(Access::Create)).map(|_| ()).unwrap_err();
        assert!(matches!(&found, StoreError::Denied { path, .. } if path == Path::new("/proc/sms.db")), "{found}");
    }
}
