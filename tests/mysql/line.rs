//! Lost connections: nothing is lost with them, and nothing is done twice.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use smsctl::queue::{ClosedReason, ErrorType, Failure, Fate, Filter, LaneWord, Order, State};
use smsctl::store::{Access, Audited, Clock, Options, Pool, Settled, Store, StoreError, Turn, Wanted};

use crate::database::Database;
use crate::harness::{Wire, until};
use crate::proxy::{Cut, Proxy};
use crate::{BOUND, LANE, Nobody, assert_sound, claim, completed, message, open, open_with, register};

/// The database, through a proxy.
fn behind(database: &Database, proxy: &Proxy) -> String {
    let url = database.url();
    let (login, name) = (url.split('@').next().expect("a login"), database.name());
    format!("{login}@127.0.0.1:{}/{name}", proxy.port)
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_connection_lost_in_the_commit_is_resolved() {
    for cut in [Cut::Before, Cut::After] {
        let database = Database::create();
        let direct = open(&database.url(), Access::Create).expect("migrates");
        let proxy = Proxy::start(&database.address(), cut);
        let store = open(&behind(&database, &proxy), Access::Existing).expect("opens");
        for round in 1..=3 {
            proxy.cut(1);
            let ids = store.enqueue(&[message(None), message(None)], 0).expect("enqueues");
            assert!(proxy.is_spent(), "{cut:?}: no commit was cut");
            let tasks = direct.list(&Filter::default()).expect("lists");
            assert_eq!(tasks.len(), 2 * round, "{cut:?}: once, and not twice");
            assert!(ids.iter().all(|new| tasks.iter().any(|task| task.id == new.id)), "{cut:?}: under their ids");
        }
        let worker = register(&*store);
        proxy.cut(1);
        let claims = claim(&*store, worker, 4);
        assert!(proxy.is_spent());
        assert_eq!(claims.len(), 4, "{cut:?}");
        for claim in &claims {
            let task = direct.get(claim.id()).expect("reads").expect("is there");
            assert_eq!((task.status, task.attempt, task.worker_id), (State::Processing, 1, Some(worker)), "{cut:?}");
        }
        let settlements: Vec<_> = claims.into_iter().map(|claim| claim.settle(completed(), None)).collect();
        proxy.cut(1);
        let turn = Turn { worker, settlements: &settlements, wanted: &[] };
        assert_eq!(store.exchange(&turn).expect("settles").settled, [Settled::Done; 4], "{cut:?}");
        proxy.cut(1);
        assert_eq!(store.change(&Filter::default(), Order::Cancel).expect("cancels"), 2, "{cut:?}");
        let stats = direct.stats().expect("counts").tasks;
        assert_eq!((stats.completed, stats.cancelled, stats.total()), (4, 2, 6), "{cut:?}");
        assert_sound(&*direct);
    }
}

/// Somebody kills connections, and meets one that is being set up.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_connection_that_is_cut_off_while_it_is_set_up_is_made_again() {
    let database = Database::create();
    let proxy = Proxy::start(&database.address(), Cut::SetUp);
    proxy.cut(3);
    let store = open(&behind(&database, &proxy), Access::Create).expect("opens");
    assert!(proxy.is_spent(), "none was cut off");
    proxy.cut(2);
    let mut other = database.connect();
    for id in other.ids_of_others() {
        other.try_run(&format!("KILL {id}"));
    }
    store.enqueue(&[message(None)], 0).expect("enqueues");
    assert!(proxy.is_spent(), "none was cut off");
    proxy.cut(2);
    assert_sound(&*store);
    proxy.cut(u32::MAX);
    let error = open(&behind(&database, &proxy), Access::Existing).map(|_| ()).expect_err("it never gets through");
    assert!(matches!(&error, StoreError::CutOff { .. }) && error.is_transient(), "{error:?}");
}

/// Claims four tasks in a turn that is in doubt.
#[track_caller]
fn claim_in_doubt(store: &dyn Store, worker: i64, wire: &Wire) {
    let words = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 4, rate: None }];
    bring_in_doubt(store, &Turn { worker, settlements: &[], wanted: &wanted }, wire);
}

/// A turn whose commit the wire holds while the connection ends. It can be connected to again.
#[track_caller]
fn bring_in_doubt(store: &dyn Store, turn: &Turn<'_>, wire: &Wire) {
    wire.hold_at("INSERT INTO receipts");
    let error = std::thread::scope(|scope| {
        let turn = || store.exchange(turn).map(drop);
        let turn = scope.spawn(turn);
        wire.wait_for_held();
        wire.cut();
        turn.join().expect("ends").expect_err("is in doubt")
    });
    assert!(matches!(error, StoreError::Indeterminate { .. }), "{error:?}");
    wire.reopen();
}

/// Does a case until the commit in it has come: the server ends a session after 15 s of silence, and whether a turn is in doubt is
/// known after 10 s, on a machine that is not held up.
#[track_caller]
fn once_the_commit_comes(case: &dyn Fn() -> bool) {
    assert!((0..4).any(|_| case()), "the commit never comes");
}

