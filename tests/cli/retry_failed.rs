//! `smsctl retry-failed`.

use smsctl::queue::{ErrorType, Failure, Fate};

use crate::desk::{Desk, SETTINGS, parked, rejected, unknown};
use crate::harness::World;

fn world() -> World {
    World::new().settings(SETTINGS)
}

/// Two that did not go out, one that nobody knows about.
fn queue(world: &World) {
    let desk = Desk::new(world);
    desk.settled(parked());
    desk.settled(unknown());
    desk.settled(parked());
    desk.closed();
}

#[test]
fn cron_retries_what_certainly_did_not_go_out() {
    let world = world();
    queue(&world);
    world.smsctl(["retry-failed"]).run().golden("retry_failed/table");
    world
        .smsctl(["retry-failed", "--json", "-q"])
        .run()
        .success()
        .stderr("")
        .stdout("{\"retried\": 0, \"skipped_unknown\": 1}\n");
    world.smsctl(["list", "--status", "failed", "-o", "plain"]).run().success().stdout("2\n").stderr("");
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    let world = world();
    queue(&world);
    world
        .smsctl(["retry-failed", "--dry-run", "--json", "-q"])
        .run()
        .success()
        .stderr("")
        .stdout("{\"retried\": 0, \"dry_run\": true, \"would_retry\": 2, \"skipped_unknown\": 1}\n");
    world.smsctl(["list", "--status", "failed", "-o", "plain"]).run().success().stdout("1\n2\n3\n").stderr("");
}

#[test]
fn what_may_have_arrived_is_the_same_for_every_command() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(unknown());
    let ended = desk.message("+85291234567", "Your code is 123456");
    assert_eq!(desk.claim(1).len(), 1);
    let panel = rusqlite::Connection::open(world.path("sms.db")).expect("another program opens the file");
    let end = "UPDATE queued_tasks SET status = 'failed', error_type = 'panel' WHERE id = ?1";
    assert_eq!(panel.execute(end, [ended]).expect("it writes"), 1);
    let again = desk.settled(unknown());
    let order = ["retry-failed", "--unknown", "--id", &again.to_string()];
    world.smsctl(order).run().success().stdout("1 task put back to pending\n").stderr("");
    desk.settle(rejected());
    desk.settled(parked());
    world
        .smsctl(["stats", "-o", "json"])
        .run()
        .success()
        .stdout_has("\"unknown\": 3,")
        .stdout_has("\"retryable\": 3,")
        .stderr("");
    world.smsctl(["stats"]).run().success().stdout_has("whether 3 messages left: `smsctl list --unknown`").stderr("");
    world
        .smsctl(["list", "--unknown", "-o", "plain"])
        .run()
        .success()
        .stdout(&format!("1\n{ended}\n{again}\n"))
        .stderr("");
    let looked = world.smsctl(["retry-failed", "--dry-run", "--json", "-q"]).run().success();
    looked.stdout_has("\"would_retry\": 1, \"skipped_unknown\": 2}").stderr("");
    world.smsctl(["db", "check"]).run().success().any_stdout().any_stderr();
}

#[test]
fn what_nobody_knows_about_is_sent_again_by_express_order_only() {
    let world = world();
    queue(&world);
    world
        .smsctl(["retry-failed", "--id", "2"])
        .run()
        .code(1)
        .stdout("0 tasks put back to pending\n")
        .stderr("warning: task 2 is failed: nobody knows whether it was sent; `--unknown` sends it again\n");
    world
        .smsctl(["retry-failed", "--unknown"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has("also what may have arrived already");
    world
        .smsctl(["retry-failed", "--unknown", "--yes"])
        .run()
        .success()
        .stdout("3 tasks put back to pending\n")
        .stderr("");
}

#[test]
fn filters_choose() {
    let world = world();
    queue(&world);
    world
        .smsctl(["retry-failed", "--limit", "1", "-q"])
        .run()
        .success()
        .stdout("1 task put back to pending\n")
        .stderr("");
    world.smsctl(["retry-failed", "--error-type", "throttled", "-q"]).run().success().stdout_has("0 tasks").stderr("");
    world
        .smsctl(["retry-failed", "--unknown", "--error-type", "unknown"])
        .run()
        .success()
        .stderr("")
        .stdout("1 task put back to pending\n");
    world.smsctl(["retry-failed", "--status", "held"]).run().code(2).stdout("").stderr_has("names no failed task");
}

#[test]
fn dead_letters_are_pointed_at_when_nothing_else_is_left() {
    let world = world();
    let desk = Desk::new(&world);
    let failure = Failure::new(ErrorType::Unreachable, "connection refused");
    desk.task(smsctl::queue::NewTask { max_retries: 1, ..crate::desk::new_task() });
    desk.settle(Fate::Dead { failure });
    desk.closed();
    world
        .smsctl(["retry-failed"])
        .run()
        .success()
        .stdout("0 tasks put back to pending\n")
        .stderr("hint: 1 dead letter waits for a decision: `smsctl dead-letter list`\n");
    world.smsctl(["retry-failed", "--id", "1"]).run().code(1).stdout_has("0 tasks").stderr_has("no attempt is left");
}
