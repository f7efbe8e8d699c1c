//! Ends that come when their claim no longer holds: another program changed the row, or the worker was taken for dead.

use std::time::Duration;

use smsctl::queue::{DeadLetterState, Fate, Filter, Message, NewTask, Order, State, TaskId};
use smsctl::store::{Claim, Settled};

use crate::world::{Judge, World, claim, completed, deferred, exchange, message, only, parked, rejected, unknown};

const SECOND: Duration = Duration::from_secs(1);

/// A task on the wire.
fn on_the_wire(world: &World) -> (TaskId, Claim) {
    let id = world.enqueue(message("+85291234567", "hello"));
    let claim = world.claim(world.worker());
    assert_eq!(claim.id(), id);
    (id, claim)
}

fn settle(world: &World, claim: Claim, fate: Fate) -> Settled {
    let worker = world.worker();
    world.settle(worker, claim.settle(fate, None))
}

fn set(world: &World, id: TaskId, what: &str) {
    assert_eq!(world.other_program(&format!("UPDATE queued_tasks SET {what} WHERE id = {id}")), 1);
}

fn outcomes(world: &World, id: TaskId) -> Vec<(u32, String)> {
    let attempts = world.store.attempts(id).expect("lists");
    attempts.into_iter().map(|attempt| (attempt.attempt, attempt.outcome)).collect()
}

fn retry(world: &World, id: TaskId, unknown: bool) -> u64 {
    let order = Order::Retry { unknown };
    let counted = world.store.count(&only(id), order).expect("counts");
    let changed = world.store.change(&only(id), order).expect("retries");
    assert_eq!(counted, changed);
    changed
}

/// Another worker takes all for dead, and makes what they held unknown.
fn recover(world: &World) {
    let dead = world.store.workers().expect("lists").iter().map(|worker| worker.id).collect();
    world.another().recover(&Judge { dead, fate: unknown() }).expect("recovers");
}

pub fn an_accepted_answer_completes_a_task_that_waits(world: &World) {
    for change in
        ["status = 'pending'", "status = 'failed'", "status = 'scheduled'", "status = 'failed', worker_id = 3"]
    {
        let world = world.fresh();
        let (id, claim) = on_the_wire(&world);
        set(&world, id, change);
        world.pass(SECOND);
        assert_eq!(settle(&world, claim, completed()), Settled::Done, "{change}");
        let task = world.get(id);
        assert_eq!((task.status, task.completed_at), (State::Completed, Some(world.now())), "{change}");
        assert_eq!((task.provider_message_id.as_deref(), task.attempt, task.departed), (Some("p-1"), 1, 1));
        assert!(outcomes(&world, id).is_empty(), "a good attempt is on the task itself");
        assert!(exchange(&*world.store, world.worker(), &[], 9).claims.is_empty(), "it is not sent again");
        world.assert_sound();
    }
}

pub fn an_accepted_answer_leaves_what_was_put_aside(world: &World) {
    for change in ["status = 'cancelled'", "status = 'held'", "worker_id = 3"] {
        let world = world.fresh();
        let (id, claim) = on_the_wire(&world);
        set(&world, id, change);
        let before = world.state(id);
        assert_eq!(settle(&world, claim, completed()), Settled::Lost, "{change}");
        assert_eq!(world.state(id), before, "{change}");
        assert_eq!(outcomes(&world, id), [(1, "accepted".to_owned())], "{change}");
        world.assert_sound();
        // Whatever becomes of the task, a plain order never sends it a second time.
        set(&world, id, "status = 'failed'");
        assert_eq!(retry(&world, id, false), 0, "{change}");
        assert_eq!(retry(&world, id, true), 1, "{change}");
        world.assert_sound();
    }
}

