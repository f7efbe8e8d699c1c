//! smsctl as a process of its own: a gateway whose CPU time is not counted as ours, and workers that are there to be killed.

#![expect(clippy::disallowed_methods, reason = "a process of this very program can be started nowhere else")]

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child as Process, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, getpid, getppid, kill_process, set_parent_process_death_signal};

/// How a child's name for itself begins; the id of its parent stands behind it.
const NAME: &str = "smsctl-child:";

/// A process that `Child::start` made, as its `name` (the first of its arguments) tells, is killed when the thread that started it
/// ends, however that ends. Every other process goes on as it is.
pub fn end_with_parent(name: Option<&OsString>) {
    let parent = name.and_then(|name| name.to_str()?.strip_prefix(NAME)?.parse::<i32>().ok());
    let Some(parent) = parent.and_then(Pid::from_raw) else { return };
    // Where the system refuses, the child still has its `--for`.
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    if getppid() != Some(parent) {
        // It ended before it could be watched.
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

/// A running process of this program. To drop it is to kill it.
pub struct Child {
    process: Process,
}

impl Child {
    /// Starts `smsctl ARGUMENTS` with the settings of one file and nothing of this process's environment, so that no setting of
    /// this machine gets in. What it says on stderr is added to `children.log` beside them. It does not hear the Ctrl-C of our
    /// terminal: who started it ends it.
    ///
    /// # Errors
    /// The system starts no process.
    pub fn start(settings: &Path, arguments: &[&str]) -> io::Result<Child> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg0(format!("{NAME}{}", std::process::id()));
        command.env_clear().process_group(0).arg("--config").arg(settings).args(arguments);
        let log =
            OpenOptions::new().create(true).append(true).mode(0o600).open(settings.with_file_name("children.log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        Ok(Child { process: command.spawn()? })
    }

    /// The next line that it says on stdout, without its end; empty when it says no more. Called once: what came with it is lost.
    ///
    /// # Errors
    /// The pipe.
    pub fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if let Some(stdout) = self.process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        Ok(line.trim_end().to_owned())
    }

    /// Sends it a signal. It may be over already.
    pub fn signal(&self, signal: Signal) {
        // Its number is its own until it has been waited for.
        let _ = kill_process(Pid::from_child(&self.process), signal);
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    /// The system will not say.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.process.try_wait()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// The system will not say.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.process.wait()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
