//! Lanes that know when to be quiet: gateways out of reach, gateways that ask for patience, pauses by hand.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use smsctl::engine::{self, Event, FlightPlace, LaneWay, LaneWhy, Stop, Summary};
use smsctl::gateway::{Delivery, Gateway};
use smsctl::queue::{
    Backoff, ClosedReason, Due, ErrorType, Fate, LaneNotice, LaneOrder, LaneWord, NewTask, Reply, State, TaskId,
    WorkerId,
};
use smsctl::store::{Claim, Exchange, Settlement, Store, Turn, Wanted};

use crate::world::*;

const LANE: &str = "gateway:default";
/// Longer than any healthy wait.
const PATIENCE: Duration = Duration::from_secs(30);

fn unreachable() -> Reply {
    Reply::deferred(ErrorType::Unreachable, "`gateway.example`: connection refused").with_lane(LaneNotice::Unreachable)
}

fn register(store: &dyn Store) -> WorkerId {
    store.register(&engine::host::this_process(1)).unwrap()
}

fn claim_one(store: &dyn Store, worker: WorkerId) -> Claim {
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count: 1, rate: None }];
    store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).unwrap().claims.remove(0)
}

fn settle(store: &dyn Store, worker: WorkerId, settlement: Settlement) {
    store.exchange(&Turn { worker, settlements: &[settlement], wanted: &[] }).unwrap();
}

fn untouched(world: &World, id: TaskId) -> bool {
    let task = world.task(id);
    task.status == State::Pending && task.retry_count == 0 && world.store.attempts(id).unwrap().is_empty()
}

/// The closure that the database tells of.
fn closed(world: &World) -> Option<ClosedReason> {
    let lanes = world.store.lanes().unwrap();
    lanes.into_iter().find(|status| status.lane == LANE).and_then(|status| status.closure).map(|closure| closure.reason)
}

#[test]
fn a_drain_against_a_dead_gateway_ends_and_leaves_the_queue_as_it_was() {
    let world = World::new();
    let ids = world.messages(LANE, 50);
    let watch = Watch::new();
    let summary = world.run(&drain(vec![way(LANE, |_| unreachable())]), &watch);
    assert_eq!((summary.completed, summary.failed, summary.dead_lettered, summary.waiting), (0, 0, 0, 50));
    assert_eq!(summary.released, summary.claimed);
    assert!(ids.iter().all(|id| untouched(&world, *id)), "no attempt is spent, and none is recorded");
    assert_eq!((world.dead_letters(), closed(&world)), (0, Some(ClosedReason::Unreachable)));
    watch.assert_times("LaneClosed", 1);
    watch.assert_times("DrainLeft", 1);
    let left = &summary.left[0];
    assert_eq!((left.lane.as_str(), left.pending), (LANE, 50));
    assert_eq!(left.why, Some(LaneWhy::Closed(ClosedReason::Unreachable)));
}

#[test]
fn a_gateway_that_comes_back_gets_every_message_in_its_order() {
    let world = World::new();
    let ids = world.messages(LANE, 12);
    let tries = AtomicUsize::new(0);
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sent);
    let way = way(LANE, move |delivery| {
        if tries.fetch_add(1, Ordering::SeqCst) < 3 {
            return unreachable();
        }
        seen.lock().unwrap().push(delivery.task);
        accepted()
    });
    let mut plan = drain(vec![way]);
    plan.senders = 1;
    let watch = Watch::new();
    let summary = world.run(&plan, &watch);
    assert_eq!((summary.completed, summary.failed, summary.waiting), (12, 0, 0));
    assert_eq!(*sent.lock().unwrap(), ids, "who was to go first went first");
    assert_eq!(closed(&world), None);
    watch.assert_times("LaneClosed", 1);
    watch.assert_times("LaneOpened", 1);
}