pub fn an_accepted_answer_ends_no_task_that_waits_with_another_text(world: &World) {
    for what in ["content = 'Hello'", "recipient = '+85298765432'", "sender = 'X'", "args = '[1]'", "kwargs = '{}'"] {
        for status in ["pending", "failed"] {
            let case = format!("{what}, {status}");
            let world = world.fresh();
            let (id, claim) = on_the_wire(&world);
            set(&world, id, &format!("{what}, status = '{status}'"));
            assert_eq!(settle(&world, claim, completed()), Settled::Lost, "{case}: nobody got that");
            assert_eq!(outcomes(&world, id), [(1, "accepted".to_owned())], "{case}");
            let again = exchange(&*world.store, world.worker(), &[], 9).claims.len();
            assert_eq!(again, usize::from(status == "pending"), "{case}: it goes out as the application has it now");
            world.assert_sound();
        }
    }
    // Of another program's row the engine reads the message from `args` and `kwargs`.
    let id = world.enqueue(message("+85291234567", "hello"));
    set(world, id, "recipient = NULL, content = NULL, kwargs = '{\"phone\": \"+85291234567\"}'");
    let mut claim = world.claim(world.worker());
    claim.address(Message { recipient: "+85291234567".to_owned(), text: "hello".to_owned(), sender: None });
    set(world, id, "status = 'pending'");
    assert_eq!(settle(world, claim, completed()), Settled::Done, "it says the same");
    assert_eq!(world.state(id), State::Completed);
    world.assert_sound();
}

pub fn an_accepted_answer_completes_a_task_whose_claim_another_program_disfigured(world: &World) {
    for change in ["attempt = 0", "attempt = NULL", "started_at = NULL", "status = 'failed', attempt = 0"] {
        let world = world.fresh();
        let (id, claim) = on_the_wire(&world);
        set(&world, id, change);
        assert_eq!(settle(&world, claim, completed()), Settled::Done, "{change}: it is known to have arrived");
        assert_eq!(world.state(id), State::Completed, "{change}");
        assert_eq!(retry(&world, id, true), 0, "{change}: nobody is asked to send it again");
        world.assert_sound();
    }
}

pub fn an_answer_settles_nothing_of_a_row_that_came_in_its_place(world: &World) {
    const NEW: &str = "INTO queued_tasks (id, task_name, task_func, recipient, content, max_retries) VALUES";
    for fate in [completed(), rejected(), deferred(SECOND), unknown(), Fate::Released] {
        for (old_goes, new_comes) in [("DELETE FROM queued_tasks WHERE id =", "INSERT"), ("", "REPLACE")] {
            for is_claimed in [false, true] {
                let case = format!("{fate:?} {new_comes} {is_claimed}");
                let world = world.fresh();
                let (id, old) = on_the_wire(&world);
                let worker = world.worker();
                world.pass(SECOND);
                if !old_goes.is_empty() {
                    world.other_program(&format!("{old_goes} {id}"));
                }
                world.other_program(&format!(
                    "{new_comes} {NEW} ({id}, 'sms', 'gateway:default', '+85298765432', 'other', 3)"
                ));
                let new = is_claimed.then(|| world.claim(worker));
                let before = format!("{:?}", world.get(id));
                assert_eq!(settle(&world, old, fate.clone()), Settled::Lost, "{case}");
                assert_eq!(format!("{:?}", world.get(id)), before, "{case}");
                assert!(outcomes(&world, id).is_empty(), "{case}");
                let new = new.unwrap_or_else(|| world.claim(worker));
                assert_eq!(settle(&world, new, completed()), Settled::Done, "{case}");
                assert_eq!(world.state(id), State::Completed, "{case}");
                world.assert_sound();
            }
        }
    }
}

