//! Rows that say they are this worker's own, and are not in its hands.
//!
//! Another program may change the number of a claimed row, or the count of its attempts, or put a row back to `processing`: no end
//! of ours fits it, and it would stay so for as long as the worker lives. The dispatcher claims and audits in one thread, so what a
//! committed exchange brought is known here before anybody looks.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::Event;
use super::dispatcher::Dispatcher;
use crate::queue::{Fate, Reply, TaskId};
use crate::store::{Result, Stranded};

/// The tasks whose claims are out, or whose ends are not written yet. A row that came in the place of a claimed one, under the
/// same id, may be claimed as well: so they are counted.
#[derive(Debug, Default)]
pub(super) struct Hands(BTreeMap<TaskId, u32>);

impl Hands {
    /// One more claim of the task is held.
    pub fn take_up(&mut self, task: TaskId) {
        *self.0.entry(task).or_default() += 1;
    }

    /// The end of a claim of the task is written.
    pub fn lay_down(&mut self, task: TaskId) {
        if let Entry::Occupied(mut count) = self.0.entry(task) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }

    /// Whether a claim of the task is held.
    pub fn hold(&self, task: TaskId) -> bool {
        self.0.contains_key(&task)
    }
}

impl Dispatcher<'_> {
    /// Looks at the rows of this worker. What it does not hold has the fate of a dead worker's claim.
    pub(super) fn audit(&mut self) -> Result<()> {
        let audited = self.store.audit(self.worker, &|stranded| self.fate_of_stray(stranded))?;
        if audited.tasks == 0 {
            return Ok(());
        }
        self.summary.dead_lettered += audited.dead_lettered;
        self.timers.probe_now();
        self.observer.observe(&Event::Disowned { tasks: audited.tasks, dead_lettered: audited.dead_lettered });
        Ok(())
    }

    /// `None`: a sender has it, or its end is about to be written.
    fn fate_of_stray(&self, stranded: &Stranded) -> Option<Fate> {
        if self.hands.hold(stranded.id) {
            return None;
        }
        let reply = Reply::unknown("another program changed the task while a worker had it");
        Some(self.plan.fate_of(stranded, reply))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_rows_that_had_one_id_the_second_is_held_when_the_first_has_its_end() {
        let mut hands = Hands::default();
        hands.take_up(7);
        hands.take_up(7);
        hands.lay_down(7);
        assert!(hands.hold(7));
        hands.lay_down(7);
        hands.lay_down(8);
        assert!(!hands.hold(7));
    }
}
