//! Lanes that are to be quiet: throttled, out of reach, waiting for a person, paused.

use std::time::Duration;

use smsctl::queue::{ClosedReason, Due, Fate, Lane, LaneOrder, LaneWord, NewTask, Rate, State, TaskId};
use smsctl::store::{Claim, LaneStatus, Settlement, Turn, Wanted};

use crate::world::{
    LANE, World, claim, claim_rated, completed, deferred, exchange, message, register, settle, throttled,
};

const SECOND: Duration = Duration::from_secs(1);
/// Longer than anybody waits for a probe.
const LEASE: Duration = Duration::from_secs(60);

fn fill(world: &World, count: usize) -> Vec<TaskId> {
    (0..count).map(|n| world.enqueue(message("+85291234567", &n.to_string()))).collect()
}

fn ids(claims: &[Claim]) -> Vec<TaskId> {
    claims.iter().map(Claim::id).collect()
}

fn close(reason: ClosedReason, seconds: u32) -> LaneWord {
    LaneWord::Close { reason, span: SECOND * seconds, error: "connection refused".to_owned() }
}

fn unreachable(seconds: u32) -> LaneWord {
    close(ClosedReason::Unreachable, seconds)
}

fn back(claim: Claim, word: LaneWord) -> Settlement {
    claim.settle(Fate::Released, Some(word))
}

/// Closes the lane for so long: nobody was reached.
fn shut(world: &World, seconds: u32) {
    let worker = world.worker();
    world.settle(worker, back(world.claim(worker), unreachable(seconds)));
}

fn status(world: &World) -> LaneStatus {
    world.store.lanes().expect("lists").into_iter().find(|status| status.lane == LANE).expect("the lane is listed")
}

fn pause(until: Option<Due>) -> LaneOrder {
    LaneOrder::Pause { until, reason: Some("the provider asked for it".to_owned()) }
}

pub fn a_throttled_lane_is_closed_for_all(world: &World) {
    let all = fill(world, 10);
    let elsewhere = world.enqueue(NewTask { lane: Lane::Gateway("other".to_owned()), ..message("+1", "x") });
    let other = world.another();
    let (one, two) = (world.worker(), register(&*other));
    world.settle(one, world.claim(one).settle(deferred(SECOND * 300), Some(throttled(30))));
    for (store, worker) in [(&world.store, one), (&other, two)] {
        let turn = exchange(&**store, worker, &[], 5);
        assert_eq!((turn.claims.len(), turn.next_due), (0, Some(SECOND * 30)));
        assert_eq!((turn.shut.len(), turn.shut[0].lane.as_str()), (1, LANE));
        assert_eq!(turn.shut[0].barrier.reason, Some(ClosedReason::Throttled));
    }
    let words = ["gateway:other".to_owned()];
    let wanted = [Wanted { lane: "gateway:other", task_funcs: &words, count: 1, rate: None }];
    let turn = Turn { worker: two, settlements: &[], wanted: &wanted };
    let turn = other.exchange(&turn).expect("exchanges");
    assert_eq!((ids(&turn.claims), turn.shut.len()), (vec![elsewhere], 0), "other lanes flow on");
    world.pass(SECOND * 30);
    let claimed = claim(&*other, two, 2);
    assert_eq!(ids(&claimed), all[1..3], "all may go at once: the gateway named the time");
    // A shorter word does not shorten a longer one.
    for (claim, seconds) in claimed.into_iter().zip([60, 5]) {
        settle(&*other, two, claim.settle(deferred(SECOND * 300), Some(throttled(seconds))));
    }
    world.pass(SECOND * 59);
    assert!(claim(&*world.store, one, 1).is_empty());
    world.pass(SECOND);
    assert_eq!(claim(&*world.store, one, 5).len(), 5);
    world.assert_sound();
}

