//! The rows that are measured, and how fast they get into a queue.

use std::time::Instant;

use super::{Limit, SpeedError, lane};
use crate::queue::{Message, NewTask};
use crate::store::Store;

/// Tasks of one transaction, as `smsctl enqueue --file` has them.
const CHUNK: usize = 1_000;

/// How fast rows came in.
#[derive(Clone, Copy, Debug)]
pub struct Enqueued {
    /// So many.
    pub rows: u64,
    /// Rows a second.
    pub rows_per_s: f64,
}

/// The `n`th message: a number and a text of ordinary length, different from all others.
pub fn message(n: u64) -> Message {
    Message {
        recipient: format!("+8613{:09}", n % 1_000_000_000),
        text: format!("Your appointment number {n} is tomorrow at 10:30. Reply is not possible."),
        sender: None,
    }
}

/// The task of a message.
pub(super) fn task(message: Message) -> NewTask {
    NewTask { segments: Some(1), ..NewTask::message(lane(), message) }
}

/// Enqueues at most `count` messages, a thousand in each transaction.
///
/// # Errors
/// The database.
pub fn enqueue(store: &dyn Store, count: u64, limit: &Limit<'_>) -> Result<Enqueued, SpeedError> {
    let begin = Instant::now();
    let mut rows = 0;
    while rows < count && (rows == 0 || !limit.is_over()) {
        let end = count.min(rows + CHUNK as u64);
        let tasks = (rows..end).map(|n| task(message(n))).collect::<Vec<_>>();
        store.enqueue(&tasks, 0)?;
        rows = end;
    }
    Ok(Enqueued { rows, rows_per_s: rows as f64 / begin.elapsed().as_secs_f64() })
}
