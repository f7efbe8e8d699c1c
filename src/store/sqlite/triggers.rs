//! Whether the triggers fire for this process's own writes.
//!
//! The triggers of the schema count what other programs write. smsctl counts its own writes itself, one update for each count
//! and transaction, so they are switched off on its connection: a trigger that finds nothing to do still costs as much as
//! half the statement that it belongs to. Where another program has triggers of its own on the file, they stay on, for they
//! are meant to see every change; ours tell smsctl's writes by their `revision`, and count its dead letters as everybody's.

use std::sync::atomic::Ordering;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::{SqliteStore, migrate};

impl SqliteStore {
    /// Switches them on or off for the transaction that has just begun. Looks again only if the schema has changed.
    pub(super) fn heed_triggers(&self, writer: &Connection) -> rusqlite::Result<()> {
        let version: i64 = writer.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))?;
        if self.schema_version.swap(version, Ordering::SeqCst) != version {
            let strangers = has_strangers(writer)?;
            writer.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, strangers)?;
        }
        Ok(())
    }
}

/// Whether the triggers count this connection's dead letters, so that it must not.
pub(super) fn count_letters(connection: &Connection) -> rusqlite::Result<bool> {
    connection.db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER)
}

/// Whether the file has triggers that no migration made.
fn has_strangers(connection: &Connection) -> rusqlite::Result<bool> {
    let objects = migrate::objects(connection)?;
    Ok(objects.iter().any(|(kind, name, _)| kind == "trigger" && !migrate::is_our_trigger(name)))
}
