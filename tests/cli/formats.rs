//! What holds of every command's output: one shape in every format, empty lists, closed pipes, colour, and a database that is
//! not there.

use serde_json::{Map, Value};

use crate::desk::{Desk, SETTINGS, completed, new_task, rejected, unknown};
use crate::harness::World;

/// Commands that print one thing.
const ONE: &[&[&str]] = &[
    &["stats"],
    &["show", "2"],
    &["segments", "hello"],
    &["dead-letter", "stats"],
    &["dead-letter", "show", "1"],
    &["enqueue", "--to", "+85291234567", "hello", "--dry-run"],
    &["enqueue", "--file", "f.csv", "--dry-run"],
    &["enqueue", "--task", "x", "--lane", "command:x", "--dry-run"],
    &["work", "--drain", "--lane", "idle"],
    &["cancel", "--all", "--dry-run"],
    &["hold", "--all", "--dry-run"],
    &["release", "--all", "--dry-run"],
    &["retry-failed", "--dry-run"],
    &["dead-letter", "retry", "--all", "--dry-run"],
    &["dead-letter", "abandon", "--all", "--dry-run"],
    &["db", "status"],
    &["db", "migrate"],
    &["gateway", "show", "default"],
];

/// Commands that print a list, and the field whose values `plain` prints.
const LISTS: &[(&[&str], &str)] = &[
    (&["list"], "id"),
    (&["dead-letter", "list"], "id"),
    (&["workers"], "id"),
    (&["gateway", "list"], "name"),
    (&["config", "show"], "key"),
    (&["config", "check"], "message"),
    (&["stats", "--by", "lane"], "lane"),
    (&["stats", "--by", "batch"], "batch"),
    (&["stats", "--by", "hour"], "hour"),
    (&["enqueue", "--to", "+85291234567", "--to", "+85291234568", "hello", "--dry-run"], "id"),
];

fn world() -> World {
    let idle = "[gateways.idle]\nbase_url = \"http://127.0.0.1:9/\"\napplication_id = \"A\"\nsender = \"1\"\n";
    let world = World::new().settings(&format!("{SETTINGS}{idle}")).env("SMSCTL_WORK_WORKRES", "1");
    let desk = Desk::new(&world);
    desk.settled(completed());
    desk.settled(unknown());
    desk.settled(rejected());
    desk.in_batch("spring");
    desk.closed();
    world.write("f.csv", "to,text\n+85291234567,hello\n");
    world
}

/// The names that CSV gives to the fields: objects are flattened.
fn names(fields: &Map<String, Value>) -> Vec<String> {
    let nested = |(name, value): (&String, &Value)| match value {
        Value::Object(inner) => names(inner).into_iter().map(|inner| format!("{name}.{inner}")).collect(),
        _ => vec![name.clone()],
    };
    fields.iter().flat_map(nested).collect()
}

