//! Counts of the queue.

use jiff::Timestamp;
use serde::Serialize;

use super::{DeadLetterStatsShape, SeenWorker, fields};
use crate::commands::standing::Standing;
use crate::output::Column;
use crate::output::record::seconds;
use crate::queue::State;
use crate::store::{Counters, LaneStatus, Stats, Tally};

/// What `stats` answers. `total` is the sum of the seven states; `unknown` and `retryable` are parts of `failed`, and
/// `unserved` of `pending`; `other` are tasks in none of the seven.
#[derive(Debug, Serialize)]
pub struct StatsShape {
    pub pending: u64,
    pub processing: u64,
    pub completed: u64,
    pub failed: u64,
    pub total: u64,
    pub scheduled: u64,
    pub held: u64,
    pub cancelled: u64,
    pub unknown: u64,
    pub retryable: u64,
    pub oldest_pending_age_s: Option<f64>,
    pub dead_letter: DeadLetterStatsShape,
    pub workers: u64,
    pub unserved: u64,
    pub completed_this_hour: u64,
    pub completed_previous_hour: u64,
    pub database: String,
    pub other: u64,
    /// Lanes that take nothing now: closed, paused, or about to be tried.
    pub lanes_shut: Vec<String>,
    /// What people read about each of them.
    #[serde(skip)]
    pub lane_stories: Vec<String>,
    /// No verb of smsctl works on the queue.
    #[serde(skip)]
    pub is_closed: bool,
    /// What works less well than it should.
    pub limits: Vec<String>,
    /// With `--verbose`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<Vec<StoreShape>>,
}

impl StatsShape {
    /// `unserved` is how many pending tasks no lane of the settings serves; `database` is where the queue is, without
    /// secrets.
    pub fn new(stats: Stats, unserved: u64, database: String) -> StatsShape {
        let tasks = stats.tasks;
        let living = SeenWorker::all(stats.workers).iter().filter(|worker| worker.state.lives()).count() as u64;
        StatsShape {
            pending: tasks.pending,
            processing: tasks.processing,
            completed: tasks.completed,
            failed: tasks.failed,
            total: tasks.total(),
            scheduled: tasks.scheduled,
            held: tasks.held,
            cancelled: tasks.cancelled,
            unknown: tasks.unknown,
            retryable: tasks.retryable,
            oldest_pending_age_s: stats.oldest_pending_age.map(seconds),
            dead_letter: stats.dead_letters.into(),
            workers: living,
            unserved,
            completed_this_hour: stats.completed_this_hour,
            completed_previous_hour: stats.completed_previous_hour,
            database,
            other: tasks.other,
            lanes_shut: Vec::new(),
            lane_stories: Vec::new(),
            is_closed: false,
            limits: Vec::new(),
            store: None,
        }
    }

    /// The same counts, with the lanes that take nothing now.
    pub fn with_lanes(mut self, statuses: &[LaneStatus], now: Timestamp) -> StatsShape {
        for status in statuses {
            if let Some(story) = (Standing { status, now }).story() {
                self.lanes_shut.push(status.lane.clone());
                self.lane_stories.push(story);
            }
        }
        self
    }
}

impl StatsShape {
    /// The counts of the seven states, in their order.
    pub fn by_state(&self) -> [(State, u64); 7] {
        State::ALL.map(|state| {
            let n = match state {
                State::Pending => self.pending,
                State::Processing => self.processing,
                State::Completed => self.completed,
                State::Failed => self.failed,
                State::Scheduled => self.scheduled,
                State::Held => self.held,
                State::Cancelled => self.cancelled,
                State::Other => self.other,
            };
            (state, n)
        })
    }
}

/// What the store of one process has met.
#[derive(Debug, Serialize)]
pub struct StoreShape {
    /// The worker; `null` is this process.
    pub worker: Option<i64>,
    #[serde(flatten)]
    pub counters: Counters,
}

/// Counts by status, with their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CountsShape {
    pub pending: u64,
    pub processing: u64,
    pub completed: u64,
    pub failed: u64,
    pub total: u64,
    pub scheduled: u64,
    pub held: u64,
    pub cancelled: u64,
    pub unknown: u64,
    pub retryable: u64,
    pub other: u64,
}

