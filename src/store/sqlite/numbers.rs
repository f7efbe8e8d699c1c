//! Whether a row can still be numbered. SQLite says of numbers that are used up what it says of a full disk.

use rusqlite::Connection;

use super::sql;
use crate::store::numbers::Numbers;
use crate::store::{Finding, StoreError};

/// What a failure means that SQLite calls a full disk: nothing else, unless a table has no number left.
pub(super) fn used_up(connection: &Connection, failure: StoreError) -> StoreError {
    let StoreError::DiskFull { path } = &failure else { return failure };
    // Of a disk that is full in truth nothing more may be known.
    let numbers = numbers(connection).unwrap_or_default();
    let location = path.display().to_string();
    let used_up = numbers.iter().find_map(|numbers| numbers.used_up(&location, &cure(&numbers.table)));
    used_up.unwrap_or(failure)
}

/// Tables that have no numbers left, or few.
pub(super) fn findings(connection: &Connection) -> rusqlite::Result<Vec<Finding>> {
    Ok(numbers(connection)?.iter().filter_map(|numbers| numbers.finding(&cure(&numbers.table))).collect())
}

fn numbers(connection: &Connection) -> rusqlite::Result<Vec<Numbers>> {
    let mut statement = connection.prepare(sql!("numbers"))?;
    let rows = statement.query_map([], |row| {
        let (highest, given): (Option<i64>, i64) = (row.get(1)?, row.get(2)?);
        let highest = highest.map(i128::from);
        Ok(Numbers { table: row.get(0)?, highest, given: given.into(), most: i64::MAX })
    })?;
    rows.collect()
}

/// What sets the count of a table back to the rows that are there.
pub(super) fn cure(table: &str) -> String {
    format!("UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM {table}) WHERE name = '{table}'")
}
