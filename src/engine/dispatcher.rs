//! The dispatcher: the one thread that talks to the store.

use std::cell::RefCell;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::EngineError;
use super::audit::Hands;
use super::coroner::Watch;
use super::events::{Ending, Event, Observer, Summary};
use super::flight::{self, Seats};
use super::lanes::{Lanes, Share};
use super::lease::boottime;
use super::outbox::{Ended, Outage, Outbox};
use super::plan::Plan;
use super::refused::Refused;
use super::sender::{Floor, Job, Report};
use super::shortage::Shortage;
use super::stock::Stock;
use super::upkeep::{self, Timers};
use crate::queue::{Fate, LaneWord, WorkerId};
use crate::store::{Exchange, Result, Settled, Settlement, Store, StoreError, Turn};

/// The dispatcher's ends of the channels.
pub(super) struct Desk {
    pub jobs: Sender<Job>,
    /// The senders' end, to take back what no sender took.
    pub unsent: Receiver<Job>,
    pub reports: Receiver<Report>,
    /// How many senders work; in a shortage the others sit out, until they are called.
    pub senders: usize,
    pub recall: Sender<()>,
    pub shortage: Option<Shortage>,
}

/// A run under way.
pub(super) struct Dispatcher<'a> {
    pub(super) plan: &'a Plan,
    pub(super) store: &'a dyn Store,
    pub(super) floor: &'a Floor<'a>,
    pub(super) observer: &'a dyn Observer,
    pub(super) worker: WorkerId,
    /// `None`: there is no flight log.
    pub(super) seats: Option<Seats>,
    pub(super) lanes: Lanes<'a>,
    pub(super) outbox: Outbox,
    pub(super) refused: Refused,
    pub(super) outage: Option<Outage>,
    pub(super) timers: Timers,
    pub(super) watch: RefCell<Watch>,
    /// Rings when others write to the database; and who rings it, of whom there is always one.
    others: (Sender<()>, Receiver<()>),
    pub(super) summary: Summary,
    pub(super) desk: Desk,
    /// Claims that are with senders, or on their way there.
    pub(super) in_flight: usize,
    /// The tasks of all claims whose end is not written yet.
    pub(super) hands: Hands,
    pub(super) stock: Stock,
    ready: bool,
    pub(super) drained: bool,
    /// The last turn asked for claims.
    has_asked: bool,
    /// A log of the database that is longer than this is news.
    pub(super) log_told: u64,
    /// Since when a drain has found pending tasks that nobody hands out (boot time).
    pub(super) hidden_since: Option<Duration>,
    /// When a stop is over, reckoned from when it was asked for, and whether that has been told.
    pub(super) grace: Option<(Duration, bool)>,
}

