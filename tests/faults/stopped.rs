//! Workers that are asked to stop while gateways are slow.

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

#[test]
fn a_second_signal_ends_it_at_once() {
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(1);
    for code in [130, 143] {
        night.run("retry-failed --unknown --yes");
        let before = night.sandbox.counts().requests;
        let worker = night.worker("");
        night.wait_for_requests(before + 1);
        let signal = || if code == 130 { worker.interrupt() } else { worker.terminate() };
        signal();
        worker.wait_for_stderr("stopping on_the_wire=1");
        signal();
        ended(worker.wait(), code);
        night.run("work --drain --quiet");
        assert_eq!(night.stats()["unknown"], 1);
    }
}
