//! Connections that only read: a pool, since many threads may ask at once.

use std::time::{Duration, Instant};

use r2d2::PooledConnection;
use r2d2_sqlite::SqliteConnectionManager;

use super::{SqliteStore, connect};
use crate::panics::catch;
use crate::store::{Result, StoreError};

pub(super) type ReaderPool = r2d2::Pool<SqliteConnectionManager>;

/// How long a reader is waited for, until it is asked why there is none.
const READER_LOOK: Duration = Duration::from_millis(200);

impl SqliteStore {
    /// The pool, made at its first use.
    pub(super) fn readers(&self) -> Result<&ReaderPool> {
        if let Some(pool) = self.readers.get() {
            return Ok(pool);
        }
        // The pool starts threads of its own, and panics where the system gives none.
        let made = catch(|| self.make_readers()).map_err(|_| StoreError::no_thread(&self.path.display()))?;
        Ok(self.readers.get_or_init(|| made))
    }

    fn make_readers(&self) -> ReaderPool {
        let manager =
            SqliteConnectionManager::file(&self.path).with_flags(connect::flags()).with_init(connect::configure_reader);
        r2d2::Pool::builder()
            .max_size(self.readers_max.max(1))
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(self.busy_timeout)
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build_unchecked(manager)
    }

    /// A reader that nobody else uses.
    pub(super) fn reader(&self) -> Result<PooledConnection<SqliteConnectionManager>> {
        let readers = self.readers()?;
        let state = readers.state();
        if state.idle_connections == 0 && state.connections >= self.readers_max.max(1) {
            self.reader_waits.add(1);
        }
        let began = Instant::now();
        loop {
            let left = self.busy_timeout.saturating_sub(began.elapsed());
            if let Ok(reader) = readers.get_timeout(left.min(READER_LOOK)) {
                return Ok(reader);
            }
            if left <= READER_LOOK {
                return Err(self.pool_error());
            }
            // There is nobody to wait for: where the system has no file for the first one, it is said at once.
            if readers.state().connections == 0
                && let error @ StoreError::Starved { .. } = self.pool_error()
            {
                return Err(error);
            }
            connect::be_patient(self.heeded.begin(left));
        }
    }

    /// The pool does not say why it has no connection: one more try outside of it does.
    fn pool_error(&self) -> StoreError {
        connect::be_patient_for(Duration::ZERO);
        match connect::open_reader(&self.path) {
            Ok(_) => StoreError::PoolExhausted,
            Err(error) => error,
        }
    }
}
