//! A crowd: a batch so long that, first in line, it would keep everything that came after it waiting until its last message is
//! sent.
//!
//! Of equal priority the lowest ids are claimed first. Where a turn would end with tasks of a crowd, half of those places go to
//! those behind the batch instead, in their own order; where a crowd stands there, too, half of that half to those behind it, and
//! so on. With nobody behind, the batch goes on as fast as ever.
//!
//! Nobody may wait longer for it than without: so a batch is a crowd only where nobody else stands among its tasks. Whoever came
//! while it was being loaded has its turn among them first.

use crate::queue::TaskId;

/// A batch is a crowd while so many of its tasks are in line.
const CROWD_MIN: i64 = 250;

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

    /// Those of this priority behind the last task of the batch, of whose tasks `first` is the first in line. `None`: nobody is
    /// there, or the batch is no crowd.
    fn behind(&mut self, batch: i64, priority: i64, first: TaskId) -> Result<Option<Self::Place>, Self::Error>;

    /// The first `count` from there on.
    fn at(&mut self, place: &Self::Place, count: usize) -> Result<Vec<Self::Task>, Self::Error>;
}

/// The `count` tasks that are to be claimed next. The half task of an odd number goes to those behind a crowd by chance (`coin`).
pub(super) fn next<L: Line>(line: &mut L, count: usize, coin: fn() -> bool) -> Result<Vec<L::Task>, L::Error> {
    let mut found = line.head(count)?;
    let (mut out, mut passed) = (Vec::new(), Vec::new());
    for _ in 0..CROWDS_MAX {
        if found.len() < count - out.len() {
            break;
        }
        let Some((members, batch, priority)) = members(&found) else { break };
        let share = members / 2 + usize::from(members % 2 == 1 && coin());
        if share == 0 {
            break;
        }
        let first = found[found.len() - members].id();
        let Some(place) = line.behind(batch, priority, first)? else { break };
        let behind = line.at(&place, share)?;
        passed.extend(found.split_off(found.len() - share));
        out.append(&mut found);
        found = behind;
    }
    out.append(&mut found);
    let left = count - out.len();
    out.extend(passed.into_iter().take(left));
    Ok(out)
}

/// Whether a batch is a crowd of which so many tasks are pending, and which reaches from the one id to the other: it is long, and no
/// id between is another's. What others have claimed and not yet committed is counted as pending.
pub(super) fn is_crowd(first: TaskId, last: TaskId, pending: i64) -> bool {
    let reach = last.checked_sub(first).and_then(|reach| reach.checked_add(1));
    reach.is_some_and(|reach| (CROWD_MIN..=pending).contains(&reach))
}

/// The first `count` of what several lines brought.
pub(super) fn first<T: Waiting>(mut found: Vec<T>, count: usize) -> Vec<T> {
    found.sort_by_key(|task| (std::cmp::Reverse(task.priority()), task.id()));
    found.truncate(count);
    found
}

/// How many at the end are of one batch and one priority, and of which.
fn members<T: Waiting>(found: &[T]) -> Option<(usize, i64, i64)> {
    let last = found.last()?;
    let (batch, priority) = (last.batch()?, last.priority());
    let is_member = |task: &&T| task.batch() == Some(batch) && task.priority() == priority;
    Some((found.iter().rev().take_while(is_member).count(), batch, priority))
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

        fn behind(&mut self, batch: i64, priority: i64, first: TaskId) -> Result<Option<Self::Place>, Self::Error> {
            let of_batch = || self.0.iter().filter(|task| task.0 == Some(batch));
            let last = of_batch().map(|task| task.2).max().unwrap_or(0);
            let is_crowd = is_crowd(first, last, of_batch().count() as i64);
            let place = self.at(&(priority, last + 1), 1)?.first().map(|task| (priority, task.2));
            Ok(place.filter(|_| is_crowd))
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
        assert_eq!(waits.leave(8, no), [A, A, A, A, None, None, B, None]);
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
        let mut waits = Waits::of(&[(A, 249), (None, 4)]);
        assert_eq!(waits.leave(2, no), [A, A]);
        let mut waits = Waits::of(&[(None, 1_000), (A, 4)]);
        assert_eq!(waits.leave(2, no), [None, None]);
    }

    #[test]
    fn whoever_stands_among_a_batch_waits_no_longer_for_it_than_without() {
        let mut waits = Waits::of(&[(A, 300), (None, 1), (A, 300), (None, 200)]);
        let left = (0..150).flat_map(|_| waits.leave(2, no)).collect::<Vec<_>>();
        assert_eq!(left, [A; 300], "in the order in which they came");
        assert_eq!(waits.leave(2, no), [None, A], "and behind that one the rest of the batch is a crowd");
        assert_eq!(waits.leave(2, no), [A, None]);
        let mut waits = Waits::of(&[(A, 600), (None, 3), (A, 1), (None, 200)]);
        assert_eq!(waits.leave(4, no), [A; 4], "a batch to which more was added later");
    }

    #[test]
    fn ids_at_the_ends_of_their_range_are_told_apart() {
        assert!(is_crowd(1, 250, 250) && is_crowd(i64::MAX - 249, i64::MAX, 900));
        assert!(!is_crowd(1, 249, 249) && !is_crowd(1, 251, 250) && !is_crowd(i64::MIN, i64::MAX, i64::MAX));
    }

    #[test]
    fn a_higher_priority_comes_before_any_share() {
        let mut waits = Waits::of(&[(A, 1_000), (None, 4)]);
        waits.0[1_001].1 = 9;
        waits.0[1_002].1 = 1;
        assert_eq!(waits.leave(4, no), [None, A, A, None], "and of the places that are left it gets its half");
        assert_eq!(waits.leave(4, no), [A, A, None, A], "those of a lower priority wait");
        assert_eq!(waits.0.iter().filter(|task| task.1 == 1).count(), 1);
    }
}
