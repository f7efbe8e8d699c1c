//! The most tokens that a lane can have, by the time of this host.
//!
//! Tokens are counted by the server's clock, and somebody may set that. But a process knows how many there were when it looked
//! last, and how long ago that is by a time that nobody sets: since then others may have taken some, and nobody has added more
//! than flowed in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::queue::{Bucket, Rate};
use crate::store::uptime::Uptime;

/// What this process left in the buckets of lanes, and when.
#[derive(Default)]
pub(super) struct Caps(Mutex<HashMap<String, (Bucket, Uptime)>>);

/// A bucket after a turn has taken from it.
pub(super) struct Left {
    pub lane: String,
    pub bucket: Bucket,
    pub at: Uptime,
}

impl Caps {
    /// What can be in the bucket of `lane` at `up`, where the server's clock says `bucket`.
    pub fn hold(&self, lane: &str, bucket: Bucket, rate: Rate, up: &Uptime) -> Bucket {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let most = known.get(lane).and_then(|(left, at)| Some(left.refill(rate, up.since(at)?).tokens));
        Bucket { tokens: bucket.tokens.min(most.unwrap_or(f64::INFINITY)) }
    }

    /// A turn is committed that left so much.
    pub fn note(&self, left: Vec<Left>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(left.into_iter().map(|Left { lane, bucket, at }| (lane, (bucket, at))));
    }
}
