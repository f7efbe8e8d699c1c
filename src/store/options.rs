//! How a store is opened.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

/// How `open` treats the schema that it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The database must be there, with the schema of this binary.
    Existing,
    /// As `Existing`, but a database that is not there yet, or is empty, is made.
    Create,
    /// The database must be there; its schema may be anything. For `db migrate`, `db status` and `db check`.
    Inspect,
    /// As `Inspect`, but a database file that is not there yet is made. For `db migrate`.
    InspectOrCreate,
}

/// The clock that decides what is due and which lease has run out.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The database's own.
    #[default]
    Database,
    /// A test's: microseconds since the epoch, moved by hand.
    Frozen(Arc<AtomicI64>),
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the database must be.
    pub access: Access,
    /// Whose time it is.
    pub clock: Clock,
    /// Connections that read at the same time, at least 1.
    pub readers_max: u32,
    /// How long a statement waits for another process's transaction.
    pub busy_timeout: Duration,
    /// Connections to a database server; SQLite has none.
    pub pool: Pool,
}

/// The pool of connections to a database server.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// Connections that are kept.
    pub size: u32,
    /// Connections beyond `size` in a rush.
    pub max_overflow: u32,
    /// A connection that is older is replaced. `None`: never.
    pub recycle: Option<Duration>,
    /// A connection that lay idle is tried before it is used.
    pub pre_ping: bool,
    /// How long to wait for a free connection.
    pub timeout: Duration,
}

impl Default for Pool {
    /// As the web application has it.
    fn default() -> Pool {
        let recycle = Some(Duration::from_secs(3600));
        Pool { size: 10, max_overflow: 20, recycle, pre_ping: true, timeout: Duration::from_secs(30) }
    }
}

impl Options {
    /// `access` with the database's clock, four readers and ten seconds of patience.
    pub fn new(access: Access) -> Options {
        Options {
            access,
            clock: Clock::Database,
            readers_max: 4,
            busy_timeout: Duration::from_secs(10),
            pool: Pool::default(),
        }
    }
}
