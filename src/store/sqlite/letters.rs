//! Dead letters on their way back, or out.

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::change::Audit;
use super::column::{text, whole};
use super::{SqliteStore, sql, tally};
use crate::queue::{DeadLetter, DeadLetterFilter, DeadLetterOrder, DeadLetterState, NewTask, Priority, State};
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::filter::{self, filled};
use crate::store::letters::{Consent, FailedTask};
use crate::store::time;
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

impl SqliteStore {
    pub(super) fn count_eligible_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        let clause = filter::eligible_letters(wanted, order, self.now());
        self.count_rows(&filled(sql!("dead_letter_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX)), &clause)
    }

    pub(super) fn change_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<u64> {
        let mut page = wanted.clone();
        let mut left = wanted.limit.unwrap_or(u64::MAX);
        let mut changed = 0;
        while left > 0 {
            page.limit = Some(left.min(CHANGED_MAX as u64));
            let clause = filter::eligible_letters(&page, order, self.now());
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
        let now = self.now();
        self.write(|transaction| {
            let mut deltas = Deltas::default();
            let mut changed = 0;
            for letter in letters {
                let at = Redrive { transaction, now, lane: decision.lane };
                let done = match decision.order {
                    DeadLetterOrder::Abandon => at.mark(letter, DeadLetterState::Abandoned, &mut deltas),
                    DeadLetterOrder::Retry { unknown, expired } => {
                        at.retry(letter, Consent { unknown, expired }, &mut deltas)
                    }
                };
                changed += u64::from(done.map_err(|e| self.speak.of(e))?);
            }
            tally::write(deltas, transaction, now).map_err(|e| self.speak.of(e))?;
            let audit = Audit { action: decision.order.as_str(), filter: decision.words, changed };
            audit.write(transaction, now).map_err(|e| self.speak.of(e))?;
            Ok(changed)
        })
    }
}

/// Dead letters on their way back.
struct Redrive<'a> {
    transaction: &'a Transaction<'a>,
    now: Timestamp,
    lane: &'a str,
}

impl Redrive<'_> {
    /// False: somebody else had decided about it.
    fn mark(&self, letter: &DeadLetter, state: DeadLetterState, deltas: &mut Deltas) -> rusqlite::Result<bool> {
        let retried_at = (state == DeadLetterState::Retried).then(|| time::to_text(self.now));
        let row = params![letter.id, state.as_str(), retried_at];
        let marked = self.transaction.prepare_cached(sql!("dead_letter_mark"))?.execute(row)? == 1;
        if marked {
            deltas.letters(DeadLetterState::Pending.as_str(), -1);
            deltas.letters(state.as_str(), 1);
        }
        Ok(marked)
    }

    /// The task goes back into the queue; where there is none (the letter is the web application's), one is made.
    fn retry(&self, letter: &DeadLetter, consent: Consent, deltas: &mut Deltas) -> rusqlite::Result<bool> {
        let task = letter.task_id.map(|id| self.failed_task(id)).transpose()?.flatten();
        if task.as_ref().is_some_and(|task| !task.is_allowed(consent))
            || !self.mark(letter, DeadLetterState::Retried, deltas)?
        {
            return Ok(false);
        }
        if let Some(task) = task {
            let row = params![letter.task_id, letter.max_retries, time::to_text(self.now)];
            self.transaction.prepare_cached(sql!("dead_letter_requeue"))?.execute(row)?;
            let place = CountedUnder { task_func: &task.task_func, batch_id: task.batch_id };
            deltas.change(place, task.standing, Standing::of(State::Pending));
            return Ok(true);
        }
        if letter.task_id.is_none() && !letter.recipient.is_empty() {
            self.enqueue_again(letter)?;
            deltas.enter(CountedUnder { task_func: self.lane, batch_id: None }, Standing::of(State::Pending));
            deltas.happened("enqueued");
            return Ok(true);
        }
        // The task is in another state by now: its letter must not say that it was retried.
        self.transaction.prepare_cached(sql!("dead_letter_unmark"))?.execute([letter.id])?;
        deltas.letters(DeadLetterState::Retried.as_str(), -1);
        deltas.letters(DeadLetterState::Pending.as_str(), 1);
        Ok(false)
    }

    fn failed_task(&self, id: i64) -> rusqlite::Result<Option<FailedTask>> {
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

    fn enqueue_again(&self, letter: &DeadLetter) -> rusqlite::Result<()> {
        let row = params![
            NewTask::SMS,
            self.lane,
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
        self.transaction.prepare_cached(sql!("task_insert"))?.execute(row)?;
        Ok(())
    }
}
