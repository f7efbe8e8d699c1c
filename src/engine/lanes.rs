//! The dispatcher's view of its lanes: what each holds, which may have more, and how free senders are shared among them.

use std::time::Duration;

use super::plan::{LaneWay, Plan};
use crate::queue::LaneNotice;
use crate::store::{Result, Store, TallyKind, Wanted};

/// One lane of this run.
struct LaneState<'a> {
    way: &'a LaneWay,
    name: String,
    /// Its own name, then the words of other programs that are routed to it.
    task_funcs: Vec<String>,
    /// Claims that are out.
    in_flight: usize,
    /// The last exchange may have left some: worth asking again at once.
    open: bool,
    /// An answer closed it, until then (boot time).
    closed: Option<(LaneNotice, Duration)>,
}

/// The lanes of this run, in the order of the plan.
pub(super) struct Lanes<'a> {
    plan: &'a Plan,
    states: Vec<LaneState<'a>>,
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
            LaneState { way, task_funcs: vec![name.clone()], name, in_flight: 0, open: true, closed: None }
        });
        Lanes { plan, states: states.collect() }
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

    pub fn returned(&mut self, lane: usize) {
        self.states[lane].in_flight -= 1;
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

    pub fn any_open(&self) -> bool {
        self.states.iter().any(|state| state.open)
    }

    /// Shares `free` claims among the open lanes, those that hold least first: a lane whose gateway is slow keeps what it
    /// has, and cannot take what others could use.
    pub fn shares(&self, free: usize) -> Vec<Share> {
        let loads = self.states.iter().map(|state| state.open.then_some(state.in_flight)).collect::<Vec<_>>();
        let counts = level(free, &loads);
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
            let Some(lane) = self.serving(&tally.name) else { continue };
            let known = &mut self.states[lane].task_funcs;
            if !known.contains(&tally.name) {
                known.push(tally.name);
            }
        }
        Ok(())
    }

    /// Pending tasks, by the lane of this run that serves them, or by their word if no lane of the settings does.
    pub fn backlog(&self, store: &dyn Store) -> Result<Backlog> {
        let mut backlog = Backlog { served: vec![0; self.states.len()], unserved: Vec::new() };
        for tally in store.tallies(TallyKind::Lane)? {
            let pending = tally.get("pending");
            if let Some(lane) = self.serving(&tally.name) {
                backlog.served[lane] += pending;
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

    /// An answer closed the lane until `until` (boot time); whether that is news.
    pub fn close(&mut self, lane: usize, notice: LaneNotice, until: Duration) -> bool {
        self.states[lane].closed.replace((notice, until)).is_none()
    }

    /// A message was accepted at `now` (boot time); whether the lane had been closed. What was on the wire when it closed
    /// does not open it.
    pub fn reopen(&mut self, lane: usize, now: Duration) -> bool {
        self.states[lane].closed.take_if(|(_, until)| now >= *until).is_some()
    }

    /// Whether an operator has to act before the lane can be used: its account or its credentials were refused.
    pub fn is_blocked(&self, lane: usize) -> bool {
        matches!(self.states[lane].closed, Some((LaneNotice::OutOfCredit | LaneNotice::BadCredentials, _)))
    }
}

/// Pending tasks.
pub(super) struct Backlog {
    /// By lane of this run.
    pub served: Vec<u64>,
    /// Words that no lane of the settings serves.
    pub unserved: Vec<(String, u64)>,
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
    fn a_lane_without_backlog_gets_nothing() {
        assert_eq!(level(4, &[None, Some(9)]), [0, 4]);
        assert_eq!(level(4, &[None, None]), [0, 0]);
        assert_eq!(level(4, &[]), [0; 0]);
    }
}
