//! Judges dead workers, and what becomes of the tasks that they held.

use super::host::{self, Pulse};
use super::plan::Plan;
use crate::queue::{Budget, Fate, Reply, RetryPolicy, WorkerId};
use crate::store::{Coroner, LEASE, Stranded, Worker};

/// The judge that a worker process brings to `Store::recover`.
pub(super) struct Judge<'a> {
    pub plan: &'a Plan,
    /// The row of this process: never judged.
    pub me: WorkerId,
}

impl Coroner for Judge<'_> {
    fn is_dead(&self, worker: &Worker) -> bool {
        if worker.id == self.me {
            return false;
        }
        match host::pulse(worker, &self.plan.worker) {
            Pulse::Gone => true,
            // A process that lives and has not written its heartbeat is stopped or stuck: its lease has run out all the same.
            Pulse::Alive | Pulse::Unknown => worker.heartbeat_age > LEASE,
        }
    }

    fn fate(&self, stranded: &Stranded) -> Fate {
        let policy = self.plan.way_of(&stranded.task_func).map_or(RetryPolicy::default(), |way| way.policy);
        let budget = Budget { retry_count: stranded.retry_count, max_retries: stranded.max_retries };
        policy.fate(Reply::unknown("the worker died while the message was on its way"), budget, fastrand::f64())
    }
}
