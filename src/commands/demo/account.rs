//! What became of every message, by the database and by the gateway's own ledger.

use std::collections::HashMap;

use serde::Serialize;

use crate::error::Error;
use crate::gateway::sandbox::{Entry, Sandbox};
use crate::queue::{Attempt, Filter, State, Task};
use crate::store::Store;

/// The account of all messages.
#[derive(Debug, Default, Serialize)]
pub struct Account {
    pub messages: u64,
    /// Accepted at the first try.
    pub sent_at_once: u64,
    /// Accepted after tries that certainly had not gone out.
    pub sent_after_retries: u64,
    /// Accepted after an outcome that nobody knew, by order.
    pub sent_again_by_order: u64,
    /// Failed, and nobody knows whether they arrived.
    pub unknown: u64,
    /// Refused for good: a dead letter.
    pub rejected: u64,
    /// Out of tries: a dead letter.
    pub gave_up: u64,
    /// Anything else: still waiting when the time was over.
    pub waiting: u64,
    pub ledger: LedgerAccount,
    /// The database and the ledger tell the same.
    pub agrees: bool,
}

/// What the gateway's ledger says, held against the database.
#[derive(Debug, Default, Serialize)]
pub struct LedgerAccount {
    /// Requests that came.
    pub requests: u64,
    /// Tries that the database knows of.
    pub attempts: u64,
    /// Messages that the gateway took, each time counted.
    pub taken: u64,
    /// Messages that it took exactly once.
    pub taken_once: u64,
    /// `completed`, and the gateway never took it.
    pub lost: u64,
    /// Taken more often than the database says it may have been.
    pub doubled: u64,
    /// Taken twice, as the operator was told could happen when the order was given.
    pub doubled_by_order: u64,
}

impl Account {
    /// Draws it up.
    ///
    /// # Errors
    /// The database.
    pub fn of(store: &dyn Store, sandbox: &Sandbox) -> Result<Account, Error> {
        let taken = taken_by_number(&sandbox.ledger());
        let mut account = Account::default();
        for task in store.list(&Filter::default())? {
            let attempts = store.attempts(task.id)?;
            account.enter(&task, &attempts);
            let number = task.recipient.as_deref().unwrap_or_default().trim_start_matches('+');
            account.ledger.compare(&task, &attempts, taken.get(number).copied().unwrap_or(0));
        }
        let counts = sandbox.counts();
        account.ledger.requests = counts.requests;
        account.ledger.taken = counts.accepted;
        let ledger = &account.ledger;
        account.agrees = ledger.requests == ledger.attempts && ledger.lost == 0 && ledger.doubled == 0;
        Ok(account)
    }

    fn enter(&mut self, task: &Task, attempts: &[Attempt]) {
        self.messages += 1;
        let counter = match (task.status, task.error_type.as_deref()) {
            (State::Completed, _) if unknowns(attempts) > 0 => &mut self.sent_again_by_order,
            (State::Completed, _) if attempts.is_empty() => &mut self.sent_at_once,
            (State::Completed, _) => &mut self.sent_after_retries,
            (State::Failed, Some("unknown")) => &mut self.unknown,
            (State::Failed, Some("rejected")) => &mut self.rejected,
            (State::Failed, _) if task.retry_count >= task.max_retries => &mut self.gave_up,
            _ => &mut self.waiting,
        };
        *counter += 1;
    }

    /// For people.
    pub fn in_words(&self) -> String {
        let ledger = &self.ledger;
        let verdict = if self.agrees { "They agree" } else { "THEY DISAGREE" };
        let mut lines = vec![format!("The account of {} messages, each counted once:", self.messages)];
        for (count, what) in [
            (self.sent_at_once, "sent at the first try"),
            (self.sent_after_retries, "sent after a retry"),
            (self.sent_again_by_order, "unknown, then sent again by order"),
            (self.unknown, "unknown, and left for a decision"),
            (self.rejected, "refused for good: dead letters"),
            (self.gave_up, "out of tries: dead letters"),
            (self.waiting, "still waiting for a retry"),
        ] {
            if count > 0 {
                lines.push(format!("{count:>6}  {what}"));
            }
        }
        lines.push(format!(
            "The gateway's own ledger: {} requests. The database knows of {} tries.",
            ledger.requests, ledger.attempts
        ));
        lines.push(format!("The gateway took {} of them: {}.", ledger.taken, ledger.taken_in_words()));
        lines.push(format!(
            "{verdict}: {} lost, {} sent twice in silence, {} sent twice because somebody ordered it.",
            ledger.lost, ledger.doubled, ledger.doubled_by_order
        ));
        lines.join("\n")
    }
}

impl LedgerAccount {
    /// So that requests and messages add up at first sight: each message that was taken twice stands for two requests.
    fn taken_in_words(&self) -> String {
        let messages = |count: u64| if count == 1 { "1 message".to_owned() } else { format!("{count} messages") };
        let again = self.taken - self.taken_once;
        match self.doubled_by_order {
            0 => format!("{} once each", messages(self.taken_once)),
            more if again == 2 * more => {
                format!("{} once, and {} twice", messages(self.taken_once), messages(more))
            }
            more => format!("{} once, and {} {again} times in all", messages(self.taken_once), messages(more)),
        }
    }

