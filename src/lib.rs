//! smsctl: a durable queue of text messages in a database, and the workers that send them.
//!
//! The map of the house, from the top floor down; data falls, and only return values and engine events rise.
//!
//! * `cli`, `commands`: the command line, one file per subcommand.
//! * `config`, `output`, `engine`, `intake`, `telemetry`: settings, the terminal, the worker, files of messages, logs.
//! * `speed`: how fast all that goes here.
//! * `store`, `gateway`: the database and the ways out. `child`: smsctl as a process of its own.
//! * `queue`, `sms`: the domain, pure. `panics`: a fault ends the piece of work that it is in, and no more.

#![warn(missing_docs)]
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

pub mod child;
pub mod cli;
pub mod commands;
pub mod config;
pub mod engine;
pub mod error;
pub mod gateway;
pub mod intake;
pub mod output;
pub mod panics;
pub mod queue;
pub mod sms;
pub mod speed;
pub mod store;
pub mod telemetry;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use commands::{Context, Done};
use error::{Error, Kind};
use output::{Output, Streams, Style, Terminal};

/// The program: reads `args` (the program's name first), does what they say, and returns the exit code. May be called again.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Where the system refuses, the command can do its work all the same, as long as no file grows too large.
    let _ = commands::signals::outlive_large_files();
    let args: Vec<OsString> = args.into_iter().collect();
    child::end_with_parent(args.first());
    run_with(args, cli::terminal(), Streams::process()).into()
}

/// As `run`, on other streams than the process's; `terminal` says what they are. Returns the exit code as a number.
pub fn run_with(args: impl IntoIterator<Item = OsString>, terminal: Terminal, streams: Streams) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    match cli::Cli::try_parse_from(&args) {
        Ok(cli) => {
            let style = Style { terminal, ..cli.global.style() };
            let context = Context::with(cli.global, Output::with(style, streams));
            let answer = panics::catch(|| cli.command.run(&context));
            conclude(answer.unwrap_or_else(|panicked| Err(panicked.into())), &context.out)
        }
        Err(wrong) => {
            let style = Style { terminal, ..cli::style_of_wrong(&args) };
            let out = Output::with(style, streams);
            conclude(instead(&wrong, &args, &out), &out)
        }
    }
}

/// What is done where there is no command to run: help and version are data, all else is a failure.
fn instead(wrong: &clap::Error, args: &[OsString], out: &Output) -> commands::Outcome {
    let page = wrong.render();
    let style = out.style();
    match wrong.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if style.paints_stdout() => {
            out.text(&page.ansi().to_string())?
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => out.text(&page.to_string())?,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !style.speaks_json() => {
            out.usage(&format!("{}\n", if style.paints_stderr() { page.ansi().to_string() } else { page.to_string() }));
            return Err(Error::usage(wrong, &cli::command_of(args)));
        }
        _ => return Err(Error::usage(wrong, &cli::command_of(args))),
    }
    Ok(Done::Well)
}

/// Writes out what is left, tells what went wrong, and finds the exit code.
fn conclude(answer: commands::Outcome, out: &Output) -> u8 {
    // What a command had said before it failed is data as well; if stdout fails too, the first failure counts.
    let flushed = out.flush();
    let answer = answer.and_then(|done| Ok(flushed.map(|()| done)?));
    out.make_way();
    let code = match answer {
        Ok(Done::Well) => 0,
        Ok(Done::Partly) => Kind::Failed.exit_code(),
        Err(error) => {
            error.report(out);
            error.kind.exit_code()
        }
    };
    out.settle();
    code
}

#[cfg(test)]
mod tests;
