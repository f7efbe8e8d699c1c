//! Outcomes on their way into the database, and what happens while it cannot be written.

use std::time::Duration;

use super::events::Ending;
use super::flight::Seat;
use super::sender::Report;
use crate::store::Settlement;

/// Outcomes that are not written yet: never more than claims were in flight.
#[derive(Default)]
pub(super) struct Outbox {
    settlements: Vec<Settlement>,
    /// What else is known of each settlement, in the same order.
    endings: Vec<Ended>,
}

/// How a claim ended, beside what is written of it.
pub(super) struct Ended {
    pub lane: usize,
    pub ending: Ending,
    pub seat: Option<Seat>,
    /// The database has refused to take it, and that is told.
    pub refused: bool,
}

impl Outbox {
    pub fn push(&mut self, report: Report) {
        let ended = Ended { lane: report.lane, ending: report.ending, seat: report.seat, refused: false };
        self.put((report.settlement, ended));
    }

    pub fn put(&mut self, (settlement, ended): (Settlement, Ended)) {
        self.settlements.push(settlement);
        self.endings.push(ended);
    }

    pub fn settlements(&self) -> &[Settlement] {
        &self.settlements
    }

    pub fn len(&self) -> usize {
        self.settlements.len()
    }

    pub fn is_empty(&self) -> bool {
        self.settlements.is_empty()
    }

    /// Takes everything out, when it is written, or to write it otherwise.
    pub fn take(&mut self) -> impl Iterator<Item = (Settlement, Ended)> + use<> {
        let settlements = std::mem::take(&mut self.settlements);
        let endings = std::mem::take(&mut self.endings);
        settlements.into_iter().zip(endings)
    }
}

/// A time in which the database cannot be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outage {
    /// Boot time.
    pub since: Duration,
    /// Boot time.
    pub retry_at: Duration,
    failures: u32,
}

const RETRY_BASE: Duration = Duration::from_millis(100);
const RETRY_CAP: Duration = Duration::from_secs(5);

impl Outage {
    pub fn begin(now: Duration, jitter: f64) -> Outage {
        Outage { since: now, retry_at: now + RETRY_BASE.mul_f64(half_to_whole(jitter)), failures: 1 }
    }

    /// It goes on: the next try comes later than the last, up to a bound.
    pub fn go_on(&mut self, now: Duration, jitter: f64) {
        let span = RETRY_BASE.saturating_mul(1 << self.failures.min(16)).min(RETRY_CAP);
        self.failures = self.failures.saturating_add(1);
        self.retry_at = now + span.mul_f64(half_to_whole(jitter));
    }
}

/// Half the span is fixed: full jitter could ask a database that is down again at once.
fn half_to_whole(jitter: f64) -> f64 {
    0.5 + jitter.clamp(0.0, 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_later_and_later_up_to_five_seconds() {
        let now = Duration::from_secs(100);
        let mut outage = Outage::begin(now, 1.0);
        let mut waits = vec![outage.retry_at - now];
        for _ in 0..8 {
            outage.go_on(now, 1.0);
            waits.push(outage.retry_at - now);
        }
        let millis = waits.iter().map(Duration::as_millis).collect::<Vec<_>>();
        assert_eq!(millis, [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
    }

    #[test]
    fn jitter_takes_away_half_at_most() {
        let now = Duration::from_secs(100);
        assert_eq!(Outage::begin(now, 0.0).retry_at - now, RETRY_BASE / 2);
    }
}
