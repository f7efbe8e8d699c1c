//! A queue on a scratch database, gateways made of closures, a store that can be told to fail, an observer that remembers.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smsctl::engine::{self, EngineError, Event, LaneWay, Observer, Plan, Stop, Summary, Until};
use smsctl::gateway::{Delivery, Gateway};
use smsctl::queue::{
    Attempt, Backoff, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, Enqueued, Fate, Filter, Lane,
    LaneOrder, Message, NewTask, OnUnknown, Order, Rate, Reply, RetryPolicy, Routes, State, Task, TaskId, WorkerId,
};
use smsctl::store::copy::Copying;
use smsctl::store::{
    self, Access, Applied, Audited, Bell, Changed, Clock, Coroner, Counters, Deadline, Exchange, Finding, Highest,
    LaneStatus, Leftovers, Location, NewWorker, Options, Polling, Recovered, Result, SchemaReport, Settled, Stats,
    Store, StoreError, Stranded, Tally, TallyKind, Turn, Worker,
};
use tempfile::TempDir;

/// Longer than any healthy run.
const RUN_MAX: Duration = Duration::from_secs(60);

/// A scratch database.
pub struct World {
    dir: TempDir,
    clock: Clock,
    pub store: Box<dyn Store>,
}

impl World {
    pub fn new() -> World {
        World::on(Clock::Database)
    }

    /// A world whose database clock stands still until it is moved.
    pub fn frozen() -> (World, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(1_795_532_645_000_000));
        (World::on(Clock::Frozen(Arc::clone(&now))), now)
    }

    fn on(clock: Clock) -> World {
        let dir = TempDir::new().unwrap();
        let store = open(&dir.path().join("sms.db"), clock.clone());
        World { dir, clock, store }
    }

    /// Another connection, as another process has it.
    pub fn another(&self) -> Box<dyn Store> {
        open(&self.path(), self.clock.clone())
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("sms.db")
    }

    /// Enqueues `count` messages on `lane`; returns their ids.
    pub fn messages(&self, lane: &str, count: usize) -> Vec<TaskId> {
        let tasks = (0..count).map(|n| message(lane, &format!("text {n}"))).collect::<Vec<_>>();
        self.store.enqueue(&tasks, 0).unwrap().into_iter().map(|enqueued| enqueued.id).collect()
    }

    pub fn task(&self, id: TaskId) -> Task {
        self.store.get(id).unwrap().unwrap()
    }

    /// How many tasks are in `state`.
    pub fn count(&self, state: State) -> u64 {
        self.store.stats().unwrap().tasks.get(state)
    }

    /// How many dead letters there are.
    pub fn dead_letters(&self) -> u64 {
        self.store.stats().unwrap().dead_letters.total()
    }

    /// Runs `plan`, which must end in order, and checks the books of the database.
    #[track_caller]
    pub fn run(&self, plan: &Plan, watch: &Watch<'_>) -> Summary {
        let summary = engine::run(plan, &*self.store, &Stop::new(), watch).expect("the run ends in order");
        self.assert_sound();
        assert!(summary.elapsed_s < RUN_MAX.as_secs_f64(), "the run did not end by itself: {summary:?}");
        summary
    }

    #[track_caller]
    pub fn assert_sound(&self) {
        let findings = self.store.check().unwrap();
        assert!(findings.is_empty(), "{findings:?}");
    }
}

fn open(path: &Path, clock: Clock) -> Box<dyn Store> {
    let options = Options { clock, ..Options::new(Access::Create) };
    store::open(&Location::Sqlite(path.to_owned()), &options).unwrap().store
}

pub fn message(lane: &str, text: &str) -> NewTask {
    let message = Message { recipient: "+85291234567".to_owned(), text: text.to_owned(), sender: None };
    NewTask { segments: Some(1), ..NewTask::message(Lane::parse(lane).unwrap(), message) }
}

/// A gateway that is a function.
struct Fake<F>(F);

impl<F: Fn(&Delivery<'_>) -> Reply + Send + Sync> Gateway for Fake<F> {
    fn send(&self, delivery: &Delivery<'_>) -> Reply {
        delivery.leave().expect("it can be put on record");
        (self.0)(delivery)
    }
}

