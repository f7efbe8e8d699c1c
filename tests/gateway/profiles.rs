//! Profiles of one's own: the examples of `docs/gateways.md`, on the wire.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::mpsc;

use smsctl::gateway::http::{self, Settings};
use smsctl::queue::{ErrorType, Message, Outcome, Reply};

use super::wire::{Act, Peer, answer, read_head, read_request};
use super::{PATIENCE, assert_accepted, assert_reply, assert_unknown, send};

const TEXT: &str = "50% \"off\" & 好\n{{ text }}";

/// The example `name` of the documentation, in a file of its own.
fn example(directory: &tempfile::TempDir, name: &str) -> String {
    let page = include_str!("../../docs/gateways.md");
    let (_, from) = page.split_once(&format!("```toml\n# {name}\n")).expect("an example of this name");
    let (example, _) = from.split_once("```").expect("its end");
    let path = directory.path().join(name);
    std::fs::write(&path, example).expect("a file");
    path.to_str().expect("text").to_owned()
}

fn settings(profile: String, url: String) -> Settings {
    let values = ["username", "password", "api_key", "api_secret", "token"].map(|key| (key, "s3 cret"));
    Settings {
        profile,
        base_url: url,
        values: values.into_iter().chain([("sender", "Shop")]).map(|(key, value)| (key.into(), value.into())).collect(),
        timeout: PATIENCE,
        connect_timeout: PATIENCE,
        keep_alive: true,
        ca_file: None,
        rules: BTreeMap::new(),
    }
}

/// Sends one message by the example `name`, and gives back what the peer saw, and what became of its answer.
fn exchange(name: &str, status: &str, body: &str) -> (String, Reply) {
    let directory = tempfile::tempdir().expect("a directory");
    let (told, request) = mpsc::channel();
    let (answer, is_get) = (answer(status, body), name == "kannel.toml");
    let act: Act = Box::new(move |stream| {
        let request = if is_get { read_head(stream) } else { read_request(stream) };
        told.send(request).expect("the test listens");
        stream.write_all(answer.as_bytes()).expect("the client listens");
    });
    let peer = Peer::new(vec![act]);
    let settings = settings(example(&directory, name), peer.url() + "?x=1");
    let gateway = http::open(&settings, 1).expect("the example is right");
    let message = Message { recipient: "+85291234567".to_owned(), text: TEXT.to_owned(), sender: None };
    let reply = send(&*gateway, &message);
    peer.assert_no_more();
    (request.recv_timeout(PATIENCE).expect("a request"), reply)
}

#[test]
fn kannel_is_asked_by_get() {
    let (request, reply) = exchange("kannel.toml", "202 Accepted", "0: Accepted for delivery");
    assert_accepted(&reply);
    let query = "x=1&username=s3+cret&password=s3+cret&from=Shop&to=%2B85291234567\
                 &text=50%25+%22off%22+%26+%E5%A5%BD%0A%7B%7B+text+%7D%7D&charset=UTF-8&coding=2";
    assert!(request.starts_with(&format!("GET /gateway.jsp?{query} HTTP/1.1\r\n")), "{request}");
    assert!(!request.to_lowercase().contains("content-"), "a GET has no body: {request}");
}

#[test]
fn kannels_answers_are_read() {
    for (status, body, outcome, error_type) in [
        ("202 Accepted", "Sent.", Outcome::Accepted, None),
        ("202 Accepted", "what?", Outcome::Unknown, Some(ErrorType::Unknown)),
        ("200 OK", "0: Accepted for delivery", Outcome::Unknown, Some(ErrorType::Unknown)),
        ("403 Forbidden", "Not routable. Do not try again.", Outcome::Rejected, Some(ErrorType::Rejected)),
        ("403 Forbidden", "Authorization failed for sendsms", Outcome::Deferred, Some(ErrorType::Credentials)),
        ("503 Busy", "Temporal failure, try again later.", Outcome::Deferred, Some(ErrorType::Unavailable)),
        ("502 Bad Gateway", "", Outcome::Unknown, Some(ErrorType::Unknown)),
    ] {
        assert_reply(&exchange("kannel.toml", status, body).1, outcome, error_type);
    }
}

#[test]
fn a_gateway_that_answers_200_to_everything_is_read_by_its_body() {
    let parts = |statuses: &[u32]| {
        let parts = statuses
            .iter()
            .map(|status| format!("{{\"to\":\"1\",\"message-id\":\"0A{status}\",\"status\": \"{status}\"}}"));
        format!("{{\"messages\":[{}]}}", parts.collect::<Vec<_>>().join(",\n"))
    };
    let (request, reply) = exchange("parts.toml", "200 OK", &parts(&[0, 0]));
    assert_accepted(&reply);
    assert_eq!(reply.provider_message_id.as_deref(), Some("0A0"));
    assert!(request.contains("&to=85291234567&"), "{request}");
    assert!(request.ends_with("&type=unicode&client-ref=1"), "{request}");
    assert_unknown(&exchange("parts.toml", "200 OK", &parts(&[0, 1])).1);
    assert_unknown(&exchange("parts.toml", "200 OK", "<html>maintenance</html>").1);
    for (status, outcome, error_type) in [
        (1, Outcome::Deferred, ErrorType::Throttled),
        (3, Outcome::Rejected, ErrorType::Rejected),
        (4, Outcome::Deferred, ErrorType::Credentials),
        (9, Outcome::Deferred, ErrorType::Credit),
        (10, Outcome::Deferred, ErrorType::Unavailable),
        (99, Outcome::Unknown, ErrorType::Unknown),
    ] {
        assert_reply(&exchange("parts.toml", "200 OK", &parts(&[status])).1, outcome, Some(error_type));
    }
}

#[test]
fn json_keeps_texts_and_nests() {
    let (request, reply) = exchange("json.toml", "201 Created", "{\"id\": \"m-1\"}");
    assert_accepted(&reply);
    assert_eq!(reply.provider_message_id.as_deref(), Some("m-1"));
    let (head, body) = request.split_once("\r\n\r\n").expect("head and body");
    let head = head.to_lowercase();
    assert!(
        head.contains("content-type: application/json\r\n") && head.contains("authorization: bearer s3 cret"),
        "{head}"
    );
    let wanted = serde_json::json!({
        "recipients": ["+85291234567"], "originator": "Shop", "body": TEXT, "reference": "task-1",
        "options": {"flash": false, "validity": 3600}
    });
    assert_eq!(serde_json::from_str::<serde_json::Value>(body).expect("JSON"), wanted);
}

#[test]
fn a_value_that_no_header_may_hold_is_refused_and_not_shown() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut settings = settings(example(&directory, "json.toml"), "http://127.0.0.1:1/".to_owned());
    for token in ["s3cret\r\nX-Evil: 1", "s3cret\u{e9}", "s3cret\u{80}", "秘密"] {
        settings.values.insert("token".to_owned(), token.to_owned());
        let error = http::open(&settings, 1).err().expect("a header is one line of ASCII").to_string();
        assert_eq!(error, "`profile`: the header `authorization` would hold what no header may");
    }
    settings.values.remove("token");
    let error = http::open(&settings, 1).err().expect("the token is missing").to_string();
    assert_eq!(error, "`values.token`: the profile `json.toml` needs a value");
}
