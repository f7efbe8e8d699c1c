//! `smsctl selftest`: kills, faults and a lying gateway on this machine's own database and disk, judged by the gateway's ledger.

mod account;
mod chaos;
mod scene;

use std::time::{Duration, Instant};

use serde::Serialize;

use self::account::Account;
use self::chaos::{Chaos, Deeds};
use self::scene::Scene;
use super::{Context, Done, Outcome, interruptible};
use crate::config;
use crate::engine::Stop;
use crate::error::{Error, Kind};
use crate::output::record::seconds;
use crate::output::{Lines, Output};
use crate::store::Finding;

/// Kill workers at random on a scratch database, and account for every message
///
/// Runs workers of this very program on a scratch database beside the real one (a file on the same disk, or a database on the same
/// server), against a gateway on this machine that answers 503, hangs up, stays silent and answers nonsense. Workers are killed,
/// suspended and stopped at random moments. At the end every message is held against the gateway's own ledger: what is lost, was
/// sent twice, or is told wrongly is named, and the exit code is 1. The real queue is not touched, and nothing leaves this machine.
///
/// Unknown messages are no failure: nobody can know what became of a request whose sender was killed. The report says why.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl selftest
  smsctl selftest --for 1h
  smsctl selftest --kills 200 --seed 7 --json")]
pub struct Args {
    /// Make trouble for so long
    #[arg(long = "for", value_name = "DURATION", value_parser = some_time, default_value = "1m")]
    run_for: Duration,
    /// Or until so many workers have been killed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    kills: Option<u64>,
    /// Choose the dice; the report tells those that were thrown
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Keep the scratch database and the gateway's ledger; they are kept in any case if something is odd
    #[arg(long)]
    keep: bool,
}

/// The shape of `selftest`.
#[derive(Debug, Serialize)]
struct Report {
    /// Messages were sent, nothing is lost, doubled or told wrongly, and the database is whole.
    passed: bool,
    seed: u64,
    #[serde(flatten)]
    deeds: Deeds,
    #[serde(flatten)]
    account: Account,
    /// What `db check` found.
    findings: Vec<String>,
    elapsed_s: f64,
    /// Where database and ledger are, if they were kept.
    kept: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// The scratch database, the gateway or a worker cannot be started, the database went away, or a signal; or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let report = interruptible::run(|stop| test(args, context, stop))?;
    tell(&report, &context.out)?;
    Ok(if report.passed { Done::Well } else { Done::Partly })
}

/// `--for`: no time at all tests nothing.
fn some_time(text: &str) -> Result<Duration, String> {
    let span = config::read_duration(text)?;
    if span.is_zero() { Err("it must be longer than no time at all".to_owned()) } else { Ok(span) }
}

fn test(args: &Args, context: &Context, stop: &Stop) -> Result<Report, Error> {
    let began = Instant::now();
    let seed = args.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let mut scene = Scene::set(context, seed)?;
    context.out.note(&format!("seed {seed}, scratch database {}", scene.scratch.location().display()));
    let deeds = {
        let progress = context.out.progress(args.kills, "kills");
        let mut chaos = Chaos::begin(&scene, args.run_for, args.kills, seed)?;
        // However short the time, something is put to the test.
        progress.inc(chaos.step()?);
        while chaos.has_time() && !stop.is_asked() {
            progress.inc(chaos.step()?);
        }
        chaos.end()?
    };
    scene.drain(stop)?;
    if stop.is_asked() {
        return Err(Error::new(Kind::Failed, "the test was stopped"));
    }
    let account = Account::of(&*scene.store, &scene.ledger(), deeds.messages)?;
    let findings = scene.store.check()?.into_iter().filter(|finding| !finding.is_note());
    let findings = findings.map(|finding: Finding| finding.message).collect::<Vec<_>>();
    let is_odd = !account.is_clean() || !findings.is_empty();
    if account.sent == 0 {
        context.out.warn("no message was sent: nothing is proved");
    }
    let passed = !is_odd && account.sent > 0;
    if deeds.fell > 0 {
        context.out.warn("a worker ended by itself; `children.log` in the kept directory says why");
    }
    let kept = (args.keep || is_odd || deeds.fell > 0).then(|| scene.scratch.keep().display().to_string());
    Ok(Report { passed, seed, deeds, account, findings, elapsed_s: seconds(began.elapsed()), kept })
}

fn tell(report: &Report, out: &Output) -> Result<(), Error> {
    let mut lines = Lines::new();
    report.deeds.tell(&mut lines);
    report.account.tell(&mut lines);
    for finding in &report.findings {
        lines.line("db check", finding.clone());
    }
    if report.findings.is_empty() {
        lines.line("db check", "no findings");
    }
    lines.line("seed", report.seed.to_string()).line_if("kept", report.kept.clone());
    lines.line("result", if report.passed { "passed" } else { "FAILED" });
    Ok(out.story(report, if report.passed { "passed" } else { "failed" }, &lines)?)
}
