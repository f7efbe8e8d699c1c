//! The engine against the sandbox gateway at its worst, with the gateway's own ledger as the judge.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use smsctl::engine::{LaneWay, Stop};
use smsctl::gateway::http;
use smsctl::gateway::sandbox::{Behaviour, Sandbox};
use smsctl::queue::{Filter, Message, NewTask, Order, Payload, State};
use smsctl::store::Store;

use crate::world::*;

const LANE: &str = "gateway:default";

/// `count` messages, each to a number of its own.
pub fn enqueue(store: &dyn Store, count: usize) {
    let tasks = (0..count).map(|n| {
        let recipient = format!("+8529{n:07}");
        let payload = Payload::Message(Message { recipient, text: format!("text {n}"), sender: None });
        NewTask { payload, ..message(LANE, "") }
    });
    store.enqueue(&tasks.collect::<Vec<_>>(), 0).unwrap();
}

/// Holds the database against the ledger: what is completed was taken; what was taken more than once was unknown before.
#[track_caller]
pub fn judge(store: &dyn Store, sandbox: &Sandbox) {
    let mut taken = HashMap::<String, u64>::new();
    for entry in sandbox.ledger().into_iter().filter(|entry| entry.accepted) {
        *taken.entry(entry.to).or_default() += 1;
    }
    for task in store.list(&Filter::default()).unwrap() {
        let number = task.recipient.as_deref().unwrap().trim_start_matches('+');
        let taken = taken.get(number).copied().unwrap_or(0);
        let attempts = store.attempts(task.id).unwrap();
        let unknown = attempts.iter().filter(|attempt| attempt.outcome == "unknown").count() as u64;
        let accepted = u64::from(task.status == State::Completed);
        assert!(taken >= accepted, "lost: {task:?} was never taken; {attempts:?}");
        assert!(taken <= accepted + unknown, "doubled in silence: {task:?} was taken {taken} times; {attempts:?}");
    }
}

fn http_way(url: &str, timeout: Duration) -> LaneWay {
    let values = [("application_id", "test"), ("sender", "85212345678")];
    let settings = http::Settings {
        profile: "hkt".to_owned(),
        base_url: url.to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
        timeout,
        connect_timeout: timeout,
        keep_alive: true,
        ca_file: None,
        rules: BTreeMap::new(),
    };
    LaneWay { gateway: http::open(&settings, 8).unwrap(), ..way(LANE, |_| accepted()) }
}

/// Runs until every message has its end, retries by itself included.
fn settle_all(world: &World, way: LaneWay) {
    let stop = Stop::new();
    let watch = Watch::on_beat(|_, in_flight| {
        let tasks = world.store.stats().unwrap().tasks;
        let failed = Filter { states: vec![State::Failed], ..Filter::default() };
        let waits_for_retry = || world.store.list(&failed).unwrap().iter().any(|task| task.available_at.is_some());
        if in_flight == 0 && tasks.pending + tasks.scheduled + tasks.processing == 0 && !waits_for_retry() {
            stop.ask();
        }
    });
    let mut plan = until_stopped(vec![way]);
    plan.senders = 8;
    smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    drop(watch);
    world.assert_sound();
}

#[test]
fn every_message_is_accounted_for_however_the_gateway_behaves() {
    let behaviour = Behaviour {
        fail: vec![(503, 0.15), (502, 0.05), (400, 0.05)],
        hang_up: 0.08,
        garbage: 0.05,
        silent: 0.02,
        seed: 7,
        ..Behaviour::default()
    };
    let world = World::new();
    let sandbox = Sandbox::start(behaviour, None).unwrap();
    enqueue(&*world.store, 300);
    settle_all(&world, http_way(&sandbox.url(), Duration::from_secs(1)));
    judge(&*world.store, &sandbox);
    let tasks = world.store.stats().unwrap().tasks;
    assert_eq!(tasks.completed + tasks.failed, 300);
    assert!(tasks.completed > 150 && tasks.unknown > 10 && tasks.failed > tasks.unknown, "{tasks:?}");
    let requests = sandbox.counts().requests;
    world.store.change(&Filter::default(), Order::Retry { unknown: true }).unwrap();
    settle_all(&world, http_way(&sandbox.url(), Duration::from_secs(1)));
    judge(&*world.store, &sandbox);
    assert!(sandbox.counts().requests > requests, "what is unknown is sent again by order");
}

#[test]
fn a_gateway_that_is_not_there_costs_no_attempt_and_gets_all_when_it_is() {
    let world = World::new();
    enqueue(&*world.store, 30);
    let url = Sandbox::start(Behaviour::default(), None).unwrap().url();
    let summary = world.run(&drain(vec![http_way(&url, Duration::from_secs(5))]), &Watch::new());
    assert_eq!((summary.completed, summary.failed, summary.waiting), (0, 0, 30));
    for task in world.store.list(&Filter::default()).unwrap() {
        assert_eq!((task.status, task.retry_count), (State::Pending, 0), "{task:?}");
        assert!(world.store.attempts(task.id).unwrap().is_empty());
    }
    let closure = world.store.lanes().unwrap().remove(0).closure.unwrap();
    assert!(closure.error.unwrap().contains("connection refused"));
    let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
    settle_all(&world, http_way(&sandbox.url(), Duration::from_secs(5)));
    judge(&*world.store, &sandbox);
    assert_eq!((sandbox.counts().requests, world.count(State::Completed)), (30, 30));
}
