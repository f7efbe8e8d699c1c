//! `smsctl list`: tasks, filtered.

use serde::Serialize;

use super::filter_flags::FilterFlags;
use super::lanes::Lanes;
use super::shapes::{TaskShape, columns};
use super::shown::{CELL_CHARS, Shown};
use super::{Context, Done, Outcome, words};
use crate::error::Error;
use crate::output::record::timestamp;
use crate::output::{Column, Format};
use crate::queue::{Filter, State, Task};
use crate::store::{Access, Store};

/// How many tasks are read at a time, so that memory stays flat.
const PAGE_MAX: u64 = 1_000;

const COLUMNS: [Column; 8] = [
    Column { field: "id", heading: "id" },
    Column { field: "status", heading: "status" },
    Column { field: "lane", heading: "lane" },
    Column { field: "to", heading: "to" },
    Column { field: "text", heading: "text" },
    Column { field: "tries", heading: "tries" },
    Column { field: "created_at", heading: "created" },
    Column { field: "error", heading: "error" },
];

/// List tasks
///
/// Filters narrow the list; each that is given must hold. In the table format at most 50 tasks are shown unless `--limit`
/// says otherwise; the other formats list everything, a page at a time, in the order of the ids.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl list --status failed,held
  smsctl list --unknown
  smsctl list --batch spring --status held -o plain | xargs smsctl release
  smsctl list --since 2h -o jsonl | jq -r .recipient")]
pub struct Args {
    /// Only failed tasks of which nobody knows whether they were sent: those that `stats` counts as `unknown`
    #[arg(long, help_heading = "Filters")]
    unknown: bool,
    #[command(flatten)]
    filters: FilterFlags,
}

/// A task as one line of a table.
#[derive(Serialize)]
struct Line {
    id: i64,
    status: String,
    /// What nothing serves bears the word of its row.
    lane: Option<String>,
    to: Option<String>,
    text: Option<String>,
    /// Attempts so far, that under way and that which was accepted among them; of how many there may be, unless its time was over
    /// before the first.
    tries: String,
    created_at: Option<String>,
    error: Option<String>,
}

impl Line {
    fn new(task: Task, lanes: &Lanes) -> Line {
        let tries = tries(&task);
        let message = lanes.foreign_message(&task);
        let (to, text) = match message {
            Some(message) => (Some(message.recipient), Some(message.text)),
            None => (task.recipient, task.content),
        };
        let status = task.foreign_status.unwrap_or_else(|| task.status.to_string());
        Line {
            id: task.id,
            status,
            lane: Some(lanes.lane_of(&task.task_func).unwrap_or_else(|| format!("(none) {}", task.task_func))),
            to,
            text: text.map(|text| words::cut(&text, CELL_CHARS)),
            tries: if task.max_retries == 0 { tries.to_string() } else { format!("{tries}/{}", task.max_retries) },
            created_at: task.created_at.map(timestamp),
            error: task.error_message.or(task.error_type).map(|error| words::cut(&error, CELL_CHARS)),
        }
    }
}

/// How often it was tried. `retry_count` has the attempts that failed; what another program sent, smsctl has not tried.
fn tries(task: &Task) -> u32 {
    let is_one_more = task.attempt > 0 && matches!(task.status, State::Processing | State::Completed);
    task.retry_count.saturating_add(u32::from(is_one_more))
}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let mut filter = Filter { in_doubt: args.unknown, ..args.filters.filter(context, &*store)? };
    let mut shown = Shown::new(context, filter.limit);
    filter.limit = filter.limit.or(shown.worth_reading());
    let format = context.out.style().format;
    let lanes = Lanes::new(context.config()?);
    let list = context.out.list(columns(format, &COLUMNS, TaskShape::FIELDS));
    let mut list = list.yielding(&["created_at", "lane"]);
    each_task(&*store, filter, |task| {
        if !shown.takes(task.id) {
            return Ok(false);
        }
        shown.notice(task.id, task.foreign_status.as_deref());
        if format == Format::Table {
            list.row(&Line::new(task, &lanes))?;
        } else {
            let lane = lanes.lane_of(&task.task_func);
            list.row(&TaskShape::new(task, lane, format))?;
        }
        Ok(true)
    })?;
    list.finish("no tasks")?;
    shown.hint(context, "task");
    Ok(Done::Well)
}

/// Hands all tasks that `filter` means to `see`, page by page, until it says `false`.
fn each_task(
    store: &dyn Store,
    mut filter: Filter,
    mut see: impl FnMut(Task) -> std::io::Result<bool>,
) -> Result<(), Error> {
    let mut rest = filter.limit.unwrap_or(u64::MAX);
    while rest > 0 {
        let wanted = rest.min(PAGE_MAX);
        filter.limit = Some(wanted);
        let page = store.list(&filter)?;
        let read = u64::try_from(page.len()).unwrap_or(u64::MAX);
        filter.after = page.last().map(|task| task.id);
        for task in page {
            if !see(task)? {
                return Ok(());
            }
        }
        if read < wanted {
            break;
        }
        rest -= read;
    }
    Ok(())
}
