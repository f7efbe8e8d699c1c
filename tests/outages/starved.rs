//! Processes that the system gives too little, with their queue on a server.

use std::net::ToSocketAddrs;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use crate::database::Database;
use crate::harness::until;
use crate::night::{ended, kinds};
use crate::shim::Shim;
use crate::{night_at, night_on};

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_commands_that_may_start_no_thread_say_so() {
    let database = Database::create();
    let (night, shim) = Shim::night(night_on(&database));
    let night = night.at(&database.url());
    night.queue(3);
    let mut refused = 0;
    for words in ["stats", "list", "work --workers 4 --drain"] {
        for threads in 1..8 {
            shim.threads_max(threads);
            let ran = night.smsctl(words).run().any_stdout();
            match ran.exit_code() {
                Some(0) => ran.any_stderr(),
                _ => {
                    refused += 1;
                    ran.code(75).stderr_has("thread").never_says("panic")
                }
            };
        }
    }
    assert!(refused > 0, "no command ran short: the case proves nothing");
    shim.threads_max(0);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 3)]));
}

/// By an address, and by a name: who looks one up needs files, too, and says no more than that it failed.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_worker_that_may_open_nothing_more_is_not_cut_off_from_its_server() {
    let database = Database::create();
    let by_name = database.address().replace("127.0.0.1", "localhost");
    let mut addresses = vec![database.address(), by_name];
    // The server listens on one address alone: the name must lead there first.
    addresses.retain(|address| {
        let mut found = address.to_socket_addrs().expect("a host that is known");
        found.next().is_some_and(|first| first.is_ipv4())
    });
    for address in addresses {
        without_files(&database, &address);
    }
}

/// So few that its session takes the last one: it claims, and can never ask the gateway.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_drain_without_a_file_for_the_gateway_ends_and_says_what_helps() {
    let database = Database::create();
    let night = night_on(&database);
    night.queue(1);
    let is_short_of_one = |files: u32| {
        let worker = format!("ulimit -n {files}; exec smsctl work --drain --workers 1");
        let told = night.world.program("sh", ["-c", &worker]).run().code(75).any_stdout().stderr_text();
        assert!(told.contains("`ulimit -n`"), "{files} files: {told}");
        told.contains("1 task waits for lanes")
    };
    assert!((5..12).any(is_short_of_one), "none was short of that alone");
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 1)]));
}

/// A worker that reaches its server by this address loses its sessions, and may open no others for a while.
fn without_files(database: &Database, address: &str) {
    let night = night_at(&database.url_by(address), "");
    night.queue(3);
    let worker = night.worker("--workers 2");
    // No commit is cut off: what is told of that is told first.
    until("all of it is settled", || night.stats()["processing"] == 0 && night.stats()["pending"] == 0);
    let pid = i32::try_from(worker.pid()).ok().and_then(Pid::from_raw);
    let files = getrlimit(Resource::Nofile);
    let set = |limit: Rlimit| prlimit(pid, Resource::Nofile, limit).expect("the limit of a child may be set");
    let before = set(Rlimit { current: Some(3), maximum: files.maximum });
    let mut other = database.connect();
    other.ids_of_others().iter().for_each(|id| other.try_run(&format!("KILL {id}")));
    let told = worker.wait_for_stderr("database_away");
    assert!(told.contains("the system gives this process no more of what it needs"), "{address}: {told}");
    set(before);
    worker.wait_for_stderr("database_back");
    night.queue_from(3, 3);
    night.wait_for_requests(6);
    worker.terminate();
    ended(worker.wait(), 0);
    assert_eq!(night.stats()["processing"], 0);
}