#[test]
fn while_nobody_is_there_one_message_at_a_time_tries_the_way() {
    let world = World::new();
    world.messages(LANE, 40);
    let is_closed = Arc::new(AtomicBool::new(false));
    let (closed, out, most) = (Arc::clone(&is_closed), AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let highest = Arc::clone(&most);
    let way = way(LANE, move |_| {
        let together = out.fetch_add(1, Ordering::SeqCst) + 1;
        if closed.load(Ordering::SeqCst) {
            highest.fetch_max(together, Ordering::SeqCst);
        }
        std::thread::yield_now();
        out.fetch_sub(1, Ordering::SeqCst);
        unreachable()
    });
    // The closure is told when all that was out before it has come home or is given back.
    let watch = Watch::on_beat(|summary, in_flight| {
        if summary.released >= 5 && in_flight == 0 {
            is_closed.store(true, Ordering::SeqCst);
        }
    });
    let mut plan = drain(vec![way]);
    plan.senders = 8;
    let summary = world.run(&plan, &watch);
    assert_eq!((summary.waiting, most.load(Ordering::SeqCst)), (40, 1));
}

#[test]
fn one_connection_that_fails_among_others_is_an_attempt_like_any_other() {
    let world = World::new();
    let ids = world.messages(LANE, 4);
    let unlucky = ids[1];
    // 1: it has failed. 2: the dispatcher knows it, and the other three are still out.
    let stage = Arc::new((Mutex::new(0), Condvar::new()));
    let seen = Arc::clone(&stage);
    let way = way(LANE, move |delivery| {
        let mut now = stage.0.lock().unwrap();
        if delivery.task == unlucky && delivery.attempt == 1 {
            *now = 1;
            return unreachable();
        }
        // The others answer after it has failed: somebody is there.
        drop(stage.1.wait_timeout_while(now, PATIENCE, |now| *now < 2).unwrap());
        accepted()
    });
    let watch = Watch::on_beat(move |_, in_flight| {
        let mut now = seen.0.lock().unwrap();
        if *now == 1 && in_flight == 3 {
            *now = 2;
            seen.1.notify_all();
        }
    });
    let summary = world.run(&at_most(5, vec![way]), &watch);
    assert_eq!((summary.completed, summary.deferred, summary.released), (4, 1, 0));
    let attempts = world.store.attempts(unlucky).unwrap();
    assert_eq!((attempts.len(), attempts[0].error_type.as_deref()), (1, Some("unreachable")));
    assert_eq!((world.task(unlucky).retry_count, world.task(unlucky).status), (1, State::Completed));
    watch.assert_times("LaneClosed", 0);
}

#[test]
fn a_dead_gateway_costs_the_other_lanes_nothing() {
    let world = World::new();
    let dead = world.messages("gateway:dead", 30);
    world.messages(LANE, 200);
    let ways = vec![way("gateway:dead", |_| unreachable()), way(LANE, |_| accepted())];
    let summary = world.run(&drain(ways), &Watch::new());
    assert_eq!((summary.completed, summary.waiting), (200, 30));
    assert!(dead.iter().all(|id| untouched(&world, *id)));
}

#[test]
fn an_error_answer_opens_a_closed_lane_too() {
    let world = World::new();
    world.messages(LANE, 3);
    let tries = AtomicUsize::new(0);
    let way = way(LANE, move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => unreachable(),
        _ => Reply::rejected(ErrorType::Rejected, "no such number"),
    });
    let mut plan = drain(vec![way]);
    plan.senders = 1;
    let summary = world.run(&plan, &Watch::new());
    assert_eq!((summary.rejected, summary.waiting), (3, 0));
    assert_eq!(closed(&world), None);
}

#[test]
fn a_process_that_is_short_of_files_rests_alone() {
    let world = World::new();
    let ids = world.messages(LANE, 3);
    let tries = AtomicUsize::new(0);
    let watch = Watch::new();
    let way = way(LANE, move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::deferred(ErrorType::Unreachable, "too many open files").with_lane(LaneNotice::Starved),
        _ => accepted(),
    });
    let summary = world.run(&drain(vec![way]), &watch);
    assert_eq!((summary.completed, summary.failed, summary.waiting), (3, 0, 0));
    assert!(summary.released >= 1, "{summary:?}");
    assert!(ids.iter().all(|id| world.task(*id).retry_count == 0));
    assert!(watch.events("LaneClosed")[0].contains("Starved"), "{:?}", watch.events("LaneClosed"));
    assert!(world.store.lanes().unwrap().is_empty(), "other processes need not care");
}

