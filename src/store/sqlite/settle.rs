//! Writing what became of a claim.

use rusqlite::{OptionalExtension, params};

use super::column::{text, whole};
use super::exchange::{Ledger, hot};
use super::ignored::{ignored, sure};
use super::sql;
use crate::queue::{DeadLetterState, ErrorType, Failure, Fate, State};
use crate::store::deltas::{CountedUnder, Standing, outcome_word};
use crate::store::fence::{Fatal, Fence};
use crate::store::{Settled, late, time};

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
            Settled::Lost => return late::settle(self, &fence, fate),
        }
        Ok(settled)
    }

    fn complete(&mut self, fence: Fence<'_>, provider_message_id: Option<&str>) -> rusqlite::Result<Settled> {
        // The way of nearly every message: its row is as it was claimed. Where another program changed what it counts under, the
        // row is read first. A statement with RETURNING would cost more than both, for it makes a table for what it returns.
        if let Some(place) = fence.place()
            && self.write_completed(fence, Some(place), provider_message_id)?
        {
            self.deltas.change(place, Standing::of(State::Processing), Standing::of(State::Completed));
        } else {
            let held = params![fence.id, fence.held_attempt(), fence.worker, fence.claimed_at()];
            let Some(written) = self.write_fate(sql!("settle_fence"), held)? else { return Ok(Settled::Lost) };
            sure(usize::from(self.write_completed(fence, None, provider_message_id)?))?;
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
            fence.held_attempt(),
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
        let row = params![fence.id, fence.held_attempt(), fence.worker, fence.claimed_at()];
        let Some(written) = self.write_fate(sql!("settle_released"), row)? else { return self.lost(fence) };
        self.moved(&written, Standing::of(State::Pending));
        Ok(Settled::Done)
    }

    fn fail(&mut self, fence: Fence<'_>, failed: Failed<'_>) -> rusqlite::Result<Settled> {
        let Failure { error_type, message } = failed.failure;
        let row = params![
            fence.id,
            fence.held_attempt(),
            fence.worker,
            u32::from(failed.spent),
            failed.available_at,
            error_type.as_str(),
            message,
            failed.dead,
            fence.claimed_at()
        ];
        let Some(written) = self.write_fate(sql!("settle_failed"), row)? else { return self.lost(fence) };
        let outcome = outcome_word(*error_type);
        self.record_attempt(&fence, outcome, Some(failed.failure))?;
        let unknown = *error_type == ErrorType::Unknown || written.departed;
        self.moved(&written, Standing { state: State::Failed, unknown, attempts_left: written.attempts_left });
        self.deltas.happened(outcome);
        // Another program may have left it no attempt under the claim: then this was the last one.
        if failed.dead || !written.attempts_left {
            self.bury_task(fence.fatal())?;
        }
        Ok(Settled::Done)
    }

    /// Records how an attempt ended.
    pub(super) fn record_attempt(
        &mut self,
        fence: &Fence<'_>,
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

    /// Nothing was written: the fence does not hold, or a trigger kept the row as it is.
    fn lost(&self, fence: Fence<'_>) -> rusqlite::Result<Settled> {
        let held = params![fence.id, fence.held_attempt(), fence.worker, fence.claimed_at()];
        match self.write_fate(sql!("settle_fence"), held)? {
            Some(_) => Err(ignored()),
            None => Ok(Settled::Lost),
        }
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
    pub(super) fn bury_task(&mut self, fatal: Fatal<'_>) -> rusqlite::Result<()> {
        let row = params![
            fatal.id,
            fatal.message.map(|message| &message.recipient),
            fatal.message.map(|message| &message.text),
            self.now_text,
            fatal.max_retries
        ];
        sure(self.transaction.prepare_cached(sql!("dead_letter_insert"))?.execute(row)?)?;
        self.deltas.letters(DeadLetterState::Pending.as_str(), 1);
        self.haul.out.dead_lettered += 1;
        Ok(())
    }

    fn moved(&mut self, written: &Written, to: Standing) {
        let place = CountedUnder { task_func: &written.task_func, batch_id: written.batch_id };
        self.deltas.change(place, Standing::of(State::Processing), to);
    }
}
