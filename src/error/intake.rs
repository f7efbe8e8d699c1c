//! The words for messages that cannot be taken: numbers, texts, times, files.

use std::error::Error as _;
use std::io;
use std::path::Path;

use super::{Error, Kind, write_kind};
use crate::intake::template::TemplateError;
use crate::intake::{Fault, IntakeError, TextError};
use crate::output::FilePart;

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        with_hint(Error::new(Kind::Usage, fault.to_string()), fault.hint())
    }
}

impl From<IntakeError> for Error {
    fn from(error: IntakeError) -> Error {
        let kind = match &error {
            IntakeError::Rejects(cause) => write_kind(cause.kind()),
            IntakeError::Read(_) => Kind::Failed,
            IntakeError::TwoTexts => Kind::Usage,
            _ => Kind::Data,
        };
        with_hint(Error::told(kind, &error), error.hint())
    }
}

impl From<TextError> for Error {
    fn from(error: TextError) -> Error {
        let kind = if error.source().is_some() { Kind::Failed } else { Kind::Data };
        Error::told(kind, &error)
    }
}

impl From<TemplateError> for Error {
    fn from(error: TemplateError) -> Error {
        Error::told(Kind::Usage, &error).hint("`{{ name }}` stands for the column `name` of each row")
    }
}

/// What the same command would do with a file that stopped half way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The rest: every row has a key, its own or that of its batch.
    Safe,
    /// Queue a second time what is in.
    Twice,
    /// The same, and of the rows behind that part nobody knows whether they are in, too.
    Doubtful,
}

impl Error {
    /// This failure stopped a file half way: `file` is dealt with, which `counts` says in words. No script may take it for worth
    /// another try if that would send messages twice.
    pub fn half_way(self, file: FilePart, (place, counts): (&str, &str), again: Again) -> Error {
        let mut stopped = self.within(format!("the file stopped half way; {place} are done: {counts}"));
        stopped.file = Some(Box::new(file));
        let first = stopped.hint.as_deref();
        let hint = match again {
            Again::Safe => {
                let again = "run the same command again for the others: what is in the queue is not added twice";
                match first {
                    // What does not mend itself is mended first.
                    Some(first) if stopped.is_lasting() => format!("{first}; then {again}"),
                    _ => again.to_owned(),
                }
            }
            Again::Twice => {
                let again = "the same command would add them again: give the rest as a file of its own, or cancel what is \
                             in and use `--batch NAME`, with which a file may be given again";
                match first {
                    Some(first) if stopped.is_lasting() => format!("{first}; {again}"),
                    _ => again.to_owned(),
                }
            }
            Again::Doubtful => format!(
                "the same command would add them again, and perhaps the rows behind them, too: {}",
                first.unwrap_or("see `smsctl list`")
            ),
        };
        // Nobody takes those for worth another try.
        let is_ours = matches!(stopped.kind, Kind::Interrupted(_) | Kind::CantCreate) || again == Again::Safe;
        let kind = if is_ours { stopped.kind } else { Kind::Failed };
        Error { kind, ..stopped.hint(hint) }
    }

    /// The rejects at `path` cannot be written on. Whatever the cause, it is the same failure before the first message is in the queue and
    /// after it: not `TempFail`, since doing it again may queue a message twice.
    pub fn of_rejects(path: &Path, cause: &io::Error) -> Error {
        let error =
            Error::writing(path, cause).hint("it lacks refused rows: name a file that can be written to its end");
        Error { kind: Kind::CantCreate, ..error }
    }

    /// The same command would fail again as things are.
    fn is_lasting(&self) -> bool {
        matches!(self.kind, Kind::Failed | Kind::Data | Kind::CantCreate)
    }
}

fn with_hint(error: Error, hint: Option<&str>) -> Error {
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_stopped_half_way_is_worth_another_try_only_with_keys() {
        let full = || Error::new(Kind::TempFail, "the disk is full").hint("nothing of this was written");
        let file = FilePart { read: 4, line: 5, enqueued: 3, duplicates: 0, rejected: 1 };
        let words = ("rows up to 4 (line 5)", "3 messages queued, 1 refused row");
        let named = full().half_way(file, words, Again::Safe);
        assert_eq!(named.kind, Kind::TempFail);
        let message = "the file stopped half way; rows up to 4 (line 5) are done: 3 messages queued, 1 refused row";
        assert_eq!(named.message, message);
        assert_eq!(
            (named.causes.as_slice(), named.file),
            (["the disk is full".to_owned()].as_slice(), Some(Box::new(file)))
        );
        let never = Error::new(Kind::Failed, "too many").hint("raise it").half_way(file, words, Again::Safe);
        assert!(never.hint.as_ref().is_some_and(|hint| hint.starts_with("raise it; then run the same")), "{never:?}");
        let nameless = full().half_way(file, words, Again::Twice);
        assert_eq!(nameless.kind, Kind::Failed);
        assert!(nameless.hint.as_ref().is_some_and(|hint| hint.contains("would add them again")), "{nameless:?}");
        let doubtful =
            Error::new(Kind::Unavailable, "gone").hint("see the list").half_way(file, words, Again::Doubtful);
        assert_eq!(doubtful.kind, Kind::Failed);
        assert!(doubtful.hint.as_ref().is_some_and(|hint| hint.ends_with("too: see the list")), "{doubtful:?}");
    }
}
