//! What it means that something could not be measured.

use super::{Error, Kind};
use crate::speed::SpeedError;

impl From<SpeedError> for Error {
    fn from(error: SpeedError) -> Error {
        match error {
            SpeedError::Store(error) => error.into(),
            SpeedError::Engine(error) => error.into(),
            SpeedError::Gateway(error) => error.into(),
            SpeedError::Sandbox(error) => error.into(),
            SpeedError::Disk(_) => Error::told(Kind::CantCreate, &error),
            SpeedError::Refused => Error::told(Kind::Failed, &error)
                .hint("a smaller `--senders` may help: this machine had no room for so many connections"),
        }
    }
}
