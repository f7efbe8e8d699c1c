//! Stops in order.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crossbeam_channel::bounded;
use smsctl::engine::{EngineError, Event, Stop};
use smsctl::queue::State;
use smsctl::store::{Access, Exchange, Location, Options};

use crate::world::*;

const LANE: &str = "gateway:default";

#[test]
fn what_never_left_is_given_back_with_its_attempt_unspent() {
    /// Asks to stop when the first claims are on disk, before any sender has seen one.
    struct StopAtClaims(Arc<Stop>);
    impl Meddler for StopAtClaims {
        fn after(&self, exchange: &Exchange) {
            if !exchange.claims.is_empty() {
                self.0.ask();
            }
        }
    }
    let world = World::new();
    let ids = world.messages(LANE, 4);
    let stop = Arc::new(Stop::new());
    let left = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&left);
    let plan = until_stopped(vec![way(LANE, move |_| {
        seen.store(true, Ordering::SeqCst);
        accepted()
    })]);
    let meddler = StopAtClaims(Arc::clone(&stop));
    let summary = run_meddled(&world, &plan, &stop, &Watch::new(), meddler).0.unwrap();
    assert_eq!((summary.claimed, summary.released, summary.completed), (4, 4, 0));
    assert!(!left.load(Ordering::SeqCst), "nothing leaves after the stop");
    for id in ids {
        let task = world.task(id);
        assert_eq!((task.status, task.retry_count), (State::Pending, 0));
    }
}

#[test]
fn requests_on_the_wire_are_finished_and_written() {
    let world = World::new();
    world.messages(LANE, 20);
    let stop = Arc::new(Stop::new());
    let asker = Arc::clone(&stop);
    let plan = until_stopped(vec![way(LANE, move |_| {
        asker.ask();
        accepted()
    })]);
    let watch = Watch::new();
    let summary = smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    world.assert_sound();
    assert!((1..=4).contains(&summary.completed), "those on the wire, and no more: {summary:?}");
    assert_eq!(summary.claimed, summary.completed + summary.released);
    assert_eq!(world.count(State::Completed), summary.completed);
    assert_eq!(world.count(State::Processing), 0);
    watch.assert_times("Stopping", 1);
    watch.assert_times("GraceOver", 0);
}

#[test]
fn a_grace_that_is_over_is_told_while_requests_are_on_the_wire() {
    let world = World::new();
    world.messages(LANE, 1);
    let stop = Arc::new(Stop::new());
    let asker = Arc::clone(&stop);
    let (release, wait) = bounded::<()>(1);
    let mut plan = until_stopped(vec![way(LANE, move |_| {
        asker.ask();
        wait.recv_timeout(Duration::from_secs(30)).expect("the grace is told before the answer comes");
        accepted()
    })]);
    plan.shutdown_grace = Duration::from_millis(1);
    let told = Mutex::new(Vec::new());
    let watch = Watch::on_event(|event| {
        if let Event::GraceOver { on_the_wire, unwritten } = event {
            told.lock().unwrap().push((*on_the_wire, *unwritten));
            release.send(()).unwrap();
        }
    });
    let summary = smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    assert_eq!(*told.lock().unwrap(), [(1, 0)]);
    assert_eq!(summary.completed, 1, "whoever waits on gets the outcome");
}

#[test]
fn a_stop_waits_for_a_locked_database_no_longer_than_its_grace() {
    let world = World::new();
    world.messages(LANE, 1);
    // So patient that the run would not end by itself.
    let patient = Options { busy_timeout: Duration::from_secs(3600), ..Options::new(Access::Existing) };
    let store = smsctl::store::open(&Location::Sqlite(world.path()), &patient).unwrap().store;
    let stop = Arc::new(Stop::new());
    let (asker, path) = (Arc::clone(&stop), world.path());
    let locked = Arc::new(Mutex::new(None));
    let lock = Arc::clone(&locked);
    let mut plan = until_stopped(vec![way(LANE, move |_| {
        let other = rusqlite::Connection::open(&path).unwrap();
        other.busy_timeout(Duration::from_secs(10)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        *lock.lock().unwrap() = Some(other);
        asker.ask();
        accepted()
    })]);
    plan.shutdown_grace = Duration::from_millis(50);
    let error = smsctl::engine::run(&plan, &*store, &stop, &Watch::new()).unwrap_err();
    assert!(matches!(error, EngineError::Unwritten { unwritten: 1, .. }), "it says what it could not write: {error:?}");
    drop(locked.lock().unwrap().take());
    assert_eq!(store.enqueue(&[message(LANE, "next")], 0).unwrap().len(), 1, "the store is as patient as before");
    assert_eq!(world.count(State::Processing), 1, "the next worker that looks for the dead settles it");
}

#[test]
fn a_run_ends_when_its_time_is_over() {
    let world = World::new();
    let mut plan = until_stopped(vec![way(LANE, |_| accepted())]);
    plan.until.elapsed = Some(Duration::from_millis(5));
    let summary = world.run(&plan, &Watch::new());
    assert!(summary.elapsed_s >= 0.005, "{summary:?}");
}

#[test]
fn a_worker_that_waits_hears_of_new_tasks_and_of_a_stop() {
    let world = World::new();
    let stop = Arc::new(Stop::new());
    let asker = Arc::clone(&stop);
    let plan = until_stopped(vec![way(LANE, move |_| {
        asker.ask();
        accepted()
    })]);
    let other = world.another();
    // Ready: the queue was empty at the first exchange, and the worker is about to wait.
    let watch = Watch::on_event(|event| {
        if matches!(event, Event::Ready) {
            other.enqueue(&[message(LANE, "late")], 0).unwrap();
        }
    });
    let summary = smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    assert_eq!(summary.completed, 1);
}

/// Who waits for a request that is on the wire does nothing meanwhile.
#[test]
fn a_run_whose_time_is_over_waits_for_the_wire_without_turning_in_circles() {
    const BEATS_MAX: usize = 50;
    let world = World::new();
    world.messages(LANE, 1);
    let (circles, circling) = bounded::<()>(1);
    let was_seen = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&was_seen);
    let mut plan = until_stopped(vec![way(LANE, move |_| {
        // As long as the gateway takes; or the beats come too fast, and it is over sooner.
        seen.store(circling.recv_timeout(Duration::from_secs(2)).is_ok(), Ordering::SeqCst);
        accepted()
    })]);
    plan.until.elapsed = Some(Duration::from_millis(20));
    let stopping = AtomicBool::new(false);
    let beats = AtomicUsize::new(0);
    let watch = Watch::on_both(
        |_, in_flight| {
            let counts = stopping.load(Ordering::SeqCst) && in_flight > 0;
            if counts && beats.fetch_add(1, Ordering::SeqCst) == BEATS_MAX {
                let _ = circles.try_send(());
            }
        },
        |event| {
            if matches!(event, Event::Stopping { .. }) {
                stopping.store(true, Ordering::SeqCst);
            }
        },
    );
    let summary = smsctl::engine::run(&plan, &*world.store, &Stop::new(), &watch).expect("it ends in order");
    assert_eq!(summary.completed, 1);
    let beats = beats.load(Ordering::SeqCst);
    assert!(!was_seen.load(Ordering::SeqCst), "{beats} beats while one request was on the wire");
}
