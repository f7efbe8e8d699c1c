//! Every message held against the gateway's ledger.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::output::Lines;
use crate::queue::{Filter, State, Task, TaskId};
use crate::store::Store;

/// Ids that are named of each kind of failure, at most.
const NAMED_MAX: usize = 100;
/// Tasks that are looked at in one go.
const PAGE: u64 = 10_000;

/// What became of all messages. `sent` to `lost` add up to all of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Account {
    /// Completed, and taken once or more.
    pub sent: u64,
    /// Refused for good: dead letters.
    pub rejected: u64,
    /// Out of tries, and not one of them was taken: dead letters.
    pub dead: u64,
    /// Nobody could know.
    pub unknown: u64,
    pub unknown_by: Why,
    /// Never sent and said to be, without a task, or not at an end.
    pub lost: u64,
    /// Taken more than once; nobody had ordered it.
    pub doubled: u64,
    /// Taken, and said to be certainly not.
    pub misjudged: u64,
    pub lost_ids: Vec<TaskId>,
    pub doubled_ids: Vec<TaskId>,
    pub misjudged_ids: Vec<TaskId>,
}

/// Why messages are unknown, by what the gateway did last.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Why {
    /// It took the message, and hung up.
    pub hung_up: u64,
    /// It took the message, and never answered.
    pub silent: u64,
    /// It took the message, and answered nonsense.
    pub garbage: u64,
    /// It answered, and its worker was gone or had lost its lease.
    pub answer_lost: u64,
    /// The request never came: its worker was killed before it had left.
    pub never_came: u64,
}

/// What the gateway says of one message.
#[derive(Clone, Copy, Debug, Default)]
struct Fact {
    taken: u16,
    last: Last,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Last {
    #[default]
    NeverCame,
    Answered,
    HungUp,
    Silent,
    Garbage,
}

/// What is read of a line of the ledger.
#[derive(Deserialize)]
struct Line {
    to: String,
    answer: String,
    accepted: bool,
}

impl Account {
    /// Draws it up over messages 0 to `messages` - 1.
    ///
    /// # Errors
    /// The database, or the ledger cannot be read.
    pub fn of(store: &dyn Store, ledger: &Path, messages: u64) -> Result<Account, Error> {
        let mut facts = vec![Fact::default(); usize::try_from(messages).unwrap_or(usize::MAX)];
        read(ledger, &mut facts).map_err(|error| Error::reading(ledger, &error))?;
        let mut account = Account::default();
        let mut after = None;
        loop {
            let tasks = store.list(&Filter { after, limit: Some(PAGE), ..Filter::default() })?;
            let Some(last) = tasks.last() else { break };
            after = Some(last.id);
            for task in &tasks {
                let fact = task.recipient.as_deref().and_then(number).and_then(|number| facts.get(number));
                account.enter(task, fact.copied().unwrap_or_default());
            }
        }
        let tasks = account.sent + account.rejected + account.dead + account.unknown + account.lost;
        account.lost += messages.saturating_sub(tasks);
        Ok(account)
    }

    fn enter(&mut self, task: &Task, fact: Fact) {
        if fact.taken > 1 {
            note(&mut self.doubled, &mut self.doubled_ids, task.id);
        }
        let is_certain = match (task.status, task.error_type.as_deref()) {
            (State::Completed, _) if fact.taken > 0 => {
                self.sent += 1;
                false
            }
            (State::Failed, Some("unknown")) => {
                self.unknown += 1;
                self.unknown_by.count(fact.last);
                false
            }
            (State::Failed, Some("rejected")) => {
                self.rejected += 1;
                true
            }
            (State::Failed, _) if task.retry_count >= task.max_retries => {
                self.dead += 1;
                true
            }
            _ => {
                note(&mut self.lost, &mut self.lost_ids, task.id);
                true
            }
        };
        if is_certain && fact.taken > 0 {
            note(&mut self.misjudged, &mut self.misjudged_ids, task.id);
        }
    }

    /// Nothing is lost, doubled or told wrongly.
    pub fn is_clean(&self) -> bool {
        self.lost + self.doubled + self.misjudged == 0
    }

    pub fn tell(&self, lines: &mut Lines) {
        let count = |count: u64, ids: &[TaskId]| match ids {
            [] => count.to_string(),
            ids => format!("{count}: {}", ids.iter().map(TaskId::to_string).collect::<Vec<_>>().join(", ")),
        };
        lines.line("sent", self.sent.to_string());
        lines.line("rejected", self.rejected.to_string());
        lines.line("dead", self.dead.to_string());
        lines.line("unknown", self.unknown.to_string());
        self.unknown_by.tell(lines);
        lines.line("lost", count(self.lost, &self.lost_ids));
        lines.line("doubled", count(self.doubled, &self.doubled_ids));
        lines.line("told wrongly", count(self.misjudged, &self.misjudged_ids));
    }
}

fn note(counter: &mut u64, ids: &mut Vec<TaskId>, id: TaskId) {
    *counter += 1;
    if ids.len() < NAMED_MAX {
        ids.push(id);
    }
}

impl Why {
    fn count(&mut self, last: Last) {
        let counter = match last {
            Last::NeverCame => &mut self.never_came,
            Last::Answered => &mut self.answer_lost,
            Last::HungUp => &mut self.hung_up,
            Last::Silent => &mut self.silent,
            Last::Garbage => &mut self.garbage,
        };
        *counter += 1;
    }

