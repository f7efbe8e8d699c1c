//! Dead letters: what becomes of messages that are not tried again by themselves.

use std::time::Duration;

use smsctl::queue::{
    DeadLetterFilter, DeadLetterId, DeadLetterOrder, DeadLetterState, ErrorType, Failure, Fate, NewTask, State, TaskId,
};

use crate::world::{LANE, World, claim, message, rejected};

/// An order that agrees to nothing special.
const RETRY: DeadLetterOrder = DeadLetterOrder::Retry { unknown: false, expired: false };

fn one(id: DeadLetterId) -> DeadLetterFilter {
    DeadLetterFilter { ids: vec![id], ..DeadLetterFilter::default() }
}

fn order(world: &World, filter: &DeadLetterFilter, order: DeadLetterOrder) -> u64 {
    world.store.change_dead_letters(filter, order, LANE).expect("changes dead letters")
}

fn state(world: &World, id: DeadLetterId) -> DeadLetterState {
    world.store.dead_letter(id).expect("reads").expect("is there").status
}

/// A task and its dead letter.
fn bury(world: &World, task: NewTask, fate: Fate) -> (TaskId, DeadLetterId) {
    let id = world.enqueue(task);
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(fate, None));
    (id, world.letters().last().expect("a dead letter").id)
}

pub fn retry_gives_a_new_budget(world: &World) {
    let (id, letter) = bury(world, message("+85291234567", "hello"), rejected());
    world.pass(Duration::from_secs(60));
    assert_eq!(world.store.count_dead_letters(&one(letter), RETRY).expect("counts"), 1);
    assert_eq!(order(world, &one(letter), RETRY), 1);
    let task = world.get(id);
    assert_eq!((task.status, task.retry_count, task.max_retries), (State::Pending, 0, 3));
    let read = world.store.dead_letter(letter).expect("reads").expect("is there");
    assert_eq!((read.status, read.retried_at), (DeadLetterState::Retried, Some(world.now())));
    let claim = world.claim(world.worker());
    assert_eq!((claim.id(), claim.attempt(), claim.budget().max_retries), (id, 2, 3));
    world.assert_sound();
    // When it dies again, there is a second letter; the first one keeps its word.
    let worker = world.worker();
    world
        .store
        .recover(&crate::world::Judge {
            dead: world.store.workers().expect("lists").iter().map(|w| w.id).filter(|w| *w != worker).collect(),
            fate: rejected(),
        })
        .expect("recovers");
    let letters: Vec<DeadLetterState> = world.letters().iter().map(|letter| letter.status).collect();
    assert_eq!(letters, [DeadLetterState::Retried, DeadLetterState::Pending]);
    world.assert_sound();
}

pub fn retry_and_abandon_take_pending_ones_only(world: &World) {
    for (first, state_after) in
        [(RETRY, DeadLetterState::Retried), (DeadLetterOrder::Abandon, DeadLetterState::Abandoned)]
    {
        let world = world.fresh();
        let (id, letter) = bury(&world, message("+1", "x"), rejected());
        assert_eq!(order(&world, &one(letter), first), 1);
        let task_after = world.state(id);
        for second in [RETRY, DeadLetterOrder::Abandon] {
            assert_eq!(order(&world, &one(letter), second), 0, "{first:?}, then {second:?}");
            assert_eq!((state(&world, letter), world.state(id)), (state_after, task_after));
        }
        assert_eq!(world.store.count_dead_letters(&one(letter), RETRY).expect("counts"), 0);
        world.assert_sound();
    }
    assert_eq!(order(world, &one(4711), RETRY), 0, "there is no such letter");
}

