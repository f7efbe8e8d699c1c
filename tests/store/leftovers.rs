//! What tasks leave behind that go without the triggers' knowledge, and what only looks like it.

use std::time::Duration;

use jiff::Timestamp;
use smsctl::queue::{Order, State, TaskId};
use smsctl::store::Leftovers;

use crate::world::{HOUR, World, completed, deferred, message, rejected};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What `db check` calls left over, as kind and number.
#[track_caller]
fn found(world: &World) -> Vec<String> {
    let findings = world.store.check().expect("checks");
    let (left, other): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.kind == "leftovers");
    assert!(other.iter().all(smsctl::store::Finding::is_note), "{other:#?}");
    left.into_iter().map(|finding| finding.message.split(',').next().unwrap_or_default().to_owned()).collect()
}

/// A task that was refused: it has an attempt and a dead letter.
fn refused(world: &World) -> TaskId {
    let id = world.enqueue(message("+85291234567", "refused"));
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    world.store.retire(worker).expect("retires");
    id
}

/// As a table that was emptied by `TRUNCATE` gives the id again: what hangs on it stays.
fn given_again(world: &World, id: TaskId) {
    world.other_program(&format!(
        "UPDATE queued_tasks SET status = 'pending', created_at = '{}', attempt = 0, departed = 0, started_at = NULL, worker_id = NULL, \
         error_type = NULL, error_message = NULL, retry_count = 0 WHERE id = {id}",
        text(world.now())
    ));
}

#[track_caller]
fn put_right(world: &World, attempts: u64, dead_letters: u64) {
    assert_eq!(world.store.remove_leftovers().expect("removes"), Leftovers { attempts, dead_letters });
    assert_eq!(found(world), Vec::<String>::new());
    world.assert_sound();
}

pub fn what_hangs_on_no_task_is_found_and_put_right(world: &World) {
    let id = refused(world);
    world.other_program(&format!(
        "INSERT INTO attempts (task_id, attempt, ended_at, outcome) VALUES (9001, 1, '{0}', 'rejected'), (9001, 2, '{0}', 'unknown')",
        text(world.now())
    ));
    world.other_program(&format!(
        "INSERT INTO dead_letter_messages (message_id, task_id, recipient, content, status, created_at) \
         VALUES (9001, 9001, '+85291234567', 'left', 'pending', '{}')",
        text(world.now())
    ));
    assert_eq!(found(world), ["attempts of tasks that are gone: 2", "dead letters of tasks that are gone: 1"]);
    put_right(world, 2, 1);
    assert_eq!(world.store.attempts(id).expect("reads").len(), 1, "those of a task that is there stay");
    let tied: Vec<_> = world.letters().iter().map(|letter| letter.task_id).collect();
    assert_eq!(tied, [Some(id), None], "a letter stays, and names no task");
}

pub fn what_an_id_inherited_is_found_and_put_right(world: &World) {
    let (waits, sent) = (refused(world), refused(world));
    world.pass(DAY);
    given_again(world, waits);
    assert_eq!(found(world), ["attempts of tasks that are gone: 1", "dead letters of tasks that are gone: 1"]);
    world.order(waits, Order::Hold);
    given_again(world, sent);
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(completed(), None));
    assert_eq!(world.state(sent), State::Completed);
    assert_eq!(found(world), ["attempts of tasks that are gone: 2", "dead letters of tasks that are gone: 2"]);
    put_right(world, 2, 2);
    assert!(world.store.attempts(sent).expect("reads").is_empty(), "it inherits nothing");
}

pub fn pages_are_gone_through_to_the_end(world: &World) {
    let rows: Vec<_> =
        (0..25_000).map(|at| format!("({}, {}, '{}', 'unknown')", 9_000 + at / 2, at % 2, text(world.now()))).collect();
    for rows in rows.chunks(5_000) {
        let insert = "INSERT INTO attempts (task_id, attempt, ended_at, outcome) VALUES ";
        world.other_program(&format!("{insert}{}", rows.join(", ")));
    }
    assert_eq!(found(world), ["attempts of tasks that are gone: 25000"]);
    put_right(world, 25_000, 0);
}

pub fn a_sound_queue_has_no_leftovers(world: &World) {
    // A letter that was retried, and one that was enqueued anew.
    let again = refused(world);
    world.store.change_dead_letters(&Default::default(), retry(), crate::world::LANE).expect("retries");
    world.order(again, Order::Hold);
    world.other_program(
        "INSERT INTO dead_letter_messages (message_id, recipient, content) VALUES (7, '+85291234567', 'x')",
    );
    world.pass(DAY);
    assert_eq!(world.store.change_dead_letters(&Default::default(), retry(), crate::world::LANE).expect("retries"), 1);
    world.store.change(&Default::default(), Order::Hold).expect("holds");
    // A task that is gone with the knowledge of the triggers; its letter is kept on purpose.
    let gone = refused(world);
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {gone}"));
    assert_eq!(found(world), Vec::<String>::new());
    // A clock that was half a minute ahead when the task came in.
    let skewed = refused(world);
    let ahead = text(world.now() + Duration::from_secs(30));
    world.other_program(&format!("UPDATE queued_tasks SET created_at = '{ahead}' WHERE id = {skewed}"));
    assert_eq!(found(world), Vec::<String>::new());
    world.assert_sound();
}

/// A web application may tell the time of its place: eight hours ahead, in Hong Kong.
pub fn the_time_of_another_place_makes_no_leftovers(world: &World) {
    let local = text(world.now() + 8 * HOUR);
    world.other_program(&format!(
        "INSERT INTO queued_tasks (task_name, task_func, created_at) VALUES ('n', '{}', '{local}')",
        crate::world::LANE
    ));
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(deferred(HOUR), None));
    assert_eq!(found(world), Vec::<String>::new(), "claimed before it came in");
    world.pass(DAY);
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    assert_eq!(world.letters().len(), 1);
    assert_eq!(found(world), Vec::<String>::new(), "and since");
}

fn retry() -> smsctl::queue::DeadLetterOrder {
    smsctl::queue::DeadLetterOrder::Retry { unknown: true, expired: true }
}
