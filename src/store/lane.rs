//! What all processes together know of a lane: whether it is paused or closed, who tries the way, and its tokens.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::queue::{Bucket, ClosedReason, LaneWord, Rate, WorkerId};
use crate::store::Settlement;
use crate::store::time::span;
use crate::store::uptime::Uptime;

/// How long everybody waits for the outcome of a probe. If it is not known by then, somebody else tries.
pub const PROBE_LEASE: Duration = Duration::from_secs(60);

/// The longest that a turn waits for others after it has read the clock, unless it stands still. A clock that was set back by less
/// keeps the lane without new tokens for as long.
const TURN_WAIT_MAX: Duration = Duration::from_secs(10);

/// A lane's row, as a claim looks at it.
#[derive(Clone, Debug, Default)]
pub(super) struct LaneRow {
    pub paused: bool,
    pub paused_until: Option<Timestamp>,
    pub closed_until: Option<Timestamp>,
    /// The word as stored.
    pub closed_reason: Option<String>,
    pub rests: u32,
    /// A probe is out, or was when its worker died.
    pub is_probed: bool,
    /// When `closed_until` was written.
    pub rested_at: Option<Timestamp>,
    pub tokens: Option<f64>,
    pub refilled_at: Option<Timestamp>,
    /// When that was by the host's own time, which is better: no clock that is set moves it. `None` on a server.
    pub refilled_up: Option<Uptime>,
}

/// How a claim finds a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Open,
    /// Nothing is claimed.
    Shut(Barrier),
    /// One claim may go ahead of all others.
    Probe(Barrier),
}

/// Why nothing, or next to nothing, can be claimed from a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Barrier {
    /// An operator paused it; `None`: it closed by itself, for `reason`.
    pub reason: Option<ClosedReason>,
    /// When that ends, or a probe is due; `None`: when somebody says so.
    pub opens_in: Option<Duration>,
    /// Rests in a row since the lane last answered.
    pub rests: u32,
    /// A message is trying the way: it may open any moment.
    pub is_probed: bool,
}

impl Barrier {
    /// The same barrier of a lane whose probe is due and was not made.
    pub(super) fn due(self) -> Barrier {
        Barrier { opens_in: Some(Duration::ZERO), is_probed: false, ..self }
    }
}

/// A lane that was wanted in an exchange and is paused or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShutLane {
    /// As in `Wanted`.
    pub lane: String,
    /// Why, and until when.
    pub barrier: Barrier,
}

/// What `lanes` knows of a lane. A pause or a closure that is over is not told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LaneStatus {
    /// The lane, as it stands in `lanes.lane`.
    pub lane: String,
    /// An operator paused it.
    pub pause: Option<Pause>,
    /// It closed by itself; a pause hides it.
    pub closure: Option<Closure>,
}

/// An operator's pause.
#[derive(Clone, Debug, PartialEq)]
pub struct Pause {
    /// Since when, where that is known.
    pub at: Option<Timestamp>,
    /// `None`: until it is resumed.
    pub until: Option<Timestamp>,
    /// As the operator gave it.
    pub reason: Option<String>,
}

/// Why a lane closed by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Closure {
    /// In one word.
    pub reason: ClosedReason,
    /// What the last attempt said, for people.
    pub error: Option<String>,
    /// Since when it has not answered.
    pub at: Option<Timestamp>,
    /// When it opens, or a probe goes ahead. Past: the next message of a worker is the probe.
    pub until: Timestamp,
    /// Rests in a row since the lane last answered.
    pub rests: u32,
    /// A message is trying the way.
    pub is_probed: bool,
}

impl LaneRow {
    /// How a claim finds the lane.
    pub fn gate(&self, now: Timestamp) -> Gate {
        if self.paused && self.paused_until.is_none_or(|until| until > now) {
            let opens_in = self.paused_until.map(|until| span(now, until));
            return Gate::Shut(Barrier { reason: None, opens_in, rests: 0, is_probed: false });
        }
        let rest = (self.closed_until, self.rested_at);
        let Some((reason, until)) = closed(self.closed_reason.as_deref(), rest, now) else { return Gate::Open };
        let barrier = |opens_in, is_probed| Barrier {
            reason: Some(reason),
            opens_in: Some(opens_in),
            rests: self.rests,
            is_probed,
        };
        if until > now {
            Gate::Shut(barrier(span(now, until), self.is_probed))
        } else if reason.needs_probe() {
            Gate::Probe(barrier(PROBE_LEASE, true))
        } else {
            Gate::Open
        }
    }

