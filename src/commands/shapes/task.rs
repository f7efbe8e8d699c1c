//! Tasks and their attempts.

use serde::Serialize;
use serde_json::Value;

use super::{fields, json_or_text};
use crate::output::record::timestamp;
use crate::output::{Column, Format};
use crate::queue::{Attempt, Task};

/// A row of `queued_tasks`, under the names of its columns; `batch` is the batch's name, and `lane` the way out that the
/// settings give it.
#[derive(Debug, Serialize)]
pub struct TaskShape {
    id: i64,
    task_name: String,
    task_func: String,
    args: Value,
    kwargs: Value,
    status: String,
    worker_id: Option<i64>,
    error_message: Option<String>,
    created_at: Option<String>,
    started_at: Option<String>,
    completed_at: Option<String>,
    max_retries: u32,
    retry_count: u32,
    recipient: Option<String>,
    content: Option<String>,
    sender: Option<String>,
    priority: u8,
    available_at: Option<String>,
    expires_at: Option<String>,
    attempt: u32,
    batch: Option<String>,
    dedupe_key: Option<String>,
    error_type: Option<String>,
    provider_message_id: Option<String>,
    segments: Option<u32>,
    departed: u32,
    lane: Option<String>,
}

impl TaskShape {
    pub const FIELDS: &'static [Column] = fields![
        "id",
        "task_name",
        "task_func",
        "args",
        "kwargs",
        "status",
        "worker_id",
        "error_message",
        "created_at",
        "started_at",
        "completed_at",
        "max_retries",
        "retry_count",
        "recipient",
        "content",
        "sender",
        "priority",
        "available_at",
        "expires_at",
        "attempt",
        "batch",
        "dedupe_key",
        "error_type",
        "provider_message_id",
        "segments",
        "departed",
        "lane",
    ];

    pub fn new(task: Task, lane: Option<String>, format: Format) -> TaskShape {
        let status = task.status_word().to_owned();
        TaskShape {
            id: task.id,
            task_name: task.task_name,
            task_func: task.task_func,
            args: json_or_text(task.args.as_deref(), format),
            kwargs: json_or_text(task.kwargs.as_deref(), format),
            status,
            worker_id: task.worker_id,
            error_message: task.error_message,
            created_at: task.created_at.map(timestamp),
            started_at: task.started_at.map(timestamp),
            completed_at: task.completed_at.map(timestamp),
            max_retries: task.max_retries,
            retry_count: task.retry_count,
            recipient: task.recipient,
            content: task.content,
            sender: task.sender,
            priority: task.priority,
            available_at: task.available_at.map(timestamp),
            expires_at: task.expires_at.map(timestamp),
            attempt: task.attempt,
            batch: task.batch,
            dedupe_key: task.dedupe_key,
            error_type: task.error_type,
            provider_message_id: task.provider_message_id,
            segments: task.segments,
            departed: task.departed,
            lane,
        }
    }
}

/// A row of `attempts`: one attempt that did not end well.
#[derive(Debug, Serialize)]
pub struct AttemptShape {
    attempt: u32,
    worker_id: Option<i64>,
    started_at: Option<String>,
    ended_at: String,
    outcome: String,
    error_type: Option<String>,
    error_message: Option<String>,
}

impl From<Attempt> for AttemptShape {
    fn from(attempt: Attempt) -> AttemptShape {
        AttemptShape {
            attempt: attempt.attempt,
            worker_id: attempt.worker_id,
            started_at: attempt.started_at.map(timestamp),
            ended_at: timestamp(attempt.ended_at),
            outcome: attempt.outcome,
            error_type: attempt.error_type,
            error_message: attempt.error_message,
        }
    }
}

/// One task with all that is known of it: what `show` answers.
#[derive(Debug, Serialize)]
pub struct TaskStoryShape {
    #[serde(flatten)]
    pub task: TaskShape,
    /// Oldest first; a good attempt is on the task itself.
    pub attempts: Vec<AttemptShape>,
    /// `yes`, `no` or `unknown`.
    pub sent: &'static str,
    /// What happens next, as a code.
    pub next: &'static str,
    /// When, where a time is known.
    pub next_at: Option<String>,
    /// What happens next, in words.
    pub explanation: String,
    /// The dead letter that tells of this task.
    pub dead_letter_id: Option<i64>,
}
