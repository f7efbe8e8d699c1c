//! Writing what became of a claim.

use rusqlite::{OptionalExtension, params};

use super::column::{text, whole};
use super::exchange::{Ledger, hot};
use super::sql;
use crate::queue::{DeadLetterState, ErrorType, Failure, Fate, Message, State, TaskId, WorkerId};
use crate::store::deltas::{CountedUnder, Standing, outcome_word};
use crate::store::time;
use crate::store::{Claim, Settled, Settlement};

/// The claim that a fate is for: only the worker and attempt that hold the task may write about it.
#[derive(Clone, Copy)]
pub(super) struct Fence<'a> {
    pub id: TaskId,
    pub attempt: u32,
    pub worker: WorkerId,
    /// What the task counted under when it was claimed, if that is known.
    pub place: Option<CountedUnder<'a>>,
    /// `None` if the row was read in this transaction.
    pub claim: Option<&'a Claim>,
    /// As the task was claimed.
    pub max_retries: u32,
}

impl<'a> Fence<'a> {
    pub fn created_at(&self) -> Option<&'a str> {
        self.claim.map(|claim| claim.mark.created_at.as_str())
    }

    pub fn claimed_at(&self) -> Option<&'a str> {
        self.claim.map(|claim| claim.mark.claimed_text.as_str())
    }

    /// What the engine read from `args` and `kwargs`, where the row's own columns are empty.
    pub fn message(&self) -> Option<&'a Message> {
        self.claim.and_then(|claim| claim.message.as_ref())
    }
}

/// A task that becomes a dead letter.
pub(super) struct Fatal<'a> {
    pub id: TaskId,
    /// As the task was enqueued: the row itself says by now that no attempt is left.
    pub max_retries: u32,
    pub message: Option<&'a Message>,
}

/// What the row of a settled task counts as. It is read back, because another program may have changed it under the claim.
struct Written {
    task_func: String,
    batch_id: Option<i64>,
    attempts_left: bool,
    /// An earlier attempt may have arrived.
    departed: bool,
}

/// How a failed attempt leaves its task.
struct Failed<'a> {
    failure: &'a Failure,
    spent: bool,
    /// When it is tried again by itself.
    available_at: Option<String>,
    dead: bool,
}

