//! What the dispatcher does beside its turns: heartbeats, the search for the dead, and outages of the database.

use std::time::Duration;

use super::EngineError;
use super::coroner::Judge;
use super::dispatcher::Dispatcher;
use super::events::{Event, Observer};
use super::lease::boottime;
use super::outbox::Outage;
use super::plan::Plan;
use super::stop::Stop;
use crate::queue::WorkerId;
use crate::store::{LEASE, Polling, Result, Settled, Store, StoreError};

/// How often the process says that it lives.
pub(super) const HEARTBEAT_EVERY: Duration = Duration::from_secs(5);
/// How often dead workers are looked for, and rows that are this one's by mistake.
const RECOVER_EVERY: Duration = Duration::from_secs(5);
/// How often every lane is asked, whatever is known about it.
const PROBE_EVERY: Duration = Duration::from_secs(1);
/// A log of the database that is longer than this, in bytes, is told: twice what it is cut back to.
pub(super) const LONG_LOG: u64 = 128 * 1024 * 1024;

/// When something is due, in boot time.
pub(super) struct Timers {
    pub started: Duration,
    /// When the turn under way began to take in what has come home.
    pub collected_at: Duration,
    /// When the exchange under way, or the last one, began.
    pub asked_at: Duration,
    pub heartbeat_at: Duration,
    /// When the last heartbeat was written.
    beaten_at: Duration,
    recover_at: Duration,
    /// What dead workers left on this host was looked through once.
    tidied: bool,
    /// When orders for lanes are looked for.
    pub orders_at: Duration,
    probe_at: Duration,
    poll_at: Duration,
    poll_every: Duration,
    /// How often the store may be asked whether it has changed.
    polling: Polling,
    /// When something that is known could be claimed.
    due_at: Option<Duration>,
    /// A lane gives more by then or later, for which messages wait.
    pub awaits_lane: bool,
}

impl Timers {
    pub fn begin(now: Duration, polling: Polling) -> Timers {
        Timers {
            started: now,
            collected_at: now,
            asked_at: now,
            heartbeat_at: now + HEARTBEAT_EVERY,
            beaten_at: now,
            recover_at: now,
            tidied: false,
            orders_at: now,
            probe_at: now,
            poll_at: now,
            poll_every: polling.min,
            polling,
            due_at: None,
            awaits_lane: false,
        }
    }

    /// Something can be claimed `span` after the exchange under way began.
    pub fn expect(&mut self, span: Option<Duration>) {
        /// A store that says "at once" is not asked in a circle.
        const SPAN_MIN: Duration = Duration::from_millis(1);
        if let Some(span) = span {
            let at = self.asked_at.saturating_add(span.max(SPAN_MIN));
            self.due_at = Some(self.due_at.map_or(at, |due| due.min(at)));
        }
    }

    /// A heartbeat was written. If it came late, others may be late for the same reason, a database that was away for all:
    /// they get the time to write theirs before anybody judges them by it.
    pub fn beaten(&mut self, now: Duration) {
        const LATE: Duration = Duration::from_secs(15);
        const PATIENCE: Duration = Duration::from_secs(10);
        if now.saturating_sub(self.beaten_at) > LATE {
            self.recover_at = self.recover_at.max(now + PATIENCE);
        }
        self.beaten_at = now;
        self.heartbeat_at = now + HEARTBEAT_EVERY;
    }

    /// As `expect`, of a lane that gives nothing until then although messages wait for it.
    pub fn await_lane(&mut self, span: Duration) {
        self.awaits_lane = true;
        self.expect(Some(span));
    }

    pub fn probe_now(&mut self) {
        self.probe_at = Duration::ZERO;
    }

    /// Work came in: more may follow.
    pub fn poll_soon(&mut self) {
        self.poll_every = self.polling.min;
    }

    /// Somebody writes to the database: what it is shows a little later, and sooner than more work follows on work.
    pub fn heard(&mut self) {
        self.poll_at = Duration::ZERO;
        self.poll_every = self.polling.min / 2;
    }

    /// Whether every lane should be asked: something is due, another process changed the database, or it is time. `listens`: nothing is
    /// going on that would ring the bell.
    pub fn is_probe_due(&mut self, store: &dyn Store, listens: bool) -> Result<bool> {
        let now = boottime();
        let mut due = now >= self.probe_at || self.due_at.is_some_and(|due_at| now >= due_at);
        if now >= self.poll_at {
            // In this order: what is written between the two rings, and what was written before shows.
            let is_armed = listens && store.arm();
            let changed = store.changed()?;
            let Polling { min, max, max_with_bell } = self.polling;
            let max = if is_armed { max_with_bell } else { max };
            self.poll_every = if changed { min } else { (self.poll_every * 5 / 4).min(max) };
            self.poll_at = now + self.poll_every;
            due |= changed;
        }
        if due {
            self.probe_at = now + PROBE_EVERY;
            self.due_at = None;
            self.awaits_lane = false;
        }
        Ok(due)
    }

