//! A trigger of another program that refuses what is to be written of a task.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use smsctl::engine::{self, EngineError, Event, FlightPlace, LaneWay, Plan, Stop};
use smsctl::queue::{ErrorType, LaneNotice, Reply, State, TaskId};
use smsctl::store::{Result, StoreError, Turn};

use crate::world::*;

const LANE: &str = "gateway:default";

fn panel(world: &World, statement: &str) {
    let connection = rusqlite::Connection::open(world.path()).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    connection.execute_batch(statement).unwrap();
}

/// From now on no task for which `condition` holds can be completed.
fn refuse(world: &World, condition: &str) {
    let trigger = format!(
        "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks WHEN NEW.status = 'completed' AND {condition}
         BEGIN SELECT RAISE(ABORT, 'not by the rules of the panel'); END"
    );
    panel(world, &trigger);
}

/// The lane, and how many messages have gone out by it.
fn counting() -> (LaneWay, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let way = way(LANE, move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        accepted()
    });
    (way, sent)
}

fn states(world: &World, ids: &[TaskId]) -> Vec<State> {
    ids.iter().map(|id| world.task(*id).status).collect()
}

/// Runs until it fails, and what it says then: how many ends are not written.
#[track_caller]
fn refused_at_the_end(world: &World, plan: &Plan, watch: &Watch<'_>) -> usize {
    match engine::run(plan, &*world.store, &Stop::new(), watch).expect_err("some ends are not written") {
        EngineError::Store { source: StoreError::Refused { .. }, unwritten, logged: true } => unwritten,
        error => panic!("{error:?}"),
    }
}

#[test]
fn an_end_that_is_refused_keeps_no_other_waiting_and_is_written_when_the_rule_is_gone() {
    let world = World::new();
    let ids = world.messages(LANE, 12);
    refuse(&world, &format!("NEW.id IN ({}, {})", ids[2], ids[7]));
    let (way, sent) = counting();
    let stop = Stop::new();
    let refused = AtomicUsize::new(0);
    let watch = Watch::on_both(
        |summary, in_flight| {
            if summary.completed == 10 && in_flight == 0 && refused.load(Ordering::SeqCst) == 2 {
                assert_eq!(states(&world, &[ids[2], ids[7]]), [State::Processing; 2]);
                panel(&world, "DROP TRIGGER IF EXISTS panel_rule");
            }
            if summary.completed == 12 {
                stop.ask();
            }
        },
        |event| {
            if let Event::Refused { task, error, .. } = event {
                assert!([ids[2], ids[7]].contains(task), "{event:?}");
                assert!(format!("{error:?}").contains("by the rules of the panel"), "{error:?}");
                refused.fetch_add(1, Ordering::SeqCst);
            }
        },
    );
    let summary = engine::run(&until_stopped(vec![way]), &*world.store, &stop, &watch).expect("it ends in order");
    assert_eq!((summary.completed, summary.lost, sent.load(Ordering::SeqCst)), (12, 0, 12));
    watch.assert_times("Refused", 2);
    assert_eq!(states(&world, &ids), [State::Completed; 12]);
    world.assert_sound();
}

#[test]
fn a_drain_that_cannot_write_an_end_says_so_and_keeps_its_flight_log() {
    let world = World::new();
    let ids = world.messages(LANE, 8);
    refuse(&world, &format!("NEW.id = {}", ids[0]));
    let (way, sent) = counting();
    let mut plan = drain(vec![way]);
    plan.flight = Some(FlightPlace::beside(&world.path()).expect("the database is there"));
    let watch = Watch::new();
    assert_eq!(refused_at_the_end(&world, &plan, &watch), 1);
    watch.assert_times("Refused", 1);
    assert_eq!(sent.load(Ordering::SeqCst), 8);
    assert_eq!(states(&world, &ids[..1]), [State::Processing]);
    assert_eq!(states(&world, &ids[1..]), [State::Completed; 7]);
    let folder = std::fs::read_dir(world.path().parent().expect("a folder")).expect("lists");
    let names = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    assert_eq!(names.filter(|name| name.contains("flight")).count(), 1, "it tells the next worker what was answered");
    world.assert_sound();
}

