//! Workers that died, and workers that were taken for dead.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use smsctl::engine::{Event, Stop, host};
use smsctl::queue::{Failure, Fate, OnUnknown, State, TaskId};
use smsctl::store::{Coroner, NewWorker, Stranded, Turn, Wanted, Worker};

use crate::world::*;

const LANE: &str = "gateway:default";

/// Claims `count` tasks for a process that is gone: its pid is this one's, and began at another time.
fn claimed_by_the_dead(world: &World, count: usize) {
    let dead = NewWorker { pid_started: "1".to_owned(), ..host::this_process(4) };
    let worker = world.store.register(&dead).unwrap();
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count, rate: None }];
    let exchange = world.store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).unwrap();
    assert_eq!(exchange.claims.len(), count);
}

#[test]
fn what_a_dead_worker_held_is_unknown_and_held() {
    let world = World::new();
    let ids = world.messages(LANE, 3);
    claimed_by_the_dead(&world, 2);
    let watch = Watch::new();
    let summary = world.run(&drain(vec![way(LANE, |_| accepted())]), &watch);
    assert_eq!((summary.claimed, summary.completed), (1, 1), "only what nobody had claimed is sent");
    for id in &ids[..2] {
        let task = world.task(*id);
        assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unknown")));
        assert_eq!(task.error_message.as_deref(), Some("the worker ended while the message was on its way"));
    }
    watch.assert_times("Recovered", 1);
}

#[test]
fn what_another_program_takes_out_of_a_workers_hands_is_unknown_and_not_held_for_ever() {
    let world = World::new();
    let ids = world.messages(LANE, 4);
    let path = world.path();
    let panel = move |statement: &str, id: TaskId| {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
        assert_eq!(connection.execute(statement, [id]).unwrap(), 1, "{statement}");
    };
    let (audited, wait) = crossbeam_channel::bounded(1);
    let [attempt, number, back, held] = <[TaskId; 4]>::try_from(ids).unwrap();
    let meddle = panel.clone();
    let plan = until_stopped(vec![way(LANE, move |delivery| {
        match delivery.task {
            task if task == attempt => meddle("UPDATE queued_tasks SET attempt = 7 WHERE id = ?1", task),
            task if task == number => meddle("UPDATE queued_tasks SET id = id + 100 WHERE id = ?1", task),
            task if task == held => wait.recv().unwrap(),
            _ => {}
        }
        accepted()
    })]);
    let stop = Stop::new();
    let found = std::cell::Cell::new(0);
    let watch = Watch::on_event(|event| match event {
        Event::Settled { task, .. } if *task == back => {
            panel("UPDATE queued_tasks SET status = 'processing' WHERE id = ?1", back);
        }
        Event::Disowned { tasks, .. } => {
            found.set(found.get() + tasks);
            if found.get() == 3 {
                audited.send(()).unwrap();
                stop.ask();
            }
        }
        _ => {}
    });
    smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    world.assert_sound();
    for id in [attempt, number + 100, back] {
        let task = world.task(id);
        assert_eq!((task.status, task.error_type.as_deref()), (State::Failed, Some("unknown")), "{id}");
        assert_eq!(task.error_message.as_deref(), Some("another program changed the task while a worker had it"));
    }
    assert_eq!(world.task(held).status, State::Completed, "what is in its hands is left alone");
    let told = world.store.attempts(attempt).unwrap();
    let told: Vec<_> = told.iter().map(|attempt| (attempt.attempt, attempt.outcome.as_str())).collect();
    assert_eq!(told, [(1, "accepted"), (7, "unknown")], "the answer is kept");
}

#[test]
fn what_a_dead_worker_held_is_sent_again_where_the_operator_chose_so() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    claimed_by_the_dead(&world, 1);
    let way = on_unknown(way(LANE, |_| accepted()), OnUnknown::Retry);
    assert_eq!(world.run(&at_most(1, vec![way]), &Watch::new()).completed, 1);
    let task = world.task(ids[0]);
    assert_eq!((task.status, task.attempt), (State::Completed, 2));
}

#[test]
fn a_message_that_kills_the_process_again_and_again_ends_as_a_dead_letter() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    for death in 1..=3_u32 {
        claimed_by_the_dead(&world, 1);
        // A worker that recovers, and is kept from sending: it serves the lane and claims nothing.
        let way = on_unknown(way(LANE, |_| accepted()), OnUnknown::Retry);
        let mut plan = at_most(0, vec![way]);
        plan.until.elapsed = None;
        world.run(&plan, &Watch::new());
        assert_eq!(world.task(ids[0]).retry_count, death);
        promote(&world, ids[0]);
    }
    assert_eq!(world.task(ids[0]).status, State::Failed);
    assert_eq!(world.dead_letters(), 1);
}

