//! A file of which a part is in the queue: up to which row all was dealt with is told, and whoever does as told queues every
//! message once.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::desk::SETTINGS;
use crate::harness::World;

/// Of every three rows the last one is refused, and every tenth message has two lines.
fn mixed(rows: usize) -> String {
    let row = |n: usize| match n {
        n if n % 3 == 0 => format!("+85291234567, ,{n}\n"),
        n if n % 10 == 1 => format!("+85291234567,\"message\n{n}\",{n}\n"),
        n => format!("+85291234567,message {n},{n}\n"),
    };
    (1..=rows).map(row).collect()
}

fn bounded(max: usize) -> World {
    World::new().settings(&format!("[queue]\nmax_size = {max}\n{SETTINGS}"))
}

/// How often each message is in the queue.
fn queued(world: &World) -> BTreeMap<String, u64> {
    let database = Connection::open(world.path("sms.db")).expect("the database opens");
    let mut statement = database.prepare("SELECT content FROM queued_tasks").expect("a query");
    let contents = statement.query_map([], |row| row.get::<_, String>(0)).expect("rows");
    let mut counts = BTreeMap::new();
    contents.for_each(|content| *counts.entry(content.expect("a text")).or_default() += 1);
    counts
}

fn refused_lines(world: &World) -> Vec<u64> {
    let rejects = world.read("r.csv");
    rejects.lines().filter_map(|line| line.split(',').next()?.parse().ok()).collect()
}

#[test]
fn the_rest_of_a_file_begins_behind_the_line_that_is_told() {
    let world = bounded(1500);
    let file = format!("to,text,number\n{}", mixed(6000));
    world.write("f.csv", &file);
    let load = world.smsctl(["enqueue", "--file", "f.csv", "--rejects", "r.csv"]);
    // Row 2,250 is refused, and row 2,251 is the first that finds no room.
    let ran = load.run().code(1).stdout("");
    ran.stderr_has("rows up to 2,250 (line 2,401) are done: 1,500 messages queued, 750 refused rows")
        .stderr_has("the same command would add them again: give the rest as a file of its own");
    let refused = refused_lines(&world);
    assert_eq!((refused.len(), refused.last()), (750, Some(&2401)), "no row behind that place is among the rejects");
    let rest: Vec<&str> = file.lines().skip(2401).collect();
    world.write("rest.csv", format!("to,text,number\n{}\n", rest.join("\n")));
    let rest = world.smsctl(["enqueue", "--file", "rest.csv"]).env("SMSCTL_QUEUE_MAX_SIZE", "0");
    rest.run().code(1).any_stdout().any_stderr();
    let counts = queued(&world);
    assert_eq!(counts.len(), 4000);
    assert_eq!(counts.iter().find(|(_, times)| **times != 1), None, "each message is in once");
}

#[test]
fn scripts_are_told_the_place_in_numbers() {
    let world = bounded(1500);
    world.write("f.csv", format!("to,text,number\n{}", mixed(6000)));
    let ran = world.smsctl(["-o", "json", "enqueue", "--file", "f.csv", "--batch", "b"]).run().code(75).stdout("");
    let told = ran.stderr_text();
    let last = told.lines().last().unwrap_or_default();
    let error = serde_json::from_str::<Value>(last).unwrap_or_else(|error| panic!("{error}: {told}"))["error"].clone();
    let place = json!({"read": 2250, "line": 2401, "enqueued": 1500, "duplicates": 0, "rejected": 750});
    assert_eq!(error["file"], place, "{error}");
    assert_eq!(error["kind"], json!("tempfail"), "{error}");
    let other = world.smsctl(["-o", "json", "enqueue", "--to", "+85291234567", "x"]).run().code(75).stdout("");
    assert_eq!(other.stderr_json()["error"].get("file"), None, "no other failure has a place in a file");
}

