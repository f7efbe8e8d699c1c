//! `smsctl workers`.

use crate::desk::{Desk, SETTINGS};
use crate::harness::World;

#[test]
fn workers_live_and_end() {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    desk.message("+85291234567", "x");
    let claims = desk.claim(1);
    world.smsctl(["workers", "-o", "jsonl"]).run().golden("workers/alive");
    drop(claims);
    desk.closed();
    let workers = world.smsctl(["workers", "-o", "jsonl"]).run().success().any_stderr().stdout_jsonl();
    assert_eq!((&workers[0]["state"], &workers[0]["host"]), (&"ended".into(), &"host".into()));
    world
        .smsctl(["workers"])
        .run()
        .success()
        .any_stdout()
        .stderr("hint: dead workers hold 1 task: the next `smsctl work` that runs or starts settles them\n");
}

/// Its heartbeat is fresh for a while: what the kernel of this host says counts.
#[test]
fn a_worker_that_was_killed_is_counted_no_more() {
    let world = World::new().settings(SETTINGS);
    let worker = world.smsctl(["work"]).spawn();
    worker.wait_for_stderr("worker_started");
    let workers = || world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json()["workers"].as_u64();
    assert_eq!(workers(), Some(1));
    worker.kill_9();
    worker.wait().killed_by(9).any_stdout().any_stderr();
    assert_eq!(workers(), Some(0));
    let listed = world.smsctl(["workers", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    assert_eq!(listed[0]["state"], "dead");
}

#[test]
fn no_worker_is_said_on_a_terminal() {
    let world = World::new();
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    world.smsctl(["workers"]).terminal(80).success().stdout("no workers: `smsctl work` starts one\n");
    world.smsctl(["workers", "--json"]).run().success().stdout("[]\n").stderr("");
}
