//! The command line: global options and the list of subcommands. What each one does stands in its own file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args, CommandFactory, Parser, ValueEnum};

use crate::commands::Command;
use crate::config;
use crate::output::{ColorChoice, Format, LogFormat, Style, Terminal};

/// A durable queue of text messages, sent through SMS gateways
#[derive(Debug, Parser)]
#[command(name = "smsctl", version, max_term_width = 100, propagate_version = false)]
#[expect(missing_docs, reason = "the help of each stands with its type")]
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

/// What the streams are, and what the environment says about them.
pub fn terminal() -> Terminal {
    let env = config::terminal::terminal();
    Terminal::detect(env.no_color, env.term_is_dumb, env.columns)
}

/// How a run speaks whose arguments are wrong: the words about formats and colour are looked for by hand, because scripts
/// that asked for JSON want this failure as JSON too.
pub fn style_of_wrong(args: &[OsString]) -> Style {
    let mut style = Style { terminal: terminal(), ..Style::default() };
    let mut words = args.iter().skip(1).filter_map(|arg| arg.to_str()).take_while(|word| *word != "--").peekable();
    while let Some(word) = words.next() {
        let (flag, value) = match word.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None if word.starts_with("-o") && word.len() > 2 => ("-o", word.get(2..)),
            None => (word, words.peek().copied()),
        };
        match (flag, value) {
            ("--json", _) => style.format = Format::Json,
            ("-o" | "--output", Some(value)) => {
                style.format = Format::from_str(value, false).unwrap_or(style.format);
            }
            ("--color", Some(value)) => style.color = ColorChoice::from_str(value, false).unwrap_or(style.color),
            ("--log-format", Some(value)) => {
                style.log_format = LogFormat::from_str(value, false).unwrap_or(style.log_format);
            }
            _ => {}
        }
    }
    style
}

/// The command that `args` name, as far as they name one: `smsctl dead-letter retry`.
pub fn command_of(args: &[OsString]) -> String {
    let program = Cli::command();
    let (mut command, mut name) = (&program, "smsctl".to_owned());
    for word in args.iter().skip(1).filter_map(|arg| arg.to_str()).take_while(|word| *word != "--") {
        if let Some(found) = command.find_subcommand(word) {
            command = found;
            name = format!("{name} {}", found.get_name());
        }
    }
    name
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
            terminal: terminal(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(args: &[&str]) -> Style {
        let args: Vec<OsString> = ["smsctl"].iter().chain(args).map(OsString::from).collect();
        style_of_wrong(&args)
    }

    #[test]
    fn the_format_is_found_among_wrong_arguments() {
        for (args, expected) in [
            (&["zebra", "--json"][..], Format::Json),
            (&["-o", "json", "zebra"], Format::Json),
            (&["-ojson", "zebra"], Format::Json),
            (&["--output=jsonl", "zebra"], Format::Jsonl),
            (&["zebra", "--output", "csv"], Format::Csv),
            (&["--output", "xml"], Format::Table),
            (&["zebra", "-o"], Format::Table),
            (&["zebra", "--", "--json"], Format::Table),
            (&["-oé"], Format::Table),
        ] {
            assert_eq!(style(args).format, expected, "{args:?}");
        }
    }

    #[test]
    fn the_command_is_found_among_wrong_arguments() {
        for (args, name) in [
            (&["--json", "dead-letter", "retry", "--x"][..], "smsctl dead-letter retry"),
            (&["enqueue", "--", "stats"], "smsctl enqueue"),
            (&["zebra"], "smsctl"),
        ] {
            let args: Vec<OsString> = ["smsctl"].iter().chain(args).map(OsString::from).collect();
            assert_eq!(command_of(&args), name);
        }
    }

    #[test]
    fn colour_and_log_format_are_found_too() {
        let style = style(&["--color", "never", "--log-format=json", "zebra"]);
        assert_eq!((style.color, style.log_format), (ColorChoice::Never, LogFormat::Json));
    }
}
