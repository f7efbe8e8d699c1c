//! Counts: exact after every change, whoever made it.

use std::time::Duration;

use smsctl::queue::{DeadLetterState, Due, Filter, Lane, NewTask, Order, Priority, State};
use smsctl::store::{Settled, StatusCounts, TallyKind};

use crate::world::{HOUR, LANE, World, claim, completed, deferred, message, only, parked, rejected, unknown};

/// What `stats` says is what a look at every task says.
#[track_caller]
fn assert_counts(world: &World) -> StatusCounts {
    let told = world.store.stats().expect("counts").tasks;
    let mut seen = StatusCounts::default();
    let mut held_back = 0;
    let tasks = world.all();
    for task in &tasks {
        let slot = match task.status {
            State::Pending => &mut seen.pending,
            State::Scheduled => &mut seen.scheduled,
            State::Processing => &mut seen.processing,
            State::Completed => &mut seen.completed,
            State::Failed => &mut seen.failed,
            State::Held => &mut seen.held,
            State::Cancelled => &mut seen.cancelled,
            State::Other => &mut seen.other,
        };
        *slot += 1;
        if task.status == State::Failed {
            let is_in_doubt = task.departed > 0 || task.error_type.as_deref() == Some("unknown");
            let is_retryable = task.retry_count < task.max_retries;
            seen.unknown += u64::from(is_in_doubt);
            seen.retryable += u64::from(is_retryable);
            held_back += u64::from(is_in_doubt && is_retryable);
        }
    }
    assert_eq!(told, seen);
    let takes = |unknown| world.store.count(&Filter::default(), Order::Retry { unknown }).expect("counts");
    assert_eq!(takes(true) - takes(false), held_back, "retry-failed leaves alone what is counted as unknown");
    let in_doubt = Filter { in_doubt: true, ..Filter::default() };
    assert_eq!(world.store.list(&in_doubt).expect("lists").len() as u64, told.unknown, "and it can be listed");
    assert_eq!(told.total() + told.other, tasks.len() as u64);
    told
}

pub fn counts_follow_every_change(world: &World) {
    assert_eq!(assert_counts(world), StatusCounts::default());
    let stats = world.store.stats().expect("counts");
    assert_eq!((stats.oldest_pending_age, stats.workers.len(), stats.dead_letters.total()), (None, 0, 0));
    world.store.enqueue(&vec![message("+1", "x"); 8], 0).expect("enqueues");
    assert_eq!(assert_counts(world).pending, 8);
    let later = world.enqueue(NewTask { available: Some(Due::In(HOUR)), ..message("+1", "x") });
    assert_eq!(assert_counts(world).scheduled, 1);
    let worker = world.worker();
    let claims = claim(&*world.store, worker, 6);
    assert_eq!(assert_counts(world).processing, 6);
    let fates = [completed(), rejected(), deferred(HOUR), parked(), unknown(), smsctl::queue::Fate::Released];
    for (claim, fate) in claims.into_iter().zip(fates) {
        world.settle(worker, claim.settle(fate, None));
        assert_counts(world);
    }
    world.order(later, Order::Hold);
    assert_eq!(assert_counts(world).held, 1);
    world.order(later, Order::Cancel);
    let counts = assert_counts(world);
    assert_eq!((counts.cancelled, counts.unknown, counts.retryable), (1, 1, 3));
    world.pass(HOUR);
    claim(&*world.store, worker, 1);
    assert_counts(world);
    world.store.change(&Filter::default(), Order::Retry { unknown: true }).expect("retries");
    let counts = assert_counts(world);
    assert_eq!((counts.unknown, counts.retryable, counts.failed), (0, 0, 1));
    world.assert_sound();
}

