//! `smsctl show`: the truth about one task.

use std::time::Duration;

use jiff::Timestamp;
use smsctl::queue::{Due, ErrorType, Failure, Fate, NewTask};

use crate::desk::{Desk, SETTINGS, completed, new_task, parked, rejected, unknown};
use crate::harness::World;

fn world() -> World {
    World::new().settings(SETTINGS)
}

/// What `show` says of task 1, whose only attempt had this fate.
fn shown(fate: Fate) -> serde_json::Value {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(fate);
    desk.closed();
    world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json()
}

#[test]
fn each_fate_has_its_truth() {
    let retry = Fate::Retry {
        after: Duration::from_secs(60),
        failure: Failure::new(ErrorType::Unavailable, "503"),
        spent: true,
    };
    let fates = [completed(), rejected(), unknown(), parked(), retry, Fate::Released];
    let told = fates.map(|fate| {
        let task = shown(fate);
        let word = |field: &str| task[field].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", word("status"), word("sent"), word("next"))
    });
    let expected = [
        "completed yes none",
        "failed no order_dead_letter",
        "failed unknown order_unknown",
        "failed no order_retry",
        "failed no retry_at",
        "pending no send",
    ];
    assert_eq!(told, expected);
}

#[test]
fn attempts_that_another_program_used_up_are_counted_in_words() {
    let world = world();
    let desk = Desk::new(&world);
    desk.message("+85291234567", "hello");
    desk.closed();
    let panel = rusqlite::Connection::open(world.path("sms.db")).expect("another program opens the file");
    for (max, words) in
        [(1, "Its only attempt is used, and no dead letter"), (3, "All 3 attempts are used, and no dead letter")]
    {
        panel
            .execute("UPDATE queued_tasks SET status = 'failed', retry_count = ?1, max_retries = ?1", [max])
            .expect("another program ends it");
        world.smsctl(["show", "1"]).run().success().stderr("").stdout_has(words);
    }
}

#[test]
fn a_terminal_of_40_columns_is_wide_enough() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(unknown());
    desk.closed();
    world.smsctl(["show", "1"]).terminal(40).golden("show/unknown_in_40_columns");
    world.smsctl(["show", "1"]).run().golden("show/unknown_in_a_pipe");
}

#[test]
fn scripts_get_the_task_its_attempts_and_what_follows() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(rejected());
    desk.closed();
    world.smsctl(["show", "1", "--json"]).run().golden("show/rejected_json");
    world.smsctl(["show", "1", "-o", "plain"]).run().success().stdout("1\n").stderr("");
    let csv = world.smsctl(["show", "1", "-o", "csv"]).run().success().stderr("").stdout_text();
    assert_eq!(csv.lines().count(), 2, "{csv}");
}

#[test]
fn a_claimed_task_may_be_on_its_way() {
    let world = world();
    let desk = Desk::new(&world);
    desk.message("+85291234567", "x");
    let claims = desk.claim(1);
    let task = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((task["sent"].as_str(), task["next"].as_str()), (Some("unknown"), Some("settle")));
    drop(claims);
    desk.closed();
    let task = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(task["next"], "recover");
}

#[test]
fn an_unknown_attempt_is_remembered_after_it_was_retried() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(unknown());
    world
        .smsctl(["retry-failed", "--unknown", "--id", "1", "--json"])
        .run()
        .success()
        .stdout("{\"retried\": 1}\n")
        .stderr("");
    let task = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((task["status"].as_str(), task["sent"].as_str()), (Some("pending"), Some("unknown")));
    desk.settle(completed());
    desk.closed();
    world.smsctl(["show", "1"]).run().success().stderr("").stdout_has("it may have arrived twice");
}

#[test]
fn args_and_kwargs_are_json_where_they_are_json() {
    let world = world();
    let desk = Desk::new(&world);
    let call = smsctl::queue::Payload::Call {
        args: Some("[1, \"a\"]".to_owned()),
        kwargs: Some("{\"day\": \"2026-11-24\"}".to_owned()),
    };
    let lane = smsctl::queue::Lane::Command("report".to_owned());
    desk.task(NewTask { name: "report".to_owned(), lane, payload: call, ..new_task() });
    let task = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&task["args"][1], &task["kwargs"]["day"]), (&"a".into(), &"2026-11-24".into()));
    assert_eq!((&task["next"], &task["lane"]), (&"unserved".into(), &serde_json::Value::Null));
}

#[test]
fn an_id_that_does_not_exist_is_said() {
    let world = world();
    Desk::new(&world).closed();
    world.smsctl(["show", "7"]).run().code(1).stdout("").stderr_has("there is no task 7");
    world.smsctl(["show", "0"]).run().code(1).stdout("").stderr_has("there is no task 0");
    world.smsctl(["show", "x"]).run().code(2).stdout("").any_stderr();
}

#[test]
fn a_task_whose_time_was_over_tells_how_many_attempts_it_had() {
    let world = world();
    let desk = Desk::new(&world);
    desk.task(NewTask { expires: Some(Due::At(Timestamp::UNIX_EPOCH)), ..new_task() });
    assert!(desk.claim(1).is_empty(), "its time is over");
    desk.closed();
    let line = |text: &str| text.lines().find(|line| line.starts_with("failed")).expect("a line").to_owned();
    let shown = world.smsctl(["show", "1"]).run().success().stderr("").stdout_text();
    assert!(line(&shown).ends_with("0 of 3 attempts"), "{shown}");
    let listed = world.smsctl(["list", "-o", "table"]).run().success().stderr("").stdout_text();
    assert!(listed.contains("\t0\t"), "{listed}");
}
