//! The way out of a task: `gateway:NAME` or `command:NAME`, stored in `task_func`.

use std::fmt;
use std::time::Duration;

use super::task::Due;

/// The name of a lane, as it stands in `task_func`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// An SMS gateway of the settings.
    Gateway(String),
    /// A command of the settings, run once a task.
    Command(String),
}

impl Lane {
    /// Reads `gateway:NAME`, `command:NAME`, or a bare `NAME`, which means a gateway. `None` if the name is empty or the
    /// word before the colon is neither.
    pub fn parse(word: &str) -> Option<Lane> {
        match word.split_once(':') {
            None if word.is_empty() => None,
            None => Some(Lane::Gateway(word.to_owned())),
            Some((_, "")) => None,
            Some(("gateway", name)) => Some(Lane::Gateway(name.to_owned())),
            Some(("command", name)) => Some(Lane::Command(name.to_owned())),
            Some(_) => None,
        }
    }

    /// The lane whose whole name a `task_func` is. A bare word is a lane on the command line, but in a row it is another
    /// program's function.
    pub fn in_row(task_func: &str) -> Option<Lane> {
        task_func.contains(':').then(|| Lane::parse(task_func)).flatten()
    }

    /// The name without its kind.
    pub fn name(&self) -> &str {
        match self {
            Lane::Gateway(name) | Lane::Command(name) => name,
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Gateway(name) => write!(f, "gateway:{name}"),
            Lane::Command(name) => write!(f, "command:{name}"),
        }
    }
}

/// Why nothing goes out by a lane for a while: `lanes.closed_reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClosedReason {
    /// Its gateway cannot be reached, or its command cannot be started: nothing was sent.
    Unreachable,
    /// The gateway asked to be left alone for a time.
    Throttled,
    /// The account is out of credit.
    Credit,
    /// Our credentials were refused.
    Credentials,
    /// The settings lead to no gateway, or the command says that it is set up wrongly.
    Misdirected,
}

impl ClosedReason {
    /// All words.
    pub const ALL: [ClosedReason; 5] = [
        ClosedReason::Unreachable,
        ClosedReason::Throttled,
        ClosedReason::Credit,
        ClosedReason::Credentials,
        ClosedReason::Misdirected,
    ];

    /// The word in the database and in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            ClosedReason::Unreachable => "unreachable",
            ClosedReason::Throttled => "throttled",
            ClosedReason::Credit => "credit",
            ClosedReason::Credentials => "credentials",
            ClosedReason::Misdirected => "misdirected",
        }
    }

    /// The reason that a word of the database means.
    pub fn parse(word: &str) -> Option<ClosedReason> {
        ClosedReason::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Whether one message tries the way before all others follow. A gateway that named a time is believed.
    pub const fn needs_probe(self) -> bool {
        !matches!(self, ClosedReason::Throttled)
    }
}

/// What the end of a claim says about its lane; written with the claim's fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneWord {
    /// Nothing is claimed for a while.
    Close {
        /// Why.
        reason: ClosedReason,
        /// For how long.
        span: Duration,
        /// What the attempt said, for people.
        error: String,
    },
    /// The probe had an answer: the lane is open.
    Open,
    /// The probe never left: another one may be made at once.
    ProbeAgain,
}

/// What an operator orders for a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneOrder {
    /// Nothing is claimed.
    Pause {
        /// It goes on by itself then; `None`: when it is resumed.
        until: Option<Due>,
        /// Why, for people.
        reason: Option<String>,
    },
    /// Claims go on at once, whoever paused or closed the lane.
    Resume,
}

impl LaneOrder {
    /// The word in the audit log.
    pub const fn as_str(&self) -> &'static str {
        match self {
            LaneOrder::Pause { .. } => "lane pause",
            LaneOrder::Resume => "lane resume",
        }
    }
}

/// A token bucket: `per_s` tokens a second flow in, at most `burst` are kept, a claim takes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens a second, more than 0.
    pub per_s: f64,
    /// The most tokens that are kept, at least 1.
    pub burst: f64,
}

