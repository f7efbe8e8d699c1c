//! The sandbox gateway misbehaves as ordered, and its ledger is right about every message.

use std::collections::HashMap;
use std::sync::mpsc;
use std::time::Duration;

use regex::Regex;
use smsctl::gateway::sandbox::{Behaviour, Entry, Sandbox};
use smsctl::queue::{ErrorType, Outcome};

use super::{BRIEFLY, PATIENCE, assert_accepted, assert_reply, assert_unknown, gateway, message, send, send_once};

fn start(behaviour: Behaviour) -> Sandbox {
    Sandbox::start(behaviour, None).expect("a sandbox starts")
}

#[track_caller]
fn only_entry(sandbox: &Sandbox) -> Entry {
    let mut entries = sandbox.ledger();
    assert_eq!(entries.len(), 1, "one request came: {entries:?}");
    entries.remove(0)
}

#[test]
fn it_takes_messages_and_writes_them_down() {
    let sandbox = start(Behaviour::default());
    let gateway = gateway(&sandbox.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "好 & \"q\"\n")));
    assert_accepted(&send(&*gateway, &message("+85291234567", "好 & \"q\"\n")));
    let ledger = sandbox.ledger();
    let seen: Vec<_> =
        ledger.iter().map(|entry| (entry.seq, entry.nth, entry.answer.as_str(), entry.accepted)).collect();
    assert_eq!(seen, [(1, 1, "accepted", true), (2, 2, "accepted", true)]);
    assert_eq!((ledger[0].to.as_str(), ledger[0].text.as_str()), ("85291234567", "好 & \"q\"\n"));
    assert_eq!((ledger[0].application.as_str(), ledger[0].sender.as_str()), ("App", "85212345678"));
}

#[test]
fn it_fails_on_order() {
    for (status, outcome, error_type, taken) in [
        (429, Outcome::Deferred, ErrorType::Throttled, false),
        (503, Outcome::Deferred, ErrorType::Unavailable, false),
        (500, Outcome::Unknown, ErrorType::Unknown, false),
        (502, Outcome::Unknown, ErrorType::Unknown, true),
        (504, Outcome::Unknown, ErrorType::Unknown, true),
        (422, Outcome::Rejected, ErrorType::Rejected, false),
    ] {
        let sandbox = start(Behaviour { fail: vec![(status, 1.0)], ..Behaviour::default() });
        assert_reply(&send_once(&sandbox.url(), PATIENCE), outcome, Some(error_type));
        let entry = only_entry(&sandbox);
        assert_eq!((entry.answer, entry.accepted), (status.to_string(), taken));
    }
}

#[test]
fn it_takes_a_message_and_tells_nobody() {
    for (behaviour, answer) in [
        (Behaviour { hang_up: 1.0, ..Behaviour::default() }, "hang-up"),
        (Behaviour { silent: 1.0, ..Behaviour::default() }, "silent"),
        (Behaviour { garbage: 1.0, ..Behaviour::default() }, "garbage"),
    ] {
        let sandbox = start(behaviour);
        assert_unknown(&send_once(&sandbox.url(), BRIEFLY));
        let entry = only_entry(&sandbox);
        assert_eq!((entry.answer.as_str(), entry.accepted), (answer, true));
    }
}

#[test]
fn it_refuses_numbers_texts_and_applications() {
    let reject = Some(Regex::new("4567$|spam").expect("a pattern"));
    let sandbox = start(Behaviour { reject, ..Behaviour::default() });
    let gateway = gateway(&sandbox.url(), PATIENCE);
    assert_reply(&send(&*gateway, &message("+85291234567", "x")), Outcome::Rejected, Some(ErrorType::Rejected));
    assert_reply(&send(&*gateway, &message("+85290000000", "spam!")), Outcome::Rejected, Some(ErrorType::Rejected));
    assert_accepted(&send(&*gateway, &message("+85290000000", "x")));

    let sandbox = start(Behaviour { application: Some("Other".to_owned()), ..Behaviour::default() });
    assert_reply(&send_once(&sandbox.url(), PATIENCE), Outcome::Deferred, Some(ErrorType::Credentials));
    assert!(!only_entry(&sandbox).accepted);
}

