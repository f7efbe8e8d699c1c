//! A task as it stands in the queue, and a task that is about to be put there.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use super::{DeadLetterState, Lane, State};

/// `queued_tasks.id`.
pub type TaskId = i64;
/// `dead_letter_messages.id`.
pub type DeadLetterId = i64;
/// `workers.id`: a worker process.
pub type WorkerId = i64;

/// What is sent to one person. Its `Debug` tells lengths only: text and numbers are people's.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The number, in E.164 form where smsctl put it there; other programs may write national forms.
    pub recipient: String,
    /// The text, as it goes to the gateway.
    pub text: String,
    /// The sender that was asked for; `None` means the gateway's own.
    pub sender: Option<String>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("recipient_chars", &self.recipient.chars().count())
            .field("text_chars", &self.text.chars().count())
            .finish_non_exhaustive()
    }
}

/// What a new task carries.
#[derive(Clone)]
pub enum Payload {
    /// One message to one recipient.
    Message(Message),
    /// A generic task: JSON texts for a command, already checked to be JSON.
    Call {
        /// An array.
        args: Option<String>,
        /// An object.
        kwargs: Option<String>,
    },
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Payload::Message(message) => message.fmt(f),
            Payload::Call { .. } => f.debug_struct("Call").finish_non_exhaustive(),
        }
    }
}

/// When something is due, or ends: a point in time, or a span that the database's clock counts from the insert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// This point in time.
    At(Timestamp),
    /// So long after the insert.
    In(Duration),
}

/// 0 to 9; 9 goes first. 5 is the default, for rows of other programs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority(u8);

impl Priority {
    /// What can wait: mass mailings.
    pub const LOW: Priority = Priority(1);
    /// What nobody gave another one.
    pub const NORMAL: Priority = Priority(5);
    /// What somebody waits for: codes.
    pub const HIGH: Priority = Priority(9);

    /// `None` above 9.
    pub const fn new(value: u8) -> Option<Priority> {
        if value <= 9 { Some(Priority(value)) } else { None }
    }

    /// A digit, or `low` (1), `normal` (5), `high` (9).
    pub fn parse(word: &str) -> Option<Priority> {
        match word {
            "low" => Some(Priority::LOW),
            "normal" => Some(Priority::NORMAL),
            "high" => Some(Priority::HIGH),
            digits => digits.parse().ok().and_then(Priority::new),
        }
    }

    /// The digit, as the column holds it.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for Priority {
    fn default() -> Self {
        Priority::NORMAL
    }
}

/// A task that is about to be put into the queue.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// `task_name`: `sms` for a message, the name given for a generic task.
    pub name: String,
    /// The way out.
    pub lane: Lane,
    /// What goes out.
    pub payload: Payload,
    /// What goes first.
    pub priority: Priority,
    /// When it may be claimed. `None`: now.
    pub available: Option<Due>,
    /// When it is not worth sending any more. `None`: never.
    pub expires: Option<Due>,
    /// Attempts in all, at least 1.
    pub max_retries: u32,
    /// The name of the batch that it belongs to.
    pub batch: Option<String>,
    /// A second task with the same key is not enqueued; the first one is returned.
    pub key: Option<String>,
    /// Segments of the text, where it is a message.
    pub segments: Option<u32>,
}

impl NewTask {
    /// `task_name` of a message.
    pub const SMS: &str = "sms";
    /// Attempts in all where nobody says otherwise: as many as rows of other programs get from the column's default.
    pub const MAX_RETRIES: u32 = 3;

    /// A message that may leave at once and never expires, with the priority and the attempts that nobody changed.
    pub fn message(lane: Lane, message: Message) -> NewTask {
        NewTask {
            name: NewTask::SMS.to_owned(),
            lane,
            payload: Payload::Message(message),
            priority: Priority::default(),
            available: None,
            expires: None,
            max_retries: NewTask::MAX_RETRIES,
            batch: None,
            key: None,
            segments: None,
        }
    }
}

/// What became of a `NewTask`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enqueued {
    /// The new task, or the first one with the same key.
    pub id: TaskId,
    /// Its state now.
    pub state: State,
    /// Nothing was enqueued: the key was there already.
    pub duplicate: bool,
}

