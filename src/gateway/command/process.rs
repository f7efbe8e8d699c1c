//! One run of a command: started, fed, listened to, and over within its time, whatever it does.
//!
//! One thread polls the three pipes. A second one waits for the exit and leaves the dead process where it is, so that its
//! number cannot belong to somebody else while the first may still want to kill it.

#![expect(clippy::disallowed_methods, reason = "this is the place that starts processes")]

use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::Settings;

/// How much of stdout and of stderr is kept, in bytes: the first of one, the last of the other. The rest is read and dropped.
const KEPT_BYTES_MAX: usize = 64 * 1024;
/// How much is read of each pipe after the command's end, in bytes: what it left behind may write for ever.
const LEFTOVER_BYTES_MAX: usize = 1024 * 1024;
/// How much is read at once, in bytes.
const READ_BYTES: usize = 8 * 1024;
/// The voice with which a worker speaks to its supervisor. A command does not inherit it.
const VOICE: [&str; 2] = ["NOTIFY_SOCKET", "WATCHDOG_USEC"];

/// How a run ended.
#[derive(Debug)]
pub(super) enum End {
    /// With this status.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// Not within its time: it was killed.
    TimedOut,
    /// The system would not say.
    Lost(io::Error),
}

/// A run that is over.
#[derive(Debug)]
pub(super) struct Run {
    pub end: End,
    /// The first of stdout.
    stdout: Vec<u8>,
    /// The last of stderr.
    stderr: Vec<u8>,
}

impl Run {
    /// Runs the command from start to end.
    ///
    /// # Errors
    /// It could not be started, and did nothing.
    pub(super) fn start(settings: &Settings, input: &[u8]) -> io::Result<Run> {
        let (program, arguments) = settings.run.split_first().ok_or(ErrorKind::InvalidInput)?;
        let (exit, exit_writer) = io::pipe()?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        for name in settings.withheld.iter().map(String::as_str).chain(VOICE) {
            command.env_remove(name);
        }
        let mut child = command.spawn()?;
        let deadline = Instant::now() + settings.timeout;
        let pid = Pid::from_child(&child);
        let mut pipes = Pipes::new(&mut child, exit, input);
        let watched = thread::scope(|scope| {
            let waiter = thread::Builder::new().name("command".to_owned()).spawn_scoped(scope, move || {
                while let Err(rustix::io::Errno::INTR) =
                    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
                {}
                drop(exit_writer);
            });
            let watched = waiter.and_then(|_| pipes.watch(pid, deadline));
            if !matches!(watched, Ok(Watched::Ended)) {
                // Either may be gone already. The child is killed by itself too: it may have left its group.
                let _ = kill_process_group(pid, Signal::KILL);
                let _ = child.kill();
            }
            watched
        });
        let end = match (watched, child.wait()) {
            (Ok(Watched::TimedOut), _) => End::TimedOut,
            (Err(error), _) | (_, Err(error)) => End::Lost(error),
            (Ok(Watched::Ended), Ok(status)) => match (status.code(), status.signal()) {
                (Some(code), _) => End::Exited(code),
                (None, signal) => End::Signalled(signal.unwrap_or_default()),
            },
        };
        Ok(Run { end, stdout: pipes.stdout_kept, stderr: pipes.stderr_kept })
    }

    /// The first line of stdout; empty if it is no text.
    pub(super) fn first_line(&self) -> &str {
        let line = self.stdout.split(|byte| *byte == b'\n').next().unwrap_or_default();
        std::str::from_utf8(line).unwrap_or_default()
    }

    /// The last line of stderr that holds anything; empty if it is no text.
    pub(super) fn last_words(&self) -> &str {
        let lines = self.stderr.rsplit(|byte| *byte == b'\n');
        let mut texts = lines.map(|line| std::str::from_utf8(line).unwrap_or_default());
        texts.find(|line| !line.trim().is_empty()).unwrap_or_default()
    }
}

enum Watched {
    Ended,
    TimedOut,
}

