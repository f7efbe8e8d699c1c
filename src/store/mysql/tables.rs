//! The tables that are there: whose they are, and what keeps them.
//!
//! An engine without transactions has no locks of rows either: two workers would get the same message. A library that makes the
//! application's tables names no engine, and a server may have any for its default.

use std::collections::BTreeMap;

use super::column::text;
use super::fault::{Fault, Tried, UNKNOWN_COLUMN, cause, code};
use super::migrate::{columns, known};
use super::session::Session;
use super::{MysqlStore, check, fit, made, numbering, sql};
use crate::store::{Result, StoreError, contract};

/// The one engine that has what smsctl needs.
const ENGINE: &str = "InnoDB";

/// What a name stands for.
enum Thing {
    /// With its engine: none is known of one that is damaged.
    Table(String),
    /// A view, for example.
    Other,
}

/// What is there under the names of tables.
pub(super) struct Tables(BTreeMap<String, Thing>);

impl Tables {
    pub fn look(session: &mut Session) -> Tried<Tables> {
        let rows = session.send(sql!("schema_tables"))?.rows;
        let thing = |row: &mysql::Row| match text(row, 1)?.as_str() {
            "BASE TABLE" | "SYSTEM VERSIONED" => Some(Thing::Table(text(row, 2).unwrap_or_default())),
            _ => Some(Thing::Other),
        };
        Ok(Tables(rows.iter().filter_map(|row| Some((text(row, 0)?, thing(row)?))).collect()))
    }

    /// Whether there is no table.
    pub fn is_empty(&self) -> bool {
        !self.0.values().any(|thing| matches!(thing, Thing::Table(_)))
    }

    fn is_other(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Thing::Other))
    }

    pub fn contains(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Thing::Table(_)))
    }

    /// Those of smsctl's that another engine keeps, with its name.
    pub fn astray(&self) -> impl Iterator<Item = (&str, &str)> {
        let engine = |name: &&'static str| match self.0.get(*name) {
            Some(Thing::Table(engine)) if !engine.is_empty() => Some((*name, engine.as_str())),
            _ => None,
        };
        let found = check::TABLES.iter().chain(&["smsctl_migrations"]).filter_map(engine);
        found.filter(|(_, engine)| !engine.eq_ignore_ascii_case(ENGINE))
    }
}

/// What gives a table to InnoDB.
pub(super) fn conversion(table: &str) -> String {
    format!("ALTER TABLE {table} ENGINE = {ENGINE}")
}

impl MysqlStore {
    /// A queue of which two workers would get the same message is not opened.
    pub(super) fn require_transactions(&self, tables: &Tables) -> Result<()> {
        let Some((table, engine)) = tables.astray().next() else { return Ok(()) };
        let (location, table, engine) = (self.speak.location.clone(), table.to_owned(), engine.to_owned());
        Err(StoreError::NoTransactions { location, table, engine })
    }

    /// Gives every table of smsctl's to InnoDB; whether there was one to be given.
    pub(super) fn convert(&self, session: &mut Session, tables: &Tables) -> Tried<bool> {
        for (table, engine) in tables.astray() {
            let Err(error) = session.send(&conversion(table)) else { continue };
            // What is no fault of the table is told, or tried again, as that of any statement.
            return Err(match self.speak.of(&error) {
                StoreError::Statement(_) | StoreError::Refused { .. } => StoreError::EngineKept {
                    location: self.speak.location.clone(),
                    table: table.to_owned(),
                    engine: engine.to_owned(),
                    cause: cause(&error),
                }
                .into(),
                _ => error.into(),
            });
        }
        Ok(tables.astray().next().is_some())
    }

    /// Nothing under a name of ours is another program's, before the first statement of the migrations after `past` ones: a table
    /// of ours that is there already would be taken for made. What another of our own runs left half-made is ours.
    pub(super) fn require_own(&self, session: &mut Session, tables: &Tables, past: usize) -> Tried<()> {
        if past >= known().len() {
            return Ok(());
        }
        for (name, made) in made::tables() {
            if tables.is_other(name) {
                return Err(self.foreign(name, "it is no table".to_owned()).into());
            }
            let is_applied = usize::try_from(made.version).is_ok_and(|version| version <= past);
            let is_shared = contract::TABLES.contains(&name.as_str());
            if !tables.contains(name) || is_applied && !is_shared {
                continue;
            }
            let have = columns(session, name)?;
            let is_theirs = is_shared && !made.is_taken_over(past, &have);
            if let Some(column) = made.taken(&have).filter(|_| is_theirs) {
                let reason = format!("it has a column `{column}`, and smsctl adds one of that name");
                return Err(self.foreign(name, reason).into());
            }
            if is_applied {
                self.require_fit(session, name, is_theirs)?;
                continue;
            }
            let lacks = |wanted: &[&str]| {
                wanted.iter().find(|column| !have.contains(**column)).map(|column| format!("it lacks `{column}`"))
            };
            // The application's tables are taken over, and may have further columns.
            let reason = match name.as_str() {
                "queued_tasks" => lacks(contract::TASK_COLUMNS),
                "dead_letter_messages" => lacks(contract::DEAD_LETTER_COLUMNS),
                _ => made.differs(&have),
            };
            if let Some(reason) = reason {
                return Err(self.foreign(name, reason).into());
            }
            if is_shared {
                self.require_fit(session, name, is_theirs)?;
            }
        }
        Ok(())
    }

    /// A table that other programs may have made can be worked with, and taken over where that is still to be done.
    fn require_fit(&self, session: &mut Session, table: &str, is_theirs: bool) -> Tried<()> {
        let found = match numbering::obstacle_of(session, table)? {
            None if is_theirs => fit::obstacle(session, table)?,
            found => found,
        };
        match found {
            Some(obstacle) => Err(obstacle.before_migration().error(&self.speak.location).into()),
            None => Ok(()),
        }
    }

    /// What went wrong when the migrations were asked for: their table may be another program's.
    pub(super) fn if_foreign(&self, fault: Fault) -> Fault {
        match fault {
            Fault::Driver(error) if code(&error) == Some(UNKNOWN_COLUMN) => {
                self.foreign("smsctl_migrations", "it has not the columns of smsctl's".to_owned()).into()
            }
            fault => fault,
        }
    }

    fn foreign(&self, table: &str, reason: String) -> StoreError {
        StoreError::ForeignTable { location: self.speak.location.clone(), table: table.to_owned(), reason }
    }
}
