//! The dispatcher's view of its lanes: what each holds, which may have more, and how free senders are shared among them.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use super::breaker::{Breaker, Scene};
use super::events::{Ending, LaneWhy};
use super::plan::{LaneWay, Plan};
use super::sender::Report;
use crate::queue::{ClosedReason, Fate, LaneWord, TaskId};
use crate::store::{Barrier, Result, Settlement, Store, TallyKind, Wanted};

/// One lane of this run.
struct LaneState<'a> {
    way: &'a LaneWay,
    name: String,
    /// Its own name, then the words of other programs that are routed to it.
    task_funcs: Vec<String>,
    /// Claims that are out.
    in_flight: usize,
    /// Claims that came home since the last shares.
    came_home: usize,
    /// The last exchange may have left some: worth asking again at once.
    open: bool,
    /// It is paused or closed, as far as this process knows.
    barrier: Option<Barrier>,
    /// This process is short of what it needs to send; it asks again then (boot time).
    rests_until: Option<Duration>,
    /// When that showed first and last, since something left (boot time).
    starved: Option<(Duration, Duration)>,
    /// Since when this process has found that somebody tries the way (boot time).
    probed_since: Option<Duration>,
    /// Since when every answer has asked for patience (boot time).
    throttled_since: Option<Duration>,
    /// Tasks of this run that closed the lane, and wait to be tried again.
    put_off: BTreeSet<TaskId>,
    breaker: Breaker,
}

impl LaneState<'_> {
    fn rests(&self, now: Duration) -> bool {
        self.rests_until.is_some_and(|until| now < until)
    }

    /// Whether what this process lacks does not come back.
    fn starves(&self) -> bool {
        /// As long as a drain waits for a gateway that starts anew.
        const PATIENCE: Duration = Duration::from_secs(15);
        self.starved.is_some_and(|(first, last)| last.saturating_sub(first) > PATIENCE)
    }
}

/// The lanes of this run, in the order of the plan.
pub(super) struct Lanes<'a> {
    plan: &'a Plan,
    states: Vec<LaneState<'a>>,
    /// The words of other programs that were looked at: there may be thousands, and they are asked for every second.
    seen: HashSet<String>,
}

/// What a lane is asked for in one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub lane: usize,
    pub count: usize,
}

impl<'a> Lanes<'a> {
    pub fn new(plan: &'a Plan) -> Lanes<'a> {
        let states = plan.ways.iter().map(|way| {
            let name = way.lane.to_string();
            LaneState {
                way,
                task_funcs: vec![name.clone()],
                name,
                in_flight: 0,
                came_home: 0,
                open: true,
                barrier: None,
                rests_until: None,
                starved: None,
                probed_since: None,
                throttled_since: None,
                put_off: BTreeSet::new(),
                breaker: Breaker::default(),
            }
        });
        Lanes { plan, states: states.collect(), seen: plan.ways.iter().map(|way| way.lane.to_string()).collect() }
    }

    pub fn names(&self) -> Vec<String> {
        self.states.iter().map(|state| state.name.clone()).collect()
    }

    pub fn name(&self, lane: usize) -> &str {
        &self.states[lane].name
    }

    pub fn took(&mut self, lane: usize) {
        self.states[lane].in_flight += 1;
    }

    /// A claim came home. What has its fate now is handed on: perhaps not this one, and perhaps others with it.
    pub fn returned(&mut self, report: Report, jitter: f64, hand_on: &mut dyn FnMut(Report)) {
        let state = &mut self.states[report.lane];
        state.in_flight -= 1;
        state.came_home += 1;
        if matches!(report.ending, Ending::Tried { .. }) && report.notice.is_none() {
            state.throttled_since = None;
        }
        let scene = Scene { in_flight: state.in_flight, senders: self.plan.senders, rests: self.plan.rests, jitter };
        state.breaker.judge(report, scene, hand_on);
    }

    /// Every lane may have something: the database changed, or something became due.
    pub fn open_all(&mut self) {
        for state in &mut self.states {
            state.open = true;
        }
    }

    /// A lane that brought less than it was asked for has no more for now.
    pub fn note_answer(&mut self, share: Share, brought: usize) {
        self.states[share.lane].open = brought >= share.count;
    }

    pub fn any_open(&self, now: Duration) -> bool {
        self.states.iter().any(|state| state.open && !state.rests(now))
    }

    pub fn any_rests(&self, now: Duration) -> bool {
        self.states.iter().any(|state| state.rests(now))
    }

    /// This process leaves the lane alone until then (boot time); whether that is news.
    pub fn rest(&mut self, lane: usize, until: Duration, now: Duration) -> bool {
        let state = &mut self.states[lane];
        state.starved = Some((state.starved.map_or(now, |(first, _)| first), now));
        !state.rests(now) | state.rests_until.replace(until).is_none()
    }

    /// Something has left by the lane: there was all that it takes.
    pub fn fed(&mut self, lane: usize) {
        self.states[lane].starved = None;
    }

    /// Whether a lane may have something for a drain that waits.
    pub fn any_hope(&self, now: Duration) -> bool {
        self.states.iter().any(|state| (state.open || state.rests(now)) && !state.starves())
    }

    /// Shares claims for `idle` senders, and `spares` for those that will soon be idle, among the open lanes, those that hold least
    /// first: a lane whose gateway is slow keeps what it has, and cannot take what others could use.
    pub fn shares(&mut self, idle: usize, spares: usize, now: Duration) -> Vec<Share> {
        let load = |state: &mut LaneState<'_>| {
            let came_home = std::mem::take(&mut state.came_home);
            (state.open && !state.rests(now)).then_some(Load { in_flight: state.in_flight, came_home })
        };
        let loads = self.states.iter_mut().map(load).collect::<Vec<_>>();
        let counts = deal(idle, spares, &loads);
        let shares = counts.into_iter().enumerate().map(|(lane, count)| Share { lane, count });
        shares.filter(|share| share.count > 0).collect()
    }

