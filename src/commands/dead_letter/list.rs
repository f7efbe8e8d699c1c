//! `smsctl dead-letter list`.

use serde::Serialize;

use super::super::filter_flags::DeadLetterFlags;
use super::super::shapes::{DeadLetterShape, columns};
use super::super::shown::{CELL_CHARS, Shown};
use super::super::{Context, Done, Outcome, words};
use super::pages;
use crate::output::record::timestamp;
use crate::output::{Column, Format};
use crate::queue::DeadLetter;
use crate::store::Access;

const COLUMNS: [Column; 8] = [
    Column { field: "id", heading: "id" },
    Column { field: "status", heading: "status" },
    Column { field: "task", heading: "task" },
    Column { field: "to", heading: "to" },
    Column { field: "text", heading: "text" },
    Column { field: "tries", heading: "tries" },
    Column { field: "created_at", heading: "created" },
    Column { field: "error", heading: "error" },
];

/// List dead letters
///
/// Filters narrow the list; each that is given must hold. In the table format at most 50 are shown unless `--limit` says
/// otherwise; the other formats list everything, a page at a time, in the order of the ids.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl dead-letter list --status pending
  smsctl dead-letter list --error-type rejected --since yesterday -o csv
  smsctl dead-letter list --batch spring -o plain | xargs smsctl dead-letter abandon")]
pub struct Args {
    #[command(flatten)]
    filters: DeadLetterFlags,
}

/// A dead letter as one line of a table.
#[derive(Serialize)]
struct Line {
    id: i64,
    status: String,
    task: Option<i64>,
    to: String,
    text: String,
    tries: String,
    created_at: Option<String>,
    error: Option<String>,
}

impl From<DeadLetter> for Line {
    fn from(letter: DeadLetter) -> Line {
        Line {
            id: letter.id,
            status: letter.status_word().to_owned(),
            task: letter.task_id,
            to: letter.recipient,
            text: words::cut(&letter.content, CELL_CHARS),
            tries: format!("{}/{}", letter.retry_count, letter.max_retries),
            created_at: letter.created_at.map(timestamp),
            error: letter.error_message.or(letter.error_type).map(|error| words::cut(&error, CELL_CHARS)),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let format = context.out.style().format;
    let list = context.out.list(columns(format, &COLUMNS, DeadLetterShape::FIELDS));
    let mut list = list.yielding(&["created_at", "task"]);
    let mut shown = Shown::new(context, args.filters.shared.limit);
    pages::each(context, &*store, &args.filters, |letter| {
        if !shown.takes(letter.id) {
            return Ok(false);
        }
        shown.notice(letter.id, letter.foreign_status.as_deref());
        if format == Format::Table {
            list.row(&Line::from(letter))?;
        } else {
            list.row(&DeadLetterShape::from(letter))?;
        }
        Ok(true)
    })?;
    list.finish("no dead letters")?;
    shown.hint(context, "dead letter");
    Ok(Done::Well)
}