#[test]
fn a_drain_waits_for_a_short_pause_of_the_gateway_and_not_for_a_long_one() {
    for (pause, waiting) in [(Duration::from_millis(2), 0), (Duration::from_secs(300), 6)] {
        let world = World::new();
        world.messages(LANE, 6);
        let tries = AtomicUsize::new(0);
        let mut way = way(LANE, move |_| match tries.fetch_add(1, Ordering::SeqCst) {
            0 => Reply::deferred(ErrorType::Throttled, "429").with_lane(LaneNotice::ThrottledFor(pause)),
            _ => accepted(),
        });
        way.policy.by_order_only = false;
        let mut plan = drain(vec![way]);
        plan.senders = 1;
        let summary = world.run(&plan, &Watch::new());
        // The message that was answered waits, failed, for its own time.
        assert_eq!(summary.waiting, if waiting == 0 { 0 } else { waiting - 1 }, "{pause:?}: {summary:?}");
    }
}

#[test]
fn a_drain_does_not_wait_for_a_gateway_that_never_has_enough_patience() {
    let world = World::new();
    world.messages(LANE, 30);
    let way = way(LANE, |_| {
        let pause = LaneNotice::ThrottledFor(Duration::from_secs(3));
        Reply::deferred(ErrorType::Throttled, "429").with_lane(pause)
    });
    let mut plan = drain(vec![way]);
    plan.senders = 1;
    let summary = world.run(&plan, &Watch::new());
    // Each pause is short, and none of the messages gets through between two of them.
    assert!((20..30).contains(&summary.waiting), "{summary:?}");
    assert_eq!((summary.completed, summary.left.len()), (0, 1), "{summary:?}");
}

#[test]
fn a_drain_whose_time_is_over_tells_what_waits_for_a_closed_lane() {
    let world = World::new();
    world.messages(LANE, 5);
    let mut plan = drain(vec![way(LANE, |_| unreachable())]);
    plan.rests = Backoff { base: Duration::from_secs(5), cap: Duration::from_secs(5) };
    plan.until.elapsed = Some(Duration::from_millis(300));
    let summary = world.run(&plan, &Watch::new());
    assert_eq!((summary.claimed, summary.waiting, summary.left.len()), (summary.released, 5, 1), "{summary:?}");
}

#[test]
fn a_drain_waits_for_the_message_of_another_worker_that_tries_the_way() {
    let world = World::new();
    world.messages(LANE, 6);
    let other = world.another();
    let worker = register(&*other);
    let close = LaneWord::Close { reason: ClosedReason::Unreachable, span: Duration::ZERO, error: String::new() };
    let first = claim_one(&*other, worker).settle(Fate::Released, Some(close));
    settle(&*other, worker, first);
    let probe = Mutex::new(Some(claim_one(&*other, worker)));
    let watch = Watch::on_event(|event| {
        // Not before the drain has found the lane closed, for all of a minute as it seems.
        if let Event::LaneClosed { .. } = event
            && let Some(probe) = probe.lock().unwrap().take()
        {
            let fate = Fate::Completed { provider_message_id: None };
            settle(&*other, worker, probe.settle(fate, Some(LaneWord::Open)));
        }
    });
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &watch);
    assert_eq!((summary.completed, summary.waiting), (5, 0), "{summary:?}");
    watch.assert_times("LaneClosed", 1);
}

