//! Columns that somebody has altered since smsctl made them, so that they tell or take less: times to the second, words whatever
//! their letters, numbers that nobody computes any more. A claim is told from others by the microsecond, a lane by each letter of its
//! name, and what waits is found by what the server computes of each task: a queue in which that is lost is not opened.

use mysql::Row;

use super::bind::{Value, list};
use super::check::TABLES;
use super::column::{text, truth, whole};
use super::fault::Tried;
use super::numbering::WHOLE;
use super::session::Session;
use super::{MysqlStore, made, sql};
use crate::store::{Finding, StoreError, contract};

/// By which claims, lanes, states and counts are told apart, and what waits is found.
const ESSENTIAL: &[(&str, &[&str])] = &[
    ("lanes", &["lane"]),
    ("queued_tasks", &["claim_order", "claimable", "created_at", "due", "started_at", "status", "task_func"]),
    ("tallies", &["kind", "name", "word"]),
    ("tally_deltas", &["kind", "name", "word"]),
];

/// A column that is not what it was made.
pub(super) struct Altered {
    table: String,
    column: String,
    /// What it is now.
    now: String,
    /// It tells less than it did; if not, it takes less, or other words than it should.
    tells_less: bool,
    /// The statements that make it what it was.
    pub cures: Vec<String>,
}

/// Those of all tables.
pub(super) fn look(session: &mut Session) -> Tried<Vec<Altered>> {
    find(session, TABLES.iter().copied())
}

impl Altered {
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

    fn is_essential(&self) -> bool {
        let columns = ESSENTIAL.iter().find(|(table, _)| *table == self.table);
        self.tells_less && columns.is_some_and(|(_, columns)| columns.contains(&self.column.as_str()))
    }
}

impl MysqlStore {
    /// A queue in which one claim, or one lane, cannot be told from another, or in which nothing is found, is not opened.
    pub(super) fn require_exact(&self, session: &mut Session) -> Tried<()> {
        let found = find(session, ESSENTIAL.iter().map(|(table, _)| *table))?;
        let Some(found) = found.into_iter().find(Altered::is_essential) else { return Ok(()) };
        let (location, Altered { table, column, now, .. }) = (self.speak.location.clone(), found);
        Err(StoreError::ColumnChanged { location, table, column, now }.into())
    }

    /// Makes such columns what they were; whether there was one.
    pub(super) fn make_exact(&self, session: &mut Session) -> Tried<bool> {
        let found = look(session)?;
        for cure in found.iter().flat_map(|altered| &altered.cures) {
            session.send(cure)?;
        }
        Ok(!found.is_empty())
    }
}

fn find<'t>(session: &mut Session, tables: impl Iterator<Item = &'t str>) -> Tried<Vec<Altered>> {
    let query = sql!("schema_altered").replace("{tables}", &list(tables.map(Value::Text)));
    let rows = session.send(&query)?.rows;
    let is_mariadb = session.facts.is_mariadb;
    Ok(rows.iter().filter_map(|row| Found::of(row, is_mariadb).altered()).collect())
}

/// A column as it is.
struct Found {
    table: String,
    column: String,
    /// The type in the server's words, and its name alone.
    kind: String,
    name: String,
    chars: Option<i64>,
    collation: String,
    takes_null: bool,
    /// As a statement has it.
    default: Option<String>,
    is_computed: bool,
}

impl Found {
    fn of(row: &Row, is_mariadb: bool) -> Found {
        let word = |at| text(row, at).unwrap_or_default().to_ascii_lowercase();
        Found {
            table: word(0),
            column: word(1),
            kind: text(row, 2).unwrap_or_default(),
            name: word(3),
            chars: whole(row, 4),
            collation: word(5),
            takes_null: truth(row, 6),
            default: text(row, 7).and_then(|default| default_of(&default, is_mariadb)),
            is_computed: truth(row, 8),
        }
    }

    /// What somebody has altered of it; nothing of a column that is not smsctl's.
    fn altered(self) -> Option<Altered> {
        let made = made::tables().get(&self.table)?.words.get(&self.column)?;
        let made = Words::of(made)?;
        let is_narrow = !self.holds(made.kind) || made.is_text() && self.collation != "utf8mb4_bin";
        let is_plain = made.computed.is_some() && !self.is_computed;
        let lost_null = made.takes_null() && !self.takes_null;
        let takes_null = !made.takes_null() && self.takes_null;
        let lost_default = made.default().is_some() && self.default.is_none();
        let other_default = !lost_default && !self.is_shared() && !self.has_default(made.default());
        if !(is_narrow || is_plain || lost_null || takes_null || lost_default || other_default) {
            return None;
        }
        let default = self.default.as_deref().filter(|_| other_default).map(|default| format!(" DEFAULT {default}"));
        let more = [
            (lost_null, " NOT NULL"),
            (takes_null, " NULL"),
            (lost_default, " (without a default)"),
            (is_plain, " (not computed)"),
        ];
        let more: String = more.iter().filter(|(is_so, _)| *is_so).map(|(_, words)| *words).collect();
        let now = format!("{} {}", self.kind, self.collation);
        Some(Altered {
            now: format!("{}{more}{}", now.trim_end(), default.unwrap_or_default()),
            tells_less: is_narrow || is_plain,
            cures: self.cures(&made, takes_null),
            table: self.table,
            column: self.column,
        })
    }

