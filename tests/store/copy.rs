//! A whole queue, copied: to a file, and back to the backend of the case.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use smsctl::queue::{DeadLetterFilter, DeadLetterOrder, Due, Filter, NewTask, Order, Rate, State};
use smsctl::store::{
    Copied, Copy, CopyError, Finding, Keep, Left, Side, StoreError, TallyKind, Turn, Why, Worker,
    closure::QueueClosure, copy,
};

use crate::world::{
    self, HOUR, Judge, LANE, World, claim_rated, completed, deferred, message, only, parked, rejected, unknown,
};

/// More than a page.
const MANY: usize = 2_300;

fn side<'a>(world: &'a World, location: &'a str) -> Side<'a> {
    Side { store: &*world.store, location }
}

fn copy_with(from: &World, to: &World, keep: Keep, seen: &mut dyn FnMut(u64)) -> Result<Copied, StoreError> {
    let copy = Copy::begin(side(from, "from"), side(to, "to"))?;
    let copied = copy.run(seen)?;
    copy.finish(keep)?;
    Ok(copied)
}

#[track_caller]
fn moved(from: &World, to: &World) -> Copied {
    copy_with(from, to, Keep::Target, &mut |_| {}).expect("copies")
}

/// Everything that a store tells of its queue, line by line. `Debug` of a task keeps its texts to itself, so they are named.
fn told(world: &World) -> Vec<String> {
    let store = &*world.store;
    let mut out: Vec<String> = Vec::new();
    for task in world.all() {
        out.push(format!(
            "{task:?} {:?}",
            (&task.task_name, &task.args, &task.kwargs, task.worker_id, task.max_retries)
        ));
        let texts = (&task.recipient, &task.content, &task.sender, &task.error_message, &task.error_type);
        let times = (task.created_at, task.started_at, task.completed_at, task.available_at, task.expires_at);
        let own = (task.priority, &task.batch, &task.dedupe_key, &task.provider_message_id, task.segments);
        out.push(format!("task {}: {texts:?} {times:?} {own:?}", task.id));
        out.extend(store.attempts(task.id).expect("reads").iter().map(|attempt| format!("{attempt:?}")));
    }
    for letter in world.letters() {
        let texts = (&letter.recipient, &letter.content, &letter.error_message, letter.message_id);
        let rest =
            (letter.retry_count, letter.max_retries, letter.created_at, letter.retried_at, letter.last_attempt_at);
        out.push(format!("{letter:?} {texts:?} {rest:?}"));
    }
    out.extend(store.workers().expect("lists").into_iter().map(|worker: Worker| format!("{worker:?}")));
    for kind in [TallyKind::Lane, TallyKind::Batch, TallyKind::Hour] {
        out.extend(store.tallies(kind).expect("lists").iter().map(|tally| format!("{tally:?}")));
    }
    out.push(format!("{:?}", store.stats().expect("counts")));
    out
}

/// Both tell the same of their queues.
#[track_caller]
fn assert_same(have: &World, want: &[String]) {
    let have = told(have);
    for (have, want) in have.iter().zip(want) {
        assert_eq!(have, want);
    }
    assert_eq!(have.len(), want.len());
}

/// Another empty queue on the same backend, at the same time.
fn beside(world: &World) -> World {
    at_the_time_of(world, world.fresh())
}

fn at_the_time_of(world: &World, other: World) -> World {
    other.pass(world.now().duration_since(other.now()).try_into().expect("clocks begin alike"));
    other
}

