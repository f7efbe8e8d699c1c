//! A turn of which nobody can say whether it was committed: what it claimed and settled is kept, until that is known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use super::MysqlStore;
use super::ends;
use super::exchange::{self, Ledger, Tokens};
use super::receipt::Token;
use super::transaction::{Reads, Written};
use crate::queue::{TaskId, WorkerId};
use crate::store::shunned::Care;
use crate::store::uptime::Uptime;
use crate::store::{Claim, Exchange, Result, Settled, Settlement, StoreError, Turn};

/// A turn whose commit is in doubt.
pub(super) struct Doubt {
    token: Token,
    /// What the worker never got to see, of all tries: the fence knows which of them were committed.
    claims: Vec<Claim>,
    /// How each settlement ended in each try, by task and attempt.
    settled: Vec<(u32, Endings)>,
    /// What is known of the turns before, and stays so if this one was not committed.
    earlier: Earlier,
}

/// What is known by now of turns whose commit was in doubt, and what no later turn has made up for.
#[derive(Default)]
pub(super) struct Earlier {
    /// Claims that were committed and that the worker never got.
    claims: Vec<Claim>,
    settled: Endings,
}

impl Earlier {
    /// Tells how settlements ended that an earlier turn has written.
    fn amend(&self, settlements: &[Settlement], settled: &mut [Settled]) {
        for (settlement, settled) in settlements.iter().zip(settled) {
            *settled = self.settled.get(&key(settlement)).copied().unwrap_or(*settled);
        }
    }

    /// What is left when a turn with these has been committed: its claims went back with it. Settlements may be written one by one,
    /// and those to come are to be told as well.
    fn after(self, settlements: &[Settlement]) -> Unheard {
        let told: BTreeSet<_> = settlements.iter().map(key).collect();
        let settled: Endings = self.settled.into_iter().filter(|(end, _)| !told.contains(end)).collect();
        if settled.is_empty() { Unheard::None } else { Unheard::Known(Earlier { claims: Vec::new(), settled }) }
    }
}

/// Turns whose answers the worker never got.
#[derive(Default)]
pub(super) enum Unheard {
    #[default]
    None,
    InDoubt(Doubt),
    Known(Earlier),
}

/// How settlements ended, by task and attempt.
type Endings = BTreeMap<(TaskId, u32), Settled>;

fn key(settlement: &Settlement) -> (TaskId, u32) {
    (settlement.claim.id, settlement.claim.attempt)
}

impl MysqlStore {
    pub(super) fn take_turn(&self, turn: &Turn<'_>) -> Result<Exchange> {
        self.shunned.around(|care| {
            let taken = self.take_carefully(care, turn);
            let only_claims = turn.settlements.is_empty() && turn.wanted.iter().any(|wanted| wanted.count > 0);
            if !only_claims || care.one_by_one || !taken.as_ref().is_err_and(StoreError::may_be_of_a_row) {
                return taken;
            }
            // One of many tasks that were written at once: which?
            care.one_by_one = true;
            self.take_carefully(care, turn)
        })
    }

    fn take_carefully(&self, care: &Care, turn: &Turn<'_>) -> Result<Exchange> {
        let earlier = self.resolve_doubt()?;
        let has_doubt = !earlier.claims.is_empty();
        let at_once = ends::at_once(turn.settlements, &self.now_in_sql()).filter(|_| !has_doubt);
        let opening = exchange::opening(turn, has_doubt, at_once.as_deref());
        let began = Uptime::now(&self.clock);
        let written = self.write_or_doubt(Reads::Here, &opening, |transaction| {
            let mut ledger = Ledger::new(transaction, &self.stamps);
            ledger.care = care.clone();
            // Another try may have ended at a task.
            care.end();
            let wants = turn.wanted.iter().any(|wanted| wanted.count > 0);
            ledger.haul.out.is_disowned = wants && !ledger.lives(turn.worker)?;
            ledger.release(&earlier.claims)?;
            if !ledger.ended_at_once(turn.settlements, at_once.as_deref())? {
                ledger.settle(turn.settlements)?;
            }
            if ledger.haul.out.is_disowned || ledger.haul.out.settled.contains(&Settled::Lost) {
                // A node that has not applied the claim yet would throw its answer away.
                ledger.transaction.require_all()?;
            }
            if wants && !ledger.haul.out.is_disowned {
                ledger.take_claims(turn, Tokens { caps: &self.caps, clock: &self.clock, began: &began })?;
            }
            let Ledger { deltas, haul, left, changed, .. } = ledger;
            self.write_deltas(transaction, deltas)?;
            Ok(((haul.out, left), changed))
        });
        match written {
            Ok(Written::Committed((mut out, left))) => {
                self.caps.note(left);
                earlier.amend(turn.settlements, &mut out.settled);
                *self.unheard() = earlier.after(turn.settlements);
                Ok(out)
            }
            Ok(Written::InDoubt { values, token, error }) => {
                let (mut claims, mut settled) = (Vec::new(), Vec::new());
                for (number, (mut out, _)) in values {
                    earlier.amend(turn.settlements, &mut out.settled);
                    settled.push((number, turn.settlements.iter().map(key).zip(out.settled).collect()));
                    claims.extend(out.claims);
                }
                *self.unheard() = Unheard::InDoubt(Doubt { token, claims, settled, earlier });
                Err(error)
            }
            Err(error) => {
                *self.unheard() = Unheard::Known(earlier);
                Err(error)
            }
        }
    }

    /// What became of a turn that was in doubt. The worker never got its claims: they go back.
    fn resolve_doubt(&self) -> Result<Earlier> {
        let unheard = std::mem::take(&mut *self.unheard());
        let doubt = match unheard {
            Unheard::None => return Ok(Earlier::default()),
            Unheard::Known(earlier) => return Ok(earlier),
            Unheard::InDoubt(doubt) => doubt,
        };
        match self.conclude(&doubt.token, Duration::ZERO) {
            Ok(None) => Ok(doubt.earlier),
            // It gave back what the turns before it had claimed.
            Ok(Some(number)) => {
                let settled = doubt.settled.into_iter().find(|(tried, _)| *tried == number);
                let mut endings = doubt.earlier.settled;
                endings.extend(settled.map(|(_, settled)| settled).unwrap_or_default());
                Ok(Earlier { claims: doubt.claims, settled: endings })
            }
            Err(error) => {
                *self.unheard() = Unheard::InDoubt(doubt);
                Err(error)
            }
        }
    }

    fn unheard(&self) -> MutexGuard<'_, Unheard> {
        self.unheard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the worker may hold claims that it never got to see.
    pub(super) fn holds_unheard(&self) -> bool {
        match &*self.unheard() {
            Unheard::None => false,
            Unheard::Known(earlier) => !earlier.claims.is_empty(),
            Unheard::InDoubt(_) => true,
        }
    }

    /// Before a worker says goodbye: what it may hold without knowing goes back. In a queue that is closed meanwhile it stays.
    pub(super) fn settle_doubt(&self, worker: WorkerId) -> Result<()> {
        if !self.holds_unheard() {
            return Ok(());
        }
        match self.take_turn(&Turn { worker, settlements: &[], wanted: &[] }) {
            Ok(_) | Err(StoreError::Closed { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