    /// When the next thing is due; polls and probes count only for who can claim.
    pub fn next(&self, can_claim: bool) -> Duration {
        let upkeep = self.heartbeat_at.min(self.recover_at);
        if !can_claim {
            return upkeep;
        }
        self.due_at.into_iter().fold(upkeep.min(self.probe_at).min(self.poll_at), Duration::min)
    }
}

/// Registers the process, as soon as the database can be written: it may be full at the start as well as later; and the boot time at
/// which that was begun, for the row may be as old. `None`: it was asked to stop before that.
pub(super) fn register(
    plan: &Plan,
    store: &dyn Store,
    stop: &Stop,
    observer: &dyn Observer,
) -> std::result::Result<Option<(WorkerId, Duration)>, EngineError> {
    let mut outage: Option<Outage> = None;
    loop {
        let began = boottime();
        let source = match store.register(&plan.worker) {
            Ok(worker) => {
                tell_back(outage, observer);
                return Ok(Some((worker, began)));
            }
            Err(source) => source,
        };
        let now = boottime();
        let away = outage.map_or(Duration::ZERO, |outage| now.saturating_sub(outage.since));
        let may_wait = plan.outage_max.is_none_or(|most| away < most);
        if !(source.is_crowded() && may_wait) {
            return Err(EngineError::Store { source, unwritten: 0, logged: false });
        }
        if stop.is_asked() {
            return Ok(None);
        }
        let retry_at = go_away(&mut outage, &source, observer).retry_at;
        // A stop is seen after the next try.
        let _ = stop.bell().recv_timeout(retry_at.saturating_sub(now));
    }
}

/// The database could not be written: an outage begins, which is told, or goes on.
fn go_away(outage: &mut Option<Outage>, error: &StoreError, observer: &dyn Observer) -> Outage {
    let (now, jitter) = (boottime(), fastrand::f64());
    match outage {
        Some(outage) => outage.go_on(now, jitter),
        None => observer.observe(&Event::DatabaseAway { error }),
    }
    *outage.get_or_insert_with(|| Outage::begin(now, jitter))
}

fn tell_back(outage: Option<Outage>, observer: &dyn Observer) {
    if let Some(outage) = outage {
        observer.observe(&Event::DatabaseBack { after: boottime().saturating_sub(outage.since) });
    }
}

