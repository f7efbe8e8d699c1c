//! The truth about one task: whether it was sent, and what happens next. Pure, so that every case can be tested.

mod needs;
mod next;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::shapes::SeenWorker;
use crate::queue::{Attempt, DeadLetter, State, Task};

pub use needs::Needs;

/// `attempts.outcome` of one that the gateway took.
pub const ACCEPTED: &str = "accepted";

/// All that is known about a task.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub task: &'a Task,
    /// Oldest first.
    pub attempts: &'a [Attempt],
    /// The newest dead letter of the task.
    pub dead_letter: Option<&'a DeadLetter>,
    /// Whether the settings have a lane for it.
    pub served: bool,
    /// Why its lane takes nothing now, with the command that opens it; and when that ends. `None`: it is open.
    pub barrier: Option<(&'a str, Option<Timestamp>)>,
    /// All workers.
    pub workers: &'a [SeenWorker],
    pub now: Timestamp,
}

/// Whether the message went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// An answer said so, or another program did.
    Yes,
    /// It certainly did not.
    No,
    /// A request left, or may have left, and no answer is known.
    Unknown,
}

impl Sent {
    pub const fn as_str(self) -> &'static str {
        match self {
            Sent::Yes => "yes",
            Sent::No => "no",
            Sent::Unknown => "unknown",
        }
    }
}

/// Whether the message of `task` went out, as far as anybody knows; all its `attempts`, oldest first.
pub fn sent(task: &Task, attempts: &[Attempt]) -> Sent {
    let (dead_letter, barrier, now) = (None, None, Timestamp::UNIX_EPOCH);
    Known { task, attempts, dead_letter, served: true, barrier, workers: &[], now }.sent()
}

impl Known<'_> {
    /// Whether the message went out, as far as anybody knows.
    pub fn sent(&self) -> Sent {
        match self.task.status {
            State::Completed if !self.is_denied() => Sent::Yes,
            _ if self.attempts.iter().any(|attempt| attempt.outcome == ACCEPTED) => Sent::Yes,
            State::Processing => Sent::Unknown,
            _ if self.may_have_left() => Sent::Unknown,
            _ => Sent::No,
        }
    }

    /// What an earlier attempt means for this state, where its own words do not tell.
    fn warning(&self) -> Option<String> {
        let earlier = self.attempts.iter().rev().find(|attempt| self.is_accepted_elsewhere(attempt));
        match (self.task.status, earlier) {
            (State::Completed, Some(attempt)) => {
                Some(format!("Attempt {} was accepted, too: it arrived twice.", attempt.attempt))
            }
            (State::Completed, None) if self.task.departed > 1 || self.has_unknown() => {
                Some("An earlier attempt has an unknown outcome: it may have arrived twice.".to_owned())
            }
            (State::Completed, None) => None,
            (_, Some(attempt)) => Some(format!(
                "The gateway accepted attempt {} after its claim was lost: it has arrived once already.",
                attempt.attempt
            )),
            (State::Failed, None) if self.is_unknown() => None,
            (State::Processing, None) if self.task.departed <= 1 && !self.has_unknown() => None,
            (_, None) if self.may_have_left() => {
                Some("An earlier attempt has an unknown outcome: it may have arrived once already.".to_owned())
            }
            (_, None) => None,
        }
    }

    /// Whether the gateway accepted `attempt`, and the task does not say so itself.
    fn is_accepted_elsewhere(&self, attempt: &Attempt) -> bool {
        let is_told = self.task.status == State::Completed && attempt.attempt == self.task.attempt;
        attempt.outcome == ACCEPTED && !is_told
    }

    /// Whether the last attempt did not end well, whatever another program made of the task.
    fn is_denied(&self) -> bool {
        let is_bad = |attempt: &Attempt| attempt.attempt == self.task.attempt && attempt.outcome != ACCEPTED;
        self.attempts.iter().any(is_bad)
    }

    /// Whether it is not certain of every attempt that it did not go out.
    fn may_have_left(&self) -> bool {
        self.is_unknown() || self.task.departed > 0 || self.has_unknown()
    }

    fn has_unknown(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.outcome == "unknown")
    }

    fn is_unknown(&self) -> bool {
        self.task.error_type.as_deref() == Some("unknown")
    }
}