pub fn what_a_person_has_to_mend_is_tried_by_one_message(world: &World) {
    for reason in ClosedReason::ALL.into_iter().filter(|reason| reason.needs_probe()) {
        let world = world.fresh();
        let all = fill(&world, 3);
        let worker = world.worker();
        world.settle(worker, back(world.claim(worker), close(reason, 60)));
        assert!(claim(&*world.store, worker, 5).is_empty(), "{reason:?}");
        world.pass(SECOND * 60);
        let probe = claim(&*world.store, worker, 5);
        assert_eq!(ids(&probe), all[..1], "{reason:?}: the message that was to go first, and no other");
        assert_eq!(probe[0].probe(), Some(1));
    }
}

pub fn of_all_processes_one_probes_at_a_time(world: &World) {
    fill(world, 6);
    let other = world.another();
    let (one, two) = (world.worker(), register(&*other));
    shut(world, 5);
    world.pass(SECOND * 5);
    let probe = exchange(&*other, two, &[], 4);
    assert_eq!((probe.claims.len(), probe.shut.len()), (1, 1), "its lane is shut all the same");
    for (store, worker) in [(&world.store, one), (&other, two)] {
        let turn = exchange(&**store, worker, &[], 4);
        assert_eq!(
            (turn.claims.len(), turn.next_due),
            (0, Some(LEASE)),
            "until the probe is back, or its time is over"
        );
        assert!(turn.shut[0].barrier.is_probed, "which may be any moment");
    }
    world.pass(LEASE - Duration::from_micros(1));
    assert!(claim(&*world.store, one, 4).is_empty());
    world.pass(Duration::from_micros(1));
    assert_eq!(claim(&*world.store, one, 4).len(), 1, "the first may have died with its worker");
}

pub fn a_probe_that_is_answered_opens_the_lane(world: &World) {
    // Any answer will do: a message that is refused was refused by somebody.
    for fate in [completed(), deferred(SECOND), crate::world::rejected(), crate::world::unknown()] {
        let world = world.fresh();
        fill(&world, 4);
        let worker = world.worker();
        shut(&world, 5);
        world.pass(SECOND * 5);
        let probe = world.claim(worker);
        let turn = exchange(&*world.store, worker, &[probe.settle(fate.clone(), Some(LaneWord::Open))], 9);
        assert_eq!((turn.claims.len(), turn.shut.len()), (3, 0), "{fate:?}");
        assert!(turn.claims.iter().all(|claim| claim.probe().is_none()));
        assert_eq!(status(&world).closure, None);
        world.assert_sound();
    }
}

pub fn a_probe_that_reaches_nobody_is_a_further_rest(world: &World) {
    let all = fill(world, 2);
    let worker = world.worker();
    shut(world, 1);
    let began = world.now();
    for (rests, seconds) in [(1, 2), (2, 4), (3, 8)] {
        let wait = exchange(&*world.store, worker, &[], 1).next_due.expect("it is known when");
        world.pass(wait);
        let probe = world.claim(worker);
        assert_eq!((probe.id(), probe.probe()), (all[0], Some(rests)), "always the message whose turn it is");
        world.settle(worker, back(probe, unreachable(seconds)));
        let closure = status(world).closure.expect("closed");
        assert_eq!((closure.rests, closure.until), (rests + 1, world.now() + SECOND * seconds));
        assert_eq!((closure.at, closure.error.as_deref()), (Some(began), Some("connection refused")));
    }
    let task = world.get(all[0]);
    assert_eq!((task.status, task.retry_count), (State::Pending, 0), "no attempt was spent");
    assert!(world.store.attempts(all[0]).expect("reads").is_empty());
    world.assert_sound();
}

pub fn stragglers_neither_shorten_nor_count_a_rest(world: &World) {
    fill(world, 6);
    let worker = world.worker();
    let mut out = claim(&*world.store, worker, 4);
    world.settle(worker, back(out.remove(0), unreachable(1)));
    world.pass(SECOND);
    let probe = world.claim(worker);
    world.settle(worker, back(out.remove(0), unreachable(1)));
    assert!(claim(&*world.store, worker, 4).is_empty(), "the probe is out");
    world.settle(worker, back(probe, unreachable(2)));
    let settlements: Vec<Settlement> = out.into_iter().map(|claim| back(claim, unreachable(1))).collect();
    exchange(&*world.store, worker, &settlements, 0);
    let closure = status(world).closure.expect("closed");
    assert_eq!((closure.rests, closure.until), (2, world.now() + SECOND * 2));
}

