//! Every case of the truth, told in its words.

use std::time::Duration;

use super::*;
use crate::engine::host::Pulse;
use crate::queue::DeadLetterState;
use crate::store::Worker;

const NOW: &str = "2026-11-24T15:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn task(status: State) -> Task {
    Task {
        id: 5,
        task_name: "sms".to_owned(),
        task_func: "gateway:default".to_owned(),
        args: None,
        kwargs: None,
        status,
        foreign_status: None,
        worker_id: None,
        error_message: None,
        created_at: Some(now()),
        started_at: None,
        completed_at: None,
        max_retries: 3,
        retry_count: 0,
        recipient: Some("+85291234567".to_owned()),
        content: Some("hello".to_owned()),
        sender: None,
        priority: 5,
        available_at: None,
        expires_at: None,
        attempt: 0,
        batch: None,
        dedupe_key: None,
        error_type: None,
        provider_message_id: None,
        segments: Some(1),
        departed: 0,
    }
}

fn failed(error_type: &str, retry_count: u32) -> Task {
    Task { error_type: Some(error_type.to_owned()), retry_count, attempt: retry_count, ..task(State::Failed) }
}

fn letter(error_type: &str, status: DeadLetterState) -> DeadLetter {
    DeadLetter {
        id: 7,
        message_id: Some(5),
        task_id: Some(5),
        recipient: "+85291234567".to_owned(),
        content: "hello".to_owned(),
        error_message: None,
        error_type: Some(error_type.to_owned()),
        retry_count: 3,
        max_retries: 3,
        status,
        foreign_status: None,
        created_at: None,
        retried_at: None,
        last_attempt_at: None,
    }
}

fn attempt(outcome: &str) -> Attempt {
    Attempt {
        task_id: 5,
        attempt: 1,
        worker_id: Some(2),
        started_at: None,
        ended_at: now(),
        outcome: outcome.to_owned(),
        error_type: Some(outcome.to_owned()),
        error_message: None,
    }
}

fn worker(heartbeat_age_s: u64) -> SeenWorker {
    let row = Worker {
        id: 2,
        host: "sms1".to_owned(),
        boot_id: String::new(),
        pid: 99,
        pid_started: String::new(),
        senders: 4,
        version: "0.1.0".to_owned(),
        started_at: now(),
        heartbeat_at: now(),
        ended_at: None,
        heartbeat_age: Duration::from_secs(heartbeat_age_s),
        claims: 1,
        counters: None,
    };
    SeenWorker::of(Pulse::Unknown, row)
}

fn known<'a>(task: &'a Task, workers: &'a [SeenWorker]) -> Known<'a> {
    Known { task, attempts: &[], dead_letter: None, served: true, barrier: None, workers, now: now() }
}

#[test]
fn a_pending_task_of_a_closed_lane_tells_until_when_and_what_opens_it() {
    let task = task(State::Pending);
    let at: Timestamp = "2026-11-24T15:00:08Z".parse().unwrap();
    let story = "the lane `gateway:default` is closed; `smsctl lane resume gateway:default` opens it at once";
    let workers = [worker(1)];
    let next = Known { barrier: Some((story, Some(at))), ..known(&task, &workers) }.next();
    assert_eq!((next.code, next.at), ("lane", Some(at)));
    assert_eq!(next.words, format!("Waits: {story}."));
}

#[test]
fn pending_tasks_say_what_they_wait_for() {
    let task = task(State::Pending);
    assert_eq!(known(&task, &[worker(1)]).next().words, "Goes out as soon as a sender and its lane are free.");
    let alone = known(&task, &[]);
    assert_eq!(alone.next().words, "Waits for a worker, and none is running: start one with `smsctl work`.");
    let unserved = Known { served: false, ..alone }.next();
    assert_eq!(unserved.code, "unserved");
    assert!(unserved.words.contains("Add `[gateways.default]`"), "{}", unserved.words);
    assert_eq!(alone.sent(), Sent::No);
}

#[test]
fn a_dead_worker_does_not_count_as_one_that_runs() {
    let task = task(State::Pending);
    assert!(known(&task, &[worker(31)]).next().words.contains("none is running"));
}

#[test]
fn rows_of_another_program_name_the_setting_that_is_missing() {
    let task = Task { task_func: "app.sms.send".to_owned(), ..task(State::Pending) };
    let next = Known { served: false, ..known(&task, &[]) }.next();
    assert!(next.words.contains("Add `[tasks.\"app.sms.send\"]` with a `lane`"), "{}", next.words);
}

