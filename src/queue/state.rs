//! The states of a task and of a dead letter: words that other programs read in the database, so they never change.

use std::fmt;

/// The state of a task, stored in `queued_tasks.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// May be claimed now.
    Pending,
    /// Waits for its `available_at`.
    Scheduled,
    /// Claimed by a worker.
    Processing,
    /// A gateway's answer said that it has the message, or a command ended well.
    Completed,
    /// The last attempt did not end well. Whether it is tried again is told by `available_at` and `retry_count`.
    Failed,
    /// Put aside by an operator.
    Held,
    /// Called off by an operator.
    Cancelled,
    /// None of these: another program wrote a word of its own, which `Task::status_word` tells. Such a task is shown and
    /// counted, and otherwise left alone.
    Other,
}

impl State {
    /// The seven states of this queue, in the order in which `stats` shows them.
    pub const ALL: [State; 7] = [
        State::Pending,
        State::Processing,
        State::Completed,
        State::Failed,
        State::Scheduled,
        State::Held,
        State::Cancelled,
    ];

    /// The word in the database and in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Scheduled => "scheduled",
            State::Processing => "processing",
            State::Completed => "completed",
            State::Failed => "failed",
            State::Held => "held",
            State::Cancelled => "cancelled",
            State::Other => "other",
        }
    }

    /// The state that `word` names, if it names one of the seven.
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// What a word in the database means: one of the seven, or `Other`.
    pub fn of_word(word: &str) -> State {
        State::parse(word).unwrap_or(State::Other)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state of a dead letter, stored in `dead_letter_messages.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeadLetterState {
    /// Nobody has decided yet.
    Pending,
    /// Its message was put back into the queue.
    Retried,
    /// An operator gave it up.
    Abandoned,
    /// None of these: another program wrote a word of its own. Such a letter is shown and counted, and otherwise left alone.
    Other,
}

impl DeadLetterState {
    /// The three states of this queue, in the order in which `stats` shows them.
    pub const ALL: [DeadLetterState; 3] =
        [DeadLetterState::Pending, DeadLetterState::Retried, DeadLetterState::Abandoned];

    /// The word in the database and in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeadLetterState::Pending => "pending",
            DeadLetterState::Retried => "retried",
            DeadLetterState::Abandoned => "abandoned",
            DeadLetterState::Other => "other",
        }
    }

    /// The state that `word` names, if it names one of the three.
    pub fn parse(word: &str) -> Option<DeadLetterState> {
        DeadLetterState::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// What a word in the database means: one of the three, or `Other`.
    pub fn of_word(word: &str) -> DeadLetterState {
        DeadLetterState::parse(word).unwrap_or(DeadLetterState::Other)
    }
}

impl fmt::Display for DeadLetterState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