pub fn other_states_mean_no_pending_letter(world: &World) {
    use DeadLetterState::{Abandoned, Pending, Retried};
    let letters = [0; 3].map(|_| bury(world, message("+1", "x"), rejected()).1);
    order(world, &one(letters[1]), DeadLetterOrder::Abandon);
    for decision in [RETRY, DeadLetterOrder::Abandon] {
        for states in [vec![Abandoned], vec![Retried], vec![Abandoned, Retried]] {
            let filter = DeadLetterFilter { states, ..DeadLetterFilter::default() };
            let counted = world.store.count_dead_letters(&filter, decision).expect("counts");
            assert_eq!((counted, order(world, &filter, decision)), (0, 0), "{decision:?}, {filter:?}");
        }
    }
    assert_eq!(letters.map(|id| state(world, id)), [Pending, Abandoned, Pending]);
    let both = DeadLetterFilter { states: vec![Abandoned, Pending], ..DeadLetterFilter::default() };
    assert_eq!(order(world, &both, DeadLetterOrder::Abandon), 2);
    world.assert_sound();
}

pub fn an_order_tells_which_of_the_named_letters_it_changed(world: &World) {
    let (_, refused) = bury(world, message("+1", "a"), rejected());
    let (_, unknown) = bury(world, message("+1", "b"), fatal(ErrorType::Unknown));
    let all = DeadLetterFilter { ids: vec![unknown, refused, 4711], ..DeadLetterFilter::default() };
    let named = |filter: &DeadLetterFilter, order| {
        world.store.carry_out_letters(filter, order, LANE).expect("changes dead letters").named
    };
    assert_eq!(named(&all, RETRY), [refused]);
    assert_eq!(named(&all, DeadLetterOrder::Abandon), [unknown], "the other one is retried already");
    assert_eq!(named(&all, DeadLetterOrder::Abandon), [0; 0]);
    let (_, last) = bury(world, message("+1", "c"), rejected());
    assert_eq!(named(&DeadLetterFilter::default(), DeadLetterOrder::Abandon), [0; 0], "nobody named any");
    assert_eq!(state(world, last), DeadLetterState::Abandoned);
    world.assert_sound();
}

pub fn abandoned_tasks_stay_failed(world: &World) {
    let (id, letter) = bury(world, message("+1", "x"), rejected());
    assert_eq!(order(world, &one(letter), DeadLetterOrder::Abandon), 1);
    assert_eq!((world.state(id), state(world, letter)), (State::Failed, DeadLetterState::Abandoned));
    let read = world.store.dead_letter(letter).expect("reads").expect("is there");
    assert_eq!(read.retried_at, None);
    let counts = world.store.stats().expect("counts").dead_letters;
    assert_eq!((counts.pending, counts.retried, counts.abandoned, counts.total()), (0, 0, 1, 1));
}

pub fn filters_select(world: &World) {
    let start = world.now();
    let mut letters = Vec::new();
    for (to, error_type) in [
        ("+1001", ErrorType::Rejected),
        ("+1002", ErrorType::OptedOut),
        ("+1001", ErrorType::Unknown),
        ("+1003", ErrorType::Rejected),
    ] {
        let fate = Fate::Dead { failure: Failure::new(error_type, "no") };
        letters.push(bury(world, message(to, "x"), fate).1);
        world.pass(Duration::from_secs(60));
    }
    order(world, &one(letters[3]), DeadLetterOrder::Abandon);
    let any = DeadLetterFilter::default;
    let minute = |n: u32| Some(start + Duration::from_secs(60) * n);
    let cases: Vec<(DeadLetterFilter, &[usize])> = vec![
        (any(), &[0, 1, 2, 3]),
        (DeadLetterFilter { ids: vec![letters[2], letters[0], 4711], ..any() }, &[0, 2]),
        (DeadLetterFilter { states: vec![DeadLetterState::Pending], ..any() }, &[0, 1, 2]),
        (DeadLetterFilter { states: vec![DeadLetterState::Abandoned, DeadLetterState::Retried], ..any() }, &[3]),
        (DeadLetterFilter { to: Some("+1001".to_owned()), ..any() }, &[0, 2]),
        (DeadLetterFilter { error_types: vec!["rejected".to_owned(), "unknown".to_owned()], ..any() }, &[0, 2, 3]),
        (DeadLetterFilter { since: minute(1), until: minute(3), ..any() }, &[1, 2]),
        (DeadLetterFilter { after: Some(letters[1]), ..any() }, &[2, 3]),
        (DeadLetterFilter { up_to: Some(letters[1]), ..any() }, &[0, 1]),
        (DeadLetterFilter { after: Some(letters[0]), limit: Some(1), ..any() }, &[1]),
    ];
    for (filter, wanted) in cases {
        let wanted: Vec<DeadLetterId> = wanted.iter().map(|at| letters[*at]).collect();
        let found: Vec<DeadLetterId> =
            world.store.dead_letters(&filter).expect("lists").iter().map(|letter| letter.id).collect();
        assert_eq!(found, wanted, "{filter:?}");
    }
    let rejected = DeadLetterFilter { error_types: vec!["rejected".to_owned()], ..any() };
    assert_eq!(world.store.count_dead_letters(&rejected, RETRY).expect("counts"), 1, "the other one is abandoned");
    assert_eq!(order(world, &rejected, RETRY), 1);
    world.assert_sound();
}

