//! What a transaction changes in the counts, added up before any of it is written.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::time;
use crate::queue::{ErrorType, State};

/// What a task counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub state: State,
    /// Any of its attempts may have arrived: one has `departed`, or `error_type` is `unknown`.
    pub unknown: bool,
    /// `retry_count < max_retries`.
    pub attempts_left: bool,
}

impl Standing {
    /// A state of which neither part of `failed` is asked.
    pub fn of(state: State) -> Standing {
        Standing { state, unknown: false, attempts_left: false }
    }

    fn words(self) -> impl Iterator<Item = &'static str> {
        let failed = self.state == State::Failed;
        let unknown = (failed && self.unknown).then_some("unknown");
        let retryable = (failed && self.attempts_left).then_some("retryable");
        [Some(self.state.as_str()), unknown, retryable].into_iter().flatten()
    }
}

/// Which counts a task belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountedUnder<'a> {
    pub task_func: &'a str,
    pub batch_id: Option<i64>,
}

/// The changes of one transaction, added up.
#[derive(Debug, Default)]
pub(super) struct Deltas {
    all: BTreeMap<&'static str, i64>,
    /// By `task_func`. Few in one transaction, so that a scan beats hashing a long name.
    lanes: Vec<(String, BTreeMap<&'static str, i64>)>,
    batches: BTreeMap<i64, BTreeMap<&'static str, i64>>,
    hour: BTreeMap<&'static str, i64>,
    letters: BTreeMap<&'static str, i64>,
}

impl Deltas {
    /// A task came in.
    pub fn enter(&mut self, place: CountedUnder<'_>, standing: Standing) {
        self.add(place, standing, 1);
    }

    /// A task went from one standing to another.
    pub fn change(&mut self, place: CountedUnder<'_>, from: Standing, to: Standing) {
        self.add(place, from, -1);
        self.add(place, to, 1);
    }

    /// Something happened that is counted by the hour.
    pub fn happened(&mut self, word: &'static str) {
        *self.hour.entry(word).or_default() += 1;
    }

    /// Dead letters came to a state, or left it.
    pub fn letters(&mut self, word: &'static str, n: i64) {
        *self.letters.entry(word).or_default() += n;
    }

    fn add(&mut self, place: CountedUnder<'_>, standing: Standing, n: i64) {
        let lane = match self.lanes.iter().position(|(name, _)| name == place.task_func) {
            Some(at) => at,
            None => {
                self.lanes.push((place.task_func.to_owned(), BTreeMap::new()));
                self.lanes.len() - 1
            }
        };
        for word in standing.words() {
            *self.all.entry(word).or_default() += n;
            *self.lanes[lane].1.entry(word).or_default() += n;
            if let Some(batch) = place.batch_id {
                *self.batches.entry(batch).or_default().entry(word).or_default() += n;
            }
        }
    }

    /// Every count that changed, in the order of their keys.
    pub fn into_rows(self, now: Timestamp) -> Vec<TallyRow> {
        let mut out = Vec::new();
        let mut put = |kind: &'static str, name: &str, words: BTreeMap<&'static str, i64>| {
            let changed = words.into_iter().filter(|(_, n)| *n != 0);
            out.extend(changed.map(|(word, n)| TallyRow { kind, name: name.to_owned(), word, n }));
        };
        put("all", "", self.all);
        for (name, words) in self.lanes {
            put("lane", &name, words);
        }
        for (batch, words) in self.batches {
            put("batch", &batch.to_string(), words);
        }
        put("hour", &time::to_hour(now), self.hour);
        put("dead_letter", "", self.letters);
        out.sort_by(|a, b| (a.kind, &a.name, a.word).cmp(&(b.kind, &b.name, b.word)));
        out
    }
}

/// How much one count changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TallyRow {
    pub kind: &'static str,
    pub name: String,
    pub word: &'static str,
    pub n: i64,
}

/// What an attempt that failed is counted and recorded as.
pub(super) fn outcome_word(error_type: ErrorType) -> &'static str {
    match error_type {
        ErrorType::Unknown => "unknown",
        ErrorType::Expired => "expired",
        ErrorType::Rejected | ErrorType::OptedOut | ErrorType::Invalid => "rejected",
        ErrorType::Unreachable
        | ErrorType::Throttled
        | ErrorType::Unavailable
        | ErrorType::Credentials
        | ErrorType::Credit
        | ErrorType::Command => "deferred",
    }
}
