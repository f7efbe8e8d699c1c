//! The queue on disk: one trait in the words of the queue, and the databases that keep it.
//!
//! Nothing outside this folder knows which database there is. Data goes in and comes out as plain values of `queue/`; only
//! the store can make a `Claim`, and only a claim can become a `Settlement`.

mod backup;
mod changed;
mod claim;
pub mod closure;
mod companion;
mod contract;
pub mod copy;
mod counters;
mod crowd;
mod deltas;
mod error;
mod fence;
mod filter;
mod lane;
mod late;
mod leftovers;
mod letters;
mod migration;
mod mysql;
mod numbers;
mod options;
mod patience;
mod polling;
mod recovery;
pub mod report;
mod scratch;
mod serve;
pub mod server;
mod shunned;
mod sqlite;
mod stamps;
mod storm;
mod time;
mod turn;
mod uptime;
pub mod url;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use crate::queue::{
    Attempt, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, Enqueued, Fate, Filter, LaneOrder, NewTask,
    Order, Task, TaskId, WorkerId,
};

pub use backup::{Backup, BackupError, BackupOrder, backup};
pub use changed::{Changed, Highest};
pub use claim::{Claim, Settlement};
use claim::{RowMark, Says};
pub use closure::{QueueClosure, Why};
pub use companion::{companion_of, is_companion};
pub use copy::{Copied, Copy, CopyError, Keep, Left, Side};
pub use counters::Counters;
pub use error::StoreError;
pub use lane::{Barrier, Closure, LaneStatus, PROBE_LEASE, Pause, ShutLane};
pub use leftovers::Leftovers;
pub use options::{Access, Clock, Options, Pool};
pub use patience::Deadline;
pub use polling::{Bell, Polling};
pub use recovery::{Audited, Coroner, Recovered, Stranded};
pub use report::{
    Applied, DeadLetterCounts, Finding, MigrationPlan, MigrationState, SchemaReport, Stats, StatusCounts, Tally,
    TallyKind,
};
pub use scratch::{Folder, Scratch};
pub use server::{NamedBy, Server};
pub use turn::{Exchange, Settled, Turn, Wanted};
pub(crate) use uptime::{boot_id, boottime, time_namespace};
pub use url::{Location, redact};
pub use worker::{NewWorker, Worker};

/// What the store answers.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A worker is dead when its heartbeat is older than this.
pub const LEASE: Duration = Duration::from_secs(30);

/// The most rows that one call returns.
const ROWS_MAX: u64 = 10_000;

/// Tasks that one transaction of an order changes, at most: others get their turn in between.
const CHANGED_MAX: usize = 500;

/// Ids that one look for tasks finds, at most: 400 KB of memory, and few looks over a long backlog.
const LOOK_MAX: u64 = 50_000;

/// Tasks that one exchange promotes, and tasks past their time that it buries, at most: a turn stays short however many
/// became due at once.
const PROMOTED_MAX: usize = 1_000;
const EXPIRED_MAX: u64 = 1_000;

/// Ended workers are listed for a day.
const ENDED_SHOWN: Duration = Duration::from_secs(24 * 3600);

/// A store that was just opened.
pub struct Opened {
    /// The queue.
    pub store: Box<dyn Store>,
    /// The database was not there and has been made.
    pub created: bool,
}

/// Opens the database at `location`.
///
/// # Errors
/// Says what is wrong with the place, the file or its schema; see `StoreError`.
pub fn open(location: &Location, options: &Options) -> Result<Opened> {
    match location {
        Location::Sqlite(path) => sqlite::open(path, options),
        Location::Mysql(server) => mysql::open(server, options),
    }
}

/// Tasks that one audit looks at: more than any worker holds. A thousand senders have four claims each, one on the wire and three that lie
/// ready, and each of as many lanes may have four that found nobody there.
const AUDITED_MAX: usize = 24_000;

