//! The counts that `stats` reads: every transaction adds up what it changed and writes each count once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::column::optional_time;
use super::{SqliteStore, sql, time};
use crate::queue::{State, TaskId};
use crate::store::{Result, Settled, Stats, StatusCounts, Tally, TallyKind};

/// What a task counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub state: State,
    /// `error_type` is `unknown`.
    pub unknown: bool,
    /// `retry_count < max_retries`.
    pub attempts_left: bool,
}

impl Standing {
    /// A state of which neither part of `failed` is asked.
    pub fn of(state: State) -> Standing {
        Standing { state, unknown: false, attempts_left: false }
    }

    fn words(self) -> impl Iterator<Item = &'static str> {
        let failed = self.state == State::Failed;
        let unknown = (failed && self.unknown).then_some("unknown");
        let retryable = (failed && self.attempts_left).then_some("retryable");
        [Some(self.state.as_str()), unknown, retryable].into_iter().flatten()
    }
}

/// Which counts a task belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub task_func: &'a str,
    pub batch_id: Option<i64>,
}

/// The changes of one transaction, added up.
#[derive(Debug, Default)]
pub(super) struct Deltas {
    all: BTreeMap<&'static str, i64>,
    /// By `task_func`. Few in one transaction, so that a scan beats hashing a long name.
    lanes: Vec<(String, BTreeMap<&'static str, i64>)>,
    batches: BTreeMap<i64, BTreeMap<&'static str, i64>>,
    hour: BTreeMap<&'static str, i64>,
}

impl Deltas {
    /// A task came in.
    pub fn enter(&mut self, place: Place<'_>, standing: Standing) {
        self.add(place, standing, 1);
    }

    /// A task went from one standing to another.
    pub fn change(&mut self, place: Place<'_>, from: Standing, to: Standing) {
        self.add(place, from, -1);
        self.add(place, to, 1);
    }

    /// Something happened that is counted by the hour.
    pub fn happened(&mut self, word: &'static str) {
        *self.hour.entry(word).or_default() += 1;
    }

    fn add(&mut self, place: Place<'_>, standing: Standing, n: i64) {
        let lane = match self.lanes.iter().position(|(name, _)| name == place.task_func) {
            Some(at) => at,
            None => {
                self.lanes.push((place.task_func.to_owned(), BTreeMap::new()));
                self.lanes.len() - 1
            }
        };
        for word in standing.words() {
            *self.all.entry(word).or_default() += n;
            *self.lanes[lane].1.entry(word).or_default() += n;
            if let Some(batch) = place.batch_id {
                *self.batches.entry(batch).or_default().entry(word).or_default() += n;
            }
        }
    }

    /// Writes the counts that changed.
    pub fn write(self, transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
        let mut add = transaction.prepare_cached(sql!("tally_add"))?;
        let mut put = |kind: &str, name: &str, words: &BTreeMap<&'static str, i64>| -> rusqlite::Result<()> {
            for (word, n) in words.iter().filter(|(_, n)| **n != 0) {
                add.execute(params![kind, name, word, n])?;
            }
            Ok(())
        };
        put("all", "", &self.all)?;
        for (name, words) in &self.lanes {
            put("lane", name, words)?;
        }
        for (batch, words) in &self.batches {
            put("batch", &batch.to_string(), words)?;
        }
        put("hour", &time::to_hour(now), &self.hour)
    }
}

impl SqliteStore {
    pub(super) fn read_tallies(&self, kind: TallyKind) -> Result<Vec<Tally>> {
        self.read(|transaction| tallies(transaction, kind).map_err(|e| self.speak.of(e)))
    }

    pub(super) fn read_stats(&self) -> Result<Stats> {
        let now = self.now();
        self.read(|transaction| stats(transaction, now).map_err(|e| self.speak.of(e)))
    }

    /// How many tasks wait: pending and scheduled ones.
    pub(super) fn waiting(transaction: &Transaction<'_>) -> rusqlite::Result<u64> {
        transaction.prepare_cached(sql!("tally_waiting"))?.query_row([], |row| row.get(0)).map(at_least_zero)
    }

