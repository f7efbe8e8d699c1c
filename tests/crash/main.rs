//! Workers are killed at random moments, and the gateway's own ledger is the judge: no message is lost, none is sent twice
//! without an order, and what nobody can know is said to be unknown.
//!
//! `SMSCTL_TEST_KILLS` says how often the worker is killed in each case (default 150); thousands take minutes.

mod account;
#[path = "../servers/database.rs"]
mod database;
mod flight;
mod scene;

use std::time::Duration;

use account::Account;
use database::Database;
use scene::{Scene, kills};
use smsctl::gateway::sandbox::Behaviour;

/// Messages for each kill: enough that every worker dies with its hands full.
const MESSAGES_PER_KILL: u64 = 60;

/// A gateway that answers after a moment.
fn slow() -> Behaviour {
    Behaviour { latency: Duration::from_millis(1), ..Behaviour::default() }
}

/// One that fails and hangs up too.
fn broken() -> Behaviour {
    Behaviour { fail: vec![(503, 0.05)], hang_up: 0.02, ..slow() }
}

#[test]
fn a_worker_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing() {
    kill_a_worker_again_and_again(&Scene::new(slow()), kills());
}

#[test]
fn two_workers_share_a_queue_while_one_of_them_is_killed_again_and_again() {
    kill_one_of_two_workers(&Scene::new(slow()), kills() / 3);
}

#[test]
fn a_gateway_that_fails_and_a_worker_that_dies_are_told_apart() {
    kill_beside_a_broken_gateway(&Scene::new(broken()), kills() / 3);
}

mod mysql {
    //! The same on a server.

