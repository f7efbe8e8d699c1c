//! `smsctl retry-failed`.

use super::filter_flags::FilterFlags;
use super::order::{ConsentFlags, agreed, answer, left_alone, one_by_one};
use super::shapes::OrderShape;
use super::{Context, Outcome, words};
use crate::error::{Error, Kind};
use crate::queue::{Order, State};
use crate::store::{Access, Changed, Store};

/// Put failed tasks back to pending
///
/// Every failed task with attempts left goes back to pending, or those that the filters mean. It never asks, so that cron can
/// run it as it is.
///
/// Tasks of which any attempt may have left are left alone: its outcome is unknown, or another program changed the task while
/// it was on the wire. `--unknown` takes them too, and sends again what may have arrived already. Without an id or a filter
/// that is asked first, and needs `--yes` where no terminal is.
///
/// Messages without attempts left are dead letters: see `smsctl dead-letter retry`. The exit code is 1 if a task named with
/// `--id`, and no filter beside it, could not be put back.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl retry-failed
  smsctl retry-failed --error-type unreachable --since 2h --dry-run
  smsctl retry-failed --unknown --id 5

From cron, every ten minutes:
  */10 * * * * smsctl --quiet retry-failed --limit 10000 >/dev/null")]
pub struct Args {
    /// Take tasks that may have been sent already, too: they may arrive twice
    #[arg(long)]
    unknown: bool,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    filters: FilterFlags,
}

/// Runs the command.
///
/// # Errors
/// Nobody agreed; or the settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    if let Some(state) = args.filters.states.iter().find(|state| **state != State::Failed) {
        return Err(Error::new(Kind::Usage, format!("`--status {state}` names no failed task"))
            .hint("`smsctl retry-failed` takes failed tasks only; `smsctl release` takes held ones"));
    }
    let store = context.store(Access::Existing)?;
    let filter = args.filters.filter(context, &*store)?;
    let order = Order::Retry { unknown: args.unknown };
    let mut shape = OrderShape { word: "retried", ..OrderShape::default() };
    let only_ids = args.filters.are_ids_only();
    if args.consent.dry_run {
        shape.would = Some(store.count(&filter, order)?);
    } else if only_ids {
        let mut changed = Changed::default();
        shape.refused = one_by_one(&*store, order, &filter.ids, &mut changed)?;
        shape.count = changed.rows;
    } else if args.unknown && args.filters.mean_nothing() {
        let question = |tasks: &str| format!("retry {tasks}, also what may have arrived already");
        if let Some(agreed) = agreed(context, &*store, args.consent, (&filter, order), question)? {
            shape.count = store.change(&agreed, order)?;
        }
    } else {
        shape.count = store.change(&filter, order)?;
    }
    if !only_ids && !args.unknown {
        shape.skipped_unknown = left_alone(&*store, &filter, Order::Retry { unknown: true }, order)?;
    }
    let done = answer(context, &shape, "put back to pending", "task")?;
    if !only_ids {
        tell_what_was_left(context, &*store, &shape)?;
    }
    Ok(done)
}

fn tell_what_was_left(context: &Context, store: &dyn Store, shape: &OrderShape) -> Result<(), Error> {
    let skipped = shape.skipped_unknown.unwrap_or(0);
    if skipped > 0 {
        let tasks = words::count(skipped, "task");
        let they = if skipped == 1 { "it was" } else { "they were" };
        context.out.note(&format!("{tasks} left alone: nobody knows whether {they} sent"));
        context.out.hint("`smsctl list --unknown` shows them, `smsctl retry-failed --unknown` sends them again");
    }
    if shape.would.unwrap_or(shape.count) == 0 && skipped == 0 {
        let letters = store.stats()?.dead_letters.pending;
        if letters > 0 {
            let waits = if letters == 1 { "waits" } else { "wait" };
            context.out.hint(&format!(
                "{} {waits} for a decision: `smsctl dead-letter list`",
                words::count(letters, "dead letter")
            ));
        }
    }
    Ok(())
}
