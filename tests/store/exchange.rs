//! A worker's turn: outcomes in, claims out.

use std::time::Duration;

use smsctl::queue::{
    DeadLetterFilter, DeadLetterOrder, Due, ErrorType, Failure, Fate, Lane, Message, NewTask, Order, Payload, Priority,
    Rate, State, TaskId,
};
use smsctl::store::{Claim, Settled, Turn, Wanted};

use crate::world::{
    HOUR, LANE, World, claim, claim_rated, completed, deferred, exchange, message, only, parked, register, rejected,
    settle, throttled, unknown,
};

const SECOND: Duration = Duration::from_secs(1);

fn ids(claims: &[Claim]) -> Vec<TaskId> {
    claims.iter().map(Claim::id).collect()
}

fn fill(world: &World, count: usize) -> Vec<TaskId> {
    let tasks: Vec<NewTask> = (0..count).map(|n| message("+85291234567", &n.to_string())).collect();
    world.store.enqueue(&tasks, 0).expect("enqueues").iter().map(|task| task.id).collect()
}

fn with_priority(priority: u8) -> NewTask {
    NewTask { priority: Priority::new(priority).expect("0 to 9"), ..message("+85291234567", "hello") }
}

fn every_fate() -> Vec<Fate> {
    vec![completed(), rejected(), deferred(SECOND), parked(), unknown(), Fate::Released]
}

pub fn claims_each_task_once(world: &World) {
    let all = fill(world, 10);
    let other = world.another();
    let (one, two) = (world.worker(), register(&*other));
    let mut claimed = Vec::new();
    for _ in 0..3 {
        claimed.extend(ids(&claim(&*world.store, one, 2)));
        claimed.extend(ids(&claim(&*other, two, 2)));
    }
    assert_eq!(claimed, all, "each once, in order");
    assert!(world.all().iter().all(|task| task.status == State::Processing && task.attempt == 1));
    world.assert_sound();
}

pub fn claims_at_most_what_is_wanted(world: &World) {
    let all = fill(world, 5);
    let worker = world.worker();
    assert!(claim(&*world.store, worker, 0).is_empty());
    assert_eq!(ids(&claim(&*world.store, worker, 2)), all[..2]);
    assert_eq!(ids(&claim(&*world.store, worker, 1_000)), all[2..]);
    world.assert_sound();
}

pub fn an_empty_queue_gives_nothing(world: &World) {
    let worker = world.worker();
    let other = world.another();
    other.changed().expect("looks");
    let turn = exchange(&*world.store, worker, &[], 8);
    assert!(turn.claims.is_empty() && turn.settled.is_empty());
    assert_eq!((turn.expired, turn.promoted, turn.dead_lettered, turn.next_due, turn.more), (0, 0, 0, None, false));
    assert!(!other.changed().expect("looks"), "a turn that brings nothing writes nothing");
    for state in [State::Processing, State::Completed, State::Failed, State::Held, State::Cancelled] {
        world.task_in(state);
    }
    assert!(claim(&*world.store, worker, 8).is_empty(), "no state but `pending` is claimed");
}

pub fn highest_priority_goes_first_then_lowest_id(world: &World) {
    let given: Vec<TaskId> = [5, 0, 9, 5, 9, 1].into_iter().map(|p| world.enqueue(with_priority(p))).collect();
    let order: Vec<TaskId> = [2, 4, 0, 3, 5, 1].into_iter().map(|at: usize| given[at]).collect();
    let worker = world.worker();
    let mut got = Vec::new();
    for count in [1, 2, 9] {
        got.extend(ids(&claim(&*world.store, worker, count)));
    }
    assert_eq!(got, order);
}

pub fn a_lane_gets_its_own_tasks_only(world: &World) {
    let lane = |name: &str| Lane::Gateway(name.to_owned());
    let a = world.enqueue(NewTask { lane: lane("a"), ..with_priority(9) });
    let b = world.enqueue(NewTask { lane: lane("b"), ..with_priority(0) });
    let command = world.enqueue(NewTask { lane: Lane::Command("a".to_owned()), ..with_priority(5) });
    let worker = world.worker();
    assert!(claim(&*world.store, worker, 9).is_empty(), "nothing is for the default lane");
    let [of_a, of_b, of_command] = ["gateway:a", "gateway:b", "command:a"].map(|name| vec![name.to_owned()]);
    let wanted = [
        Wanted { lane: "gateway:b", task_funcs: &of_b, count: 1, rate: None },
        Wanted { lane: "gateway:a", task_funcs: &of_a, count: 5, rate: None },
        Wanted { lane: "command:a", task_funcs: &of_command, count: 0, rate: None },
    ];
    let turn = Turn { worker, settlements: &[], wanted: &wanted };
    let claims = world.store.exchange(&turn).expect("exchanges").claims;
    let got: Vec<(TaskId, &str)> = claims.iter().map(|claim| (claim.id(), claim.lane())).collect();
    assert_eq!(got, [(b, "gateway:b"), (a, "gateway:a")]);
    assert_eq!(world.state(command), State::Pending);
    world.assert_sound();
}

