//! What a late end writes.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::column::{small, text, whole};
use super::exchange::Ledger;
use super::sql;
use crate::queue::{Failure, Message, State, TaskId};
use crate::store::deltas::Deltas;
use crate::store::fence::{Fatal, Fence};
use crate::store::late::{Correction, LateRows, Lesson, Letter, Overtaken};
use crate::store::{Says, time};

impl LateRows for Ledger<'_> {
    type Error = rusqlite::Error;

    fn overtaken(&mut self, fence: &Fence<'_>) -> rusqlite::Result<Option<Overtaken>> {
        let wanted = params![fence.id, fence.attempt, fence.created_at(), fence.claimed_at()];
        let mut statement = self.transaction.prepare_cached(sql!("settle_overtaken"))?;
        statement.query_row(wanted, |row| overtaken(row, fence)).optional()
    }

    fn complete(&mut self, id: TaskId, provider_message_id: Option<&str>) -> rusqlite::Result<()> {
        let row = params![id, self.now_text, provider_message_id];
        self.transaction.prepare_cached(sql!("settle_late"))?.execute(row)?;
        self.changed = true;
        Ok(())
    }

    fn learn(&mut self, id: TaskId, lesson: &Lesson, again_at: Option<Timestamp>) -> rusqlite::Result<()> {
        let Failure { error_type, message } = &lesson.failure;
        let row = params![id, again_at.map(time::to_text), error_type.as_str(), message, lesson.dead];
        self.transaction.prepare_cached(sql!("settle_learned"))?.execute(row)?;
        self.changed = true;
        Ok(())
    }

    fn correct(&mut self, id: TaskId, correction: Correction) -> rusqlite::Result<()> {
        let statement = match correction {
            Correction::Stayed => sql!("settle_stayed"),
            Correction::Left => sql!("settle_left"),
            Correction::Recalled => sql!("settle_recalled"),
        };
        self.transaction.prepare_cached(statement)?.execute([id])?;
        self.changed = true;
        Ok(())
    }

    fn record(&mut self, fence: &Fence<'_>, outcome: &'static str, failure: Option<&Failure>) -> rusqlite::Result<()> {
        self.record_attempt(fence, outcome, failure)
    }

    fn reword(&mut self, id: TaskId, letter: Letter<'_>) -> rusqlite::Result<u64> {
        let error_type = letter.error_type.map(|error_type| error_type.as_str());
        let row = params![id, letter.state.as_str(), error_type, letter.error_message];
        let reworded = self.transaction.prepare_cached(sql!("dead_letter_learned"))?.execute(row)?;
        self.changed = true;
        Ok(reworded as u64)
    }

    fn bury(&mut self, fatal: Fatal<'_>) -> rusqlite::Result<()> {
        self.bury_task(fatal)
    }

    fn deltas(&mut self) -> &mut Deltas {
        &mut self.deltas
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

fn overtaken(row: &Row<'_>, fence: &Fence<'_>) -> rusqlite::Result<Overtaken> {
    let (recipient, content, sender) = (text(row, 12)?, text(row, 13)?, text(row, 14)?);
    let message = recipient.zip(content).map(|(recipient, text)| Message { recipient, text, sender });
    let says = Says { message, args: text(row, 15)?, kwargs: text(row, 16)? };
    Ok(Overtaken {
        state: text(row, 0)?.and_then(|word| State::parse(&word)),
        attempt: small(row, 1)?,
        worker: whole(row, 2)?,
        task_func: text(row, 3)?.unwrap_or_default(),
        batch_id: whole(row, 4)?,
        unknown: row.get(5)?,
        attempts_left: row.get(6)?,
        started: row.get(7)?,
        recorded: text(row, 8)?,
        departed: whole(row, 9)?.unwrap_or(0),
        created: row.get(10)?,
        claimed: row.get(11)?,
        same: fence.claim.is_none_or(|claim| claim.found(&says)),
    })
}
