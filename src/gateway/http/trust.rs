//! Whether a connection to a gateway may be used for more than one request.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long no connection is used twice after the first request that was lost on one; then it is tried again, and each time that
/// it goes wrong anew the rest is twice as long.
const FIRST_REST: Duration = Duration::from_secs(60);
/// The longest of these rests.
const LONGEST_REST: Duration = Duration::from_secs(3600);

/// What all connections to one gateway have learned.
#[derive(Debug)]
pub(super) struct Trust {
    /// No connection is used twice, by the settings; or the gateway has said something where nobody had asked: that may be the answer
    /// to another request.
    unasked: AtomicBool,
    born: Instant,
    /// Until then no connection is used twice, in milliseconds since `born`.
    rests_until: AtomicU64,
    /// How often a request was lost on a connection that had been used before, rests apart.
    losses: AtomicU32,
}

impl Trust {
    /// Without `keep_alive` there is none from the beginning.
    pub fn new(keep_alive: bool) -> Trust {
        Trust {
            unasked: AtomicBool::new(!keep_alive),
            born: Instant::now(),
            rests_until: AtomicU64::new(0),
            losses: AtomicU32::new(0),
        }
    }

    /// Whether a connection that was used before may be used again.
    pub fn reuses(&self) -> bool {
        !self.unasked.load(Ordering::Relaxed) && self.now() >= self.rests_until.load(Ordering::Relaxed)
    }

    /// The gateway spoke unasked: no connection is used twice any more.
    pub fn end(&self) {
        self.unasked.store(true, Ordering::Relaxed);
    }

    /// The gateway closed a connection on which it had answered before, and a request was on its way: perhaps it closes each of
    /// them, and says so in no header.
    pub fn lost(&self) {
        let now = self.now();
        let until = self.rests_until.load(Ordering::Relaxed);
        // Requests that left before the rest began are lost with the first.
        if now < until {
            return;
        }
        // One after a long time without is a restart of the gateway's, and no habit.
        if now.saturating_sub(until) > millis(LONGEST_REST) {
            self.losses.store(0, Ordering::Relaxed);
        }
        let losses = self.losses.fetch_add(1, Ordering::Relaxed);
        self.rests_until.store(now.saturating_add(millis(rest_after(losses))), Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        millis(self.born.elapsed())
    }
}

/// The rest after a loss before which there were so many.
fn rest_after(losses: u32) -> Duration {
    FIRST_REST.saturating_mul(1 << losses.min(16)).min(LONGEST_REST)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_a_rest_and_each_rest_is_longer_up_to_an_hour() {
        let rests = (0..9).map(|losses| rest_after(losses).as_secs()).collect::<Vec<_>>();
        assert_eq!(rests, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        let trust = Trust::new(true);
        assert!(trust.reuses());
        trust.lost();
        trust.lost();
        assert!(!trust.reuses());
        assert_eq!(trust.losses.load(Ordering::Relaxed), 1, "what is lost in a rest is of the same loss");
    }

    #[test]
    fn a_gateway_that_spoke_unasked_is_not_trusted_again() {
        let trust = Trust::new(true);
        trust.end();
        assert!(!trust.reuses() && !Trust::new(false).reuses());
    }
}
