//! `smsctl db check`: is the database sound?

use super::super::shapes::FindingShape;
use super::super::{Context, Done, Outcome, words};
use crate::error::Error;
use crate::output::Column;
use crate::store::{Access, Finding, MigrationState, Store, StoreError};

/// Check the database: integrity, counts against a recount, drift of the schema
///
/// The exit code is 1 if something is wrong. What is only worth knowing (`note`) does not count: others may read the file, or an
/// application's own worker holds tasks. Changes nothing, unless `--repair` is given: then counts that differ from a
/// recount are put right, attempts of tasks that went without the triggers' knowledge (`TRUNCATE`) are removed and their dead
/// letters untied, and what is left is reported.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db check
  smsctl db check --repair
  smsctl db check -o jsonl | jq -r .kind")]
pub struct Args {
    /// Put the counts right, and remove what tasks that are gone left behind
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
pub fn run(args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Inspect)?;
    let look = || -> Result<Vec<Finding>, Error> {
        let mut findings = store.check()?;
        let late = || match store.schema()?.state {
            MigrationState::Current => crate::store::copy::late::findings(&*store),
            _ => Ok(Vec::new()),
        };
        match late() {
            Ok(late) => findings.extend(late),
            // That something is missing is said.
            Err(StoreError::OtherwiseMade { .. }) if !findings.is_empty() => {}
            Err(error) => return Err(error.into()),
        }
        Ok(findings)
    };
    let mut findings = look()?;
    if args.repair && repair(&*store, &findings, context)? {
        findings = look()?;
    }
    let done = if findings.iter().all(Finding::is_note) { Done::Well } else { Done::Partly };
    let mut list = context.out.list(&FINDING_COLUMNS);
    for finding in findings {
        list.row(&FindingShape::from(finding))?;
    }
    list.finish("nothing found: the database is sound")?;
    Ok(done)
}

/// Puts right what can be, and says what that was; whether it was anything.
fn repair(store: &dyn Store, findings: &[Finding], context: &Context) -> Result<bool, Error> {
    let has = |kind| findings.iter().any(|finding| finding.kind == kind);
    let mut said = Vec::new();
    let mut changed = 0;
    if has("leftovers") {
        let gone = store.remove_leftovers()?;
        let (attempts, letters) =
            (words::count(gone.attempts, "attempt"), words::count(gone.dead_letters, "dead letter"));
        changed += gone.attempts + gone.dead_letters;
        said.push(format!("of tasks that are gone: {attempts} removed, {letters} untied"));
    }
    if has("tallies") {
        store.recount()?;
        changed += findings.iter().filter(|finding| finding.kind == "tallies").count() as u64;
        said.push("the counts were put right".to_owned());
    }
    said.iter().for_each(|words| context.out.note(words));
    if !said.is_empty() {
        store.record_order("db check --repair", &said.join("; "), changed)?;
    }
    Ok(!said.is_empty())
}
