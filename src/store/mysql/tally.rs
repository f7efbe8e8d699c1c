//! The counts that `stats` reads: every transaction adds up what it changed and writes all of it in one statement, last.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;

use super::bind::{Value, ids, rows, values};
use super::column::{id, optional_time, sum, text, truth, whole, word};
use super::fault::Tried;
use super::session::{Answer, Session};
use super::transaction::{Reads, Transaction};
use super::workers::{most, worker};
use super::{MysqlStore, sql};
use crate::queue::{DeadLetterState, State};
use crate::store::deltas::{Deltas, TallyRow};
use crate::store::{DeadLetterCounts, Result, Stats, StatusCounts, Tally, TallyKind, time};

/// Deltas of other programs that one transaction folds, at most.
const FOLDED_MAX: usize = 1_000;

/// What was seen at the last look for changes.
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// Writes by this process itself, which are no news.
    own: u64,
    /// Writes by others.
    writes: u64,
    /// The last delta.
    delta: u64,
    /// Orders for lanes, and lanes that opened.
    lanes: u64,
}

/// A count by its place, as the tallies have it and as it should be.
pub(super) type Counts = BTreeMap<(String, String, String), i64>;

impl MysqlStore {
    /// Writes the counts that changed.
    pub(super) fn write_deltas(&self, transaction: &mut Transaction<'_>, deltas: Deltas) -> Tried<()> {
        let changed = deltas.into_rows(transaction.now);
        if changed.is_empty() {
            return Ok(());
        }
        let of_all = changed.iter().filter(|row| row.kind == "all").count() as u64;
        self.add_to_tallies(transaction, &changed)?;
        // Before the commit: a look in between sees news where there are none. A try that fails hides as much of what others write, until
        // the worker looks at every lane again, a second later.
        self.watch().own += of_all;
        Ok(())
    }

    fn add_to_tallies(&self, transaction: &mut Transaction<'_>, changed: &[TallyRow]) -> Tried<()> {
        let shard = Value::from(self.shard);
        let lines = changed.iter().map(|row| {
            vec![Value::from(row.kind), Value::from(&row.name), Value::from(row.word), shard, Value::from(row.n)]
        });
        transaction.put_text(&sql!("tally_add").replace("{rows}", &rows(lines)))
    }

    fn watch(&self) -> std::sync::MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn has_changed(&self) -> Result<bool> {
        let answer = self.read(|session| Ok(session.send(sql!("watch"))?))?;
        let Some(row) = answer.rows.first() else { return Ok(true) };
        let mut watch = self.watch();
        let writes = sum(row, 0).wrapping_sub(watch.own);
        let delta = watch.delta.max(sum(row, 1));
        let lanes = sum(row, 2);
        let changed = writes != watch.writes || delta != watch.delta || lanes != watch.lanes;
        (watch.writes, watch.delta, watch.lanes) = (writes, delta, lanes);
        Ok(changed)
    }

    pub(super) fn read_tallies(&self, kind: TallyKind) -> Result<Vec<Tally>> {
        self.read(|session| {
            let answer = match kind {
                TallyKind::Lane => session.run(sql!("tally_list"), values!["lane"])?,
                TallyKind::Hour => session.run(sql!("tally_list"), values!["hour"])?,
                TallyKind::Batch => session.send(sql!("tally_list_batches"))?,
            };
            Ok(tallies(&answer))
        })
    }

    pub(super) fn read_stats(&self) -> Result<Stats> {
        self.read(|session| {
            let now = self.now(session)?;
            stats(session, now)
        })
    }

    /// How many tasks wait: pending and scheduled ones.
    pub(super) fn waiting(transaction: &mut Transaction<'_>) -> Tried<u64> {
        let answer = transaction.send(sql!("tally_waiting"))?;
        Ok(answer.rows.first().map_or(0, |row| sum(row, 0)))
    }

    /// Adds a page of the deltas of other programs to the tallies; false if that were all.
    pub(super) fn fold(&self) -> Result<bool> {
        self.write_if(Reads::Here, |transaction| {
            let found = transaction.run(sql!("tally_fold_select"), values![most(FOLDED_MAX)])?.rows;
            if found.is_empty() {
                return Ok((false, false));
            }
            let mut counts = Counts::new();
            for row in &found {
                *counts.entry(place(row, 1)).or_default() += whole(row, 4).unwrap_or(0);
            }
            let shard = Value::from(self.shard);
            let lines = counts.iter().map(|((kind, name, word), n)| {
                vec![Value::from(kind), Value::from(name), Value::from(word), shard, Value::from(*n)]
            });
            transaction.send(&sql!("tally_add").replace("{rows}", &rows(lines)))?;
            let folded = ids(found.iter().map(|row| id(row, 0)).collect::<Result<Vec<_>>>()?);
            // One that was not done, whatever the server says, would count them twice.
            transaction.run_sure(&sql!("tally_fold_delete").replace("{ids}", &folded), &[], found.len())?;
            Ok((found.len() >= FOLDED_MAX, true))
        })
    }

