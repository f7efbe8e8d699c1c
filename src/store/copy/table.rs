//! The tables that a copy takes along, and how a part of one is named.

use super::value::{Key, Value};

/// A table that is copied.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name in reports.
    pub name: &'static str,
    /// Its name in the database.
    pub stored: &'static str,
    /// Its primary key, or what of it names a row here.
    pub key: &'static [&'static str],
    /// Which of its rows; a condition that every backend knows.
    pub only: Option<&'static str>,
    /// The database numbers its rows.
    pub is_numbered: bool,
}

const fn numbered(name: &'static str) -> Table {
    Table { name, stored: name, key: &["id"], only: None, is_numbered: true }
}

/// Of the tallies only the hours are copied: what went by cannot be counted anew.
pub const HOURS: Table =
    Table { name: "hours", stored: "tallies", key: &["name", "word"], only: Some("kind = 'hour'"), is_numbered: false };

/// All of them, in the order of the copy. A task that is written anew takes its attempts along, so they come later.
pub const TABLES: &[Table] = &[
    numbered("batches"),
    Table { name: "lanes", stored: "lanes", key: &["lane"], only: None, is_numbered: false },
    numbered("workers"),
    numbered("queued_tasks"),
    Table { name: "attempts", stored: "attempts", key: &["task_id", "attempt"], only: None, is_numbered: false },
    numbered("dead_letter_messages"),
    numbered("audit_log"),
    HOURS,
];

/// Tables of smsctl that stay where they are, and why.
#[cfg(test)]
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("closures", "it tells of the database, not of the queue"),
    ("marks", "it tells of the database, not of the queue"),
    ("met_letters", "the notes of one statement"),
    ("met_tasks", "the notes of one statement"),
    ("receipts", "a transaction that was committed there is none here"),
    ("smsctl_migrations", "the target has had its own"),
    ("tally_deltas", "everything is counted anew"),
];

/// The rows between two keys: after the one, and up to the other. Without them: from the first, to the last.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    pub after: Option<&'a Key>,
    pub upto: Option<&'a Key>,
}

impl Table {
    /// The condition of a span, with `?1` and so on for its values.
    pub fn condition<'a>(&self, span: Span<'a>, quoted: impl Fn(&str) -> String) -> (String, Vec<&'a Value>) {
        let mut parts: Vec<String> = self.only.into_iter().map(str::to_owned).collect();
        let mut values = Vec::new();
        for (key, outer, inner) in [(span.after, ">", ">"), (span.upto, "<", "<=")] {
            let Some(key) = key else { continue };
            values.extend(key);
            let first = values.len() - key.len() + 1;
            let name = |at: usize| quoted(self.key[at]);
            parts.push(match key.len() {
                1 => format!("{} {inner} ?{first}", name(0)),
                // As a range of the first column, which every optimizer takes for one.
                _ => format!(
                    "{0} {outer}= ?{first} AND ({0} {outer} ?{first} OR {1} {inner} ?{2})",
                    name(0),
                    name(1),
                    first + 1
                ),
            });
        }
        let text = if parts.is_empty() { "1 = 1".to_owned() } else { parts.join(" AND ") };
        (text, values)
    }

    /// The columns of the key, each followed by `more`.
    pub fn order(&self, quoted: impl Fn(&str) -> String, more: &str) -> String {
        self.key.iter().map(|name| format!("{}{more}", quoted(name))).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_after_the_one_key_and_up_to_the_other() {
        let (after, upto) = (vec![Value::Whole(1), Value::Whole(2)], vec![Value::Whole(3), Value::Whole(4)]);
        let span = Span { after: Some(&after), upto: Some(&upto) };
        let attempts = TABLES.iter().find(|table| table.name == "attempts").expect("it is copied");
        let (text, values) = attempts.condition(span, str::to_owned);
        assert_eq!(
            text,
            "task_id >= ?1 AND (task_id > ?1 OR attempt > ?2) AND task_id <= ?3 AND (task_id < ?3 OR attempt <= ?4)"
        );
        assert_eq!(values.len(), 4);
        let one = vec![Value::Whole(5)];
        let whole = Span { after: None, upto: None };
        assert_eq!(numbered("batches").condition(Span { after: Some(&one), upto: None }, str::to_owned).0, "id > ?1");
        assert_eq!(numbered("batches").condition(whole, str::to_owned).0, "1 = 1");
        assert_eq!(HOURS.condition(whole, str::to_owned).0, "kind = 'hour'");
        assert_eq!(HOURS.order(str::to_owned, " DESC"), "name DESC, word DESC");
    }
}
