//! The HTTP client, and how its failures are read. The only part that names ureq.
//!
//! What never left is `deferred`: no host, no connection, no TLS, or a connection that broke before the kernel took a byte of
//! the request. What left and brought no whole answer is `unknown`. There is nothing in between, and no second try in here:
//! the client follows no redirect and repeats no request (ureq 3.5 does not resend on a stale connection; a test holds that).

mod agents;
mod buffers;
mod call;
mod dial;
mod handshake;
mod idle;
mod patience;
mod tls;
mod transport;
mod trust;

use std::io::Read;
use std::time::Duration;

use ureq::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri, header};
use ureq::{Agent, Body};

use self::agents::Agents;
use self::call::Progress;
pub(super) use self::idle::close_all as close_idle;
use self::patience::retry_after;
use self::tls::Tls;
use super::answer::{Answer, Given};
use super::profile::{Ask, Content, Method, Profile};
use super::rules::{RuleLine, Rules};
pub use super::settings::Settings;
use super::{Delivery, Gateway, GatewayError, not_reached, system_words};
use crate::queue::{ErrorType, Reply};

/// The most that is read of an answer's body, in bytes. Rules look at no more, an answer that goes on is no success, and its
/// connection is closed.
pub const BODY_BYTES_MAX: u64 = 64 * 1024;
/// The most that is read of an answer's head, in bytes; also the size of a connection's buffers.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long a connection may idle before it is not used again. A request on a connection that the server is just closing is
/// lost without an answer, so this stays below the 5 s of Apache and Node, the shortest patience of common servers.
const IDLE_MAX: Duration = Duration::from_secs(4);

/// Where a gateway is: what may be shown of its URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host, with the port if the URL names one.
    pub host: String,
    /// The URL without its query, which may hold secrets.
    pub url: String,
}

/// A gateway that cannot be reached: no name, no connection, no TLS.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Unreachable {
    reason: String,
}

/// Builds the gateway; `senders` is how many threads use it at once.
///
/// # Errors
/// A setting is missing or wrong.
pub fn open(settings: &Settings, senders: usize) -> Result<Box<dyn Gateway>, GatewayError> {
    Ok(Box::new(HttpGateway::new(settings, senders)?))
}

/// Where the gateway of these settings is.
///
/// # Errors
/// `base_url` is wrong.
pub fn address(settings: &Settings) -> Result<Address, GatewayError> {
    let uri = base_uri(settings)?;
    let host = uri.authority().map_or("", |authority| authority.as_str()).to_owned();
    let query = if uri.query().is_some() { "?***" } else { "" };
    let url = format!("{}://{host}{}{query}", uri.scheme_str().unwrap_or("http"), uri.path());
    Ok(Address { host, url })
}

/// The reply rules of these settings, in their order.
///
/// # Errors
/// The profile or a rule is wrong.
pub fn rules(settings: &Settings) -> Result<Vec<RuleLine>, GatewayError> {
    Ok(Profile::open(&settings.profile)?.rules(settings)?.lines())
}

/// Looks the host up, connects, and shakes hands over TLS if it is `https`; sends no request.
///
/// # Errors
/// A setting is wrong: the outer error. The gateway is out of reach: the inner one.
pub fn probe(settings: &Settings) -> Result<Result<(), Unreachable>, GatewayError> {
    let gateway = HttpGateway::new(settings, 1)?;
    call::begin(Progress::Probing, settings.timeout, None);
    let Err(error) = gateway.run(Ask { query: String::new(), body: String::new() }) else { return Ok(Ok(())) };
    if call::progress() == Progress::Reached {
        return Ok(Ok(()));
    }
    Ok(Err(Unreachable { reason: gateway.describe(&error) }))
}

struct HttpGateway {
    agents: Agents,
    uri: Uri,
    headers: HeaderMap,
    profile: Profile,
    rules: Rules,
    secrets: Vec<String>,
    settings: Settings,
}

