//! `smsctl enqueue`: what is acknowledged is in the queue, byte for byte; what is refused is told, and leaves nothing behind.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::desk::SETTINGS;
use crate::harness::{Call, World};

fn world() -> World {
    World::new().settings(SETTINGS)
}

fn enqueue(world: &World, arguments: &[&str]) -> Call {
    world.smsctl(["enqueue"]).args(arguments)
}

/// Rows of one column of `queued_tasks`, by id.
fn column(world: &World, name: &str) -> Vec<Value> {
    let queue = Connection::open(world.path("sms.db")).expect("the queue opens");
    let mut statement = queue.prepare(&format!("SELECT {name} FROM queued_tasks ORDER BY id")).expect("a column");
    let value = |row: &rusqlite::Row<'_>| {
        Ok(match row.get(0)? {
            rusqlite::types::Value::Null => Value::Null,
            rusqlite::types::Value::Integer(number) => json!(number),
            rusqlite::types::Value::Text(text) => json!(text),
            other => panic!("unexpected {other:?}"),
        })
    };
    statement.query_map([], value).expect("rows").map(|row| row.expect("a row")).collect()
}

#[track_caller]
fn nothing_is_there(world: &World) {
    assert!(!world.path("sms.db").exists(), "a refused command made a database");
}

#[test]
fn one_message_for_people_and_for_scripts() {
    let world = world();
    enqueue(&world, &["--to", "+852 9123 4567", "Your code is 123456"])
        .run()
        .success()
        .stdout("queued 1 message to +85291234567 (id 1, 1 segment)\n")
        .stderr_has("created the database");
    enqueue(&world, &["--to", "91234567", "--region", "HK", "hi", "--json"]).run().success().stderr("").stdout(
        r#"
        {"id": 2, "status": "pending", "recipient": "+85291234567", "encoding": "gsm7", "segments": 1, "duplicate": false}
        "#,
    );
    enqueue(&world, &["--to", "+85291234567", "hi", "-o", "plain"]).run().success().stderr("").stdout("3\n");
    enqueue(&world, &["--to", "+85291234567", "--in", "2h", "hi"])
        .run()
        .success()
        .stderr("")
        .stdout("scheduled 1 message to +85291234567 (id 4, 1 segment)\n");
}

#[test]
fn text_of_other_people_goes_through_byte_for_byte() {
    let world = world();
    let texts = [
        "'; DROP TABLE queued_tasks; -- \"quoted\" `x` \\n %s $HOME",
        "line one\nline two\r\n\ttab",
        "e\u{301} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{202e}\u{645}\u{631}\u{62d}\u{628}\u{627}",
        "Hello {{ name }} {% if x %}",
        "  spaces  ",
        "-starts with a dash",
    ];
    for text in texts {
        enqueue(&world, &["--to", "+85291234567", "--text", text]).run().success().any_stdout().any_stderr();
    }
    enqueue(&world, &["--to", "+85291234567", "-"]).stdin("from stdin\n\n").run().success().any_stdout().any_stderr();
    let expected: Vec<Value> = texts.iter().copied().chain(["from stdin\n"]).map(Value::from).collect();
    assert_eq!(column(&world, "content"), expected);
}

