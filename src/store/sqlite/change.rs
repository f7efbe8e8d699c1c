//! Orders by hand: cancel, hold, release, retry.

use jiff::Timestamp;
use rusqlite::{Transaction, params, params_from_iter};

use super::column::{optional_time, text, whole};
use super::ignored::sure;
use super::read::values;
use super::{SqliteStore, sql, tally};
use crate::queue::{Filter, Order, State, TaskId};
use crate::store::changed::actor;
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::filter::{self, Clause, destination, filled};
use crate::store::time;
use crate::store::{CHANGED_MAX, Changed, LOOK_MAX, Result};

/// A task that an order takes.
struct Eligible {
    id: i64,
    state: State,
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

    pub(super) fn count_doubtful_eligible(&self, wanted: &Filter, order: Order) -> Result<u64> {
        let clause = filter::tasks(wanted);
        let query = filled(sql!("change_doubtful"), &clause.text(), wanted.limit.unwrap_or(u64::MAX));
        self.count_rows(&query.replace("{eligible}", filter::eligible(order)), &clause)
    }

    pub(super) fn count_rows(&self, query: &str, clause: &Clause) -> Result<u64> {
        self.read(|transaction| {
            transaction
                .query_row(query, params_from_iter(values(clause)), |row| row.get::<_, i64>(0))
                .map(|n| u64::try_from(n).unwrap_or(0))
                .map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn change_tasks(&self, wanted: &Filter, order: Order) -> Result<Changed> {
        let words = filter::in_words(&filter::tasks(wanted), wanted.limit);
        let mut look = wanted.clone();
        let mut left = wanted.limit.unwrap_or(u64::MAX);
        let mut changed = Changed::default();
        while left > 0 {
            look.limit = Some(left.min(LOOK_MAX));
            let found = self.find_eligible(&look, order)?;
            let Some(last) = found.last() else { break };
            look.after = Some(*last);
            for ids in found.chunks(CHANGED_MAX) {
                let page = Filter { ids: ids.to_vec(), limit: None, ..wanted.clone() };
                changed.add(self.change_page(&page, order, &words)?, !wanted.ids.is_empty());
            }
            left = wanted.limit.map_or(u64::MAX, |limit| limit.saturating_sub(changed.rows));
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

    /// Changes what the order still takes of a page.
    fn change_page(&self, page: &Filter, order: Order, words: &str) -> Result<Changed> {
        let clause = filter::tasks(page);
        let query = select(&clause, order, page.limit);
        let now = self.now();
        self.write_if(|transaction| {
            let tasks = eligible(transaction, &query, &clause).map_err(|e| self.speak.of(e))?;
            let doubtful = tasks.iter().filter(|task| task.unknown).count() as u64;
            let named = tasks.iter().map(|task| task.id).collect();
            let changed = Changed { rows: tasks.len() as u64, doubtful, named };
            let mut deltas = Deltas::default();
            for task in &tasks {
                let (to, available_at) = destination(order, task.available_at, now);
                task.move_to(transaction, to, available_at).map_err(|e| self.speak.of(e))?;
                deltas.change(task.place(), task.standing(), Standing::of(to));
            }
            tally::write(deltas, transaction, now).map_err(|e| self.speak.of(e))?;
            let audit = Audit { action: order.as_str(), filter: words, changed: changed.rows };
            audit.write(transaction, now).map_err(|e| self.speak.of(e))?;
            let is_any = changed.rows > 0;
            Ok((changed, is_any))
        })
    }
}

impl SqliteStore {
    pub(super) fn write_audit(&self, audit: &Audit<'_>) -> Result<()> {
        let now = self.now();
        self.transact(|transaction| {
            audit.write(transaction, now).map_err(|e| self.speak.of(e))?;
            Ok(((), true))
        })
    }
}

/// A line of the audit log, in the transaction that it tells of.
pub(super) struct Audit<'a> {
    pub action: &'a str,
    pub filter: &'a str,
    pub changed: u64,
}

impl Audit<'_> {
    pub fn write(&self, transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
        let changed = i64::try_from(self.changed).unwrap_or(i64::MAX);
        let row = params![time::to_text(now), actor(), self.action, self.filter, changed];
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
            state: State::of_word(&text(row, 1)?.unwrap_or_default()),
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
    fn place(&self) -> CountedUnder<'_> {
        CountedUnder { task_func: &self.task_func, batch_id: self.batch_id }
    }

    fn standing(&self) -> Standing {
        Standing { state: self.state, unknown: self.unknown, attempts_left: self.attempts_left }
    }

    fn move_to(
        &self,
        transaction: &Transaction<'_>,
        to: State,
        available_at: Option<Timestamp>,
    ) -> rusqlite::Result<()> {
        let row = params![self.id, to.as_str(), available_at.map(time::to_text)];
        sure(transaction.prepare_cached(sql!("change_task"))?.execute(row)?)
    }
}
