//! The stock: claims that lie ready for the next free senders, how many there should be, and when it is time for more.
//!
//! A turn costs much the same however many messages it carries. So while the stock lasts it is put off: senders that find work at
//! once need not be woken, and what they finish meanwhile is written together. The stock is what goes out in a few milliseconds: a
//! gateway that takes its time needs none, and an urgent message never waits long behind it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::dispatcher::Dispatcher;
use super::plan::Plan;

/// How much work lies ready: as much as has lately gone out in this time.
const READY_FOR: Duration = Duration::from_millis(5);

/// How long a turn is put off at most, and with it what senders have finished.
const PUT_OFF_MAX: Duration = Duration::from_millis(2);

/// So many claims may lie ready even for fewer senders: a few senders and a quick gateway would otherwise have a turn for every
/// three messages.
const STOCK_MAX: usize = 64;

/// The most claims that lie ready at one time. Without a flight log nobody knows after a crash that they never left: there is
/// one for each sender then.
pub(super) fn stock_max(plan: &Plan, has_log: bool) -> usize {
    if has_log { plan.senders.max(STOCK_MAX) } else { plan.senders }
}

/// How fast claims have lately come to their end.
#[derive(Debug)]
pub(super) struct Pace {
    per_s: f64,
    /// When it was last noted (boot time).
    noted_at: Duration,
}

impl Pace {
    pub fn begin(now: Duration) -> Pace {
        Pace { per_s: 0.0, noted_at: now }
    }

    /// `count` claims have ended since it was last noted.
    pub fn note(&mut self, count: usize, now: Duration) {
        /// What is longer ago than this counts for little.
        const MEMORY_S: f64 = 0.02;
        /// Two turns are not closer together; a clock that does not move between them divides by nothing.
        const SPAN_MIN_S: f64 = 1e-5;
        let span = now.saturating_sub(self.noted_at).as_secs_f64().max(SPAN_MIN_S);
        self.noted_at = now;
        self.per_s += (count as f64 / span - self.per_s) * (span / (span + MEMORY_S));
    }

    /// How many claims end in `READY_FOR`.
    fn stock(&self) -> usize {
        (self.per_s * READY_FOR.as_secs_f64()) as usize
    }
}

/// Wakes the dispatcher when the stock runs low.
#[derive(Debug)]
pub(super) struct Gauge {
    /// One more than the level that the dispatcher waits for; 0: it does not wait.
    mark: AtomicUsize,
    ring: Sender<()>,
    bell: Receiver<()>,
}

impl Gauge {
    pub fn new() -> Gauge {
        let (ring, bell) = bounded(1);
        Gauge { mark: AtomicUsize::new(0), ring, bell }
    }

    /// A sender has taken a claim, and `left` lie ready.
    pub fn took(&self, left: usize) {
        // Only one of those who find it low rings. If two miss each other here, the next one does, or the wait ends by itself.
        if left < self.mark.load(Ordering::Relaxed) && self.mark.swap(0, Ordering::Relaxed) > 0 {
            // A bell that rang before has not been heard yet: it wakes the dispatcher just as well.
            let _ = self.ring.try_send(());
        }
    }

    /// From now on the bell rings once when `level` or fewer lie ready.
    fn watch(&self, level: usize) -> &Receiver<()> {
        while self.bell.try_recv().is_ok() {}
        self.mark.store(level.saturating_add(1), Ordering::Relaxed);
        &self.bell
    }
}

impl Dispatcher<'_> {
    /// How many claims should lie ready for senders that will soon be free. In a shortage senders that sit out would hold them.
    pub(super) fn stock_wanted(&self) -> usize {
        if self.desk.shortage.is_some() { 0 } else { self.pace.stock().min(stock_max(self.plan, self.has_log())) }
    }

    /// While half of the stock lies ready, nobody waits for the next turn. Returns whether it was put off.
    pub(super) fn put_off(&self) -> bool {
        let low = self.spares / 2;
        let may_wait = self.outage.is_none() && !self.is_stopping() && self.desk.unsent.len() > low;
        if may_wait {
            select! {
                recv(self.floor.gauge.watch(low)) -> _ => {}
                recv(self.floor.stop.bell()) -> _ => {}
                default(PUT_OFF_MAX) => {}
            }
        }
        may_wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stock_follows_the_pace() {
        let mut pace = Pace::begin(Duration::ZERO);
        assert_eq!(pace.stock(), 0, "nothing has gone out yet");
        for turn in 1..=100 {
            pace.note(40, Duration::from_millis(turn));
        }
        assert!((190..=200).contains(&pace.stock()), "40 a millisecond, for 5 of them: {pace:?}");
        for turn in 101..=200 {
            pace.note(1, Duration::from_millis(turn));
        }
        assert!((4..=6).contains(&pace.stock()), "one a millisecond: {pace:?}");
        pace.note(0, Duration::from_secs(10));
        assert_eq!(pace.stock(), 0, "nothing for long: {pace:?}");
    }

    #[test]
    fn a_clock_that_stands_still_makes_no_endless_pace() {
        let mut pace = Pace::begin(Duration::ZERO);
        for _ in 0..100 {
            pace.note(64, Duration::ZERO);
        }
        assert!(pace.per_s.is_finite(), "{pace:?}");
        pace.note(0, Duration::from_secs(10));
        assert!(pace.stock() <= STOCK_MAX, "{pace:?}");
    }

    #[test]
    fn the_bell_rings_once_when_the_stock_is_low() {
        let gauge = Gauge::new();
        gauge.took(0);
        let bell = gauge.watch(2);
        assert!(bell.is_empty(), "nobody waited for that");
        gauge.took(3);
        assert!(bell.is_empty(), "there is enough");
        gauge.took(2);
        gauge.took(1);
        assert_eq!(bell.len(), 1);
        assert!(gauge.watch(2).is_empty(), "what rang before was heard");
    }
}
