//! The schema: where it stands, and how it is brought forward.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, params};

use super::{SqliteStore, sql};
use crate::store::migration::{self, Migration};
use crate::store::time;
use crate::store::{Applied, Finding, MigrationPlan, MigrationState, Result, SchemaReport, StoreError, contract};

static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sql/sqlite/migrations");

/// What counts the changes of other programs.
const TRIGGERS: &[&str] = &[
    "dead_letter_messages_delete",
    "dead_letter_messages_insert",
    "dead_letter_messages_insert_before",
    "dead_letter_messages_key",
    "dead_letter_messages_key_before",
    "dead_letter_messages_replaced",
    "dead_letter_messages_update",
    "foreign_inserts_insert",
    "foreign_writes_insert",
    "foreign_written_insert",
    "letter_changes_insert",
    "queued_tasks_delete",
    "queued_tasks_foreign_insert",
    "queued_tasks_foreign_insert_before",
    "queued_tasks_foreign_update",
    "queued_tasks_foreign_update_before",
    "task_changes_insert",
];

/// A migration that the database has had.
pub(super) struct Past {
    applied: Applied,
    checksum: String,
    at: Timestamp,
    smsctl_version: String,
}

/// What `db check` says of a schema that is not this binary's.
pub(super) fn finding(state: &MigrationState, past: &[Past]) -> Finding {
    let have = past.last().map_or(0, |past| past.applied.version);
    let knows = known().last().map_or(0, |migration| migration.version);
    Finding::schema(state, (have, knows), past.last().map(|past| past.smsctl_version.as_str()))
}

pub(super) fn known() -> Vec<Migration> {
    migration::all(&MIGRATIONS)
}

/// Whether one of the migrations makes a trigger of this name.
pub(super) fn is_our_trigger(name: &str) -> bool {
    let texts = MIGRATIONS.files().filter_map(|file| file.contents_utf8());
    let mut makers = texts.flat_map(|text| text.split("CREATE TRIGGER ").skip(1));
    makers.any(|rest| rest.split_ascii_whitespace().next() == Some(name))
}

impl SqliteStore {
    /// The schema must be this binary's.
    pub(super) fn require_current(&self) -> Result<()> {
        let (state, past) = self.schema_state()?;
        let location = self.path.display().to_string();
        let have = past.last().map_or(0, |past| past.applied.version);
        let need = known().last().map_or(0, |migration| migration.version);
        match state {
            MigrationState::Current => Ok(()),
            MigrationState::Empty | MigrationState::WebApplication | MigrationState::Other => {
                Err(StoreError::NotMigrated { location })
            }
            MigrationState::Older => Err(StoreError::Older { location, have, need }),
            MigrationState::Newer => {
                let written_by = past.last().map(|past| past.smsctl_version.clone()).unwrap_or_default();
                Err(StoreError::Newer { location, have, knows: need, written_by })
            }
        }
    }

    /// Where the schema stands, and what it has had.
    pub(super) fn schema_state(&self) -> Result<(MigrationState, Vec<Past>)> {
        let writer = self.writer();
        self.state_of_schema(&writer)
    }

    fn state_of_schema(&self, connection: &Connection) -> Result<(MigrationState, Vec<Past>)> {
        let tables = tables(connection).map_err(|e| self.speak.of(e))?;
        if !tables.contains("smsctl_migrations") {
            let state = contract::whose(tables.is_empty(), |table| columns(connection, table));
            return Ok((state.map_err(|e| self.speak.of(e))?, Vec::new()));
        }
        let past = past(connection).map_err(|e| self.speak.of(e))?;
        let known = known();
        for (known, past) in known.iter().zip(&past) {
            if known.version != past.applied.version || known.checksum != past.checksum {
                let location = self.path.display().to_string();
                return Err(StoreError::Diverged { location, version: past.applied.version });
            }
        }
        let state = match past.len().cmp(&known.len()) {
            std::cmp::Ordering::Less => MigrationState::Older,
            std::cmp::Ordering::Equal => MigrationState::Current,
            std::cmp::Ordering::Greater => MigrationState::Newer,
        };
        Ok((state, past))
    }

