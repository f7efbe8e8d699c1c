//! Worker processes: who lives, and what becomes of the tasks of those who died.

use std::time::Duration;

use jiff::Timestamp;
use mysql::Row;

use super::bind::{Value, ids, values};
use super::column::{given, id, optional_time, small, sum, text};
use super::exchange::Ledger;
use super::receipt::Token;
use super::rounds::rounds;
use super::tables::Tables;
use super::transaction::Reads;
use super::{MysqlStore, sql};
use crate::queue::{Fate, TaskId, WorkerId};
use crate::store::fence::Fence;
use crate::store::lane::ahead_of;
use crate::store::recovery::{self, AHEAD_MAX, Page, Pages, Scope};
use crate::store::time::span;
use crate::store::{
    AUDITED_MAX, Audited, Coroner, Counters, ENDED_SHOWN, NewWorker, Recovered, Result, Settled, Store, Stranded,
    Worker,
};

/// How long a receipt is kept: far longer than anybody asks for one, and clocks may differ.
const RECEIPT_KEPT: Duration = Duration::from_secs(24 * 3600);

/// Receipts that one statement removes, at most.
const PRUNED_MAX: u32 = 1_000;

impl MysqlStore {
    pub(super) fn register_worker(&self, worker: &NewWorker) -> Result<WorkerId> {
        self.write(|transaction| {
            let row = values![
                &worker.host,
                &worker.boot_id,
                worker.pid,
                &worker.pid_started,
                worker.senders,
                &worker.version,
                transaction.now,
            ];
            let inserted = transaction.run(sql!("worker_insert"), row)?;
            Ok(given(inserted.last_insert_id)?)
        })
    }

    pub(super) fn beat(&self, worker: WorkerId) -> Result<Settled> {
        let counters = self.counters().to_text();
        self.write_if(Reads::Here, |transaction| {
            let beaten = transaction.run_open(sql!("worker_heartbeat"), values![worker, transaction.now, &counters])?;
            if beaten == 0 {
                transaction.require_all()?;
            }
            Ok((if beaten == 1 { Settled::Done } else { Settled::Lost }, true))
        })
    }

    pub(super) fn end_worker(&self, worker: WorkerId) -> Result<()> {
        self.settle_doubt(worker)?;
        self.transact(|transaction| {
            transaction.run_open(sql!("worker_end"), values![worker, transaction.now])?;
            Ok(((), true))
        })
    }

    pub(super) fn list_workers(&self) -> Result<Vec<Worker>> {
        self.read(|session| {
            let now = self.now(session)?;
            let since = now.saturating_sub(ENDED_SHOWN).unwrap_or(Timestamp::MIN);
            let rows = session.run(sql!("worker_list"), values![since])?.rows;
            Ok(rows.iter().map(|row| worker(row, now)).collect::<Result<_>>()?)
        })
    }

    pub(super) fn recover_dead(&self, coroner: &dyn Coroner) -> Result<Recovered> {
        let recovered = recovery::recover(self, coroner)?;
        self.tidy_up()?;
        Ok(recovered)
    }

    /// What workers do beside: deltas are folded, and old receipts removed, page by page, and what takes long goes on the next time.
    /// Somebody may have changed a table meanwhile, so that it has no transactions, or no numbers: then nothing more is claimed.
    fn tidy_up(&self) -> Result<()> {
        self.read(|session| {
            self.require_transactions(&Tables::look(session)?)?;
            self.require_numbered(session)?;
            self.require_exact(session)?;
            self.require_keys(session)
        })?;
        rounds(|| self.fold())?;
        let now = self.read(|session| self.now(session))?;
        // Those of all hosts are dated by the server's clock.
        let before = Token::at(now.saturating_sub(RECEIPT_KEPT).unwrap_or(Timestamp::UNIX_EPOCH));
        let values = [Value::Bytes(before.bytes()), Value::from(PRUNED_MAX)];
        rounds(|| {
            self.read(|session| Ok(session.run(sql!("receipt_prune"), &values)?.affected >= u64::from(PRUNED_MAX)))
        })
    }

