//! From a filter to the text of a WHERE clause.
//!
//! What people typed becomes parameters, never text. Words of our own (states) stand in the text, so that the planner can
//! prove that a partial index serves.

use std::collections::HashSet;
use std::hash::Hash;

use jiff::Timestamp;

use crate::queue::{DeadLetterFilter, DeadLetterOrder, DeadLetterState, Filter, Order, State};

/// A parameter of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Param {
    Int(i64),
    Text(String),
    Time(Timestamp),
}

/// A condition, with its parameters in the order of their `?`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Clause {
    terms: Vec<String>,
    pub params: Vec<Param>,
    /// Columns that are one of some words, and the words.
    words: Vec<(&'static str, Vec<String>)>,
}

impl Clause {
    /// All conditions together; `true` where there is none.
    pub fn text(&self) -> String {
        if self.terms.is_empty() { "true".to_owned() } else { self.terms.join(" AND ") }
    }

    fn term(&mut self, text: &str, params: impl IntoIterator<Item = Param>) {
        self.terms.push(text.to_owned());
        self.params.extend(params);
    }

    fn text_is(&mut self, column: &'static str, value: Option<&String>) {
        if let Some(value) = value {
            self.term(&format!("{column} = ?"), [Param::Text(value.clone())]);
            self.words.push((column, vec![value.clone()]));
        }
    }

    /// The same of any of these; none means any.
    fn text_is_any(&mut self, column: &'static str, values: &[String]) {
        if !values.is_empty() {
            let values = once(values.iter().cloned());
            self.any_of(column, values.iter().cloned().map(Param::Text));
            self.words.push((column, values));
        }
    }

    /// For a server, which compares words as if they had no blanks behind them: what its indexes find is compared again, so that an order
    /// hits no task that was not named.
    pub fn byte_by_byte(mut self) -> Clause {
        for (column, words) in std::mem::take(&mut self.words) {
            let marks = vec!["CAST(? AS BINARY)"; words.len()].join(", ");
            let column = format!("CAST(CONVERT({column} USING utf8mb4) AS BINARY)");
            self.term(&format!("{column} IN ({marks})"), words.into_iter().map(Param::Text));
        }
        self
    }

    fn any_of(&mut self, column: &str, values: impl IntoIterator<Item = Param>) {
        let values = once(values);
        if values.is_empty() {
            // An empty list is no SQL everywhere.
            self.terms.push("false".to_owned());
            return;
        }
        let marks = vec!["?"; values.len()].join(", ");
        self.term(&format!("{column} IN ({marks})"), values);
    }

    fn words(&mut self, column: &str, words: impl IntoIterator<Item = &'static str>) {
        let terms: Vec<String> = once(words).into_iter().map(|word| format!("{column} = '{word}'")).collect();
        match terms.len() {
            0 => {}
            1 => self.term(&terms[0], []),
            _ => self.term(&format!("({})", terms.join(" OR ")), []),
        }
    }

    fn range(&mut self, since: Option<Timestamp>, until: Option<Timestamp>, column: &str) {
        if let Some(since) = since {
            self.term(&format!("{column} >= ?"), [Param::Time(since)]);
        }
        if let Some(until) = until {
            self.term(&format!("{column} < ?"), [Param::Time(until)]);
        }
    }
}

/// Each of `values` once, where it stands first: what is said often makes no statement longer, or too long.
fn once<T: Clone + Eq + Hash>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    values.into_iter().filter(|value| seen.insert(value.clone())).collect()
}

/// The condition of `filter` over `queued_tasks AS t` and `batches AS b`, its limit aside.
pub(super) fn tasks(filter: &Filter) -> Clause {
    let mut clause = Clause::default();
    if !filter.ids.is_empty() {
        clause.any_of("t.id", filter.ids.iter().map(|id| Param::Int(*id)));
    }
    clause.words("t.status", filter.states.iter().map(|state| state.as_str()));
    clause.text_is("t.recipient", filter.to.as_ref());
    if let Some(batch) = &filter.batch {
        // A column of bytes.
        clause.term("b.name = ?", [Param::Text(batch.clone())]);
    }
    if let Some(task_funcs) = &filter.task_funcs {
        // Nobody typed these: they are counted, claimed and ordered as the server compares them.
        clause.any_of("t.task_func", task_funcs.iter().cloned().map(Param::Text));
    }
    clause.text_is("t.task_name", filter.task.as_ref());
    clause.text_is_any("t.error_type", &filter.error_types);
    if filter.in_doubt {
        clause.term("t.status = 'failed' AND (t.departed > 0 OR t.error_type = 'unknown')", []);
    }
    clause.range(filter.since, filter.until, "t.created_at");
    if let Some(after) = filter.after {
        clause.term("t.id > ?", [Param::Int(after)]);
    }
    if let Some(up_to) = filter.up_to {
        clause.term("t.id <= ?", [Param::Int(up_to)]);
    }
    clause
}

