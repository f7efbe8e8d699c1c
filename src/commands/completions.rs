//! `smsctl completions`: what a shell needs to complete the command line.

use clap::{CommandFactory, ValueEnum};
use clap_complete::aot::Shell;

use super::{Context, Done, Outcome};
use crate::cli::Cli;
use crate::error::{Error, Kind};

/// Print a completion script for a shell
///
/// For this session of bash: `source <(smsctl completions bash)`. To keep it, write it where the shell looks:
/// bash: ~/.local/share/bash-completion/completions/smsctl, zsh: a file `_smsctl` in a directory of $fpath,
/// fish: ~/.config/fish/completions/smsctl.fish, PowerShell: add it to $PROFILE.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  source <(smsctl completions bash)
  smsctl completions fish > ~/.config/fish/completions/smsctl.fish")]
pub struct Args {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: ShellName,
}

/// A shell that completions are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
#[expect(missing_docs, reason = "a sentence here would stand in the help")]
pub enum ShellName {
    Bash,
    Zsh,
    Fish,
    PowerShell,
}

impl ShellName {
    /// The completion script, as it is printed and as it is checked in.
    ///
    /// # Errors
    /// The script is no UTF-8, which would be a fault of the generator.
    pub fn script(self) -> Result<String, Error> {
        let shell = match self {
            ShellName::Bash => Shell::Bash,
            ShellName::Zsh => Shell::Zsh,
            ShellName::Fish => Shell::Fish,
            ShellName::PowerShell => Shell::PowerShell,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "smsctl", &mut script);
        String::from_utf8(script).map_err(|error| Error::new(Kind::Bug, error.to_string()))
    }
}

/// Prints the script as it is, whatever the output format: it is a program, not data.
///
/// # Errors
/// stdout cannot be written.
pub fn run(args: Args, context: &Context) -> Outcome {
    context.out.text(&args.shell.script()?)?;
    Ok(Done::Well)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_has_a_script_that_knows_the_subcommands() {
        for shell in ShellName::value_variants() {
            let script = shell.script().unwrap();
            for word in ["completions", "segments", "output"] {
                assert!(script.contains(word), "{shell:?} lacks {word}");
            }
        }
    }
}
