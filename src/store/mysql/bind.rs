//! A query and its values become one text.
//!
//! Values are written into the text, as PyMySQL does it: one round trip for each statement, lists of any length, and nothing
//! prepared that a session would have to keep (but for one statement, `prepared.rs`). Quotes are doubled, never escaped by a
//! backslash, so that no `sql_mode` can end a literal early.

use std::fmt::Write;

use jiff::Timestamp;

use crate::store::filter::{Clause, Param};
use crate::store::time;

/// A value of a query.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Time(Timestamp),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Int(i64::from(number))
    }
}

impl From<u8> for Value<'_> {
    fn from(number: u8) -> Self {
        Value::Int(i64::from(number))
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Value::Int(i64::from(truth))
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Value::Real(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(at: Timestamp) -> Self {
        Value::Time(at)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The values of a query, in their order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::mysql::bind::Value::from($value)),*] };
}
pub(super) use values;

/// The parameters of a clause.
pub(super) fn of_clause(clause: &Clause) -> Vec<Value<'_>> {
    let value = |param| match param {
        &Param::Int(number) => Value::Int(number),
        Param::Text(text) => Value::Text(text),
        &Param::Time(at) => Value::Time(at),
    };
    clause.params.iter().map(value).collect()
}

/// `query` with its values in place: `?3` is the third of them, a bare `?` the one after the last bare one. Marks in quotes
/// and comments are none.
pub(super) fn bind(query: &str, values: &[Value<'_>]) -> String {
    let mut out = String::with_capacity(query.len() + 32 * values.len());
    let mut rest = query;
    let mut bare = 0;
    while let Some(at) = rest.find(['?', '\'', '-']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let end = match tail.as_bytes()[0] {
            b'\'' => tail[1..].find('\'').map_or(tail.len(), |end| end + 2),
            b'-' if tail.starts_with("-- ") => tail.find('\n').unwrap_or(tail.len()),
            b'-' => 1,
            _ => {
                let digits = tail[1..].bytes().take_while(u8::is_ascii_digit).count();
                let index = tail[1..=digits].parse::<usize>().map_or(bare, |number| number - 1);
                bare += usize::from(digits == 0);
                literal(&mut out, values.get(index).copied().unwrap_or(Value::Null));
                rest = &tail[1 + digits..];
                continue;
            }
        };
        out.push_str(&tail[..end]);
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// Rows for a `VALUES` list: `(…), (…)`.
pub(super) fn rows<'a>(rows: impl IntoIterator<Item = Vec<Value<'a>>>) -> String {
    let mut out = String::new();
    for row in rows {
        out.push_str(if out.is_empty() { "(" } else { ",(" });
        for (at, value) in row.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            literal(&mut out, value);
        }
        out.push(')');
    }
    out
}

/// Numbers for an `IN` list. An empty list matches nothing.
pub(super) fn ids(ids: impl IntoIterator<Item = i64>) -> String {
    let out = ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    if out.is_empty() { "NULL".to_owned() } else { out }
}

/// Texts for an `IN` list. An empty list matches nothing.
pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let out = list(texts.into_iter().map(Value::Text));
    if out.is_empty() { "NULL".to_owned() } else { out }
}

/// Values with commas between them.
pub(super) fn list<'a>(values: impl IntoIterator<Item = Value<'a>>) -> String {
    let mut out = String::new();
    for value in values {
        if !out.is_empty() {
            out.push(',');
        }
        literal(&mut out, value);
    }
    out
}

fn literal(out: &mut String, value: Value<'_>) {
    // To write into a string cannot fail.
    let _ = match value {
        Value::Null => write!(out, "NULL"),
        Value::Int(number) => write!(out, "{number}"),
        Value::Real(number) if number.is_finite() => write!(out, "{number:e}"),
        Value::Real(_) => write!(out, "NULL"),
        Value::Time(at) => write!(out, "'{}'", time::to_text(at)),
        Value::Bytes([]) => write!(out, "''"),
        Value::Bytes(bytes) => {
            out.push_str("0x");
            bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
        Value::Text(text) => {
            quote(out, text);
            Ok(())
        }
    };
}

fn quote(out: &mut String, text: &str) {
    out.push('\'');
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '\\', '\0']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'\'' => "''",
            b'\\' => r"\\",
            _ => r"\0",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('\'');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_their_marks_are() {
        let bound = bind("SELECT ?2, ?1, '?1', a-?1 -- ?1\n, ?10", values!["x", 7_i64]);
        assert_eq!(bound, "SELECT 7, 'x', '?1', a-'x' -- ?1\n, NULL");
        assert_eq!(bind("a = ? AND b IN (?, ?)", values!["x", 1_i64, None::<i64>]), "a = 'x' AND b IN (1, NULL)");
    }

    #[test]
    fn no_text_ends_its_literal() {
        let mut out = String::new();
        quote(&mut out, "a'b\\c\0d\\' OR 1=1 --");
        assert_eq!(out, r"'a''b\\c\0d\\'' OR 1=1 --'");
    }

    #[test]
    fn no_comment_is_filled_in() {
        // A text with a line break in it would end the comment, and be read as SQL.
        let queries = include_dir::include_dir!("$CARGO_MANIFEST_DIR/sql/mysql");
        let mut places = 0;
        for file in queries.files() {
            for line in file.contents_utf8().expect("a text").lines() {
                let (code, comment) = line.split_once("--").unwrap_or((line, ""));
                places += code.matches('{').count();
                assert!(!comment.contains('{'), "{}: {line}", file.path().display());
            }
        }
        assert!(places > 20, "{places}");
    }

    #[test]
    fn every_kind_of_value_has_its_form() {
        let at = time::of_micros(1_795_536_000_000_007);
        let of = |value: Value<'_>| bind("?", &[value]);
        assert_eq!(of(Value::Time(at)), "'2026-11-24 16:00:00.000007'");
        assert_eq!(of(Value::Bytes(&[0, 171])), "0x00ab");
        assert_eq!(of(Value::Real(0.5)), "5e-1");
        assert_eq!(of(Value::Real(f64::NAN)), "NULL");
        assert_eq!((ids([]), ids([3, 1])), ("NULL".to_owned(), "3,1".to_owned()));
        assert_eq!(rows([vec![Value::Int(1), Value::Text("a")], vec![Value::Null]]), "(1,'a'),(NULL)");
    }
}
