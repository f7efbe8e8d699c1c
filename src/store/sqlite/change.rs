//! Orders by hand: cancel, hold, release, retry; and what becomes of dead letters.

use jiff::Timestamp;
use rusqlite::{Transaction, params, params_from_iter};

use super::column::{optional_time, text, whole};
use super::read::values;
use super::{SqliteStore, sql, tally};
use crate::queue::{DeadLetter, DeadLetterFilter, DeadLetterOrder, DeadLetterState, Filter, Order, State, TaskId};
use crate::store::deltas::{Deltas, Place, Standing, state_of};
use crate::store::filter::{self, Clause, destination, filled, pending_only};
use crate::store::time;
use crate::store::{CHANGED_MAX as PAGE, LOOK_MAX as LOOK, Result};

/// A task that an order takes.
struct Eligible {
    id: i64,
    status: String,
    task_func: String,
    batch_id: Option<i64>,
    unknown: bool,
    attempts_left: bool,
    available_at: Option<Timestamp>,
}

impl SqliteStore {
    pub(super) fn count_eligible(&self, wanted: &Filter, order: Order) -> Result<u64> {
        let clause = filter::tasks(wanted);
        let query = filled(sql!("change_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX));
        self.count_rows(&query.replace("{eligible}", filter::eligible(order)), &clause)
    }

    pub(super) fn count_pending_letters(&self, wanted: &DeadLetterFilter) -> Result<u64> {
        let wanted = pending_only(wanted);
        let clause = filter::dead_letters(&wanted);
        self.count_rows(&filled(sql!("dead_letter_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX)), &clause)
    }

    fn count_rows(&self, query: &str, clause: &Clause) -> Result<u64> {
        self.read(|transaction| {
            transaction
                .query_row(query, params_from_iter(values(clause)), |row| row.get::<_, i64>(0))
                .map(|n| u64::try_from(n).unwrap_or(0))
                .map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn change_tasks(&self, wanted: &Filter, order: Order) -> Result<u64> {
        let words = filter::in_words(&filter::tasks(wanted), wanted.limit);
        let mut look = wanted.clone();
        let mut left = wanted.limit.unwrap_or(u64::MAX);
        let mut changed = 0;
        while left > 0 {
            look.limit = Some(left.min(LOOK));
            let found = self.find_eligible(&look, order)?;
            let Some(last) = found.last() else { break };
            look.after = Some(*last);
            for ids in found.chunks(PAGE) {
                let page = Filter { ids: ids.to_vec(), limit: None, ..wanted.clone() };
                changed += self.change_page(&page, order, &words)?;
            }
            left = wanted.limit.map_or(u64::MAX, |limit| limit.saturating_sub(changed));
        }
        Ok(changed)
    }

    /// The ids of tasks that the order would take, by a reader: to find few among many can take long, and must not keep
    /// others from writing.
    fn find_eligible(&self, look: &Filter, order: Order) -> Result<Vec<TaskId>> {
        let clause = filter::tasks(look);
        let query = select(&clause, order, look.limit);
        self.read(|transaction| {
            let tasks = eligible(transaction, &query, &clause).map_err(|e| self.speak.of(e))?;
            Ok(tasks.iter().map(|task| task.id).collect())
        })
    }

    /// Changes what the order still takes of a page; returns how many tasks.
    fn change_page(&self, page: &Filter, order: Order, words: &str) -> Result<u64> {
        let clause = filter::tasks(page);
        let query = select(&clause, order, page.limit);
        let now = self.now();
        self.write_if(|transaction| {
            let tasks = eligible(transaction, &query, &clause).map_err(|e| self.speak.of(e))?;
            let changed = tasks.len() as u64;
            let mut deltas = Deltas::default();
            for task in &tasks {
                let state = state_of(&task.status, task.id)?;
                let (to, available_at) = destination(order, task.available_at, now);
                task.move_to(transaction, to, available_at).map_err(|e| self.speak.of(e))?;
                deltas.change(task.place(), task.standing(state), Standing::of(to));
            }
            tally::write(deltas, transaction, now).map_err(|e| self.speak.of(e))?;
            let audit = Audit { action: order.as_str(), filter: words, changed };
            audit.write(transaction, now).map_err(|e| self.speak.of(e))?;
            Ok((changed, changed > 0))
        })
    }

    pub(super) fn change_letters(&self, wanted: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<u64> {
        let mut page = pending_only(wanted);
        let mut left = wanted.limit.unwrap_or(u64::MAX);
        let mut changed = 0;
        while left > 0 {
            page.limit = Some(left.min(PAGE as u64));
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
        let now = self.now();
        self.write(|transaction| {
            let mut deltas = Deltas::default();
            let mut changed = 0;
            for letter in letters {
                let at = Redrive { transaction, now, lane: decision.lane };
                let done = match decision.order {
                    DeadLetterOrder::Abandon => at.mark(letter, DeadLetterState::Abandoned),
                    DeadLetterOrder::Retry => at.retry(letter, &mut deltas),
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

/// What was ordered for a page of dead letters.
#[derive(Clone, Copy)]
struct Decision<'a> {
    order: DeadLetterOrder,
    /// For letters whose task is not in the queue.
    lane: &'a str,
    /// The filter, for the audit log.
    words: &'a str,
}

/// A line of the audit log, in the transaction that it tells of.
struct Audit<'a> {
    action: &'a str,
    filter: &'a str,
    changed: u64,
}

impl Audit<'_> {
    fn write(&self, transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
        let changed = i64::try_from(self.changed).unwrap_or(i64::MAX);
        let row = params![time::to_text(now), SqliteStore::actor(), self.action, self.filter, changed];
        transaction.prepare_cached(sql!("audit_insert"))?.execute(row)?;
        Ok(())
    }
}

/// The query for the tasks of `clause` that the order takes.
fn select(clause: &Clause, order: Order, limit: Option<u64>) -> String {
    filled(sql!("change_select"), &clause.text(), limit.unwrap_or(u64::MAX))
        .replace("{eligible}", filter::eligible(order))
}

fn eligible(transaction: &Transaction<'_>, query: &str, clause: &Clause) -> rusqlite::Result<Vec<Eligible>> {
    let mut statement = transaction.prepare_cached(query)?;
    let rows = statement.query_map(params_from_iter(values(clause)), |row| {
        Ok(Eligible {
            id: row.get(0)?,
            status: row.get(1)?,
            task_func: text(row, 2)?.unwrap_or_default(),
            batch_id: whole(row, 3)?,
            unknown: row.get(4)?,
            attempts_left: row.get::<_, Option<bool>>(5)?.unwrap_or(false),
            available_at: optional_time(row, 6)?,
        })
    })?;
    rows.collect()
}

impl Eligible {
    fn place(&self) -> Place<'_> {
        Place { task_func: &self.task_func, batch_id: self.batch_id }
    }

    fn standing(&self, state: State) -> Standing {
        Standing { state, unknown: self.unknown, attempts_left: self.attempts_left }
    }

    fn move_to(
        &self,
        transaction: &Transaction<'_>,
        to: State,
        available_at: Option<Timestamp>,
    ) -> rusqlite::Result<()> {
        let row = params![self.id, to.as_str(), available_at.map(time::to_text)];
        transaction.prepare_cached(sql!("change_task"))?.execute(row)?;
        Ok(())
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
    fn mark(&self, letter: &DeadLetter, state: DeadLetterState) -> rusqlite::Result<bool> {
        let retried_at = (state == DeadLetterState::Retried).then(|| time::to_text(self.now));
        let row = params![letter.id, state.as_str(), retried_at];
        Ok(self.transaction.prepare_cached(sql!("dead_letter_mark"))?.execute(row)? == 1)
    }

    /// The task goes back into the queue; where there is none (the letter is the web application's), one is made.
    fn retry(&self, letter: &DeadLetter, deltas: &mut Deltas) -> rusqlite::Result<bool> {
        if !self.mark(letter, DeadLetterState::Retried)? {
            return Ok(false);
        }
        if let Some(id) = letter.task_id
            && let Some((task_func, batch_id, from)) = self.failed_task(id)?
        {
            let row = params![id, letter.max_retries];
            self.transaction.prepare_cached(sql!("dead_letter_requeue"))?.execute(row)?;
            deltas.change(Place { task_func: &task_func, batch_id }, from, Standing::of(State::Pending));
            return Ok(true);
        }
        if letter.task_id.is_none() && !letter.recipient.is_empty() {
            self.enqueue_again(letter)?;
            deltas.enter(Place { task_func: self.lane, batch_id: None }, Standing::of(State::Pending));
            deltas.happened("enqueued");
            return Ok(true);
        }
        // The task is in another state by now: its letter must not say that it was retried.
        self.transaction.prepare_cached(sql!("dead_letter_unmark"))?.execute([letter.id])?;
        Ok(false)
    }

    fn failed_task(&self, id: i64) -> rusqlite::Result<Option<(String, Option<i64>, Standing)>> {
        let mut statement = self.transaction.prepare_cached(sql!("dead_letter_task"))?;
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let attempts_left = row.get::<_, Option<bool>>(3)?.unwrap_or(false);
        let from = Standing { state: State::Failed, unknown: row.get(2)?, attempts_left };
        Ok(Some((text(row, 0)?.unwrap_or_default(), whole(row, 1)?, from)))
    }

    fn enqueue_again(&self, letter: &DeadLetter) -> rusqlite::Result<()> {
        let row = params![
            "sms",
            self.lane,
            None::<String>,
            None::<String>,
            State::Pending.as_str(),
            time::to_text(self.now),
            letter.max_retries.max(1),
            letter.recipient,
            letter.content,
            None::<String>,
            5,
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
