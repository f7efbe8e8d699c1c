//! Database files that are moved, removed or replaced under a worker: nothing goes out from a queue that nobody else sees.

use std::fs;

use crate::harness::Ran;
use crate::night::{Night, kinds, slow};

/// A worker with its hands full, whose database `act` does something to; how it ended.
fn worker_at(night: &Night, act: impl FnOnce()) -> Ran {
    night.queue(2_000);
    let worker = night.worker("--workers 2");
    night.wait_for_requests(20);
    act();
    let ran = worker.wait();
    let sent = night.sandbox.counts().accepted;
    assert!(sent < 2_000, "it went on to the end");
    ran.code(69).any_stdout().stderr_has("was moved, removed or replaced while it was in use")
}

fn files(night: &Night) -> [std::path::PathBuf; 3] {
    ["sms.db", "sms.db-wal", "sms.db-shm"].map(|name| night.world.path(name))
}

#[test]
fn a_database_that_is_removed_ends_its_worker() {
    let night = Night::new(slow(2));
    worker_at(&night, || files(&night).iter().for_each(|file| fs::remove_file(file).expect("removes")));
}

#[test]
fn a_database_that_is_replaced_ends_its_worker_and_the_new_one_is_left_alone() {
    let night = Night::new(slow(2));
    worker_at(&night, || {
        files(&night).iter().for_each(|file| fs::rename(file, file.with_extension("old")).expect("renames"));
        night.run("db migrate");
    });
    assert_eq!(night.account_without_ledger(), kinds(&[]));
}

#[test]
fn an_idle_worker_notices_as_well() {
    let night = Night::new(slow(0));
    night.run("db migrate");
    let worker = night.worker("");
    fs::rename(night.database(), night.world.path("elsewhere.db")).expect("renames");
    worker.wait().code(69).any_stdout().stderr_has("was moved, removed or replaced");
}

#[test]
fn what_a_worker_could_not_write_is_settled_from_its_flight_log_as_it_says() {
    let night = Night::new(slow(100));
    let elsewhere = night.world.path("elsewhere.db");
    let ran = worker_at(&night, || fs::rename(night.database(), &elsewhere).expect("renames"));
    ran.stderr_has("could not be written").stderr_has("the next worker on this host settles them from the flight log");
    fs::rename(&elsewhere, night.database()).expect("renames");
    night.run("hold --status pending --yes");
    night.run("work --drain");
    let account = night.account();
    assert_eq!(account.get("failed unknown"), None, "every answer had come: {account:?}");
    assert_eq!(account.get("completed"), Some(&night.sandbox.counts().accepted), "{account:?}");
}

#[test]
fn a_database_that_was_moved_away_and_put_back_with_its_log_has_lost_nothing() {
    let night = Night::new(slow(2));
    let elsewhere = night.world.path("elsewhere.db");
    worker_at(&night, || fs::rename(night.database(), &elsewhere).expect("renames"));
    // Without its log the database would be made anew, and the log thrown away with what was written last.
    night
        .smsctl("enqueue --to +85291234567 late")
        .run()
        .code(69)
        .stdout("")
        .stderr_has("but its log `sms.db-wal` is there")
        .stderr_has("put the database back beside it");
    fs::rename(&elsewhere, night.database()).expect("renames");
    night.drain();
    let account = night.account();
    assert_eq!(account.values().sum::<u64>(), 2_000);
    let unknown = account.get("failed unknown").copied().unwrap_or(0);
    assert!(unknown <= 4, "only what was out: {account:?}");
    assert_eq!(account.get("completed"), Some(&(2_000 - unknown)), "{account:?}");
}

#[test]
fn a_worker_whose_index_of_the_log_is_removed_leaves_the_queue_to_others() {
    let night = Night::new(slow(2));
    night.queue(2_000);
    let worker = night.worker("--workers 2");
    night.wait_for_requests(20);
    fs::remove_file(night.world.path("sms.db-shm")).expect("removes");
    night.drain();
    worker
        .wait()
        .code(69)
        .any_stdout()
        .stderr_has("sms.db-shm`, by which all who use the database see each other, was removed");
    night.drain();
    let account = night.account();
    assert_eq!(account.values().sum::<u64>(), 2_000, "{account:?}");
    assert!(night.sandbox.counts().accepted <= 2_000, "{account:?}: some went out twice");
}
