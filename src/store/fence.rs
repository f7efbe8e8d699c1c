//! The fence: only the worker and attempt that hold a task may write about it.

use jiff::Timestamp;

use super::claim::Claim;
use super::deltas::CountedUnder;
use super::recovery::Stranded;
use super::time;
use crate::queue::{Message, TaskId, WorkerId};

/// The claim that a fate is for.
#[derive(Clone, Copy)]
pub(super) struct Fence<'a> {
    pub id: TaskId,
    pub attempt: u32,
    pub worker: WorkerId,
    /// `None` if the row was read in this transaction.
    pub claim: Option<&'a Claim>,
    /// As the task was claimed.
    pub max_retries: u32,
}

/// A task that becomes a dead letter.
pub(super) struct Fatal<'a> {
    pub id: TaskId,
    /// As the task was enqueued: the row itself says by now that no attempt is left.
    pub max_retries: u32,
    pub message: Option<&'a Message>,
}

impl<'a> Fence<'a> {
    pub fn of(claim: &'a Claim) -> Fence<'a> {
        Fence {
            id: claim.id,
            attempt: claim.attempt,
            worker: claim.worker,
            claim: Some(claim),
            max_retries: claim.max_retries,
        }
    }

    /// Of a task that a dead worker holds.
    pub fn of_stranded(worker: WorkerId, task: &Stranded) -> Fence<'static> {
        Fence { id: task.id, attempt: task.attempt, worker, claim: None, max_retries: task.max_retries }
    }

    /// What the row must say; `None` if it was read in this transaction: then it may say what is no count.
    pub fn held_attempt(&self) -> Option<u32> {
        self.claim.map(|_| self.attempt)
    }

    /// What the task counted under when it was claimed, if that is known.
    pub fn place(&self) -> Option<CountedUnder<'a>> {
        self.claim.map(|claim| CountedUnder { task_func: &claim.task_func, batch_id: claim.batch_id })
    }

    /// As a file has it.
    pub fn created_at(&self) -> Option<&'a str> {
        self.claim.map(|claim| claim.mark.created_at.as_str())
    }

    /// As a file has it.
    pub fn claimed_at(&self) -> Option<&'a str> {
        self.claim.map(|claim| claim.mark.claimed_text.as_str())
    }

    /// Whether a row that came in then is the one that was claimed.
    pub fn is_created(&self, created_at: Option<Timestamp>) -> bool {
        self.claim.is_none_or(|claim| created_at.is_some_and(|time| time::to_text(time) == claim.mark.created_at))
    }

    /// Whether a row that was claimed then holds this claim.
    pub fn is_claimed(&self, started_at: Option<Timestamp>) -> bool {
        self.claim.is_none_or(|claim| started_at == Some(claim.mark.claimed_at))
    }

    /// The dead letter that its task becomes.
    pub fn fatal(&self) -> Fatal<'a> {
        // What the engine read from `args` and `kwargs`, where the row's own columns are empty.
        let message = self.claim.and_then(|claim| claim.message.as_ref());
        Fatal { id: self.id, max_retries: self.max_retries, message }
    }
}
