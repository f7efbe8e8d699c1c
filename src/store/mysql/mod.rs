//! MySQL and MariaDB. The only folder that names the driver.
//!
//! Sessions come from a pool. Every write is one READ COMMITTED transaction that locks rows by their primary key, in key order,
//! or skips those that others have locked; it is committed on the server when the verb returns.

mod altered;
mod bind;
mod caps;
mod change;
mod check;
mod clock;
mod column;
mod confirmed;
mod copy;
mod definer;
mod dial;
mod doubt;
mod ends;
mod enqueue;
mod exchange;
mod fault;
mod fit;
mod hosts;
mod indexes;
mod insert;
mod kept;
mod lanes;
mod late;
mod leftovers;
mod letters;
mod line;
mod made;
mod meters;
mod migrate;
mod numbering;
mod numbers;
mod obstacle;
mod packet;
mod pool;
mod prepared;
mod promote;
mod read;
mod receipt;
mod refusal;
mod rounds;
pub(super) mod scratch;
mod session;
mod settle;
mod shortage;
mod tables;
mod tally;
mod transaction;
mod triggers;
mod workers;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::copy::Copying;
use super::counters::Counters;
use super::patience::Heeded;
use super::shunned::Shunned;
use super::stamps::Stamps;
use super::{
    Access, Applied, Audited, Bell, Changed, Clock, Coroner, Deadline, Exchange, Finding, Highest, LaneStatus,
    Leftovers, NewWorker, Opened, Options, Polling, Recovered, Result, SchemaReport, Server, Settled, Stats, Store,
    Stranded, Tally, TallyKind, Turn, Worker,
};
use crate::queue::{
    Attempt, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, Enqueued, Fate, Filter, LaneOrder, NewTask,
    Order, Task, TaskId, WorkerId,
};
use fault::Speak;
use meters::Meters;
use pool::Sessions;
use session::Needs;

/// The text of `sql/mysql/NAME.sql`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/mysql/", $name, ".sql"))
    };
}
use sql;

/// Counts are kept in so many rows each, so that workers seldom meet in one.
const SHARDS: u8 = 16;

/// The queue on a server.
struct MysqlStore {
    sessions: Sessions,
    speak: Speak,
    clock: Clock,
    busy_timeout: Duration,
    heeded: Heeded,
    /// Which rows of the tallies this process writes.
    shard: u8,
    watch: Mutex<tally::Watch>,
    stamps: Stamps,
    shunned: Shunned,
    caps: caps::Caps,
    /// Turns whose answers the worker never got.
    unheard: Mutex<doubt::Unheard>,
    meters: Meters,
    /// Whether the last look for keys found one: new tasks then look before they are written.
    meets_keys: AtomicBool,
}

pub(super) fn open(server: &Server, options: &Options) -> Result<Opened> {
    let needs = match options.access {
        Access::Existing | Access::Create => Needs::Tables,
        Access::Inspect | Access::InspectOrCreate => Needs::TablesIfAny,
    };
    let store = MysqlStore {
        sessions: Sessions::new(server.clone(), options.pool, needs)?,
        speak: Speak::new(server),
        clock: options.clock.clone(),
        busy_timeout: options.busy_timeout,
        heeded: Heeded::default(),
        shard: fastrand::u8(..SHARDS),
        watch: Mutex::default(),
        stamps: Stamps::default(),
        shunned: Shunned::default(),
        caps: caps::Caps::default(),
        unheard: Mutex::default(),
        meters: Meters::default(),
        meets_keys: AtomicBool::new(true),
    };
    let mut created = false;
    match options.access {
        Access::Inspect | Access::InspectOrCreate => drop(store.schema_state()?),
        Access::Existing => store.require_current()?,
        Access::Create => {
            // Of several servers one without tables may be the wrong one: what is put into a queue that is made there waits for ever.
            if server.hosts.len() == 1 && store.is_unmade()? {
                // Of several processes that find nothing one makes it.
                created = store.apply_migrations()?.iter().any(|applied| applied.version == 1);
            }
            store.require_current()?;
        }
    }
    Ok(Opened { store: Box::new(store), created })
}

