//! What it means that a queue is closed, not copied, or not backed up.

use super::{Error, Kind};
use crate::store::{BackupError, CopyError, Left, Location, QueueClosure, StoreError, Why};

impl Error {
    /// A copy that had begun and failed; what is left of the queue at `source` is told with it.
    pub fn of_copy(error: StoreError, source: &str, left: Left) -> Error {
        // It is the other run that leaves it somehow.
        if matches!(error, StoreError::Copy(CopyError::AnotherRun)) {
            return error.into();
        }
        let end = match left {
            Left::Open => format!("the queue in `{source}` is open again"),
            Left::Closed => format!(
                "the queue in `{source}` stays closed until the same command has come to its end, or until `smsctl db open` gives \
                 the copy up"
            ),
            Left::HandedOver => format!(
                "the queue in `{source}` was handed over, and stays closed: the same command ends the copy, or tells that it was done"
            ),
        };
        let error = Error::from(error);
        let hint = error.hint.as_ref().map_or_else(|| end.clone(), |hint| format!("{hint}; {end}"));
        error.hint(hint)
    }
}

/// The kind of a queue that is closed.
pub fn closed_kind(closure: &QueueClosure) -> Kind {
    match closure.why {
        Why::Leaving | Why::Arriving => Kind::TempFail,
        Why::Moved | Why::Copy => Kind::Unavailable,
    }
}

/// What to do with a queue that is closed.
pub fn closed_hint(closure: &QueueClosure) -> String {
    match closure.why {
        Why::Moved => format!(
            "set `database.url` to `{}`; `smsctl db open` makes this one the queue again, and what waits in both would be sent twice",
            closure.other
        ),
        Why::Copy => format!(
            "the queue is `{}`; `smsctl db open` makes a queue of the copy, and what waits in both would be sent twice",
            closure.other
        ),
        Why::Leaving => {
            "wait for its end, or run the same `smsctl db copy` again if it was interrupted: it goes on where it stopped; `smsctl db open` gives it up"
                .to_owned()
        }
        Why::Arriving => {
            "run the same `smsctl db copy` again: it goes on where it stopped; if it was given up, this database can be dropped"
                .to_owned()
        }
    }
}

/// The kind of a copy that is not made.
pub fn kind(error: &CopyError) -> Kind {
    match error {
        CopyError::SameDatabase { .. } => Kind::Usage,
        CopyError::NotEmpty { .. } => Kind::CantCreate,
        CopyError::OtherCopy { closure, .. } => closed_kind(closure),
        CopyError::ColumnMissing { .. }
        | CopyError::ColumnKind { .. }
        | CopyError::Row { .. }
        | CopyError::Count { .. }
        | CopyError::Altered { .. } => Kind::Data,
        CopyError::Overtaken | CopyError::WrittenSince { .. } => Kind::Failed,
        CopyError::AnotherRun | CopyError::Unsteady { .. } => Kind::TempFail,
    }
}

/// What to do about a copy that is not made.
pub fn hint(error: &CopyError) -> String {
    let text = match error {
        CopyError::SameDatabase { .. } => "name another database as the target",
        CopyError::NotEmpty { location, .. } => {
            return format!(
                "a copy goes into a database of its own: name an empty one, or one that is not there yet; `smsctl --database '{location}' \
                 list` shows what is in this one. If it was enqueued there since a copy was killed that had only made the tables, let the \
                 source have what is to be sent, and then drop this database"
            );
        }
        CopyError::OtherCopy { closure, .. } => return closed_hint(closure),
        CopyError::ColumnMissing { .. } | CopyError::ColumnKind { .. } => {
            "another program changed a table: give both databases the same columns"
        }
        CopyError::Row { .. } => {
            "mend the row in the source, then run the same command again: it goes on where it stopped"
        }
        CopyError::Count { cure, .. } => {
            return format!(
                "the row that had the number is gone: set the count back to the rows that are there (`{cure}`), then run the same \
                 command again"
            );
        }
        CopyError::WrittenSince { location, other, after, .. } => return written_since_hint(location, other, *after),
        CopyError::Overtaken => "`smsctl stats` on both databases tells which of them is the queue",
        CopyError::AnotherRun => {
            "wait for its end, then run the same command again: it says that all was copied, or goes on where the other stopped"
        }
        CopyError::Altered { .. } => {
            "triggers of another program in the target change rows as they are written, or keep them out (`sqlite3 FILE .schema` lists those \
             of a file, `SHOW TRIGGERS` those of a server), or a program writes there: take them away until the copy is done, then run \
             the same command again"
        }
        CopyError::Unsteady { .. } => {
            "stop the programs that write to it (`enqueue` and `work` were refused meanwhile), then run the same command again"
        }
    };
    text.to_owned()
}

fn written_since_hint(location: &str, other: &str, after: Option<i64>) -> String {
    let shown = after.map_or_else(String::new, |after| {
        format!("`smsctl --database '{location}' list --after {after}` shows what came in, and it is nowhere else: enqueue there what is to be sent")
    });
    let end = if shown.is_empty() { "nothing of it is in the other database".to_owned() } else { shown };
    format!("have the programs that write here write to `{other}`; {end}")
}

/// The kind of a backup that is not made.
pub fn backup_kind(error: &BackupError) -> Kind {
    match error {
        BackupError::OnServer { .. } => Kind::Usage,
        BackupError::Directory { .. } => Kind::Data,
        BackupError::Exists { .. }
        | BackupError::Companion { .. }
        | BackupError::InUse { .. }
        | BackupError::LogBeside { .. }
        | BackupError::LogOfNone { .. } => Kind::CantCreate,
        BackupError::Unsound { .. } => Kind::Failed,
    }
}

/// What to do about a backup that is not made.
pub fn backup_hint(error: &BackupError) -> String {
    match error {
        BackupError::OnServer { database, .. } => format!(
            "`mariadb-dump --single-transaction --triggers {database}` (or `mysqldump`) makes one; `smsctl db copy --keep-source` \
             copies the queue into a file"
        ),
        BackupError::Exists { .. } => "name another file, or replace it with `--force`".to_owned(),
        BackupError::Directory { file } => format!("name a file in it: `{}`", file.join("backup.db").display()),
        BackupError::Companion { .. } => "no database is opened under such a name: give it another one".to_owned(),
        BackupError::InUse { .. } => "name another file: this one is never replaced".to_owned(),
        BackupError::LogBeside { file, .. } => format!(
            "name another file; or end what has this one open, and open it once, which puts in what lies beside it: \
             `smsctl --database '{}' db check`",
            Location::Sqlite(file.clone()).url()
        ),
        BackupError::LogOfNone { .. } => {
            "a database of this name would take it for its own, and be wrong: name another file, or remove it if nobody needs it".to_owned()
        }
        BackupError::Unsound { .. } => {
            "nothing was written; `smsctl db check` tells whether the database is sound".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_meets_another_copy_is_not_sent_to_open_the_queue() {
        let error = Error::of_copy(CopyError::AnotherRun.into(), "sqlite:///sms.db", Left::Closed);
        assert_eq!(error.kind, Kind::TempFail);
        let hint = error.hint.unwrap_or_default();
        assert!(
            hint.starts_with("wait for its end, then run the same command again") && !hint.contains("db open"),
            "{hint}"
        );
    }
}
