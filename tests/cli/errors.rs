//! Every way to fail, by its exit code and its words: one page to read, `tests/golden/errors.txt`.
//!
//! Faults of the program itself (70) cannot be ordered from outside; `src/error/panic.rs` tests them. A file without permission
//! is no obstacle to root, and a full disk is one that only root can make: `tests/sqlite.rs` arranges both.

use std::fmt::Write as _;

use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use crate::desk::{Desk, SETTINGS, completed, unknown};
use crate::harness::{World, assert_golden};

/// A page of commands that failed.
struct Page {
    world: World,
    text: String,
}

impl Page {
    /// Runs a command that has to fail, and writes down how it did.
    #[track_caller]
    fn fails(&mut self, code: i32, arguments: &[&str]) {
        self.fails_reading(code, arguments, "");
    }

    /// The same with something on stdin.
    #[track_caller]
    fn fails_reading(&mut self, code: i32, arguments: &[&str], stdin: impl AsRef<[u8]>) {
        let ran = self.world.smsctl(arguments).stdin(stdin).run().code(code);
        let (stdout, stderr) = (ran.stdout_text(), ran.stderr_text());
        assert!(stderr.contains("error"), "{arguments:?} says nothing of an error:\n{stdout}{stderr}");
        let words: Vec<String> = arguments.iter().map(|word| shown(word)).collect();
        write!(self.text, "$ smsctl {}\n{stdout}{stderr}[{code}]\n\n", words.join(" ")).expect("a String takes it");
    }

    fn heading(&mut self, heading: &str) {
        write!(self.text, "# {heading}\n\n").expect("a String takes it");
    }
}

fn shown(word: &str) -> String {
    let short: String = word.chars().take(40).collect();
    let short = if short.len() < word.len() { format!("{short}…") } else { short };
    if short.is_empty() || short.contains(|c: char| c.is_whitespace() || "'\"|;{}[]".contains(c)) {
        format!("'{}'", short.replace('\n', "\\n"))
    } else {
        short
    }
}

#[test]
fn every_failure_has_its_words_and_its_exit_code() {
    let mut page = Page { world: World::new().settings(SETTINGS), text: String::new() };
    usage(&mut page);
    messages(&mut page);
    queue(&mut page);
    databases(&mut page);
    files(&mut page);
    settings(&mut page);
    gateways(&mut page);
    json(&mut page);
    assert_golden("errors.txt", &page.text);
}

fn usage(page: &mut Page) {
    page.heading("wrong arguments");
    for arguments in [
        &["stat"][..],
        &["zebra"],
        &["retry"],
        &["list", "--stauts", "failed"],
        &["list", "--status", "pendin"],
        &["list", "--since", "soon"],
        &["list", "--limit", "0"],
        &["list", "-o", "xml"],
        &["stats", "--count", "3"],
        &["stats", "--watch", "0"],
        &["stats", "--chart", "-o", "csv"],
        &["work", "--workers", "0"],
        &["work", "--workers", "-1"],
        &["work", "--rate", "fast"],
        &["work", "--rate", "0/s"],
        &["work", "--burst", "2"],
        &["work", "--for", "soon"],
        &["dead-letter"],
        &["completions", "tcsh"],
        &["show", "five"],
        &["show", "1", "2"],
        &["enqueue"],
        &["gateway", "sandbox", "--listen", "0.0.0.0"],
        &["gateway", "sandbox", "--fail", "200"],
    ] {
        page.fails(2, arguments);
    }
}

fn messages(page: &mut Page) {
    page.heading("what is no message");
    let long = "a".repeat(1531);
    for arguments in [
        &["--to", "", "x"][..],
        &["--to", "abc", "x"],
        &["--to", "+852912345678901", "x"],
        &["--to", "+99991234567", "x"],
        &["--to", "91234567", "x"],
        &["--to", "+85291234567"],
        &["--to", "+85291234567", ""],
        &["--to", "+85291234567", &long],
        &["--to", "+85291234567", "x", "--priority", "10"],
        &["--to", "+85291234567", "x", "--at", "soon"],
        &["--to", "+85291234567", "x", "--at", "2h"],
        &["--to", "+85291234567", "x", "--in", "0s"],
        &["--to", "+85291234567", "x", "--expires-in", "later"],
        &["--to", "+85291234567", "x", "--max-retries", "0"],
        &["--to", "+85291234567", "x", "--sender", "much too long"],
        &["--task", "report", "--lane", "command:r", "--args", "[1"],
        &["--task", "report", "--lane", "gateway:default"],
    ] {
        page.fails(2, &[&["enqueue"], arguments].concat());
    }
    let from_stdin = ["enqueue", "--to", "+85291234567", "-"];
    page.fails_reading(65, &from_stdin, "");
    page.fails_reading(65, &from_stdin, b"a\0b");
    page.fails_reading(65, &from_stdin, b"ab\xff");
    page.fails_reading(65, &from_stdin, vec![b'a'; 3 * 1024 * 1024]);
}

