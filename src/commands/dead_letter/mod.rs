//! `smsctl dead-letter`: messages that will not be tried again by themselves.

mod list;
mod order;
mod pages;
mod show;
mod stats;

use super::{Context, Outcome};
use crate::queue::DeadLetterOrder;

/// Look at dead letters, retry them or give them up
///
/// A dead letter is a message that will not be tried again by itself: the gateway rejected it, its attempts are used up, or
/// its time had passed.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    /// Put dead letters back into the queue, with new attempts
    ///
    /// The message of each goes back to pending and may be tried `max_retries` times again. Ids alone are done at once, and one
    /// that cannot be done is told with the reason (exit code 1). With filters, ids beside them or not, the number is told
    /// first, and you are asked; without a terminal `--yes` is needed.
    ///
    /// Messages that may have been sent already are left alone, and so are those whose time has passed: `--unknown` and
    /// `--expired` take them, too. What expired and is sent all the same does not expire again.
    #[command(after_long_help = "\
Examples:
  smsctl dead-letter retry 7
  smsctl dead-letter retry 8 --unknown
  smsctl dead-letter retry --error-type credit --since yesterday --yes
  smsctl dead-letter retry --all --dry-run")]
    Retry(order::RetryArgs),
    /// Give dead letters up
    ///
    /// The letters stay in the database as `abandoned`. Ids alone are done at once, and one that cannot be done is told with the
    /// reason (exit code 1). With filters, ids beside them or not, the number is told first, and you are asked; without a
    /// terminal `--yes` is needed.
    #[command(after_long_help = "\
Examples:
  smsctl dead-letter abandon 7
  smsctl dead-letter abandon --error-type rejected --until 2026-11-01 --yes
  smsctl dead-letter abandon --to +85291234567 --dry-run")]
    Abandon(order::Args),
    Stats(stats::Args),
}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout; an id that does not exist.
pub fn run(args: Args, context: &Context) -> Outcome {
    match args.command {
        Command::List(args) => list::run(&args, context),
        Command::Show(args) => show::run(&args, context),
        Command::Retry(args) => order::retry(args, context),
        Command::Abandon(args) => order::run(DeadLetterOrder::Abandon, args, context),
        Command::Stats(args) => stats::run(&args, context),
    }
}
