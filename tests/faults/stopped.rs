//! Workers that are asked to stop while gateways are slow.

use crate::harness::Running;
use crate::night::{Night, ended, kinds, slow};
use smsctl::gateway::sandbox::Behaviour;

#[test]
fn requests_on_the_wire_are_finished_within_the_grace() {
    let night = Night::new(slow(300));
    night.queue(20);
    let worker = night.worker("--workers 4");
    night.wait_for_requests(4);
    worker.terminate();
    ended(worker.wait(), 0);
    let account = night.account();
    assert_eq!(account.keys().map(String::as_str).collect::<Vec<_>>(), ["completed", "pending"], "{account:?}");
}

#[test]
fn what_outlasts_the_grace_is_unknown_and_the_next_worker_says_so_at_once() {
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(6);
    let worker = night.worker("--workers 4 --shutdown-grace 50ms");
    night.wait_for_requests(4);
    worker.terminate();
    worker.wait().code(143).any_stdout().stderr_has("grace_over on_the_wire=4");
    assert_eq!(night.stats()["processing"], 4, "nobody has said yet what became of them");
    night.smsctl("work --max-tasks 1").run().success().any_stdout().stderr_has("tasks=4");
    assert_eq!(night.account(), kinds(&[("failed unknown", 5), ("pending", 1)]));
}

/// `timeout` sends its signal to the command, and at once to the group, to which the command belongs.
#[test]
fn signals_that_come_together_are_one_wish() {
    let night = Night::new(slow(600));
    night.queue(8);
    let worker = night.worker("--workers 4");
    night.wait_for_requests(4);
    for _ in 0..3 {
        worker.terminate();
    }
    worker.hang_up();
    ended(worker.wait(), 0);
    let account = night.account();
    assert_eq!(account.keys().map(String::as_str).collect::<Vec<_>>(), ["completed", "pending"], "{account:?}");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(1);
    for code in [130, 143] {
        night.run("retry-failed --unknown --yes");
        let before = night.sandbox.counts().requests;
        let mut worker = night.worker("");
        night.wait_for_requests(before + 1);
        let signal = |worker: &Running| if code == 130 { worker.interrupt() } else { worker.terminate() };
        signal(&worker);
        worker.wait_for_stderr("stopping on_the_wire=1");
        worker.insist(signal);
        ended(worker.wait(), code);
        night.run("work --drain --quiet");
        assert_eq!(night.stats()["unknown"], 1);
    }
}