pub fn a_lane_serves_the_words_of_other_programs(world: &World) {
    let own = world.enqueue(with_priority(5));
    for func in ["app.send", "app.bulk", "app.other"] {
        world.other_program(&format!("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', '{func}')"));
    }
    let urgent = world.enqueue(with_priority(6));
    // A cluster leaves gaps between the numbers.
    let [send, bulk, other] = [1, 2, 3].map(|at: usize| world.all()[at].id);
    let words = [LANE, "app.bulk", "app.send"].map(str::to_owned);
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 3, rate: None }];
    let worker = world.worker();
    let turn = Turn { worker, settlements: &[], wanted: &wanted };
    let claims = world.store.exchange(&turn).expect("exchanges").claims;
    let got: Vec<(TaskId, &str)> = claims.iter().map(|claim| (claim.id(), claim.task_func())).collect();
    assert_eq!(got, [(urgent, LANE), (own, LANE), (send, "app.send")], "in one order over all words");
    let got = ids(&world.store.exchange(&turn).expect("exchanges").claims);
    assert_eq!(got, [bulk]);
    assert_eq!(world.state(other), State::Pending, "`app.other` is nobody's");
    for mut claim in claims {
        claim.address(Message { recipient: "+1".to_owned(), text: "from args".to_owned(), sender: None });
        world.settle(worker, claim.settle(rejected(), None));
    }
    let texts: Vec<(Option<TaskId>, String)> =
        world.letters().into_iter().map(|letter| (letter.task_id, letter.content)).collect();
    let hello = || "hello".to_owned();
    assert_eq!(
        texts,
        [(Some(urgent), hello()), (Some(own), hello()), (Some(send), "from args".to_owned())],
        "a dead letter tells what the engine read, where the row's own columns are empty"
    );
    world.assert_sound();
}

pub fn rows_of_other_programs_cannot_stop_a_lane(world: &World) {
    // Numbers and dates in places where text belongs, negative counts, and things that are no time.
    let values = [
        "'sms', 'gateway:default', '17', '18', 'pending', '2026', 3, 0",
        "'sms', 'gateway:default', NULL, NULL, 'pending', 'soon', 3, -1",
        "'sms', 'gateway:default', '', '', 'pending', '2026-11-24', -3, 0",
        "'7', 'gateway:default', 'no json', '{', 'pending', '2026-11-24T15:59:59', 0, 0",
    ];
    for row in values {
        world.other_program(&format!(
            "INSERT INTO queued_tasks (task_name, task_func, args, kwargs, status, created_at, max_retries, retry_count) \
             VALUES ({row})"
        ));
    }
    assert_eq!(world.all().len(), values.len(), "they can be listed");
    assert_eq!(world.store.stats().expect("counts").tasks.pending, 4);
    let worker = world.worker();
    let claims = claim(&*world.store, worker, 9);
    assert_eq!(claims.len(), values.len(), "and claimed");
    assert_eq!(claims[0].args(), Some("17"));
    for (claim, fate) in claims.into_iter().zip([parked(), rejected(), deferred(SECOND), completed()]) {
        assert_eq!(world.settle(worker, claim.settle(fate, None)), Settled::Done);
    }
    world.assert_sound();
}

pub fn a_number_at_the_end_of_its_column_stops_nothing(world: &World) {
    // The lowest priority that a column of a server holds has no counterpart in the claim's order.
    let lowest =
        |id: TaskId| world.other_program(&format!("UPDATE queued_tasks SET priority = -32768 WHERE id = {id}"));
    let held = world.task_in(State::Held);
    lowest(held);
    world.order(held, Order::Release { unknown: false });
    world.order(held, Order::Hold);
    let failed = world.task_in(State::Failed);
    lowest(failed);
    world.order(failed, Order::Retry { unknown: false });
    world.order(failed, Order::Hold);
    let scheduled = world.task_in(State::Scheduled);
    lowest(scheduled);
    let claimed = world.enqueue(message("+1", "x"));
    let worker = world.worker();
    let claim_of_it = world.claim(worker);
    assert_eq!(claim_of_it.id(), claimed);
    lowest(claimed);
    assert_eq!(world.settle(worker, claim_of_it.settle(Fate::Released, None)), Settled::Done);
    let dead = world.enqueue(message("+1", "x"));
    world.pass(HOUR);
    for _ in 0..3 {
        for claim in claim(&*world.store, worker, 9) {
            let fate = if claim.id() == dead { rejected() } else { completed() };
            assert_eq!(world.settle(worker, claim.settle(fate, None)), Settled::Done);
        }
    }
    assert_eq!([claimed, scheduled].map(|id| world.state(id)), [State::Completed; 2]);
    lowest(dead);
    let letters = DeadLetterFilter { tasks: vec![dead], ..DeadLetterFilter::default() };
    let retry = DeadLetterOrder::Retry { unknown: false, expired: false };
    assert_eq!(world.store.change_dead_letters(&letters, retry, LANE).expect("retries"), 1);
    world.assert_sound();

    // Of attempts below none nobody knows, and above the highest there is none.
    for attempt in ["-7", "2147483647"] {
        world.other_program(&format!("UPDATE queued_tasks SET attempt = {attempt} WHERE id = {dead}"));
        for fate in [deferred(SECOND), Fate::Released] {
            let claim = world.claim(worker);
            assert_eq!(world.settle(worker, claim.settle(fate, None)), Settled::Done, "{attempt}");
            world.pass(HOUR);
        }
        assert_eq!(world.state(dead), State::Pending, "{attempt}");
    }
    world.assert_sound();
}