    /// The shares, in the words of the store.
    pub fn wanted(&self, shares: &[Share]) -> Vec<Wanted<'_>> {
        let want = |share: &Share| {
            let state = &self.states[share.lane];
            Wanted { lane: &state.name, task_funcs: &state.task_funcs, count: share.count, rate: state.way.rate }
        };
        shares.iter().map(want).collect()
    }

    /// Learns which words of other programs the queue holds.
    pub fn learn_task_funcs(&mut self, store: &dyn Store) -> Result<()> {
        for tally in store.tallies(TallyKind::Lane)? {
            if self.seen.contains(&tally.name) {
                continue;
            }
            if let Some(lane) = self.serving(&tally.name) {
                self.states[lane].task_funcs.push(tally.name.clone());
            }
            self.seen.insert(tally.name);
        }
        Ok(())
    }

    /// Pending tasks, by the lane of this run that serves them, or by their word if no lane of the settings does.
    pub fn backlog(&self, store: &dyn Store) -> Result<Backlog> {
        let nothing = vec![0; self.states.len()];
        let mut backlog = Backlog { served: nothing.clone(), deferred: nothing, unserved: Vec::new() };
        for tally in store.tallies(TallyKind::Lane)? {
            let pending = tally.get("pending");
            if let Some(lane) = self.serving(&tally.name) {
                backlog.served[lane] += pending;
                backlog.deferred[lane] += tally.get("retryable").saturating_sub(tally.get("unknown"));
            } else if pending > 0 && self.plan.routes.lane_of(&tally.name).is_none() {
                backlog.unserved.push((tally.name, pending));
            }
        }
        Ok(backlog)
    }

    /// The lane of this run that serves `task_func`.
    fn serving(&self, task_func: &str) -> Option<usize> {
        let served = self.plan.routes.lane_of(task_func)?;
        self.states.iter().position(|state| state.way.lane == *served.lane)
    }

    /// The lane of this run with this name.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.states.iter().position(|state| state.name == name)
    }

    /// The end of a claim is written. Perhaps it closed the lane until the way has been tried, and its task waits for that.
    pub fn note_end(&mut self, lane: usize, settlement: &Settlement) {
        let closes = matches!(settlement.word(), Some(LaneWord::Close { reason, .. }) if reason.needs_probe());
        let waits = matches!(settlement.fate(), Fate::Retry { .. } | Fate::Parked { .. });
        let (task, put_off) = (settlement.claim().id(), &mut self.states[lane].put_off);
        if closes && waits {
            put_off.insert(task);
        } else {
            put_off.remove(&task);
        }
    }

    /// How many tasks wait for a lane that they found closed for its own sake, and that still is: those of this run, and what others
    /// found out that is to be tried again, of which there are `deferred`.
    pub fn put_off(&self, lane: usize, deferred: u64) -> u64 {
        let state = &self.states[lane];
        let own = state.put_off.len() as u64;
        match state.barrier.and_then(|barrier| barrier.reason) {
            // Who finds nobody there goes back to where it was.
            None | Some(ClosedReason::Throttled) => 0,
            Some(ClosedReason::Unreachable) => own,
            Some(ClosedReason::Credit | ClosedReason::Credentials | ClosedReason::Misdirected) => own.max(deferred),
        }
    }

    /// The lane is paused or closed; whether that is news.
    pub fn shut(&mut self, lane: usize, barrier: Barrier, now: Duration) -> bool {
        if barrier.reason == Some(ClosedReason::Throttled) {
            self.states[lane].throttled_since.get_or_insert(now);
        }
        let probed_since = &mut self.states[lane].probed_since;
        *probed_since = barrier.is_probed.then(|| probed_since.unwrap_or(now));
        let before = self.states[lane].barrier.replace(barrier);
        before.is_none_or(|before| before.reason != barrier.reason)
    }

    /// Claims go on; whether the lane had been paused or closed. Then it is worth asking at once.
    pub fn opened(&mut self, lane: usize) -> bool {
        let state = &mut self.states[lane];
        let was_shut = state.barrier.take().is_some();
        state.probed_since = None;
        state.open |= was_shut;
        if was_shut {
            state.put_off.clear();
        }
        was_shut
    }

    /// Why nothing goes out by the lane, as far as this process knows.
    pub fn why_shut(&self, lane: usize) -> Option<LaneWhy> {
        let state = &self.states[lane];
        state.barrier.map(why).or_else(|| state.starves().then_some(LaneWhy::Starved))
    }

    /// Whether it is of no use for a drain to wait for the lane.
    pub fn is_blocked(&self, lane: usize, now: Duration) -> bool {
        /// A gateway that starts anew is there again after the rests of a few probes: 1, 2, 4 and 8 s by default.
        const RESTS_MAX: u32 = 4;
        const SPAN_MAX: Duration = Duration::from_secs(10);
        let state = &self.states[lane];
        let is_out_of_patience = state.throttled_since.is_some_and(|since| now.saturating_sub(since) > SPAN_MAX);
        // What is kept for a probe is no rest: its answer may come any moment.
        let is_tried = state.probed_since.is_some_and(|since| now.saturating_sub(since) <= SPAN_MAX);
        let is_long = |at: Barrier| {
            at.rests > RESTS_MAX
                || (at.opens_in.is_none_or(|span| span > SPAN_MAX) && !is_tried)
                || (at.reason == Some(ClosedReason::Throttled) && is_out_of_patience)
        };
        state.starves() || state.barrier.is_some_and(is_long)
    }
}

