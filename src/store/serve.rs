//! What a turn claims of one lane: as far as it is open and its bucket gives; of a closed one that is due to be tried, a probe.

use jiff::Timestamp;

use super::lane::{Barrier, Gate, LaneRow, PROBE_LEASE, ShutLane};
use super::time::span;
use super::{Exchange, Turn, Wanted};
use crate::queue::{Bucket, Rate, WorkerId};

/// What a turn has brought so far.
#[derive(Debug, Default)]
pub(super) struct Haul {
    pub out: Exchange,
    /// Lanes that could have taken more than there was.
    hungry: Vec<String>,
}

impl Haul {
    /// Something that is known `now` becomes claimable at `at`.
    pub fn expect(&mut self, now: Timestamp, at: Timestamp) {
        let wait = span(now, at);
        self.out.next_due = Some(self.out.next_due.map_or(wait, |due| due.min(wait)));
    }

    /// Whether the lane could have taken more than there was.
    pub fn is_hungry(&self, wanted: &Wanted<'_>) -> bool {
        self.hungry.iter().any(|lane| lane == wanted.lane)
    }

    /// How many claims there are for the lane.
    pub fn taken(&self, wanted: &Wanted<'_>) -> usize {
        self.out.claims.iter().filter(|claim| claim.lane == wanted.lane).count()
    }

    fn note_hunger(&mut self, wanted: &Wanted<'_>, is_hungry: bool) {
        self.hungry.extend(is_hungry.then(|| wanted.lane.to_owned()));
    }

    /// A lane that was wanted gives more at `at`.
    fn expect_of_lane(&mut self, now: Timestamp, at: Timestamp) {
        self.out.awaits_lane = true;
        self.expect(now, at);
    }

    fn shut(&mut self, now: Timestamp, lane: &str, barrier: Barrier) {
        if let Some(opens_in) = barrier.opens_in {
            self.expect_of_lane(now, now.saturating_add(opens_in).unwrap_or(Timestamp::MAX));
        }
        if !self.out.shut.iter().any(|shut| shut.lane == lane) {
            self.out.shut.push(ShutLane { lane: lane.to_owned(), barrier });
        }
    }
}

/// What a backend does for a lane, in the transaction of the turn.
pub(super) trait LaneRows {
    type Error;

    /// Claims at most `count` tasks of the lane; how many.
    fn claim_up_to(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, count: usize) -> Result<usize, Self::Error>;

    /// What is in the bucket of the lane.
    fn bucket(&self, lane: &str, row: &LaneRow, rate: Rate) -> Bucket;

    /// So much is left in it. It need not be written where `is_news` is false.
    fn leave(&mut self, lane: &str, row: &LaneRow, left: Bucket, is_news: bool) -> Result<(), Self::Error>;

    /// A message of `worker` tries the lane, and nobody else's does before `until`.
    fn probe(&mut self, lane: &str, until: Timestamp, worker: WorkerId) -> Result<(), Self::Error>;

    fn haul(&mut self) -> &mut Haul;

    /// When the transaction is, by the database's clock.
    fn now(&self) -> Timestamp;
}

/// Claims for one lane, whose row is `row`.
pub(super) fn serve<R: LaneRows>(
    rows: &mut R,
    turn: &Turn<'_>,
    wanted: &Wanted<'_>,
    row: &LaneRow,
) -> Result<(), R::Error> {
    let now = rows.now();
    if wanted.count == 0 {
        return Ok(());
    }
    match row.gate(now) {
        Gate::Open => serve_rated(rows, turn, wanted, row)?,
        Gate::Shut(barrier) => rows.haul().shut(now, wanted.lane, barrier),
        Gate::Probe(barrier) => {
            let first = rows.haul().out.claims.len();
            serve_rated(rows, turn, &Wanted { count: 1, ..wanted.clone() }, row)?;
            if let Some(claim) = rows.haul().out.claims.get_mut(first) {
                claim.probe = Some(row.rests);
                rows.probe(wanted.lane, now.saturating_add(PROBE_LEASE).unwrap_or(Timestamp::MAX), turn.worker)?;
                rows.haul().shut(now, wanted.lane, barrier);
            } else {
                // Nothing waits for it, or its bucket is empty: the way is still to be tried.
                rows.haul().out.shut.push(ShutLane { lane: wanted.lane.to_owned(), barrier: barrier.due() });
            }
        }
    }
    Ok(())
}

/// Claims for an open lane, as its bucket gives.
fn serve_rated<R: LaneRows>(rows: &mut R, turn: &Turn<'_>, wanted: &Wanted<'_>, row: &LaneRow) -> Result<(), R::Error> {
    let Some(rate) = wanted.rate else {
        let taken = rows.claim_up_to(turn, wanted, wanted.count)?;
        rows.haul().note_hunger(wanted, taken < wanted.count);
        return Ok(());
    };
    let now = rows.now();
    let bucket = rows.bucket(wanted.lane, row, rate);
    let allowed = wanted.count.min(bucket.whole());
    let taken = rows.claim_up_to(turn, wanted, allowed)?;
    rows.haul().note_hunger(wanted, taken < allowed);
    let left = bucket.take(taken);
    rows.leave(wanted.lane, row, left, taken > 0 || row.is_ahead_of(now))?;
    if left.whole() == 0 {
        let at = now.saturating_add(left.next_token(rate)).unwrap_or(Timestamp::MAX);
        rows.haul().expect_of_lane(now, at);
    }
    Ok(())
}
