//! What orders about dead letters write.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::change::Audit;
use super::column::{text, whole};
use super::ignored::sure;
use super::{SqliteStore, sql, tally};
use crate::queue::{
    DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, DeadLetterState, NewTask, Priority, State, TaskId,
};
use crate::store::deltas::{Deltas, Standing};
use crate::store::filter::{self, Clause, filled};
use crate::store::letters::{self, Decision, FailedTask, LetterPages, LetterRows};
use crate::store::{Changed, Result, time};

impl SqliteStore {
    pub(super) fn count_eligible_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        let clause = filter::eligible_letters(wanted, order, self.now());
        self.count_rows(&filled(sql!("dead_letter_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX)), &clause)
    }

    pub(super) fn change_letters(
        &self,
        wanted: &DeadLetterFilter,
        order: DeadLetterOrder,
        lane: &str,
    ) -> Result<Changed> {
        letters::change(self, wanted, (order, lane), self.now())
    }
}

impl LetterPages for SqliteStore {
    fn page(&self, clause: &Clause, limit: Option<u64>) -> Result<Vec<DeadLetter>> {
        self.letters_of(clause, limit)
    }

    fn decide(&self, letters: &[DeadLetter], decision: Decision<'_>) -> Result<Vec<DeadLetterId>> {
        let now = self.now();
        self.write(|transaction| {
            let mut rows = Redrive { transaction, now, deltas: Deltas::default() };
            let changed = letters::decide(&mut rows, letters, decision).map_err(|e| self.speak.of(e))?;
            tally::write(rows.deltas, transaction, now).map_err(|e| self.speak.of(e))?;
            let rows = changed.len() as u64;
            let audit = Audit { action: decision.order.as_str(), filter: decision.words, changed: rows };
            audit.write(transaction, now).map_err(|e| self.speak.of(e))?;
            Ok(changed)
        })
    }
}

/// Dead letters on their way back.
struct Redrive<'a> {
    transaction: &'a Transaction<'a>,
    now: Timestamp,
    deltas: Deltas,
}

impl LetterRows for Redrive<'_> {
    type Error = rusqlite::Error;

    fn mark(&mut self, id: DeadLetterId, state: DeadLetterState) -> rusqlite::Result<bool> {
        let retried_at = (state == DeadLetterState::Retried).then(|| time::to_text(self.now));
        let row = params![id, state.as_str(), retried_at];
        Ok(self.transaction.prepare_cached(sql!("dead_letter_mark"))?.execute(row)? == 1)
    }

    fn unmark(&mut self, id: DeadLetterId) -> rusqlite::Result<()> {
        self.transaction.prepare_cached(sql!("dead_letter_unmark"))?.execute([id]).map(drop)
    }

    fn untie(&mut self, id: DeadLetterId) -> rusqlite::Result<bool> {
        Ok(self.transaction.prepare_cached(sql!("dead_letter_untie"))?.execute([id])? == 1)
    }

    fn failed_task(&mut self, id: TaskId) -> rusqlite::Result<Option<FailedTask>> {
        let mut statement = self.transaction.prepare_cached(sql!("dead_letter_task"))?;
        let mut rows = statement.query(params![id, time::to_text(self.now)])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let attempts_left = row.get::<_, Option<bool>>(3)?.unwrap_or(false);
        Ok(Some(FailedTask {
            task_func: text(row, 0)?.unwrap_or_default(),
            batch_id: whole(row, 1)?,
            standing: Standing { state: State::Failed, unknown: row.get(2)?, attempts_left },
            is_expired: row.get(4)?,
        }))
    }

    fn requeue(&mut self, letter: &DeadLetter) -> rusqlite::Result<()> {
        let row = params![letter.task_id, letter.max_retries, time::to_text(self.now)];
        sure(self.transaction.prepare_cached(sql!("dead_letter_requeue"))?.execute(row)?)
    }

    fn enqueue(&mut self, letter: &DeadLetter, lane: &str) -> rusqlite::Result<()> {
        let row = params![
            NewTask::SMS,
            lane,
            None::<String>,
            None::<String>,
            State::Pending.as_str(),
            time::to_text(self.now),
            letter.max_retries.max(1),
            letter.recipient,
            letter.content,
            None::<String>,
            Priority::NORMAL.get(),
            None::<String>,
            None::<String>,
            None::<i64>,
            None::<String>,
            None::<i64>,
        ];
        sure(self.transaction.prepare_cached(sql!("task_insert"))?.execute(row)?)
    }

    fn deltas(&mut self) -> &mut Deltas {
        &mut self.deltas
    }
}
