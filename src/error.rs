//! Every failure in user words: heading, causes, hint and exit code. The only place where they are spoken.
//!
//! `store` has the words for the database, `copy` those for closed queues, `config` those for the settings, `gateway` those for
//! the ways out, `engine` those for workers, `schema` those for tables that are not as they must be, `intake` those for
//! messages and files of them, `usage` those for wrong arguments, `speed` those for what could not be measured, `panic` those
//! for faults of our own. `docs/exit-codes.md` tells scripts what the codes mean.

mod config;
mod copy;
mod engine;
mod gateway;
mod intake;
mod panic;
mod schema;
mod speed;
mod store;
mod usage;

use std::error::Error as StdError;
use std::io;
use std::path::Path;

pub use intake::Again;

use crate::gateway::system_words;
use crate::output::{FilePart, Output, Problem, StdoutError};

/// What kind of failure, as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It ran, and something it was asked to do failed.
    Failed,
    /// Wrong flags or arguments.
    Usage,
    /// The input is not what it says.
    Data,
    /// The database or a gateway is out of reach, or not in a state to be used.
    Unavailable,
    /// A fault of our own.
    Bug,
    /// A file cannot be written.
    CantCreate,
    /// Busy, full, rate-limited: the same command may work later.
    TempFail,
    /// The database or a file refuses access.
    NoPerm,
    /// A setting is wrong.
    Config,
    /// A signal stopped it in order. Its number, which is the rest of the exit code.
    Interrupted(u8),
    /// stdout's reader went away: quiet success.
    ClosedPipe,
}

/// A failure in user words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What scripts see, the exit code with it.
    pub kind: Kind,
    /// What went wrong: lower case, no full stop, values in backticks.
    pub message: String,
    /// Why, from the nearest cause to the deepest.
    pub causes: Vec<String>,
    /// What to do about it: a command to run, or a setting to change.
    pub hint: Option<String>,
    /// Of a file that stopped half way, the part that is dealt with.
    pub file: Option<Box<FilePart>>,
}

impl Kind {
    /// All kinds that are failures, but for signals.
    pub const ALL: [Kind; 9] = [
        Kind::Failed,
        Kind::Usage,
        Kind::Data,
        Kind::Unavailable,
        Kind::Bug,
        Kind::CantCreate,
        Kind::TempFail,
        Kind::NoPerm,
        Kind::Config,
    ];

    /// The exit code: from 64 on those of sysexits(3), and 128 and its number for a signal.
    pub const fn exit_code(self) -> u8 {
        match self {
            Kind::ClosedPipe => 0,
            Kind::Failed => 1,
            Kind::Usage => 2,
            Kind::Data => 65,
            Kind::Unavailable => 69,
            Kind::Bug => 70,
            Kind::CantCreate => 73,
            Kind::TempFail => 75,
            Kind::NoPerm => 77,
            Kind::Config => 78,
            Kind::Interrupted(signal) => 128 + signal,
        }
    }

    /// The word in `{"error": {"kind": …}}`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::ClosedPipe => "closedpipe",
            Kind::Failed => "failed",
            Kind::Usage => "usage",
            Kind::Data => "data",
            Kind::Unavailable => "unavailable",
            Kind::Bug => "bug",
            Kind::CantCreate => "cantcreate",
            Kind::TempFail => "tempfail",
            Kind::NoPerm => "noperm",
            Kind::Config => "config",
            Kind::Interrupted(_) => "interrupted",
        }
    }
}

impl Error {
    /// A failure without causes and without a hint.
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), causes: Vec::new(), hint: None, file: None }
    }

    /// The same failure with this hint, in place of any that it had.
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }

    /// The same failure with one more cause, below those that it has.
    pub fn cause(mut self, cause: impl Into<String>) -> Error {
        self.causes.push(cause.into());
        self
    }

    /// The same failure under a new heading: what was its message becomes the first cause.
    pub fn within(mut self, heading: impl Into<String>) -> Error {
        let message = std::mem::replace(&mut self.message, heading.into());
        self.causes.insert(0, message);
        self
    }

    /// A signal stopped the command in order.
    pub fn interrupted(signal: u8) -> Error {
        let name = signal_hook::low_level::signal_name(signal.into()).unwrap_or("a signal");
        Error::new(Kind::Interrupted(signal), format!("interrupted by {name}"))
    }

    /// A file that was named as input cannot be read; `-` or what else people call it is as good as a path.
    pub fn reading(path: &Path, error: &io::Error) -> Error {
        let kind = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::IsADirectory | io::ErrorKind::InvalidData => Kind::Data,
            io::ErrorKind::PermissionDenied => Kind::NoPerm,
            _ => Kind::Failed,
        };
        Error::new(kind, format!("cannot read `{}`", path.display())).cause(system_words(error))
    }

    /// A file that was named as output cannot be written.
    pub fn writing(path: &Path, error: &io::Error) -> Error {
        let message = format!("cannot write `{}`", path.display());
        Error::new(write_kind(error.kind()), message).cause(system_words(error))
    }

    /// `message` and the whole chain of causes of `error`.
    fn told(kind: Kind, error: &dyn StdError) -> Error {
        let mut out = Error::new(kind, error.to_string());
        let mut cause = error.source();
        while let Some(error) = cause {
            out = out.cause(error.downcast_ref().map_or_else(|| error.to_string(), system_words));
            cause = error.source();
        }
        out
    }

    /// Says the failure on stderr; a closed pipe is no failure.
    pub fn report(&self, out: &Output) {
        if self.kind == Kind::ClosedPipe {
            return;
        }
        out.problem(&Problem {
            kind: self.kind.as_str(),
            message: &self.message,
            causes: &self.causes,
            hint: self.hint.as_deref(),
            exit_code: self.kind.exit_code(),
            file: self.file.as_deref().copied(),
        });
    }
}

