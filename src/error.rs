//! Every failure in user words: heading, causes, hint and exit code. The only place where they are spoken.

use std::error::Error as _;

use crate::config::ConfigError;
use crate::gateway::GatewayError;
use crate::store::StoreError;

/// What kind of failure, as scripts see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Failed,
    Usage,
    Data,
    Unavailable,
    Bug,
    CantCreate,
    TempFail,
    NoPerm,
    Config,
    /// stdout's reader went away: quiet success.
    ClosedPipe,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

/// A failure in user words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: Kind,
    pub message: String,
    pub causes: Vec<String>,
    pub hint: Option<String>,
}

impl Kind {
    /// The exit code.
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
            Kind::Interrupted => 130,
            Kind::Terminated => 143,
        }
    }
}

impl Error {
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), causes: Vec::new(), hint: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hint = Some(hint.into());
        self
    }

    pub fn cause(mut self, cause: impl Into<String>) -> Error {
        self.causes.push(cause.into());
        self
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        let mut out = Error::new(Kind::Failed, error.to_string());
        let mut cause = error.source();
        while let Some(error) = cause {
            out = out.cause(error.to_string());
            cause = error.source();
        }
        out
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Error {
        Error::new(Kind::Config, error.to_string())
    }
}

impl From<GatewayError> for Error {
    fn from(error: GatewayError) -> Error {
        Error::new(Kind::Config, error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Error::new(Kind::ClosedPipe, "stdout was closed"),
            _ => Error::new(Kind::CantCreate, error.to_string()),
        }
    }
}
