//! Reading tasks, attempts and dead letters.

use mysql::Row;

use super::bind::{of_clause, values};
use super::column::{id, optional_time, small, text, whole};
use super::{MysqlStore, sql};
use crate::queue::{Attempt, DeadLetter, DeadLetterFilter, DeadLetterState, Filter, State, Task, TaskId};
use crate::store::filter::{self, Clause, filled};
use crate::store::{Highest, ROWS_MAX, Result};

impl MysqlStore {
    pub(super) fn list_tasks(&self, filter: &Filter) -> Result<Vec<Task>> {
        let clause = filter::tasks(filter).byte_by_byte();
        let query = filled(sql!("task_list"), &clause.text(), filter.limit.unwrap_or(ROWS_MAX).min(ROWS_MAX));
        self.read(|session| {
            let rows = session.run(&query, &of_clause(&clause))?.rows;
            Ok(rows.iter().map(task).collect::<Result<_>>()?)
        })
    }

    pub(super) fn find_highest(&self) -> Result<Highest> {
        self.read(|session| {
            let rows = session.send(sql!("highest"))?.rows;
            let highest = |row| Highest { task: whole(row, 0), dead_letter: whole(row, 1) };
            Ok(rows.first().map(highest).unwrap_or_default())
        })
    }

    pub(super) fn list_attempts(&self, id: TaskId) -> Result<Vec<Attempt>> {
        self.read(|session| {
            let rows = session.run(sql!("attempt_list"), values![id])?.rows;
            Ok(rows.iter().map(attempt).collect::<Result<_>>()?)
        })
    }

    pub(super) fn list_dead_letters(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetter>> {
        self.letters_of(filter::dead_letters(filter), filter.limit)
    }

    /// The dead letters that `clause` means, at most `limit`.
    pub(super) fn letters_of(&self, clause: Clause, limit: Option<u64>) -> Result<Vec<DeadLetter>> {
        let clause = clause.byte_by_byte();
        let query = filled(sql!("dead_letter_list"), &clause.text(), limit.unwrap_or(ROWS_MAX).min(ROWS_MAX));
        self.read(|session| {
            let rows = session.run(&query, &of_clause(&clause))?.rows;
            Ok(rows.iter().map(dead_letter).collect::<Result<_>>()?)
        })
    }
}

fn task(row: &Row) -> Result<Task> {
    // A row that another program has just inserted, where no trigger may say so.
    let word = text(row, 5).unwrap_or_else(|| State::Pending.to_string());
    let status = State::of_word(&word);
    Ok(Task {
        id: id(row, 0)?,
        task_name: text(row, 1).unwrap_or_default(),
        task_func: text(row, 2).unwrap_or_default(),
        args: text(row, 3),
        kwargs: text(row, 4),
        status,
        foreign_status: (status == State::Other).then_some(word),
        worker_id: whole(row, 6),
        error_message: text(row, 7),
        created_at: optional_time(row, 8),
        started_at: optional_time(row, 9),
        completed_at: optional_time(row, 10),
        max_retries: small(row, 11),
        retry_count: small(row, 12),
        recipient: text(row, 13),
        content: text(row, 14),
        sender: text(row, 15),
        priority: u8::try_from(small(row, 16)).unwrap_or(u8::MAX),
        available_at: optional_time(row, 17),
        expires_at: optional_time(row, 18),
        attempt: small(row, 19),
        batch: text(row, 20),
        dedupe_key: text(row, 21),
        error_type: text(row, 22),
        provider_message_id: text(row, 23),
        segments: whole(row, 24).and_then(|n| u32::try_from(n).ok()),
        departed: small(row, 25),
    })
}

fn attempt(row: &Row) -> Result<Attempt> {
    Ok(Attempt {
        task_id: id(row, 0)?,
        attempt: small(row, 1),
        worker_id: whole(row, 2),
        started_at: optional_time(row, 3),
        ended_at: optional_time(row, 4).unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        outcome: text(row, 5).unwrap_or_default(),
        error_type: text(row, 6),
        error_message: text(row, 7),
    })
}

fn dead_letter(row: &Row) -> Result<DeadLetter> {
    let word = text(row, 9).unwrap_or_else(|| DeadLetterState::Pending.to_string());
    let status = DeadLetterState::of_word(&word);
    Ok(DeadLetter {
        id: id(row, 0)?,
        message_id: whole(row, 1),
        task_id: whole(row, 2),
        recipient: text(row, 3).unwrap_or_default(),
        content: text(row, 4).unwrap_or_default(),
        error_message: text(row, 5),
        error_type: text(row, 6),
        retry_count: small(row, 7),
        max_retries: small(row, 8),
        status,
        foreign_status: (status == DeadLetterState::Other).then_some(word),
        created_at: optional_time(row, 10),
        retried_at: optional_time(row, 11),
        last_attempt_at: optional_time(row, 12),
    })
}
