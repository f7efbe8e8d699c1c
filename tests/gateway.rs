//! The ways out against peers that are slow, silent, broken, lying and gone. Nothing here waits for a time: every test waits
//! for an event, and time limits are there to end what would hang.

#[path = "gateway/authority.rs"]
mod authority;
#[path = "gateway/command.rs"]
mod command;
#[path = "gateway/http.rs"]
mod http;
#[path = "gateway/profiles.rs"]
mod profiles;
#[path = "gateway/sandbox.rs"]
mod sandbox;
#[path = "gateway/wire.rs"]
mod wire;

use std::time::Duration;

use smsctl::gateway::http::{Settings, open};
use smsctl::gateway::{Delivery, Gateway};
use smsctl::queue::{ErrorType, Message, Outcome, Reply};

/// Long enough for a busy machine; what takes longer hangs.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// For peers that are silent on purpose: the test waits all of it.
pub const BRIEFLY: Duration = Duration::from_millis(300);

pub fn settings(base_url: &str, timeout: Duration) -> Settings {
    Settings {
        profile: "hkt".to_owned(),
        base_url: base_url.to_owned(),
        values: [("application_id", "App"), ("sender", "85212345678")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        timeout,
        connect_timeout: timeout,
        keep_alive: true,
        ca_file: None,
        rules: std::collections::BTreeMap::new(),
    }
}

pub fn gateway(base_url: &str, timeout: Duration) -> Box<dyn Gateway> {
    open(&settings(base_url, timeout), 4).expect("the settings are right")
}

pub fn message(recipient: &str, text: &str) -> Message {
    Message { recipient: recipient.to_owned(), text: text.to_owned(), sender: None }
}

pub fn send(gateway: &dyn Gateway, message: &Message) -> Reply {
    gateway.send(&Delivery {
        task: 1,
        attempt: 1,
        task_name: "sms",
        message: Some(message),
        args: None,
        kwargs: None,
        departure: None,
    })
}

/// Sends one message to a gateway of its own at `base_url`.
pub fn send_once(base_url: &str, timeout: Duration) -> Reply {
    send(&*gateway(base_url, timeout), &message("+85291234567", "Hello"))
}

#[track_caller]
pub fn assert_reply(reply: &Reply, outcome: Outcome, error_type: Option<ErrorType>) {
    let seen = (reply.outcome, reply.failure.as_ref().map(|failure| failure.error_type));
    assert_eq!(seen, (outcome, error_type), "{reply:?}");
}

#[track_caller]
pub fn assert_unknown(reply: &Reply) {
    assert_reply(reply, Outcome::Unknown, Some(ErrorType::Unknown));
}

#[track_caller]
pub fn assert_never_sent(reply: &Reply) {
    assert_reply(reply, Outcome::Deferred, Some(ErrorType::Unreachable));
    assert_eq!(reply.lane, Some(smsctl::queue::LaneNotice::Unreachable), "and the lane hears of it");
}

#[track_caller]
pub fn assert_accepted(reply: &Reply) {
    assert_reply(reply, Outcome::Accepted, None);
}

/// Why the reply is not good, in its own words.
pub fn words(reply: &Reply) -> &str {
    reply.failure.as_ref().map_or("", |failure| failure.message.as_str())
}
