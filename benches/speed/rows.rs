//! Queues of a wanted length.

use std::path::Path;

use smsctl::queue::{Lane, Message, NewTask};
use smsctl::store::Store;

/// The gateway of all rows.
pub const LANE: &str = "default";

/// Tasks of one transaction while a queue is filled.
const CHUNK: usize = 10_000;

/// Different numbers and texts of ordinary length.
pub fn messages(count: usize) -> Vec<Message> {
    (0..count as u64).map(message).collect()
}

fn message(n: u64) -> Message {
    Message {
        recipient: format!("+8613{n:09}"),
        text: format!("Your appointment number {n} is tomorrow at 10:30. Reply is not possible."),
        sender: None,
    }
}

pub fn task(message: Message) -> NewTask {
    NewTask { segments: Some(1), ..NewTask::message(Lane::Gateway(LANE.to_owned()), message) }
}

pub fn enqueue(store: &dyn Store, messages: &[Message]) {
    for chunk in messages.chunks(CHUNK) {
        let tasks = chunk.iter().cloned().map(task).collect::<Vec<_>>();
        store.enqueue(&tasks, 0).expect("they are enqueued");
    }
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

/// Removes a database with all its files.
pub fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(name);
    }
}