pub fn of_two_rows_whose_ids_were_exchanged_neither_gets_the_others_answer(world: &World) {
    for (is_recovered, fate) in [(false, completed()), (false, unknown()), (true, completed()), (true, rejected())] {
        let case = format!("{fate:?}, recovered: {is_recovered}");
        let world = world.fresh();
        let ids = [1, 2].map(|n| world.enqueue(message("+85291234567", &format!("text {n}"))));
        let worker = world.worker();
        let claims = claim(&*world.store, worker, 2);
        assert_eq!(claims.len(), 2, "{case}");
        for (from, to) in [(ids[0], 900), (ids[1], ids[0]), (900, ids[1])] {
            set(&world, from, &format!("id = {to}"));
        }
        if is_recovered {
            recover(&world);
        }
        for claim in claims {
            assert_eq!(world.settle(worker, claim.settle(fate.clone(), None)), Settled::Lost, "{case}");
        }
        if !is_recovered {
            recover(&world);
        }
        for id in ids {
            let task = world.get(id);
            assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unknown")), "{case}");
            assert_eq!((task.departed, outcomes(&world, id)), (1, vec![(1, "unknown".to_owned())]), "{case}");
        }
        world.assert_sound();
    }
}

/// Another program's REPLACE of a row, with all that the claim is known by; `changed` is SQL for one of its columns.
fn put_back(world: &World, id: TaskId, changed: (&str, &str)) {
    let columns = "id, task_name, task_func, args, kwargs, recipient, content, sender, status, worker_id, attempt, created_at, \
                   started_at, max_retries, retry_count";
    let values = columns.replace(changed.0, changed.1);
    world.other_program(&format!(
        "REPLACE INTO queued_tasks ({columns}) SELECT {values} FROM queued_tasks WHERE id = {id}"
    ));
}

pub fn an_answer_ends_no_row_that_came_in_its_place_with_another_message(world: &World) {
    for changed in [("content", "'Hello'"), ("recipient", "'+85298765432'"), ("kwargs", "'{}'"), ("sender", "'X'")] {
        for (is_answered, status) in [(true, "processing"), (true, "pending"), (false, "processing")] {
            let case = format!("{changed:?} {is_answered} {status}");
            let world = world.fresh();
            let (id, claim) = on_the_wire(&world);
            put_back(&world, id, changed);
            assert_eq!((world.get(id).attempt, world.get(id).departed), (2, 1), "{case}: the old one may have arrived");
            set(&world, id, &format!("status = '{status}'"));
            let worker = world.get(id).worker_id.expect("the claim's");
            if is_answered {
                assert_eq!(world.settle(worker, claim.settle(completed(), None)), Settled::Lost, "{case}");
                assert_eq!(world.state(id).as_str(), status, "{case}");
            }
            recover(&world);
            let task = world.get(id);
            assert_ne!(task.status, State::Completed, "{case}");
            assert_eq!(task.departed, 1, "{case}");
            if status == "processing" {
                assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unknown")), "{case}");
            }
            world.assert_sound();
        }
    }
    let (id, claim) = on_the_wire(world);
    put_back(world, id, ("max_retries", "9"));
    let worker = world.get(id).worker_id.expect("the claim's");
    assert_eq!(world.settle(worker, claim.settle(completed(), None)), Settled::Done, "it says the same");
    assert_eq!(world.state(id), State::Completed);
    world.assert_sound();
}

pub fn what_was_held_on_the_wire_needs_an_express_order(world: &World) {
    for fate in [Some(completed()), Some(unknown()), None] {
        let world = world.fresh();
        let (id, claim) = on_the_wire(&world);
        set(&world, id, "status = 'held'");
        if let Some(fate) = fate.clone() {
            assert_eq!(settle(&world, claim, fate), Settled::Lost);
        }
        for (order, taken) in [(Order::Release { unknown: false }, 0), (Order::Release { unknown: true }, 1)] {
            assert_eq!(world.store.count(&only(id), order).expect("counts"), taken, "{fate:?}");
            assert_eq!(world.store.change(&only(id), order).expect("releases"), taken, "{fate:?}");
        }
        assert_eq!(world.state(id), State::Pending);
        world.assert_sound();
    }
}