#[test]
fn scheduled_tasks_tell_when() {
    let at: Timestamp = "2026-11-24T17:00:00Z".parse().unwrap();
    let task = Task { available_at: Some(at), ..task(State::Scheduled) };
    let next = known(&task, &[worker(1)]).next();
    assert_eq!((next.code, next.at), ("send_at", Some(at)));
    assert_eq!(next.words, "Goes out at 2026-11-24 17:00:00Z (in 2 h).");
}

#[test]
fn a_claimed_task_is_unknown_until_it_is_settled() {
    let task = Task { worker_id: Some(2), attempt: 1, ..task(State::Processing) };
    let codes = [vec![worker(1)], vec![worker(20)], vec![worker(31)], vec![]]
        .map(|workers| (known(&task, &workers).next().code, known(&task, &workers).sent()));
    let sent = Sent::Unknown;
    assert_eq!(codes, [("settle", sent), ("settle", sent), ("recover", sent), ("other_program", sent)]);
    assert_eq!(
        known(&task, &[worker(1)]).next().words,
        "In the hands of worker 2 (pid 99 on sms1), which will settle it."
    );
}

#[test]
fn completed_tasks_say_who_said_so() {
    let completed = |attempt, func: &str| Task {
        attempt,
        task_func: func.to_owned(),
        completed_at: Some(now()),
        ..task(State::Completed)
    };
    let words = [(1, "gateway:default"), (1, "command:report"), (0, "app.sms.send")]
        .map(|(attempt, func)| known(&completed(attempt, func), &[]).next().words);
    assert_eq!(
        words,
        [
            "Done: the gateway accepted it at 2026-11-24 15:00:00Z (now).",
            "Done: the command ended well at 2026-11-24 15:00:00Z (now).",
            "Done: another program completed it at 2026-11-24 15:00:00Z (now).",
        ]
    );
    assert_eq!(known(&completed(1, "gateway:default"), &[]).sent(), Sent::Yes);
}

#[test]
fn a_deferred_task_is_retried_by_itself() {
    let at: Timestamp = "2026-11-24T15:00:08Z".parse().unwrap();
    let task = Task { available_at: Some(at), ..failed("unavailable", 1) };
    let next = known(&task, &[worker(1)]).next();
    assert_eq!((next.code, next.at), ("retry_at", Some(at)));
    assert_eq!(next.words, "Tried again by itself at 2026-11-24 15:00:08Z (in 8 s): attempt 2 of 3.");
    assert_eq!(known(&task, &[]).sent(), Sent::No);
    let overdue = Task { available_at: Some("2026-11-24T14:59:00Z".parse().unwrap()), ..task };
    assert_eq!(
        known(&overdue, &[]).next().words,
        "Due to be tried again since 2026-11-24 14:59:00Z (1 min ago), once a worker runs (`smsctl work`): attempt 2 of 3."
    );
}

#[test]
fn an_unknown_outcome_waits_for_an_order() {
    let task = failed("unknown", 1);
    let workers = [worker(1)];
    let known = known(&task, &workers);
    assert_eq!(known.sent(), Sent::Unknown);
    assert_eq!(known.next().code, "order_unknown");
    assert!(known.next().words.ends_with("`smsctl retry-failed --unknown --id 5` sends it again."));
}

#[test]
fn a_parked_task_waits_for_an_order() {
    let task = failed("unavailable", 1);
    let next = known(&task, &[worker(1)]).next();
    assert_eq!(next.code, "order_retry");
    assert_eq!(next.words, "Waits for an order: `smsctl retry-failed --id 5` tries again (2 attempts left).");
}

#[test]
fn a_dead_letter_names_its_orders() {
    let task = failed("rejected", 1);
    let pending = letter("rejected", DeadLetterState::Pending);
    let abandoned = letter("rejected", DeadLetterState::Abandoned);
    let known = known(&task, &[]);
    let next = Known { dead_letter: Some(&pending), ..known }.next();
    assert_eq!(next.code, "order_dead_letter");
    assert!(next.words.contains("`smsctl dead-letter retry 7`"), "{}", next.words);
    let next = Known { dead_letter: Some(&abandoned), ..known }.next();
    assert_eq!(
        (next.code, next.words.as_str()),
        ("none", "The gateway will never take it; an operator gave up dead letter 7.")
    );
}

