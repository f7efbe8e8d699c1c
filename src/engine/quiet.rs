//! What the dispatcher does about lanes that are to be quiet: closed by themselves, paused by somebody, or short of what
//! this process needs to send.

use std::time::Duration;

use super::dispatcher::Dispatcher;
use super::events::{Ending, Event, LaneWhy};
use super::lanes::{Share, why};
use super::lease::boottime;
use super::sender::Report;
use crate::queue::{LaneNotice, LaneWord, STARVED_FOR};
use crate::store::{Barrier, Exchange, Result};

/// How long fewer senders have worked without a shortage when one more is tried.
const MORE_AFTER: Duration = Duration::from_secs(60);

/// How often orders for lanes are looked for while claims are out.
const ORDERS_EVERY: Duration = Duration::from_secs(1);

/// Not all senders can work: the system lacks what they need.
pub(super) struct Shortage {
    /// How many there are.
    hired: usize,
    /// When it showed, or when one more was last tried.
    since: Duration,
    /// The fewest that the log was told of.
    told: usize,
}

impl Dispatcher<'_> {
    /// A process that is out of files, threads or ports leaves the lane alone for a moment. Others need not.
    pub(super) fn heed_starvation(&mut self, report: &Report) {
        let now = boottime();
        if report.notice == Some(LaneNotice::Starved) && self.lanes.rest(report.lane, now + STARVED_FOR, now) {
            let lane = self.lanes.name(report.lane);
            let span = Some(STARVED_FOR);
            self.observer.observe(&Event::LaneClosed { lane, why: LaneWhy::Starved, span, error: "" });
        }
        if report.notice == Some(LaneNotice::Starved) {
            self.work_with_fewer(now);
        } else if matches!(report.ending, Ending::Tried { .. }) {
            self.lanes.fed(report.lane);
        }
    }

    /// There are not files, threads or ports enough for all senders: the one that found out sits out, unless it is the last.
    fn work_with_fewer(&mut self, now: Duration) {
        let senders = self.desk.senders;
        let (hired, told) =
            self.desk.shortage.as_ref().map_or((senders, senders), |before| (before.hired, before.told));
        self.desk.senders = senders.saturating_sub(1);
        self.desk.shortage = Some(Shortage { hired, since: now, told });
        if self.desk.senders == 0 {
            self.call_one();
        }
    }

    /// The number of those that fit is told when the lane is used again. What the system lacked it may have again: after a while
    /// one more is tried, and then the next.
    pub(super) fn work_with_more(&mut self, now: Duration) {
        let Some(shortage) = &mut self.desk.shortage else { return };
        if self.desk.senders < shortage.told && !self.lanes.any_rests(now) {
            shortage.told = self.desk.senders;
            self.observer.observe(&Event::FewerConnections { senders: self.desk.senders, of: shortage.hired });
        }
        if now.saturating_sub(shortage.since) >= MORE_AFTER && self.desk.senders < shortage.hired {
            shortage.since = now;
            self.call_one();
        }
    }

    fn call_one(&mut self) {
        // There is room for a call to each of them.
        let _ = self.desk.recall.try_send(());
        self.desk.senders += 1;
    }

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
        if self.lanes.opened(lane) {
            self.floor.watched.taps[lane].open();
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
