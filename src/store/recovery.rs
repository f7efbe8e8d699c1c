//! Workers that died, what they held, and who decides about it.

use jiff::Timestamp;

use super::worker::Worker;
use crate::queue::{Fate, TaskId, WorkerId};

/// A task that a dead worker held: the database does not know what became of its request.
#[derive(Clone, Debug)]
pub struct Stranded {
    /// The task.
    pub id: TaskId,
    /// As stored: the name of its lane, or another program's function.
    pub task_func: String,
    /// The fence of the dead worker's claim.
    pub attempt: u32,
    /// Attempts that failed before this one.
    pub retry_count: u32,
    /// Attempts in all.
    pub max_retries: u32,
    /// How often a worker died that held it and had not sent it, before this one.
    pub stranded: u32,
    /// When the row says that it was claimed.
    pub claimed_at: Option<Timestamp>,
}

/// What recovery did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Workers that were found dead.
    pub workers: Vec<WorkerId>,
    /// Their tasks, now with the fate that the judge gave them.
    pub tasks: u64,
    /// Those of them that are dead letters.
    pub dead_lettered: u64,
}

/// What an audit found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// Tasks that were nobody's, now with the fate that was given them.
    pub tasks: u64,
    /// Those of them that are dead letters.
    pub dead_lettered: u64,
}

/// Decides about dead workers and what they held.
pub trait Coroner {
    /// Whether `worker`, whose row has not ended, is dead. Its heartbeat age is by the database's clock.
    fn is_dead(&self, worker: &Worker) -> bool;
    /// The fate of a task that `worker` held, which is dead or has ended.
    fn fate(&self, worker: &Worker, stranded: &Stranded) -> Fate;
}
