//! How the sandbox behaves: well, or badly on order, and the same way in every run with the same seed.

use std::hash::Hasher;
use std::time::Duration;

use regex::Regex;

/// What the sandbox does, and how often. Chances are 0.0 to 1.0 and together at most 1.0.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// Before every answer.
    pub latency: Duration,
    /// Answers this status instead, with this chance. 502 and 504 speak for a proxy, and the gateway behind it **takes** the
    /// message: the worst case for a sender that tries again. No other status takes it.
    pub fail: Vec<(u16, f64)>,
    /// `Retry-After` of 429 and 503.
    pub retry_after: Option<Duration>,
    /// Takes the message, and closes the connection without an answer.
    pub hang_up: f64,
    /// Takes the message, and never answers.
    pub silent: f64,
    /// Takes the message, and answers what is no HTTP.
    pub garbage: f64,
    /// Answers 400 if this fits the number or the text, and does not take the message.
    pub reject: Option<Regex>,
    /// Sends the body of every answer a byte at a time, with this pause before each.
    pub slow_body: Option<Duration>,
    /// The one `application` that is let in; `None` lets all in.
    pub application: Option<String>,
    /// Chooses the dice.
    pub seed: u64,
}

/// A behaviour that cannot be.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum BehaviourError {
    #[error("a chance of {0} is not between 0 and 1")]
    Chance(f64),
    #[error("all chances together are {0:.3}, more than 1")]
    Sum(f64),
    #[error("`{0}` is no status that a gateway can fail with; 400 to 599 are")]
    Status(u16),
}

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// 200, taken.
    Accept,
    /// This status.
    Fail(u16),
    HangUp,
    Silent,
    Garbage,
    /// 400: the number or the text is unwelcome.
    Reject,
    /// 401: not the right application.
    Unauthorized,
}

impl Fate {
    /// Whether the message is taken: the ledger's truth, whatever the answer.
    pub const fn takes(self) -> bool {
        match self {
            Fate::Accept | Fate::HangUp | Fate::Silent | Fate::Garbage | Fate::Fail(502 | 504) => true,
            Fate::Fail(_) | Fate::Reject | Fate::Unauthorized => false,
        }
    }

    /// The word in the ledger.
    pub fn word(self) -> String {
        match self {
            Fate::Accept => "accepted".to_owned(),
            Fate::Fail(status) => status.to_string(),
            Fate::HangUp => "hang-up".to_owned(),
            Fate::Silent => "silent".to_owned(),
            Fate::Garbage => "garbage".to_owned(),
            Fate::Reject => "400".to_owned(),
            Fate::Unauthorized => "401".to_owned(),
        }
    }
}

impl Behaviour {
    /// Checks the chances and statuses.
    ///
    /// # Errors
    /// Names what cannot be.
    pub fn check(&self) -> Result<(), BehaviourError> {
        let chances = self.chances();
        if let Some((_, chance)) = chances.iter().find(|(_, chance)| !(0.0..=1.0).contains(chance)) {
            return Err(BehaviourError::Chance(*chance));
        }
        if let Some((status, _)) = self.fail.iter().find(|(status, _)| !(400..=599).contains(status)) {
            return Err(BehaviourError::Status(*status));
        }
        let sum: f64 = chances.iter().map(|(_, chance)| chance).sum();
        // Ten times 0.1 is a little more than 1 in binary.
        if sum > 1.0 + 1e-9 { Err(BehaviourError::Sum(sum)) } else { Ok(()) }
    }

    fn chances(&self) -> Vec<(Fate, f64)> {
        let failures = self.fail.iter().map(|(status, chance)| (Fate::Fail(*status), *chance));
        failures
            .chain([(Fate::HangUp, self.hang_up), (Fate::Silent, self.silent), (Fate::Garbage, self.garbage)])
            .collect()
    }

    /// What becomes of the `nth` request (from 1) with this number and text. It depends on nothing else but the seed, so it
    /// does not matter in which order threads come.
    pub(super) fn fate(&self, application: &str, to: &str, text: &str, nth: u32) -> Fate {
        if self.application.as_deref().is_some_and(|welcome| welcome != application) {
            return Fate::Unauthorized;
        }
        if self.reject.as_ref().is_some_and(|pattern| pattern.is_match(to) || pattern.is_match(text)) {
            return Fate::Reject;
        }
        let mut die =
            fastrand::Rng::with_seed(self.seed ^ message_key(to, text) ^ u64::from(nth).rotate_left(32)).f64();
        for (fate, chance) in self.chances() {
            if die < chance {
                return fate;
            }
            die -= chance;
        }
        Fate::Accept
    }
}

/// One number for a number and a text, the same in every run and on every machine (FNV-1a).
pub(super) fn message_key(to: &str, text: &str) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(to.as_bytes());
    hash.write(b"\n");
    hash.write(text.as_bytes());
    hash.finish()
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad() -> Behaviour {
        Behaviour { fail: vec![(503, 0.3), (502, 0.1)], hang_up: 0.2, silent: 0.1, seed: 7, ..Behaviour::default() }
    }

    #[test]
    fn the_same_message_fares_the_same_in_every_run() {
        let fates = |seed| -> Vec<Fate> {
            let behaviour = Behaviour { seed, ..bad() };
            (0..200).map(|n| behaviour.fate("App", &format!("{n}"), "text", 1 + n % 3)).collect()
        };
        assert_eq!(fates(7), fates(7));
        assert_ne!(fates(7), fates(8));
    }

    #[test]
    fn a_chance_is_about_as_frequent_as_ordered() {
        let behaviour = bad();
        let count =
            |wanted: Fate| (0..10_000).filter(|n| behaviour.fate("App", &format!("{n}"), "text", 1) == wanted).count();
        for (fate, per_cent) in [(Fate::Fail(503), 30), (Fate::Fail(502), 10), (Fate::HangUp, 20), (Fate::Accept, 30)] {
            let seen = count(fate);
            assert!((per_cent * 90..=per_cent * 110).contains(&seen), "{fate:?}: {seen} of 10000, not {per_cent} %");
        }
    }

    #[test]
    fn chances_are_checked() {
        assert!(bad().check().is_ok());
        assert!(Behaviour { fail: vec![(503, 0.1); 10], ..Behaviour::default() }.check().is_ok());
        for wrong in [
            Behaviour { hang_up: 1.1, ..Behaviour::default() },
            Behaviour { silent: -0.1, ..Behaviour::default() },
            Behaviour { silent: f64::NAN, ..Behaviour::default() },
            Behaviour { silent: 0.6, garbage: 0.6, ..Behaviour::default() },
            Behaviour { fail: vec![(200, 0.1)], ..Behaviour::default() },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }
}
