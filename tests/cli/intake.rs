//! `enqueue --file`: what a file says that nobody may have meant is told.

use serde_json::json;

use crate::desk::SETTINGS;
use crate::harness::{Call, World};

fn world() -> World {
    World::new().settings(SETTINGS)
}

/// Nothing is written: what is told is the matter.
fn dry(world: &World, file: &str, content: &str) -> Call {
    world.write(file, content);
    world.smsctl(["enqueue", "--dry-run", "--file", file])
}

#[test]
fn a_column_that_is_nearly_a_known_one_is_told_once() {
    let world = world();
    dry(&world, "f.csv", "to,text,expire_in,name\n+85291234567,a,5m,x\n+85291234567,b,5m,y\n")
        .run()
        .success()
        .any_stdout()
        .stderr(
            "
        warning: the column `expire_in` means nothing, and no text uses it: did you mean `expires_in`?
        hint: `--map expires_in=expire_in` takes it for that
        ",
        );
    let rows = "{\"to\": \"+85291234567\", \"text\": \"a\", \"prioritty\": 9, \"name\": \"x\"}\n".repeat(3000);
    dry(&world, "f.jsonl", &rows).run().success().any_stdout().stderr(
        "
        warning: the key `prioritty` means nothing, and no text uses it: did you mean `priority`?
        hint: `--map priority=prioritty` takes it for that
        ",
    );
    let both = dry(&world, "f.csv", "to,expire_in,sneder\n+85291234567,5m,Shop\n").args(["--text", "x", "--json"]);
    let told = both.run().success().any_stdout().stderr_text();
    let warnings = told.lines().filter(|line| line.contains("\"event\": \"warning\"")).count();
    assert_eq!(warnings, 2, "{told}");
}

/// What was meant for later must not go out now without a word.
#[test]
fn a_column_that_is_called_like_an_option_is_told() {
    let world = world();
    let csv = |name: &str| dry(&world, "f.csv", &format!("to,text,{name}\n+85291234567,later,2\n"));
    let jsonl = |name: &str| {
        let row = format!("{{\"to\": \"+85291234567\", \"text\": \"later\", \"{name}\": 2}}\n");
        dry(&world, "f.jsonl", &row.repeat(3))
    };
    let told = |name: &str, meant: &str, hint: &str| {
        let words = |what: &str| {
            let warning = format!("the {what} `{name}` means nothing, and no text uses it: did you mean `{meant}`?");
            format!("warning: {warning}\nhint: {hint}\n")
        };
        csv(name).run().success().any_stdout().stderr(&words("column"));
        jsonl(name).run().success().any_stdout().stderr(&words("key"));
    };
    for name in
        ["scheduled_at", "send_at", "when", "due", "schedule", "not_before", "available_at", "Send-At", "notBefore"]
    {
        told(name, "at", &format!("`--map at={name}` takes it for that"));
    }
    for name in ["in", "delay"] {
        told(name, "at", "`at` takes a time; a duration is given for the whole file, with `--in`");
    }
    for (name, option) in [
        ("max_retries", "--max-retries"),
        ("max_segments", "--max-segments"),
        ("region", "--region"),
        ("batch", "--batch"),
        ("maxRetries", "--max-retries"),
    ] {
        told(name, option, &format!("`{option}` holds for the whole file"));
    }
    csv("region").args(["--region", "HK"]).run().success().any_stdout().stderr("");
    csv("batch").args(["--batch", "b"]).run().success().any_stdout().stderr("");
    csv("when").args(["--map", "key=when"]).run().success().any_stdout().stderr("");
    dry(&world, "f.csv", "to,text,at,due\n+85291234567,x,tomorrow,2\n").run().success().any_stdout().stderr("");
    dry(&world, "f.csv", "to,due\n+85291234567,2\n")
        .args(["--text", "{{ due }} dollars are due"])
        .run()
        .success()
        .any_stdout()
        .stderr("");
}

#[test]
fn a_column_that_is_used_or_stands_beside_the_known_one_is_meant_as_it_is() {
    let world = world();
    for (file, content, more) in [
        ("f.csv", "to,expire_in\n+85291234567,5m\n", &["--text", "ends in {{ expire_in }}"][..]),
        ("f.csv", "to,text,expire_in\n+85291234567,x,5m\n", &["--map", "expires_in=expire_in"]),
        ("f.csv", "to,text,expires_in,expire_in\n+85291234567,x,5m,5m\n", &[]),
        ("f.csv", "to,text,name,gender,land,date\n+85291234567,x,,,,\n", &[]),
        ("f.jsonl", "{\"to\": \"+85291234567\", \"prio\": \"1\"}\n", &["--text", "{% if prio %}x{% endif %}"]),
    ] {
        dry(&world, file, content).args(more).run().success().any_stdout().stderr("");
    }
}