impl HttpGateway {
    fn new(settings: &Settings, senders: usize) -> Result<HttpGateway, GatewayError> {
        let profile = Profile::open(&settings.profile)?;
        profile.check(settings)?;
        let headers = headers(&profile, settings)?;
        let rules = profile.rules(settings)?;
        let uri = base_uri(settings)?;
        for (key, span) in [("timeout", settings.timeout), ("connect_timeout", settings.connect_timeout)] {
            if span.is_zero() {
                return Err(wrong(key, "must be more than nothing"));
            }
        }
        let tls = match &settings.ca_file {
            Some(file) => Tls::of_file(file).map_err(|reason| wrong("ca_file", &reason))?,
            None => Tls::built_in(),
        };
        let config = Agent::config_builder()
            .tls_config(tls.settings())
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(senders)
            .max_idle_connections_per_host(senders)
            .max_idle_age(IDLE_MAX)
            .max_response_header_size(HEAD_BYTES_MAX)
            .input_buffer_size(HEAD_BYTES_MAX)
            .output_buffer_size(line_bytes(&profile, &uri, &headers))
            // The wire keeps the time of the whole call.
            .timeout_connect(Some(settings.connect_timeout))
            .user_agent(concat!("smsctl/", env!("CARGO_PKG_VERSION")))
            .build();
        let secrets = profile.secrets(settings);
        Ok(HttpGateway {
            secrets,
            agents: Agents::new(&config, &tls, senders, settings.keep_alive),
            uri,
            headers,
            profile,
            rules,
            settings: settings.clone(),
        })
    }

    /// Puts the request on the wire, and reads the head of the answer.
    fn run(&self, ask: Ask) -> Result<Response<Body>, ureq::Error> {
        let agent = self.agents.mine();
        match self.profile.method() {
            Method::Post => agent.run(self.request(self.uri.clone(), ask.body)),
            Method::Get => agent.run(self.request(with_query(&self.uri, &ask.query)?, ())),
        }
    }

    fn request<B>(&self, uri: Uri, body: B) -> Request<B> {
        let mut request = Request::new(body);
        *request.method_mut() = match self.profile.method() {
            Method::Post => ureq::http::Method::POST,
            Method::Get => ureq::http::Method::GET,
        };
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers.clone();
        request
    }

    /// One request and its whole answer.
    fn call(&self, ask: Ask) -> Result<Answer, ureq::Error> {
        let mut response = self.run(ask)?;
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let mut body = Vec::new();
        let read = response.body_mut().as_reader().take(BODY_BYTES_MAX + 1).read_to_end(&mut body);
        // Half of a body may have been the better half, whatever the status says: a rule may go by the words.
        read?;
        if call::read_failed() {
            return Err(ureq::Error::Io(std::io::ErrorKind::ConnectionReset.into()));
        }
        // An answer that is longer than what is read of it leaves the rest behind.
        let is_whole = body.len() as u64 <= BODY_BYTES_MAX;
        if call::has_surplus() && is_whole {
            self.agents.distrust();
        }
        body.truncate(BODY_BYTES_MAX as usize);
        let answer = Answer::new(status.as_u16(), &body, retry_after);
        Ok(if is_whole { answer } else { answer.cut() })
    }

    /// A failure of the client in words that hold nothing of the request.
    fn describe(&self, error: &ureq::Error) -> String {
        let host = self.uri.authority().map_or("", |authority| authority.as_str());
        match error {
            ureq::Error::Timeout(_) if call::progress() != Progress::Left => {
                let limit = self.settings.connect_timeout.min(self.settings.timeout);
                format!("no connection to `{host}` within {limit:?}")
            }
            ureq::Error::Timeout(_) => format!("no answer from `{host}` within {:?}", self.settings.timeout),
            ureq::Error::HostNotFound => format!("no address is known for `{host}`"),
            ureq::Error::Io(error) => match handshake::failure(error) {
                Some(failure) => self.describe_tls(failure),
                None if self.is_without_tls() && handshake::is_hang_up(error) => {
                    format!("no TLS with `{host}`: {}", handshake::HUNG_UP)
                }
                None => format!("`{host}`: {}", system_words(error)),
            },
            ureq::Error::Rustls(failure) => self.describe_tls(failure),
            ureq::Error::Tls(reason) => format!("no TLS with `{host}`: {reason}"),
            ureq::Error::LargeResponseHeader(_, _) => {
                format!("the head of the answer from `{host}` is longer than {HEAD_BYTES_MAX} bytes")
            }
            ureq::Error::Decompress(kind, _) => {
                format!("what `{host}` answered is called {kind}, and cannot be unpacked")
            }
            // The parser's own words may quote the answer.
            ureq::Error::Protocol(_) => format!("what `{host}` answered is no HTTP"),
            _ => format!("the connection to `{host}` failed"),
        }
    }
}