pub fn what_may_have_arrived_is_counted_as_unknown(world: &World) {
    let worker = world.worker();
    let unknown_of = |world: &World| assert_counts(world).unknown;
    let fail = |id: i64| {
        world.other_program(&format!(
            "UPDATE queued_tasks SET status = 'failed', error_type = 'panel', error_message = 'gave up' WHERE id = {id}"
        ));
    };
    // Another program ends a task that is on the wire; each answer comes afterwards.
    let fates = [completed(), rejected(), deferred(HOUR), unknown(), smsctl::queue::Fate::Released];
    for (fate, left) in fates.into_iter().zip([0, 0, 0, 1, 0]) {
        let world = world.fresh();
        let worker = world.worker();
        let id = world.enqueue(NewTask { batch: Some("b".to_owned()), ..message("+1", "x") });
        let claim = world.claim(worker);
        world
            .other_program(&format!("UPDATE queued_tasks SET status = 'failed', error_type = 'panel' WHERE id = {id}"));
        assert_eq!(unknown_of(&world), 1, "it was on the wire");
        let words = format!("{fate:?}");
        world.settle(worker, claim.settle(fate, None));
        assert_eq!(unknown_of(&world), left, "{words}");
        world.assert_sound();
    }
    // An attempt is unknown, and the next one certain: of the first nobody knows any more than before.
    let id = world.enqueue(message("+1", "x"));
    world.settle(worker, world.claim(worker).settle(unknown(), None));
    for fate in [deferred(HOUR), rejected()] {
        world.order(id, Order::Retry { unknown: true });
        assert_eq!(unknown_of(world), 0);
        world.settle(worker, world.claim(worker).settle(fate, None));
        assert_eq!(unknown_of(world), 1);
    }
    world.assert_sound();
    // So it is when a later try expires before it goes out, or waits for its time.
    let expiring = world.enqueue(NewTask { expires: Some(Due::In(HOUR)), ..message("+1", "x") });
    world.settle(worker, world.claim(worker).settle(unknown(), None));
    world.order(expiring, Order::Retry { unknown: true });
    assert_eq!(unknown_of(world), 1);
    world.pass(HOUR);
    assert!(claim(&*world.store, worker, 9).is_empty());
    assert_eq!((world.get(expiring).error_type.as_deref(), unknown_of(world)), (Some("expired"), 2));
    let again = world.enqueue(message("+1", "x"));
    world.settle(worker, world.claim(worker).settle(unknown(), None));
    world.order(again, Order::Retry { unknown: true });
    world.settle(worker, world.claim(worker).settle(deferred(HOUR), None));
    assert_eq!(unknown_of(world), 3);
    world.pass(HOUR);
    world.claim(worker);
    assert_eq!(unknown_of(world), 2, "it is on the wire again");
    fail(again);
    world.order(again, Order::Cancel);
    assert_eq!(unknown_of(world), 2, "a task that is cancelled is not failed");
    world.assert_sound();
}

pub fn other_programs_are_counted(world: &World) {
    let insert = "INSERT INTO queued_tasks (task_name, task_func, status, max_retries, retry_count) VALUES";
    for (status, max, spent) in
        [("pending", 3, 0), ("processing", 3, 0), ("completed", 3, 0), ("failed", 3, 1), ("failed", 3, 3)]
    {
        world.other_program(&format!("{insert} ('sms', 'app.send', '{status}', {max}, {spent})"));
        assert_counts(world);
    }
    world.other_program(&format!("{insert} ('sms', 'app.send', 'pending', 3, 0), ('sms', 'app.bulk', 'failed', 3, 0)"));
    let counts = assert_counts(world);
    assert_eq!((counts.pending, counts.failed, counts.retryable), (2, 3, 2));
    let changes = [
        "UPDATE queued_tasks SET status = 'processing', worker_id = 0, started_at = '2026-11-24 16:00:00' WHERE status = 'pending'",
        "UPDATE queued_tasks SET status = 'failed', retry_count = retry_count + 1, error_message = 'no' WHERE status = 'processing'",
        "UPDATE queued_tasks SET status = 'pending' WHERE status = 'failed' AND retry_count < max_retries",
        "UPDATE queued_tasks SET task_func = 'app.moved' WHERE task_func = 'app.send'",
        "UPDATE queued_tasks SET max_retries = 9",
        "UPDATE queued_tasks SET status = status",
        "UPDATE queued_tasks SET error_message = 'seen'",
        "UPDATE queued_tasks SET error_type = 'unknown' WHERE status = 'failed'",
        "UPDATE queued_tasks SET departed = 1 WHERE status <> 'completed'",
        "UPDATE queued_tasks SET error_type = 'no'",
        "UPDATE queued_tasks SET id = id + 100",
        "DELETE FROM queued_tasks WHERE status = 'completed'",
        "DELETE FROM queued_tasks",
    ];
    for statement in changes {
        assert!(world.other_program(statement) > 0, "{statement}");
        assert_counts(world);
        world.assert_sound();
    }
    assert!(world.store.tallies(TallyKind::Lane).expect("counts").is_empty(), "what is 0 is not told");
    // Their dead letters are counted too.
    let insert = "INSERT INTO dead_letter_messages (recipient, content, status) VALUES";
    world.other_program(&format!(
        "{insert} ('91234567', 'x', 'pending'), ('91234567', 'y', NULL), ('91234567', 'z', 'retried')"
    ));
    world.other_program("UPDATE dead_letter_messages SET status = 'abandoned' WHERE content = 'x'");
    world.other_program("DELETE FROM dead_letter_messages WHERE content = 'z'");
    let counts = world.store.stats().expect("counts").dead_letters;
    assert_eq!((counts.pending, counts.retried, counts.abandoned), (1, 0, 1));
    world.assert_sound();
}

