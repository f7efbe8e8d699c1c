//! What can go wrong with a copy beside what can go wrong with its databases.

use crate::store::closure::QueueClosure;

/// Why a queue is not copied.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum CopyError {
    #[error("source and target are one database: `{location}`")]
    SameDatabase { location: String },
    #[error("the target `{location}` is not empty: its table `{table}` holds {}", rows_in_words(*rows))]
    NotEmpty { location: String, table: &'static str, rows: u64 },
    #[error("{}", closure.told(location))]
    OtherCopy { location: String, closure: QueueClosure },
    #[error("the table `{table}` of the target `{location}` lacks the column `{column}`, which the source has")]
    ColumnMissing { location: String, table: &'static str, column: String },
    #[error("the column `{table}.{column}` does not hold the same kind of values in both databases")]
    ColumnKind { table: &'static str, column: String },
    #[error("the row {table}.{key} cannot be copied: {reason}")]
    Row { table: &'static str, key: String, reason: String },
    #[error(
        "the count of `{table}` in `{location}` cannot be copied: it is {given}, behind which the target takes no further row"
    )]
    Count { location: String, table: &'static str, given: i64, cure: String },
    #[error("the copy was opened, or taken over by another process, before it was finished")]
    Overtaken,
    #[error("another `db copy` seems to be at work on these databases")]
    AnotherRun,
    #[error("the queue in `{location}` was moved to `{other}`, and other programs have written to it since: {what}")]
    WrittenSince {
        location: String,
        other: String,
        what: String,
        /// The last task that was moved, where some came in behind it.
        after: Option<i64>,
    },
    #[error(
        "the target `{location}` does not keep what is written to it: its row {table}.{key} is not that of the source, which stands still"
    )]
    Altered { location: String, table: &'static str, key: String },
    #[error("the source goes on changing while it is copied: its table `{table}` and that of the target differ again")]
    Unsteady { table: &'static str },
}

fn rows_in_words(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}