fn queue(page: &mut Page) {
    page.heading("what is not there, and what cannot be done");
    let desk = Desk::new(&page.world);
    desk.settled(completed());
    desk.settled(unknown());
    desk.message("+85291234567", "x");
    desk.message("+85291234567", "x");
    desk.closed();
    page.fails(1, &["show", "99"]);
    page.fails(1, &["dead-letter", "show", "99"]);
    page.fails(2, &["cancel", "--all"]);
    page.fails(2, &["cancel"]);
    page.fails(2, &["retry-failed", "--unknown"]);
    page.fails(2, &["retry-failed", "--status", "held"]);
    page.fails(78, &["list", "--lane", "defualt"]);
    page.fails(2, &["list", "--to", "abc"]);
    let full = ["enqueue", "--to", "+85291234567", "x"];
    let ran = page.world.smsctl(full).env("SMS_QUEUE_MAX_SIZE", "2").run().code(75).stdout("");
    write!(page.text, "$ SMS_QUEUE_MAX_SIZE=2 smsctl {}\n{}[75]\n\n", full.join(" "), ran.stderr_text())
        .expect("takes it");
    let broken = "INSERT INTO tallies (kind, name, word, n) VALUES ('all', '', 'held', 7)";
    page.world.program("sqlite3", ["sms.db", broken]).run().success().stderr("");
    let ran = page.world.smsctl(["db", "check"]).run().code(1).stderr("");
    write!(page.text, "$ smsctl db check\n{}[1]\n\n", ran.stdout_text()).expect("takes it");
    page.world.smsctl(["db", "check", "--repair"]).run().success().any_stdout().any_stderr();
}

fn databases(page: &mut Page) {
    page.heading("databases");
    let with = |url: &'static str| ["--database", url, "stats"];
    for url in ["", "sms.db", "postgres://u:hunter2@db/sms", "sqlite:///", "sqlite://host/x.db"] {
        page.fails(78, &with(url));
    }
    for url in [
        "mysql://u:hunter2@db",
        "mysql://u:hun?ter2@db/sms",
        "mysql://u:hunter2@db:x/sms",
        "mysql://u:hunter2@::1/sms",
        "mysql://u:hunter2%FF@db/sms",
        "mysql://u:hunter2@db/sms?ssl_mode=maybe",
        "mysql://u:hunter2@db/sms?ssl_cert=/c",
        "mysql://u@db/s?ssl_mode=required&ssl_ca=/ca",
        "mysql://u:hunter2@db/sms?sslmode=required",
        "mysql://u@127.0.0.1:1/sms?ssl_ca=/no/ca.pem",
        "mysql://u@127.0.0.1:1/sms?password_file=/no/file",
    ] {
        page.fails(78, &with(url));
    }
    page.fails(69, &with("mysql://u:hunter2@127.0.0.1:1/sms"));
    page.fails(69, &with("mysql://u:hunter2@127.0.0.1:1,127.0.0.1:2/sms"));
    page.fails(69, &with("mysql://u:hunter2@localhost/sms?unix_socket=/no/server.sock"));
    page.fails(69, &with("sqlite:///none.db"));
    page.fails(69, &with("sqlite:////nowhere/at/all/sms.db"));
    page.fails(73, &["--database", "sqlite:////nowhere/at/all/sms.db", "db", "migrate"]);
    page.world.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0");
    page.fails(65, &with("sqlite:///picture.png"));
    page.fails(65, &["--database", "sqlite:///picture.png", "db", "migrate"]);
    page.world.write("empty.db", "");
    page.fails(69, &with("sqlite:///empty.db"));
    page.fails(65, &with("sqlite:///home"));
    let sqlite =
        |sql: &str, file: &str| page.world.program("sqlite3", [file, sql]).run().success().any_stdout().stderr("");
    drop(sqlite("CREATE TABLE other (id INTEGER)", "other.db"));
    drop(sqlite("VACUUM INTO 'newer.db'", "sms.db"));
    drop(sqlite(
        "INSERT INTO smsctl_migrations SELECT 999, 'future', checksum, applied_at, '9.0' FROM smsctl_migrations LIMIT 1",
        "newer.db",
    ));
    page.fails(69, &with("sqlite:///other.db"));
    page.fails(69, &with("sqlite:///newer.db"));
}

