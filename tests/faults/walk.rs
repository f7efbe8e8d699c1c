//! Every crash point: an order is killed before its first step, before its second, and so on until it comes to its end. A step
//! is a write, an fsync or a removal in the queue's folder, a request that leaves, an answer that came, a word on stdout; every
//! other write is torn in its middle. After each kill the next order goes on, and the gateway's ledger is the judge.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::night::{Night, kinds, slow};
use crate::shim::{EIO, SYNC, Shim, TRUNCATE, WRITE};
use smsctl::gateway::sandbox::Behaviour;

/// More steps than any order here takes: a walk that is longer has lost its way.
const STEPS_MAX: u64 = 5_000;

/// Walks through `order` on copies of the queue of `template`, with a gateway of this behaviour, and lets `judge` look at what is
/// left after each kill.
fn walk(template: &Night, behaviour: &Behaviour, order: &str, judge: impl Fn(&Night)) {
    for step in 1..STEPS_MAX {
        let (night, shim) = Shim::night(Night::new(behaviour.clone()));
        copy_queue(template, &night);
        shim.kill_at(step, step % 2 == 0);
        let ran = night.smsctl(order).run().any_stdout().any_stderr();
        shim.spare();
        let is_over = ran.signal().is_none();
        if is_over {
            ran.success()
        } else {
            ran.killed_by(9)
        };
        println!("killed before step {step} of `{order}`");
        judge(&night);
        if is_over {
            assert!(step > 1, "no kill met the order at work");
            return;
        }
    }
    panic!("`{order}` takes more than {STEPS_MAX} steps");
}

/// A queue in the state that `prepare` leaves it in.
fn template(behaviour: Behaviour, prepare: impl Fn(&Night)) -> Night {
    let (night, _) = Shim::night(Night::new(behaviour));
    prepare(&night);
    night
}

/// Copies the database and its log; its index is made anew.
fn copy_queue(from: &Night, to: &Night) {
    let copy = |from: &Path, to: &Path| fs::copy(from, to).expect("copies");
    for name in ["queue/sms.db", "queue/sms.db-wal"] {
        if from.world.path(name).exists() {
            copy(&from.world.path(name), &to.world.path(name));
        }
    }
    if from.world.path("messages.csv").exists() {
        copy(&from.world.path("messages.csv"), &to.world.path("messages.csv"));
    }
}

/// All of `messages` are completed or, those that were out when the worker died, unknown.
#[track_caller]
fn assert_sent(account: &BTreeMap<String, u64>, messages: u64, out_max: u64) {
    let of = |kind: &str| account.get(kind).copied().unwrap_or(0);
    let (completed, unknown) = (of("completed"), of("failed unknown"));
    assert_eq!(completed + unknown, messages, "{account:?}");
    assert!(unknown <= out_max, "more than can have been out: {account:?}");
}

#[test]
fn a_worker_may_die_at_any_step() {
    const MESSAGES: u64 = 5;
    let queued = template(slow(0), |night| night.queue(MESSAGES));
    walk(&queued, &slow(0), "work --drain --workers 2 --quiet", |night| {
        night.drain();
        // Two at first; when one has come home, the other and, if they lie ready, the last three.
        assert_sent(&night.account(), MESSAGES, 4);
    });
}

#[test]
fn a_worker_beside_a_broken_gateway_may_die_at_any_step() {
    const MESSAGES: u64 = 5;
    let broken = Behaviour { fail: vec![(503, 0.3), (400, 0.2)], hang_up: 0.1, seed: 11, ..Behaviour::default() };
    let queued = template(slow(0), |night| night.queue(MESSAGES));
    walk(&queued, &broken, "work --drain --workers 2 --quiet", |night| {
        night.drain();
        assert_eq!(night.account().values().sum::<u64>(), MESSAGES);
    });
}

