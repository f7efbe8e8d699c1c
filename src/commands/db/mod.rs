//! `smsctl db`: the schema of the database and its health.

mod check;
mod migrate;
mod status;

use super::{Context, Outcome};
use crate::store::SchemaReport;

/// Migrate the database, show its state, check its health
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Migrate(migrate::Args),
    Status(status::Args),
    Check(check::Args),
}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    match &args.command {
        Command::Migrate(args) => migrate::run(args, context),
        Command::Status(_) => status::run(context),
        Command::Check(args) => check::run(args, context),
    }
}

/// Says what works less well than it should.
fn warn_of_limits(report: &SchemaReport, context: &Context) {
    for limit in &report.limits {
        context.out.warn(limit);
    }
}
