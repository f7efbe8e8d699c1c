//! Indexes of smsctl's as they are found: another program may have taken one away, or made it anew in another way.

use super::bind::{Value, list};
use super::column::{text, truth};
use super::fault::Tried;
use super::made::{self, MadeIndex};
use super::session::Session;
use super::{MysqlStore, sql};
use crate::store::{Finding, StoreError};

/// The index by which two messages with one key are one.
const KEYS: &str = "queued_tasks_dedupe";

impl MysqlStore {
    /// A queue in which a message can be enqueued twice with one key is not opened.
    pub(super) fn require_keys(&self, session: &mut Session) -> Tried<()> {
        match look(session, &[KEYS])?.into_iter().next() {
            None => Ok(()),
            Some(Astray { cure, .. }) => {
                let location = self.speak.location.clone();
                let cure = format!(
                    "another program changed the schema: `{cure};` makes it again; where the server refuses that, two rows have one \
                     `dedupe_key` already: take it from one of them"
                );
                Err(StoreError::KeysLost { location, cure }.into())
            }
        }
    }
}

/// What is missing, or not what it was made.
pub(super) fn findings(session: &mut Session) -> Tried<Vec<Finding>> {
    let names: Vec<_> = made::indexes().keys().map(String::as_str).collect();
    let finding = |astray: Astray| Finding {
        kind: "schema",
        message: astray.message,
        hint: Some(format!("another program changed the schema: `{};` makes it again", astray.cure)),
    };
    Ok(look(session, &names)?.into_iter().map(finding).collect())
}

/// An index that is not what it was made.
struct Astray {
    message: String,
    /// The statement that makes it again.
    cure: String,
}

fn look(session: &mut Session, names: &[&str]) -> Tried<Vec<Astray>> {
    let query = sql!("schema_indexes").replace("{indexes}", &list(names.iter().copied().map(Value::Text)));
    let rows = session.send(&query)?.rows;
    let found = |name: &str, made: &MadeIndex| {
        let word = |row: &mysql::Row, at| text(row, at).unwrap_or_default().to_ascii_lowercase();
        let row = rows.iter().find(|row| word(row, 0) == name && word(row, 1) == made.table)?;
        Some((truth(row, 2), word(row, 3)))
    };
    let astray = |name: &str| {
        let made = made::indexes().get(name)?;
        let (table, words) = (&made.table, made.words(name));
        match found(name, made) {
            None => Some(Astray {
                message: format!("the index `{name}` is missing"),
                cure: format!("ALTER TABLE {table} ADD {words}"),
            }),
            Some((is_unique, columns)) if is_unique != made.is_unique || columns != made.columns => Some(Astray {
                message: format!(
                    "the index `{name}` was changed to `{}({columns})`",
                    if is_unique { "UNIQUE " } else { "" }
                ),
                cure: format!("ALTER TABLE {table} DROP INDEX {name}, ADD {words}"),
            }),
            Some(_) => None,
        }
    };
    Ok(names.iter().filter_map(|name| astray(name)).collect())
}
