//! Which tasks or dead letters are meant, and what is ordered for them.

use std::fmt;

use jiff::Timestamp;

use super::{DeadLetterId, DeadLetterState, State, TaskId};

/// Which tasks are meant: every part that is given must hold.
#[derive(Clone, Default, PartialEq)]
pub struct Filter {
    /// Any of these; empty means any task.
    pub ids: Vec<TaskId>,
    /// Any of these; empty means any state.
    pub states: Vec<State>,
    /// The recipient, exactly.
    pub to: Option<String>,
    /// The name of the batch, exactly.
    pub batch: Option<String>,
    /// `task_func` is any of these; `None` means any, an empty list none.
    pub task_funcs: Option<Vec<String>>,
    /// `task_name`, exactly.
    pub task: Option<String>,
    /// `error_type` is any of these; empty means any.
    pub error_types: Vec<String>,
    /// Failed ones of which any attempt may have arrived.
    pub in_doubt: bool,
    /// Created at or after.
    pub since: Option<Timestamp>,
    /// Created before.
    pub until: Option<Timestamp>,
    /// Only ids above this one.
    pub after: Option<TaskId>,
    /// Only ids up to this one.
    pub up_to: Option<TaskId>,
    /// At most so many, lowest ids first.
    pub limit: Option<u64>,
}

impl fmt::Debug for Filter {
    /// Whose messages are meant is nobody's to read in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter")
            .field("ids", &self.ids)
            .field("states", &self.states)
            .field("to", &self.to.as_ref().map(|_| "…"))
            .field("batch", &self.batch)
            .field("task_funcs", &self.task_funcs)
            .field("task", &self.task)
            .field("error_types", &self.error_types)
            .field("in_doubt", &self.in_doubt)
            .field("since", &self.since)
            .field("until", &self.until)
            .field("after", &self.after)
            .field("up_to", &self.up_to)
            .field("limit", &self.limit)
            .finish()
    }
}

/// What an operator orders for tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Order {
    /// `pending`, `scheduled`, `held` or retryable `failed` -> `cancelled`.
    Cancel,
    /// `pending` or `scheduled` -> `held`.
    Hold,
    /// `held` -> `pending`, or `scheduled` if its time is still to come. Tasks of which any attempt may have left only with
    /// `unknown`: another program held them while they were on the wire.
    Release { unknown: bool },
    /// `failed` with attempts left -> `pending`. Tasks of which any attempt may have left only with `unknown`.
    Retry { unknown: bool },
}

impl Order {
    /// The word in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Cancel => "cancel",
            Order::Hold => "hold",
            Order::Release { .. } => "release",
            Order::Retry { .. } => "retry",
        }
    }
}

/// Which dead letters are meant: every part that is given must hold.
#[derive(Clone, Default, PartialEq)]
pub struct DeadLetterFilter {
    /// Any of these; empty means any.
    pub ids: Vec<DeadLetterId>,
    /// Of any of these tasks; empty means any.
    pub tasks: Vec<TaskId>,
    /// Any of these; empty means any.
    pub states: Vec<DeadLetterState>,
    /// The recipient, exactly.
    pub to: Option<String>,
    /// `error_type` is any of these; empty means any.
    pub error_types: Vec<String>,
    /// Created at or after.
    pub since: Option<Timestamp>,
    /// Created before.
    pub until: Option<Timestamp>,
    /// Only ids above this one.
    pub after: Option<DeadLetterId>,
    /// Only ids up to this one.
    pub up_to: Option<DeadLetterId>,
    /// At most so many, lowest ids first.
    pub limit: Option<u64>,
}

impl fmt::Debug for DeadLetterFilter {
    /// Whose messages are meant is nobody's to read in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetterFilter")
            .field("ids", &self.ids)
            .field("tasks", &self.tasks)
            .field("states", &self.states)
            .field("to", &self.to.as_ref().map(|_| "…"))
            .field("error_types", &self.error_types)
            .field("since", &self.since)
            .field("until", &self.until)
            .field("after", &self.after)
            .field("up_to", &self.up_to)
            .field("limit", &self.limit)
            .finish()
    }
}

/// What an operator orders for dead letters; both take `pending` ones only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum DeadLetterOrder {
    /// The message goes back into the queue with a new budget of attempts. One that may have left already only with `unknown`,
    /// one whose time has passed only with `expired`: then it never expires any more.
    Retry { unknown: bool, expired: bool },
    /// The message is given up.
    Abandon,
}

impl DeadLetterOrder {
    /// The word in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            DeadLetterOrder::Retry { .. } => "dead-letter retry",
            DeadLetterOrder::Abandon => "dead-letter abandon",
        }
    }
}
