//! Dead letters on their way back, or out.

use super::bind::{Value, rows, values};
use super::change::Audit;
use super::column::{text, truth, whole};
use super::fault::Tried;
use super::transaction::Transaction;
use super::{MysqlStore, sql};
use crate::queue::{DeadLetter, DeadLetterFilter, DeadLetterOrder, DeadLetterState, NewTask, Priority, State};
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::filter::{self, filled};
use crate::store::letters::{Consent, FailedTask};
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
    pub(super) fn count_eligible_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        let now = self.read(|session| self.now(session))?;
        let clause = filter::eligible_letters(wanted, order, now);
        self.count_rows(&filled(sql!("dead_letter_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX)), &clause)
    }

    pub(super) fn change_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<u64> {
        let now = self.read(|session| self.now(session))?;
        let mut page = wanted.clone();
        let mut left = wanted.limit.unwrap_or(u64::MAX);
        let mut changed = 0;
        while left > 0 {
            page.limit = Some(left.min(CHANGED_MAX as u64));
            let clause = filter::eligible_letters(&page, order, now);
            let letters = self.letters_of(&clause, page.limit)?;
            let Some(last) = letters.last() else { break };
            page.after = Some(last.id);
            let words = filter::in_words(&clause, page.limit);
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
                    DeadLetterOrder::Retry { unknown, expired } => {
                        redrive.retry(letter, Consent { unknown, expired })?
                    }
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
        let marked = self.transaction.run_open(sql!("dead_letter_mark"), row)? == 1;
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
    fn retry(&mut self, letter: &DeadLetter, consent: Consent) -> Tried<bool> {
        let task = letter.task_id.map(|id| self.failed_task(id)).transpose()?.flatten();
        if task.as_ref().is_some_and(|task| !task.is_allowed(consent))
            || !self.mark(letter, DeadLetterState::Retried)?
        {
            return Ok(false);
        }
        if let Some(task) = task {
            let row = values![letter.task_id, letter.max_retries, self.transaction.now];
            self.transaction.run_sure(sql!("dead_letter_requeue"), row, 1)?;
            let place = CountedUnder { task_func: &task.task_func, batch_id: task.batch_id };
            self.deltas.change(place, task.standing, Standing::of(State::Pending));
            return Ok(true);
        }
        if letter.task_id.is_none() && !letter.recipient.is_empty() {
            self.enqueue_again(letter)?;
            self.deltas.enter(CountedUnder { task_func: self.lane, batch_id: None }, Standing::of(State::Pending));
            self.deltas.happened("enqueued");
            return Ok(true);
        }
        // The task is in another state by now: its letter must not say that it was retried.
        self.transaction.run_sure(sql!("dead_letter_unmark"), values![letter.id], 1)?;
        self.moved(DeadLetterState::Retried, DeadLetterState::Pending);
        Ok(false)
    }

    fn failed_task(&mut self, id: i64) -> Tried<Option<FailedTask>> {
        let found = self.transaction.run(sql!("dead_letter_task"), values![id, self.transaction.now])?;
        Ok(found.rows.first().map(|row| FailedTask {
            task_func: text(row, 0).unwrap_or_default(),
            batch_id: whole(row, 1),
            standing: Standing { state: State::Failed, unknown: truth(row, 2), attempts_left: truth(row, 3) },
            is_expired: truth(row, 4),
        }))
    }

    fn enqueue_again(&mut self, letter: &DeadLetter) -> Tried<()> {
        let row = vec![
            Value::Text(NewTask::SMS),
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
