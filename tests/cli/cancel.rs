//! `smsctl cancel`, `hold` and `release`.

use crate::desk::{Desk, SETTINGS, completed, rejected, unknown};
use crate::harness::World;

fn world() -> World {
    World::new().settings(SETTINGS)
}

/// Each task's status, in the order of the ids.
fn states(world: &World) -> String {
    let tasks = world.smsctl(["list", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    tasks.iter().filter_map(|task| task["status"].as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn ids_are_done_at_once_and_the_others_are_told() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(completed());
    desk.message("+85291234567", "x");
    desk.later();
    desk.closed();
    world.smsctl(["cancel", "1", "2", "3", "9"]).run().code(1).stdout("2 tasks cancelled\n").stderr(
        "
            warning: task 1 is completed: what is sent cannot be called back
            warning: there is no task 9
            ",
    );
    assert_eq!(states(&world), "completed cancelled cancelled");
    world.smsctl(["cancel", "2", "--json"]).run().code(1).stderr_has("nothing is left to cancel").stdout(
        "{\"changed\": 0, \"refused\": [{\"id\": 2, \"status\": \"cancelled\", \"reason\": \"task 2 is cancelled: nothing is left \
         to cancel\"}]}\n",
    );
}

#[test]
fn a_held_task_is_released_to_where_it_was() {
    let world = world();
    let desk = Desk::new(&world);
    desk.message("+85291234567", "x");
    desk.later();
    desk.closed();
    world.smsctl(["hold", "1", "2", "--json"]).run().success().stdout("{\"changed\": 2}\n").stderr("");
    assert_eq!(states(&world), "held held");
    world.smsctl(["release", "--id", "1", "--id", "2", "-o", "plain"]).run().success().stdout("2\n").stderr("");
    assert_eq!(states(&world), "pending scheduled");
    world
        .smsctl(["release", "1"])
        .run()
        .code(1)
        .stdout("0 tasks released\n")
        .stderr("warning: task 1 is pending: only a held task can be released\n");
}

#[test]
fn many_are_changed_only_when_somebody_says_yes() {
    let world = world();
    let desk = Desk::new(&world);
    for _ in 0..3 {
        desk.in_batch("spring");
    }
    desk.message("+85291234567", "x");
    desk.closed();
    let spring = ["hold", "--batch", "spring"];
    world.smsctl(spring).run().code(2).stdout("").stderr_has("this would hold 3 tasks, and there is no terminal");
    world.smsctl(spring).arg("--dry-run").run().success().stdout("3 tasks would be held\n").stderr("");
    world
        .smsctl(spring)
        .args(["--dry-run", "--json"])
        .run()
        .success()
        .stderr("")
        .stdout("{\"changed\": 0, \"dry_run\": true, \"would_change\": 3}\n");
    world.smsctl(spring).stdin("n\n").terminal(80).code(1).stdout_has("hold 3 tasks? [y/N]");
    assert_eq!(states(&world), "pending pending pending pending");
    world.smsctl(spring).stdin("y\n").terminal(80).success().stdout_has("3 tasks held");
    assert_eq!(states(&world), "held held held pending");
    world.smsctl(["release", "--all", "--yes", "--limit", "2"]).run().success().stdout("2 tasks released\n").stderr("");
    assert_eq!(states(&world), "pending pending held pending");
}

#[test]
fn nothing_is_nothing_to_ask_about() {
    let world = world();
    Desk::new(&world).closed();
    for (command, answer) in [
        (&["cancel", "--all"][..], "{\"changed\": 0}\n"),
        (&["hold", "--batch", "spring"], "{\"changed\": 0}\n"),
        (&["release", "--all"], "{\"changed\": 0}\n"),
        (&["retry-failed", "--unknown"], "{\"retried\": 0}\n"),
        (&["dead-letter", "retry", "--all"], "{\"retried\": 0}\n"),
        (&["dead-letter", "abandon", "--all"], "{\"abandoned\": 0}\n"),
    ] {
        world.smsctl(command).arg("--json").run().success().stdout(answer).stderr("");
    }
}

#[test]
fn nobody_cancels_everything_by_saying_nothing() {
    let world = world();
    Desk::new(&world).message("+85291234567", "x");
    world.smsctl(["cancel"]).run().code(2).stdout("").stderr_has("which tasks to cancel is not said");
    world.smsctl(["cancel", "--yes"]).run().code(2).stdout("").any_stderr();
    world.smsctl(["cancel", "--limit", "5", "--yes"]).run().code(2).stdout("").any_stderr();
    world.smsctl(["cancel", "1", "--all"]).run().code(2).stdout("").any_stderr();
    assert_eq!(states(&world), "pending");
}

#[test]
fn what_a_worker_has_in_hand_is_left_to_it() {
    let world = world();
    let desk = Desk::new(&world);
    desk.message("+85291234567", "x");
    let claims = desk.claim(1);
    world.smsctl(["cancel", "1"]).run().code(1).stdout("0 tasks cancelled\n").stderr_has("it may have left already");
    drop(claims);
    assert_eq!(states(&world), "processing");
}

#[test]
fn a_failed_task_with_attempts_left_can_be_cancelled() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(crate::desk::parked());
    desk.settled(rejected());
    desk.closed();
    world.smsctl(["cancel", "1"]).run().success().stdout("1 task cancelled\n").stderr("");
    assert_eq!(states(&world), "cancelled failed");
}

/// Two that failed, of which one may have arrived, and one that waits.
fn half_known(world: &World) {
    let desk = Desk::new(world);
    desk.settled(unknown());
    desk.settled(crate::desk::parked());
    desk.message("+85291234567", "x");
    desk.closed();
}

#[test]
fn what_may_have_been_sent_is_not_cancelled_without_a_word() {
    let warning = "1 of them may have been sent already: `smsctl show ID` tells of each";
    let said = format!("warning: {warning}\n");
    for order in [&["cancel", "--all", "--yes"][..], &["cancel", "1", "2", "3"]] {
        let world = world();
        half_known(&world);
        let call = || world.smsctl(order);
        call().arg("--dry-run").run().success().stdout("3 tasks would be cancelled\n").stderr(&said);
        let json = call().arg("--json").run().success().stdout("{\"changed\": 3}\n");
        json.stderr_has("\"warning\"").stderr_has(warning).any_stderr();
        let shown = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
        assert_eq!(shown["sent"], "unknown", "{shown}");
    }
    let world = world();
    half_known(&world);
    world.smsctl(["cancel", "2", "3"]).run().success().stdout("2 tasks cancelled\n").stderr("");
    world.smsctl(["cancel", "1"]).run().success().stdout("1 task cancelled\n").stderr(&said);
}

#[test]
fn every_id_is_either_changed_or_told_why_not() {
    let words = ["pending", "processing", "completed", "failed", "scheduled", "held", "cancelled"];
    let orders: [&[&str]; 5] =
        [&["cancel"], &["hold"], &["release"], &["retry-failed"], &["retry-failed", "--unknown"]];
    for order in orders {
        let world = world();
        let desk = Desk::new(&world);
        // Each status three times: plain, without an attempt left, and with an unknown outcome.
        for _ in 0..words.len() * 3 {
            desk.message("+85291234567", "x");
        }
        desk.closed();
        for (at, word) in words.iter().enumerate() {
            let [first, spent, unknown] = [0, 1, 2].map(|round| at + round * words.len() + 1);
            let sql = format!(
                "UPDATE queued_tasks SET status = '{word}' WHERE id IN ({first}, {spent}, {unknown});
                 UPDATE queued_tasks SET retry_count = max_retries WHERE id = {spent};
                 UPDATE queued_tasks SET error_type = 'unknown' WHERE id = {unknown};"
            );
            world.program("sqlite3", ["sms.db", &sql]).run().success().stderr("");
        }
        let ids = (1..=words.len() * 3).flat_map(|id| ["--id".to_owned(), id.to_string()]);
        let ran = world.smsctl(order).args(ids).arg("--json").run().code(1).any_stderr();
        let answer = ran.stdout_json();
        let changed = answer["changed"].as_u64().or(answer["retried"].as_u64()).expect("a count");
        let refused = answer["refused"].as_array().map_or(0, Vec::len);
        assert!(changed > 0 && changed + refused as u64 == 21, "{order:?}: {answer}");
    }
}

/// SQLite says no more of it than that no row was changed.
#[test]
fn an_order_that_a_trigger_keeps_from_its_row_is_not_said_to_be_done() {
    let world = World::new().settings(SETTINGS);
    world.smsctl(["enqueue", "--to", "+85291234567", "x"]).run().success().any_stdout().any_stderr();
    let database = rusqlite::Connection::open(world.path("sms.db")).expect("opens");
    let rule = "CREATE TRIGGER panel_rule BEFORE UPDATE OF status ON queued_tasks
                WHEN NEW.status IN ('held', 'cancelled') BEGIN SELECT RAISE(IGNORE); END";
    database.execute_batch(rule).expect("the panel has its way");
    for order in ["hold", "cancel"] {
        world.smsctl([order, "1"]).run().code(65).stdout("").stderr_has("RAISE(IGNORE)").any_stderr();
    }
    let stats = world.smsctl(["stats", "--json"]).run().success().any_stderr().stdout_json();
    assert_eq!((&stats["pending"], &stats["held"], &stats["total"]), (&1.into(), &0.into(), &1.into()), "{stats}");
}
