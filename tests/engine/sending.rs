//! What becomes of a message, by what its gateway does.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use smsctl::engine::{self, Stop};
use smsctl::queue::{
    DeadLetterFilter, Due, ErrorType, LaneNotice, NewTask, OnUnknown, Payload, Priority, Reply, Routes, State,
    TaskRoute,
};
use smsctl::queue::{Lane, Message};
use smsctl::store::Exchange;

use crate::world::*;

const LANE: &str = "gateway:default";

#[test]
fn accepted_messages_are_completed_and_the_drain_ends() {
    let world = World::new();
    let ids = world.messages(LANE, 50);
    let watch = Watch::new();
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &watch);
    assert_eq!((summary.claimed, summary.completed, summary.failed), (50, 50, 0));
    assert_eq!(world.count(State::Completed), 50);
    assert_eq!(world.task(ids[0]).provider_message_id.as_deref(), Some("id-1"));
    watch.assert_times("Ready", 1);
    watch.assert_times("Stopped", 1);
}

#[test]
fn an_empty_queue_is_drained_at_once() {
    let world = World::new();
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &Watch::new());
    assert_eq!(summary.claimed, 0);
}

#[test]
fn the_engine_runs_again_in_one_process() {
    let world = World::new();
    let plan = drain(vec![way(LANE, |_| accepted())]);
    for _ in 0..2 {
        world.messages(LANE, 3);
        assert_eq!(world.run(&plan, &Watch::new()).completed, 3);
    }
    assert_eq!(world.store.stats().unwrap().workers.len(), 0, "every worker said goodbye");
}

#[test]
fn a_request_leaves_only_after_its_claim_is_on_disk() {
    let world = World::new();
    world.messages(LANE, 20);
    let other = world.another();
    let way = way(LANE, move |delivery| {
        let row = other.get(delivery.task).unwrap().unwrap();
        let is_claimed = row.status == State::Processing && row.attempt == delivery.attempt && row.worker_id.is_some();
        if is_claimed {
            accepted()
        } else {
            Reply::rejected(ErrorType::Rejected, "it left before its claim was written")
        }
    });
    assert_eq!(world.run(&drain(vec![way]), &Watch::new()).completed, 20);
}

#[test]
fn rejected_is_a_dead_letter_at_once() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let watch = Watch::new();
    let way = way(LANE, |_| Reply::rejected(ErrorType::Rejected, "no such number"));
    let summary = world.run(&drain(vec![way]), &watch);
    assert_eq!((summary.claimed, summary.rejected, summary.failed, summary.dead_lettered), (1, 1, 1, 1));
    let task = world.task(ids[0]);
    assert_eq!((task.status, task.error_message.as_deref()), (State::Failed, Some("no such number")));
    assert_eq!(world.dead_letters(), 1);
}

#[test]
fn deferred_is_tried_again_by_itself_until_its_attempts_are_spent() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let way = way(LANE, |_| Reply::deferred(ErrorType::Unavailable, "it said 503"));
    let summary = world.run(&at_most(3, vec![way]), &Watch::new());
    assert_eq!((summary.claimed, summary.deferred, summary.dead_lettered), (3, 3, 1));
    let task = world.task(ids[0]);
    assert_eq!((task.status, task.retry_count, task.attempt), (State::Failed, 3, 3));
    assert_eq!(world.store.attempts(ids[0]).unwrap().len(), 3);
    assert_eq!(world.dead_letters(), 1);
}

#[test]
fn deferred_then_accepted_is_completed() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let way = way(LANE, |delivery| match delivery.attempt {
        1 => Reply::deferred(ErrorType::Unreachable, "connection refused"),
        _ => accepted(),
    });
    let summary = world.run(&at_most(2, vec![way]), &Watch::new());
    assert_eq!((summary.completed, summary.deferred, summary.dead_lettered), (1, 1, 0));
    assert_eq!(world.task(ids[0]).status, State::Completed);
}

#[test]
fn by_order_only_retries_nothing_by_itself() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let mut way = way(LANE, |_| Reply::deferred(ErrorType::Unavailable, "it said 503"));
    way.policy.by_order_only = true;
    let summary = world.run(&drain(vec![way]), &Watch::new());
    assert_eq!((summary.claimed, summary.deferred), (1, 1));
    let task = world.task(ids[0]);
    assert_eq!((task.status, task.retry_count, task.available_at), (State::Failed, 1, None));
}

#[test]
fn unknown_is_held_and_never_sent_again_by_itself() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let summary = world.run(&drain(vec![way(LANE, |_| Reply::unknown("no answer"))]), &Watch::new());
    assert_eq!((summary.claimed, summary.unknown, summary.dead_lettered), (1, 1, 0));
    let task = world.task(ids[0]);
    assert_eq!((task.status, task.error_type.as_deref(), task.available_at), (State::Failed, Some("unknown"), None));
    assert_eq!(world.store.stats().unwrap().tasks.unknown, 1);
}

