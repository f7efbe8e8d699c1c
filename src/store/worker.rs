//! Worker processes, as their rows tell of them.

use std::time::Duration;

use jiff::Timestamp;

use super::Counters;
use crate::queue::WorkerId;

/// A worker process that introduces itself.
#[derive(Clone, Debug)]
pub struct NewWorker {
    /// The name of its host.
    pub host: String,
    /// Changes with every boot of the host.
    pub boot_id: String,
    /// Its process id.
    pub pid: u32,
    /// When the process began, as the kernel tells it: a pid alone may be somebody else by now.
    pub pid_started: String,
    /// Sender threads.
    pub senders: u32,
    /// The version of its smsctl.
    pub version: String,
}

/// A row of `workers`: what a `NewWorker` said, and what became of it.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Given by the database, never twice.
    pub id: WorkerId,
    /// As in `NewWorker`.
    pub host: String,
    /// As in `NewWorker`.
    pub boot_id: String,
    /// As in `NewWorker`.
    pub pid: u32,
    /// As in `NewWorker`.
    pub pid_started: String,
    /// As in `NewWorker`.
    pub senders: u32,
    /// As in `NewWorker`.
    pub version: String,
    /// When it registered.
    pub started_at: Timestamp,
    /// When it last said that it lives.
    pub heartbeat_at: Timestamp,
    /// It said goodbye, or was found dead.
    pub ended_at: Option<Timestamp>,
    /// How long ago its last heartbeat was, by the database's clock.
    pub heartbeat_age: Duration,
    /// Tasks that it holds.
    pub claims: u64,
    /// What its store had met at its last heartbeat.
    pub counters: Option<Counters>,
}
