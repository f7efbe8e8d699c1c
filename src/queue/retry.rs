//! From the outcome of an attempt to the fate of its task.

use std::time::Duration;

use super::lane::ClosedReason;
use super::outcome::{ErrorType, Failure, LaneNotice, Outcome, Reply};

/// What is done with a task whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OnUnknown {
    /// It waits, failed, for an operator's order.
    #[default]
    Hold,
    /// It is sent again: the operator accepts that a message may go out twice.
    Retry,
    /// It is sent again: the gateway deduplicates on our key.
    Idempotent,
}

/// Exponential delays with full jitter: before retry `n` a random span between nothing and `base * 2^(n-1)`, never more than
/// `cap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest delay before the first retry.
    pub base: Duration,
    /// The longest delay before any.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff { base: Duration::from_secs(2), cap: Duration::from_secs(600) }
    }
}

impl Backoff {
    /// The delay after `failed_attempts` (at least 1) with `jitter` in 0.0..=1.0.
    pub fn delay(&self, failed_attempts: u32, jitter: f64) -> Duration {
        let doublings = failed_attempts.saturating_sub(1).min(31);
        let ceiling = self.base.saturating_mul(1 << doublings).min(self.cap);
        ceiling.mul_f64(jitter.clamp(0.0, 1.0))
    }
}

/// How a lane retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RetryPolicy {
    /// What is done where nobody knows whether the message left.
    pub on_unknown: OnUnknown,
    /// How long a deferred task waits.
    pub backoff: Backoff,
    /// `work --no-retry`: what could be retried by itself waits for an order instead.
    pub by_order_only: bool,
}

/// How many attempts a task has had and may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Attempts that failed before this one.
    pub retry_count: u32,
    /// Attempts in all.
    pub max_retries: u32,
    /// Which attempt this was, those that cost nothing counted.
    pub attempt: u32,
}

impl Budget {
    fn is_spent_by_one_more(self) -> bool {
        self.retry_count.saturating_add(1) >= self.max_retries
    }
}

/// What is written about a task when its attempt is over.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the sentence of a variant speaks of its fields")]
pub enum Fate {
    /// `completed`.
    Completed { provider_message_id: Option<String> },
    /// `failed`, and tried again by itself after this long. `spent` tells whether the attempt counts.
    Retry { after: Duration, failure: Failure, spent: bool },
    /// `failed`, and tried again by order only. `spent` tells whether the attempt counts.
    Parked { failure: Failure, spent: bool },
    /// `failed`, and a dead letter in the same transaction. The attempt counts.
    Dead { failure: Failure },
    /// Back to `pending`: it never left, and its attempt does not count.
    Released,
}

/// How long a lane that a person has to mend (credit, credentials, settings) is left alone before the next probe.
pub const LANE_BLOCKED_FOR: Duration = Duration::from_secs(60);
/// How long a process that is short of files, threads, memory or ports leaves a lane alone: some may come back.
pub const STARVED_FOR: Duration = Duration::from_secs(1);

impl LaneNotice {
    /// Why an answer closes the lane for everybody, and for how long. `None` where there was no answer.
    pub const fn closes(self) -> Option<(ClosedReason, Duration)> {
        match self {
            LaneNotice::ThrottledFor(span) => Some((ClosedReason::Throttled, span)),
            LaneNotice::OutOfCredit => Some((ClosedReason::Credit, LANE_BLOCKED_FOR)),
            LaneNotice::BadCredentials => Some((ClosedReason::Credentials, LANE_BLOCKED_FOR)),
            LaneNotice::Misdirected => Some((ClosedReason::Misdirected, LANE_BLOCKED_FOR)),
            LaneNotice::Unreachable | LaneNotice::Starved => None,
        }
    }
}

impl RetryPolicy {
    /// The fate of a task whose attempt ended in `reply`; `jitter` in 0.0..=1.0.
    pub fn fate(&self, reply: Reply, budget: Budget, jitter: f64) -> Fate {
        let lane = reply.lane;
        if lane == Some(LaneNotice::Starved) {
            return Fate::Released;
        }
        let failure = reply.failure.unwrap_or_else(|| Failure::new(ErrorType::Unknown, "no reason was given"));
        match reply.outcome {
            Outcome::Accepted => Fate::Completed { provider_message_id: reply.provider_message_id },
            Outcome::Rejected => Fate::Dead { failure },
            Outcome::Deferred => self.deferred(failure, lane, budget, jitter),
            Outcome::Unknown => self.unknown(failure, budget, jitter),
        }
    }

    /// What an answer says about the lane costs the message nothing: its attempt does not count. That one connection failed
    /// says nothing about the lane yet; whether it does is the breaker's to find out.
    fn deferred(&self, failure: Failure, lane: Option<LaneNotice>, budget: Budget, jitter: f64) -> Fate {
        let closes = lane.and_then(LaneNotice::closes);
        let spent = closes.is_none();
        if spent && budget.is_spent_by_one_more() {
            return Fate::Dead { failure };
        }
        if self.by_order_only {
            return Fate::Parked { failure, spent };
        }
        let after = match closes {
            None => self.backoff.delay(budget.retry_count + 1, jitter),
            // The lane is open again before the message is due, and longer before with each attempt: perhaps it is this message that
            // closes it, and others would never have their turn.
            Some((_, span)) => {
                let beyond = Backoff { base: self.backoff.base.max(span), cap: self.backoff.cap };
                span + beyond.delay(budget.attempt.max(1), jitter)
            }
        };
        Fate::Retry { after, failure, spent }
    }

    fn unknown(&self, failure: Failure, budget: Budget, jitter: f64) -> Fate {
        if budget.is_spent_by_one_more() {
            return Fate::Dead { failure };
        }
        match self.on_unknown {
            OnUnknown::Retry | OnUnknown::Idempotent if !self.by_order_only => {
                Fate::Retry { after: self.backoff.delay(budget.retry_count + 1, jitter), failure, spent: true }
            }
            OnUnknown::Hold | OnUnknown::Retry | OnUnknown::Idempotent => Fate::Parked { failure, spent: true },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a message waits that was deferred with this notice in its attempt of that number, at most.
    fn wait(notice: Option<LaneNotice>, attempt: u32) -> Option<Duration> {
        let reply = Reply { lane: notice, ..Reply::deferred(ErrorType::Throttled, "later") };
        let budget = Budget { retry_count: 0, max_retries: 3, attempt };
        match RetryPolicy::default().fate(reply, budget, 1.0) {
            Fate::Retry { after, spent, .. } => (spent == notice.is_none()).then_some(after),
            _ => None,
        }
    }

    #[test]
    fn a_message_that_closes_its_lane_is_due_after_it_opens_and_later_with_each_attempt() {
        const SECOND: Duration = Duration::from_secs(1);
        let throttled = Some(LaneNotice::ThrottledFor(5 * SECOND));
        for (attempt, longest) in [(0, 10), (1, 10), (2, 15), (3, 25), (4, 45), (30, 605)] {
            assert_eq!(wait(throttled, attempt), Some(longest * SECOND), "attempt {attempt}");
        }
        assert_eq!(wait(None, 9), Some(2 * SECOND), "what says nothing of the lane goes by the attempts that count");
    }
}
