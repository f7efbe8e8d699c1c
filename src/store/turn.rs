//! One turn of a worker, as the store is asked for it and answers.

use std::time::Duration;

use super::claim::{Claim, Settlement};
use super::lane::ShutLane;
use crate::queue::{Rate, WorkerId};

/// To have lost a claim is an answer, not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The task has the fate. A late answer counts, too, while no newer attempt was made and nobody put the task aside.
    Done,
    /// The claim no longer held: something else had decided about the task. It was left alone; how the attempt ended is
    /// recorded among its attempts.
    Lost,
}

/// What one lane wants in one exchange.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The lane, as it stands in `lanes.lane`.
    pub lane: &'a str,
    /// The `task_func` words that this lane serves: its own name, and those of other programs that the settings route to it.
    pub task_funcs: &'a [String],
    /// At most so many claims.
    pub count: usize,
    /// The lane's token bucket; `None` means no limit.
    pub rate: Option<Rate>,
}

/// One exchange: outcomes in, claims out, in one transaction.
#[derive(Clone, Debug)]
pub struct Turn<'a> {
    /// Who claims.
    pub worker: WorkerId,
    /// Outcomes to be written.
    pub settlements: &'a [Settlement],
    /// What each lane has room for.
    pub wanted: &'a [Wanted<'a>],
}

/// What an exchange brought.
#[derive(Debug, Default)]
pub struct Exchange {
    /// One for each settlement, in its order.
    pub settled: Vec<Settled>,
    /// At most as many a lane as it wanted; highest priority first, then lowest id, but for fair shares (`storm`, `crowd`).
    pub claims: Vec<Claim>,
    /// Tasks whose time had passed: they are dead letters now and were never handed out.
    pub expired: u64,
    /// Deferred and scheduled tasks that became due and are pending now.
    pub promoted: u64,
    /// Dead letters that this exchange wrote.
    pub dead_lettered: u64,
    /// Lanes that were wanted and are paused or closed. The one claim of a closed lane that may be there is its probe.
    pub shut: Vec<ShutLane>,
    /// When something that is known now could next be claimed, if nothing else changes: a scheduled task is due, a token
    /// flows in, a lane opens. `None`: nothing is known to come.
    pub next_due: Option<Duration>,
    /// A lane that was wanted gave less because it is closed or out of tokens, and `next_due` is no later than when it gives more.
    pub awaits_lane: bool,
    /// The worker was declared dead: nothing was claimed for it, and no lane looked at.
    pub is_disowned: bool,
    /// More could have been claimed at once: a bound of this exchange, not the backlog, ended it.
    pub more: bool,
}
