//! Worker processes.

use std::time::Duration;

use serde::Serialize;

use super::fields;
use crate::engine::host::{self, Pulse};
use crate::output::Column;
use crate::output::record::{seconds, timestamp};
use crate::store::{LEASE, Worker};

/// A worker, and how its process fares.
#[derive(Clone, Debug)]
pub struct SeenWorker {
    pub row: Worker,
    pub state: WorkerState,
    /// Its process is there, on this host.
    pub is_there: bool,
}

impl SeenWorker {
    /// One of which the kernel of this host says `pulse`.
    pub fn of(pulse: Pulse, row: Worker) -> SeenWorker {
        SeenWorker { state: WorkerState::of(&row, pulse), is_there: pulse == Pulse::Alive, row }
    }

    /// All workers, those of this host looked for in the kernel.
    pub fn all(rows: Vec<Worker>) -> Vec<SeenWorker> {
        let here = host::this_process(0);
        rows.into_iter().map(|row| SeenWorker::of(host::pulse(&row, &here), row)).collect()
    }
}

/// How a worker process fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerState {
    /// Its heartbeat is fresh.
    Alive,
    /// Its heartbeat is overdue, and its lease has not run out.
    Late,
    /// Its process is gone, or its lease has run out; the next recovery decides about what it holds.
    Dead,
    /// It said goodbye, or was found dead.
    Ended,
}

impl WorkerState {
    /// A heartbeat older than this is late: a third of the lease, so that a worker has missed more than one by then.
    pub const LATE_AFTER: Duration = Duration::from_secs(LEASE.as_secs() / 3);

    /// Told by its row, and by `pulse`, what the kernel of this host says of its process.
    pub fn of(worker: &Worker, pulse: Pulse) -> WorkerState {
        match worker.heartbeat_age {
            _ if worker.ended_at.is_some() => WorkerState::Ended,
            _ if pulse == Pulse::Gone => WorkerState::Dead,
            age if age > LEASE => WorkerState::Dead,
            age if age > WorkerState::LATE_AFTER => WorkerState::Late,
            _ => WorkerState::Alive,
        }
    }

    /// Whether there is no sign that it is gone.
    pub const fn lives(self) -> bool {
        matches!(self, WorkerState::Alive | WorkerState::Late)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            WorkerState::Alive => "alive",
            WorkerState::Late => "late",
            WorkerState::Dead => "dead",
            WorkerState::Ended => "ended",
        }
    }
}

/// A row of `workers`.
#[derive(Debug, Serialize)]
pub struct WorkerShape {
    id: i64,
    host: String,
    pid: u32,
    state: &'static str,
    senders: u32,
    claims: u64,
    started_at: String,
    heartbeat_at: String,
    heartbeat_age_s: f64,
    ended_at: Option<String>,
    version: String,
}

impl WorkerShape {
    pub const FIELDS: &'static [Column] = fields![
        "id",
        "host",
        "pid",
        "state",
        "senders",
        "claims",
        "started_at",
        "heartbeat_at",
        "heartbeat_age_s",
        "ended_at",
        "version",
    ];
}

impl From<SeenWorker> for WorkerShape {
    fn from(seen: SeenWorker) -> WorkerShape {
        let SeenWorker { row: worker, state, .. } = seen;
        WorkerShape {
            id: worker.id,
            state: state.as_str(),
            host: worker.host,
            pid: worker.pid,
            senders: worker.senders,
            claims: worker.claims,
            started_at: timestamp(worker.started_at),
            heartbeat_at: timestamp(worker.heartbeat_at),
            heartbeat_age_s: seconds(worker.heartbeat_age),
            ended_at: worker.ended_at.map(timestamp),
            version: worker.version,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn worker(heartbeat_age: Duration, ended_at: Option<Timestamp>) -> Worker {
        Worker {
            id: 1,
            host: "h".to_owned(),
            boot_id: String::new(),
            pid: 1,
            pid_started: String::new(),
            senders: 4,
            version: "0.1.0".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            heartbeat_at: Timestamp::UNIX_EPOCH,
            ended_at,
            heartbeat_age,
            claims: 0,
            counters: None,
        }
    }

    #[test]
    fn a_list_names_all_fields() {
        let seen = SeenWorker::of(Pulse::Unknown, worker(Duration::ZERO, None));
        super::super::assert_fields(WorkerShape::FIELDS, &WorkerShape::from(seen));
    }

    #[test]
    fn the_state_follows_the_heartbeat_until_the_worker_ends() {
        let state = |age, ended| WorkerState::of(&worker(age, ended), Pulse::Unknown).as_str();
        assert_eq!(state(Duration::from_secs(10), None), "alive");
        assert_eq!(state(Duration::from_secs(11), None), "late");
        assert_eq!(state(LEASE, None), "late");
        assert_eq!(state(LEASE + Duration::from_secs(1), None), "dead");
        assert_eq!(state(Duration::ZERO, Some(Timestamp::UNIX_EPOCH)), "ended");
    }

    #[test]
    fn who_is_gone_from_this_host_is_dead_before_the_heartbeat_tells() {
        let state = |ended, pulse| WorkerState::of(&worker(Duration::ZERO, ended), pulse).as_str();
        assert_eq!(state(None, Pulse::Gone), "dead");
        assert_eq!(state(None, Pulse::Alive), "alive");
        assert_eq!(state(Some(Timestamp::UNIX_EPOCH), Pulse::Gone), "ended");
        let late = worker(LEASE + Duration::from_secs(1), None);
        assert_eq!(WorkerState::of(&late, Pulse::Alive), WorkerState::Dead, "it holds no lease, whatever it does");
    }
}
