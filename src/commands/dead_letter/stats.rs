//! `smsctl dead-letter stats`.

use super::super::shapes::DeadLetterStatsShape;
use super::super::{Context, Done, Outcome, words};
use crate::output::Lines;
use crate::store::Access;

/// Count dead letters by status
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl dead-letter stats
  smsctl dead-letter stats --json | jq .pending")]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(_args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let counts = DeadLetterStatsShape::from(store.stats()?.dead_letters);
    let mut lines = Lines::new();
    for (word, n) in [("pending", counts.pending), ("retried", counts.retried), ("abandoned", counts.abandoned)] {
        lines.line(word, words::thousands(n));
    }
    lines.line("total", words::thousands(counts.total));
    context.out.story(&counts, &counts.total.to_string(), &lines)?;
    Ok(Done::Well)
}