impl Store for MysqlStore {
    fn enqueue(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>> {
        self.enqueue_tasks(tasks, queue_max).map_err(|error| self.used_up("queued_tasks", error))
    }

    fn exchange(&self, turn: &Turn<'_>) -> Result<Exchange> {
        self.take_turn(turn)
    }

    fn changed(&self) -> Result<bool> {
        self.has_changed()
    }

    fn polling(&self) -> Polling {
        let [min, max] = [20, 200].map(Duration::from_millis);
        Polling { min, max, max_with_bell: max }
    }

    /// A server tells nobody that others write.
    fn listen(&self, _bell: Bell) {}

    fn arm(&self) -> bool {
        false
    }

    fn register(&self, worker: &NewWorker) -> Result<WorkerId> {
        self.register_worker(worker)
    }

    fn heartbeat(&self, worker: WorkerId) -> Result<Settled> {
        self.beat(worker)
    }

    fn heed(&self, deadline: &Arc<Deadline>) {
        self.heeded.set(deadline);
    }

    fn retire(&self, worker: WorkerId) -> Result<()> {
        self.end_worker(worker)
    }

    fn recover(&self, coroner: &dyn Coroner) -> Result<Recovered> {
        self.recover_dead(coroner)
    }

    fn audit(&self, worker: WorkerId, stray: &dyn Fn(&Stranded) -> Option<Fate>) -> Result<Audited> {
        self.audit_claims(worker, stray)
    }

    fn workers(&self) -> Result<Vec<Worker>> {
        self.list_workers()
    }

    fn get(&self, id: TaskId) -> Result<Option<Task>> {
        let filter = Filter { ids: vec![id], ..Filter::default() };
        Ok(self.list_tasks(&filter)?.pop())
    }

    fn list(&self, filter: &Filter) -> Result<Vec<Task>> {
        self.list_tasks(filter)
    }

    fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>> {
        self.list_attempts(id)
    }

    fn stats(&self) -> Result<Stats> {
        self.read_stats()
    }

    fn tallies(&self, kind: TallyKind) -> Result<Vec<Tally>> {
        self.read_tallies(kind)
    }

    fn lanes(&self) -> Result<Vec<LaneStatus>> {
        self.list_lanes()
    }

    fn change_lane(&self, lane: &str, order: &LaneOrder) -> Result<bool> {
        self.order_lane(lane, order)
    }

    fn highest(&self) -> Result<Highest> {
        self.find_highest()
    }

    fn count(&self, filter: &Filter, order: Order) -> Result<u64> {
        self.count_eligible(filter, order)
    }

    fn count_doubtful(&self, filter: &Filter, order: Order) -> Result<u64> {
        self.count_doubtful_eligible(filter, order)
    }

    fn carry_out(&self, filter: &Filter, order: Order) -> Result<Changed> {
        self.change_tasks(filter, order)
    }

    fn dead_letters(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetter>> {
        self.list_dead_letters(filter)
    }

    fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        let filter = DeadLetterFilter { ids: vec![id], ..DeadLetterFilter::default() };
        Ok(self.list_dead_letters(&filter)?.pop())
    }

    fn count_dead_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        self.count_eligible_letters(filter, order)
    }

    fn carry_out_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<Changed> {
        self.change_letters(filter, order, lane)
    }

    fn schema(&self) -> Result<SchemaReport> {
        self.report_schema()
    }

    fn migrate(&self) -> Result<Vec<Applied>> {
        self.apply_migrations()
    }

    fn check(&self) -> Result<Vec<Finding>> {
        self.find_faults()
    }

    fn record_order(&self, action: &str, words: &str, changed: u64) -> Result<()> {
        self.write_audit(&change::Audit { action, filter: words, changed })
    }

    fn recount(&self) -> Result<()> {
        self.recount_tallies()
    }

    fn remove_leftovers(&self) -> Result<Leftovers> {
        self.put_leftovers_right()
    }

    fn counters(&self) -> Counters {
        self.sessions.counted(self.meters.counters())
    }

    fn copying(&self) -> &dyn Copying {
        self
    }
}
