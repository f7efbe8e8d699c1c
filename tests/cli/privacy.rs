//! Texts and whole numbers of messages stay in the database and on the way to the gateway: no log, no error and no
//! column that tells why repeats them.

use std::fs;

use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use crate::harness::World;

/// A word that stands in every text of these tests, and nowhere else.
const WORD: &str = "pomegranate";
/// The digits that every number of these tests has, and nothing else.
const DIGITS: &str = "91234";

#[track_caller]
fn keeps_quiet(what: &str, said: &[u8]) {
    let said = String::from_utf8_lossy(said);
    for private in [WORD, DIGITS] {
        assert!(!said.contains(private), "{what} holds `{private}`:\n{said}");
    }
}

/// A gateway for every kind of outcome, a command that says all it knows, and rows of another program.
fn settings(sandboxes: &[(&str, Sandbox)]) -> String {
    let mut text = r#"
[retry]
base = "1ms"
max_retries = 2

[commands.loud]
run = ['/bin/sh', '-c', 'tee /dev/stderr; exit 1']

[gateways.gone]
base_url = "http://127.0.0.1:9/"
application_id = "A"
sender = "1"

[tasks."panel.*"]
lane = "gateway:good"
to = "args.1"
text = "kwargs.text"
"#
    .to_owned();
    for (name, sandbox) in sandboxes {
        text += &format!(
            "\n[gateways.{name}]\nbase_url = \"{}\"\napplication_id = \"A\"\nsender = \"1\"\ntimeout = \"300ms\"\n",
            sandbox.url()
        );
    }
    text
}

fn sandboxes() -> Vec<(&'static str, Sandbox)> {
    let reject = Some(regex::Regex::new(WORD).expect("a pattern"));
    [
        ("good", Behaviour::default()),
        ("refusing", Behaviour { reject, ..Behaviour::default() }),
        ("busy", Behaviour { fail: vec![(503, 1.0)], ..Behaviour::default() }),
        ("failing", Behaviour { fail: vec![(500, 1.0)], ..Behaviour::default() }),
        ("closing", Behaviour { hang_up: 1.0, ..Behaviour::default() }),
        ("silent", Behaviour { silent: 1.0, ..Behaviour::default() }),
        ("babbling", Behaviour { garbage: 1.0, ..Behaviour::default() }),
        ("closed", Behaviour { application: Some("other".to_owned()), ..Behaviour::default() }),
    ]
    .map(|(name, behaviour)| (name, Sandbox::start(behaviour, None).expect("the sandbox starts")))
    .into()
}

/// Queues a message for every lane, a task for the loud command, a message that expires, and rows of another program: one that
/// can be sent, one without its text, one whose number is none, one that is no JSON, and one that nothing serves.
fn fill(world: &World, sandboxes: &[(&str, Sandbox)]) {
    let text = format!("your {WORD} is ripe");
    let lanes = sandboxes.iter().map(|(name, _)| *name).chain(["gone"]);
    for (number, lane) in lanes.enumerate() {
        let to = format!("+852{DIGITS}{number:03}");
        let ran = world.smsctl(["enqueue", "--lane", lane, "--to", &to, &text, "-vv", "-o", "plain"]).run();
        keeps_quiet("enqueue", ran.success().any_stdout().stderr_text().as_bytes());
    }
    let args = format!("[\"{WORD}\", \"{DIGITS}\"]");
    let task = ["enqueue", "--task", "loud", "--lane", "command:loud", "--args", &args, "-vv"];
    world.smsctl(task).run().success().any_stdout().never_says(WORD).any_stderr();
    let expired = ["enqueue", "--to", &format!("+852{DIGITS}102"), "--expires-in", "1ms", "--lane", "busy", &text];
    world.smsctl(expired).run().success().any_stdout().any_stderr();
    let rows = format!(
        "INSERT INTO queued_tasks (task_name, task_func, args, kwargs) VALUES
         ('sms', 'panel.send', '[7, \"+852{DIGITS}100\"]', '{{\"text\": \"{text}\"}}'),
         ('sms', 'panel.send', '[7, \"+852{DIGITS}101\"]', '{{\"body\": \"{text}\"}}'),
         ('sms', 'panel.send', '[7, \"{WORD} {DIGITS}\"]', '{{\"text\": \"{text}\"}}'),
         ('sms', 'panel.send', '{WORD} {DIGITS}', '{text}'),
         ('sms', 'other.send', '[\"{DIGITS}\"]', '[\"{text}\"]');"
    );
    world.program("sqlite3", ["sms.db", &rows]).run().success().stderr("");
}

