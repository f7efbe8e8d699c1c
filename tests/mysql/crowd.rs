//! Many workers and many clients at once.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use smsctl::queue::{ErrorType, Failure, Fate, Rate};
use smsctl::store::{self, Access, Location, Options, Settled, Store, Turn, Wanted};

use crate::database::Database;
use crate::{LANE, assert_sound, completed, message, open, register};

/// Claims and settles until nothing is left; returns the ids.
fn work(store: &dyn Store) -> Vec<i64> {
    let worker = register(store);
    let words = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 7, rate: None }];
    let mut settlements = Vec::new();
    let mut done = Vec::new();
    loop {
        let turn = Turn { worker, settlements: &settlements, wanted: &wanted };
        let exchange = store.exchange(&turn).expect("no deadlock is visible to anybody");
        assert!(exchange.settled.iter().all(|settled| *settled == Settled::Done));
        let is_over = exchange.claims.is_empty() && settlements.is_empty();
        let fate = |id: i64| match id % 5 {
            0 => Fate::Dead { failure: Failure::new(ErrorType::Rejected, "no") },
            1 => Fate::Parked { failure: Failure::new(ErrorType::Unknown, "?"), spent: true },
            _ => completed(),
        };
        settlements = exchange
            .claims
            .into_iter()
            .map(|claim| {
                done.push(claim.id());
                let fate = fate(claim.id());
                claim.settle(fate, None)
            })
            .collect();
        if is_over {
            return done;
        }
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_workers_meet_without_a_deadlock() {
    const WORKERS: usize = 16;
    const TASKS: usize = 3_000;
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    for _ in 0..3 {
        store.enqueue(&vec![message(None); TASKS / 3], 0).expect("enqueues");
    }
    let done: Vec<i64> = std::thread::scope(|scope| {
        let run = || work(&*open(&database.url(), Access::Existing).expect("opens"));
        let threads: Vec<_> = (0..WORKERS).map(|_| scope.spawn(run)).collect();
        // Somebody looks, and somebody adds, meanwhile.
        while threads.iter().any(|thread| !thread.is_finished()) {
            let tasks = store.stats().expect("counts").tasks;
            assert!(tasks.total() <= TASKS as u64, "{tasks:?}");
        }
        threads.into_iter().flat_map(|thread| thread.join().expect("ends")).collect()
    });
    assert_eq!(done.len(), TASKS, "each once");
    assert_eq!(done.iter().collect::<BTreeSet<_>>().len(), TASKS);
    let stats = store.stats().expect("counts").tasks;
    assert_eq!((stats.pending, stats.processing, stats.completed + stats.failed), (0, 0, TASKS as u64));
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_clients_with_one_key_make_one_task() {
    let database = Database::create();
    open(&database.url(), Access::Create).expect("migrates");
    let ids: Mutex<BTreeSet<i64>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let store = open(&database.url(), Access::Existing).expect("opens");
                for key in ["a", "b", "c"] {
                    let mut task = message(Some(key));
                    task.batch = Some("together".to_owned());
                    let id = store.enqueue(&[task], 0).expect("enqueues")[0].id;
                    ids.lock().expect("one at a time").insert(id);
                }
            });
        }
    });
    assert_eq!(ids.into_inner().expect("all are done").len(), 3);
    let store = open(&database.url(), Access::Existing).expect("opens");
    assert_eq!(store.stats().expect("counts").tasks.pending, 3);
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_of_many_that_make_the_tables_at_once_one_says_so() {
    let database = Database::create();
    let location = Location::parse(&database.url(), Path::new("/")).expect("a good URL");
    let made: usize = std::thread::scope(|scope| {
        let make = || store::open(&location, &Options::new(Access::Create)).expect("opens").created;
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().expect("ends"))).sum()
    });
    assert_eq!(made, 1);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_bounds_hold_for_all_clients_together() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    // A queue that takes 40, and 16 that bring 10 each.
    let taken: usize = std::thread::scope(|scope| {
        let bring = || {
            let store = open(&database.url(), Access::Existing).expect("opens");
            (0..10).filter(|_| store.enqueue(&[message(None)], 40).is_ok()).count()
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(bring)).collect();
        threads.into_iter().map(|thread| thread.join().expect("ends")).sum()
    });
    assert_eq!(taken, 40);
    assert_eq!(store.stats().expect("counts").tasks.pending, 40);
    // A bucket of 25 tokens that never fills again, and 8 workers that have never used the lane before.
    let rate = Rate { per_s: 1e-9, burst: 25.0 };
    let claimed: usize = std::thread::scope(|scope| {
        let run = || {
            let store = open(&database.url(), Access::Existing).expect("opens");
            let worker = register(&*store);
            let words = [LANE.to_owned()];
            let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 2, rate: Some(rate) }];
            let turn = Turn { worker, settlements: &[], wanted: &wanted };
            (0..10).map(|_| store.exchange(&turn).expect("claims").claims.len()).sum::<usize>()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().expect("ends")).sum()
    });
    assert_eq!(claimed, 25);
    assert_sound(&*store);
}
