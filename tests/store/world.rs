//! What every case starts from: an empty queue on one backend, with a clock that the case moves.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::server;
use jiff::Timestamp;
use smsctl::queue::{
    ClosedReason, DeadLetter, DeadLetterFilter, Due, ErrorType, Failure, Fate, Filter, Lane, LaneWord, Message,
    NewTask, Order, Rate, State, Task, TaskId, WorkerId,
};
use smsctl::store::{
    self, Access, Claim, Clock, Coroner, Exchange, Location, NewWorker, Options, Settled, Settlement, Store, Stranded,
    Turn, Wanted, Worker,
};

/// 2026-11-24 16:00:00 UTC.
const START_US: i64 = 1_795_536_000_000_000;

/// The lane of most cases.
pub const LANE: &str = "gateway:default";

/// An empty queue, and other ways to it.
pub struct World {
    pub store: Box<dyn Store>,
    clock: Arc<AtomicI64>,
    location: Location,
    /// Runs a statement as another program does, on a plain connection of its own.
    foreign: Box<dyn Fn(&str) -> usize>,
    /// Makes another empty queue on the same backend.
    make: fn() -> World,
    /// Removed with the world.
    _place: Place,
}

/// What a world stands on, and takes along when it goes.
enum Place {
    Directory { _directory: tempfile::TempDir },
    Database { _database: server::Database },
}

/// A queue in a new SQLite file.
pub fn sqlite() -> World {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path().join("queue.db");
    let location = Location::parse(&format!("sqlite:///{}", path.display()), Path::new("/")).expect("a good URL");
    let clock = Arc::new(AtomicI64::new(START_US));
    let store = open(&location, &clock, Access::Create);
    let foreign = Box::new(move |statement: &str| {
        let connection = rusqlite::Connection::open(&path).expect("another program opens the file");
        connection.busy_timeout(Duration::from_secs(10)).expect("waits");
        // Its commits need not survive a power cut: the test is over by then.
        connection.pragma_update(None, "synchronous", "OFF").expect("sets a pragma");
        // As lax as the application's own table, which has no rule for the column `status`.
        connection.pragma_update(None, "ignore_check_constraints", "ON").expect("sets a pragma");
        connection.execute(statement, []).unwrap_or_else(|error| panic!("{statement}: {error}"))
    });
    World { store, clock, location, foreign, make: sqlite, _place: Place::Directory { _directory: directory } }
}

/// A queue in a new database of the server that `SMSCTL_TEST_MYSQL` names.
pub fn mysql() -> World {
    let database = server::Database::create();
    let location = Location::parse(&database.url(), Path::new("/")).expect("a good URL");
    let clock = Arc::new(AtomicI64::new(START_US));
    let store = open(&location, &clock, Access::Create);
    let mut connection = database.connect();
    // As lax as other programs may be: what is no time becomes one that is none.
    connection.run("SET SESSION sql_mode = ''");
    // MariaDB's word for it, and MySQL's.
    connection.try_run("SET SESSION check_constraint_checks = 0");
    connection.try_run("ALTER TABLE queued_tasks ALTER CHECK queued_tasks_chk_1 NOT ENFORCED");
    let connection = std::sync::Mutex::new(connection);
    let foreign = Box::new(move |statement: &str| connection.lock().expect("one at a time").run(statement));
    World { store, clock, location, foreign, make: mysql, _place: Place::Database { _database: database } }
}

fn open(location: &Location, clock: &Arc<AtomicI64>, access: Access) -> Box<dyn Store> {
    let options = Options { clock: Clock::Frozen(Arc::clone(clock)), ..Options::new(access) };
    store::open(location, &options).expect("the store opens").store
}

impl World {
    /// What is written otherwise for a file than for a server.
    pub fn dialect<T>(&self, file: T, server: T) -> T {
        match self.location {
            Location::Sqlite(_) => file,
            Location::Mysql(_) => server,
        }
    }

