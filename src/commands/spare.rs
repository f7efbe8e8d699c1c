//! Files that are written because the user named them: never over the queue, what belongs to it, the settings, or what is read.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Context, work};
use crate::config::{self, Environment};
use crate::error::{Error, Kind};
use crate::store::{Location, companion_of, is_companion};

/// Links that are followed one after the other, as the system does.
const LINKS_MAX: usize = 40;

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Rejects, figures, a ledger.
    Output,
    /// A backup, which may replace another one.
    Backup,
    /// The settings file, which may replace the one that is in use.
    Settings,
    /// A database, which may be that of the settings.
    Database,
}

/// Refuses a file that is still needed: the database of the settings, what belongs to it, or the settings file in use. It is
/// asked before anything is opened: to open may be to empty, and by then it is too late.
///
/// # Errors
/// Says what the file is.
pub fn require_spare(path: &Path, role: Role, context: &Context) -> Result<(), Error> {
    let environment = Environment::of_process();
    let place = Spot::of(path);
    let shown = path.display();
    if role != Role::Settings
        && let Some(settings) = config::file_in_use(&context.overrides(), &environment)
        && place.is(&Spot::of(&settings))
    {
        return Err(refused(format!("`{shown}` is the settings file in use")));
    }
    let own = match location(context, &environment) {
        Some(Location::Sqlite(database)) => {
            if role != Role::Database && place.is(&Spot::of(&database)) {
                return Err(refused(format!("`{shown}` is a database in use")));
            }
            require_apart(path, &database)
        }
        // Their directories are looked for, and may be made: not for any other name.
        Some(server) if place.name().starts_with(b"flight-") => match work::flight(&server) {
            Some(logs) if logs.has(&place.path) => Err(refused(format!("`{shown}` is the flight log of a worker"))),
            _ => Ok(()),
        },
        _ => Ok(()),
    };
    own.and_then(|()| require_no_other(&place, role, path))
}

/// Refuses what another queue lives in: what replaced it would be neither.
fn require_no_other(place: &Spot, role: Role, path: &Path) -> Result<(), Error> {
    let shown = path.display();
    if matches!(role, Role::Output | Role::Settings) && is_database(&place.path) {
        return Err(refused(format!("`{shown}` is a database")));
    }
    match place.companion_of().filter(|database| is_database(database)) {
        Some(database) => {
            let name = database.file_name().unwrap_or_default().display();
            Err(refused(format!("`{shown}` belongs to the database `{name}`")))
        }
        None => Ok(()),
    }
}

/// Refuses a file that SQLite or a worker keeps beside `database`.
///
/// # Errors
/// Says whose it is.
pub fn require_apart(path: &Path, database: &Path) -> Result<(), Error> {
    if belongs(&Spot::of(path), &Spot::of(database)) {
        return Err(refused(format!("`{}` belongs to the database `{}`", path.display(), database.display())));
    }
    Ok(())
}

/// Whether two names lead to one file, or stdin is the file: by path, and by what the system calls it. What is no regular file
/// (a terminal, a pipe, `/dev/null`) is nobody's to lose.
pub fn is_read(output: &Path, input: &Path) -> bool {
    let output = Spot::of(output);
    if input != Path::new("-") {
        return output.is(&Spot::of(input)) && !output.is_special;
    }
    let stdin = rustix::fs::fstat(io::stdin()).ok().map(|found| (found.st_dev, found.st_ino));
    !output.is_special && stdin.is_some() && output.id == stdin
}

fn refused(message: String) -> Error {
    Error::new(Kind::CantCreate, message).hint("name another file: this one is never replaced")
}

/// Where the database is; of settings that are wrong what is known, since a file is no less needed for it.
fn location(context: &Context, environment: &Environment) -> Option<Location> {
    context.location().ok().or_else(|| {
        let inspection = config::inspect(&context.overrides(), environment);
        Location::parse(inspection.database_url(), Path::new("")).ok()
    })
}

/// A file that is there, or may be made.
struct Spot {
    /// With every link followed.
    path: PathBuf,
    /// Device and inode, if it is there.
    id: Option<(u64, u64)>,
    /// It is there, and no regular file.
    is_special: bool,
}

impl Spot {
    fn of(path: &Path) -> Spot {
        let path = resolved(path);
        let found = fs::metadata(&path).ok();
        Spot { path, id: found.as_ref().map(id), is_special: found.is_some_and(|found| !found.is_file()) }
    }

    fn is(&self, other: &Spot) -> bool {
        self.path == other.path || (self.id.is_some() && self.id == other.id)
    }

    /// The file that it would stand beside, by its name, if it were a database's own.
    fn companion_of(&self) -> Option<PathBuf> {
        companion_of(self.name()).map(|name| self.path.with_file_name(OsStr::from_bytes(name)))
    }

    fn name(&self) -> &[u8] {
        self.path.file_name().unwrap_or_default().as_bytes()
    }
}

