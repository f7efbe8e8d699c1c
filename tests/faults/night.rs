//! A queue, a gateway that keeps a ledger, and the account that is taken in the morning.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use crate::harness::{BOUND, Call, Ran, Running, World};

/// A queue and its gateway.
pub struct Night {
    pub world: World,
    pub sandbox: Sandbox,
}

impl Night {
    /// A night with a gateway that behaves like this.
    pub fn new(behaviour: Behaviour) -> Night {
        Night::with(behaviour, "")
    }

    /// As `new`, with more settings.
    pub fn with(behaviour: Behaviour, settings: &str) -> Night {
        let sandbox = Sandbox::start(behaviour, None).expect("the sandbox starts");
        let settings = format!(
            "[retry]\nbase = \"1ms\"\ncap = \"10ms\"\n[breaker]\nbase = \"1ms\"\ncap = \"10ms\"\n[gateways.default]\nprofile = \"hkt\"\nbase_url = \"{}\"\n\
             application_id = \"app\"\nsender = \"85212345678\"\ntimeout = \"3s\"\n{settings}",
            sandbox.url()
        );
        Night { world: World::new().settings(&settings), sandbox }
    }

    /// The database lies there from now on.
    pub fn at(self, database: &str) -> Night {
        Night { world: self.world.env("DATABASE_URL", database), ..self }
    }

    pub fn smsctl(&self, words: &str) -> Call {
        self.world.smsctl(words.split_whitespace())
    }

    /// Runs a command that must succeed, and returns what it said.
    #[track_caller]
    pub fn run(&self, words: &str) -> String {
        // As it came: `stdout_text` hides times, and with them the form of JSON.
        let ran = self.smsctl(words).run().success().any_stderr().any_stdout();
        String::from_utf8(ran.stdout_bytes().to_vec()).expect("UTF-8")
    }

    /// Queues `count` messages, each with a text of its own.
    pub fn queue(&self, count: u64) {
        self.queue_from(0, count);
    }

    /// As `queue`, where `first` messages are there already.
    pub fn queue_from(&self, first: u64, count: u64) {
        self.write_messages(first, count);
        self.run("enqueue --file messages.csv --quiet");
    }

    /// Writes the file that `queue_from` enqueues: `messages.csv`.
    pub fn write_messages(&self, first: u64, count: u64) {
        let rows = (first..first + count).fold("to,text\n".to_owned(), |mut rows, n| {
            writeln!(rows, "+8613{n:09},message {n}").expect("a string takes it");
            rows
        });
        self.world.write("messages.csv", rows);
    }

    /// A worker at its work.
    #[track_caller]
    pub fn worker(&self, words: &str) -> Running {
        let worker = self.smsctl(&format!("work -v {words}")).spawn();
        worker.wait_for_stderr("worker_started");
        worker
    }

    /// Waits until the gateway has had so many requests.
    #[track_caller]
    pub fn wait_for_requests(&self, requests: u64) {
        assert!(self.sandbox.wait_for(requests, Some(BOUND)), "{:?} and no more", self.sandbox.counts());
    }

    /// Works until nothing is pending, in flight, or waits for a retry.
    pub fn drain(&self) {
        loop {
            self.run("work --drain --workers 16 --quiet");
            let stats = self.stats();
            let count = |word: &str| stats[word].as_u64().unwrap_or_else(|| panic!("`{word}` in {stats}"));
            if count("pending") + count("processing") == 0 && count("retryable") <= count("unknown") {
                return;
            }
        }
    }

    pub fn stats(&self) -> Value {
        serde_json::from_str(&self.run("stats --json")).expect("JSON")
    }

    /// How many tasks there are of each kind: the status, and the error type of those that failed. What each task says is held
    /// against the ledger, and the database against itself.
    #[track_caller]
    pub fn account(&self) -> BTreeMap<String, u64> {
        let mut taken: HashMap<String, u64> = HashMap::new();
        for entry in self.sandbox.ledger().into_iter().filter(|entry| entry.accepted) {
            *taken.entry(entry.text).or_default() += 1;
        }
        let mut kinds = BTreeMap::new();
        self.each_task(&mut |task| {
            let word = |key: &str| task[key].as_str().unwrap_or_default().to_owned();
            let times = taken.remove(&word("content")).unwrap_or(0);
            let why = if task["status"] == "failed" { format!(" {}", word("error_type")) } else { String::new() };
            let kind = word("status") + &why;
            let is_true = match kind.as_str() {
                "completed" => times == 1,
                "failed unknown" => times <= 1,
                _ => times == 0,
            };
            assert!(is_true || !word("task_func").starts_with("gateway:"), "{times} times taken, and yet: {task}");
            *kinds.entry(kind).or_default() += 1;
        });
        assert!(taken.is_empty(), "the gateway took what no task tells of: {taken:?}");
        self.smsctl("db check").run().success().any_stderr().any_stdout();
        kinds
    }

    /// Looks at every task, page by page: after an hour of work there are many.
    fn each_task(&self, look: &mut dyn FnMut(&Value)) {
        const PAGE: usize = 20_000;
        let mut after = 0;
        loop {
            let page = self.run(&format!("list -o jsonl --limit {PAGE} --after {after}"));
            for line in page.lines() {
                let task: Value = serde_json::from_str(line).expect("a task");
                after = task["id"].as_u64().expect("an id");
                look(&task);
            }
            if page.lines().count() < PAGE {
                return;
            }
        }
    }

    /// How many tasks there are in each status, where the ledger speaks of another database.
    pub fn account_without_ledger(&self) -> BTreeMap<String, u64> {
        let mut kinds = BTreeMap::new();
        self.each_task(&mut |task| {
            *kinds.entry(task["status"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        });
        kinds
    }

    /// The database file in the world's own directory.
    pub fn database(&self) -> PathBuf {
        self.world.path("sms.db")
    }

    /// Opens the database as another program does.
    pub fn other_program(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.database()).expect("opens")
    }
}

/// A gateway that answers after so many milliseconds.
pub fn slow(latency_ms: u64) -> Behaviour {
    Behaviour { latency: Duration::from_millis(latency_ms), ..Behaviour::default() }
}

/// All kinds and their counts, as `account` returns them.
pub fn kinds(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

/// The end of a worker of which only the exit code matters.
pub fn ended(ran: Ran, code: i32) {
    ran.code(code).any_stderr().any_stdout();
}
