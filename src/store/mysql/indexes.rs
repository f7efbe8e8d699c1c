//! Indexes of smsctl's as they are found: another program may have taken one away, or made it anew in another way.

use super::bind::{Value, list};
use super::column::{text, truth};
use super::confirmed::confirmed;
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
        match look(session, &[KEYS])?.into_iter().find(|astray| !astray.is_whole) {
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
    /// It is kept as it was made.
    is_whole: bool,
}

/// An index as it is.
struct Found {
    is_unique: bool,
    is_hidden: bool,
    columns: String,
}

fn look(session: &mut Session, names: &[&str]) -> Tried<Vec<Astray>> {
    confirmed(session, |session| look_once(session, names))
}

fn look_once(session: &mut Session, names: &[&str]) -> Tried<Vec<Astray>> {
    let is_mariadb = session.facts.is_mariadb;
    let mut tables = names.iter().filter_map(|name| Some(made::indexes().get(*name)?.table.as_str()));
    let first = tables.next().filter(|first| tables.all(|table| table == *first));
    let table = first.map(|table| format!("AND table_name = {}", list([Value::Text(table)])));
    let query = sql!("schema_indexes")
        .replace("{table}", &table.unwrap_or_default())
        .replace("{hidden}", if is_mariadb { "ignored = 'YES'" } else { "is_visible = 'NO'" })
        .replace("{indexes}", &list(names.iter().copied().map(Value::Text)));
    let rows = session.send(&query)?.rows;
    let found = |name: &str, made: &MadeIndex| {
        let word = |row: &mysql::Row, at| text(row, at).unwrap_or_default().to_ascii_lowercase();
        let row = rows.iter().find(|row| word(row, 0) == name && word(row, 1) == made.table)?;
        Some(Found { is_unique: truth(row, 2), is_hidden: truth(row, 3), columns: word(row, 4) })
    };
    let astray = |name: &&str| {
        let made = made::indexes().get(*name)?;
        astray(name, made, found(name, made), is_mariadb)
    };
    Ok(names.iter().filter_map(astray).collect())
}

fn astray(name: &str, made: &MadeIndex, found: Option<Found>, is_mariadb: bool) -> Option<Astray> {
    let (table, words) = (&made.table, made.words(name));
    let Some(Found { is_unique, is_hidden, columns }) = found else {
        let cure = format!("ALTER TABLE {table} ADD {words}");
        return Some(Astray { message: format!("the index `{name}` is missing"), cure, is_whole: false });
    };
    if is_unique != made.is_unique || columns != made.columns {
        let unique = if is_unique { "UNIQUE " } else { "" };
        let message = format!("the index `{name}` was changed to `{unique}({columns})`");
        return Some(Astray {
            message,
            cure: format!("ALTER TABLE {table} DROP INDEX {name}, ADD {words}"),
            is_whole: false,
        });
    }
    is_hidden.then(|| {
        let (is, was) = if is_mariadb { ("IGNORED", "NOT IGNORED") } else { ("INVISIBLE", "VISIBLE") };
        let message = format!("the index `{name}` is {is}: no statement can use it");
        Astray { message, cure: format!("ALTER TABLE {table} ALTER INDEX {name} {was}"), is_whole: true }
    })
}