#[test]
fn a_drain_does_not_wait_for_what_nobody_can_claim_because_of_what_is_scheduled() {
    let world = World::new();
    world.messages(LANE, 1);
    let later = NewTask { available: Some(Due::In(Duration::from_secs(86_400))), ..message(LANE, "tomorrow") };
    world.store.enqueue(&[later], 0).unwrap();
    let other = rusqlite::Connection::open(world.path()).unwrap();
    other.execute("UPDATE tallies SET n = n + 1 WHERE kind = 'lane' AND word = 'pending'", []).unwrap();
    let summary = engine::run(&drain(vec![way(LANE, |_| accepted())]), &*world.store, &Stop::new(), &Watch::new());
    let summary = summary.expect("the run ends in order");
    assert_eq!((summary.completed, summary.waiting), (1, 1), "{summary:?}");
    assert!(!summary.left.is_empty(), "it ends by itself: {summary:?}");
}

/// A gateway that makes a connection before a request leaves, for as long as `connect` takes.
struct Distant<F>(F);

impl<F: Fn(&Delivery<'_>) -> Reply + Send + Sync> Gateway for Distant<F> {
    fn send(&self, delivery: &Delivery<'_>) -> Reply {
        (self.0)(delivery)
    }
}

#[test]
fn what_its_lane_was_closed_for_while_its_connection_was_made_does_not_leave() {
    let world = World::new();
    let ids = world.messages(LANE, 2);
    let is_closed = Arc::new((Mutex::new(false), Condvar::new()));
    let seen = Arc::clone(&is_closed);
    let left = Arc::new(Mutex::new(Vec::new()));
    let (out, first) = (Arc::clone(&left), ids[0]);
    let gateway = Distant(move |delivery: &Delivery<'_>| {
        if delivery.task == first {
            let closed = is_closed.0.lock().unwrap();
            drop(is_closed.1.wait_timeout_while(closed, PATIENCE, |closed| !*closed).unwrap());
        }
        if let Err(error) = delivery.leave() {
            return Reply::deferred(ErrorType::Unreachable, &error.to_string()).with_lane(LaneNotice::Starved);
        }
        out.lock().unwrap().push(delivery.task);
        let pause = LaneNotice::ThrottledFor(Duration::from_secs(300));
        Reply::deferred(ErrorType::Throttled, "429").with_lane(pause)
    });
    let mut plan = drain(vec![LaneWay { gateway: Box::new(gateway), ..way(LANE, |_| accepted()) }]);
    plan.senders = 2;
    let watch = Watch::on_event(|event| {
        if let Event::LaneClosed { .. } = event {
            *seen.0.lock().unwrap() = true;
            seen.1.notify_all();
        }
    });
    let summary = world.run(&plan, &watch);
    assert_eq!(*left.lock().unwrap(), ids[1..], "{summary:?}");
    assert!(untouched(&world, first), "it came back unsent: {:?}", world.task(first));
    assert_eq!((summary.released, summary.waiting), (1, 1), "{summary:?}");
    assert!(watch.events("LaneClosed").iter().all(|event| !event.contains("Starved")), "nothing was short");
}

#[test]
fn a_pause_reaches_what_waits_for_its_connection() {
    assert_a_pause_reaches_the_call(0);
}

#[test]
fn a_pause_reaches_the_message_that_tries_a_closed_lane() {
    // Two find nobody there and close the lane; the third call is the one that tries it.
    assert_a_pause_reaches_the_call(2);
}

