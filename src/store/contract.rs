//! What the web application and smsctl have in common: the columns of its tables.

/// The columns of the web application that a table must have to be taken over.
pub(super) const TASK_COLUMNS: &[&str] = &[
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
];
pub(super) const DEAD_LETTER_COLUMNS: &[&str] = &[
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
];
