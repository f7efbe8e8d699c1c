//! `smsctl db migrate`: the schema, brought forward.

use super::super::order::ConsentFlags;
use super::super::shapes::{MigrateShape, MigrationShape};
use super::super::{Context, Done, Outcome};
use super::warn_of_limits;
use crate::output::Lines;
use crate::store::{Access, MigrationPlan, MigrationState};

/// Bring the schema of the database up to this version of smsctl
///
/// Makes an SQLite database that is not there yet. A database of the web application is taken over: its rows keep their ids
/// and states, columns and indexes are added, and the application goes on working. In a database that holds the tables of
/// another program it asks before it makes its own beside them. Migrations only go forward, and two processes may do this at once. In a
/// file all that are waiting are one transaction. A server commits every change of a table by itself: what was interrupted
/// there goes on when the same command is run again. With `--dry-run` the SQL is printed that would be run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db migrate
  smsctl db migrate --dry-run > next.sql
  smsctl --database sqlite:////srv/panel/app.db db migrate")]
pub struct Args {
    #[command(flatten)]
    consent: ConsentFlags,
}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    if args.consent.dry_run { preview(context) } else { migrate(args.consent, context) }
}

fn migrate(consent: ConsentFlags, context: &Context) -> Outcome {
    let store = context.store(Access::InspectOrCreate)?;
    let found = store.schema()?;
    if found.state == MigrationState::Other {
        // A wrong URL more often than a wish: nobody gets twelve tables into the database of a bookkeeper by a slip.
        let place = format!("make smsctl's tables beside those of another program in {}", found.location);
        consent.agree(context, &place)?;
    }
    let applied = store.migrate()?;
    let report = store.schema()?;
    let mut lines = Lines::new();
    for statement in &found.mending {
        lines.paragraph(format!("ran {statement}"));
    }
    for migration in &applied {
        lines.paragraph(format!("applied {} {}", migration.version, migration.name));
    }
    lines.paragraph(format!("the database {} is at version {}", report.location, report.version));
    warn_of_limits(&report, context);
    let applied = applied.into_iter().map(MigrationShape::from).collect();
    let (version, mended) = (report.version, found.mending);
    let shape = MigrateShape { version, applied, dry_run: None, would_apply: None, mended, would_mend: Vec::new() };
    context.out.story(&shape, &report.version.to_string(), &lines)?;
    Ok(Done::Well)
}

fn preview(context: &Context) -> Outcome {
    let report = context.store(Access::Inspect)?.schema()?;
    let mut lines = Lines::new();
    if !report.mending.is_empty() {
        lines.paragraph(format!("-- before the migrations\n{};", report.mending.join(";\n")));
    }
    if report.waiting.is_empty() && report.mending.is_empty() {
        lines.paragraph(format!("-- nothing to apply: {} is at version {}", report.location, report.version));
    }
    for MigrationPlan { version, name, sql } in &report.waiting {
        lines.paragraph(format!("-- migration {version} {name}\n{}", sql.trim_end()));
    }
    let waiting = report.waiting.iter().map(|plan| plan.version.to_string()).collect::<Vec<_>>().join("\n");
    let would_apply = report.waiting.into_iter().map(MigrationShape::planned).collect();
    let shape = MigrateShape {
        version: report.version,
        applied: Vec::new(),
        dry_run: Some(true),
        would_apply: Some(would_apply),
        mended: Vec::new(),
        would_mend: report.mending,
    };
    context.out.story(&shape, &waiting, &lines)?;
    Ok(Done::Well)
}
