//! Commands as ways out. The shell here is the test's own: the lane starts none.

use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use smsctl::gateway::command::{Settings, open};
use smsctl::gateway::{Delivery, Departure, Gateway};
use smsctl::queue::{ErrorType, LaneNotice, Message, Outcome, Reply};

use super::{BRIEFLY, PATIENCE, assert_accepted, assert_never_sent, assert_reply, assert_unknown, message, words};

fn lane(run: &[&str], timeout: Duration) -> Box<dyn Gateway> {
    let run = run.iter().map(|part| (*part).to_owned()).collect();
    open(&Settings { run, timeout, withheld: vec!["SMSCTL_GATEWAYS_DEFAULT_VALUES_TOKEN".to_owned()] })
        .expect("the settings are right")
}

fn deliver(lane: &dyn Gateway, message: Option<&Message>, args: Option<&str>, kwargs: Option<&str>) -> Reply {
    lane.send(&Delivery { task: 17, attempt: 2, task_name: "report", message, args, kwargs, departure: None })
}

/// Runs a script of the shell with one argument.
fn script(script: &str, argument: &Path, timeout: Duration) -> Reply {
    let argument = argument.to_str().expect("a path that is text");
    deliver(&*lane(&["/bin/sh", "-c", script, argument], timeout), None, Some("[1]"), None)
}

fn run(text: &str) -> Reply {
    script(text, Path::new("-"), PATIENCE)
}

#[test]
fn the_task_comes_as_json_on_stdin() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("input");
    let lane = lane(&["/bin/sh", "-c", "cat > \"$0\"", file.to_str().expect("text")], PATIENCE);
    let message = message("+85291234567", "好\n\"q\"");
    assert_accepted(&deliver(&*lane, Some(&message), Some("[12345678901234567890123]"), Some("{\"a\": null}")));
    assert_eq!(
        std::fs::read_to_string(&file).expect("what it read"),
        "{\"id\":17,\"attempt\":2,\"task\":\"report\",\"args\":[12345678901234567890123],\"kwargs\":{\"a\": null},\
         \"recipient\":\"+85291234567\",\"text\":\"好\\n\\\"q\\\"\",\"sender\":null}\n"
    );
}

/// Looks whether the command has begun when it hears that it is about to be started.
#[derive(Debug)]
struct Watcher {
    file: std::path::PathBuf,
    heard: std::cell::Cell<usize>,
    forbids: bool,
}

impl Departure for Watcher {
    fn leaving(&self) -> std::io::Result<()> {
        assert!(!self.file.exists(), "nothing was started before");
        self.heard.set(self.heard.get() + 1);
        if self.forbids { Err(std::io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }
}

#[test]
fn whoever_keeps_a_record_hears_before_the_command_is_started_and_may_forbid_it() {
    for forbids in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("started");
        let lane = lane(&["/bin/sh", "-c", "touch \"$0\"", file.to_str().expect("text")], PATIENCE);
        let watcher = std::rc::Rc::new(Watcher { file: file.clone(), heard: std::cell::Cell::new(0), forbids });
        let departure: std::rc::Rc<dyn Departure> = std::rc::Rc::<Watcher>::clone(&watcher);
        let (args, kwargs) = (Some("[1]"), None);
        let delivery = Delivery {
            task: 17,
            attempt: 2,
            task_name: "report",
            message: None,
            args,
            kwargs,
            departure: Some(&departure),
        };
        let reply = lane.send(&delivery);
        assert_eq!((watcher.heard.get(), file.exists()), (1, !forbids));
        let expected = if forbids { Outcome::Deferred } else { Outcome::Accepted };
        assert_eq!(reply.outcome, expected, "{reply:?}");
    }
}

#[test]
fn a_row_that_holds_no_json_starts_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("started");
    let lane = lane(&["/bin/sh", "-c", "touch \"$0\"", file.to_str().expect("text")], PATIENCE);
    for (args, kwargs) in [(Some("{'a': 1}"), None), (None, Some("NaN")), (Some(""), None), (Some("[1] x"), None)] {
        let reply = deliver(&*lane, None, args, kwargs);
        assert_reply(&reply, Outcome::Rejected, Some(ErrorType::Invalid));
    }
    assert!(!file.exists(), "the command was started");
}

#[test]
fn the_exit_status_is_the_outcome() {
    use ErrorType::{Command, Credentials, Unavailable, Unknown};
    use Outcome::{Deferred, Rejected};

    for (status, outcome, error_type) in [
        (1, Outcome::Unknown, Unknown),
        (64, Rejected, Command),
        (65, Rejected, Command),
        (66, Rejected, Command),
        (67, Rejected, Command),
        (68, Rejected, Command),
        (69, Deferred, Unavailable),
        (70, Outcome::Unknown, Unknown),
        (71, Deferred, Unavailable),
        (73, Rejected, Command),
        (74, Outcome::Unknown, Unknown),
        (75, Deferred, Unavailable),
        (76, Rejected, Command),
        (77, Deferred, Credentials),
        (78, Deferred, Unavailable),
        (127, Outcome::Unknown, Unknown),
        (255, Outcome::Unknown, Unknown),
    ] {
        let reply = run(&format!("exit {status}"));
        assert_reply(&reply, outcome, Some(error_type));
        assert_eq!(words(&reply), format!("`sh` ended with status {status}"));
    }
    assert_eq!(run("exit 77").lane, Some(LaneNotice::BadCredentials));
    assert_eq!(run("exit 78").lane, Some(LaneNotice::Misdirected));
}