/// Two tasks in a batch, each with a key of its own: the first failed with an attempt and has a letter, the second waits.
fn two_with_keys(world: &World) -> [i64; 2] {
    let task = |key: &str| NewTask { key: Some(key.to_owned()), batch: Some("b".to_owned()), ..message("+1", "x") };
    let first = world.enqueue(task("one"));
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    [first, world.enqueue(task("two"))]
}

pub fn rows_that_are_replaced_are_counted(world: &World) {
    let row = "(id, task_name, task_func, status, dedupe_key) VALUES";
    let [first, second] = two_with_keys(world);
    // By its id, by its key, and both at once by one row.
    world.other_program(&format!("REPLACE INTO queued_tasks {row} ({first}, 'sms', 'app.send', 'completed', NULL)"));
    assert_eq!(assert_counts(world).completed, 1);
    assert!(world.store.attempts(first).expect("lists").is_empty(), "they went with the row");
    assert_eq!(world.letters()[0].task_id, None, "its letter must not send another task");
    world.assert_sound();
    world.other_program(&format!("REPLACE INTO queued_tasks {row} (NULL, 'sms', 'app.send', 'held', 'two')"));
    let counts = assert_counts(world);
    assert_eq!((counts.held, counts.pending), (1, 0));
    assert!(world.store.get(second).expect("reads").is_none());
    world.assert_sound();
    world.other_program(&format!("REPLACE INTO queued_tasks {row} ({first}, 'sms', 'app.bulk', NULL, 'two')"));
    let counts = assert_counts(world);
    assert_eq!((counts.pending, counts.total()), (1, 1));
    world.assert_sound();
    world.other_program(&format!(
        "REPLACE INTO queued_tasks {row} (77, 'sms', 'app.bulk', NULL, NULL), (77, 'a', 'b', 'failed', NULL)"
    ));
    assert_eq!(assert_counts(world).failed, 1);
    world.assert_sound();
    // Whole rows, smsctl's own columns among them, as a restore writes them.
    let worker = world.worker();
    world.enqueue(message("+1", "x"));
    world.claim(worker);
    world.other_program("REPLACE INTO queued_tasks (id, task_name, task_func, status, attempt, revision) SELECT id, task_name, task_func, 'held', attempt, revision FROM queued_tasks");
    assert_counts(world);
    world.assert_sound();
}

pub fn an_old_answer_settles_nothing_of_a_new_row(world: &World) {
    let id = world.enqueue(message("+1", "old"));
    let worker = world.worker();
    let old = world.claim(worker);
    world.other_program(&format!(
        "REPLACE INTO queued_tasks (id, task_name, task_func, status) VALUES ({id}, 'new', '{LANE}', 'pending')"
    ));
    let new = world.claim(worker);
    assert_eq!((new.id(), new.task_name()), (id, "new"));
    assert_eq!(world.settle(worker, old.settle(completed(), None)), Settled::Lost);
    assert_eq!(world.settle(worker, new.settle(rejected(), None)), Settled::Done);
    world.assert_sound();
}

pub fn letters_that_are_replaced_are_counted(world: &World) {
    let row = "(id, recipient, content, status) VALUES";
    world.other_program(&format!(
        "INSERT INTO dead_letter_messages {row} (5, '+1', 'x', 'retried'), (6, '+1', 'x', NULL)"
    ));
    world.other_program(&format!(
        "REPLACE INTO dead_letter_messages {row} (5, '+1', 'x', 'abandoned'), (7, '+1', 'x', 'pending')"
    ));
    let counts = world.store.stats().expect("counts").dead_letters;
    assert_eq!((counts.pending, counts.retried, counts.abandoned), (2, 0, 1));
    world.other_program("UPDATE dead_letter_messages SET status = NULL WHERE id = 5");
    let counts = world.store.stats().expect("counts").dead_letters;
    assert_eq!((counts.pending, counts.total()), (3, 3), "NULL is pending, as in a letter that is written so");
    world.assert_sound();
}