impl HttpGateway {
    /// A failure of TLS, while it was made or later.
    fn describe_tls(&self, failure: &rustls::Error) -> String {
        let host = self.uri.authority().map_or("", |authority| authority.as_str());
        let words = handshake::describe(failure, self.settings.ca_file.as_deref());
        if self.is_without_tls() {
            format!("no TLS with `{host}`: {words}")
        } else {
            format!("TLS with `{host}` broke: {words}")
        }
    }

    /// Whether the call of this thread asked for TLS, and has not come so far.
    fn is_without_tls(&self) -> bool {
        let has_no_connection = matches!(call::progress(), Progress::Connecting | Progress::Probing);
        has_no_connection && self.uri.scheme_str() == Some("https")
    }
}

impl Gateway for HttpGateway {
    fn send(&self, delivery: &Delivery<'_>) -> Reply {
        let Some(message) = delivery.message else {
            return Reply::rejected(ErrorType::Invalid, "the row holds no message, and this lane sends nothing else");
        };
        let ask = match self.profile.ask(&self.settings, delivery, message) {
            Ok(ask) => ask,
            Err(reply) => return reply,
        };
        call::begin(Progress::Connecting, self.settings.timeout, delivery.departure);
        match self.call(ask) {
            Ok(answer) => {
                let texts: Vec<&str> =
                    [message.text.as_str()].into_iter().chain(self.secrets.iter().map(String::as_str)).collect();
                self.rules.reply(&answer, &Given { texts: &texts, number: &message.recipient })
            }
            Err(error) if call::progress() == Progress::Left => {
                if call::was_hung_up() && !matches!(error, ureq::Error::Timeout(_)) {
                    self.agents.lost();
                }
                Reply::unknown(&format!("the request left, and then: {}", self.describe(&error)))
            }
            Err(error) => {
                let reply = Reply::deferred(ErrorType::Unreachable, &self.describe(&error));
                match &error {
                    ureq::Error::Io(cause) => not_reached(reply, Some(cause)),
                    ureq::Error::HostNotFound
                    | ureq::Error::Timeout(_)
                    | ureq::Error::ConnectionFailed
                    | ureq::Error::Rustls(_)
                    | ureq::Error::Tls(_) => not_reached(reply, None),
                    // The client would not make this one request: that speaks of the message, and other messages may go.
                    _ => reply,
                }
            }
        }
    }
}

/// Room for the first line of a request, and for each of its headers, in bytes. Bodies go through it in pieces.
fn line_bytes(profile: &Profile, uri: &Uri, headers: &HeaderMap) -> usize {
    /// What the client writes by itself, method, version and names of headers.
    const OWN_BYTES: usize = 1024;
    let longest = headers.values().map(HeaderValue::len).max().unwrap_or(0);
    let least = longest.max(uri.to_string().len()) + OWN_BYTES;
    match profile.method() {
        Method::Post => least,
        Method::Get => least + HEAD_BYTES_MAX,
    }
}

/// The headers of every request of this gateway.
fn headers(profile: &Profile, settings: &Settings) -> Result<HeaderMap, GatewayError> {
    let mut headers = HeaderMap::new();
    if profile.method() == Method::Post {
        let content_type = match profile.content() {
            Content::Form => "application/x-www-form-urlencoded; charset=UTF-8",
            Content::Json => "application/json",
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if !settings.keep_alive {
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    for (name, value) in profile.headers(settings) {
        let reason = || wrong("profile", &format!("the header `{name}` would hold what no header may"));
        // The client would not write another one: RFC 9110, 5.5, leaves what it means to whoever reads it.
        if !value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
            return Err(reason());
        }
        let mut value = HeaderValue::from_str(&value).map_err(|_| reason())?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| reason())?, value);
    }
    Ok(headers)
}

