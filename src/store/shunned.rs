//! Tasks that cannot be claimed: a constraint or a trigger of another program refuses it. They are left alone for a while, so that
//! what stands behind them goes out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::uptime::boottime;
use super::{Exchange, Result};
use crate::queue::TaskId;

/// So many are left alone at a time: with more there is something wrong that waiting does not mend.
const SHUNNED_MAX: usize = 64;

/// How long one is left alone.
const SPAN: Duration = Duration::from_secs(60);

/// The tasks that this process leaves alone, and until when (boot time).
#[derive(Default)]
pub(super) struct Shunned(Mutex<BTreeMap<TaskId, Duration>>);

/// How carefully a turn is taken.
#[derive(Clone, Default)]
pub(super) struct Care {
    /// Tasks that are left alone.
    pub shunned: BTreeSet<TaskId>,
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

    /// So many more have to be looked for.
    pub fn more(&self, count: usize) -> usize {
        count.saturating_add(self.shunned.len())
    }
}

impl Shunned {
    /// Takes a turn, and once more without the tasks that it may not write, as long as these are few. `take` heeds the care, and
    /// notes in it whom it is at.
    pub fn around(&self, mut take: impl FnMut(&mut Care) -> Result<Exchange>) -> Result<Exchange> {
        let mut refused = Vec::new();
        let mut care = Care::default();
        loop {
            care.shunned = self.now();
            care.end();
            match take(&mut care) {
                Ok(mut exchange) => {
                    exchange.refused = refused;
                    return Ok(exchange);
                }
                Err(error) => match care.blames() {
                    Some(task) if error.may_be_of_a_row() && self.add(task) => refused.push((task, error)),
                    _ => return Err(error),
                },
            }
        }
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

    /// Leaves a task alone from now on. False: too many are, or it was to be left alone before.
    fn add(&self, task: TaskId) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.len() < SHUNNED_MAX && all.insert(task, boottime() + SPAN).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::StoreError;

    fn refusal() -> StoreError {
        StoreError::Refused { location: "sms.db".to_owned(), cause: crate::store::error::Cause("no".to_owned()) }
    }

    #[test]
    fn a_turn_is_taken_without_those_that_it_may_not_write() {
        let shunned = Shunned::default();
        let mut seen = Vec::new();
        let exchange = shunned.around(|care| {
            seen.push(care.shunned.iter().copied().collect::<Vec<_>>());
            let Some(bad) = [3, 7].into_iter().find(|task| !care.shunned.contains(task)) else {
                return Ok(Exchange::default());
            };
            care.begin(bad);
            Err(refusal())
        });
        let refused = exchange.expect("takes the others").refused;
        assert_eq!(refused.iter().map(|(task, _)| *task).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(seen, [vec![], vec![3], vec![3, 7]]);
        let again = shunned.around(|care| {
            assert_eq!(care.shunned.len(), 2, "they are left alone for a while");
            Ok(Exchange::default())
        });
        assert!(again.expect("takes it").refused.is_empty(), "it is told once");
    }

    #[test]
    fn too_many_that_are_refused_end_the_turn_with_what_was_said() {
        let mut task = 0;
        let ended = Shunned::default().around(|care| {
            task += 1;
            care.begin(task);
            Err(refusal())
        });
        assert!(matches!(ended, Err(StoreError::Refused { .. })), "{ended:?}");
        assert_eq!(task, 65);
    }

    #[test]
    fn a_refusal_that_is_laid_to_nobody_ends_the_turn() {
        let ended = Shunned::default().around(|_| Err(refusal()));
        assert!(matches!(ended, Err(StoreError::Refused { .. })), "{ended:?}");
    }
}
