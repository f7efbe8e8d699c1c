//! When claims are made: each claim of a store has a time of its own.
//!
//! A row is known as the one that was claimed by its worker, its attempt and this time. So of two rows that were claimed together,
//! and whose ids another program exchanged, neither gets the answer to the other.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use super::time;

/// A clock that was set back further is followed: claims would be made in what it calls the future otherwise.
const AHEAD_MAX_US: i64 = 1_000_000;

/// The times of a store's claims, by the database's clock: each is later than the one before, by a microsecond at least.
pub(super) struct Stamps {
    /// The newest.
    last: AtomicI64,
}

impl Default for Stamps {
    fn default() -> Stamps {
        Stamps { last: AtomicI64::new(i64::MIN) }
    }
}

impl Stamps {
    /// The first of `count` times, each a microsecond after the other, for claims that are made `now`.
    pub fn take(&self, now: Timestamp, count: usize) -> Timestamp {
        let now = now.as_microsecond();
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let first = |last: i64| {
            let is_ahead = last >= now && last.saturating_sub(now) <= AHEAD_MAX_US;
            if is_ahead { last + 1 } else { now }
        };
        let end = |last| first(last).saturating_add(count).saturating_sub(1);
        let before = self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(end(last)));
        time::of_micros(first(before.unwrap_or_else(|last| last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_given_twice() {
        let stamps = Stamps::default();
        let taken = [(100, 3), (100, 1), (102, 2), (900, 1), (100, 1)];
        let firsts = taken.map(|(now, count)| stamps.take(time::of_micros(now), count).as_microsecond());
        assert_eq!(firsts, [100, 103, 104, 900, 901]);
    }

    #[test]
    fn a_clock_that_was_set_back_is_followed() {
        let stamps = Stamps::default();
        stamps.take(time::of_micros(9_000_000), 1);
        assert_eq!(stamps.take(time::of_micros(5_000_000), 1), time::of_micros(5_000_000));
    }
}
