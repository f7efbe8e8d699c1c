//! `smsctl db`: the database itself: its schema, its health, its copies.

mod backup;
mod check;
mod copy;
mod migrate;
mod open;
mod status;

use super::{Context, Outcome};
use crate::store::SchemaReport;

/// Migrate, check, copy and back up the database
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
    Backup(backup::Args),
    Copy(copy::Args),
    Open(open::Args),
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
        Command::Backup(args) => backup::run(args, context),
        Command::Copy(args) => copy::run(args, context),
        Command::Open(args) => open::run(args, context),
    }
}

/// Says what works less well than it should.
fn warn_of_limits(report: &SchemaReport, context: &Context) {
    for limit in &report.limits {
        context.out.warn(limit);
    }
}
