//! How senders and tokens are shared.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use smsctl::queue::{Reply, State};

use crate::world::*;

#[test]
fn a_lane_with_a_rate_gives_no_more_than_its_tokens() {
    let (world, clock) = World::frozen();
    world.messages("gateway:slow", 5);
    let steps = std::cell::RefCell::new(Vec::new());
    // Whenever all that was claimed is done, a token's worth of time passes.
    let watch = Watch::on_beat(|summary, in_flight| {
        let mut steps = steps.borrow_mut();
        if in_flight == 0 && summary.completed > steps.last().copied().unwrap_or(0) {
            steps.push(summary.completed);
            clock.fetch_add(10_000, Ordering::SeqCst);
        }
    });
    let plan = at_most(5, vec![rated(way("gateway:slow", |_| accepted()), 100.0, 2.0)]);
    world.run(&plan, &watch);
    drop(watch);
    assert_eq!(*steps.borrow(), [1, 2, 3, 4, 5], "a lane that is used for the first time has one, then one a token");
}

#[test]
fn a_lane_whose_gateway_is_stuck_leaves_senders_to_the_others() {
    const SWIFT: usize = 20;
    let world = World::new();
    world.messages("gateway:stuck", 20);
    world.messages("gateway:swift", SWIFT);
    let sent = Arc::new((Mutex::new(0), Condvar::new()));
    let (swift_sent, stuck_waits) = (Arc::clone(&sent), sent);
    let swift = way("gateway:swift", move |_| {
        *swift_sent.0.lock().unwrap() += 1;
        swift_sent.1.notify_all();
        accepted()
    });
    // The stuck lane answers only when all of the swift one is sent: it can, if it does not hold every sender.
    let stuck = way("gateway:stuck", move |_| {
        let guard = stuck_waits.0.lock().unwrap();
        let patience = Duration::from_secs(20);
        let waited = stuck_waits.1.wait_timeout_while(guard, patience, |sent| *sent < SWIFT).unwrap();
        if waited.1.timed_out() { Reply::unknown("the swift lane did not get a sender") } else { accepted() }
    });
    let summary = world.run(&drain(vec![stuck, swift]), &Watch::new());
    assert_eq!((summary.completed, summary.unknown), (40, 0));
    assert_eq!(world.count(State::Completed), 40);
}

#[test]
fn at_most_so_many_tasks_are_claimed() {
    let world = World::new();
    world.messages("gateway:default", 10);
    let summary = world.run(&at_most(7, vec![way("gateway:default", |_| accepted())]), &Watch::new());
    assert_eq!((summary.claimed, summary.completed), (7, 7));
    assert_eq!(world.count(State::Pending), 3);
}

#[test]
fn lanes_that_are_not_of_this_run_are_left_alone() {
    let world = World::new();
    world.messages("gateway:a", 2);
    world.messages("gateway:b", 2);
    let mut plan = drain(vec![way("gateway:a", |_| accepted()), way("gateway:b", |_| accepted())]);
    plan.ways.pop();
    let watch = Watch::new();
    assert_eq!(world.run(&plan, &watch).completed, 2);
    assert_eq!(world.count(State::Pending), 2);
    watch.assert_times("Unserved", 0);
}
