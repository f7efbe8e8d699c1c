//! Sixteen processes on one database: nobody meets a lock. `SMSCTL_TEST_ROUNDS` says how often each does its work (default 12; ten
//! minutes are some thousands).

use std::fmt::Write as _;

use crate::night::{Night, ended, slow};
use smsctl::gateway::sandbox::Behaviour;

/// How often each process does its work.
fn rounds() -> u64 {
    let asked = std::env::var("SMSCTL_TEST_ROUNDS").ok().and_then(|word| word.parse().ok());
    asked.unwrap_or(12)
}

#[test]
fn a_crowd_on_one_database_meets_no_lock() {
    let night = Night::new(Behaviour { fail: vec![(503, 0.2)], ..slow(1) });
    night.run("db migrate");
    let worker = night.worker("--workers 4");
    std::thread::scope(|scope| {
        for writer in 0..5_u64 {
            let night = &night;
            scope.spawn(move || {
                for round in 0..rounds() {
                    let rows = (0..100).fold("to,text\n".to_owned(), |mut rows, n| {
                        writeln!(rows, "+8613{n:09},text {writer} {round} {n}").expect("a string takes it");
                        rows
                    });
                    night.world.write(&format!("{writer}.csv"), rows);
                    ended(night.smsctl(&format!("enqueue --file {writer}.csv")).run(), 0);
                    ended(night.smsctl(&format!("enqueue --to +85291234567 one-{writer}-{round}")).run(), 0);
                }
            });
        }
        for order in [
            // Others queue without end: a drain by itself would not end either.
            "work --drain --for 5s",
            "work --drain --max-tasks 30",
            "retry-failed --yes",
            "stats --json",
            "list --limit 50",
            "db check",
            "workers",
            "dead-letter retry --all --yes",
            "stats --by lane",
            "show 1",
        ] {
            let night = &night;
            scope.spawn(move || {
                for _ in 0..rounds() {
                    let ran = night.smsctl(order).run().any_stdout();
                    assert!(!ran.stderr_text().contains("locked"), "{order}: {}", ran.stderr_text());
                    // A task that is not there yet is the one thing that may go wrong.
                    if order == "show 1" {
                        ran.any_end()
                    } else {
                        ran.success()
                    };
                }
            });
        }
    });
    worker.terminate();
    ended(worker.wait(), 0);
    night.drain();
    let account = night.account();
    assert_eq!(account.values().sum::<u64>(), 5 * rounds() * 101, "{account:?}");
    assert_eq!(night.stats()["processing"], 0);
}
