//! Putting tasks into the queue.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::column::text;
use super::ignored::ignored;
use super::{SqliteStore, sql, tally};
use crate::queue::{Enqueued, NewTask, Payload, State};
use crate::store::deltas::{CountedUnder, Deltas, Standing};
use crate::store::time::{self, due_at};
use crate::store::{Result, StoreError};

impl SqliteStore {
    pub(super) fn enqueue_tasks(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>> {
        self.expect_tasks(tasks.len())?;
        let now = self.now();
        self.write_if(|transaction| {
            let enqueued = self.insert_all(transaction, tasks, now)?;
            let added = enqueued.iter().filter(|task| !task.duplicate).count();
            if queue_max > 0 && added > 0 {
                let queued = SqliteStore::waiting(transaction).map_err(|e| self.speak.of(e))?;
                if queued > queue_max {
                    let added = added as u64;
                    return Err(StoreError::no_room(queued.saturating_sub(added), added, queue_max));
                }
            }
            Ok((enqueued, added > 0))
        })
    }

    fn insert_all(&self, transaction: &Transaction<'_>, tasks: &[NewTask], now: Timestamp) -> Result<Vec<Enqueued>> {
        let speak = |error| self.speak.of(error);
        let mut batches = BTreeMap::new();
        let mut deltas = Deltas::default();
        let mut out = Vec::with_capacity(tasks.len());
        let now_text = time::to_text(now);
        for task in tasks {
            let batch_id = match &task.batch {
                None => None,
                Some(name) => match batches.get(name) {
                    Some(id) => Some(*id),
                    None => {
                        let id = batch(transaction, name, &now_text).map_err(speak)?;
                        batches.insert(name.clone(), id);
                        Some(id)
                    }
                },
            };
            let row = NewRow { task, batch_id, now, now_text: &now_text };
            out.push(self.insert(transaction, &row, &mut deltas)?);
        }
        tally::write(deltas, transaction, now).map_err(speak)?;
        Ok(out)
    }

    fn insert(&self, transaction: &Transaction<'_>, row: &NewRow<'_>, deltas: &mut Deltas) -> Result<Enqueued> {
        let state = row.state();
        let task_func = row.task.lane.to_string();
        if row.write(transaction, state, &task_func).map_err(|e| self.speak.of(e))? {
            deltas.enter(CountedUnder { task_func: &task_func, batch_id: row.batch_id }, Standing::of(state));
            deltas.happened("enqueued");
            return Ok(Enqueued { id: transaction.last_insert_rowid(), state, duplicate: false });
        }
        let key = row.task.key.as_deref().unwrap_or_default();
        let (id, state) = first_with_key(transaction, key).map_err(|e| self.speak.of(e))?;
        Ok(Enqueued { id, state, duplicate: true })
    }
}

/// A task with what the transaction adds to it.
struct NewRow<'a> {
    task: &'a NewTask,
    batch_id: Option<i64>,
    now: Timestamp,
    now_text: &'a str,
}

impl NewRow<'_> {
    /// When it may be claimed, if that is still to come.
    fn available_at(&self) -> Option<Timestamp> {
        self.task.available.map(|due| due_at(due, self.now)).filter(|at| *at > self.now)
    }

    fn state(&self) -> State {
        if self.available_at().is_some() { State::Scheduled } else { State::Pending }
    }

    /// False: the key was there already, and nothing was written.
    fn write(&self, transaction: &Transaction<'_>, state: State, task_func: &str) -> rusqlite::Result<bool> {
        let (args, kwargs, message) = match &self.task.payload {
            Payload::Message(message) => (None, None, Some(message)),
            Payload::Call { args, kwargs } => (args.as_deref(), kwargs.as_deref(), None),
        };
        let rows = transaction.prepare_cached(sql!("task_insert"))?.execute(params![
            self.task.name,
            task_func,
            args,
            kwargs,
            state.as_str(),
            self.now_text,
            self.task.max_retries,
            message.map(|message| &message.recipient),
            message.map(|message| &message.text),
            message.and_then(|message| message.sender.as_ref()),
            self.task.priority.get(),
            self.available_at().map(time::to_text),
            self.task.expires.map(|due| time::to_text(due_at(due, self.now))),
            self.batch_id,
            self.task.key,
            self.task.segments,
        ])?;
        Ok(rows == 1)
    }
}

fn batch(transaction: &Transaction<'_>, name: &str, now_text: &str) -> rusqlite::Result<i64> {
    let found = transaction.prepare_cached(sql!("batch_by_name"))?.query_row([name], |row| row.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    transaction.prepare_cached(sql!("batch_insert"))?.execute([name, now_text])?;
    Ok(transaction.last_insert_rowid())
}

fn first_with_key(transaction: &Transaction<'_>, key: &str) -> rusqlite::Result<(i64, State)> {
    transaction
        .prepare_cached(sql!("task_by_key"))?
        .query_row([key], |row| Ok((row.get(0)?, State::of_word(&text(row, 1)?.unwrap_or_default()))))
        .optional()?
        .ok_or_else(ignored)
}