#[test]
fn one_word_on_stdout_is_its_id() {
    assert_eq!(run("echo id-17; echo more").provider_message_id.as_deref(), Some("id-17"));
    for text in ["echo two words", "true", "printf '\\377\\n'", "head -c 5000 /dev/zero | tr '\\0' x"] {
        let reply = run(text);
        assert_accepted(&reply);
        assert_eq!(reply.provider_message_id, None, "{text}");
    }
}

#[test]
fn the_last_line_of_stderr_says_why() {
    let reply = run("echo first >&2; echo 'no route to 85291234567' >&2; echo >&2; exit 65");
    assert_eq!(words(&reply), "`sh` ended with status 65: `no route to •••`");
}

#[test]
fn last_words_that_repeat_the_task_are_not_quoted() {
    let lane = lane(&["/bin/sh", "-c", "cat >&2; exit 65"], PATIENCE);
    let message = message("+85291234567", "Your parcel waits at the desk");
    let hidden = "`sh` ended with status 65 (its words repeat what it was given, and are not shown)";
    for (message, args, kwargs) in [
        (Some(&message), None, None),
        (None, Some("[\"Ms Wong\", 9123]"), None),
        (None, None, Some("{\"name\": \"Ms Wong\"}")),
    ] {
        assert_eq!(words(&deliver(&*lane, message, args, kwargs)), hidden);
    }
}

#[test]
fn a_program_that_cannot_be_started_did_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = folder.path().join("plain");
    std::fs::write(&plain, "no program").expect("a file");
    for program in ["/no/such/program", plain.to_str().expect("text")] {
        let reply = deliver(&*lane(&[program, "--password=secret"], PATIENCE), None, None, None);
        assert_never_sent(&reply);
        assert!(words(&reply).starts_with(&format!("cannot start `{program}`: ")), "{reply:?}");
        assert!(!words(&reply).contains("secret") && !words(&reply).contains("os error"), "{reply:?}");
    }
}

#[test]
fn killed_by_a_signal() {
    let reply = run("kill -9 $$");
    assert_unknown(&reply);
    assert_eq!(words(&reply), "`sh` was killed by signal 9");
}

#[test]
fn over_its_time_it_is_killed_with_all_that_it_started() {
    let folder = tempfile::tempdir().expect("a folder");
    let fifo = folder.path().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs");
    assert!(made.success());
    let reader = {
        let fifo = fifo.clone();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            std::fs::File::open(fifo).expect("a reader").read_to_end(&mut bytes).expect("an end");
            bytes
        })
    };
    let reply = script("(echo up; exec sleep 1000) > \"$0\" & wait", &fifo, BRIEFLY);
    assert_unknown(&reply);
    assert!(words(&reply).contains("was killed"), "{reply:?}");
    assert_eq!(reader.join().expect("the fifo has no writer any more"), b"up\n");
}

#[test]
fn what_it_leaves_behind_keeps_nobody_waiting() {
    // The one left behind holds both outputs for longer than the command may take, so waiting for it would show.
    let reply = script("sleep 60 & echo id-1", Path::new("-"), PATIENCE);
    assert_accepted(&reply);
    assert_eq!(reply.provider_message_id.as_deref(), Some("id-1"));
}

#[test]
fn it_need_not_read_its_task() {
    let long = format!("[\"{}\"]", "x".repeat(1 << 20));
    let lane = lane(&["/bin/sh", "-c", "exec 0<&-; echo done"], PATIENCE);
    assert_accepted(&deliver(&*lane, None, Some(&long), None));
}

#[test]
fn it_may_read_and_write_a_lot() {
    let long = format!("[\"{}\"]", "x".repeat(1 << 20));
    let lane = lane(&["/bin/sh", "-c", "cat; cat /dev/zero | head -c 3000000 >&2; echo bye >&2; exit 65"], PATIENCE);
    let reply = deliver(&*lane, None, Some(&long), None);
    assert_reply(&reply, Outcome::Rejected, Some(ErrorType::Command));
}

#[test]
fn settings_without_a_program_are_refused() {
    for run in [vec![], vec![String::new()], vec!["a\0b".to_owned()]] {
        assert!(open(&Settings { run, timeout: PATIENCE, withheld: Vec::new() }).is_err());
    }
    assert!(open(&Settings { run: vec!["true".to_owned()], timeout: Duration::ZERO, withheld: Vec::new() }).is_err());
}