    fn compare(&mut self, task: &Task, attempts: &[Attempt], taken: u64) {
        let accepted = u64::from(task.status == State::Completed);
        self.attempts += accepted + attempts.len() as u64;
        self.lost += u64::from(taken < accepted);
        // Each try whose outcome is unknown may have arrived; none of the others may.
        self.doubled += taken.saturating_sub(accepted + unknowns(attempts));
        self.taken_once += u64::from(taken == 1);
        self.doubled_by_order += u64::from(taken > 1);
    }
}

fn unknowns(attempts: &[Attempt]) -> u64 {
    attempts.iter().filter(|attempt| attempt.outcome == "unknown").count() as u64
}

fn taken_by_number(ledger: &[Entry]) -> HashMap<String, u64> {
    let mut taken = HashMap::new();
    for entry in ledger.iter().filter(|entry| entry.accepted) {
        *taken.entry(entry.to.clone()).or_insert(0) += 1;
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::sandbox::Behaviour;
    use crate::gateway::{Delivery, http};
    use crate::queue::{ErrorType, Failure, Fate, Lane, Message, NewTask, Payload, Priority};
    use crate::store::{self, Access, Location, Options, Turn, Wanted};

    const LANE: &str = "gateway:default";

    fn message() -> Message {
        Message { recipient: "+85291234567".to_owned(), text: "hello".to_owned(), sender: None }
    }

    /// A queue with one message whose one attempt had this fate, if it had any.
    fn queue(directory: &std::path::Path, fate: Option<Fate>) -> Box<dyn Store> {
        let location = Location::Sqlite(directory.join("queue.db"));
        let store = store::open(&location, &Options::new(Access::Create)).unwrap().store;
        let task = NewTask {
            name: "sms".to_owned(),
            lane: Lane::Gateway("default".to_owned()),
            payload: Payload::Message(message()),
            priority: Priority::NORMAL,
            available: None,
            expires: None,
            max_retries: 3,
            batch: None,
            key: None,
            segments: Some(1),
        };
        store.enqueue(&[task], 0).unwrap();
        if let Some(fate) = fate {
            let worker = store.register(&crate::engine::host::this_process(1)).unwrap();
            let task_funcs = [LANE.to_owned()];
            let wanted = [Wanted { lane: LANE, task_funcs: &task_funcs, count: 1, rate: None }];
            let mut claims = store.exchange(&Turn { worker, settlements: &[], wanted: &wanted }).unwrap().claims;
            let settlements = [claims.pop().unwrap().settle(fate, None)];
            store.exchange(&Turn { worker, settlements: &settlements, wanted: &[] }).unwrap();
        }
        store
    }

    /// A gateway that has taken the message so many times.
    fn ledger(taken: u32) -> Sandbox {
        let sandbox = Sandbox::start(Behaviour::default(), None).unwrap();
        let settings = http::Settings {
            profile: "hkt".to_owned(),
            base_url: sandbox.url(),
            values: [("application_id", "A"), ("sender", "1")].map(|(key, value)| (key.into(), value.into())).into(),
            timeout: std::time::Duration::from_secs(30),
            connect_timeout: std::time::Duration::from_secs(30),
            keep_alive: true,
            ca_file: None,
            rules: std::collections::BTreeMap::new(),
        };
        let gateway = http::open(&settings, 1).unwrap();
        let message = message();
        for attempt in 1..=taken {
            let delivery = Delivery {
                task: 1,
                attempt,
                task_name: "sms",
                message: Some(&message),
                args: None,
                kwargs: None,
                departure: None,
            };
            gateway.send(&delivery);
        }
        sandbox
    }

    fn completed() -> Fate {
        Fate::Completed { provider_message_id: None }
    }

    fn unknown() -> Fate {
        Fate::Parked { failure: Failure::new(ErrorType::Unknown, "no answer"), spent: true }
    }

    #[test]
    fn the_account_agrees_only_where_the_ledger_does() {
        for (fate, taken, agrees, lost, doubled) in [
            (Some(completed()), 1, true, 0, 0),
            (Some(completed()), 0, false, 1, 0),
            (Some(completed()), 2, false, 0, 1),
            (Some(unknown()), 1, true, 0, 0),
            (Some(unknown()), 2, false, 0, 1),
            (None, 0, true, 0, 0),
            (None, 1, false, 0, 1),
        ] {
            let directory = tempfile::tempdir().unwrap();
            let case = format!("{fate:?}, taken {taken} times");
            let account = Account::of(&*queue(directory.path(), fate), &ledger(taken)).unwrap();
            let found = (account.agrees, account.ledger.lost, account.ledger.doubled);
            assert_eq!(found, (agrees, lost, doubled), "{case}");
            let words = account.in_words();
            let took = match taken {
                0 => "took 0 of them: 0 messages once each.",
                1 => "took 1 of them: 1 message once each.",
                _ => "took 2 of them: 0 messages once, and 1 message twice.",
            };
            assert!(words.contains(took), "{case}: {words}");
            assert_eq!(words.contains("They agree"), agrees, "{case}: {words}");
            assert_eq!(words.contains("THEY DISAGREE"), !agrees, "{case}: {words}");
        }
    }
}
