//! One turn of a worker: outcomes in, claims out, in one transaction.
//!
//! Statements are few and each does its work for all tasks at once: on a server every statement is a round trip.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::bind::{bind, ids, values};
use super::caps::{Caps, Left};
use super::column::id;
use super::fault::Tried;
use super::lanes::Serving;
use super::line::{Candidate, LaneLine};
use super::settle;
use super::transaction::{Opening, Transaction};
use super::{ends, lanes, sql};
use crate::queue::{ErrorType, Failure, Fate, LaneWord, State, TaskId, WorkerId};
use crate::store::crowd;
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::fence::{Fatal, Fence};
use crate::store::lane::words_of;
use crate::store::serve::{self, Haul};
use crate::store::shunned::Care;
use crate::store::stamps::Stamps;
use crate::store::time::{self, span};
use crate::store::uptime::Uptime;
use crate::store::{Claim, Clock, EXPIRED_MAX, RowMark, Settled, Settlement, Turn, Wanted};

/// Of so many `task_func`s a turn asks beforehand where they begin.
const FIRSTS_MAX: usize = 8;

/// What one turn works with.
pub(super) struct Ledger<'a, 's> {
    pub transaction: &'a mut Transaction<'s>,
    pub now: Timestamp,
    stamps: &'a Stamps,
    pub care: Care,
    pub deltas: Deltas,
    pub haul: Haul,
    /// Something was written.
    pub changed: bool,
    /// What is left in the buckets that this turn has looked into.
    pub left: Vec<Left>,
    /// By `task_func`: the place in the claim's index before which nothing is pending.
    pub firsts: BTreeMap<String, (i64, i64)>,
}

/// How tokens are counted: by the server's clock, and never more than can be there.
#[derive(Clone, Copy)]
pub(super) struct Tokens<'a> {
    pub caps: &'a Caps,
    pub clock: &'a Clock,
    /// Before the server read its clock: what is left then is the most that can have been there.
    pub began: &'a Uptime,
}

/// What a turn begins with. Where all that it writes are good ends, nothing of that changes when tasks are due, whether a lane is
/// open, or what is pending: then these are asked before it is written, in the same round trip.
pub(super) fn opening(turn: &Turn<'_>, has_doubt: bool, at_once: Option<&str>) -> Opening {
    let mut out = Opening::default();
    let wanted = || turn.wanted.iter().filter(|wanted| wanted.count > 0);
    let wants = wanted().next().is_some();
    if wants {
        out.inside.push(bind(sql!("worker_lives"), values![turn.worker]));
    }
    if has_doubt {
        return out;
    }
    if let Some(at_once) = at_once {
        out.inside.extend([ends::BEFORE, at_once].map(str::to_owned));
    } else if !turn.settlements.is_empty() {
        out.inside.push(settle::lock(turn.settlements.iter().map(|settlement| settlement.claim.id)));
    }
    if wants && turn.settlements.iter().all(ends::is_plain) {
        let task_funcs = wanted().flat_map(|wanted| wanted.task_funcs).take(FIRSTS_MAX);
        out.before = task_funcs.map(|task_func| first(task_func)).collect();
        out.inside.push(sql!("next_due").to_owned());
        let unlocked = wanted().filter(|wanted| wanted.rate.is_none());
        out.inside.extend(unlocked.map(|wanted| wanted.lane).collect::<BTreeSet<_>>().into_iter().map(lanes::look));
    }
    out
}

/// The statement that finds where the pending tasks of a `task_func` begin.
fn first(task_func: &str) -> String {
    bind(sql!("claim_first"), values![task_func])
}

impl<'a, 's> Ledger<'a, 's> {
    pub fn new(transaction: &'a mut Transaction<'s>, stamps: &'a Stamps) -> Ledger<'a, 's> {
        let now = transaction.now;
        Ledger {
            transaction,
            now,
            stamps,
            care: Care::default(),
            deltas: Deltas::default(),
            haul: Haul::default(),
            changed: false,
            left: Vec::new(),
            firsts: BTreeMap::new(),
        }
    }

    /// Writes what is about one task. Where each is written by itself, a refusal is laid to it.
    pub fn about(&mut self, task: TaskId, write: impl FnOnce(&mut Self) -> Tried<()>) -> Tried<()> {
        if !self.care.one_by_one {
            return write(self);
        }
        self.transaction.flush()?;
        self.care.begin(task);
        write(self)?;
        self.transaction.flush()?;
        self.care.end();
        Ok(())
    }

