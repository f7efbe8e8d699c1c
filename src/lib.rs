//! smsctl: a durable queue of text messages in a database, and the workers that send them.
//!
//! The map of the house, from the top floor down; data falls, and only return values and engine events rise.
//!
//! * `cli`, `commands`: the command line, one file per subcommand.
//! * `config`, `output`, `engine`, `intake`, `telemetry`: settings, the terminal, the worker, files of messages, logs.
//! * `store`, `gateway`: the database and the ways out.
//! * `queue`, `sms`: the domain, pure.

// Rules of the house that a lint can keep; `tests/tidy.rs` keeps the others. They bind the program, not its tests.
#![cfg_attr(
    not(test),
    deny(
        clippy::dbg_macro,
        clippy::disallowed_methods,
        clippy::exit,
        clippy::mem_forget,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::todo,
        clippy::too_many_arguments,
        clippy::too_many_lines,
        clippy::unimplemented,
        clippy::unwrap_used
    )
)]

pub mod cli;
pub mod commands;
pub mod config;
pub mod engine;
pub mod error;
pub mod gateway;
pub mod output;
pub mod queue;
pub mod store;
pub mod telemetry;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use commands::{Context, Done};

/// The program: reads `args` (the program's name first), does what they say, and returns the exit code. May be called again.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match cli::Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let context = Context::new(cli.global);
    match cli.command.run(&context) {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Partly) => ExitCode::from(1),
        Err(error) => {
            context.out.warn(&error.message);
            ExitCode::from(error.kind.exit_code())
        }
    }
}