#[test]
fn several_recipients_are_one_transaction() {
    let world = world();
    let ran = enqueue(&world, &["--to", "+85291234567", "--to", "+85291234568", "hi", "--json"]).run().success();
    let ids: Vec<Value> =
        ran.any_stderr().stdout_json().as_array().expect("a list").iter().map(|m| m["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!(2)]);
    enqueue(&world, &["--to", "+85291234567", "--to", "abc", "hi"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has("(`--to` number 2)");
    enqueue(&world, &["--to", "+85291234567", "--to", "0085291234567", "hi"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has("a recipient is named twice");
    assert_eq!(column(&world, "id").len(), 2);
}

#[test]
fn a_key_enqueues_once() {
    let world = world();
    enqueue(&world, &["--to", "+85291234567", "--key", "order-7", "one"]).run().success().any_stdout().any_stderr();
    let again =
        enqueue(&world, &["--to", "+85291234568", "--key", "order-7", "two", "--json"]).run().success().stderr("");
    let expected = json!({"id": 1, "status": "pending", "recipient": "+85291234567", "encoding": "gsm7", "segments": 1, "duplicate": true});
    assert_eq!(again.stdout_json(), expected);
    enqueue(&world, &["--to", "+85291234567", "--to", "+85291234568", "--key", "k", "x"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has("one `--key` cannot stand for several messages");
    assert_eq!(column(&world, "content"), [json!("one")]);
}

#[test]
fn what_a_message_may_not_be() {
    let world = world();
    let long = "a".repeat(1531);
    for (arguments, words) in [
        (&["--to", "", "x"][..], "there is no recipient"),
        (&["--to", "abc", "x"], "this is not a phone number"),
        (&["--to", "+852912345678901", "x"], "the number is too long"),
        (&["--to", "+99991234567", "x"], "no country has the calling code"),
        (&["--to", "91234567", "x"], "`--region HK`"),
        (&["--to", "12345", "x"], "short codes"),
        (&["--to", "91234567", "--region", "ZZ", "x"], "`ZZ` is not a region"),
        (&["--to", "+85291234567"], "there is no text"),
        (&["--to", "+85291234567", ""], "there is no text"),
        (&["--to", "+85291234567", " \n"], "the text is blank"),
        (&["--to", "+85291234567", &long], "needs 11 segments, and at most 10"),
        (&["--to", "+85291234567", "x", "--priority", "10"], "0 to 9"),
        (&["--to", "+85291234567", "x", "--priority", "urgent"], "0 to 9"),
        (&["--to", "+85291234567", "x", "--at", "soon"], "`--at soon`: this is not a time"),
        (&["--to", "+85291234567", "x", "--at", "2h"], "`--in` takes a duration"),
        (&["--to", "+85291234567", "x", "--in", "0s"], "more than zero"),
        (&["--to", "+85291234567", "x", "--in", "11y"], "no fixed length"),
        (&["--to", "+85291234567", "x", "--in", "9999d"], "ten years"),
        (&["--to", "+85291234567", "x", "--expires-in", "later"], "not a duration"),
        (&["--to", "+85291234567", "x", "--max-retries", "0"], "it must be a whole number from 1 to 1000"),
        (&["--to", "+85291234567", "x", "--lane", "smtp:x"], "a lane is"),
        (&["--to", "+85291234567", "x", "--sender", "much too long"], "the sender is too long"),
        (&["--to", "+85291234567", "x", "--key", "row:1"], "smsctl's own"),
        (&["--to", "+85291234567", "x", "--batch", ""], "the name of a batch"),
        (&["--to", "+85291234567", "x", "--file", "f.csv"], "cannot be used together with"),
        (&["--task", "report", "--args", "[1"], "command"),
        (&["--task", "report", "--lane", "command:r", "--args", "[1"], "`--args` is not JSON"),
        (&["--task", "report", "--lane", "command:r", "--kwargs", "[1]"], "it must be an object"),
        (&["--task", "report", "--lane", "gateway:default"], "`--lane command:NAME`"),
        (&["--to", "+85291234567", "x", "--args", "[]"], "cannot be used together with `--args <JSON>`"),
        (&["--to", "+85291234567", "x", "--kwargs", "{}"], "cannot be used together with `--kwargs <JSON>`"),
        (&["--to", "+85291234567", "x", "--atomic"], "cannot be used together with `--atomic`"),
        (&["--to", "+85291234567", "x", "--rejects", "r"], "cannot be used together with `--rejects <FILE>`"),
        (&["--to", "+85291234567", "x", "--map", "to=a"], "cannot be used together with `--map <FIELD=COLUMN>`"),
        (&["--to", "+85291234567", "x", "--format", "csv"], "cannot be used together with `--format <FORMAT>`"),
        (&["--to", "+85291234567", "x", "--at", ""], "`--at <TIME>` needs a value"),
        (&["--to", "+85291234567", "x", "--at", "9999-12-31"], "more than ten years away"),
        (&["--to", "+85291234567", "x", "--priority", "-1"], "`-1` is below zero, and no value here is"),
        (&["--to", "+85291234567", "-x"], "a text that begins with `-` goes behind `--`"),
        (&[], "one of `--to <NUMBER>`, `--file <FILE>`, `--task <NAME>` is missing"),
    ] {
        enqueue(&world, arguments).run().code(2).stdout("").stderr_has(words);
        nothing_is_there(&world);
    }
    enqueue(&world, &["--to", "+85291234567", &long, "--max-segments", "11"]).run().success().any_stdout().any_stderr();
}

#[test]
fn what_the_flags_say_about_a_message_is_kept() {
    let world = World::new().settings(&format!("{SETTINGS}\n{}", SETTINGS.replace("default", "backup")));
    let flags = ["--sender", "Shop", "--lane", "backup", "--batch", "spring", "--key", "k-1", "--max-retries", "7"];
    enqueue(&world, &["--to", "+85291234567", "x"]).args(flags).run().success().any_stdout().any_stderr();
    enqueue(&world, &["--to", "+85291234567", "x"]).run().success().any_stdout().stderr("");
    let all = world.smsctl(["list", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    let shown = |at: usize, names: &[&str]| names.iter().map(|name| all[at][*name].clone()).collect::<Vec<_>>();
    let names = ["sender", "lane", "task_func", "dedupe_key", "max_retries", "retry_count", "status"];
    let given = [
        json!("Shop"),
        json!("gateway:backup"),
        json!("gateway:backup"),
        json!("k-1"),
        json!(7),
        json!(0),
        json!("pending"),
    ];
    assert_eq!(shown(0, &names), given);
    let defaults = [
        Value::Null,
        json!("gateway:default"),
        json!("gateway:default"),
        Value::Null,
        json!(3),
        json!(0),
        json!("pending"),
    ];
    assert_eq!(shown(1, &names), defaults);
    let batch = world.smsctl(["list", "--batch", "spring", "-o", "plain"]).run().success().stderr("");
    assert_eq!(batch.stdout_text(), "1\n");
}

#[test]
fn priorities_are_numbers_or_words() {
    let world = world();
    for word in ["0", "9", "low", "normal", "high"] {
        enqueue(&world, &["--to", "+85291234567", "x", "--priority", word]).run().success().any_stdout().any_stderr();
    }
    enqueue(&world, &["--to", "+85291234567", "x"]).run().success().any_stdout().any_stderr();
    let priorities = column(&world, "priority");
    let number = |at: usize| priorities[at].as_i64().expect("a number");
    assert_eq!((number(0), number(1), number(3), number(5)), (0, 9, 5, 5));
    assert!(number(2) < number(3) && number(3) < number(4), "{priorities:?}");
}

#[test]
fn times_are_points_or_spans() {
    let world = world();
    let clock = Connection::open_in_memory().expect("a database");
    let year: i64 =
        clock.query_row("SELECT strftime('%Y', 'now') + 1", [], |row| row.get(0)).expect("next year by the clock");
    for (at, stored) in [
        (format!("{year}-03-01T18:00:00+08:00"), format!("{year}-03-01 10:00:00.000000")),
        (format!("{year}-03-01T18:00:00Z"), format!("{year}-03-01 18:00:00.000000")),
        (format!("{year}-03-01 18:00"), format!("{year}-03-01 18:00:00.000000")),
        (format!("{year}-03-01"), format!("{year}-03-01 00:00:00.000000")),
    ] {
        let ran = enqueue(&world, &["--to", "+85291234567", "x", "--at", &at, "--json"]).run().success().any_stderr();
        assert_eq!(ran.stdout_json()["status"], "scheduled", "{at}");
        assert_eq!(column(&world, "available_at").last(), Some(&json!(stored)), "{at}");
    }
    let local = enqueue(&world, &["--to", "+85291234567", "x", "--at", &format!("{year}-03-01 18:00")]);
    local.env("TZ", "Asia/Hong_Kong").run().success().any_stdout().any_stderr();
    let in_hong_kong = format!("{year}-03-01 10:00:00.000000");
    assert_eq!(column(&world, "available_at").last(), Some(&json!(in_hong_kong)), "a time without a zone is local");
    let tomorrow = enqueue(&world, &["--to", "+85291234567", "x", "--at", "tomorrow", "--json"]).run().success();
    assert_eq!(tomorrow.any_stderr().stdout_json()["status"], "scheduled");
    enqueue(&world, &["--to", "+85291234567", "x", "--in", "90s"]).run().success().any_stdout().any_stderr();
    let spans = ["--in", "1h", "--expires-in", "30m"];
    enqueue(&world, &["--to", "+85291234567", "x"]).args(spans).run().success().any_stdout().any_stderr();
    enqueue(&world, &["--to", "+85291234567", "x", "--expires-in", "2h30m"]).run().success().any_stdout().any_stderr();
    let seconds = |from: &str, to: &str| {
        let span = format!("CAST(round((julianday({to}) - julianday({from})) * 86400) AS INTEGER)");
        column(&world, &span)
    };
    let [waits, lives, from_creation] = [
        seconds("created_at", "available_at"),
        seconds("available_at", "expires_at"),
        seconds("created_at", "expires_at"),
    ];
    assert_eq!(
        (&waits[6], &waits[7], &lives[7]),
        (&json!(90), &json!(3600), &json!(1800)),
        "expiry counts from the due time"
    );
    assert_eq!(from_creation[8], json!(9000));
}

#[test]
fn a_time_that_has_passed_is_now_and_is_told() {
    let world = world();
    let told = "\"event\": \"warning\", \"message\": \"the time of `--at` has passed: the tasks are due now\"}";
    let ran = enqueue(&world, &["--to", "+85291234567", "x", "--at", "2020-01-01", "--json"]).run().success();
    assert_eq!(ran.stderr_has(told).stdout_json()["status"], "pending");
    let ran = enqueue(&world, &["--to", "+85291234567", "x", "--at", "now", "--json"]).run().success().stderr("");
    assert_eq!(ran.stdout_json()["status"], "pending");
}

#[test]
fn the_region_of_the_settings() {
    let world = World::new().settings(&format!("[message]\nregion = \"HK\"\n{SETTINGS}"));
    enqueue(&world, &["--to", "9123 4567", "x"])
        .run()
        .success()
        .stdout("queued 1 message to +85291234567 (id 1, 1 segment)\n")
        .any_stderr();
    let wrong = enqueue(&world, &["--to", "9123 4567", "x"]).env("SMSCTL_MESSAGE_REGION", "ZZ");
    wrong.run().code(78).stdout("").stderr_has("`message.region`");
}

#[test]
fn stdin_that_is_no_message() {
    let world = world();
    for (stdin, words) in [
        (&b""[..], "there is no text"),
        (b"a\0b", "NUL"),
        (b"ab\xff", "not UTF-8"),
        (&vec![b'a'; 3_000_000], "longer than 1048576 bytes"),
        (&vec![b'a'; 2000], "at most 10"),
    ] {
        enqueue(&world, &["--to", "+85291234567", "-"]).stdin(stdin).run().code(65).stdout("").stderr_has(words);
        nothing_is_there(&world);
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let world = world();
    enqueue(&world, &["--to", "+85291234567", "hi", "--dry-run"])
        .run()
        .success()
        .stderr("")
        .stdout("would queue 1 message to +85291234567 (1 segment, pending)\n");
    let file = world.write("f.csv", "to,text\n+85291234567,a\nabc,b\n");
    let ran = enqueue(&world, &["--dry-run", "--json", "--file"]).arg(file).run().code(1);
    assert_eq!(ran.any_stderr().stdout_json()["enqueued"], json!(1));
    nothing_is_there(&world);
}

#[test]
fn a_generic_task_for_a_command() {
    let world = World::new();
    let arguments =
        ["--task", "report", "--lane", "command:r", "--args", "[7, \"x\"]", "--kwargs", "{\"a\": 1}", "--json"];
    let ran = enqueue(&world, &arguments).run().success().stderr_has("no lane `command:r`");
    let expected = json!({"id": 1, "status": "pending", "task": "report", "lane": "command:r", "duplicate": false});
    assert_eq!(ran.stdout_json(), expected);
    assert_eq!(column(&world, "task_name"), [json!("report")]);
    assert_eq!(column(&world, "args"), [json!("[7, \"x\"]")]);
    assert_eq!(column(&world, "kwargs"), [json!("{\"a\": 1}")]);
}

#[test]
fn a_file_with_rows_that_are_refused() {
    let world = world();
    let file = "to,text,name\n+85291234567,hello,x\nabc,secret words,y\n+85291234568\n+85291234569,\"two\nlines\",z\n";
    world.write("f.csv", file);
    enqueue(&world, &["--file", "f.csv", "--rejects", "r.csv", "--json"])
        .run()
        .code(1)
        .stdout(
            r#"
            {"batch": null, "read": 4, "enqueued": 2, "duplicates": 0, "rejected": 2, "segments": 2, "rejects_file": "r.csv"}
            "#,
        )
        .never_says("secret")
        .stderr_has("\"warning\", \"message\": \"line 3: this is not a phone number")
        .stderr_has("\"warning\", \"message\": \"line 4: the row has 1 cell where the header has 3");
    assert_eq!(column(&world, "content"), [json!("hello"), json!("two\nlines")]);
    assert_eq!(
        world.read("r.csv"),
        "line,reason,to,text,name\n\
         3,\"this is not a phone number: it holds letters, an extension or other signs\",abc,secret words,y\n\
         4,the row has 1 cell where the header has 3,+85291234568\n"
    );
    enqueue(&world, &["--file", "f.csv", "--atomic"]).run().code(1).any_stdout().stderr_has("nothing was enqueued");
    assert_eq!(column(&world, "id").len(), 2);
}

#[test]
fn a_batch_may_be_run_again() {
    let world = world();
    let rows: String =
        (0..2500).map(|row| format!("{{\"to\": \"+85291234567\", \"text\": \"hello {row}\"}}\n")).collect();
    world.write("f.jsonl", &rows);
    let run = || enqueue(&world, &["--file", "f.jsonl", "--batch", "november", "--json"]).run().success().any_stderr();
    let counts = |shape: &Value| (shape["enqueued"].clone(), shape["duplicates"].clone(), shape["batch"].clone());
    assert_eq!(counts(&run().stdout_json()), (json!(2500), json!(0), json!("november")));
    assert_eq!(counts(&run().stdout_json()), (json!(0), json!(2500), json!("november")));
    assert_eq!(column(&world, "id").len(), 2500);
}

#[test]
fn a_reader_of_ids_that_goes_away_does_not_stop_a_file() {
    let world = world();
    let rows: String = (0..5000).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    let pipe = world.program("sh", ["-c", "smsctl enqueue --file f.csv -o plain | head -1"]);
    pipe.run().success().stdout("1\n").stderr_has("created the database");
    assert_eq!(column(&world, "id").len(), 5000);
}

#[test]
fn a_file_from_stdin() {
    let world = world();
    let arguments = ["--file", "-", "--format", "csv", "-o", "plain"];
    enqueue(&world, &arguments)
        .stdin("to,text\r\n+85291234567,\"a\r\nb\"\r\n")
        .run()
        .success()
        .any_stderr()
        .stdout("1\n");
    assert_eq!(column(&world, "content"), [json!("a\r\nb")]);
}

#[test]
fn one_text_is_filled_in_for_every_row() {
    let world = world();
    world.write("f.csv", "Handynummer;name\n0151 23456789;<Ann>\n");
    let arguments = ["--file", "f.csv", "--map", "to=Handynummer", "--region", "DE", "--text", "Hello {{ name }}!"];
    enqueue(&world, &arguments).run().success().any_stderr().stdout("queued 1 message from 1 row (1 segment)\n");
    assert_eq!(column(&world, "content"), [json!("Hello <Ann>!")]);
    assert_eq!(column(&world, "recipient"), [json!("+4915123456789")]);
    let with = |text: &'static str| ["--file", "f.csv", "--map", "to=Handynummer", "--text", text];
    enqueue(&world, &with("{{ surname }}")).run().code(65).stdout("").stderr_has("asks for `surname`");
    enqueue(&world, &with("{{ name")).run().code(2).stdout("").stderr_has("not a template");
}

#[test]
fn files_that_are_none() {
    let world = world();
    world.write("empty.csv", "");
    world.write("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    world.write("nohead.csv", "+85291234567,secret\n");
    world.write("notext.csv", "to\n+85291234567\n");
    world.write("utf16.csv", b"\xff\xfet\0o\0\n\0");
    world.write("text.jsonl", "dear customer,\nhello\n");
    world.write("what.dat", "to,text\n");
    for (file, code, words) in [
        ("empty.csv", 65, "the file is empty"),
        ("picture.csv", 65, "the header is not UTF-8"),
        ("nohead.csv", 65, "`--map to=COLUMN`"),
        ("notext.csv", 65, "no column of the header is `text`"),
        ("utf16.csv", 65, "UTF-16"),
        ("text.jsonl", 65, "no row of the file can be read as JSON Lines"),
        ("what.dat", 2, "say `--format csv`"),
        ("-", 2, "say `--format csv`"),
        ("missing.csv", 65, "cannot read `missing.csv`"),
        (".", 2, "the ending"),
    ] {
        enqueue(&world, &["--file", file]).run().code(code).stdout("").never_says("secret").stderr_has(words);
        nothing_is_there(&world);
    }
    let rejects = ["--file", "notext.csv", "--text", "hi", "--rejects", "notext.csv"];
    enqueue(&world, &rejects).run().code(2).stdout("").stderr_has("`--rejects` names the file that is read");
    assert_eq!(world.read("notext.csv"), "to\n+85291234567\n");
    let rejects = ["--file", "notext.csv", "--text", "hi", "--rejects", "nowhere/r.csv"];
    enqueue(&world, &rejects).run().code(73).stdout("").stderr_has("cannot write `nowhere/r.csv`");
    nothing_is_there(&world);
}

#[test]
fn a_full_queue_is_refused() {
    let world = World::new().settings(&format!("[queue]\nmax_size = 1500\n{SETTINGS}"));
    let rows: String = (0..2000).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    enqueue(&world, &["--file", "f.csv", "--batch", "b"])
        .run()
        .code(75)
        .stdout("")
        .stderr_has("the file stopped half way; rows up to 1,500 (line 1,501) are done: 1,500 messages queued")
        .stderr_has("run the same command again for the others");
    assert_eq!(column(&world, "id").len(), 1500);
}

#[test]
fn a_file_that_stopped_half_way_is_not_worth_another_try_without_a_batch() {
    let world = World::new().settings(&format!("[queue]\nmax_size = 1500\n{SETTINGS}"));
    let rows: String = (0..2000).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    enqueue(&world, &["--file", "f.csv"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has("the file stopped half way; rows up to 1,500 (line 1,501) are done: 1,500 messages queued")
        .stderr_has("the same command would add them again");
}

#[test]
fn more_than_the_queue_ever_takes_is_not_promised_to_fit_later() {
    let world = World::new().settings(&format!("[queue]\nmax_size = 10\n{SETTINGS}"));
    let rows: String = (0..25).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    enqueue(&world, &["--file", "f.csv", "--atomic"])
        .run()
        .code(1)
        .stdout("")
        .stderr_has("25 tasks at once are more than the queue takes, which is 10")
        .stderr_has("raise `queue.max_size`");
    let recipients = (0..11).flat_map(|n| ["--to".to_owned(), format!("+852912345{n:02}")]).collect::<Vec<_>>();
    enqueue(&world, &["hello"]).args(recipients).run().code(1).stdout("").stderr_has("11 tasks at once are more");
    enqueue(&world, &["--to", "+85291234567", "x"]).run().success().any_stdout().any_stderr();
    let ten: String = (0..10).map(|row| format!("+85291234567,hello {row}\n")).collect();
    world.write("ten.csv", format!("to,text\n{ten}"));
    let full = enqueue(&world, &["--file", "ten.csv", "--batch", "ten"]).run().code(75).stdout("");
    full.stderr_has("the file stopped half way; rows up to 9 (line 10) are done: 9 messages queued")
        .stderr_has("the queue is full: 10 of 10 tasks wait");
    enqueue(&world, &["--to", "+85291234567", "y"]).run().code(75).stdout("").stderr_has("the queue is full");
    assert_eq!(column(&world, "id").len(), 10);
}
