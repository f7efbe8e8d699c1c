//! The line between a worker and its server swallows everything, and nobody is told.

use std::net::TcpListener;

use crate::database::Database;
use crate::harness::{Wire, until};
use crate::night::{Night, ended, kinds};
use crate::shim::Shim;
use crate::{night_at, night_on};
use smsctl::gateway::sandbox::Behaviour;

/// The sandbox's address in its URL, and what follows.
fn host_of(url: &str) -> &str {
    url.trim_start_matches("http://").split('/').next().expect("a host")
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_line_that_swallows_for_a_while_costs_nothing() {
    let database = Database::create();
    let wire = Wire::to(&database.address());
    let night = night_at(&database.url_by(&wire.address()), "");
    night_on(&database).queue(0);
    night.queue(400);
    let worker = night.worker("--workers 4");
    for round in 1..=3 {
        night.wait_for_requests(round * 100);
        wire.hold_at("INSERT INTO receipts");
        wire.wait_for_held();
        // It arrives after all, late.
        wire.release();
    }
    until("all are sent", || night.sandbox.counts().accepted >= 400);
    worker.terminate();
    ended(worker.wait(), 0);
    assert_eq!(night.account(), kinds(&[("completed", 400)]));
}

/// `localhost` leads to `::1` first on many hosts, and the server listens on `127.0.0.1` alone.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_server_is_found_at_the_second_address_of_its_name() {
    let database = Database::create();
    let (night, shim) = Shim::night(night_on(&database));
    let address = database.address();
    let port = address.rsplit(':').next().expect("a port");
    shim.two_kinds_of_addresses();
    let nobody = TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("its address").port();
    let night = night.at(&database.url_by(&format!("localhost:{nobody}")));
    night.smsctl("stats").run().code(69).stdout("").stderr_has("refused").any_stderr();
    let night = night.at(&database.url_by(&format!("localhost:{port}")));
    night.queue(3);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 3)]));
}

/// A server that stands still, or behind a line that swallows everything: its system takes the connection, and nobody says a word.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_server_that_says_nothing_is_left_for_the_next() {
    let database = Database::create();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let night = night_at(&database.url_by(&format!("{address},{}", database.address())), "");
    // Whether it has the queue nobody can say, so no other gets one.
    night.smsctl("db migrate").run().code(69).stdout("").stderr_has("has no tables").any_stderr();
    night_on(&database).run("db migrate");
    // What reads whole tables waits for its answers as long as it takes, and for a greeting no longer than others.
    night.run("db migrate");
    night.run("enqueue --to +85291234567 hello");
    assert_eq!(night_on(&database).stats()["pending"], 1);
}

/// A worker is cut off with a transaction open at the server, with requests at the gateway and claims that wait behind them. When
/// its lease has run out, another one takes over; what comes back to the first one then finds that it sends no more.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_worker_that_is_cut_off_stops_before_others_take_over() {
    let database = Database::create();
    let to_server = Wire::to(&database.address());
    let other = night_on(&database);
    other.queue(600);
    let gateway = Wire::to(host_of(&other.sandbox.url()));
    let base_url = format!("http://{}/gateway.jsp", gateway.address());
    let cut_off = other_way(&database.url_by(&to_server.address()), &base_url);
    let first = cut_off.worker("--workers 8");
    other.wait_for_requests(100);
    gateway.hold_answers();
    gateway.wait_for_held();
    // The next transaction is a turn, or a heartbeat: its locks are held, and it never ends.
    to_server.hold_at("INSERT INTO receipts");
    to_server.wait_for_held();
    // The second one does the rest; what the first one holds, its lease protects.
    let second = other.worker("--workers 8");
    second.wait_for_stderr("recovered");
    second.terminate();
    ended(second.wait(), 0);
    other.drain();
    let sent = other.sandbox.counts().requests;
    // Its senders are free, its lease is over by its own clock, and nobody could tell it: the claims behind stay where they are.
    gateway.release();
    until("nothing of it is left on the wire", || other.stats()["processing"] == 0);
    assert_eq!(other.sandbox.counts().requests, sent, "nothing leaves after the lease");
    to_server.lose();
    first.wait_for_stderr("declared_dead");
    first.terminate();
    ended(first.wait(), 0);
    // What never left may leave now, by a new claim.
    other.drain();
    let account = other.account();
    assert_eq!(account.values().sum::<u64>(), 600, "{account:?}");
    assert!(account.keys().all(|kind| kind == "completed" || kind == "failed unknown"), "{account:?}");
}

/// A night on the same database whose gateway is reached by another way, and is waited for.
fn other_way(url: &str, base_url: &str) -> Night {
    let night = Night::new(Behaviour::default()).at(url);
    let settings = format!(
        "[gateways.default]\nprofile = \"hkt\"\nbase_url = \"{base_url}\"\napplication_id = \"app\"\n\
         sender = \"85212345678\"\ntimeout = \"120s\"\n"
    );
    Night { world: night.world.settings(&settings), sandbox: night.sandbox }
}