    use super::*;

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn a_worker_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing() {
        kill_a_worker_again_and_again(&Scene::on_server(slow()), kills() / 3);
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn two_workers_share_a_queue_while_one_of_them_is_killed_again_and_again() {
        kill_one_of_two_workers(&Scene::on_server(slow()), kills() / 3);
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn a_gateway_that_fails_and_a_worker_that_dies_are_told_apart() {
        kill_beside_a_broken_gateway(&Scene::on_server(broken()), kills() / 3);
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn a_queue_whose_copy_is_killed_again_and_again_moves_whole() {
        let target = Database::create();
        let to = target.url();
        let mut connection = target.connect();
        let mut arrived = || connection.try_count("SELECT count(*) FROM queued_tasks").unwrap_or(0);
        move_with_kills(Scene::new(Behaviour::default()), &to, Some(target), &mut arrived);
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn of_a_worker_that_is_killed_with_sixty_four_senders_only_the_wire_is_unknown() {
        crate::flight::of_sixty_four_senders_only_the_wire_is_unknown(&Scene::on_server(slow()), kills() / 30);
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn a_worker_without_a_place_for_its_log_goes_on_and_says_so() {
        crate::flight::a_worker_without_a_place_for_its_log_goes_on_and_says_so(&Scene::on_server(slow()));
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn workers_whose_connections_are_killed_again_and_again_go_on() {
        let scene = Scene::on_server(slow());
        let messages = kills() * MESSAGES_PER_KILL;
        scene.enqueue(messages);
        let workers = [scene.start_worker(&["--workers", "8"]), scene.start_worker(&["--workers", "8"])];
        for round in 1..=kills() {
            assert!(scene.sandbox.wait_for(round * MESSAGES_PER_KILL / 2, Some(Duration::from_secs(120))), "{round}");
            scene.kill_connections();
        }
        workers.into_iter().for_each(|worker| scene.stop_in_order(worker));
        scene.drain();
        let account = Account::take(&scene);
        account.assert_nothing_lost(messages);
        account.assert_nothing_doubled();
        account.assert_said_is_true();
        assert_eq!(account.completed, messages, "no worker died, so everything is known: {account:#?}");
    }
}

fn kill_a_worker_again_and_again(scene: &Scene, kills: u64) {
    let messages = kills * MESSAGES_PER_KILL;
    scene.enqueue(messages);
    for round in 0..kills {
        scene.kill_a_worker_in_its_work(round);
    }
    scene.drain();
    let account = Account::take(scene);
    account.assert_nothing_lost(messages);
    account.assert_nothing_doubled();
    account.assert_said_is_true();
    assert!(account.unknown > 0, "no kill met a message on its way: the case proves nothing; {account:#?}");

    scene.retry_unknown();
    scene.drain();
    let account = Account::take(scene);
    account.assert_nothing_lost(messages);
    assert_eq!(account.completed, messages, "all went out in the end: {account:#?}");
    assert!(account.sent_twice <= account.ordered_again, "only what was ordered again went out twice: {account:#?}");
}

fn kill_one_of_two_workers(scene: &Scene, kills: u64) {
    let messages = kills * MESSAGES_PER_KILL * 2;
    scene.enqueue(messages);
    let steady = scene.start_worker(&["--workers", "4"]);
    for round in 0..kills {
        scene.kill_a_worker_in_its_work(round);
    }
    scene.stop_in_order(steady);
    scene.drain();
    let account = Account::take(scene);
    account.assert_nothing_lost(messages);
    account.assert_nothing_doubled();
    account.assert_said_is_true();
}

fn kill_beside_a_broken_gateway(scene: &Scene, kills: u64) {
    let messages = kills * MESSAGES_PER_KILL;
    scene.enqueue(messages);
    for round in 0..kills {
        scene.kill_a_worker_in_its_work(round);
    }
    scene.drain();
    let account = Account::take(scene);
    account.assert_nothing_lost(messages);
    account.assert_nothing_doubled();
    account.assert_said_is_true();
}

/// Messages of a queue that moves: many pages.
const MOVED: u64 = 12_000;

/// Copies are killed at ever later moments, and the last one comes to its end; then all is sent, from the one queue that is left.
fn move_with_kills(mut scene: Scene, to: &str, target: Option<Database>, arrived: &mut dyn FnMut() -> u64) {
    scene.enqueue(MOVED);
    let (mut interrupted, mut is_moved) = (0, false);
    for round in 0..8 {
        if !scene.kill_a_copy(to, round * MOVED / 8, arrived) {
            is_moved = true;
            break;
        }
        interrupted += 1;
        let said = scene.fails(&["enqueue", "--to", "+85291234567", "meanwhile"]);
        assert!(said.contains("is being copied to"), "{said}");
    }
    assert!(interrupted > 2, "no copy was interrupted in its midst: the case proves nothing");
    if !is_moved {
        let copied = scene.copy(to);
        assert_eq!(copied["copied"]["queued_tasks"], MOVED);
        assert!(copied["written"].as_u64() < Some(MOVED), "what had arrived is not written again: {copied}");
    }
    let said = scene.fails(&["work", "--drain"]);
    assert!(said.contains("was moved to"), "{said}");
    scene.move_to(target);
    scene.drain();
    let account = Account::take(&scene);
    account.assert_nothing_lost(MOVED);
    account.assert_nothing_doubled();
    account.assert_said_is_true();
    assert_eq!(account.completed, MOVED, "{account:#?}");
}

#[test]
fn a_queue_whose_copy_is_killed_again_and_again_moves_whole() {
    let scene = Scene::new(Behaviour::default());
    let path = scene.database().with_file_name("next.db");
    let count = || -> Option<u64> {
        let connection =
            rusqlite::Connection::open_with_flags(&path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        connection.query_row("SELECT count(*) FROM queued_tasks", [], |row| row.get::<_, u32>(0)).ok().map(u64::from)
    };
    let to = format!("sqlite:///{}", path.display());
    move_with_kills(scene, &to, None, &mut || count().unwrap_or(0));
}

#[test]
fn a_file_whose_enqueue_is_killed_is_whole_after_it_ran_again() {
    let scene = Scene::new(Behaviour::default());
    let rows = 20_000;
    for round in 0..kills() / 10 {
        scene.kill_an_enqueue(rows, round);
    }
    scene.enqueue_batch(rows);
    let account = Account::take(&scene);
    account.assert_nothing_lost(rows);
    scene.drain();
    let account = Account::take(&scene);
    assert_eq!(account.completed, rows, "{account:#?}");
    account.assert_nothing_doubled();
}
