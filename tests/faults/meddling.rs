//! Another program that updates rows while their messages are on the wire.

use crate::night::{Night, ended, kinds, slow};
use serde_json::Value;

/// Sends message 1, and lets another program change its row before the gateway answers.
fn changed_on_the_wire(change: &str) -> Night {
    let night = Night::new(slow(400));
    night.queue(1);
    let worker = night.worker("--max-tasks 1");
    night.wait_for_requests(1);
    let changed = night.other_program().execute(&format!("UPDATE queued_tasks SET {change} WHERE id = 1"), []);
    assert_eq!(changed.expect("updates"), 1);
    ended(worker.wait(), 0);
    assert_eq!(night.sandbox.counts().requests, 1);
    night
}

fn shown(night: &Night) -> Value {
    serde_json::from_str(&night.run("show 1 --json")).expect("JSON")
}

#[test]
fn a_row_that_was_reset_is_completed_by_the_answer() {
    for change in ["status = 'pending'", "status = 'failed', error_message = 'timed out'"] {
        let night = changed_on_the_wire(change);
        let task = shown(&night);
        assert_eq!((&task["status"], &task["sent"]), (&"completed".into(), &"yes".into()), "{change}");
        night.run("retry-failed --quiet");
        night.run("work --drain --quiet");
        assert_eq!(night.sandbox.counts().requests, 1, "{change}: it is not sent again");
        night.account();
    }
}

#[test]
fn a_row_that_was_cancelled_still_tells_that_it_was_sent() {
    let night = changed_on_the_wire("status = 'cancelled'");
    let task = shown(&night);
    assert_eq!((&task["status"], &task["sent"]), (&"cancelled".into(), &"yes".into()), "{task}");
    assert_eq!(task["attempts"][0]["outcome"], "accepted", "{task}");
    let words = night.run("show 1");
    assert!(words.contains("it has arrived once already"), "{words}");
    assert!(words.contains("accepted, after its claim was lost"), "{words}");
    // Whatever the other program does next, a plain order does not send it a second time.
    night.other_program().execute("UPDATE queued_tasks SET status = 'failed'", []).expect("updates");
    let left = night.smsctl("retry-failed").run().success();
    left.stdout("0 tasks put back to pending\n").stderr_has("1 task left alone: nobody knows whether it was sent");
    assert_eq!(shown(&night)["next"], "order_unknown");
    night.run("work --drain --quiet");
    assert_eq!(night.sandbox.counts().requests, 1);
    night.run("retry-failed --unknown --id 1");
    night.run("work --drain --quiet");
    assert_eq!(night.sandbox.counts().requests, 2, "by express order it is");
    let words = night.run("show 1");
    assert!(words.contains("Attempt 1 was accepted, too: it arrived twice."), "{words}");
}

#[test]
fn a_row_that_was_changed_under_a_worker_that_died_is_in_doubt() {
    let night = Night::new(slow(60_000));
    night.queue(1);
    let worker = night.worker("--workers 1");
    night.wait_for_requests(1);
    night.other_program().execute("UPDATE queued_tasks SET status = 'failed'", []).expect("updates");
    worker.kill_9();
    worker.wait().any_end().any_stderr().any_stdout();
    let task = shown(&night);
    assert_eq!((&task["sent"], &task["next"]), (&"unknown".into(), &"order_unknown".into()), "{task}");
    night.smsctl("retry-failed").run().success().any_stdout().stderr_has("1 task left alone");
    night.smsctl("retry-failed --id 1").run().code(1).any_stdout().stderr_has("nobody knows whether it was sent");
}

#[test]
fn a_drain_leaves_nothing_in_its_own_hands_that_another_program_changed() {
    let night = Night::new(slow(500));
    night.queue(1);
    let worker = night.worker("--workers 1 --drain");
    night.wait_for_requests(1);
    let change = "UPDATE queued_tasks SET started_at = '2026-01-01 00:00:00.000000'";
    night.other_program().execute(change, []).expect("updates");
    let told = worker.wait().success().stderr_has("lost task=1").any_stderr().any_stdout().stdout_text();
    assert!(told.contains("where the row is still the one that was claimed"), "{told}");
    assert_eq!(night.account(), kinds(&[("failed unknown", 1)]));
}

#[test]
fn a_worker_that_was_killed_is_gone_before_its_heartbeat_is_old() {
    let night = Night::new(slow(60_000));
    night.queue(1);
    let worker = night.worker("--workers 1");
    night.wait_for_requests(1);
    let states = || -> Vec<Value> { serde_json::from_str(&night.run("workers --json")).expect("JSON") };
    assert_eq!(states()[0]["state"], "alive");
    assert_eq!(shown(&night)["next"], "settle");
    worker.kill_9();
    worker.wait().any_end().any_stderr().any_stdout();
    assert_eq!(states()[0]["state"], "dead");
    let task = shown(&night);
    assert_eq!((&task["sent"], &task["next"]), (&"unknown".into(), &"recover".into()));
    let words = task["explanation"].as_str().unwrap_or_default().to_owned();
    assert!(words.contains("which is gone") && words.contains("settles it, as unknown"), "{words}");
}
