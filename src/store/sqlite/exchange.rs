//! One turn of a worker: outcomes in, claims out, in one transaction.

use jiff::Timestamp;
use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

use super::column::optional_time;
use super::ignored::expect_one;
use super::line::{Candidate, LaneLine};
use super::{SqliteStore, sql, tally};
use crate::queue::{ErrorType, Failure, State, WorkerId};
use crate::store::crowd;
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::fence::{Fatal, Fence};
use crate::store::lane::words_of;
use crate::store::serve::Haul;
use crate::store::shunned::Care;
use crate::store::stamps::Stamps;
use crate::store::time::{self, span};
use crate::store::uptime::Uptime;
use crate::store::{Claim, EXPIRED_MAX, Exchange, Result, RowMark, Turn, Wanted};

/// What one turn works with.
pub(super) struct Ledger<'a> {
    pub transaction: &'a Transaction<'a>,
    pub now: Timestamp,
    pub now_text: String,
    /// The same moment, by the host's own time; nobody else can write from then on.
    pub up: Uptime,
    stamps: &'a Stamps,
    pub care: Care,
    pub deltas: Deltas,
    pub hot: Hot<'a>,
    pub haul: Haul,
    /// Something was written.
    pub changed: bool,
}

/// The statements of every message, prepared once for the whole transaction.
#[derive(Default)]
pub(super) struct Hot<'a> {
    claim_take: Option<CachedStatement<'a>>,
    pub settle_completed: Option<CachedStatement<'a>>,
}

/// The statement in `slot`, prepared if this is its first use.
pub(super) fn hot<'s, 'a>(
    slot: &'s mut Option<CachedStatement<'a>>,
    transaction: &'a Transaction<'_>,
    text: &str,
) -> rusqlite::Result<&'s mut CachedStatement<'a>> {
    Ok(match slot {
        Some(statement) => statement,
        None => slot.insert(transaction.prepare_cached(text)?),
    })
}

impl SqliteStore {
    pub(super) fn ledger<'t>(&'t self, transaction: &'t Transaction<'t>, now: Timestamp, care: Care) -> Ledger<'t> {
        Ledger {
            transaction,
            now,
            now_text: time::to_text(now),
            up: Uptime::now(&self.clock),
            stamps: &self.stamps,
            care,
            deltas: Deltas::default(),
            hot: Hot::default(),
            haul: Haul::default(),
            changed: false,
        }
    }

    pub(super) fn take_turn(&self, turn: &Turn<'_>) -> Result<Exchange> {
        self.expect_turns()?;
        self.shunned.around(|care| self.take_carefully(care, turn))
    }

    fn take_carefully(&self, care: &Care, turn: &Turn<'_>) -> Result<Exchange> {
        let now = self.now();
        self.write_turn(|transaction| {
            let mut ledger = self.ledger(transaction, now, care.clone());
            for (lane, said) in words_of(turn.settlements) {
                ledger.tell_lane(lane, said).map_err(|e| self.speak.of(e))?;
            }
            for settlement in turn.settlements {
                let settled =
                    ledger.seal(Fence::of(&settlement.claim), &settlement.fate).map_err(|e| self.speak.of(e))?;
                ledger.haul.out.settled.push(settled);
            }
            let wants = turn.wanted.iter().any(|wanted| wanted.count > 0);
            ledger.haul.out.is_disowned = wants && !ledger.lives(turn.worker).map_err(|e| self.speak.of(e))?;
            if wants && !ledger.haul.out.is_disowned {
                let storms = self.promote(&mut ledger)?;
                for wanted in turn.wanted {
                    ledger.serve(turn, wanted).map_err(|e| self.speak.of(e))?;
                }
                if storms {
                    self.weather(&mut ledger, turn)?;
                }
                // What is left alone is due already, too.
                let wakes_late = storms || care.leaves_some_alone();
                ledger.look_ahead(wakes_late).map_err(|e| self.speak.of(e))?;
            }
            tally::write(std::mem::take(&mut ledger.deltas), transaction, now).map_err(|e| self.speak.of(e))?;
            Ok((ledger.haul.out, ledger.changed))
        })
    }
}