pub fn an_answer_says_of_a_row_that_was_put_back_that_it_may_have_arrived(world: &World) {
    for (state, order, express) in [
        ("held", Order::Release { unknown: false }, Order::Release { unknown: true }),
        (
            "failed', worker_id = 3, attempt = attempt + '1",
            Order::Retry { unknown: false },
            Order::Retry { unknown: true },
        ),
    ] {
        let world = world.fresh();
        let (id, claim) = on_the_wire(&world);
        // What `REPLACE` with the application's columns leaves of it.
        set(&world, id, &format!("departed = 0, status = '{state}'"));
        assert_eq!(settle(&world, claim, completed()), Settled::Lost, "{state}");
        assert_eq!(world.get(id).departed, 1, "{state}");
        assert_eq!(world.store.change(&only(id), order).expect("changes"), 0, "{state}");
        assert_eq!(world.store.change(&only(id), express).expect("changes"), 1, "{state}");
    }
}

pub fn an_accepted_answer_never_overwrites_a_newer_attempt(world: &World) {
    for fate in [completed(), rejected(), parked(), unknown()] {
        let world = world.fresh();
        let (id, old) = on_the_wire(&world);
        set(&world, id, "status = 'pending'");
        let new = world.claim(world.worker());
        assert_eq!((new.id(), new.attempt()), (id, 2));
        assert_eq!(settle(&world, old, completed()), Settled::Lost);
        assert_eq!((world.state(id), world.get(id).departed), (State::Processing, 2));
        assert_eq!(settle(&world, new, fate.clone()), Settled::Done, "{fate:?}");
        assert_eq!(outcomes(&world, id)[0], (1, "accepted".to_owned()));
        assert_eq!(retry(&world, id, false), 0, "{fate:?}");
        world.assert_sound();
    }
    let (id, old) = on_the_wire(world);
    set(world, id, "attempt = 7");
    assert_eq!(settle(world, old, completed()), Settled::Lost, "the number itself was changed");
    assert_eq!((world.state(id), outcomes(world, id)), (State::Processing, vec![(1, "accepted".to_owned())]));
    world.assert_sound();
}

pub fn an_answer_to_a_claim_that_came_back_unsent_counts_after_another_one_has_failed(world: &World) {
    let (id, first) = on_the_wire(world);
    let dead = world.store.workers().expect("lists").iter().map(|worker| worker.id).collect();
    world.another().recover(&Judge { dead, fate: Fate::Released }).expect("recovers");
    world.pass(SECOND);
    let second = world.claim(world.worker());
    assert_eq!((settle(world, second, parked()), world.get(id).departed), (Settled::Done, 0));
    assert_eq!(settle(world, first, completed()), Settled::Lost, "a newer attempt decides");
    assert!(outcomes(world, id).contains(&(1, "accepted".to_owned())), "{:?}", outcomes(world, id));
    assert_eq!((world.get(id).departed, retry(world, id, false)), (1, 0), "it has left all the same");
}

pub fn an_answer_to_a_claim_that_was_given_back_counts_after_another_one_came_back_unsent(world: &World) {
    let (id, first) = on_the_wire(world);
    let dead = world.store.workers().expect("lists").iter().map(|worker| worker.id).collect();
    world.another().recover(&Judge { dead, fate: Fate::Released }).expect("recovers");
    let second = world.claim(world.worker());
    assert_eq!(settle(world, second, Fate::Released), Settled::Done);
    assert_eq!(settle(world, first, completed()), Settled::Lost);
    let task = world.get(id);
    assert_eq!((task.status, task.attempt, task.departed), (State::Pending, 2, 1), "it may have arrived");
    assert_eq!(outcomes(world, id), [(1, "accepted".to_owned())]);
    world.assert_sound();
}

pub fn two_claims_of_one_task_that_end_in_one_turn_count_once_each(world: &World) {
    for newest_first in [false, true] {
        let world = world.fresh();
        let worker = world.worker();
        let id = world.enqueue(message("+85291234567", "hello"));
        let first = world.claim(worker);
        set(&world, id, "status = 'pending'");
        let second = world.claim(worker);
        let mut ends = vec![first.settle(parked(), None), second.settle(parked(), None)];
        if newest_first {
            ends.reverse();
        }
        exchange(&*world.store, worker, &ends, 0);
        let task = world.get(id);
        assert_eq!((task.status, task.departed), (State::Failed, 0), "newest first: {newest_first}");
        assert_eq!(world.store.stats().expect("counts").tasks.unknown, 0, "newest first: {newest_first}");
        world.assert_sound();
    }
}

