//! `smsctl release`.

use super::{Context, Outcome, order};
use crate::queue::Order;

/// Release held tasks, by id or by filter
///
/// A held task goes back to pending, or to scheduled if its time is still to come.
///
/// A task that another program held while it was on the wire may have arrived: it is left alone without `--unknown`.
///
/// Ids alone are done at once, and one that cannot be done is told with the reason (exit code 1). With filters, ids beside them
/// or not, the number is told first, and you are asked; without a terminal `--yes` is needed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl release 5
  smsctl release --batch spring --yes
  smsctl release --all --dry-run")]
pub struct Args {
    /// Take tasks that may have been sent already, too: they may arrive twice
    #[arg(long)]
    unknown: bool,
    #[command(flatten)]
    order: order::OrderFlags,
}

/// Runs the command.
///
/// # Errors
/// As for `order::run`.
pub fn run(args: Args, context: &Context) -> Outcome {
    order::run(Order::Release { unknown: args.unknown }, args.order, context)
}
