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
    Call { args: Option<String>, kwargs: Option<String> },
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
    At(Timestamp),
    In(Duration),
}

/// 0 to 9; 9 goes first. 5 is the default, for rows of other programs too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Priority(u8);

impl Priority {
    pub const LOW: Priority = Priority(1);
    pub const NORMAL: Priority = Priority(5);
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
    pub lane: Lane,
    pub payload: Payload,
    pub priority: Priority,
    /// `None`: now.
    pub available: Option<Due>,
    /// `None`: never.
    pub expires: Option<Due>,
    /// Attempts in all, at least 1.
    pub max_retries: u32,
    pub batch: Option<String>,
    /// A second task with the same key is not enqueued; the first one is returned.
    pub key: Option<String>,
    /// Segments of the text, where it is a message.
    pub segments: Option<u32>,
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

/// A row of `queued_tasks`.
#[derive(Clone)]
pub struct Task {
    pub id: TaskId,
    pub task_name: String,
    pub task_func: String,
    /// JSON text, as stored. Other programs write it too: it may be no JSON at all.
    pub args: Option<String>,
    pub kwargs: Option<String>,
    pub status: State,
    pub worker_id: Option<WorkerId>,
    pub error_message: Option<String>,
    pub created_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub max_retries: u32,
    pub retry_count: u32,
    pub recipient: Option<String>,
    pub content: Option<String>,
    pub sender: Option<String>,
    pub priority: u8,
    pub available_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// How often the task was claimed: the fence.
    pub attempt: u32,
    /// The name of the batch.
    pub batch: Option<String>,
    pub dedupe_key: Option<String>,
    pub error_type: Option<String>,
    pub provider_message_id: Option<String>,
    pub segments: Option<u32>,
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("id", &self.id)
            .field("task_func", &self.task_func)
            .field("status", &self.status)
            .field("attempt", &self.attempt)
            .field("retry_count", &self.retry_count)
            .finish_non_exhaustive()
    }
}

/// A row of `attempts`: one attempt that did not end well.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub task_id: TaskId,
    /// The fence of the claim.
    pub attempt: u32,
    pub worker_id: Option<WorkerId>,
    pub started_at: Option<Timestamp>,
    pub ended_at: Timestamp,
    /// `rejected`, `deferred`, `unknown` or `expired`.
    pub outcome: String,
    pub error_type: Option<String>,
    pub error_message: Option<String>,
}

/// A row of `dead_letter_messages`.
#[derive(Clone)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    /// What the column holds: the task, or in rows of the web application a message of its own.
    pub message_id: Option<i64>,
    /// The task, in rows that smsctl wrote, as long as it is in the queue.
    pub task_id: Option<TaskId>,
    pub recipient: String,
    pub content: String,
    pub error_message: Option<String>,
    pub error_type: Option<String>,
    pub retry_count: u32,
    pub max_retries: u32,
    pub status: DeadLetterState,
    pub created_at: Option<Timestamp>,
    pub retried_at: Option<Timestamp>,
    pub last_attempt_at: Option<Timestamp>,
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
