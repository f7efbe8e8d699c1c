//! A command line that is being put together, and the ways to start it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Ran, Running};

/// A command line that is being put together.
#[must_use = "a call does nothing until `run`, `spawn` or `terminal`"]
pub struct Call {
    program: OsString,
    arguments: Vec<OsString>,
    directory: PathBuf,
    environment: BTreeMap<OsString, OsString>,
    stdin: Vec<u8>,
    /// What a reader is told was run, where that is not the command line itself.
    title: Option<String>,
}

impl Call {
    pub(super) fn new(program: &str, directory: &Path, environment: BTreeMap<OsString, OsString>) -> Call {
        let (program, directory) = (program.into(), directory.to_owned());
        Call { program, arguments: Vec::new(), directory, environment, stdin: Vec::new(), title: None }
    }

    /// One more argument: a path, or bytes that are no UTF-8.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Call {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// More arguments.
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Call {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// What the command reads; nothing by default.
    pub fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Call {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// Sets a variable for this command alone.
    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Call {
        self.environment.insert(key.into(), value.as_ref().to_owned());
        self
    }

    /// Takes a variable away for this command alone.
    pub fn no_env(mut self, key: &str) -> Call {
        self.environment.remove(OsStr::new(key));
        self
    }

    /// Runs in another working directory.
    pub fn dir(mut self, directory: impl AsRef<Path>) -> Call {
        self.directory = directory.as_ref().to_owned();
        self
    }

    /// Runs it to its end.
    #[must_use = "say what the command should have answered"]
    #[track_caller]
    pub fn run(self) -> Ran {
        self.start(Location::caller()).wait()
    }

    /// Starts it and comes back at once.
    #[must_use = "the process is killed when the value goes"]
    #[track_caller]
    pub fn spawn(self) -> Running {
        self.start(Location::caller())
    }

    /// Runs it to its end on a terminal of so many columns and 24 lines. Both streams come back as one, in stdout;
    /// stdin is what is typed. `script` makes the terminal, `stty` sizes it.
    #[must_use = "say what the command should have answered"]
    #[track_caller]
    pub fn terminal(self, columns: u16) -> Ran {
        let mut words = vec![quoted(&self.program)];
        words.extend(self.arguments.iter().map(|argument| quoted(argument)));
        let line = format!("stty cols {columns} rows 24; exec {}", words.join(" "));
        let title = Some(format!("{} # in {columns} columns", self.shown()));
        let call = Call { program: "script".into(), arguments: Vec::new(), title, ..self };
        let call = call.no_env("COLUMNS").env("TERM", "xterm-256color").env("SHELL", "/bin/sh");
        call.args(["-q", "-e", "-f", "-c", &line, "/dev/null"]).start(Location::caller()).wait().without_returns()
    }

    fn start(self, origin: &'static Location<'static>) -> Running {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.directory).env_clear().envs(&self.environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that what the command started goes with it.
        command.process_group(0);
        Running::new(command, self.shown(), self.directory.clone(), self.stdin, origin)
    }

    /// The command as a person would type it.
    fn shown(&self) -> String {
        if let Some(title) = &self.title {
            return title.clone();
        }
        let program = Path::new(&self.program).file_name().unwrap_or(&self.program);
        let words: Vec<String> = self.arguments.iter().map(|argument| quoted(argument)).collect();
        format!("{} {}", program.to_string_lossy(), words.join(" ")).trim_end().to_owned()
    }
}

/// One word of a shell.
fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@,%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