impl Ledger<'_> {
    pub(super) fn settle(&mut self, settlement: &Settlement) -> rusqlite::Result<Settled> {
        let claim = &settlement.claim;
        let fence = Fence {
            id: claim.id,
            attempt: claim.attempt,
            worker: claim.worker,
            place: Some(CountedUnder { task_func: &claim.task_func, batch_id: claim.batch_id }),
            claim: Some(claim),
            max_retries: claim.max_retries,
        };
        self.seal(fence, &settlement.fate)
    }

    /// Writes `fate` if the fence still holds; otherwise what is still worth knowing of it.
    pub(super) fn seal(&mut self, fence: Fence<'_>, fate: &Fate) -> rusqlite::Result<Settled> {
        let settled = match fate {
            Fate::Completed { provider_message_id } => self.complete(fence, provider_message_id.as_deref())?,
            Fate::Released => self.release(fence)?,
            Fate::Retry { after, failure, spent } => {
                let at = self.now.saturating_add(*after).unwrap_or(jiff::Timestamp::MAX);
                let available_at = Some(time::to_text(at));
                self.fail(fence, Failed { failure, spent: *spent, available_at, dead: false })?
            }
            Fate::Parked { failure, spent } => {
                self.fail(fence, Failed { failure, spent: *spent, available_at: None, dead: false })?
            }
            Fate::Dead { failure } => {
                self.fail(fence, Failed { failure, spent: true, available_at: None, dead: true })?
            }
        };
        match settled {
            Settled::Done => self.changed = true,
            Settled::Lost => return self.settle_late(fence, fate),
        }
        Ok(settled)
    }

    fn complete(&mut self, fence: Fence<'_>, provider_message_id: Option<&str>) -> rusqlite::Result<Settled> {
        // The way of nearly every message: its row is as it was claimed. Where another program changed what it counts under, the
        // row is read first. A statement with RETURNING would cost more than both, for it makes a table for what it returns.
        if let Some(place) = fence.place
            && self.write_completed(fence, Some(place), provider_message_id)?
        {
            self.deltas.change(place, Standing::of(State::Processing), Standing::of(State::Completed));
        } else {
            let held = params![fence.id, fence.attempt, fence.worker, fence.claimed_at()];
            let Some(written) = self.write_fate(sql!("settle_fence"), held)? else { return Ok(Settled::Lost) };
            self.write_completed(fence, None, provider_message_id)?;
            self.moved(&written, Standing::of(State::Completed));
        }
        self.deltas.happened("accepted");
        Ok(Settled::Done)
    }

    /// False: the fence does not hold, or the row does not count under `place`, if one is given.
    fn write_completed(
        &mut self,
        fence: Fence<'_>,
        place: Option<CountedUnder<'_>>,
        provider_message_id: Option<&str>,
    ) -> rusqlite::Result<bool> {
        let row = params![
            fence.id,
            fence.attempt,
            fence.worker,
            place.map(|place| place.task_func),
            place.and_then(|place| place.batch_id),
            self.now_text,
            provider_message_id,
            fence.claimed_at()
        ];
        let statement = hot(&mut self.hot.settle_completed, self.transaction, sql!("settle_completed"))?;
        Ok(statement.execute(row)? == 1)
    }

    fn release(&mut self, fence: Fence<'_>) -> rusqlite::Result<Settled> {
        let row = params![fence.id, fence.attempt, fence.worker, fence.claimed_at()];
        let Some(written) = self.write_fate(sql!("settle_released"), row)? else { return Ok(Settled::Lost) };
        self.moved(&written, Standing::of(State::Pending));
        Ok(Settled::Done)
    }

    fn fail(&mut self, fence: Fence<'_>, failed: Failed<'_>) -> rusqlite::Result<Settled> {
        let Failure { error_type, message } = failed.failure;
        let row = params![
            fence.id,
            fence.attempt,
            fence.worker,
            u32::from(failed.spent),
            failed.available_at,
            error_type.as_str(),
            message,
            failed.dead,
            fence.claimed_at()
        ];
        let Some(written) = self.write_fate(sql!("settle_failed"), row)? else { return Ok(Settled::Lost) };
        let outcome = outcome_word(*error_type);
        self.record(fence, outcome, Some(failed.failure))?;
        let unknown = *error_type == ErrorType::Unknown || written.departed;
        self.moved(&written, Standing { state: State::Failed, unknown, attempts_left: written.attempts_left });
        self.deltas.happened(outcome);
        // Another program may have left it no attempt under the claim: then this was the last one.
        if failed.dead || !written.attempts_left {
            self.bury(Fatal { id: fence.id, max_retries: fence.max_retries, message: fence.message() })?;
        }
        Ok(Settled::Done)
    }

    /// Records how an attempt ended.
    pub(super) fn record(
        &mut self,
        fence: Fence<'_>,
        outcome: &'static str,
        failure: Option<&Failure>,
    ) -> rusqlite::Result<()> {
        let error_type = failure.map(|failure| failure.error_type.as_str());
        let message = failure.map(|failure| &failure.message);
        let row = params![fence.id, fence.attempt, self.now_text, outcome, error_type, message, fence.worker];
        self.transaction.prepare_cached(sql!("attempt_insert"))?.execute(row)?;
        self.changed = true;
        Ok(())
    }

    /// Runs a statement that writes a fate; `None` if the fence no longer held.
    fn write_fate(&self, statement: &str, row: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<Option<Written>> {
        let written = |row: &rusqlite::Row<'_>| {
            Ok(Written {
                task_func: text(row, 0)?.unwrap_or_default(),
                batch_id: whole(row, 1)?,
                attempts_left: row.get::<_, Option<bool>>(2)?.unwrap_or(false),
                departed: row.get(3)?,
            })
        };
        self.transaction.prepare_cached(statement)?.query_row(row, written).optional()
    }

    /// Writes the dead letter of a task that is `failed` by now.
    pub(super) fn bury(&mut self, fatal: Fatal<'_>) -> rusqlite::Result<()> {
        let row = params![
            fatal.id,
            fatal.message.map(|message| &message.recipient),
            fatal.message.map(|message| &message.text),
            self.now_text,
            fatal.max_retries
        ];
        self.transaction.prepare_cached(sql!("dead_letter_insert"))?.execute(row)?;
        self.deltas.letters(DeadLetterState::Pending.as_str(), 1);
        self.out.dead_lettered += 1;
        Ok(())
    }

    fn moved(&mut self, written: &Written, to: Standing) {
        let place = CountedUnder { task_func: &written.task_func, batch_id: written.batch_id };
        self.deltas.change(place, Standing::of(State::Processing), to);
    }
}
