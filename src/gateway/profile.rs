//! Gateway profiles: how a provider is asked, and what its answers mean. Profiles are data: one is built in, others are files.

mod file;
mod hkt;
mod template;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use regex::Regex;

use self::template::{Filling, Template};
use super::rules::{BuiltInRule, Rules};
use super::settings::Settings;
use super::{Delivery, GatewayError};
use crate::queue::{Message, Reply};

/// Keys of `[gateways.NAME]` that are values of the request themselves; all others stand in `[gateways.NAME.values]`.
const OWN_KEYS: [&str; 2] = ["application_id", "sender"];

/// The shortest word of a header that is taken for a secret, in bytes.
const HEADER_SECRET_BYTES_MIN: usize = 8;

/// The method of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The parameters stand in the body.
    Post,
    /// The parameters stand in the query of the URL.
    Get,
}

/// How the parameters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`
    Json,
}

/// A parameter of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Parameter {
    Text(Template),
    /// A whole number or a flag, as it stands.
    Literal(serde_json::Value),
    /// In JSON alone.
    List(Vec<Parameter>),
    /// In JSON alone.
    Table(Vec<(String, Parameter)>),
}

/// How a provider is asked, and what its answers mean.
#[derive(Debug)]
pub struct Profile {
    name: String,
    method: Method,
    content: Content,
    /// Names in small letters. They hold no part of a message.
    headers: Vec<(String, Template)>,
    /// In their order.
    parameters: Vec<(String, Parameter)>,
    /// By verdict, in the language of `[gateways.NAME.rules]`.
    rules: BTreeMap<String, String>,
    /// Those that are tried after `rules`.
    built_in: &'static [&'static [BuiltInRule]],
    /// Finds the provider's own id in a body that says success: its first group.
    message_id: Option<Arc<Regex>>,
}

/// What is asked of the provider for one message.
#[derive(Debug)]
pub struct Ask {
    /// To be put behind the URL; empty for a POST.
    pub query: String,
    /// Empty for a GET.
    pub body: String,
}

/// Whether the word in `profile` names a file, not a built-in profile: it holds a slash, or ends in `.toml`.
pub fn is_file(profile: &str) -> bool {
    profile.contains('/') || profile.ends_with(".toml")
}

impl Profile {
    /// The built-in profile of this name, or the one in the file of this path.
    ///
    /// # Errors
    /// There is none, or the file is wrong: the reason says where.
    pub fn open(profile: &str) -> Result<Profile, GatewayError> {
        match profile {
            "hkt" => Ok(hkt::profile()),
            path if is_file(path) => file::read(Path::new(path)),
            name => {
                let reason = format!(
                    "no profile is called `{name}`; `hkt` is built in, and one of your own is a file: `{name}.toml`"
                );
                Err(GatewayError::Setting { key: "profile".to_owned(), reason })
            }
        }
    }

    /// The reply rules under these settings.
    ///
    /// # Errors
    /// A rule of the settings cannot be read.
    pub fn rules(&self, settings: &Settings) -> Result<Rules, GatewayError> {
        let rules = Rules::new(&self.rules, self.built_in, &settings.rules)?;
        Ok(rules.with_message_id(self.message_id.clone()))
    }

    /// The method of its requests.
    pub const fn method(&self) -> Method {
        self.method
    }

    /// How its parameters are written.
    pub const fn content(&self) -> Content {
        self.content
    }

