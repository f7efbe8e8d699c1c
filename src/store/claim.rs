//! A claim, and what becomes of it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::queue::{Budget, Fate, LaneWord, Message, TaskId, WorkerId};

/// A task that was handed to a worker process. Only the store makes one, after the transaction that claimed it.
pub struct Claim {
    pub(super) id: TaskId,
    pub(super) worker: WorkerId,
    pub(super) attempt: u32,
    pub(super) task_name: String,
    pub(super) task_func: String,
    pub(super) lane: String,
    pub(super) batch_id: Option<i64>,
    pub(super) mark: RowMark,
    pub(super) args: Option<String>,
    pub(super) kwargs: Option<String>,
    pub(super) message: Option<Message>,
    pub(super) flaw: Option<&'static str>,
    pub(super) retry_count: u32,
    pub(super) max_retries: u32,
    pub(super) expires_in: Option<Duration>,
    pub(super) probe: Option<u32>,
}

impl Claim {
    /// The task.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// The fence: how often the task has been claimed, this time included.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What people call it: `sms` for a message.
    pub fn task_name(&self) -> &str {
        &self.task_name
    }

    /// As stored: the name of the lane, or another program's function.
    pub fn task_func(&self) -> &str {
        &self.task_func
    }

    /// The lane that wanted it.
    pub fn lane(&self) -> &str {
        &self.lane
    }

    /// JSON text as stored, unchecked.
    pub fn args(&self) -> Option<&str> {
        self.args.as_deref()
    }

    /// JSON text as stored, unchecked.
    pub fn kwargs(&self) -> Option<&str> {
        self.kwargs.as_deref()
    }

    /// The message: from the columns of the row, or as the engine read it from `args` and `kwargs`.
    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// The column in which another program wrote bytes that are no text: what stands in the fields above is not what it wrote,
    /// and must not be sent.
    pub fn flaw(&self) -> Option<&'static str> {
        self.flaw
    }

    /// Gives a row of another program the message that its `args` and `kwargs` hold, so that a dead letter can tell it.
    pub fn address(&mut self, message: Message) {
        self.message = Some(message);
    }

    /// The attempts that it has had, this one not counted, and may have.
    pub fn budget(&self) -> Budget {
        Budget { retry_count: self.retry_count, max_retries: self.max_retries, attempt: self.attempt }
    }

    /// How long it may still be sent, counted from the claim by the database's clock; `None`: for ever.
    pub fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// When it was made, by the database's clock; no other claim of its worker has the same time.
    pub fn claimed_at(&self) -> Timestamp {
        self.mark.claimed_at
    }

    /// The rests of the closed lane so far, if the claim is its probe: it alone may leave, and what becomes of it decides
    /// whether others follow.
    pub fn probe(&self) -> Option<u32> {
        self.probe
    }

    /// Ends the claim; `word` is what its end says about the lane.
    pub fn settle(self, fate: Fate, word: Option<LaneWord>) -> Settlement {
        Settlement { claim: self, fate, word }
    }
}

/// What a row says of the message, as it is stored.
pub(super) struct Says {
    pub message: Option<Message>,
    pub args: Option<String>,
    pub kwargs: Option<String>,
}

impl Claim {
    /// Whether a row says what this claim found in it. What a row of another program has in `args` and `kwargs` alone was read from
    /// there.
    pub(super) fn found(&self, row: &Says) -> bool {
        let is_same = row.message.is_none() || row.message == self.message;
        is_same && row.args == self.args && row.kwargs == self.kwargs
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("id", &self.id)
            .field("attempt", &self.attempt)
            .field("worker", &self.worker)
            .field("lane", &self.lane)
            .finish_non_exhaustive()
    }
}

/// Which row was claimed, of two that had the same id one after the other: another program may have deleted or replaced it
/// since, and the database may give an id again. A row in which one of the two times is still there is the same.
#[derive(Clone, Debug)]
pub(super) struct RowMark {
    /// When the row came in, as the backend writes it; empty where the row does not say.
    pub created_at: String,
    /// When it was claimed.
    pub claimed_at: Timestamp,
    /// The same, as the backend writes it.
    pub claimed_text: String,
}

/// A claim that is over, with the fate of its task; to be written by `Store::exchange`.
#[derive(Debug)]
pub struct Settlement {
    pub(super) claim: Claim,
    pub(super) fate: Fate,
    pub(super) word: Option<LaneWord>,
}

impl Settlement {
    /// The claim that is over.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// What is to be written about its task.
    pub fn fate(&self) -> &Fate {
        &self.fate
    }

    /// What its end says about the lane.
    pub fn word(&self) -> Option<&LaneWord> {
        self.word.as_ref()
    }

    /// The same settlement, with a word about the lane.
    pub fn with_word(self, word: LaneWord) -> Settlement {
        Settlement { word: Some(word), ..self }
    }

    /// Its word about the lane, and no end: that of a claim on a task that nobody has. For where the end itself may not be written.
    pub fn word_alone(&self) -> Option<Settlement> {
        let word = self.word.clone()?;
        let claim = Claim {
            id: TaskId::MIN,
            worker: self.claim.worker,
            attempt: 0,
            task_name: String::new(),
            task_func: String::new(),
            lane: self.claim.lane.clone(),
            batch_id: None,
            mark: self.claim.mark.clone(),
            args: None,
            kwargs: None,
            message: None,
            flaw: None,
            retry_count: 0,
            max_retries: 0,
            expires_in: None,
            probe: self.claim.probe,
        };
        Some(Settlement { claim, fate: Fate::Released, word: Some(word) })
    }

    /// The same settlement, without a word about the lane.
    pub fn without_word(self) -> Settlement {
        Settlement { word: None, ..self }
    }

    /// The claim goes back with its attempt unspent, whatever was to be written about it.
    pub fn released(self) -> Settlement {
        Settlement { fate: Fate::Released, ..self }
    }
}
