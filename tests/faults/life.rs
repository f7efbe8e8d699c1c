//! The life of a queue that is recorded until the power fails, and what the world outside knows by then: nothing that was
//! acknowledged may be lost, and nothing that may have left may go out again.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::disk_model::Record;
use crate::harness::Call;
use crate::night::Night;

/// Senders of the workers.
const SENDERS: usize = 4;
/// Claims that may lie ready for them.
const READY_MAX: usize = 64;

/// A queue that lives through one recorded command after another.
pub struct Life {
    pub night: Night,
    record: Box<dyn Fn(Call) -> Call>,
    next: Cell<u64>,
    /// By the order of the commands: the messages that it acknowledges as soon as it says something.
    acknowledges: RefCell<Vec<BTreeSet<u64>>>,
}

impl Life {
    /// Messages one by one and by the file, and workers that come and go. `record` makes a command one that is recorded.
    pub fn live(night: Night, record: impl Fn(Call) -> Call + 'static) -> Life {
        let life = Life { night, record: Box::new(record), next: Cell::new(0), acknowledges: RefCell::default() };
        life.enqueue_one();
        life.enqueue_one();
        life.enqueue_file(150);
        life.work("--max-tasks 100");
        life.enqueue_one();
        life.enqueue_file(250);
        life.work("--drain");
        life
    }

    /// What each command acknowledges.
    pub fn acknowledges(self) -> Vec<BTreeSet<u64>> {
        self.acknowledges.into_inner()
    }

    fn command(&self, words: &str, acknowledges: BTreeSet<u64>) {
        (self.record)(self.night.smsctl(words)).run().success().any_stdout().any_stderr();
        self.acknowledges.borrow_mut().push(acknowledges);
    }

    fn numbers(&self, count: u64) -> BTreeSet<u64> {
        let first = self.next.get();
        self.next.set(first + count);
        (first..first + count).collect()
    }

    fn enqueue_one(&self) {
        let number = self.numbers(1);
        self.command(&format!("enqueue --to +85291234567 {}", text(self.next.get() - 1)), number);
    }

    fn enqueue_file(&self, count: u64) {
        let numbers = self.numbers(count);
        let rows: Vec<String> = numbers.iter().map(|n| format!("+8613{n:09},{}", text(*n))).collect();
        self.night.world.write("messages.csv", format!("to,text\n{}\n", rows.join("\n")));
        self.command("enqueue --file messages.csv", numbers);
    }

    fn work(&self, words: &str) {
        self.command(&format!("work --workers {SENDERS} --quiet {words}"), BTreeSet::new());
    }
}

/// A text from which its number is read again, whatever it is encoded in.
fn text(number: u64) -> String {
    format!("m{number}x")
}

/// The numbers of all texts in these bytes.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let pattern = regex::bytes::Regex::new("m([0-9]+)x").expect("a pattern");
    let found: Vec<u64> =
        pattern.captures_iter(bytes).map(|found| String::from_utf8_lossy(&found[1]).parse().expect("digits")).collect();
    found.into_iter()
}

/// What the world outside knows at some point.
#[derive(Default)]
pub struct Known {
    /// By its process id, the place of a command.
    commands: HashMap<u64, usize>,
    acknowledged: BTreeSet<u64>,
    /// Requests that left, or may have.
    left: BTreeSet<u64>,
}

impl Known {
    /// What a command did that was recorded.
    pub fn learn(&mut self, record: &Record<'_>, acknowledges: &[BTreeSet<u64>]) {
        let place = self.commands.len();
        let command = *self.commands.entry(record.process).or_insert(place);
        match record.what {
            b'A' => self.acknowledged.extend(&acknowledges[command]),
            b'N' => self.left.extend(numbers(record.bytes)),
            _ => {}
        }
    }

    /// Nobody had been told anything yet.
    pub fn is_nothing(&self) -> bool {
        self.acknowledged.is_empty() && self.left.is_empty()
    }

    /// Whether enough happened that something could be found.
    #[track_caller]
    pub fn assert_long(&self) {
        let long = self.acknowledged.len() > 300 && self.left.len() > 100;
        assert!(long, "the life was too short to prove anything");
    }

    /// What tasks, by their text and status, say that the world knows better.
    pub fn compare(&self, tasks: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
        let mut findings = Vec::new();
        let mut found: BTreeMap<u64, String> = BTreeMap::new();
        for (content, status) in tasks {
            let Some(number) = numbers(content.as_bytes()).next() else {
                findings.push("a text is none of ours".to_owned());
                continue;
            };
            if found.insert(number, status).is_some() {
                findings.push(format!("message {number} is there twice"));
            }
        }
        for number in self.acknowledged.iter().filter(|number| !found.contains_key(number)) {
            findings.push(format!("message {number} was acknowledged, and is lost"));
        }
        for (number, status) in found {
            let has_left = self.left.contains(&number);
            if has_left && !["processing", "completed"].contains(&status.as_str()) {
                findings.push(format!("message {number} may have left, and is {status}"));
            }
            if status == "completed" && !has_left {
                findings.push(format!("message {number} is completed, and never left"));
            }
        }
        findings
    }

    /// `smsctl` goes on with the database `url`: what had not left goes out, unless it was about to, and nothing else does.
    pub fn go_on(&self, after: &Night, url: &str) -> Vec<String> {
        let before = after.sandbox.ledger().len();
        for words in ["enqueue --to +85291234567 afterwards", "work --drain --workers 4 --quiet", "db check"] {
            after.smsctl(words).env("DATABASE_URL", url).run().success().any_stdout().any_stderr();
        }
        let sent: BTreeSet<u64> =
            after.sandbox.ledger()[before..].iter().flat_map(|entry| numbers(entry.text.as_bytes())).collect();
        let unknown = after.smsctl("list --error-type unknown -o jsonl").env("DATABASE_URL", url).run().success();
        let unknown: BTreeSet<u64> = numbers(unknown.any_stderr().any_stdout().stdout_bytes()).collect();
        let again = sent.intersection(&self.left).map(|number| format!("message {number} went out twice"));
        let missing = self
            .acknowledged
            .iter()
            .filter(|number| ![&sent, &self.left, &unknown].iter().any(|set| set.contains(number)));
        let missing = missing.map(|number| format!("message {number} never went out, and nobody says so"));
        let excess = (unknown.len() > SENDERS + READY_MAX)
            .then(|| format!("{} are unknown: more than can have been out", unknown.len()));
        again.chain(missing).chain(excess).collect()
    }
}