    /// Its headers under these settings: names in small letters, and values. Some are secrets.
    pub fn headers<'a>(&'a self, settings: &'a Settings) -> impl Iterator<Item = (&'a str, String)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.fill_from(settings)))
    }

    /// Whether the value of this key is never shown. All that a provider asks for is taken for a secret, but the sender.
    pub fn is_secret(key: &str) -> bool {
        key != "sender"
    }

    /// What the request holds and nobody may read: secret values, words of headers, and values in the query of the URL.
    pub fn secrets(&self, settings: &Settings) -> Vec<String> {
        let values = settings.values.iter().filter(|(key, _)| Profile::is_secret(key)).map(|(_, value)| value.clone());
        let headers = self.headers(settings).filter(|(name, _)| !name.starts_with("accept"));
        // Shorter ones name the kind of a credential, such as `Bearer`.
        let words = headers.flat_map(|(_, value)| value.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let words = words.filter(|word| word.len() >= HEADER_SECRET_BYTES_MIN);
        let query = settings.base_url.split_once('?').map_or("", |(_, query)| query);
        let query = form_urlencoded::parse(query.as_bytes()).map(|(_, value)| value.into_owned());
        values.chain(words).chain(query).collect()
    }

    /// Checks that the settings hold what the request needs.
    ///
    /// # Errors
    /// Names the first key that is missing or empty.
    pub fn check(&self, settings: &Settings) -> Result<(), GatewayError> {
        let needs = self.templates().flat_map(Template::needs);
        let mut missing = needs.filter(|key| settings.values.get(*key).is_none_or(|value| value.is_empty()));
        let Some(key) = missing.next() else { return Ok(()) };
        let key = if OWN_KEYS.contains(&key) { key.to_owned() } else { format!("values.{key}") };
        Err(GatewayError::Setting { key, reason: format!("the profile `{}` needs a value", self.name) })
    }

    /// What is asked for `message`.
    ///
    /// # Errors
    /// A row of another program that holds no message which could be sent: the reply says why.
    pub fn ask(&self, settings: &Settings, delivery: &Delivery<'_>, message: &Message) -> Result<Ask, Reply> {
        let filling = Filling::new(settings, delivery, message)?;
        let parameters = match self.content {
            Content::Form => form(&self.parameters, &filling),
            Content::Json => object(&self.parameters, &filling).to_string(),
        };
        Ok(match self.method {
            Method::Get => Ask { query: parameters, body: String::new() },
            Method::Post => Ask { query: String::new(), body: parameters },
        })
    }

    fn templates(&self) -> impl Iterator<Item = &Template> {
        let headers = self.headers.iter().map(|(_, template)| template);
        headers.chain(self.parameters.iter().flat_map(|(_, parameter)| parameter.templates()))
    }
}

impl Parameter {
    fn templates(&self) -> Vec<&Template> {
        match self {
            Parameter::Text(template) => vec![template],
            Parameter::Literal(_) => Vec::new(),
            Parameter::List(items) => items.iter().flat_map(Parameter::templates).collect(),
            Parameter::Table(pairs) => pairs.iter().flat_map(|(_, item)| item.templates()).collect(),
        }
    }

    fn json(&self, filling: &Filling<'_>) -> serde_json::Value {
        match self {
            Parameter::Text(template) => template.fill(filling).into(),
            Parameter::Literal(literal) => literal.clone(),
            Parameter::List(items) => items.iter().map(|item| item.json(filling)).collect(),
            Parameter::Table(pairs) => object(pairs, filling),
        }
    }
}

fn object(pairs: &[(String, Parameter)], filling: &Filling<'_>) -> serde_json::Value {
    pairs.iter().map(|(name, item)| (name.clone(), item.json(filling))).collect()
}

