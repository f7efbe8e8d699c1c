//! Queues in a known state: tasks are enqueued, claimed and settled through the store, as `enqueue` and `work` do it.

use std::time::Duration;

use smsctl::queue::{Due, Lane};
use smsctl::queue::{ErrorType, Failure, Fate, Message, NewTask, Payload, TaskId, WorkerId};
use smsctl::store::{self, Access, Location, NewWorker, Options, Store, Turn, Wanted};

use crate::harness::World;

/// Settings with the one gateway that the tasks of a `Desk` go out by.
pub const SETTINGS: &str = r#"
[gateways.default]
profile = "hkt"
base_url = "http://127.0.0.1:9/"
application_id = "App"
sender = "85212345678"
"#;

/// The queue of a world, seen from behind the counter.
pub struct Desk {
    store: Box<dyn Store>,
    worker: WorkerId,
}

impl Desk {
    /// Makes `sms.db` in the world.
    pub fn new(world: &World) -> Desk {
        let location = Location::Sqlite(world.path("sms.db"));
        let store = store::open(&location, &Options::new(Access::Create)).expect("the database can be made").store;
        let worker = store.register(&process()).expect("a worker can be registered");
        Desk { store, worker }
    }

    /// Enqueues a message.
    pub fn message(&self, to: &str, text: &str) -> TaskId {
        self.task(NewTask { payload: Payload::Message(message(to, text)), ..new_task() })
    }

    /// Enqueues a message of the batch `batch`.
    pub fn in_batch(&self, batch: &str) -> TaskId {
        self.task(NewTask { batch: Some(batch.to_owned()), ..new_task() })
    }

    /// Enqueues a message for later.
    pub fn later(&self) -> TaskId {
        self.task(NewTask { available: Some(Due::In(Duration::from_secs(86_400))), ..new_task() })
    }

    /// Enqueues a message of another lane.
    pub fn on_lane(&self, lane: &str) -> TaskId {
        self.task(NewTask { lane: Lane::parse(lane).expect("a lane"), ..new_task() })
    }

    /// Enqueues many tasks at once.
    pub fn tasks(&self, tasks: &[NewTask]) {
        self.store.enqueue(tasks, 0).expect("there is room");
    }

    /// Enqueues a task.
    pub fn task(&self, task: NewTask) -> TaskId {
        self.store.enqueue(&[task], 0).expect("there is room")[0].id
    }

    /// Enqueues a message and gives its first attempt this fate.
    pub fn settled(&self, fate: Fate) -> TaskId {
        let id = self.message("+85291234567", "Your code is 123456");
        self.settle(fate);
        id
    }

    /// Claims the one task that is pending on the lane `gateway:default`, and gives it this fate.
    pub fn settle(&self, fate: Fate) {
        let claim = self.claim(1).pop().expect("a pending task");
        let settlements = [claim.settle(fate, None)];
        let turn = Turn { worker: self.worker, settlements: &settlements, wanted: &[] };
        self.store.exchange(&turn).expect("the settlement is written");
    }

    /// Claims pending tasks of the lane `gateway:default`.
    pub fn claim(&self, count: usize) -> Vec<store::Claim> {
        let task_funcs = ["gateway:default".to_owned()];
        let wanted = [Wanted { lane: "gateway:default", task_funcs: &task_funcs, count, rate: None }];
        let turn = Turn { worker: self.worker, settlements: &[], wanted: &wanted };
        self.store.exchange(&turn).expect("tasks can be claimed").claims
    }

    /// The worker stops in order: what it claimed before must be settled.
    pub fn closed(self) {
        self.store.retire(self.worker).expect("the worker can be retired");
    }
}

/// Its gateway said no for good.
pub fn rejected() -> Fate {
    Fate::Dead { failure: Failure::new(ErrorType::Rejected, "the gateway said: no such number") }
}

/// Nobody knows whether it was sent.
pub fn unknown() -> Fate {
    Fate::Parked { failure: Failure::new(ErrorType::Unknown, "no answer within 30 s"), spent: true }
}

/// It did not go out, and waits for an order.
pub fn parked() -> Fate {
    Fate::Parked { failure: Failure::new(ErrorType::Unreachable, "connection refused"), spent: true }
}

/// The gateway has it.
pub fn completed() -> Fate {
    Fate::Completed { provider_message_id: Some("m-1".to_owned()) }
}

/// A message as `enqueue` makes it.
pub fn new_task() -> NewTask {
    let message = message("+85291234567", "Your code is 123456");
    NewTask { segments: Some(1), ..NewTask::message(Lane::Gateway("default".to_owned()), message) }
}

fn message(to: &str, text: &str) -> Message {
    Message { recipient: to.to_owned(), text: text.to_owned(), sender: None }
}

fn process() -> NewWorker {
    NewWorker {
        host: "host".to_owned(),
        boot_id: "boot".to_owned(),
        pid: 4242,
        pid_started: "1".to_owned(),
        senders: 4,
        version: "0.1.0".to_owned(),
    }
}