/// A queue with something of everything.
fn colourful(world: &World) {
    let tasks = ["", "emoji 😀 and \u{1F1ED}\u{1F1F0}", "NUL \0 inside", "it's \\ \"quoted\"\n", "trailing space "];
    for (at, text) in tasks.iter().enumerate() {
        let task = NewTask {
            key: Some(format!("key {at} ")),
            batch: Some("Batch é ".to_owned()),
            ..message("+85291234567", text)
        };
        world.enqueue(task);
    }
    world.store.change(&Filter::default(), Order::Hold).expect("holds");
    for state in State::ALL.into_iter().filter(|state| *state != State::Pending) {
        world.task_in(state);
    }
    let worker = world.worker();
    for fate in [completed(), parked(), unknown(), rejected(), deferred(HOUR)] {
        world.enqueue(message("+85291234567", "with a fate"));
        world.settle(worker, world.claim(worker).settle(fate, None));
        world.pass(std::time::Duration::from_micros(7));
    }
    world.store.change_dead_letters(&DeadLetterFilter::default(), DeadLetterOrder::Abandon, LANE).expect("abandons");
    world.enqueue(message("+85291234567", "a rate"));
    claim_rated(&*world.store, worker, 1, Rate { per_s: 0.3, burst: 3.0 });
    world.store.recover(&Judge { dead: vec![worker], fate: unknown() }).expect("recovers");
    world.enqueue(NewTask {
        available: Some(Due::In(HOUR)),
        expires: Some(Due::In(2 * HOUR)),
        ..message("+85291234567", "x")
    });
    world.other_program(
        "INSERT INTO queued_tasks (id, task_name, task_func, args, kwargs, created_at) \
         VALUES (9007199254740993, 'n', 'app.task', '[1, \"+852\", {\"a\": null}]', '{}', '2026-11-24 10:00:00')",
    );
    world.other_program(
        "INSERT INTO dead_letter_messages (message_id, recipient, content, retry_count) VALUES (7, '+852', '', 3)",
    );
    let last = world.enqueue(message("+85291234567", "taken away"));
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {last}"));
}

#[track_caller]
fn assert_closed(world: &World, why: Why) {
    match world.store.enqueue(&[message("+85291234567", "late")], 0) {
        Err(StoreError::Closed { closure, .. }) => assert_eq!(closure.why, why),
        other => panic!("a closed queue takes nothing: {other:?}"),
    }
}

pub fn everything_is_the_same_on_every_backend(world: &World) {
    colourful(world);
    let want = told(world);
    // Where a queue has arrived, its audit log has a line more.
    let checksum = |copied: &Copied| {
        let tables = copied.tables.iter().filter(|table| table.name != "audit_log");
        tables.map(|table| table.checksum.clone()).collect::<Vec<_>>()
    };
    let file = at_the_time_of(world, world::sqlite());
    let there = moved(world, &file);
    assert_same(&file, &want);
    file.assert_sound();
    let back = beside(world);
    let here = moved(&file, &back);
    assert_same(&back, &want);
    back.assert_sound();
    assert_eq!(checksum(&there), checksum(&here), "a checksum does not depend on the backend");
    let rows: BTreeMap<_, _> = here.tables.iter().map(|table| (table.name, table.rows)).collect();
    assert!(rows.values().all(|rows| *rows > 0), "a table without rows proves nothing: {rows:?}");
    assert_eq!(here.written, rows.values().sum::<u64>());
    assert_same(world, &want);
    let next = back.enqueue(message("+85291234567", "next"));
    assert!(next > 9_007_199_254_740_994, "the number of a task that was taken away is not given again: {next}");
}

pub fn a_closed_queue_takes_no_verb(world: &World) {
    let id = world.enqueue(message("+85291234567", "hello"));
    let worker = world.worker();
    let held = world.claim(worker);
    let letter = world.enqueue(message("+85291234567", "dead"));
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    let store = &*world.store;
    let closure = QueueClosure { why: Why::Moved, other: "elsewhere".to_owned(), token: "t".to_owned() };
    assert!(store.copying().close(None, Some(&closure)).expect("closes"));
    assert!(!store.copying().close(None, Some(&closure)).expect("looks"), "it is closed already");
    assert_eq!(store.copying().closure().expect("reads"), Some(closure.clone()));

    assert_closed(world, Why::Moved);
    let refused = |error: StoreError| matches!(error, StoreError::Closed { .. });
    let task_funcs = [LANE.to_owned()];
    let wanted = [smsctl::store::Wanted { lane: LANE, task_funcs: &task_funcs, count: 1, rate: None }];
    let settlements = [held.settle(completed(), None)];
    let turn = Turn { worker, settlements: &settlements, wanted: &wanted };
    assert!(store.exchange(&turn).is_err_and(refused));
    assert!(store.change(&only(id), Order::Cancel).is_ok_and(|n| n == 0), "a task in no state for it");
    assert!(store.change(&only(letter), Order::Retry { unknown: true }).is_ok_and(|n| n == 0));
    let all = DeadLetterFilter::default();
    assert!(
        store
            .change_dead_letters(&all, DeadLetterOrder::Retry { unknown: true, expired: true }, LANE)
            .is_err_and(refused)
    );
    assert!(store.recover(&Judge { dead: vec![worker], fate: unknown() }).is_err_and(refused));
    assert_eq!(world.all().len(), 2, "to look is allowed");
    assert!(store.heartbeat(worker).is_err_and(refused), "nothing of what it holds may leave any more");
    store.retire(worker).expect("a worker may still say that it ends");

    assert!(store.copying().close(Some(&closure), None).expect("opens"));
    world.enqueue(message("+85291234567", "again"));
}