/// Whether it does soon.
fn comes(mut is_there: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(5);
    while Instant::now() < end {
        if is_there() {
            return true;
        }
    }
    false
}

/// The commit of a turn is on its way while its connection ends: nobody can say what becomes of it. When it comes at last, the
/// worker that lives has no claims that it does not know of.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_commit_that_comes_late_comes_too_late() {
    let database = Database::create();
    let direct = open(&database.url(), Access::Create).expect("migrates");
    direct.enqueue(&vec![message(None); 4], 0).expect("enqueues");
    let wire = Wire::to(&database.address());
    let store = open(&database.url_by(&wire.address()), Access::Existing).expect("opens");
    let worker = register(&*store);
    claim_in_doubt(&*store, worker, &wire);
    // The tasks are locked by what is on its way; the doubt is settled all the same.
    assert!(claim(&*store, worker, 4).is_empty());
    wire.release();
    let end = Instant::now() + BOUND;
    let mut claims = Vec::new();
    while claims.len() < 4 && Instant::now() < end {
        claims.extend(claim(&*store, worker, 4));
    }
    assert_eq!(claims.len(), 4, "{:?}", direct.stats().expect("counts").tasks);
    assert_sound(&*direct);
}

/// The commit of a turn comes when its worker has given it up. What it claimed is not taken for another program's doing, and goes
/// back with the next turn: the message that was to try a closed lane, too.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_claims_that_nobody_got_to_see_go_back_unspent() {
    once_the_commit_comes(&|| {
        let database = Database::create();
        let direct = open(&database.url(), Access::Create).expect("migrates");
        let id = direct.enqueue(&[message(None)], 0).expect("enqueues")[0].id;
        let wire = Wire::to(&database.address());
        let store = open(&database.url_by(&wire.address()), Access::Existing).expect("opens");
        let worker = register(&*store);
        let first = claim(&*store, worker, 1).remove(0);
        let close = LaneWord::Close { reason: ClosedReason::Unreachable, span: Duration::ZERO, error: String::new() };
        let settlements = [first.settle(Fate::Released, Some(close))];
        store.exchange(&Turn { worker, settlements: &settlements, wanted: &[] }).expect("closes the lane");
        claim_in_doubt(&*store, worker, &wire);
        wire.release();
        if !comes(|| direct.stats().expect("counts").tasks.processing > 0) {
            return false;
        }
        let unknown = || Fate::Parked { failure: Failure::new(ErrorType::Unknown, "another program"), spent: true };
        let audited = store.audit(worker, &|_| Some(unknown())).expect("audits");
        assert_eq!(audited, Audited::default(), "it was no other program");
        let probe = claim(&*store, worker, 1);
        assert_eq!((probe.len(), probe[0].id(), probe[0].probe()), (1, id, Some(1)), "at once, and as before");
        let task = direct.get(id).expect("reads").expect("is there");
        assert_eq!((task.retry_count, task.error_type), (0, None), "it never left");
        assert_sound(&*direct);
        true
    });
}

/// What a turn in doubt settled is known to be settled, also where its outcomes are written one by one afterwards.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_outcomes_of_a_turn_that_was_in_doubt_are_none_that_were_lost() {
    once_the_commit_comes(&|| {
        let database = Database::create();
        let direct = open(&database.url(), Access::Create).expect("migrates");
        direct.enqueue(&vec![message(None); 3], 0).expect("enqueues");
        let wire = Wire::to(&database.address());
        let store = open(&database.url_by(&wire.address()), Access::Existing).expect("opens");
        let worker = register(&*store);
        let settlements: Vec<_> =
            claim(&*store, worker, 3).into_iter().map(|claim| claim.settle(completed(), None)).collect();
        bring_in_doubt(&*store, &Turn { worker, settlements: &settlements, wanted: &[] }, &wire);
        wire.release();
        if !comes(|| direct.stats().expect("counts").tasks.completed > 0) {
            return false;
        }
        for one in settlements.chunks(1) {
            let settled = store.exchange(&Turn { worker, settlements: one, wanted: &[] }).expect("settles").settled;
            assert_eq!(settled, [Settled::Done], "task {}", one[0].claim().id());
        }
        assert_sound(&*direct);
        true
    });
}