#[test]
fn unknown_is_sent_again_where_the_operator_chose_so() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let way = way(LANE, |delivery| if delivery.attempt == 1 { Reply::unknown("no answer") } else { accepted() });
    let summary = world.run(&at_most(2, vec![on_unknown(way, OnUnknown::Retry)]), &Watch::new());
    assert_eq!((summary.unknown, summary.completed), (1, 1));
    assert_eq!(world.task(ids[0]).status, State::Completed);
}

#[test]
fn a_panic_is_one_unknown_and_the_others_go_on() {
    let world = World::new();
    let ids = world.messages(LANE, 10);
    let third = ids[2];
    let watch = Watch::new();
    let way = way(LANE, move |delivery| {
        assert!(delivery.task != third, "the text of a message");
        accepted()
    });
    let summary = world.run(&drain(vec![way]), &watch);
    assert_eq!((summary.completed, summary.unknown), (9, 1));
    assert_eq!(world.task(third).error_type.as_deref(), Some("unknown"));
    watch.assert_times("SenderPanicked", 1);
    assert!(!watch.events("SenderPanicked")[0].contains("the text"), "{:?}", watch.events("SenderPanicked"));
}

#[test]
fn priority_goes_before_age() {
    let world = World::new();
    let tasks = [Priority::LOW, Priority::NORMAL, Priority::HIGH]
        .map(|priority| NewTask { priority, ..message(LANE, &priority.get().to_string()) });
    world.store.enqueue(&tasks, 0).unwrap();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sent);
    let way = way(LANE, move |delivery| {
        seen.lock().unwrap().push(delivery.message.unwrap().text.clone());
        accepted()
    });
    let mut plan = drain(vec![way]);
    plan.senders = 1;
    world.run(&plan, &Watch::new());
    assert_eq!(*sent.lock().unwrap(), ["9", "5", "1"]);
}

#[test]
fn an_expired_task_is_never_handed_out() {
    let (world, clock) = World::frozen();
    world.store.enqueue(&[expiring(Duration::from_secs(1))], 0).unwrap();
    clock.fetch_add(2_000_000, Ordering::SeqCst);
    let watch = Watch::new();
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &watch);
    assert_eq!((summary.claimed, summary.completed, summary.dead_lettered), (0, 0, 1));
    watch.assert_times("Expired", 1);
}

#[test]
fn a_task_that_expires_on_its_way_to_the_sender_is_not_sent() {
    /// The exchange takes longer than what the claim has left.
    struct Slow;
    impl Meddler for Slow {
        fn after(&self, exchange: &Exchange) {
            let began = Instant::now();
            while !exchange.claims.is_empty() && began.elapsed() < Duration::from_millis(2) {
                std::thread::yield_now();
            }
        }
    }
    let (world, _clock) = World::frozen();
    let id = world.store.enqueue(&[expiring(Duration::from_millis(1))], 0).unwrap()[0].id;
    let plan = drain(vec![way(LANE, |_| accepted())]);
    let summary = run_meddled(&world, &plan, &Stop::new(), &Watch::new(), Slow).0.unwrap();
    assert_eq!((summary.claimed, summary.completed, summary.rejected, summary.dead_lettered), (1, 0, 1, 1));
    assert_eq!(world.task(id).error_type.as_deref(), Some("expired"));
}

fn expiring(after: Duration) -> NewTask {
    NewTask { expires: Some(Due::In(after)), ..message(LANE, "in time") }
}

#[test]
fn rows_of_another_program_are_sent_as_their_route_says() {
    let world = World::new();
    foreign(&world, "app.sms", r#"[7, "91234567"]"#, r#"{"text": "Grüße"}"#);
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&sent);
    let way = way(LANE, move |delivery| {
        seen.lock().unwrap().push(delivery.message.cloned().unwrap());
        accepted()
    });
    let mut plan = drain(vec![way]);
    plan.routes = web_routes();
    world.run(&plan, &Watch::new());
    let wanted = Message { recipient: "91234567".to_owned(), text: "Grüße".to_owned(), sender: None };
    assert_eq!(*sent.lock().unwrap(), [wanted]);
}