/// What a failed write or fsync leaves in the log, a crash may bring back: claims that nobody was given, outcomes that were to be
/// written once more. None of it may be sent, or settled, twice.
#[test]
fn a_worker_on_a_disk_that_fails_may_die_at_any_step() {
    const MESSAGES: u64 = 5;
    let queued = template(slow(0), |night| night.queue(MESSAGES));
    let (mut killed, mut failed) = (0, 0);
    for step in (5..160).step_by(4) {
        let (night, shim) = Shim::night(Night::new(slow(0)));
        copy_queue(&queued, &night);
        shim.fail(WRITE | SYNC | TRUNCATE, EIO, 50_000);
        shim.draw_by(step);
        shim.kill_at(step, step % 2 == 0);
        // It may end by itself, where the disk failed while it opened the database.
        let ran = night.smsctl("work --drain --workers 2 --quiet").run().any_end().any_stdout().any_stderr();
        killed += u64::from(ran.signal() == Some(9));
        failed += shim.failed();
        shim.spare();
        shim.heal();
        println!("killed before step {step}, after {} calls had failed", shim.failed());
        night.drain();
        assert_sent(&night.account(), MESSAGES, 4);
    }
    assert!(killed > 10 && failed > 20, "{killed} kills and {failed} failures prove nothing");
}

#[test]
fn the_one_that_looks_after_a_dead_worker_may_die_at_any_step_too() {
    const MESSAGES: u64 = 6;
    let queued = template(Behaviour { silent: 1.0, ..Behaviour::default() }, |night| {
        night.queue(MESSAGES);
        let worker = night.worker("--workers 2");
        night.wait_for_requests(2);
        worker.kill_9();
        worker.wait().killed_by(9).any_stdout().any_stderr();
    });
    walk(&queued, &slow(0), "work --drain --workers 2 --quiet", |night| {
        night.drain();
        let account = night.account();
        assert_sent(&account, MESSAGES, 8);
        assert!(account["failed unknown"] >= 2, "two were on the wire when the first worker died: {account:?}");
    });
}

#[test]
fn an_enqueue_of_a_file_may_die_at_any_step() {
    const ROWS: u64 = 40;
    let order = "enqueue --file messages.csv --batch b --quiet";
    let empty = template(slow(0), |night| {
        night.run("db migrate");
        night.write_messages(0, ROWS);
    });
    walk(&empty, &slow(0), order, |night| {
        night.run(order);
        assert_eq!(night.account(), kinds(&[("pending", ROWS)]));
    });
}

#[test]
fn a_migration_may_die_at_any_step() {
    walk(&template(slow(0), |_| {}), &slow(0), "db migrate", |night| {
        night.queue(2);
        night.drain();
        assert_eq!(night.account(), kinds(&[("completed", 2)]));
    });
}

#[test]
fn a_retry_of_what_failed_may_die_at_any_step() {
    const MESSAGES: u64 = 4;
    let failed = template(Behaviour { fail: vec![(503, 1.0)], ..Behaviour::default() }, |night| {
        night.queue(MESSAGES);
        night.run("work --drain --no-retry --quiet");
    });
    walk(&failed, &slow(0), "retry-failed --yes", |night| {
        night.run("retry-failed --yes");
        assert_eq!(night.account(), kinds(&[("pending", MESSAGES)]));
    });
}

#[test]
fn orders_about_dead_letters_may_die_at_any_step() {
    const MESSAGES: u64 = 4;
    let dead = template(Behaviour { fail: vec![(400, 1.0)], ..Behaviour::default() }, |night| {
        night.queue(MESSAGES);
        night.drain();
    });
    for (order, left) in [("retry", "pending"), ("abandon", "failed rejected")] {
        let order = format!("dead-letter {order} --all --yes");
        walk(&dead, &slow(0), &order, |night| {
            night.run(&order);
            assert_eq!(night.account(), kinds(&[(left, MESSAGES)]));
            assert_eq!(night.stats()["dead_letter"]["pending"], 0);
        });
    }
}