struct Pipes<'a> {
    stdin: Option<ChildStdin>,
    input: &'a [u8],
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    /// Closed by the other thread when the command has ended.
    exit: PipeReader,
    stdout_kept: Vec<u8>,
    stderr_kept: Vec<u8>,
}

impl<'a> Pipes<'a> {
    fn new(child: &mut Child, exit: PipeReader, input: &'a [u8]) -> Pipes<'a> {
        Pipes {
            stdin: child.stdin.take(),
            input,
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
            exit,
            stdout_kept: Vec::new(),
            stderr_kept: Vec::new(),
        }
    }

    /// Feeds and listens until the command `pid` has ended or its time is over.
    fn watch(&mut self, pid: Pid, deadline: Instant) -> io::Result<Watched> {
        self.unblock()?;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // A process that stood still finds its time over, and perhaps the command's end, too.
            let ended = if left.is_zero() { has_ended(pid)? } else { self.wait(left)? };
            if left.is_zero() && !ended {
                return Ok(Watched::TimedOut);
            }
            self.feed();
            // What the command wrote before its end is in the pipes by now.
            let most = if ended { LEFTOVER_BYTES_MAX } else { READ_BYTES };
            drain(&mut self.stdout, most, |bytes| keep_first(&mut self.stdout_kept, bytes));
            drain(&mut self.stderr, most, |bytes| keep_last(&mut self.stderr_kept, bytes));
            if ended {
                return Ok(Watched::Ended);
            }
        }
    }

    fn unblock(&self) -> io::Result<()> {
        for fd in [
            self.stdin.as_ref().map(AsFd::as_fd),
            self.stdout.as_ref().map(AsFd::as_fd),
            self.stderr.as_ref().map(AsFd::as_fd),
        ]
        .into_iter()
        .flatten()
        {
            rustix::io::ioctl_fionbio(fd, true)?;
        }
        Ok(())
    }

    /// Waits until there is something to do, for `limit` at most; says whether the command has ended.
    fn wait(&self, limit: Duration) -> io::Result<bool> {
        let mut fds = vec![PollFd::new(&self.exit, PollFlags::IN)];
        fds.extend(self.stdin.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::OUT)));
        fds.extend(self.stdout.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        fds.extend(self.stderr.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
        let limit = Timespec::try_from(limit).unwrap_or(Timespec { tv_sec: i64::from(i32::MAX), tv_nsec: 0 });
        match poll(&mut fds, Some(&limit)) {
            Ok(_) => Ok(!fds[0].revents().is_empty()),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes what stdin takes now. A command that closes its stdin early has read enough.
    fn feed(&mut self) {
        let Some(stdin) = &mut self.stdin else { return };
        while !self.input.is_empty() {
            match stdin.write(self.input) {
                Ok(written) => self.input = &self.input[written..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => break,
            }
        }
        self.stdin = None;
    }
}

/// Whether the child has ended; it is left as it is.
fn has_ended(pid: Pid) -> io::Result<bool> {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    Ok(waitid(WaitId::Pid(pid), options)?.is_some())
}

/// Reads what `pipe` holds now, `most` bytes of it at most, and closes it at its end.
fn drain(pipe: &mut Option<impl Read>, most: usize, mut keep: impl FnMut(&[u8])) {
    let mut buffer = [0_u8; READ_BYTES];
    let mut total = 0;
    while total < most {
        let Some(open) = pipe else { return };
        match open.read(&mut buffer) {
            Ok(read) if read > 0 => {
                keep(&buffer[..read]);
                total += read;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Ok(_) | Err(_) => *pipe = None,
        }
    }
}

fn keep_first(kept: &mut Vec<u8>, bytes: &[u8]) {
    let room = KEPT_BYTES_MAX - kept.len().min(KEPT_BYTES_MAX);
    kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

fn keep_last(kept: &mut Vec<u8>, bytes: &[u8]) {
    kept.extend_from_slice(bytes);
    kept.drain(..kept.len().saturating_sub(KEPT_BYTES_MAX));
}