fn id(found: &Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// Where a file is, or would be made: through a link that leads to nothing yet, too.
fn resolved(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        if let Ok(whole) = fs::canonicalize(&path) {
            return whole;
        }
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (Ok(directory), Some(name)) = (fs::canonicalize(directory), path.file_name()) else { break };
        let place = directory.join(name);
        match fs::read_link(&place) {
            Ok(target) => path = directory.join(target),
            Err(_) => return place,
        }
    }
    path
}

/// Whether `place` is a file that stands beside `database` and is named after it, by that name or another (a hard link).
fn belongs(place: &Spot, database: &Spot) -> bool {
    let Some(directory) = database.path.parent() else { return false };
    let is_companion = |name: &OsStr| name.as_bytes().strip_prefix(database.name()).is_some_and(is_companion);
    if place.path.parent() == Some(directory) && place.path.file_name().is_some_and(is_companion) {
        return true;
    }
    if place.id.is_none() {
        return false;
    }
    let beside = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut companions = beside.filter(|entry| is_companion(&entry.file_name()));
    companions.any(|entry| fs::metadata(entry.path()).ok().as_ref().map(id) == place.id)
}

/// Whether it is a database file of SQLite, by how such files begin (<https://www.sqlite.org/fileformat.html>, 1.3).
fn is_database(path: &Path) -> bool {
    const BEGINS: &[u8; 16] = b"SQLite format 3\0";
    // Anything but a plain file could keep us waiting.
    if !fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut bytes = [0; BEGINS.len()];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut bytes)).is_ok() && bytes == *BEGINS
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn touched(directory: &Path, name: &str) -> PathBuf {
        let path = directory.join(name);
        fs::write(&path, "").expect("writes");
        path
    }

    #[test]
    fn a_file_is_itself_by_every_name() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let at = |name: &str| root.path().join(name);
        let file = touched(root.path(), "a");
        fs::hard_link(&file, at("hard")).expect("links");
        symlink("a", at("soft")).expect("links");
        symlink("not-yet", at("dangling")).expect("links");
        symlink("circle", at("circle")).expect("links");
        for name in ["a", "hard", "soft", "./a"] {
            assert!(Spot::of(&at(name)).is(&Spot::of(&file)), "{name}");
        }
        for name in ["not-yet", "dangling", "circle", "gone/a", ".."] {
            assert!(!Spot::of(&at(name)).is(&Spot::of(&file)), "{name}");
        }
        assert!(Spot::of(&at("dangling")).is(&Spot::of(&at("not-yet"))), "it would be made there");
    }

    #[test]
    fn what_stands_beside_a_database_belongs_to_it() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let at = |name: &str| root.path().join(name);
        let database = touched(root.path(), "sms.db");
        symlink("sms.db", at("link.db")).expect("links");
        for name in ["sms.db-wal", "sms.db-shm", "sms.db-journal", "sms.db-flight-12"] {
            assert!(belongs(&Spot::of(&at(name)), &Spot::of(&database)), "{name}, not there yet");
            touched(root.path(), name);
            fs::hard_link(at(name), at("hard")).expect("links");
            for name in [name, "hard"] {
                assert!(belongs(&Spot::of(&at(name)), &Spot::of(&at("link.db"))), "{name}");
            }
            fs::remove_file(at("hard")).expect("removes");
        }
        for name in ["sms.db", "other.db-wal", "sms.db-wal2", "sms.db-flight-", "sms.db-flight-x", "rejects.csv"] {
            assert!(!belongs(&Spot::of(&touched(root.path(), name)), &Spot::of(&database)), "{name}");
        }
        assert!(!belongs(&Spot::of(&at("home/sms.db-wal")), &Spot::of(&database)), "another directory");
    }

    #[test]
    fn a_database_is_known_by_its_beginning_and_what_belongs_to_it_by_its_name() {
        let root = tempfile::tempdir().expect("a scratch directory");
        let at = |name: &str| root.path().join(name);
        fs::write(at("q-1.db"), b"SQLite format 3\0 and more").expect("writes");
        touched(root.path(), "short");
        assert!(is_database(&at("q-1.db")));
        assert!(!is_database(&at("short")) && !is_database(&at("gone")) && !is_database(root.path()));
        for name in ["q-1.db-wal", "q-1.db-shm", "q-1.db-journal", "q-1.db-flight-1001"] {
            assert_eq!(Spot::of(&at(name)).companion_of(), Some(resolved(&at("q-1.db"))), "{name}");
        }
        for name in ["q-1.db", "-wal", "rejects.csv", "q-1.db-flight-x"] {
            assert_eq!(Spot::of(&at(name)).companion_of(), None, "{name}");
        }
    }

    #[test]
    fn what_is_no_regular_file_is_not_lost() {
        assert!(!is_read(Path::new("/dev/null"), Path::new("/dev/null")));
        let root = tempfile::tempdir().expect("a scratch directory");
        let file = touched(root.path(), "a");
        assert!(is_read(&file, &file));
    }
}
