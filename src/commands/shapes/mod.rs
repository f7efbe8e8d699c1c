//! What the commands answer, as json, jsonl and csv carry it. Names and types of the fields are a contract: `docs/json.md`
//! tells them, and they only ever grow.

mod copy;
mod dead_letter;
mod lane;
mod order;
mod schema;
mod stats;
mod task;
mod worker;

use serde_json::Value;

use crate::output::{Column, Format};

pub use copy::{BackupShape, CopyShape};
pub use dead_letter::{DeadLetterShape, DeadLetterStatsShape};
pub use lane::{LaneOrderShape, LaneStateShape};
pub use order::{OrderShape, Refusal};
pub use schema::{FindingShape, MigrateShape, MigrationShape, SchemaShape, state_word};
pub use stats::{BatchShape, CountsShape, HourShape, LaneShape, StatsShape, StoreShape};
pub use task::{AttemptShape, TaskShape, TaskStoryShape};
pub use worker::{SeenWorker, WorkerShape, WorkerState};

/// The columns of a list: what a table shows where `format` is one, else all fields of the shape.
pub fn columns(format: Format, table: &'static [Column], fields: &'static [Column]) -> &'static [Column] {
    if format == Format::Table { table } else { fields }
}

/// Columns headed by their fields.
macro_rules! fields {
    ($($field:literal),+ $(,)?) => {
        &[$(crate::output::Column { field: $field, heading: $field }),+]
    };
}
use fields;

/// A column that should hold JSON: its value, or the text as it stands where another program wrote something else. In csv it
/// is the text in any case: rows whose objects have different keys must have the same header.
fn json_or_text(column: Option<&str>, format: Format) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    match column {
        None => Value::Null,
        Some(column) if format == Format::Csv => text(column),
        Some(column) => serde_json::from_str(column).unwrap_or_else(|_| text(column)),
    }
}

/// `fields` are all that `shape` has, in their order.
#[cfg(test)]
#[track_caller]
fn assert_fields(fields: &[Column], shape: &impl serde::Serialize) {
    let shape = serde_json::to_value(shape).unwrap();
    let names: Vec<_> = shape.as_object().unwrap().keys().collect();
    assert_eq!(fields.iter().map(|column| column.field).collect::<Vec<_>>(), names);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_stays_text() {
        let json = |column| json_or_text(column, Format::Json);
        assert_eq!(json(None), Value::Null);
        assert_eq!(json(Some("[1, \"a\"]")), serde_json::json!([1, "a"]));
        assert_eq!(json(Some("(1, 'a')")), serde_json::json!("(1, 'a')"));
        assert_eq!(json(Some("")), serde_json::json!(""));
        assert_eq!(json_or_text(Some("{}"), Format::Csv), serde_json::json!("{}"));
    }
}
