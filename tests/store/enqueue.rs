//! Putting tasks into the queue.

use smsctl::queue::{Due, Filter, Lane, Message, NewTask, Payload, Priority, State};
use smsctl::store::{StoreError, TallyKind};

use crate::world::{HOUR, LANE, World, claim, message, register};

fn keyed(key: &str) -> NewTask {
    NewTask { key: Some(key.to_owned()), ..message("+85291234567", "hello") }
}

pub fn a_message_is_there_as_it_was_given(world: &World) {
    let id = world.enqueue(NewTask {
        payload: Payload::Message(Message {
            recipient: "+85291234567".to_owned(),
            text: "Your code is 123456".to_owned(),
            sender: Some("ACME".to_owned()),
        }),
        priority: Priority::HIGH,
        expires: Some(Due::In(HOUR)),
        max_retries: 7,
        batch: Some("spring".to_owned()),
        key: Some("k1".to_owned()),
        segments: Some(2),
        ..message("", "")
    });
    let task = world.get(id);
    assert_eq!((task.id, task.task_name.as_str(), task.task_func.as_str()), (id, "sms", LANE));
    assert_eq!((task.args, task.kwargs), (None, None));
    assert_eq!((task.status, task.worker_id, task.attempt), (State::Pending, None, 0));
    assert_eq!((task.max_retries, task.retry_count), (7, 0));
    assert_eq!(task.created_at, Some(world.now()));
    assert_eq!((task.started_at, task.completed_at, task.available_at), (None, None, None));
    assert_eq!(task.expires_at, Some(world.now() + HOUR));
    assert_eq!(task.recipient.as_deref(), Some("+85291234567"));
    assert_eq!(task.content.as_deref(), Some("Your code is 123456"));
    assert_eq!(task.sender.as_deref(), Some("ACME"));
    assert_eq!(task.priority, 9);
    assert_eq!(task.batch.as_deref(), Some("spring"));
    assert_eq!(task.dedupe_key.as_deref(), Some("k1"));
    assert_eq!(task.segments, Some(2));
    assert_eq!((task.error_type, task.error_message, task.provider_message_id), (None, None, None));
    world.assert_sound();
}

pub fn a_generic_task_carries_its_json(world: &World) {
    let id = world.enqueue(NewTask {
        name: "report".to_owned(),
        lane: Lane::Command("report".to_owned()),
        payload: Payload::Call { args: Some("[1, \"zwei\"]".to_owned()), kwargs: Some("{\"a\": null}".to_owned()) },
        segments: None,
        ..message("", "")
    });
    let task = world.get(id);
    assert_eq!((task.task_name.as_str(), task.task_func.as_str()), ("report", "command:report"));
    assert_eq!(task.args.as_deref(), Some("[1, \"zwei\"]"));
    assert_eq!(task.kwargs.as_deref(), Some("{\"a\": null}"));
    assert_eq!((task.recipient, task.content, task.sender, task.segments), (None, None, None, None));
}

pub fn a_repeated_key_returns_the_first_task(world: &World) {
    for state in State::ALL {
        let key = format!("key-{state}");
        let first = world.bring(keyed(&key), state);
        let again = world.another().enqueue(&[keyed(&key)], 0).expect("enqueues").remove(0);
        assert_eq!((again.id, again.state, again.duplicate), (first, state, true));
        // What is pending would be claimed by the next round.
        world.store.change(&Filter::default(), smsctl::queue::Order::Hold).expect("holds");
    }
    assert_eq!(world.all().len(), State::ALL.len(), "a duplicate enqueues nothing");
    world.assert_sound();
}

pub fn keys_differ_by_case_and_trailing_space(world: &World) {
    let keys = ["k", "K", "k ", " k", "ḱ", "k\u{301}", "", "k\u{0}"];
    for key in keys {
        let enqueued = world.store.enqueue(&[keyed(key)], 0).expect("enqueues").remove(0);
        assert!(!enqueued.duplicate, "{key:?} is a key of its own");
    }
    assert_eq!(world.all().len(), keys.len());
}

pub fn duplicates_within_one_call_are_found(world: &World) {
    let tasks = [keyed("a"), message("+1", "x"), keyed("b"), keyed("a"), message("+1", "x"), keyed("b"), keyed("a")];
    let answers = world.store.enqueue(&tasks, 0).expect("enqueues");
    let duplicates: Vec<bool> = answers.iter().map(|answer| answer.duplicate).collect();
    assert_eq!(duplicates, [false, false, false, true, false, true, true]);
    assert_eq!((answers[3].id, answers[5].id, answers[6].id), (answers[0].id, answers[2].id, answers[0].id));
    assert_eq!(world.store.stats().expect("counts").tasks.pending, 4);
    world.assert_sound();
}

