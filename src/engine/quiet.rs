//! What the dispatcher does about lanes that are to be quiet: closed by themselves, or paused by somebody.

use std::time::Duration;

use super::dispatcher::Dispatcher;
use super::events::{Event, LaneWhy};
use super::lanes::{Share, why};
use super::lease::boottime;
use crate::queue::LaneWord;
use crate::store::{Barrier, Exchange, Result};

/// How often orders for lanes are looked for while claims are out.
const ORDERS_EVERY: Duration = Duration::from_secs(1);

impl Dispatcher<'_> {
    /// What an attempt of this process said about a lane is written now.
    pub(super) fn heed_word(&mut self, lane: usize, word: &LaneWord, probe: Option<u32>) {
        match word {
            LaneWord::Close { reason, span, error } => {
                self.timers.await_lane(*span);
                let rests = probe.unwrap_or(0).saturating_add(1);
                let barrier = Barrier { reason: Some(*reason), opens_in: Some(*span), rests, is_probed: false };
                if self.lanes.shut(lane, barrier, boottime()) {
                    let (why, span) = (LaneWhy::Closed(*reason), Some(*span));
                    self.observer.observe(&Event::LaneClosed { lane: self.lanes.name(lane), why, span, error });
                }
            }
            LaneWord::Open => self.open_lane(lane),
            LaneWord::ProbeAgain => self.timers.await_lane(Duration::ZERO),
        }
    }

    /// What the exchange says about the lanes that were wanted: those that it does not name are open.
    pub(super) fn heed_barriers(&mut self, shares: &[Share], exchange: &Exchange) {
        if exchange.is_disowned {
            // It looked at none of them: another process took this one for dead.
            self.timers.heartbeat_at = Duration::ZERO;
            return;
        }
        for share in shares {
            let name = self.lanes.name(share.lane);
            match exchange.shut.iter().find(|shut| shut.lane == name) {
                Some(shut) => self.shut_lane(share.lane, shut.barrier),
                None => self.open_lane(share.lane),
            }
        }
    }

    /// Claims that have not left must not outlive a pause, however long all senders are busy, or wait for connections.
    pub(super) fn heed_orders(&mut self) -> Result<()> {
        let now = boottime();
        if self.in_flight == 0 || now < self.timers.orders_at {
            return Ok(());
        }
        self.timers.orders_at = now + ORDERS_EVERY;
        for status in self.store.lanes()? {
            if let Some(lane) = self.lanes.named(&status.lane)
                && status.pause.is_some()
            {
                self.shut_lane(lane, Barrier { reason: None, opens_in: None, rests: 0, is_probed: false });
            }
        }
        Ok(())
    }

    fn shut_lane(&mut self, lane: usize, barrier: Barrier) {
        let span = barrier.opens_in;
        let (tap, is_pause) = (&self.floor.watched.taps[lane], barrier.reason.is_none());
        tap.pause(is_pause);
        tap.close(span.map_or(Duration::MAX, |span| boottime().saturating_add(span)));
        self.recall_lane(lane, is_pause);
        if self.lanes.shut(lane, barrier, boottime()) {
            let lane = self.lanes.name(lane);
            self.observer.observe(&Event::LaneClosed { lane, why: why(barrier), span, error: "" });
        }
    }

    fn open_lane(&mut self, lane: usize) {
        self.floor.watched.taps[lane].open(self.timers.collected_at);
        if self.lanes.opened(lane) {
            self.observer.observe(&Event::LaneOpened { lane: self.lanes.name(lane) });
        }
    }

    /// Takes back what no sender took yet; its attempt is not spent.
    pub(super) fn recall(&mut self) {
        while let Ok(job) = self.desk.unsent.try_recv() {
            self.take(job.give_back());
        }
    }

    /// Takes back what no sender took yet of a lane; their attempts are not spent. What is to try a closed lane stays, but for a
    /// pause.
    fn recall_lane(&mut self, lane: usize, is_pause: bool) {
        let mut others = Vec::new();
        while let Ok(job) = self.desk.unsent.try_recv() {
            if job.lane == lane && (is_pause || job.claim.probe().is_none()) {
                self.take(job.give_back());
            } else {
                others.push(job);
            }
        }
        for job in others {
            if let Err(refused) = self.desk.jobs.try_send(job) {
                // They had room before.
                self.take(refused.into_inner().give_back());
            }
        }
    }
}