/// The condition of `filter` over `dead_letter_messages`, its limit aside.
pub(super) fn dead_letters(filter: &DeadLetterFilter) -> Clause {
    let mut clause = Clause::default();
    if !filter.ids.is_empty() {
        clause.any_of("id", filter.ids.iter().map(|id| Param::Int(*id)));
    }
    if !filter.tasks.is_empty() {
        // The column with the index holds the task too, in the rows that smsctl wrote.
        clause.any_of("message_id", filter.tasks.iter().map(|id| Param::Int(*id)));
        clause.term("task_id = message_id", []);
    }
    clause.words("status", filter.states.iter().map(|state| state.as_str()));
    clause.text_is("recipient", filter.to.as_ref());
    clause.text_is_any("error_type", &filter.error_types);
    clause.range(filter.since, filter.until, "created_at");
    if let Some(after) = filter.after {
        clause.term("id > ?", [Param::Int(after)]);
    }
    if let Some(up_to) = filter.up_to {
        clause.term("id <= ?", [Param::Int(up_to)]);
    }
    clause
}

/// Which tasks an order takes at all.
pub(super) fn eligible(order: Order) -> &'static str {
    match order {
        Order::Cancel => {
            "t.status = 'pending' OR t.status = 'scheduled' OR t.status = 'held' \
             OR (t.status = 'failed' AND t.retry_count < t.max_retries)"
        }
        Order::Hold => "t.status = 'pending' OR t.status = 'scheduled'",
        Order::Release { unknown: true } => "t.status = 'held'",
        Order::Release { unknown: false } => "t.status = 'held' AND t.departed = 0",
        Order::Retry { unknown: true } => "t.status = 'failed' AND t.retry_count < t.max_retries",
        Order::Retry { unknown: false } => {
            "t.status = 'failed' AND t.retry_count < t.max_retries AND coalesce(t.error_type, '') <> 'unknown' \
             AND t.departed = 0"
        }
    }
}

/// The dead letters of `wanted` that an order takes: those about which nobody has decided, and of which it may be sent again
/// what the order says.
pub(super) fn eligible_letters(wanted: &DeadLetterFilter, order: DeadLetterOrder, now: Timestamp) -> Clause {
    let mut clause = dead_letters(wanted);
    clause.words("status", [DeadLetterState::Pending.as_str()]);
    let task = "SELECT 1 FROM queued_tasks AS t WHERE t.id = dead_letter_messages.task_id";
    if let DeadLetterOrder::Retry { .. } = order {
        // Its task went on without it.
        clause.term(&format!("NOT EXISTS ({task} AND coalesce(t.status, 'pending') <> 'failed')"), []);
        // What has neither a task nor a recipient cannot be sent.
        clause.term(&format!("(length(recipient) > 0 OR EXISTS ({task}))"), []);
    }
    if let DeadLetterOrder::Retry { unknown: false, .. } = order {
        clause.term("coalesce(error_type, '') <> 'unknown'", []);
        clause.term(&format!("NOT EXISTS ({task} AND (t.departed > 0 OR t.error_type = 'unknown'))"), []);
    }
    if let DeadLetterOrder::Retry { expired: false, .. } = order {
        clause.term("coalesce(error_type, '') <> 'expired'", []);
        clause.term(&format!("NOT EXISTS ({task} AND t.expires_at <= ?)"), [Param::Time(now)]);
    }
    clause
}

/// The state that an order leads to, and when the task is available there.
pub(super) fn destination(order: Order, available_at: Option<Timestamp>, now: Timestamp) -> (State, Option<Timestamp>) {
    let later = available_at.filter(|at| *at > now);
    match order {
        Order::Cancel => (State::Cancelled, None),
        Order::Hold => (State::Held, available_at),
        Order::Release { .. } if later.is_some() => (State::Scheduled, later),
        Order::Release { .. } | Order::Retry { .. } => (State::Pending, None),
    }
}

/// The text of a query with its filter and limit in place.
pub(super) fn filled(query: &str, filter: &str, limit: u64) -> String {
    query.replace("{filter}", filter).replace("{limit}", &i64::try_from(limit).unwrap_or(i64::MAX).to_string())
}

