//! The stop flag: anybody may raise it, the dispatcher and the senders obey it.

use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Asks an engine to stop in order: no new claims, requests on the wire are finished, the rest is given back.
///
/// What comes after an order that is not obeyed in time is not the engine's: it is the process that ends.
#[derive(Debug)]
pub struct Stop {
    asked: AtomicBool,
    ring: Sender<()>,
    bell: Receiver<()>,
}

impl Stop {
    /// Nobody has asked yet.
    pub fn new() -> Stop {
        let (ring, bell) = bounded(1);
        Stop { asked: AtomicBool::new(false), ring, bell }
    }

    /// Raises the flag and wakes the dispatcher. Asking twice changes nothing.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::SeqCst);
        // A full bell has not been heard yet: it will wake the dispatcher just as well.
        let _ = self.ring.try_send(());
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
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