pub fn the_source_is_closed_and_the_target_open(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    moved(world, &target);
    assert_closed(world, Why::Moved);
    let worker = target.worker();
    target.settle(worker, target.claim(worker).settle(completed(), None));
    target.assert_sound();
    let again = copy_with(world, &beside(world), Keep::Target, &mut |_| {});
    assert!(matches!(again, Err(StoreError::Copy(CopyError::OtherCopy { .. }))), "{again:?}");
}

pub fn a_copy_beside_the_queue_is_closed(world: &World) {
    let id = world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    copy_with(world, &target, Keep::Source, &mut |_| {}).expect("copies");
    assert_closed(&target, Why::Copy);
    world.order(id, Order::Cancel);
    assert_eq!(target.state(id), State::Pending);
}

pub fn the_target_must_be_empty(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    target.enqueue(message("+85291234567", "mine"));
    let refused = copy_with(world, &target, Keep::Target, &mut |_| {});
    assert!(
        matches!(refused, Err(StoreError::Copy(CopyError::NotEmpty { table: "queued_tasks", rows: 1, .. }))),
        "{refused:?}"
    );
    world.enqueue(message("+85291234567", "the source is open"));
    target.enqueue(message("+85291234567", "and so is the target"));
}

pub fn a_queue_is_no_copy_of_itself(world: &World) {
    let another = world.another();
    let refused = Copy::begin(side(world, "a"), Side { store: &*another, location: "b" }).map(|_| ());
    assert!(matches!(refused, Err(StoreError::Copy(CopyError::SameDatabase { .. }))), "{refused:?}");
    world.enqueue(message("+85291234567", "it is open"));
}

pub fn a_copy_that_was_interrupted_goes_on(world: &World) {
    let tasks: Vec<_> = (0..MANY).map(|at| message("+85291234567", &format!("message {at}"))).collect();
    world.store.enqueue(&tasks, 0).expect("enqueues");
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    let want = told(world);
    let target = beside(world);
    let mut written = Vec::new();
    for stop in 1.. {
        let mut steps = 0;
        let run = || {
            copy_with(world, &target, Keep::Target, &mut |_| {
                steps += 1;
                assert!(steps != stop, "the process ends here");
            })
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(copied) => {
                written.push(copied.expect("copies").written);
                break;
            }
            Err(_) => {
                assert_closed(world, Why::Leaving);
                assert_closed(&target, Why::Arriving);
            }
        }
    }
    assert_eq!(written, [0], "what an interrupted run wrote is not written again");
    assert_same(&target, &want);
    target.assert_sound();
}

pub fn a_move_that_was_done_is_known_by_what_the_target_has(world: &World) {
    let earlier = |from: &World, to: &World| copy::earlier(side(from, "from"), side(to, "to")).expect("reads");
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    assert_eq!(earlier(world, &target), None, "nothing was moved yet");
    let done = moved(world, &target);
    let again = earlier(world, &target).expect("this very target has the queue");
    assert_eq!((&again.tables, again.written), (&done.tables, 0));
    // It goes on, and was moved all the same.
    target.enqueue(message("+85291234567", "next"));
    assert_eq!(earlier(world, &target).map(|copied| copied.tables), Some(done.tables));
    assert_eq!(earlier(world, &beside(world)), None, "an empty database of the same name has nothing of it");
    let elsewhere = copy::earlier(side(world, "from"), side(&target, "another name")).expect("reads");
    assert_eq!(elsewhere, None, "it was not moved there, says the source");
    let next = beside(world);
    moved(&target, &next);
    assert_eq!(earlier(world, &target), None, "it has been moved on, and is closed itself");
    assert!(earlier(&target, &next).is_some());
    target.assert_sound();
}