/// Puts a task that waits for its retry back to pending, as its time does.
fn promote(world: &World, id: TaskId) {
    let filter = smsctl::queue::Filter { ids: vec![id], ..Default::default() };
    world.store.change(&filter, smsctl::queue::Order::Retry { unknown: true }).unwrap();
}

/// Takes every worker for dead.
struct Mistaken;

impl Coroner for Mistaken {
    fn is_dead(&self, _worker: &Worker) -> bool {
        true
    }

    fn fate(&self, _worker: &Worker, _stranded: &Stranded) -> Fate {
        let failure = Failure::new(smsctl::queue::ErrorType::Unknown, "taken for dead");
        Fate::Parked { failure, spent: true }
    }
}

#[test]
fn a_worker_that_was_taken_for_dead_overwrites_nothing_and_registers_anew() {
    let world = World::new();
    let id = world.messages(LANE, 1)[0];
    let other = world.another();
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let mut plan = until_stopped(vec![way(LANE, move |_| {
        // While the first request is on the wire, somebody takes its worker for dead, and sends the message again.
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            other.recover(&Mistaken).unwrap();
            order_again(&*other, id);
        }
        accepted()
    })]);
    // It must not take the message itself, before the other one does.
    plan.senders = 1;
    let stop = Stop::new();
    let late = world.another();
    let watch = Watch::on_event(|event| match event {
        Event::DeclaredDead { .. } => {
            late.enqueue(&[message(LANE, "after")], 0).unwrap();
        }
        Event::Settled { .. } => stop.ask(),
        _ => {}
    });
    let summary = smsctl::engine::run(&plan, &*world.store, &stop, &watch).unwrap();
    world.assert_sound();
    assert_eq!((summary.claimed, summary.completed, summary.lost), (2, 1, 1));
    let task = world.task(id);
    assert_eq!((task.status, task.attempt), (State::Processing, 2), "the late outcome is not written");
    let attempts = world.store.attempts(id).unwrap();
    assert_eq!((attempts.len(), attempts[0].outcome.as_str()), (1, "accepted"), "and not forgotten");
    let lost = watch.events("Lost");
    assert!(lost.len() == 1 && lost[0].contains("outcome: Accepted"), "{lost:?}");
    watch.assert_times("DeclaredDead", 1);
}

/// Puts a task back, and claims it for another process.
fn order_again(store: &dyn smsctl::store::Store, id: TaskId) {
    let filter = smsctl::queue::Filter { ids: vec![id], ..Default::default() };
    assert_eq!(store.change(&filter, smsctl::queue::Order::Retry { unknown: true }).unwrap(), 1);
    let worker = store.register(&host::this_process(1)).unwrap();
    let task_funcs = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count: 1, rate: None }];
    let claims = store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).unwrap().claims;
    assert_eq!((claims.len(), claims[0].id()), (1, id));
}

#[test]
fn an_answer_that_comes_after_its_worker_was_taken_for_dead_is_believed() {
    let world = World::new();
    let ids = world.messages(LANE, 1);
    let other = world.another();
    let plan = at_most(
        1,
        vec![way(LANE, move |_| {
            other.recover(&Mistaken).unwrap();
            accepted()
        })],
    );
    let summary = world.run(&plan, &Watch::new());
    assert_eq!((summary.claimed, summary.completed, summary.lost), (1, 1, 0));
    let task = world.task(ids[0]);
    assert_eq!((task.status, task.error_type), (State::Completed, None), "it was unknown, and is known");
}

#[test]
fn another_program_cannot_make_an_answer_unheard() {
    for (change, completed, status) in [
        ("status = 'pending'", 1, State::Completed),
        ("status = 'failed'", 1, State::Completed),
        ("status = 'cancelled'", 0, State::Cancelled),
        ("status = 'held'", 0, State::Held),
        // What is left under the name of the worker it settles itself, at its end.
        ("attempt = 9", 0, State::Failed),
        ("worker_id = 3", 0, State::Processing),
    ] {
        let world = World::new();
        let ids = world.messages(LANE, 1);
        let path = world.path();
        let plan = at_most(
            1,
            vec![way(LANE, move |_| {
                let update = format!("UPDATE queued_tasks SET {change}");
                assert_eq!(rusqlite::Connection::open(&path).unwrap().execute(&update, []).unwrap(), 1);
                accepted()
            })],
        );
        let watch = Watch::new();
        let summary = smsctl::engine::run(&plan, &*world.store, &Stop::new(), &watch).unwrap();
        assert_eq!((summary.claimed, summary.completed, summary.lost), (1, completed, 1 - completed), "{change}");
        assert_eq!(world.task(ids[0]).status, status, "{change}");
        watch.assert_times("Lost", usize::from(completed == 0));
        let known = world.store.attempts(ids[0]).unwrap().iter().any(|attempt| attempt.outcome == "accepted");
        assert_eq!(known, completed == 0, "{change}");
    }
}
