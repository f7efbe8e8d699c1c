//! Another program's constraint refuses what a turn would change.

use std::collections::BTreeSet;
use std::time::Duration;

use smsctl::queue::{Due, NewTask, State, TaskId, WorkerId};
use smsctl::store::{Claim, Exchange, StoreError, Turn, Wanted};

use crate::world::{LANE, World, claim, completed, deferred, message, register};

const MINUTE: Duration = Duration::from_secs(60);

fn ids(claims: &[Claim]) -> Vec<TaskId> {
    claims.iter().map(Claim::id).collect()
}

/// Takes turns until one succeeds: the tasks that are left alone, and what it brought.
#[track_caller]
fn exchange(world: &World, worker: WorkerId, count: usize) -> (Vec<TaskId>, Exchange) {
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count, rate: None }];
    let mut alone = Vec::new();
    loop {
        match world.store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }) {
            Ok(exchange) => return (alone, exchange),
            Err(StoreError::LeftAlone { task, refusal }) if matches!(*refusal, StoreError::Refused { .. }) => {
                alone.push(task)
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// Of each recipient there may be one task in each status.
fn one_each(world: &World) {
    world.other_program("CREATE UNIQUE INDEX panel_once ON queued_tasks (status, recipient)");
}

pub fn a_claim_that_is_refused_keeps_no_other_waiting(world: &World) {
    one_each(world);
    let worker = world.worker();
    let first = world.enqueue(message("+85291234567", "first"));
    let held = world.claim(worker);
    let second = world.enqueue(message("+85291234567", "second"));
    let others = ["+85291234568", "+85291234569"].map(|to| world.enqueue(message(to, "hello")));
    let (alone, turn) = exchange(world, worker, 2);
    assert_eq!((alone, ids(&turn.claims)), (vec![second], others.to_vec()), "as many as were wanted");
    let (alone, turn) = exchange(world, worker, 2);
    assert_eq!((alone, ids(&turn.claims)), (vec![], vec![]), "it is told once");
    assert_eq!(turn.next_due, None, "there is nothing to wake up for");
    assert_eq!((world.state(first), world.state(second)), (State::Processing, State::Pending));
    world.settle(worker, held.settle(completed(), None));
    // Who has not been refused looks at once.
    let other = world.another();
    assert_eq!(ids(&claim(&*other, register(&*other), 2)), [second]);
    world.assert_sound();
}

pub fn what_may_not_become_due_or_expire_keeps_no_other_waiting(world: &World) {
    one_each(world);
    let worker = world.worker();
    let soon = |to: &str| NewTask { available: Some(Due::In(MINUTE)), ..message(to, "later") };
    let short = |to: &str| NewTask { expires: Some(Due::In(MINUTE)), ..message(to, "code") };
    world.bring(message("+85291234561", "failed"), State::Failed);
    let waiting = world.bring(message("+85291234562", "out"), State::Processing);
    let expiring = world.enqueue(short("+85291234561"));
    let claimable = world.enqueue(message("+85291234562", "hello"));
    let scheduled = world.enqueue(soon("+85291234562"));
    let due = world.enqueue(soon("+85291234563"));
    world.pass(MINUTE * 2);
    let (alone, turn) = exchange(world, worker, 9);
    let alone = alone.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(alone, BTreeSet::from([expiring, claimable, scheduled]));
    assert_eq!(ids(&turn.claims), [due]);
    let states = [expiring, waiting, claimable, scheduled].map(|id| world.state(id));
    assert_eq!(states, [State::Pending, State::Processing, State::Pending, State::Scheduled]);
    world.assert_sound();
}

/// A storm stays one where one of its tasks may not become due: fresh messages go first.
pub fn a_storm_with_a_task_that_may_not_become_due_keeps_no_fresh_one_waiting(world: &World) {
    let worker = world.worker();
    let old: Vec<_> = (0..300).map(|n| message(&format!("+8529123{n:04}"), "old")).collect();
    world.store.enqueue(&old, 0).expect("enqueues");
    let claims = claim(&*world.store, worker, 300);
    let ends: Vec<_> = claims.into_iter().map(|claim| claim.settle(deferred(MINUTE), None)).collect();
    world.store.exchange(&Turn { worker, settlements: &ends, wanted: &[] }).expect("settles");
    world.other_program(
        "INSERT INTO queued_tasks (task_name, task_func, status, recipient) VALUES ('sms', 'other', 'pending', '+85291230000')",
    );
    one_each(world);
    world.pass(MINUTE * 2);
    let fresh: Vec<_> = (0..4).map(|n| world.enqueue(message(&format!("+8529999{n:04}"), "fresh"))).collect();
    let (alone, turn) = exchange(world, worker, 4);
    assert_eq!(ids(&turn.claims), fresh);
    assert_eq!(alone.len(), 1, "{alone:?}");
    let pending = world.store.stats().expect("counts").tasks.pending;
    assert!(pending < 100, "{pending} came back at once");
    world.assert_sound();
}

/// Outcomes are the worker's to sort out: what is refused to them is laid to no claim.
pub fn a_turn_whose_end_is_refused_says_so(world: &World) {
    let worker = world.worker();
    world.enqueue(message("+85291234567", "first"));
    let held = world.claim(worker);
    world.enqueue(message("+85291234567", "second"));
    world.other_program("INSERT INTO queued_tasks (task_name, task_func, status, recipient) VALUES ('sms', 'other', 'completed', '+85291234567')");
    one_each(world);
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count: 1, rate: None }];
    let settlements = [held.settle(completed(), None)];
    let turn = Turn { worker, settlements: &settlements, wanted: &wanted };
    let error = world.store.exchange(&turn).expect_err("one end is there already");
    assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
    world.assert_sound();
}