pub fn a_letter_whose_task_went_on_stays(world: &World) {
    let (id, letter) = bury(world, message("+1", "x"), rejected());
    // Another program sent it by itself.
    world.other_program(&format!("UPDATE queued_tasks SET status = 'completed' WHERE id = {id}"));
    for (unknown, expired) in [(false, false), (true, true)] {
        let order = DeadLetterOrder::Retry { unknown, expired };
        assert_eq!(world.store.count_dead_letters(&one(letter), order).expect("counts"), 0, "no consent takes it");
    }
    assert_eq!(order(world, &one(letter), RETRY), 0);
    assert_eq!((world.state(id), state(world, letter)), (State::Completed, DeadLetterState::Pending));
    assert_eq!(world.store.dead_letter(letter).expect("reads").expect("is there").retried_at, None);
    world.assert_sound();
}

pub fn a_letter_that_cannot_go_back_does_not_block_a_limit(world: &World) {
    let (id, stays) = bury(world, message("+1", "x"), rejected());
    world.other_program(&format!("UPDATE queued_tasks SET status = 'completed' WHERE id = {id}"));
    let (_, goes) = bury(world, message("+1", "y"), rejected());
    let first = DeadLetterFilter { limit: Some(1), ..DeadLetterFilter::default() };
    assert_eq!(order(world, &first, RETRY), 1);
    assert_eq!((state(world, stays), state(world, goes)), (DeadLetterState::Pending, DeadLetterState::Retried));
    assert_eq!(order(world, &first, RETRY), 0);
    world.assert_sound();
}

pub fn a_letter_whose_task_is_gone_is_enqueued_anew(world: &World) {
    let (id, letter) = bury(world, message("+85291234567", "hello"), rejected());
    world.other_program(&format!("DELETE FROM queued_tasks WHERE id = {id}"));
    assert_eq!(order(world, &one(letter), RETRY), 1);
    assert_eq!(state(world, letter), DeadLetterState::Retried);
    let claim = world.claim(world.worker());
    assert!(claim.id() > id);
    assert_eq!(claim.message().map(|m| (m.recipient.as_str(), m.text.as_str())), Some(("+85291234567", "hello")));
    world.assert_sound();
}