/// The lane `name` with a gateway that is a function, no limit, and retries without a delay.
pub fn way(name: &str, send: impl Fn(&Delivery<'_>) -> Reply + Send + Sync + 'static) -> LaneWay {
    let backoff = Backoff { base: Duration::ZERO, cap: Duration::ZERO };
    LaneWay {
        lane: Lane::parse(name).unwrap(),
        gateway: Box::new(Fake(send)),
        policy: RetryPolicy { on_unknown: OnUnknown::Hold, backoff, by_order_only: false },
        rate: None,
    }
}

pub fn rated(way: LaneWay, per_s: f64, burst: f64) -> LaneWay {
    LaneWay { rate: Some(Rate { per_s, burst }), ..way }
}

pub fn on_unknown(way: LaneWay, on_unknown: OnUnknown) -> LaneWay {
    LaneWay { policy: RetryPolicy { on_unknown, ..way.policy }, ..way }
}

pub fn accepted() -> Reply {
    Reply::accepted(Some("id-1".to_owned()))
}

/// Drains with four senders.
pub fn drain(ways: Vec<LaneWay>) -> Plan {
    plan(ways, Until { drained: true, ..Until::default() })
}

/// Ends after `max` claims, with four senders.
pub fn at_most(max: u64, ways: Vec<LaneWay>) -> Plan {
    plan(ways, Until { tasks_max: Some(max), ..Until::default() })
}

/// Runs until it is stopped, with four senders.
pub fn until_stopped(ways: Vec<LaneWay>) -> Plan {
    plan(ways, Until::default())
}

fn plan(ways: Vec<LaneWay>, until: Until) -> Plan {
    let senders = 4;
    Plan {
        worker: engine::host::this_process(senders),
        routes: Routes::new(ways.iter().map(|way| way.lane.clone()), Vec::new()),
        ways,
        rests: Backoff { base: Duration::from_millis(1), cap: Duration::from_millis(4) },
        senders,
        until: Until { elapsed: Some(RUN_MAX), ..until },
        flight: None,
        shutdown_grace: Duration::from_secs(30),
        outage_max: None,
    }
}

/// What an observer is told at every round of the dispatcher.
type OnBeat<'a> = Box<dyn Fn(&Summary, usize) + 'a>;
/// What an observer does when something happens.
type OnEvent<'a> = Box<dyn Fn(&Event<'_>) + 'a>;

/// Remembers all events as text, and does what a case wants at them.
#[derive(Default)]
pub struct Watch<'a> {
    seen: Mutex<Vec<String>>,
    on_event: Option<OnEvent<'a>>,
    on_beat: Option<OnBeat<'a>>,
}

impl<'a> Watch<'a> {
    pub fn new() -> Watch<'a> {
        Watch::default()
    }

    pub fn on_event(act: impl Fn(&Event<'_>) + 'a) -> Watch<'a> {
        Watch { on_event: Some(Box::new(act)), ..Watch::default() }
    }

    pub fn on_beat(act: impl Fn(&Summary, usize) + 'a) -> Watch<'a> {
        Watch { on_beat: Some(Box::new(act)), ..Watch::default() }
    }

    pub fn on_both(beat: impl Fn(&Summary, usize) + 'a, event: impl Fn(&Event<'_>) + 'a) -> Watch<'a> {
        Watch { on_beat: Some(Box::new(beat)), on_event: Some(Box::new(event)), ..Watch::default() }
    }

    /// The events whose text begins with `name`.
    pub fn events(&self, name: &str) -> Vec<String> {
        self.seen.lock().unwrap().iter().filter(|event| event.starts_with(name)).cloned().collect()
    }

    #[track_caller]
    pub fn assert_times(&self, name: &str, times: usize) {
        let all = self.seen.lock().unwrap().clone();
        assert_eq!(self.events(name).len(), times, "`{name}` among {all:#?}");
    }
}

impl Observer for Watch<'_> {
    fn observe(&self, event: &Event<'_>) {
        self.seen.lock().unwrap().push(format!("{event:?}"));
        if let Some(act) = &self.on_event {
            act(event);
        }
    }

    fn beat(&self, summary: &Summary, in_flight: usize) {
        if let Some(act) = &self.on_beat {
            act(summary, in_flight);
        }
    }
}

/// What happens around an exchange.
pub trait Meddler: Sync + Send {
    /// An error here is the answer, and the database is not touched.
    fn before(&self, turn: &Turn<'_>) -> Result<()> {
        let _ = turn;
        Ok(())
    }

    /// The worker says goodbye; an error here is the answer.
    fn goodbye(&self) -> Result<()> {
        Ok(())
    }

    /// The exchange is committed; the engine has not heard of it yet.
    fn after(&self, exchange: &Exchange) {
        let _ = exchange;
    }
}

/// A store with somebody who meddles with its exchanges and heartbeats.
pub struct Meddled<'a, M> {
    pub inner: &'a dyn Store,
    pub meddler: M,
}

/// Fails while `left` is above 0, counting down, once `armed` claims have been handed out.
pub struct Fails {
    pub after_claims: i64,
    pub left: AtomicI64,
    claims: AtomicI64,
    error: fn() -> StoreError,
}

impl Fails {
    pub fn new(after_claims: i64, times: i64, error: fn() -> StoreError) -> Fails {
        Fails { after_claims, left: AtomicI64::new(times), claims: AtomicI64::new(0), error }
    }
}

