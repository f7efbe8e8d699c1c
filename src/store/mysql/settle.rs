//! Writing what became of claims.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use mysql::Row;

use super::bind::{Value, ids, list, rows, values};
use super::column::{id, optional_time, small, text, whole};
use super::exchange::Ledger;
use super::fault::Tried;
use super::sql;
use crate::queue::{DeadLetterState, ErrorType, Failure, Fate, State, TaskId, WorkerId};
use crate::store::deltas::{CountedUnder, Standing, outcome_word};
use crate::store::fence::{Fatal, Fence};
use crate::store::{Result, Settled, late};

/// Tasks of one statement, at most.
const PAGE: usize = 100;

/// The most that a count of attempts can be: all that its column holds.
pub(super) const COUNT_MAX: u32 = i32::MAX.unsigned_abs();

/// Bytes of a text that a dead letter takes over from what the engine read.
const LETTER_MAX: usize = 256 * 1024;

/// A row that is locked.
struct Held {
    is_processing: bool,
    attempt: u32,
    worker: Option<WorkerId>,
    task_func: String,
    batch_id: Option<i64>,
    retry_count: u32,
    max_retries: u32,
    started_at: Option<Timestamp>,
    departed: i64,
}

/// How a failed attempt leaves its task.
struct Failed<'a> {
    failure: &'a Failure,
    spent: bool,
    /// When it is tried again by itself.
    available_at: Option<Timestamp>,
    dead: bool,
}

/// What is written for all tasks of a turn at once.
#[derive(Default)]
struct Sheet<'a> {
    completed: Vec<(TaskId, Option<&'a str>)>,
    released: Vec<TaskId>,
    attempts: Vec<Vec<Value<'a>>>,
}

