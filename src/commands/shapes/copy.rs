//! What `db copy` and `db backup` answer.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::output::record::seconds;
use crate::store::{Backup, Copied};

/// What `db copy` answers.
#[derive(Debug, Serialize)]
pub struct CopyShape {
    from: String,
    to: String,
    /// Rows of each table, the same in both databases.
    copied: Map<String, Value>,
    /// SHA-256 of each table, the same in both databases.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    checksums: BTreeMap<&'static str, String>,
    verified: bool,
    /// Rows that this run wrote.
    written: u64,
    /// Which of the two is the queue from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_copy: Option<Map<String, Value>>,
}

impl CopyShape {
    /// A copy that was made; `queue` is open.
    pub fn done(places: &(String, String), copied: &Copied, queue: &str) -> CopyShape {
        CopyShape {
            from: places.0.clone(),
            to: places.1.clone(),
            copied: copied.tables.iter().map(|table| (table.name.to_owned(), table.rows.into())).collect(),
            checksums: copied.tables.iter().map(|table| (table.name, table.checksum.clone())).collect(),
            verified: true,
            written: copied.written,
            queue: Some(queue.to_owned()),
            elapsed_s: Some(seconds(copied.elapsed)),
            dry_run: None,
            would_copy: None,
        }
    }

    /// A copy that would be made.
    pub fn preview(places: &(String, String), rows: Vec<(&'static str, u64)>) -> CopyShape {
        CopyShape {
            from: places.0.clone(),
            to: places.1.clone(),
            copied: Map::new(),
            checksums: BTreeMap::new(),
            verified: false,
            written: 0,
            queue: None,
            elapsed_s: None,
            dry_run: Some(true),
            would_copy: Some(rows.into_iter().map(|(table, rows)| (table.to_owned(), rows.into())).collect()),
        }
    }

    /// Rows of all tables.
    pub fn total(&self) -> u64 {
        let tables = self.would_copy.as_ref().unwrap_or(&self.copied);
        tables.values().filter_map(Value::as_u64).sum()
    }
}

/// What `db backup` answers.
#[derive(Debug, Serialize)]
pub struct BackupShape {
    file: String,
    bytes: u64,
    /// Of the schema.
    version: u32,
    /// Rows of each table.
    rows: Map<String, Value>,
    verified: bool,
    elapsed_s: f64,
}

impl BackupShape {
    pub fn new(file: String, backup: Backup) -> BackupShape {
        BackupShape {
            file,
            bytes: backup.bytes,
            version: backup.version,
            rows: backup.rows.into_iter().map(|(table, rows)| (table, rows.into())).collect(),
            verified: true,
            elapsed_s: seconds(backup.elapsed),
        }
    }
}
