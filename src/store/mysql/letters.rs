//! What orders about dead letters write.

use super::bind::{Value, rows, values};
use super::change::Audit;
use super::column::{text, truth, whole};
use super::fault::{Fault, Tried};
use super::transaction::Transaction;
use super::{MysqlStore, sql};
use crate::queue::{
    DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, DeadLetterState, NewTask, Priority, State, TaskId,
};
use crate::store::deltas::{Deltas, Standing};
use crate::store::filter::{self, Clause, filled};
use crate::store::letters::{self, Decision, FailedTask, LetterPages, LetterRows};
use crate::store::{Changed, Result};

impl MysqlStore {
    pub(super) fn count_eligible_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        let now = self.read(|session| self.now(session))?;
        let clause = filter::eligible_letters(wanted, order, now).byte_by_byte();
        self.count_rows(&filled(sql!("dead_letter_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX)), &clause)
    }

    pub(super) fn change_letters(
        &self,
        wanted: &DeadLetterFilter,
        order: DeadLetterOrder,
        lane: &str,
    ) -> Result<Changed> {
        let now = self.read(|session| self.now(session))?;
        letters::change(self, wanted, (order, lane), now)
    }
}

impl LetterPages for MysqlStore {
    fn page(&self, clause: &Clause, limit: Option<u64>) -> Result<Vec<DeadLetter>> {
        self.letters_of(clause.clone(), limit)
    }

    fn decide(&self, letters: &[DeadLetter], decision: Decision<'_>) -> Result<Vec<DeadLetterId>> {
        self.write(|transaction| {
            let mut redrive = Redrive { transaction, deltas: Deltas::default() };
            let changed = letters::decide(&mut redrive, letters, decision)?;
            let deltas = redrive.deltas;
            let rows = changed.len() as u64;
            Audit { action: decision.order.as_str(), filter: decision.words, changed: rows }.write(transaction)?;
            self.write_deltas(transaction, deltas)?;
            Ok(changed)
        })
    }
}

/// Dead letters on their way back.
struct Redrive<'a, 's> {
    transaction: &'a mut Transaction<'s>,
    deltas: Deltas,
}

impl LetterRows for Redrive<'_, '_> {
    type Error = Fault;

    fn mark(&mut self, id: DeadLetterId, state: DeadLetterState) -> Tried<bool> {
        let retried_at = (state == DeadLetterState::Retried).then_some(self.transaction.now);
        let row = values![id, state.as_str(), retried_at];
        Ok(self.transaction.run_open(sql!("dead_letter_mark"), row)? == 1)
    }

    fn unmark(&mut self, id: DeadLetterId) -> Tried<()> {
        self.transaction.run_sure(sql!("dead_letter_unmark"), values![id], 1)
    }

    fn untie(&mut self, id: DeadLetterId) -> Tried<bool> {
        Ok(self.transaction.run_open(sql!("dead_letter_untie"), values![id])? == 1)
    }

    fn failed_task(&mut self, id: TaskId) -> Tried<Option<FailedTask>> {
        let found = self.transaction.run(sql!("dead_letter_task"), values![id, self.transaction.now])?;
        Ok(found.rows.first().map(|row| FailedTask {
            task_func: text(row, 0).unwrap_or_default(),
            batch_id: whole(row, 1),
            standing: Standing { state: State::Failed, unknown: truth(row, 2), attempts_left: truth(row, 3) },
            is_expired: truth(row, 4),
        }))
    }

    fn requeue(&mut self, letter: &DeadLetter) -> Tried<()> {
        let row = values![letter.task_id, letter.max_retries, self.transaction.now];
        self.transaction.run_sure(sql!("dead_letter_requeue"), row, 1)
    }

    fn enqueue(&mut self, letter: &DeadLetter, lane: &str) -> Tried<()> {
        let row = vec![
            Value::Text(NewTask::SMS),
            Value::Text(lane),
            Value::Null,
            Value::Null,
            Value::Text(State::Pending.as_str()),
            Value::Time(self.transaction.now),
            Value::from(letter.max_retries.max(1)),
            Value::Int(0),
            Value::from(&letter.recipient),
            Value::from(&letter.content),
            Value::Null,
            Value::from(Priority::NORMAL.get()),
            Value::Null,
            Value::Null,
            Value::Int(0),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Int(1),
        ];
        self.transaction.send(&sql!("task_insert").replace("{rows}", &rows([row])))?;
        Ok(())
    }

    fn deltas(&mut self) -> &mut Deltas {
        &mut self.deltas
    }
}
