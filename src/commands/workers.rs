//! `smsctl workers`: live and dead worker processes.

use super::shapes::{SeenWorker, WorkerShape, WorkerState, columns};
use super::{Context, Done, Outcome, words};
use crate::output::Column;
use crate::store::Access;

const COLUMNS: [Column; 9] = [
    Column { field: "id", heading: "id" },
    Column { field: "host", heading: "host" },
    Column { field: "pid", heading: "pid" },
    Column { field: "state", heading: "state" },
    Column { field: "senders", heading: "senders" },
    Column { field: "claims", heading: "claims" },
    Column { field: "started_at", heading: "started" },
    Column { field: "heartbeat_age_s", heading: "heartbeat age" },
    Column { field: "version", heading: "version" },
];

/// List live and dead worker processes
///
/// A worker is a `smsctl work` process. `alive`: its heartbeat is fresh. `late`: it is overdue. `dead`: its lease of 30 s has
/// run out, or its process is gone from this host; what it held is settled, as unknown unless more is found out, by the next
/// worker that runs or starts. `ended`: it stopped in order, or was found dead, within the last day.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl workers
  smsctl workers --json | jq '[.[] | select(.state == \"alive\")] | length'")]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(_args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let workers = SeenWorker::all(store.workers()?);
    let stranded = stranded(&workers);
    let list = context.out.list(columns(context.out.style().format, &COLUMNS, WorkerShape::FIELDS));
    let mut list = list.yielding(&["version", "started_at"]);
    for worker in workers {
        list.row(&WorkerShape::from(worker))?;
    }
    list.finish("no workers: `smsctl work` starts one")?;
    if stranded > 0 {
        let tasks = words::count(stranded, "task");
        context
            .out
            .hint(&format!("dead workers hold {tasks}: the next `smsctl work` that runs or starts settles them"));
    }
    Ok(Done::Well)
}

/// How many tasks are in the hands of workers that are gone.
fn stranded(workers: &[SeenWorker]) -> u64 {
    let gone = |worker: &&SeenWorker| matches!(worker.state, WorkerState::Dead | WorkerState::Ended);
    workers.iter().filter(gone).map(|worker| worker.row.claims).sum()
}
