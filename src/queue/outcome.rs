//! What one attempt at sending can end in.

use std::fmt;
use std::time::Duration;

/// The four outcomes of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The gateway's answer said that it has the message.
    Accepted,
    /// The gateway's answer said that it will never take this message.
    Rejected,
    /// It certainly did not go out, and may be tried again.
    Deferred,
    /// The request left, the answer did not come: nobody knows.
    Unknown,
}

/// Why an attempt did not end well, in one word: `queued_tasks.error_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// The gateway said no for good.
    Rejected,
    /// No connection was made: nothing was sent.
    Unreachable,
    /// The gateway asked for patience (429, or its own word for it).
    Throttled,
    /// The gateway said that it cannot now (503, or its own word for it).
    Unavailable,
    /// The gateway refused our credentials: a matter of the lane, not of the message.
    Credentials,
    /// The account is out of credit: a matter of the lane, not of the message.
    Credit,
    /// The person does not want messages.
    OptedOut,
    /// The request left, the answer did not come, or the worker died with it.
    Unknown,
    /// Its time had passed before it could be sent.
    Expired,
    /// The row does not hold what its lane needs.
    Invalid,
    /// A command ended badly.
    Command,
}

impl ErrorType {
    /// All words.
    pub const ALL: [ErrorType; 11] = [
        ErrorType::Rejected,
        ErrorType::Unreachable,
        ErrorType::Throttled,
        ErrorType::Unavailable,
        ErrorType::Credentials,
        ErrorType::Credit,
        ErrorType::OptedOut,
        ErrorType::Unknown,
        ErrorType::Expired,
        ErrorType::Invalid,
        ErrorType::Command,
    ];

    /// The word in the database and in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            ErrorType::Rejected => "rejected",
            ErrorType::Unreachable => "unreachable",
            ErrorType::Throttled => "throttled",
            ErrorType::Unavailable => "unavailable",
            ErrorType::Credentials => "credentials",
            ErrorType::Credit => "credit",
            ErrorType::OptedOut => "opted_out",
            ErrorType::Unknown => "unknown",
            ErrorType::Expired => "expired",
            ErrorType::Invalid => "invalid",
            ErrorType::Command => "command",
        }
    }
}

impl fmt::Display for ErrorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why an attempt did not end well: the word, and a sentence for people. The sentence holds no message text, no whole number
/// and no secret; control characters in it are replaced, and it has at most `Failure::MESSAGE_CHARS_MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The word.
    pub error_type: ErrorType,
    /// The sentence.
    pub message: String,
}

impl Failure {
    /// The longest message that is kept, in characters.
    pub const MESSAGE_CHARS_MAX: usize = 500;

    /// Cuts `message` to its bound and makes it one printable line.
    pub fn new(error_type: ErrorType, message: &str) -> Failure {
        let message = message
            .chars()
            .take(Failure::MESSAGE_CHARS_MAX)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>();
        Failure { error_type, message: message.trim().to_owned() }
    }
}

/// What an attempt says about the lane, beside the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneNotice {
    /// Nothing more for this long.
    ThrottledFor(Duration),
    /// The account is out of credit.
    OutOfCredit,
    /// Our credentials were refused.
    BadCredentials,
    /// The settings lead to no gateway, or the command says that it is set up wrongly.
    Misdirected,
    /// Nobody was reached, and nothing was sent: no address, no connection, no TLS; the command could not be started.
    Unreachable,
    /// This process is out of files, threads, memory or ports: nobody was asked, and other processes need not care.
    Starved,
}

/// What a gateway or a command says of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What became of the message.
    pub outcome: Outcome,
    /// The provider's own id, where it gave one.
    pub provider_message_id: Option<String>,
    /// Why, where the outcome is not `Accepted`.
    pub failure: Option<Failure>,
    /// What the answer says about the lane.
    pub lane: Option<LaneNotice>,
}

impl Reply {
    /// The gateway has the message.
    pub fn accepted(provider_message_id: Option<String>) -> Reply {
        Reply { outcome: Outcome::Accepted, provider_message_id, failure: None, lane: None }
    }

    /// The gateway will never take the message.
    pub fn rejected(error_type: ErrorType, message: &str) -> Reply {
        Reply::failed(Outcome::Rejected, error_type, message)
    }

    /// The message did not go out.
    pub fn deferred(error_type: ErrorType, message: &str) -> Reply {
        Reply::failed(Outcome::Deferred, error_type, message)
    }

    /// Nobody knows.
    pub fn unknown(message: &str) -> Reply {
        Reply::failed(Outcome::Unknown, ErrorType::Unknown, message)
    }

    /// The same reply, with a word about the lane.
    pub fn with_lane(mut self, notice: LaneNotice) -> Reply {
        self.lane = Some(notice);
        self
    }

    fn failed(outcome: Outcome, error_type: ErrorType, message: &str) -> Reply {
        let failure = Some(Failure::new(error_type, message));
        Reply { outcome, provider_message_id: None, failure, lane: None }
    }
}
