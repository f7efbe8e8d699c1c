//! What the engine tells while it works, and its summary.

use std::time::Duration;

use serde::Serialize;

use crate::queue::{ClosedReason, Failure, Outcome, TaskId, WorkerId};
use crate::store::StoreError;

/// Something that happened and matters to whoever watches. Holds no message text and no phone number.
#[derive(Debug)]
#[expect(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Event<'a> {
    /// The process is registered.
    Started { worker: WorkerId, senders: usize, lanes: &'a [String] },
    /// The first exchange succeeded: the worker can claim.
    Ready,
    /// Fewer sender threads could be started than the plan asks for.
    FewerSenders { started: usize, wanted: usize, error: &'a std::io::Error },
    /// All senders at once are more than this process gets files, threads or ports for: so many of them work.
    FewerConnections { senders: usize, of: usize },
    /// What leaves is not noted, or not any more: after a crash all that this worker holds is unknown.
    NoFlightLog { path: Option<&'a std::path::Path>, error: &'a std::io::Error },
    /// The database's log has grown this long: somebody who reads in one transaction keeps it from being cut back.
    LongLog { bytes: u64 },
    /// Tasks wait that no lane of the settings serves.
    Unserved { task_func: &'a str, pending: u64 },
    /// Dead workers were found and what they held has its fate.
    Recovered { workers: &'a [WorkerId], tasks: u64, dead_lettered: u64 },
    /// Tasks were marked as this worker's and not in its hands, because another program had changed them: they have the fate of a
    /// dead worker's.
    Disowned { tasks: u64, dead_lettered: u64 },
    /// A claim is over and its end is written.
    Settled { task: TaskId, attempt: u32, lane: &'a str, ending: &'a Ending, dead_letter: bool },
    /// The claim of an outcome no longer held, and its task has another fate: the outcome was recorded among its attempts.
    Lost { task: TaskId, attempt: u32, lane: &'a str, ending: &'a Ending },
    /// A constraint or a trigger of another program refuses what is to be written of a task: it is kept, and tried again. `ending`: how
    /// a claim of this process ended; `None`: a dead worker held it, or it was to be claimed, to become due or to expire, and is left
    /// alone for a while.
    Refused { task: TaskId, ending: Option<&'a Ending>, error: &'a StoreError },
    /// Tasks expired before they could be claimed.
    Expired { tasks: u64 },
    /// A gateway panicked; its message is one unknown outcome.
    SenderPanicked { task: TaskId, lane: &'a str, place: &'a str },
    /// Nothing goes out by a lane any more, for a while (`None`: until somebody says so). `error` is what the gateway said,
    /// where this process heard it.
    LaneClosed { lane: &'a str, why: LaneWhy, span: Option<Duration>, error: &'a str },
    /// A lane that was closed or paused is used again.
    LaneOpened { lane: &'a str },
    /// A drain ends although tasks of this lane wait: it is closed or paused, or nobody hands them out.
    DrainLeft { left: &'a Left },
    /// The database cannot be written. Claims stop, outcomes are kept in memory.
    DatabaseAway { error: &'a StoreError },
    /// The database can be written again.
    DatabaseBack { after: Duration },
    /// Others took this process for dead; it has registered anew.
    DeclaredDead { before: WorkerId, now: WorkerId },
    /// A stop was asked for; so many requests are on the wire.
    Stopping { on_the_wire: usize },
    /// The grace is over and requests are still on the wire, or outcomes not written. The engine goes on waiting; the
    /// process need not.
    GraceOver { on_the_wire: usize, unwritten: usize },
    /// The run is over.
    Stopped { summary: &'a Summary },
}

/// Why nothing goes out by a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneWhy {
    /// An operator paused it.
    Paused,
    /// It closed by itself, for all processes.
    Closed(ClosedReason),
    /// This process is short of files, threads, memory or ports.
    Starved,
}

impl LaneWhy {
    /// In one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            LaneWhy::Paused => "paused",
            LaneWhy::Closed(reason) => reason.as_str(),
            LaneWhy::Starved => "starved",
        }
    }
}

/// What a drain left behind on one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its name.
    pub lane: String,
    /// Tasks that wait.
    pub pending: u64,
    /// `None`: nobody handed them out, and nothing is known to keep them.
    pub why: Option<LaneWhy>,
}

/// How a claim ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Ending {
    /// The gateway was asked; `failure` where the outcome is not accepted.
    Tried { outcome: Outcome, failure: Option<Failure> },
    /// Its time had passed: it was not sent.
    Expired,
    /// The row does not hold what its lane needs: it was not sent.
    Unaddressable { reason: String },
    /// It never left, and its attempt is not spent.
    Released,
}

/// Hears of everything, on the dispatcher's thread: whoever takes long holds up the queue.
pub trait Observer {
    /// Something happened.
    fn observe(&self, event: &Event<'_>);

    /// Called in every round of the dispatcher, at least once a second while it makes progress.
    fn beat(&self, summary: &Summary, in_flight: usize);
}

/// What one run did; the shape of `work`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Tasks that were handed to this process.
    pub claimed: u64,
    /// Accepted by a gateway.
    pub completed: u64,
    /// Attempts that did not end well.
    pub failed: u64,
    /// Of those: certainly not sent.
    pub deferred: u64,
    /// Of those: refused for good, expired, or not addressable.
    pub rejected: u64,
    /// Of those: nobody knows.
    pub unknown: u64,
    /// Dead letters that were written, those of recovery and of expired tasks included.
    pub dead_lettered: u64,
    /// Given back with their attempt unspent.
    pub released: u64,
    /// Ended after another program, or another worker, had decided about their tasks.
    pub lost: u64,
    /// How long the run took, in seconds.
    pub elapsed_s: f64,
    /// Completed tasks a second.
    pub rate_per_s: f64,
    /// Tasks that a drain left, because their lanes are closed or paused, or nobody handed them out.
    pub waiting: u64,
    /// What a drain left behind, lane by lane; `waiting` is the sum.
    #[serde(skip)]
    pub left: Vec<Left>,
}

impl Summary {
    /// Counts a claim whose end is written.
    pub(super) fn count(&mut self, ending: &Ending) {
        match ending {
            Ending::Tried { outcome: Outcome::Accepted, .. } => self.completed += 1,
            Ending::Tried { outcome: Outcome::Deferred, .. } => self.deferred += 1,
            Ending::Tried { outcome: Outcome::Unknown, .. } => self.unknown += 1,
            Ending::Tried { outcome: Outcome::Rejected, .. } | Ending::Expired | Ending::Unaddressable { .. } => {
                self.rejected += 1;
            }
            Ending::Released => self.released += 1,
        }
        self.failed = self.deferred + self.rejected + self.unknown;
    }

    /// Sets how long the run took.
    pub(super) fn timed(&mut self, elapsed: Duration) {
        let seconds = elapsed.as_secs_f64();
        self.elapsed_s = (seconds * 1e6).round() / 1e6;
        // Counts stay far below 2^52, where a float holds them exactly.
        let rate = if seconds > 0.0 { self.completed as f64 / seconds } else { 0.0 };
        self.rate_per_s = (rate * 1e3).round() / 1e3;
    }
}
