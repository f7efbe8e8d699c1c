//! A process that still goes: wait for what it says, send it signals, wait for its end. It dies with the value.

use std::io::{ErrorKind, Read, Write};
use std::panic::Location;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::{BOUND, Ran};

/// A process that still goes.
pub struct Running {
    child: Child,
    ended: bool,
    stdout: Stream,
    stderr: Stream,
    command: String,
    directory: PathBuf,
    origin: &'static Location<'static>,
}

impl Running {
    pub(super) fn new(
        mut command: Command,
        shown: String,
        directory: PathBuf,
        stdin: Vec<u8>,
        origin: &'static Location<'static>,
    ) -> Running {
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start `{shown}` ({origin}): {error}"));
        let mut pipe = child.stdin.take().expect("stdin is piped");
        std::thread::spawn(move || match pipe.write_all(&stdin) {
            // A command may end before it has read all that it was given.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => panic!("cannot write to stdin: {error}"),
            _ => {}
        });
        let stdout = Stream::read(child.stdout.take().expect("stdout is piped"));
        let stderr = Stream::read(child.stderr.take().expect("stderr is piped"));
        Running { child, ended: false, stdout, stderr, command: shown, directory, origin }
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until a line on stderr contains `words`, and returns the first such line.
    #[track_caller]
    pub fn wait_for_stderr(&self, words: &str) -> String {
        self.wait_for(&self.stderr, "stderr", words)
    }

    /// Waits until a line on stdout contains `words`, and returns the first such line.
    #[track_caller]
    pub fn wait_for_stdout(&self, words: &str) -> String {
        self.wait_for(&self.stdout, "stdout", words)
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.ended = self.ended || self.child.try_wait().expect("the process is our child").is_some();
        self.ended
    }

    /// SIGKILL, to this process alone: what it started lives on, as in a crash.
    pub fn kill_9(&self) {
        self.signal(Signal::KILL);
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// SIGINT.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// SIGHUP, as when its terminal is closed.
    pub fn hang_up(&self) {
        self.signal(Signal::HUP);
    }

    /// SIGSTOP: it stands still, as on a suspended laptop.
    pub fn suspend(&self) {
        self.signal(Signal::STOP);
    }

    /// SIGCONT.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// Sends a signal that it has had already, until it ends: what comes soon after the first one is of the same wish.
    pub fn insist(&mut self, signal: impl Fn(&Running)) {
        let ended = reached(|| {
            let ended = self.has_ended();
            if !ended {
                signal(self);
            }
            ended
        });
        assert!(ended, "`{}` did not end within {BOUND:?}\n{}", self.command, self.story());
    }

    /// Waits for its end.
    #[must_use = "say what the command should have answered"]
    #[track_caller]
    pub fn wait(mut self) -> Ran {
        let mut status = None;
        let ended = reached(|| {
            status = self.child.try_wait().expect("the process is our child");
            status.is_some()
        });
        assert!(ended, "`{}` did not end within {BOUND:?}\n{}", self.command, self.story());
        self.ended = true;
        // What the process started may hold the streams open: the bound stands here too.
        let closed = self.stdout.wait(|state| state.closed) && self.stderr.wait(|state| state.closed);
        assert!(closed, "`{}` ended, but its streams are still open\n{}", self.command, self.story());
        self.ran(status.expect("it has ended"))
    }

    fn ran(&self, status: ExitStatus) -> Ran {
        let streams = (self.stdout.bytes(), self.stderr.bytes());
        Ran::new(self.command.clone(), self.directory.clone(), status, streams, self.origin)
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).expect("the process is our child and not reaped yet");
    }

    fn process(&self) -> Pid {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a child has a positive id")
    }

    #[track_caller]
    fn wait_for(&self, stream: &Stream, name: &str, words: &str) -> String {
        let mut found = None;
        stream.wait(|state| {
            found = String::from_utf8_lossy(&state.bytes).lines().find(|line| line.contains(words)).map(str::to_owned);
            found.is_some() || state.closed
        });
        found.unwrap_or_else(|| panic!("`{}` never said `{words}` on {name}\n{}", self.command, self.story()))
    }

    fn story(&self) -> String {
        let (stdout, stderr) = (self.stdout.bytes(), self.stderr.bytes());
        let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        format!("started at {}\n--- stdout\n{stdout}--- stderr\n{stderr}", self.origin)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            // It may have ended between the look and the signal; then there is nothing to kill.
            let _ = kill_process_group(self.process(), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// What a process has written so far.
#[derive(Clone)]
struct Stream(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    closed: bool,
}

impl Stream {
    /// Collects everything from `pipe` on a thread of its own, so that the process never waits for us.
    fn read(mut pipe: impl Read + Send + 'static) -> Stream {
        let stream = Stream(Arc::default());
        let writer = stream.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            loop {
                // A broken pipe is the end like any other.
                let count = pipe.read(&mut buffer).unwrap_or(0);
                writer.add(&buffer[..count]);
                if count == 0 {
                    return;
                }
            }
        });
        stream
    }

    fn add(&self, bytes: &[u8]) {
        let (state, changed) = &*self.0;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bytes.extend_from_slice(bytes);
        state.closed = bytes.is_empty();
        changed.notify_all();
    }

    /// Waits until `true`, within the bound.
    fn wait(&self, mut condition: impl FnMut(&State) -> bool) -> bool {
        let (state, changed) = &*self.0;
        let state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(state, BOUND, |state| !condition(state));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner).bytes.clone()
    }
}

/// Waits until `condition` holds, and fails with `what` when it does not within the bound: for conditions that no
/// event announces, such as a row that another process writes.
#[track_caller]
pub fn until(what: &str, condition: impl FnMut() -> bool) {
    assert!(reached(condition), "waited {BOUND:?} in vain: {what}");
}

/// The one place in the tests that looks again and again; everything else waits for an event.
fn reached(mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + BOUND;
    while !condition() {
        if Instant::now() > end {
            return false;
        }
        std::thread::park_timeout(Duration::from_millis(2));
    }
    true
}
