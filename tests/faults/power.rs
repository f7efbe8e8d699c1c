//! The power fails. A run is recorded, write by write and fsync by fsync, and then it is cut off at many points; `disk_model.rs`
//! says what the disk may hold then. From that the queue goes on: nothing that was acknowledged is lost, nothing is corrupt, and
//! nothing that may have left would be sent again.
//!
//! `SMSCTL_TEST_CRASHES` says how many points are looked at (default 150).

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use rusqlite::Connection;

use crate::disk_model::{Disk, Record, records};
use crate::night::{Night, slow};
use crate::shim::Shim;

/// Of so many points one is gone on from, by `smsctl` itself; the others are only opened and compared.
const GO_ON_EVERY: usize = 6;

fn crashes() -> usize {
    let asked = std::env::var("SMSCTL_TEST_CRASHES").ok().and_then(|word| word.parse().ok());
    asked.unwrap_or(150)
}

/// A queue that lives through one recorded command after another.
struct Life {
    night: Night,
    shim: Shim,
    next: Cell<u64>,
    /// By the order of the commands: the messages that it acknowledges as soon as it says something.
    acknowledges: RefCell<Vec<BTreeSet<u64>>>,
}

impl Life {
    /// Messages one by one and by the file, and workers that come and go: the log is written into the database more than once.
    fn live() -> Life {
        let (night, shim) = Shim::night(Night::new(slow(1)));
        let life = Life { night, shim, next: Cell::new(0), acknowledges: RefCell::default() };
        life.enqueue_one();
        life.enqueue_one();
        life.enqueue_file(150);
        life.work("--max-tasks 100");
        life.enqueue_one();
        life.enqueue_file(250);
        life.work("--drain");
        life
    }

    fn command(&self, words: &str, acknowledges: BTreeSet<u64>) {
        self.shim.record(self.night.smsctl(words)).run().success().any_stdout().any_stderr();
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
        self.command(&format!("work --workers 4 --quiet {words}"), BTreeSet::new());
    }

