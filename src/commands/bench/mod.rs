//! `smsctl bench`: how fast this machine, its database and a gateway go.

mod figures;
mod measure;
mod people;

use std::path::PathBuf;
use std::time::Duration;

use self::figures::Figures;
use super::spare::{Role, require_spare};
use super::{Context, Done, Outcome, interruptible};
use crate::config;
use crate::engine::SENDERS_MAX;
use crate::error::Error;
use crate::output::Format;

/// Measure how fast this machine, its database and a gateway go
///
/// On a scratch database beside the real one (a file on the same disk, or a database on the same server), which is removed at
/// the end; the real queue is not touched, and nothing leaves this machine: the gateway is the sandbox, a process of its own on
/// the loopback. The bare loop sends the same messages by the same HTTP client, with as many senders and no database: what the
/// drain reaches of it is what the queue leaves of the wire. Sides take turns, and figures are medians over the rounds.
///
/// On a server the account must be allowed to make databases whose names begin with `smsctl_scratch_` (docs/mysql.md).
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl bench
  smsctl bench --senders 16 --save before.json
  smsctl bench --senders 16 --compare before.json
  smsctl bench --json | jq .drain.ratio")]
pub struct Args {
    /// Messages of each piece of a round
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    messages: u64,
    /// Senders of the drain and of the bare loop, 1 to 1024
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=SENDERS_MAX as i64))]
    senders: u16,
    /// How often each side has its turn
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rounds: u16,
    /// Begin no further round after this long; the last one is cut short when half as much again has passed
    #[arg(long = "for", value_name = "DURATION", value_parser = config::read_duration, default_value = "30s")]
    run_for: Duration,
    /// Keep the figures in this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Show what changed since the run in this file
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The saved run cannot be read, the file is still needed, the scratch database cannot be made, something could not be measured, or
/// a signal; the file or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    if let Some(path) = &args.save {
        require_spare(path, Role::Output, context)?;
        figures::require_writable(path)?;
    }
    let before = args.compare.as_deref().map(figures::load).transpose()?;
    let measured = interruptible::run(|stop| measure::all(args, context, stop))?;
    if let Some(path) = &args.save {
        figures::save(&measured, path)?;
    }
    tell(measured, before, context)?;
    Ok(Done::Well)
}

fn tell(mut measured: Figures, before: Option<Figures>, context: &Context) -> Result<(), Error> {
    let warnings = [measured.warnings.clone(), before.as_ref().map(|it| measured.unlike(it)).unwrap_or_default()];
    warnings.concat().iter().for_each(|warning| context.out.warn(warning));
    if context.out.style().format == Format::Table {
        return people::tell(&measured, before.as_ref(), &context.out);
    }
    let plain = format!("{:.0}", measured.drain.messages_per_s);
    measured.compared = before.map(Box::new);
    Ok(context.out.one(&measured, &plain)?)
}
