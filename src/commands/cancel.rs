//! `smsctl cancel`.

use super::{Context, Outcome, order};
use crate::queue::Order;

/// Cancel tasks, by id or by filter
///
/// A task that is pending, scheduled or held, or failed with attempts left, is called off and never sent again. What a worker
/// has in hand cannot be called back.
///
/// A task whose outcome is unknown may have arrived. It is called off too, is no longer counted or listed as unknown, and a
/// warning on stderr tells how many of them there were; `smsctl list --unknown` shows them beforehand.
///
/// Ids alone are done at once, and one that cannot be done is told with the reason (exit code 1). With filters, ids beside them
/// or not, the number is told first, and you are asked; without a terminal `--yes` is needed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl cancel 5 6
  smsctl cancel --batch spring --dry-run
  smsctl cancel --status scheduled --until 2026-12-01 --yes")]
pub struct Args {
    #[command(flatten)]
    order: order::OrderFlags,
}

/// Runs the command.
///
/// # Errors
/// As for `order::run`.
pub fn run(args: Args, context: &Context) -> Outcome {
    order::run(Order::Cancel, args.order, context)
}
