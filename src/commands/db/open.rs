//! `smsctl db open`: a closed queue is worked on again.

use serde::Serialize;

use super::super::order::ConsentFlags;
use super::super::{Context, Done, Outcome};
use crate::error::Error;
use crate::output::Lines;
use crate::store::{Access, CopyError, StoreError, Why};

/// Open a queue that `db copy` closed
///
/// After `db copy` one of the two databases is closed, so that nothing is sent twice. This opens it: what waits in both would
/// then be sent from both. It is for a copy that was a trial, a move that was a mistake, or one that was given up half-way.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl --database sqlite:///trial.db db open
  smsctl db open --yes")]
pub struct Args {
    #[command(flatten)]
    consent: ConsentFlags,
}

#[derive(Serialize)]
struct OpenShape {
    database: String,
    /// It was closed before.
    opened: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
}

/// Runs the command.
///
/// # Errors
/// The queue is an unfinished copy, nobody agreed; or the settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let database = context.location()?.display();
    let closure = store.copying().closure()?;
    let mut shape = OpenShape { database, opened: false, dry_run: args.consent.dry_run.then_some(true) };
    let mut lines = Lines::new();
    match closure {
        None => lines.paragraph(format!("the queue in `{}` is open", shape.database)),
        Some(closure) if closure.why == Why::Arriving => {
            let location = shape.database;
            return Err(Error::from(StoreError::from(CopyError::OtherCopy { location, closure })));
        }
        Some(closure) => {
            let told = closure.told(&shape.database);
            if args.consent.dry_run {
                lines.paragraph(told)
            } else {
                context.out.note(&told);
                args.consent.agree(context, "open it, and send from here what may wait there too")?;
                shape.opened = store.copying().close(Some(&closure), None)?;
                if shape.opened {
                    store.record_order("db open", &told, 1)?;
                }
                lines.paragraph(format!("the queue in `{}` is open again", shape.database))
            }
        }
    };
    context.out.story(&shape, &shape.database, &lines)?;
    Ok(Done::Well)
}
