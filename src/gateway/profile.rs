//! Gateway profiles: how a provider is asked, and what its answers mean. Profiles are data.

use super::GatewayError;
use super::http::Settings;
use super::rules::{BodyIs, BuiltInRule, Rules, Verdict};
use crate::queue::{ErrorType, Message, Reply};

/// Digits in a phone number, at most (ITU-T E.164).
const NUMBER_DIGITS_MAX: usize = 15;

/// Where a field of the form comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A value of the settings, by its key.
    Setting(&'static str),
    /// The recipient: digits alone, without a plus.
    RecipientDigits,
    /// The sender that the message names, or else the value of the settings under this key.
    SenderOr(&'static str),
    /// The text of the message, in UTF-8.
    Text,
}

/// A value that the settings must hold.
#[derive(Clone, Copy, Debug)]
pub struct Needed {
    pub key: &'static str,
    /// Never shown.
    pub secret: bool,
}

/// How a provider is asked, and what its answers mean.
#[derive(Debug)]
pub struct Profile {
    pub name: &'static str,
    /// The fields of the form that is posted, in their order.
    pub fields: &'static [(&'static str, Source)],
    pub needed: &'static [Needed],
    pub rules: &'static [BuiltInRule],
}

const fn rule(statuses: &'static str, body: BodyIs, verdict: Verdict) -> BuiltInRule {
    BuiltInRule { statuses, body, verdict }
}

/// HKT, the 1010 gateway of Hong Kong. No public document describes its answers: a client of it takes any 2xx for success,
/// and that client's stand-in answers with the texts `200 OK` and `401 Unauthorized`. So:
///
/// * A 2xx is a success if it is empty, or a plain text that speaks of no error.
/// * A 2xx whose text is a status line of its own means what that line says. The reason must stand there too:
///   `402 messages left` is no refusal, and a wrong "try again" would send twice.
/// * Any other 2xx that speaks of an error is **unknown**, not rejected: a page can fail after the message went on its way.
///   So is a 2xx that is no text, and a page that says more than `200 OK` (a login, a maintenance notice).
///   An operator who knows a text of theirs says so in `[gateways.NAME.rules]`.
/// * 301, 307 and 308 say that nothing was done here, 404, 405 and 410 that there is no gateway (a servlet container answers
///   so while it deploys): the URL is wrong, no message is. 302 and 303 may lead to the page that confirms: unknown.
/// * 408 says that the request did not arrive whole, 425 and 503 that it was not processed: deferred.
/// * 502 and 504 come from a proxy that does not know, and a 500 may come after the deed: unknown.
const HKT: Profile = Profile {
    name: "hkt",
    fields: &[
        ("application", Source::Setting("application_id")),
        ("mrt", Source::RecipientDigits),
        ("sender", Source::SenderOr("sender")),
        ("msg_utf8", Source::Text),
    ],
    needed: &[Needed { key: "application_id", secret: true }, Needed { key: "sender", secret: false }],
    rules: &[
        rule("2xx", BodyIs::Like(r"^(<[^>]*>|\W)*20[0-2]\W+(ok|created|accepted)\b(<[^>]*>|\W)*$"), Verdict::Accepted),
        rule("2xx", BodyIs::Unreadable, Verdict::Unknown),
        rule("2xx", BodyIs::Like(r"^\W*(401\W+)?unauthori[sz]ed\b"), Verdict::Credentials),
        rule("2xx", BodyIs::Like(r"^\W*403\W+forbidden\b"), Verdict::Credentials),
        rule("2xx", BodyIs::Like(r"^\W*402\W+payment required\b"), Verdict::Credit),
        rule("2xx", BodyIs::Like(r"^\W*429\W+too many requests\b"), Verdict::Throttled),
        rule("2xx", BodyIs::Like(r"^\W*503\W+service unavailable\b"), Verdict::Deferred),
        rule("2xx", BodyIs::Like(r"^\W*400\W+bad request\b"), Verdict::Rejected),
        rule("2xx", BodyIs::SpeakingOfError, Verdict::Unknown),
        rule("2xx", BodyIs::Page, Verdict::Unknown),
        rule("2xx", BodyIs::Any, Verdict::Accepted),
        rule("301,307,308", BodyIs::Any, Verdict::Misdirected),
        rule("401,403,407", BodyIs::Any, Verdict::Credentials),
        rule("402", BodyIs::Any, Verdict::Credit),
        rule("404,405,410", BodyIs::Any, Verdict::Misdirected),
        rule("408,425,503", BodyIs::Any, Verdict::Deferred),
        rule("429", BodyIs::Any, Verdict::Throttled),
        rule("4xx", BodyIs::Any, Verdict::Rejected),
        rule("1xx,3xx,5xx", BodyIs::Any, Verdict::Unknown),
    ],
};

/// The built-in profiles.
const BUILT_IN: [&Profile; 1] = [&HKT];

