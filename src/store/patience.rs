//! How long a store waits for others: no longer than its process may.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// What begins when the deadline is over, or is about to be, may still wait so long: others hold their locks for moments.
const LAST_WAIT: Duration = Duration::from_millis(500);

/// When a process that was asked to stop must have done what it can. Whoever asks sets it, also while a store waits.
#[derive(Debug, Default)]
pub struct Deadline(OnceLock<Instant>);

impl Deadline {
    /// Sets it; the first time counts.
    pub fn set(&self, at: Instant) {
        let _ = self.0.set(at);
    }

    /// What is left of it. `None`: it was not set.
    pub fn left(&self) -> Option<Duration> {
        self.0.get().map(|at| at.saturating_duration_since(Instant::now()))
    }
}

/// A wait for others.
#[derive(Debug)]
pub(super) struct Wait {
    began: Instant,
    timeout: Duration,
    deadline: Arc<Deadline>,
}

impl Wait {
    pub fn begin(timeout: Duration, deadline: Arc<Deadline>) -> Wait {
        Wait { began: Instant::now(), timeout, deadline }
    }

    /// Whether it has waited long enough.
    pub fn is_over(&self) -> bool {
        let timeout = match self.deadline.0.get() {
            Some(at) => self.timeout.min(at.saturating_duration_since(self.began).max(LAST_WAIT)),
            None => self.timeout,
        };
        self.began.elapsed() >= timeout
    }
}

/// The deadline that a store heeds now.
#[derive(Debug, Default)]
pub(super) struct Heeded(Mutex<Arc<Deadline>>);

impl Heeded {
    pub fn set(&self, deadline: &Arc<Deadline>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(deadline);
    }

    /// A wait of at most `timeout` that begins now.
    pub fn begin(&self, timeout: Duration) -> Wait {
        Wait::begin(timeout, Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn a_deadline_ends_a_wait_that_began_before_it_was_set() {
        let heeded = Heeded::default();
        let deadline = Arc::new(Deadline::default());
        heeded.set(&deadline);
        let now = Instant::now();
        let began = now.checked_sub(LAST_WAIT).unwrap_or(now);
        let wait = Wait { began, ..heeded.begin(LONG) };
        assert!(!wait.is_over());
        deadline.set(began);
        assert!(wait.is_over() || began == now);
        assert!(!heeded.begin(LONG).is_over(), "what begins then is tried once more");
        assert!(heeded.begin(Duration::ZERO).is_over());
        assert_eq!(deadline.left(), Some(Duration::ZERO));
    }
}