/// The queue on disk.
///
/// Every verb that writes is one or more whole transactions: after an error nothing of the failed transaction is there.
/// Errors that trying again can help with (`StoreError::is_transient`) have been tried again inside, with a bound.
pub trait Store: Send + Sync {
    /// Puts `tasks` into the queue, all or none, durably. `queue_max` (0: no limit) bounds pending and scheduled tasks
    /// together. The answers are in the order of `tasks`.
    ///
    /// # Errors
    /// `StoreError::QueueFull` if the tasks do not fit now, `StoreError::TooMany` if they never do.
    fn enqueue(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>>;

    /// Writes outcomes and takes new claims, in one durable transaction. A worker that was declared dead gets no claims.
    fn exchange(&self, turn: &Turn<'_>) -> Result<Exchange>;

    /// Whether another process has changed the database since the last call. Cheap: microseconds on a file,
    /// a round trip to a server. May say yes without need.
    fn changed(&self) -> Result<bool>;

    /// How often `changed` may be asked while nothing happens.
    fn polling(&self) -> Polling;

    /// From now on `arm` has `bell` ring, where this database can.
    fn listen(&self, bell: Bell);

    /// The bell rings when somebody next writes; false: it does not.
    fn arm(&self) -> bool;

    /// Introduces a worker process.
    fn register(&self, worker: &NewWorker) -> Result<WorkerId>;

    /// Tells that the worker lives. `Lost`: it has been declared dead, and what it held is no longer its own; nor is it in a queue that
    /// is closed.
    fn heartbeat(&self, worker: WorkerId) -> Result<Settled>;

    /// From now on no wait for others goes on when `deadline` is over: the process is to end then.
    fn heed(&self, deadline: &Arc<Deadline>);

    /// The worker stops in order; it holds nothing any more.
    fn retire(&self, worker: WorkerId) -> Result<()>;

    /// Finds dead workers and gives what they held its fate.
    fn recover(&self, coroner: &dyn Coroner) -> Result<Recovered>;

    /// Looks at the tasks that are marked as held by `worker`, which lives, and settles those for which `stray` has a fate: another
    /// program has changed them, so that no end of the worker's own fits. Writes nothing where there is none.
    fn audit(&self, worker: WorkerId, stray: &dyn Fn(&Stranded) -> Option<Fate>) -> Result<Audited>;

    /// Worker rows, newest first: all that have not ended or hold tasks, and of the others the last 1,000 at most that ended within
    /// the last day.
    fn workers(&self) -> Result<Vec<Worker>>;

    /// One task.
    fn get(&self, id: TaskId) -> Result<Option<Task>>;

    /// Tasks in the order of their ids; at most 10,000 in one call, whatever the limit: go on after the last id.
    fn list(&self, filter: &Filter) -> Result<Vec<Task>>;

    /// The attempts of a task that did not end well, oldest first.
    fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>>;

    /// Counts, ages, and what else `stats` shows.
    fn stats(&self) -> Result<Stats>;

    /// Counts by lane, batch or hour, in the order of their names.
    fn tallies(&self, kind: TallyKind) -> Result<Vec<Tally>>;

    /// What is known of the lanes that anything is known of, in the order of their names; at most 10,000.
    fn lanes(&self) -> Result<Vec<LaneStatus>>;

    /// Carries out an order for a lane, for all processes; whether it changed anything.
    fn change_lane(&self, lane: &str, order: &LaneOrder) -> Result<bool>;

    /// The highest ids that there are: what has a higher one came later.
    fn highest(&self) -> Result<Highest>;

    /// How many tasks an order would change.
    fn count(&self, filter: &Filter, order: Order) -> Result<u64>;

    /// How many of the tasks that an order would change may have been sent already.
    fn count_doubtful(&self, filter: &Filter, order: Order) -> Result<u64>;

    /// Carries out an order, in bounded transactions. Tasks in other states are left alone.
    fn carry_out(&self, filter: &Filter, order: Order) -> Result<Changed>;

    /// Carries out an order; returns how many tasks it changed.
    fn change(&self, filter: &Filter, order: Order) -> Result<u64> {
        Ok(self.carry_out(filter, order)?.rows)
    }

    /// Dead letters in the order of their ids; at most 10,000 in one call, whatever the limit: go on after the last id.
    fn dead_letters(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetter>>;

    /// One dead letter.
    fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>>;

    /// How many dead letters an order would change.
    fn count_dead_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64>;

    /// Carries out an order on pending dead letters, in bounded transactions. `lane` serves letters whose task is not in the
    /// queue (rows of the web application): they are enqueued anew.
    fn carry_out_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<Changed>;

    /// Carries out an order on pending dead letters; returns how many it changed.
    fn change_dead_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<u64> {
        Ok(self.carry_out_letters(filter, order, lane)?.rows)
    }

    /// What schema the database has, and what this binary would do to it.
    fn schema(&self) -> Result<SchemaReport>;

    /// Brings the schema up to this binary's; what was applied, in its order. Safe when two processes do it at once.
    fn migrate(&self) -> Result<Vec<Applied>>;

    /// Integrity of the file, tallies against a recount, drift of the schema. Empty: all is well.
    fn check(&self) -> Result<Vec<Finding>>;

    /// A line of the audit log about an order that was carried out in several transactions. `words` hold nothing of a person.
    fn record_order(&self, action: &str, words: &str, changed: u64) -> Result<()>;

    /// Counts every task anew and puts the tallies right.
    fn recount(&self) -> Result<()>;

    /// Removes the attempts of tasks that went without the triggers' knowledge, and unties their dead letters.
    fn remove_leftovers(&self) -> Result<Leftovers>;

    /// What this store has met since it was opened.
    fn counters(&self) -> Counters;

    /// What a copy of the whole queue needs.
    fn copying(&self) -> &dyn copy::Copying;
}