/// Of one sender; the calls before it find nobody there.
#[track_caller]
fn assert_a_pause_reaches_the_call(number: usize) {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let calls = AtomicUsize::new(0);
    let other = world.another();
    // 1: it waits for its connection. 2: the worker has heard of the pause.
    let stage = Arc::new((Mutex::new(0), Condvar::new()));
    let seen = Arc::clone(&stage);
    let gateway = Distant(move |delivery: &Delivery<'_>| {
        if calls.fetch_add(1, Ordering::SeqCst) < number {
            return unreachable();
        }
        let mut now = stage.0.lock().unwrap();
        *now = 1;
        drop(stage.1.wait_timeout_while(now, PATIENCE, |now| *now < 2).unwrap());
        match delivery.leave() {
            Ok(()) => accepted(),
            Err(error) => Reply::deferred(ErrorType::Unreachable, &error.to_string()).with_lane(LaneNotice::Starved),
        }
    });
    let mut plan = drain(vec![LaneWay { gateway: Box::new(gateway), ..way(LANE, |_| accepted()) }]);
    plan.senders = 1;
    let is_paused = AtomicBool::new(false);
    let pause = |_: &Summary, _| {
        if *seen.0.lock().unwrap() == 1 && !is_paused.swap(true, Ordering::SeqCst) {
            other.change_lane(LANE, &LaneOrder::Pause { until: None, reason: None }).unwrap();
        }
    };
    let watch = Watch::on_both(pause, |event| {
        if let Event::LaneClosed { why: LaneWhy::Paused, .. } = event {
            *seen.0.lock().unwrap() = 2;
            seen.1.notify_all();
        }
    });
    let summary = world.run(&plan, &watch);
    assert_eq!((summary.completed, summary.waiting), (0, 1), "{summary:?}");
    assert!(untouched(&world, ids[0]), "it came back unsent: {:?}", world.task(ids[0]));
}

#[test]
fn a_pause_keeps_others_from_what_became_of_the_first() {
    let world = World::new();
    let ids = world.messages(LANE, 5);
    let way = way(LANE, |_| Reply::unknown("502").with_lane(LaneNotice::ThrottledFor(Duration::from_secs(300))));
    let mut plan = drain(vec![way]);
    plan.senders = 1;
    let summary = world.run(&plan, &Watch::new());
    assert_eq!((summary.unknown, summary.waiting), (1, 4), "{summary:?}");
    assert_eq!(world.task(ids[0]).status, State::Failed);
    assert_eq!(closed(&world), Some(ClosedReason::Throttled));
}

#[test]
fn what_found_the_lane_closed_waits_for_it_as_well() {
    for (notice, waits) in [
        (LaneNotice::BadCredentials, true),
        (LaneNotice::OutOfCredit, true),
        (LaneNotice::ThrottledFor(Duration::from_secs(300)), false),
    ] {
        let world = World::new();
        let ids = world.messages(LANE, 3);
        let way = way(LANE, move |_| Reply::deferred(ErrorType::Rejected, "no").with_lane(notice));
        let mut plan = drain(vec![way]);
        plan.senders = 3;
        let summary = world.run(&plan, &Watch::new());
        let found_out = ids.iter().filter(|id| world.task(**id).status == State::Failed).count() as u64;
        let pending = 3 - found_out;
        assert_eq!(summary.waiting, if waits { 3 } else { pending }, "{notice:?}: {summary:?}");
    }
}

#[test]
fn a_drain_does_not_wait_for_a_paused_lane() {
    let world = World::new();
    world.messages(LANE, 2);
    world.store.change_lane(LANE, &LaneOrder::Pause { until: None, reason: None }).unwrap();
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &Watch::new());
    assert_eq!((summary.claimed, summary.waiting), (0, 2));
    assert_eq!(summary.left[0].why, Some(LaneWhy::Paused));
}

#[test]
fn a_resumed_lane_is_used_at_once() {
    let world = World::new();
    world.messages(LANE, 2);
    let other = world.another();
    other.change_lane(LANE, &LaneOrder::Pause { until: None, reason: None }).unwrap();
    let watch = Watch::on_event(|event| {
        if matches!(event, Event::LaneClosed { why: LaneWhy::Paused, .. }) {
            other.change_lane(LANE, &LaneOrder::Resume).unwrap();
        }
    });
    let summary = world.run(&at_most(2, vec![way(LANE, |_| accepted())]), &watch);
    assert_eq!(summary.completed, 2);
    watch.assert_times("LaneOpened", 1);
}

/// Who is where, while a test waits for a claim that no sender has taken.
#[derive(Default)]
struct Hall {
    /// Senders wait.
    holds: bool,
    waiting: usize,
    /// Messages that have left.
    started: u64,
    /// How many had left when the lane was paused.
    paused_at: Option<u64>,
}

