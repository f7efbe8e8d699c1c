//! `smsctl dead-letter`.

use smsctl::queue::{ErrorType, Failure, Fate, NewTask};

use crate::desk::{Desk, SETTINGS, new_task, rejected};
use crate::harness::World;

/// Three dead letters; the task of the second is of the batch `spring`.
fn world() -> World {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    for batch in [None, Some("spring"), None] {
        desk.task(NewTask { batch: batch.map(str::to_owned), ..new_task() });
        desk.settle(rejected());
    }
    desk.closed();
    world
}

fn ids(world: &World, filters: &[&str]) -> String {
    let ran = world.smsctl(["dead-letter", "list", "-o", "plain"]).args(filters).run().success().stderr("");
    ran.stdout_text().split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
}

#[test]
fn they_are_listed_in_every_format() {
    let world = world();
    world.smsctl(["dead-letter", "list"]).run().golden("dead_letter/list");
    world.smsctl(["dead-letter", "list", "-o", "jsonl", "--limit", "1"]).run().golden("dead_letter/list_jsonl");
    world.smsctl(["dead-letter", "list", "-o", "csv", "--limit", "1"]).run().golden("dead_letter/list_csv");
    assert_eq!(ids(&world, &[]), "1 2 3");
}

#[test]
fn filters_speak_of_the_letter_and_of_its_task() {
    let world = world();
    assert_eq!(ids(&world, &["--batch", "spring"]), "2");
    assert_eq!(ids(&world, &["--lane", "default", "--limit", "2"]), "1 2");
    assert_eq!(ids(&world, &["--task", "report"]), "");
    assert_eq!(ids(&world, &["--status", "abandoned"]), "");
    assert_eq!(ids(&world, &["--error-type", "rejected", "--after", "1"]), "2 3");
    assert_eq!(ids(&world, &["--to", "+85291234567", "--id", "3"]), "3");
}

#[test]
fn one_is_shown_with_what_can_be_done() {
    let world = world();
    world.smsctl(["dead-letter", "show", "2"]).run().golden("dead_letter/show");
    world.smsctl(["dead-letter", "show", "9"]).run().code(1).stdout("").stderr_has("there is no dead letter 9");
}

#[test]
fn retry_puts_the_message_back() {
    let world = world();
    world.smsctl(["dead-letter", "retry", "1", "--json"]).run().success().stdout("{\"retried\": 1}\n").stderr("");
    world.smsctl(["list", "--status", "pending", "-o", "plain"]).run().success().stdout("1\n").stderr("");
    world
        .smsctl(["dead-letter", "retry", "1", "2", "9"])
        .run()
        .code(1)
        .stdout("1 dead letter put back into the queue\n")
        .stderr(
            "
        warning: dead letter 1 is retried already
        warning: there is no dead letter 9
        ",
        );
    world
        .smsctl(["dead-letter", "show", "1"])
        .run()
        .success()
        .stderr("")
        .stdout_has("`smsctl show 1` tells what became of it");
}

#[test]
fn abandon_gives_up_and_keeps_the_letter() {
    let world = world();
    let spring = ["dead-letter", "abandon", "--batch", "spring"];
    world.smsctl(spring).arg("--dry-run").run().success().stdout("1 dead letter would be abandoned\n").stderr("");
    world.smsctl(spring).run().code(2).stdout("").stderr_has("this would abandon 1 dead letter");
    world.smsctl(spring).args(["--yes", "--json"]).run().success().stdout("{\"abandoned\": 1}\n").stderr("");
    assert_eq!(ids(&world, &["--status", "abandoned"]), "2");
    world
        .smsctl(["dead-letter", "stats", "--json"])
        .run()
        .success()
        .stderr("")
        .stdout("{\"pending\": 2, \"retried\": 0, \"abandoned\": 1, \"total\": 3, \"other\": 0}\n");
    world
        .smsctl(["dead-letter", "retry", "--all", "--yes"])
        .run()
        .success()
        .stderr("")
        .stdout("2 dead letters put back into the queue\n");
}

#[test]
fn saying_nothing_means_none() {
    let world = world();
    world.smsctl(["dead-letter", "retry"]).run().code(2).stdout("").stderr_has("is not said");
    assert_eq!(ids(&world, &["--status", "pending"]), "1 2 3");
}

#[test]
fn a_letter_whose_task_went_on_says_so() {
    let world = world();
    // Another program put its task back, as it always could.
    let sql = "UPDATE queued_tasks SET status = 'pending' WHERE id = 1";
    world.program("sqlite3", ["sms.db", sql]).run().success().stderr("");
    world.smsctl(["dead-letter", "show", "1"]).run().success().stderr("").stdout_has("is pending now");
}

