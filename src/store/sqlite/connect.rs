//! Connections: how they are opened, what every one of them must keep, and what the driver's errors mean.

use std::cell::{Cell, RefCell};
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use rustix::fs::Access as Permission;
use rustix::process::{Resource, getrlimit};

use crate::store::error::Cause;
use crate::store::patience::Wait;
use crate::store::{Access, Result, StoreError};

/// The WAL-reset bug, which can corrupt a database, was fixed in SQLite 3.51.3.
const LIBRARY_VERSION_MIN: i32 = 3_051_003;

/// Bytes of page cache per connection: small enough that a worker with all its readers stays far below its budget.
pub(super) const CACHE_KIB: i64 = 8 * 1024;

/// The log is cut back to this after a checkpoint.
pub(super) const JOURNAL_BYTES_MAX: i64 = 64 * 1024 * 1024;

/// Statements kept prepared on each connection: more than there are.
const STATEMENTS_MAX: usize = 64;

thread_local! {
    /// How long this thread waits for other processes; the busy handler has no other way to know.
    static PATIENCE: RefCell<Option<Wait>> = const { RefCell::new(None) };
    /// Pauses of this thread that nobody has counted yet.
    static PAUSES: Cell<u64> = const { Cell::new(0) };
}

/// Waits so long, at most, in all SQLite calls of this thread until the next call of this function.
pub(super) fn be_patient(wait: Wait) {
    PATIENCE.set(Some(wait));
}

/// As `be_patient`, where no deadline is heeded.
pub(super) fn be_patient_for(timeout: Duration) {
    be_patient(Wait::begin(timeout, Arc::default()));
}

/// Sleeps a random moment and says whether to try again. The moments grow, so that many waiting processes do not meet.
#[expect(clippy::disallowed_methods, reason = "SQLite announces no release of its lock: there is nothing to wait on")]
fn busy(tries: i32) -> bool {
    if PATIENCE.with_borrow(|wait| wait.as_ref().is_none_or(Wait::is_over)) {
        return false;
    }
    PAUSES.set(PAUSES.get() + 1);
    let ceiling_us = 200_u64 << tries.clamp(0, 6);
    std::thread::sleep(Duration::from_micros(fastrand::u64(100..=ceiling_us)));
    true
}

/// How often this thread has waited for other processes since the last call.
pub(super) fn take_pauses() -> u64 {
    PAUSES.take()
}

/// What may be done with the file at `path` before SQLite sees it. True: the file was made.
pub(super) fn prepare_file(path: &Path, access: Access) -> Result<bool> {
    let directory = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("/"),
    };
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(StoreError::IsDirectory { path: path.to_owned() }),
        // SQLite takes `/dev/null` for an empty database, and waits at a pipe.
        Ok(found) if !found.is_file() => Err(StoreError::NotRegular { path: path.to_owned() }),
        // The names of log and locks are made of the name of the file: two that opened it by two names would not see each other.
        Ok(found) if found.nlink() > 1 => Err(StoreError::Linked { path: path.to_owned(), names: found.nlink() }),
        // So it is with a file that is mounted by itself, into a container perhaps: they lie beside its other name.
        Ok(_) if is_mounted(path) => Err(StoreError::Mounted { path: path.to_owned() }),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match access {
            Access::Create | Access::InspectOrCreate if !directory.is_dir() => {
                Err(StoreError::NoDirectory { path: directory.to_owned() })
            }
            Access::Create | Access::InspectOrCreate if has_log(path) => {
                Err(StoreError::OnlyLog { path: path.to_owned() })
            }
            Access::Create | Access::InspectOrCreate => create_file(path, directory),
            Access::Existing | Access::Inspect => Err(StoreError::NotThere { path: path.to_owned() }),
        },
        Err(error) => Err(io_error(path, &error)),
    }
}

/// Whether the file is the root of a mount. Kernels before 5.8 do not tell.
#[cfg(target_os = "linux")]
fn is_mounted(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, path, AtFlags::empty(), StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mounted(_: &Path) -> bool {
    false
}

/// Whether a log lies where the database is missing. SQLite would throw it away with whatever was written last.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    fs::metadata(log).is_ok_and(|found| found.len() > 0)
}

