//! The counts that `stats` reads: every transaction adds up what it changed and writes each count once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Transaction, params};

use super::column::{optional_time, text};
use super::workers::worker;
use super::{SqliteStore, sql, triggers};
use crate::store::deltas::Deltas;
use crate::store::time;
use crate::store::{DeadLetterCounts, Result, Settled, Stats, StatusCounts, Tally, TallyKind};

/// Writes the counts that changed.
pub(super) fn write(deltas: Deltas, transaction: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
    let mut add = transaction.prepare_cached(sql!("tally_add"))?;
    let letters = !triggers::count_letters(transaction)?;
    for row in deltas.into_rows(now).into_iter().filter(|row| letters || row.kind != "dead_letter") {
        add.execute(params![row.kind, row.name, row.word, row.n])?;
    }
    Ok(())
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
        self.transact(|transaction| {
            recount(transaction).map_err(|e| self.speak.of(e))?;
            Ok(((), true))
        })
    }
}

/// Counts every task and every dead letter anew.
pub(super) fn recount(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut counts: BTreeMap<(String, String, String), i64> = BTreeMap::new();
    let mut statement = transaction.prepare(sql!("tally_recount"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let word = |at| text(row, at).map(Option::unwrap_or_default);
        *counts.entry((word(0)?, word(1)?, word(2)?)).or_default() += 1;
    }
    transaction.execute(sql!("tally_clear"), [])?;
    let mut add = transaction.prepare_cached(sql!("tally_add"))?;
    for ((kind, name, word), n) in counts {
        add.execute(params![kind, name, word, n])?;
    }
    Ok(())
}

fn at_least_zero(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn tallies(transaction: &Transaction<'_>, kind: TallyKind) -> rusqlite::Result<Vec<Tally>> {
    let (query, params): (_, &[&dyn rusqlite::ToSql]) = match kind {
        TallyKind::Lane => (sql!("tally_list"), &[&"lane"]),
        TallyKind::Hour => (sql!("tally_list"), &[&"hour"]),
        TallyKind::Batch => (sql!("tally_list_batches"), &[]),
    };
    let mut statement = transaction.prepare_cached(query)?;
    let mut rows = statement.query(params)?;
    let mut out: Vec<Tally> = Vec::new();
    while let Some(row) = rows.next()? {
        let name = text(row, 0)?.unwrap_or_default();
        if out.last().is_none_or(|last| last.name != name) {
            out.push(Tally { name, counts: BTreeMap::new() });
        }
        if let Some(last) = out.last_mut() {
            last.counts.insert(text(row, 1)?.unwrap_or_default(), at_least_zero(row.get(2)?));
        }
    }
    Ok(out)
}

fn counts(transaction: &Transaction<'_>, kind: &str) -> rusqlite::Result<BTreeMap<String, u64>> {
    let mut statement = transaction.prepare_cached(sql!("tally_list"))?;
    let rows =
        statement.query_map([kind], |row| Ok((text(row, 1)?.unwrap_or_default(), at_least_zero(row.get(2)?))))?;
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
        .query_map([time::to_text(alive_since)], |row| worker(row, now))?
        .collect::<rusqlite::Result<_>>()?;
    let oldest = transaction.prepare_cached(sql!("oldest_pending"))?.query_row([], |row| optional_time(row, 0))?;
    Ok(Stats {
        tasks: StatusCounts::by_word(task),
        dead_letters: DeadLetterCounts::by_word(letter),
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
