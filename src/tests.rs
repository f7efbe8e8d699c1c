//! The program as a shell sees it: arguments in; stdout, stderr and the exit code out.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::*;

#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<u8>>>);

impl Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tape {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A pipe whose reader is gone.
struct Gone;

impl Write for Gone {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: u8,
    stdout: String,
    stderr: String,
}

fn words(args: &[&str]) -> Vec<OsString> {
    ["smsctl"].iter().chain(args).map(OsString::from).collect()
}

fn smsctl(args: &[&str]) -> Ran {
    let (stdout, stderr) = (Tape::default(), Tape::default());
    let streams =
        Streams { stdin: Box::new(io::empty()), stdout: Box::new(stdout.clone()), stderr: Box::new(stderr.clone()) };
    let code = run_with(words(args), Terminal::default(), streams);
    Ran { code, stdout: stdout.text(), stderr: stderr.text() }
}

#[test]
fn help_and_version_are_data() {
    let help = smsctl(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("Usage: smsctl"), "{}", help.stdout);
    assert!(!help.stdout.contains('\x1b'), "no colour in a pipe");
    let version = smsctl(&["--version"]);
    let expected = Ran { code: 0, stdout: format!("smsctl {}\n", env!("CARGO_PKG_VERSION")), stderr: String::new() };
    assert_eq!(version, expected);
}

#[test]
fn an_unknown_subcommand_gets_a_suggestion() {
    let stderr = "error: there is no subcommand `segment`\nhint: did you mean `segments`? `smsctl --help` tells more\n";
    assert_eq!(smsctl(&["segment"]), Ran { code: 2, stdout: String::new(), stderr: stderr.to_owned() });
}

#[test]
fn wrong_arguments_are_json_for_those_who_asked_for_json() {
    let stderr = "{\"error\": {\"kind\": \"usage\", \"message\": \"there is no subcommand `segment`\", \"causes\": [], \
                  \"hint\": \"did you mean `segments`? `smsctl --help` tells more\", \"exit_code\": 2}}\n";
    for args in [&["segment", "--json"], &["-ojsonl", "segment"]] {
        assert_eq!(smsctl(args), Ran { code: 2, stdout: String::new(), stderr: stderr.to_owned() });
    }
}

#[test]
fn no_subcommand_shows_the_help_where_it_is_no_data() {
    let ran = smsctl(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("Usage: smsctl"), "{}", ran.stderr);
    assert!(
        ran.stderr.ends_with("\nerror: a subcommand is missing\nhint: `smsctl --help` tells more\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for args in [&["--help"][..], &["completions", "bash"]] {
        let stderr = Tape::default();
        let streams =
            Streams { stdin: Box::new(io::empty()), stdout: Box::new(Gone), stderr: Box::new(stderr.clone()) };
        let code = run_with(words(args), Terminal::default(), streams);
        assert_eq!((code, stderr.text()), (0, String::new()), "{args:?}");
    }
}

#[test]
fn two_runs_share_nothing() {
    let plain = smsctl(&["zebra"]);
    let json = smsctl(&["zebra", "--json", "--color", "always"]);
    assert!(json.stderr.starts_with("{\"error\": "), "{}", json.stderr);
    assert_eq!(smsctl(&["zebra"]), plain, "a later run is as the first one was");
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8)
            .map(|at| scope.spawn(move || smsctl(if at % 2 == 0 { &["zebra"] } else { &["zebra", "--json"] }).stderr))
            .collect();
        for (at, run) in runs.into_iter().enumerate() {
            let expected = if at % 2 == 0 { &plain.stderr } else { &json.stderr };
            assert_eq!(&run.join().unwrap(), expected, "run {at} of eight at the same time");
        }
    });
}
