//! Orders by hand.

use std::time::Duration;

use smsctl::queue::{DeadLetterFilter, DeadLetterOrder, Due, Filter, Lane, NewTask, Order, State, TaskId};
use smsctl::store::{Highest, TallyKind};

use crate::world::{HOUR, LANE, World, claim, completed, deferred, message, only, parked, rejected, unknown};

const ORDERS: [Order; 5] = [
    Order::Cancel,
    Order::Hold,
    Order::Release { unknown: false },
    Order::Retry { unknown: false },
    Order::Retry { unknown: true },
];

/// A task with one attempt behind it that ended in `fate`.
fn failed(world: &World, fate: smsctl::queue::Fate) -> TaskId {
    let id = world.task_in(State::Pending);
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(fate, None));
    id
}

pub fn orders_take_only_their_states(world: &World) {
    use State::{Cancelled, Failed, Held, Pending, Scheduled};
    let takes = |order: Order, state: State| match (order, state) {
        (Order::Cancel, Pending | Scheduled | Held | Failed) => Some(Cancelled),
        (Order::Hold, Pending | Scheduled) => Some(Held),
        (Order::Release { .. }, Held) | (Order::Retry { .. }, Failed) => Some(Pending),
        _ => None,
    };
    for order in ORDERS {
        for state in State::ALL {
            let world = world.fresh();
            let id = world.task_in(state);
            let wanted = takes(order, state);
            let count = world.store.count(&only(id), order).expect("counts");
            let changed = world.store.change(&only(id), order).expect("changes");
            assert_eq!(
                (count, changed),
                (u64::from(wanted.is_some()), u64::from(wanted.is_some())),
                "{order:?}, {state}"
            );
            assert_eq!(world.state(id), wanted.unwrap_or(state), "{order:?}, {state}");
            world.assert_sound();
        }
    }
}

pub fn a_dead_task_takes_no_order(world: &World) {
    let id = failed(world, rejected());
    for order in ORDERS {
        assert_eq!(world.store.change(&only(id), order).expect("changes"), 0, "{order:?}");
        assert_eq!(world.state(id), State::Failed);
    }
}

pub fn a_task_that_is_not_there_takes_no_order(world: &World) {
    for order in ORDERS {
        assert_eq!(world.store.count(&only(4711), order).expect("counts"), 0);
        assert_eq!(world.store.change(&only(4711), order).expect("changes"), 0);
    }
}

pub fn retry_takes_unknown_only_on_order(world: &World) {
    let (lost, parked, later) = (failed(world, unknown()), failed(world, parked()), failed(world, deferred(HOUR)));
    let retry = |unknown| world.store.change(&Filter::default(), Order::Retry { unknown }).expect("retries");
    assert_eq!(retry(false), 2);
    assert_eq!([lost, parked, later].map(|id| world.state(id)), [State::Failed, State::Pending, State::Pending]);
    assert_eq!(world.get(later).available_at, None, "it does not wait any longer");
    assert_eq!(retry(true), 1);
    assert_eq!(world.state(lost), State::Pending);
    assert_eq!(world.get(lost).retry_count, 1, "its attempt stays spent");
    assert_eq!(retry(true), 0);
    world.assert_sound();
}

pub fn release_goes_back_to_its_time(world: &World) {
    let later = NewTask { available: Some(Due::In(HOUR)), ..message("+85291234567", "later") };
    let (early, late) = (world.enqueue(later.clone()), world.enqueue(later));
    world.order(early, Order::Hold);
    world.order(late, Order::Hold);
    world.order(early, Order::Release { unknown: false });
    let task = world.get(early);
    assert_eq!((task.status, task.available_at), (State::Scheduled, Some(world.now() + HOUR)));
    world.pass(HOUR);
    world.order(late, Order::Release { unknown: false });
    let task = world.get(late);
    assert_eq!((task.status, task.available_at), (State::Pending, None), "its time has passed meanwhile");
    assert_eq!(claim(&*world.store, world.worker(), 9).len(), 2);
    world.assert_sound();
}