    fn tell(&self, lines: &mut Lines) {
        for (why, count) in [
            ("  the gateway hung up", self.hung_up),
            ("  the gateway was silent", self.silent),
            ("  it answered nonsense", self.garbage),
            ("  its answer met no worker", self.answer_lost),
            ("  no request ever came", self.never_came),
        ] {
            if count > 0 {
                lines.line(why, count.to_string());
            }
        }
    }
}

/// Which message has this number; `None` for one that is none of ours.
fn number(recipient: &str) -> Option<usize> {
    recipient.trim_start_matches('+').strip_prefix("8613")?.parse().ok()
}

/// Reads the ledger, line by line: it may be long.
fn read(ledger: &Path, facts: &mut [Fact]) -> std::io::Result<()> {
    for line in BufReader::new(File::open(ledger)?).lines() {
        let line: Line = serde_json::from_str(&line?)?;
        let Some(fact) = number(&line.to).and_then(|number| facts.get_mut(number)) else { continue };
        fact.taken = fact.taken.saturating_add(u16::from(line.accepted));
        fact.last = match line.answer.as_str() {
            "hang-up" => Last::HungUp,
            "silent" => Last::Silent,
            "garbage" => Last::Garbage,
            _ => Last::Answered,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::engine::host;
    use crate::queue::{ErrorType, Failure, Fate, Lane, NewTask};
    use crate::speed;
    use crate::store::{self, Access, Location, Options, Turn, Wanted};

    /// The account of one message: its attempt had this fate, if it had any, and the gateway answered so.
    fn account(fate: Option<Fate>, answers: &[(&str, bool)]) -> Account {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Sqlite(directory.path().join("queue.db"));
        let store = store::open(&location, &Options::new(Access::Create)).unwrap().store;
        let lane = Lane::Gateway("default".to_owned());
        store.enqueue(&[NewTask::message(lane.clone(), speed::message(0))], 0).unwrap();
        if let Some(fate) = fate {
            let (worker, lane) = (store.register(&host::this_process(1)).unwrap(), lane.to_string());
            let task_funcs = [lane.clone()];
            let wanted = [Wanted { lane: &lane, task_funcs: &task_funcs, count: 1, rate: None }];
            let mut claims = store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).unwrap().claims;
            let settlements = [claims.pop().unwrap().settle(fate, None)];
            store.exchange(&Turn { worker, settlements: &settlements, wanted: &[] }).unwrap();
        }
        let mut lines = String::new();
        for (answer, accepted) in answers {
            writeln!(lines, r#"{{"to": "8613000000000", "answer": "{answer}", "accepted": {accepted}}}"#).unwrap();
        }
        let ledger = directory.path().join("ledger.jsonl");
        std::fs::write(&ledger, lines).unwrap();
        Account::of(&*store, &ledger, 1).unwrap()
    }

    fn unknown() -> Fate {
        Fate::Parked { failure: Failure::new(ErrorType::Unknown, "no answer"), spent: true }
    }

    #[test]
    fn what_is_lost_doubled_or_told_wrongly_is_seen() {
        let completed = || Some(Fate::Completed { provider_message_id: None });
        let taken = ("accepted", true);
        for (fate, answers, (lost, doubled, misjudged)) in [
            (completed(), &[taken][..], (0, 0, 0)),
            (completed(), &[("503", false), taken], (0, 0, 0)),
            (completed(), &[], (1, 0, 0)),
            (completed(), &[("503", false)], (1, 0, 0)),
            (completed(), &[taken, taken], (0, 1, 0)),
            (Some(unknown()), &[("hang-up", true)], (0, 0, 0)),
            (Some(unknown()), &[("hang-up", true), taken], (0, 1, 0)),
            (None, &[], (1, 0, 0)),
            (None, &[taken], (1, 0, 1)),
        ] {
            let case = format!("{fate:?} and {answers:?}");
            let found = account(fate, answers);
            assert_eq!((found.lost, found.doubled, found.misjudged), (lost, doubled, misjudged), "{case}: {found:?}");
            assert_eq!(found.is_clean(), lost + doubled + misjudged == 0, "{case}");
        }
    }

    #[test]
    fn the_ledger_says_why_a_message_is_unknown() {
        for (answers, why) in [
            (&[("hang-up", true)][..], Why { hung_up: 1, ..Why::default() }),
            (&[("503", false), ("silent", true)], Why { silent: 1, ..Why::default() }),
            (&[("garbage", true)], Why { garbage: 1, ..Why::default() }),
            (&[("accepted", true)], Why { answer_lost: 1, ..Why::default() }),
            (&[], Why { never_came: 1, ..Why::default() }),
        ] {
            assert_eq!(account(Some(unknown()), answers).unknown_by, why);
        }
    }
}