#[track_caller]
fn text(world: &World, command: &[&str], format: &str) -> String {
    let ran = world.smsctl(command).args(["-q", "-o", format]).run().success().any_stderr();
    String::from_utf8(ran.any_stdout().stdout_bytes().to_vec()).expect("stdout is UTF-8")
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn one_thing_has_one_shape_in_every_format() {
    let world = world();
    for command in ONE {
        let json = text(&world, command, "json");
        assert_eq!(json.lines().count(), 1, "{command:?}: one document on one line: {json}");
        let shape = parsed(&json);
        let fields = shape.as_object().unwrap_or_else(|| panic!("{command:?}: no object: {json}"));
        let line = parsed(&text(&world, command, "jsonl"));
        let line_fields: Vec<&String> = line.as_object().into_iter().flatten().map(|(name, _)| name).collect();
        assert_eq!(line_fields, fields.keys().collect::<Vec<_>>(), "{command:?}");
        let csv = text(&world, command, "csv");
        let header = csv.lines().next().unwrap_or_default();
        assert_eq!(header, names(fields).join(","), "{command:?}: the header of\n{csv}");
        assert!(!text(&world, command, "table").contains("\u{1b}["), "{command:?}: colour in a pipe");
        let plain = text(&world, command, "plain");
        assert!(plain.lines().count() <= 1, "{command:?}: {plain}");
    }
}

#[test]
fn a_list_has_one_shape_in_every_format() {
    let world = world();
    for (command, key) in LISTS {
        let rows = parsed(&text(&world, command, "json"));
        let rows = rows.as_array().unwrap_or_else(|| panic!("{command:?}: no array: {rows}"));
        assert!(!rows.is_empty(), "{command:?} lists nothing");
        let lines: Vec<Value> = text(&world, command, "jsonl").lines().map(parsed).collect();
        assert_eq!(lines.len(), rows.len(), "{command:?}");
        let csv = text(&world, command, "csv");
        let fields = rows[0].as_object().unwrap_or_else(|| panic!("{command:?}: no object: {rows:?}"));
        assert_eq!(csv.lines().next().unwrap_or_default(), names(fields).join(","), "{command:?}");
        for (row, line) in rows.iter().zip(&lines) {
            let names_of = |row: &Value| row.as_object().map(names);
            assert_eq!(names_of(row), names_of(&rows[0]), "{command:?}: every row has every field");
            assert_eq!(names_of(line), names_of(row), "{command:?}");
        }
        let word = |row: &Value| match &row[*key] {
            Value::String(word) => word.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let expected: Vec<String> = rows.iter().map(word).collect();
        let plain = text(&world, command, "plain");
        assert_eq!(plain.lines().map(str::to_owned).collect::<Vec<_>>(), expected, "{command:?}");
    }
}

#[test]
fn an_empty_list_is_a_list() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    let lists = LISTS
        .iter()
        .map(|(command, _)| *command)
        .filter(|command| !command.starts_with(&["config"]) && !command.starts_with(&["enqueue"]));
    for command in lists.chain([&["db", "check"][..]]) {
        assert_eq!(text(&world, command, "json"), "[]\n", "{command:?}");
        for format in ["jsonl", "plain", "table"] {
            assert_eq!(text(&world, command, format), "", "{command:?} -o {format}");
        }
        let csv = text(&world, command, "csv");
        assert!(csv.lines().count() == 1 && csv.contains(','), "{command:?}: the header alone, and not\n{csv}");
    }
}

#[test]
fn a_database_that_is_not_there_is_made_by_nobody_else() {
    let world = World::new().settings(SETTINGS);
    for command in [
        &["stats"][..],
        &["stats", "--by", "lane"],
        &["stats", "--watch", "1", "--count", "1"],
        &["retry-failed"],
        &["list"],
        &["show", "1"],
        &["cancel", "1"],
        &["cancel", "--all", "--yes"],
        &["hold", "1"],
        &["release", "1"],
        &["dead-letter", "list"],
        &["dead-letter", "show", "1"],
        &["dead-letter", "retry", "1"],
        &["dead-letter", "abandon", "1"],
        &["dead-letter", "stats"],
        &["workers"],
        &["db", "status"],
        &["db", "check"],
        &["db", "check", "--repair"],
        &["db", "migrate", "--dry-run"],
    ] {
        world
            .smsctl(command)
            .run()
            .code(69)
            .stdout("")
            .stderr_has("there is no database at `sms.db`")
            .stderr_has("hint: ");
        assert!(!world.path("sms.db").exists(), "{command:?} made a database");
    }
    let elsewhere = ["--database", "sqlite:///no/such/folder/sms.db"];
    let missing = world.smsctl(elsewhere).arg("stats").run().code(69).stdout("");
    missing.stderr_has("there is no database at `no/such/folder/sms.db`");
    for command in [&["enqueue", "--to", "+85291234567", "x"][..], &["work", "--drain"], &["db", "migrate"]] {
        let refused = world.smsctl(elsewhere).args(command).run().code(73).stdout("");
        refused.stderr_has("the directory `no/such/folder` does not exist");
        let world = World::new().settings(SETTINGS);
        world.smsctl(command).run().success().any_stdout().stderr_has("created the database");
        assert!(world.path("sms.db").exists(), "{command:?}");
    }
}

#[test]
fn a_reader_that_had_enough_ends_every_long_output_quietly() {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    desk.tasks(&vec![new_task(); 3_000]);
    desk.closed();
    let letters = "INSERT INTO dead_letter_messages (recipient, content, status)
        WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT '+1', 'x', 'pending' FROM n";
    world.program("sqlite3", ["sms.db", letters]).run().success().stderr("");
    let formats = ["table", "json", "jsonl", "csv", "plain"];
    let long = |command: &str| formats.map(|format| format!("{command} -o {format} --limit 3000")).to_vec();
    let others = ["completions bash", "config init --stdout", "config show", "--help", "enqueue --help", "stats"];
    let others = others.iter().map(|command| (*command).to_owned());
    for command in long("list").into_iter().chain(long("dead-letter list")).chain(others) {
        let line = format!("smsctl {command} | head -c 1 > /dev/null; echo ${{PIPESTATUS[0]}}");
        world.program("bash", ["-c", &line]).run().success().stdout("0\n").stderr("");
    }
}

#[test]
fn colour_is_for_terminals_that_take_it() {
    let world = world();
    let red = "\u{1b}[";
    let coloured = |terminal: bool, flags: &[&str], variable: Option<(&str, &str)>| {
        let mut call = world.smsctl(["list"]).args(flags);
        if let Some((name, value)) = variable {
            call = call.env(name, value);
        }
        let ran = if terminal { call.terminal(120) } else { call.run() };
        ran.success().any_stderr().stdout_text().contains(red)
    };
    assert!(coloured(true, &[], None), "a terminal has colour");
    assert!(!coloured(false, &[], None), "a pipe has none");
    assert!(!coloured(true, &[], Some(("NO_COLOR", "1"))));
    assert!(!coloured(true, &["--color", "never"], None));
    assert!(coloured(true, &["--color", "always"], Some(("NO_COLOR", "1"))), "a flag goes before a variable");
    assert!(coloured(false, &["--color", "always"], None));
}
