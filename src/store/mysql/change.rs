//! Orders by hand: cancel, hold, release, retry.

use jiff::Timestamp;
use mysql::Row;

use super::bind::{ids, of_clause, values};
use super::column::{id, optional_time, sum, text, truth, whole, word};
use super::fault::Tried;
use super::transaction::{Reads, Transaction};
use super::{MysqlStore, sql};
use crate::queue::{Filter, Order, State, TaskId};
use crate::store::changed::actor;
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::filter::{self, Clause, destination, filled};
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

impl MysqlStore {
    pub(super) fn count_eligible(&self, wanted: &Filter, order: Order) -> Result<u64> {
        let clause = filter::tasks(wanted).byte_by_byte();
        let query = filled(sql!("change_count"), &clause.text(), wanted.limit.unwrap_or(u64::MAX));
        self.count_rows(&query.replace("{eligible}", filter::eligible(order)), &clause)
    }

    pub(super) fn count_doubtful_eligible(&self, wanted: &Filter, order: Order) -> Result<u64> {
        let clause = filter::tasks(wanted).byte_by_byte();
        let query = filled(sql!("change_doubtful"), &clause.text(), wanted.limit.unwrap_or(u64::MAX));
        self.count_rows(&query.replace("{eligible}", filter::eligible(order)), &clause)
    }

    pub(super) fn count_rows(&self, query: &str, clause: &Clause) -> Result<u64> {
        self.read(|session| {
            let answer = session.run(query, &of_clause(clause))?;
            Ok(answer.rows.first().map_or(0, |row| sum(row, 0)))
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

    /// The ids of tasks that the order would take, without a lock: to find few among many can take long.
    fn find_eligible(&self, look: &Filter, order: Order) -> Result<Vec<TaskId>> {
        let clause = filter::tasks(look).byte_by_byte();
        let query = select(&clause, order, look.limit, "");
        self.read(|session| {
            let rows = session.run(&query, &of_clause(&clause))?.rows;
            Ok(rows.iter().map(|row| id(row, 0)).collect::<Result<_>>()?)
        })
    }

    /// Changes what the order still takes of a page.
    fn change_page(&self, page: &Filter, order: Order, words: &str) -> Result<Changed> {
        let clause = filter::tasks(page).byte_by_byte();
        let query = select(&clause, order, page.limit, "FOR UPDATE");
        self.write_if(Reads::Here, |transaction| {
            let tasks = eligible(transaction, &query, &clause)?;
            let doubtful = tasks.iter().filter(|task| task.unknown).count() as u64;
            let named = tasks.iter().map(|task| task.id).collect();
            let changed = Changed { rows: tasks.len() as u64, doubtful, named };
            let mut deltas = Deltas::default();
            let mut groups: Vec<((State, bool), Vec<TaskId>)> = Vec::new();
            for task in &tasks {
                let (to, available_at) = destination(order, task.available_at, transaction.now);
                let way = (to, available_at.is_some());
                match groups.iter_mut().find(|(group, _)| *group == way) {
                    Some((_, ids)) => ids.push(task.id),
                    None => groups.push((way, vec![task.id])),
                }
                deltas.change(task.place(), task.standing(), Standing::of(to));
            }
            for ((to, keeps_its_time), tasks) in groups {
                let query = sql!("change_task").replace("{ids}", &ids(tasks.iter().copied()));
                transaction.run_sure(&query, values![to.as_str(), keeps_its_time], tasks.len())?;
            }
            Audit { action: order.as_str(), filter: words, changed: changed.rows }.write(transaction)?;
            self.write_deltas(transaction, deltas)?;
            let is_any = changed.rows > 0;
            Ok((changed, is_any))
        })
    }
}

impl MysqlStore {
    pub(super) fn write_audit(&self, audit: &Audit<'_>) -> Result<()> {
        self.transact(|transaction| {
            audit.write(transaction)?;
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
    pub fn write(&self, transaction: &mut Transaction<'_>) -> Tried<()> {
        let changed = i64::try_from(self.changed).unwrap_or(i64::MAX);
        let actor = actor();
        let row = values![transaction.now, &actor, self.action, self.filter, changed];
        transaction.run(sql!("audit_insert"), row)?;
        Ok(())
    }
}

/// The query for the tasks of `clause` that the order takes.
fn select(clause: &Clause, order: Order, limit: Option<u64>, lock: &str) -> String {
    filled(sql!("change_select"), &clause.text(), limit.unwrap_or(u64::MAX))
        .replace("{eligible}", filter::eligible(order))
        .replace("{lock}", lock)
}

fn eligible(transaction: &mut Transaction<'_>, query: &str, clause: &Clause) -> Tried<Vec<Eligible>> {
    let rows = transaction.run(query, &of_clause(clause))?.rows;
    Ok(rows.iter().map(task).collect::<Result<_>>()?)
}

fn task(row: &Row) -> Result<Eligible> {
    Ok(Eligible {
        id: id(row, 0)?,
        state: State::of_word(&word(row, 1)),
        task_func: text(row, 2).unwrap_or_default(),
        batch_id: whole(row, 3),
        unknown: truth(row, 4),
        attempts_left: truth(row, 5),
        available_at: optional_time(row, 6),
    })
}

impl Eligible {
    fn place(&self) -> CountedUnder<'_> {
        CountedUnder { task_func: &self.task_func, batch_id: self.batch_id }
    }

    fn standing(&self) -> Standing {
        Standing { state: self.state, unknown: self.unknown, attempts_left: self.attempts_left }
    }
}
