//! `smsctl stats --by`: one row for each lane, batch or hour.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::Context;
use super::super::lanes::Lanes;
use super::super::shapes::{BatchShape, CountsShape, HourShape, LaneShape, columns};
use super::By;
use crate::error::Error;
use crate::output::{Bar, Column};
use crate::store::{Store, TallyKind};

const LANE_COLUMNS: [Column; 10] = [
    Column { field: "name", heading: "lane" },
    Column { field: "pending", heading: "pending" },
    Column { field: "processing", heading: "processing" },
    Column { field: "completed", heading: "completed" },
    Column { field: "failed", heading: "failed" },
    Column { field: "scheduled", heading: "scheduled" },
    Column { field: "held", heading: "held" },
    Column { field: "cancelled", heading: "cancelled" },
    Column { field: "unknown", heading: "unknown" },
    Column { field: "total", heading: "total" },
];

const BATCH_COLUMNS: [Column; 10] = {
    let mut columns = LANE_COLUMNS;
    columns[0] = Column { field: "batch", heading: "batch" };
    columns
};

const HOUR_COLUMNS: [Column; 6] = [
    Column { field: "hour", heading: "hour" },
    Column { field: "enqueued", heading: "enqueued" },
    Column { field: "accepted", heading: "accepted" },
    Column { field: "rejected", heading: "rejected" },
    Column { field: "deferred", heading: "deferred" },
    Column { field: "unknown", heading: "unknown" },
];

/// A lane as one line of a table: its name tells whether anything serves it.
#[derive(Serialize)]
struct LaneLine {
    name: String,
    #[serde(flatten)]
    lane: LaneShape,
}

/// Writes the rows.
///
/// # Errors
/// The settings, the database or stdout.
pub fn list(context: &Context, store: &dyn Store, by: By) -> Result<(), Error> {
    let format = context.out.style().format;
    match by {
        By::Lane => {
            let mut list = context.out.list(columns(format, &LANE_COLUMNS, LaneShape::FIELDS));
            for lane in lanes(context, store)? {
                if format == crate::output::Format::Table {
                    list.row(&LaneLine { name: name(&lane), lane })?;
                } else {
                    list.row(&lane)?;
                }
            }
            list.finish("no tasks")?;
        }
        By::Batch => {
            let mut list = context.out.list(columns(format, &BATCH_COLUMNS, BatchShape::FIELDS));
            for batch in batches(store)? {
                list.row(&batch)?;
            }
            list.finish("no batches")?;
        }
        By::Hour => {
            let mut list = context.out.list(&HOUR_COLUMNS);
            for hour in store.tallies(TallyKind::Hour)? {
                list.row(&HourShape::from(&hour))?;
            }
            list.finish("no hours")?;
        }
    }
    Ok(())
}

/// One bar for each row: tasks of lanes and batches, accepted messages of hours.
///
/// # Errors
/// The settings or the database.
pub fn bars(context: &Context, store: &dyn Store, by: By) -> Result<Vec<Bar>, Error> {
    Ok(match by {
        By::Lane => {
            lanes(context, store)?.iter().map(|lane| Bar { label: name(lane), value: lane.counts.total }).collect()
        }
        By::Batch => {
            let bar = |batch: BatchShape| Bar { label: batch.batch, value: batch.counts.total };
            batches(store)?.into_iter().map(bar).collect()
        }
        By::Hour => {
            let hours = store.tallies(TallyKind::Hour)?;
            hours
                .into_iter()
                .map(|hour| Bar { value: hour.get("accepted"), label: format!("{}:00Z", hour.name) })
                .collect()
        }
    })
}

/// A lane with all that it serves is one row; so is each `task_func` that nothing serves.
fn lanes(context: &Context, store: &dyn Store) -> Result<Vec<LaneShape>, Error> {
    let lanes = Lanes::new(context.config()?);
    let mut rows: BTreeMap<(bool, String), LaneShape> = BTreeMap::new();
    for tally in store.tallies(TallyKind::Lane)? {
        let lane = lanes.lane_of(&tally.name);
        // Served lanes stand first.
        let key = (lane.is_none(), lane.clone().unwrap_or_else(|| tally.name.clone()));
        let row = rows.entry(key).or_insert_with(|| LaneShape::new(lane));
        row.counts.add(&tally);
        row.task_funcs.push(tally.name);
    }
    Ok(rows.into_values().collect())
}

fn name(lane: &LaneShape) -> String {
    lane.lane.clone().unwrap_or_else(|| format!("(none) {}", lane.task_funcs.join(" ")))
}

fn batches(store: &dyn Store) -> Result<Vec<BatchShape>, Error> {
    let shape = |tally: &crate::store::Tally| {
        let mut counts = CountsShape::default();
        counts.add(tally);
        BatchShape { batch: tally.name.clone(), counts }
    };
    Ok(store.tallies(TallyKind::Batch)?.iter().map(shape).collect())
}
