//! A backup of a database file, made while others write to it.

use std::path::PathBuf;
use std::time::Duration;

use super::{Location, Result, sqlite};

/// Where a backup goes.
#[derive(Clone, Debug)]
pub struct BackupOrder {
    /// The file that is made.
    pub file: PathBuf,
    /// A file that is there already is replaced.
    pub overwrite: bool,
}

/// A backup that was made, and read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its size.
    pub bytes: u64,
    /// The version of its schema; 0 if it has none of smsctl's.
    pub version: u32,
    /// Rows of each table, in the order of their names.
    pub rows: Vec<(String, u64)>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Why no backup was made.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum BackupError {
    #[error("the database at {location} is on a server, which makes its own backups")]
    OnServer { location: String, database: String },
    #[error("`{}` is there already", file.display())]
    Exists { file: PathBuf },
    #[error("`{}` is a directory", file.display())]
    Directory { file: PathBuf },
    #[error("`{}` is the name of a file that belongs to a database `{owner}`", file.display())]
    Companion { file: PathBuf, owner: String },
    #[error("`{}` is a database in use", file.display())]
    InUse { file: PathBuf },
    #[error("beside `{}` lies `{}`, of a program that has it open, or was killed", file.display(), log.display())]
    LogBeside { file: PathBuf, log: PathBuf },
    #[error("where `{}` would be lies `{}`, of a database that is gone", file.display(), log.display())]
    LogOfNone { file: PathBuf, log: PathBuf },
    #[error("the backup `{}` is not what was copied: {reason}", file.display())]
    Unsound { file: PathBuf, reason: String },
}

/// Makes a backup of the database file at `location`, and reads it again before it takes its name. `seen` is told of pages.
///
/// # Errors
/// The database is on a server, the file is there, or cannot be written; the backup does not hold what the database held.
pub fn backup(location: &Location, order: &BackupOrder, seen: &mut dyn FnMut(u64)) -> Result<Backup> {
    match location {
        Location::Sqlite(path) => sqlite::backup(path, order, seen),
        Location::Mysql(server) => {
            let database = server.database.clone();
            Err(BackupError::OnServer { location: location.display(), database }.into())
        }
    }
}