fn write_kind(error: io::ErrorKind) -> Kind {
    match error {
        io::ErrorKind::PermissionDenied => Kind::NoPerm,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Kind::TempFail,
        _ => Kind::CantCreate,
    }
}

impl From<io::Error> for Error {
    /// stdout's failures are known by their type: a pipe that closed anywhere else is no reason to end in silence.
    fn from(error: io::Error) -> Error {
        match error.get_ref().and_then(|inner| inner.downcast_ref::<StdoutError>()) {
            Some(inner) if error.kind() == io::ErrorKind::BrokenPipe => Error::told(Kind::ClosedPipe, inner),
            // Not `TempFail`, whatever the cause: what the command did before it spoke is done, and doing it again may send a
            // message twice.
            Some(inner) => Error::told(Kind::CantCreate, inner)
                .hint("what it was to say is lost, what it did is done: `smsctl list` and `smsctl stats` tell"),
            None => Error::told(Kind::Failed, &error),
        }
    }
}

/// Words as they stand in a sentence: each in backticks, with commas between them.
pub fn ticked(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// How alike two words must be (Jaro-Winkler, 0.0..=1.0) to be taken for a slip of the finger.
const LIKENESS_MIN: f64 = 0.8;

/// The candidate that `word` was probably meant to be, for "did you mean". `None` if nothing is close.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= LIKENESS_MIN)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::output::{Streams, Style};

    /// An error as stdout makes it.
    fn of_stdout(kind: io::ErrorKind) -> io::Error {
        struct Gone(io::ErrorKind);
        impl io::Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let streams =
            Streams { stdin: Box::new(io::empty()), stdout: Box::new(Gone(kind)), stderr: Box::new(io::sink()) };
        Output::with(Style::default(), streams).text("data").unwrap_err()
    }

    #[test]
    fn the_documented_codes_are_those_of_the_program() {
        let documented: BTreeSet<(u8, String)> = include_str!("../docs/exit-codes.md")
            .lines()
            .filter_map(|line| {
                let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
                Some((cells.get(1)?.parse().ok()?, (*cells.get(2)?).to_owned()))
            })
            .collect();
        let kinds = Kind::ALL.iter().map(|kind| (kind.exit_code(), kind.as_str().to_owned()));
        let signals = [1, 2, 15].map(Kind::Interrupted).map(|kind| (kind.exit_code(), kind.as_str().to_owned()));
        let coded = kinds.chain(signals).chain([(0, String::new())]).collect();
        assert_eq!(documented, coded, "docs/exit-codes.md and `Kind` must say the same");
    }

    #[test]
    fn a_closed_stdout_is_quiet_and_any_other_closed_pipe_is_not() {
        let quiet = Error::from(of_stdout(io::ErrorKind::BrokenPipe));
        assert_eq!((quiet.kind, quiet.kind.exit_code()), (Kind::ClosedPipe, 0));
        let told = Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!((told.kind, told.message.as_str()), (Kind::Failed, "broken pipe"));
    }

    #[test]
    fn a_full_disk_under_stdout_is_told_with_its_cause() {
        let error = Error::from(of_stdout(io::ErrorKind::StorageFull));
        let hint = "what it was to say is lost, what it did is done: `smsctl list` and `smsctl stats` tell";
        let expected = Error::new(Kind::CantCreate, "cannot write to stdout").cause("no storage space").hint(hint);
        assert_eq!(error, expected, "a script must not take it for worth another try");
    }

    #[test]
    fn files_are_named_and_their_kinds_told_apart() {
        let path = Path::new("in.csv");
        for (from, reading, writing) in [
            (io::ErrorKind::NotFound, Kind::Data, Kind::CantCreate),
            (io::ErrorKind::PermissionDenied, Kind::NoPerm, Kind::NoPerm),
            (io::ErrorKind::StorageFull, Kind::Failed, Kind::TempFail),
            (io::ErrorKind::FileTooLarge, Kind::Failed, Kind::TempFail),
        ] {
            assert_eq!(Error::reading(path, &from.into()).kind, reading, "{from:?}");
            assert_eq!(Error::writing(path, &from.into()).kind, writing, "{from:?}");
        }
        assert_eq!(Error::reading(path, &io::ErrorKind::NotFound.into()).message, "cannot read `in.csv`");
    }

    #[test]
    fn a_new_heading_keeps_the_old_one_as_a_cause() {
        let error =
            Error::new(Kind::Config, "`base_url`: no scheme").cause("deeper").within("the gateway `a` is unusable");
        assert_eq!(error.message, "the gateway `a` is unusable");
        assert_eq!(error.causes, ["`base_url`: no scheme", "deeper"]);
    }

    #[test]
    fn the_nearest_word_is_found_or_none() {
        let words = ["stats", "segments", "retry-failed", "database.url"];
        for (word, expected) in [
            ("statz", Some("stats")),
            ("STATS", Some("stats")),
            ("retry", Some("retry-failed")),
            ("segmnets", Some("segments")),
            ("databse.url", Some("database.url")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, words), expected, "{word}");
        }
    }

    #[test]
    fn a_closed_pipe_reports_nothing() {
        let (tape, stderr) = io::pipe().unwrap();
        let streams = Streams { stdin: Box::new(io::empty()), stdout: Box::new(io::sink()), stderr: Box::new(stderr) };
        let out = Output::with(Style::default(), streams);
        Error::new(Kind::ClosedPipe, "stdout was closed").report(&out);
        Error::new(Kind::Failed, "no task has the id `7`").report(&out);
        drop(out);
        assert_eq!(io::read_to_string(tape).unwrap(), "error: no task has the id `7`\n");
    }
}
