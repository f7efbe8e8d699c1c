//! What the web application and smsctl have in common: the columns of its tables.

use std::collections::BTreeSet;

use super::MigrationState;

/// The tables of the web application.
pub(super) const TABLES: &[&str] = &["dead_letter_messages", "queued_tasks"];

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

/// Whose a database without smsctl's own tables is. It is the web application's if a table of its names has its columns; a table
/// of another program may bear such a name.
pub(super) fn whose<E>(
    is_empty: bool,
    mut columns: impl FnMut(&str) -> Result<BTreeSet<String>, E>,
) -> Result<MigrationState, E> {
    if is_empty {
        return Ok(MigrationState::Empty);
    }
    for (table, wanted) in [("queued_tasks", TASK_COLUMNS), ("dead_letter_messages", DEAD_LETTER_COLUMNS)] {
        let have = columns(table)?;
        if wanted.iter().all(|column| have.contains(*column)) {
            return Ok(MigrationState::WebApplication);
        }
    }
    Ok(MigrationState::Other)
}