#[test]
fn no_log_line_of_any_outcome_holds_a_text_or_a_number() {
    for format in ["json", "text"] {
        let sandboxes = sandboxes();
        let world = World::new().settings(&settings(&sandboxes));
        fill(&world, &sandboxes);
        let worker = world.smsctl(["work", "-vv", "--workers", "12", "--log-format", format]).spawn();
        for words in [
            "accepted",
            "rejected",
            "deferred",
            "dead_lettered",
            "expired",
            "lane_closed",
            "unserved",
            "connection refused",
            "there is nothing at `kwargs.text`",
            "`args` is not JSON",
            "the recipient is no phone number",
            "`sh` ended with status 1",
            "answered 500",
            "peer disconnected",
            "is no HTTP",
            "no answer from",
        ] {
            worker.wait_for_stderr(words);
        }
        worker.terminate();
        let ran = worker.wait().success();
        keeps_quiet("the log", ran.stderr_text().as_bytes());
        keeps_quiet("the summary", ran.stdout_bytes());
        // What is kept about failures is shown, exported and mailed.
        for table in ["queued_tasks", "attempts", "dead_letter_messages", "audit_log"] {
            let column = if table == "audit_log" { "*" } else { "error_message" };
            let query = format!("SELECT {column} FROM {table}");
            let ran = world.program("sqlite3", ["sms.db", &query]).run().success().stderr("");
            keeps_quiet(&query, ran.stdout_bytes());
        }
    }
}

#[test]
fn refused_rows_and_arguments_are_told_without_what_stood_there() {
    let world = World::new().settings(&settings(&[]));
    let file = format!(
        "to,text\n+852{DIGITS}567,hello {WORD}\n0{DIGITS},{WORD}\n+852{DIGITS}5678901,{WORD}\n{WORD} {DIGITS},x\n\
         +852{DIGITS}567,\n+852{DIGITS}567\n"
    );
    world.write("f.csv", &file);
    for arguments in [&["enqueue", "--file", "f.csv", "-vv"][..], &["enqueue", "--file", "f.csv", "-vv", "--json"]] {
        let ran = world.smsctl(arguments).args(["--rejects", "r.csv", "--lane", "gone"]).run().code(1);
        keeps_quiet("stderr", ran.stderr_text().as_bytes());
        keeps_quiet("stdout", ran.stdout_bytes());
    }
    let refused = world.read("r.csv");
    assert!(
        refused.contains(WORD) && refused.contains(DIGITS),
        "the rejects are for whoever mends the rows: {refused}"
    );
    for (to, text) in [(format!("0{DIGITS}"), WORD), (format!("+852{DIGITS}5678901"), WORD), (DIGITS.to_owned(), "")] {
        let ran = world.smsctl(["enqueue", "--to", &to, "--text", text, "-vv"]).run().code(2).stdout("");
        keeps_quiet("stderr", ran.stderr_text().as_bytes());
    }
    let lines = format!("{{\"to\": \"{DIGITS}\", \"text\": \"{WORD}\"}}\n{{\"to\": {DIGITS}, {WORD}\n");
    let ran = world.smsctl(["enqueue", "--file", "-", "--format", "jsonl", "-vv"]).stdin(lines).run();
    keeps_quiet("stderr", ran.code(1).any_stdout().stderr_text().as_bytes());
}

#[test]
fn no_file_of_a_worker_can_be_read_by_others() {
    use std::os::unix::fs::PermissionsExt;

    let sandboxes = [("good", Sandbox::start(Behaviour::default(), None).expect("the sandbox starts"))];
    let world = World::new().settings(&settings(&sandboxes));
    world.write("f.csv", "to,text\n+85291234567,hello\nnobody,hello\n");
    let file = ["enqueue", "--file", "f.csv", "--lane", "good", "--rejects", "r.csv"];
    world.smsctl(file).run().code(1).any_stdout().any_stderr();
    let sandbox = world.smsctl(["gateway", "sandbox", "--ledger", "ledger.jsonl"]).spawn();
    sandbox.wait_for_stdout("http://");
    let worker = world.smsctl(["work", "-v"]).spawn();
    worker.wait_for_stderr(" accepted ");
    for name in ["sms.db", "sms.db-wal", "sms.db-shm", "r.csv", "ledger.jsonl"] {
        let mode =
            fs::metadata(world.path(name)).unwrap_or_else(|error| panic!("{name}: {error}")).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    worker.terminate();
    worker.wait().success().any_stdout().any_stderr();
    sandbox.terminate();
    sandbox.wait().success().any_stdout().any_stderr();
}