pub fn a_number_beyond_all_counts_is_a_large_one(world: &World) {
    // The application's column may be wider than ours.
    for column in world.dialect(&[][..], &["max_retries", "retry_count", "attempt", "departed"]) {
        world.other_program(&format!("ALTER TABLE queued_tasks MODIFY {column} BIGINT NOT NULL DEFAULT 0"));
    }
    // That a column is wider is found, and counts are exact all the same.
    let assert_counted = || {
        let mut findings = world.store.check().expect("checks");
        findings.retain(|finding| finding.kind != "schema");
        assert!(findings.is_empty(), "{findings:#?}");
    };
    let worker = world.worker();
    let has = |id: TaskId, column: &str| {
        world.other_program(&format!("UPDATE queued_tasks SET {column} = 10000000000 WHERE id = {id}"));
    };
    let id = world.task_in(State::Pending);
    has(id, "max_retries");
    let claim = world.claim(worker);
    assert_eq!(claim.budget().max_retries, u32::MAX);
    world.settle(worker, claim.settle(deferred(SECOND), None));
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count), (State::Failed, 1));
    assert!(task.available_at.is_some(), "it is tried again: {task:?}");
    assert_counted();
    world.pass(SECOND);
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    assert_eq!(world.store.dead_letters(&DeadLetterFilter::default()).expect("lists").len(), 1);
    assert_counted();
    // So many attempts that none is left.
    let id = world.task_in(State::Pending);
    has(id, "retry_count");
    let claim = world.claim(worker);
    assert_eq!(claim.budget().retry_count, u32::MAX);
    world.settle(worker, claim.settle(deferred(SECOND), None));
    assert_eq!((world.state(id), world.get(id).available_at), (State::Failed, None));
    assert_eq!(world.store.dead_letters(&DeadLetterFilter::default()).expect("lists").len(), 2);
    assert_counted();
    // A count of attempts that no claim can have stops none, and is that of none.
    let id = world.task_in(State::Pending);
    has(id, "attempt");
    let claim = world.claim(worker);
    assert_eq!(settle(&*world.store, worker, claim.settle(parked(), None)), Settled::Done);
    assert_eq!(world.state(id), State::Failed);
    let id = world.task_in(State::Pending);
    let claim = world.claim(worker);
    has(id, "attempt");
    assert_eq!(settle(&*world.store, worker, claim.settle(parked(), None)), Settled::Lost);
    assert_counted();
}

pub fn a_time_that_is_none_hides_no_other(world: &World) {
    let later = world.enqueue(NewTask { available: Some(Due::In(HOUR)), ..message("+1", "x") });
    world.other_program(&format!(
        "INSERT INTO queued_tasks (task_name, task_func, status, available_at, args) \
         VALUES ('sms', '{LANE}', 'scheduled', '2026-00-00 00:00:00', '1'), ('sms', '{LANE}', 'scheduled', '2026-11-31 99:00:00', '2')"
    ));
    let worker = world.worker();
    let told = exchange(&*world.store, worker, &[], 0).next_due.or(exchange(&*world.store, worker, &[], 9).next_due);
    assert_eq!(told, Some(HOUR), "{:?}", world.all());
    world.pass(HOUR);
    assert!(claim(&*world.store, worker, 9).iter().any(|claim| claim.id() == later));
}

pub fn a_claim_tells_all_that_a_sender_needs(world: &World) {
    let id = world.enqueue(NewTask {
        payload: Payload::Message(Message {
            recipient: "+85291234567".to_owned(),
            text: "hello".to_owned(),
            sender: Some("ACME".to_owned()),
        }),
        expires: Some(Due::In(HOUR)),
        max_retries: 4,
        ..message("", "")
    });
    world.pass(SECOND * 600);
    let worker = world.worker();
    let claim = world.claim(worker);
    assert_eq!((claim.id(), claim.attempt(), claim.lane(), claim.task_func()), (id, 1, LANE, LANE));
    assert_eq!(claim.task_name(), "sms");
    assert_eq!((claim.budget().retry_count, claim.budget().max_retries), (0, 4));
    assert_eq!(claim.expires_in(), Some(SECOND * 3_000));
    let sent = claim.message().expect("a message");
    assert_eq!(
        (sent.recipient.as_str(), sent.text.as_str(), sent.sender.as_deref()),
        ("+85291234567", "hello", Some("ACME"))
    );
    let task = world.get(id);
    assert_eq!((task.status, task.worker_id, task.attempt), (State::Processing, Some(worker), 1));
    assert_eq!((task.started_at, task.completed_at), (Some(world.now()), None));
    let call = Payload::Call { args: Some("[1]".to_owned()), kwargs: None };
    world.enqueue(NewTask { payload: call, ..message("", "") });
    let claim = world.claim(worker);
    assert_eq!((claim.args(), claim.kwargs(), claim.message()), (Some("[1]"), None, None));
}

