//! What the application's columns keep when its tables are taken over: a column that is wider than smsctl's stays as wide, and a
//! default that the application relies on stays.
//!
//! The migrations name the least that smsctl needs. Where a table has more, the statement is made to say so before it is run.

use super::bind::values;
use super::column::{text, whole};
use super::fault::Tried;
use super::session::Session;
use super::sql;
use crate::store::contract;

/// Characters of a VARCHAR, at most.
const VARCHAR_MAX: u64 = 16_383;

/// Characters of a column that stands in an index of smsctl's.
const INDEXED_MAX: u64 = 700;

/// Texts, from the shortest: beside each the bytes of the same length.
const TEXTS: &[[&str; 2]] =
    &[["tinytext", "tinyblob"], ["text", "blob"], ["mediumtext", "mediumblob"], ["longtext", "longblob"]];

/// A column as it is.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub name: String,
    data_type: String,
    chars: Option<u64>,
    pub octets: Option<u64>,
    default: Option<String>,
    extra: String,
}

/// What becomes of the type that a migration names for a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// It is all that the column has.
    Named,
    /// The column has more, and keeps it.
    Wider(String),
    /// The column takes so many characters, and smsctl cannot.
    TooWide { chars: u64, most: u64 },
}

/// The columns of a table; none of one that is not there.
pub(super) fn columns(session: &mut Session, table: &str) -> Tried<Vec<Column>> {
    let rows = session.run(sql!("taken_columns"), values![table])?.rows;
    let number = |row: &mysql::Row, at| whole(row, at).and_then(|number| u64::try_from(number).ok());
    let column = |row: &mysql::Row| Column {
        name: text(row, 0).unwrap_or_default(),
        data_type: text(row, 1).unwrap_or_default(),
        chars: number(row, 2),
        octets: number(row, 3),
        default: text(row, 4),
        extra: text(row, 5).unwrap_or_default(),
    };
    Ok(rows.iter().map(column).collect())
}

impl Column {
    /// Its place among the texts, or among the bytes.
    fn text_rank(&self) -> Option<usize> {
        let name = if self.data_type == "json" { "longtext" } else { self.data_type.as_str() };
        TEXTS.iter().position(|pair| pair.contains(&name))
    }

    pub fn is_text(&self) -> bool {
        self.text_rank().is_some()
    }

    /// Whether it holds bytes, which may be no text.
    pub fn is_bytes(&self) -> bool {
        self.data_type.ends_with("blob") || self.data_type.ends_with("binary")
    }

    /// What becomes of `named`, the type that a migration has for it.
    pub fn kept(&self, named: &str) -> Kept {
        if named == "INTEGER" {
            return if self.data_type == "bigint" { Kept::Wider("BIGINT".to_owned()) } else { Kept::Named };
        }
        let Some(rank) = TEXTS.iter().position(|[text, _]| named.eq_ignore_ascii_case(text)) else {
            return self.kept_chars(named);
        };
        // A text of other letters may take more bytes.
        let of_chars = self.chars.filter(|chars| !self.is_text() && chars * 4 > 65_535).map(|_| 2);
        match self.text_rank().or(of_chars) {
            Some(own) if own > rank => Kept::Wider(TEXTS[own][0].to_ascii_uppercase()),
            _ => Kept::Named,
        }
    }

    /// The same of a VARCHAR.
    fn kept_chars(&self, named: &str) -> Kept {
        let most = named.strip_prefix("VARCHAR(").and_then(|rest| rest.strip_suffix(')')?.parse::<u64>().ok());
        let (Some(most), Some(chars)) = (most, self.chars) else { return Kept::Named };
        let (is_indexed, is_counted) = match self.name.as_str() {
            // Counts and lanes are kept by it, in columns of this width.
            "task_func" => (true, true),
            "status" | "recipient" => (true, false),
            _ => (false, false),
        };
        if chars <= most {
            return Kept::Named;
        }
        match chars {
            chars if is_counted || is_indexed && chars > INDEXED_MAX => Kept::TooWide { chars, most },
            chars if self.is_text() || chars > VARCHAR_MAX => {
                let text = self.text_rank().map_or("mediumtext", |rank| TEXTS[rank][0]);
                Kept::Wider(text.to_ascii_uppercase())
            }
            chars => Kept::Wider(format!("VARCHAR({chars})")),
        }
    }

    /// The default that it keeps in place of `named`.
    fn kept_default(&self, named: &str) -> Option<String> {
        // MariaDB quotes a text, and MySQL says what is no text.
        if self.extra.contains("DEFAULT_GENERATED") {
            return None;
        }
        let own = self.default.as_deref()?.trim_matches('\'');
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_text = named.starts_with('\'');
        let fits = if is_text { own != "NULL" && own.chars().all(is_plain) } else { own.parse::<i32>().is_ok() };
        let own = if is_text { format!("'{own}'") } else { own.to_owned() };
        (fits && own != named).then_some(own)
    }
}

/// The line of a migration that gives a column of the application's its type: the column and the type.
pub(super) fn modified(line: &str) -> Option<(&str, &str)> {
    let mut words = line.trim().trim_end_matches([',', ';']).strip_prefix("MODIFY ")?.split_ascii_whitespace();
    Some((words.next()?, words.next()?))
}

/// The table that a statement changes, if it is one of the application's.
pub(super) fn changed_table(statement: &str) -> Option<&'static str> {
    let line = statement.lines().find(|line| !line.starts_with("--"))?;
    let name = line.strip_prefix("ALTER TABLE ")?.split_ascii_whitespace().next()?;
    contract::TABLES.iter().copied().find(|table| *table == name)
}

