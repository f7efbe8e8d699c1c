//! A message of high priority that is enqueued while a long queue drains: when it is at the gateway.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use smsctl::gateway::sandbox::{Behaviour, Keep, Sandbox};
use smsctl::queue::{NewTask, Priority};
use smsctl::speed::message;

use super::figures::{median, print};
use super::place::{self, Queue};
use super::process::{Worker, smsctl};
use super::rows;

/// The pause before each, so that they are far from each other.
const PAUSE: Duration = Duration::from_millis(250);

pub fn run(count: u64, messages: u64) {
    let directory = place::scratch();
    let ledger = directory.path().join("ledger.jsonl");
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = Sandbox::listen(loopback, Behaviour::default(), Keep::File(&ledger)).expect("the sandbox starts");
    let queue = Queue::new("urgent", directory.path(), None);
    let store = queue.open();
    rows::fill_long(&queue, &*store, count, |_, _| {}, None);
    let worker = Worker::start(smsctl(&queue, &sandbox.url()).args(["work", "--workers", "64", "--quiet"]));
    assert!(sandbox.wait_for(1_000, Some(Duration::from_secs(60))), "the worker is at work");
    let mut reader = Ledger::open(&ledger);
    let (mut delays, mut ranks) = (Vec::new(), Vec::new());
    let first = sandbox.counts().requests;
    for n in 0..messages {
        std::thread::sleep(PAUSE);
        let text = format!("urgent {n}");
        let mut task = NewTask { priority: Priority::HIGH, ..rows::task(message(n)) };
        task.payload = smsctl::queue::Payload::Message(smsctl::queue::Message { text: text.clone(), ..message(n) });
        let (before, began) = (sandbox.counts().requests, Timestamp::now());
        store.enqueue(&[task], 0).expect("it is enqueued");
        let (at, rank) = reader.find(&text);
        delays.push(at.duration_since(began).as_secs_f64() * 1e3);
        ranks.push(rank.saturating_sub(before) as f64);
    }
    let last = sandbox.counts().requests;
    drop(worker);
    assert!(last < count, "the queue was still draining when the last one went out");
    let longest = delays.iter().copied().fold(0.0, f64::max);
    print(
        &format!("Urgent: {messages} messages of high priority, one at a time, while {count} others drain"),
        &["", "median", "most"],
        &[
            vec![
                "from its enqueue to the gateway, ms".into(),
                format!("{:.1}", median(&delays)),
                format!("{longest:.1}"),
            ],
            vec![
                "others that arrived meanwhile".into(),
                format!("{:.0}", median(&ranks)),
                format!("{:.0}", ranks.iter().copied().fold(0.0, f64::max)),
            ],
        ],
    );
    println!("\nrequests before the first of them and after the last: {first} and {last}; load {:.1}", place::load());
}

/// The gateway's ledger, read as it grows.
struct Ledger {
    file: BufReader<File>,
    line: String,
}

impl Ledger {
    fn open(path: &Path) -> Ledger {
        Ledger { file: BufReader::new(File::open(path).expect("a ledger")), line: String::new() }
    }

    /// When the message with this text came, and as which request.
    fn find(&mut self, text: &str) -> (Timestamp, u64) {
        loop {
            if self.file.read_line(&mut self.line).expect("it reads") == 0 || !self.line.ends_with('\n') {
                // A moment later there is more.
                std::thread::sleep(Duration::from_millis(1));
                continue;
            }
            let line = std::mem::take(&mut self.line);
            // Nearly all lines are others, and need no parser.
            if line.contains(text) {
                let entry: serde_json::Value = serde_json::from_str(&line).expect("JSON");
                if entry["text"] == text {
                    let at = entry["received_at"].as_str().expect("a time").parse().expect("a time");
                    return (at, entry["seq"].as_u64().expect("a number"));
                }
            }
        }
    }
}