#[test]
fn an_earlier_unknown_attempt_is_never_forgotten() {
    let attempts = [attempt("unknown")];
    let workers = [worker(1)];
    for state in [State::Pending, State::Held, State::Cancelled] {
        let task = task(state);
        let known = Known { attempts: &attempts, ..known(&task, &workers) };
        assert_eq!(known.sent(), Sent::Unknown, "{state}");
        assert!(known.next().words.ends_with("it may have arrived once already."), "{state}");
    }
    let task = task(State::Completed);
    let known = Known { attempts: &attempts, ..known(&task, &[]) };
    assert_eq!(known.sent(), Sent::Yes);
    assert!(known.next().words.ends_with("it may have arrived twice."), "{}", known.next().words);
}

#[test]
fn what_was_accepted_after_its_claim_was_lost_has_arrived() {
    let attempts = [attempt("accepted")];
    let workers = [worker(1)];
    for state in [State::Pending, State::Held, State::Cancelled] {
        let task = Task { departed: 1, attempt: 1, ..task(state) };
        let known = Known { attempts: &attempts, ..known(&task, &workers) };
        assert_eq!(known.sent(), Sent::Yes, "{state}");
        let words = known.next().words;
        assert!(
            words.ends_with("The gateway accepted attempt 1 after its claim was lost: it has arrived once already."),
            "{words}"
        );
    }
    let task = Task { departed: 1, ..failed("unavailable", 1) };
    let next = Known { attempts: &attempts, ..known(&task, &workers) }.next();
    assert_eq!(next.code, "order_unknown");
    assert_eq!(
        next.words,
        "The gateway accepted attempt 1, but the task had been changed meanwhile: it is not sent again by itself. \
         `smsctl retry-failed --unknown --id 5` sends it a second time."
    );
}

#[test]
fn a_claim_that_nobody_settled_may_have_left() {
    let workers = [worker(1)];
    let task = Task { departed: 1, attempt: 1, error_type: None, ..failed("", 0) };
    let known = known(&task, &workers);
    assert_eq!((known.sent(), known.next().code), (Sent::Unknown, "order_unknown"));
    assert!(known.next().words.ends_with("`smsctl retry-failed --unknown --id 5` sends it again."));
}

#[test]
fn a_task_that_a_late_answer_completed_was_sent_once() {
    let attempts = [attempt("accepted")];
    let task = Task { departed: 1, attempt: 1, completed_at: Some(now()), ..task(State::Completed) };
    let once = Known { attempts: &attempts, ..known(&task, &[]) };
    assert_eq!(once.next().words, "Done: the gateway accepted it at 2026-11-24 15:00:00Z (now).");
    let again = Task { departed: 2, attempt: 2, ..task.clone() };
    let twice = Known { attempts: &attempts, ..known(&again, &[]) };
    assert!(twice.next().words.ends_with("Attempt 1 was accepted, too: it arrived twice."), "{}", twice.next().words);
}

#[test]
fn another_program_may_have_completed_what_the_gateway_refused() {
    let attempts = [attempt("rejected")];
    let task = Task { attempt: 1, ..task(State::Completed) };
    let known = Known { attempts: &attempts, ..known(&task, &[]) };
    assert_eq!(known.next().words, "Done: another program completed it.");
    assert_eq!(known.sent(), Sent::No, "the attempts know better");
    // An earlier one may have left.
    let earlier = Task { departed: 1, ..task.clone() };
    assert_eq!(Known { task: &earlier, ..known }.sent(), Sent::Unknown);
}

#[test]
fn the_order_for_a_dead_letter_says_what_must_be_agreed_to() {
    let expired = Task { expires_at: Some(now()), ..failed("unavailable", 3) };
    let departed = Task { departed: 1, ..failed("unavailable", 3) };
    for (task, error_type, command) in [
        (failed("rejected", 3), "rejected", "`smsctl dead-letter retry 7`"),
        (failed("unknown", 3), "unknown", "`smsctl dead-letter retry 7 --unknown`"),
        (departed, "unavailable", "`smsctl dead-letter retry 7 --unknown`"),
        (failed("expired", 0), "expired", "`smsctl dead-letter retry 7 --expired`"),
        (expired, "unavailable", "`smsctl dead-letter retry 7 --expired`"),
    ] {
        let letter = letter(error_type, DeadLetterState::Pending);
        let words = Known { dead_letter: Some(&letter), ..known(&task, &[]) }.next().words;
        assert!(words.contains(command), "{words}");
    }
}
