//! The database goes away while messages are on their way.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smsctl::engine::{EngineError, Event, FlightPlace, Stop};
use smsctl::queue::{State, TaskId};
use smsctl::store::StoreError;

use crate::world::*;

const LANE: &str = "gateway:default";

fn disk_full() -> StoreError {
    StoreError::DiskFull { path: "/var/lib/sms.db".into() }
}

fn no_connection() -> StoreError {
    StoreError::PoolExhausted
}

fn no_tables() -> StoreError {
    StoreError::NotMigrated { location: "/var/lib/sms.db".to_owned() }
}

/// A lane that counts how often each task is sent.
fn counting() -> (smsctl::engine::LaneWay, Arc<Mutex<BTreeMap<TaskId, u32>>>) {
    let sent = Arc::new(Mutex::new(BTreeMap::new()));
    let count = Arc::clone(&sent);
    let way = way(LANE, move |delivery| {
        *count.lock().unwrap().entry(delivery.task).or_insert(0) += 1;
        accepted()
    });
    (way, sent)
}

#[test]
fn outcomes_are_kept_and_written_when_the_database_returns() {
    for error in [disk_full, no_connection] {
        let world = World::new();
        world.messages(LANE, 12);
        let (way, sent) = counting();
        let watch = Watch::new();
        let fails = Fails::new(4, 3, error);
        let (summary, _) = run_meddled(&world, &drain(vec![way]), &Stop::new(), &watch, fails);
        let summary = summary.unwrap();
        assert_eq!((summary.claimed, summary.completed), (12, 12));
        assert_eq!(world.count(State::Completed), 12);
        let sent = sent.lock().unwrap();
        assert!(sent.len() == 12 && sent.values().all(|times| *times == 1), "each exactly once: {sent:?}");
        watch.assert_times("DatabaseAway", 1);
        watch.assert_times("DatabaseBack", 1);
    }
}

#[test]
fn an_outage_that_outlasts_the_grace_is_an_error_that_counts_what_is_not_written() {
    let world = World::new();
    let ids = world.messages(LANE, 4);
    let (way, sent) = counting();
    let stop = Stop::new();
    let watch = Watch::on_event(|event| {
        if matches!(event, Event::DatabaseAway { .. }) {
            stop.ask();
        }
    });
    let mut plan = until_stopped(vec![way]);
    plan.shutdown_grace = Duration::from_millis(20);
    let (result, _) = run_meddled(&world, &plan, &stop, &watch, Fails::new(4, i64::MAX, disk_full));
    let error = result.expect_err("nothing could be written");
    let sent = sent.lock().unwrap().len();
    // Those that the stop overtook were given back, and that cannot be written either.
    assert!(matches!(error, EngineError::Unwritten { unwritten: 4, .. }), "{error:?}");
    assert!((1..=4).contains(&sent), "{sent}");
    assert!(ids.iter().all(|id| world.task(*id).status == State::Processing), "left to recovery");
}

#[test]
fn an_error_that_waiting_does_not_mend_ends_the_run_after_a_last_attempt_to_write() {
    let world = World::new();
    world.messages(LANE, 4);
    let (way, _) = counting();
    let (result, _) =
        run_meddled(&world, &until_stopped(vec![way]), &Stop::new(), &Watch::new(), Fails::new(4, 1, no_tables));
    let error = result.expect_err("the run ends");
    assert!(matches!(error, EngineError::Store { unwritten: 0, .. }), "{error:?}");
    assert_eq!(world.count(State::Processing), 0, "what was known has been written");
}

#[test]
fn a_run_that_is_not_to_wait_ends_while_the_database_is_away() {
    for (after, unwritten) in [(4, 4), (0, 0)] {
        let world = World::new();
        world.messages(LANE, 4);
        let (way, _) = counting();
        let mut plan = drain(vec![way]);
        plan.flight = Some(FlightPlace::beside(&world.path()).expect("the database is there"));
        plan.outage_max = Some(Duration::from_millis(1));
        let watch = Watch::new();
        let (result, _) = run_meddled(&world, &plan, &Stop::new(), &watch, Fails::new(after, i64::MAX, disk_full));
        let told = match result.expect_err("the database does not come back") {
            EngineError::Unwritten { unwritten, logged: true, source: StoreError::DiskFull { .. } } => unwritten,
            EngineError::Store { unwritten: 0, source: StoreError::DiskFull { .. }, .. } => 0,
            error => panic!("{error:?}"),
        };
        assert_eq!(told, unwritten, "with {after} calls before it went");
        watch.assert_times("DatabaseAway", 1);
        watch.assert_times("DatabaseBack", 0);
    }
}

/// What gateways answered stands nowhere else: to end would be to forget it.
/// Nobody takes the goodbye.
struct NoGoodbye;

impl Meddler for NoGoodbye {
    fn goodbye(&self) -> smsctl::store::Result<()> {
        Err(no_connection())
    }
}

#[test]
fn a_flight_log_stays_until_the_goodbye_is_written() {
    for is_written in [true, false] {
        let world = World::new();
        world.messages(LANE, 3);
        let mut plan = drain(vec![way(LANE, |_| accepted())]);
        plan.flight = Some(FlightPlace::beside(&world.path()).expect("the database is there"));
        let (stop, watch) = (Stop::new(), Watch::new());
        let summary = if is_written {
            smsctl::engine::run(&plan, &*world.store, &stop, &watch)
        } else {
            run_meddled(&world, &plan, &stop, &watch, NoGoodbye).0
        };
        assert_eq!(summary.expect("it ends in order").completed, 3);
        let logs = std::fs::read_dir(world.path().parent().expect("a folder")).expect("lists");
        let logs =
            logs.filter(|entry| entry.as_ref().expect("an entry").file_name().to_string_lossy().contains("flight"));
        assert_eq!(logs.count(), usize::from(!is_written), "whoever finds the row learns from it what left");
    }
}

#[test]
fn a_run_without_a_flight_log_waits_with_what_it_knows() {
    let world = World::new();
    world.messages(LANE, 4);
    let (way, _) = counting();
    let mut plan = drain(vec![way]);
    plan.outage_max = Some(Duration::from_millis(1));
    let watch = Watch::new();
    let (summary, _) = run_meddled(&world, &plan, &Stop::new(), &watch, Fails::new(4, 5, disk_full));
    assert_eq!(summary.expect("it waits").completed, 4);
    watch.assert_times("DatabaseAway", 1);
    watch.assert_times("DatabaseBack", 1);
}