    pub(super) fn recount_tallies(&self) -> Result<()> {
        self.write(|transaction| {
            let recount = || -> rusqlite::Result<()> {
                transaction.execute(sql!("tally_clear"), [])?;
                transaction.execute(sql!("tally_recount"), [])?;
                Ok(())
            };
            recount().map_err(|e| self.speak.of(e))
        })
    }
}

fn at_least_zero(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn tallies(transaction: &Transaction<'_>, kind: TallyKind) -> rusqlite::Result<Vec<Tally>> {
    let (text, params): (_, &[&dyn rusqlite::ToSql]) = match kind {
        TallyKind::Lane => (sql!("tally_list"), &[&"lane"]),
        TallyKind::Hour => (sql!("tally_list"), &[&"hour"]),
        TallyKind::Batch => (sql!("tally_list_batches"), &[]),
    };
    let mut statement = transaction.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    let mut out: Vec<Tally> = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if out.last().is_none_or(|last| last.name != name) {
            out.push(Tally { name, counts: BTreeMap::new() });
        }
        if let Some(last) = out.last_mut() {
            last.counts.insert(row.get(1)?, at_least_zero(row.get(2)?));
        }
    }
    Ok(out)
}

fn counts(transaction: &Transaction<'_>, kind: &str) -> rusqlite::Result<BTreeMap<String, u64>> {
    let mut statement = transaction.prepare_cached(sql!("tally_list"))?;
    let rows = statement.query_map([kind], |row| Ok((row.get::<_, String>(1)?, at_least_zero(row.get(2)?))))?;
    rows.collect()
}

fn stats(transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<Stats> {
    let tasks = counts(transaction, "all")?;
    let letters = counts(transaction, "dead_letter")?;
    let hours = tallies_of_hours(transaction, now)?;
    let task = |word: &str| tasks.get(word).copied().unwrap_or(0);
    let letter = |word: &str| letters.get(word).copied().unwrap_or(0);
    let alive_since = now.saturating_sub(crate::store::LEASE).unwrap_or(Timestamp::MIN);
    let workers = transaction
        .prepare_cached(sql!("workers_alive"))?
        .query_row([time::to_text(alive_since)], |row| row.get(0))
        .map(at_least_zero)?;
    let oldest = transaction.prepare_cached(sql!("oldest_pending"))?.query_row([], |row| optional_time(row, 0))?;
    Ok(Stats {
        tasks: StatusCounts {
            pending: task("pending"),
            processing: task("processing"),
            completed: task("completed"),
            failed: task("failed"),
            scheduled: task("scheduled"),
            held: task("held"),
            cancelled: task("cancelled"),
            unknown: task("unknown"),
            retryable: task("retryable"),
        },
        dead_letters: crate::store::DeadLetterCounts {
            pending: letter("pending"),
            retried: letter("retried"),
            abandoned: letter("abandoned"),
        },
        oldest_pending_age: oldest.map(|at| now.duration_since(at).try_into().unwrap_or_default()),
        workers,
        completed_this_hour: hours.0,
        completed_previous_hour: hours.1,
    })
}

/// Accepted in the present UTC hour, and in the one before.
fn tallies_of_hours(transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<(u64, u64)> {
    let previous = now.saturating_sub(std::time::Duration::from_secs(3600)).unwrap_or(Timestamp::MIN);
    let mut statement = transaction.prepare_cached(sql!("tally_get"))?;
    let mut of = |at: Timestamp| {
        statement.query_row(params!["hour", time::to_hour(at), "accepted"], |row| row.get(0)).map(at_least_zero)
    };
    Ok((of(now)?, of(previous)?))
}

/// For a settlement that was refused, nothing is counted.
pub(super) fn settled(rows_changed: usize) -> Settled {
    if rows_changed == 1 { Settled::Done } else { Settled::Lost }
}

/// A task's place by its id, for error messages of rows that hold what they should not.
pub(super) fn state_of(word: &str, id: TaskId) -> Result<State> {
    State::parse(word).ok_or_else(|| crate::store::StoreError::BadRow {
        table: "queued_tasks",
        id,
        reason: format!("`{}` is no status of this queue", word.escape_debug()),
    })
}
