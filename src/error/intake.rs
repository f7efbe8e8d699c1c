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

fn with_hint(error: Error, hint: Option<&str>) -> Error {
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