pub fn what_came_into_a_closed_queue_is_told(world: &World) {
    let late = |world: &World| copy::late::sentences(&*world.store).expect("reads");
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    assert_eq!(late(world), Vec::<String>::new(), "it is open");
    moved(world, &target);
    target.enqueue(message("+85291234567", "next"));
    let again = || copy::earlier(side(world, "from"), side(&target, "to"));
    assert_eq!((late(world), late(&target)), (vec![], vec![]));
    assert!(again().expect("reads").is_some_and(|copied| copied.is_earlier));

    world.other_program("INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('a', 'f', 'pending')");
    let told = |again: Result<Option<Copied>, StoreError>| match again.expect_err("it is not as it was") {
        StoreError::Copy(error @ CopyError::WrittenSince { after, .. }) => (error.to_string(), after),
        error => panic!("{error:?}"),
    };
    let (words, after) = told(again());
    let came = "and other programs have written to it since: 1 task (2) came in behind the last that was moved";
    assert!(words.ends_with(came) && after == Some(1), "{words}");
    world.other_program("INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('a', 'f', 'pending')");
    world.other_program("INSERT INTO dead_letter_messages (recipient, content, status) VALUES ('1', 'x', 'pending')");
    assert_eq!(
        late(world),
        [
            "since it was closed, 2 tasks (2 to 3) came in, which no other database has",
            "since it was closed, 1 dead letter (1) came in, which no other database has"
        ]
    );
    assert_eq!(late(&target), Vec::<String>::new());
    world.assert_sound();
    world.store.recount().expect("counts");
    assert_eq!(late(world).len(), 2, "a recount leaves it alone");

    // And what was changed, where nothing came in.
    world.other_program("DELETE FROM queued_tasks WHERE id > 1");
    world.other_program("DELETE FROM dead_letter_messages WHERE id > 0");
    assert!(again().expect("reads").is_some(), "all that came is gone again");
    world.other_program("UPDATE queued_tasks SET status = 'cancelled' WHERE id = 1");
    let (words, after) = told(again());
    let changed = "the rows of `queued_tasks` are not those that were moved (there were 1, and there are 1)";
    assert!(words.ends_with(changed) && after.is_none(), "{words}");
    target.assert_sound();
}

pub fn what_came_into_a_closed_copy_is_told(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    copy_with(world, &target, Keep::Source, &mut |_| {}).expect("copies");
    world.enqueue(message("+85291234567", "next"));
    target.other_program("INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('a', 'f', 'pending')");
    let late = |world: &World| copy::late::sentences(&*world.store).expect("reads");
    assert_eq!(late(&target), ["since it was closed, 1 task (2) came in, which no other database has"]);
    assert_eq!(late(world), Vec::<String>::new());
}

pub fn a_copy_that_was_undone_leaves_the_target_empty(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    Copy::begin(side(world, "from"), side(&target, "to")).expect("begins").undo().expect("opens both");
    moved(world, &target);
}

pub fn a_copy_beside_the_queue_that_ended_between_its_last_two_commits_goes_on(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    copy_with(world, &target, Keep::Source, &mut |_| {}).expect("copies");
    // As it was between the two: the copy has its word, and the source is not open yet.
    let there = target.store.copying().closure().expect("reads").expect("it is closed");
    let leaving = QueueClosure { why: Why::Leaving, other: "to".to_owned(), token: there.token };
    assert!(world.store.copying().close(None, Some(&leaving)).expect("closes"));
    copy_with(world, &target, Keep::Source, &mut |_| {}).expect("goes on");
    assert_closed(&target, Why::Copy);
    world.enqueue(message("+85291234567", "the source is open"));
}