pub fn an_answer_after_a_recovery_is_new_knowledge(world: &World) {
    let (id, accepted) = on_the_wire(world);
    recover(world);
    assert_eq!(outcomes(world, id), [(1, "unknown".to_owned())]);
    assert_eq!(settle(world, accepted, completed()), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.error_type, task.error_message), (State::Completed, None, None));
    assert_eq!(outcomes(world, id), [(1, "accepted".to_owned())], "nothing is unknown any more");
    let (id, deferred_late) = on_the_wire(world);
    recover(world);
    assert_eq!(settle(world, deferred_late, deferred(SECOND * 9)), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unavailable")));
    assert_eq!((task.retry_count, task.departed, task.available_at), (1, 0, Some(world.now() + SECOND * 9)));
    assert_eq!(outcomes(world, id), [(1, "deferred".to_owned())]);
    // An order came first: what it set going is not overwritten.
    let (id, late) = on_the_wire(world);
    recover(world);
    assert_eq!(retry(world, id, true), 1);
    let newer = world.claim(world.worker());
    assert_eq!(settle(world, late, completed()), Settled::Lost);
    assert_eq!((newer.id(), world.state(id)), (id, State::Processing));
    assert_eq!(outcomes(world, id), [(1, "accepted".to_owned())]);
    assert_eq!(settle(world, newer, parked()), Settled::Done);
    assert_eq!(retry(world, id, false), 0);
    world.assert_sound();
}

pub fn a_late_answer_leaves_nothing_to_wake_up_for(world: &World) {
    let (id, accepted) = on_the_wire(world);
    let dead = world.store.workers().expect("lists").iter().map(|worker| worker.id).collect();
    world.another().recover(&Judge { dead, fate: deferred(SECOND * 2) }).expect("recovers");
    assert!(world.get(id).available_at.is_some(), "it is due in two seconds");
    let turn = exchange(&*world.store, world.worker(), &[accepted.settle(completed(), None)], 1);
    assert_eq!((turn.settled, world.state(id)), (vec![Settled::Done], State::Completed));
    assert_eq!((turn.next_due, turn.more), (None, false));
}

pub fn a_refusal_after_a_recovery_is_a_dead_letter(world: &World) {
    let (id, claim) = on_the_wire(world);
    recover(world);
    assert_eq!(settle(world, claim, rejected()), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.error_type.as_deref(), task.departed), (State::Failed, Some("rejected"), 0));
    assert!(task.retry_count >= task.max_retries, "{task:?}");
    let letters = world.letters();
    assert_eq!((letters.len(), letters[0].error_type.as_deref(), letters[0].max_retries), (1, Some("rejected"), 3));
    assert_eq!(outcomes(world, id), [(1, "rejected".to_owned())]);
    world.assert_sound();
}

pub fn an_answer_after_the_last_attempt_corrects_its_letter(world: &World) {
    let last = || {
        let id = world.enqueue(NewTask { max_retries: 1, ..message("+85291234567", "hello") });
        let claim = world.claim(world.worker());
        recover(world);
        let letter = world.letters().pop().expect("a dead letter");
        assert_eq!((letter.task_id, letter.status), (Some(id), DeadLetterState::Pending));
        (id, claim, letter.id)
    };
    let read = |id| world.store.dead_letter(id).expect("reads").expect("is there");
    let (id, claim, letter) = last();
    assert_eq!(settle(world, claim, completed()), Settled::Done);
    assert_eq!((world.state(id), read(letter).status), (State::Completed, DeadLetterState::Abandoned));
    assert!(read(letter).error_message.is_some_and(|words| words.contains("accepted it after all")));
    world.assert_sound();
    let (id, claim, letter) = last();
    assert_eq!(settle(world, claim, rejected()), Settled::Done);
    assert_eq!((world.state(id), read(letter).status), (State::Failed, DeadLetterState::Pending));
    assert_eq!(read(letter).error_type.as_deref(), Some("rejected"));
    assert_eq!(world.letters().len(), 2, "one letter for each task");
    world.assert_sound();
}

