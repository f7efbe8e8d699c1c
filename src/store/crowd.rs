//! A crowd: a batch so long that, first in line, it would keep everything that came after it waiting until its last message is
//! sent.
//!
//! Of equal priority the lowest ids are claimed first. Where all that a turn would claim belongs to a crowd, half of it goes to
//! those behind the batch instead, in their own order; where a crowd stands there, too, half of that half to those behind it, and
//! so on. With nobody behind, the batch goes on as fast as ever.

use crate::queue::TaskId;

/// A batch is a crowd as long as its last task is so many ids behind the first in line.
pub(super) const CROWD_MIN: i64 = 250;

/// So many crowds that stand behind each other are told apart.
const CROWDS_MAX: usize = 8;

/// A task in line.
pub(super) trait Waiting {
    fn id(&self) -> TaskId;
    fn priority(&self) -> i64;
    fn batch(&self) -> Option<i64>;
}

/// The pending tasks of a lane: highest priority first, then lowest id.
pub(super) trait Line {
    type Task: Waiting;
    /// Where those of one priority begin who stand behind the end of a batch.
    type Place;
    type Error;

    /// The first `count`.
    fn head(&mut self, count: usize) -> Result<Vec<Self::Task>, Self::Error>;

    /// Those of this priority behind the last task of the batch. `None`: nobody is there, or that task's id is below `beyond`.
    fn behind(&mut self, batch: i64, priority: i64, beyond: i64) -> Result<Option<Self::Place>, Self::Error>;

    /// The first `count` from there on.
    fn at(&mut self, place: &Self::Place, count: usize) -> Result<Vec<Self::Task>, Self::Error>;
}

/// The `count` tasks that are to be claimed next. The half task of an odd number goes to those behind a crowd by chance (`coin`).
pub(super) fn next<L: Line>(line: &mut L, count: usize, coin: fn() -> bool) -> Result<Vec<L::Task>, L::Error> {
    let mut found = line.head(count)?;
    let (mut out, mut passed) = (Vec::new(), Vec::new());
    for _ in 0..CROWDS_MAX {
        let room = count - out.len();
        let Some((batch, priority)) = crowd(&found, room) else { break };
        let share = room / 2 + usize::from(room % 2 == 1 && coin());
        let beyond = found[0].id().saturating_add(CROWD_MIN);
        if share == 0 {
            break;
        }
        let Some(place) = line.behind(batch, priority, beyond)? else { break };
        let behind = line.at(&place, share)?;
        passed.extend(found.split_off(room - share));
        out.append(&mut found);
        found = behind;
    }
    out.append(&mut found);
    let left = count - out.len();
    out.extend(passed.into_iter().take(left));
    Ok(out)
}

/// The first `count` of what several lines brought.
pub(super) fn first<T: Waiting>(mut found: Vec<T>, count: usize) -> Vec<T> {
    found.sort_by_key(|task| (-task.priority(), task.id()));
    found.truncate(count);
    found
}

