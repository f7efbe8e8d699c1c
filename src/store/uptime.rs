//! Time since the boot of the host: no clock that is set moves it.

use std::borrow::Cow;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
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

/// The time namespace of this process, as a number, where it is not the first of all: containers may count the time since boot from
/// elsewhere (time_namespaces(7)).
pub(crate) fn time_namespace() -> Option<u64> {
    /// `PROC_TIME_INIT_INO` of the kernel.
    const FIRST: u64 = 0xEFFF_FFFA;
    namespace("time").filter(|number| *number != FIRST)
}

/// The number in `time:[4026531834]`.
fn namespace(kind: &str) -> Option<u64> {
    let link = std::fs::read_link(Path::new("/proc/self/ns").join(kind)).ok()?;
    link.to_str()?.split_once('[')?.1.strip_suffix(']')?.parse().ok()
}

/// By how much `boottime` differs from that of the first time namespace; `None`: the kernel does not tell.
fn moved_by() -> Option<SignedDuration> {
    static MOVED_BY: OnceLock<Option<SignedDuration>> = OnceLock::new();
    *MOVED_BY.get_or_init(|| {
        if time_namespace().is_none() {
            return Some(SignedDuration::ZERO);
        }
        // The file is about the namespace of children, which nearly always is that of their parent.
        let is_ours = namespace("time") == namespace("time_for_children");
        let offsets = std::fs::read_to_string("/proc/self/timens_offsets").ok().filter(|_| is_ours)?;
        offset_of_boottime(&offsets)
    })
}

/// Lines such as `boottime 100000 0`: seconds and nanoseconds.
fn offset_of_boottime(offsets: &str) -> Option<SignedDuration> {
    let mut words = offsets.lines().find_map(|line| line.strip_prefix("boottime"))?.split_ascii_whitespace();
    let seconds = words.next()?.parse().ok()?;
    let nanoseconds = words.next()?.parse::<u32>().ok()?;
    Some(SignedDuration::from_secs(seconds) + SignedDuration::from_nanos(nanoseconds.into()))
}

/// A moment, as processes of one boot of one host tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uptime {
    /// As `boot_id`; empty where the time since then is not known.
    pub boot: Cow<'static, str>,
    /// Since that boot.
    pub at: Duration,
}

impl Uptime {
    /// Now. A test's clock moves this too.
    pub fn now(clock: &Clock) -> Uptime {
        match clock {
            Clock::Database => {
                let at =
                    moved_by().and_then(|by| Duration::try_from(SignedDuration::try_from(boottime()).ok()? - by).ok());
                Uptime { boot: Cow::Borrowed(at.map_or("", |_| boot_id())), at: at.unwrap_or_default() }
            }
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
    fn offsets_of_a_time_namespace_are_read() {
        let read = |text| offset_of_boottime(text).map(|offset| offset.as_nanos());
        assert_eq!(
            read("monotonic           0         0\nboottime       100000         0\n"),
            Some(100_000_000_000_000)
        );
        assert_eq!(read("monotonic  0  0\nboottime  -20  500000000\n"), Some(-19_500_000_000));
        assert_eq!(read("monotonic  0  0\n"), None);
        assert_eq!(read(""), None);
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