pub fn a_copy_whose_source_was_opened_meanwhile_goes_on(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    Copy::begin(side(world, "from"), side(&target, "to")).expect("begins").run(&mut |_| {}).expect("copies");
    let closure = world.store.copying().closure().expect("reads");
    assert!(world.store.copying().close(closure.as_ref(), None).expect("opens"));
    world.enqueue(message("+85291234567", "meanwhile"));
    let want = told(world);
    let other = Copy::begin(side(world, "another name"), side(&target, "to")).err();
    assert!(matches!(other, Some(StoreError::Copy(CopyError::OtherCopy { .. }))), "{other:?}");
    moved(world, &target);
    assert_same(&target, &want);
    assert_closed(world, Why::Moved);
    target.assert_sound();
}

pub fn what_changed_between_two_runs_is_mended(world: &World) {
    let tasks: Vec<_> = (0..MANY).map(|at| message("+85291234567", &format!("message {at}"))).collect();
    let ids: Vec<_> = world.store.enqueue(&tasks, 0).expect("enqueues").iter().map(|task| task.id).collect();
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    let target = beside(world);
    let copy = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
    copy.run(&mut |_| {}).expect("copies");
    // Programs that know nothing of closed queues.
    world.other_program(&format!("UPDATE queued_tasks SET task_name = 'changed' WHERE id = {}", ids[10]));
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {}", ids[1_500]));
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {}", ids[MANY - 1]));
    world.other_program("INSERT INTO queued_tasks (task_name, task_func) VALUES ('new', 'app.task')");
    let copied = moved(world, &target);
    assert!(copied.written < MANY as u64 + 2, "pages that are the same stay as they are: {}", copied.written);
    assert_same(&target, &told(world));
    target.assert_sound();
}

pub fn what_is_written_meanwhile_is_copied_too(world: &World) {
    let tasks: Vec<_> = (0..MANY).map(|at| message("+85291234567", &format!("message {at}"))).collect();
    world.store.enqueue(&tasks, 0).expect("enqueues");
    let target = beside(world);
    let mut rows_seen = 0;
    let mut is_written = false;
    let mut seen = |rows| {
        rows_seen += rows;
        if rows_seen > MANY as u64 && !std::mem::replace(&mut is_written, true) {
            world.other_program("UPDATE queued_tasks SET task_name = 'changed' WHERE id < 5");
        }
    };
    copy_with(world, &target, Keep::Target, &mut seen).expect("copies");
    assert!(is_written);
    assert_same(&target, &told(world));
}

pub fn a_source_that_never_stands_still_is_not_handed_over(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    let mut seen = |_| {
        world.other_program("UPDATE queued_tasks SET max_retries = max_retries + 1");
    };
    let refused = copy_with(world, &target, Keep::Target, &mut seen);
    assert!(matches!(refused, Err(StoreError::Copy(CopyError::Unsteady { table: "queued_tasks" }))), "{refused:?}");
    assert_closed(world, Why::Leaving);
    assert_closed(&target, Why::Arriving);
}

pub fn a_target_that_alters_what_is_written_to_it_is_told_from_a_source_that_changes(world: &World) {
    let tasks: Vec<_> = (0..MANY).map(|at| message("+85291234567", &format!("message {at}"))).collect();
    let ids: Vec<_> = world.store.enqueue(&tasks, 0).expect("enqueues").iter().map(|task| task.id).collect();
    let id = ids[MANY - 7];
    let of_file = [
        "AFTER INSERT ON queued_tasks WHEN new.id = {id} BEGIN UPDATE queued_tasks SET content = 'evil' WHERE id = new.id; END",
        "BEFORE INSERT ON queued_tasks WHEN new.id = {id} BEGIN SELECT raise(ignore); END",
        "AFTER INSERT ON queued_tasks WHEN new.id >= {id} BEGIN DELETE FROM queued_tasks WHERE id = new.id; END",
    ];
    let of_server =
        ["BEFORE INSERT ON queued_tasks FOR EACH ROW SET NEW.content = IF(NEW.id = {id}, 'evil', NEW.content)"];
    for trigger in world.dialect(&of_file[..], &of_server) {
        let target = beside(world);
        target.other_program(&format!("CREATE TRIGGER tt {}", trigger.replace("{id}", &id.to_string())));
        let copy = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
        let refused = copy.run(&mut |_| {});
        let Err(StoreError::Copy(CopyError::Altered { location, table, key })) = &refused else {
            panic!("{trigger}: {refused:?}")
        };
        assert_eq!((&**location, *table, &**key), ("to", "queued_tasks", &*id.to_string()), "{trigger}");
        assert_eq!(copy.give_up(true), Left::Open);
        target.other_program("DROP TRIGGER tt");
        let again = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
        again.run(&mut |_| {}).expect("goes on");
        again.give_up(true);
    }
}

