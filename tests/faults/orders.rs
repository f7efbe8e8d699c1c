//! Orders that are killed half-way: what is done is done whole, and the same order again does the rest and nothing twice.

use std::fs;

use crate::harness::World;
use crate::night::{Night, kinds, slow};
use smsctl::gateway::sandbox::Behaviour;

/// Rows of each order: several pages, so that a kill meets it between two of them.
const ROWS: u64 = 3_000;

/// Starts the order again and again, and kills it when the log has grown by some more, until once it ends by itself.
fn killed_again_and_again(night: &Night, order: &str) {
    let log = night.world.path("sms.db-wal");
    // Somebody has the database open, so that the log stays, and its growth can be watched.
    let reader = night.other_program();
    reader.execute_batch("SELECT count(*) FROM queued_tasks").expect("reads");
    for round in 0..40_u64 {
        let size = || fs::metadata(&log).map_or(0, |log| log.len());
        let before = size();
        let mut running = night.smsctl(order).spawn();
        let more = 1 + (round % 5) * 60_000;
        while size() < before + more && !running.has_ended() {
            std::thread::yield_now();
        }
        if running.has_ended() {
            running.wait().success().any_stderr().any_stdout();
            return;
        }
        running.kill_9();
        // It may have ended well a moment before.
        running.wait().any_end().any_stderr().any_stdout();
    }
    night.run(order);
}

#[test]
fn a_cancel_that_is_killed_is_finished_by_the_next() {
    let night = Night::new(slow(0));
    night.queue(ROWS);
    killed_again_and_again(&night, "cancel --status pending --yes");
    assert_eq!(night.account(), kinds(&[("cancelled", ROWS)]));
}

#[test]
fn retries_that_are_killed_are_finished_by_the_next_and_nothing_goes_out_twice() {
    let night = Night::new(Behaviour { fail: vec![(400, 1.0)], ..Behaviour::default() });
    night.queue(ROWS);
    night.drain();
    assert_eq!(night.account(), kinds(&[("failed rejected", ROWS)]));
    killed_again_and_again(&night, "dead-letter retry --all --yes");
    assert_eq!(night.account(), kinds(&[("pending", ROWS)]));
    let stats = night.stats();
    assert_eq!(
        (&stats["dead_letter"]["retried"], &stats["dead_letter"]["pending"]),
        (&ROWS.into(), &0.into()),
        "{stats}"
    );
    night.run("work --drain --no-retry --workers 16 --quiet");
    killed_again_and_again(&night, "retry-failed --yes");
    assert_eq!(night.account().values().sum::<u64>(), ROWS);
}

#[test]
fn a_migration_that_is_killed_is_finished_by_the_next() {
    for round in 0..20_u64 {
        let world = World::new();
        let log = world.path("sms.db-wal");
        let size = || fs::metadata(&log).map_or(0, |log| log.len());
        let mut running = world.smsctl(["db", "migrate"]).spawn();
        while size() < 1 + round * 5_000 && !running.has_ended() {
            std::thread::yield_now();
        }
        if !running.has_ended() {
            running.kill_9();
        }
        running.wait().any_end().any_stderr().any_stdout();
        world.smsctl(["db", "migrate"]).run().success().any_stderr().any_stdout();
        world.smsctl(["db", "check"]).run().success().any_stderr().any_stdout();
    }
}