    /// A second process, so to speak.
    pub fn another(&self) -> Box<dyn Store> {
        open(&self.location, &self.clock, Access::Existing)
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.clock.load(Ordering::SeqCst)).expect("a time")
    }

    /// The clock, for a thread that moves it.
    pub fn clock(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.clock)
    }

    pub fn pass(&self, span: Duration) {
        self.clock.fetch_add(i64::try_from(span.as_micros()).expect("a short span"), Ordering::SeqCst);
    }

    pub fn pass_back(&self, span: Duration) {
        self.clock.fetch_sub(i64::try_from(span.as_micros()).expect("a short span"), Ordering::SeqCst);
    }

    pub fn enqueue(&self, task: NewTask) -> TaskId {
        self.store.enqueue(&[task], 0).expect("enqueues")[0].id
    }

    pub fn worker(&self) -> WorkerId {
        register(&*self.store)
    }

    pub fn get(&self, id: TaskId) -> Task {
        self.store.get(id).expect("reads").unwrap_or_else(|| panic!("task {id} is not there"))
    }

    pub fn state(&self, id: TaskId) -> State {
        self.get(id).status
    }

    pub fn all(&self) -> Vec<Task> {
        self.store.list(&Filter::default()).expect("lists")
    }

    /// One claim that must be there.
    pub fn claim(&self, worker: WorkerId) -> Claim {
        let mut claims = claim(&*self.store, worker, 1);
        assert_eq!(claims.len(), 1, "one task can be claimed; the queue holds {:?}", self.all());
        claims.remove(0)
    }

    pub fn settle(&self, worker: WorkerId, settlement: Settlement) -> Settled {
        settle(&*self.store, worker, settlement)
    }

    /// Another empty queue on the same backend.
    pub fn fresh(&self) -> World {
        (self.make)()
    }

    /// Runs one statement of another program, in SQL that every backend knows; returns how many rows it changed.
    pub fn other_program(&self, statement: &str) -> usize {
        (self.foreign)(statement)
    }

    /// Carries out an order for one task that must be in a state for it.
    #[track_caller]
    pub fn order(&self, id: TaskId, order: Order) {
        assert_eq!(self.store.change(&only(id), order).expect("changes"), 1, "{order:?} takes {:?}", self.get(id));
    }

    /// A task in `state`, brought there by verbs alone. Nothing else may be pending.
    pub fn task_in(&self, state: State) -> TaskId {
        self.bring(message("+85291234567", "hello"), state)
    }

    /// The same, for a task of the case's own.
    pub fn bring(&self, mut task: NewTask, state: State) -> TaskId {
        if state == State::Scheduled {
            task.available = Some(Due::In(HOUR));
        }
        let id = self.enqueue(task);
        let worker = self.worker();
        match state {
            State::Pending | State::Scheduled => {}
            State::Processing => drop(self.claim(worker)),
            State::Completed => drop(self.settle(worker, self.claim(worker).settle(completed(), None))),
            State::Failed => drop(self.settle(worker, self.claim(worker).settle(parked(), None))),
            State::Held => self.order(id, Order::Hold),
            State::Cancelled => self.order(id, Order::Cancel),
            State::Other => panic!("no verb leads to a status of nobody"),
        }
        assert_eq!(self.state(id), state);
        id
    }

    pub fn letters(&self) -> Vec<DeadLetter> {
        self.store.dead_letters(&DeadLetterFilter::default()).expect("lists dead letters")
    }

    /// The tallies agree with a recount, and the schema and the file are whole.
    #[track_caller]
    pub fn assert_sound(&self) {
        let findings = self.store.check().expect("checks");
        let wrong: Vec<_> = findings.iter().filter(|finding| !finding.is_note()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

pub const HOUR: Duration = Duration::from_secs(3600);

pub fn register(store: &dyn Store) -> WorkerId {
    let worker = NewWorker {
        host: "host".to_owned(),
        boot_id: "boot".to_owned(),
        pid: 4711,
        pid_started: "1".to_owned(),
        senders: 4,
        version: "0".to_owned(),
    };
    store.register(&worker).expect("registers")
}

/// The filter that means one task.
pub fn only(id: TaskId) -> Filter {
    Filter { ids: vec![id], ..Filter::default() }
}

pub fn claim(store: &dyn Store, worker: WorkerId, count: usize) -> Vec<Claim> {
    exchange(store, worker, &[], count).claims
}

pub fn settle(store: &dyn Store, worker: WorkerId, settlement: Settlement) -> Settled {
    exchange(store, worker, &[settlement], 0).settled[0]
}

pub fn exchange(store: &dyn Store, worker: WorkerId, settlements: &[Settlement], count: usize) -> Exchange {
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count, rate: None }];
    store.exchange(&Turn { worker, settlements, wanted: &wanted }).expect("exchanges")
}

/// Claims within a rate, and settles nothing.
pub fn claim_rated(store: &dyn Store, worker: WorkerId, count: usize, rate: Rate) -> Exchange {
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count, rate: Some(rate) }];
    store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).expect("exchanges")
}

pub fn message(to: &str, text: &str) -> NewTask {
    let message = Message { recipient: to.to_owned(), text: text.to_owned(), sender: None };
    NewTask { segments: Some(1), ..NewTask::message(Lane::Gateway("default".to_owned()), message) }
}

pub fn completed() -> Fate {
    Fate::Completed { provider_message_id: Some("p-1".to_owned()) }
}

pub fn parked() -> Fate {
    Fate::Parked { failure: Failure::new(ErrorType::Unavailable, "503"), spent: true }
}

pub fn unknown() -> Fate {
    Fate::Parked { failure: Failure::new(ErrorType::Unknown, "no answer"), spent: true }
}

pub fn rejected() -> Fate {
    Fate::Dead { failure: Failure::new(ErrorType::Rejected, "no such number") }
}

pub fn deferred(after: Duration) -> Fate {
    Fate::Retry { after, failure: Failure::new(ErrorType::Unavailable, "503"), spent: true }
}

/// The gateway asked for patience.
pub fn throttled(seconds: u32) -> LaneWord {
    LaneWord::Close {
        reason: ClosedReason::Throttled,
        span: Duration::from_secs(1) * seconds,
        error: "the gateway answered 429".to_owned(),
    }
}

/// Declares dead whom it is told, and gives each task the same fate.
pub struct Judge {
    pub dead: Vec<WorkerId>,
    pub fate: Fate,
}

impl Coroner for Judge {
    fn is_dead(&self, worker: &Worker) -> bool {
        self.dead.contains(&worker.id)
    }

    fn fate(&self, _: &Worker, stranded: &Stranded) -> Fate {
        let last = stranded.retry_count + 1 >= stranded.max_retries;
        match &self.fate {
            Fate::Retry { failure, .. } | Fate::Parked { failure, .. } if last => {
                Fate::Dead { failure: failure.clone() }
            }
            fate => fate.clone(),
        }
    }
}