pub fn a_letter_that_cannot_be_sent_is_neither_counted_nor_retried(world: &World) {
    let insert =
        "INSERT INTO dead_letter_messages (task_id, message_id, recipient, content, status, max_retries) VALUES";
    let (id, kept) = bury(world, message("+1", "x"), rejected());
    // A task is enough: it may be no message at all.
    world.other_program("UPDATE dead_letter_messages SET recipient = ''");
    for (task, to) in [("NULL", ""), ("4711", ""), ("4711", "+85291234567")] {
        world.other_program(&format!("{insert} ({task}, {task}, '{to}', 'x', 'pending', 3)"));
    }
    let any = DeadLetterFilter::default();
    for (unknown, expired) in [(false, false), (true, true)] {
        let order = DeadLetterOrder::Retry { unknown, expired };
        assert_eq!(world.store.count_dead_letters(&any, order).expect("counts"), 2);
    }
    assert_eq!(order(world, &any, RETRY), 2);
    use DeadLetterState::{Pending, Retried};
    let letters = world.letters();
    let of = |at: usize| (letters[at].status, letters[at].task_id);
    assert_eq!(of(0), (Retried, Some(id)), "{kept}");
    assert_eq!([of(1), of(2)], [(Pending, None), (Pending, Some(4711))]);
    assert_eq!(of(3), (Retried, None), "it names no task that is gone: another message may get its id");
    assert_eq!(world.all().last().and_then(|task| task.recipient.as_deref()), Some("+85291234567"));
    assert_eq!(order(world, &any, RETRY), 0);
    assert_eq!(world.store.count_dead_letters(&any, DeadLetterOrder::Abandon).expect("counts"), 2);
    assert_eq!(order(world, &any, DeadLetterOrder::Abandon), 2);
    // What `db check` would find.
    world.other_program("UPDATE dead_letter_messages SET task_id = NULL WHERE task_id = 4711");
    world.assert_sound();
}

pub fn a_letter_of_the_application_is_enqueued_anew(world: &World) {
    let insert = "INSERT INTO dead_letter_messages (message_id, recipient, content, status, retry_count, max_retries, created_at) VALUES";
    world.other_program(&format!(
        "{insert} (7, '91234567', 'from the application', 'pending', 3, 3, '2026-11-24 15:00:00')"
    ));
    world.other_program(&format!("{insert} (NULL, '91234568', 'without a word', NULL, NULL, NULL, NULL)"));
    world.other_program(&format!("{insert} (9, '', 'to nobody', 'pending', 0, 3, NULL)"));
    let letters = world.letters();
    let of = |at: usize| (letters[at].message_id, letters[at].task_id, letters[at].status);
    assert_eq!(of(0), (Some(7), None, DeadLetterState::Pending));
    assert_eq!(of(1), (None, None, DeadLetterState::Pending));
    assert_eq!(world.store.stats().expect("counts").dead_letters.pending, 3);
    world.assert_sound();
    let lane = "gateway:backup";
    let retried = world.store.change_dead_letters(&DeadLetterFilter::default(), RETRY, lane);
    assert_eq!(retried.expect("retries"), 2, "a letter to nobody cannot be sent");
    let tasks = world.all();
    assert_eq!(tasks.len(), 2);
    for (task, recipient) in tasks.iter().zip(["91234567", "91234568"]) {
        assert_eq!((task.task_func.as_str(), task.recipient.as_deref()), (lane, Some(recipient)));
        assert_eq!((task.status, task.retry_count, task.priority), (State::Pending, 0, 5));
        assert!(task.max_retries >= 1);
    }
    let states: Vec<DeadLetterState> = world.letters().iter().map(|letter| letter.status).collect();
    assert_eq!(states, [DeadLetterState::Retried, DeadLetterState::Retried, DeadLetterState::Pending]);
    assert_eq!(world.store.stats().expect("counts").dead_letters.retried, 2);
    world.assert_sound();
}

pub fn more_than_a_page_is_changed(world: &World) {
    world.store.enqueue(&vec![message("+1", "x"); 1_201], 0).expect("enqueues");
    let worker = world.worker();
    let settlements: Vec<_> =
        claim(&*world.store, worker, 2_000).into_iter().map(|claim| claim.settle(rejected(), None)).collect();
    crate::world::exchange(&*world.store, worker, &settlements, 0);
    let most = DeadLetterFilter { limit: Some(1_200), ..DeadLetterFilter::default() };
    assert_eq!(order(world, &most, RETRY), 1_200);
    let stats = world.store.stats().expect("counts");
    assert_eq!((stats.tasks.pending, stats.tasks.failed), (1_200, 1));
    assert_eq!((stats.dead_letters.pending, stats.dead_letters.retried), (1, 1_200));
    world.assert_sound();
}

