//! How a worker that has nothing to do learns that another process has changed the database.

use std::time::Duration;

use crossbeam_channel::Sender;

/// How often an idle worker asks whether the database has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// Soon after work; after a bell twice as often.
    pub min: Duration,
    /// At leisure.
    pub max: Duration,
    /// At leisure, where a bell rings for what others begin to write.
    pub max_with_bell: Duration,
}

/// Rings when another process may have begun to write: what it writes is there a little later. It rings for nothing now and then,
/// and is never waited for.
pub type Bell = Sender<()>;