    pub(super) fn audit_claims(&self, worker: WorkerId, stray: &dyn Fn(&Stranded) -> Option<Fate>) -> Result<Audited> {
        if self.holds_unheard() {
            // The next turn gives them back: nobody else changed them, and none of them left.
            return Ok(Audited::default());
        }
        let row = values![worker, most(AUDITED_MAX)];
        let seen = self.read(|session| Ok(stranded(&session.run(sql!("stranded_select"), row)?.rows)?))?;
        if seen.iter().all(|task| stray(task).is_none()) {
            return Ok(Audited::default());
        }
        // Another node of a cluster may not have heard yet of what this worker wrote: what was seen is looked at again.
        self.write_if(Reads::Everywhere, |transaction| {
            let tasks = stranded(&transaction.run(sql!("stranded_select"), row)?.rows)?;
            let fates: Vec<(Fence<'_>, Fate)> =
                tasks.iter().filter_map(|task| Some((Fence::of_stranded(worker, task), stray(task)?))).collect();
            let fates: Vec<(Fence<'_>, &Fate)> = fates.iter().map(|(fence, fate)| (*fence, fate)).collect();
            let mut ledger = Ledger::new(transaction, &self.stamps);
            let settled = ledger.seal(&fates)?;
            let Ledger { deltas, haul, changed, .. } = ledger;
            self.write_deltas(transaction, deltas)?;
            let tasks = settled.iter().filter(|settled| **settled == Settled::Done).count() as u64;
            Ok((Audited { tasks, dead_lettered: haul.out.dead_lettered }, changed))
        })
    }
}

impl Pages for MysqlStore {
    fn suspects(&self) -> Result<Vec<Worker>> {
        self.read(|session| {
            let now = self.now(session)?;
            let rows = session.send(sql!("worker_suspects"))?.rows;
            Ok(rows.iter().map(|row| worker(row, now)).collect::<Result<_>>()?)
        })
    }

    fn held(&self, worker: WorkerId) -> Result<Vec<TaskId>> {
        let row = values![worker, most(AUDITED_MAX)];
        let held = self.read(|session| Ok(stranded(&session.run(sql!("stranded_select"), row)?.rows)?))?;
        Ok(held.iter().map(|task| task.id).collect())
    }

    fn recover_some(&self, id: WorkerId, coroner: &dyn Coroner, scope: Scope) -> Result<Option<Page>> {
        self.write_if(Reads::Everywhere, |transaction| {
            // The heartbeat may have come while we waited for the lock: look again inside.
            let now = transaction.now;
            let query = sql!("worker_get").replace("{lock}", "FOR UPDATE SKIP LOCKED");
            let suspect = transaction.run(&query, values![id])?.rows.first().map(|row| worker(row, now)).transpose()?;
            let Some(suspect) = suspect else { return Ok((None, false)) };
            if !recovery::is_for(coroner, &suspect) {
                return Ok((None, false));
            }
            let rows = transaction.run(sql!("stranded_select"), values![id, most(scope.most())])?.rows;
            let mut stranded = stranded(&rows)?;
            stranded.retain(|task| scope.has(task));
            let mut ledger = Ledger::new(transaction, &self.stamps);
            let fates: Vec<(&Stranded, Fate)> =
                stranded.iter().map(|task| (task, coroner.fate(&suspect, task))).collect();
            let fates: Vec<(Fence<'_>, &Fate)> =
                fates.iter().map(|(task, fate)| (Fence::of_stranded(id, task), fate)).collect();
            let settled = ledger.seal(&fates)?;
            let Ledger { deltas, haul, mut changed, .. } = ledger;
            let back = fates.iter().zip(&settled);
            let back = back.filter(|((_, fate), settled)| **fate == Fate::Released && **settled == Settled::Done);
            let back = back.map(|((fence, _), _)| fence.id).collect::<Vec<_>>();
            if !back.is_empty() {
                let query = sql!("stranded_count").replace("{ids}", &ids(back.iter().copied()));
                transaction.run_sure(&query, &[], back.len())?;
            }
            // With the first of its tasks: should it live after all, it must not go on as if it held the others.
            changed |= transaction.run_open(sql!("worker_end"), values![id, now])? > 0;
            changed |= transaction.run(sql!("lane_unprobe"), values![id, now])?.affected > 0;
            self.write_deltas(transaction, deltas)?;
            let found = suspect.ended_at.is_none() || !stranded.is_empty();
            let tasks = settled.iter().filter(|settled| **settled == Settled::Done).count() as u64;
            let last = scope.is_last(stranded.len(), tasks);
            let page = Page { found, tasks, dead_lettered: haul.out.dead_lettered, last };
            Ok((Some(page), changed))
        })
    }

    fn heed_clock(&self) -> Result<bool> {
        let waiting = self.read(|session| {
            let ahead = ahead_of(self.now(session)?);
            Ok(session.run(sql!("ahead_select"), values![ahead, most(AHEAD_MAX)])?.rows)
        })?;
        let mut waiting = waiting.iter().map(|row| id(row, 0)).collect::<Result<Vec<_>>>()?;
        if waiting.is_empty() {
            return Ok(false);
        }
        waiting.sort_unstable();
        self.write(|transaction| {
            let now = transaction.now;
            let set = |id: &TaskId| transaction.put(sql!("ahead_due"), values![*id, ahead_of(now), now]);
            waiting.iter().try_for_each(set)
        })?;
        Ok(waiting.len() == AHEAD_MAX)
    }
}

pub(super) fn most(tasks: usize) -> i64 {
    i64::try_from(tasks).unwrap_or(i64::MAX)
}

fn stranded(rows: &[Row]) -> Result<Vec<Stranded>> {
    let stranded = |row: &Row| {
        Ok(Stranded {
            id: id(row, 0)?,
            task_func: text(row, 1).unwrap_or_default(),
            attempt: small(row, 2),
            retry_count: small(row, 3),
            max_retries: small(row, 4),
            claimed_at: optional_time(row, 5),
            stranded: small(row, 6),
        })
    };
    rows.iter().map(stranded).collect()
}

pub(super) fn worker(row: &Row, now: Timestamp) -> Result<Worker> {
    let heartbeat_at = optional_time(row, 8).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Worker {
        id: id(row, 0)?,
        host: text(row, 1).unwrap_or_default(),
        boot_id: text(row, 2).unwrap_or_default(),
        pid: small(row, 3),
        pid_started: text(row, 4).unwrap_or_default(),
        senders: small(row, 5),
        version: text(row, 6).unwrap_or_default(),
        started_at: optional_time(row, 7).unwrap_or(Timestamp::UNIX_EPOCH),
        heartbeat_at,
        ended_at: optional_time(row, 9),
        heartbeat_age: span(heartbeat_at, now),
        claims: sum(row, 10),
        counters: text(row, 11).and_then(|text| Counters::of_text(&text)),
    })
}