pub fn each_claim_has_a_time_of_its_own(world: &World) {
    let worker = world.worker();
    let mut times = Vec::new();
    for size in [3, 1, 2] {
        // The highest priority, and so the first claim, has the highest id.
        for priority in 1..=size {
            world.enqueue(with_priority(priority));
        }
        let claims = claim(&*world.store, worker, size.into());
        assert_eq!(claims.len(), usize::from(size));
        for claim in &claims {
            assert_eq!(world.get(claim.id()).started_at, Some(claim.claimed_at()), "its row says it");
        }
        let mut turn: Vec<_> = claims.iter().map(|claim| claim.claimed_at()).collect();
        turn.sort_unstable();
        times.extend(turn);
    }
    assert!(times.is_sorted_by(|one, next| one < next), "while the clock stands still: {times:?}");
    assert_eq!(times[0], world.now(), "the first one is made now");
    world.task_in(State::Pending);
    world.pass_back(SECOND * 3_600);
    assert_eq!(world.claim(worker).claimed_at(), world.now(), "a clock that was set back is followed");
}

pub fn completed_is_written(world: &World) {
    let id = world.task_in(State::Pending);
    let worker = world.worker();
    // What an earlier attempt left behind is gone when the task ends well.
    world.settle(worker, world.claim(worker).settle(deferred(SECOND), None));
    world.pass(SECOND);
    let claim = world.claim(worker);
    assert_eq!((claim.attempt(), claim.budget().retry_count), (2, 1));
    world.pass(SECOND);
    assert_eq!(world.settle(worker, claim.settle(completed(), None)), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count, task.attempt), (State::Completed, 1, 2));
    assert_eq!(task.completed_at, Some(world.now()));
    assert_eq!(task.started_at, Some(world.now() - SECOND));
    assert_eq!(task.provider_message_id.as_deref(), Some("p-1"));
    assert_eq!((task.error_type, task.error_message, task.available_at), (None, None, None));
    assert_eq!(world.store.attempts(id).expect("lists").len(), 1, "only the one that did not end well");
    assert!(world.letters().is_empty());
    world.assert_sound();
}

pub fn rejected_is_a_dead_letter(world: &World) {
    let id = world.task_in(State::Pending);
    let worker = world.worker();
    let turn = exchange(&*world.store, worker, &[world.claim(worker).settle(rejected(), None)], 0);
    assert_eq!((turn.settled, turn.dead_lettered), (vec![Settled::Done], 1));
    let task = world.get(id);
    assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("rejected")));
    assert_eq!(task.error_message.as_deref(), Some("no such number"));
    assert!(task.retry_count >= task.max_retries, "no attempt is left, in the words of every program: {task:?}");
    let stats = world.store.stats().expect("counts");
    assert_eq!((stats.tasks.failed, stats.tasks.retryable, stats.dead_letters.pending), (1, 0, 1));
    let letter = &world.letters()[0];
    assert_eq!((letter.task_id, letter.message_id), (Some(id), Some(id)));
    assert_eq!((letter.recipient.as_str(), letter.content.as_str()), ("+85291234567", "hello"));
    assert_eq!(
        (letter.error_type.as_deref(), letter.error_message.as_deref()),
        (Some("rejected"), Some("no such number"))
    );
    assert_eq!((letter.retry_count, letter.max_retries), (1, 3));
    assert_eq!(
        (letter.created_at, letter.last_attempt_at, letter.retried_at),
        (Some(world.now()), task.started_at, None)
    );
    let attempts = world.store.attempts(id).expect("lists");
    assert_eq!((attempts.len(), attempts[0].outcome.as_str(), attempts[0].attempt), (1, "rejected", 1));
    assert_eq!((attempts[0].worker_id, attempts[0].ended_at), (Some(worker), world.now()));
    world.assert_sound();
}

pub fn deferred_waits_and_comes_back_when_due(world: &World) {
    let id = world.task_in(State::Pending);
    let worker = world.worker();
    assert_eq!(world.settle(worker, world.claim(worker).settle(deferred(SECOND * 10), None)), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count, task.available_at), (State::Failed, 1, Some(world.now() + SECOND * 10)));
    let stats = world.store.stats().expect("counts").tasks;
    assert_eq!((stats.failed, stats.retryable, stats.unknown), (1, 1, 0));
    world.pass(SECOND * 10 - Duration::from_micros(1));
    let early = exchange(&*world.store, worker, &[], 1);
    assert_eq!((early.claims.len(), early.promoted, early.next_due), (0, 0, Some(Duration::from_micros(1))));
    world.pass(Duration::from_micros(1));
    let due = exchange(&*world.store, worker, &[], 1);
    assert_eq!((ids(&due.claims), due.promoted, due.next_due), (vec![id], 1, None));
    assert_eq!(due.claims[0].attempt(), 2);
    assert_eq!(world.get(id).available_at, None);
    world.assert_sound();
}

