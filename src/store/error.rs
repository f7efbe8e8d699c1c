//! What can go wrong with the store, typed; `crate::error` turns it into words, hint and exit code.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database URL is empty")]
    UrlEmpty,
    #[error("`{scheme}` is no database that smsctl knows")]
    UrlScheme { scheme: String },
    #[error("`{scheme}` is a database server, and this build of smsctl keeps its queue in an SQLite file only")]
    UrlServer { scheme: String },
    #[error("the database URL `{url}` is not valid: {reason}")]
    UrlInvalid { url: String, reason: String },
    #[error("there is no database at `{}`", path.display())]
    NotThere { path: PathBuf },
    #[error("there is no database at `{0}`, but its log `{0}-wal` is there", path.display())]
    OnlyLog { path: PathBuf },
    #[error("the directory `{}` does not exist", path.display())]
    NoDirectory { path: PathBuf },
    #[error("`{}` is a directory, not a database file", path.display())]
    IsDirectory { path: PathBuf },
    #[error("`{}` is not an SQLite database", path.display())]
    NotADatabase { path: PathBuf },
    #[error("the database `{}` is damaged", path.display())]
    Damaged {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("access to the database `{}` is denied", path.display())]
    Denied {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("the database `{}` is read-only", path.display())]
    ReadOnly { path: PathBuf },
    #[error("the disk that holds `{}` is full", path.display())]
    DiskFull { path: PathBuf },
    #[error("reading or writing `{}` failed", path.display())]
    Io {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("the system gives this process no more of what it needs for `{}`", path.display())]
    Starved {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("the database `{}` was moved, removed or replaced while it was in use", path.display())]
    Moved { path: PathBuf },
    #[error("the database `{}` is locked by another process", path.display())]
    Busy { path: PathBuf },
    #[error("the database `{location}` has no tables of smsctl yet")]
    NotMigrated { location: String },
    #[error("the database `{location}` has schema version {have}, and this smsctl needs {need}")]
    Older { location: String, have: u32, need: u32 },
    #[error("the database `{location}` has schema version {have}, and this smsctl knows only up to {knows}")]
    Newer { location: String, have: u32, knows: u32, written_by: String },
    #[error("migration {version} of the database `{location}` is not the one that this smsctl knows")]
    Diverged { location: String, version: u32 },
    #[error("the table `{table}` of the database `{location}` is not the web application's: {reason}")]
    ForeignTable { location: String, table: String, reason: String },
    #[error("the queue is full: {queued} of {max} tasks wait")]
    QueueFull { queued: u64, max: u64 },
    #[error("the row {table}.{id} holds what does not belong there: {reason}")]
    BadRow { table: &'static str, id: i64, reason: String },
    #[error("no connection to the database became free in time")]
    PoolExhausted,
    #[error("the SQLite library is {found}; {needed} or newer is needed")]
    LibraryTooOld { found: String, needed: &'static str },
    #[error("the database did not keep the setting `{pragma}`: wanted {wanted}, found {found}")]
    Pragma { pragma: &'static str, wanted: String, found: String },
    #[error("the database refused a statement")]
    Statement(#[source] Cause),
}

/// What the driver said.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub String);

impl StoreError {
    /// Whether the same call may succeed later without anybody changing the call: the database is busy, full, read-only for
    /// now or away, or the process is short of memory or open files.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            StoreError::Busy { .. }
                | StoreError::DiskFull { .. }
                | StoreError::ReadOnly { .. }
                | StoreError::Io { .. }
                | StoreError::Starved { .. }
                | StoreError::Denied { .. }
                | StoreError::PoolExhausted
                | StoreError::QueueFull { .. }
        )
    }
}
