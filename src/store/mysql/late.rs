//! What a late end writes. The row is locked.

use jiff::Timestamp;
use mysql::Row;

use super::bind::{Value, rows, values};
use super::column::{optional_time, small, text, truth, whole};
use super::exchange::Ledger;
use super::fault::{Fault, Tried};
use super::sql;
use crate::queue::{Failure, Message, State, TaskId};
use crate::store::Says;
use crate::store::deltas::Deltas;
use crate::store::fence::{Fatal, Fence};
use crate::store::late::{Correction, LateRows, Lesson, Letter, Overtaken};

impl LateRows for Ledger<'_, '_> {
    type Error = Fault;

    fn overtaken(&mut self, fence: &Fence<'_>) -> Tried<Option<Overtaken>> {
        let found = self.transaction.run(sql!("settle_overtaken"), values![fence.id, fence.attempt])?;
        Ok(found.rows.first().map(|row| overtaken(row, fence)))
    }

    fn complete(&mut self, id: TaskId, provider_message_id: Option<&str>) -> Tried<()> {
        self.changed = true;
        self.transaction.run_sure(sql!("settle_late"), values![id, self.now, provider_message_id], 1)
    }

    fn learn(&mut self, id: TaskId, lesson: &Lesson, again_at: Option<Timestamp>) -> Tried<()> {
        let Failure { error_type, message } = &lesson.failure;
        let row = values![id, again_at, error_type.as_str(), message, lesson.dead];
        self.changed = true;
        self.transaction.run_sure(sql!("settle_learned"), row, 1)
    }

    fn correct(&mut self, id: TaskId, correction: Correction) -> Tried<()> {
        let statement = match correction {
            Correction::Stayed => sql!("settle_stayed"),
            Correction::Left => sql!("settle_left"),
            Correction::Recalled => sql!("settle_recalled"),
        };
        self.changed = true;
        self.transaction.run_sure(statement, values![id], 1)
    }

    /// When it was claimed is not known: it is not the newest, or its task has another fate.
    fn record(&mut self, fence: &Fence<'_>, outcome: &'static str, failure: Option<&Failure>) -> Tried<()> {
        let row = vec![
            Value::from(fence.id),
            Value::from(fence.attempt),
            Value::from(fence.worker),
            Value::Null,
            Value::from(self.now),
            Value::from(outcome),
            Value::from(failure.map(|failure| failure.error_type.as_str())),
            Value::from(failure.map(|failure| &failure.message)),
        ];
        self.transaction.send(&sql!("attempt_insert").replace("{rows}", &rows([row])))?;
        self.changed = true;
        Ok(())
    }

    fn reword(&mut self, id: TaskId, letter: Letter<'_>) -> Tried<u64> {
        let error_type = letter.error_type.map(|error_type| error_type.as_str());
        let row = values![id, letter.state.as_str(), error_type, letter.error_message];
        self.changed = true;
        self.transaction.run_open(sql!("dead_letter_learned"), row)
    }

    fn bury(&mut self, fatal: Fatal<'_>) -> Tried<()> {
        self.bury_task(fatal)
    }

    fn deltas(&mut self) -> &mut Deltas {
        &mut self.deltas
    }

    fn now(&self) -> Timestamp {
        self.now
    }
}

fn overtaken(row: &Row, fence: &Fence<'_>) -> Overtaken {
    let (recipient, content, sender) = (text(row, 12), text(row, 13), text(row, 14));
    let message = recipient.zip(content).map(|(recipient, text)| Message { recipient, text, sender });
    let says = Says { message, args: text(row, 15), kwargs: text(row, 16) };
    Overtaken {
        state: text(row, 0).and_then(|word| State::parse(&word)),
        attempt: small(row, 1),
        worker: whole(row, 2),
        task_func: text(row, 3).unwrap_or_default(),
        batch_id: whole(row, 4),
        unknown: truth(row, 5),
        attempts_left: truth(row, 6),
        started: truth(row, 7),
        recorded: text(row, 8),
        departed: whole(row, 9).unwrap_or(0),
        created: fence.is_created(optional_time(row, 10)),
        claimed: fence.is_claimed(optional_time(row, 11)),
        same: fence.claim.is_none_or(|claim| claim.found(&says)),
    }
}