impl CountsShape {
    /// Adds the counts of one tally.
    pub fn add(&mut self, tally: &Tally) {
        let get = |state: State| tally.get(state.as_str());
        self.pending += get(State::Pending);
        self.processing += get(State::Processing);
        self.completed += get(State::Completed);
        self.failed += get(State::Failed);
        self.total += State::ALL.into_iter().map(get).sum::<u64>();
        self.scheduled += get(State::Scheduled);
        self.held += get(State::Held);
        self.cancelled += get(State::Cancelled);
        self.unknown += tally.get("unknown");
        self.retryable += tally.get("retryable");
        self.other += get(State::Other);
    }
}

/// A row of `stats --by lane`: a way out with everything that it serves, or a `task_func` that nothing serves.
#[derive(Debug, Serialize)]
pub struct LaneShape {
    /// `null` where the settings name no way out.
    pub lane: Option<String>,
    /// Whether the settings have this lane.
    pub served: bool,
    pub task_funcs: Vec<String>,
    #[serde(flatten)]
    pub counts: CountsShape,
}

impl LaneShape {
    pub const FIELDS: &'static [Column] = fields![
        "lane",
        "served",
        "task_funcs",
        "pending",
        "processing",
        "completed",
        "failed",
        "total",
        "scheduled",
        "held",
        "cancelled",
        "unknown",
        "retryable",
        "other",
    ];

    /// Nothing counted yet; `None` where the settings have no lane.
    pub fn new(lane: Option<String>) -> LaneShape {
        LaneShape { served: lane.is_some(), lane, task_funcs: Vec::new(), counts: CountsShape::default() }
    }
}

/// A row of `stats --by batch`.
#[derive(Debug, Serialize)]
pub struct BatchShape {
    pub batch: String,
    #[serde(flatten)]
    pub counts: CountsShape,
}

impl BatchShape {
    pub const FIELDS: &'static [Column] = fields![
        "batch",
        "pending",
        "processing",
        "completed",
        "failed",
        "total",
        "scheduled",
        "held",
        "cancelled",
        "unknown",
        "retryable",
        "other",
    ];
}

/// A row of `stats --by hour`: tasks that were enqueued and attempts that ended within one clock hour.
#[derive(Debug, Serialize)]
pub struct HourShape {
    /// Its beginning, RFC 3339.
    pub hour: String,
    pub enqueued: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub deferred: u64,
    pub unknown: u64,
}

impl From<&Tally> for HourShape {
    fn from(tally: &Tally) -> HourShape {
        HourShape {
            hour: hour_start(&tally.name),
            enqueued: tally.get("enqueued"),
            accepted: tally.get("accepted"),
            rejected: tally.get("rejected"),
            deferred: tally.get("deferred"),
            unknown: tally.get("unknown"),
        }
    }
}

/// `2026-11-24 15`, as tallies name an hour, in the form of every other time.
fn hour_start(name: &str) -> String {
    match name.split_once(' ') {
        Some((day, hour)) => format!("{day}T{hour}:00:00.000000Z"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_the_sum_of_the_seven_states_and_not_of_their_parts() {
        let words = State::ALL.map(State::as_str).into_iter().chain(["unknown", "retryable"]);
        let tally = Tally { name: "x".to_owned(), counts: words.map(|word| (word.to_owned(), 1)).collect() };
        let mut counts = CountsShape::default();
        counts.add(&tally);
        assert_eq!((counts.total, counts.unknown, counts.retryable), (7, 1, 1));
        counts.add(&tally);
        assert_eq!((counts.total, counts.pending), (14, 2));
    }

    #[test]
    fn lists_name_all_fields() {
        super::super::assert_fields(LaneShape::FIELDS, &LaneShape::new(None));
        let batch = BatchShape { batch: String::new(), counts: CountsShape::default() };
        super::super::assert_fields(BatchShape::FIELDS, &batch);
    }

    #[test]
    fn an_hour_is_told_as_the_time_of_its_beginning() {
        assert_eq!(hour_start("2026-11-24 15"), "2026-11-24T15:00:00.000000Z");
    }
}