/// A row of `queued_tasks`. Other programs write rows too: what smsctl alone fills is `None` or the column's default in theirs.
#[derive(Clone)]
pub struct Task {
    /// Given by the database, never twice.
    pub id: TaskId,
    /// What people call it: `sms` for a message.
    pub task_name: String,
    /// The name of its lane, or in rows of other programs their own function.
    pub task_func: String,
    /// JSON text, as stored. Other programs write it too: it may be no JSON at all.
    pub args: Option<String>,
    /// As `args`.
    pub kwargs: Option<String>,
    /// What may be done with it now.
    pub status: State,
    /// The word that stands in the row where `status` is `Other`.
    pub foreign_status: Option<String>,
    /// Who holds it, or held it last.
    pub worker_id: Option<WorkerId>,
    /// What its last attempt ended in, for people.
    pub error_message: Option<String>,
    /// When it was enqueued; other programs may leave it out.
    pub created_at: Option<Timestamp>,
    /// When its last attempt began.
    pub started_at: Option<Timestamp>,
    /// When its gateway took it.
    pub completed_at: Option<Timestamp>,
    /// Attempts in all.
    pub max_retries: u32,
    /// Attempts that failed.
    pub retry_count: u32,
    /// The number, in E.164 form.
    pub recipient: Option<String>,
    /// The text.
    pub content: Option<String>,
    /// The sender that was asked for; `None` means the gateway's own.
    pub sender: Option<String>,
    /// 0 to 9 in rows of smsctl's; 9 goes first.
    pub priority: u8,
    /// `scheduled` and retried tasks are not claimed before.
    pub available_at: Option<Timestamp>,
    /// It is not sent after.
    pub expires_at: Option<Timestamp>,
    /// How often the task was claimed: the fence.
    pub attempt: u32,
    /// The name of the batch.
    pub batch: Option<String>,
    /// No second task has the same one.
    pub dedupe_key: Option<String>,
    /// What its last attempt ended in: a word of `ErrorType`, or another program's.
    pub error_type: Option<String>,
    /// The provider's own id of the message.
    pub provider_message_id: Option<String>,
    /// Segments of the text, counted at the enqueue.
    pub segments: Option<u32>,
    /// Attempts that left, or may have left: claimed, and no answer says that they certainly did not.
    pub departed: u32,
}

impl Task {
    /// The word that stands in the row, whether this queue knows it or not.
    pub fn status_word(&self) -> &str {
        self.foreign_status.as_deref().unwrap_or(self.status.as_str())
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("id", &self.id)
            .field("task_func", &self.task_func)
            .field("status", &self.status)
            .field("attempt", &self.attempt)
            .field("retry_count", &self.retry_count)
            .field("departed", &self.departed)
            .finish_non_exhaustive()
    }
}

/// A row of `attempts`: one attempt that did not end well, or whose claim was lost before its end came.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The task that was tried.
    pub task_id: TaskId,
    /// The fence of the claim.
    pub attempt: u32,
    /// Who tried.
    pub worker_id: Option<WorkerId>,
    /// When the task was claimed.
    pub started_at: Option<Timestamp>,
    /// When its end was written.
    pub ended_at: Timestamp,
    /// `rejected`, `deferred`, `unknown` or `expired`; `accepted` if the task could not be completed by it.
    pub outcome: String,
    /// A word of `ErrorType`.
    pub error_type: Option<String>,
    /// The same for people.
    pub error_message: Option<String>,
}

/// A row of `dead_letter_messages`.
#[derive(Clone)]
pub struct DeadLetter {
    /// Given by the database, never twice.
    pub id: DeadLetterId,
    /// What the column holds: the task, or in rows of the web application a message of its own.
    pub message_id: Option<i64>,
    /// The task, in rows that smsctl wrote, as long as it is in the queue.
    pub task_id: Option<TaskId>,
    /// The number; empty if the task was no message.
    pub recipient: String,
    /// The text; empty if the task was no message.
    pub content: String,
    /// What the last attempt ended in, for people.
    pub error_message: Option<String>,
    /// A word of `ErrorType`, or another program's.
    pub error_type: Option<String>,
    /// Attempts that failed.
    pub retry_count: u32,
    /// Attempts that it had in all.
    pub max_retries: u32,
    /// What was decided about it.
    pub status: DeadLetterState,
    /// The word that stands in the row where `status` is `Other`.
    pub foreign_status: Option<String>,
    /// When it became one; other programs may leave it out.
    pub created_at: Option<Timestamp>,
    /// When it was put back into the queue.
    pub retried_at: Option<Timestamp>,
    /// When its last attempt began.
    pub last_attempt_at: Option<Timestamp>,
}

impl DeadLetter {
    /// The word that stands in the row, whether this queue knows it or not.
    pub fn status_word(&self) -> &str {
        self.foreign_status.as_deref().unwrap_or(self.status.as_str())
    }
}

impl fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadLetter")
            .field("id", &self.id)
            .field("task_id", &self.task_id)
            .field("status", &self.status)
            .field("error_type", &self.error_type)
            .finish_non_exhaustive()
    }
}
