//! SQLite. The only folder that names rusqlite.
//!
//! One connection writes, under a mutex; readers come from a pool. Every write is one `BEGIN IMMEDIATE` transaction, and with
//! `synchronous=FULL` it is on disk when the verb returns.
//!
//! The statements that every message needs say `OR FAIL`: an error ends the whole transaction anyway, and with the default,
//! `OR ABORT`, SQLite copies every page before it changes it, so that it could take back the one statement.

mod backup;
mod bulk;
mod change;
mod check;
mod column;
mod connect;
mod copy;
mod ear;
mod enqueue;
mod exchange;
mod identity;
mod ignored;
mod lanes;
mod late;
mod leftovers;
mod letters;
mod line;
mod migrate;
mod numbers;
#[cfg(test)]
mod plans;
mod promote;
mod read;
mod readers;
mod settle;
mod tally;
mod triggers;
mod workers;
mod wrong;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::copy::Copying;
use super::counters::{Counters, Meter};
use super::patience::Heeded;
use super::recovery;
use super::shunned::Shunned;
use super::stamps::Stamps;
use super::time;
use super::{
    Access, Applied, Audited, Bell, Changed, Clock, Coroner, Deadline, Exchange, Finding, Highest, LaneStatus,
    Leftovers, MigrationState, NewWorker, Opened, Options, Polling, Recovered, Result, SchemaReport, Settled, Stats,
    Store, Stranded, Tally, TallyKind, Turn, Worker,
};
use crate::queue::{
    Attempt, DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, Enqueued, Fate, Filter, LaneOrder, NewTask,
    Order, Task, TaskId, WorkerId,
};
pub(super) use backup::backup;
use bulk::Bulk;
use connect::Speak;
pub(super) use copy::planned_columns;
use ear::Ear;
use identity::Identity;
use readers::ReaderPool;

/// The text of `sql/sqlite/NAME.sql`.
macro_rules! sql {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/sqlite/", $name, ".sql"))
    };
}
use sql;

/// The queue in an SQLite file.
struct SqliteStore {
    path: PathBuf,
    speak: Speak,
    clock: Clock,
    busy_timeout: Duration,
    heeded: Heeded,
    readers_max: u32,
    writer: Mutex<Connection>,
    /// `PRAGMA schema_version` when the writer last looked at the triggers; never negative in a file.
    schema_version: AtomicI64,
    identity: Identity,
    /// Made at the first read: many commands never read.
    readers: OnceLock<ReaderPool>,
    stamps: Stamps,
    shunned: Shunned,
    bulk: Bulk,
    /// `PRAGMA data_version` at the last look.
    data_version: Mutex<i64>,
    /// Of a worker: hears that others write.
    ear: Mutex<Option<Ear>>,
    /// Pauses in which the file was locked by another process.
    busy_waits: Meter,
    /// How often no reader was free at once.
    reader_waits: Meter,
}

pub(super) fn open(path: &Path, options: &Options) -> Result<Opened> {
    let (store, created) = open_store(path, options)?;
    Ok(Opened { store: Box::new(store), created })
}

/// The store, and whether the database was made.
fn open_store(path: &Path, options: &Options) -> Result<(SqliteStore, bool)> {
    connect::be_patient_for(options.busy_timeout);
    let mut created = connect::prepare_file(path, options.access)?;
    let writer = connect::open_writer(path)?;
    let store = SqliteStore {
        path: path.to_owned(),
        speak: Speak::new(path),
        clock: options.clock.clone(),
        busy_timeout: options.busy_timeout,
        stamps: Stamps::default(),
        shunned: Shunned::default(),
        bulk: Bulk::default(),
        heeded: Heeded::default(),
        readers_max: options.readers_max,
        writer: Mutex::new(writer),
        schema_version: AtomicI64::new(-1),
        identity: Identity::of(path)?,
        readers: OnceLock::new(),
        data_version: Mutex::new(0),
        ear: Mutex::default(),
        busy_waits: Meter::default(),
        reader_waits: Meter::default(),
    };
    match options.access {
        Access::Inspect | Access::InspectOrCreate => {}
        Access::Existing => {
            store.require_current()?;
            store.keep_log()?;
        }
        Access::Create => {
            if store.schema_state()?.0 == MigrationState::Empty {
                // Of several processes that find nothing one makes it.
                created = store.migrate()?.iter().any(|applied| applied.version == 1);
            } else {
                created = false;
            }
            store.require_current()?;
            store.keep_log()?;
        }
    }
    Ok((store, created))
}