/// `uri` with the parameters of a GET behind it, after those that it has.
fn with_query(uri: &Uri, query: &str) -> Result<Uri, ureq::Error> {
    let old = uri.query().map_or(String::new(), |old| format!("{old}&"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(format!("{}?{old}{query}", uri.path()).parse().map_err(ureq::http::Error::from)?);
    Ok(Uri::from_parts(parts).map_err(ureq::http::Error::from)?)
}

fn base_uri(settings: &Settings) -> Result<Uri, GatewayError> {
    let key = "base_url";
    let text = settings.base_url.trim();
    if text.is_empty() {
        return Err(wrong(key, "a gateway needs a URL, for example `https://gateway.example/gateway.jsp`"));
    }
    if !text.contains("://") {
        return Err(wrong(key, &format!("has no scheme; write `https://{}`", without_query(text))));
    }
    let parse = |text: &str| text.parse::<Uri>().map_err(|_| wrong(key, "is no URL"));
    // A host beyond ASCII is refused as it stands; path and query can be written in a way that every server reads.
    let uri = parse(text).and_then(|_| parse(&percent_encoded(text)))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(wrong(key, "must begin with `https://` or `http://`"));
    }
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if authority.contains('@') {
        return Err(wrong(key, "may hold no user and no password"));
    }
    if uri.host().unwrap_or_default().is_empty() {
        return Err(wrong(key, "names no host"));
    }
    // The parser takes any digits for a port.
    let port = authority.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err(wrong(key, "has a port that is none: ports are 1 to 65535"));
    }
    Ok(uri)
}

/// `text` with the bytes of letters beyond ASCII as percent signs and digits.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            0x80.. => encoded.push_str(&format!("%{byte:02X}")),
            _ => encoded.push(char::from(byte)),
        }
    }
    encoded
}

fn without_query(text: &str) -> &str {
    text.split('?').next().unwrap_or_default()
}

fn wrong(key: &str, reason: &str) -> GatewayError {
    GatewayError::Setting { key: key.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn settings(base_url: &str) -> Settings {
        Settings {
            profile: "hkt".to_owned(),
            base_url: base_url.to_owned(),
            values: [("application_id", "App"), ("sender", "85212345678")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .into(),
            timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(2),
            keep_alive: true,
            ca_file: None,
            rules: BTreeMap::new(),
        }
    }

    #[test]
    fn a_url_that_leads_nowhere_is_named_before_anything_is_sent() {
        for (url, reason) in [
            ("", "a gateway needs a URL"),
            ("gateway.example/gateway.jsp?key=secret", "write `https://gateway.example/gateway.jsp`"),
            ("ftp://gateway.example/", "must begin with"),
            ("https://", "is no URL"),
            ("https:///path", "is no URL"),
            ("https://user:secret@gateway.example/", "may hold no user"),
            ("http://a b/", "is no URL"),
            ("http://gäteway.example/", "is no URL"),
            ("http://gateway.example:0/", "has a port that is none"),
            ("http://gateway.example:65536/", "has a port that is none"),
        ] {
            let error = open(&settings(url), 1).err().unwrap_or_else(|| panic!("{url:?} was taken")).to_string();
            assert!(error.starts_with("`base_url`: ") && error.contains(reason), "{url:?}: {error}");
            assert!(!error.contains("secret"), "{url:?}: {error}");
        }
        for url in ["https://gateway.example:8443/gateway.jsp?x=1", "http://[::1]/x", "http://[::1]:80"] {
            assert!(open(&settings(url), 1).is_ok(), "{url:?}");
        }
    }

    #[test]
    fn an_address_shows_no_query() {
        let address = address(&settings("https://gateway.example:8443/gateway.jsp?key=secret")).expect("an address");
        assert_eq!(address.host, "gateway.example:8443");
        assert_eq!(address.url, "https://gateway.example:8443/gateway.jsp?***");
    }
}
