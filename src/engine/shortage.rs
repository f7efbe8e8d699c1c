//! A process that is short of what it needs to send: files, threads, ports or memory. It goes on with as many senders as can work,
//! and calls the others back when the system may have more.

use std::time::Duration;

use super::dispatcher::Dispatcher;
use super::events::{Ending, Event, LaneWhy};
use super::lease::boottime;
use super::sender::Report;
use crate::queue::{LaneNotice, STARVED_FOR};

/// How long fewer senders have worked without a shortage when others are tried.
const MORE_AFTER: Duration = Duration::from_secs(60);

/// Not all senders can work: the system lacks what they need.
pub(super) struct Shortage {
    /// How many there are.
    hired: usize,
    /// When it showed, or when others were last tried (boot time).
    since: Duration,
    /// The fewest that the log was told of.
    told: usize,
    /// How many are tried next.
    step: usize,
}

impl Shortage {
    fn begin(hired: usize) -> Shortage {
        Shortage { hired, since: Duration::ZERO, told: hired, step: 1 }
    }

    fn shows(&mut self, now: Duration) {
        (self.since, self.step) = (now, 1);
    }

    /// Whether some sit out, while so many work.
    pub fn leaves_out(&self, working: usize) -> bool {
        working < self.hired
    }

    /// How many more are to be tried now: one at first, and twice as many each time that none of them found it short. `None`: all
    /// have worked without a shortage, and it is over.
    fn try_more(&mut self, working: usize, now: Duration) -> Option<usize> {
        if now.saturating_sub(self.since) < MORE_AFTER {
            return Some(0);
        }
        let more = self.step.min(self.hired.saturating_sub(working));
        (self.since, self.step) = (now, self.step.saturating_mul(2));
        (more > 0).then_some(more)
    }
}

impl Dispatcher<'_> {
    /// A process that is out of files, threads or ports leaves the lane alone for a moment. Others need not.
    pub(super) fn heed_starvation(&mut self, report: &Report) {
        let now = boottime();
        if report.notice == Some(LaneNotice::Starved) && self.lanes.rest(report.lane, now + STARVED_FOR, now) {
            let lane = self.lanes.name(report.lane);
            let span = Some(STARVED_FOR);
            self.observer.observe(&Event::LaneClosed { lane, why: LaneWhy::Starved, span, error: "" });
        }
        if report.notice == Some(LaneNotice::Starved) {
            self.work_with_fewer(now);
        } else if matches!(report.ending, Ending::Tried { .. }) {
            self.lanes.fed(report.lane);
        }
    }

    /// There are not files, threads or ports enough for all senders: the one that found out sits out, unless it is the last.
    fn work_with_fewer(&mut self, now: Duration) {
        let senders = self.desk.senders;
        self.desk.shortage.get_or_insert_with(|| Shortage::begin(senders)).shows(now);
        self.desk.senders = senders.saturating_sub(1);
        if self.desk.senders == 0 {
            self.call_one();
        }
    }

    /// The number of those that fit is told when the lane is used again. What the system lacked it may have again: after a while
    /// others are tried.
    pub(super) fn work_with_more(&mut self, now: Duration) {
        let senders = self.desk.senders;
        let Some(shortage) = &mut self.desk.shortage else { return };
        if senders < shortage.told && !self.lanes.any_rests(now) {
            shortage.told = senders;
            self.observer.observe(&Event::FewerConnections { senders, of: shortage.hired });
        }
        match shortage.try_more(senders, now) {
            Some(more) => (0..more).for_each(|_| self.call_one()),
            None => self.desk.shortage = None,
        }
    }

    /// Whether senders sit out.
    pub(super) fn is_short(&self) -> bool {
        self.desk.shortage.as_ref().is_some_and(|shortage| shortage.leaves_out(self.desk.senders))
    }

    fn call_one(&mut self) {
        // There is room for a call to each of them.
        let _ = self.desk.recall.try_send(());
        self.desk.senders += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At each minute: how many are tried.
    fn minutes(shortage: &mut Shortage, mut working: usize) -> Vec<Option<usize>> {
        let mut out = Vec::new();
        for minute in 1..100 {
            let more = shortage.try_more(working, MORE_AFTER * minute);
            working += more.unwrap_or(0);
            out.push(more);
            if more.is_none() {
                break;
            }
        }
        out
    }

    #[test]
    fn more_and_more_are_tried_until_all_work_and_then_it_is_over() {
        let mut shortage = Shortage::begin(64);
        shortage.shows(Duration::ZERO);
        assert_eq!(shortage.try_more(1, MORE_AFTER - Duration::from_nanos(1)), Some(0));
        let tried = [1, 2, 4, 8, 16, 32].map(Some).into_iter().chain([None]).collect::<Vec<_>>();
        assert_eq!(minutes(&mut shortage, 1), tried);
        assert!(shortage.leaves_out(63) && !shortage.leaves_out(64));
    }

    #[test]
    fn where_it_shows_again_one_is_tried_first() {
        let mut shortage = Shortage::begin(64);
        shortage.shows(Duration::ZERO);
        let tried = [1, 2].map(|minute| shortage.try_more(40, MORE_AFTER * minute));
        assert_eq!(tried, [Some(1), Some(2)]);
        shortage.shows(MORE_AFTER * 2);
        assert_eq!(shortage.try_more(40, MORE_AFTER * 3), Some(1));
    }

    #[test]
    fn a_last_sender_that_found_it_short_is_all_there_is() {
        let mut shortage = Shortage::begin(1);
        shortage.shows(Duration::ZERO);
        assert!(!shortage.leaves_out(1), "its stock lies ready");
        assert_eq!(minutes(&mut shortage, 1), [None]);
    }
}