#[test]
fn a_letter_whose_message_went_out_after_all_says_so() {
    let world = world();
    world.smsctl(["dead-letter", "retry", "1"]).run().success().any_stdout().stderr("");
    // As its worker does: the attempt left, and was accepted.
    let sql = "UPDATE queued_tasks SET status = 'completed', attempt = 2, departed = 1 WHERE id = 1";
    world.program("sqlite3", ["sms.db", sql]).run().success().stderr("");
    world.smsctl(["dead-letter", "show", "1"]).run().success().stderr("").stdout_has("yes: its task went on");
    let all = ["dead-letter", "retry", "--all", "--yes"];
    let told = world.smsctl(all).run().success().any_stdout().stderr_text();
    assert!(!told.contains("nobody knows whether it was sent"), "{told}");
}

/// One that the gateway refused, one that nobody knows about, one that expired.
fn three_kinds() -> World {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    for error_type in [ErrorType::Rejected, ErrorType::Unknown, ErrorType::Expired] {
        desk.task(new_task());
        desk.settle(Fate::Dead { failure: Failure::new(error_type, "no") });
    }
    desk.closed();
    world
}

#[test]
fn what_may_have_arrived_and_what_expired_is_left_alone_and_told() {
    let world = three_kinds();
    world.smsctl(["dead-letter", "retry", "--all", "--dry-run"]).run().golden("dead_letter/retry_dry_run");
    world.smsctl(["dead-letter", "retry", "--all", "--yes"]).run().golden("dead_letter/retry_all");
    assert_eq!(ids(&world, &["--status", "pending"]), "2 3");
    world
        .smsctl(["dead-letter", "retry", "--all", "--yes", "--json", "-q"])
        .run()
        .success()
        .stderr("")
        .stdout("{\"retried\": 0, \"skipped_unknown\": 1, \"skipped_expired\": 1}\n");
    world
        .smsctl(["dead-letter", "retry", "--all", "--unknown"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has("retry 1 dead letter, also what may have arrived already");
    world
        .smsctl(["dead-letter", "retry", "--all", "--unknown", "--yes"])
        .run()
        .success()
        .stdout("1 dead letter put back into the queue\n")
        .stderr(
            "
        1 dead letter left alone: its time has passed
        hint: the same command with `--expired` takes them, too
        ",
        );
    world
        .smsctl(["dead-letter", "retry", "--all", "--expired", "--yes"])
        .run()
        .success()
        .stdout("1 dead letter put back into the queue\n")
        .stderr("");
}

#[test]
fn to_name_a_letter_is_no_consent() {
    let world = three_kinds();
    world
        .smsctl(["dead-letter", "retry", "2", "3"])
        .run()
        .code(1)
        .stdout("0 dead letters put back into the queue\n")
        .stderr(
            "
        warning: dead letter 2: nobody knows whether it was sent; `smsctl dead-letter retry 2 --unknown` sends it all the same
        warning: dead letter 3: its time has passed; `smsctl dead-letter retry 3 --expired` sends it all the same
        ",
        );
    assert_eq!(ids(&world, &["--status", "pending"]), "1 2 3");
}

#[test]
fn the_command_that_is_proposed_works() {
    let world = three_kinds();
    for (id, flags) in [("1", ""), ("2", " --unknown"), ("3", " --expired")] {
        let command = format!("`smsctl dead-letter retry {id}{flags}`");
        for asked in [vec!["show", id], vec!["dead-letter", "show", id]] {
            world.smsctl(asked).run().success().stderr("").stdout_has(&command);
        }
        world
            .smsctl(command.trim_matches('`').split(' ').skip(1))
            .run()
            .success()
            .stdout("1 dead letter put back into the queue\n")
            .stderr("");
    }
}

#[test]
fn a_letter_whose_task_went_on_is_not_retried_in_silence() {
    let world = world();
    let sql = "UPDATE queued_tasks SET status = 'completed' WHERE id = 1";
    world.program("sqlite3", ["sms.db", sql]).run().success().stderr("");
    world
        .smsctl(["dead-letter", "retry", "1"])
        .run()
        .code(1)
        .stdout("0 dead letters put back into the queue\n")
        .stderr("warning: dead letter 1: its task 1 is completed now\n");
}

#[test]
fn the_audit_log_tells_orders_for_letters_from_orders_for_tasks() {
    let world = world();
    world.smsctl(["dead-letter", "retry", "1"]).run().success().any_stdout().any_stderr();
    world.smsctl(["dead-letter", "abandon", "2"]).run().success().any_stdout().any_stderr();
    world.smsctl(["hold", "1"]).run().success().any_stdout().any_stderr();
    world.smsctl(["release", "1"]).run().success().any_stdout().any_stderr();
    let query = "SELECT action, changed FROM audit_log ORDER BY id";
    let told = world.program("sqlite3", ["sms.db", query]).run().success().stderr("");
    told.stdout("dead-letter retry|1\ndead-letter abandon|1\nhold|1\nrelease|1\n");
}
