//! The good ends of a whole turn, written by one statement that looks at the fences itself.
//!
//! It goes out with the beginning of the transaction, and the number of rows that it found tells whether every fence holds. Where
//! one does not, it is taken back, and each row is locked and looked at.

use super::bind::{Value, ids, list};
use super::exchange::Ledger;
use super::fault::Tried;
use super::settle::completed;
use crate::queue::{Fate, State, TaskId};
use crate::store::deltas::{CountedUnder, Standing};
use crate::store::{Claim, Settled, Settlement};

/// What the statement stands behind.
pub(super) const BEFORE: &str = "SAVEPOINT before_ends";
const BACK: &str = "ROLLBACK TO SAVEPOINT before_ends";

/// Bytes of the statement, at most: far below what any server takes in one packet. A gateway may call its messages anything.
const BYTES_MAX: usize = 256 * 1024;

/// Whether nothing is to be said but that the message was accepted.
pub(super) fn is_plain(settlement: &Settlement) -> bool {
    matches!(settlement.fate, Fate::Completed { .. }) && settlement.word().is_none()
}

/// The statement for all of `settlements`; `None` where they are of other kinds too, or are too much for one. `now` is SQL.
pub(super) fn at_once(settlements: &[Settlement], now: &str) -> Option<String> {
    let mut ends = Vec::with_capacity(settlements.len());
    for settlement in settlements {
        match &settlement.fate {
            Fate::Completed { provider_message_id } if is_plain(settlement) => {
                ends.push((&settlement.claim, provider_message_id.as_deref()));
            }
            _ => return None,
        }
    }
    ends.sort_unstable_by_key(|(claim, _)| claim.id);
    let is_one_for_each = ends.windows(2).all(|pair| pair[0].0.id < pair[1].0.id);
    if ends.is_empty() || !is_one_for_each {
        return None;
    }
    let claims = ends.iter().map(|(claim, _)| *claim).collect::<Vec<_>>();
    let ends = ends.iter().map(|(claim, provider)| (claim.id, *provider)).collect::<Vec<(TaskId, Option<&str>)>>();
    Some(completed(&ends, now, &fences(&claims))).filter(|text| text.len() <= BYTES_MAX)
}

/// That the row is the one that was claimed, is still held, and counts as what it was claimed as.
fn fences(claims: &[&Claim]) -> String {
    let numbers = ids(claims.iter().map(|claim| claim.id));
    let term = |column: &str, value: &dyn Fn(&Claim) -> String, is_number: bool| {
        let values = claims.iter().map(|claim| value(claim)).collect::<Vec<_>>();
        let (first, rest) = values.split_first().map_or(("NULL", &[][..]), |(first, rest)| (first.as_str(), rest));
        if rest.iter().all(|value| value == first) {
            return format!(" AND {column} <=> {first}");
        }
        let each = format!("elt(interval(id, {numbers}), {})", values.join(","));
        if is_number {
            format!(" AND {column} <=> CAST({each} AS SIGNED)")
        } else {
            format!(" AND {column} <=> {each}")
        }
    };
    [
        " AND status = 'processing'".to_owned(),
        term("worker_id", &|claim| claim.worker.to_string(), true),
        term("attempt", &|claim| claim.attempt.to_string(), true),
        term("started_at", &|claim| list([Value::from(&claim.mark.claimed_text)]), false),
        term("batch_id", &|claim| list([Value::from(claim.batch_id)]), true),
        term("task_func", &|claim| list([Value::from(&claim.task_func)]), false),
    ]
    .concat()
}

impl Ledger<'_, '_> {
    /// Whether all of `settlements` were written as the transaction began; what was written is taken back where one of them was not.
    pub fn ended_at_once(&mut self, settlements: &[Settlement], at_once: Option<&str>) -> Tried<bool> {
        let Some(answer) = at_once.and_then(|text| self.transaction.opened(text)) else { return Ok(false) };
        if answer.affected != settlements.len() as u64 {
            // An end that comes late may take a task out of those that are due, or pending.
            self.transaction.forget_opened();
            self.transaction.send(BACK)?;
            return Ok(false);
        }
        for Settlement { claim, .. } in settlements {
            let place = CountedUnder { task_func: &claim.task_func, batch_id: claim.batch_id };
            self.deltas.change(place, Standing::of(State::Processing), Standing::of(State::Completed));
            self.deltas.happened("accepted");
        }
        self.haul.out.settled = vec![Settled::Done; settlements.len()];
        self.changed = true;
        Ok(true)
    }
}
