//! What a store has met since it was opened, and how its connections stand: for `stats -v`.
//!
//! A command that runs for a moment has little to tell. Workers write theirs into their rows, with every heartbeat.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

/// Counts since the store was opened, and connections at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Pauses in which a file was locked by another process.
    pub busy_waits: u64,
    /// Bytes of a file's write-ahead log at this moment.
    pub log_bytes: u64,
    /// Transactions that were tried again, for whatever reason; what follows are the reasons.
    pub repeated: u64,
    /// Deadlocks, and certifications lost on a cluster (1213).
    pub deadlocks: u64,
    /// Lock waits that ran out (1205).
    pub lock_timeouts: u64,
    /// Rows or keys that another transaction had changed, and commits that failed (1020, 1062, 1180).
    pub conflicts: u64,
    /// Statements that were interrupted (1317).
    pub interrupted: u64,
    /// Servers that took no writes, or had left their cluster (1047, 1290, 1836).
    pub unfit_servers: u64,
    /// Servers that had too many connections (1040, 1203, 1226).
    pub refused_connections: u64,
    /// Connections that were lost.
    pub lost_connections: u64,
    /// Commits whose answer was lost, and about which the database was asked.
    pub resolved_commits: u64,
    /// How often no connection of the pool was free at once.
    pub pool_waits: u64,
    /// Connections of the pool that are open.
    pub pool_open: u64,
    /// Those of them that are in use.
    pub pool_in_use: u64,
    /// Those that lie idle.
    pub pool_idle: u64,
    /// Those beyond the ones that are kept.
    pub pool_overflow: u64,
}

impl Counters {
    /// As a column keeps them.
    pub(super) fn to_text(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// What a column keeps; `None` where it is empty, or of another form.
    pub(super) fn of_text(text: &str) -> Option<Counters> {
        serde_json::from_str(text).ok()
    }

    /// With a pool of `size` kept connections.
    pub(super) fn with_pool(self, state: r2d2::State, size: u32) -> Counters {
        let open = u64::from(state.connections);
        Counters {
            pool_open: open,
            pool_in_use: open.saturating_sub(u64::from(state.idle_connections)),
            pool_idle: u64::from(state.idle_connections),
            pool_overflow: open.saturating_sub(u64::from(size)),
            ..self
        }
    }
}

/// A count that threads share.
#[derive(Debug, Default)]
pub(super) struct Meter(AtomicU64);

impl Meter {
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_another_version_is_read_as_far_as_it_goes() {
        let counters = Counters { deadlocks: 2, ..Counters::default() };
        assert_eq!(Counters::of_text(&counters.to_text()), Some(counters));
        assert_eq!(Counters::of_text(r#"{"deadlocks": 2, "later": 1}"#), Some(counters));
        assert_eq!(Counters::of_text(""), None);
    }
}