impl Dispatcher<'_> {
    /// Heartbeat and recovery, when they are due. A lease that has run out comes before everything else: until it is
    /// renewed no sender sends.
    pub(super) fn keep_alive(&mut self) -> Result<()> {
        let now = boottime();
        self.work_with_more(now);
        if now >= self.timers.heartbeat_at || !self.floor.watched.lease.holds(now) {
            self.write_heartbeat(now)?;
        }
        if now >= self.timers.recover_at {
            self.recover()?;
            self.audit()?;
            self.timers.recover_at = now + RECOVER_EVERY;
        }
        Ok(())
    }

    fn write_heartbeat(&mut self, now: Duration) -> Result<()> {
        match self.store.heartbeat(self.worker)? {
            Settled::Done => {}
            Settled::Lost => self.register_anew()?,
        }
        self.floor.watched.lease.renew(now + LEASE);
        self.timers.beaten(now);
        self.heed_log();
        self.tell_long_log();
        Ok(())
    }

    /// While somebody reads in one transaction, the log of a file only grows, and in the end it fills the disk. That is told
    /// while there is time, and again when it has doubled.
    pub(super) fn tell_long_log(&mut self) {
        let bytes = self.store.counters().log_bytes;
        if bytes > self.log_told {
            self.observer.observe(&Event::LongLog { bytes });
            self.log_told = bytes.saturating_mul(2);
        } else if bytes <= LONG_LOG {
            self.log_told = LONG_LOG;
        }
    }

    /// Others took this process for dead. What it claimed is no longer its own: nothing of it may leave any more, and what
    /// is on the wire will come home to a lost claim.
    fn register_anew(&mut self) -> Result<()> {
        self.floor.watched.lease.begin_term();
        self.recall();
        let before = self.worker;
        self.worker = self.store.register(&self.plan.worker)?;
        self.observer.observe(&Event::DeclaredDead { before, now: self.worker });
        self.begin_log_anew(before);
        Ok(())
    }

    /// The flight log can be neither written nor made void: whoever finds it would believe it. So nothing is claimed under the number of
    /// this process any more, and when it holds nothing, so that its log decides nothing, it goes on under another.
    pub(super) fn work_without_log(&mut self) -> Result<()> {
        if self.is_idle() && self.outbox.is_empty() && self.refused.len() == 0 {
            let before = self.worker;
            self.store.retire(before)?;
            self.worker = self.store.register(&self.plan.worker)?;
            self.begin_log_anew(before);
            self.timers.probe_now();
        }
        Ok(())
    }

    fn recover(&mut self) -> Result<()> {
        self.watch.borrow_mut().look(boottime());
        let judge = Judge::new(self.plan, Some(self.worker), &self.watch);
        let recovered = self.store.recover(&judge)?;
        let refused = judge.refused.take();
        self.tell_refused(refused);
        recovered.workers.iter().for_each(|worker| self.end_log(*worker));
        if !self.timers.tidied {
            self.tidy_logs()?;
            self.timers.tidied = true;
        }
        if recovered.workers.is_empty() && recovered.tasks == 0 {
            return Ok(());
        }
        self.summary.dead_lettered += recovered.dead_lettered;
        self.timers.probe_now();
        self.observer.observe(&Event::Recovered {
            workers: &recovered.workers,
            tasks: recovered.tasks,
            dead_lettered: recovered.dead_lettered,
        });
        Ok(())
    }

    pub(super) fn tell_grace(&mut self) {
        if let Some((ends_at, told)) = &mut self.grace
            && !*told
            && boottime() >= *ends_at
        {
            *told = true;
            let unwritten = self.outbox.len();
            self.observer.observe(&Event::GraceOver { on_the_wire: self.in_flight, unwritten });
        }
    }

    /// Whether a stop has had its time.
    pub(super) fn is_grace_over(&self) -> bool {
        self.grace.is_some_and(|(ends_at, _)| boottime() >= ends_at)
    }

    /// Whether the database has been away for longer than this run waits for it.
    fn is_out_of_patience(&self) -> bool {
        let away = self.outage.map(|outage| boottime().saturating_sub(outage.since));
        away.zip(self.plan.outage_max).is_some_and(|(away, max)| away >= max)
    }

    /// A stop whose grace is over does not wait for the next try.
    pub(super) fn is_waiting_for_database(&self) -> bool {
        !self.is_grace_over() && self.outage.is_some_and(|outage| boottime() < outage.retry_at)
    }

    /// Tasks that nothing serves wait for ever, unless somebody is told.
    pub(super) fn tell_unserved(&self) {
        // A warning is not worth an error: if the database is away, the first turn finds out.
        let Ok(backlog) = self.lanes.backlog(self.store) else { return };
        for (task_func, pending) in &backlog.unserved {
            self.observer.observe(&Event::Unserved { task_func, pending: *pending });
        }
    }

    /// The database cannot be written: claims stop, outcomes are kept, and it is tried again later. An error if the worker
    /// was to stop and its time is over, or if it was not to wait for so long.
    pub(super) fn go_without(&mut self, error: StoreError) -> Option<EngineError> {
        let (unwritten, logged) = (self.outbox.len() + self.refused.len(), self.has_log());
        // What was answered and stands in no log would be forgotten.
        let is_over = self.is_grace_over() || (logged && self.is_out_of_patience());
        if self.is_idle() && unwritten > 0 && is_over {
            return Some(EngineError::Unwritten { source: error, unwritten, logged });
        }
        if self.is_idle() && unwritten == 0 && self.is_out_of_patience() {
            return Some(EngineError::Store { source: error, unwritten, logged });
        }
        go_away(&mut self.outage, &error, self.observer);
        // The next try begins with a heartbeat: it shows whether the database can be written, even if nothing waits.
        self.timers.heartbeat_at = Duration::ZERO;
        None
    }

    pub(super) fn tell_database_back(&mut self) {
        tell_back(self.outage.take(), self.observer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const POLLING: Polling = Polling {
        min: Duration::from_millis(2),
        max: Duration::from_millis(15),
        max_with_bell: Duration::from_millis(250),
    };

    #[test]
    fn the_dead_are_looked_for_at_once_at_the_start() {
        assert_eq!(Timers::begin(100 * SECOND, POLLING).recover_at, 100 * SECOND);
    }

    #[test]
    fn heartbeats_in_time_leave_the_search_for_the_dead_alone() {
        let mut timers = Timers::begin(100 * SECOND, POLLING);
        timers.recover_at = 105 * SECOND;
        timers.beaten(105 * SECOND);
        timers.beaten(110 * SECOND);
        assert_eq!((timers.heartbeat_at, timers.recover_at), (115 * SECOND, 105 * SECOND));
    }

    #[test]
    fn after_an_outage_others_get_time_for_their_heartbeats() {
        let mut timers = Timers::begin(100 * SECOND, POLLING);
        timers.beaten(140 * SECOND);
        assert_eq!(timers.recover_at, 150 * SECOND);
    }

    #[test]
    fn the_earliest_of_what_is_expected_counts() {
        let mut timers = Timers::begin(100 * SECOND, POLLING);
        timers.expect(None);
        timers.expect(Some(9 * SECOND));
        timers.expect(Some(7 * SECOND));
        assert!(!timers.awaits_lane);
        timers.await_lane(8 * SECOND);
        assert_eq!((timers.due_at, timers.awaits_lane), (Some(107 * SECOND), true));
    }
}
