//! Commands on scratch databases that are told to stop: they say so, and leave nothing behind.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Running, World, until};

/// What lies beside the database, and where temporary files go.
fn scratch(world: &World) -> Vec<String> {
    let names = ["", "tmp"].map(|folder| {
        let entries = fs::read_dir(world.path(folder)).expect("a directory").filter_map(Result::ok);
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect::<Vec<_>>()
    });
    names.concat().into_iter().filter(|name| name.starts_with("smsctl")).collect()
}

/// The command, once its scratch database has tables.
fn under_way(world: &World, arguments: &[&str]) -> Running {
    let running = world.smsctl(arguments).spawn();
    until("the scratch database is there", || {
        let made = |folder: &str, file: &str| {
            let entries = fs::read_dir(world.path(folder)).expect("a directory").filter_map(Result::ok);
            entries.map(|entry| entry.path().join(file)).any(|path| path.exists())
        };
        made("", "queue.db") || made("tmp", "sms.db-wal")
    });
    running
}

const CALLS: [&[&str]; 3] =
    [&["demo"], &["selftest", "--for", "1h"], &["bench", "--messages", "1000000", "--for", "1h"]];

#[test]
fn whoever_interrupts_them_is_told_so() {
    for arguments in CALLS {
        let world = World::new();
        let running = under_way(&world, arguments);
        running.interrupt();
        running.wait().code(130).any_stdout().stderr_has("error: interrupted by SIGINT");
        assert_eq!(scratch(&world), [""; 0], "{arguments:?}: nothing is left behind");
    }
}

/// Nobody is there to clear up: the workers end with it, and the next run in the same place does the rest.
#[test]
fn a_test_that_is_killed_leaves_no_workers_and_the_next_run_clears_up() {
    let world = World::new();
    let running = under_way(&world, &["selftest", "--for", "1h"]);
    let left = scratch(&world).pop().expect("a scratch directory");
    let database = rusqlite::Connection::open(world.path(&left).join("queue.db")).expect("the database opens");
    let workers = || -> Vec<String> {
        let statement = database.prepare("SELECT CAST(pid AS TEXT) FROM workers WHERE ended_at IS NULL");
        let pids = statement.and_then(|mut it| it.query_map([], |row| row.get(0))?.collect());
        pids.unwrap_or_default()
    };
    until("workers are there", || workers().iter().any(|pid| world.process_lives(pid)));
    running.kill_9();
    running.wait().killed_by(9).any_stdout().any_stderr();
    until("its workers are gone, too", || workers().iter().all(|pid| !world.process_lives(pid)));
    assert_eq!(scratch(&world), [left.as_str()]);
    drop(database);
    world.smsctl(["selftest", "--kills", "1"]).run().success().any_stdout().any_stderr();
    assert_eq!(scratch(&world), [""; 0], "nothing is left behind");
}

#[test]
fn scripts_are_told_by_the_kind() {
    for arguments in CALLS {
        let world = World::new();
        let running = under_way(&world, &[&["-o", "json"], arguments].concat());
        running.terminate();
        let ended = running.wait().code(143).stdout("");
        let told = ended.stderr_text();
        let last: Value = told.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        let error = &last["error"];
        assert_eq!(
            (&error["kind"], &error["exit_code"]),
            (&json!("interrupted"), &json!(143)),
            "{arguments:?}: {told}"
        );
        drop(ended.any_stderr());
        assert_eq!(scratch(&world), [""; 0], "{arguments:?}: nothing is left behind");
    }
}

#[test]
fn a_demonstration_ends_at_the_step_it_is_at() {
    let world = World::new();
    let running = world.smsctl(["demo"]).spawn();
    running.wait_for_stderr("worker_started");
    running.terminate();
    let ended = running.wait().code(143).stderr_has("interrupted by SIGTERM").any_stderr();
    let said = ended.stdout_text();
    assert!(!said.contains("$ smsctl stats"), "{said}");
    drop(ended.any_stdout());
    assert_eq!(scratch(&world), [""; 0], "nothing is left behind");
}