#[test]
fn where_every_end_is_refused_the_worker_stops() {
    let world = World::new();
    world.messages(LANE, 300);
    refuse(&world, "1");
    let (way, sent) = counting();
    let mut plan = drain(vec![way]);
    plan.flight = Some(FlightPlace::beside(&world.path()).expect("the database is there"));
    let unwritten = refused_at_the_end(&world, &plan, &Watch::new());
    let sent = sent.load(Ordering::SeqCst);
    assert!((65..200).contains(&sent), "{sent} were sent");
    assert_eq!(unwritten, sent, "each of them is told");
    assert_eq!(world.count(State::Pending), 300 - sent as u64, "what never left went back");
    world.assert_sound();
}

#[test]
fn a_claim_that_is_refused_keeps_no_other_waiting() {
    let world = World::new();
    let ids = world.messages(LANE, 12);
    let rule = format!(
        "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks
         WHEN NEW.status = 'processing' AND NEW.id IN ({}, {})
         BEGIN SELECT RAISE(ABORT, 'not by the rules of the panel'); END",
        ids[0], ids[7]
    );
    panel(&world, &rule);
    let (way, sent) = counting();
    let stop = Stop::new();
    let watch = Watch::on_beat(|summary, in_flight| {
        if summary.completed == 10 && in_flight == 0 {
            stop.ask();
        }
    });
    engine::run(&until_stopped(vec![way]), &*world.store, &stop, &watch).expect("it ends in order");
    watch.assert_times("Refused", 2);
    assert_eq!((sent.load(Ordering::SeqCst), world.count(State::Completed)), (10, 10));
    assert_eq!(states(&world, &[ids[0], ids[7]]), [State::Pending; 2]);
    world.assert_sound();
}

/// With so many there is something wrong that the next worker would meet, too.
#[test]
fn where_every_claim_is_refused_the_worker_stops() {
    let world = World::new();
    world.messages(LANE, 100);
    panel(
        &world,
        "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks WHEN NEW.status = 'processing'
         BEGIN SELECT RAISE(ABORT, 'not by the rules of the panel'); END",
    );
    let (way, sent) = counting();
    let failed = engine::run(&drain(vec![way]), &*world.store, &Stop::new(), &Watch::new()).expect_err("it is told");
    let is_refusal = matches!(&failed, EngineError::Store { source: StoreError::Refused { .. }, unwritten: 0, .. });
    assert!(is_refusal, "{failed:?}");
    assert_eq!((sent.load(Ordering::SeqCst), world.count(State::Pending)), (0, 100));
    world.assert_sound();
}

/// What a trigger does with a row may fail in ways that are no refusal.
#[test]
fn an_end_with_which_a_trigger_fails_keeps_no_other_waiting() {
    let world = World::new();
    let ids = world.messages(LANE, 8);
    let rule = format!(
        "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks WHEN NEW.status = 'completed' AND NEW.id = {}
         BEGIN SELECT abs(-9223372036854775807 - 1); END",
        ids[3]
    );
    panel(&world, &rule);
    let (way, sent) = counting();
    let watch = Watch::new();
    let failed =
        engine::run(&drain(vec![way]), &*world.store, &Stop::new(), &watch).expect_err("one end is not written");
    let is_overflow = matches!(&failed, EngineError::Store { source: StoreError::Statement(cause), unwritten: 1, .. }
        if cause.to_string().contains("overflow"));
    assert!(is_overflow, "{failed:?}");
    watch.assert_times("Refused", 1);
    assert_eq!((sent.load(Ordering::SeqCst), world.count(State::Completed)), (8, 7));
    world.assert_sound();
}

/// The answer to the message that tries a closed lane opens it, whatever becomes of its row.
#[test]
fn an_end_that_is_refused_keeps_no_lane_closed() {
    let world = World::new();
    let ids = world.messages(LANE, 6);
    refuse(&world, &format!("NEW.id = {}", ids[0]));
    panel(
        &world,
        "INSERT INTO lanes (lane, closed_until, closed_reason)
         VALUES ('gateway:default', '2020-01-01 00:00:00.000000', 'unreachable')",
    );
    let (way, sent) = counting();
    let watch = Watch::new();
    engine::run(&drain(vec![way]), &*world.store, &Stop::new(), &watch).expect_err("one end is not written");
    watch.assert_times("LaneOpened", 1);
    assert_eq!((sent.load(Ordering::SeqCst), world.count(State::Completed)), (6, 5));
    world.assert_sound();
}

