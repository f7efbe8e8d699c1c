//! Dead letters on their way back, or out.

use super::bind::{Value, rows, values};
use super::change::Audit;
use super::column::{text, truth, whole};
use super::fault::Tried;
use super::transaction::Transaction;
use super::{MysqlStore, sql};
use crate::queue::{DeadLetter, DeadLetterFilter, DeadLetterOrder, DeadLetterState, Priority, State};
use crate::store::deltas::{Deltas, Place, Standing};
use crate::store::filter::{self, filled, pending_only};
use crate::store::{CHANGED_MAX, Result};

/// What was ordered for a page of dead letters.
#[derive(Clone, Copy)]
struct Decision<'a> {
    order: DeadLetterOrder,
    /// For letters whose task is not in the queue.
    lane: &'a str,
    /// The filter, for the audit log.
    words: &'a str,
}

impl MysqlStore {
    pub(super) fn count_pending_letters(&self, wanted: &DeadLetterFilter) -> Result<u64> {
        let wanted = pending_only(wanted);
        let clause = filter::dead_letters(&wanted);
        self.count_rows(&filled(sql!("dead_letter_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX)), &clause)
    }

    pub(super) fn change_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<u64> {
        let mut page = pending_only(wanted);
        let mut left = wanted.limit.unwrap_or(u64::MAX);
        let mut changed = 0;
        while left > 0 {
            page.limit = Some(left.min(CHANGED_MAX as u64));
            let letters = self.list_dead_letters(&page)?;
            let Some(last) = letters.last() else { break };
            page.after = Some(last.id);
            let words = filter::in_words(&filter::dead_letters(&page), page.limit);
            let count = self.change_letter_page(&letters, Decision { order, lane, words: &words })?;
            changed += count;
            left -= count.min(left);
        }
        Ok(changed)
    }

    fn change_letter_page(&self, letters: &[DeadLetter], decision: Decision<'_>) -> Result<u64> {
        self.write(|transaction| {
            let mut redrive = Redrive { transaction, lane: decision.lane, deltas: Deltas::default() };
            let mut changed = 0;
            for letter in letters {
                let done = match decision.order {
                    DeadLetterOrder::Abandon => redrive.mark(letter, DeadLetterState::Abandoned)?,
                    DeadLetterOrder::Retry => redrive.retry(letter)?,
                };
                changed += u64::from(done);
            }
            let deltas = redrive.deltas;
            Audit { action: decision.order.as_str(), filter: decision.words, changed }.write(transaction)?;
            self.write_deltas(transaction, deltas)?;
            Ok(changed)
        })
    }
}

struct Redrive<'a, 's> {
    transaction: &'a mut Transaction<'s>,
    lane: &'a str,
    deltas: Deltas,
}

impl Redrive<'_, '_> {
    /// False: somebody else had decided about it.
    fn mark(&mut self, letter: &DeadLetter, state: DeadLetterState) -> Tried<bool> {
        let retried_at = (state == DeadLetterState::Retried).then_some(self.transaction.now);
        let row = values![letter.id, state.as_str(), retried_at];
        let marked = self.transaction.run(sql!("dead_letter_mark"), row)?.affected == 1;
        if marked {
            self.moved(DeadLetterState::Pending, state);
        }
        Ok(marked)
    }

    fn moved(&mut self, from: DeadLetterState, to: DeadLetterState) {
        self.deltas.letters(from.as_str(), -1);
        self.deltas.letters(to.as_str(), 1);
    }

    /// The task goes back into the queue; where there is none (the letter is the web application's), one is made.
    fn retry(&mut self, letter: &DeadLetter) -> Tried<bool> {
        if !self.mark(letter, DeadLetterState::Retried)? {
            return Ok(false);
        }
        if let Some(id) = letter.task_id
            && let Some((task_func, batch_id, from)) = self.failed_task(id)?
        {
            self.transaction.run(sql!("dead_letter_requeue"), values![id, letter.max_retries])?;
            let place = Place { task_func: &task_func, batch_id };
            self.deltas.change(place, from, Standing::of(State::Pending));
            return Ok(true);
        }
        if letter.task_id.is_none() && !letter.recipient.is_empty() {
            self.enqueue_again(letter)?;
            self.deltas.enter(Place { task_func: self.lane, batch_id: None }, Standing::of(State::Pending));
            self.deltas.happened("enqueued");
            return Ok(true);
        }
        // The task is in another state by now: its letter must not say that it was retried.
        self.transaction.run(sql!("dead_letter_unmark"), values![letter.id])?;
        self.moved(DeadLetterState::Retried, DeadLetterState::Pending);
        Ok(false)
    }

    fn failed_task(&mut self, id: i64) -> Tried<Option<(String, Option<i64>, Standing)>> {
        let found = self.transaction.run(sql!("dead_letter_task"), values![id])?;
        Ok(found.rows.first().map(|row| {
            let from = Standing { state: State::Failed, unknown: truth(row, 2), attempts_left: truth(row, 3) };
            (text(row, 0).unwrap_or_default(), whole(row, 1), from)
        }))
    }

    fn enqueue_again(&mut self, letter: &DeadLetter) -> Tried<()> {
        let row = vec![
            Value::Text("sms"),
            Value::Text(self.lane),
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
}
