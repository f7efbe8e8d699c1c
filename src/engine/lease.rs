//! How long this process may believe that what it claimed is still its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use crate::store::boottime;

/// Which registration of this process a claim belongs to. A process that was declared dead registers anew, and what it
/// claimed before is no longer its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term(u64);

/// The lease of the process, shared by all its threads: the dispatcher renews it, each sender looks at it before it takes a claim to
/// the gateway, and before the request leaves.
#[derive(Debug, Default)]
pub struct Lease {
    term: AtomicU64,
    /// Boot time in milliseconds.
    ends_at_ms: AtomicU64,
}

impl Lease {
    /// A heartbeat was written: the lease holds until `ends_at` (boot time).
    pub fn renew(&self, ends_at: Duration) {
        self.ends_at_ms.store(millis(ends_at), Ordering::SeqCst);
    }

    /// The process was declared dead: no claim of the old term may leave any more.
    pub fn begin_term(&self) {
        self.term.fetch_add(1, Ordering::SeqCst);
    }

    pub fn term(&self) -> Term {
        Term(self.term.load(Ordering::SeqCst))
    }

    /// Whether the lease has not run out at `now` (boot time).
    pub fn holds(&self, now: Duration) -> bool {
        millis(now) < self.ends_at_ms.load(Ordering::SeqCst)
    }

    /// Whether a claim of `term` may leave at `now` (boot time).
    pub fn covers(&self, term: Term, now: Duration) -> bool {
        self.holds(now) && self.term() == term
    }
}

/// A lane's tap: closed by an answer that spoke of the lane, or by an operator's pause, so that claims that are out already do not
/// follow.
#[derive(Debug, Default)]
pub struct Tap {
    /// By what the database says (boot time in milliseconds).
    closed_until_ms: AtomicU64,
    /// By what a gateway answered to this process (boot time in milliseconds), and when it last did: the database hears of it later.
    answered_until_ms: AtomicU64,
    answered_at_ms: AtomicU64,
    /// An operator wants nothing to leave, not even what would try the way.
    is_paused: AtomicBool,
}

/// An answer comes home, and is seen in a turn, within this time.
const COMES_HOME: Duration = Duration::from_secs(1);

impl Tap {
    /// Nothing leaves before `until` (boot time), as the database says; an earlier end never shortens a later one.
    pub fn close(&self, until: Duration) {
        self.closed_until_ms.fetch_max(millis(until), Ordering::SeqCst);
    }

    /// The same, by what was answered `now`.
    pub fn close_by_answer(&self, now: Duration, until: Duration) {
        self.answered_at_ms.fetch_max(millis(now), Ordering::SeqCst);
        self.answered_until_ms.fetch_max(millis(until), Ordering::SeqCst);
    }

    /// An operator paused the lane, or lets it go on.
    pub fn pause(&self, is_paused: bool) {
        self.is_paused.store(is_paused, Ordering::SeqCst);
    }

    /// Everything may leave again, at once, as the database says that knows what came home until `as_of` (boot time). Of an answer that
    /// came later, or just then, it has not heard.
    pub fn open(&self, as_of: Duration) {
        self.pause(false);
        self.closed_until_ms.store(0, Ordering::SeqCst);
        let until = self.answered_until_ms.load(Ordering::SeqCst);
        if self.answered_at_ms.load(Ordering::SeqCst) < millis(as_of.saturating_sub(COMES_HOME)) {
            // Another answer may come in between: then its own end stands.
            let _ = self.answered_until_ms.compare_exchange(until, 0, Ordering::SeqCst, Ordering::SeqCst);
        }
    }

    /// Whether a message may leave at `now` (boot time). One that tries whether the way is there goes through a closed tap: it
    /// finds out whether that may be opened.
    pub fn lets_out(&self, is_probe: bool, now: Duration) -> bool {
        let until = [&self.closed_until_ms, &self.answered_until_ms].map(|until| until.load(Ordering::SeqCst));
        let is_closed = until.iter().any(|until| millis(now) < *until);
        !self.is_paused.load(Ordering::SeqCst) && (is_probe || !is_closed)
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_lease_that_was_never_written_covers_nothing() {
        let lease = Lease::default();
        assert!(!lease.covers(lease.term(), SECOND));
    }

    #[test]
    fn a_lease_covers_until_it_ends_and_again_after_a_heartbeat() {
        let lease = Lease::default();
        lease.renew(30 * SECOND);
        assert!(lease.covers(lease.term(), 29 * SECOND));
        assert!(!lease.covers(lease.term(), 30 * SECOND));
        lease.renew(60 * SECOND);
        assert!(lease.covers(lease.term(), 31 * SECOND));
    }

    #[test]
    fn claims_of_an_old_term_are_not_covered_by_a_new_lease() {
        let lease = Lease::default();
        lease.renew(30 * SECOND);
        let old = lease.term();
        lease.begin_term();
        assert!(!lease.covers(old, SECOND));
        assert!(lease.covers(lease.term(), SECOND));
    }

    #[test]
    fn a_tap_keeps_the_later_of_two_ends() {
        let tap = Tap::default();
        tap.close(20 * SECOND);
        tap.close(10 * SECOND);
        assert!(!tap.lets_out(false, 15 * SECOND));
        assert!(tap.lets_out(false, 20 * SECOND));
        tap.close(Duration::MAX);
        assert!(!tap.lets_out(false, 1_000_000 * SECOND));
        tap.open(SECOND);
        assert!(tap.lets_out(false, SECOND));
    }

    #[test]
    fn an_answer_of_which_the_database_has_not_heard_keeps_a_tap_closed() {
        let tap = Tap::default();
        tap.close(20 * SECOND);
        tap.close_by_answer(8 * SECOND, 30 * SECOND);
        for as_of in [5, 8, 9] {
            tap.open(as_of * SECOND);
            assert!(!tap.lets_out(false, 10 * SECOND), "as of {as_of}");
        }
        assert!(tap.lets_out(false, 30 * SECOND) && tap.lets_out(true, 10 * SECOND));
        tap.open(10 * SECOND);
        assert!(tap.lets_out(false, 10 * SECOND), "it has heard of it, and somebody opened the lane");
    }

    #[test]
    fn what_tries_the_way_goes_through_a_closed_tap_and_waits_for_the_end_of_a_pause() {
        let tap = Tap::default();
        tap.close(20 * SECOND);
        assert!(tap.lets_out(true, SECOND));
        tap.pause(true);
        assert!(!tap.lets_out(true, SECOND) && !tap.lets_out(false, 30 * SECOND));
        tap.pause(false);
        assert!(tap.lets_out(true, SECOND) && !tap.lets_out(false, SECOND));
    }
}