    /// What the tallies say and what a count says, of one snapshot.
    pub(super) fn counts(&self) -> Result<(Counts, Counts)> {
        let mut session = self.long_session()?;
        let mut look = || -> Tried<(Counts, Counts)> {
            session.send("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
            session.send("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")?;
            let kept = session.send(sql!("tally_differences"))?;
            let kept = kept.rows.iter().map(|row| (place(row, 0), whole(row, 3).unwrap_or(0))).collect();
            let counted = counted(&mut session)?;
            session.send("COMMIT")?;
            Ok((kept, counted))
        };
        look().map_err(|fault| self.told(fault))
    }

    /// Adds to the tallies what they lack. Others may write meanwhile: what they add is not in the snapshot, and stays. Whoever counts at
    /// the same time waits, or both would add it.
    pub(super) fn recount_tallies(&self) -> Result<()> {
        let mut gate = self.long_session()?;
        let mut shut = || -> Tried<()> {
            gate.send(sql!("recount_mark"))?;
            gate.send("START TRANSACTION")?;
            gate.send(sql!("recount_gate"))?;
            Ok(())
        };
        shut().map_err(|fault| self.told(fault))?;
        // The gate opens with the end of its session.
        self.recount_alone()
    }

    fn recount_alone(&self) -> Result<()> {
        let (kept, counted) = self.counts()?;
        let mut lacks = counted;
        for (place, n) in kept {
            *lacks.entry(place).or_default() -= n;
        }
        lacks.retain(|_, n| *n != 0);
        if lacks.is_empty() {
            return Ok(());
        }
        self.transact(|transaction| {
            let lines = lacks.iter().map(|((kind, name, word), n)| {
                vec![Value::from(kind), Value::from(name), Value::from(word), Value::from(*n)]
            });
            transaction.send(&sql!("tally_correct").replace("{rows}", &rows(lines)))?;
            Ok(((), true))
        })
    }
}

fn place(row: &mysql::Row, from: usize) -> (String, String, String) {
    (word(row, from), word(row, from + 1), word(row, from + 2))
}

/// Every task and every dead letter, counted anew.
fn counted(session: &mut Session) -> Tried<Counts> {
    let mut out = Counts::new();
    for row in session.send(sql!("tally_recount"))?.rows {
        let task_func = word(&row, 0);
        let word = State::of_word(&word(&row, 2)).to_string();
        let n = whole(&row, 5).unwrap_or(0);
        let mut add = |kind: &str, name: &str, word: &str| {
            *out.entry((kind.to_owned(), name.to_owned(), word.to_owned())).or_default() += n;
        };
        let batch = whole(&row, 1).map(|batch| batch.to_string());
        let failed = word == State::Failed.as_str();
        let unknown = (failed && truth(&row, 3)).then_some("unknown");
        let retryable = (failed && truth(&row, 4)).then_some("retryable");
        for word in [Some(word.as_str()), unknown, retryable].into_iter().flatten() {
            add("all", "", word);
            add("lane", &task_func, word);
            batch.iter().for_each(|batch| add("batch", batch, word));
        }
    }
    for row in session.send(sql!("tally_recount_letters"))?.rows {
        let word = DeadLetterState::of_word(&word(&row, 0)).to_string();
        *out.entry(("dead_letter".to_owned(), String::new(), word)).or_default() += whole(&row, 1).unwrap_or(0);
    }
    Ok(out)
}

fn tallies(answer: &Answer) -> Vec<Tally> {
    let mut out: Vec<Tally> = Vec::new();
    for row in &answer.rows {
        // A batch may have any name.
        let name = text(row, 0).unwrap_or_default();
        if out.last().is_none_or(|last| last.name != name) {
            out.push(Tally { name, counts: BTreeMap::new() });
        }
        if let Some(last) = out.last_mut() {
            last.counts.insert(word(row, 1), sum(row, 2));
        }
    }
    out
}

fn by_word(session: &mut Session, kind: &str) -> Tried<BTreeMap<String, u64>> {
    let answer = session.run(sql!("tally_list"), values![kind])?;
    Ok(answer.rows.iter().map(|row| (word(row, 1), sum(row, 2))).collect())
}

fn stats(session: &mut Session, now: Timestamp) -> Tried<Stats> {
    let tasks = by_word(session, "all")?;
    let letters = by_word(session, "dead_letter")?;
    let previous = now.saturating_sub(Duration::from_secs(3600)).unwrap_or(Timestamp::MIN);
    let mut accepted = |at: Timestamp| -> Tried<u64> {
        let hour = time::to_hour(at);
        let answer = session.run(sql!("tally_get"), values!["hour", &hour, "accepted"])?;
        Ok(answer.rows.first().map_or(0, |row| sum(row, 0)))
    };
    let hours = (accepted(now)?, accepted(previous)?);
    let alive_since = now.saturating_sub(crate::store::LEASE).unwrap_or(Timestamp::MIN);
    let workers = session.run(sql!("workers_alive"), values![alive_since])?;
    let oldest = session.send(sql!("oldest_pending"))?;
    let oldest = oldest.rows.first().and_then(|row| optional_time(row, 0));
    Ok(Stats {
        tasks: StatusCounts::by_word(|word| tasks.get(word).copied().unwrap_or(0)),
        dead_letters: DeadLetterCounts::by_word(|word| letters.get(word).copied().unwrap_or(0)),
        oldest_pending_age: oldest.map(|at| now.duration_since(at).try_into().unwrap_or_default()),
        workers: workers.rows.iter().map(|row| worker(row, now)).collect::<Result<_>>()?,
        completed_this_hour: hours.0,
        completed_previous_hour: hours.1,
    })
}