pub fn what_came_back_unsent_after_a_recovery_goes_on(world: &World) {
    let (id, claim) = on_the_wire(world);
    recover(world);
    assert_eq!(settle(world, claim, Fate::Released), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.departed, task.available_at), (State::Failed, 0, Some(world.now())));
    let again = world.claim(world.worker());
    assert_eq!((again.id(), again.attempt()), (id, 2), "nobody needs to order it");
    world.assert_sound();
}

pub fn a_lost_answer_that_is_certain_frees_the_task(world: &World) {
    for (fate, recorded) in [
        (parked(), vec![(1, "deferred".to_owned())]),
        (rejected(), vec![(1, "rejected".to_owned())]),
        (Fate::Released, vec![]),
    ] {
        let world = world.fresh();
        let (id, claim) = on_the_wire(&world);
        set(&world, id, "status = 'failed'");
        assert_eq!(retry(&world, id, false), 0, "nobody knows yet");
        assert_eq!(settle(&world, claim, fate.clone()), Settled::Lost);
        assert_eq!((world.get(id).departed, outcomes(&world, id)), (0, recorded), "{fate:?}");
        assert!(world.letters().is_empty(), "what became of the task is the other program's to say");
        assert_eq!(retry(&world, id, false), 1, "it certainly did not go out");
        world.assert_sound();
    }
}

pub fn a_claim_that_nobody_settled_needs_an_express_order(world: &World) {
    let (id, claim) = on_the_wire(world);
    drop(claim);
    set(world, id, "status = 'failed', retry_count = 1");
    recover(world);
    assert_eq!((world.state(id), outcomes(world, id)), (State::Failed, vec![]), "its worker died with it");
    assert_eq!(world.store.change(&Filter::default(), Order::Retry { unknown: false }).expect("retries"), 0);
    assert_eq!(retry(world, id, true), 1);
    // Attempts that are certain do not make the first one so.
    let claim = world.claim(world.worker());
    settle(world, claim, parked());
    assert_eq!((world.get(id).departed, retry(world, id, false)), (1, 0));
    world.assert_sound();
}

pub fn a_late_end_is_recorded_once(world: &World) {
    for fate in [completed(), parked(), unknown(), rejected(), Fate::Released] {
        let world = world.fresh();
        let id = world.enqueue(message("+85291234567", "hello"));
        // An earlier attempt stays in doubt, whatever is said twice about the second one.
        let worker = world.worker();
        world.settle(worker, world.claim(worker).settle(unknown(), None));
        assert_eq!(retry(&world, id, true), 1);
        let late = [world.claim(worker).settle(fate.clone(), None)];
        set(&world, id, "status = 'cancelled'");
        let read = || (world.get(id).departed, outcomes(&world, id));
        assert_eq!(exchange(&*world.store, worker, &late, 0).settled, [Settled::Lost], "{fate:?}");
        let once = read();
        assert!(once.0 >= 1, "{fate:?}: {once:?}");
        assert_eq!(exchange(&*world.another(), worker, &late, 0).settled, [Settled::Lost], "{fate:?}");
        assert_eq!(read(), once, "{fate:?}");
        world.assert_sound();
    }
}

pub fn an_attempt_is_never_recorded_as_less(world: &World) {
    let (id, claim) = on_the_wire(world);
    set(world, id, "status = 'held'");
    let worker = world.worker();
    let accepted = [claim.settle(completed(), None)];
    assert_eq!(exchange(&*world.store, worker, &accepted, 0).settled, [Settled::Lost]);
    // Another program puts it back into the dead worker's hands.
    set(world, id, "status = 'processing'");
    recover(world);
    assert_eq!(world.state(id), State::Failed);
    assert_eq!(outcomes(world, id), [(1, "accepted".to_owned())]);
    assert_eq!(retry(world, id, false), 0);
    world.assert_sound();
}