pub fn deferred_for_the_lane_costs_no_attempt(world: &World) {
    let id = world.task_in(State::Pending);
    let worker = world.worker();
    let failure = Failure::new(ErrorType::Throttled, "429");
    for attempt in 1..=5 {
        let claim = world.claim(worker);
        assert_eq!(claim.attempt(), attempt, "the fence grows all the same");
        let fate = Fate::Retry { after: SECOND, failure: failure.clone(), spent: false };
        assert_eq!(world.settle(worker, claim.settle(fate, None)), Settled::Done);
        let task = world.get(id);
        assert_eq!((task.status, task.retry_count), (State::Failed, 0));
        world.pass(SECOND);
    }
    assert_eq!(world.store.attempts(id).expect("lists").len(), 5);
    world.assert_sound();
}

pub fn parked_waits_for_an_order(world: &World) {
    for (fate, unknown) in [(parked(), 0), (unknown(), 1)] {
        let world = world.fresh();
        let id = world.task_in(State::Pending);
        let worker = world.worker();
        assert_eq!(world.settle(worker, world.claim(worker).settle(fate, None)), Settled::Done);
        let task = world.get(id);
        assert_eq!((task.status, task.retry_count, task.available_at), (State::Failed, 1, None));
        let stats = world.store.stats().expect("counts").tasks;
        assert_eq!((stats.failed, stats.retryable, stats.unknown), (1, 1, unknown));
        world.pass(HOUR * 24 * 365);
        let turn = exchange(&*world.store, worker, &[], 1);
        assert_eq!((turn.claims.len(), turn.next_due), (0, None), "it does not come back by itself");
        world.assert_sound();
    }
}

pub fn the_last_attempt_is_a_dead_letter(world: &World) {
    let id = world.enqueue(NewTask { max_retries: 2, ..message("+85291234567", "hello") });
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(deferred(SECOND), None));
    world.pass(SECOND);
    let failure = Failure::new(ErrorType::Unavailable, "503");
    world.settle(worker, world.claim(worker).settle(Fate::Dead { failure }, None));
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count, task.max_retries), (State::Failed, 2, 2));
    let letter = &world.letters()[0];
    assert_eq!((letter.retry_count, letter.max_retries, letter.error_type.as_deref()), (2, 2, Some("unavailable")));
    let outcomes: Vec<String> = world.store.attempts(id).expect("lists").into_iter().map(|a| a.outcome).collect();
    assert_eq!(outcomes, ["deferred", "deferred"]);
    world.assert_sound();
}

pub fn released_is_pending_with_its_attempt_unspent(world: &World) {
    let id = world.task_in(State::Pending);
    let worker = world.worker();
    assert_eq!(world.settle(worker, world.claim(worker).settle(Fate::Released, None)), Settled::Done);
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count, task.started_at), (State::Pending, 0, None));
    assert!(world.store.attempts(id).expect("lists").is_empty());
    assert_eq!(world.claim(worker).attempt(), 2, "an older claim can never be taken for this one");
    world.assert_sound();
}

pub fn a_settlement_of_an_older_attempt_is_lost(world: &World) {
    for fate in every_fate() {
        let world = world.fresh();
        let id = world.task_in(State::Pending);
        let worker = world.worker();
        let old = world.claim(worker);
        // Another program puts the task back, and the same worker claims it again.
        world.other_program(&format!("UPDATE queued_tasks SET status = 'pending' WHERE id = {id}"));
        let new = world.claim(worker);
        assert_eq!((old.attempt(), new.attempt()), (1, 2));
        assert_eq!(world.settle(worker, old.settle(fate.clone(), None)), Settled::Lost, "{fate:?}");
        assert_eq!((world.state(id), world.get(id).attempt), (State::Processing, 2));
        assert!(world.letters().is_empty());
        // A claim that never left leaves nothing to be told.
        let told = usize::from(!matches!(fate, Fate::Released));
        assert_eq!(world.store.attempts(id).expect("lists").len(), told, "{fate:?}");
        assert_eq!(world.settle(worker, new.settle(completed(), None)), Settled::Done);
        world.assert_sound();
    }
}

pub fn a_settlement_is_written_once(world: &World) {
    for fate in every_fate() {
        let world = world.fresh();
        let id = world.task_in(State::Pending);
        let worker = world.worker();
        let settlement = [world.claim(worker).settle(fate.clone(), None)];
        assert_eq!(exchange(&*world.store, worker, &settlement, 0).settled, [Settled::Done]);
        let before = world.get(id);
        let again = exchange(&*world.another(), worker, &settlement, 0);
        assert_eq!((again.settled, again.dead_lettered), (vec![Settled::Lost], 0), "{fate:?}");
        let after = world.get(id);
        assert_eq!((after.status, after.retry_count), (before.status, before.retry_count));
        world.assert_sound();
    }
}