/// The state of a lane's token bucket, as the database keeps it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Tokens at the last look, at least 0.
    pub tokens: f64,
}

impl Bucket {
    /// A bucket that nobody has drawn from. It is not full: no more than a burst, or than what flows in, shall pass within its
    /// first second. The first message need not wait.
    pub fn fresh(rate: Rate) -> Bucket {
        Bucket { tokens: (rate.burst - rate.per_s.ceil() + 1.0).max(1.0) }
    }

    /// What is in it after `elapsed`. A clock that went backwards refills nothing.
    pub fn refill(self, rate: Rate, elapsed: Duration) -> Bucket {
        let tokens = self.tokens + elapsed.as_secs_f64() * rate.per_s;
        Bucket { tokens: tokens.min(rate.burst.max(1.0)) }
    }

    /// Whole tokens that can be taken now.
    pub fn whole(self) -> usize {
        // A token that is short by less than a rounding error is a whole one: otherwise a wait could end too early for ever.
        (self.tokens + 1e-6).floor().max(0.0) as usize
    }

    /// Without `taken` tokens.
    pub fn take(self, taken: usize) -> Bucket {
        Bucket { tokens: (self.tokens - taken as f64).max(0.0) }
    }

    /// How long until a whole token is there.
    pub fn next_token(self, rate: Rate) -> Duration {
        let missing = (1.0 - self.tokens).max(0.0);
        Duration::try_from_secs_f64(missing / rate.per_s).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_A_SECOND: Rate = Rate { per_s: 2.0, burst: 4.0 };

    #[test]
    fn a_bucket_never_holds_more_than_its_burst() {
        let bucket = Bucket::fresh(TWO_A_SECOND).refill(TWO_A_SECOND, Duration::from_secs(3600));
        assert_eq!(bucket.whole(), 4);
    }

    #[test]
    fn tokens_come_back_at_the_rate() {
        let empty = Bucket { tokens: 4.0 }.take(4);
        assert_eq!(empty.whole(), 0);
        assert_eq!(empty.next_token(TWO_A_SECOND), Duration::from_millis(500));
        assert_eq!(empty.refill(TWO_A_SECOND, Duration::from_millis(500)).whole(), 1);
        assert_eq!(empty.refill(TWO_A_SECOND, Duration::ZERO).whole(), 0);
    }

    #[test]
    fn the_first_second_of_a_fresh_bucket_passes_a_burst_or_the_flow() {
        for (per_s, burst, passes) in [(5.0, 5.0, 5), (2.0, 4.0, 4), (2.5, 3.0, 3), (0.1, 1.0, 1), (5.0, 1.0, 5)] {
            let rate = Rate { per_s, burst };
            let mut bucket = Bucket::fresh(rate);
            let (mut passed, step) = (0, Duration::from_millis(1));
            for _ in 0..1000 {
                let taken = bucket.whole();
                passed += taken;
                bucket = bucket.take(taken).refill(rate, step);
            }
            assert_eq!(passed, passes, "{rate:?}");
        }
    }

    #[test]
    fn reasons_are_read_as_they_are_written() {
        for reason in ClosedReason::ALL {
            assert_eq!(ClosedReason::parse(reason.as_str()), Some(reason));
        }
        assert_eq!(ClosedReason::parse("bored"), None);
    }

    #[test]
    fn a_lane_has_one_of_two_kinds() {
        assert_eq!(Lane::parse("hkt"), Some(Lane::Gateway("hkt".to_owned())));
        assert_eq!(Lane::parse("command:report").map(|lane| lane.to_string()).as_deref(), Some("command:report"));
        assert_eq!((Lane::in_row("gateway:hkt"), Lane::in_row("hkt")), (Lane::parse("hkt"), None));
        for wrong in ["", "gateway:", "smtp:x"] {
            assert_eq!(Lane::parse(wrong), None, "{wrong}");
        }
    }
}
