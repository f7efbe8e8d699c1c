//! The stop flag: anybody may raise it, the dispatcher and the senders obey it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::store::Deadline;

/// Asks an engine to stop in order: no new claims, requests on the wire are finished, the rest is given back.
///
/// What comes after an order that is not obeyed in time is not the engine's: it is the process that ends.
#[derive(Debug)]
pub struct Stop {
    asked: AtomicBool,
    /// How long what is to stop may take.
    grace: OnceLock<Duration>,
    /// When the grace is over: a store that waits for others looks at it.
    deadline: Arc<Deadline>,
    ring: Sender<()>,
    bell: Receiver<()>,
}

impl Stop {
    /// Nobody has asked yet.
    pub fn new() -> Stop {
        let (ring, bell) = bounded(1);
        Stop { asked: AtomicBool::new(false), grace: OnceLock::new(), deadline: Arc::default(), ring, bell }
    }

    /// Raises the flag and wakes the dispatcher. Asking twice changes nothing.
    pub fn ask(&self) {
        if self.asked.swap(true, Ordering::SeqCst) {
            return;
        }
        self.begin_grace();
        // A full bell has not been heard yet: it will wake the dispatcher just as well.
        let _ = self.ring.try_send(());
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// A stop may take so long, from when it was asked for.
    pub(crate) fn allow(&self, grace: Duration) {
        let _ = self.grace.set(grace);
        if self.is_asked() {
            self.begin_grace();
        }
    }

    fn begin_grace(&self) {
        if let Some(end) = self.grace.get().and_then(|grace| Instant::now().checked_add(*grace)) {
            self.deadline.set(end);
        }
    }

    /// When the grace is over, once somebody has asked.
    pub(crate) fn deadline(&self) -> &Arc<Deadline> {
        &self.deadline
    }

    /// What is left of a grace of `grace`, which began when somebody asked.
    pub(super) fn left(&self, grace: Duration) -> Duration {
        self.deadline.left().unwrap_or(grace)
    }

    /// Where the dispatcher hears that somebody asked.
    pub(super) fn bell(&self) -> &Receiver<()> {
        &self.bell
    }
}

impl Default for Stop {
    fn default() -> Stop {
        Stop::new()
    }
}