/// Seven tasks that differ in all that a filter can ask for.
fn crowd(world: &World) -> Vec<TaskId> {
    let start = world.now();
    let mut ids = Vec::new();
    let mut add = |task: NewTask| {
        ids.push(world.enqueue(task));
        world.pass(Duration::from_secs(60));
    };
    add(message("+1001", "a"));
    add(NewTask { batch: Some("spring".to_owned()), ..message("+1002", "b") });
    add(NewTask { batch: Some("spring".to_owned()), lane: Lane::Gateway("b".to_owned()), ..message("+1001", "c") });
    add(NewTask { name: "report".to_owned(), lane: Lane::Command("report".to_owned()), ..message("+1003", "d") });
    add(NewTask { available: Some(Due::At(start + HOUR * 9)), ..message("+1001", "e") });
    add(message("+1004", "f"));
    let worker = world.worker();
    let claims = claim(&*world.store, worker, 9);
    assert_eq!(claims.len(), 3);
    for (claim, fate) in claims.into_iter().zip([unknown(), completed(), parked()]) {
        world.settle(worker, claim.settle(fate, None));
    }
    ids
}

pub fn filters_select(world: &World) {
    let start = world.now();
    let ids = crowd(world);
    let minute = |n: u32| start + Duration::from_secs(60) * n;
    let word = |text: &str| Some(text.to_owned());
    let lanes = |lanes: &[&str]| Some(lanes.iter().map(|lane| (*lane).to_owned()).collect::<Vec<_>>());
    let any = Filter::default;
    let cases: Vec<(Filter, &[usize])> = vec![
        (any(), &[0, 1, 2, 3, 4, 5]),
        (Filter { ids: vec![ids[3], ids[1], ids[1], 4711], ..any() }, &[1, 3]),
        (Filter { states: vec![State::Failed], ..any() }, &[0, 5]),
        (Filter { states: vec![State::Failed, State::Scheduled], ..any() }, &[0, 4, 5]),
        (Filter { to: word("+1001"), ..any() }, &[0, 2, 4]),
        (Filter { to: word("+100"), ..any() }, &[]),
        (Filter { batch: word("spring"), ..any() }, &[1, 2]),
        (Filter { batch: word("Spring"), ..any() }, &[]),
        (Filter { task_funcs: lanes(&[LANE, "gateway:b"]), ..any() }, &[0, 1, 2, 4, 5]),
        (Filter { task_funcs: lanes(&[]), ..any() }, &[]),
        (Filter { task: word("report"), ..any() }, &[3]),
        (Filter { error_types: vec!["unknown".to_owned()], ..any() }, &[0]),
        (Filter { error_types: vec!["unknown".to_owned(), "unavailable".to_owned()], ..any() }, &[0, 5]),
        (Filter { since: Some(minute(2)), ..any() }, &[2, 3, 4, 5]),
        (Filter { until: Some(minute(2)), ..any() }, &[0, 1]),
        (Filter { since: Some(minute(1)), until: Some(minute(3)), ..any() }, &[1, 2]),
        (Filter { after: Some(ids[3]), ..any() }, &[4, 5]),
        (Filter { up_to: Some(ids[3]), ..any() }, &[0, 1, 2, 3]),
        (Filter { after: Some(ids[0]), up_to: Some(ids[2]), ..any() }, &[1, 2]),
        (Filter { limit: Some(2), ..any() }, &[0, 1]),
        (Filter { limit: Some(0), ..any() }, &[]),
        (Filter { after: Some(ids[1]), limit: Some(1), ..any() }, &[2]),
        (Filter { to: word("+1001"), batch: word("spring"), states: vec![State::Pending], ..any() }, &[2]),
        (Filter { to: word("' OR 1=1 --"), ..any() }, &[]),
        (Filter { limit: Some(u64::MAX), ..any() }, &[0, 1, 2, 3, 4, 5]),
    ];
    for (filter, wanted) in cases {
        let wanted: Vec<TaskId> = wanted.iter().map(|at| ids[*at]).collect();
        let found: Vec<TaskId> = world.store.list(&filter).expect("lists").iter().map(|task| task.id).collect();
        assert_eq!(found, wanted, "{filter:?}");
    }
    // Orders mean the same by a filter, cut to the states that they take.
    let hold = Filter { to: word("+1001"), ..any() };
    assert_eq!(world.store.count(&hold, Order::Hold).expect("counts"), 2);
    assert_eq!(world.store.change(&hold, Order::Hold).expect("holds"), 2);
    assert_eq!([0, 2, 4].map(|at: usize| world.state(ids[at])), [State::Failed, State::Held, State::Held]);
    world.assert_sound();
}

