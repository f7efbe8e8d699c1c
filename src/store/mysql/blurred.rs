//! Columns that somebody has changed since smsctl made them, so that they tell less: times to the second, words whatever their
//! letters. A claim is told from others by the microsecond, and a lane by each letter of its name: a queue in which that is lost is
//! not opened.

use mysql::Row;

use super::bind::{Value, list};
use super::check::TABLES;
use super::column::text;
use super::fault::Tried;
use super::session::Session;
use super::{MysqlStore, made, sql};
use crate::store::{Finding, StoreError};

/// By which claims, lanes, states and counts are told apart.
const ESSENTIAL: &[(&str, &[&str])] = &[
    ("lanes", &["lane"]),
    ("queued_tasks", &["created_at", "started_at", "status", "task_func"]),
    ("tallies", &["kind", "name", "word"]),
    ("tally_deltas", &["kind", "name", "word"]),
];

/// A column that is not what it was made.
pub(super) struct Blurred {
    table: String,
    column: String,
    /// What it is now, as the server says it.
    now: String,
    /// The statement that makes it what it was.
    pub cure: String,
}

/// Those of all tables.
pub(super) fn look(session: &mut Session) -> Tried<Vec<Blurred>> {
    let made = made::tables();
    let is_ours =
        |found: &Blurred| made.get(&found.table).is_some_and(|made| made.columns().any(|name| name == found.column));
    find(session, TABLES.iter().copied()).map(|found| found.into_iter().filter(is_ours).collect())
}

impl Blurred {
    pub fn finding(&self) -> Finding {
        Finding {
            kind: "schema",
            message: format!(
                "the column `{}` of the table `{}` was changed to `{}`",
                self.column, self.table, self.now
            ),
            hint: Some("stop the workers and run `smsctl db migrate`: it makes the column what it was".to_owned()),
        }
    }
}

impl MysqlStore {
    /// A queue in which one claim, or one lane, cannot be told from another is not opened.
    pub(super) fn require_exact(&self, session: &mut Session) -> Tried<()> {
        let is_essential = |found: &Blurred| {
            let columns = ESSENTIAL.iter().find(|(table, _)| *table == found.table);
            columns.is_some_and(|(_, columns)| columns.contains(&found.column.as_str()))
        };
        let found = find(session, ESSENTIAL.iter().map(|(table, _)| *table))?;
        let Some(found) = found.into_iter().find(is_essential) else { return Ok(()) };
        let (location, Blurred { table, column, now, .. }) = (self.speak.location.clone(), found);
        Err(StoreError::ColumnChanged { location, table, column, now }.into())
    }

    /// Makes such columns what they were; whether there was one.
    pub(super) fn make_exact(&self, session: &mut Session) -> Tried<bool> {
        let found = look(session)?;
        for blurred in &found {
            session.send(&blurred.cure)?;
        }
        Ok(!found.is_empty())
    }
}

fn find<'t>(session: &mut Session, tables: impl Iterator<Item = &'t str>) -> Tried<Vec<Blurred>> {
    let query = sql!("schema_blurred").replace("{tables}", &list(tables.map(Value::Text)));
    let rows = session.send(&query)?.rows;
    let is_mariadb = session.facts.is_mariadb;
    Ok(rows.iter().map(|row| blurred(row, is_mariadb)).collect())
}

fn blurred(row: &Row, is_mariadb: bool) -> Blurred {
    let word = |at| text(row, at).unwrap_or_default();
    let [table, column, kind, collation, nullable] = [0, 1, 2, 3, 4].map(word);
    let (table, column) = (table.to_ascii_lowercase(), column.to_ascii_lowercase());
    let is_text = !collation.is_empty();
    let becomes =
        if is_text { format!("{kind} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin") } else { "DATETIME(6)".to_owned() };
    let null = if nullable == "NO" { " NOT NULL" } else { " NULL" };
    let default = text(row, 5).filter(|_| is_text).and_then(|default| default_of(&default, is_mariadb));
    let default = default.map(|default| format!(" DEFAULT {default}")).unwrap_or_default();
    Blurred {
        cure: format!("ALTER TABLE {table} MODIFY `{column}` {becomes}{null}{default}"),
        now: format!("{kind} {collation}").trim_end().to_owned(),
        table,
        column,
    }
}

/// MariaDB tells a default as it is written, and MySQL the bare text.
fn default_of(told: &str, is_mariadb: bool) -> Option<String> {
    match told {
        "NULL" if is_mariadb => None,
        told if is_mariadb => Some(told.to_owned()),
        told => Some(format!("'{}'", told.replace('\'', "''"))),
    }
}