impl Ledger<'_> {
    /// Whether the worker may hold claims: what one that was declared dead claims would be taken from it at once.
    fn lives(&self, worker: WorkerId) -> rusqlite::Result<bool> {
        self.transaction.prepare_cached(sql!("worker_lives"))?.query_row([worker], |row| row.get(0))
    }

    /// Claims at most `count` tasks of the lane; returns how many.
    pub fn claim(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, count: usize) -> rusqlite::Result<usize> {
        let mut taken = 0;
        let mut expired = 0;
        while taken < count && expired < EXPIRED_MAX {
            let mut line = LaneLine { transaction: self.transaction, care: &self.care, task_funcs: wanted.task_funcs };
            let candidates = crowd::next(&mut line, count - taken, fastrand::bool)?;
            if candidates.is_empty() {
                return Ok(taken);
            }
            for (task_func, candidate) in candidates {
                if candidate.expires_at.is_some_and(|at| at <= self.now) {
                    self.bury_expired(task_func, &candidate)?;
                    expired += 1;
                } else {
                    let claim = self.take(turn, wanted, task_func, candidate)?;
                    self.haul.out.claims.push(claim);
                    taken += 1;
                }
            }
        }
        self.haul.out.more |= expired >= EXPIRED_MAX;
        Ok(taken)
    }

    fn take(
        &mut self,
        turn: &Turn<'_>,
        wanted: &Wanted<'_>,
        task_func: &str,
        candidate: Candidate,
    ) -> rusqlite::Result<Claim> {
        self.care.begin(candidate.id);
        let attempt = candidate.attempt.saturating_add(1);
        let claimed_at = self.stamps.take(self.now, 1);
        let claimed_text = time::to_text_near(claimed_at, self.now, &self.now_text);
        let row = params![candidate.id, turn.worker, attempt, claimed_text];
        let taken = hot(&mut self.hot.claim_take, self.transaction, sql!("claim_take"))?.execute(row)?;
        expect_one(self.transaction, taken, (candidate.id, State::Pending))?;
        self.care.end();
        let place = CountedUnder { task_func, batch_id: candidate.batch_id };
        self.deltas.change(place, Standing::of(State::Pending), Standing::of(State::Processing));
        self.changed = true;
        Ok(Claim {
            id: candidate.id,
            worker: turn.worker,
            attempt,
            task_name: candidate.task_name,
            task_func: task_func.to_owned(),
            lane: wanted.lane.to_owned(),
            batch_id: candidate.batch_id,
            mark: RowMark { created_at: candidate.created_at.unwrap_or_default(), claimed_at, claimed_text },
            args: candidate.args,
            kwargs: candidate.kwargs,
            message: candidate.message,
            flaw: candidate.flaw,
            retry_count: candidate.retry_count,
            max_retries: candidate.max_retries,
            expires_in: candidate.expires_at.map(|at| span(self.now, at)),
            probe: None,
        })
    }

    fn bury_expired(&mut self, task_func: &str, candidate: &Candidate) -> rusqlite::Result<()> {
        self.care.begin(candidate.id);
        let failure = Failure::new(ErrorType::Expired, "its time had passed before it could be sent");
        let row = params![candidate.id, failure.error_type.as_str(), failure.message];
        let mut statement = self.transaction.prepare_cached(sql!("expire"))?;
        let unknown: Option<bool> = statement.query_row(row, |row| row.get(0)).optional()?;
        expect_one(self.transaction, usize::from(unknown.is_some()), (candidate.id, State::Pending))?;
        let to = Standing { unknown: unknown.unwrap_or(false), ..Standing::of(State::Failed) };
        let place = CountedUnder { task_func, batch_id: candidate.batch_id };
        self.deltas.change(place, Standing::of(State::Pending), to);
        self.deltas.happened("expired");
        self.bury_task(Fatal { id: candidate.id, max_retries: candidate.max_retries, message: None })?;
        self.care.end();
        self.haul.out.expired += 1;
        self.changed = true;
        Ok(())
    }

    /// When the next scheduled or deferred task is due. What a storm held back is due already, and nothing to wake up for (`wakes_late`).
    fn look_ahead(&mut self, wakes_late: bool) -> rusqlite::Result<()> {
        let due = self.transaction.prepare_cached(sql!("next_due"))?.query_row([], |row| optional_time(row, 0))?;
        if let Some(at) = due.filter(|at| !wakes_late || *at > self.now) {
            self.haul.expect(self.now, at);
        }
        Ok(())
    }
}
