//! Fair shares of a lane: what is fresh waits neither for a storm of retries nor for the end of a long batch.

use std::time::Duration;

use smsctl::queue::{Lane, NewTask, Priority, Rate, State, TaskId, WorkerId};
use smsctl::store::{Claim, Exchange, Settlement, Turn, Wanted};

use crate::world::{LANE, World, claim, completed, deferred, exchange, message};

const SECOND: Duration = Duration::from_secs(1);

fn fill(world: &World, count: usize) -> Vec<TaskId> {
    (0..count).map(|n| world.enqueue(message("+85291234567", &n.to_string()))).collect()
}

fn ids(claims: &[Claim]) -> Vec<TaskId> {
    claims.iter().map(Claim::id).collect()
}

/// A storm of failed tasks that are due all at once.
fn storm(world: &World, count: usize) {
    let tasks: Vec<NewTask> = (0..count).map(|n| message("+85291234567", &n.to_string())).collect();
    for tasks in tasks.chunks(500) {
        world.store.enqueue(tasks, 0).expect("enqueues");
    }
    let worker = world.worker();
    loop {
        let claims = claim(&*world.store, worker, 500);
        if claims.is_empty() {
            break;
        }
        let settlements: Vec<Settlement> =
            claims.into_iter().map(|claim| claim.settle(deferred(SECOND), None)).collect();
        exchange(&*world.store, worker, &settlements, 0);
    }
    world.pass(SECOND);
}

/// How many of `count` messages that leave in turns of four are fresh, in a storm.
fn fresh_among(world: &World, count: usize, rate: Option<Rate>) -> usize {
    let newest = world.all().last().expect("the storm").id;
    fill(world, count);
    let worker = world.worker();
    let (mut left, mut fresh) = (0, 0);
    let task_funcs = [LANE.to_owned()];
    let mut settlements: Vec<Settlement> = Vec::new();
    while left < count {
        let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count: 4, rate }];
        let turn = Turn { worker, settlements: &settlements, wanted: &wanted };
        let claims = world.store.exchange(&turn).expect("exchanges").claims;
        (left, fresh) = (left + claims.len(), fresh + claims.iter().filter(|claim| claim.id() > newest).count());
        settlements = claims.into_iter().map(|claim| claim.settle(completed(), None)).collect();
        world.pass(SECOND / 10);
    }
    world.assert_sound();
    fresh
}

pub fn a_storm_of_retries_leaves_half_to_fresh_messages(world: &World) {
    for rate in [None, Some(Rate { per_s: 10.0, burst: 1.0 })] {
        let world = world.fresh();
        storm(&world, 1_000);
        let fresh = fresh_among(&world, 200, rate);
        assert!((70..=130).contains(&fresh), "{fresh} of 200 at {rate:?}, where one of two is meant to be fresh");
    }
}

const OTHER: &str = "gateway:other";

fn to_other(text: &str) -> NewTask {
    NewTask { lane: Lane::Gateway("other".to_owned()), ..message("+85291234567", text) }
}

/// A turn that asks so many of the lane of the storm, and so many of the other one.
fn two_lanes(world: &World, worker: WorkerId, settlements: &[Settlement], counts: [usize; 2]) -> Exchange {
    let task_funcs = [LANE, OTHER].map(|lane| [lane.to_owned()]);
    let want =
        |lane: &'static str, at: usize| Wanted { lane, task_funcs: &task_funcs[at], count: counts[at], rate: None };
    let wanted = [want(LANE, 0), want(OTHER, 1)];
    world.store.exchange(&Turn { worker, settlements, wanted: &wanted }).expect("exchanges")
}

pub fn a_storm_leaves_half_to_fresh_messages_though_another_lane_has_nothing_to_send(world: &World) {
    storm(world, 1_000);
    let newest = world.all().last().expect("the storm").id;
    fill(world, 200);
    let worker = world.worker();
    let (mut left, mut fresh) = (0, 0);
    let mut settlements: Vec<Settlement> = Vec::new();
    while left < 200 {
        let turn = two_lanes(world, worker, &settlements, [4, 4]);
        assert!(!turn.more, "the other lane is told that there is nothing for it");
        (left, fresh) =
            (left + turn.claims.len(), fresh + turn.claims.iter().filter(|claim| claim.id() > newest).count());
        settlements = turn.claims.into_iter().map(|claim| claim.settle(completed(), None)).collect();
        world.pass(SECOND / 10);
    }
    assert!((70..=130).contains(&fresh), "{fresh} of 200, where one of two is meant to be fresh");
    world.assert_sound();
}

pub fn what_is_due_of_a_lane_comes_back_from_behind_the_storm_of_another(world: &World) {
    storm(world, 300);
    let task = world.enqueue(to_other("1"));
    let worker = world.worker();
    let claims = two_lanes(world, worker, &[], [0, 1]).claims;
    assert_eq!(ids(&claims), [task]);
    let settlements: Vec<Settlement> = claims.into_iter().map(|claim| claim.settle(deferred(SECOND), None)).collect();
    two_lanes(world, worker, &settlements, [0, 0]);
    world.pass(SECOND);
    let turn = two_lanes(world, worker, &[], [0, 4]);
    assert_eq!(ids(&turn.claims), [task], "it is behind 300 that are due longer");
    assert_eq!(
        world.all().iter().filter(|task| task.status == State::Pending).count(),
        0,
        "which wait for their own lane"
    );
    assert_eq!(two_lanes(world, worker, &[], [4, 4]).claims.len(), 4, "and come when that asks");
    world.assert_sound();
}