pub fn a_row_without_a_status_is_pending(world: &World) {
    let id = world.task_in(State::Held);
    world.other_program(&format!("UPDATE queued_tasks SET status = NULL WHERE id = {id}"));
    assert_eq!((assert_counts(world).pending, world.state(id)), (1, State::Pending));
    world.assert_sound();
    let worker = world.worker();
    assert_eq!(world.claim(worker).id(), id, "and it can be claimed");
}

pub fn a_status_of_nobody_is_shown_and_left_alone(world: &World) {
    let ours = world.enqueue(message("+1", "x"));
    world.other_program(&format!(
        "INSERT INTO queued_tasks (task_name, task_func, status, dedupe_key) VALUES ('sms', '{LANE}', 'weird', 'k'),          ('sms', '{LANE}', 'unknown', NULL), ('sms', '{LANE}', '', NULL)"
    ));
    let counts = assert_counts(world);
    assert_eq!((counts.other, counts.total(), counts.unknown), (3, 1, 0));
    let tasks = world.all();
    let words: Vec<&str> = tasks.iter().map(smsctl::queue::Task::status_word).collect();
    assert_eq!(words, ["pending", "weird", "unknown", ""]);
    let findings = world.store.check().expect("checks");
    let kinds: Vec<&str> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, ["status"; 3], "{findings:?}");
    assert!(findings.iter().any(|finding| finding.message.contains("`weird`")), "{findings:?}");
    // Its key is taken, no order moves it, and nobody claims it.
    let key = NewTask { key: Some("k".to_owned()), ..message("+1", "x") };
    assert_eq!(world.store.enqueue(&[key], 0).expect("answers")[0].state, State::Other);
    for order in [Order::Hold, Order::Release { unknown: false }, Order::Retry { unknown: true }, Order::Cancel] {
        let taken =
            u64::from(order == Order::Hold || order == Order::Release { unknown: false } || order == Order::Cancel);
        assert_eq!(world.store.change(&Filter::default(), order).expect("changes"), taken, "{order:?}");
    }
    assert_eq!(world.state(ours), State::Cancelled);
    let worker = world.worker();
    assert!(claim(&*world.store, worker, 9).is_empty());
    assert_eq!(assert_counts(world).other, 3);
    world.other_program("UPDATE queued_tasks SET status = 'pending' WHERE status = 'weird'");
    assert_eq!(claim(&*world.store, worker, 9).len(), 1);
    world.other_program("DELETE FROM queued_tasks WHERE status = 'unknown' OR status = ''");
    assert_eq!(assert_counts(world).other, 0);
    world.assert_sound();
    world.other_program("INSERT INTO dead_letter_messages (recipient, content, status) VALUES ('+1', 'x', 'odd')");
    let letter = world.letters().remove(0);
    assert_eq!((letter.status, letter.status_word()), (DeadLetterState::Other, "odd"));
    let counts = world.store.stats().expect("counts").dead_letters;
    assert_eq!((counts.other, counts.total()), (1, 0));
}

pub fn a_deleted_task_takes_its_attempts_along(world: &World) {
    let id = world.task_in(State::Failed);
    assert_eq!(world.store.attempts(id).expect("lists").len(), 1);
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {id}"));
    assert!(world.store.attempts(id).expect("lists").is_empty());
    assert!(world.store.get(id).expect("reads").is_none());
    world.assert_sound();
}

