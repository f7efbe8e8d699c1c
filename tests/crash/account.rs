//! Every task held against the gateway's ledger.

use std::collections::HashMap;

use crate::scene::Scene;

#[derive(Debug, Default)]
pub struct Account {
    pub tasks: u64,
    pub completed: u64,
    pub unknown: u64,
    /// Neither completed nor unknown: ids and states, the first few.
    pub other: Vec<(u64, String)>,
    /// Messages that the gateway took more than once.
    pub sent_twice: u64,
    /// Tasks that were claimed again after an unknown outcome.
    pub ordered_again: u64,
    /// What the queue says against what the gateway took: the first few that differ.
    pub lies: Vec<String>,
}

impl Account {
    pub fn take(scene: &Scene) -> Account {
        let mut taken: HashMap<String, u64> = HashMap::new();
        for entry in scene.sandbox.ledger().into_iter().filter(|entry| entry.accepted) {
            *taken.entry(entry.text).or_default() += 1;
        }
        let mut out = Account { sent_twice: taken.values().filter(|n| **n > 1).count() as u64, ..Account::default() };
        for line in scene.run(&["list", "-o", "jsonl"]).lines() {
            let task: serde_json::Value = serde_json::from_str(line).expect("a task in JSON");
            let id = task["id"].as_u64().expect("an id");
            let times = taken.remove(task["content"].as_str().expect("a text")).unwrap_or(0);
            out.enter(id, &task, times);
        }
        assert!(taken.is_empty(), "the gateway took {} messages that no task tells of", taken.len());
        let findings = scene.run(&["db", "check", "-o", "jsonl"]);
        assert!(findings.trim().is_empty(), "after all that the database is whole: {findings}");
        out
    }

    fn enter(&mut self, id: u64, task: &serde_json::Value, times: u64) {
        self.tasks += 1;
        let status = task["status"].as_str().expect("a status");
        let unknown = task["error_type"] == "unknown";
        match status {
            "completed" => self.completed += 1,
            "failed" if unknown => self.unknown += 1,
            _ => self.other.push((id, status.to_owned())),
        }
        if task["retry_count"].as_u64() > Some(0) {
            self.ordered_again += 1;
        }
        let is_true = match status {
            "completed" => times >= 1,
            "failed" if unknown => true,
            _ => times == 0,
        };
        if !is_true {
            self.lies.push(format!("task {id} is {status}, and the gateway took it {times} times"));
        }
    }

    #[track_caller]
    pub fn assert_nothing_lost(&self, messages: u64) {
        assert_eq!(self.tasks, messages, "every message has its task: {self:#?}");
    }

    #[track_caller]
    pub fn assert_nothing_doubled(&self) {
        assert_eq!(self.sent_twice, 0, "no message went out twice: {self:#?}");
    }

    /// Completed means taken; pending or failed, but for unknown, means not taken.
    #[track_caller]
    pub fn assert_said_is_true(&self) {
        assert!(self.lies.is_empty(), "{:#?}", self.lies);
        assert!(self.other.is_empty(), "after a drain each task is completed or unknown: {:?}", self.other);
    }
}