impl Meddler for Fails {
    fn before(&self, _turn: &Turn<'_>) -> Result<()> {
        let is_armed = self.claims.load(Ordering::SeqCst) >= self.after_claims;
        if is_armed && self.left.fetch_sub(1, Ordering::SeqCst) > 0 { Err((self.error)()) } else { Ok(()) }
    }

    fn after(&self, exchange: &Exchange) {
        self.claims.fetch_add(i64::try_from(exchange.claims.len()).unwrap(), Ordering::SeqCst);
    }
}

impl<M: Meddler> Store for Meddled<'_, M> {
    fn exchange(&self, turn: &Turn<'_>) -> Result<Exchange> {
        self.meddler.before(turn)?;
        let exchange = self.inner.exchange(turn)?;
        self.meddler.after(&exchange);
        Ok(exchange)
    }
    fn enqueue(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>> {
        self.inner.enqueue(tasks, queue_max)
    }
    fn polling(&self) -> Polling {
        self.inner.polling()
    }
    fn listen(&self, bell: Bell) {
        self.inner.listen(bell);
    }
    fn arm(&self) -> bool {
        self.inner.arm()
    }
    fn changed(&self) -> Result<bool> {
        self.inner.changed()
    }
    fn register(&self, worker: &NewWorker) -> Result<WorkerId> {
        self.inner.register(worker)
    }
    fn heartbeat(&self, worker: WorkerId) -> Result<Settled> {
        self.inner.heartbeat(worker)
    }
    fn retire(&self, worker: WorkerId) -> Result<()> {
        self.meddler.goodbye()?;
        self.inner.retire(worker)
    }
    fn heed(&self, deadline: &Arc<Deadline>) {
        self.inner.heed(deadline);
    }
    fn recover(&self, coroner: &dyn Coroner) -> Result<Recovered> {
        self.inner.recover(coroner)
    }
    fn audit(&self, worker: WorkerId, stray: &dyn Fn(&Stranded) -> Option<Fate>) -> Result<Audited> {
        self.inner.audit(worker, stray)
    }
    fn workers(&self) -> Result<Vec<Worker>> {
        self.inner.workers()
    }
    fn get(&self, id: TaskId) -> Result<Option<Task>> {
        self.inner.get(id)
    }
    fn list(&self, filter: &Filter) -> Result<Vec<Task>> {
        self.inner.list(filter)
    }
    fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>> {
        self.inner.attempts(id)
    }
    fn copying(&self) -> &dyn Copying {
        self.inner.copying()
    }
    fn remove_leftovers(&self) -> Result<Leftovers> {
        self.inner.remove_leftovers()
    }
    fn counters(&self) -> Counters {
        self.inner.counters()
    }
    fn stats(&self) -> Result<Stats> {
        self.inner.stats()
    }
    fn tallies(&self, kind: TallyKind) -> Result<Vec<Tally>> {
        self.inner.tallies(kind)
    }
    fn lanes(&self) -> Result<Vec<LaneStatus>> {
        self.inner.lanes()
    }
    fn change_lane(&self, lane: &str, order: &LaneOrder) -> Result<bool> {
        self.inner.change_lane(lane, order)
    }
    fn highest(&self) -> Result<Highest> {
        self.inner.highest()
    }
    fn count(&self, filter: &Filter, order: Order) -> Result<u64> {
        self.inner.count(filter, order)
    }
    fn count_doubtful(&self, filter: &Filter, order: Order) -> Result<u64> {
        self.inner.count_doubtful(filter, order)
    }
    fn carry_out(&self, filter: &Filter, order: Order) -> Result<Changed> {
        self.inner.carry_out(filter, order)
    }
    fn dead_letters(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetter>> {
        self.inner.dead_letters(filter)
    }
    fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        self.inner.dead_letter(id)
    }
    fn count_dead_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        self.inner.count_dead_letters(filter, order)
    }
    fn carry_out_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<Changed> {
        self.inner.carry_out_letters(filter, order, lane)
    }
    fn schema(&self) -> Result<SchemaReport> {
        self.inner.schema()
    }
    fn migrate(&self) -> Result<Vec<Applied>> {
        self.inner.migrate()
    }
    fn check(&self) -> Result<Vec<Finding>> {
        self.inner.check()
    }
    fn record_order(&self, action: &str, words: &str, changed: u64) -> Result<()> {
        self.inner.record_order(action, words, changed)
    }
    fn recount(&self) -> Result<()> {
        self.inner.recount()
    }
}

/// Runs `plan` on `world`'s database with somebody who meddles.
pub fn run_meddled<M: Meddler>(
    world: &World,
    plan: &Plan,
    stop: &Stop,
    watch: &Watch<'_>,
    meddler: M,
) -> (std::result::Result<Summary, EngineError>, M) {
    let store = Meddled { inner: &*world.store, meddler };
    let result = engine::run(plan, &store, stop, watch);
    world.assert_sound();
    (result, store.meddler)
}
