//! Another program's constraint refuses what a turn would change.

use std::collections::BTreeSet;
use std::time::Duration;

use smsctl::queue::{Due, NewTask, State, TaskId};
use smsctl::store::{Claim, Exchange, StoreError, Turn, Wanted};

use crate::world::{LANE, World, claim, completed, exchange, message, register};

const MINUTE: Duration = Duration::from_secs(60);

fn ids(claims: &[Claim]) -> Vec<TaskId> {
    claims.iter().map(Claim::id).collect()
}

#[track_caller]
fn left_alone(turn: &Exchange) -> Vec<TaskId> {
    let told = |(task, error): &(TaskId, StoreError)| {
        assert!(matches!(error, StoreError::Refused { .. }), "{error:?}");
        *task
    };
    turn.refused.iter().map(told).collect()
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
    let turn = exchange(&*world.store, worker, &[], 2);
    assert_eq!((left_alone(&turn), ids(&turn.claims)), (vec![second], others.to_vec()), "as many as were wanted");
    let turn = exchange(&*world.store, worker, &[], 2);
    assert_eq!((left_alone(&turn), ids(&turn.claims)), (vec![], vec![]), "it is told once");
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
    let turn = exchange(&*world.store, worker, &[], 9);
    let alone = left_alone(&turn).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(alone, BTreeSet::from([expiring, claimable, scheduled]));
    assert_eq!(ids(&turn.claims), [due]);
    let states = [expiring, waiting, claimable, scheduled].map(|id| world.state(id));
    assert_eq!(states, [State::Pending, State::Processing, State::Pending, State::Scheduled]);
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