/// A filter in words for the audit log: which parts were given, and no number of a person.
pub(super) fn in_words(clause: &Clause, limit: Option<u64>) -> String {
    let limit = limit.map(|limit| format!(" limit {limit}")).unwrap_or_default();
    // What stands before each `?` names its column.
    let text = clause.text();
    let columns = text.split('?');
    let value = |(param, column): (&Param, &str)| match param {
        Param::Int(number) => number.to_string(),
        Param::Text(_) if column.contains("recipient") => "***".to_owned(),
        Param::Text(text) if text.starts_with('+') || text.bytes().all(|b| b.is_ascii_digit()) => "***".to_owned(),
        Param::Text(text) => text.clone(),
        Param::Time(at) => at.to_string(),
    };
    let values: Vec<String> = clause.params.iter().zip(columns).map(value).collect();
    let mut values = values.join(", ");
    if values.len() > 500 {
        let cut = (0..=500).rev().find(|at| values.is_char_boundary(*at)).unwrap_or(0);
        values.truncate(cut);
        values.push('…');
    }
    format!("{text}{limit} [{values}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_typed_never_stands_in_the_text() {
        let filter = Filter {
            to: Some("' OR 1=1 --".to_owned()),
            states: vec![State::Failed],
            after: Some(7),
            ..Filter::default()
        };
        let clause = tasks(&filter);
        assert_eq!(clause.text(), "t.status = 'failed' AND t.recipient = ? AND t.id > ?");
        assert_eq!(clause.params, [Param::Text("' OR 1=1 --".to_owned()), Param::Int(7)]);
    }

    #[test]
    fn words_are_found_by_an_index_and_compared_byte_by_byte() {
        let filter =
            Filter { task: Some("sms ".to_owned()), error_types: vec!["unknown".to_owned()], ..Filter::default() };
        let clause = tasks(&filter);
        assert_eq!(clause.text(), "t.task_name = ? AND t.error_type IN (?)");
        let clause = clause.byte_by_byte();
        assert_eq!(
            clause.text(),
            "t.task_name = ? AND t.error_type IN (?) \
             AND CAST(CONVERT(t.task_name USING utf8mb4) AS BINARY) IN (CAST(? AS BINARY)) \
             AND CAST(CONVERT(t.error_type USING utf8mb4) AS BINARY) IN (CAST(? AS BINARY))"
        );
        let words = ["sms ", "unknown"].map(|word| Param::Text(word.to_owned()));
        assert_eq!(clause.params, [words.clone(), words].concat());
    }

    #[test]
    fn the_audit_log_has_no_recipient_in_whatever_form_it_was_asked_for() {
        for to in ["9123 4567", "(02) 912-3456", "+85291234567", "Ann"] {
            let filter =
                Filter { to: Some(to.to_owned()), task: Some("sms".to_owned()), after: Some(7), ..Filter::default() };
            for clause in [tasks(&filter), tasks(&filter).byte_by_byte()] {
                let words = in_words(&clause, Some(3));
                assert!(!words.contains(to) && words.contains("***") && words.contains("sms"), "{words}");
            }
        }
    }

    #[test]
    fn what_is_said_twice_stands_there_once() {
        let filter = Filter {
            ids: vec![7, 5, 7],
            states: [State::Held, State::Failed].repeat(9),
            error_types: ["b", "a", "b"].map(str::to_owned).to_vec(),
            ..Filter::default()
        };
        let clause = tasks(&filter);
        let text = "t.id IN (?, ?) AND (t.status = 'held' OR t.status = 'failed') AND t.error_type IN (?, ?)";
        assert_eq!(clause.text(), text);
        let words = ["b", "a"].map(|word| Param::Text(word.to_owned()));
        assert_eq!(clause.params, [vec![Param::Int(7), Param::Int(5)], words.to_vec()].concat());
        assert_eq!(clause.byte_by_byte().params.len(), 6);
    }

    #[test]
    fn an_empty_list_of_lanes_means_no_task() {
        let filter = Filter { task_funcs: Some(Vec::new()), ..Filter::default() };
        assert_eq!(tasks(&filter).text(), "false");
        assert_eq!(tasks(&Filter::default()).text(), "true");
    }

    #[test]
    fn letters_of_a_task_are_found_by_the_column_with_the_index() {
        let clause = dead_letters(&DeadLetterFilter { tasks: vec![5], ..DeadLetterFilter::default() });
        assert_eq!(clause.text(), "message_id IN (?) AND task_id = message_id");
        assert_eq!(clause.params, [Param::Int(5)]);
    }

    #[test]
    fn the_audit_log_holds_no_number() {
        let clause = tasks(&Filter { to: Some("+85291234567".to_owned()), ..Filter::default() });
        assert_eq!(in_words(&clause, Some(3)), "t.recipient = ? limit 3 [***]");
    }
}
