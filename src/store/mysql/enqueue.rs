//! Putting tasks into the queue.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::bind::{Value, rows, texts, values};
use super::column::{id, text};
use super::fault::Tried;
use super::transaction::{Reads, Transaction};
use super::{MysqlStore, sql};
use crate::queue::{Enqueued, NewTask, Payload, State, TaskId};
use crate::store::deltas::{Deltas, Place, Standing};
use crate::store::time::due_at;
use crate::store::{Result, StoreError};

/// Rows of one statement, at most, and bytes of what they say: far below what any server takes in one packet, which is 1 MiB on
/// old settings. A text may double when it is quoted.
const ROWS_MAX: usize = 1_000;
const BYTES_MAX: usize = 400 * 1024;

/// Bytes of a row beside its payload: times, names, the key.
const ROW_BYTES: usize = 300;

/// Keys that one look asks for.
const KEYS_MAX: usize = 1_000;

/// Tasks that are there already, by their key.
type Known = BTreeMap<String, (TaskId, State)>;

impl MysqlStore {
    pub(super) fn enqueue_tasks(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        self.write_if(Reads::Everywhere, |transaction| {
            if queue_max > 0 {
                // Others who count before they add wait here for our commit.
                transaction.send(sql!("queue_lock"))?;
            }
            let (enqueued, deltas) = insert_all(transaction, tasks)?;
            let added = enqueued.iter().filter(|task| !task.duplicate).count();
            if added == 0 {
                return Ok((enqueued, false));
            }
            if queue_max > 0 {
                let queued = MysqlStore::waiting(transaction)?;
                if queued.saturating_add(added as u64) > queue_max {
                    return Err(StoreError::no_room(queued, added as u64, queue_max).into());
                }
            }
            self.write_deltas(transaction, deltas)?;
            Ok((enqueued, true))
        })
    }
}

fn insert_all(transaction: &mut Transaction<'_>, tasks: &[NewTask]) -> Tried<(Vec<Enqueued>, Deltas)> {
    let mut known = known_keys(transaction, tasks)?;
    let batches = batches(transaction, tasks, &known)?;
    let mut out: Vec<Option<Enqueued>> = vec![None; tasks.len()];
    let mut deltas = Deltas::default();
    let now = transaction.now;
    let mut fresh = Vec::new();
    let mut keys = BTreeSet::new();
    for (at, task) in tasks.iter().enumerate() {
        let key = task.key.as_deref();
        if key.is_some_and(|key| known.contains_key(key) || !keys.insert(key)) {
            continue;
        }
        let batch_id = task.batch.as_ref().and_then(|name| batches.get(name)).copied();
        fresh.push(NewRow::of(at, task, batch_id, now));
    }
    for chunk in chunks(&fresh) {
        for (row, id) in chunk.iter().zip(insert(transaction, chunk)?) {
            out[row.at] = Some(Enqueued { id, state: row.state, duplicate: false });
            deltas.enter(Place { task_func: &row.task_func, batch_id: row.batch_id }, Standing::of(row.state));
            deltas.happened("enqueued");
            if let Some(key) = &row.task.key {
                known.insert(key.clone(), (id, row.state));
            }
        }
    }
    let answer = |(at, answer): (usize, Option<Enqueued>)| {
        let first = || tasks[at].key.as_ref().and_then(|key| known.get(key)).copied();
        answer.or_else(|| first().map(|(id, state)| Enqueued { id, state, duplicate: true }))
    };
    // Each task was inserted, or its key was known, or a task before it has its key.
    Ok((out.into_iter().enumerate().filter_map(answer).collect(), deltas))
}

/// The tasks that have one of the keys already.
fn known_keys(transaction: &mut Transaction<'_>, tasks: &[NewTask]) -> Tried<Known> {
    let keys: BTreeSet<&str> = tasks.iter().filter_map(|task| task.key.as_deref()).collect();
    let mut known = Known::new();
    for page in keys.into_iter().collect::<Vec<_>>().chunks(KEYS_MAX) {
        let query = sql!("task_by_key").replace("{keys}", &texts(page.iter().copied()));
        for row in transaction.send(&query)?.rows {
            let id = id(&row, 0);
            let state = State::of_word(&text(&row, 1).unwrap_or_default());
            known.insert(text(&row, 2).unwrap_or_default(), (id, state));
        }
    }
    Ok(known)
}