/// SQLite gives its `-wal` and `-shm` files the mode of the database, so the mode is right from the first byte.
fn create_file(path: &Path, directory: &Path) -> Result<bool> {
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // The directory was looked for before.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::nothing_made(path, directory)),
        Err(error) => Err(io_error(path, &error)),
    }
}

pub(super) fn io_error(path: &Path, error: &io::Error) -> StoreError {
    let path = path.to_owned();
    let cause = Cause(error.to_string());
    match error.kind() {
        io::ErrorKind::PermissionDenied => StoreError::Denied { path, cause },
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly { path, file: None },
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            StoreError::DiskFull { path }
        }
        _ => StoreError::Io { path, cause },
    }
}

/// Opens the connection that writes.
pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    if rusqlite::version_number() < LIBRARY_VERSION_MIN {
        return Err(StoreError::LibraryTooOld { found: rusqlite::version().to_owned(), needed: "3.51.3" });
    }
    let speak = Speak::new(path);
    let connection = Connection::open_with_flags(path, flags()).map_err(|error| speak.of(error))?;
    configure(&connection).map_err(|error| speak.of(error))?;
    verify(&connection, path)?;
    Ok(connection)
}

/// Turns on the write-ahead log. That stays with the file, so it is done only to a database that is known to be ours.
pub(super) fn keep_log(connection: &Connection, path: &Path) -> Result<()> {
    let mut tries = 0;
    // While another process has the file open in the old mode, SQLite refuses the change at once, without asking the busy handler.
    while let Err(error) = set(connection, path, "journal_mode", "wal") {
        if !matches!(error, StoreError::Busy { .. }) || !busy(tries) {
            return Err(error);
        }
        tries += 1;
    }
    set(connection, path, "journal_size_limit", &JOURNAL_BYTES_MAX.to_string())
}

/// Opens a connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection> {
    let speak = Speak::new(path);
    let mut connection = Connection::open_with_flags(path, flags()).map_err(|error| speak.of(error))?;
    configure_reader(&mut connection).map_err(|error| speak.of(error))?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(|error| speak.of(error))?;
    Ok(connection)
}

/// How every connection is opened. Readers too: in WAL mode a reader writes into the shared index of the log.
pub(super) fn flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

/// What every connection, reader or writer, is told.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(busy))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // A plan that looked at a bound value is made again for every other value: a third of a claim's cost. Ours need not look.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(())
}

/// What a reader is told beyond that. A reader that cannot write cannot break the rule of the one writer.
pub(super) fn configure_reader(connection: &mut Connection) -> rusqlite::Result<()> {
    configure(connection)?;
    connection.pragma_update(None, "query_only", "ON")
}

/// The settings that durability rests on hold for this connection, whatever another program did to the file.
fn verify(connection: &Connection, path: &Path) -> Result<()> {
    let speak = Speak::new(path);
    for (pragma, wanted) in [("synchronous", "2"), ("foreign_keys", "1"), ("mmap_size", "0")] {
        let found = connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
            .map_err(|error| speak.of(error))?
            .to_string();
        if found != wanted {
            return Err(StoreError::Pragma { pragma, wanted: wanted.to_owned(), found });
        }
    }
    Ok(())
}