pub fn a_probe_that_never_left_is_made_again_at_once(world: &World) {
    fill(world, 3);
    let worker = world.worker();
    shut(world, 5);
    world.pass(SECOND * 5);
    world.settle(worker, back(world.claim(worker), LaneWord::ProbeAgain));
    let probe = claim(&*world.store, worker, 3);
    assert_eq!((probe.len(), probe[0].probe()), (1, Some(1)), "it was no rest");
}

pub fn a_probe_leaves_a_longer_closure_that_came_meanwhile(world: &World) {
    for word in [LaneWord::Open, LaneWord::ProbeAgain, unreachable(2)] {
        let world = world.fresh();
        fill(&world, 6);
        let worker = world.worker();
        let straggler = world.claim(worker);
        shut(&world, 5);
        world.pass(SECOND * 5);
        let probe = world.claim(worker);
        world.settle(worker, straggler.settle(deferred(SECOND * 900), Some(throttled(600))));
        let until = world.now() + SECOND * 600;
        world.pass(SECOND);
        world.settle(worker, back(probe, word.clone()));
        let closure = status(&world).closure.unwrap_or_else(|| panic!("{word:?} opened the lane"));
        assert_eq!((closure.reason, closure.until), (ClosedReason::Throttled, until), "{word:?}");
        assert!(claim(&*world.store, worker, 1).is_empty(), "{word:?}: the gateway has named the time");
    }
}

pub fn of_what_one_turn_says_of_a_lane_the_longest_closure_stays(world: &World) {
    for turned in [false, true] {
        let world = world.fresh();
        fill(&world, 6);
        let worker = world.worker();
        let straggler = world.claim(worker);
        shut(&world, 5);
        world.pass(SECOND * 5);
        let probe = world.claim(worker);
        let mut said = vec![
            straggler.settle(deferred(SECOND * 900), Some(throttled(30))),
            probe.settle(completed(), Some(LaneWord::Open)),
        ];
        if turned {
            said.reverse();
        }
        exchange(&*world.store, worker, &said, 0);
        let closure = status(&world).closure.expect("closed");
        assert_eq!((closure.reason, closure.until), (ClosedReason::Throttled, world.now() + SECOND * 30));
    }
}

pub fn a_probe_that_comes_back_late_does_not_end_the_next_one(world: &World) {
    fill(world, 6);
    let (one, two) = (world.worker(), world.worker());
    shut(world, 5);
    world.pass(SECOND * 5);
    let first = world.claim(one);
    world.pass(LEASE);
    world.claim(two);
    world.settle(one, back(first, LaneWord::ProbeAgain));
    assert!(status(world).closure.expect("closed").is_probed, "by the second");
    assert!(claim(&*world.store, one, 1).is_empty(), "one tries the way at a time");
}

pub fn a_probe_whose_worker_died_is_made_again_at_once(world: &World) {
    fill(world, 3);
    let (dead, other, lives) = (world.worker(), world.worker(), world.worker());
    shut(world, 5);
    world.pass(SECOND * 5);
    assert!(!status(world).closure.expect("closed").is_probed, "it is due, and nobody makes it");
    world.claim(dead);
    assert!(status(world).closure.expect("closed").is_probed);
    let died = |worker| crate::world::Judge { dead: vec![worker], fate: Fate::Released };
    world.store.recover(&died(other)).expect("recovers");
    assert!(claim(&*world.store, lives, 3).is_empty(), "it was another's");
    world.store.recover(&died(dead)).expect("recovers");
    let closure = status(world).closure.expect("closed");
    assert_eq!((closure.until, closure.is_probed, closure.rests), (world.now(), false, 1));
    let probe = world.claim(lives);
    assert_eq!(probe.probe(), Some(1), "it was no rest");
    world.settle(lives, back(probe, unreachable(2)));
    assert!(!status(world).closure.expect("closed").is_probed, "it is back");
}