/// The batch and the priority of them all, if more may stand behind them.
fn crowd<T: Waiting>(found: &[T], room: usize) -> Option<(i64, i64)> {
    let first = found.first().filter(|_| found.len() >= room)?;
    let batch = first.batch()?;
    let alike = |task: &T| task.batch() == Some(batch) && task.priority() == first.priority();
    found.iter().all(alike).then(|| (batch, first.priority()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Batch and priority of a task, and its id.
    type Task = (Option<i64>, i64, TaskId);

    impl Waiting for Task {
        fn id(&self) -> TaskId {
            self.2
        }
        fn priority(&self) -> i64 {
            self.1
        }
        fn batch(&self) -> Option<i64> {
            self.0
        }
    }

    /// Who waits, in the order of their ids.
    struct Waits(Vec<Task>);

    impl Waits {
        /// Groups of so many tasks of one batch and priority 5.
        fn of(groups: &[(Option<i64>, usize)]) -> Waits {
            let batches = groups.iter().flat_map(|(batch, count)| vec![*batch; *count]);
            Waits(batches.zip(1..).map(|(batch, id)| (batch, 5, id)).collect())
        }

        /// The batches of the next `count`, all of whom leave.
        fn leave(&mut self, count: usize, coin: fn() -> bool) -> Vec<Option<i64>> {
            let next = next(self, count, coin).expect("nothing fails");
            assert!(next.len() == count.min(self.0.len()), "{} of {count}", next.len());
            self.0.retain(|task| !next.contains(task));
            next.iter().map(Waiting::batch).collect()
        }
    }

    impl Line for Waits {
        type Task = Task;
        type Place = (i64, TaskId);
        type Error = std::convert::Infallible;

        fn head(&mut self, count: usize) -> Result<Vec<Task>, Self::Error> {
            let mut line = self.0.clone();
            line.sort_by_key(|task| (-task.1, task.2));
            line.truncate(count);
            Ok(line)
        }

        fn behind(&mut self, batch: i64, priority: i64, beyond: i64) -> Result<Option<Self::Place>, Self::Error> {
            let last = self.0.iter().filter(|task| task.0 == Some(batch)).map(|task| task.2).max().unwrap_or(0);
            let place = self.at(&(priority, last + 1), 1)?.first().map(|task| (priority, task.2));
            Ok(place.filter(|_| last >= beyond))
        }

        fn at(&mut self, place: &Self::Place, count: usize) -> Result<Vec<Task>, Self::Error> {
            let there = self.0.iter().filter(|task| task.1 == place.0 && task.2 >= place.1);
            Ok(there.copied().take(count).collect())
        }
    }

    const A: Option<i64> = Some(1);
    const B: Option<i64> = Some(2);

    fn no() -> bool {
        false
    }

    #[test]
    fn half_of_a_turn_goes_to_those_behind_a_crowd_in_their_order() {
        let mut waits = Waits::of(&[(A, 1_000), (None, 3)]);
        assert_eq!(waits.leave(4, no), [A, A, None, None]);
        assert_eq!(waits.leave(4, no), [A, A, None, A], "and what they leave over goes to the crowd");
        assert_eq!(waits.leave(4, no), [A; 4], "with nobody behind it is as fast as ever");
    }

    #[test]
    fn crowds_behind_a_crowd_share_what_is_left() {
        let mut waits = Waits::of(&[(A, 1_000), (None, 2), (B, 1_000), (None, 9)]);
        assert_eq!(waits.leave(8, no), [A, A, A, A, None, None, B, B]);
        assert_eq!(waits.leave(8, no), [A, A, A, A, B, B, None, None]);
    }

    #[test]
    fn one_at_a_time_is_by_chance() {
        let mut waits = Waits::of(&[(A, 1_000), (None, 3)]);
        assert_eq!((waits.leave(1, no), waits.leave(1, || true)), (vec![A], vec![None]));
        assert_eq!((waits.leave(3, no), waits.leave(3, || true)), (vec![A, A, None], vec![A, None, A]));
    }

    #[test]
    fn a_short_batch_and_messages_of_no_batch_keep_their_turn() {
        let mut waits = Waits::of(&[(A, 250), (None, 4)]);
        assert_eq!(waits.leave(2, no), [A, A]);
        let mut waits = Waits::of(&[(None, 1_000), (A, 4)]);
        assert_eq!(waits.leave(2, no), [None, None]);
        let mut waits = Waits::of(&[(A, 1), (None, 1), (A, 1_000), (B, 4)]);
        assert_eq!(waits.leave(2, no), [A, None], "they are not all of one batch");
    }

    #[test]
    fn a_higher_priority_comes_before_any_share() {
        let mut waits = Waits::of(&[(A, 1_000), (None, 4)]);
        waits.0[1_001].1 = 9;
        waits.0[1_002].1 = 1;
        assert_eq!(waits.leave(4, no), [None, A, A, A], "the turn is not the crowd's alone");
        assert_eq!(waits.leave(4, no), [A, A, None, None], "and those of a lower priority wait");
        assert_eq!(waits.0.iter().filter(|task| task.1 == 1).count(), 1);
    }
}