pub fn a_task_for_later_is_scheduled(world: &World) {
    let at = world.now() + HOUR * 2;
    for due in [Due::In(HOUR * 2), Due::At(at)] {
        let task = NewTask { available: Some(due), ..message("+85291234567", "later") };
        let answer = world.store.enqueue(&[task], 0).expect("enqueues").remove(0);
        assert_eq!(answer.state, State::Scheduled);
        let task = world.get(answer.id);
        assert_eq!((task.status, task.available_at), (State::Scheduled, Some(at)));
    }
    assert!(claim(&*world.store, world.worker(), 10).is_empty(), "nothing is due yet");
}

pub fn a_time_that_has_passed_means_now(world: &World) {
    let dues = [Due::At(world.now() - HOUR), Due::At(world.now()), Due::In(std::time::Duration::ZERO)];
    for due in dues {
        let id = world.enqueue(NewTask { available: Some(due), ..message("+85291234567", "now") });
        let task = world.get(id);
        assert_eq!((task.status, task.available_at), (State::Pending, None), "{due:?}");
    }
    // The least that is still to come is a microsecond.
    let soon = Due::In(std::time::Duration::from_micros(1));
    let id = world.enqueue(NewTask { available: Some(soon), ..message("+85291234567", "soon") });
    assert_eq!(world.state(id), State::Scheduled);
}

pub fn a_full_queue_takes_nothing_of_the_call(world: &World) {
    let three =
        || vec![message("+1", "a"), keyed("new"), NewTask { batch: Some("b".to_owned()), ..message("+1", "c") }];
    world.store.enqueue(&[message("+1", "a")], 4).expect("fits");
    world.store.enqueue(&three(), 4).expect("fits exactly");
    let refused = world.store.enqueue(&[message("+1", "a"), message("+1", "b")], 5).expect_err("does not fit");
    assert!(matches!(refused, StoreError::QueueFull { queued: 4, max: 5 }), "{refused:?}");
    assert!(refused.is_transient());
    assert_eq!(world.all().len(), 4, "not even the one that would fit");
    // Scheduled tasks wait too; those in other states do not.
    let later = NewTask { available: Some(Due::In(HOUR)), ..message("+1", "later") };
    world.store.enqueue(std::slice::from_ref(&later), 5).expect("fits");
    assert!(world.store.enqueue(&[later], 5).is_err());
    claim(&*world.store, world.worker(), 2);
    world.store.enqueue(&[message("+1", "a"), message("+1", "b")], 5).expect("two are processing by now");
    world.assert_sound();
}

pub fn more_than_a_queue_ever_takes_is_not_full(world: &World) {
    let messages = |n: usize| vec![message("+1", "a"); n];
    world.store.enqueue(&[keyed("a")], 5).expect("fits");
    let refused = world.store.enqueue(&messages(6), 5).expect_err("never fits");
    assert!(matches!(refused, StoreError::TooMany { added: 6, max: 5 }), "{refused:?}");
    assert!(!refused.is_transient(), "to wait does not help");
    let refused = world.store.enqueue(&messages(5), 5).expect_err("fits when the other is gone");
    assert!(matches!(refused, StoreError::QueueFull { queued: 1, max: 5 }), "{refused:?}");
    world.store.enqueue(&[vec![keyed("a")], messages(4)].concat(), 4).expect_err("five would wait");
    world.store.enqueue(&[vec![keyed("a")], messages(4)].concat(), 5).expect("what is there is not added");
    world.assert_sound();
}

