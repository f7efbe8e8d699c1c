//! `smsctl config`: what is set and where, what is wrong with it, and a file to begin with.

use std::path::PathBuf;

use serde::Serialize;

use super::spare::{Role, require_spare};
use super::{Context, Done, Outcome};
use crate::config::{self, Environment, Problem, Setting, Severity};
use crate::error::{Error, Kind};
use crate::output::Column;

/// Show, check or write the settings
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Show every setting with its origin; secrets as `***`
    #[command(after_long_help = "\
Examples:
  smsctl config show
  smsctl config show -o csv | grep -v default")]
    Show,
    /// Report everything that is wrong with the settings
    ///
    /// Reads the settings as every command does, and looks whether what they name is there: profiles, lanes, programs, files.
    /// Exit code 78 if something is wrong; a warning alone is none.
    #[command(after_long_help = "\
Examples:
  smsctl config check
  smsctl --config new.toml config check && mv new.toml /etc/smsctl/config.toml")]
    Check,
    /// Write a commented settings file with every key and its default
    ///
    /// Without `--path` it goes where `--config` or `$SMSCTL_CONFIG` say, or to `$XDG_CONFIG_HOME/smsctl/config.toml`. Only its
    /// owner may read it.
    #[command(after_long_help = "\
Examples:
  smsctl config init
  smsctl config init --path /etc/smsctl/config.toml
  smsctl config init --stdout | less")]
    Init(Init),
}

#[derive(Debug, clap::Args)]
struct Init {
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    /// Write to stdout instead
    #[arg(long, conflicts_with_all = ["path", "force"])]
    stdout: bool,
}

/// Runs the command.
///
/// # Errors
/// A setting is wrong, the file cannot be written; or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    let environment = Environment::of_process();
    match args.action {
        Action::Show => show(context, &environment),
        Action::Check => check(context, &environment),
        Action::Init(init) => write(init, context, &environment),
    }
}

/// One setting.
#[derive(Serialize)]
struct Row {
    key: String,
    /// `null`: not set, and there is no default.
    value: Option<String>,
    origin: String,
}

impl From<Setting> for Row {
    fn from(setting: Setting) -> Row {
        Row { key: setting.key, value: setting.value, origin: setting.origin.to_string() }
    }
}

const SHOW_COLUMNS: [Column; 3] = [
    Column { field: "key", heading: "key" },
    Column { field: "value", heading: "value" },
    Column { field: "origin", heading: "origin" },
];

/// Shows what was understood even if something is wrong, so that its origin can be seen, and then says what is wrong.
fn show(context: &Context, environment: &Environment) -> Outcome {
    let mut inspection = config::inspect(&context.overrides(), environment);
    let mut list = context.out.list(&SHOW_COLUMNS);
    for setting in std::mem::take(&mut inspection.settings) {
        list.row(&Row::from(setting))?;
    }
    list.finish("no settings")?;
    match inspection.into_error() {
        Some(error) => Err(error.into()),
        None => Ok(Done::Well),
    }
}

/// One thing that is wrong.
#[derive(Serialize)]
struct Finding {
    /// `error` or `warning`.
    severity: &'static str,
    key: Option<String>,
    /// What was written, without secrets.
    value: Option<String>,
    origin: Option<String>,
    message: String,
    hint: Option<String>,
}

impl From<&Problem> for Finding {
    fn from(problem: &Problem) -> Finding {
        Finding {
            severity: problem.severity.as_str(),
            key: problem.key.clone(),
            value: problem.value.clone(),
            origin: problem.origin.as_ref().map(ToString::to_string),
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

const CHECK_COLUMNS: [Column; 4] = [
    Column { field: "message", heading: "problem" },
    Column { field: "severity", heading: "severity" },
    Column { field: "origin", heading: "where" },
    Column { field: "hint", heading: "hint" },
];

fn check(context: &Context, environment: &Environment) -> Outcome {
    let problems = config::check(&context.overrides(), environment);
    let mut list = context.out.list(&CHECK_COLUMNS);
    for problem in &problems {
        list.row(&Finding::from(problem))?;
    }
    list.finish("the settings are in order")?;
    match problems.iter().filter(|problem| problem.severity != Severity::Warning).count() {
        0 => Ok(Done::Well),
        1 => Err(Error::new(Kind::Config, "1 setting is wrong")),
        wrong => Err(Error::new(Kind::Config, format!("{wrong} settings are wrong"))),
    }
}

/// What `init` wrote.
#[derive(Serialize)]
struct Written {
    path: String,
}

fn write(init: Init, context: &Context, environment: &Environment) -> Outcome {
    if init.stdout {
        context.out.text(&config::template())?;
        return Ok(Done::Well);
    }
    let path = match init.path {
        Some(path) => path,
        None => config::own_file(&context.overrides(), environment)?,
    };
    require_spare(&path, Role::Settings, context)?;
    config::write(&path, init.force, environment)?;
    let path = path.display().to_string();
    context.out.one(&Written { path: path.clone() }, &path)?;
    Ok(Done::Well)
}
