//! Queues of a wanted length.

use smsctl::queue::{Lane, Message, NewTask};
use smsctl::speed::message;
use smsctl::store::Store;

use mysql::prelude::Queryable;

use super::place::Queue;
use super::server::Database;

/// The gateway of all rows.
pub const LANE: &str = "default";

/// Tasks of one transaction while a queue is filled.
const CHUNK: usize = 10_000;

pub fn task(message: Message) -> NewTask {
    NewTask { segments: Some(1), ..NewTask::message(Lane::Gateway(LANE.to_owned()), message) }
}

/// Enqueues `count` rows, each changed by `change`, without ever holding all of them.
pub fn fill(store: &dyn Store, count: u64, change: impl Fn(u64, &mut NewTask)) {
    let mut next = 0;
    while next < count {
        let end = count.min(next + CHUNK as u64);
        let tasks = (next..end).map(|n| {
            let mut task = task(message(n));
            change(n, &mut task);
            task
        });
        store.enqueue(&tasks.collect::<Vec<_>>(), 0).expect("they are enqueued");
        next = end;
    }
}

/// As `fill`; on a server, rows are copied there as soon as there are enough of them to copy.
pub fn fill_long(queue: &Queue, store: &dyn Store, count: u64, change: impl Fn(u64, &mut NewTask)) {
    let first = if queue.database.is_some() { count.min(10 * CHUNK as u64) } else { count };
    fill(store, first, change);
    if let Some(database) = queue.database.as_ref().filter(|_| first < count) {
        copy_rows(database, first, count);
        store.recount().expect("it recounts");
    }
}

/// Copies the first rows of a table until it has `count` of them: numbers and ids go on.
fn copy_rows(database: &Database, first: u64, count: u64) {
    let mut connection = database.connect();
    let columns = "task_name, task_func, status, created_at, max_retries, retry_count, content, sender, priority,
                   available_at, expires_at, attempt, segments, revision";
    let mut next = first;
    while next < count {
        let more = first.min(count - next);
        let sql = format!(
            "INSERT INTO queued_tasks ({columns}, recipient)
             SELECT {columns}, concat('+86', 13000000000 + {next} + id) FROM queued_tasks ORDER BY id LIMIT {more}"
        );
        connection.query_drop(sql).expect("they are copied");
        next += more;
    }
}
