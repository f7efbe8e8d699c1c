//! The stock: claims that lie ready for the next free senders, how many there should be, and when it is time for more.
//!
//! A turn costs much the same however many messages it carries. So while the stock lasts it is put off: senders that find work at
//! once need not be woken, and what they finish meanwhile is written together. The stock is what goes out in a few milliseconds: a
//! gateway that takes its time needs none, and an urgent message never waits long behind it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::dispatcher::Dispatcher;
use super::lease::boottime;

/// How much work lies ready: as much as has lately gone out in this time.
const READY_FOR: Duration = Duration::from_millis(8);

/// How long a turn is put off at most, and with it what senders have finished.
const PUT_OFF_MAX: Duration = Duration::from_millis(2);

/// The most claims that lie ready for each sender, and for a few senders together: with a quick gateway four of them would
/// otherwise have a turn for every three messages.
const PER_SENDER_MAX: usize = 3;
const FOR_FEW_MAX: usize = 64;

/// The most claims that lie ready at one time. Without a flight log nobody knows after a crash that they never left: there is
/// one for each sender then.
pub(super) fn stock_max(senders: usize, has_log: bool) -> usize {
    if has_log { (senders * PER_SENDER_MAX).max(FOR_FEW_MAX) } else { senders }
}

/// How many claims should lie ready, by how fast they have lately come to their end.
#[derive(Debug)]
pub(super) struct Stock {
    /// Claims beyond the senders.
    pub wanted: usize,
    /// So many are used up during a turn.
    low: usize,
    pace_per_s: f64,
    /// When an exchange last returned (boot time).
    at: Duration,
}

impl Stock {
    pub fn begin(now: Duration) -> Stock {
        Stock { wanted: 0, low: 0, pace_per_s: 0.0, at: now }
    }

    /// An exchange has returned: `ended` claims had ended since the one before, and `meanwhile` others during it. No more than
    /// `max` may lie ready.
    pub fn plan(&mut self, ended: usize, meanwhile: usize, max: usize, now: Duration) {
        /// What is longer ago than this counts for little.
        const MEMORY_S: f64 = 0.02;
        /// No exchange is shorter; where the clock stands still, nothing is divided by nothing.
        const SPAN_MIN_S: f64 = 1e-5;
        let span = now.saturating_sub(self.at).as_secs_f64().max(SPAN_MIN_S);
        self.at = now;
        self.pace_per_s += (ended as f64 / span - self.pace_per_s) * (span / (span + MEMORY_S));
        // A turn may take a little longer than the last.
        let low = meanwhile + meanwhile / 4;
        // Where turns take long, because of the disk or of other processes, the stock outlasts them all the same.
        self.wanted = ((self.pace_per_s * READY_FOR.as_secs_f64()) as usize).max(2 * low).min(max);
        // Where a turn would begin at once again, it would carry little.
        self.low = low.min(self.wanted * 3 / 4);
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
    /// What should lie ready from now on. In a shortage senders that sit out would hold it.
    pub(super) fn plan_stock(&mut self) {
        let max = if self.is_short() { 0 } else { stock_max(self.desk.senders, self.has_log()) };
        self.stock.plan(self.outbox.len(), self.desk.reports.len(), max, boottime());
    }

    /// While more lies ready than is used up during a turn, nobody waits for the next one. Returns whether there is something
    /// to do now, after it was put off.
    pub(super) fn put_off(&self) -> bool {
        if self.outage.is_some() || self.is_stopping() || self.desk.unsent.len() <= self.stock.low {
            return false;
        }
        select! {
            recv(self.floor.gauge.watch(self.stock.low)) -> _ => true,
            recv(self.floor.stop.bell()) -> _ => true,
            // All senders may be busy for long.
            default(PUT_OFF_MAX) => !self.desk.reports.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX: usize = 400;

    /// Turns that return at these times, with so many ends each, and `meanwhile` others during each.
    fn after(meanwhile: usize, turns: impl Iterator<Item = (u64, usize)>) -> Stock {
        let mut stock = Stock::begin(Duration::ZERO);
        turns.for_each(|(at_ms, ended)| stock.plan(ended, meanwhile, MAX, Duration::from_millis(at_ms)));
        stock
    }

    #[test]
    fn the_stock_follows_the_pace() {
        assert_eq!(Stock::begin(Duration::ZERO).wanted, 0, "nothing has gone out yet");
        let fast = after(40, (1..=200).map(|at| (at, 40)));
        assert!((300..=320).contains(&fast.wanted), "40 a millisecond, for 8 of them: {fast:?}");
        assert_eq!(fast.low, 50, "a quarter more than were used up during the last turn");
        let slow = after(0, (1..=200).map(|at| (at, if at > 100 { 1 } else { 40 })));
        assert!((7..=10).contains(&slow.wanted), "one a millisecond: {slow:?}");
        let idle = after(0, [(1, 40), (10_000, 0)].into_iter());
        assert_eq!((idle.wanted, idle.low), (0, 0), "nothing for long: {idle:?}");
    }

    #[test]
    fn the_stock_outlasts_a_turn_that_takes_long() {
        let slow_disk = after(40, (1..=20).map(|turn| (turn * 100, 40)));
        assert_eq!(
            (slow_disk.wanted, slow_disk.low),
            (100, 50),
            "four in ten milliseconds, and a turn of 100: {slow_disk:?}"
        );
    }

    #[test]
    fn the_stock_has_a_bound() {
        assert_eq!(after(40, (1..=200).map(|at| (at, 1_000))).wanted, MAX);
        assert_eq!(after(40, (1..=200).map(|_| (0, 64))).wanted, MAX, "the clock stands still");
        assert_eq!([1, 16, 64].map(|senders| stock_max(senders, true)), [64, 64, 192]);
        assert_eq!(
            [1, 16, 64].map(|senders| stock_max(senders, false)),
            [1, 16, 64],
            "nobody would know that they never left"
        );
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
