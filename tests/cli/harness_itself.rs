//! The harness keeps what it promises: whatever a test does not look at fails it, nothing outlives it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::harness::{World, until};

/// What a test that does this dies of.
fn failure(test: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(test)).expect_err("it should have failed");
    panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "no words".to_owned())
}

#[test]
fn what_nobody_looked_at_fails() {
    let world = World::new();
    let shell = |script| world.program("sh", ["-c", script]).run();
    assert!(failure(|| drop(shell("true"))).starts_with("nobody looked at the exit code"));
    assert!(failure(|| drop(shell("echo x").success())).starts_with("nobody looked at stdout"));
    assert!(failure(|| drop(shell("echo x >&2").success().stdout(""))).starts_with("nobody looked at stderr"));
    shell("echo x; echo y >&2; exit 3").code(3).stdout("x\n").stderr("y\n");
}

#[test]
fn a_failure_tells_the_whole_story() {
    let world = World::new();
    world.write("folder/file", "1234");
    let story = failure(|| drop(world.program("sh", ["-c", "echo out; echo err >&2; exit 4"]).run().success()));
    for part in
        ["$ sh -c 'echo out; echo err >&2; exit 4'", "harness_itself.rs", "folder/file (4 bytes)", "out\n", "err\n"]
    {
        assert!(story.contains(part), "`{part}` is not in\n{story}");
    }
    assert!(story.contains("expected exit code 0") && story.contains("exit status: 4"), "{story}");
}

#[test]
fn the_world_is_frozen() {
    let world = World::new();
    let variables = world.program("env", [""; 0]).run().success().stderr("").stdout_text();
    let names: Vec<&str> = variables.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    let all = ["ALL_PROXY", "COLUMNS", "HOME", "HTTPS_PROXY", "HTTP_PROXY", "LANG", "NO_PROXY", "PATH", "TMPDIR", "TZ"];
    assert_eq!(names, all);
    world.program("cat", [""; 0]).stdin("typed").run().success().stdout("typed").stderr("");
    world.program("pwd", [""; 0]).run().success().stdout("[DIR]\n").stderr("");
}

#[test]
fn a_running_process_is_heard_and_stopped() {
    let world = World::new();
    let script = "trap 'echo bye; exit 5' TERM; echo ready >&2; while :; do sleep 0.01; done";
    let running = world.program("sh", ["-c", script]).spawn();
    assert_eq!(running.wait_for_stderr("rea"), "ready");
    running.terminate();
    running.wait().code(5).stdout("bye\n").stderr("ready\n");

    let running = world.program("sh", ["-c", "echo here; exec sleep 1000"]).spawn();
    running.wait_for_stdout("here");
    running.kill_9();
    running.wait().killed_by(9).stdout("here\n");
}

#[test]
fn nothing_outlives_its_test() {
    let world = World::new();
    let running = world.program("sh", ["-c", "sh -c 'echo $$; exec sleep 1000'; true"]).spawn();
    let child = running.wait_for_stdout("");
    drop(running);
    until("the grandchild is gone", || !world.process_lives(&child));
}

#[test]
fn a_terminal_has_the_size_that_was_asked_for() {
    let world = World::new();
    world.program("sh", ["-c", "stty size; test -t 1 && test -t 2; exit $?"]).terminal(40).success().stdout("24 40\n");
}
