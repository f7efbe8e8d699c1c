//! `smsctl selftest`: it passes on an engine that is right, and fails on a queue that is made to send twice or to lose.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::database::Database;
use crate::harness::{Ran, World, until};

fn scratch(world: &World) -> Option<PathBuf> {
    let mut entries = fs::read_dir(world.path(".")).expect("the world has a directory").filter_map(Result::ok);
    let found = entries.find(|entry| entry.file_name().to_string_lossy().starts_with("smsctl_scratch_"));
    found.map(|entry| entry.path())
}

fn assert_passed(ran: Ran) {
    let report = ran.success().stderr_has("seed 7").stdout_json();
    let count = |field: &str| report[field].as_u64().unwrap_or_else(|| panic!("`{field}` in {report}"));
    assert_eq!((&report["passed"], &report["kept"]), (&true.into(), &Value::Null), "{report}");
    assert!(count("kills") == 6 && count("messages") > 0 && count("sent") > 0, "{report}");
    assert_eq!(count("lost") + count("doubled") + count("misjudged"), 0, "{report}");
    let sum = count("sent") + count("rejected") + count("dead") + count("unknown");
    assert_eq!(sum, count("messages"), "{report}");
    let whys = report["unknown_by"].as_object().expect("an object").values().filter_map(Value::as_u64);
    assert_eq!(whys.sum::<u64>(), count("unknown"), "{report}");
}

#[test]
fn workers_that_are_killed_lose_and_double_nothing() {
    let world = World::new();
    assert_passed(world.smsctl(["selftest", "--kills", "6", "--seed", "7", "--json"]).run());
    assert_eq!(scratch(&world), None, "nothing is left behind");
    assert!(!world.path("sms.db").exists(), "the real queue is not made");
}

#[test]
fn a_test_of_nothing_is_not_passed() {
    let world = World::new();
    for (flag, words) in
        [("--for", "it must be longer than no time at all"), ("--kills", "it must be a whole number from 1")]
    {
        let told = format!("`0` is no value of `{flag} <");
        world.smsctl(["selftest", flag, "0"]).run().code(2).stdout("").stderr_has(&told).stderr_has(words);
    }
    let short = ["selftest", "--for", "1ms", "--seed", "7", "--json"];
    let report = world.smsctl(short).run().success().any_stderr().stdout_json();
    assert!(report["sent"].as_u64() > Some(0), "{report}");
}

/// Runs the test on a queue that this trigger makes wrong.
fn run_with(body: &str) -> (World, Value) {
    let world = World::new();
    let running = world.smsctl(["selftest", "--kills", "12", "--seed", "7", "--json"]).spawn();
    until("the scratch queue is made wrong", || {
        let Some(directory) = scratch(&world) else { return false };
        let Ok(connection) = rusqlite::Connection::open_with_flags(
            directory.join("queue.db"),
            rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE,
        ) else {
            return false;
        };
        connection.busy_timeout(Duration::from_secs(10)).expect("it is set");
        connection.execute_batch(&format!("CREATE TRIGGER wrong {body}")).is_ok()
    });
    let report = running.wait().code(1).any_stderr().stdout_json();
    assert_eq!(report["passed"], false, "{report}");
    let kept = report["kept"].as_str().expect("what proves it is kept");
    assert!(world.path(kept).join("ledger.jsonl").exists() && world.path(kept).join("queue.db").exists(), "{report}");
    (world, report)
}

#[test]
fn a_queue_that_sends_again_what_may_have_left_fails() {
    let (_world, report) = run_with(
        "AFTER UPDATE OF status ON queued_tasks WHEN new.status = 'failed' AND new.error_type = 'unknown'
         BEGIN UPDATE queued_tasks SET status = 'pending', error_type = NULL, retry_count = 0, departed = 0
               WHERE id = new.id; END",
    );
    assert!(report["doubled"].as_u64() > Some(0), "{report}");
    assert!(report["doubled_ids"].as_array().is_some_and(|ids| !ids.is_empty()), "{report}");
}

#[test]
fn a_queue_that_says_sent_before_it_sends_fails() {
    let (_world, report) = run_with(
        "AFTER UPDATE OF status ON queued_tasks WHEN new.status = 'processing' AND new.id % 5 = 0
         BEGIN UPDATE queued_tasks SET status = 'completed' WHERE id = new.id; END",
    );
    let wrong = report["lost"].as_u64().zip(report["misjudged"].as_u64()).map(|(lost, misjudged)| lost + misjudged);
    assert!(wrong > Some(0), "{report}");
}

mod mysql {
    //! The same on a server.

    use super::*;

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn workers_that_are_killed_lose_and_double_nothing() {
        let (world, database) = (World::new(), Database::create());
        let url = database.url();
        let call = ["--database", &url, "selftest", "--kills", "6", "--seed", "7", "--json"];
        assert_passed(world.smsctl(call).run());
    }
}