    /// Whether it takes all that a column of the type `made` takes.
    fn holds(&self, made: &str) -> bool {
        let made = made.trim_end_matches(" UNSIGNED");
        let (name, size) = made.split_once('(').map_or((made, None), |(name, size)| (name, Some(size)));
        let size = size.and_then(|size| size.trim_end_matches(')').parse::<i64>().ok());
        let takes = |size: i64| self.chars.is_some_and(|chars| chars >= size);
        let rank = |of: &str| WHOLE.iter().position(|name| *name == of);
        match (name, size) {
            ("DATETIME", _) => self.kind.eq_ignore_ascii_case(made),
            ("VARCHAR" | "CHAR", Some(size)) => (self.name == "varchar" || self.is_long_text()) && takes(size),
            ("TEXT", _) => self.is_long_text() && takes(65_535),
            ("MEDIUMTEXT", _) => self.is_long_text() && takes(16_777_215),
            (_, Some(size)) => self.name.eq_ignore_ascii_case(name) && takes(size),
            ("INTEGER", _) => rank(&self.name) >= rank("int"),
            _ => match rank(&name.to_ascii_lowercase()) {
                Some(least) => rank(&self.name) >= Some(least),
                None => self.name.eq_ignore_ascii_case(name),
            },
        }
    }

    /// Whether it is one of the application's, which may give it a default of its own.
    fn is_shared(&self) -> bool {
        let columns = match self.table.as_str() {
            "queued_tasks" => contract::TASK_COLUMNS,
            "dead_letter_messages" => contract::DEAD_LETTER_COLUMNS,
            _ => return false,
        };
        columns.contains(&self.column.as_str())
    }

    /// MySQL quotes numbers, too.
    fn has_default(&self, made: Option<&str>) -> bool {
        self.default.as_deref().map(|default| default.trim_matches('\'')) == made.map(|made| made.trim_matches('\''))
    }

    fn is_long_text(&self) -> bool {
        self.name.ends_with("text")
    }

    /// What makes it what it was: as wide as it is, where that is enough, and with the default that somebody gave it.
    fn cures(&self, made: &Words<'_>, takes_null: bool) -> Vec<String> {
        let (table, column) = (&self.table, &self.column);
        let kind = if self.holds(made.kind) { &self.kind } else { made.kind };
        let letters = if made.is_text() { " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" } else { "" };
        let default = self.default.as_deref().filter(|_| self.is_shared()).or(made.default());
        let rest = match made.computed {
            Some(computed) => format!(" {computed}"),
            None => format!(
                "{}{}",
                if made.takes_null() { " NULL" } else { " NOT NULL" },
                default.map(|default| format!(" DEFAULT {default}")).unwrap_or_default()
            ),
        };
        let fill = default
            .filter(|_| takes_null)
            .map(|default| format!("UPDATE {table} SET `{column}` = {default} WHERE `{column}` IS NULL"));
        let modify = format!("ALTER TABLE {table} MODIFY `{column}` {kind}{letters}{rest}");
        fill.into_iter().chain([modify]).collect()
    }
}

/// What a migration says of a column.
struct Words<'a> {
    kind: &'a str,
    /// How the server computes it.
    computed: Option<&'a str>,
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// `None` of a column by which the server numbers rows: that is looked at elsewhere.
    fn of(words: &'a str) -> Option<Words<'a>> {
        let unsigned = words.find(" UNSIGNED").map(|at| words.split_at(at + " UNSIGNED".len()));
        let (kind, rest) = unsigned.or(words.split_once(' ')).unwrap_or((words, ""));
        let rest = rest.trim_start();
        let computed = rest.strip_prefix("AS (").map(|_| rest);
        (!rest.contains("AUTO_INCREMENT")).then_some(Words { kind, computed, rest })
    }

    fn is_text(&self) -> bool {
        self.kind.contains("CHAR") || self.kind.contains("TEXT")
    }

    fn takes_null(&self) -> bool {
        !self.rest.contains("NOT NULL")
    }

    fn default(&self) -> Option<&'a str> {
        self.rest.split_once("DEFAULT ")?.1.split(' ').next()
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
