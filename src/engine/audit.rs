//! Rows that say they are this worker's own, and are not in its hands.
//!
//! Another program may change the number of a claimed row, or the count of its attempts, or put a row back to `processing`: no end
//! of ours fits it, and it would stay so for as long as the worker lives. The dispatcher claims and audits in one thread, so what a
//! committed exchange brought is known here before anybody looks.

use super::Event;
use super::dispatcher::Dispatcher;
use crate::queue::{Budget, Fate, Reply, RetryPolicy};
use crate::store::{Result, Stranded};

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
        if self.held.contains(&stranded.id) {
            return None;
        }
        let policy = self.plan.way_of(&stranded.task_func).map_or(RetryPolicy::default(), |way| way.policy);
        let budget = Budget { retry_count: stranded.retry_count, max_retries: stranded.max_retries };
        let reply = Reply::unknown("another program changed the task while a worker had it");
        Some(policy.fate(reply, budget, fastrand::f64()))
    }
}