    fn folder(&self) -> PathBuf {
        self.night.world.path("queue")
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
struct Known {
    /// By its process id, the place of a command.
    commands: HashMap<u64, usize>,
    acknowledged: BTreeSet<u64>,
    /// Requests that left, or may have.
    left: BTreeSet<u64>,
}

impl Known {
    fn learn(&mut self, record: &Record<'_>, acknowledges: &[BTreeSet<u64>]) {
        let place = self.commands.len();
        let command = *self.commands.entry(record.process).or_insert(place);
        match record.what {
            b'A' => self.acknowledged.extend(&acknowledges[command]),
            b'N' => self.left.extend(numbers(record.bytes)),
            _ => {}
        }
    }

    /// What a database says that the world knows better.
    fn findings(&self, database: &Path) -> Vec<String> {
        match self.compare(database) {
            Ok(findings) => findings,
            // Before the first migration was over nobody had been told anything.
            Err(_) if self.acknowledged.is_empty() && self.left.is_empty() => Vec::new(),
            Err(error) => vec![format!("it cannot be read: {error}")],
        }
    }

    fn compare(&self, database: &Path) -> rusqlite::Result<Vec<String>> {
        let connection = Connection::open(database)?;
        let mut findings = Vec::new();
        let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if whole != "ok" {
            findings.push(whole);
        }
        let mut statement = connection.prepare("SELECT content, status FROM queued_tasks")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut tasks: BTreeMap<u64, String> = BTreeMap::new();
        for (content, status) in rows {
            let Some(number) = numbers(content.as_bytes()).next() else {
                findings.push("a text is none of ours".to_owned());
                continue;
            };
            if tasks.insert(number, status).is_some() {
                findings.push(format!("message {number} is there twice"));
            }
        }
        for number in self.acknowledged.iter().filter(|number| !tasks.contains_key(number)) {
            findings.push(format!("message {number} was acknowledged, and is lost"));
        }
        for (number, status) in tasks {
            let has_left = self.left.contains(&number);
            if has_left && !["processing", "completed"].contains(&status.as_str()) {
                findings.push(format!("message {number} may have left, and is {status}"));
            }
            if status == "completed" && !has_left {
                findings.push(format!("message {number} is completed, and never left"));
            }
        }
        Ok(findings)
    }

    /// `smsctl` goes on from there: what had not left goes out, unless it was about to, and nothing else does.
    fn go_on(&self, after: &Night, database: &Path) -> Vec<String> {
        let url = format!("sqlite:///{}", database.display());
        let before = after.sandbox.ledger().len();
        for words in ["enqueue --to +85291234567 afterwards", "work --drain --workers 4 --quiet", "db check"] {
            after.smsctl(words).env("DATABASE_URL", &url).run().success().any_stdout().any_stderr();
        }
        let sent: BTreeSet<u64> =
            after.sandbox.ledger()[before..].iter().flat_map(|entry| numbers(entry.text.as_bytes())).collect();
        let unknown = after.smsctl("list --error-type unknown -o jsonl").env("DATABASE_URL", &url).run().success();
        let unknown: BTreeSet<u64> = numbers(unknown.any_stderr().any_stdout().stdout_bytes()).collect();
        let again = sent.intersection(&self.left).map(|number| format!("message {number} went out twice"));
        let missing = self
            .acknowledged
            .iter()
            .filter(|number| ![&sent, &self.left, &unknown].iter().any(|set| set.contains(number)));
        let missing = missing.map(|number| format!("message {number} never went out, and nobody says so"));
        // Four senders, and what lay ready for them.
        let excess =
            (unknown.len() > 4 + 64).then(|| format!("{} are unknown: more than can have been out", unknown.len()));
        again.chain(missing).chain(excess).collect()
    }
}

/// Cuts the life off at `crashes` points and says what was wrong at each.
fn cut(life: &Life, crashes: usize, is_lying: bool) -> Vec<String> {
    let trace = life.shim.trace();
    let records = records(&trace);
    let acknowledges = life.acknowledges.borrow();
    let mut dice = Rng::with_seed(7);
    let mut points: Vec<usize> = (0..crashes).map(|_| dice.usize(1..=records.len())).collect();
    points.sort_unstable();
    let (after, _shim) = Shim::night(Night::new(slow(0)));
    let (mut disk, mut known, mut findings) = (Disk::new(&life.folder()), Known::default(), Vec::new());
    disk.is_lying = is_lying;
    let mut done = 0;
    for (crash, point) in points.into_iter().enumerate() {
        for record in &records[done..point] {
            disk.apply(record);
            known.learn(record, &acknowledges);
        }
        done = point;
        let place = after.world.path(&format!("crash{crash}"));
        fs::create_dir(&place).expect("a folder");
        for (name, content) in disk.after_a_crash(&mut dice) {
            fs::write(place.join(Path::new(&name).file_name().expect("a name")), content).expect("writes");
        }
        let database = place.join("sms.db");
        let found = known.findings(&database);
        findings
            .extend(found.into_iter().map(|finding| format!("after {point} of {} calls: {finding}", records.len())));
        if crash % GO_ON_EVERY == 0 && !is_lying {
            let found = known.go_on(&after, &database);
            findings.extend(found.into_iter().map(|finding| format!("gone on after {point} calls: {finding}")));
        }
        fs::remove_dir_all(&place).expect("removes");
    }
    let Known { acknowledged, left, .. } = known;
    assert!(acknowledged.len() > 300 && left.len() > 100, "the life was too short to prove anything");
    findings
}

#[test]
fn a_power_loss_at_any_moment_loses_nothing_and_doubles_nothing() {
    let findings = cut(&Life::live(), crashes(), false);
    assert!(findings.is_empty(), "{findings:#?}");
}

/// The judge can find something: on a disk that lies about its fsyncs the same life loses messages.
#[test]
fn on_a_disk_that_lies_a_power_loss_is_found_to_lose_messages() {
    let findings = cut(&Life::live(), 40, true);
    assert!(findings.iter().any(|finding| finding.contains("is lost")), "{findings:#?}");
}
