//! What can go wrong with the store, typed; `crate::error` turns it into words, hint and exit code.

use std::path::{Path, PathBuf};

use super::NamedBy;
use super::backup::BackupError;
use super::closure::QueueClosure;
use super::copy::CopyError;
use crate::queue::TaskId;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum StoreError {
    #[error("the database URL is empty")]
    UrlEmpty,
    #[error("`{scheme}` is no database that smsctl knows")]
    UrlScheme { scheme: String },
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
    #[error("`{}` is no regular file", path.display())]
    NotRegular { path: PathBuf },
    #[error("the database `{}` has {names} names (hard links), and may be open under one alone", path.display())]
    Linked { path: PathBuf, names: u64 },
    #[error("the database `{}` is mounted by itself, without the files beside it by which all who use it see each other", path.display())]
    Mounted { path: PathBuf },
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
    #[error("{}", read_only(path, file.as_deref()))]
    ReadOnly {
        path: PathBuf,
        /// The log or its index, where one of them refuses to be written and the database does not.
        file: Option<PathBuf>,
    },
    #[error("the disk that holds `{}` is full", path.display())]
    DiskFull { path: PathBuf },
    #[error("reading or writing `{}` failed", path.display())]
    Io {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("the system gives this process no more of what it needs for the database `{location}`")]
    Starved {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the database `{}` was moved, removed or replaced while it was in use", path.display())]
    Moved { path: PathBuf },
    #[error("`{}`, by which all who use the database see each other, was removed or replaced", path.display())]
    IndexRemoved { path: PathBuf },
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
    #[error("the table `{table}` of the database `{location}` is another program's: {reason}")]
    ForeignTable { location: String, table: String, reason: String },
    #[error(
        "the table `{table}` of the database `{location}` is kept by {engine}, which has no transactions: two workers would send the \
         same messages"
    )]
    NoTransactions { location: String, table: String, engine: String },
    #[error(
        "the column `{column}` of the table `{table}` in the database `{location}` was changed to `{now}`: by it claims and lanes are \
         told apart, or what waits is found"
    )]
    ColumnChanged { location: String, table: String, column: String, now: String },
    #[error(
        "the database `{location}` has no unique index of keys any more: two messages with one key would both be sent"
    )]
    KeysLost { location: String, cure: String },
    #[error("the tables of the database `{location}` are not as smsctl made them")]
    OtherwiseMade {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the table `{table}` of the database `{location}` is kept by {engine}, and InnoDB does not take it")]
    EngineKept {
        location: String,
        table: String,
        engine: String,
        #[source]
        cause: Cause,
    },
    #[error("migration {version} `{name}` could not be applied to the database `{location}`")]
    Migration {
        location: String,
        version: u32,
        name: String,
        #[source]
        cause: Cause,
    },
    #[error("migration {version} `{name}` stopped half-way in the database `{location}`")]
    HalfMigrated {
        location: String,
        version: u32,
        name: String,
        #[source]
        cause: Cause,
    },
    #[error("{}", closure.told(location))]
    Closed { location: String, closure: QueueClosure },
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error("the queue is full: {queued} of {max} tasks wait")]
    QueueFull { queued: u64, max: u64 },
    #[error("{added} tasks at once are more than the queue takes, which is {max}")]
    TooMany { added: u64, max: u64 },
    #[error("the table `{table}` of the database `{location}` has no number left for a new row: {why}")]
    NumbersUsedUp { location: String, table: String, why: String, cure: String },
    #[error("a constraint, a trigger or a column in the database `{location}` refused what was to be written")]
    Refused {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("task {task} can be neither claimed nor become due or expire, and is left alone for a while")]
    LeftAlone {
        task: TaskId,
        #[source]
        refusal: Box<StoreError>,
    },
    #[error("a row has the number {number}, and smsctl holds none above {}", i64::MAX)]
    Beyond { number: String },
    #[error("a row has no number by which it could be told from others")]
    Unnumbered,
    #[error("the table `{table}` of the database `{location}` is not one that smsctl can work with: {reason}")]
    Unfit { location: String, table: String, reason: String, cure: String },
    #[error("no connection to the database became free in time")]
    PoolExhausted,
    #[error("the SQLite library is {found}; {needed} or newer is needed")]
    LibraryTooOld { found: String, needed: &'static str },
    #[error("the database did not keep the setting `{pragma}`: wanted {wanted}, found {found}")]
    Pragma { pragma: &'static str, wanted: String, found: String },
    #[error("cannot connect to the database at {location}")]
    Unreachable {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("cannot connect to the database at {location}")]
    CutOff {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the database at {location} refuses the user `{user}`")]
    LoginRefused {
        location: String,
        user: String,
        #[source]
        cause: Cause,
    },
    #[error("there is no database `{database}` at {location}")]
    UnknownDatabase { location: String, database: String },
    #[error("the account {account} may not make a scratch database at {location}")]
    NoScratch {
        location: String,
        /// As a GRANT names it: `'user'@'host'`.
        account: String,
        #[source]
        cause: Cause,
    },
    #[error("the account {account} has no database `{database}` at {location}")]
    DatabaseHidden {
        location: String,
        database: String,
        /// As a GRANT names it: `'user'@'host'`.
        account: String,
        #[source]
        cause: Cause,
    },
    #[error("the user `{user}` may not do this in the database at {location}")]
    Privilege {
        location: String,
        user: String,
        database: String,
        #[source]
        cause: Cause,
    },
    #[error("{}", definer_lost(location, account.as_deref()))]
    DefinerLost {
        location: String,
        /// As the server names it, `'user'@'host'`; `None`: it does not.
        account: Option<String>,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} is {found}; {needed} is needed")]
    ServerTooOld { location: String, found: String, needed: &'static str },
    #[error("the encrypted connection to {location} could not be made")]
    Tls {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the file `{}` for TLS cannot be read", path.display())]
    TlsFile {
        path: PathBuf,
        #[source]
        cause: Cause,
    },
    #[error("the password file `{}` cannot be read", path.display())]
    PasswordFile {
        path: PathBuf,
        by: NamedBy,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} takes no writes now")]
    ServerReadOnly { location: String },
    #[error("of the servers of {location} none that may have the queue can be used now")]
    QueueAway {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} writes its binary log by statements")]
    BinaryLog {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} has an option that forbids what is asked of it")]
    ServerForbids {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} is set too small for the queue")]
    ServerTooSmall {
        location: String,
        /// What an administrator would raise.
        variable: &'static str,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} is busy")]
    ServerBusy {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the server at {location} is out of space")]
    ServerFull {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("a message is larger than the server at {location} takes")]
    PacketTooLarge { location: String },
    #[error("the connection to {location} was lost while it committed, and nobody can say whether it did")]
    Indeterminate {
        location: String,
        #[source]
        cause: Cause,
    },
    #[error("the database refused a statement")]
    Statement(#[source] Cause),
}

fn read_only(path: &Path, file: Option<&Path>) -> String {
    match file {
        None => format!("the database `{}` is read-only", path.display()),
        Some(file) => format!("the database `{}` cannot be written: `{}` is read-only", path.display(), file.display()),
    }
}

fn definer_lost(location: &str, account: Option<&str>) -> String {
    match account {
        Some(account) => {
            format!(
                "the triggers of the database `{location}` run as {account}, and that account is gone or may not do this any more"
            )
        }
        None => format!("the account that the triggers of the database `{location}` run as may not do this any more"),
    }
}

/// What the driver said.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub String);

impl StoreError {
    /// The pool of connections to this place starts threads of its own, and the system gave none.
    pub(super) fn no_thread(location: &impl std::fmt::Display) -> StoreError {
        let cause = Cause("no thread could be started for the pool of connections".to_owned());
        StoreError::Starved { location: location.to_string(), cause }
    }

    /// The directory is there, and the system makes nothing in it, as in `/proc`.
    pub(super) fn nothing_made(path: &Path, directory: &Path) -> StoreError {
        let cause = Cause(format!("nothing can be made in the directory `{}`", directory.display()));
        StoreError::Denied { path: path.to_owned(), cause }
    }

    /// So many tasks would be new where `queued` wait, and that is more than `max`: for now, or for ever.
    pub(super) fn no_room(queued: u64, added: u64, max: u64) -> StoreError {
        if added > max { StoreError::TooMany { added, max } } else { StoreError::QueueFull { queued, max } }
    }

    /// Whether others have taken what it needs: room on the disk, or the lock. What else may pass is a wrong setting as often.
    pub fn is_crowded(&self) -> bool {
        matches!(
            self,
            StoreError::Busy { .. }
                | StoreError::DiskFull { .. }
                | StoreError::ServerBusy { .. }
                | StoreError::ServerFull { .. }
        )
    }

    /// Whether it may be about one row alone, so that the same of another row may succeed: a constraint refuses it, a number grew too
    /// large for its column, or what a trigger of another program does with it fails, in whatever way.
    pub fn may_be_of_a_row(&self) -> bool {
        matches!(self, StoreError::Refused { .. } | StoreError::Statement(_) | StoreError::Beyond { .. })
    }

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
                | StoreError::Unreachable { .. }
                | StoreError::CutOff { .. }
                | StoreError::ServerReadOnly { .. }
                | StoreError::ServerTooSmall { .. }
                | StoreError::QueueAway { .. }
                | StoreError::ServerBusy { .. }
                | StoreError::ServerFull { .. }
                | StoreError::Indeterminate { .. }
                | StoreError::QueueFull { .. }
                | StoreError::Copy(CopyError::AnotherRun)
        )
    }
}