    /// The tokens that are there at `now`, which is `up` by the host's own time.
    pub fn bucket(&self, rate: Rate, now: Timestamp, up: &Uptime) -> Bucket {
        let (Some(tokens), Some(at)) = (self.tokens, self.refilled_at) else { return Bucket::fresh(rate) };
        let by_host = self.refilled_up.as_ref().and_then(|then| up.since(then));
        Bucket { tokens }.refill(rate, by_host.unwrap_or_else(|| span(at, now)))
    }

    /// Whether the clock went back since the tokens were counted: they count from now on.
    pub fn is_ahead_of(&self, now: Timestamp) -> bool {
        self.refilled_at.is_some_and(|at| at > ahead_of(now))
    }

    /// Until when the tokens are counted after a turn that read the clock at `now`. One that waited while others spent brings an
    /// older time than theirs: to go back to it would count the time in between twice.
    pub fn counted_until(&self, now: Timestamp) -> Timestamp {
        self.refilled_at.filter(|at| *at > now && !self.is_ahead_of(now)).unwrap_or(now)
    }
}

/// A lane's row, as a list shows it.
pub(super) struct Stored {
    pub lane: String,
    pub paused: bool,
    pub paused_at: Option<Timestamp>,
    pub paused_until: Option<Timestamp>,
    pub paused_reason: Option<String>,
    pub closed_until: Option<Timestamp>,
    pub closed_reason: Option<String>,
    pub closed_error: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub rests: u32,
    pub is_probed: bool,
    pub rested_at: Option<Timestamp>,
}

impl Stored {
    /// What of it holds at `now`.
    pub fn status(self, now: Timestamp) -> LaneStatus {
        let is_paused = self.paused && self.paused_until.is_none_or(|until| until > now);
        let pause = Pause { at: self.paused_at, until: self.paused_until, reason: self.paused_reason };
        let closed = closed(self.closed_reason.as_deref(), (self.closed_until, self.rested_at), now);
        let closure =
            closed.filter(|(reason, until)| reason.needs_probe() || *until > now).map(|(reason, until)| Closure {
                reason,
                error: self.closed_error,
                at: self.closed_at,
                until,
                rests: self.rests,
                is_probed: self.is_probed,
            });
        LaneStatus { lane: self.lane, pause: is_paused.then_some(pause), closure }
    }
}

