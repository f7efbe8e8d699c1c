//! The ways out: HTTP gateways described by a profile, and commands.
//!
//! A gateway says what became of one attempt, and nothing else: it knows no queue, no retry and no clock of the database.

mod answer;
pub mod command;
mod echo;
pub mod http;
mod patterns;
pub mod profile;
pub mod rules;
pub mod sandbox;
mod settings;
mod wording;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use rustix::io::Errno;

use crate::queue::{LaneNotice, Message, Reply, TaskId};

/// One attempt, as a gateway sees it.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// The task that is tried.
    pub task: TaskId,
    /// The fence of the claim. Task and attempt together name this attempt; the task alone names the message.
    pub attempt: u32,
    /// What people call the task: `sms` for a message.
    pub task_name: &'a str,
    /// Present on every SMS task.
    pub message: Option<&'a Message>,
    /// JSON text of a generic task, as stored: another program may have written no JSON at all.
    pub args: Option<&'a str>,
    /// As `args`.
    pub kwargs: Option<&'a str>,
    /// Who keeps a record of what leaves, if anybody does.
    pub departure: Option<&'a Rc<dyn Departure>>,
}

impl Delivery<'_> {
    /// Tells that the request is about to leave.
    ///
    /// # Errors
    /// It could not be put on record: nothing may leave.
    pub fn leave(&self) -> io::Result<()> {
        self.departure.map_or(Ok(()), |departure| departure.leaving())
    }
}

/// Keeps a record of what leaves, so that what never left is known even if the process ends.
pub trait Departure: fmt::Debug {
    /// Called before the first byte of the request can leave, and before a command is started; not for an attempt that never
    /// comes so far.
    ///
    /// # Errors
    /// It could not be put on record: nothing may leave.
    fn leaving(&self) -> io::Result<()>;
}

/// A way out. One object serves all senders at once.
pub trait Gateway: Send + Sync {
    /// Tries once, and returns within the gateway's own timeouts. Whoever sends calls `delivery.leave()`, or has it called,
    /// before anything can leave.
    fn send(&self, delivery: &Delivery<'_>) -> Reply;
}

/// A gateway that cannot be built from its settings.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum GatewayError {
    /// A setting is missing or wrong: `key` is relative to the gateway's own table, for example `base_url`.
    #[error("`{key}`: {reason}")]
    Setting { key: String, reason: String },
    /// The file of a profile is wrong at this place; line and column count from 1.
    #[error("{reason} (`{}`, line {line}, column {column})", path.display())]
    Profile { path: PathBuf, line: usize, column: usize, reason: String },
}

impl GatewayError {
    /// The failure in one sentence, for settings that stand in `table`, for example `gateways.default`.
    pub fn in_table(&self, table: &str) -> String {
        match self {
            GatewayError::Setting { key, reason } => format!("`{table}.{key}`: {reason}"),
            GatewayError::Profile { .. } => format!("the profile of `{table}` is wrong: {self}"),
        }
    }
}

/// The system's words for a failure, without its number for them.
pub(crate) fn system_words(error: &std::io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    words.strip_prefix("failed to lookup address information: ").unwrap_or(words).to_lowercase()
}

/// Whether a failure speaks of what the system gives this process, and not of whoever was called.
pub(crate) fn starves(error: &std::io::Error) -> bool {
    const SHORT_OF: [Errno; 6] =
        [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::NOBUFS, Errno::AGAIN, Errno::ADDRNOTAVAIL];
    Errno::from_io_error(error).is_some_and(|errno| SHORT_OF.contains(&errno))
}

/// Whether this process, or the system, may open no more files.
fn lacks_files(error: &std::io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
}

/// What a failure to reach anybody says about the lane: nobody is there, or this process may not ask.
pub(crate) fn not_reached(reply: Reply, error: Option<&std::io::Error>) -> Reply {
    let starves = error.is_some_and(starves);
    reply.with_lane(if starves { LaneNotice::Starved } else { LaneNotice::Unreachable })
}