pub fn a_lane_stays_closed_while_nothing_is_there_to_probe_it(world: &World) {
    let id = world.enqueue(message("+85291234567", "alone"));
    shut(world, 5);
    world.order(id, smsctl::queue::Order::Hold);
    world.pass(SECOND * 5);
    let turn = exchange(&*world.store, world.worker(), &[], 5);
    assert_eq!((turn.claims.len(), turn.shut.len(), turn.next_due), (0, 1, None));
    let closure = status(world).closure.expect("closed");
    assert_eq!(closure.until, world.now(), "a probe is due");
}

pub fn a_paused_lane_gives_nothing(world: &World) {
    fill(world, 3);
    let worker = world.worker();
    let held = world.claim(worker);
    assert!(world.store.change_lane(LANE, &pause(None)).expect("pauses"));
    let turn = exchange(&*world.store, worker, &[held.settle(completed(), None)], 5);
    assert_eq!((turn.settled.len(), turn.claims.len(), turn.next_due), (1, 0, None), "what is out may end");
    assert_eq!((turn.shut[0].barrier.reason, turn.shut[0].barrier.opens_in), (None, None));
    let told = status(world).pause.expect("paused");
    assert_eq!((told.at, told.until), (Some(world.now()), None));
    assert_eq!(told.reason.as_deref(), Some("the provider asked for it"));
    assert!(world.store.change_lane(LANE, &LaneOrder::Resume).expect("resumes"));
    assert!(!world.store.change_lane(LANE, &LaneOrder::Resume).expect("resumes"), "nothing is left to resume");
    assert_eq!(claim(&*world.store, worker, 5).len(), 2);
    world.assert_sound();
}

pub fn a_pause_ends_at_its_time(world: &World) {
    for until in [Due::In(SECOND * 30), Due::At(world.now() + SECOND * 30)] {
        let world = world.fresh();
        fill(&world, 2);
        let worker = world.worker();
        world.store.change_lane(LANE, &pause(Some(until))).expect("pauses");
        let turn = exchange(&*world.store, worker, &[], 5);
        assert_eq!((turn.claims.len(), turn.next_due), (0, Some(SECOND * 30)));
        world.pass(SECOND * 30);
        assert_eq!(status(&world).pause, None);
        assert_eq!(claim(&*world.store, worker, 5).len(), 2, "nobody needs to resume it");
    }
}

pub fn resume_opens_a_closed_lane(world: &World) {
    fill(world, 4);
    let worker = world.worker();
    world.settle(worker, back(world.claim(worker), close(ClosedReason::Credit, 3600)));
    assert!(claim(&*world.store, worker, 5).is_empty());
    assert!(world.store.change_lane(LANE, &LaneOrder::Resume).expect("resumes"));
    assert_eq!(status(world), LaneStatus { lane: LANE.to_owned(), ..LaneStatus::default() });
    let claims = claim(&*world.store, worker, 5);
    assert_eq!(claims.len(), 4, "all at once: somebody says that it can be used");
    assert!(claims.iter().all(|claim| claim.probe().is_none()));
}

pub fn a_pause_keeps_the_closure_that_it_hides(world: &World) {
    fill(world, 2);
    let worker = world.worker();
    shut(world, 5);
    world.store.change_lane(LANE, &pause(Some(Due::In(SECOND * 30)))).expect("pauses");
    world.pass(SECOND * 30);
    assert_eq!(claim(&*world.store, worker, 5).len(), 1, "it is still to be probed");
}

