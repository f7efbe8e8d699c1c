//! Worker processes: who lives, and what becomes of the tasks of those who died.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::column::{optional_time, small, text};
use super::tally::settled;
use super::{SqliteStore, sql, tally};
use crate::queue::{Fate, TaskId, WorkerId};
use crate::store::fence::Fence;
use crate::store::lane::ahead_of;
use crate::store::recovery::{self, AHEAD_MAX, Page, Pages, Scope};
use crate::store::shunned::Care;
use crate::store::time::{self, span};
use crate::store::{
    AUDITED_MAX, Audited, Coroner, Counters, ENDED_SHOWN, NewWorker, Result, Settled, Store, Stranded, Worker,
};

impl SqliteStore {
    pub(super) fn register_worker(&self, worker: &NewWorker) -> Result<WorkerId> {
        let now = time::to_text(self.now());
        self.write(|transaction| {
            let row = params![
                worker.host,
                worker.boot_id,
                worker.pid,
                worker.pid_started,
                worker.senders,
                worker.version,
                now
            ];
            transaction.execute(sql!("worker_insert"), row).map_err(|e| self.speak.of(e))?;
            Ok(transaction.last_insert_rowid())
        })
    }

    pub(super) fn beat(&self, worker: WorkerId) -> Result<Settled> {
        let counters = self.counters().to_text();
        let now = time::to_text(self.now());
        self.write_if(|transaction| {
            let beat = || transaction.prepare_cached(sql!("worker_heartbeat"))?.execute(params![worker, now, counters]);
            let beaten = beat().map_err(|e| self.speak.of(e))?;
            Ok((settled(beaten), true))
        })
    }

    pub(super) fn end_worker(&self, worker: WorkerId) -> Result<()> {
        let now = time::to_text(self.now());
        self.transact(|transaction| {
            transaction.execute(sql!("worker_end"), params![worker, now]).map_err(|e| self.speak.of(e))?;
            Ok(((), true))
        })
    }

