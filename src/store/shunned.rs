//! Tasks that cannot be claimed: a constraint or a trigger of another program refuses it. They are left alone for a while, so that
//! what stands behind them goes out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::uptime::boottime;
use super::{Exchange, Result, StoreError};
use crate::queue::TaskId;

/// So many are left alone at a time: with more there is something wrong that waiting does not mend.
const SHUNNED_MAX: usize = 64;

/// How long one is left alone.
const SPAN: Duration = Duration::from_secs(60);

/// The tasks that this process leaves alone, and until when (boot time).
#[derive(Default)]
pub(super) struct Shunned(Mutex<BTreeMap<TaskId, Duration>>);

/// How carefully a turn is taken. Clones share what they note.
#[derive(Clone, Default)]
pub(super) struct Care {
    /// Tasks that are left alone.
    shunned: BTreeSet<TaskId>,
    /// Each task is written by itself, also where many could be at once: a refusal can be laid to it.
    pub one_by_one: bool,
    /// The task that is being written.
    at: Rc<Cell<Option<TaskId>>>,
}

impl Care {
    /// What fails from now on fails for the sake of `task`.
    pub fn begin(&self, task: TaskId) {
        self.at.set(Some(task));
    }

    /// It did not fail.
    pub fn end(&self) {
        self.at.set(None);
    }

    /// For whose sake the turn failed, if that is known.
    pub fn blames(&self) -> Option<TaskId> {
        self.at.get()
    }

    pub fn leaves_alone(&self, task: TaskId) -> bool {
        self.shunned.contains(&task)
    }

    pub fn leaves_some_alone(&self) -> bool {
        !self.shunned.is_empty()
    }

    /// So many more have to be looked for.
    pub fn more(&self, count: usize) -> usize {
        count.saturating_add(self.shunned.len())
    }
}

impl Shunned {
    /// Takes a turn without the tasks that are left alone. `take` heeds the care, and notes in it whom it is at: if the turn fails for
    /// the sake of one task, that is left alone from now on, and the error says so. The next turn may bring the others.
    pub fn around(&self, take: impl FnOnce(&mut Care) -> Result<Exchange>) -> Result<Exchange> {
        let mut care = Care { shunned: self.now(), ..Care::default() };
        take(&mut care).map_err(|error| match care.blames() {
            Some(task) if error.may_be_of_a_row() && self.add(task) => {
                StoreError::LeftAlone { task, refusal: Box::new(error) }
            }
            _ => error,
        })
    }

    /// Those that are left alone now.
    fn now(&self) -> BTreeSet<TaskId> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.is_empty() {
            let now = boottime();
            all.retain(|_, until| now < *until);
        }
        all.keys().copied().collect()
    }

    /// Leaves a task alone from now on, and the others as long: none comes back while more are found. False: too many are.
    fn add(&self, task: TaskId) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= SHUNNED_MAX {
            return false;
        }
        let until = boottime() + SPAN;
        all.values_mut().for_each(|end| *end = until);
        all.insert(task, until);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> StoreError {
        StoreError::Refused { location: "sms.db".to_owned(), cause: crate::store::error::Cause("no".to_owned()) }
    }

    /// Takes a turn in which each of these tasks is refused; whom it was for, if it failed.
    fn turn(shunned: &Shunned, bad: &[TaskId]) -> std::result::Result<(), Option<TaskId>> {
        let taken = shunned.around(|care| match bad.iter().find(|task| !care.leaves_alone(**task)) {
            None => Ok(Exchange::default()),
            Some(task) => {
                care.begin(*task);
                Err(refusal())
            }
        });
        match taken {
            Ok(_) => Ok(()),
            Err(StoreError::LeftAlone { task, refusal }) if matches!(*refusal, StoreError::Refused { .. }) => {
                Err(Some(task))
            }
            Err(StoreError::Refused { .. }) => Err(None),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn a_turn_is_taken_without_those_that_it_may_not_write() {
        let shunned = Shunned::default();
        let turns = std::array::from_fn::<_, 4, _>(|_| turn(&shunned, &[3, 7]));
        assert_eq!(turns, [Err(Some(3)), Err(Some(7)), Ok(()), Ok(())]);
    }

    #[test]
    fn too_many_that_are_refused_end_a_turn_with_what_was_said() {
        let (shunned, bad) = (Shunned::default(), (1..=65).collect::<Vec<_>>());
        for task in 1..=64 {
            assert_eq!(turn(&shunned, &bad), Err(Some(task)));
        }
        assert_eq!(turn(&shunned, &bad), Err(None));
    }

    #[test]
    fn a_refusal_that_is_laid_to_nobody_ends_the_turn() {
        let ended = Shunned::default().around(|_| Err(refusal()));
        assert!(matches!(ended, Err(StoreError::Refused { .. })), "{ended:?}");
    }
}