/// How many tasks, and how many dead letters, have `end` behind each word that a filter can ask for.
fn found_by_word(world: &World, end: &str) -> Vec<(&'static str, usize)> {
    let word = |text: &str| Some(format!("{text}{end}"));
    let types = vec!["other".to_owned(), format!("rejected{end}")];
    let tasks = [
        ("task", Filter { task: word("sms"), ..Filter::default() }),
        ("to", Filter { to: word("+1001"), ..Filter::default() }),
        ("batch", Filter { batch: word("spring"), ..Filter::default() }),
        ("error type", Filter { error_types: types.clone(), ..Filter::default() }),
    ];
    let letters = [
        ("letters to", DeadLetterFilter { to: word("+1001"), ..DeadLetterFilter::default() }),
        ("letters of a type", DeadLetterFilter { error_types: types, ..DeadLetterFilter::default() }),
    ];
    let listed = |filter: &Filter| {
        let found = world.store.list(filter).expect("lists").len();
        let order = Order::Retry { unknown: true };
        let counted = world.store.count(filter, order).expect("counts");
        assert_eq!(counted, found as u64, "{filter:?}");
        found
    };
    let tasks = tasks.iter().map(|(what, filter)| (*what, listed(filter)));
    let letters = letters.iter().map(|(what, filter)| (*what, world.store.dead_letters(filter).expect("lists").len()));
    tasks.chain(letters).collect()
}

pub fn a_filter_takes_a_word_to_the_byte(world: &World) {
    const WORDS: [&str; 6] = ["task", "to", "batch", "error type", "letters to", "letters of a type"];
    let all = |n: usize| WORDS.map(|what| (what, n)).to_vec();
    world.enqueue(NewTask { batch: Some("spring".to_owned()), ..message("+1001", "a") });
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    // It can be ordered, too.
    world.other_program("UPDATE queued_tasks SET max_retries = 9");
    assert_eq!(found_by_word(world, ""), all(1));
    assert_eq!(found_by_word(world, " "), all(0), "a blank behind a word is a part of it");
    let padded = Filter { task: Some("sms ".to_owned()), ..Filter::default() };
    assert_eq!(world.store.change(&padded, Order::Retry { unknown: true }).expect("changes"), 0);
    assert_eq!(world.store.change(&padded, Order::Cancel).expect("changes"), 0);
    let letters = DeadLetterFilter { to: Some("+1001 ".to_owned()), ..DeadLetterFilter::default() };
    assert_eq!(world.store.change_dead_letters(&letters, DeadLetterOrder::Abandon, LANE).expect("changes"), 0);

    world.other_program("UPDATE batches SET name = 'spring '");
    world.other_program("UPDATE queued_tasks SET task_name = 'sms ', recipient = '+1001 ', error_type = 'rejected '");
    world.other_program("UPDATE dead_letter_messages SET recipient = '+1001 ', error_type = 'rejected '");
    assert_eq!(found_by_word(world, ""), all(0), "and so is one behind the word of a row");
    assert_eq!(found_by_word(world, " "), all(1));
    assert_eq!(world.store.change(&padded, Order::Cancel).expect("changes"), 1);
    assert_eq!(world.store.change_dead_letters(&letters, DeadLetterOrder::Abandon, LANE).expect("changes"), 1);
}

pub fn a_limit_bounds_an_order(world: &World) {
    let ids: Vec<TaskId> = (0..5).map(|_| world.task_in(State::Pending)).collect();
    world.order(ids[0], Order::Cancel);
    let two = Filter { limit: Some(2), ..Filter::default() };
    assert_eq!(world.store.count(&two, Order::Hold).expect("counts"), 2);
    assert_eq!(world.store.change(&two, Order::Hold).expect("holds"), 2);
    let states: Vec<State> = ids.iter().map(|id| world.state(*id)).collect();
    assert_eq!(states, [State::Cancelled, State::Held, State::Held, State::Pending, State::Pending]);
    let none = Filter { limit: Some(0), ..Filter::default() };
    assert_eq!(world.store.change(&none, Order::Cancel).expect("cancels"), 0);
}

pub fn what_came_after_a_look_has_a_higher_id(world: &World) {
    assert_eq!(world.store.highest().expect("reads"), Highest::default());
    let seen = [failed(world, rejected()), world.task_in(State::Held)];
    let highest = world.store.highest().expect("reads");
    let letter = world.letters()[0].id;
    assert_eq!(highest, Highest { task: Some(seen[1]), dead_letter: Some(letter) });
    failed(world, rejected());
    let later = world.task_in(State::Held);
    let up_to = Filter { up_to: highest.task, ..Filter::default() };
    assert_eq!(world.store.change(&up_to, Order::Cancel).expect("cancels"), 1);
    assert_eq!([seen[1], later].map(|id| world.state(id)), [State::Cancelled, State::Held]);
    let letters = DeadLetterFilter { up_to: highest.dead_letter, ..DeadLetterFilter::default() };
    assert_eq!(world.store.count_dead_letters(&letters, DeadLetterOrder::Abandon).expect("counts"), 1);
    assert_eq!(world.store.change_dead_letters(&letters, DeadLetterOrder::Abandon, LANE).expect("changes"), 1);
    world.assert_sound();
}

