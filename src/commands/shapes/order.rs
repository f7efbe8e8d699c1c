//! What an operator's order did.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// An id that was named and could not be served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    pub id: i64,
    /// Its state; `null` if there is no such row.
    pub status: Option<String>,
    pub reason: String,
}

/// The answer to an order: its count under the order's own word, then what else there is to say.
#[derive(Clone, Debug, Default)]
pub struct OrderShape {
    /// The word of the count: `changed`, `retried` or `abandoned`.
    pub word: &'static str,
    /// How many rows were changed; 0 in a dry run.
    pub count: u64,
    /// How many a dry run would have changed: `would_change` and the like, beside `dry_run: true`.
    pub would: Option<u64>,
    /// What was left alone because it may have been sent already.
    pub skipped_unknown: Option<u64>,
    /// What was left alone because its time has passed.
    pub skipped_expired: Option<u64>,
    /// Ids that were named and could not be served.
    pub refused: Vec<Refusal>,
}

impl OrderShape {
    fn would_word(&self) -> &'static str {
        match self.word {
            "retried" => "would_retry",
            "abandoned" => "would_abandon",
            _ => "would_change",
        }
    }
}

impl Serialize for OrderShape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.word, &self.count)?;
        if let Some(would) = self.would {
            map.serialize_entry("dry_run", &true)?;
            map.serialize_entry(self.would_word(), &would)?;
        }
        if let Some(skipped) = self.skipped_unknown {
            map.serialize_entry("skipped_unknown", &skipped)?;
        }
        if let Some(skipped) = self.skipped_expired {
            map.serialize_entry("skipped_expired", &skipped)?;
        }
        if !self.refused.is_empty() {
            map.serialize_entry("refused", &self.refused)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_alone_is_the_whole_answer_of_a_plain_order() {
        let shape = OrderShape { word: "changed", count: 3, ..OrderShape::default() };
        assert_eq!(serde_json::to_string(&shape).unwrap(), r#"{"changed":3}"#);
    }

    #[test]
    fn a_dry_run_and_refusals_come_after_the_count() {
        let refused = vec![Refusal { id: 7, status: None, reason: "there is no task 7".to_owned() }];
        let shape =
            OrderShape { word: "retried", would: Some(2), skipped_unknown: Some(1), refused, ..OrderShape::default() };
        let expected = r#"{"retried":0,"dry_run":true,"would_retry":2,"skipped_unknown":1,"refused":[{"id":7,"status":null,"reason":"there is no task 7"}]}"#;
        assert_eq!(serde_json::to_string(&shape).unwrap(), expected);
    }
}
