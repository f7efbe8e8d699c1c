//! What is a server's own: refused logins, schemas of the web application, lost connections, locks, many workers at once.
//!
//! The cases need `SMSCTL_TEST_MYSQL`, a server whose root may do all; `tests/servers/mariadb` starts one.

mod altered;
mod backlog;
mod copy;
mod crowd;
#[path = "../servers/database.rs"]
mod database;
mod defaults;
mod definer;
mod door;
mod drift;
mod ends;
mod engines;
#[path = "../harness/mod.rs"]
mod harness;
mod killed;
mod line;
mod locks;
mod names;
mod numbered;
#[path = "../servers/own.rs"]
mod own;
mod padded;
mod proxy;
mod refused;
mod repairs;
mod rows;
mod several;
mod sight;
mod taken;
mod takeover;

use std::path::Path;
use std::time::Duration;

use smsctl::queue::{Fate, Lane, Message, NewTask, Payload, Priority};
use smsctl::store::{
    self, Access, Claim, Coroner, Location, NewWorker, Options, Store, StoreError, Stranded, Turn, Wanted, Worker,
};

/// The longest that anything may take; it is reached only when something hangs.
const BOUND: Duration = Duration::from_secs(60);

const LANE: &str = "gateway:default";

fn open_with(url: &str, options: &Options) -> Result<Box<dyn Store>, StoreError> {
    let location = Location::parse(url, Path::new("/"))?;
    store::open(&location, options).map(|opened| opened.store)
}

fn open(url: &str, access: Access) -> Result<Box<dyn Store>, StoreError> {
    open_with(url, &Options::new(access))
}

fn message(key: Option<&str>) -> NewTask {
    NewTask {
        name: "sms".to_owned(),
        lane: Lane::Gateway("default".to_owned()),
        payload: Payload::Message(Message {
            recipient: "+85291234567".to_owned(),
            text: "hello".to_owned(),
            sender: None,
        }),
        priority: Priority::NORMAL,
        available: None,
        expires: None,
        max_retries: 3,
        batch: None,
        key: key.map(str::to_owned),
        segments: Some(1),
    }
}

/// Finds nobody dead.
struct Nobody;

impl Coroner for Nobody {
    fn is_dead(&self, _: &Worker) -> bool {
        false
    }

    fn fate(&self, _: &Worker, _: &Stranded) -> Fate {
        unreachable!("nobody is dead")
    }
}

fn register(store: &dyn Store) -> i64 {
    let worker = NewWorker {
        host: "host".to_owned(),
        boot_id: "boot".to_owned(),
        pid: 1,
        pid_started: "1".to_owned(),
        senders: 4,
        version: "0".to_owned(),
    };
    store.register(&worker).expect("registers")
}

fn claim(store: &dyn Store, worker: i64, count: usize) -> Vec<Claim> {
    let words = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count, rate: None }];
    store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).expect("claims").claims
}

fn completed() -> Fate {
    Fate::Completed { provider_message_id: None }
}

#[track_caller]
fn assert_sound(store: &dyn Store) {
    let findings = store.check().expect("checks");
    let wrong: Vec<_> = findings.iter().filter(|finding| finding.kind != "stranded").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
