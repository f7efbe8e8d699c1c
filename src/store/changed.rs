//! What an order did, and what may have been done before it; and who gave it.

use crate::queue::{DeadLetterId, TaskId};

/// What an order changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many rows.
    pub rows: u64,
    /// How many of them are tasks of which any attempt may have left: they may have been sent already.
    pub doubtful: u64,
    /// Which, where the order named ids: one that it named and that is not here was not changed. Empty for other orders, which may
    /// change any number.
    pub named: Vec<i64>,
}

/// The highest ids of a queue; `None` where there is no row, or none whose id can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Highest {
    /// Of a task.
    pub task: Option<TaskId>,
    /// Of a dead letter.
    pub dead_letter: Option<DeadLetterId>,
}

impl Changed {
    /// One more page of an order, which `names` ids or does not.
    pub(super) fn add(&mut self, page: Changed, names: bool) {
        self.rows += page.rows;
        self.doubtful += page.doubtful;
        if names {
            self.named.extend(page.named);
        }
    }
}

/// Who gave an order, as the audit log has it.
pub(super) fn actor() -> String {
    format!("uid {} pid {}", rustix::process::getuid().as_raw(), std::process::id())
}
