//! Workers that died, what they held, and who decides about it.

use jiff::Timestamp;

use super::worker::Worker;
use super::{AUDITED_MAX, CHANGED_MAX, Result, StoreError};
use crate::queue::{Fate, TaskId, WorkerId};

/// A task that a dead worker held: the database does not know what became of its request.
#[derive(Clone, Debug)]
pub struct Stranded {
    /// The task.
    pub id: TaskId,
    /// As stored: the name of its lane, or another program's function.
    pub task_func: String,
    /// The fence of the dead worker's claim.
    pub attempt: u32,
    /// Attempts that failed before this one.
    pub retry_count: u32,
    /// Attempts in all.
    pub max_retries: u32,
    /// How often a worker died that held it and had not sent it, before this one.
    pub stranded: u32,
    /// When the row says that it was claimed.
    pub claimed_at: Option<Timestamp>,
}

/// What recovery did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Workers that were found dead, and hold nothing any more.
    pub workers: Vec<WorkerId>,
    /// Their tasks, now with the fate that the judge gave them.
    pub tasks: u64,
    /// Those of them that are dead letters.
    pub dead_lettered: u64,
}

/// What an audit found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audited {
    /// Tasks that were nobody's, now with the fate that was given them.
    pub tasks: u64,
    /// Those of them that are dead letters.
    pub dead_lettered: u64,
}

/// Decides about dead workers and what they held.
pub trait Coroner {
    /// Whether `worker`, whose row has not ended, is dead. Its heartbeat age is by the database's clock.
    fn is_dead(&self, worker: &Worker) -> bool;
    /// Whether it can tell what became of what `worker` holds, whose row has ended: somebody declared it dead, and did not come to the
    /// end of its tasks.
    fn can_tell(&self, worker: &Worker) -> bool {
        let _ = worker;
        true
    }
    /// The fate of a task that `worker` held, which is dead or has ended.
    fn fate(&self, worker: &Worker, stranded: &Stranded) -> Fate;
    /// A constraint or a trigger of another program refuses the fate of `task`. An error ends the recovery; otherwise the task stays
    /// as it is, and its worker with it.
    fn refused(&self, task: TaskId, error: StoreError) -> Result<()> {
        let _ = task;
        Err(error)
    }
}

/// Tasks that one look for what a clock that was ahead has put off finds at most, nearly always there is none; and such looks in a row.
pub(super) const AHEAD_MAX: usize = 50;
const LOOKS_MAX: usize = 100;

/// What a backend does for a recovery.
pub(super) trait Pages {
    /// Workers that have not ended, and ended ones that still hold tasks.
    fn suspects(&self) -> Result<Vec<Worker>>;

    /// The tasks that a worker holds.
    fn held(&self, worker: WorkerId) -> Result<Vec<TaskId>>;

    /// Ends a dead worker, and decides about a part of its tasks. `None`: it is not for the coroner: it lives after all, or somebody
    /// else has been here.
    fn recover_some(&self, worker: WorkerId, coroner: &dyn Coroner, scope: Scope) -> Result<Option<Page>>;

    /// What was to wait a moment does not wait for as long as the clock was set back. Whether there may be more than `AHEAD_MAX`.
    fn heed_clock(&self) -> Result<bool>;
}

/// Of the tasks that a dead worker held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// As many as one transaction decides about.
    Page,
    One(TaskId),
    /// The worker ends, and its tasks wait.
    Nothing,
}

impl Scope {
    /// How many are to be read for it, at most.
    pub fn most(self) -> usize {
        match self {
            Scope::Page => CHANGED_MAX,
            Scope::One(_) => AUDITED_MAX,
            Scope::Nothing => 0,
        }
    }

    pub fn has(self, task: &Stranded) -> bool {
        match self {
            Scope::Page => true,
            Scope::One(only) => task.id == only,
            Scope::Nothing => false,
        }
    }

    /// Whether so many tasks, of which so many got their fate, were the last: the page was not full, or it goes no further.
    pub fn is_last(self, found: usize, settled: u64) -> bool {
        self == Scope::Page && (found < CHANGED_MAX || settled == 0)
    }
}

/// What one transaction of a recovery did.
pub(super) struct Page {
    /// The worker had not ended by itself meanwhile, or it left something behind.
    pub found: bool,
    pub tasks: u64,
    pub dead_lettered: u64,
    /// The worker holds nothing any more.
    pub last: bool,
}

/// Finds dead workers and gives what they held its fate; and what a clock has put off its time.
pub(super) fn recover(pages: &dyn Pages, coroner: &dyn Coroner) -> Result<Recovered> {
    let mut out = Recovered::default();
    for suspect in pages.suspects()? {
        if is_for(coroner, &suspect) && recover_worker(pages, suspect.id, coroner, &mut out)? {
            out.workers.push(suspect.id);
        }
    }
    for _ in 0..LOOKS_MAX {
        if !pages.heed_clock()? {
            break;
        }
    }
    Ok(out)
}

/// Whether the coroner is to decide about what the worker holds.
pub(super) fn is_for(coroner: &dyn Coroner, worker: &Worker) -> bool {
    if worker.ended_at.is_some() { coroner.can_tell(worker) } else { coroner.is_dead(worker) }
}

/// Whether the worker was dead and holds nothing any more.
fn recover_worker(pages: &dyn Pages, worker: WorkerId, coroner: &dyn Coroner, out: &mut Recovered) -> Result<bool> {
    let mut found = false;
    loop {
        match pages.recover_some(worker, coroner, Scope::Page) {
            Ok(Some(page)) => {
                found |= page.found;
                out.add(&page);
                if page.last {
                    return Ok(found);
                }
            }
            Ok(None) => return Ok(false),
            Err(refusal) if refusal.may_be_of_a_row() => {
                return recover_singly(pages, worker, coroner, out).and_then(|refused| {
                    // It was not for one of its tasks.
                    if refused { Ok(false) } else { Err(refusal) }
                });
            }
            Err(error) => return Err(error),
        }
    }
}

/// One row that is refused keeps no other from its fate. Whether there was one.
fn recover_singly(pages: &dyn Pages, worker: WorkerId, coroner: &dyn Coroner, out: &mut Recovered) -> Result<bool> {
    let mut refused = false;
    // Others must not wait for what it was about to find out, whatever becomes of its tasks.
    pages.recover_some(worker, coroner, Scope::Nothing)?;
    for task in pages.held(worker)? {
        match pages.recover_some(worker, coroner, Scope::One(task)) {
            Ok(Some(page)) => out.add(&page),
            Ok(None) => break,
            Err(error) if error.may_be_of_a_row() => {
                refused = true;
                coroner.refused(task, error)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

impl Recovered {
    fn add(&mut self, page: &Page) {
        self.tasks += page.tasks;
        self.dead_lettered += page.dead_lettered;
    }
}