fn files(page: &mut Page) {
    page.heading("files");
    page.world.write("empty.csv", "");
    page.world.write("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    page.world.write("nohead.csv", "+85291234567,hello\n");
    page.world.write("text.jsonl", "dear customer,\nhello\n");
    page.world.write("good.csv", "to,text\n+85291234567,hello\n");
    for file in ["missing.csv", "empty.csv", "picture.csv", "nohead.csv", "text.jsonl"] {
        page.fails(65, &["enqueue", "--file", file]);
    }
    page.fails(2, &["enqueue", "--file", "good.dat"]);
    page.world.write("people.csv", "to,name\n+85291234567,Ann\n");
    page.fails(2, &["enqueue", "--file", "good.csv", "--text", "Hello {{ name }}"]);
    page.fails(65, &["enqueue", "--file", "people.csv", "--text", "Hello {{ surname }}"]);
    page.fails(2, &["enqueue", "--file", "people.csv", "--text", "Hello {{ name"]);
    page.fails(73, &["enqueue", "--file", "good.csv", "--rejects", "nowhere/r.csv"]);
    page.fails(73, &["config", "init", "--path", "nowhere/c.toml"]);
    page.fails(73, &["config", "init", "--path", "good.csv"]);
    page.fails(73, &["gateway", "sandbox", "--ledger", "nowhere/l.jsonl"]);
}

fn settings(page: &mut Page) {
    page.heading("settings");
    for (name, content) in [
        ("typo.toml", "[work]\nworkres = 4\n"),
        ("form.toml", "[work]\nworkers = \"many\"\n"),
        ("broken.toml", "[work\nworkers = 4\n"),
        ("scheme.toml", "[gateways.default]\nbase_url = \"gateway.example/x\"\napplication_id = \"A\"\n"),
        ("lacking.toml", "[gateways.default]\nbase_url = \"https://gateway.example/x\"\n"),
        ("route.toml", "[tasks.\"a.*\"]\nlane = \"gateway:none\"\n"),
    ] {
        page.world.write(name, content);
        page.fails(78, &["--config", name, "work", "--drain"]);
    }
    page.fails(78, &["--config", "missing.toml", "stats"]);
    page.fails(78, &["work", "--lane", "defualt"]);
    page.fails(78, &["gateway", "show", "defualt"]);
    page.world.write("none.toml", "");
    page.fails(78, &["--config", "none.toml", "work", "--drain"]);
}

fn gateways(page: &mut Page) {
    page.heading("gateways");
    page.fails(69, &["gateway", "test"]);
    let sandbox = Sandbox::start(Behaviour::default(), None).expect("the sandbox starts");
    let url = sandbox.url();
    let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()).expect("a port");
    let ran = page.world.smsctl(["gateway", "sandbox", "--port", port]).run().code(69).stdout("");
    write!(page.text, "$ smsctl gateway sandbox --port [PORT]\n{}[69]\n\n", ran.stderr_text()).expect("takes it");
}

fn json(page: &mut Page) {
    page.heading("the same for scripts");
    for (code, arguments) in [
        (2, &["stat", "--json"][..]),
        (1, &["show", "99", "--json"]),
        (69, &["--database", "sqlite:///none.db", "stats", "-o", "jsonl"]),
        (78, &["--config", "typo.toml", "stats", "--json"]),
        (65, &["enqueue", "--file", "picture.csv", "--log-format", "json"]),
    ] {
        page.fails(code, arguments);
    }
}

#[test]
fn a_failure_for_scripts_is_one_line_of_json() {
    let world = World::new();
    let ran = world.smsctl(["stats", "--json"]).run().code(69).stdout("");
    let error = ran.stderr_json();
    let names: Vec<&String> = error["error"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
    assert_eq!(names, ["kind", "message", "causes", "hint", "exit_code"]);
    assert_eq!((&error["error"]["kind"], &error["error"]["exit_code"]), (&"unavailable".into(), &69.into()));
    assert_eq!(ran.stderr_text().lines().count(), 1);
}

#[test]
fn a_signal_ends_other_commands_as_it_ends_any_program() {
    let world = World::new().settings(SETTINGS);
    Desk::new(&world).closed();
    for (signal, send) in [(2, crate::harness::Running::interrupt as fn(&_)), (15, crate::harness::Running::terminate)]
    {
        let watch = world.smsctl(["stats", "--watch", "1", "-o", "jsonl"]).spawn();
        watch.wait_for_stdout("pending");
        send(&watch);
        // The shell calls it 130 or 143.
        watch.wait().killed_by(signal).any_stdout().stderr("");
    }
}

#[test]
fn a_password_file_that_cannot_be_read_is_looked_for_where_it_is_named() {
    let world = World::new().settings("[database]\npassword_file = \"/no/file\"\n");
    let told = |url: &str, hint: &str| {
        let ran = world.smsctl(["--database", url, "stats"]).run().code(78).stdout("");
        ran.stderr_has("the password file `/no/").stderr_has(hint).any_stderr();
    };
    told("mysql://u@127.0.0.1:1/sms", "hint: check `database.password_file`");
    told(
        "mysql://u@127.0.0.1:1/sms?password_file=/no/other",
        "hint: check the parameter `password_file` of the database URL",
    );
}
