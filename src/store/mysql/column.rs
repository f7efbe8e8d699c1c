//! Columns as they are found: other programs write them too, and none of their rows may stop the queue.

use jiff::Timestamp;
use mysql::{Row, Value};

use crate::store::{Result, StoreError, time};

/// A text column. Of bytes that are no text, what can be shown is.
pub(super) fn text(row: &Row, column: usize) -> Option<String> {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => Some(String::from_utf8_lossy(bytes).into_owned()),
        Some(Value::Int(number)) => Some(number.to_string()),
        Some(Value::UInt(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// A word, as the server compares it: blanks behind it do not count.
pub(super) fn word(row: &Row, column: usize) -> String {
    let mut text = text(row, column).unwrap_or_default();
    text.truncate(text.trim_end_matches(' ').len());
    text
}

/// Bytes of a column, about.
pub(super) fn size(row: &Row, column: usize) -> usize {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => 24 + bytes.len(),
        _ => 8,
    }
}

/// A column of whole numbers. What is no number counts as none.
pub(super) fn whole(row: &Row, column: usize) -> Option<i64> {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => std::str::from_utf8(bytes).ok()?.parse().ok(),
        Some(Value::Int(number)) => Some(*number),
        Some(Value::UInt(number)) => i64::try_from(*number).ok(),
        _ => None,
    }
}

/// A column of numbers with a fraction.
pub(super) fn real(row: &Row, column: usize) -> Option<f64> {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => std::str::from_utf8(bytes).ok()?.parse().ok(),
        Some(Value::Double(number)) => Some(*number),
        _ => None,
    }
}

/// The number of a row. One that cannot be held is no other: whoever meets it goes no further.
pub(super) fn id(row: &Row, column: usize) -> Result<i64> {
    let beyond = || text(row, column).map_or(StoreError::Unnumbered, |number| StoreError::Beyond { number });
    whole(row, column).ok_or_else(beyond)
}

/// The number that the server gave to a new row; 0 is given to none.
pub(super) fn given(number: u64) -> Result<i64> {
    match i64::try_from(number) {
        Ok(0) => Err(StoreError::Unnumbered),
        Ok(number) => Ok(number),
        Err(_) => Err(StoreError::Beyond { number: number.to_string() }),
    }
}

/// A column of counts. What is negative, or no number, counts as 0, and what is beyond all counts as the largest of them: no claim has
/// that many attempts.
pub(super) fn small(row: &Row, column: usize) -> u32 {
    let number = match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<i128>().ok()),
        Some(Value::Int(number)) => Some(i128::from(*number)),
        Some(Value::UInt(number)) => Some(i128::from(*number)),
        _ => None,
    };
    u32::try_from(number.unwrap_or(0).max(0)).unwrap_or(u32::MAX)
}

/// A column of sums, in which nothing is below 0.
pub(super) fn sum(row: &Row, column: usize) -> u64 {
    u64::try_from(whole(row, column).unwrap_or(0)).unwrap_or(0)
}

/// A column of truth. What is unknown is not so.
pub(super) fn truth(row: &Row, column: usize) -> bool {
    whole(row, column) == Some(1)
}

/// A time column. What is no time counts as none.
pub(super) fn optional_time(row: &Row, column: usize) -> Option<Timestamp> {
    match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => time::of_text(std::str::from_utf8(bytes).ok()?),
        _ => None,
    }
}