pub fn numbers_that_another_program_used_up_are_told_and_come_back(world: &World) {
    let first = world.enqueue(message("+1", "a"));
    let last = world.enqueue(message("+1", "b"));
    world.other_program(&format!("UPDATE queued_tasks SET id = 9223372036854775000 WHERE id = {last}"));
    let scarce = world.store.check().expect("checks");
    let found: Vec<_> = scarce.iter().map(|found| (found.kind, found.message.as_str())).collect();
    let message_of =
        "the table `queued_tasks` has 807 numbers left for new rows: the row 9223372036854775000 has the highest";
    assert_eq!(found, [("numbers", message_of)]);
    world.other_program("UPDATE queued_tasks SET id = 9223372036854775807 WHERE id = 9223372036854775000");
    // SQLite looks at the rows, and servers at what they were given.
    let top = world.other_program(
        "INSERT INTO queued_tasks (id, task_name, task_func, status) SELECT 9223372036854775806, 'x', 'x', 'completed'",
    );
    assert_eq!(top, 1);
    let refused = world.store.enqueue(&[message("+1", "c")], 0).expect_err("there is no number for it");
    assert!(!refused.is_transient(), "to wait does not help: {refused:?}");
    let words = "has no number left for a new row: the row 9223372036854775807 has the highest";
    assert!(refused.to_string().contains(words), "{refused}");
    let StoreError::NumbersUsedUp { table, cure, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(table, "queued_tasks");
    let findings = world.store.check().expect("checks");
    assert!(findings.iter().any(|found| found.message.contains("has no number left")), "{findings:?}");
    world.other_program("DELETE FROM queued_tasks WHERE id = 9223372036854775806");
    world.other_program(&format!("UPDATE queued_tasks SET id = {last} WHERE id = 9223372036854775807"));
    world.other_program(cure.split('`').nth(1).expect("a statement"));
    let next = world.enqueue(message("+1", "c"));
    assert!(first < last && last < next && next < 100, "{first} {last} {next}");
    world.assert_sound();
}

pub fn duplicates_fit_into_a_full_queue(world: &World) {
    world.store.enqueue(&[keyed("a"), keyed("b")], 2).expect("fits exactly");
    let again = world.store.enqueue(&[keyed("b"), keyed("a")], 2).expect("adds nothing");
    assert!(again.iter().all(|answer| answer.duplicate));
    world.store.enqueue(&[keyed("a")], 1).expect("adds nothing, even where the bound was lowered");
}

pub fn an_empty_call_changes_nothing(world: &World) {
    let other = world.another();
    other.changed().expect("looks");
    assert!(world.store.enqueue(&[], 1).expect("enqueues").is_empty());
    assert!(!other.changed().expect("looks"), "nothing was committed");
}

pub fn text_goes_through_byte_for_byte(world: &World) {
    let long = "長".repeat(50_000);
    for text in [
        "",
        " ",
        "line\r\nline\n",
        "'; DROP TABLE queued_tasks; --",
        "🎉👩‍👩‍👧",
        "e\u{301}",
        "\u{10FFFF}",
        "\u{202E}abc",
        "a\0b",
        "%{}?1",
        &long,
    ] {
        let id = world.enqueue(message("+85291234567", text));
        assert_eq!(world.get(id).content.as_deref(), Some(text));
    }
    let claims = claim(&*world.store, world.worker(), 100);
    assert_eq!(claims.last().and_then(|claim| claim.message()).map(|message| message.text.clone()), Some(long));
}

pub fn ids_grow_and_never_repeat(world: &World) {
    let first = world.enqueue(keyed("a"));
    world.store.enqueue(&[keyed("a")], 0).expect("a duplicate");
    let second = world.enqueue(message("+1", "b"));
    assert!(second > first);
    assert_eq!(world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {second}")), 1);
    let third = world.another().enqueue(&[message("+1", "c")], 0).expect("enqueues")[0].id;
    assert!(third > second, "the id of a task that is gone is not given again");
    world.assert_sound();
}

pub fn one_call_may_be_large(world: &World) {
    let tasks: Vec<NewTask> = (0..2_500).map(|n| keyed(&n.to_string())).collect();
    let answers = world.store.enqueue(&tasks, 0).expect("enqueues");
    assert!(answers.is_sorted_by(|a, b| a.id < b.id), "ids in the order of the call");
    assert_eq!(world.store.stats().expect("counts").tasks.pending, 2_500);
}

/// A row of many, in which every column differs from others sometimes.
fn one_of_many(n: u32) -> NewTask {
    let text = match n % 5 {
        0 => format!("it's \\ \"{n}\" ? ?1 :a {{rows}} a\0b 🎉"),
        1 => String::new(),
        _ => format!("hello {n}"),
    };
    let sender = n.is_multiple_of(7).then(|| "ACME".to_owned());
    NewTask {
        payload: Payload::Message(Message { recipient: format!("+8529{n:07}"), text, sender }),
        priority: if n.is_multiple_of(3) { Priority::HIGH } else { Priority::NORMAL },
        available: n.is_multiple_of(11).then_some(Due::In(HOUR)),
        expires: n.is_multiple_of(13).then_some(Due::In(2 * HOUR)),
        max_retries: 1 + n % 2,
        batch: (n >= 1_200).then(|| "spring".to_owned()),
        key: (!n.is_multiple_of(4)).then(|| format!("k'{n}")),
        segments: Some(1 + n % 2),
        ..message("", "")
    }
}

pub fn each_of_many_rows_keeps_what_it_says(world: &World) {
    let tasks: Vec<NewTask> = (0..2_100).map(one_of_many).collect();
    let answers = world.store.enqueue(&tasks, 0).expect("enqueues");
    assert!(answers.is_sorted_by(|a, b| a.id < b.id) && answers.iter().all(|answer| !answer.duplicate));
    for ((given, answer), task) in tasks.iter().zip(&answers).zip(world.all()) {
        let Payload::Message(message) = &given.payload else { panic!("a message") };
        assert_eq!((task.id, task.status), (answer.id, answer.state));
        assert_eq!(task.available_at, given.available.map(|_| world.now() + HOUR));
        assert_eq!(task.expires_at, given.expires.map(|_| world.now() + 2 * HOUR));
        assert_eq!((task.created_at, task.max_retries), (Some(world.now()), given.max_retries));
        assert_eq!((task.recipient.as_deref(), &task.sender), (Some(message.recipient.as_str()), &message.sender));
        assert_eq!(task.content.as_deref(), Some(message.text.as_str()));
        assert_eq!((task.priority, task.segments), (given.priority.get(), given.segments));
        assert_eq!((task.dedupe_key, task.batch), (given.key.clone(), given.batch.clone()));
    }
    // Those that have keys are there.
    let again = world.store.enqueue(&tasks, 0).expect("enqueues");
    for ((given, first), second) in tasks.iter().zip(&answers).zip(&again) {
        assert_eq!((second.duplicate, second.id == first.id), (given.key.is_some(), given.key.is_some()));
    }
    world.assert_sound();
}

pub fn a_key_among_new_ones_is_met(world: &World) {
    let tasks: Vec<NewTask> = (0..20).map(|n| keyed(&n.to_string())).collect();
    let first = world.store.enqueue(&tasks[..4], 0).expect("enqueues");
    let twice = [&tasks[4..8], &tasks[2..4], &tasks[6..7]].concat();
    let second = world.store.enqueue(&twice, 0).expect("enqueues");
    let met: Vec<bool> = second.iter().map(|answer| answer.duplicate).collect();
    assert_eq!(met, [false, false, false, false, true, true, true]);
    assert_eq!([second[4].id, second[5].id, second[6].id], [first[2].id, first[3].id, second[2].id]);
    let third = world.store.enqueue(&tasks, 0).expect("enqueues");
    assert_eq!(third.iter().filter(|answer| answer.duplicate).count(), 8);
    assert_eq!(world.store.stats().expect("counts").tasks.pending, 20);
    world.assert_sound();
}

pub fn a_batch_gathers_over_calls(world: &World) {
    let in_batch = |name: &str| NewTask { batch: Some(name.to_owned()), ..message("+1", "x") };
    world.enqueue(in_batch("spring"));
    world.another().enqueue(&[in_batch("spring"), in_batch("Spring"), in_batch("summer")], 0).expect("enqueues");
    let tallies = world.store.tallies(TallyKind::Batch).expect("counts");
    let of: Vec<(&str, u64)> = tallies.iter().map(|tally| (tally.name.as_str(), tally.get("pending"))).collect();
    assert_eq!(of, [("Spring", 1), ("spring", 2), ("summer", 1)]);
    let listed = Filter { batch: Some("spring".to_owned()), ..Filter::default() };
    assert_eq!(world.store.list(&listed).expect("lists").len(), 2);
}

pub fn a_row_of_another_program_is_a_task(world: &World) {
    let columns = "task_name, task_func, args, kwargs, status, created_at, max_retries, retry_count";
    let rows = [
        "'sms', 'app.send', '[7, \"+85291234567\"]', '{\"text\": \"hi\"}', 'pending', '2026-11-24 15:00:00.123456', 3, 0",
        "'sms', 'app.send', NULL, NULL, NULL, NULL, NULL, NULL",
    ];
    for row in rows {
        world.other_program(&format!("INSERT INTO queued_tasks ({columns}) VALUES ({row})"));
    }
    world.other_program("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'app.send')");
    let tasks = world.all();
    assert_eq!(tasks.len(), 3);
    for task in &tasks {
        assert_eq!(
            (task.status, task.max_retries, task.retry_count, task.attempt),
            (State::Pending, 3, 0, 0),
            "{task:?}"
        );
        assert!(task.created_at.is_some(), "{task:?}");
        assert_eq!((task.priority, task.worker_id, &task.recipient), (5, None, &None), "{task:?}");
    }
    assert_eq!(tasks[0].created_at, "2026-11-24T15:00:00.123456Z".parse().ok());
    assert_eq!(tasks[0].args.as_deref(), Some("[7, \"+85291234567\"]"));
    let stats = world.store.stats().expect("counts").tasks;
    assert_eq!((stats.pending, stats.total()), (3, 3));
    world.assert_sound();
    let worker = register(&*world.store);
    assert!(claim(&*world.store, worker, 9).is_empty(), "the lane does not serve `app.send`");
}
