//! Processes that the system gives too little.

use crate::night::{Night, kinds, slow};

#[test]
fn too_few_open_files_cost_no_message_its_attempts() {
    let night = Night::new(slow(20));
    night.queue(60);
    let worker = "ulimit -n 20; exec smsctl work --workers 32 --drain";
    let ran = night.world.program("sh", ["-c", worker]).run().success().any_stdout();
    assert!(
        ran.stderr_text().contains("lane_closed"),
        "it never ran short: the case proves nothing\n{}",
        ran.stderr_text()
    );
    for line in night.run("list -o jsonl").lines() {
        let task: serde_json::Value = serde_json::from_str(line).expect("a task");
        assert_eq!(task["retry_count"], 0, "{task}");
    }
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 60)]));
}

#[test]
fn a_process_that_may_open_nothing_more_says_so() {
    let night = Night::new(slow(0));
    night.queue(1);
    // stdin, stdout, stderr, and not one more than the database itself needs.
    night
        .world
        .program("sh", ["-c", "ulimit -n 5; exec smsctl stats"])
        .run()
        .code(75)
        .stdout("")
        .stderr_has("the system gives this process no more")
        .stderr_has("Too many open files");
}