/// But for an accepted one, of which `late` tells.
pub fn a_settlement_is_lost_in_every_other_state(world: &World) {
    let worker = world.worker();
    for state in State::ALL.into_iter().filter(|state| *state != State::Processing) {
        for fate in every_fate().into_iter().filter(|fate| !matches!(fate, Fate::Completed { .. })) {
            let id = world.task_in(State::Pending);
            let claim = world.claim(worker);
            world.other_program(&format!("UPDATE queued_tasks SET status = '{state}' WHERE id = {id}"));
            assert_eq!(world.settle(worker, claim.settle(fate.clone(), None)), Settled::Lost, "{state}, {fate:?}");
            let task = world.get(id);
            assert_eq!((task.status, task.retry_count, &task.error_type), (state, 0, &None), "{fate:?}");
            world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {id}"));
        }
    }
    let id = world.task_in(State::Pending);
    let claim = world.claim(worker);
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {id}"));
    assert_eq!(world.settle(worker, claim.settle(rejected(), None)), Settled::Lost, "the row is gone");
    assert!(world.letters().is_empty() && world.all().is_empty());
    world.assert_sound();
}

pub fn scheduled_tasks_are_promoted_when_due(world: &World) {
    let at = |hours: u32| NewTask { available: Some(Due::In(HOUR * hours)), ..with_priority(9) };
    let (later, soon) = (world.enqueue(at(2)), world.enqueue(at(1)));
    let now = world.enqueue(with_priority(5));
    let worker = world.worker();
    let turn = exchange(&*world.store, worker, &[], 9);
    assert_eq!((ids(&turn.claims), turn.promoted, turn.next_due), (vec![now], 0, Some(HOUR)));
    world.pass(HOUR);
    let turn = exchange(&*world.store, worker, &[], 9);
    assert_eq!((ids(&turn.claims), turn.promoted, turn.next_due), (vec![soon], 1, Some(HOUR)));
    world.pass(HOUR * 9);
    let turn = exchange(&*world.store, worker, &[], 9);
    assert_eq!((ids(&turn.claims), turn.promoted, turn.next_due), (vec![later], 1, None));
    world.assert_sound();
}

/// Whoever knows the contract's columns alone can say `scheduled`, and no time.
pub fn a_scheduled_task_without_a_time_is_due_at_once(world: &World) {
    let changed = world.enqueue(message("+1", "x"));
    world.other_program(&format!(
        "INSERT INTO queued_tasks (task_name, task_func, status, args) VALUES ('sms', '{LANE}', 'scheduled', '1')"
    ));
    world.other_program(&format!("UPDATE queued_tasks SET status = 'scheduled' WHERE id = {changed}"));
    let turn = exchange(&*world.store, world.worker(), &[], 9);
    assert_eq!(
        (ids(&turn.claims), turn.promoted, turn.next_due),
        (vec![changed, changed + 1], 2, None),
        "{:?}",
        world.all()
    );
    // What has no time goes with the state: it is not tried again as what failed by itself.
    let failed = world.enqueue(message("+1", "x"));
    for state in ["scheduled", "failed"] {
        world.other_program(&format!("UPDATE queued_tasks SET status = '{state}' WHERE id = {failed}"));
    }
    assert_eq!(world.get(failed).available_at, None);
    assert!(exchange(&*world.store, world.worker(), &[], 9).claims.is_empty(), "{:?}", world.all());
    world.assert_sound();
}

pub fn a_retry_that_was_left_no_attempt_is_a_dead_letter(world: &World) {
    let (spent, other) = (world.enqueue(message("+1", "x")), world.enqueue(message("+1", "x")));
    let worker = world.worker();
    for claim in claim(&*world.store, worker, 2) {
        world.settle(worker, claim.settle(deferred(SECOND), None));
    }
    world.other_program(&format!("UPDATE queued_tasks SET max_retries = 1 WHERE id = {spent}"));
    world.pass(SECOND);
    let turn = exchange(&*world.store, worker, &[], 9);
    assert_eq!((ids(&turn.claims), turn.dead_lettered, turn.next_due), (vec![other], 1, None), "{:?}", world.all());
    let letters = world.letters();
    assert_eq!((letters.len(), letters[0].task_id, letters[0].max_retries), (1, Some(spent), 1), "{letters:?}");
    assert_eq!((world.get(spent).status, world.get(spent).available_at), (State::Failed, None));
    world.assert_sound();
    // Its letter is one, whatever becomes of the row.
    world.other_program(&format!("UPDATE queued_tasks SET available_at = '2026-01-01 00:00:00' WHERE id = {spent}"));
    let turn = exchange(&*world.store, worker, &[], 9);
    assert_eq!((world.letters().len(), turn.next_due), (1, None), "nothing is due any more");
    world.assert_sound();
}