    /// The outcomes of a turn, in their order.
    pub fn settle(&mut self, settlements: &[Settlement]) -> Tried<()> {
        for (lane, said) in words_of(settlements) {
            self.tell_lane(lane, said)?;
        }
        let fates: Vec<(Fence<'_>, &Fate)> =
            settlements.iter().map(|settlement| (Fence::of(&settlement.claim), &settlement.fate)).collect();
        self.haul.out.settled = self.seal(&fates)?;
        Ok(())
    }

    /// Claims that nobody got go back, with their attempts unspent, and probes with them.
    pub fn release(&mut self, claims: &[Claim]) -> Tried<()> {
        let probes = claims.iter().filter(|claim| claim.probe.is_some());
        let lanes = probes.map(|claim| (claim.lane(), claim.worker)).collect::<BTreeSet<_>>();
        for (lane, worker) in lanes {
            self.tell_lane(lane, (&LaneWord::ProbeAgain, Some(worker)))?;
        }
        let fates: Vec<(Fence<'_>, &Fate)> = claims.iter().map(|claim| (Fence::of(claim), &Fate::Released)).collect();
        if self.seal(&fates)?.contains(&Settled::Lost) {
            self.transaction.require_all()?;
        }
        Ok(())
    }

    pub fn take_claims(&mut self, turn: &Turn<'_>, tokens: Tokens<'_>) -> Tried<()> {
        let dues = self.dues()?;
        let promoted = self.promote(dues)?;
        let dues = if promoted.some { self.dues()? } else { dues };
        if !promoted.some {
            self.find_firsts(turn)?;
        }
        let lanes = self.lanes(turn.wanted)?;
        for wanted in turn.wanted {
            if let Some(lane) = lanes.get(wanted.lane) {
                serve::serve(&mut Serving { ledger: self, tokens }, turn, wanted, lane)?;
            }
        }
        if promoted.storms {
            self.weather(turn, tokens)?;
        }
        // What a storm held back, or is left alone, is due already, and nothing to wake up for.
        for at in dues.ahead(self.now, promoted.storms || self.care.leaves_some_alone()) {
            self.haul.expect(self.now, at);
        }
        Ok(())
    }

    /// Takes in where the pending tasks begin, as far as it was asked.
    fn find_firsts(&mut self, turn: &Turn<'_>) -> Tried<()> {
        for task_func in turn.wanted.iter().flat_map(|wanted| wanted.task_funcs) {
            let Some(answer) = self.transaction.opened(&first(task_func)) else { continue };
            if let Some(row) = answer.rows.first() {
                let place = (id(row, 0)?, id(row, 1)?);
                self.firsts.insert(task_func.clone(), place);
            }
        }
        Ok(())
    }

    /// Whether the worker may hold claims: what one that was declared dead claims would be taken from it at once.
    pub fn lives(&mut self, worker: WorkerId) -> Tried<bool> {
        Ok(!self.transaction.run(sql!("worker_lives"), values![worker])?.rows.is_empty())
    }

    /// Claims at most `count` tasks of the lane; returns how many.
    pub fn claim(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, count: usize) -> Tried<usize> {
        let mut taken = 0;
        let mut expired = 0;
        while taken < count && expired < EXPIRED_MAX {
            let mut line = LaneLine { ledger: self, task_funcs: wanted.task_funcs };
            let candidates = crowd::next(&mut line, count - taken, fastrand::bool)?;
            if candidates.is_empty() {
                return Ok(taken);
            }
            let now = self.now;
            let is_over = |(_, task): &(&str, Candidate)| task.expires_at.is_some_and(|at| at <= now);
            let (over, good): (Vec<_>, Vec<_>) = candidates.into_iter().partition(is_over);
            for (task_func, candidate) in &over {
                self.about(candidate.id, |ledger| ledger.bury_expired(task_func, candidate))?;
            }
            (taken, expired) = (taken + good.len(), expired + over.len() as u64);
            if self.care.one_by_one {
                for task in good {
                    self.about(task.1.id, |ledger| ledger.take(turn, wanted, vec![task]))?;
                }
            } else {
                self.take(turn, wanted, good)?;
            }
            if over.is_empty() {
                // What was found is all there is, or all that was wanted.
                return Ok(taken);
            }
        }
        self.haul.out.more |= expired >= EXPIRED_MAX;
        Ok(taken)
    }

    fn take(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, tasks: Vec<(&str, Candidate)>) -> Tried<()> {
        if tasks.is_empty() {
            return Ok(());
        }
        // The server counts where in their order an id stands.
        let mut numbers = tasks.iter().map(|(_, task)| task.id).collect::<Vec<_>>();
        numbers.sort_unstable();
        let first = self.stamps.take(self.now, numbers.len());
        let query = sql!("claim_take").replace("{ids}", &ids(numbers.iter().copied()));
        self.transaction.put_sure(&query, values![turn.worker, first], tasks.len())?;
        self.changed = true;
        for (task_func, task) in tasks {
            let place = CountedUnder { task_func, batch_id: task.batch_id };
            self.deltas.change(place, Standing::of(State::Pending), Standing::of(State::Processing));
            let at = numbers.partition_point(|id| *id < task.id);
            let claimed_at = time::of_micros(first.as_microsecond().saturating_add_unsigned(at as u64));
            self.haul.out.claims.push(Claim {
                id: task.id,
                worker: turn.worker,
                attempt: task.attempt.saturating_add(1),
                task_name: task.task_name,
                task_func: task_func.to_owned(),
                lane: wanted.lane.to_owned(),
                batch_id: task.batch_id,
                mark: RowMark {
                    created_at: task.created_at.map(time::to_text).unwrap_or_default(),
                    claimed_at,
                    claimed_text: time::to_text(claimed_at),
                },
                args: task.args,
                kwargs: task.kwargs,
                message: task.message,
                // The server checks what is written into a column of text.
                flaw: None,
                retry_count: task.retry_count,
                max_retries: task.max_retries,
                expires_in: task.expires_at.map(|at| span(self.now, at)),
                probe: None,
            });
        }
        Ok(())
    }

    fn bury_expired(&mut self, task_func: &str, candidate: &Candidate) -> Tried<()> {
        let failure = Failure::new(ErrorType::Expired, "its time had passed before it could be sent");
        let row = values![candidate.id, failure.error_type.as_str(), &failure.message];
        self.transaction.put_sure(sql!("expire"), row, 1)?;
        let place = CountedUnder { task_func, batch_id: candidate.batch_id };
        let to = Standing { unknown: candidate.departed, ..Standing::of(State::Failed) };
        self.deltas.change(place, Standing::of(State::Pending), to);
        self.deltas.happened("expired");
        self.bury_task(Fatal { id: candidate.id, max_retries: candidate.max_retries, message: None })?;
        self.haul.out.expired += 1;
        self.changed = true;
        Ok(())
    }
}
