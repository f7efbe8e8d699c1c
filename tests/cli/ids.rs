//! Ids that other programs gave: any whole number of 64 bits names a task or a letter.

use rusqlite::Connection;

use crate::desk::SETTINGS;
use crate::harness::World;

/// A queue into which another program wrote: pending tasks, a failed one, and two letters.
fn world() -> World {
    let world = World::new().settings(SETTINGS);
    world.smsctl(["enqueue", "--to", "+85291234567", "ours"]).run().success().any_stdout().any_stderr();
    let queue = Connection::open(world.path("sms.db")).expect("the queue opens");
    for (id, status) in [(i64::MIN, "pending"), (-7, "pending"), (-5, "failed"), (0, "pending")] {
        let columns =
            "id, task_name, task_func, status, created_at, recipient, content, priority, max_retries, retry_count";
        let row = "'sms', 'gateway:default', ?2, '2026-11-29 17:00:00', '+85291234567', 'theirs', 5, 3, 1";
        queue
            .execute(&format!("INSERT INTO queued_tasks ({columns}) VALUES (?1, {row})"), (id, status))
            .expect("writes");
    }
    for id in [-3, 0] {
        let row = "'+85291234567', 'theirs', 'pending', '2026-11-29 17:00:00', 3, 3";
        let columns = "id, recipient, content, status, created_at, retry_count, max_retries";
        queue
            .execute(&format!("INSERT INTO dead_letter_messages ({columns}) VALUES (?1, {row})"), [id])
            .expect("writes");
    }
    world
}

#[test]
fn tasks_are_shown_and_changed_by_whatever_id_they_have() {
    let world = world();
    let answer = |arguments: &[&str]| world.smsctl(arguments).run().success().any_stderr().stdout_text();
    let lowest = i64::MIN.to_string();
    assert_eq!(answer(&["list", "-o", "plain"]), format!("{lowest}\n-7\n-5\n0\n1\n"));
    assert_eq!(answer(&["list", "-o", "plain", "--after", "-7", "--limit", "2"]), "-5\n0\n");
    assert_eq!(answer(&["list", "-o", "plain", "--id", "-5", "--id", "0"]), "-5\n0\n");
    for id in [lowest.as_str(), "-7", "0"] {
        let shown = world.smsctl(["show", id, "--json"]).run().success().stderr("").stdout_json();
        assert_eq!((shown["id"].to_string().as_str(), &shown["status"]), (id, &"pending".into()), "{shown}");
    }
    assert_eq!(answer(&["show", "-o", "plain", "--", "-7"]), "-7\n");
    assert_eq!(answer(&["hold", "-7", "0", &lowest, "--json"]), "{\"changed\": 3}\n");
    assert_eq!(answer(&["release", "--json", "-7", "0"]), "{\"changed\": 2}\n");
    assert_eq!(answer(&["cancel", "--yes", "--id=-7", "--json"]), "{\"changed\": 1}\n");
    assert_eq!(answer(&["retry-failed", "--json", "--id", "-5"]), "{\"retried\": 1}\n");
    let gone = world.smsctl(["cancel", "-8"]).run().code(1).any_stdout();
    gone.stderr_has("-8");
    world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
}

#[test]
fn letters_are_shown_and_changed_by_whatever_id_they_have() {
    let world = world();
    let answer = |arguments: &[&str]| world.smsctl(arguments).run().success().any_stderr().stdout_text();
    assert_eq!(answer(&["dead-letter", "list", "-o", "plain"]), "-3\n0\n");
    assert_eq!(answer(&["dead-letter", "list", "-o", "plain", "--after", "-3"]), "0\n");
    for id in ["-3", "0"] {
        assert_eq!(answer(&["dead-letter", "show", id, "-o", "plain"]), format!("{id}\n"));
    }
    assert_eq!(answer(&["dead-letter", "abandon", "0", "--json"]), "{\"abandoned\": 1}\n");
    assert_eq!(answer(&["dead-letter", "retry", "-3", "--json"]), "{\"retried\": 1}\n");
    world.smsctl(["dead-letter", "retry", "-4"]).run().code(1).any_stdout().stderr_has("-4");
    world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
}

#[test]
fn what_is_no_whole_number_is_no_id() {
    let world = World::new();
    for id in ["abc", "1.5", "9223372036854775808", "-9223372036854775809", ""] {
        let refused = world.smsctl(["show", "--", id]).run().code(2).stdout("");
        refused.any_stderr();
    }
    world.smsctl(["show", "-x"]).run().code(2).stdout("").stderr_has("there is no argument `-x` here");
    let below = world.smsctl(["list", "--limit", "-1"]).run().code(2).stdout("");
    below
        .stderr_has("`-1` is no value of `--limit <N>`")
        .stderr_has("it must be a whole number that is not below zero");
}