/// Sets a pragma that answers with its new value, and reads the answer back.
fn set(connection: &Connection, path: &Path, pragma: &'static str, wanted: &str) -> Result<()> {
    let found = connection
        .pragma_update_and_check(None, pragma, wanted, |row| row.get::<_, rusqlite::types::Value>(0))
        .map_err(|error| Speak::new(path).of(error))?;
    let found = match found {
        rusqlite::types::Value::Text(text) => text,
        rusqlite::types::Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    if found == wanted { Ok(()) } else { Err(StoreError::Pragma { pragma, wanted: wanted.to_owned(), found }) }
}

/// The failures of what lets a file grow.
const LETS_GROW: [i32; 4] =
    [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_TRUNCATE, ffi::SQLITE_IOERR_SHMOPEN, ffi::SQLITE_IOERR_SHMMAP];

/// Turns what the driver says into what the store says.
#[derive(Clone, Debug)]
pub(super) struct Speak {
    path: PathBuf,
}

impl Speak {
    pub(super) fn new(path: &Path) -> Speak {
        Speak { path: path.to_owned() }
    }

    pub(super) fn of(&self, error: rusqlite::Error) -> StoreError {
        let path = self.path.clone();
        let (failure, cause) = match &error {
            rusqlite::Error::SqliteFailure(failure, _) => (failure, Cause(error.to_string())),
            // The driver would repeat the whole statement, which may be a migration of several pages.
            rusqlite::Error::SqlInputError { error, msg, .. } => (error, Cause(msg.clone())),
            _ => return StoreError::Statement(Cause(error.to_string())),
        };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                StoreError::Busy { path }
            }
            ErrorCode::DiskFull => StoreError::DiskFull { path },
            // The index of the log is the one file that SQLite lets grow without a word of its own for a full disk.
            ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
                StoreError::DiskFull { path }
            }
            // It has no word for a file that came to the limit of this process (`ulimit -f`), either. Few processes have one, and
            // where one has, a disk that fails is the less likely cause.
            ErrorCode::SystemIoFailure
                if LETS_GROW.contains(&failure.extended_code) && getrlimit(Resource::Fsize).current.is_some() =>
            {
                StoreError::DiskFull { path }
            }
            ErrorCode::ReadOnly => {
                // Where the database refuses, that is told first.
                let file = self.closed(Permission::WRITE_OK).filter(|file| *file != path);
                StoreError::ReadOnly { path, file }
            }
            ErrorCode::OutOfMemory => StoreError::Starved { location: path.display().to_string(), cause },
            ErrorCode::CannotOpen | ErrorCode::SystemIoFailure => self.of_system(cause),
            ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => {
                StoreError::Denied { path, cause }
            }
            ErrorCode::NotADatabase => StoreError::NotADatabase { path },
            ErrorCode::DatabaseCorrupt => StoreError::Damaged { path, cause },
            ErrorCode::ConstraintViolation => StoreError::Refused { location: path.display().to_string(), cause },
            // A statement that is none here: a table, a column or a function that it needs is not there, in our schema or in a
            // trigger of another program. So it is for every row.
            _ if matches!(error, rusqlite::Error::SqlInputError { .. })
                || ["no such ", "ON CONFLICT clause does not match "]
                    .iter()
                    .any(|words| cause.0.starts_with(words)) =>
            {
                StoreError::OtherwiseMade { location: path.display().to_string(), cause }
            }
            _ => StoreError::Statement(cause),
        }
    }

    /// The first file of the database that is there and not open to this user in this way: itself, its log, or the index of that.
    fn closed(&self, wanted: Permission) -> Option<PathBuf> {
        // They lie beside the file itself, wherever links lead.
        let real = fs::canonicalize(&self.path).ok().filter(|_| self.path.is_symlink());
        let base = real.as_deref().unwrap_or(&self.path);
        let of = |ending: &str| {
            let mut file = base.as_os_str().to_owned();
            file.push(ending);
            if ending.is_empty() { self.path.clone() } else { PathBuf::from(file) }
        };
        let refuses = |file: &PathBuf| file.exists() && rustix::fs::access(file, wanted).is_err();
        ["", "-wal", "-shm"].map(of).into_iter().find(refuses)
    }

    /// SQLite keeps to itself what the system said. What can be found out without opening the database is: that would drop
    /// the locks of this process when it is closed again.
    fn of_system(&self, cause: Cause) -> StoreError {
        let path = self.path.clone();
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return StoreError::NotThere { path },
            Err(error) => return io_error(&path, &error),
            Ok(_) => {}
        }
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let both = Permission::READ_OK | Permission::WRITE_OK;
        match self.closed(both) {
            Some(file) if file != path => {
                let cause = Cause(format!("`{}` is closed to this user", file.display()));
                return StoreError::Denied { path, cause };
            }
            Some(_) => return StoreError::Denied { path, cause },
            None if rustix::fs::access(directory, both).is_err() => return StoreError::Denied { path, cause },
            None => {}
        }
        match fs::File::open("/dev/null") {
            Err(error) => StoreError::Starved { location: path.display().to_string(), cause: Cause(error.to_string()) },
            Ok(_) => StoreError::Io { path, cause },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Options;
    use crate::store::sqlite::open_store;

    fn pragma(connection: &Connection, name: &str) -> String {
        let found = connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
        match found.expect("a pragma") {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn every_connection_keeps_its_settings() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let options = Options { readers_max: 3, ..Options::new(Access::Create) };
        let (store, _) = open_store(&directory.path().join("queue.db"), &options).expect("opens");
        let common = [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("mmap_size", "0"),
            ("temp_store", "2"),
        ];
        let writer = store.writer();
        for (name, wanted) in common {
            assert_eq!(pragma(&writer, name), wanted, "{name} of the writer");
        }
        assert_eq!(pragma(&writer, "query_only"), "0");
        assert_eq!(pragma(&writer, "journal_size_limit"), JOURNAL_BYTES_MAX.to_string());
        let readers: Vec<_> = (0..3).map(|_| store.readers().expect("a pool").get().expect("a reader")).collect();
        for reader in &readers {
            for (name, wanted) in common {
                assert_eq!(pragma(reader, name), wanted, "{name} of a reader");
            }
            assert_eq!(pragma(reader, "query_only"), "1");
            let refused = reader.execute("DELETE FROM queued_tasks", []).expect_err("a reader cannot write");
            assert!(matches!(Speak::new(Path::new("x")).of(refused), StoreError::ReadOnly { .. }));
        }
    }

    #[test]
    fn a_setting_that_another_program_changed_is_found() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let connection = open_writer(&{
            let path = directory.path().join("queue.db");
            fs::File::create(&path).expect("makes the file");
            path
        })
        .expect("opens");
        connection.pragma_update(None, "synchronous", "NORMAL").expect("sets");
        let found = verify(&connection, directory.path()).expect_err("it is not durable any more");
        assert!(matches!(found, StoreError::Pragma { pragma: "synchronous", .. }), "{found:?}");
    }

    #[test]
    fn patience_ends() {
        be_patient_for(Duration::ZERO);
        assert!(!busy(0));
        be_patient_for(Duration::from_secs(60));
        assert!(busy(0) && busy(50));
    }

    #[test]
    fn what_the_driver_says_is_told_apart() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let there = Speak::new(directory.path());
        let kind = |speak: &Speak, code: i32| {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            format!("{:?}", speak.of(error)).split([' ', '(']).next().unwrap_or_default().to_owned()
        };
        for (code, wanted) in [
            (ffi::SQLITE_BUSY, "Busy"),
            (ffi::SQLITE_BUSY_SNAPSHOT, "Busy"),
            (ffi::SQLITE_LOCKED, "Busy"),
            (ffi::SQLITE_PROTOCOL, "Busy"),
            (ffi::SQLITE_FULL, "DiskFull"),
            (ffi::SQLITE_READONLY, "ReadOnly"),
            (ffi::SQLITE_READONLY_DBMOVED, "ReadOnly"),
            (ffi::SQLITE_CANTOPEN, "Io"),
            (ffi::SQLITE_PERM, "Denied"),
            (ffi::SQLITE_AUTH, "Denied"),
            (ffi::SQLITE_NOTADB, "NotADatabase"),
            (ffi::SQLITE_CORRUPT, "Damaged"),
            (ffi::SQLITE_IOERR_FSYNC, "Io"),
            (ffi::SQLITE_IOERR_SHMSIZE, "DiskFull"),
            (ffi::SQLITE_CONSTRAINT, "Refused"),
            (ffi::SQLITE_CONSTRAINT_TRIGGER, "Refused"),
            (ffi::SQLITE_MISUSE, "Statement"),
            (ffi::SQLITE_NOMEM, "Starved"),
        ] {
            assert_eq!(kind(&there, code), wanted, "{code}");
        }
        assert_eq!(kind(&Speak::new(&directory.path().join("gone")), ffi::SQLITE_CANTOPEN), "NotThere");
    }
}
