//! How the connection that writes is set while many rows come, and how it leaves the log for others.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use super::SqliteStore;
use super::connect::CACHE_KIB;
use crate::store::Result;

/// Who brings so many tasks at once is likely to bring more.
const MANY: usize = 1_000;

/// The page cache of one that brings many rows, in KiB: their keys stand all over a large index, and most of its pages are written.
const MANY_CACHE_KIB: i64 = 16 * 1024;

/// Pages of the log after which they are put back into the database: as SQLite does it by itself, and by one that brings many rows.
/// A large transaction has more pages than the first, and every one would be written twice. The second is less than the log may keep.
const CHECKPOINT_PAGES: i64 = 1_000;
const MANY_CHECKPOINT_PAGES: i64 = 12_000;

/// Whether many rows come.
#[derive(Debug, Default)]
pub(super) struct Bulk(AtomicBool);

impl SqliteStore {
    /// So many tasks come in one call.
    pub(super) fn expect_tasks(&self, count: usize) -> Result<()> {
        if count < MANY || self.bulk.0.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        set(&self.writer(), MANY_CACHE_KIB, MANY_CHECKPOINT_PAGES).map_err(|error| self.speak.of(error))
    }

    /// Turns come, each of which is to be short.
    pub(super) fn expect_turns(&self) -> Result<()> {
        if !self.bulk.0.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let writer = self.writer();
        set(&writer, CACHE_KIB, CHECKPOINT_PAGES).map_err(|error| self.speak.of(error))?;
        put_back(&writer);
        Ok(())
    }
}

/// Whoever comes next would find a long log, and put it back in the midst of a turn.
impl Drop for SqliteStore {
    fn drop(&mut self) {
        if self.bulk.0.load(Ordering::Relaxed) {
            put_back(&self.writer());
        }
    }
}

fn set(writer: &Connection, cache_kib: i64, checkpoint_pages: i64) -> rusqlite::Result<()> {
    writer.pragma_update(None, "cache_size", -cache_kib)?;
    writer.pragma_update_and_check(None, "wal_autocheckpoint", checkpoint_pages, |_| Ok(()))
}

/// Puts back what nobody reads, and waits for nobody. What stays is put back later.
fn put_back(writer: &Connection) {
    let _ = writer.pragma(None, "wal_checkpoint", "PASSIVE", |_| Ok(()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Lane, Message, NewTask};
    use crate::store::sqlite::open_store;
    use crate::store::{Access, Options, Store, Turn};

    fn settings(store: &SqliteStore) -> [i64; 2] {
        let writer = store.writer();
        ["cache_size", "wal_autocheckpoint"]
            .map(|name| writer.pragma_query_value(None, name, |row| row.get(0)).expect("it is set"))
    }

    fn tasks(count: usize) -> Vec<NewTask> {
        let message = Message { recipient: "+85291234567".to_owned(), text: "hello".to_owned(), sender: None };
        vec![NewTask::message(Lane::Gateway("default".to_owned()), message); count]
    }

    #[test]
    fn the_connection_is_set_for_many_rows_and_back_for_turns() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = directory.path().join("queue.db");
        let (store, _) = open_store(&path, &Options::new(Access::Create)).expect("opens");
        let (few, many) = ([-CACHE_KIB, CHECKPOINT_PAGES], [-MANY_CACHE_KIB, MANY_CHECKPOINT_PAGES]);
        store.enqueue(&tasks(MANY - 1), 0).expect("enqueues");
        assert_eq!(settings(&store), few);
        store.enqueue(&tasks(MANY), 0).expect("enqueues");
        store.enqueue(&tasks(1), 0).expect("enqueues");
        assert_eq!(settings(&store), many, "one that brings few may bring many again");
        store.exchange(&Turn { worker: 1, settlements: &[], wanted: &[] }).expect("a turn");
        assert_eq!(settings(&store), few);
    }

    #[test]
    fn who_brought_many_rows_leaves_others_no_log_to_put_back() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = directory.path().join("queue.db");
        let (other, _) = open_store(&path, &Options::new(Access::Create)).expect("opens");
        let (store, _) = open_store(&path, &Options::new(Access::Existing)).expect("opens");
        // How many pages the log has, and how many of them are put back; nothing is put back by asking.
        let pages = || {
            let mut pages = (0, 0);
            let read = |row: &rusqlite::Row<'_>| {
                pages = (row.get(1)?, row.get(2)?);
                Ok(())
            };
            other.writer().pragma(None, "wal_checkpoint", "NOOP", read).expect("it says what is there");
            pages
        };
        for _ in 0..8 {
            store.enqueue(&tasks(5_000), 0).expect("enqueues");
        }
        let (in_log, put_back) = pages();
        assert!(in_log > CHECKPOINT_PAGES && put_back == 0, "{put_back} of {in_log}");
        drop(store);
        assert_eq!(pages(), (in_log, in_log));
    }
}