/// SQLite says nothing of a row that a trigger leaves as it is, but that none was changed.
#[test]
fn a_row_that_a_trigger_leaves_as_it_is_was_refused() {
    for status in ["processing", "completed"] {
        let world = World::new();
        let ids = world.messages(LANE, 8);
        let rule = format!(
            "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks WHEN NEW.status = '{status}' AND NEW.id = {}
             BEGIN SELECT RAISE(IGNORE); END",
            ids[2]
        );
        panel(&world, &rule);
        let (way, _) = counting();
        let stop = Stop::new();
        let refused = AtomicUsize::new(0);
        let watch = Watch::on_both(
            |summary, in_flight| {
                if summary.completed == 7 && in_flight == 0 && refused.load(Ordering::SeqCst) == 1 {
                    stop.ask();
                }
            },
            |event| {
                if let Event::Refused { task, .. } = event {
                    assert_eq!(*task, ids[2], "{event:?}");
                    refused.fetch_add(1, Ordering::SeqCst);
                }
            },
        );
        let ended = engine::run(&until_stopped(vec![way]), &*world.store, &stop, &watch);
        assert_eq!(ended.is_ok(), status == "processing", "{ended:?}");
        assert_eq!(world.count(State::Completed), 7, "{status}");
        world.assert_sound();
    }
}

/// Once the ends of a turn were refused together, the disk is full at the next word about a lane.
#[derive(Default)]
struct FullAtWord {
    together: AtomicBool,
    was_full: AtomicBool,
}

impl Meddler for FullAtWord {
    fn before(&self, turn: &Turn<'_>) -> Result<()> {
        let ids: Vec<_> = turn.settlements.iter().map(|settlement| settlement.claim().id()).collect();
        let full = || Err(StoreError::DiskFull { path: "/var/lib/sms.db".into() });
        match ids.len() {
            0 => Ok(()),
            4 => {
                self.together.store(true, Ordering::SeqCst);
                Ok(())
            }
            // So all four come together.
            _ if !self.together.load(Ordering::SeqCst) => full(),
            _ if ids == [TaskId::MIN] && !self.was_full.swap(true, Ordering::SeqCst) => full(),
            _ => Ok(()),
        }
    }
}

#[test]
fn ends_behind_one_that_is_refused_are_kept_where_its_word_about_the_lane_cannot_be_written() {
    let world = World::new();
    let ids = world.messages(LANE, 4);
    panel(
        &world,
        &format!(
            "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks WHEN NEW.status = 'failed' AND NEW.id = {}
             BEGIN SELECT RAISE(ABORT, 'not by the rules of the panel'); END",
            ids[0]
        ),
    );
    let first = ids[0];
    let all = Barrier::new(4);
    let way = way(LANE, move |delivery| {
        all.wait();
        if delivery.task == first {
            return Reply::deferred(ErrorType::Throttled, "429")
                .with_lane(LaneNotice::ThrottledFor(Duration::from_millis(1)));
        }
        accepted()
    });
    let mut plan = drain(vec![way]);
    plan.senders = 4;
    plan.flight = Some(FlightPlace::beside(&world.path()).expect("the database is there"));
    let watch = Watch::on_event(|event| {
        if matches!(event, Event::Refused { .. }) {
            panel(&world, "DROP TRIGGER IF EXISTS panel_rule");
        }
    });
    let (done, meddler) = run_meddled(&world, &plan, &Stop::new(), &watch, FullAtWord::default());
    assert!(meddler.was_full.load(Ordering::SeqCst), "the word was to be written: {:?}", watch.events(""));
    let done = done.expect("it ends in order");
    assert_eq!((done.completed, done.deferred, done.lost), (3, 1, 0), "{done:?}");
    assert_eq!(states(&world, &ids), [State::Failed, State::Completed, State::Completed, State::Completed]);
    watch.assert_times("LaneClosed", 1);
    world.assert_sound();
}