/// What cannot be written of the rejects is not said to be there, and the exit code is the same whatever is in the queue by then.
#[test]
fn rejects_that_cannot_be_written_to_their_end_are_told_and_nothing_else() {
    for (good, key, again) in [
        (0, "", None),
        (2500, "", Some("the same command would add them again: give the rest as a file of its own")),
        (2500, "k", Some("then run the same command again for the others: what is in the queue is not added twice")),
    ] {
        let world = World::new().settings(SETTINGS);
        let rows: String = (0..good).map(|row| format!("+85291234567,hello {row},{key}{row}\n")).collect();
        let column = if key.is_empty() { "number" } else { "key" };
        world.write("f.csv", format!("to,text,{column}\n{rows}bogus,x,\n"));
        let load = world.smsctl(["enqueue", "--file", "f.csv", "--rejects", "/dev/full"]);
        let ran =
            load.run().code(73).stdout("").stderr_has("cannot write `/dev/full`").never_says("has every refused row");
        let said = ran.stderr_text();
        assert!(said.contains("no space left") && said.contains("it lacks refused rows"), "{said}");
        assert!(again.is_none_or(|again| said.contains(again)), "{said}");
        assert_eq!(said.contains("half way"), again.is_some(), "{said}");
    }
}

/// The same command would stop at the same row.
#[test]
fn a_row_that_is_too_long_is_to_be_taken_out_before_the_file_is_given_again() {
    let good: String = (0..2000).map(|row| format!("+85291234567,hello {row},k{row}\n")).collect();
    let object = |row: usize| format!("{{\"to\": \"+85291234567\", \"text\": \"hello\", \"key\": \"k{row}\"}}\n");
    let objects: String = (0..2000).map(object).collect();
    let csv = format!("to,text,key\n{good}+85291234567,\"hello,k\n{}", "+85291234567,hello,\n".repeat(100_000));
    let jsonl = format!("{objects}{}\n{}", "x".repeat(65 << 20), object(2000));
    for (name, file, wanted) in [
        ("f.csv", csv, "the row at line 2002 is longer than 1048576 bytes"),
        ("f.jsonl", jsonl, "line 2001 of the file is longer than 64 MiB"),
    ] {
        let world = World::new().settings(SETTINGS);
        world.write(name, file);
        let ran = world.smsctl(["enqueue", "--file", name]).run().code(65).stdout("").stderr_has(wanted);
        let said = ran.stderr_has("rows up to 2,000").stderr_text();
        let hint = said.lines().find(|line| line.starts_with("hint: take that")).unwrap_or_else(|| panic!("{said}"));
        assert!(
            hint.ends_with("; then run the same command again for the others: what is in the queue is not added twice")
        );
    }
}

#[test]
fn a_file_of_rows_with_keys_of_their_own_may_be_run_again() {
    let world = bounded(1500);
    let rows: String = (0..4000).map(|row| format!("+85291234567,hello {row},k{row}\n")).collect();
    world.write("f.csv", format!("to,text,key\n{rows}"));
    let load = || world.smsctl(["enqueue", "--file", "f.csv"]);
    load()
        .run()
        .code(75)
        .stdout("")
        .stderr_has("rows up to 1,500 (line 1,501) are done: 1,500 messages queued")
        .stderr_has("run the same command again for the others: what is in the queue is not added twice");
    load().env("SMSCTL_QUEUE_MAX_SIZE", "0").run().success().any_stdout();
    assert_eq!(queued(&world).values().copied().collect::<Vec<u64>>(), vec![1; 4000]);
}

#[test]
fn one_row_without_a_key_among_them_is_enough_for_a_warning() {
    let world = bounded(1500);
    let key = |row: usize| if row == 7 { String::new() } else { format!("k{row}") };
    let rows: String = (0..4000).map(|row| format!("+85291234567,hello {row},{}\n", key(row))).collect();
    world.write("f.csv", format!("to,text,key\n{rows}"));
    let load = world.smsctl(["enqueue", "--file", "f.csv"]);
    load.run().code(1).stdout("").stderr_has("the same command would add them again");
}
