//! `smsctl stats --watch`: the counts, again and again.

use std::time::Duration;

use crossbeam_channel::after;
use jiff::Timestamp;
use serde::Serialize;

use super::super::shapes::StatsShape;
use super::super::{Context, Done, Outcome, words};
use super::{look, people};
use crate::output::record::timestamp;
use crate::output::{Column, Format};
use crate::store::Store;

/// How often, and how many times.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub interval: Duration,
    /// `None`: until somebody interrupts it, or stdout is closed.
    pub count: Option<u64>,
}

/// One look.
#[derive(Serialize)]
struct Tick {
    at: String,
    #[serde(flatten)]
    stats: StatsShape,
}

const COLUMNS: [Column; 8] = [
    Column { field: "at", heading: "at" },
    Column { field: "pending", heading: "pending" },
    Column { field: "processing", heading: "processing" },
    Column { field: "completed", heading: "completed" },
    Column { field: "failed", heading: "failed" },
    Column { field: "scheduled", heading: "scheduled" },
    Column { field: "held", heading: "held" },
    Column { field: "workers", heading: "workers" },
];

/// A terminal is redrawn; elsewhere each look is one row of a list that goes out at once.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(context: &Context, store: &dyn Store, pace: Pace) -> Outcome {
    let style = context.out.style();
    if style.format == Format::Table && style.terminal.stdout {
        each(pace, || {
            let mut lines = people::lines(&look(context, store)?, true);
            lines.gap().paragraph(format!("{}; Ctrl-C ends it", words::time(Timestamp::now())));
            Ok(context.out.redraw(&lines)?)
        })?;
        return Ok(Done::Well);
    }
    let mut list = context.out.list(&COLUMNS);
    each(pace, || {
        list.row(&Tick { at: timestamp(Timestamp::now()), stats: look(context, store)? })?;
        Ok(context.out.flush()?)
    })?;
    list.finish("")?;
    Ok(Done::Well)
}

fn each(pace: Pace, mut look: impl FnMut() -> Result<(), crate::error::Error>) -> Result<(), crate::error::Error> {
    let mut left = pace.count;
    loop {
        look()?;
        left = left.map(|left| left.saturating_sub(1));
        if left == Some(0) {
            return Ok(());
        }
        // Waits for the interval: nothing else is ever sent here.
        let _ = after(pace.interval).recv();
    }
}
