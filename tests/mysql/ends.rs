//! The good ends of a turn, which one statement writes if every claim still holds.

use smsctl::queue::{Fate, Filter, NewTask, State};
use smsctl::store::{Access, Claim, Settled, Settlement, Turn};

use crate::database::Database;
use crate::{assert_sound, claim, message, open, register};

/// The provider's id of a task.
fn provider(id: i64) -> String {
    format!("p'{id}{{ids}}")
}

fn all_accepted(claims: Vec<Claim>) -> Vec<Settlement> {
    let settled = claims.into_iter().map(|claim| {
        let fate = accepted(claim.id());
        claim.settle(fate, None)
    });
    settled.collect()
}

fn accepted(id: i64) -> Fate {
    Fate::Completed { provider_message_id: Some(provider(id)) }
}

/// Claims of several turns, attempts and batches end in one turn: each row gets its own provider's id.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_ends_of_all_kinds_of_claims_are_written_together() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    let of_batch = |name: &str| NewTask { batch: Some(name.to_owned()), ..message(None) };
    let tasks = [message(None), of_batch("a"), of_batch("b"), message(None), of_batch("a"), message(None)];
    store.enqueue(&tasks, 0).expect("enqueues");
    let worker = register(&*store);
    let back: Vec<Settlement> =
        claim(&*store, worker, 2).into_iter().map(|claim| claim.settle(Fate::Released, None)).collect();
    store.exchange(&Turn { worker, settlements: &back, wanted: &[] }).expect("gives back");
    let mut claims = claim(&*store, worker, 3);
    claims.extend(claim(&*store, worker, 3));
    assert_eq!(claims.len(), 6);
    // Not in the order of their ids.
    claims.reverse();
    let settlements = all_accepted(claims);
    let turn = Turn { worker, settlements: &settlements, wanted: &[] };
    assert_eq!(store.exchange(&turn).expect("settles").settled, [Settled::Done; 6]);
    for task in store.list(&Filter::default()).expect("lists") {
        assert_eq!(task.provider_message_id, Some(provider(task.id)), "{}", task.id);
        assert_eq!(task.status, State::Completed, "{}", task.id);
    }
    assert_eq!(database.connect().text("SELECT count(*) FROM queued_tasks WHERE completed_at >= started_at", 0), "6");
    assert_sound(&*store);
}

/// Another program changed a row under its claim. The others of the turn are written, and the counts tell the truth.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_a_row_that_was_changed_keeps_no_other_end_from_being_written() {
    let changes = [
        ("status = 'cancelled'", Settled::Lost),
        ("attempt = attempt + 1", Settled::Lost),
        ("worker_id = 7", Settled::Lost),
        ("batch_id = 99", Settled::Done),
        ("task_func = 'gateway:other'", Settled::Done),
        ("created_at = '2020-02-02 02:02:02'", Settled::Done),
        ("created_at = NULL", Settled::Done),
        ("started_at = started_at + INTERVAL 1 MICROSECOND", Settled::Lost),
        // No other claim of this worker can have left it so.
        ("started_at = NULL", Settled::Done),
    ];
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    let worker = register(&*store);
    for (change, expected) in changes {
        store.enqueue(&vec![message(None); 3], 0).expect("enqueues");
        let claims = claim(&*store, worker, 3);
        let changed = claims[1].id();
        database.connect().run(&format!("UPDATE queued_tasks SET {change} WHERE id = {changed}"));
        let settlements = all_accepted(claims);
        let turn = Turn { worker, settlements: &settlements, wanted: &[] };
        let settled = store.exchange(&turn).expect("settles").settled;
        assert_eq!(settled, [Settled::Done, expected, Settled::Done], "{change}");
        for settlement in [&settlements[0], &settlements[2]] {
            let task = store.get(settlement.claim().id()).expect("reads").expect("is there");
            assert_eq!(task.status, State::Completed, "{change}");
        }
        database.connect().run(&format!("DELETE FROM queued_tasks WHERE id = {changed}"));
        assert_sound(&*store);
    }
}
