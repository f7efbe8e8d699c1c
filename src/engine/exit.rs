//! A sender's way out: the last look at whether a claim may leave, and the note that it does.
//!
//! Between the moment in which a sender takes a claim and the one in which its request leaves there may be a connection to be
//! made, and a laptop that sleeps meanwhile. So both ask the same: whether the lease still covers the claim, and whether the tap
//! of its lane is open.

use std::cell::Cell;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;

use super::flight::Pen;
use super::lease::{Lease, Tap, Term, boottime};
use super::sender::Job;
use crate::gateway::Departure;
use crate::queue::Reply;
use crate::store::PROBE_LEASE;

/// What every way out of this process looks at.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub lease: Arc<Lease>,
    /// By lane of the plan.
    pub taps: Arc<[Tap]>,
}

/// Under which conditions a claim may leave.
#[derive(Clone, Copy, Debug)]
struct Pass {
    lane: usize,
    term: Term,
    /// Until then it is the probe of its lane (boot time).
    probes_until: Option<Duration>,
    /// Its time is over then (boot time).
    expires_at: Option<Duration>,
}

/// The way out of one sender.
#[derive(Debug)]
pub(super) struct Exit {
    watched: Watched,
    pen: Pen,
    pass: Cell<Option<Pass>>,
    was_shut: Cell<bool>,
}

impl Exit {
    pub fn new(watched: Watched) -> Exit {
        Exit { watched, pen: Pen::default(), pass: Cell::new(None), was_shut: Cell::new(false) }
    }

    /// The sender turns to a claim.
    pub fn take_up(&self, job: &Job) {
        self.pass.set(Some(Pass {
            lane: job.lane,
            term: job.term,
            probes_until: job.claim.probe().map(|_| job.claimed_at.saturating_add(PROBE_LEASE)),
            expires_at: job.expires_at(),
        }));
        self.was_shut.set(false);
        self.pen.take_up(job.seat.as_ref(), job.claim.id(), job.claim.attempt());
    }

    /// The gateway has returned, with what it read.
    pub fn put_down(&self, reply: &Reply) {
        self.pen.put_down(reply);
    }

    /// Whether the claim in hand may leave, but for its own time. A probe that has lain here for so long that others may have made
    /// another is none any more.
    pub fn is_open(&self, now: Duration) -> bool {
        let Some(pass) = self.pass.get() else { return false };
        let is_probe = pass.probes_until.is_some_and(|until| now < until);
        self.watched.lease.covers(pass.term, now) && self.watched.taps[pass.lane].lets_out(is_probe, now)
    }

    /// Whether a request of the claim in hand left, or may have.
    pub fn has_left(&self) -> bool {
        self.pen.has_left()
    }

    /// Whether the claim in hand was about to leave, and kept back: nothing of it is out.
    pub fn was_shut(&self) -> bool {
        self.was_shut.get()
    }
}

impl Departure for Exit {
    /// # Errors
    /// It may not leave any more, or cannot be put on record. The word is that of a process which is short of something: nobody was
    /// asked.
    fn leaving(&self) -> io::Result<()> {
        let now = boottime();
        let is_over = self.pass.get().and_then(|pass| pass.expires_at).is_some_and(|at| now >= at);
        if is_over || !self.is_open(now) {
            self.was_shut.set(true);
            return Err(Errno::AGAIN.into());
        }
        self.pen.leaving()
    }
}