#[test]
fn a_pause_reaches_claims_that_lie_in_memory() {
    const SENDERS: usize = 2;
    const MESSAGES: u64 = 2_000;
    let world = World::new();
    world.messages(LANE, 2_000);
    let other = world.another();
    let hall = Arc::new((Mutex::new(Hall::default()), Condvar::new()));
    let door = Arc::clone(&hall);
    let way = way(LANE, move |_| {
        let mut hall = door.0.lock().unwrap();
        hall.started += 1;
        hall.waiting += 1;
        door.1.notify_all();
        hall = door.1.wait_timeout_while(hall, PATIENCE, |hall| hall.holds).unwrap().0;
        hall.waiting -= 1;
        accepted()
    });
    let stop = Stop::new();
    let watch = Watch::on_both(
        |summary, _| {
            let mut at = hall.0.lock().unwrap();
            if at.paused_at.is_some() || summary.claimed == at.started {
                return;
            }
            // Some claim has not left. Either the senders take it, or it lies there while they are all busy.
            at.holds = true;
            let is_moving = |hall: &mut Hall| hall.waiting < SENDERS && hall.started < summary.claimed;
            at = hall.1.wait_timeout_while(at, PATIENCE, is_moving).unwrap().0;
            if at.started < summary.claimed {
                other.change_lane(LANE, &LaneOrder::Pause { until: None, reason: None }).unwrap();
                at.paused_at = Some(at.started);
            } else {
                at.holds = false;
                hall.1.notify_all();
            }
        },
        |event| {
            if matches!(event, Event::LaneClosed { why: LaneWhy::Paused, .. }) {
                hall.0.lock().unwrap().holds = false;
                hall.1.notify_all();
            }
        },
    );
    let mut plan = drain(vec![way]);
    plan.senders = SENDERS;
    let summary = smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    drop(watch);
    let hall = hall.0.lock().unwrap();
    assert_eq!(Some(hall.started), hall.paused_at, "what was on the wire, and nothing after it");
    assert!(summary.released > 0, "{summary:?}");
    assert_eq!((summary.completed, summary.waiting), (hall.started, MESSAGES - hall.started), "{summary:?}");
    world.assert_sound();
}

#[test]
fn a_worker_that_is_short_of_files_goes_on_with_as_many_senders_as_fit() {
    const FIT: usize = 3;
    let world = World::new();
    let ids = world.messages(LANE, 100);
    let out = Arc::new(AtomicUsize::new(0));
    let learned = Arc::new(AtomicBool::new(false));
    let (count, knows) = (Arc::clone(&out), Arc::clone(&learned));
    let (open, first) = crossbeam_channel::bounded::<()>(0);
    let door = Mutex::new(Some(open));
    let mut plan = drain(vec![way(LANE, move |_| {
        let at_once = count.fetch_add(1, Ordering::SeqCst) + 1;
        let is_short = !knows.load(Ordering::SeqCst) && at_once > FIT;
        if is_short {
            // Those that have a file keep it until somebody had none.
            drop(door.lock().unwrap().take());
        } else {
            let _ = first.recv();
        }
        count.fetch_sub(1, Ordering::SeqCst);
        if !is_short {
            return accepted();
        }
        Reply::deferred(ErrorType::Unreachable, "too many open files").with_lane(LaneNotice::Starved)
    })]);
    plan.senders = 16;
    let watch = Watch::on_event(|event| {
        if let Event::LaneClosed { .. } = event {
            learned.store(true, Ordering::SeqCst);
        }
    });
    let summary = world.run(&plan, &watch);
    assert_eq!((summary.completed, summary.failed), (100, 0), "{summary:?}");
    assert!(ids.iter().all(|id| world.task(*id).retry_count == 0), "no attempt is lost");
    let told = watch.events("FewerConnections");
    assert!(told.first().is_some_and(|told| told.ends_with(", of: 16 }")), "{told:?}");
}

