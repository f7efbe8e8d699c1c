//! Closed queues. Of the two databases of a copy at most one may be worked on, or every message would be sent twice: the other
//! one is closed, in a row of its own, and every verb that adds, claims or changes refuses.

use super::StoreError;

/// What the audit log calls the end of a copy, at its target.
pub(super) const ARRIVAL: &str = "db copy";

/// How the audit log names a copy: before the record of what was copied.
pub(super) fn arrival_words(token: &str) -> String {
    format!("copy={token} ")
}

/// What the tallies call the last rows of a copy.
pub(super) const ENDS: &str = "moved";

/// Why a queue is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is being copied to another database.
    Leaving,
    /// It was moved to another database.
    Moved,
    /// It is the unfinished copy of another database.
    Arriving,
    /// It is a whole copy of another database, which is still the queue.
    Copy,
}

impl Why {
    /// The word in the row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::Leaving => "leaving",
            Why::Moved => "moved",
            Why::Arriving => "arriving",
            Why::Copy => "copy",
        }
    }

    /// The reason of a word.
    pub fn parse(word: &str) -> Option<Why> {
        [Why::Leaving, Why::Moved, Why::Arriving, Why::Copy].into_iter().find(|why| why.as_str() == word)
    }
}

/// The row of a closed queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueClosure {
    /// The reason.
    pub why: Why,
    /// Where the other database is, without secrets.
    pub other: String,
    /// Names one copy, in both of its databases.
    pub token: String,
}

impl QueueClosure {
    /// The row as it is stored. A word that nobody knows closes the queue all the same.
    pub(super) fn of_row(why: &str, other: String, token: String) -> QueueClosure {
        QueueClosure { why: Why::parse(why).unwrap_or(Why::Moved), other, token }
    }

    /// Whether two closures, or none, are of one copy and say the same. The other database may have several names.
    pub(super) fn same(one: Option<&QueueClosure>, other: Option<&QueueClosure>) -> bool {
        let parts = |closure: &QueueClosure| (closure.why, closure.token.clone());
        one.map(parts) == other.map(parts)
    }

    /// Whether it is that of the unfinished copy of this token.
    pub(super) fn is_arriving(&self, token: &str) -> bool {
        self.why == Why::Arriving && self.token == token
    }

    /// What became of the queue at `location`, as a sentence.
    pub fn told(&self, location: &str) -> String {
        let other = &self.other;
        match self.why {
            Why::Leaving => format!("the queue in `{location}` is being copied to `{other}`"),
            Why::Moved => format!("the queue in `{location}` was moved to `{other}`"),
            Why::Arriving => format!("the queue in `{location}` is an unfinished copy of `{other}`"),
            Why::Copy => format!("the queue in `{location}` is a copy of `{other}`, which is still the queue"),
        }
    }

    /// What a verb says that may not work on the queue at `location`.
    pub(super) fn refusal(self, location: &str) -> StoreError {
        StoreError::Closed { location: location.to_owned(), closure: self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_word_and_none_opens_a_queue_by_mistake() {
        for why in [Why::Leaving, Why::Moved, Why::Arriving, Why::Copy] {
            assert_eq!(QueueClosure::of_row(why.as_str(), String::new(), String::new()).why, why);
        }
        assert_eq!(QueueClosure::of_row("later", String::new(), String::new()).why, Why::Moved);
    }
}
