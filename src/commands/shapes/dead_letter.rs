//! Dead letters.

use serde::Serialize;

use super::fields;
use crate::output::Column;
use crate::output::record::timestamp;
use crate::queue::DeadLetter;
use crate::store::DeadLetterCounts;

/// A row of `dead_letter_messages`, under the names of its columns, with the task that it tells of.
#[derive(Debug, Serialize)]
pub struct DeadLetterShape {
    id: i64,
    message_id: Option<i64>,
    recipient: String,
    content: String,
    error_message: Option<String>,
    error_type: Option<String>,
    retry_count: u32,
    max_retries: u32,
    status: String,
    created_at: Option<String>,
    retried_at: Option<String>,
    last_attempt_at: Option<String>,
    task_id: Option<i64>,
}

impl DeadLetterShape {
    pub const FIELDS: &'static [Column] = fields![
        "id",
        "message_id",
        "recipient",
        "content",
        "error_message",
        "error_type",
        "retry_count",
        "max_retries",
        "status",
        "created_at",
        "retried_at",
        "last_attempt_at",
        "task_id",
    ];
}

impl From<DeadLetter> for DeadLetterShape {
    fn from(letter: DeadLetter) -> DeadLetterShape {
        let status = letter.status_word().to_owned();
        DeadLetterShape {
            id: letter.id,
            message_id: letter.message_id,
            recipient: letter.recipient,
            content: letter.content,
            error_message: letter.error_message,
            error_type: letter.error_type,
            retry_count: letter.retry_count,
            max_retries: letter.max_retries,
            status,
            created_at: letter.created_at.map(timestamp),
            retried_at: letter.retried_at.map(timestamp),
            last_attempt_at: letter.last_attempt_at.map(timestamp),
            task_id: letter.task_id,
        }
    }
}

/// How many dead letters are in each state.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeadLetterStatsShape {
    pub pending: u64,
    pub retried: u64,
    pub abandoned: u64,
    pub total: u64,
    pub other: u64,
}

impl From<DeadLetterCounts> for DeadLetterStatsShape {
    fn from(counts: DeadLetterCounts) -> DeadLetterStatsShape {
        DeadLetterStatsShape {
            pending: counts.pending,
            retried: counts.retried,
            abandoned: counts.abandoned,
            total: counts.total(),
            other: counts.other,
        }
    }
}
