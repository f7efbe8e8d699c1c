//! What the migrations make, read from their text: the columns of each table, and which migration makes it.

use std::collections::{BTreeMap, BTreeSet};

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
}

impl Made {
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
pub(super) fn tables() -> BTreeMap<String, Made> {
    let mut out = BTreeMap::new();
    read(0, sql!("migration_table"), &mut out);
    for migration in known() {
        for paragraph in migration.sql.split("\n\n") {
            read(migration.version, paragraph, &mut out);
        }
    }
    out
}

/// The statement that makes an index again, or the column of a table, as the last migration that names it has it; `None` of what takes
/// more than a line there.
pub(super) fn remake(thing: Thing<'_>) -> Option<String> {
    let migrations = known();
    let paragraphs = migrations.iter().flat_map(|migration| migration.sql.split("\n\n"));
    paragraphs.filter_map(|paragraph| remade(thing, paragraph)).last()
}

/// What is to be made again.
#[derive(Clone, Copy)]
pub(super) enum Thing<'a> {
    Index(&'a str),
    Column { table: &'a str, name: &'a str },
}

fn remade(thing: Thing<'_>, paragraph: &str) -> Option<String> {
    let mut lines = paragraph.lines().map(str::trim).filter(|line| !line.starts_with("--"));
    let first = lines.next()?;
    let table = first.strip_prefix("CREATE TABLE IF NOT EXISTS ").or(first.strip_prefix("ALTER TABLE "));
    let table = table.and_then(|rest| rest.split([' ', '(']).next());
    let whole = |line: &str| line.strip_suffix([',', ';']).map(str::to_owned);
    match (thing, table) {
        (Thing::Index(name), None) => {
            let rest = first.strip_prefix("CREATE INDEX ").or(first.strip_prefix("CREATE UNIQUE INDEX "));
            whole(first).filter(|_| rest.is_some_and(|rest| rest.starts_with(&format!("{name} "))))
        }
        (Thing::Index(name), Some(table)) => lines.find_map(|line| {
            let line = line.trim_start_matches("ADD ").trim_end_matches([',', ';']);
            let is_it = [format!("INDEX {name} ("), format!("UNIQUE INDEX {name} (")]
                .iter()
                .any(|begin| line.starts_with(begin));
            is_it.then(|| format!("ALTER TABLE {table} ADD {line}"))
        }),
        (Thing::Column { table: wanted, name }, Some(table)) if table == wanted => {
            let of_first = first.split_once(" ADD COLUMN ").map(|(_, rest)| rest);
            let named = |line: &str| line.split_ascii_whitespace().next() == Some(name);
            let line = of_first
                .into_iter()
                .chain(lines.map(|line| line.trim_start_matches("ADD COLUMN ")))
                .find(|line| named(line))?;
            Some(format!("ALTER TABLE {table} ADD COLUMN {}", whole(line)?))
        }
        (Thing::Column { .. }, _) => None,
    }
}

/// Reads a statement. Its lines are ours: each begins with what it makes, and what is a column's name is written small.
fn read(version: u32, statement: &str, out: &mut BTreeMap<String, Made>) {
    let mut lines = statement.lines().map(str::trim).filter(|line| !line.starts_with("--"));
    let first = lines.next().unwrap_or_default();
    let is_name = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let word = |line: &str| line.split([' ', '(']).next().filter(is_name).map(str::to_owned);
    if let Some(table) = first.strip_prefix("CREATE TABLE IF NOT EXISTS ").and_then(word) {
        out.insert(table, Made { version, first: lines.filter_map(word).collect(), added: BTreeMap::new() });
    } else if let Some(table) = first.strip_prefix("ALTER TABLE ").and_then(word) {
        let added = first.split("ADD COLUMN ").skip(1).chain(lines.filter_map(|line| line.strip_prefix("ADD COLUMN ")));
        let added = added.filter_map(word).map(|column| (column, version));
        out.entry(table).or_default().added.extend(added);
    }
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
    fn what_is_gone_is_made_again_by_a_statement() {
        for name in check::INDEXES {
            let statement = remake(Thing::Index(name)).expect(name);
            assert!(statement.contains(&format!("INDEX {name} ")), "{statement}");
        }
        let claim = "ALTER TABLE queued_tasks ADD INDEX queued_tasks_claim (task_func, claimable, claim_order, id)";
        assert_eq!(remake(Thing::Index("queued_tasks_claim")).as_deref(), Some(claim));
        for (table, name, statement) in [
            ("queued_tasks", "departed", "ALTER TABLE queued_tasks ADD COLUMN departed INTEGER NOT NULL DEFAULT 0"),
            ("lanes", "rests", "ALTER TABLE lanes ADD COLUMN rests        INTEGER NOT NULL DEFAULT 0"),
            ("queued_tasks", "started_at", "ALTER TABLE queued_tasks ADD COLUMN started_at    DATETIME(6)"),
        ] {
            assert_eq!(remake(Thing::Column { table, name }).as_deref(), Some(statement));
        }
        assert_eq!(remake(Thing::Column { table: "queued_tasks", name: "due" }), None, "it has two lines");
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