/// A migration, with what the application's columns keep.
pub(super) fn kept(session: &mut Session, migration: &str) -> Tried<String> {
    let mut out = Vec::new();
    for statement in migration.split("\n\n") {
        match changed_table(statement).filter(|_| statement.contains("MODIFY ")) {
            Some(table) => out.push(with_columns(statement, &columns(session, table)?)),
            None => out.push(statement.to_owned()),
        }
    }
    Ok(out.join("\n\n"))
}

fn with_columns(statement: &str, columns: &[Column]) -> String {
    let lines = statement.lines().map(|line| {
        let found =
            modified(line).and_then(|(name, named)| Some((columns.iter().find(|own| own.name == name)?, named)));
        let Some((column, named)) = found else { return line.to_owned() };
        let line = match column.kept(named) {
            Kept::Wider(wider) => line.replacen(named, &wider, 1),
            Kept::Named | Kept::TooWide { .. } => line.to_owned(),
        };
        let Some((before, default)) = line.split_once(" DEFAULT ") else { return line };
        let default = default.trim_end_matches(',');
        match column.kept_default(default) {
            Some(own) => format!("{before} DEFAULT {own}{}", if line.ends_with(',') { "," } else { "" }),
            None => line,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, data_type: &str, chars: Option<u64>) -> Column {
        Column { name: name.to_owned(), data_type: data_type.to_owned(), chars, ..Column::default() }
    }

    #[test]
    fn a_wider_column_stays_as_wide() {
        let wider = |words: &str| Kept::Wider(words.to_owned());
        for (own, named, want) in [
            (column("status", "varchar", Some(20)), "VARCHAR(20)", Kept::Named),
            (column("status", "varchar", Some(64)), "VARCHAR(20)", wider("VARCHAR(64)")),
            (column("status", "enum", Some(30)), "VARCHAR(20)", wider("VARCHAR(30)")),
            (column("status", "text", Some(65_535)), "VARCHAR(20)", Kept::TooWide { chars: 65_535, most: 20 }),
            (column("task_func", "varchar", Some(255)), "VARCHAR(200)", Kept::TooWide { chars: 255, most: 200 }),
            (column("task_name", "text", Some(65_535)), "VARCHAR(200)", wider("TEXT")),
            (column("task_name", "varchar", Some(20_000)), "VARCHAR(200)", wider("MEDIUMTEXT")),
            (column("error_message", "mediumtext", Some(16_777_215)), "TEXT", wider("MEDIUMTEXT")),
            (column("error_message", "varchar", Some(30_000)), "TEXT", wider("MEDIUMTEXT")),
            (column("error_message", "varchar", Some(500)), "TEXT", Kept::Named),
            (column("args", "text", Some(65_535)), "MEDIUMTEXT", Kept::Named),
            (column("args", "json", None), "MEDIUMTEXT", wider("LONGTEXT")),
            (column("args", "longblob", None), "MEDIUMTEXT", wider("LONGTEXT")),
            (column("max_retries", "bigint", None), "INTEGER", wider("BIGINT")),
            (column("max_retries", "int", None), "INTEGER", Kept::Named),
            (column("created_at", "timestamp", None), "DATETIME(6)", Kept::Named),
        ] {
            assert_eq!(own.kept(named), want, "{own:?} as {named}");
        }
    }

    #[test]
    fn a_default_that_somebody_relies_on_stays() {
        let default = |text: &str, extra: &str| Column {
            default: Some(text.to_owned()),
            extra: extra.to_owned(),
            ..column("x", "varchar", None)
        };
        for (own, named, want) in [
            (default("5", ""), "3", Some("5")),
            (default("3", ""), "3", None),
            (default("NULL", ""), "3", None),
            (default("'held'", ""), "'pending'", Some("'held'")),
            (default("held", ""), "'pending'", Some("'held'")),
            (default("'pending'", ""), "'pending'", None),
            (default("NULL", ""), "'pending'", None),
            (default("upper('x')", ""), "'pending'", None),
            (default("uuid()", "DEFAULT_GENERATED"), "'pending'", None),
        ] {
            assert_eq!(own.kept_default(named).as_deref(), want, "{own:?}");
        }
    }

    #[test]
    fn a_statement_says_what_is_kept() {
        let statement = "-- Why.\nALTER TABLE queued_tasks\n    MODIFY status        VARCHAR(20)  COLLATE utf8mb4_bin DEFAULT 'pending',\n    \
                         MODIFY max_retries   INTEGER DEFAULT 3,\n    ADD COLUMN sender VARCHAR(255);";
        let retries = Column { default: Some("5".to_owned()), ..column("max_retries", "int", None) };
        let columns = [column("status", "varchar", Some(64)), retries, column("sender", "varchar", Some(300))];
        let want = "-- Why.\nALTER TABLE queued_tasks\n    MODIFY status        VARCHAR(64)  COLLATE utf8mb4_bin DEFAULT 'pending',\n    \
                    MODIFY max_retries   INTEGER DEFAULT 5,\n    ADD COLUMN sender VARCHAR(255);";
        assert_eq!(with_columns(statement, &columns), want);
        assert_eq!(changed_table(statement), Some("queued_tasks"));
        assert_eq!(changed_table("ALTER TABLE attempts MODIFY outcome VARCHAR(20) NOT NULL;"), None);
    }
}
