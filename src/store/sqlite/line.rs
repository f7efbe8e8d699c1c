//! The pending tasks of a lane, as a claim finds them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::column::{is_text, optional_time, small, text, whole};
use super::sql;
use crate::queue::{Message, TaskId};
use crate::store::crowd::{self, Line, Waiting};
use crate::store::shunned::Care;

/// Attempts that a row has had, at most: with the one to come they are fewer than what a count beyond all is read as, so that no row that
/// another program wrote one into passes for claimed.
const ATTEMPTS_MAX: u32 = u32::MAX - 2;

/// A row that may be claimed.
pub(super) struct Candidate {
    pub id: i64,
    pub task_name: String,
    pub args: Option<String>,
    pub kwargs: Option<String>,
    pub message: Option<Message>,
    pub flaw: Option<&'static str>,
    pub retry_count: u32,
    pub max_retries: u32,
    pub attempt: u32,
    pub expires_at: Option<Timestamp>,
    pub batch_id: Option<i64>,
    pub priority: i64,
    pub created_at: Option<String>,
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
pub(super) struct LaneLine<'a, 'c> {
    pub transaction: &'a Transaction<'a>,
    pub care: &'c Care,
    pub task_funcs: &'a [String],
}

impl<'a> Line for LaneLine<'a, '_> {
    type Task = (&'a str, Candidate);
    /// By `task_func`: where they begin.
    type Place = (i64, Vec<(&'a str, TaskId)>);
    type Error = rusqlite::Error;

    fn head(&mut self, count: usize) -> rusqlite::Result<Vec<Self::Task>> {
        let mut statement = self.transaction.prepare_cached(sql!("claim_select"))?;
        let mut out = Vec::new();
        for task_func in self.task_funcs {
            let rows = statement.query_map(params![task_func, self.care.more(count) as i64], candidate)?;
            for row in rows {
                out.push((task_func.as_str(), row?));
            }
        }
        Ok(crowd::first(self.but_shunned(out), count))
    }

    fn behind(&mut self, batch: i64, priority: i64, first: TaskId) -> rusqlite::Result<Option<Self::Place>> {
        let mut statement = self.transaction.prepare_cached(sql!("claim_behind"))?;
        let mut out = Vec::new();
        for task_func in self.task_funcs {
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let found: Option<(TaskId, i64, Option<TaskId>)> =
                statement.query_row(params![task_func, priority, batch], read).optional()?;
            let behind = found.filter(|(last, pending, _)| crowd::is_crowd(first, *last, *pending));
            out.extend(behind.and_then(|(_, _, id)| id).map(|id| (task_func.as_str(), id)));
        }
        Ok((!out.is_empty()).then_some((priority, out)))
    }

    fn at(&mut self, (priority, firsts): &Self::Place, count: usize) -> rusqlite::Result<Vec<Self::Task>> {
        let mut statement = self.transaction.prepare_cached(sql!("claim_at"))?;
        let mut out = Vec::new();
        for (task_func, id) in firsts {
            let most = self.care.more(count) as i64;
            let rows = statement.query_map(params![task_func, priority, id, most], candidate)?;
            for row in rows {
                out.push((*task_func, row?));
            }
        }
        Ok(crowd::first(self.but_shunned(out), count))
    }
}

impl<'a> LaneLine<'a, '_> {
    fn but_shunned(&self, mut found: Vec<(&'a str, Candidate)>) -> Vec<(&'a str, Candidate)> {
        found.retain(|(_, task)| !self.care.leaves_alone(task.id));
        found
    }
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let sender = text(row, 6)?;
    let message = text(row, 4)?.zip(text(row, 5)?).map(|(recipient, text)| Message { recipient, text, sender });
    Ok(Candidate {
        id: row.get(0)?,
        task_name: text(row, 1)?.unwrap_or_default(),
        args: text(row, 2)?,
        kwargs: text(row, 3)?,
        message,
        flaw: flaw(row)?,
        retry_count: small(row, 7)?,
        max_retries: small(row, 8)?,
        attempt: small(row, 9)?.min(ATTEMPTS_MAX),
        expires_at: optional_time(row, 10)?,
        batch_id: whole(row, 11)?,
        priority: whole(row, 12)?.unwrap_or(0),
        created_at: text(row, 13)?,
    })
}

/// The first column of a candidate that holds no text where a gateway needs one.
fn flaw(row: &Row<'_>) -> rusqlite::Result<Option<&'static str>> {
    for (column, name) in [(4, "recipient"), (5, "content"), (6, "sender"), (2, "args"), (3, "kwargs")] {
        if !is_text(row, column)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