#[test]
fn a_row_without_a_message_is_a_dead_letter_that_says_why() {
    let world = World::new();
    foreign(&world, "app.sms", "[7]", r#"{"text": "Grüße"}"#);
    let mut plan = drain(vec![way(LANE, |_| accepted())]);
    plan.routes = web_routes();
    let summary = world.run(&plan, &Watch::new());
    assert_eq!((summary.completed, summary.rejected, summary.dead_lettered), (0, 1, 1));
    let task = world.task(1);
    assert_eq!(task.error_type.as_deref(), Some("invalid"));
    assert_eq!(task.error_message.as_deref(), Some("there is nothing at `args.1`"));
}

#[test]
fn what_cannot_be_read_is_refused_once_and_never_sent() {
    let no_text = |column: &str| format!("the column `{column}` holds bytes that are no text");
    let cases = [
        ("recipient, content", "'+1', CAST(X'68FF' AS TEXT)", no_text("content")),
        ("recipient, content", "CAST(X'2B31FF' AS TEXT), 'x'", no_text("recipient")),
        ("recipient, content", "'+1', X'68656C6C6F'", no_text("content")),
        ("recipient, content, sender", "'+1', 'x', X'00'", no_text("sender")),
        ("recipient, content", "'+1', 'a' || char(0) || 'b'", "the text holds a NUL character".to_owned()),
        ("recipient, content", "'+1' || char(0), 'b'", "the recipient holds a NUL character".to_owned()),
        ("args, kwargs", "'[7, \"1\"]', CAST(X'7B2274657874223A2022FF227D' AS TEXT)", no_text("kwargs")),
        ("args, kwargs", "'[7, \"1\"]', '{\"text\": \"a\\u0000b\"}'", "the text holds a NUL character".to_owned()),
    ];
    let world = World::new();
    let connection = rusqlite::Connection::open(world.path()).unwrap();
    for (columns, values, _) in &cases {
        let func = if columns.starts_with("args") { "app.sms" } else { LANE };
        let row =
            format!("INSERT INTO queued_tasks (task_name, task_func, {columns}) VALUES ('sms', '{func}', {values})");
        connection.execute(&row, []).unwrap();
    }
    let good = world.messages(LANE, 1)[0];
    let mut plan = drain(vec![way(LANE, move |delivery| {
        assert_eq!(delivery.task, good, "nothing else reaches the gateway");
        accepted()
    })]);
    plan.routes = web_routes();
    let summary = engine::run(&plan, &*world.store, &Stop::new(), &Watch::new()).expect("the run ends in order");
    assert_eq!((summary.completed, summary.rejected), (1, cases.len() as u64));
    assert_eq!(world.dead_letters(), cases.len() as u64);
    for (id, (_, values, reason)) in (1..).zip(&cases) {
        let task = world.task(id);
        assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("invalid")), "{values}");
        assert_eq!(task.error_message.as_ref(), Some(reason), "{values}");
        assert_eq!(task.attempt, 1, "{values}");
    }
    assert_eq!(world.store.dead_letters(&DeadLetterFilter::default()).unwrap().len(), cases.len());
    let again = engine::run(&plan, &*world.store, &Stop::new(), &Watch::new()).expect("the run ends in order");
    assert_eq!(again.claimed, 0, "what was refused is not claimed again");
}

#[test]
fn what_nothing_serves_waits_and_is_told() {
    let world = World::new();
    foreign(&world, "app.report", "[]", "{}");
    let watch = Watch::new();
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &watch);
    assert_eq!(summary.claimed, 0);
    assert_eq!(world.count(State::Pending), 1);
    assert_eq!(watch.events("Unserved"), [r#"Unserved { task_func: "app.report", pending: 1 }"#]);
}

fn foreign(world: &World, task_func: &str, args: &str, kwargs: &str) {
    let row = "INSERT INTO queued_tasks (task_name, task_func, args, kwargs) VALUES ('send', ?1, ?2, ?3)";
    rusqlite::Connection::open(world.path()).unwrap().execute(row, [task_func, args, kwargs]).unwrap();
}

fn web_routes() -> Routes {
    use smsctl::queue::route::{MessagePlaces, Pattern, Place};
    let place = |word| Place::parse(word).unwrap();
    let places = MessagePlaces { to: place("args.1"), text: place("kwargs.text"), sender: None };
    let lane = Lane::parse(LANE).unwrap();
    let route = TaskRoute::new(Pattern::parse("app.s*").unwrap(), lane.clone(), Some(places));
    Routes::new([lane], vec![route])
}

#[test]
fn a_command_lane_needs_no_message() {
    let world = World::new();
    let lane = Lane::parse("command:report").unwrap();
    let payload = Payload::Call { args: Some("[1]".to_owned()), kwargs: None };
    let task = NewTask { lane, payload, segments: None, ..message(LANE, "") };
    world.store.enqueue(&[task], 0).unwrap();
    let way = way("command:report", |delivery| {
        assert_eq!((delivery.message, delivery.args), (None, Some("[1]")));
        accepted()
    });
    assert_eq!(world.run(&drain(vec![way]), &Watch::new()).completed, 1);
}

#[test]
fn an_answer_that_closes_the_lane_costs_the_messages_nothing() {
    let world = World::new();
    let ids = world.messages(LANE, 40);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let watch = Watch::new();
    let way = way(LANE, move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply::deferred(ErrorType::Credit, "the account is out of credit").with_lane(LaneNotice::OutOfCredit)
    });
    world.run(&drain(vec![way]), &watch);
    assert!(asked.load(Ordering::SeqCst) <= 8, "at most what was out already: {}", asked.load(Ordering::SeqCst));
    assert!(ids.iter().all(|id| world.task(*id).retry_count == 0), "no attempt is spent");
    assert_eq!(world.dead_letters(), 0);
    watch.assert_times("LaneClosed", 1);
    watch.assert_times("DrainLeft", 1);
}
