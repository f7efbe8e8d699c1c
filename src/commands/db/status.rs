//! `smsctl db status`: where the schema stands.

use super::super::shapes::{SchemaShape, state_word};
use super::super::{Context, Done, Outcome, words};
use super::warn_of_limits;
use crate::output::Lines;
use crate::store::{Access, MigrationState, SchemaReport};

/// Show the state of the schema, and what is waiting to be applied
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db status
  smsctl db status --json | jq -e '.state == \"current\"'")]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(context: &Context) -> Outcome {
    let report = context.store(Access::Inspect)?.schema()?;
    let lines = status_lines(&report);
    let hint = status_hint(&report);
    warn_of_limits(&report, context);
    let version = report.version.to_string();
    context.out.story(&SchemaShape::from(report), &version, &lines)?;
    if let Some(hint) = hint {
        context.out.hint(hint);
    }
    Ok(Done::Well)
}

fn status_lines(report: &SchemaReport) -> Lines {
    let mut lines = Lines::new();
    lines.line("database", report.location.as_str());
    lines.line("engine", report.engine.as_str());
    lines.line("state", state_word(&report.state).replace('_', " "));
    lines.line("version", format!("{} (this smsctl: {})", report.version, report.latest));
    lines.line_if("size", report.size_bytes.map(words::bytes));
    for (migration, at) in &report.applied {
        lines.line("applied", format!("{} {}, {}", migration.version, migration.name, words::time(*at)));
    }
    for plan in &report.waiting {
        lines.line("waiting", format!("{} {}", plan.version, plan.name));
    }
    lines
}

const fn status_hint(report: &SchemaReport) -> Option<&'static str> {
    match report.state {
        MigrationState::Current => None,
        MigrationState::Newer => Some("the database was written by a newer smsctl: install that version"),
        MigrationState::WebApplication => {
            Some("`smsctl db migrate` takes the web application's database over; `--dry-run` shows the SQL")
        }
        MigrationState::Other => Some(
            "the tables of another program are there, and none of the web application: check `database.url`; \
             `smsctl db migrate` asks before it makes smsctl's beside them",
        ),
        MigrationState::Empty | MigrationState::Older => {
            Some("`smsctl db migrate` brings it up to date; `--dry-run` shows the SQL")
        }
    }
}
