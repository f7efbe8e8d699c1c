//! Which triggers are there, and whether they run. A server shows triggers to those alone who may make some of their table; to
//! everybody else it says of each name that is asked for whether there is one.

use super::check::objects;
use super::fault::{FORBIDDEN, Tried, code};
use super::session::Session;
use super::sql;
use crate::store::{Finding, migration};

/// What a database with all migrations has.
pub(super) const TRIGGERS: &[&str] = &[
    "dead_letter_messages_delete",
    "dead_letter_messages_insert",
    "dead_letter_messages_insert_before",
    "dead_letter_messages_update",
    "dead_letter_messages_update_before",
    "queued_tasks_delete",
    "queued_tasks_foreign_insert",
    "queued_tasks_foreign_insert_before",
    "queued_tasks_foreign_update",
    "queued_tasks_foreign_update_before",
];

/// What helps where triggers do not run.
const MADE_AGAIN: &str =
    "run `smsctl db migrate` by an account that may make triggers (TRIGGER): it makes them again and counts anew";

/// There is no trigger of this name in the database.
const NO_TRIGGER: u16 = 1360;

/// Those that are not there, whatever the account may see.
pub(super) fn absent(session: &mut Session) -> Tried<Vec<&'static str>> {
    let have = objects(session)?;
    let mut out = Vec::new();
    for name in TRIGGERS.iter().filter(|name| !have.contains(&("trigger".to_owned(), (**name).to_owned()))) {
        match session.send(&format!("SHOW CREATE TRIGGER {name}")) {
            // It is there, and hidden.
            Err(error) if code(&error).is_some_and(|code| FORBIDDEN.contains(&code)) => {}
            // There is none; or it is shown, and goes with another table.
            Err(error) if code(&error) != Some(NO_TRIGGER) => return Err(error.into()),
            _ => out.push(*name),
        }
    }
    Ok(out)
}

/// Notes that the triggers are there, if they are, and that all is counted.
pub(super) fn mark(session: &mut Session) -> Tried<()> {
    if absent(session)?.is_empty() {
        session.send(sql!("mark_insert"))?;
    }
    Ok(())
}

fn is_marked(session: &mut Session) -> Tried<bool> {
    Ok(!session.send(sql!("mark_get"))?.rows.is_empty())
}

/// What the schema lacks because no account was allowed to make it, or because somebody took it away.
pub(super) fn limits(session: &mut Session) -> Tried<Vec<String>> {
    let absent = absent(session)?.len();
    let sentence = match (is_marked(session)?, absent) {
        (true, absent) => return Ok(migration::triggers_missing(absent).into_iter().collect()),
        (false, 0) => {
            "triggers were made since the last migration: what other programs wrote before them is not counted until `smsctl db migrate` counts all anew"
        }
        (false, _) => {
            "whoever migrated might not make triggers: what other programs write is counted by `smsctl db check --repair` alone"
        }
    };
    Ok(vec![sentence.to_owned()])
}

/// Whether triggers are missing that were there once: nobody has counted since. That they were there is forgotten, so that whoever
/// goes on after a crash, when they have been made again, still knows that all is to be counted.
pub(super) fn counts_are_old(session: &mut Session) -> Tried<bool> {
    match (is_marked(session)?, absent(session)?.is_empty()) {
        (true, false) => {
            session.send(sql!("mark_delete"))?;
            Ok(true)
        }
        (is_marked, are_there) => Ok(!is_marked && are_there),
    }
}

/// The tables of which triggers are there by their names, and counted nothing as all of them were tried.
pub(super) fn idle(absent: &[&str], counted: [bool; 2]) -> Vec<Finding> {
    let tables = ["queued_tasks", "dead_letter_messages"].into_iter().zip(counted);
    let idle = tables.filter(|(table, counted)| !counted && !absent.iter().any(|name| name.starts_with(table)));
    let finding = |(table, _)| Finding {
        kind: "schema",
        message: format!("the triggers of `{table}` do not run: they went along with a table that was renamed"),
        hint: Some(MADE_AGAIN.to_owned()),
    };
    idle.map(finding).collect()
}
