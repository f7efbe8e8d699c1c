//! The command line: global options and the list of subcommands. What each one does stands in its own file.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser};

use crate::commands::Command;
use crate::output::{ColorChoice, Format, LogFormat, Style};

/// A durable queue of text messages, sent through SMS gateways
#[derive(Debug, Parser)]
#[command(name = "smsctl", version, max_term_width = 100, propagate_version = false)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalFlags,
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every subcommand takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalFlags {
    /// The database, for example `sqlite:////var/lib/smsctl/sms.db`
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// The settings file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How results are written
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// The same as `-o json`
    #[arg(long, global = true, conflicts_with = "output")]
    pub json: bool,
    /// Say less on stderr
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more on stderr (can be repeated)
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// How log lines are written
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// No progress bars
    #[arg(long, global = true)]
    pub no_progress: bool,
}

impl GlobalFlags {
    /// How this run speaks.
    pub fn style(&self) -> Style {
        let format = if self.json { Format::Json } else { self.output.unwrap_or_default() };
        Style {
            format,
            quiet: self.quiet,
            verbose: self.verbose,
            color: self.color,
            log_format: self.log_format,
            no_progress: self.no_progress,
        }
    }
}
