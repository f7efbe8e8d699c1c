//! What the migrations make, read from their text: the columns of each table, and which migration makes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::migrate::known;
use super::sql;

/// A table that a migration makes.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The number of that migration; 0 for the table of the migrations themselves.
    pub version: u32,
    /// The columns that it has from the beginning.
    pub first: BTreeSet<String>,
    /// Those that the same migration or later ones add, with the number of each.
    pub added: BTreeMap<String, u32>,
    /// What follows the name of each column where it is made, by the last migration that says it.
    pub words: BTreeMap<String, String>,
}

impl Made {
    fn take(&mut self, version: u32, part: Part<'_>) {
        let (name, words) = match part {
            Part::Index { .. } => return,
            Part::Column { name, words } => {
                self.first.insert(name.to_owned());
                (name, words)
            }
            Part::Added { name, words } => {
                self.added.insert(name.to_owned(), version);
                (name, words)
            }
            Part::Modified { name, words } => (name, words),
        };
        self.words.insert(name.to_owned(), words.to_owned());
    }

    /// The columns that it has in the end.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.first.iter().chain(self.added.keys()).map(String::as_str)
    }

    /// Whether a table that somebody else made has ours, after `past` migrations. They come by one statement: where one is missing,
    /// none is.
    pub fn is_taken_over(&self, past: usize, have: &BTreeSet<String>) -> bool {
        let Some(first) = self.added.values().min() else { return true };
        let mut ours = self.added.iter().filter(|(_, version)| *version == first);
        usize::try_from(*first).is_ok_and(|first| first <= past) || ours.all(|(column, _)| have.contains(column))
    }

    /// The first of the columns we add that is there already.
    pub fn taken<'a>(&self, have: &'a BTreeSet<String>) -> Option<&'a String> {
        have.iter().find(|column| self.added.contains_key(*column))
    }

    /// Why a table with these columns was not made by a migration, if it was not. One that was interrupted, or is to be followed
    /// by others, has made it in part.
    pub fn differs(&self, have: &BTreeSet<String>) -> Option<String> {
        let lacks = self.first.iter().find(|column| !have.contains(*column)).map(|column| ("lacks", column));
        let is_ours = |column: &&String| self.first.contains(*column) || self.added.contains_key(*column);
        let extra = have.iter().find(|column| !is_ours(column)).map(|column| ("has a further column", column));
        lacks.or(extra).map(|(what, column)| format!("it {what} `{column}`"))
    }
}

/// Every table of smsctl, by name.
pub(super) fn tables() -> &'static BTreeMap<String, Made> {
    static TABLES: OnceLock<BTreeMap<String, Made>> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut out = BTreeMap::<String, Made>::new();
        for (version, statement) in statements() {
            let Some((table, parts)) = parts(&statement) else { continue };
            let made = out.entry(table.to_owned()).or_default();
            if statement.starts_with(CREATE_TABLE) {
                made.version = version;
            }
            parts.into_iter().for_each(|part| made.take(version, part));
        }
        out
    })
}

/// An index that a migration makes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MadeIndex {
    pub table: String,
    pub is_unique: bool,
    /// With a comma and a blank between them.
    pub columns: String,
}

impl MadeIndex {
    /// The part of a statement that makes it, under this name.
    pub fn words(&self, name: &str) -> String {
        format!("{}INDEX {name} ({})", if self.is_unique { "UNIQUE " } else { "" }, self.columns)
    }
}

/// Every index of smsctl that has a name, as the last migration makes it.
pub(super) fn indexes() -> &'static BTreeMap<String, MadeIndex> {
    static INDEXES: OnceLock<BTreeMap<String, MadeIndex>> = OnceLock::new();
    INDEXES.get_or_init(|| {
        let mut out = BTreeMap::new();
        for (_, statement) in statements() {
            let Some((table, parts)) = parts(&statement) else { continue };
            for part in parts {
                if let Part::Index { name, is_unique, columns } = part {
                    let (table, columns) = (table.to_owned(), columns.to_owned());
                    out.insert(name.to_owned(), MadeIndex { table, is_unique, columns });
                }
            }
        }
        out
    })
}

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS ";

/// The statements of all migrations without their comments, each on one line, with the number of its migration.
fn statements() -> impl Iterator<Item = (u32, String)> {
    let migrations = known().into_iter().map(|migration| (migration.version, migration.sql));
    let migrations = std::iter::once((0, sql!("migration_table").to_owned())).chain(migrations);
    migrations.flat_map(|(version, sql)| {
        let statement = |paragraph: &str| {
            let lines = paragraph.lines().map(str::trim).filter(|line| !line.starts_with("--"));
            lines.flat_map(str::split_ascii_whitespace).collect::<Vec<_>>().join(" ")
        };
        sql.split("\n\n").map(|paragraph| (version, statement(paragraph))).collect::<Vec<_>>()
    })
}

/// What a statement makes.
#[derive(Debug, PartialEq, Eq)]
enum Part<'a> {
    /// Of a table that it makes.
    Column {
        name: &'a str,
        words: &'a str,
    },
    Added {
        name: &'a str,
        words: &'a str,
    },
    Modified {
        name: &'a str,
        words: &'a str,
    },
    Index {
        name: &'a str,
        is_unique: bool,
        columns: &'a str,
    },
}