/// A message that was due long ago is due now, and lives from now.
#[test]
fn what_was_due_long_ago_expires_counted_from_now() {
    let world = world();
    world
        .smsctl(["enqueue", "--to", "+85291234567", "x", "--at", "2020-01-01", "--expires-in", "1h"])
        .run()
        .success()
        .any_stdout()
        .stderr_has("warning: the time of `--at` has passed: the tasks are due now");
    let call = ["enqueue", "--task", "t", "--lane", "command:r", "--at", "2020-01-01", "--expires-in", "1h"];
    world.smsctl(call).run().success().any_stdout().any_stderr();
    world.write("f.csv", "to,text,at,expires_in\n+85291234567,y,2020-01-01,1h\n");
    let file = ["enqueue", "--file", "f.csv"];
    world.smsctl(file).run().success().any_stdout().any_stderr();
    world.write("f.csv", "to,text\n+85291234567,z\n");
    world.smsctl(file).args(["--at", "2020-01-01", "--expires-in", "1h"]).run().success().any_stdout().any_stderr();
    let database = rusqlite::Connection::open(world.path("sms.db")).expect("opens");
    let mut lives = database
        .prepare(
            "SELECT CAST(round((julianday(expires_at) - julianday(created_at)) * 86400) AS INTEGER) FROM queued_tasks",
        )
        .expect("prepares");
    let lives: Vec<i64> =
        lives.query_map([], |row| row.get(0)).expect("reads").map(|life| life.expect("a span")).collect();
    assert_eq!(lives, [3600; 4], "seconds from their making to their expiry");
}

#[test]
fn rows_whose_time_has_passed_are_told_together() {
    let world = world();
    let rows = |count: usize| {
        "to,text,at\n+85291234567,x,tomorrow\n".to_owned() + &"+85291234567,x,2020-01-01\n".repeat(count)
    };
    for (count, told) in [
        (0, ""),
        (1, "warning: the time of `at` has passed in 1 row: its task is due now\n"),
        (2500, "warning: the time of `at` has passed in 2,500 rows: their tasks are due now\n"),
    ] {
        dry(&world, "f.csv", &rows(count)).run().success().any_stdout().stderr(told);
    }
    let all = dry(&world, "f.csv", "to,text\n+85291234567,x\n+85291234567,y\n").args(["--at", "2020-01-01"]);
    all.run().success().any_stdout().stderr("warning: the time of `--at` has passed: the tasks are due now\n");
    let again = |told: &str| {
        let call = world.smsctl(["enqueue", "--file", "f.csv", "--batch", "b"]);
        call.run().success().any_stdout().stderr_text().lines().filter(|line| line.contains(told)).count()
    };
    world.write("f.csv", rows(3));
    assert_eq!(again("has passed in 1 row:"), 1, "the rows say the same, so that the batch has one of them");
    assert_eq!(again("has passed"), 0, "what is in the queue already is not due anew");
}

#[test]
fn a_quote_that_is_never_closed_is_told_where_it_stands() {
    let world = world();
    let rows = |count: usize| "+85291234567,hello\n".repeat(count);
    let file = "to,text\n".to_owned() + &rows(10) + "+85291234567,\"hello\n" + &rows(100_000);
    dry(&world, "f.csv", &file).run().code(65).stdout("").stderr(
        "
        error: the row at line 12 is longer than 1048576 bytes
        hint: take that row out, or close its quote: one that is never closed makes rows run together
        ",
    );
}

#[test]
fn a_key_that_stands_twice_is_no_message() {
    let world = world();
    let rows = "{\"to\": \"+85291234567\", \"to\": \"+85291234568\", \"text\": \"secret\"}\n\
                {\"to\": \"+85291234567\", \"text\": \"a\", \"order\": {\"id\": 1, \"id\": \"secret\"}}\n\
                {\"to\": \"+85291234567\", \"text\": \"b\", \"order\": {\"id\": 1}, \"id\": 1}\n";
    let ran = dry(&world, "f.jsonl", rows).arg("--json").run().code(1).never_says("secret").never_says("9123");
    let ran = ran.stderr_has("line 1: the key `to` stands twice").stderr_has("line 2: the key `id` stands twice");
    let shape = ran.stdout_json();
    assert_eq!((&shape["enqueued"], &shape["rejected"]), (&json!(1), &json!(2)), "{shape}");
    for (flag, value) in [("--kwargs", "{\"a\": \"secret\", \"a\": 2}"), ("--args", "[{\"a\": \"secret\", \"a\": 2}]")]
    {
        let call = world.smsctl(["enqueue", "--dry-run", "--task", "t", "--lane", "command:r", flag, value]);
        let refused = call.run().code(2).stdout("").never_says("secret");
        refused.stderr_has(&format!("`{flag}`: the key `a` stands twice"));
    }
}
