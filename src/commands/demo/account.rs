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
        let mut lines = vec![format!("The account of {} messages:", self.messages)];
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
            "The gateway's own ledger: {} requests, {} messages taken. The database knows of {} tries.",
            ledger.requests, ledger.taken, ledger.attempts
        ));
        lines.push(format!(
            "{verdict}: {} lost, {} sent twice in silence, {} sent twice because somebody ordered it.",
            ledger.lost, ledger.doubled, ledger.doubled_by_order
        ));
        lines.join("\n")
    }
}

impl LedgerAccount {
    fn compare(&mut self, task: &Task, attempts: &[Attempt], taken: u64) {
        let accepted = u64::from(task.status == State::Completed);
        self.attempts += accepted + attempts.len() as u64;
        self.lost += u64::from(taken < accepted);
        // Each try whose outcome is unknown may have arrived; none of the others may.
        self.doubled += taken.saturating_sub(accepted + unknowns(attempts));
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