impl Profile {
    /// The profile of this name.
    ///
    /// # Errors
    /// There is none; the reason lists those that there are.
    pub fn named(name: &str) -> Result<&'static Profile, GatewayError> {
        BUILT_IN.into_iter().find(|profile| profile.name == name).ok_or_else(|| {
            let known = BUILT_IN.map(|profile| format!("`{}`", profile.name)).join(", ");
            let reason = format!("no profile is called `{name}`; there are {known}");
            GatewayError::Setting { key: "profile".to_owned(), reason }
        })
    }

    /// The reply rules under these settings.
    ///
    /// # Errors
    /// A rule of the settings cannot be read.
    pub fn rules(&self, settings: &Settings) -> Result<Rules, GatewayError> {
        Rules::new(self.rules, &settings.rules)
    }

    /// Whether the value of this key is never shown. Values that the profile does not know are taken for secrets.
    pub fn is_secret(&self, key: &str) -> bool {
        self.needed.iter().find(|needed| needed.key == key).is_none_or(|needed| needed.secret)
    }

    /// Checks that the settings hold what the request needs.
    ///
    /// # Errors
    /// Names the first key that is missing or empty.
    pub fn check(&self, settings: &Settings) -> Result<(), GatewayError> {
        match self.needed.iter().find(|needed| settings.values.get(needed.key).is_none_or(|value| value.is_empty())) {
            Some(needed) => Err(GatewayError::Setting {
                key: needed.key.to_owned(),
                reason: format!("the profile `{}` needs a value", self.name),
            }),
            None => Ok(()),
        }
    }

    /// The form for `message`, percent-encoded.
    ///
    /// # Errors
    /// A row of another program that holds no message which could be sent: the reply says why.
    pub fn form(&self, settings: &Settings, message: &Message) -> Result<String, Reply> {
        // Three bytes for one where the text is not ASCII, and the names.
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(128 + 3 * message.text.len()));
        let setting = |key: &str| settings.values.get(key).map_or("", String::as_str);
        for (field, source) in self.fields {
            match source {
                Source::Setting(key) => form.append_pair(field, setting(key)),
                Source::RecipientDigits => form.append_pair(field, &recipient_digits(&message.recipient)?),
                Source::SenderOr(key) => {
                    let own = message.sender.as_deref().filter(|sender| !sender.is_empty());
                    form.append_pair(field, own.unwrap_or_else(|| setting(key)))
                }
                Source::Text if message.text.is_empty() => {
                    return Err(Reply::rejected(ErrorType::Invalid, "the text is empty"));
                }
                Source::Text => form.append_pair(field, &message.text),
            };
        }
        Ok(form.finish())
    }
}

