//! What one run of the engine is to do: the lanes, the senders, and when it ends.

use std::time::Duration;

use super::flight;
use crate::gateway::Gateway;
use crate::queue::{Backoff, Budget, Fate, Lane, Rate, Reply, RetryPolicy, Routes};
use crate::store::{NewWorker, Stranded};

/// A lane as the engine drives it.
pub struct LaneWay {
    /// Its name.
    pub lane: Lane,
    /// What sends, for all senders at once.
    pub gateway: Box<dyn Gateway>,
    /// What follows from an outcome.
    pub policy: RetryPolicy,
    /// Over all workers and hosts together. `None`: no limit.
    pub rate: Option<Rate>,
}

/// One run of the engine.
pub struct Plan {
    /// This process, as it introduces itself to the store.
    pub worker: NewWorker,
    /// The lanes that this run serves.
    pub ways: Vec<LaneWay>,
    /// Which of all lanes of the settings serves a row.
    pub routes: Routes,
    /// How long a lane rests whose gateway cannot be reached: the first rest and the longest.
    pub rests: Backoff,
    /// Sender threads, 1 to `SENDERS_MAX`.
    pub senders: usize,
    /// When it ends by itself.
    pub until: Until,
    /// Where what leaves and what is answered is noted, so that it is known after a crash. `None`: nowhere.
    pub flight: Option<flight::FlightPlace>,
    /// How long senders may finish, and outcomes may be written, after a stop was asked for.
    pub shutdown_grace: Duration,
    /// How long the database may stay away until the run ends without it. `None`: it comes back, however long that takes.
    pub outage_max: Option<Duration>,
}

/// The most sender threads of one process.
pub const SENDERS_MAX: usize = 1024;

/// When a run ends by itself. With nothing set it goes on until it is stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Until {
    /// Nothing that can be sent is pending or in flight.
    pub drained: bool,
    /// At most so many claims.
    pub tasks_max: Option<u64>,
    /// At most so long.
    pub elapsed: Option<Duration>,
}

impl Plan {
    /// The lane of this run that serves `task_func`.
    pub fn way_of(&self, task_func: &str) -> Option<&LaneWay> {
        let served = self.routes.lane_of(task_func)?;
        self.ways.iter().find(|way| way.lane == *served.lane)
    }

    /// What becomes of a task that nobody holds any more, of whose attempt `reply` is known.
    pub(super) fn fate_of(&self, stranded: &Stranded, reply: Reply) -> Fate {
        let policy = self.way_of(&stranded.task_func).map_or(RetryPolicy::default(), |way| way.policy);
        let Stranded { retry_count, max_retries, attempt, .. } = *stranded;
        let budget = Budget { retry_count, max_retries, attempt };
        policy.fate(reply, budget, fastrand::f64())
    }
}
