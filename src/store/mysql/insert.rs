//! Many new tasks as one statement: as a text, or by a statement that the session keeps prepared.

use jiff::Timestamp;

use super::bind::{Value, rows};
use super::column::{given, id, sum};
use super::fault::{Fault, Tried, not_done};
use super::prepared::Form;
use super::session::Answer;
use super::sql;
use super::transaction::Transaction;
use crate::queue::{NewTask, Payload, State, TaskId};
use crate::store::Result;
use crate::store::time::due_at;

/// Rows of one statement, at most, and bytes of what they say: far below what any server takes in one packet, which is 1 MiB on
/// old settings. A text may double when it is quoted.
const ROWS_MAX: usize = 500;
const BYTES_MAX: usize = 400 * 1024;

/// Bytes of a row beside its payload: times, names, the key.
const ROW_BYTES: usize = 300;

/// A task with what the transaction adds to it.
pub(super) struct NewRow<'a> {
    /// Its place in the call.
    pub at: usize,
    pub task: &'a NewTask,
    pub task_func: String,
    pub state: State,
    pub batch_id: Option<i64>,
    begun: Begun<'a>,
    available_at: Option<Timestamp>,
}

/// When the transaction began: as a time, and as every row has it.
#[derive(Clone, Copy)]
pub(super) struct Begun<'a> {
    pub at: Timestamp,
    pub text: &'a str,
}

impl<'a> NewRow<'a> {
    pub fn of(at: usize, task: &'a NewTask, batch_id: Option<i64>, begun: Begun<'a>) -> NewRow<'a> {
        let available_at = task.available.map(|due| due_at(due, begun.at)).filter(|at| *at > begun.at);
        let state = if available_at.is_some() { State::Scheduled } else { State::Pending };
        NewRow { at, task, task_func: task.lane.to_string(), state, batch_id, begun, available_at }
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
            Value::from(self.begun.text),
            Value::from(self.task.max_retries),
            Value::Int(0),
            Value::from(message.map(|message| &message.recipient)),
            Value::from(message.map(|message| &message.text)),
            Value::from(message.and_then(|message| message.sender.as_ref())),
            Value::from(self.task.priority.get()),
            Value::from(self.available_at),
            Value::from(self.task.expires.map(|due| due_at(due, self.begun.at))),
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
pub(super) fn chunks<'r, 'a>(rows: &'r [NewRow<'a>]) -> Vec<&'r [NewRow<'a>]> {
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
pub(super) fn insert(transaction: &mut Transaction<'_>, chunk: &[NewRow<'_>]) -> Tried<Vec<TaskId>> {
    let answer = insert_rows(transaction, chunk)?;
    let is_whole =
        if transaction.has_returning() { answer.rows.len() } else { answer.affected as usize } == chunk.len();
    if !is_whole {
        return Err(Fault::Driver(not_done()));
    }
    if transaction.has_returning() {
        return Ok(answer.rows.iter().map(returned).collect::<Result<_>>()?);
    }
    // InnoDB gives the rows of one INSERT numbers in a row, at the distance that the server is set to.
    let first = answer.last_insert_id;
    given(first)?;
    let step = transaction.send("SELECT @@auto_increment_increment")?;
    let step = step.rows.first().map_or(1, |row| sum(row, 0)).max(1);
    let number = |at: usize| given(first.saturating_add(step.saturating_mul(at as u64)));
    Ok((0..chunk.len()).map(number).collect::<Result<_>>()?)
}

/// The number of a new row, as the server returns it.
fn returned(row: &mysql::Row) -> Result<TaskId> {
    given(id(row, 0)?.try_into().unwrap_or(0))
}

fn insert_rows(transaction: &mut Transaction<'_>, chunk: &[NewRow<'_>]) -> Tried<Answer> {
    let returning = if transaction.has_returning() { " RETURNING id" } else { "" };
    let query = |rows: &str| sql!("task_insert").replace("{rows}", rows) + returning;
    let values: Vec<_> = chunk.iter().map(NewRow::values).collect();
    // To read a text of many rows costs a server half as much again as to write them. What is asked once is not worth more.
    if chunk.len() == ROWS_MAX
        && let Some(answer) = transaction.run_kept(&mut |form: &mut Form| query(&form.fit(&values)), &values)?
    {
        return Ok(answer);
    }
    transaction.send(&query(&rows(values)))
}
