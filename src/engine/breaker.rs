//! The breaker of one lane: failures to reach the gateway that come in a row, and what follows from them.
//!
//! That one connection fails says little; that several in a row do, or all that are under way, says that nobody is there.
//! Until it is known which of the two it is, such an attempt is a *suspect*: it waits here, and has its fate when the next
//! report of the lane comes home. Nothing of this is on the way of a message that was answered.

use super::events::Ending;
use super::sender::Report;
use crate::queue::{Backoff, ClosedReason, LaneNotice, LaneWord, Outcome};

/// So many failures in a row close a lane, if it has as many senders.
pub(super) const SUSPECTS_MAX: usize = 5;

/// Failures to reach one lane's gateway, in a row.
#[derive(Default)]
pub(super) struct Breaker {
    suspects: Vec<Report>,
}

/// What the breaker of a lane is held against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// Claims of the lane that are still out.
    pub in_flight: usize,
    /// Senders of this process.
    pub senders: usize,
    /// How long a lane rests: the first and the longest rest.
    pub rests: Backoff,
    /// In 0.0..=1.0.
    pub jitter: f64,
}

impl Breaker {
    /// Takes a report that came home; hands on those that have their fate now, in the order in which they came.
    pub fn judge(&mut self, report: Report, scene: Scene, hand_on: &mut dyn FnMut(Report)) {
        let is_probe = report.settlement.claim().probe().is_some();
        match report.notice {
            // It may be the last to come home: those that left before the lane closed learn from it, too, that nobody is there.
            Some(LaneNotice::Unreachable) if is_probe => {
                let rests = report.settlement.claim().probe().unwrap_or(0).saturating_add(1);
                self.trip(rests, scene, hand_on);
                hand_on(report.released_with(|error| unreachable(error, rests, scene)));
            }
            Some(LaneNotice::Unreachable) => {
                self.suspects.push(report);
                if self.suspects.len() >= scene.senders.clamp(1, SUSPECTS_MAX) || scene.in_flight == 0 {
                    self.trip(1, scene, hand_on);
                }
            }
            _ if never_left(&report) => {
                // The last one that could have told another story tells none.
                if scene.in_flight == 0 {
                    self.trip(1, scene, hand_on);
                }
                hand_on(if is_probe { report.with_word(LaneWord::ProbeAgain) } else { report });
            }
            notice => {
                // Somebody is there: those before it failed by themselves, and are deferred as any attempt.
                self.suspects.drain(..).for_each(&mut *hand_on);
                hand_on(answered(report, notice, is_probe));
            }
        }
    }

    /// Nobody is there: the lane closes for its rest number `rests`, and no suspect has lost an attempt.
    fn trip(&mut self, rests: u32, scene: Scene, hand_on: &mut dyn FnMut(Report)) {
        for suspect in self.suspects.drain(..) {
            hand_on(suspect.released_with(|error| unreachable(error, rests, scene)));
        }
    }
}

/// The word that closes a lane for its rest number `rests`, counted from 1. Half of a rest is fixed: full jitter could try a
/// gateway that is down again at once.
fn unreachable(error: String, rests: u32, scene: Scene) -> LaneWord {
    let span = scene.rests.delay(rests, 1.0).mul_f64(0.5 + scene.jitter.clamp(0.0, 1.0) / 2.0);
    LaneWord::Close { reason: ClosedReason::Unreachable, span, error }
}

/// The claim came back without a request: it says nothing about who is there. So does a message that was refused here, because it is
/// none that the gateway's request can be made of.
fn never_left(report: &Report) -> bool {
    match (report.notice, &report.ending) {
        (Some(LaneNotice::Starved), _) => true,
        (None, Ending::Tried { outcome: Outcome::Rejected | Outcome::Deferred, .. }) => !report.has_left,
        (_, Ending::Tried { .. }) => false,
        _ => true,
    }
}

fn answered(report: Report, notice: Option<LaneNotice>, is_probe: bool) -> Report {
    match notice.and_then(LaneNotice::closes) {
        Some((reason, span)) => {
            let error = report.error();
            report.with_word(LaneWord::Close { reason, span, error })
        }
        None if is_probe => report.with_word(LaneWord::Open),
        None => report,
    }
}