pub fn lanes_batches_and_hours_are_counted(world: &World) {
    let in_batch = |lane: &str, batch: &str| NewTask {
        lane: Lane::Gateway(lane.to_owned()),
        batch: Some(batch.to_owned()),
        ..message("+1", "x")
    };
    let tasks = [in_batch("default", "a"), in_batch("default", "b"), in_batch("other", "a"), message("+1", "x")];
    world.store.enqueue(&tasks, 0).expect("enqueues");
    let worker = world.worker();
    let mut claims = claim(&*world.store, worker, 3);
    world.settle(worker, claims.remove(0).settle(completed(), None));
    world.pass(HOUR);
    world.settle(worker, claims.remove(0).settle(completed(), None));
    world.settle(worker, claims.remove(0).settle(unknown(), None));
    let table = |kind| -> Vec<(String, Vec<(String, u64)>)> {
        let tallies = world.store.tallies(kind).expect("counts");
        tallies.into_iter().map(|tally| (tally.name, tally.counts.into_iter().collect())).collect()
    };
    let row = |name: &str, counts: &[(&str, u64)]| {
        (name.to_owned(), counts.iter().map(|(word, n)| ((*word).to_owned(), *n)).collect::<Vec<_>>())
    };
    assert_eq!(
        table(TallyKind::Lane),
        [
            row(LANE, &[("completed", 2), ("failed", 1), ("retryable", 1), ("unknown", 1)]),
            row("gateway:other", &[("pending", 1)]),
        ]
    );
    assert_eq!(table(TallyKind::Batch), [row("a", &[("completed", 1), ("pending", 1)]), row("b", &[("completed", 1)])]);
    assert_eq!(
        table(TallyKind::Hour),
        [
            row("2026-11-24 16", &[("accepted", 1), ("enqueued", 4)]),
            row("2026-11-24 17", &[("accepted", 1), ("unknown", 1)])
        ]
    );
    let stats = world.store.stats().expect("counts");
    assert_eq!((stats.completed_this_hour, stats.completed_previous_hour), (1, 1));
    world.pass(HOUR);
    let stats = world.store.stats().expect("counts");
    assert_eq!((stats.completed_this_hour, stats.completed_previous_hour), (0, 1));
    world.assert_sound();
}

pub fn the_oldest_pending_task_tells_its_age(world: &World) {
    // Every mixture of lane and priority, the oldest of them neither first nor last in the index.
    let age = || world.store.stats().expect("counts").oldest_pending_age;
    let mut order = Vec::new();
    for step in 0..40_u8 {
        let (lane, priority) = (step.wrapping_mul(7) % 5, step.wrapping_mul(3) % 10);
        let lane = Lane::Gateway(format!("lane-{lane}"));
        let priority = Priority::new(priority).expect("0 to 9");
        order.push(world.enqueue(NewTask { lane, priority, ..message("+1", "x") }));
        world.pass(Duration::from_secs(1));
    }
    for (gone, id) in order.iter().enumerate() {
        let oldest = world.now().duration_since(world.get(*id).created_at.expect("a time"));
        assert_eq!(age(), oldest.try_into().ok(), "{gone} of the oldest are gone");
        world.store.change(&only(*id), Order::Hold).expect("holds");
    }
    assert_eq!(age(), None, "held tasks do not wait for a worker");
    // A scheduled task counts from when it was put in, once it is due.
    world.enqueue(NewTask { available: Some(Due::In(HOUR)), ..message("+1", "x") });
    assert_eq!(age(), None);
    world.pass(HOUR);
    world.pass_back(HOUR * 2);
    world.enqueue(message("+1", "x"));
    world.pass_back(HOUR);
    assert_eq!(age(), Some(Duration::ZERO), "a clock that went back makes no negative age");
}

pub fn check_finds_nothing_wrong(world: &World) {
    assert_eq!(world.store.check().expect("checks"), []);
    for state in State::ALL {
        let world = world.fresh();
        world.task_in(state);
        assert_eq!(world.store.check().expect("checks"), [], "{state}");
    }
}

pub fn recount_puts_tallies_right(world: &World) {
    world.task_in(State::Failed);
    world.store.enqueue(&vec![NewTask { batch: Some("b".to_owned()), ..message("+1", "x") }; 3], 0).expect("enqueues");
    world.other_program("UPDATE tallies SET n = n + 5 WHERE kind <> 'hour' AND word = 'pending'");
    world.other_program("DELETE FROM tallies WHERE word = 'failed'");
    world.other_program("INSERT INTO tallies (kind, name, word, n) VALUES ('lane', 'nobody', 'pending', 1)");
    let findings = world.store.check().expect("checks");
    let kinds: Vec<&str> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, ["tallies"; 6], "{findings:?}");
    let hours = world.store.tallies(TallyKind::Hour).expect("counts");
    world.store.recount().expect("recounts");
    assert_eq!(world.store.check().expect("checks"), []);
    assert_counts(world);
    assert_eq!(world.store.tallies(TallyKind::Hour).expect("counts"), hours, "what happened cannot be counted again");
}