#[test]
fn a_slow_answer_is_good_if_it_comes_in_time() {
    let slow = || start(Behaviour { slow_body: Some(Duration::from_millis(100)), ..Behaviour::default() });
    let sandbox = slow();
    assert_accepted(&send_once(&sandbox.url(), PATIENCE));
    let sandbox = slow();
    assert_unknown(&send_once(&sandbox.url(), BRIEFLY));
}

#[test]
fn the_ledger_agrees_with_every_reply_of_many_senders_at_once() {
    const SENDERS: usize = 8;
    const EACH: usize = 60;
    let behaviour =
        Behaviour { fail: vec![(503, 0.2), (502, 0.1)], hang_up: 0.1, garbage: 0.1, ..Behaviour::default() };
    let sandbox = start(behaviour);
    let gateway = gateway(&sandbox.url(), PATIENCE);
    let (told, replies) = mpsc::channel();
    std::thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (told, gateway) = (told.clone(), &gateway);
            scope.spawn(move || {
                for n in 0..EACH {
                    let to = format!("852{sender:04}{n:04}");
                    let reply = send(&**gateway, &message(&to, "Hello"));
                    told.send((to, reply)).expect("the test listens");
                }
            });
        }
    });
    drop(told);
    let ledger: HashMap<String, Entry> = sandbox.ledger().into_iter().map(|entry| (entry.to.clone(), entry)).collect();
    assert_eq!(ledger.len(), SENDERS * EACH);
    assert_eq!(sandbox.counts().requests, (SENDERS * EACH) as u64, "no request came twice");
    for (to, reply) in replies {
        let entry = &ledger[&to];
        let agrees = match reply.outcome {
            Outcome::Accepted => entry.answer == "accepted",
            Outcome::Deferred => entry.answer == "503" && !entry.accepted,
            Outcome::Unknown => ["502", "hang-up", "garbage"].contains(&entry.answer.as_str()) && entry.accepted,
            Outcome::Rejected => false,
        };
        assert!(agrees, "{reply:?} does not agree with {entry:?}");
    }
}

#[test]
fn a_ledger_file_has_a_line_for_every_request_and_is_private() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.jsonl");
    let sandbox = Sandbox::start(Behaviour::default(), Some(&path)).expect("a sandbox starts");
    for _ in 0..2 {
        assert_accepted(&send_once(&sandbox.url(), PATIENCE));
    }
    let text = std::fs::read_to_string(&path).expect("the ledger");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(lines[1]["nth"], 2);
    assert_eq!(lines[1]["answer"], "accepted");
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
}

#[test]
fn to_drop_it_ends_silent_connections_and_waits() {
    let sandbox = start(Behaviour { silent: 1.0, ..Behaviour::default() });
    let gateway = gateway(&sandbox.url(), PATIENCE);
    std::thread::scope(|scope| {
        let reply = scope.spawn(|| send(&*gateway, &message("+85291234567", "Hello")));
        assert!(sandbox.wait_for(1, Some(PATIENCE)), "the request came");
        sandbox.stopper().stop();
        assert!(!sandbox.wait_for(2, None), "a stopped sandbox keeps nobody waiting");
        drop(sandbox);
        assert_unknown(&reply.join().expect("the sender ends"));
    });
}

#[test]
fn what_it_received_is_answered_when_it_is_dropped() {
    let sandbox = start(Behaviour { latency: PATIENCE * 2, ..Behaviour::default() });
    let gateway = gateway(&sandbox.url(), PATIENCE);
    std::thread::scope(|scope| {
        let reply = scope.spawn(|| send(&*gateway, &message("+85291234567", "Hello")));
        assert!(sandbox.wait_for(1, Some(PATIENCE)), "the request came");
        drop(sandbox);
        assert_accepted(&reply.join().expect("the sender ends"));
    });
}