pub fn a_copy_that_fails_for_good_opens_the_source_again_and_goes_on_later(world: &World) {
    let id = world.enqueue(message("+85291234567", "hello"));
    world.enqueue(message("+85291234567", "there"));
    let target = beside(world);
    let slow = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
    slow.run(&mut |_| {}).expect("copies");
    assert_eq!(slow.give_up(false), Left::Closed, "the same copy may do better next time");
    assert_closed(world, Why::Leaving);
    let other = Copy::begin(side(world, "from"), side(&target, "to")).expect("goes on");
    assert_eq!(other.give_up(true), Left::Closed, "it did not close it");
    assert_eq!(slow.give_up(true), Left::Open);
    assert_closed(&target, Why::Arriving);
    world.order(id, Order::Cancel);
    // Whoever still is at the former copy hands nothing over, not even when the queue is closed for the next one.
    assert!(matches!(other.finish(Keep::Target), Err(StoreError::Copy(CopyError::Overtaken))));
    let next = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins anew");
    assert!(matches!(other.finish(Keep::Target), Err(StoreError::Copy(CopyError::AnotherRun))));
    assert_eq!(other.give_up(true), Left::Closed, "the copy of another one");
    next.run(&mut |_| {}).expect("copies");
    next.finish(Keep::Target).expect("hands over");
    assert_eq!(next.give_up(true), Left::HandedOver, "the target is open");
    assert_eq!(target.state(id), State::Cancelled);
    assert_closed(world, Why::Moved);
    target.assert_sound();
}

pub fn a_source_whose_target_is_no_unfinished_copy_stays_closed(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    let copy = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
    let closure = target.store.copying().closure().expect("reads");
    assert!(target.store.copying().close(closure.as_ref(), None).expect("somebody opens it by hand"));
    assert_eq!(copy.give_up(true), Left::Closed);
    assert_closed(world, Why::Leaving);
}

pub fn what_can_be_known_of_a_copy_is_known_before_anything_is_closed(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    let look = |to: Option<&World>| {
        let to = to.map_or(copy::Target::File, |to| copy::Target::There(&*to.store));
        copy::look(side(world, "from"), "to", to)
    };
    let lacks = |found: Result<bool, StoreError>| {
        matches!(found, Err(StoreError::Copy(CopyError::ColumnMissing { table: "queued_tasks", .. })))
    };
    assert!(look(None).expect("nothing is against it") && look(Some(&target)).expect("here, too"));
    world.other_program("ALTER TABLE queued_tasks ADD COLUMN campaign INTEGER");
    assert!(lacks(look(None)) && lacks(look(Some(&target))));
    target.other_program("ALTER TABLE queued_tasks ADD COLUMN campaign INTEGER");
    assert!(look(Some(&target)).expect("both have it"));
    world.enqueue(message("+85291234567", "the source is open"));
    target.enqueue(message("+85291234567", "and so is the target"));
}

pub fn a_preview_counts_what_is_copied(world: &World) {
    colourful(world);
    let previewed = copy::rows(&*world.store).expect("counts");
    let copied = moved(world, &beside(world));
    let copied: Vec<_> = copied.tables.iter().map(|table| (table.name, table.rows)).collect();
    assert_eq!(previewed, copied);
}

pub fn a_copy_that_was_opened_is_left_alone(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    let slow = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
    moved(world, &target);
    target.enqueue(message("+85291234567", "mine"));
    world.other_program("UPDATE queued_tasks SET task_name = 'changed'");
    let refused = slow.run(&mut |_| {});
    assert!(matches!(refused, Err(StoreError::Copy(CopyError::AnotherRun))), "{refused:?}");
    assert_eq!(target.all().len(), 2);
}