    pub(super) fn report_schema(&self) -> Result<SchemaReport> {
        let (state, past) = self.schema_state()?;
        let limits = if state == MigrationState::Current { self.limits()? } else { Vec::new() };
        let known = known();
        let waiting = known.iter().skip(past.len()).map(|migration| MigrationPlan {
            version: migration.version,
            name: migration.name.clone(),
            sql: migration.sql.clone(),
        });
        Ok(SchemaReport {
            location: self.path.display().to_string(),
            engine: format!("SQLite {}", rusqlite::version()),
            state,
            version: past.last().map_or(0, |past| past.applied.version),
            latest: known.last().map_or(0, |migration| migration.version),
            waiting: waiting.collect(),
            applied: past.into_iter().map(|past| (past.applied, past.at)).collect(),
            size_bytes: Some(self.size_bytes()),
            limits,
            mending: Vec::new(),
        })
    }

    /// By `stat` only: to open and close the file would drop the locks that this process holds on it.
    fn size_bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len()) + self.log_bytes()
    }

    /// The length of the write-ahead log, by `stat` only.
    pub(super) fn log_bytes(&self) -> u64 {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        std::fs::metadata(log).map_or(0, |log| log.len())
    }

    /// Applies all waiting migrations in one transaction: whoever looks meanwhile, or after a crash, sees all of them or none.
    /// Two processes that do it at once take turns: each looks, inside its transaction, what is still to be done.
    pub(super) fn apply_migrations(&self) -> Result<Vec<Applied>> {
        let now = time::to_text(self.now());
        let applied = self.transact(|transaction| {
            transaction.execute(sql!("migration_table"), []).map_err(|e| self.speak.of(e))?;
            let (state, past) = self.state_of_schema(transaction)?;
            if state == MigrationState::Newer {
                return Ok((Vec::new(), false));
            }
            if past.is_empty() {
                self.check_foreign(transaction, "queued_tasks", contract::TASK_COLUMNS, false)?;
                self.check_foreign(transaction, "dead_letter_messages", contract::DEAD_LETTER_COLUMNS, true)?;
            }
            let mut applied = Vec::new();
            for migration in known().into_iter().skip(past.len()) {
                apply(transaction, &migration, &now).map_err(|e| self.failed(&migration, e))?;
                applied.push(Applied { version: migration.version, name: migration.name });
            }
            let changed = !applied.is_empty() | self.mend_triggers(transaction)?;
            Ok((applied, changed))
        })?;
        self.require_current()?;
        self.keep_log()?;
        Ok(applied)
    }

    /// What is in the way of a migration, if it is not the place that fails.
    fn failed(&self, migration: &Migration, error: rusqlite::Error) -> StoreError {
        match self.speak.of(error) {
            StoreError::Statement(cause)
            | StoreError::Refused { cause, .. }
            | StoreError::OtherwiseMade { cause, .. } => StoreError::Migration {
                location: self.path.display().to_string(),
                version: migration.version,
                name: migration.name.clone(),
                cause,
            },
            other => other,
        }
    }

    /// Makes again what counts the changes of other programs, and counts anew what they changed meanwhile.
    fn mend_triggers(&self, transaction: &Transaction<'_>) -> Result<bool> {
        let missing = || -> rusqlite::Result<bool> {
            let have: BTreeSet<_> = objects(transaction)?.into_iter().map(|(kind, name, _)| (kind, name)).collect();
            let mut is_mended = false;
            let expected = expected_objects()?;
            // The triggers write into the views.
            let of_kind = |wanted: &'static str| expected.iter().filter(move |(kind, ..)| kind == wanted);
            for (kind, name, text) in of_kind("view").chain(of_kind("trigger")) {
                if !have.contains(&(kind.clone(), name.clone())) {
                    transaction.execute(text, [])?;
                    is_mended = true;
                }
            }
            if is_mended {
                super::tally::recount(transaction)?;
            }
            Ok(is_mended)
        };
        missing().map_err(|e| self.speak.of(e))
    }

    /// What works less well than it should.
    fn limits(&self) -> Result<Vec<String>> {
        self.read(|transaction| {
            let found = || -> rusqlite::Result<Vec<String>> {
                let triggers = objects(transaction)?.into_iter().filter(|(kind, ..)| kind == "trigger");
                let have: BTreeSet<_> = triggers.map(|(_, name, _)| name).collect();
                let missing = TRIGGERS.iter().filter(|name| !have.contains(**name)).count();
                Ok(migration::triggers_missing(missing).into_iter().collect())
            };
            found().map_err(|e| self.speak.of(e))
        })
    }

    /// A table that is there already must be the web application's. One that is made anew (`exactly`) may have no column
    /// that we do not know: it would be lost.
    fn check_foreign(&self, transaction: &Transaction<'_>, table: &str, wanted: &[&str], exactly: bool) -> Result<()> {
        let columns = columns(transaction, table).map_err(|e| self.speak.of(e))?;
        if columns.is_empty() {
            return Ok(());
        }
        let missing = wanted.iter().find(|column| !columns.contains(**column)).map(|column| ("lacks", *column));
        let extra = columns.iter().find(|column| exactly && !wanted.contains(&column.as_str()));
        let reason = match missing.or(extra.map(|column| ("has a further column", column.as_str()))) {
            Some((what, column)) => format!("it {what} `{column}`"),
            None if exactly || numbers(transaction, table).map_err(|e| self.speak.of(e))? => return Ok(()),
            None => "its `id` is no INTEGER PRIMARY KEY: its rows would have no numbers".to_owned(),
        };
        Err(StoreError::ForeignTable { location: self.path.display().to_string(), table: table.to_owned(), reason })
    }
}

