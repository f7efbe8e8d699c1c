//! `smsctl hold`.

use super::{Context, Outcome, order};
use crate::queue::Order;

/// Hold tasks, by id or by filter
///
/// A task that is pending or scheduled is put aside until `smsctl release`.
///
/// Ids alone are done at once, and one that cannot be done is told with the reason (exit code 1). With filters, ids beside them
/// or not, the number is told first, and you are asked; without a terminal `--yes` is needed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl hold 5
  smsctl hold --batch spring --yes
  smsctl hold --lane gateway:backup --dry-run")]
pub struct Args {
    #[command(flatten)]
    order: order::OrderFlags,
}

/// Runs the command.
///
/// # Errors
/// As for `order::run`.
pub fn run(args: Args, context: &Context) -> Outcome {
    order::run(Order::Hold, args.order, context)
}