/// Why a lane is shut.
pub(super) fn why(barrier: Barrier) -> LaneWhy {
    barrier.reason.map_or(LaneWhy::Paused, LaneWhy::Closed)
}

/// Pending tasks.
pub(super) struct Backlog {
    /// By lane of this run.
    pub served: Vec<u64>,
    /// Failed ones with attempts left that certainly did not arrive, at least so many, by lane of this run.
    pub deferred: Vec<u64>,
    /// Words that no lane of the settings serves.
    pub unserved: Vec<(String, u64)>,
}

/// What an open lane holds.
#[derive(Clone, Copy)]
struct Load {
    in_flight: usize,
    came_home: usize,
}

/// Claims for idle senders go to whoever holds least; spares to those alone whose claims come home. A lane whose gateway is slow
/// would hold its spares, too, for as long as it is slow, and with them more and more of the senders.
fn deal(idle: usize, spares: usize, loads: &[Option<Load>]) -> Vec<usize> {
    let holds = loads.iter().map(|load| load.map(|load| load.in_flight)).collect::<Vec<_>>();
    let counts = level(idle, &holds);
    let moving = loads.iter().zip(&counts).map(|(load, count)| {
        let load = load.filter(|load| load.came_home > 0)?;
        Some(load.in_flight + count)
    });
    let more = level(spares, &moving.collect::<Vec<_>>());
    counts.iter().zip(more).map(|(count, more)| count + more).collect()
}

/// Deals out `free` one by one, each to the lowest load; `None` takes nothing.
fn level(free: usize, loads: &[Option<usize>]) -> Vec<usize> {
    let mut counts = vec![0; loads.len()];
    for _ in 0..free {
        let load = |lane: usize| loads[lane].map(|load| load + counts[lane]);
        let Some((_, lane)) = (0..loads.len()).filter_map(|lane| Some((load(lane)?, lane))).min() else { break };
        counts[lane] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lane_gets_all_that_is_free() {
        assert_eq!(level(8, &[Some(3)]), [8]);
    }

    #[test]
    fn lanes_are_levelled_from_below() {
        assert_eq!(level(4, &[Some(0), Some(0)]), [2, 2]);
        assert_eq!(level(4, &[Some(10), Some(0)]), [0, 4], "the lane that holds most waits");
        assert_eq!(level(5, &[Some(2), Some(0), Some(1)]), [1, 3, 1]);
    }

    #[test]
    fn a_lane_of_which_nothing_comes_home_gets_no_spares() {
        let load = |in_flight, came_home| Some(Load { in_flight, came_home });
        let (slow, well) = (load(32, 0), load(26, 6));
        assert_eq!(deal(6, 8, &[slow, well]), [0, 14], "its spares would wait with it");
        assert_eq!(deal(6, 8, &[load(32, 1), well]), [4, 10], "both move: they are levelled");
        assert_eq!(deal(6, 8, &[slow, None]), [6, 0], "idle senders are for whoever has something");
        assert_eq!(deal(0, 4, &[load(9, 3)]), [4]);
    }

    #[test]
    fn a_lane_without_backlog_gets_nothing() {
        assert_eq!(level(4, &[None, Some(9)]), [0, 4]);
        assert_eq!(level(4, &[None, None]), [0, 0]);
        assert_eq!(level(4, &[]), [0; 0]);
    }
}
