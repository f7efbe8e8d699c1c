//! Reading tasks, attempts and dead letters.

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::column::{optional_time, small, text, whole};
use super::{SqliteStore, sql};
use crate::queue::{Attempt, DeadLetter, DeadLetterFilter, DeadLetterState, Filter, State, Task, TaskId};
use crate::store::filter::{self, Clause, Param, filled};
use crate::store::time;
use crate::store::{Highest, ROWS_MAX, Result};

/// The parameters of a clause, as the driver takes them.
pub(super) fn values(clause: &Clause) -> Vec<Value> {
    let value = |param: &Param| match param {
        Param::Int(number) => Value::Integer(*number),
        Param::Text(text) => Value::Text(text.clone()),
        Param::Time(at) => Value::Text(time::to_text(*at)),
    };
    clause.params.iter().map(value).collect()
}

impl SqliteStore {
    pub(super) fn list_tasks(&self, filter: &Filter) -> Result<Vec<Task>> {
        let clause = filter::tasks(filter);
        let query = filled(sql!("task_list"), &clause.text(), filter.limit.unwrap_or(ROWS_MAX).min(ROWS_MAX));
        self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<Task>> {
                let mut statement = transaction.prepare_cached(&query)?;
                statement.query_map(params_from_iter(values(&clause)), task)?.collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn find_highest(&self) -> Result<Highest> {
        self.read(|transaction| {
            let highest = |row: &Row<'_>| Ok(Highest { task: whole(row, 0)?, dead_letter: whole(row, 1)? });
            transaction.query_row(sql!("highest"), [], highest).map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn list_attempts(&self, id: TaskId) -> Result<Vec<Attempt>> {
        self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<Attempt>> {
                let mut statement = transaction.prepare_cached(sql!("attempt_list"))?;
                statement.query_map([id], attempt)?.collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn list_dead_letters(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetter>> {
        self.letters_of(&filter::dead_letters(filter), filter.limit)
    }

    /// The dead letters that `clause` means, at most `limit`.
    pub(super) fn letters_of(&self, clause: &Clause, limit: Option<u64>) -> Result<Vec<DeadLetter>> {
        let query = filled(sql!("dead_letter_list"), &clause.text(), limit.unwrap_or(ROWS_MAX).min(ROWS_MAX));
        self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<DeadLetter>> {
                let mut statement = transaction.prepare_cached(&query)?;
                statement.query_map(params_from_iter(values(clause)), dead_letter)?.collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })
    }
}

fn task(row: &Row<'_>) -> rusqlite::Result<Task> {
    let word = text(row, 5)?.unwrap_or_else(|| State::Pending.to_string());
    let status = State::of_word(&word);
    Ok(Task {
        id: row.get(0)?,
        task_name: text(row, 1)?.unwrap_or_default(),
        task_func: text(row, 2)?.unwrap_or_default(),
        args: text(row, 3)?,
        kwargs: text(row, 4)?,
        status,
        foreign_status: (status == State::Other).then_some(word),
        worker_id: whole(row, 6)?,
        error_message: text(row, 7)?,
        created_at: optional_time(row, 8)?,
        started_at: optional_time(row, 9)?,
        completed_at: optional_time(row, 10)?,
        max_retries: small(row, 11)?,
        retry_count: small(row, 12)?,
        recipient: text(row, 13)?,
        content: text(row, 14)?,
        sender: text(row, 15)?,
        priority: u8::try_from(small(row, 16)?).unwrap_or(u8::MAX),
        available_at: optional_time(row, 17)?,
        expires_at: optional_time(row, 18)?,
        attempt: small(row, 19)?,
        batch: text(row, 20)?,
        dedupe_key: text(row, 21)?,
        error_type: text(row, 22)?,
        provider_message_id: text(row, 23)?,
        segments: whole(row, 24)?.and_then(|n| u32::try_from(n).ok()),
        departed: small(row, 25)?,
    })
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        task_id: row.get(0)?,
        attempt: small(row, 1)?,
        worker_id: row.get(2)?,
        started_at: optional_time(row, 3)?,
        ended_at: optional_time(row, 4)?.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        outcome: row.get(5)?,
        error_type: row.get(6)?,
        error_message: row.get(7)?,
    })
}

fn dead_letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let word = text(row, 9)?.unwrap_or_else(|| DeadLetterState::Pending.to_string());
    let status = DeadLetterState::of_word(&word);
    Ok(DeadLetter {
        id: row.get(0)?,
        message_id: whole(row, 1)?,
        task_id: whole(row, 2)?,
        recipient: text(row, 3)?.unwrap_or_default(),
        content: text(row, 4)?.unwrap_or_default(),
        error_message: text(row, 5)?,
        error_type: text(row, 6)?,
        retry_count: small(row, 7)?,
        max_retries: small(row, 8)?,
        status,
        foreign_status: (status == DeadLetterState::Other).then_some(word),
        created_at: optional_time(row, 10)?,
        retried_at: optional_time(row, 11)?,
        last_attempt_at: optional_time(row, 12)?,
    })
}