/// Another run of the same copy goes by: whoever meets its rows ends, and the other one goes on.
/// The copy to one target was interrupted when all was there, and the queue went to another one.
pub fn a_queue_that_has_gone_elsewhere_is_not_opened_where_it_was_to_go_first(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let (first, second) = (beside(world), beside(world));
    let interrupted = Copy::begin(side(world, "from"), side(&first, "first")).expect("begins");
    interrupted.run(&mut |_| {}).expect("copies");
    let copy = Copy::begin(side(world, "from"), side(&second, "second")).expect("takes it over");
    copy.run(&mut |_| {}).expect("copies");
    for is_handed_over in [false, true] {
        if is_handed_over {
            copy.finish(Keep::Target).expect("hands over");
        }
        assert!(interrupted.finish(Keep::Target).is_err(), "the first one goes on where it was");
        assert!(first.store.copying().closure().expect("reads").is_some());
    }
    let again = Copy::begin(side(world, "from"), side(&first, "first")).map(drop).expect_err("it went elsewhere");
    assert!(
        matches!(&again, StoreError::Copy(CopyError::OtherCopy { location, .. }) if location == "from"),
        "{again:?}"
    );
    assert!(first.store.copying().closure().expect("reads").is_some(), "it stays closed");
    assert!(second.store.copying().closure().expect("reads").is_none(), "it is the queue");
    assert_closed(world, Why::Moved);
}

/// Two runs to two targets, and then the first command once more: at no time are two of the three open.
pub fn a_copy_that_was_taken_over_by_another_may_take_it_over_again(world: &World) {
    world.enqueue(message("+85291234567", "hello"));
    let want = told(world);
    let (first, second) = (beside(world), beside(world));
    let one = Copy::begin(side(world, "from"), side(&first, "first")).expect("begins");
    let two = Copy::begin(side(world, "from"), side(&second, "second")).expect("takes it over");
    let again = Copy::begin(side(world, "from"), side(&first, "first")).expect("and again");
    for (copy, wins) in [(&one, false), (&two, false), (&again, true)] {
        let is_done = copy.run(&mut |_| {}).and_then(|_| copy.finish(Keep::Target));
        assert_eq!(is_done.is_ok(), wins, "{is_done:?}");
    }
    assert_same(&first, &want);
    assert!(second.store.copying().closure().expect("reads").is_some());
    assert_closed(world, Why::Moved);
}

pub fn of_two_runs_at_once_one_goes_on(world: &World) {
    let tasks: Vec<_> = (0..MANY).map(|at| message("+85291234567", &format!("message {at}"))).collect();
    world.store.enqueue(&tasks, 0).expect("enqueues");
    let want = told(world);
    let target = beside(world);
    let slow = Copy::begin(side(world, "from"), side(&target, "to")).expect("begins");
    let quick = Copy::begin(side(world, "from"), side(&target, "to")).expect("goes on with it");
    let mut copied = None;
    let met = slow.run(&mut |rows| {
        if rows == 1_000 && copied.is_none() {
            copied = Some(quick.run(&mut |_| {}).expect("copies"));
        }
    });
    assert!(matches!(met, Err(StoreError::Copy(CopyError::AnotherRun))), "{met:?}");
    assert!(met.is_err_and(|error| error.is_transient()), "nobody opens the source for it");
    assert!(copied.is_some());
    assert_closed(world, Why::Leaving);
    quick.finish(Keep::Target).expect("hands over");
    let late = slow.finish(Keep::Target);
    assert!(matches!(late, Err(StoreError::Copy(CopyError::AnotherRun))), "{late:?}");
    assert_same(&target, &want);
    target.assert_sound();
}

pub fn counts_are_right_without_triggers(world: &World) {
    let findings = |world: &World| -> Vec<Finding> { world.store.check().expect("checks") };
    world.enqueue(message("+85291234567", "hello"));
    let target = beside(world);
    target.other_program("DROP TRIGGER queued_tasks_foreign_insert");
    moved(world, &target);
    let wrong: Vec<_> = findings(&target).into_iter().filter(|finding| finding.kind == "tallies").collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