/// Counts turns.
#[derive(Default)]
struct Turns(AtomicUsize);

impl Meddler for Turns {
    fn after(&self, _: &Exchange) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_moment_of_shortage_in_which_all_senders_stay_takes_no_stock_away() {
    let world = World::new();
    world.messages(LANE, 3_000);
    let first = AtomicBool::new(true);
    let way = way(LANE, move |_| {
        if first.swap(false, Ordering::SeqCst) {
            return Reply::deferred(ErrorType::Unreachable, "too many open files").with_lane(LaneNotice::Starved);
        }
        accepted()
    });
    let mut plan = drain(vec![way]);
    plan.senders = 1;
    plan.flight = Some(FlightPlace::beside(&world.path()).expect("the database is there"));
    let (done, turns) = run_meddled(&world, &plan, &Stop::new(), &Watch::new(), Turns::default());
    assert_eq!(done.expect("it ends in order").completed, 3_000);
    let turns = turns.0.load(Ordering::SeqCst);
    assert!(turns < 1_500, "{turns} turns for 3,000 messages");
}

/// As a gateway over HTTP: of some rows it cannot make a request, and says so before anybody is asked.
struct Choosy<F, G> {
    is_wrong: F,
    others: G,
}

impl<F, G> Gateway for Choosy<F, G>
where
    F: Fn(TaskId) -> bool + Send + Sync,
    G: Fn(&Delivery<'_>) -> Reply + Send + Sync,
{
    fn send(&self, delivery: &Delivery<'_>) -> Reply {
        if (self.is_wrong)(delivery.task) {
            return Reply::rejected(ErrorType::Invalid, "no number");
        }
        (self.others)(delivery)
    }
}

#[test]
fn rows_that_are_refused_here_are_no_sign_that_somebody_is_there() {
    let world = World::new();
    let ids = world.messages(LANE, 200);
    let mut lane = way(LANE, |_| accepted());
    lane.gateway = Box::new(Choosy { is_wrong: |task| task % 2 == 0, others: |_: &Delivery<'_>| unreachable() });
    let watch = Watch::new();
    let summary = engine::run(&drain(vec![lane]), &*world.store, &Stop::new(), &watch).expect("it ends in order");
    let good = ids.iter().filter(|id| *id % 2 == 1).map(|id| world.task(*id));
    let spent = good.filter(|task| (task.status, task.retry_count) != (State::Pending, 0)).count();
    assert_eq!(spent, 0, "of 100 messages that nobody could take: {summary:?}, {:?}", watch.events("LaneOpened"));
    watch.assert_times("LaneOpened", 0);
    world.assert_sound();
}

#[test]
fn a_row_that_is_refused_here_does_not_open_the_lane_that_it_was_to_try() {
    let world = World::new();
    let ids = world.messages(LANE, 20);
    rusqlite::Connection::open(world.path())
        .expect("another program opens the file")
        .execute(
            "INSERT INTO lanes (lane, closed_until, closed_reason) VALUES (?1, '2020-01-01 00:00:00.000000', 'credit')",
            [LANE],
        )
        .expect("it was closed, and its time is over");
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let first = ids[0];
    let mut lane = way(LANE, |_| accepted());
    lane.gateway = Box::new(Choosy {
        is_wrong: move |task| task == first,
        others: move |delivery: &Delivery<'_>| {
            delivery.leave().expect("it can be put on record");
            count.fetch_add(1, Ordering::SeqCst);
            Reply::deferred(ErrorType::Credit, "no credit").with_lane(LaneNotice::OutOfCredit)
        },
    });
    let watch = Watch::new();
    let summary = engine::run(&drain(vec![lane]), &*world.store, &Stop::new(), &watch).expect("it ends in order");
    assert_eq!((summary.rejected, calls.load(Ordering::SeqCst)), (1, 1), "one more tries the way: {summary:?}");
    watch.assert_times("LaneOpened", 0);
    world.assert_sound();
}
