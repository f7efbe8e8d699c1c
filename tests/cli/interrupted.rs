//! A file whose load is interrupted: what is in stays in, and is told.

use std::fs::{self, File, OpenOptions};
use std::io::Write;

use rusqlite::Connection;
use serde_json::json;

use crate::desk::SETTINGS;
use crate::harness::{Running, World, until};

const HELD: &str = "the file stopped half way; rows up to 1,500 (line 1,501) are done: 1,500 messages queued";

/// A load from a pipe that stays open: what came is in, and it waits for more.
fn under_way(world: &World, more: &[&str]) -> (Running, File) {
    world.program("mkfifo", ["pipe"]).run().success().stdout("").stderr("");
    let load = world.smsctl(["enqueue", "--file", "pipe", "--format", "csv"]).args(more).spawn();
    let mut pipe = OpenOptions::new().write(true).open(world.dir().join("pipe")).expect("the load reads it");
    pipe.write_all(b"to,text\n").expect("the header goes out");
    for row in 0..1500 {
        pipe.write_all(format!("+85291234567,hello {row}\n").as_bytes()).expect("a row goes out");
    }
    until("all that came is in", || queued(world) == 1500);
    (load, pipe)
}

/// Whether a process has a thread that waits for signals.
fn listens(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let mut names = threads.filter_map(|thread| fs::read_to_string(thread.path().join("comm")).ok());
    names.any(|name| name.trim() == "signals")
}

/// How many tasks there are; none before there is a database.
fn queued(world: &World) -> i64 {
    let path = world.path("sms.db");
    let database = path.exists().then(|| Connection::open(path).expect("the database opens"));
    database.map_or(0, |it| it.query_row("SELECT count(*) FROM queued_tasks", [], |row| row.get(0)).unwrap_or(0))
}

#[test]
fn whoever_interrupts_a_load_is_told_what_is_in() {
    let world = World::new().settings(SETTINGS);
    let (load, pipe) = under_way(&world, &[]);
    load.terminate();
    load.wait()
        .code(143)
        .stdout("")
        .stderr_has(HELD)
        .stderr_has("interrupted by SIGTERM")
        .stderr_has("would add them again");
    drop(pipe);
    assert_eq!(queued(&world), 1500);
}

#[test]
fn a_load_with_a_batch_that_was_interrupted_may_be_run_again() {
    let world = World::new().settings(SETTINGS);
    let (load, pipe) = under_way(&world, &["--batch", "b"]);
    load.interrupt();
    load.wait().code(130).stdout("").stderr_has(HELD).stderr_has("run the same command again for the others");
    drop(pipe);
    let rows: String = (0..2000).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    world.smsctl(["enqueue", "--file", "f.csv", "--batch", "b"]).run().success().any_stdout();
    assert_eq!(queued(&world), 2000);
}

#[test]
fn scripts_are_told_by_the_kind_and_the_code() {
    let world = World::new().settings(SETTINGS);
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    let (load, _pipe) = under_way(&world, &["--output", "json"]);
    load.hang_up();
    let error = load.wait().code(129).stdout("").stderr_json()["error"].clone();
    assert_eq!((&error["kind"], &error["exit_code"]), (&json!("interrupted"), &json!(129)), "{error}");
    assert_eq!(error["message"], json!(HELD), "{error}");
}

#[test]
fn a_load_that_waits_for_a_lock_can_be_interrupted() {
    let world = World::new().settings(SETTINGS);
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    let rows: String = (0..2000).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    let holder = Connection::open(world.path("sms.db")).expect("the database opens");
    holder.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let load = world.smsctl(["enqueue", "--file", "f.csv"]).spawn();
    until("the load listens to signals", || listens(load.pid()));
    load.terminate();
    load.wait()
        .code(143)
        .stdout("")
        .stderr_has("nothing of the file was added to the queue")
        .stderr_has("interrupted by SIGTERM");
    drop(holder);
    assert_eq!(queued(&world), 0);
}

#[test]
fn a_full_queue_ends_a_load_that_would_wait_for_more() {
    let world = World::new().settings(&format!("{SETTINGS}\n[queue]\nmax_size = 2\n"));
    world.program("mkfifo", ["pipe"]).run().success().stdout("").stderr("");
    let load = world.smsctl(["enqueue", "--file", "pipe", "--format", "csv"]).spawn();
    let mut pipe = OpenOptions::new().write(true).open(world.dir().join("pipe")).expect("the load reads it");
    pipe.write_all(b"to,text\n+85291234567,a\n+85291234567,b\n+85291234567,c\n").expect("three rows go out");
    load.wait().code(1).stdout("").stderr_has("the queue is full: 2 of 2 tasks wait").any_stderr();
    drop(pipe);
    assert_eq!(queued(&world), 2);
}
