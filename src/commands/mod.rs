//! The subcommands: one file each, with its flags, its help and its `run`.

pub mod completions;
pub mod config;
mod context;
pub mod gateway;
pub mod segments;

use clap::Subcommand;

use crate::error::Error;

pub use context::Context;

/// What a command answers: its exit code is 0 on `Ok(Done::Well)`, 1 on `Ok(Done::Partly)`.
pub type Outcome = Result<Done, Error>;

/// How a command that ran to its end fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// All that was asked for is done.
    Well,
    /// It ran, and something it was asked to do failed; it has said what.
    Partly,
}

/// The subcommands, in the order of the help.
#[derive(Debug, Subcommand)]
pub enum Command {
    Gateway(gateway::Args),
    Config(config::Args),
    Segments(segments::Args),
    Completions(completions::Args),
}

impl Command {
    /// Runs the subcommand.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Command::Gateway(args) => gateway::run(args, context),
            Command::Config(args) => config::run(args, context),
            Command::Segments(args) => segments::run(args, context),
            Command::Completions(args) => completions::run(args, context),
        }
    }
}
