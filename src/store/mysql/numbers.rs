//! Whether a row can still be numbered. Servers say of it that a value is out of range, that a number could not be read, or that
//! it is there twice.

use super::column::text;
use super::fault::Tried;
use super::session::Session;
use super::{MysqlStore, sql};
use crate::store::numbers::Numbers;
use crate::store::{Finding, StoreError, contract};

impl MysqlStore {
    /// What it means that a row of `table` could not be added: nothing else, unless there is no number left for it.
    pub(super) fn used_up(&self, table: &str, failure: StoreError) -> StoreError {
        if !matches!(failure, StoreError::Statement(_) | StoreError::Refused { .. } | StoreError::Beyond { .. }) {
            return failure;
        }
        let numbers = self.read(|session| numbers(session, table)).ok().flatten();
        numbers.and_then(|numbers| numbers.used_up(&self.speak.location, &cure(table))).unwrap_or(failure)
    }
}

/// Why the numbers of a table are more than smsctl holds, if they are, and what sets them back.
pub(super) fn beyond(session: &mut Session, table: &str) -> Tried<Option<(String, String)>> {
    Ok(numbers(session, table)?.and_then(|numbers| numbers.beyond(&cure(table))))
}

/// Tables that have no numbers left, or few.
pub(super) fn findings(session: &mut Session) -> Tried<Vec<Finding>> {
    let mut out = Vec::new();
    for table in contract::TABLES {
        out.extend(numbers(session, table)?.and_then(|numbers| numbers.finding(&cure(table))));
    }
    Ok(out)
}

fn numbers(session: &mut Session, table: &str) -> Tried<Option<Numbers>> {
    let rows = session.send(&sql!("numbers").replace("{table}", table))?.rows;
    let numbers = |row: &mysql::Row| Numbers {
        table: text(row, 0).unwrap_or_default(),
        highest: number(row, 1),
        given: number(row, 2).unwrap_or(0),
        most: most(&text(row, 3).unwrap_or_default()),
    };
    Ok(rows.first().map(numbers))
}

/// The highest number that was given, of a row of the next one and the type. At its end a count stands still, and may have given the last
/// number or not: it is taken for given.
pub(super) fn given(row: &mysql::Row) -> Option<i64> {
    let most = most(&text(row, 1).unwrap_or_default());
    let next = number(row, 0)?;
    if next >= i128::from(most) { Some(most) } else { i64::try_from(next - 1).ok() }
}

/// A number that may be more than smsctl holds.
fn number(row: &mysql::Row, column: usize) -> Option<i128> {
    text(row, column)?.parse().ok()
}

/// The highest number of a type: the application's own tables may have a shorter one than ours.
fn most(column_type: &str) -> i64 {
    let bits = match column_type.split(['(', ' ']).next().unwrap_or_default() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        _ => return i64::MAX,
    };
    let sign = if column_type.contains("unsigned") { 0 } else { 1 };
    (1_i64 << (bits - sign)) - 1
}

/// What sets the count of a table back to the rows that are there.
pub(super) fn cure(table: &str) -> String {
    format!("ALTER TABLE {table} AUTO_INCREMENT = 1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_its_highest_number() {
        for (column_type, highest) in [
            ("bigint(20)", i64::MAX),
            ("bigint unsigned", i64::MAX),
            ("int(11)", 2_147_483_647),
            ("int", 2_147_483_647),
            ("int unsigned", 4_294_967_295),
            ("mediumint", 8_388_607),
            ("smallint(6)", 32_767),
            ("tinyint unsigned", 255),
            ("", i64::MAX),
        ] {
            assert_eq!(most(column_type), highest, "{column_type}");
        }
    }
}