/// Another program lowers the number while the message is on the wire; the worker still believes that there are attempts left.
pub fn a_claim_that_was_left_no_attempt_ends_as_a_dead_letter(world: &World) {
    let worker = world.worker();
    for (nth, fate) in [deferred(SECOND), parked(), unknown()].into_iter().enumerate() {
        let id = world.enqueue(message("+1", "x"));
        let claim = world.claim(worker);
        world.other_program(&format!("UPDATE queued_tasks SET max_retries = 1 WHERE id = {id}"));
        assert_eq!(world.settle(worker, claim.settle(fate.clone(), None)), Settled::Done);
        let task = world.get(id);
        assert_eq!((task.status, task.available_at, world.letters().len()), (State::Failed, None, nth + 1), "{fate:?}");
        world.assert_sound();
    }
}

pub fn many_due_at_once_are_promoted_in_bounded_turns(world: &World) {
    let tasks: Vec<NewTask> =
        (0..2_500).map(|_| NewTask { available: Some(Due::In(SECOND)), ..message("+1", "x") }).collect();
    world.store.enqueue(&tasks, 0).expect("enqueues");
    world.pass(SECOND);
    let worker = world.worker();
    let mut promoted = 0;
    let mut turns = 0;
    loop {
        let turn = exchange(&*world.store, worker, &[], 1);
        assert_eq!(turn.claims.len(), 1);
        promoted += turn.promoted;
        turns += 1;
        if !turn.more {
            break;
        }
        assert_eq!(turn.next_due, Some(Duration::ZERO), "more is due already");
        assert!(turns < 10, "it does not end");
    }
    assert_eq!(promoted, 2_500);
    assert!(turns >= 3, "in {turns} turns");
    world.assert_sound();
}

pub fn expired_tasks_are_never_handed_out(world: &World) {
    let expiring = || NewTask { expires: Some(Due::In(SECOND)), ..message("+85291234567", "code") };
    let id = world.enqueue(expiring());
    let worker = world.worker();
    world.pass(SECOND);
    let turn = exchange(&*world.store, worker, &[], 1);
    assert_eq!((turn.claims.len(), turn.expired, turn.dead_lettered), (0, 1, 1));
    let task = world.get(id);
    assert_eq!((task.status, task.error_type.as_deref(), task.attempt), (State::Failed, Some("expired"), 0));
    assert!(task.retry_count >= task.max_retries, "it cannot be retried: {task:?}");
    let letter = &world.letters()[0];
    assert_eq!((letter.task_id, letter.error_type.as_deref(), letter.max_retries), (Some(id), Some("expired"), 3));
    // A task that waits for its retry expires like one that was never tried.
    let id = world.enqueue(expiring());
    world.settle(worker, world.claim(worker).settle(deferred(SECOND * 5), None));
    world.pass(SECOND * 5);
    let turn = exchange(&*world.store, worker, &[], 1);
    assert_eq!((turn.claims.len(), turn.expired, world.state(id)), (0, 1, State::Failed));
    assert_eq!(world.store.stats().expect("counts").tasks.retryable, 0);
    world.assert_sound();
}

pub fn expired_tasks_do_not_block_those_behind_them(world: &World) {
    let expiring = NewTask { expires: Some(Due::In(SECOND)), ..with_priority(9) };
    world.store.enqueue(&vec![expiring; 1_500], 0).expect("enqueues");
    let last = world.enqueue(with_priority(0));
    world.pass(HOUR);
    let worker = world.worker();
    let first = exchange(&*world.store, worker, &[], 1);
    assert_eq!((first.claims.len(), first.more), (0, true), "a turn has its bound");
    assert!(first.expired >= 1_000);
    let second = exchange(&*world.store, worker, &[], 1);
    assert_eq!((ids(&second.claims), first.expired + second.expired, second.more), (vec![last], 1_500, false));
    assert_eq!(world.store.stats().expect("counts").dead_letters.pending, 1_500);
    world.assert_sound();
}

const TWO_A_SECOND: Rate = Rate { per_s: 2.0, burst: 4.0 };

pub fn a_rate_bounds_the_claims(world: &World) {
    fill(world, 100);
    let worker = world.worker();
    let claims = |count| claim_rated(&*world.store, worker, count, TWO_A_SECOND);
    assert_eq!(claims(2).claims.len(), 2);
    let turn = claims(50);
    assert_eq!(
        (turn.claims.len(), turn.next_due),
        (1, Some(SECOND / 2)),
        "a fresh bucket holds three, so that four pass in its first second"
    );
    assert_eq!(claims(50).claims.len(), 0);
    world.pass(SECOND / 2);
    assert_eq!(claims(50).claims.len(), 1);
    world.pass(SECOND * 3600);
    assert_eq!(claims(50).claims.len(), 4, "never more than the burst");
    let mut sent = 0;
    for _ in 0..40 {
        world.pass(SECOND / 4);
        sent += claims(50).claims.len();
    }
    assert_eq!(sent, 20, "ten seconds, two a second, and no token is lost in between");
    world.assert_sound();
}

