//! Why one row is no message.

use super::Field;
use super::times::TimeError;
use crate::sms::phone::PhoneError;
use crate::sms::sender::SenderError;

/// Why one row, or what flags say, is no message. Repeats neither text nor number: reasons reach logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum Fault {
    #[error("the row is not UTF-8")]
    NotUtf8,
    #[error("the row has {found} {} where the header has {expected}", if *found == 1 { "cell" } else { "cells" })]
    Ragged { found: usize, expected: usize },
    #[error("a quote is opened and never closed")]
    UnclosedQuote,
    #[error("the row is longer than {} bytes", super::ROW_BYTES_MAX)]
    TooLong,
    #[error("the row is not JSON (column {column})")]
    NotJson { column: usize },
    #[error("the row is JSON, but no object")]
    NotAnObject,
    #[error("`{}` is neither text nor a whole number", .0.as_str())]
    NotAString(Field),
    #[error("the key `{key}` stands twice")]
    KeyTwice { key: String },
    #[error("two keys of the row mean `{}`", .0.as_str())]
    Twice(Field),
    #[error("there is no recipient")]
    NoRecipient,
    #[error("{0}")]
    Phone(#[from] PhoneError),
    #[error("there is no text")]
    NoText,
    #[error("the text cannot be filled in: {reason}")]
    Template { reason: String },
    #[error("the text is blank")]
    BlankText,
    #[error("the text holds a NUL character, which no gateway carries")]
    Nul,
    #[error("the text needs {segments} segments, and at most {max} are allowed")]
    TooManySegments { segments: u32, max: u32 },
    #[error("{0}")]
    Sender(#[from] SenderError),
    #[error("the key is blank")]
    KeyBlank,
    #[error("the key is longer than {} characters", super::draft::KEY_CHARS_MAX)]
    KeyTooLong,
    #[error("the key holds control characters")]
    KeyControl,
    #[error("keys that begin with `{}` are smsctl's own", super::draft::ROW_KEY)]
    KeyReserved,
    #[error("`at`: {0}")]
    At(TimeError),
    #[error("`expires_in`: {0}")]
    ExpiresIn(TimeError),
    #[error("the priority is neither 0 to 9 nor `low`, `normal` or `high`")]
    Priority,
    #[error("a lane is `gateway:NAME`, `command:NAME`, or the name of a gateway")]
    Lane,
}

impl Fault {
    /// What may help, if something is known to.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Fault::Phone(error) => error.hint(),
            Fault::At(error) | Fault::ExpiresIn(error) => Some(error.hint()),
            Fault::TooManySegments { .. } => {
                Some("`--max-segments` allows more; `smsctl segments TEXT` shows why so many")
            }
            _ => None,
        }
    }
}