/// The table that a statement makes or changes, and its parts.
fn parts(statement: &str) -> Option<(&str, Vec<Part<'_>>)> {
    let statement = statement.trim_end_matches(';');
    if let Some(rest) = statement.strip_prefix(CREATE_TABLE) {
        let (table, rest) = rest.split_once(" (")?;
        return Some((table, listed(rest).into_iter().filter_map(part).collect()));
    }
    if let Some(rest) = statement.strip_prefix("ALTER TABLE ") {
        let (table, rest) = rest.split_once(' ')?;
        return Some((table, listed(rest).into_iter().filter_map(part).collect()));
    }
    let (index, rest) = statement.strip_prefix("CREATE ")?.split_once(" ON ")?;
    let (table, _) = rest.split_once(" (")?;
    Some((table, vec![index_of(index, rest)?]))
}

/// Of an index, what stands before its columns, and the text that they are the end of.
fn index_of<'a>(words: &'a str, columns: &'a str) -> Option<Part<'a>> {
    let unique = words.strip_prefix("UNIQUE ");
    let name = unique.unwrap_or(words).strip_prefix("INDEX ")?;
    let (_, columns) = columns.trim_end_matches(')').split_once('(')?;
    Some(Part::Index { name, is_unique: unique.is_some(), columns })
}

/// What stands between commas, but for those within brackets, up to the bracket that closes all.
fn listed(text: &str) -> Vec<&str> {
    let (mut out, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                out.push(text[from..at].trim());
                return out;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                out.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(text[from..].trim());
    out
}

fn part(item: &str) -> Option<Part<'_>> {
    let named = |rest: &'static str| item.strip_prefix(rest)?.split_once(' ');
    if let Some((name, words)) = named("ADD COLUMN ") {
        return Some(Part::Added { name, words });
    }
    if let Some((name, words)) = named("MODIFY ") {
        return Some(Part::Modified { name, words });
    }
    if let Some((index, _)) = item.strip_prefix("ADD ").unwrap_or(item).split_once(" (")
        && let Some(index) = index_of(index, item)
    {
        return Some(index);
    }
    // What is a column's name is written small, and all else in capitals.
    let (name, words) = item.split_once(' ')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_name.then_some(Part::Column { name, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::mysql::check;

    #[test]
    fn every_table_is_known_with_its_columns() {
        let tables = tables();
        let names: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
        let ours: BTreeSet<&str> = check::TABLES.iter().copied().chain(["smsctl_migrations"]).collect();
        assert_eq!(names, ours);
        let columns = |name: &str| tables[name].columns().map(str::to_owned).collect::<Vec<_>>().join(" ");
        assert_eq!(columns("receipts"), "attempt token");
        assert_eq!(
            columns("lanes"),
            "closed_reason closed_until lane paused paused_reason refilled_at tokens closed_at closed_error paused_at \
             paused_until prober rested_at rests writes"
        );
        assert_eq!((tables["lanes"].version, tables["smsctl_migrations"].version), (2, 0));
        assert!(columns("workers").ends_with("version counters"), "{}", columns("workers"));
        for column in ["task_name", "recipient", "claim_order", "claimable", "due", "departed"] {
            assert!(tables["queued_tasks"].columns().any(|found| found == column), "{column}");
        }
    }

    #[test]
    fn every_index_is_known_as_the_last_migration_makes_it() {
        assert_eq!(indexes().len(), 14);
        let words = |name: &str| format!("{}: {}", indexes()[name].table, indexes()[name].words(name));
        assert_eq!(
            words("queued_tasks_claim"),
            "queued_tasks: INDEX queued_tasks_claim (task_func, claimable, claim_order, id)"
        );
        assert_eq!(words("queued_tasks_dedupe"), "queued_tasks: UNIQUE INDEX queued_tasks_dedupe (dedupe_key)");
        assert_eq!(words("batches_name"), "batches: UNIQUE INDEX batches_name (name)");
        assert_eq!(words("workers_ended"), "workers: INDEX workers_ended (ended_at)");
    }

    #[test]
    fn every_column_has_words_as_the_last_migration_has_them() {
        for (table, made) in tables() {
            for column in made.columns() {
                assert!(made.words.contains_key(column), "{table}.{column}");
            }
        }
        let words = |table: &str, column: &str| tables()[table].words[column].as_str();
        assert_eq!(words("queued_tasks", "departed"), "INTEGER NOT NULL DEFAULT 0");
        assert_eq!(words("queued_tasks", "started_at"), "DATETIME(6) NULL");
        assert_eq!(words("queued_tasks", "worker_id"), "INTEGER");
        assert_eq!(words("queued_tasks", "claimable"), "TINYINT AS (if(status = 'pending', 1, NULL)) STORED");
        assert_eq!(
            words("queued_tasks", "due"),
            "TINYINT AS (CASE WHEN available_at IS NULL THEN NULL WHEN status = 'scheduled' THEN 1 WHEN status = \
             'failed' THEN 2 END) STORED"
        );
        assert_eq!(words("workers", "pid"), "INTEGER UNSIGNED NOT NULL");
        assert_eq!(words("attempts", "outcome"), "VARCHAR(20) NOT NULL");
    }

    #[test]
    fn a_table_of_somebody_else_is_told_by_its_columns() {
        let tables = tables();
        let differs = |have: &[&str]| tables["workers"].differs(&have.iter().map(|&name| name.to_owned()).collect());
        let mut ours: Vec<&str> = tables["workers"].first.iter().map(String::as_str).collect();
        assert_eq!(differs(&ours), None, "made, and not yet altered");
        ours.push("counters");
        assert_eq!(differs(&ours), None);
        ours.push("salary");
        assert_eq!(differs(&ours).as_deref(), Some("it has a further column `salary`"));
        assert_eq!(differs(&["id"]).as_deref(), Some("it lacks `boot_id`"));
    }
}
