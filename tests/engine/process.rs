//! `smsctl work` as a process: flags and signals.

use std::time::Duration;

use smsctl::gateway::sandbox::{Behaviour, Sandbox};
use smsctl::queue::State;

use crate::gateway::enqueue;
use crate::harness::{self, Call, Running};
use crate::world::World;

/// Longer than any healthy wait.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(60));

/// A worker on the queue of `world`, started in the directory of `host`.
fn worker(host: &harness::World, world: &World, sandbox: &Sandbox, args: &[&str]) -> Call {
    host.smsctl(["--json", "work"])
        .args(args)
        .env("DATABASE_URL", format!("sqlite:///{}", world.path().display()))
        .env("SMS_BASE_URL", sandbox.url())
        .env("SMS_APPLICATION_ID", "test")
        .env("SMS_SENDER_NUMBER", "85212345678")
}

fn silent() -> Sandbox {
    Sandbox::start(Behaviour { silent: 1.0, ..Behaviour::default() }, None).unwrap()
}

#[test]
fn a_first_signal_stops_in_order() {
    let (host, world) = (harness::World::new(), World::new());
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    enqueue(&*world.store, 5);
    let worker = worker(&host, &world, &sandbox, &[]).spawn();
    assert!(sandbox.wait_for(5, PATIENCE));
    worker.terminate();
    let summary = worker.wait().success().any_stderr().stdout_json();
    assert_eq!((summary["completed"].as_u64(), world.count(State::Completed)), (Some(5), 5));
    assert_eq!(world.store.stats().unwrap().workers.len(), 0);
}

#[test]
fn a_second_signal_ends_it_at_once_and_the_next_worker_recovers() {
    let (host, world, silent) = (harness::World::new(), World::new(), silent());
    enqueue(&*world.store, 2);
    let mut first = worker(&host, &world, &silent, &[]).spawn();
    assert!(silent.wait_for(2, PATIENCE));
    first.terminate();
    first.wait_for_stderr(" stopping ");
    first.insist(Running::interrupt);
    first.wait().code(130).stdout("").any_stderr();
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    worker(&host, &world, &sandbox, &["--drain"]).run().success().any_stdout().any_stderr();
    assert_eq!((sandbox.counts().requests, world.store.stats().unwrap().tasks.unknown), (0, 2));
}

#[test]
fn a_grace_that_is_over_ends_the_process() {
    let (host, world, silent) = (harness::World::new(), World::new(), silent());
    enqueue(&*world.store, 6);
    let worker = worker(&host, &world, &silent, &["--shutdown-grace", "50ms"]).spawn();
    assert!(silent.wait_for(4, PATIENCE));
    worker.terminate();
    worker.wait().code(143).stdout("").stderr_has("grace_over on_the_wire=4");
    assert_eq!(world.count(State::Pending), 2, "what had not left is back");
}

#[test]
fn zero_and_negative_workers_are_refused() {
    let (host, world) = (harness::World::new(), World::new());
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    for workers in ["0", "-1", "1025", "many"] {
        worker(&host, &world, &sandbox, &["--workers", workers]).run().code(2).stdout("").any_stderr();
    }
}