fn fatal(error_type: ErrorType) -> Fate {
    Fate::Dead { failure: Failure::new(error_type, "no") }
}

pub fn what_may_have_left_is_retried_by_express_order_only(world: &World) {
    let (_, refused) = bury(world, message("+1", "a"), rejected());
    let (unknown, of_unknown) = bury(world, message("+1", "b"), fatal(ErrorType::Unknown));
    // Its last attempt is certain, an earlier one is not.
    let earlier = world.enqueue(message("+1", "c"));
    let worker = world.worker();
    world.settle(worker, world.claim(worker).settle(crate::world::unknown(), None));
    world.order(earlier, smsctl::queue::Order::Retry { unknown: true });
    world.settle(worker, world.claim(worker).settle(rejected(), None));
    let of_earlier = world.letters()[2].id;
    let any = DeadLetterFilter::default();
    assert_eq!(world.store.count_dead_letters(&any, RETRY).expect("counts"), 1);
    for letter in [of_unknown, of_earlier] {
        assert_eq!(order(world, &one(letter), RETRY), 0, "to name it is no consent");
        assert_eq!(state(world, letter), DeadLetterState::Pending);
    }
    assert_eq!(order(world, &any, RETRY), 1);
    assert_eq!(state(world, refused), DeadLetterState::Retried);
    assert_eq!([unknown, earlier].map(|id| world.state(id)), [State::Failed, State::Failed]);
    let consent = DeadLetterOrder::Retry { unknown: true, expired: false };
    assert_eq!(world.store.count_dead_letters(&any, consent).expect("counts"), 2);
    assert_eq!(order(world, &any, consent), 2);
    assert_eq!([unknown, earlier].map(|id| world.state(id)), [State::Pending, State::Pending]);
    world.assert_sound();
}

pub fn what_has_expired_is_retried_by_express_order_only(world: &World) {
    let minutes = |n: u64| Some(smsctl::queue::Due::In(Duration::from_secs(60 * n)));
    let (_, expired) = bury(world, NewTask { expires: minutes(1), ..message("+1", "code") }, fatal(ErrorType::Expired));
    let (_, over) = bury(world, NewTask { expires: minutes(2), ..message("+1", "x") }, rejected());
    let (_, in_time) = bury(world, NewTask { expires: minutes(60), ..message("+1", "y") }, rejected());
    let deadline = world.all()[2].expires_at;
    world.pass(Duration::from_secs(120));
    let any = DeadLetterFilter::default();
    assert_eq!(world.store.count_dead_letters(&any, RETRY).expect("counts"), 1);
    for letter in [expired, over] {
        assert_eq!(order(world, &one(letter), RETRY), 0, "to name it is no consent");
    }
    assert_eq!(order(world, &any, RETRY), 1);
    assert_eq!(state(world, in_time), DeadLetterState::Retried);
    assert_eq!(world.all()[2].expires_at, deadline, "what has time left still expires");
    let consent = DeadLetterOrder::Retry { unknown: false, expired: true };
    assert_eq!(world.store.count_dead_letters(&any, consent).expect("counts"), 2);
    assert_eq!(order(world, &any, consent), 2);
    assert_eq!((world.all()[0].expires_at, world.all()[1].expires_at), (None, None), "they were ordered all the same");
    assert_eq!(claim(&*world.store, world.worker(), 9).len(), 3);
    world.assert_sound();
}

pub fn a_letter_of_the_application_is_gated_by_its_own_word(world: &World) {
    let insert = "INSERT INTO dead_letter_messages (recipient, content, status, error_type) VALUES";
    for word in ["unknown", "expired"] {
        world.other_program(&format!("{insert} ('91234567', 'x', 'pending', '{word}')"));
    }
    let any = DeadLetterFilter::default();
    assert_eq!(order(world, &any, RETRY), 0);
    assert_eq!(order(world, &any, DeadLetterOrder::Retry { unknown: true, expired: false }), 1);
    assert_eq!(order(world, &any, DeadLetterOrder::Retry { unknown: false, expired: true }), 1);
    world.assert_sound();
}
