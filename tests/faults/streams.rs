//! Streams that are closed or full, and terminals that are narrow or gone.

use crate::night::{Night, ended, kinds, slow};

fn shell(night: &Night, line: &str) -> crate::harness::Ran {
    night.world.program("sh", ["-c", line]).run()
}

#[test]
fn what_is_queued_is_not_called_worth_another_try_because_nobody_could_be_told() {
    let night = Night::new(slow(0));
    shell(&night, "smsctl enqueue --to +85291234567 hello > /dev/full")
        .code(73)
        .stdout("")
        .stderr_has("cannot write to stdout")
        .stderr_has("what it did is done");
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 1)]));
}

#[test]
fn closed_streams_harm_nothing() {
    let night = Night::new(slow(0));
    night.queue(30);
    for line in [
        "smsctl stats >&-",
        "smsctl stats 2>&-",
        "smsctl list >&- 2>&- <&-",
        "smsctl list | head -n 1",
        "smsctl enqueue --to +85291234567 hello >&- 2>&- <&-",
        "env -u HOME TERM=dumb COLUMNS=40 smsctl stats",
        "smsctl work --drain >&- 2>&- <&-",
        "smsctl work --drain 2> /dev/full",
    ] {
        ended(shell(&night, line), 0);
    }
    shell(&night, "smsctl list > /dev/full").code(73).stdout("").stderr_has("cannot write to stdout");
    assert_eq!(night.account(), kinds(&[("completed", 31)]));
}

#[test]
fn a_terminal_that_is_closed_stops_a_worker_in_order() {
    let night = Night::new(slow(200));
    night.queue(4);
    let worker = night.worker("--workers 2");
    night.wait_for_requests(2);
    worker.hang_up();
    ended(worker.wait(), 0);
    let account = night.account();
    assert_eq!(account.keys().map(String::as_str).collect::<Vec<_>>(), ["completed", "pending"], "{account:?}");
}
