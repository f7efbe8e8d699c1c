//! Time since the boot of the host: no clock that is set moves it.

use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::Clock;

/// Time since the host's boot, its sleep included. Never goes back.
pub(crate) fn boottime() -> Duration {
    #[cfg(target_os = "linux")]
    const CLOCK: ClockId = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: ClockId = ClockId::Monotonic;
    let time = clock_gettime(CLOCK);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Changes with every boot of the kernel; empty where it does not tell.
pub(crate) fn boot_id() -> &'static str {
    static BOOT_ID: OnceLock<String> = OnceLock::new();
    BOOT_ID.get_or_init(|| {
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
    })
}

/// A moment, as processes of one boot of one host tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uptime {
    /// As `boot_id`.
    pub boot: Cow<'static, str>,
    /// Since that boot.
    pub at: Duration,
}

impl Uptime {
    /// Now. A test's clock moves this too.
    pub fn now(clock: &Clock) -> Uptime {
        match clock {
            Clock::Database => Uptime { boot: Cow::Borrowed(boot_id()), at: boottime() },
            Clock::Frozen(micros) => {
                let micros = u64::try_from(micros.load(Ordering::SeqCst)).unwrap_or(0);
                Uptime { boot: Cow::Borrowed("frozen"), at: Duration::from_micros(micros) }
            }
        }
    }

    /// What has passed since `then`, at least: of what was before this boot nothing is known. `None`: the host does not tell
    /// its boots apart.
    pub fn since(&self, then: &Uptime) -> Option<Duration> {
        if self.boot.is_empty() {
            return None;
        }
        Some(if then.boot == self.boot { self.at.saturating_sub(then.at) } else { self.at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boot_time_never_goes_back() {
        let first = boottime();
        assert!(boottime() >= first);
        assert!(first > Duration::ZERO);
    }

    #[test]
    fn after_a_boot_only_the_time_since_counts() {
        let at = |boot, seconds| Uptime { boot: Cow::Borrowed(boot), at: Duration::from_secs(seconds) };
        assert_eq!(at("b1", 70).since(&at("b1", 40)), Some(Duration::from_secs(30)));
        assert_eq!(
            at("b1", 40).since(&at("b1", 70)),
            Some(Duration::ZERO),
            "another container may count from elsewhere"
        );
        assert_eq!(at("b2", 5).since(&at("b1", 70)), Some(Duration::from_secs(5)));
        assert_eq!(at("", 70).since(&at("", 40)), None);
    }
}
