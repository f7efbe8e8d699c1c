//! An engine that is wrong on purpose, for `selftest` to find out. In no release.

use rusqlite::{Connection, DropBehavior, Transaction, TransactionBehavior};

use super::SqliteStore;
use crate::store::Result;

/// Whether a turn is committed only when the writer is wanted next, so that its claims go out before they are on disk.
const COMMITS_AFTER_SENDING: bool = cfg!(feature = "commit-after-sending");

/// Commits what the last turn has left open.
pub(super) fn commit(writer: &Connection) {
    if COMMITS_AFTER_SENDING && !writer.is_autocommit() {
        // If it fails the turn is gone, as it should be here.
        let _ = writer.execute_batch("COMMIT");
    }
}

impl SqliteStore {
    /// As `write_if`, for a turn: its claims leave when this has returned.
    pub(super) fn write_turn<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<(T, bool)>) -> Result<T> {
        if !COMMITS_AFTER_SENDING {
            return self.write_if(work);
        }
        let mut writer = self.writer();
        let mut transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.speak.of(e))?;
        let (value, _) = work(&transaction)?;
        transaction.set_drop_behavior(DropBehavior::Ignore);
        Ok(value)
    }
}
