//! What a claim and its settlement cost where no gateway takes any time.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use super::{Limit, SpeedError, lane};
use crate::engine::host;
use crate::queue::Fate;
use crate::store::{Claim, Store, Turn, Wanted};

/// What claims cost.
#[derive(Clone, Copy, Debug)]
pub struct Claims {
    /// So many were claimed and settled.
    pub count: u64,
    /// Time for each, its share of a turn's fsync included, in seconds.
    pub claim_s: f64,
    /// CPU time for each, in seconds.
    pub cpu_s: f64,
}

/// Claims and completes what is pending, `batch` tasks in a turn. At the deadline what it holds is completed, the rest stays.
///
/// # Errors
/// The database.
pub fn claims(store: &dyn Store, batch: usize, limit: &Limit<'_>) -> Result<Claims, SpeedError> {
    let worker = store.register(&host::this_process(batch))?;
    let lane = lane().to_string();
    let task_funcs = [lane.clone()];
    let (cpu, begin) = (cpu_time(), Instant::now());
    let (mut held, mut count): (Vec<Claim>, u64) = (Vec::new(), 0);
    loop {
        let settle = |claim: Claim| claim.settle(Fate::Completed { provider_message_id: None }, None);
        let settlements = held.drain(..).map(settle).collect::<Vec<_>>();
        let more = count == 0 || !limit.is_over();
        let wanted = [Wanted { lane: &lane, task_funcs: &task_funcs, count: batch, rate: None }];
        let turn = Turn { worker, settlements: &settlements, wanted: if more { &wanted } else { &[] } };
        held = store.exchange(&turn)?.claims;
        if held.is_empty() {
            break;
        }
        count += held.len() as u64;
    }
    let (elapsed, cpu) = (begin.elapsed(), cpu_time().saturating_sub(cpu));
    store.retire(worker)?;
    let each = |span: Duration| span.as_secs_f64() / count.max(1) as f64;
    Ok(Claims { count, claim_s: each(elapsed), cpu_s: each(cpu) })
}

/// CPU time of this process so far, of all its threads.
pub(super) fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).unwrap_or_default()
}
