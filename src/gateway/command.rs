//! Commands as ways out: a process a task. The only part that starts one.
//!
//! The task comes as one JSON object on stdin, the outcome is the exit status, in the words of `sysexits.h`:
//!
//! | status | outcome |
//! |---|---|
//! | 0 | accepted; if the first line of stdout is a single word, it is the command's own id for the task |
//! | 64 to 68, 73, 76 (usage, data, input, user, host, cannot create, protocol) | rejected |
//! | 69, 71, 75 (unavailable, system error, temporary failure) | deferred |
//! | 77 (no permission), 78 (configuration) | deferred, the lane rests, the task loses no attempt |
//! | any other, 1 and 70 (software) and 74 (I/O) among them; a signal; over its time | unknown |
//!
//! Any other status is unknown because it says only that something went wrong: a script that ends with 1 may have done half of
//! its work, and doing it again is the operator's decision (`on_unknown = "retry"`). A command that cannot be started did
//! nothing: deferred.

mod process;

use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use self::process::{End, Run};
use super::answer::{Given, quote};
use super::{Delivery, Gateway, GatewayError, http, lacks_files, not_reached, system_words};
use crate::queue::{ErrorType, LaneNotice, Reply, TaskId};

/// The longest id that is taken from stdout, in bytes.
const ID_BYTES_MAX: usize = 128;

/// What an exit status means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Accepted,
    Rejected,
    Deferred,
    Credentials,
    Misconfigured,
    Unknown,
}

/// The statuses that mean something, in numbers and in words, and what. Any other is unknown.
const MEANINGS: [(&[i32], &str, Verdict); 5] = [
    (&[0], "0", Verdict::Accepted),
    (&[64, 65, 66, 67, 68, 73, 76], "64-68, 73, 76", Verdict::Rejected),
    (&[69, 71, 75], "69, 71, 75", Verdict::Deferred),
    (&[77], "77", Verdict::Credentials),
    (&[78], "78", Verdict::Misconfigured),
];

/// A line of the rules of command lanes, as `gateway show command:NAME` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExitLine {
    /// Exit statuses, such as `64-68, 73, 76`; or another end.
    pub exit: &'static str,
    /// What it means.
    pub verdict: &'static str,
}

/// The rules by which ends of a command are read. They are the same for all commands.
pub fn exit_lines() -> Vec<ExitLine> {
    let rest = ("any other, a signal, over its time", Verdict::Unknown);
    let lines = MEANINGS.iter().map(|(_, words, verdict)| (*words, *verdict)).chain([rest]);
    lines.map(|(exit, verdict)| ExitLine { exit, verdict: verdict.as_str() }).collect()
}

impl Verdict {
    /// In the words of reply rules.
    const fn as_str(self) -> &'static str {
        match self {
            Verdict::Accepted => "success",
            Verdict::Rejected => "rejected",
            Verdict::Deferred => "deferred",
            Verdict::Credentials => "credentials",
            Verdict::Misconfigured => "misconfigured",
            Verdict::Unknown => "unknown",
        }
    }
}

/// Settings of one command lane.
#[derive(Clone)]
pub struct Settings {
    /// The program and its arguments; no shell reads them.
    pub run: Vec<String>,
    /// How long one run may take; more than nothing. Then the command and all that it started in its process group is killed.
    pub timeout: Duration,
    /// Variables of the environment that the command does not inherit, for they may hold secrets of others.
    pub withheld: Vec<String>,
}

/// Arguments may hold secrets.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("program", &self.run.first()).finish_non_exhaustive()
    }
}

/// Builds the lane.
///
/// # Errors
/// A setting is missing or wrong.
pub fn open(settings: &Settings) -> Result<Box<dyn Gateway>, GatewayError> {
    let wrong = |key: &str, reason: &str| GatewayError::Setting { key: key.to_owned(), reason: reason.to_owned() };
    if settings.run.first().is_none_or(|program| program.is_empty()) {
        return Err(wrong("run", "names no program; write `run = [\"/path/to/program\", \"argument\"]`"));
    }
    if settings.run.iter().any(|part| part.contains('\0')) {
        return Err(wrong("run", "may hold no NUL"));
    }
    if settings.timeout.is_zero() {
        return Err(wrong("timeout", "must be more than nothing"));
    }
    Ok(Box::new(CommandLane { settings: settings.clone() }))
}

struct CommandLane {
    settings: Settings,
}

/// What a command reads: one line of JSON, then the end of its stdin.
#[derive(Serialize)]
struct Input<'a> {
    id: TaskId,
    attempt: u32,
    task: &'a str,
    args: Option<&'a RawValue>,
    kwargs: Option<&'a RawValue>,
    recipient: Option<&'a str>,
    text: Option<&'a str>,
    sender: Option<&'a str>,
}

/// The fields of what a command reads, in their order.
pub const STDIN_FIELDS: [&str; 8] = ["id", "attempt", "task", "args", "kwargs", "recipient", "text", "sender"];

impl Gateway for CommandLane {
    fn send(&self, delivery: &Delivery<'_>) -> Reply {
        let input = match input(delivery) {
            Ok(input) => input,
            Err(reply) => return reply,
        };
        match delivery.leave().and_then(|()| start(&self.settings, &input)) {
            Ok(run) => self.reply(&run, &said_by(&run, delivery)),
            Err(error) => {
                let why = system_words(&error);
                let program = self.settings.run.first().map_or("", String::as_str);
                let reply = Reply::deferred(ErrorType::Unreachable, &format!("cannot start `{program}`: {why}"));
                not_reached(reply, Some(&error))
            }
        }
    }
}

