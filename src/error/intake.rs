//! The words for messages that cannot be taken: numbers, texts, times, files.

use std::error::Error as _;

use super::{Error, Kind, write_kind};
use crate::intake::template::TemplateError;
use crate::intake::{Fault, IntakeError, TextError};

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

impl Error {
    /// This failure stopped a file half way: `queued`, for example `3 messages`, were in by then. A file with a batch may be
    /// given again; without one that would send its first messages twice, and no script may take it for worth another try.
    pub fn half_way(self, queued: &str, has_batch: bool) -> Error {
        let stopped = self.within(format!("the file stopped half way: its first {queued} are in the queue"));
        if has_batch {
            let again = "run the same command again for the others: what is in the queue is not added twice";
            return match &stopped.hint {
                // What does not mend itself is mended first.
                Some(first) if stopped.kind == Kind::Failed => {
                    let hint = format!("{first}; then {again}");
                    stopped.hint(hint)
                }
                _ => stopped.hint(again),
            };
        }
        let hint = "the same command would add them again: give the rest as a file of its own, or cancel what is in and use \
                    `--batch NAME`, with which a file may be given again";
        let kind = if let Kind::Interrupted(_) = stopped.kind { stopped.kind } else { Kind::Failed };
        Error { kind, ..stopped.hint(hint) }
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
    fn a_file_that_stopped_half_way_is_worth_another_try_only_with_a_batch() {
        let full = || Error::new(Kind::TempFail, "the disk is full").hint("nothing of this was written");
        let named = full().half_way("3 messages", true);
        assert_eq!(named.kind, Kind::TempFail);
        assert_eq!(named.message, "the file stopped half way: its first 3 messages are in the queue");
        assert_eq!(named.causes, ["the disk is full"]);
        let never = Error::new(Kind::Failed, "too many").hint("raise it").half_way("3 messages", true);
        assert!(never.hint.as_ref().is_some_and(|hint| hint.starts_with("raise it; then run the same")), "{never:?}");
        let nameless = full().half_way("3 messages", false);
        assert_eq!(nameless.kind, Kind::Failed);
        assert!(nameless.hint.as_ref().is_some_and(|hint| hint.contains("would add them again")), "{nameless:?}");
    }
}