    pub(super) fn list_workers(&self) -> Result<Vec<Worker>> {
        let now = self.now();
        let since = now.saturating_sub(ENDED_SHOWN).unwrap_or(Timestamp::MIN);
        self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<Worker>> {
                let mut statement = transaction.prepare_cached(sql!("worker_list"))?;
                statement.query_map([time::to_text(since)], |row| worker(row, now))?.collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn audit_claims(&self, worker: WorkerId, stray: &dyn Fn(&Stranded) -> Option<Fate>) -> Result<Audited> {
        let look =
            |transaction: &Transaction<'_>| stranded(transaction, worker, AUDITED_MAX).map_err(|e| self.speak.of(e));
        if self.read(look)?.iter().all(|task| stray(task).is_none()) {
            return Ok(Audited::default());
        }
        let now = self.now();
        self.write_if(|transaction| {
            let mut ledger = self.ledger(transaction, now, Care::default());
            let mut tasks = 0;
            for task in look(transaction)? {
                let Some(fate) = stray(&task) else { continue };
                let settled = ledger.seal(Fence::of_stranded(worker, &task), &fate).map_err(|e| self.speak.of(e))?;
                tasks += u64::from(settled == Settled::Done);
            }
            tally::write(std::mem::take(&mut ledger.deltas), transaction, now).map_err(|e| self.speak.of(e))?;
            Ok((Audited { tasks, dead_lettered: ledger.haul.out.dead_lettered }, ledger.changed))
        })
    }
}

impl Pages for SqliteStore {
    fn suspects(&self) -> Result<Vec<Worker>> {
        let now = self.now();
        self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<Worker>> {
                let mut statement = transaction.prepare_cached(sql!("worker_suspects"))?;
                statement.query_map([], |row| worker(row, now))?.collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })
    }

    fn held(&self, worker: WorkerId) -> Result<Vec<TaskId>> {
        let held = self.read(|transaction| stranded(transaction, worker, AUDITED_MAX).map_err(|e| self.speak.of(e)))?;
        Ok(held.iter().map(|task| task.id).collect())
    }

    fn recover_some(&self, id: WorkerId, coroner: &dyn Coroner, scope: Scope) -> Result<Option<Page>> {
        let now = self.now();
        self.write_if(|transaction| {
            // The heartbeat may have come while we waited for the write lock: look again inside.
            let suspect = find(transaction, id, now).map_err(|e| self.speak.of(e))?;
            let Some(suspect) = suspect else { return Ok((None, false)) };
            if !recovery::is_for(coroner, &suspect) {
                return Ok((None, false));
            }
            let mut stranded = stranded(transaction, id, scope.most()).map_err(|e| self.speak.of(e))?;
            stranded.retain(|task| scope.has(task));
            let mut ledger = self.ledger(transaction, now, Care::default());
            let mut tasks = 0;
            for task in &stranded {
                let fate = coroner.fate(&suspect, task);
                let settled = ledger.seal(Fence::of_stranded(id, task), &fate).map_err(|e| self.speak.of(e))?;
                tasks += u64::from(settled == Settled::Done);
                if settled == Settled::Done && fate == Fate::Released {
                    transaction.execute(sql!("stranded_count"), [task.id]).map_err(|e| self.speak.of(e))?;
                }
            }
            tally::write(std::mem::take(&mut ledger.deltas), transaction, now).map_err(|e| self.speak.of(e))?;
            let mut changed = ledger.changed;
            // With the first of its tasks: should it live after all, it must not go on as if it held the others.
            let ended = params![id, ledger.now_text];
            changed |= transaction.execute(sql!("worker_end"), ended).map_err(|e| self.speak.of(e))? > 0;
            changed |= transaction.execute(sql!("lane_unprobe"), ended).map_err(|e| self.speak.of(e))? > 0;
            let found = suspect.ended_at.is_none() || !stranded.is_empty();
            let last = scope.is_last(stranded.len(), tasks);
            let page = Page { found, tasks, dead_lettered: ledger.haul.out.dead_lettered, last };
            Ok((Some(page), changed))
        })
    }

    fn heed_clock(&self) -> Result<bool> {
        let now = self.now();
        let (ahead, most) = (time::to_text(ahead_of(now)), AHEAD_MAX as i64);
        let waiting: Vec<TaskId> = self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<TaskId>> {
                transaction
                    .prepare_cached(sql!("ahead_select"))?
                    .query_map(params![ahead, most], |row| row.get(0))?
                    .collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })?;
        if waiting.is_empty() {
            return Ok(false);
        }
        self.write_if(|transaction| {
            let now = time::to_text(now);
            let set = |id: &TaskId| transaction.prepare_cached(sql!("ahead_due"))?.execute(params![id, ahead, now]);
            let set = waiting.iter().map(set).sum::<rusqlite::Result<usize>>().map_err(|e| self.speak.of(e))?;
            Ok((waiting.len() == AHEAD_MAX, set > 0))
        })
    }
}

fn find(transaction: &Transaction<'_>, id: WorkerId, now: Timestamp) -> rusqlite::Result<Option<Worker>> {
    transaction.prepare_cached(sql!("worker_get"))?.query_row([id], |row| worker(row, now)).optional()
}

fn stranded(transaction: &Transaction<'_>, id: WorkerId, most: usize) -> rusqlite::Result<Vec<Stranded>> {
    let mut statement = transaction.prepare_cached(sql!("stranded_select"))?;
    let rows = statement.query_map(params![id, most as i64], |row| {
        Ok(Stranded {
            id: row.get(0)?,
            task_func: text(row, 1)?.unwrap_or_default(),
            attempt: small(row, 2)?,
            retry_count: small(row, 3)?,
            max_retries: small(row, 4)?,
            claimed_at: optional_time(row, 5)?,
            stranded: small(row, 6)?,
        })
    })?;
    rows.collect()
}

pub(super) fn worker(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<Worker> {
    let heartbeat_at = optional_time(row, 8)?.unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Worker {
        id: row.get(0)?,
        host: row.get(1)?,
        boot_id: row.get(2)?,
        pid: row.get(3)?,
        pid_started: row.get(4)?,
        senders: small(row, 5)?,
        version: row.get(6)?,
        started_at: optional_time(row, 7)?.unwrap_or(Timestamp::UNIX_EPOCH),
        heartbeat_at,
        ended_at: optional_time(row, 9)?,
        heartbeat_age: span(heartbeat_at, now),
        claims: u64::try_from(row.get::<_, i64>(10)?).unwrap_or(0),
        counters: text(row, 11)?.and_then(|text| Counters::of_text(&text)),
    })
}
