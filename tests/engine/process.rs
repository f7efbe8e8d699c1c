//! `smsctl work` as a process: flags and signals.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use smsctl::gateway::sandbox::{Behaviour, Sandbox};
use smsctl::queue::State;

use crate::gateway::enqueue;
use crate::world::World;

/// Longer than any healthy wait.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(60));

fn worker(world: &World, sandbox: &Sandbox, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_smsctl"))
        .args(["--json", "work"])
        .args(args)
        .env_clear()
        .env("DATABASE_URL", format!("sqlite:///{}", world.path().display()))
        .env("SMS_BASE_URL", sandbox.url())
        .env("SMS_APPLICATION_ID", "test")
        .env("SMS_SENDER_NUMBER", "85212345678")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn counts(output: &std::process::Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn a_first_signal_stops_in_order() {
    let world = World::new();
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    enqueue(&*world.store, 5);
    let child = worker(&world, &sandbox, &[]);
    assert!(sandbox.wait_for(5, PATIENCE));
    signal(&child, Signal::TERM);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!((counts(&output)["completed"].as_u64(), world.count(State::Completed)), (Some(5), 5));
    assert_eq!(world.store.stats().unwrap().workers, 0);
}

#[test]
fn a_second_signal_ends_it_at_once_and_the_next_worker_recovers() {
    let world = World::new();
    let silent = Sandbox::start(Behaviour { silent: 1.0, ..Behaviour::default() }, None).unwrap();
    enqueue(&*world.store, 2);
    let mut child = worker(&world, &silent, &[]);
    assert!(silent.wait_for(2, PATIENCE));
    signal(&child, Signal::TERM);
    // Signals that wait together come in the order of their numbers: the first has to be taken before the second is sent.
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(log.any(|line| line.unwrap().contains(" stopping ")), "the worker says that it stops");
    signal(&child, Signal::INT);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.status.signal()), (Some(130), None), "{output:?}");
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    let output = worker(&world, &sandbox, &["--drain"]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!((sandbox.counts().requests, world.store.stats().unwrap().tasks.unknown), (0, 2));
}

#[test]
fn a_grace_that_is_over_ends_the_process() {
    let world = World::new();
    let silent = Sandbox::start(Behaviour { silent: 1.0, ..Behaviour::default() }, None).unwrap();
    enqueue(&*world.store, 6);
    let child = worker(&world, &silent, &["--shutdown-grace", "50ms"]);
    assert!(silent.wait_for(4, PATIENCE));
    signal(&child, Signal::TERM);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(143), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("grace_over on_the_wire=4"), "{output:?}");
    assert_eq!(world.count(State::Pending), 2, "what had not left is back");
}

#[test]
fn zero_and_negative_workers_are_refused() {
    let world = World::new();
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    for workers in ["0", "-1", "1025", "many"] {
        let output = worker(&world, &sandbox, &["--workers", workers]).wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{workers}: {output:?}");
    }
}