pub fn orders_for_lanes_are_noticed_and_kept_on_record(world: &World) {
    let other = world.another();
    let news = || other.changed().expect("looks");
    news();
    for order in [pause(None), LaneOrder::Resume] {
        while news() {}
        world.store.change_lane(LANE, &order).expect("orders");
        assert!(news(), "{order:?}");
    }
    let recorded = "UPDATE audit_log SET changed = 7 WHERE filter = 'lane=gateway:default' AND action LIKE 'lane %'";
    assert_eq!(world.other_program(recorded), 2);
}

pub fn a_fresh_lane_passes_a_burst_in_its_first_second(world: &World) {
    let rate = Rate { per_s: 5.0, burst: 5.0 };
    fill(world, 40);
    let worker = world.worker();
    let mut passed = Vec::new();
    for _ in 0..3 {
        let mut second = 0;
        for _ in 0..100 {
            second += claim_rated(&*world.store, worker, 9, rate).claims.len();
            world.pass(SECOND / 100);
        }
        passed.push(second);
    }
    assert_eq!(passed, [5, 5, 5]);
}

pub fn a_clock_that_jumps_refills_nothing(world: &World) {
    fill(world, 60);
    let (worker, rate) = (world.worker(), Rate { per_s: 1.0, burst: 10.0 });
    let claim = |count| claim_rated(&*world.store, worker, count, rate).claims.len();
    assert_eq!(claim(20), 10, "a fresh lane");
    // As if it had been set ahead, and back, and ahead again.
    for counted in ["2001-02-03", "2101-02-03", "2001-02-04"] {
        let statement = format!("UPDATE lanes SET refilled_at = '{counted} 00:00:00.000000'");
        assert_eq!(world.other_program(&statement), 1);
        assert_eq!(claim(20), 0, "counted in {counted}");
        world.pass(SECOND * 2);
        assert_eq!(claim(20), 2, "counted in {counted}: what flowed in since");
    }
    world.assert_sound();
}

pub fn a_rate_is_exact_over_time(world: &World) {
    let rate = Rate { per_s: 7.0, burst: 3.0 };
    fill(world, 500);
    let other = world.another();
    let workers = [(&world.store, world.worker()), (&other, register(&*other))];
    let (began, mut passed) = (world.now(), 0);
    while world.now() < began + SECOND * 60 {
        for (store, worker) in &workers {
            let turn = claim_rated(&***store, *worker, 4, rate);
            passed += turn.claims.len();
        }
        world.pass(Duration::from_millis(37));
    }
    assert!((passed as f64 - 420.0).abs() <= 420.0 * 0.03, "{passed} in a minute at 7 a second");
}

pub fn a_clock_that_goes_back_keeps_no_lane_closed(world: &World) {
    let hour = SECOND * 3600;
    let all = fill(world, 8);
    shut(world, 5);
    let before = status(world).closure.expect("it is closed").until;
    world.pass_back(hour);
    assert!(status(world).closure.expect("it is closed").until <= world.now(), "nobody is told to wait until {before}");
    let worker = world.worker();
    let probe = claim(&*world.store, worker, 4);
    assert_eq!((ids(&probe), probe[0].probe()), (all[..1].to_vec(), Some(1)), "the way is tried");
    let probe = probe.into_iter().next().expect("the probe");
    world.settle(worker, back(probe, unreachable(7)));
    assert!(claim(&*world.store, worker, 1).is_empty(), "it rests, as long as it is to");
    world.pass(SECOND * 7);
    let probe = claim(&*world.store, worker, 4).remove(0);
    world.settle(worker, probe.settle(completed(), Some(LaneWord::Open)));
    let answered = world.claim(worker);
    world.settle(worker, answered.settle(deferred(hour), Some(throttled(300))));
    world.pass_back(hour);
    let again = world.claim(worker);
    assert!(again.probe().is_none(), "a throttled lane is open when its time is over");
    world.settle(worker, again.settle(deferred(hour), Some(throttled(20))));
    assert!(claim(&*world.store, worker, 1).is_empty(), "and closed for as long as the gateway says now");
    world.pass(SECOND * 20);
    assert_eq!(claim(&*world.store, worker, 1).len(), 1);
    world.assert_sound();
}