pub fn more_than_a_page_is_changed(world: &World) {
    let tasks = vec![NewTask { batch: Some("big".to_owned()), ..message("+1", "x") }; 1_201];
    world.store.enqueue(&tasks, 0).expect("enqueues");
    let most = Filter { limit: Some(1_200), ..Filter::default() };
    assert_eq!(world.store.change(&most, Order::Hold).expect("holds"), 1_200);
    let all = Filter::default();
    assert_eq!(world.store.change(&all, Order::Cancel).expect("cancels"), 1_201);
    let tally = world.store.tallies(TallyKind::Batch).expect("counts").remove(0);
    assert_eq!((tally.get("cancelled"), tally.get("held"), tally.get("pending")), (1_201, 0, 0));
    world.assert_sound();
}

pub fn count_tells_what_change_will_do(world: &World) {
    crowd(world);
    for order in ORDERS {
        for limit in [None, Some(1), Some(100)] {
            let filter = Filter { limit, ..Filter::default() };
            let counted = world.store.count(&filter, order).expect("counts");
            let doubtful = world.store.count_doubtful(&filter, order).expect("counts");
            let changed = world.store.carry_out(&filter, order).expect("changes");
            assert_eq!((changed.rows, changed.doubtful), (counted, doubtful), "{order:?}, {limit:?}");
        }
    }
    world.assert_sound();
}

pub fn an_order_tells_how_many_may_have_been_sent(world: &World) {
    for fate in [unknown(), parked(), unknown()] {
        failed(world, fate);
    }
    let again = failed(world, unknown());
    world.order(again, Order::Retry { unknown: true });
    world.task_in(State::Pending);
    for (limit, doubtful) in [(Some(2), 1), (Some(3), 2), (None, 3)] {
        let filter = Filter { limit, ..Filter::default() };
        let counted = world.store.count_doubtful(&filter, Order::Cancel).expect("counts");
        assert_eq!(counted, doubtful, "the lowest ids first: {limit:?}");
    }
    let changed = world.store.carry_out(&Filter::default(), Order::Cancel).expect("cancels");
    assert_eq!((changed.rows, changed.doubtful), (5, 3), "one that was put back to pending is among them");
}

pub fn an_order_tells_which_of_the_named_it_changed(world: &World) {
    let [first, held, second] = [State::Pending, State::Held, State::Pending].map(|state| world.task_in(state));
    let of = |ids: &[TaskId]| Filter { ids: ids.to_vec(), ..Filter::default() };
    let named = |filter: &Filter| world.store.carry_out(filter, Order::Hold).expect("holds").named;
    assert_eq!(named(&of(&[second, first, held, 4711])), [first, second]);
    assert_eq!(named(&of(&[second, first, held])), [0; 0], "they are held already");
    world.order(first, Order::Release { unknown: false });
    assert_eq!(named(&Filter::default()), [0; 0], "nobody named any");
    assert_eq!(world.state(first), State::Held);
    world.assert_sound();
}

pub fn a_cancelled_task_is_never_claimed(world: &World) {
    let later = NewTask { available: Some(Due::In(HOUR)), ..message("+1", "x") };
    let ids = [world.task_in(State::Cancelled), world.enqueue(later), failed(world, deferred(HOUR))];
    world.order(ids[1], Order::Cancel);
    world.order(ids[2], Order::Cancel);
    world.pass(HOUR * 24);
    let turn = crate::world::exchange(&*world.store, world.worker(), &[], 9);
    assert_eq!((turn.claims.len(), turn.promoted, turn.next_due), (0, 0, None));
    assert_eq!(ids.map(|id| world.state(id)), [State::Cancelled; 3]);
    world.assert_sound();
}

pub fn a_list_has_its_bound(world: &World) {
    let tasks = vec![message("+1", "x"); 10_050];
    let ids: Vec<TaskId> = world.store.enqueue(&tasks, 0).expect("enqueues").iter().map(|task| task.id).collect();
    let mut found = Vec::new();
    let mut filter = Filter { limit: Some(u64::MAX), ..Filter::default() };
    loop {
        let page = world.store.list(&filter).expect("lists");
        assert!(page.len() <= 10_000);
        let Some(last) = page.last() else { break };
        filter.after = Some(last.id);
        found.extend(page.iter().map(|task| task.id));
    }
    assert_eq!(found, ids);
}