/// Runs the command. Where the system gives no more files, connections of gateways that only wait are closed first.
fn start(settings: &Settings, input: &[u8]) -> io::Result<Run> {
    match Run::start(settings, input) {
        // Nothing was started.
        Err(error) if lacks_files(&error) => {
            http::close_idle();
            Run::start(settings, input)
        }
        done => done,
    }
}

fn input(delivery: &Delivery<'_>) -> Result<Vec<u8>, Reply> {
    let message = delivery.message;
    let input = Input {
        id: delivery.task,
        attempt: delivery.attempt,
        task: delivery.task_name,
        args: json("args", delivery.args)?,
        kwargs: json("kwargs", delivery.kwargs)?,
        recipient: message.map(|message| message.recipient.as_str()),
        text: message.map(|message| message.text.as_str()),
        sender: message.and_then(|message| message.sender.as_deref()),
    };
    let invalid = |_| Reply::rejected(ErrorType::Invalid, "the row cannot be written as JSON");
    let mut bytes = serde_json::to_vec(&input).map_err(invalid)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Checks a JSON text of the row and passes it on as it is: numbers keep all their digits.
fn json<'a>(column: &str, text: Option<&'a str>) -> Result<Option<&'a RawValue>, Reply> {
    let Some(text) = text else { return Ok(None) };
    serde_json::from_str(text)
        .map(Some)
        .map_err(|_| Reply::rejected(ErrorType::Invalid, &format!("the row's `{column}` is no JSON")))
}

impl CommandLane {
    /// The program without its folder, in backticks. Its arguments may hold secrets.
    fn name(&self) -> String {
        let program = self.settings.run.first().map_or("", String::as_str);
        let name = Path::new(program).file_name().map_or(program.into(), |name| name.to_string_lossy());
        format!("`{name}`")
    }

    fn reply(&self, run: &Run, said: &str) -> Reply {
        let name = self.name();
        match &run.end {
            End::Exited(status) => exit_reply(*status, &format!("{name} ended with status {status}{said}"), run),
            End::Signalled(signal) => Reply::unknown(&format!("{name} was killed by signal {signal}{said}")),
            End::TimedOut => {
                Reply::unknown(&format!("{name} ran over {:?} and was killed{said}", self.settings.timeout))
            }
            End::Lost(error) => Reply::unknown(&format!("{name} was lost sight of: {}", system_words(error))),
        }
    }
}

/// The last words of the program. One that repeats its task, a generic one's arguments included, is not quoted.
fn said_by(run: &Run, delivery: &Delivery<'_>) -> String {
    let (text, number) = delivery.message.map_or(("", ""), |message| (&message.text, &message.recipient));
    let arguments = [delivery.args, delivery.kwargs].into_iter().flatten();
    let arguments: Vec<String> = arguments.flat_map(|json| values(serde_json::from_str(json).ok())).collect();
    let texts: Vec<&str> = [text].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    quote(run.last_words(), &Given { texts: &texts, number })
}

/// The values in arguments, without the names that the program has for them: it may speak of those.
fn values(arguments: Option<Value>) -> Vec<String> {
    match arguments {
        Some(Value::String(text)) => vec![text],
        Some(Value::Number(number)) => vec![number.to_string()],
        Some(Value::Array(items)) => items.into_iter().flat_map(|item| values(Some(item))).collect(),
        Some(Value::Object(fields)) => fields.into_iter().flat_map(|(_, value)| values(Some(value))).collect(),
        Some(Value::Null | Value::Bool(_)) | None => Vec::new(),
    }
}

fn exit_reply(status: i32, said: &str, run: &Run) -> Reply {
    let meaning = MEANINGS.iter().find(|(statuses, ..)| statuses.contains(&status)).map(|(.., verdict)| *verdict);
    match meaning {
        Some(Verdict::Accepted) => Reply::accepted(id_in(run.first_line())),
        Some(Verdict::Rejected) => Reply::rejected(ErrorType::Command, said),
        Some(Verdict::Deferred) => Reply::deferred(ErrorType::Unavailable, said),
        Some(Verdict::Credentials) => {
            Reply::deferred(ErrorType::Credentials, said).with_lane(LaneNotice::BadCredentials)
        }
        Some(Verdict::Misconfigured) => {
            Reply::deferred(ErrorType::Unavailable, said).with_lane(LaneNotice::Misdirected)
        }
        Some(Verdict::Unknown) | None => Reply::unknown(said),
    }
}

/// A line that is an id: one printable word.
fn id_in(line: &str) -> Option<String> {
    let line = line.trim();
    let is_word = !line.is_empty() && line.len() <= ID_BYTES_MAX && line.bytes().all(|byte| byte.is_ascii_graphic());
    is_word.then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_line_are_its_numbers() {
        for (numbers, words, _) in MEANINGS {
            let ranges = words.split(", ").flat_map(|word| {
                let (first, last) = word.split_once('-').unwrap_or((word, word));
                first.parse::<i32>().expect("a number")..=last.parse().expect("a number")
            });
            assert_eq!(ranges.collect::<Vec<_>>(), numbers);
        }
    }

    #[test]
    fn the_documentation_has_every_line() {
        let page = include_str!("../../docs/gateways.md");
        for line in exit_lines() {
            let row = format!("| {} | `{}` |", line.exit, line.verdict);
            assert!(page.contains(&row), "docs/gateways.md lacks the row `{row}`");
        }
    }
}
