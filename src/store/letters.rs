//! Which dead letters may be sent again: the same for every backend.

use super::deltas::Standing;

/// What an operator agreed to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Consent {
    /// To send again what may have left already.
    pub unknown: bool,
    /// To send what has expired.
    pub expired: bool,
}

/// The failed task of a dead letter.
pub(super) struct FailedTask {
    pub task_func: String,
    pub batch_id: Option<i64>,
    pub standing: Standing,
    /// Its time has passed.
    pub is_expired: bool,
}

impl FailedTask {
    /// Whether it may be sent again.
    pub fn is_allowed(&self, consent: Consent) -> bool {
        (consent.unknown || !self.standing.unknown) && (consent.expired || !self.is_expired)
    }
}