impl SqliteStore {
    /// The connection that writes. A thread that panicked while it held the lock left no transaction open: dropping a
    /// transaction rolls it back.
    fn writer(&self) -> MutexGuard<'_, Connection> {
        connect::be_patient(self.heeded.begin(self.busy_timeout));
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        wrong::commit(&writer);
        writer
    }

    /// Turns on the write-ahead log, now that the database is known to be ours.
    fn keep_log(&self) -> Result<()> {
        connect::keep_log(&self.writer(), &self.path)?;
        self.identity.hold_log();
        Ok(())
    }

    /// Runs `work` in one immediate transaction and commits it; after an error nothing of it is there. A closed queue refuses.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_if(|transaction| work(transaction).map(|value| (value, true)))
    }

    /// As `write`, but commits only if `work` says that it changed something: an empty commit would cost nothing, yet a
    /// rollback says it more clearly.
    fn write_if<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<(T, bool)>) -> Result<T> {
        self.transact(|transaction| {
            self.require_open(transaction)?;
            work(transaction)
        })
    }

    /// As `write_if`, whether the queue is closed or not: for what tells of the database, and not of the queue.
    fn transact<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<(T, bool)>) -> Result<T> {
        let _waits = Waits(&self.busy_waits);
        self.identity.check()?;
        let mut writer = self.writer();
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| self.speak.of(e))?;
        self.heed_triggers(&transaction).map_err(|e| self.speak.of(e))?;
        let (value, changed) = work(&transaction).map_err(|error| numbers::used_up(&transaction, error))?;
        // Once more: a wait for the lock may have been long, and one whose lock is elsewhere would write into the same log.
        let ended = if changed {
            self.identity.check()?;
            transaction.commit()
        } else {
            transaction.rollback()
        };
        ended.map_err(|e| self.speak.of(e))?;
        Ok(value)
    }

    /// Runs `work` on a reader, in one snapshot.
    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.identity.check()?;
        connect::be_patient(self.heeded.begin(self.busy_timeout));
        let _waits = Waits(&self.busy_waits);
        let mut reader = self.reader()?;
        let transaction = reader.transaction().map_err(|e| self.speak.of(e))?;
        work(&transaction)
    }

    fn now(&self) -> Timestamp {
        match &self.clock {
            Clock::Database => time::to_micros(Timestamp::now()),
            Clock::Frozen(micros) => time::of_micros(micros.load(std::sync::atomic::Ordering::SeqCst)),
        }
    }
}

/// Adds what its thread has waited for others, at the end of a transaction, however it ends.
struct Waits<'a>(&'a Meter);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.add(connect::take_pauses());
    }
}

impl Store for SqliteStore {
    fn enqueue(&self, tasks: &[NewTask], queue_max: u64) -> Result<Vec<Enqueued>> {
        self.enqueue_tasks(tasks, queue_max)
    }

    fn exchange(&self, turn: &Turn<'_>) -> Result<Exchange> {
        self.take_turn(turn)
    }