impl Ledger<'_, '_> {
    /// Writes each fate whose fence still holds; of the others what is still worth knowing. Of several claims of one task each is
    /// looked at when the end of the one before is written: what the task counts as goes by that.
    pub fn seal<'f>(&mut self, fates: &[(Fence<'f>, &'f Fate)]) -> Tried<Vec<Settled>> {
        let mut out = vec![Settled::Lost; fates.len()];
        let mut left: Vec<usize> = (0..fates.len()).collect();
        while !left.is_empty() {
            let mut seen = BTreeSet::new();
            let (firsts, others) = left.into_iter().partition::<Vec<_>, _>(|at| seen.insert(fates[*at].0.id));
            let round = firsts.iter().map(|at| fates[*at]).collect::<Vec<_>>();
            for (at, settled) in firsts.into_iter().zip(self.seal_each(&round)?) {
                out[at] = settled;
            }
            left = others;
        }
        Ok(out)
    }

    /// As `seal`, where no two fates are of one task.
    fn seal_each<'f>(&mut self, fates: &[(Fence<'f>, &'f Fate)]) -> Tried<Vec<Settled>> {
        let mut held = self.lock(fates)?;
        let mut sheet = Sheet::default();
        let mut out = Vec::with_capacity(fates.len());
        for (fence, fate) in fates {
            let row = held.get_mut(&fence.id);
            out.push(match row {
                Some(row) if row.is_held_by(fence) => {
                    row.is_processing = false;
                    self.write_fate(*fence, fate, row, &mut sheet)?;
                    self.changed = true;
                    Settled::Done
                }
                Some(_) => late::settle(self, fence, fate)?,
                None => Settled::Lost,
            });
        }
        self.write_sheet(sheet)?;
        Ok(out)
    }

    fn lock(&mut self, fates: &[(Fence<'_>, &Fate)]) -> Tried<BTreeMap<TaskId, Held>> {
        let query = lock(fates.iter().map(|(fence, _)| fence.id));
        let rows = self.transaction.send(&query)?.rows;
        Ok(rows.iter().map(|row| Ok((id(row, 0)?, held(row)))).collect::<Result<_>>()?)
    }

    fn write_fate<'f>(&mut self, fence: Fence<'f>, fate: &'f Fate, row: &Held, sheet: &mut Sheet<'f>) -> Tried<()> {
        match fate {
            Fate::Completed { provider_message_id } => {
                sheet.completed.push((fence.id, provider_message_id.as_deref()));
                self.moved(row, Standing::of(State::Completed));
                self.deltas.happened("accepted");
                Ok(())
            }
            Fate::Released => {
                sheet.released.push(fence.id);
                self.moved(row, Standing::of(State::Pending));
                Ok(())
            }
            Fate::Retry { after, failure, spent } => {
                let available_at = Some(self.now.saturating_add(*after).unwrap_or(Timestamp::MAX));
                self.fail(fence, Failed { failure, spent: *spent, available_at, dead: false }, row, sheet)
            }
            Fate::Parked { failure, spent } => {
                self.fail(fence, Failed { failure, spent: *spent, available_at: None, dead: false }, row, sheet)
            }
            Fate::Dead { failure } => {
                self.fail(fence, Failed { failure, spent: true, available_at: None, dead: true }, row, sheet)
            }
        }
    }

    fn fail<'f>(&mut self, fence: Fence<'f>, failed: Failed<'f>, row: &Held, sheet: &mut Sheet<'f>) -> Tried<()> {
        let Failure { error_type, message } = failed.failure;
        // Another program may have counted as far as its column goes.
        let retry_count = row.retry_count.saturating_add(u32::from(failed.spent)).min(COUNT_MAX);
        let max_retries = if failed.dead { row.max_retries.min(retry_count) } else { row.max_retries };
        // Another program may have left it no attempt under the claim: then this was the last one.
        let attempts_left = retry_count < max_retries;
        let values = values![
            fence.id,
            fence.attempt,
            fence.worker,
            retry_count,
            failed.available_at.filter(|_| attempts_left),
            error_type.as_str(),
            message,
            max_retries,
        ];
        self.transaction.put_sure(sql!("settle_failed"), values, 1)?;
        let outcome = outcome_word(*error_type);
        sheet.attempts.push(vec![
            Value::from(fence.id),
            Value::from(fence.attempt),
            Value::from(fence.worker),
            Value::from(row.started_at),
            Value::from(self.now),
            Value::from(outcome),
            Value::from(error_type.as_str()),
            Value::from(message),
        ]);
        // The attempt itself is among those that departed, until its end is certain.
        let unknown = *error_type == ErrorType::Unknown || row.departed > 1;
        self.moved(row, Standing { state: State::Failed, unknown, attempts_left });
        self.deltas.happened(outcome);
        if failed.dead || !attempts_left {
            self.bury_task(fence.fatal())?;
        }
        Ok(())
    }

    fn write_sheet(&mut self, mut sheet: Sheet<'_>) -> Tried<()> {
        // The server halves its way to an id: they have to stand in their order.
        sheet.completed.sort_unstable_by_key(|(id, _)| *id);
        let now = list([Value::from(self.now)]);
        for page in sheet.completed.chunks(PAGE) {
            self.transaction.put_text_sure(&completed(page, &now, ""), page.len())?;
        }
        if !sheet.released.is_empty() {
            let released = ids(sheet.released.iter().copied());
            let query = sql!("settle_released").replace("{ids}", &released);
            self.transaction.put_text_sure(&query, sheet.released.len())?;
        }
        for page in sheet.attempts.chunks(PAGE) {
            let lines = rows(page.iter().cloned());
            self.transaction.put_text(&sql!("attempt_insert").replace("{rows}", &lines))?;
        }
        Ok(())
    }

    /// Writes the dead letter of a task that is `failed` by now.
    pub fn bury_task(&mut self, fatal: Fatal<'_>) -> Tried<()> {
        // A longer one stays in the row alone: in one statement it may be more than the server takes.
        let message = fatal.message.filter(|message| message.text.len() <= LETTER_MAX);
        let row = values![
            fatal.id,
            message.map(|message| &message.recipient),
            message.map(|message| &message.text),
            self.now,
            fatal.max_retries,
        ];
        self.transaction.put(sql!("dead_letter_insert"), row)?;
        self.deltas.letters(DeadLetterState::Pending.as_str(), 1);
        self.haul.out.dead_lettered += 1;
        Ok(())
    }

    fn moved(&mut self, row: &Held, to: Standing) {
        let place = CountedUnder { task_func: &row.task_func, batch_id: row.batch_id };
        self.deltas.change(place, Standing::of(State::Processing), to);
    }
}

/// The statement that writes good ends, in the order of their ids: of those of which `condition` holds too, where it says something.
pub(super) fn completed(ends: &[(TaskId, Option<&str>)], now: &str, condition: &str) -> String {
    let numbers = ids(ends.iter().map(|(id, _)| *id));
    let text = sql!("settle_completed").replace("{now}", now).replace("{ids}", &numbers);
    let (head, rest) = text.split_once("{provider_message_ids}").unwrap_or((&text, ""));
    let (middle, tail) = rest.split_once("{condition}").unwrap_or((rest, ""));
    let of_providers = list(ends.iter().map(|(_, provider)| Value::from(*provider)));
    [head, &of_providers, middle, condition, tail].concat()
}

/// The statement that locks these tasks, and reads whether their fences hold.
pub(super) fn lock(tasks: impl Iterator<Item = TaskId>) -> String {
    sql!("settle_fence").replace("{ids}", &ids(tasks))
}

impl Held {
    fn is_held_by(&self, fence: &Fence<'_>) -> bool {
        self.is_processing
            && self.attempt == fence.attempt
            && self.worker == Some(fence.worker)
            && fence.is_claimed(self.started_at)
    }
}

fn held(row: &Row) -> Held {
    Held {
        is_processing: text(row, 1).as_deref() == Some(State::Processing.as_str()),
        attempt: small(row, 2),
        worker: whole(row, 3),
        task_func: text(row, 4).unwrap_or_default(),
        batch_id: whole(row, 5),
        retry_count: small(row, 6),
        max_retries: small(row, 7),
        started_at: optional_time(row, 8),
        departed: whole(row, 9).unwrap_or(0),
    }
}
