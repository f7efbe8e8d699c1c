//! How fast this machine, its database and a gateway go. Whoever measures hands in a queue of its own: it is filled and emptied.
//!
//! Every piece ends at its deadline, or when somebody asks it to stop, and says how much it has done until then. Nothing here
//! compares or judges; `smsctl bench` does.

mod claims;
mod drain;
mod figures;
mod idle;
mod machine;
mod rows;

use std::io;
use std::time::Instant;

pub use claims::{Claims, claims};
pub use drain::{Crew, Drain, Wire, bare_loop, drain};
pub use figures::{median, ratio};
pub use idle::{Latencies, idle};
pub use machine::{Disk, Machine, fsyncs};
pub use rows::{Enqueued, enqueue, message};

use crate::engine::{EngineError, Stop};
use crate::gateway::GatewayError;
use crate::gateway::sandbox::SandboxError;
use crate::queue::Lane;
use crate::store::StoreError;

/// What could not be measured.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum SpeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error("the scratch file cannot be written")]
    Disk(#[source] io::Error),
    #[error("the gateway that is there to be measured did not take a message")]
    Refused,
}

/// When a piece of a measurement ends, whatever it has done until then.
#[derive(Clone, Copy)]
pub struct Limit<'a> {
    /// Not later than this.
    pub until: Instant,
    /// Or when somebody asks.
    pub stop: &'a Stop,
}

impl Limit<'_> {
    /// Whether it is time to end.
    pub fn is_over(&self) -> bool {
        self.stop.is_asked() || Instant::now() >= self.until
    }
}

/// The lane of all messages that are measured.
fn lane() -> Lane {
    Lane::Gateway("bench".to_owned())
}