fn apply(transaction: &Transaction<'_>, migration: &Migration, now: &str) -> rusqlite::Result<()> {
    transaction.execute_batch(&migration.sql)?;
    let row = params![migration.version, migration.name, migration.checksum, now, env!("CARGO_PKG_VERSION")];
    transaction.execute(sql!("migration_insert"), row)?;
    Ok(())
}

fn tables(connection: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    connection.prepare_cached(sql!("schema_tables"))?.query_map([], |row| row.get(0))?.collect()
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<BTreeSet<String>> {
    connection.prepare_cached(sql!("schema_columns"))?.query_map([table], |row| row.get(0))?.collect()
}

/// Whether a new row of the table has a number that no other has.
fn numbers(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached(sql!("schema_numbers"))?.query_row([table], |row| row.get(0))
}

fn past(connection: &Connection) -> rusqlite::Result<Vec<Past>> {
    let mut statement = connection.prepare_cached(sql!("migration_list"))?;
    let rows = statement.query_map([], |row| {
        let at: String = row.get(3)?;
        Ok(Past {
            applied: Applied { version: row.get(0)?, name: row.get(1)? },
            checksum: row.get(2)?,
            at: time::of_text(&at).unwrap_or(Timestamp::UNIX_EPOCH),
            smsctl_version: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// A database in memory with all migrations, and nothing in it.
pub(super) fn migrated_in_memory() -> rusqlite::Result<Connection> {
    let scratch = Connection::open_in_memory()?;
    for migration in known() {
        scratch.execute_batch(&migration.sql)?;
    }
    Ok(scratch)
}

/// The names and texts of what a database with all migrations holds, the web application's tables and indexes aside.
pub(super) fn expected_objects() -> rusqlite::Result<Vec<(String, String, String)>> {
    let scratch = migrated_in_memory()?;
    scratch.execute_batch(sql!("migration_table"))?;
    objects(&scratch)
}

/// Type, name and text of each table, index, trigger and view.
pub(super) fn objects(connection: &Connection) -> rusqlite::Result<Vec<(String, String, String)>> {
    let mut statement = connection.prepare(sql!("schema_objects"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// The columns of a table of a database with all migrations.
pub(super) fn missing_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let scratch = migrated_in_memory()?;
    let have = columns(connection, table)?;
    Ok(columns(&scratch, table)?.into_iter().filter(|column| !have.contains(column)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_triggers_are_those_of_the_migrations() {
        let objects = expected_objects().expect("the migrations run");
        let made = objects.iter().filter(|(kind, ..)| kind == "trigger").map(|(_, name, _)| name.as_str());
        assert_eq!(made.collect::<BTreeSet<_>>(), TRIGGERS.iter().copied().collect());
    }

    /// Triggers and views run in the library of whoever writes, and nobody reads a file whose schema he cannot parse.
    #[test]
    fn the_schema_asks_for_no_newer_library_than_the_documents_say() {
        /// Of SQLite 3.25 and later; docs/other-programs.md says 3.24.
        const NEWER: &[&str] = &[
            " over ",
            " over(",
            " window ",
            ") filter",
            " nulls first",
            " nulls last",
            " generated ",
            " stored",
            " virtual",
            " is distinct from ",
            " is not distinct from ",
            " returning ",
            " materialized ",
            " right join ",
            " full join ",
            "->",
            "strict",
            "sqlite_schema",
            " iif(",
            " if(",
            " concat(",
            " concat_ws(",
            " format(",
            " json",
            " octet_length(",
            " sign(",
            " string_agg(",
            " substring(",
            " timediff(",
            " unhex(",
            " unistr(",
            " unixepoch(",
            "'subsec'",
            "'subsecond'",
            "'auto'",
            "'ceiling'",
            "'floor'",
        ];
        let mut found = Vec::new();
        for (kind, name, text) in expected_objects().expect("the migrations run") {
            let lines = text.lines().map(|line| line.split("--").next().unwrap_or_default());
            let text = lines.flat_map(str::split_ascii_whitespace).collect::<Vec<_>>().join(" ").to_lowercase();
            // A name stands behind a blank, also within another call.
            let text = format!("{} ", text.replace('(', "( "));
            let newer = NEWER.iter().filter(|word| text.contains(&word.replace('(', "( ")));
            found.extend(newer.map(|word| format!("the {kind} `{name}` has `{}`", word.trim())));
        }
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn what_may_have_arrived_is_counted_anew_in_a_queue_that_is_there() {
        let queue = Connection::open_in_memory().expect("a scratch database");
        let (before, after): (Vec<_>, Vec<_>) = known().into_iter().partition(|migration| migration.version < 8);
        before.iter().for_each(|migration| queue.execute_batch(&migration.sql).expect("it runs"));
        let rows = "
            INSERT INTO batches (name, created_at) VALUES ('b', '2026-11-24 16:00:00');
            INSERT INTO queued_tasks (task_name, task_func, status, error_type, departed, batch_id) VALUES
                ('sms', 'x', 'failed', 'unknown', 1, 1), ('sms', 'x', 'failed', 'panel', 1, 1), ('sms', 'y', 'failed', NULL, 1, NULL),
                ('sms', 'y', 'failed', 'unknown', 0, NULL), ('sms', 'x', 'failed', 'rejected', 0, 1), ('sms', 'x', 'processing', NULL, 1, 1);";
        queue.execute_batch(rows).expect("another program writes");
        after.iter().for_each(|migration| queue.execute_batch(&migration.sql).expect("it runs"));
        let list = |query: &str| -> Vec<String> {
            let mut statement = queue.prepare(query).expect("a good query");
            let rows = statement.query_map([], |row| row.get(0)).expect("it runs");
            rows.collect::<rusqlite::Result<_>>().expect("text")
        };
        let unknown = "SELECT kind || ' ' || name || ' ' || n FROM tallies WHERE word = 'unknown' ORDER BY 1";
        assert_eq!(list(unknown), ["all  4", "batch 1 2", "lane x 2", "lane y 2"]);
        let wrong = format!("SELECT kind || ' ' || name || ' ' || word FROM ({})", sql!("tally_differences"));
        assert_eq!(list(&wrong), Vec::<String>::new());
    }
}
