//! Queries that are killed again and again. MariaDB answers an UPDATE with success that it did not do, where `KILL QUERY` comes at its
//! very end: what is said to be done must be done all the same.

use std::sync::atomic::{AtomicBool, Ordering};

use smsctl::queue::{Filter, Order, State, TaskId};
use smsctl::store::{Access, Options, Pool, Store, StoreError, Turn, Wanted};

use crate::database::Database;
use crate::own::OwnServer;
use crate::{LANE, Nobody, assert_sound, completed, message, open, open_with, register};

/// So often the killer looks for connections until it kills again.
const LOOKS_A_KILL: u32 = 8;

/// What `work` does while the queries of all connections but `spared` are killed, as fast as can be. Its store has one.
fn under_fire(database: &Database, spared: u64, work: impl FnOnce(&dyn Store)) {
    let pool = Pool { size: 1, max_overflow: 0, ..Pool::default() };
    let store = open_with(&database.url(), &Options { pool, ..Options::new(Access::Existing) }).expect("opens");
    store.stats().expect("has its connection");
    let mut killer = database.connect();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for look in 0_u32.. {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                // Now and then the server answers nothing at all, and waits for the next statement: such a connection ends.
                let silent = "SELECT id FROM information_schema.processlist \
                              WHERE db = DATABASE() AND command = 'Killed' AND time > 0";
                killer.ids(silent).into_iter().for_each(|id| killer.try_run(&format!("KILL {id}")));
                // A connection that met a kill may be given up for a new one. Most statements are to get through.
                let victims = killer.ids_of_others().into_iter().filter(|id| *id != spared);
                if look % LOOKS_A_KILL == 0 {
                    victims.for_each(|id| killer.try_run(&format!("KILL QUERY {id}")));
                }
            }
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(&*store)));
        is_over.store(true, Ordering::SeqCst);
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        assert!(store.counters().interrupted > 0, "no kill has hit");
    });
}

/// So many, and on a machine that is held up more, until a kill has hit.
fn rounds(store: &dyn Store) -> impl Iterator<Item = u32> {
    (0..5_000).take_while(|round| *round < 200 || store.counters().interrupted == 0)
}

/// Tries until the kills let it through.
fn done<T>(mut work: impl FnMut() -> Result<T, StoreError>) -> T {
    loop {
        match work() {
            Ok(value) => return value,
            Err(error) if error.is_transient() => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_order_that_is_said_to_be_done_is_done_though_queries_are_killed() {
    const TASKS: usize = 40;
    // Of its own: the list of connections of a server that others use now and then names theirs.
    let server = OwnServer::start(&[]);
    let database = Database::on(server.url());
    let direct = open(&database.url(), Access::Create).expect("migrates");
    direct.enqueue(&vec![message(None); TASKS], 0).expect("enqueues");
    let mut other = database.connect();
    under_fire(&database, other.id(), |store| {
        for round in rounds(store) {
            let (order, to) = if round % 2 == 0 {
                (Order::Hold, State::Held)
            } else {
                (Order::Release { unknown: true }, State::Pending)
            };
            // One whose answer was lost may have been carried out.
            let changed = done(|| store.change(&Filter::default(), order));
            let count = format!("SELECT id FROM queued_tasks WHERE status = '{}'", to.as_str());
            assert_eq!(other.ids(&count).len(), TASKS, "round {round}: {changed} were said to be {}", to.as_str());
        }
    });
    assert_sound(&*direct);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_claim_that_a_worker_gets_to_see_is_its_own_though_queries_are_killed() {
    // Of its own: the list of connections of a server that others use now and then names theirs.
    let server = OwnServer::start(&[]);
    let database = Database::on(server.url());
    let direct = open(&database.url(), Access::Create).expect("migrates");
    direct.enqueue(&vec![message(None); 2_000], 0).expect("enqueues");
    let mut other = database.connect();
    let worker = register(&*direct);
    let words = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 10, rate: None }];
    let mut settlements = Vec::new();
    let mut seen = std::collections::BTreeSet::<TaskId>::new();
    under_fire(&database, other.id(), |store| {
        for round in rounds(store) {
            let turn = Turn { worker, settlements: &settlements, wanted: &wanted };
            let exchange = done(|| store.exchange(&turn));
            let held =
                other.ids(&format!("SELECT id FROM queued_tasks WHERE status = 'processing' AND worker_id = {worker}"));
            for claim in &exchange.claims {
                assert!(
                    held.contains(&claim.id()),
                    "round {round}: the worker has {claim:?}, and of the rows {held:?}"
                );
                assert!(seen.insert(claim.id()), "round {round}: it had {claim:?} before");
            }
            settlements = exchange.claims.into_iter().map(|claim| claim.settle(completed(), None)).collect();
        }
    });
    let turn = Turn { worker, settlements: &settlements, wanted: &[] };
    direct.exchange(&turn).expect("settles");
    assert_eq!(direct.stats().expect("counts").tasks.completed, seen.len() as u64);
    assert_sound(&*direct);
}

/// Deltas that are added to the tallies, and are still there because their DELETE was killed, would count twice.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_rows_of_others_are_counted_once_though_queries_are_killed() {
    const ROWS: usize = 300;
    const ROUNDS: u32 = 40;
    let server = OwnServer::start(&[]);
    let database = Database::on(server.url());
    let direct = open(&database.url(), Access::Create).expect("migrates");
    let mut other = database.connect();
    let values = vec!["('sms', 'other')"; ROWS].join(", ");
    under_fire(&database, other.id(), |store| {
        for _ in rounds(store).take_while(|round| *round < ROUNDS || store.counters().interrupted == 0) {
            other.run(&format!("INSERT INTO queued_tasks (task_name, task_func) VALUES {values}"));
            done(|| store.recover(&Nobody));
        }
    });
    assert_sound(&*direct);
}