/// Why a lane is closed, and until when: `rest` is when that is over, and when it was written. Where the clock was set back since, it is
/// over now. A reason that this binary does not know closes a lane like one that it knows.
fn closed(
    reason: Option<&str>,
    (until, rested_at): (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> Option<(ClosedReason, Timestamp)> {
    let is_set_back = rested_at.is_some_and(|at| at > ahead_of(now));
    let until = until.map(|until| if is_set_back { until.min(now) } else { until })?;
    Some((reason.and_then(ClosedReason::parse).unwrap_or(ClosedReason::Throttled), until))
}

/// What was written later than this was written when the clock was ahead of `now`.
pub(super) fn ahead_of(now: Timestamp) -> Timestamp {
    now.saturating_add(TURN_WAIT_MAX).unwrap_or(Timestamp::MAX)
}

/// What an attempt said about its lane, and of which worker's probe, if it was one.
pub(super) type Said<'a> = (&'a LaneWord, Option<WorkerId>);

/// What the attempts of a turn said, by lane: in one order for all workers, so that two of them do not wait for each other. Of
/// each lane only what matters, in the order in which it is written: what probes found out, and the longest closure.
pub(super) fn words_of(settlements: &[Settlement]) -> Vec<(&str, Said<'_>)> {
    let mut lanes: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
    for settlement in settlements {
        let prober = settlement.claim.probe.map(|_| settlement.claim.worker);
        if let Some(word) = settlement.word() {
            lanes.entry(settlement.claim.lane()).or_default().push((word, prober));
        }
    }
    let words =
        lanes.into_iter().flat_map(|(lane, words)| that_matter(&words).into_iter().map(move |word| (lane, word)));
    words.collect()
}

fn that_matter<'a>(words: &[Said<'a>]) -> Vec<Said<'a>> {
    let mut out: Vec<_> = words.iter().filter(|(_, prober)| prober.is_some()).copied().collect();
    let closures = words.iter().filter(|(_, prober)| prober.is_none());
    let spans = closures.filter_map(|word| match word.0 {
        LaneWord::Close { span, .. } => Some((*span, *word)),
        LaneWord::Open | LaneWord::ProbeAgain => None,
    });
    out.extend(spans.max_by_key(|(span, _)| *span).map(|(_, word)| word));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn row(reason: ClosedReason, until: i64) -> LaneRow {
        LaneRow { closed_until: Some(at(until)), closed_reason: Some(reason.as_str().to_owned()), ..LaneRow::default() }
    }

    #[test]
    fn a_lane_that_nobody_spoke_of_is_open() {
        assert_eq!(LaneRow::default().gate(at(10)), Gate::Open);
    }

    #[test]
    fn when_its_time_is_over_a_throttled_lane_is_open_and_any_other_is_probed() {
        for reason in ClosedReason::ALL {
            let gate = |now| row(reason, 20).gate(at(now));
            let shut = Barrier { reason: Some(reason), opens_in: Some(SECOND * 10), rests: 0, is_probed: false };
            assert_eq!(gate(10), Gate::Shut(shut), "{reason:?}");
            let over = gate(20);
            let is_right = match over {
                Gate::Open => reason == ClosedReason::Throttled,
                Gate::Probe(_) => reason != ClosedReason::Throttled,
                Gate::Shut(_) => false,
            };
            assert!(is_right, "{reason:?}: {over:?}");
        }
    }

    #[test]
    fn a_pause_ends_at_its_time_or_never() {
        let paused = |paused_until| LaneRow { paused: true, paused_until, ..row(ClosedReason::Credit, 100) };
        let shut = |opens_in| Gate::Shut(Barrier { reason: None, opens_in, rests: 0, is_probed: false });
        assert_eq!(paused(None).gate(at(10)), shut(None));
        assert_eq!(paused(Some(at(12))).gate(at(10)), shut(Some(SECOND * 2)));
        assert!(matches!(
            paused(Some(at(9))).gate(at(10)),
            Gate::Shut(Barrier { reason: Some(ClosedReason::Credit), .. })
        ));
    }

    #[test]
    fn tokens_are_counted_from_the_latest_time_that_anybody_knew_unless_the_clock_went_back() {
        let row = |at_s| LaneRow { refilled_at: Some(at(at_s)), tokens: Some(1.0), ..LaneRow::default() };
        for (counted, now, until) in [(100, 105, 105), (100, 100, 100), (100, 93, 100), (100, 89, 89)] {
            assert_eq!(row(counted).counted_until(at(now)), at(until), "counted at {counted}, a turn of {now}");
            assert_eq!(row(counted).is_ahead_of(at(now)), now == 89);
        }
        assert_eq!(LaneRow::default().counted_until(at(7)), at(7));
    }

    #[test]
    fn the_hosts_own_time_counts_before_that_of_a_clock() {
        let (rate, up) =
            (Rate { per_s: 1.0, burst: 100.0 }, |seconds: u32| Uptime { boot: "b".into(), at: SECOND * seconds });
        let row = LaneRow { refilled_at: Some(at(100)), tokens: Some(1.0), ..LaneRow::default() };
        assert_eq!(row.bucket(rate, at(130), &up(7)).whole(), 31, "there is nothing else");
        let row = LaneRow { refilled_up: Some(up(5)), ..row };
        for clock in [0, 100, 3_700] {
            assert_eq!(row.bucket(rate, at(clock), &up(7)).whole(), 3, "the clock says {clock}");
        }
    }

    #[test]
    fn of_many_closures_the_longest_matters_and_probes_go_before() {
        let close =
            |seconds| LaneWord::Close { reason: ClosedReason::Throttled, span: SECOND * seconds, error: String::new() };
        let (short, long) = (close(1), close(9));
        let words = [(&short, None), (&LaneWord::Open, Some(7)), (&long, None), (&short, None)];
        assert_eq!(that_matter(&words), [(&LaneWord::Open, Some(7)), (&long, None)]);
        assert_eq!(that_matter(&[]), []);
    }
}
