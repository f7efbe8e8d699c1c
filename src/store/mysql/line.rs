//! The pending tasks of a lane, as a claim finds them.

use jiff::Timestamp;
use mysql::Row;

use super::bind::{bind, values};
use super::column::{id, optional_time, small, text, truth, whole};
use super::exchange::Ledger;
use super::fault::{Fault, Tried};
use super::settle::COUNT_MAX;
use super::sql;
use crate::queue::{Message, TaskId};
use crate::store::Result;
use crate::store::crowd::{self, Line, Waiting};

/// The rest of the claim's index, from a place in it.
const FROM: &str = sql!("claim_from");

/// A row that may be claimed.
pub(super) struct Candidate {
    pub id: i64,
    pub task_name: String,
    pub args: Option<String>,
    pub kwargs: Option<String>,
    pub message: Option<Message>,
    pub retry_count: u32,
    pub max_retries: u32,
    pub attempt: u32,
    pub expires_at: Option<Timestamp>,
    pub batch_id: Option<i64>,
    pub priority: i64,
    pub created_at: Option<Timestamp>,
    /// An earlier attempt may have arrived.
    pub departed: bool,
}

impl Waiting for (&str, Candidate) {
    fn id(&self) -> TaskId {
        self.1.id
    }

    fn priority(&self) -> i64 {
        self.1.priority
    }

    fn batch(&self) -> Option<i64> {
        self.1.batch_id
    }
}

/// The pending tasks of all `task_funcs` together.
pub(super) struct LaneLine<'l, 'a, 's, 'f> {
    pub ledger: &'l mut Ledger<'a, 's>,
    pub task_funcs: &'f [String],
}

impl<'f> Line for LaneLine<'_, '_, '_, 'f> {
    type Task = (&'f str, Candidate);
    /// By `task_func`: where they begin.
    type Place = (i64, Vec<(&'f str, TaskId)>);
    type Error = Fault;

    fn head(&mut self, count: usize) -> Tried<Vec<Self::Task>> {
        let most = i64::try_from(self.ledger.care.more(count)).unwrap_or(i64::MAX);
        let mut out = Vec::new();
        for task_func in self.task_funcs {
            let from = match self.ledger.firsts.get(task_func) {
                Some((order, id)) => bind(FROM, values![*order, *id]),
                None => String::new(),
            };
            let query = sql!("claim_select").replace("{from}", &from);
            let found = self.ledger.transaction.run(&query, values![task_func, most])?;
            for row in &found.rows {
                out.push((task_func.as_str(), candidate(row)?));
            }
        }
        Ok(crowd::first(self.but_shunned(out), count))
    }

    fn behind(&mut self, batch: i64, priority: i64, first: TaskId) -> Tried<Option<Self::Place>> {
        let (order, name) = (priority.saturating_neg(), batch.to_string());
        let mut out = Vec::new();
        for task_func in self.task_funcs {
            let asked = values![task_func, order, &name, batch];
            let found = self.ledger.transaction.run(sql!("claim_behind"), asked)?;
            let Some(row) = found.rows.first() else { continue };
            if crowd::is_crowd(first, id(row, 0)?, whole(row, 1).unwrap_or(0)) {
                out.extend(whole(row, 2).map(|id| (task_func.as_str(), id)));
            }
        }
        Ok((!out.is_empty()).then_some((order, out)))
    }

    fn at(&mut self, (order, firsts): &Self::Place, count: usize) -> Tried<Vec<Self::Task>> {
        let most = i64::try_from(self.ledger.care.more(count)).unwrap_or(i64::MAX);
        let mut out = Vec::new();
        for (task_func, id) in firsts {
            let found = self.ledger.transaction.run(sql!("claim_at"), values![*task_func, *order, *id, most])?;
            for row in &found.rows {
                out.push((*task_func, candidate(row)?));
            }
        }
        Ok(crowd::first(self.but_shunned(out), count))
    }
}

impl<'f> LaneLine<'_, '_, '_, 'f> {
    fn but_shunned(&self, mut found: Vec<(&'f str, Candidate)>) -> Vec<(&'f str, Candidate)> {
        found.retain(|(_, task)| !self.ledger.care.leaves_alone(task.id));
        found
    }
}

fn candidate(row: &Row) -> Result<Candidate> {
    let sender = text(row, 6);
    let message = text(row, 4).zip(text(row, 5)).map(|(recipient, text)| Message { recipient, text, sender });
    Ok(Candidate {
        id: id(row, 0)?,
        task_name: text(row, 1).unwrap_or_default(),
        args: text(row, 2),
        kwargs: text(row, 3),
        message,
        retry_count: small(row, 7),
        max_retries: small(row, 8),
        // One more is all that the column holds (`claim_take.sql`).
        attempt: small(row, 9).min(COUNT_MAX - 1),
        expires_at: optional_time(row, 10),
        batch_id: whole(row, 11),
        priority: whole(row, 12).unwrap_or(0),
        created_at: optional_time(row, 13),
        departed: truth(row, 14),
    })
}