/// The clocks of hosts differ, and receipts are removed by the server's.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_receipts_are_dated_by_the_clock_that_removes_them() {
    let database = Database::create();
    let clock = Clock::Frozen(std::sync::Arc::new(4_102_444_800_000_000.into()));
    let store = open_with(&database.url(), &Options { clock, ..Options::new(Access::Create) }).expect("migrates");
    let mut other = database.connect();
    other.run("DELETE FROM receipts");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    store.recover(&Nobody).expect("tidies up");
    assert!(other.try_count("SELECT count(*) FROM receipts") > Some(0), "of a moment ago");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_killed_connections_are_replaced() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    let mut root = database.connect();
    let worker = register(&*store);
    for round in 0..5 {
        for id in root.ids_of_others() {
            // It may have ended by itself meanwhile.
            root.try_run(&format!("KILL {id}"));
        }
        store.enqueue(&[message(None)], 0).expect("enqueues");
        assert_eq!(claim(&*store, worker, 9).len(), 1, "round {round}");
    }
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_hosts_are_tried_in_their_order() {
    let database = Database::create();
    open(&database.url(), Access::Create).expect("migrates");
    let url = database.url();
    let (login, place) = url.split_once('@').expect("a login");
    let store = open(&format!("{login}@127.0.0.1:1,{place}"), Access::Existing).expect("the second host serves");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    let shown = store.schema().expect("reports").location;
    assert!(shown.contains("127.0.0.1:1,"), "{shown}");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_pool_keeps_its_size() {
    let database = Database::create();
    open(&database.url(), Access::Create).expect("migrates");
    let pool = Pool { size: 2, max_overflow: 2, timeout: Duration::from_secs(60), ..Pool::default() };
    let store = open_with(&database.url(), &Options { pool, ..Options::new(Access::Existing) }).expect("opens");
    let most = std::thread::scope(|scope| {
        let enqueue = || (0..20).for_each(|_| drop(store.enqueue(&[message(None)], 0).expect("enqueues")));
        let threads: Vec<_> = (0..12).map(|_| scope.spawn(enqueue)).collect();
        let mut root = database.connect();
        let mut most = 0;
        while threads.iter().any(|thread| !thread.is_finished()) {
            most = most.max(root.ids_of_others().len());
        }
        most
    });
    // The server may not have seen yet that some were closed.
    assert!((1..=8).contains(&most), "{most} connections at once, for 12 threads");
    assert_eq!(store.stats().expect("counts").tasks.pending, 240);
    // The server needs a moment to see that connections were closed; one that was made when nobody wanted it any more goes after
    // 15 s of silence.
    let mut root = database.connect();
    let end = Instant::now() + BOUND;
    while root.ids_of_others().len() > 2 {
        assert!(Instant::now() < end, "more than 2 connections are kept");
    }
    assert_sound(&*store);
}

/// A server that takes connections and says nothing, as many as come: how many came.
fn silent_server() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let came = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&came);
    std::thread::spawn(move || {
        let mut ends = Vec::new();
        for client in listener.incoming().map_while(Result::ok) {
            ends.push(client);
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, came)
}

/// Whoever waits for a connection waits for one.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_one_who_waits_for_a_connection_makes_one() {
    let (port, came) = silent_server();
    let pool = Pool { timeout: Duration::from_millis(1500), ..Pool::default() };
    let options = Options { pool, ..Options::new(Access::Existing) };
    let error =
        open_with(&format!("mysql://root@127.0.0.1:{port}/x"), &options).map(drop).expect_err("it says nothing");
    assert!(matches!(error, StoreError::PoolExhausted), "{error:?}");
    assert_eq!(came.load(Ordering::SeqCst), 1, "connections for one who waits");
}

/// While a server is away each call fails, and none of them leaves anything behind that goes to it when it is back.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_server_that_comes_back_meets_no_crowd_of_one_worker() {
    let database = Database::create();
    open(&database.url(), Access::Create).expect("migrates");
    let wire = Wire::to(&database.address());
    let store = open(&database.url_by(&wire.address()), Access::Existing).expect("opens");
    wire.cut();
    let failed = (0..20).filter(|_| store.stats().is_err()).count();
    assert_eq!(failed, 20, "the server is away");
    wire.reopen();
    let before = wire.connections();
    // Whatever was put off while it was away comes within this time.
    let end = Instant::now() + Duration::from_secs(3);
    while Instant::now() < end {
        store.stats().expect("it is back");
    }
    assert_eq!(wire.connections() - before, 1, "connections for one who asks");
}

/// A server that has no connection left is given time, and told as what it is when that is over.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_connection_for_which_there_is_no_room_is_made_later() {
    let database = Database::create();
    open(&database.url(), Access::Create).expect("migrates");
    let mut root = database.connect();
    let user = format!("{}_few", database.name());
    root.run(&format!("CREATE USER {user}@'%' WITH MAX_USER_CONNECTIONS 1"));
    root.run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO {user}@'%'", database.name()));
    let wire = Wire::to(&database.address());
    let url = format!("mysql://{user}@{}/{}", wire.address(), database.name());
    let first = open(&url, Access::Existing).expect("there is one");
    let pool = Pool { timeout: Duration::from_millis(700), ..Pool::default() };
    let options = Options { pool, ..Options::new(Access::Existing) };
    let error = open_with(&url, &options).map(drop).expect_err("there is no other");
    assert!(matches!(error, StoreError::ServerBusy { .. }), "{error:?}");
    let before = wire.connections();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| open(&url, Access::Existing).map(drop));
        until("it was refused once", || wire.connections() > before);
        drop(first);
        second.join().expect("ends").expect("it is its turn");
    });
    root.run(&format!("DROP USER {user}@'%'"));
}