fn form(parameters: &[(String, Parameter)], filling: &Filling<'_>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, parameter) in parameters {
        match parameter.json(filling) {
            serde_json::Value::String(text) => form.append_pair(name, &text),
            other => form.append_pair(name, &other.to_string()),
        };
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use super::*;
    use crate::gateway::answer::{Answer, Given};
    use crate::gateway::rules::Verdict;
    use crate::queue::{ErrorType, LaneNotice, Outcome};

    fn settings() -> Settings {
        let values = [("application_id", "App"), ("sender", "85212345678")];
        Settings {
            profile: "hkt".to_owned(),
            base_url: "http://127.0.0.1:1/gateway.jsp".to_owned(),
            values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            keep_alive: true,
            ca_file: None,
            rules: BTreeMap::new(),
        }
    }

    /// The body of the request for a message.
    fn posted(recipient: &str, text: &str, sender: Option<&str>) -> Result<String, Reply> {
        let message =
            Message { recipient: recipient.to_owned(), text: text.to_owned(), sender: sender.map(str::to_owned) };
        let delivery = Delivery {
            task: 7,
            attempt: 1,
            task_name: "sms",
            message: Some(&message),
            args: None,
            kwargs: None,
            departure: None,
        };
        hkt::profile().ask(&settings(), &delivery, &message).map(|ask| ask.body)
    }

    #[track_caller]
    fn assert_verdicts(cases: &[(u16, &str, Verdict)]) {
        let rules = hkt::profile().rules(&settings()).expect("the built-in rules can be read");
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
            (200, "Out of credit", Verdict::Credit),
            (200, "Quota exceeded", Verdict::Credit),
            (200, "Login required", Verdict::Credentials),
            (200, "queue is full", Verdict::Throttled),
            (200, "Too many requests", Verdict::Throttled),
            (200, "Maintenance", Verdict::Throttled),
            (200, "Blacklisted", Verdict::Rejected),
            (200, "Recipient has opted out", Verdict::OptedOut),
            (200, "Blocked", Verdict::Unknown),
            (200, "{\"code\":-5}", Verdict::Unknown),
            (200, "-1", Verdict::Unknown),
            (200, "<html>Out of credit</html>", Verdict::Unknown),
            (200, "{\"error\":0,\"id\":\"a-1\"}", Verdict::Accepted),
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
        let rules = hkt::profile().rules(&settings()).expect("the built-in rules can be read");
        assert_eq!(rules.verdict(&Answer::new(200, b"\xbf\xf9\xbb~", None)), Verdict::Unknown);
    }

    #[test]
    fn what_concerns_the_lane_is_told_to_the_lane() {
        let rules = hkt::profile().rules(&settings()).expect("the built-in rules can be read");
        for (status, error_type, notice) in [
            (401, ErrorType::Credentials, LaneNotice::BadCredentials),
            (402, ErrorType::Credit, LaneNotice::OutOfCredit),
            (404, ErrorType::Unavailable, LaneNotice::Misdirected),
            (429, ErrorType::Throttled, LaneNotice::ThrottledFor(Duration::from_secs(9))),
            (503, ErrorType::Unavailable, LaneNotice::ThrottledFor(Duration::from_secs(9))),
        ] {
            let reply = rules.reply(&Answer::new(status, b"", Some(Duration::from_secs(9))), &Given::default());
            assert_eq!(reply.outcome, Outcome::Deferred, "{status}");
            assert_eq!(reply.failure.map(|failure| failure.error_type), Some(error_type), "{status}");
            assert_eq!(reply.lane, Some(notice), "{status}");
        }
    }

    #[test]
    fn the_form_holds_digits_the_sender_and_the_text_byte_for_byte() {
        let form = posted("+85291234567", "a b&c=好\n+%", None).expect("a form");
        assert_eq!(form, "application=App&mrt=85291234567&sender=85212345678&msg_utf8=a+b%26c%3D%E5%A5%BD%0A%2B%25");
        let form = posted("9123 4567", "x", Some("#Shop")).expect("a form");
        assert_eq!(form, "application=App&mrt=91234567&sender=%23Shop&msg_utf8=x");
    }

    #[test]
    fn a_row_without_a_number_or_a_text_is_invalid() {
        for (recipient, text) in
            [("", "x"), ("+", "x"), ("12a", "x"), ("1234567890123456", "x"), ("123", ""), ("１２３", "x")]
        {
            let reply = posted(recipient, text, None).expect_err("nothing that could be sent");
            assert_eq!(reply.outcome, Outcome::Rejected, "{recipient:?} {text:?}");
            assert_eq!(reply.failure.map(|failure| failure.error_type), Some(ErrorType::Invalid));
        }
    }

    #[test]
    fn settings_that_lack_something_are_named() {
        let mut settings = settings();
        settings.values.insert("application_id".to_owned(), String::new());
        let error = hkt::profile().check(&settings).expect_err("the application is missing");
        assert_eq!(error.to_string(), "`application_id`: the profile `hkt` needs a value");
        assert_eq!(
            Profile::open("hkd").expect_err("no such profile").to_string(),
            "`profile`: no profile is called `hkd`; `hkt` is built in, and one of your own is a file: `hkd.toml`"
        );
    }
}
