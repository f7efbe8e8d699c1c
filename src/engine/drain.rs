//! How a drain ends: when nothing that can be sent is left, and with a word about what is left for other reasons.

use std::time::Duration;

use super::dispatcher::Dispatcher;
use super::events::{Event, Left};
use super::lanes::Backlog;
use super::lease::boottime;
use crate::store::Result;

impl Dispatcher<'_> {
    /// A drain ends when nothing that can be sent is pending or in flight.
    pub(super) fn look_for_the_end(&mut self) -> Result<()> {
        /// How long tasks may be pending that nobody hands out: others may be about to claim them, on a server that is slow.
        const HIDDEN_MAX: Duration = Duration::from_secs(10);
        const LOOK_EVERY: Duration = Duration::from_millis(100);
        let now = boottime();
        // What a worker holds that stopped may be given back, or become due.
        let waits = self.lanes.any_hope(now) || self.watch.borrow().is_undecided();
        let busy = self.in_flight > 0 || !self.outbox.is_empty() || waits;
        if !self.plan.until.drained || busy || self.drained {
            return Ok(());
        }
        let pending = self.pending()?;
        let waiting = (0..pending.len()).filter(|lane| pending[*lane] > 0).collect::<Vec<_>>();
        let hopeful = waiting.iter().any(|lane| !self.lanes.is_blocked(*lane, now));
        if hopeful && self.timers.awaits_lane {
            return Ok(());
        }
        if hopeful && now < *self.hidden_since.get_or_insert(now) + HIDDEN_MAX {
            self.timers.expect(Some(LOOK_EVERY));
            return Ok(());
        }
        for lane in waiting {
            self.leave(lane, pending[lane]);
        }
        self.drained = true;
        Ok(())
    }

    /// The time of a drain is over: what waits on lanes that are shut is left. A database that does not say how much that is leaves
    /// it untold.
    pub(super) fn leave_shut(&mut self) {
        let Ok(pending) = self.pending() else { return };
        for (lane, pending) in pending.into_iter().enumerate() {
            if pending > 0 && self.lanes.why_shut(lane).is_some() {
                self.leave(lane, pending);
            }
        }
    }

    /// What a drain would send, by lane.
    fn pending(&self) -> Result<Vec<u64>> {
        let Backlog { served, deferred, .. } = self.lanes.backlog(self.store)?;
        let waiting = served.into_iter().zip(deferred).enumerate();
        Ok(waiting.map(|(lane, (pending, deferred))| pending + self.lanes.put_off(lane, deferred)).collect())
    }

    /// The drain ends without what waits on this lane.
    fn leave(&mut self, lane: usize, pending: u64) {
        let left = Left { lane: self.lanes.name(lane).to_owned(), pending, why: self.lanes.why_shut(lane) };
        self.observer.observe(&Event::DrainLeft { left: &left });
        self.summary.waiting += pending;
        self.summary.left.push(left);
    }
}
