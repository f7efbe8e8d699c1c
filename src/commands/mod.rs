//! The subcommands: one file each, with its flags, its help and its `run`.

pub mod bench;
pub mod cancel;
pub mod completions;
pub mod config;
mod context;
pub mod db;
pub mod dead_letter;
pub mod demo;
pub mod enqueue;
mod filter_flags;
pub mod gateway;
pub mod hold;
mod interruptible;
pub mod lane;
mod lanes;
pub mod list;
mod local;
mod named;
mod order;
pub mod release;
pub mod retry_failed;
pub mod segments;
pub mod selftest;
mod shapes;
pub mod show;
mod shown;
pub(crate) mod signals;
mod spare;
mod standing;
pub mod stats;
mod truth;
mod words;
pub mod work;
pub mod workers;

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
#[expect(missing_docs, reason = "the help of each stands with its arguments")]
pub enum Command {
    Enqueue(Box<enqueue::Args>),
    Work(work::Args),
    Stats(stats::Args),
    RetryFailed(retry_failed::Args),
    List(list::Args),
    Show(show::Args),
    Cancel(cancel::Args),
    Hold(hold::Args),
    Release(release::Args),
    DeadLetter(dead_letter::Args),
    Lane(lane::Args),
    Gateway(gateway::Args),
    Workers(workers::Args),
    Db(db::Args),
    Config(config::Args),
    Segments(segments::Args),
    Demo(demo::Args),
    Bench(bench::Args),
    Selftest(selftest::Args),
    Completions(completions::Args),
}

impl Command {
    /// Runs the subcommand.
    pub fn run(self, context: &Context) -> Outcome {
        match self {
            Command::Enqueue(args) => enqueue::run(*args, context),
            Command::Work(args) => work::run(args, context),
            Command::Stats(args) => stats::run(&args, context),
            Command::RetryFailed(args) => retry_failed::run(&args, context),
            Command::List(args) => list::run(&args, context),
            Command::Show(args) => show::run(&args, context),
            Command::Cancel(args) => cancel::run(args, context),
            Command::Hold(args) => hold::run(args, context),
            Command::Release(args) => release::run(args, context),
            Command::DeadLetter(args) => dead_letter::run(args, context),
            Command::Lane(args) => lane::run(args, context),
            Command::Gateway(args) => gateway::run(args, context),
            Command::Workers(args) => workers::run(&args, context),
            Command::Db(args) => db::run(&args, context),
            Command::Config(args) => config::run(args, context),
            Command::Segments(args) => segments::run(args, context),
            Command::Demo(args) => demo::run(&args, context),
            Command::Bench(args) => bench::run(&args, context),
            Command::Selftest(args) => selftest::run(&args, context),
            Command::Completions(args) => completions::run(args, context),
        }
    }
}
