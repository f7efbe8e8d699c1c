//! Columns as they are found: other programs write them too, and none of their rows may stop the queue.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::store::time;

/// A text column. A number is shown as one; of bytes that are no text, what can be shown is.
pub(super) fn text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
    })
}

/// Whether a column can be read as what was written: bytes that are no text cannot.
pub(super) fn is_text(row: &Row<'_>, column: usize) -> rusqlite::Result<bool> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).is_ok(),
        ValueRef::Blob(_) => false,
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => true,
    })
}

/// A column of whole numbers. What is no number counts as none.
pub(super) fn whole(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(|text| text.trim().parse().ok()),
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    })
}

/// A column of counts. What is negative, or no number, counts as 0, and what is beyond all counts as the largest of them: no claim has
/// that many attempts.
pub(super) fn small(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    Ok(u32::try_from(whole(row, column)?.unwrap_or(0).max(0)).unwrap_or(u32::MAX))
}

/// A time column. What is no time counts as none.
pub(super) fn optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().and_then(time::of_text),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    })
}
