//! What a store meets: errors that pass, by their kind.

use mysql::Error;

use super::fault::{DUPLICATE, Remedy, code, remedy};
use crate::store::counters::{Counters, Meter};

/// Counts since the store was opened.
#[derive(Debug, Default)]
pub(super) struct Meters {
    /// Transactions that were tried again.
    pub repeated: Meter,
    /// Commits about which the database was asked.
    pub resolved_commits: Meter,
    deadlocks: Meter,
    lock_timeouts: Meter,
    conflicts: Meter,
    interrupted: Meter,
    unfit_servers: Meter,
    refused_connections: Meter,
    lost_connections: Meter,
}

impl Meters {
    /// Counts an error.
    pub fn met(&self, error: &Error) {
        let meter = match (code(error), remedy(error)) {
            (Some(1213), _) => &self.deadlocks,
            (Some(1205), _) => &self.lock_timeouts,
            (Some(1020 | 1180 | DUPLICATE), _) => &self.conflicts,
            (Some(1317), _) => &self.interrupted,
            (Some(1040 | 1203 | 1226), _) => &self.refused_connections,
            (_, Remedy::Elsewhere) => &self.unfit_servers,
            (_, Remedy::Reconnect) => &self.lost_connections,
            (_, Remedy::Repeat | Remedy::Nothing) => return,
        };
        meter.add(1);
    }

    pub fn counters(&self) -> Counters {
        Counters {
            repeated: self.repeated.get(),
            resolved_commits: self.resolved_commits.get(),
            deadlocks: self.deadlocks.get(),
            lock_timeouts: self.lock_timeouts.get(),
            conflicts: self.conflicts.get(),
            interrupted: self.interrupted.get(),
            unfit_servers: self.unfit_servers.get(),
            refused_connections: self.refused_connections.get(),
            lost_connections: self.lost_connections.get(),
            ..Counters::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use mysql::MySqlError;

    use super::*;

    #[test]
    fn every_error_that_passes_has_its_count() {
        let meters = Meters::default();
        for code in [1213, 1205, 1020, 1180, 1317, 1040, 1047, 1290, 2013, 1927, 1064] {
            let error = MySqlError { state: "HY000".to_owned(), message: "--read-only".to_owned(), code };
            meters.met(&Error::MySqlError(error));
        }
        let wanted = Counters {
            deadlocks: 1,
            lock_timeouts: 1,
            conflicts: 2,
            interrupted: 1,
            refused_connections: 1,
            unfit_servers: 2,
            lost_connections: 2,
            ..Counters::default()
        };
        assert_eq!(meters.counters(), wanted);
    }
}
