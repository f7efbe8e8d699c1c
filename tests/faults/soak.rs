//! Everything at once for a long time: what a worker holds stays flat.
//!
//! Behind a switch: `SMSCTL_TEST_SOAK_S=3600 cargo test --test faults soak -- --ignored` takes an hour.

use std::fs;
use std::time::{Duration, Instant};

use crate::harness::Running;
use crate::night::{Night, ended};
use smsctl::gateway::sandbox::Behaviour;

/// What a process holds at one moment.
#[derive(Clone, Copy, Debug, Default)]
struct Holdings {
    resident_kib: u64,
    descriptors: u64,
    threads: u64,
    log_kib: u64,
}

impl Holdings {
    fn of(night: &Night, worker: &Running) -> Holdings {
        let status = fs::read_to_string(format!("/proc/{}/status", worker.pid())).expect("it lives");
        let number = |key: &str| -> u64 {
            let line = status.lines().find(|line| line.starts_with(key)).expect("the kernel tells it");
            line.split_ascii_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number")
        };
        let descriptors = fs::read_dir(format!("/proc/{}/fd", worker.pid())).expect("it lives").count();
        let log = fs::metadata(night.world.path("sms.db-wal")).map_or(0, |log| log.len());
        Holdings {
            resident_kib: number("VmRSS:"),
            descriptors: descriptors as u64,
            threads: number("Threads:"),
            log_kib: log / 1024,
        }
    }

    fn most(self, other: Holdings) -> Holdings {
        Holdings {
            resident_kib: self.resident_kib.max(other.resident_kib),
            descriptors: self.descriptors.max(other.descriptors),
            threads: self.threads.max(other.threads),
            log_kib: self.log_kib.max(other.log_kib),
        }
    }
}

fn span() -> Duration {
    let asked = std::env::var("SMSCTL_TEST_SOAK_S").ok().and_then(|word| word.parse().ok());
    Duration::from_secs(asked.unwrap_or(60))
}

#[test]
#[ignore = "takes as many seconds as SMSCTL_TEST_SOAK_S says, 60 by default"]
fn a_worker_under_mixed_load_holds_no_more_at_the_end_than_at_the_beginning() {
    let behaviour = Behaviour {
        fail: vec![(503, 0.05), (400, 0.01)],
        hang_up: 0.01,
        garbage: 0.01,
        latency: Duration::from_millis(1),
        ..Behaviour::default()
    };
    let night = Night::new(behaviour);
    night.run("db migrate");
    let worker = night.worker("--workers 16");
    let mut queued = 0;
    let begin = Instant::now();
    // The most of each quarter of the time; the first is left out, in which pools and caches fill.
    let mut most = [Holdings::default(); 4];
    while begin.elapsed() < span() {
        night.queue_from(queued, 200);
        queued += 200;
        for words in
            ["stats --json", "list --limit 20", "retry-failed --yes", "lane list", "dead-letter retry --all --yes"]
        {
            night.run(words);
        }
        let quarter = begin.elapsed().as_millis() * 4 / span().as_millis();
        let quarter = usize::try_from(quarter).expect("a small number").min(3);
        most[quarter] = most[quarter].most(Holdings::of(&night, &worker));
        // No more is queued than goes out, or the queue would be what grows.
        night.wait_for_requests(queued.saturating_sub(2_000));
    }
    println!("{queued} messages, {} requests; the most by quarter: {most:#?}", night.sandbox.counts().requests);
    worker.terminate();
    ended(worker.wait(), 0);
    night.drain();
    assert_eq!(night.account().values().sum::<u64>(), queued);
    let [_, early, _, late] = most;
    assert!(late.resident_kib <= early.resident_kib + early.resident_kib / 4 + 4_096, "memory grows: {most:#?}");
    assert!(late.descriptors <= early.descriptors + 4, "descriptors grow: {most:#?}");
    assert!(late.threads <= early.threads + 1, "threads grow: {most:#?}");
    assert!(late.log_kib <= early.log_kib.max(16 * 1024) * 2, "the log grows: {most:#?}");
}