pub fn two_workers_share_one_rate(world: &World) {
    fill(world, 100);
    let other = world.another();
    let (one, two) = (world.worker(), register(&*other));
    assert_eq!(claim_rated(&*world.store, one, 2, TWO_A_SECOND).claims.len(), 2);
    assert_eq!(claim_rated(&*other, two, 3, TWO_A_SECOND).claims.len(), 1);
    assert_eq!(claim_rated(&*world.store, one, 3, TWO_A_SECOND).claims.len(), 0);
    // A new process does not refill the bucket.
    let third = world.another();
    assert_eq!(claim_rated(&*third, register(&*third), 3, TWO_A_SECOND).claims.len(), 0);
    world.pass(SECOND);
    assert_eq!(claim_rated(&*third, two, 9, TWO_A_SECOND).claims.len(), 2);
}

pub fn a_clock_that_goes_back_refills_nothing(world: &World) {
    fill(world, 100);
    let worker = world.worker();
    let claims = || claim_rated(&*world.store, worker, 50, TWO_A_SECOND).claims.len();
    assert_eq!(claims(), 3);
    world.pass_back(HOUR);
    assert_eq!(claims(), 0);
    world.pass(SECOND);
    assert_eq!(claims(), 2, "the lane goes on at its rate by the new time, and does not wait for the old one");
    world.assert_sound();
}

pub fn settlements_and_claims_share_one_turn(world: &World) {
    let all = fill(world, 6);
    let worker = world.worker();
    let mut claims = claim(&*world.store, worker, 3);
    let stale = claims.remove(1);
    world.other_program(&format!("UPDATE queued_tasks SET status = 'cancelled' WHERE id = {}", stale.id()));
    let settlements = [
        claims.remove(0).settle(Fate::Released, None),
        stale.settle(completed(), None),
        claims.remove(0).settle(rejected(), None),
    ];
    let turn = exchange(&*world.store, worker, &settlements, 3);
    assert_eq!(turn.settled, [Settled::Done, Settled::Lost, Settled::Done], "in their order");
    assert_eq!(ids(&turn.claims), [all[0], all[3], all[4]], "what was released can be claimed in the same turn");
    assert_eq!(turn.dead_lettered, 1);
    world.assert_sound();
}

pub fn next_due_tells_when_to_come_back(world: &World) {
    let worker = world.worker();
    world.settle(worker, {
        world.enqueue(message("+1", "x"));
        world.claim(worker).settle(deferred(SECOND * 90), None)
    });
    let turn = exchange(&*world.store, worker, &[], 1);
    assert_eq!(turn.next_due, Some(SECOND * 90));
    world.enqueue(NewTask { available: Some(Due::In(SECOND * 50)), ..message("+1", "x") });
    assert_eq!(exchange(&*world.store, worker, &[], 1).next_due, Some(SECOND * 50));
    // A bucket that fills, and a lane that opens, are nearer.
    fill(world, 9);
    assert_eq!(claim_rated(&*world.store, worker, 9, TWO_A_SECOND).next_due, Some(SECOND / 2));
    world.settle(worker, world.claim(worker).settle(completed(), Some(throttled(7))));
    assert_eq!(exchange(&*world.store, worker, &[], 1).next_due, Some(SECOND * 7));
    world.assert_sound();
}

pub fn changes_by_others_are_noticed(world: &World) {
    let other = world.another();
    let changed = || world.store.changed().expect("looks");
    changed();
    assert!(!changed());
    let worker = world.worker();
    world.enqueue(message("+1", "x"));
    world.claim(worker);
    world.all();
    assert!(!changed(), "its own changes are none");
    other.enqueue(&[message("+1", "x")], 0).expect("enqueues");
    assert!(changed());
    assert!(!changed(), "once told is enough");
    world.other_program("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'app.send')");
    // A turn in between does not swallow what others did.
    claim(&*world.store, worker, 1);
    assert!(changed());
}

pub fn a_task_of_a_claim_may_be_changed_by_others(world: &World) {
    let worker = world.worker();
    let id = world.task_in(State::Pending);
    let claim = world.claim(worker);
    // The task goes another way and has more attempts from now on, but it stays with its worker.
    world.other_program(&format!("UPDATE queued_tasks SET task_func = 'gateway:b', max_retries = 1 WHERE id = {id}"));
    assert_eq!(world.settle(worker, claim.settle(parked(), None)), Settled::Done);
    assert_eq!(world.store.stats().expect("counts").tasks.retryable, 0);
    world.assert_sound();
    world.other_program(&format!("UPDATE queued_tasks SET max_retries = 5 WHERE id = {id}"));
    assert_eq!(world.store.change(&only(id), smsctl::queue::Order::Retry { unknown: false }).expect("retries"), 1);
    world.assert_sound();
}

pub fn a_worker_that_was_declared_dead_gets_nothing(world: &World) {
    fill(world, 3);
    let worker = world.worker();
    let held = world.claim(worker);
    world.store.retire(worker).expect("ends");
    let turn = exchange(&*world.store, worker, &[], 5);
    assert!(turn.claims.is_empty(), "what it claimed now would be taken from it at once");
    assert_eq!(
        settle(&*world.store, worker, held.settle(completed(), None)),
        Settled::Done,
        "what it still holds may end"
    );
    assert!(exchange(&*world.store, worker + 1_000, &[], 5).claims.is_empty(), "nobody knows this worker");
    world.assert_sound();
}