    fn changed(&self) -> Result<bool> {
        self.identity.check()?;
        let writer = self.writer();
        let found = writer
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get::<_, i64>(0)))
            .map_err(|e| self.speak.of(e))?;
        let mut seen = self.data_version.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::replace(&mut *seen, found) != found)
    }

    fn polling(&self) -> Polling {
        let [min, max, max_with_bell] = [2, 15, 250].map(Duration::from_millis);
        Polling { min, max, max_with_bell }
    }

    fn listen(&self, bell: Bell) {
        *self.ear.lock().unwrap_or_else(PoisonError::into_inner) = Ear::new(&self.path, bell).ok();
    }

    fn arm(&self) -> bool {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(Ear::arm)
    }

    fn register(&self, worker: &NewWorker) -> Result<WorkerId> {
        self.register_worker(worker)
    }

    fn heartbeat(&self, worker: WorkerId) -> Result<Settled> {
        self.beat(worker)
    }

    fn heed(&self, deadline: &Arc<Deadline>) {
        self.heeded.set(deadline);
    }

    fn retire(&self, worker: WorkerId) -> Result<()> {
        self.end_worker(worker)
    }

    fn recover(&self, coroner: &dyn Coroner) -> Result<Recovered> {
        recovery::recover(self, coroner)
    }

    fn audit(&self, worker: WorkerId, stray: &dyn Fn(&Stranded) -> Option<Fate>) -> Result<Audited> {
        self.audit_claims(worker, stray)
    }

    fn workers(&self) -> Result<Vec<Worker>> {
        self.list_workers()
    }

    fn get(&self, id: TaskId) -> Result<Option<Task>> {
        let filter = Filter { ids: vec![id], ..Filter::default() };
        Ok(self.list_tasks(&filter)?.pop())
    }

    fn list(&self, filter: &Filter) -> Result<Vec<Task>> {
        self.list_tasks(filter)
    }

    fn attempts(&self, id: TaskId) -> Result<Vec<Attempt>> {
        self.list_attempts(id)
    }

    fn stats(&self) -> Result<Stats> {
        self.read_stats()
    }

    fn tallies(&self, kind: TallyKind) -> Result<Vec<Tally>> {
        self.read_tallies(kind)
    }

    fn lanes(&self) -> Result<Vec<LaneStatus>> {
        self.list_lanes()
    }

    fn change_lane(&self, lane: &str, order: &LaneOrder) -> Result<bool> {
        self.order_lane(lane, order)
    }

    fn highest(&self) -> Result<Highest> {
        self.find_highest()
    }

    fn count(&self, filter: &Filter, order: Order) -> Result<u64> {
        self.count_eligible(filter, order)
    }

    fn count_doubtful(&self, filter: &Filter, order: Order) -> Result<u64> {
        self.count_doubtful_eligible(filter, order)
    }

    fn carry_out(&self, filter: &Filter, order: Order) -> Result<Changed> {
        self.change_tasks(filter, order)
    }

    fn dead_letters(&self, filter: &DeadLetterFilter) -> Result<Vec<DeadLetter>> {
        self.list_dead_letters(filter)
    }

    fn dead_letter(&self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        let filter = DeadLetterFilter { ids: vec![id], ..DeadLetterFilter::default() };
        Ok(self.list_dead_letters(&filter)?.pop())
    }

    fn count_dead_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder) -> Result<u64> {
        self.count_eligible_letters(filter, order)
    }

    fn carry_out_letters(&self, filter: &DeadLetterFilter, order: DeadLetterOrder, lane: &str) -> Result<Changed> {
        self.change_letters(filter, order, lane)
    }

    fn schema(&self) -> Result<SchemaReport> {
        self.report_schema()
    }

    fn migrate(&self) -> Result<Vec<Applied>> {
        self.apply_migrations()
    }

    fn check(&self) -> Result<Vec<Finding>> {
        self.find_faults()
    }

    fn record_order(&self, action: &str, words: &str, changed: u64) -> Result<()> {
        self.write_audit(&change::Audit { action, filter: words, changed })
    }

    fn recount(&self) -> Result<()> {
        self.recount_tallies()
    }

    fn remove_leftovers(&self) -> Result<Leftovers> {
        self.put_leftovers_right()
    }

    fn counters(&self) -> Counters {
        let pool_waits = self.reader_waits.get();
        let (busy_waits, log_bytes) = (self.busy_waits.get(), self.log_bytes());
        let counters = Counters { busy_waits, log_bytes, pool_waits, ..Counters::default() };
        match self.readers.get() {
            Some(readers) => counters.with_pool(readers.state(), self.readers_max),
            None => counters,
        }
    }

    fn copying(&self) -> &dyn Copying {
        self
    }
}