impl<'a> Dispatcher<'a> {
    /// Registers the process. `None`: it was asked to stop before the database could be written.
    pub fn begin(
        plan: &'a Plan,
        store: &'a dyn Store,
        floor: &'a Floor<'a>,
        observer: &'a dyn Observer,
        desk: Desk,
    ) -> std::result::Result<Option<Dispatcher<'a>>, EngineError> {
        let lanes = Lanes::new(plan);
        let Some((worker, now)) = upkeep::register(plan, store, floor.stop, observer)? else { return Ok(None) };
        floor.watched.lease.renew(now + crate::store::LEASE);
        observer.observe(&Event::Started { worker, senders: desk.senders, lanes: &lanes.names() });
        let seats = flight::begin_log(plan, worker, observer);
        let others = bounded(1);
        store.listen(others.0.clone());
        Ok(Some(Dispatcher {
            plan,
            store,
            floor,
            observer,
            worker,
            seats,
            lanes,
            outbox: Outbox::default(),
            refused: Refused::default(),
            outage: None,
            timers: Timers::begin(now, store.polling()),
            watch: RefCell::default(),
            others,
            summary: Summary::default(),
            desk,
            in_flight: 0,
            hands: Hands::default(),
            stock: Stock::begin(now),
            ready: false,
            drained: false,
            has_asked: false,
            log_told: upkeep::LONG_LOG,
            hidden_since: None,
            grace: None,
        }))
    }

    /// Turn after turn, until something ends the run.
    pub fn run(mut self) -> std::result::Result<Summary, EngineError> {
        self.tell_unserved();
        self.tell_long_log();
        loop {
            match self.turn().or_else(|error| self.sort_out(error)) {
                Ok(()) => {}
                Err(error) if error.is_transient() => {
                    if let Some(error) = self.go_without(error) {
                        return Err(error);
                    }
                }
                Err(error) => return Err(self.give_up(error)),
            }
            if self.is_over() {
                return self.finish();
            }
            self.tell_grace();
            self.tell_beat();
            self.wait();
        }
    }

    /// What happens in a turn, step by step.
    fn turn(&mut self) -> Result<()> {
        self.collect();
        self.heed_stop();
        if self.is_waiting_for_database() {
            return Ok(());
        }
        self.keep_alive()?;
        self.try_refused()?;
        self.heed_orders()?;
        let mut shares = self.shares()?;
        if !shares.is_empty() && !self.may_ask() {
            shares.clear();
            self.work_without_log()?;
        }
        self.has_asked = !shares.is_empty();
        if !shares.is_empty() || !self.outbox.is_empty() {
            let exchange = self.exchange(&shares)?;
            self.account(&exchange);
            self.heed_barriers(&shares, &exchange);
            self.hand_out(&shares, exchange);
            self.look_for_the_end()?;
        }
        self.tell_database_back();
        Ok(())
    }

    /// Takes in what senders have finished.
    fn collect(&mut self) {
        self.timers.collected_at = boottime();
        while let Ok(report) = self.desk.reports.try_recv() {
            self.take(report);
        }
    }

    pub(super) fn take(&mut self, report: Report) {
        self.in_flight -= 1;
        if let Some(place) = &report.panic {
            let task = report.settlement.claim().id();
            self.observer.observe(&Event::SenderPanicked { task, lane: self.lanes.name(report.lane), place });
        }
        self.heed_starvation(&report);
        let tap = &self.floor.watched.taps[report.lane];
        let outbox = &mut self.outbox;
        self.lanes.returned(report, fastrand::f64(), &mut |report| {
            if let Some(LaneWord::Close { span, .. }) = report.settlement.word() {
                // Before it is written: what is out already must not follow.
                let now = boottime();
                tap.close_by_answer(now, now + *span);
            }
            outbox.push(report);
        });
    }

    /// Whether the run has lasted as long as it may.
    fn is_time_over(&self) -> bool {
        self.plan.until.elapsed.is_some_and(|span| boottime() >= self.timers.started + span)
    }

    fn heed_stop(&mut self) {
        if self.is_time_over() {
            self.floor.stop.ask();
        }
        if self.floor.stop.is_asked() && self.grace.is_none() {
            self.recall();
            self.grace = Some((boottime() + self.floor.stop.left(self.plan.shutdown_grace), false));
            self.observer.observe(&Event::Stopping { on_the_wire: self.in_flight });
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.grace.is_some()
    }

    /// What each lane is asked for: free senders and spares, shared among the lanes that may have something.
    fn shares(&mut self) -> Result<Vec<Share>> {
        let free = self.free();
        if free == 0 {
            return Ok(Vec::new());
        }
        let is_quiet = self.outbox.is_empty() && !self.lanes.any_open(boottime());
        if self.timers.is_probe_due(self.store, is_quiet)? {
            self.lanes.open_all();
            self.lanes.learn_task_funcs(self.store)?;
        }
        let idle = self.desk.senders.saturating_sub(self.in_flight).min(free);
        Ok(self.lanes.shares(idle, free - idle, boottime()))
    }

    /// How many claims could be used at once.
    fn free(&self) -> usize {
        if self.is_stopping() || self.drained {
            return 0;
        }
        let idle = (self.desk.senders + self.stock.wanted).saturating_sub(self.in_flight);
        let left = self.plan.until.tasks_max.map_or(u64::MAX, |max| max.saturating_sub(self.summary.claimed));
        idle.min(usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Outcomes in, claims out, in one transaction. The outbox keeps its outcomes if it fails.
    pub(super) fn exchange(&mut self, shares: &[Share]) -> Result<Exchange> {
        let wanted = self.lanes.wanted(shares);
        let turn = Turn { worker: self.worker, settlements: self.outbox.settlements(), wanted: &wanted };
        self.timers.asked_at = boottime();
        let exchange = self.store.exchange(&turn)?;
        self.plan_stock();
        if !self.ready {
            self.ready = true;
            self.observer.observe(&Event::Ready);
        }
        Ok(exchange)
    }

    /// Counts and tells what is written now.
    pub(super) fn account(&mut self, exchange: &Exchange) {
        self.timers.expect(exchange.next_due);
        self.timers.awaits_lane |= exchange.awaits_lane;
        self.summary.dead_lettered += exchange.dead_lettered;
        if exchange.expired > 0 {
            self.observer.observe(&Event::Expired { tasks: exchange.expired });
        }
        for ((settlement, Ended { lane, ending, seat, .. }), settled) in self.outbox.take().zip(&exchange.settled) {
            self.vacate(seat);
            self.hands.lay_down(settlement.claim().id());
            match settled {
                Settled::Done => self.account_done(&settlement, lane, &ending),
                Settled::Lost => self.account_lost(&settlement, lane, &ending),
            }
        }
    }

    fn account_done(&mut self, settlement: &Settlement, lane: usize, ending: &Ending) {
        self.summary.count(ending);
        let claim = settlement.claim();
        if let Fate::Retry { after, .. } = settlement.fate() {
            self.timers.expect(Some(*after));
        }
        self.lanes.note_end(lane, settlement);
        let dead_letter = matches!(settlement.fate(), Fate::Dead { .. });
        let (task, attempt, name) = (claim.id(), claim.attempt(), self.lanes.name(lane));
        self.observer.observe(&Event::Settled { task, attempt, lane: name, ending, dead_letter });
        if let Some(word) = settlement.word() {
            self.heed_word(lane, word, claim.probe());
        }
    }

    fn account_lost(&mut self, settlement: &Settlement, lane: usize, ending: &Ending) {
        self.summary.lost += 1;
        let claim = settlement.claim();
        let lane = self.lanes.name(lane);
        self.observer.observe(&Event::Lost { task: claim.id(), attempt: claim.attempt(), lane, ending });
        // Perhaps the whole process was declared dead: ask before anything else leaves.
        self.timers.heartbeat_at = Duration::ZERO;
    }

    fn is_over(&self) -> bool {
        let is_done = self.plan.until.tasks_max.is_some_and(|max| self.summary.claimed >= max);
        let is_idle = self.in_flight == 0 && self.outbox.is_empty();
        is_idle && (self.is_stopping() || is_done || self.drained)
    }

    /// Sleeps until a sender reports, somebody asks to stop, or the next thing is due.
    fn wait(&mut self) {
        if self.put_off() {
            return;
        }
        let rest = self.rest();
        if rest.is_zero() {
            return;
        }
        select! {
            recv(self.desk.reports) -> report => {
                if let Ok(report) = report {
                    self.take(report);
                }
            }
            recv(self.floor.stop.bell()) -> _ => {}
            recv(self.others.1) -> _ => self.timers.heard(),
            default(rest) => {}
        }
    }

    fn rest(&self) -> Duration {
        /// The watchdog of a supervisor is fed, and a clock that jumped is noticed, at least this often.
        const REST_MAX: Duration = Duration::from_secs(1);
        let can_claim = self.free() > 0;
        let until = match self.outage {
            Some(outage) => outage.retry_at,
            // Where there was nothing to ask for, because all that lies ready waits for senders that wait, one of these comes first.
            None if !self.outbox.is_empty() || (self.has_asked && can_claim && self.lanes.any_open(boottime())) => {
                return Duration::ZERO;
            }
            None => self.timers.next(can_claim),
        };
        let ends = self.plan.until.elapsed.filter(|_| !self.is_stopping()).map(|span| self.timers.started + span);
        let grace = self.grace.filter(|(_, told)| !told).map(|(ends_at, _)| ends_at);
        let until = [ends, grace].into_iter().flatten().fold(until, Duration::min);
        until.saturating_sub(boottime()).min(REST_MAX)
    }

    fn tell_beat(&mut self) {
        self.summary.timed(boottime().saturating_sub(self.timers.started));
        self.observer.beat(&self.summary, self.in_flight);
        self.tell_log_lost();
    }

    pub(super) fn is_idle(&self) -> bool {
        self.in_flight == 0
    }

    /// The orderly end.
    fn finish(mut self) -> std::result::Result<Summary, EngineError> {
        if self.plan.until.drained && !self.drained && self.is_time_over() {
            self.leave_shut();
        }
        if self.summary.lost > 0 {
            // What another program left under this worker's name would wait for the next one. That one looks, too.
            let _ = self.audit();
        }
        let left = self.try_refused_at_last();
        // A goodbye that cannot be written changes nothing: the row is found dead later. If claims stand in it that nobody got to
        // see, because the answer of their turn was lost, the log tells then that they never left. So it does where an end was
        // refused: that worker says no goodbye.
        if left.is_none() && self.store.retire(self.worker).is_ok() {
            self.end_log(self.worker);
        }
        self.tell_beat();
        self.observer.observe(&Event::Stopped { summary: &self.summary });
        match left {
            Some(source) => Err(self.unwritten(source)),
            None => Ok(self.summary),
        }
    }

    /// The store failed for good: lets the senders finish, tries once more to write what they brought, and ends.
    fn give_up(mut self, source: StoreError) -> EngineError {
        self.floor.stop.ask();
        self.recall();
        while self.in_flight > 0 {
            if let Ok(report) = self.desk.reports.recv_timeout(Duration::from_secs(1)) {
                self.take(report);
            }
            self.tell_beat();
        }
        if !self.outbox.is_empty() {
            match self.exchange(&[]) {
                Ok(exchange) => self.account(&exchange),
                // Those of them that can be written are.
                Err(error) => drop(self.sort_out(error)),
            }
        }
        self.unwritten(source)
    }

    fn unwritten(&self, source: StoreError) -> EngineError {
        EngineError::Store { source, unwritten: self.outbox.len() + self.refused.len(), logged: self.has_log() }
    }
}
