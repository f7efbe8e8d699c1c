//! Rows that a trigger of another program leaves as they are (`RAISE(IGNORE)`): SQLite says no more of it than that no row was changed.

use rusqlite::{Transaction, ffi, params};

use super::sql;
use crate::queue::{State, TaskId};

/// A row that was read in this transaction, the only one that writes, was not written.
pub(super) fn ignored() -> rusqlite::Error {
    let words = "a trigger left the row as it was (RAISE(IGNORE))".to_owned();
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CONSTRAINT_TRIGGER), Some(words))
}

/// One row was to be written, and so many were.
pub(super) fn sure(written: usize) -> rusqlite::Result<()> {
    if written == 1 { Ok(()) } else { Err(ignored()) }
}

/// A row that an index lists as one in `state` must be one: otherwise the index and the table disagree, and whoever believed the
/// index would send a message that is over, again and again.
pub(super) fn expect_one(
    transaction: &Transaction<'_>,
    changed: usize,
    (id, state): (TaskId, State),
) -> rusqlite::Result<()> {
    if changed == 1 {
        return Ok(());
    }
    let is_so = params![id, state.as_str()];
    let is_so: bool = transaction.prepare_cached(sql!("task_is_in"))?.query_row(is_so, |row| row.get(0))?;
    if is_so {
        return Err(ignored());
    }
    let words = format!("an index lists task {id} as one that waits, and its row says otherwise");
    Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT_INDEX), Some(words)))
}
