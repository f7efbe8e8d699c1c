//! `smsctl db`: the schema of the database and its health.

use super::order::ConsentFlags;
use super::shapes::{FindingShape, MigrateShape, MigrationShape, SchemaShape, state_word};
use super::{Context, Done, Outcome, words};
use crate::output::{Column, Lines};
use crate::store::{Access, Finding, MigrationPlan, MigrationState, SchemaReport};

/// Migrate the database, show its state, check its health
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Migrate(MigrateArgs),
    Status(StatusArgs),
    Check(CheckArgs),
}

/// Bring the schema of the database up to this version of smsctl
///
/// Makes an SQLite database that is not there yet. A database of the web application is taken over: its rows keep their ids
/// and states, columns and indexes are added, and the application goes on working. In a database that holds the tables of
/// another program it asks before it makes its own beside them. Migrations only go forward; all that are waiting are one
/// transaction, and two processes may do this at once. With `--dry-run` the SQL is printed that would be run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db migrate
  smsctl db migrate --dry-run > next.sql
  smsctl --database sqlite:////srv/panel/app.db db migrate")]
struct MigrateArgs {
    #[command(flatten)]
    consent: ConsentFlags,
}

/// Show the state of the schema, and what is waiting to be applied
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db status
  smsctl db status --json | jq -e '.state == \"current\"'")]
struct StatusArgs {}

/// Check the database: integrity, counts against a recount, drift of the schema
///
/// The exit code is 1 if something is wrong. What is only worth knowing (`note`) does not count: others may read the file, or an
/// application's own worker holds tasks. Changes nothing, unless `--repair` is given: then counts that differ from a
/// recount are put right, and what is left is reported.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db check
  smsctl db check --repair
  smsctl db check -o jsonl | jq -r .kind")]
struct CheckArgs {
    /// Put the counts right by counting every task anew
    #[arg(long)]
    repair: bool,
}

const FINDING_COLUMNS: [Column; 4] = [
    Column { field: "kind", heading: "kind" },
    Column { field: "message", heading: "finding" },
    Column { field: "hint", heading: "hint" },
    Column { field: "severity", heading: "severity" },
];

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    match args.command {
        Command::Migrate(args) if args.consent.dry_run => preview(context),
        Command::Migrate(args) => migrate(args.consent, context),
        Command::Status(_) => status(context),
        Command::Check(args) => check(args, context),
    }
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
    for migration in &applied {
        lines.paragraph(format!("applied {} {}", migration.version, migration.name));
    }
    lines.paragraph(format!("the database {} is at version {}", report.location, report.version));
    warn_of_limits(&report, context);
    let applied = applied.into_iter().map(MigrationShape::from).collect();
    let shape = MigrateShape { version: report.version, applied, dry_run: None, would_apply: None };
    context.out.story(&shape, &report.version.to_string(), &lines)?;
    Ok(Done::Well)
}

fn preview(context: &Context) -> Outcome {
    let report = context.store(Access::Inspect)?.schema()?;
    let mut lines = Lines::new();
    if report.waiting.is_empty() {
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
    };
    context.out.story(&shape, &waiting, &lines)?;
    Ok(Done::Well)
}

fn status(context: &Context) -> Outcome {
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

fn warn_of_limits(report: &SchemaReport, context: &Context) {
    for limit in &report.limits {
        context.out.warn(limit);
    }
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

fn check(args: CheckArgs, context: &Context) -> Outcome {
    let store = context.store(Access::Inspect)?;
    let mut findings = store.check()?;
    if args.repair && findings.iter().any(|finding| finding.kind == "tallies") {
        store.recount()?;
        context.out.note("the counts were put right");
        findings = store.check()?;
    }
    let done = if findings.iter().all(Finding::is_note) { Done::Well } else { Done::Partly };
    let mut list = context.out.list(&FINDING_COLUMNS);
    for finding in findings {
        list.row(&FindingShape::from(finding))?;
    }
    list.finish("nothing found: the database is sound")?;
    Ok(done)
}
