//! Lanes, and how they stand.

use serde::Serialize;

use super::{CountsShape, fields};
use crate::commands::standing::Standing;
use crate::output::Column;
use crate::output::record::timestamp;
use crate::queue::Rate;
use crate::store::Tally;

/// A row of `lane list`.
#[derive(Debug, Serialize)]
pub struct LaneStateShape {
    pub lane: String,
    /// Whether the settings have it.
    pub served: bool,
    /// `open`, `paused`, `closed` or `probing`.
    pub state: &'static str,
    /// `unreachable`, `throttled`, `credit`, `credentials` or `misdirected`.
    pub closed_reason: Option<&'static str>,
    /// What the last attempt said.
    pub closed_error: Option<String>,
    pub closed_at: Option<String>,
    /// When it opens, or a message tries the way; while one does, when the next would.
    pub closed_until: Option<String>,
    /// Rests in a row since it last answered.
    pub rests: u32,
    pub paused_reason: Option<String>,
    pub paused_at: Option<String>,
    pub paused_until: Option<String>,
    /// `null`: no limit.
    pub rate_per_s: Option<f64>,
    pub burst: Option<f64>,
    pub pending: u64,
    pub processing: u64,
    pub scheduled: u64,
    pub failed: u64,
    pub retryable: u64,
}

impl LaneStateShape {
    pub const FIELDS: &'static [Column] = fields![
        "lane",
        "served",
        "state",
        "closed_reason",
        "closed_error",
        "closed_at",
        "closed_until",
        "rests",
        "paused_reason",
        "paused_at",
        "paused_until",
        "rate_per_s",
        "burst",
        "pending",
        "processing",
        "scheduled",
        "failed",
        "retryable",
    ];

    /// `tallies` are those of all that the lane serves.
    pub fn new(standing: &Standing<'_>, rate: Option<Rate>, served: bool, tallies: &[Tally]) -> LaneStateShape {
        let mut counts = CountsShape::default();
        tallies.iter().for_each(|tally| counts.add(tally));
        let status = standing.status.clone();
        let (pause, closure) = (status.pause, status.closure);
        LaneStateShape {
            state: standing.word(),
            lane: status.lane,
            served,
            closed_reason: closure.as_ref().map(|closure| closure.reason.as_str()),
            closed_at: closure.as_ref().and_then(|closure| closure.at).map(timestamp),
            closed_until: closure.as_ref().map(|closure| timestamp(closure.until)),
            rests: closure.as_ref().map_or(0, |closure| closure.rests),
            closed_error: closure.and_then(|closure| closure.error),
            paused_at: pause.as_ref().and_then(|pause| pause.at).map(timestamp),
            paused_until: pause.as_ref().and_then(|pause| pause.until).map(timestamp),
            paused_reason: pause.and_then(|pause| pause.reason),
            rate_per_s: rate.map(|rate| rate.per_s),
            burst: rate.map(|rate| rate.burst),
            pending: counts.pending,
            processing: counts.processing,
            scheduled: counts.scheduled,
            failed: counts.failed,
            retryable: counts.retryable,
        }
    }
}

/// What `lane pause` and `lane resume` answer.
#[derive(Debug, Serialize)]
pub struct LaneOrderShape {
    pub changed: u64,
    pub lane: String,
    /// As it stands now.
    pub state: &'static str,
    /// When that ends by itself.
    pub until: Option<String>,
}

impl LaneOrderShape {
    /// How the lane stands after an order that did or did not change it.
    pub fn new(standing: &Standing<'_>, changed: bool) -> LaneOrderShape {
        LaneOrderShape {
            changed: u64::from(changed),
            lane: standing.status.lane.clone(),
            state: standing.word(),
            until: standing.until().map(timestamp),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::LaneStatus;

    #[test]
    fn lists_name_all_fields() {
        let status = LaneStatus::default();
        let standing = Standing { status: &status, now: Timestamp::UNIX_EPOCH };
        super::super::assert_fields(LaneStateShape::FIELDS, &LaneStateShape::new(&standing, None, true, &[]));
    }
}
