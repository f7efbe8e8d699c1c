//! A shape as named values: how times and spans are written, how nested values become columns, and what a table shows.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

/// The fields of one shape, in their order.
pub type Record = Map<String, Value>;

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The field of the shape; `dead_letter.pending` reaches into a nested object.
    pub field: &'static str,
    /// The heading.
    pub heading: &'static str,
}

/// A time as every record writes it: RFC 3339, UTC, microseconds.
pub fn timestamp(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// A span as every record writes it, in a field whose name ends in `_s`: seconds, rounded to microseconds.
pub fn seconds(span: Duration) -> f64 {
    (span.as_secs_f64() * 1e6).round() / 1e6
}

/// `shape` as named values. A shape that is no object becomes the one field `value`.
///
/// # Errors
/// A map whose keys are no strings, or a `Serialize` that fails.
pub(super) fn of(shape: &impl Serialize) -> io::Result<Record> {
    Ok(match serde_json::to_value(shape)? {
        Value::Object(record) => record,
        other => Map::from_iter([("value".to_owned(), other)]),
    })
}

/// The fields with nested objects taken apart: `{"a": {"b": 1}}` is `a.b`. Arrays stay whole.
pub(super) fn flatten(record: &Record) -> Vec<(String, &Value)> {
    fn walk<'a>(prefix: &str, record: &'a Record, out: &mut Vec<(String, &'a Value)>) {
        for (field, value) in record {
            let name = if prefix.is_empty() { field.clone() } else { format!("{prefix}.{field}") };
            match value {
                Value::Object(nested) => walk(&name, nested, out),
                other => out.push((name, other)),
            }
        }
    }
    let mut out = Vec::with_capacity(record.len());
    walk("", record, &mut out);
    out
}

/// The value of a field by its flattened name; `null` if there is none.
pub(super) fn get<'a>(record: &'a Record, field: &str) -> &'a Value {
    if let Some(value) = record.get(field) {
        return value;
    }
    let nested = field.split_once('.').and_then(|(first, rest)| Some((record.get(first)?.as_object()?, rest)));
    nested.map_or(&Value::Null, |(nested, rest)| get(nested, rest))
}

/// A value as the text of one csv or table cell: nothing for `null`, a string as it is, arrays and objects as JSON.
///
/// # Errors
/// Never for values that are JSON already.
pub(super) fn cell_text(value: &Value) -> io::Result<String> {
    Ok(match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => super::json::to_line(value)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_have_microseconds_and_spans_are_seconds() {
        let at = Timestamp::from_microsecond(1_795_532_645_000_000).unwrap();
        assert_eq!(timestamp(at), "2026-11-24T15:04:05.000000Z");
        assert_eq!(seconds(Duration::from_nanos(1_234_567_891)), 1.234_568);
    }

    #[test]
    fn nested_objects_become_dotted_names_in_their_order() {
        let record = of(&json!({"z": 1, "a": {"y": {"x": 2}, "b": [1, {"c": 3}]}, "e": {}, "n": null})).unwrap();
        let flat: Vec<_> = flatten(&record).into_iter().map(|(name, value)| (name, value.to_string())).collect();
        let expected =
            [("z", "1"), ("a.y.x", "2"), ("a.b", r#"[1,{"c":3}]"#), ("n", "null")].map(|(n, v)| (n.into(), v.into()));
        assert_eq!(flat, expected);
        assert_eq!(get(&record, "a.y.x"), &json!(2));
        assert_eq!(get(&record, "a.y.nothing"), &Value::Null);
        assert_eq!(cell_text(get(&record, "a.b")).unwrap(), r#"[1, {"c": 3}]"#);
    }
}