pub fn a_storm_without_anything_else_to_send_comes_back_at_once(world: &World) {
    storm(world, 1_000);
    let worker = world.worker();
    let mut claimed = 0;
    while claimed < 1_000 {
        let turn = exchange(&*world.store, worker, &[], 64);
        assert_eq!(turn.claims.len(), 64.min(1_000 - claimed), "every sender has something to do");
        claimed += turn.claims.len();
    }
    world.assert_sound();
}

pub fn a_storm_of_retries_keeps_no_urgent_message_waiting(world: &World) {
    storm(world, 1_000);
    let worker = world.worker();
    let urgent = NewTask { priority: Priority::HIGH, ..message("+85291234567", "urgent") };
    let urgent = world.enqueue(urgent);
    assert_eq!(ids(&claim(&*world.store, worker, 4))[0], urgent, "in the very first turn");
}

/// A batch of so many tasks.
fn batch(world: &World, name: &str, count: usize) -> Vec<TaskId> {
    let task = |n: usize| NewTask { batch: Some(name.to_owned()), ..message("+85291234567", &n.to_string()) };
    let tasks = (0..count).map(task).collect::<Vec<_>>();
    tasks.chunks(500).flat_map(|tasks| world.store.enqueue(tasks, 0).expect("enqueues")).map(|task| task.id).collect()
}

pub fn a_long_batch_leaves_half_to_what_came_after_it(world: &World) {
    for rate in [None, Some(Rate { per_s: 10.0, burst: 1.0 })] {
        let world = world.fresh();
        batch(&world, "long", 1_000);
        let fresh = fresh_among(&world, 200, rate);
        assert!((70..=130).contains(&fresh), "{fresh} of 200 at {rate:?}, where one of two is meant to be fresh");
    }
}

pub fn those_behind_a_batch_leave_in_their_order_and_the_batch_fills_what_they_leave_over(world: &World) {
    let long = batch(world, "long", 600);
    let fresh = fill(world, 3);
    let worker = world.worker();
    let turns = [claim(&*world.store, worker, 4), claim(&*world.store, worker, 4), claim(&*world.store, worker, 4)];
    let [first, second, third] = turns.each_ref().map(|claims| ids(claims));
    assert_eq!(first, [long[0], long[1], fresh[0], fresh[1]]);
    assert_eq!(second, [long[2], long[3], fresh[2], long[4]]);
    assert_eq!(third, long[5..9]);
    world.assert_sound();
}

pub fn what_stands_between_two_long_batches_waits_for_neither(world: &World) {
    let first = batch(world, "first", 400);
    let between = fill(world, 2);
    let second = batch(world, "second", 400);
    let last = fill(world, 2);
    let worker = world.worker();
    let turns = [claim(&*world.store, worker, 8), claim(&*world.store, worker, 8)];
    let [turn, next] = turns.each_ref().map(|claims| ids(claims));
    assert_eq!(turn, [&first[..4], &between, &second[..1], &last[..1]].concat());
    assert_eq!(next, [&first[4..8], &second[1..3], &last[1..], &first[8..9]].concat());
    world.assert_sound();
}

pub fn what_came_while_a_batch_was_loaded_waits_no_longer_for_it_than_without(world: &World) {
    let begin = batch(world, "long", 300);
    let among = fill(world, 1);
    let rest = batch(world, "long", 300);
    let behind = fill(world, 8);
    let worker = world.worker();
    let mut left = Vec::new();
    while left.len() < 301 {
        left.extend(ids(&claim(&*world.store, worker, 7)));
    }
    assert_eq!(left, [&begin[..], &among].concat(), "in the order in which they came");
    let mut next = ids(&claim(&*world.store, worker, 4));
    next.sort_unstable();
    assert_eq!(next[2..], behind[..2], "and then by shares: {next:?}, {rest:?}");
    world.assert_sound();
}

pub fn a_batch_that_grew_later_does_not_let_others_pass_by_those_who_wait(world: &World) {
    let long = batch(world, "name", 600);
    let waits = fill(world, 3);
    batch(world, "name", 1);
    fill(world, 20);
    let worker = world.worker();
    let first = ids(&claim(&*world.store, worker, 64));
    assert_eq!(first, long[..64]);
    // As well where every second message has a name that was used before.
    let world = world.fresh();
    let mut mixed = Vec::new();
    for _ in 0..150 {
        mixed.extend(batch(&world, "codes", 1));
        mixed.extend(fill(&world, 1));
    }
    fill(&world, 20);
    let worker = world.worker();
    for id in &mixed[..40] {
        assert_eq!(ids(&claim(&*world.store, worker, 1)), [*id], "{waits:?}");
    }
}

pub fn a_short_batch_is_sent_in_its_turn(world: &World) {
    let short = batch(world, "short", 100);
    fill(world, 4);
    assert_eq!(ids(&claim(&*world.store, world.worker(), 8)), short[..8]);
}

pub fn a_long_batch_keeps_no_urgent_message_waiting(world: &World) {
    let long = batch(world, "long", 600);
    let fresh = fill(world, 1);
    let urgent = world.enqueue(NewTask { priority: Priority::HIGH, ..message("+85291234567", "urgent") });
    let low = world.enqueue(NewTask { priority: Priority::LOW, ..message("+85291234567", "whenever") });
    let worker = world.worker();
    let [first, second] = [claim(&*world.store, worker, 4), claim(&*world.store, worker, 4)];
    let (mut first, second) = (ids(&first), ids(&second));
    assert_eq!(first[0], urgent);
    // Of three places the batch leaves one or two, by chance, and one message stands behind it.
    first.sort_unstable();
    assert_eq!(first, [long[0], long[1], fresh[0], urgent]);
    assert_eq!(second, long[2..6], "what has a lower priority waits: {low}");
}