/// The numbers of the batches of tasks that are new, made where they are not there.
fn batches(transaction: &mut Transaction<'_>, tasks: &[NewTask], known: &Known) -> Tried<BTreeMap<String, i64>> {
    let is_new = |task: &&NewTask| task.key.as_ref().is_none_or(|key| !known.contains_key(key));
    let names: BTreeSet<&String> = tasks.iter().filter(is_new).filter_map(|task| task.batch.as_ref()).collect();
    let mut out = BTreeMap::new();
    for name in names {
        let found = transaction.run(sql!("batch_by_name"), values![name])?;
        let number = match found.rows.first() {
            Some(row) => id(row, 0),
            None => {
                let made = transaction.run(sql!("batch_insert"), values![name, transaction.now])?;
                i64::try_from(made.last_insert_id).unwrap_or(0)
            }
        };
        out.insert(name.clone(), number);
    }
    Ok(out)
}

/// A task with what the transaction adds to it.
struct NewRow<'a> {
    /// Its place in the call.
    at: usize,
    task: &'a NewTask,
    task_func: String,
    state: State,
    batch_id: Option<i64>,
    now: Timestamp,
    available_at: Option<Timestamp>,
}

impl<'a> NewRow<'a> {
    fn of(at: usize, task: &'a NewTask, batch_id: Option<i64>, now: Timestamp) -> NewRow<'a> {
        let available_at = task.available.map(|due| due_at(due, now)).filter(|at| *at > now);
        let state = if available_at.is_some() { State::Scheduled } else { State::Pending };
        NewRow { at, task, task_func: task.lane.to_string(), state, batch_id, now, available_at }
    }

    /// In the order of `task_insert.sql`.
    fn values(&self) -> Vec<Value<'_>> {
        let (args, kwargs, message) = match &self.task.payload {
            Payload::Message(message) => (None, None, Some(message)),
            Payload::Call { args, kwargs } => (args.as_deref(), kwargs.as_deref(), None),
        };
        vec![
            Value::from(&self.task.name),
            Value::from(&self.task_func),
            Value::from(args),
            Value::from(kwargs),
            Value::from(self.state.as_str()),
            Value::from(self.now),
            Value::from(self.task.max_retries),
            Value::Int(0),
            Value::from(message.map(|message| &message.recipient)),
            Value::from(message.map(|message| &message.text)),
            Value::from(message.and_then(|message| message.sender.as_ref())),
            Value::from(self.task.priority.get()),
            Value::from(self.available_at),
            Value::from(self.task.expires.map(|due| due_at(due, self.now))),
            Value::Int(0),
            Value::from(self.batch_id),
            Value::from(self.task.key.as_ref()),
            Value::from(self.task.segments),
            Value::Int(1),
        ]
    }

    fn bytes(&self) -> usize {
        match &self.task.payload {
            Payload::Message(message) => ROW_BYTES + message.text.len(),
            Payload::Call { args, kwargs } => {
                [args, kwargs].into_iter().flatten().map(String::len).sum::<usize>() + ROW_BYTES
            }
        }
    }
}

/// Cuts the rows into statements.
fn chunks<'r, 'a>(rows: &'r [NewRow<'a>]) -> Vec<&'r [NewRow<'a>]> {
    let mut out = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, row) in rows.iter().enumerate() {
        if at > from && (at - from >= ROWS_MAX || bytes + row.bytes() > BYTES_MAX) {
            out.push(&rows[from..at]);
            (from, bytes) = (at, 0);
        }
        bytes += row.bytes();
    }
    if from < rows.len() {
        out.push(&rows[from..]);
    }
    out
}

/// Inserts the rows of one statement; returns their ids in their order.
fn insert(transaction: &mut Transaction<'_>, chunk: &[NewRow<'_>]) -> Tried<Vec<TaskId>> {
    let query = sql!("task_insert").replace("{rows}", &rows(chunk.iter().map(NewRow::values)));
    if transaction.has_returning() {
        let answer = transaction.send(&format!("{query} RETURNING id"))?;
        return Ok(answer.rows.iter().map(|row| id(row, 0)).collect());
    }
    // InnoDB gives the rows of one INSERT numbers in a row, at the distance that the server is set to.
    let first = i64::try_from(transaction.send(&query)?.last_insert_id).unwrap_or(0);
    let step = transaction.send("SELECT @@auto_increment_increment")?;
    let step = step.rows.first().map_or(1, |row| id(row, 0)).max(1);
    Ok((0..chunk.len()).map(|at| first + step * i64::try_from(at).unwrap_or(0)).collect())
}