/// The digits of a number. Rows of other programs may hold spaces, dashes, dots and brackets; anything else is no number.
fn recipient_digits(recipient: &str) -> Result<String, Reply> {
    let invalid = |reason| Err(Reply::rejected(ErrorType::Invalid, reason));
    let number = recipient.trim();
    let number = number.strip_prefix('+').unwrap_or(number);
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if number.chars().any(|c| !(c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')'))) {
        return invalid("the recipient is no phone number: it holds more than digits");
    }
    match digits.len() {
        0 => invalid("the recipient is empty"),
        1..=NUMBER_DIGITS_MAX => Ok(digits),
        _ => invalid("the recipient is no phone number: it has more than 15 digits"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::gateway::answer::Answer;
    use crate::queue::{LaneNotice, Outcome};

    fn settings() -> Settings {
        let values = [("application_id", "App"), ("sender", "85212345678")];
        Settings {
            profile: "hkt".to_owned(),
            base_url: "http://127.0.0.1:1/gateway.jsp".to_owned(),
            values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            rules: BTreeMap::new(),
        }
    }

    fn message(recipient: &str, text: &str, sender: Option<&str>) -> Message {
        Message { recipient: recipient.to_owned(), text: text.to_owned(), sender: sender.map(str::to_owned) }
    }

    #[track_caller]
    fn assert_verdicts(cases: &[(u16, &str, Verdict)]) {
        let rules = HKT.rules(&settings()).expect("the built-in rules can be read");
        for (status, body, verdict) in cases {
            let answer = Answer::new(*status, body.as_bytes(), None);
            assert_eq!(rules.verdict(&answer), *verdict, "{status} {body:?}");
        }
    }

    #[test]
    fn hkt_takes_a_2xx_for_success_only_if_its_body_agrees() {
        assert_verdicts(&[
            (200, "200 OK", Verdict::Accepted),
            (200, "200 OK\r\n", Verdict::Accepted),
            (200, "", Verdict::Accepted),
            (202, "queued 17", Verdict::Accepted),
            (200, "1234567", Verdict::Accepted),
            (200, "<html><body>200 OK</body></html>", Verdict::Accepted),
            (200, "accepted, 0 errors", Verdict::Accepted),
            (200, "401 Unauthorized", Verdict::Credentials),
            (200, "Unauthorised application", Verdict::Credentials),
            (200, "403 Forbidden", Verdict::Credentials),
            (200, "402 Payment Required", Verdict::Credit),
            (200, "402 messages left", Verdict::Accepted),
            (200, "429 Too Many Requests", Verdict::Throttled),
            (200, "503 Service Unavailable", Verdict::Deferred),
            (200, "400 Bad Request", Verdict::Rejected),
            (200, "Error: something", Verdict::Unknown),
            (200, "message sent, but an exception occurred", Verdict::Unknown),
            (200, "<html><title>500</title>java.lang.Exception</html>", Verdict::Unknown),
            (200, "<!doctype html><title>Log in</title><button>OK</button>", Verdict::Unknown),
            (200, "<p>200 OK</p><p>but read on</p>", Verdict::Unknown),
        ]);
    }

    #[test]
    fn hkt_reads_statuses() {
        assert_verdicts(&[
            (301, "", Verdict::Misdirected),
            (302, "", Verdict::Unknown),
            (303, "", Verdict::Unknown),
            (307, "", Verdict::Misdirected),
            (308, "", Verdict::Misdirected),
            (400, "error", Verdict::Rejected),
            (401, "", Verdict::Credentials),
            (402, "", Verdict::Credit),
            (403, "", Verdict::Credentials),
            (404, "", Verdict::Misdirected),
            (408, "", Verdict::Deferred),
            (413, "", Verdict::Rejected),
            (422, "", Verdict::Rejected),
            (429, "", Verdict::Throttled),
            (500, "200 OK", Verdict::Unknown),
            (502, "", Verdict::Unknown),
            (503, "", Verdict::Deferred),
            (504, "", Verdict::Unknown),
            (599, "", Verdict::Unknown),
        ]);
    }

    #[test]
    fn a_body_that_is_no_text_is_unknown() {
        let rules = HKT.rules(&settings()).expect("the built-in rules can be read");
        assert_eq!(rules.verdict(&Answer::new(200, b"\xbf\xf9\xbb~", None)), Verdict::Unknown);
    }

    #[test]
    fn what_concerns_the_lane_is_told_to_the_lane() {
        let rules = HKT.rules(&settings()).expect("the built-in rules can be read");
        for (status, error_type, notice) in [
            (401, ErrorType::Credentials, LaneNotice::BadCredentials),
            (402, ErrorType::Credit, LaneNotice::OutOfCredit),
            (404, ErrorType::Unavailable, LaneNotice::ThrottledFor(Duration::from_secs(60))),
            (429, ErrorType::Throttled, LaneNotice::ThrottledFor(Duration::from_secs(9))),
            (503, ErrorType::Unavailable, LaneNotice::ThrottledFor(Duration::from_secs(9))),
        ] {
            let reply = rules.reply(&Answer::new(status, b"", Some(Duration::from_secs(9))), None);
            assert_eq!(reply.outcome, Outcome::Deferred, "{status}");
            assert_eq!(reply.failure.map(|failure| failure.error_type), Some(error_type), "{status}");
            assert_eq!(reply.lane, Some(notice), "{status}");
        }
    }

    #[test]
    fn the_form_holds_digits_the_sender_and_the_text_byte_for_byte() {
        let form = HKT.form(&settings(), &message("+85291234567", "a b&c=好\n+%", None)).expect("a form");
        assert_eq!(form, "application=App&mrt=85291234567&sender=85212345678&msg_utf8=a+b%26c%3D%E5%A5%BD%0A%2B%25");
        let form = HKT.form(&settings(), &message("9123 4567", "x", Some("#Shop"))).expect("a form");
        assert_eq!(form, "application=App&mrt=91234567&sender=%23Shop&msg_utf8=x");
    }

    #[test]
    fn a_row_without_a_number_or_a_text_is_invalid() {
        for (recipient, text) in
            [("", "x"), ("+", "x"), ("12a", "x"), ("1234567890123456", "x"), ("123", ""), ("１２３", "x")]
        {
            let reply = HKT.form(&settings(), &message(recipient, text, None)).expect_err("nothing that could be sent");
            assert_eq!(reply.outcome, Outcome::Rejected, "{recipient:?} {text:?}");
            assert_eq!(reply.failure.map(|failure| failure.error_type), Some(ErrorType::Invalid));
        }
    }

    #[test]
    fn settings_that_lack_something_are_named() {
        let mut settings = settings();
        settings.values.insert("application_id".to_owned(), String::new());
        let error = HKT.check(&settings).expect_err("the application is missing");
        assert_eq!(error.to_string(), "`application_id`: the profile `hkt` needs a value");
        assert_eq!(
            Profile::named("hkd").expect_err("no such profile").to_string(),
            "`profile`: no profile is called `hkd`; there are `hkt`"
        );
    }
}
