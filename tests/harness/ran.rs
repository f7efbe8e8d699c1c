//! The exit code and both streams of a command that has ended. What a test does not look at fails it.

use std::cell::Cell;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use serde_json::Value;

use super::{assert_golden, redact::redacted};

/// What a command left behind.
///
/// Exit code and both streams must be looked at before the value goes: an exit code that nobody asked for and words
/// that nobody expected fail the test. Comparisons see the streams with times, paths and the like replaced (`redact`).
pub struct Ran {
    command: String,
    directory: PathBuf,
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    origin: &'static Location<'static>,
    seen: Seen,
}

#[derive(Default)]
struct Seen {
    status: Cell<bool>,
    stdout: Cell<bool>,
    stderr: Cell<bool>,
}

impl Ran {
    pub(super) fn new(
        command: String,
        directory: PathBuf,
        status: ExitStatus,
        (stdout, stderr): (Vec<u8>, Vec<u8>),
        origin: &'static Location<'static>,
    ) -> Ran {
        Ran { command, directory, status, stdout, stderr, origin, seen: Seen::default() }
    }

    /// It ended well: exit code 0.
    #[track_caller]
    pub fn success(self) -> Ran {
        self.code(0)
    }

    /// It ended with this exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Ran {
        self.seen.status.set(true);
        assert!(self.status.code() == Some(code), "expected exit code {code}\n{}", self.story());
        self
    }

    /// A signal ended it, for example 9.
    #[track_caller]
    pub fn killed_by(self, signal: i32) -> Ran {
        self.seen.status.set(true);
        assert!(self.status.signal() == Some(signal), "expected the end by signal {signal}\n{}", self.story());
        self
    }

    /// However it ended is beside the point of this test.
    pub fn any_end(self) -> Ran {
        self.seen.status.set(true);
        self
    }

    /// The code that it ended with.
    pub fn exit_code(&self) -> Option<i32> {
        self.seen.status.set(true);
        self.status.code()
    }

    /// The signal that ended it.
    pub fn signal(&self) -> Option<i32> {
        self.status.signal()
    }

    /// stdout is exactly this. Indentation that all lines of `expected` share, and a line break at its start, do not
    /// count; so an expected text may be laid out like the code around it.
    #[track_caller]
    pub fn stdout(self, expected: &str) -> Ran {
        self.compare("stdout", &self.stdout_text(), expected);
        self
    }

    /// stderr is exactly this, laid out as in `stdout`.
    #[track_caller]
    pub fn stderr(self, expected: &str) -> Ran {
        self.compare("stderr", &self.stderr_text(), expected);
        self
    }

    /// stdout contains this.
    #[track_caller]
    pub fn stdout_has(self, words: &str) -> Ran {
        assert!(self.stdout_text().contains(words), "stdout does not say `{words}`\n{}", self.story());
        self
    }

    /// stderr contains this.
    #[track_caller]
    pub fn stderr_has(self, words: &str) -> Ran {
        assert!(self.stderr_text().contains(words), "stderr does not say `{words}`\n{}", self.story());
        self
    }

    /// Nowhere in either stream does this stand: for secrets and texts.
    #[track_caller]
    pub fn never_says(self, words: &str) -> Ran {
        let all = [self.stdout.as_slice(), self.stderr.as_slice()].concat();
        assert!(!String::from_utf8_lossy(&all).contains(words), "`{words}` must not be said\n{}", self.story());
        self
    }

    /// Whatever stderr says is beside the point of this test.
    pub fn any_stderr(self) -> Ran {
        self.seen.stderr.set(true);
        self
    }

    /// Whatever stdout says is beside the point of this test.
    pub fn any_stdout(self) -> Ran {
        self.seen.stdout.set(true);
        self
    }

    /// Exit code and both streams are as in `tests/golden/NAME.txt`.
    #[track_caller]
    pub fn golden(self, name: &str) {
        self.seen.status.set(true);
        let mut text = format!("$ {}\n", redacted(&self.command, &self.directory));
        for (heading, stream) in [("stdout", self.stdout_text()), ("stderr", self.stderr_text())] {
            if !stream.is_empty() {
                let end = if stream.ends_with('\n') { "" } else { "[no line break at the end]\n" };
                let _ = write!(text, "--- {heading}\n{stream}{end}");
            }
        }
        let _ = writeln!(text, "--- {}", self.status);
        assert_golden(&format!("{name}.txt"), &text);
    }

    /// stdout as text, with times, paths and the like replaced.
    pub fn stdout_text(&self) -> String {
        self.seen.stdout.set(true);
        redacted(&String::from_utf8_lossy(&self.stdout), &self.directory)
    }

    /// stderr as text, with times, paths and the like replaced.
    pub fn stderr_text(&self) -> String {
        self.seen.stderr.set(true);
        redacted(&String::from_utf8_lossy(&self.stderr), &self.directory)
    }

    /// stdout byte for byte.
    pub fn stdout_bytes(&self) -> &[u8] {
        self.seen.stdout.set(true);
        &self.stdout
    }

    /// stdout as one JSON document, nothing replaced.
    #[track_caller]
    pub fn stdout_json(&self) -> Value {
        self.seen.stdout.set(true);
        self.parsed(&self.stdout, "stdout")
    }

    /// Each line of stdout as a JSON document, nothing replaced.
    #[track_caller]
    pub fn stdout_jsonl(&self) -> Vec<Value> {
        self.seen.stdout.set(true);
        self.stdout.split_inclusive(|byte| *byte == b'\n').map(|line| self.parsed(line, "stdout")).collect()
    }

    /// stderr as one JSON document, nothing replaced: the error of `-o json`.
    #[track_caller]
    pub fn stderr_json(&self) -> Value {
        self.seen.stderr.set(true);
        self.parsed(&self.stderr, "stderr")
    }

    /// Drops the carriage returns that a terminal adds before each line break.
    pub(super) fn without_returns(mut self) -> Ran {
        let text = String::from_utf8_lossy(&self.stdout).replace("\r\n", "\n");
        self.stdout = text.into_bytes();
        self
    }

    #[track_caller]
    fn parsed(&self, bytes: &[u8], name: &str) -> Value {
        serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{name} is no JSON: {error}\n{}", self.story()))
    }

    #[track_caller]
    fn compare(&self, name: &str, have: &str, expected: &str) {
        let want = unindented(expected);
        if have != want {
            panic!("{name} differs\n--- expected {name}\n{want}{}", self.story());
        }
    }

    /// Everything that is known, for a person who was not there.
    fn story(&self) -> String {
        let Ran { command, directory, status, origin, .. } = self;
        let (stdout, stderr) = (String::from_utf8_lossy(&self.stdout), String::from_utf8_lossy(&self.stderr));
        let mut files = String::new();
        list(directory, directory, &mut files);
        let directory = directory.display();
        format!(
            "$ {command}\nstarted at {origin}\nin {directory}, which holds\n{files}ended with {status}\n\
             --- stdout\n{stdout}--- stderr\n{stderr}---"
        )
    }
}

impl Drop for Ran {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let Seen { status, stdout, stderr } = &self.seen;
        assert!(status.get(), "nobody looked at the exit code\n{}", self.story());
        assert!(stdout.get() || self.stdout.is_empty(), "nobody looked at stdout\n{}", self.story());
        assert!(stderr.get() || self.stderr.is_empty(), "nobody looked at stderr\n{}", self.story());
    }
}

/// Every file below `folder` with its size.
fn list(root: &Path, folder: &Path, into: &mut String) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let size = fs::symlink_metadata(&path).map_or(0, |metadata| metadata.len());
        let name = path.strip_prefix(root).unwrap_or(&path).display();
        if path.is_dir() {
            list(root, &path, into);
        } else {
            let _ = writeln!(into, "  {name} ({size} bytes)");
        }
    }
}

/// `text` without a first line break and without the indentation that its lines share.
fn unindented(text: &str) -> String {
    let Some(body) = text.strip_prefix('\n') else { return text.to_owned() };
    let depth = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let shared = body.lines().filter(|line| !line.trim().is_empty()).map(depth).min().unwrap_or(0);
    let lines = body.split('\n').map(|line| line.get(shared..).unwrap_or(""));
    lines.collect::<Vec<_>>().join("\n")
}
