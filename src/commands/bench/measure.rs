//! The run: a scratch database, a gateway in a process of its own, and rounds in which the sides take turns.

use std::io;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::super::{Context, work};
use super::Args;
use super::figures::{Bare, Claim, Database, Drain, Enqueue, Figures, Idle, Machine};
use crate::child::Child;
use crate::config;
use crate::engine::Stop;
use crate::error::{Error, Kind};
use crate::output::record::timestamp;
use crate::output::{Output, Progress, Streams, Style};
use crate::queue::{Filter, Order, State};
use crate::speed::{self, Crew, Disk, Latencies, Limit, median, ratio};
use crate::store::{self, Access, Location, Options, Scratch, Store};
use crate::telemetry::Telemetry;

/// The share of the time that is for the idle worker.
const IDLE_SHARE: u32 = 6;
/// Messages of the idle worker, at most.
const IDLE_MESSAGES: u64 = 20;
/// Pages that are brought to the disk in a round, at most.
const PAGES: usize = 50;
/// The first round that counts has so long at least, whatever the warm-up took.
const ROUND_MIN: Duration = Duration::from_secs(10);
/// The warm-up has this share of the messages of a round.
const WARM_UP_SHARE: u64 = 10;
/// Threads that run or want to, for each core, from which on the machine counts as busy.
const BUSY_LOAD: f64 = 0.5;
/// By how much rounds may differ, as a share of their median, before it is mentioned.
const SPREAD_MAX: f64 = 0.5;
/// Faster than any disk brings a page to what survives a power cut: a cache said yes.
const FSYNC_MIN_S: f64 = 10e-6;

/// What the rounds brought, a value for each.
#[derive(Default)]
struct Rounds {
    enqueue: Vec<f64>,
    claim: Vec<f64>,
    claim_cpu: Vec<f64>,
    bare: Vec<f64>,
    bare_cpu: Vec<f64>,
    drain: Vec<f64>,
    drain_cpu: Vec<f64>,
    messages_per_turn: Vec<f64>,
    fsyncs_per_message: Vec<f64>,
    longest_turn: Vec<f64>,
    fsync: Vec<f64>,
}

/// What is measured.
struct Scene<'a> {
    scratch: &'a Scratch,
    store: Box<dyn Store>,
    url: String,
    senders: usize,
    /// Hears what `work` would say, and passes none of it on.
    silence: Output,
    progress: Progress,
}

/// Measures everything.
///
/// # Errors
/// The scratch database, the gateway, something that could not be measured, or a signal that came.
pub fn all(args: &Args, context: &Context, stop: &Stop) -> Result<Figures, Error> {
    let load = speed::Machine::here();
    let database = &context.config()?.database;
    let scratch = Scratch::beside(&database.url, database.password_file.as_deref(), &config::scratch_parent())?;
    let settings = scratch.directory().join("none.toml");
    std::fs::write(&settings, "").map_err(|error| Error::writing(&settings, &error))?;
    // Should we be killed, it does not stay behind for ever.
    let life = format!("{}s", args.run_for.as_secs().saturating_mul(2).saturating_add(60));
    let unstarted =
        |error: io::Error| Error::new(Kind::Unavailable, "the sandbox gateway does not start").cause(error.to_string());
    let mut gateway =
        Child::start(&settings, &["gateway", "sandbox", "--for", &life, "-o", "plain"]).map_err(unstarted)?;
    let url = gateway.line().map_err(unstarted)?;
    let scene = Scene {
        store: open(&scratch)?,
        scratch: &scratch,
        url,
        senders: usize::from(args.senders),
        silence: silence(context),
        progress: context.out.progress(Some(u64::from(args.rounds) + 2), "rounds"),
    };
    let rounds = scene.rounds(args, stop)?;
    let idle = scene.idle(args, stop)?;
    if stop.is_asked() {
        return Err(Error::new(Kind::Failed, "the measurement was stopped"));
    }
    scene.progress.finish();
    let disk = matches!(scratch.location(), Location::Sqlite(_)).then(|| Disk::of(scratch.directory())).flatten();
    Ok(figures(args, &rounds, &idle, (load, scratch.location(), disk)))
}

impl Scene<'_> {
    fn rounds(&self, args: &Args, stop: &Stop) -> Result<Rounds, Error> {
        let begin = Instant::now();
        let end = begin + args.run_for - args.run_for / IDLE_SHARE;
        let mut rounds = Rounds::default();
        // The first one warms both sides up, and is not counted.
        self.round(args.messages.div_ceil(WARM_UP_SHARE), &Limit { until: end, stop }, &mut Rounds::default())?;
        self.progress.inc(1);
        for _ in 0..args.rounds {
            if stop.is_asked() || (Instant::now() >= end && !rounds.drain.is_empty()) {
                break;
            }
            let least = if rounds.drain.is_empty() { Instant::now() + ROUND_MIN } else { end };
            let until = least.max(end + args.run_for / 2);
            self.round(args.messages, &Limit { until, stop }, &mut rounds)?;
            self.progress.inc(1);
        }
        if rounds.drain.is_empty() && !stop.is_asked() {
            let error = Error::new(Kind::Failed, "nothing could be measured in the time given");
            return Err(error.hint("give it more with `--for`, or measure fewer messages with `--messages`"));
        }
        Ok(rounds)
    }

    /// One turn of each side.
    fn round(&self, messages: u64, limit: &Limit<'_>, rounds: &mut Rounds) -> Result<(), Error> {
        let store = &*self.store;
        let bare = speed::bare_loop(&self.url, messages, self.senders, limit)?;
        let for_claims = speed::enqueue(store, messages, limit)?;
        let claims = speed::claims(store, self.senders, limit)?;
        let for_drain = speed::enqueue(store, messages, limit)?;
        let telemetry = Telemetry::new(&self.silence, Some(messages), &|| {});
        let crew = Crew { url: &self.url, senders: self.senders, flight: work::flight(self.scratch.location()) };
        let drain = speed::drain(store, crew, &telemetry, limit)?;
        // A side that had no time has no speed.
        if limit.stop.is_asked() || bare.messages == 0 || drain.wire.messages == 0 {
            return Ok(());
        }
        if let Location::Sqlite(_) = self.scratch.location() {
            let times = speed::fsyncs(self.scratch.directory(), PAGES, limit)?;
            rounds.fsync.extend(median(&times.iter().map(Duration::as_secs_f64).collect::<Vec<_>>()));
        }
        rounds.enqueue.extend([for_claims.rows_per_s, for_drain.rows_per_s]);
        rounds.claim.push(claims.claim_s);
        rounds.claim_cpu.push(claims.cpu_s);
        rounds.bare.push(bare.messages_per_s);
        rounds.bare_cpu.push(bare.cpu_s);
        rounds.drain.push(drain.wire.messages_per_s);
        rounds.drain_cpu.push(drain.wire.cpu_s);
        let (turns, messages) = (drain.turns.max(1) as f64, drain.wire.messages.max(1) as f64);
        rounds.messages_per_turn.push(messages / turns);
        rounds.fsyncs_per_message.push(turns / messages);
        rounds.longest_turn.push(drain.longest_turn.as_secs_f64());
        Ok(())
    }

    fn idle(&self, args: &Args, stop: &Stop) -> Result<Latencies, Error> {
        // A drain whose time was over has left some: the messages that are looked at would wait behind them.
        let left = Filter { states: vec![State::Pending], ..Filter::default() };
        self.store.change(&left, Order::Cancel)?;
        let inside = open(self.scratch)?;
        let limit = Limit { until: Instant::now() + args.run_for / IDLE_SHARE, stop };
        let latencies = speed::idle(&*self.store, &*inside, IDLE_MESSAGES, &limit)?;
        self.progress.inc(1);
        Ok(latencies)
    }
}

fn open(scratch: &Scratch) -> Result<Box<dyn Store>, Error> {
    Ok(store::open(scratch.location(), &Options::new(Access::Create))?.store)
}

fn silence(context: &Context) -> Output {
    let style = Style { quiet: true, no_progress: true, ..context.out.style() };
    let streams = Streams { stdin: Box::new(io::empty()), stdout: Box::new(io::sink()), stderr: Box::new(io::sink()) };
    Output::with(style, streams)
}

fn figures(
    args: &Args,
    rounds: &Rounds,
    idle: &Latencies,
    (machine, location, disk): (speed::Machine, &Location, Option<Disk>),
) -> Figures {
    // At least one round was counted, so that each of them has a middle.
    let middle = |values: &[f64]| nanos(median(values).unwrap_or_default());
    let longest = idle.request_s.iter().copied().reduce(f64::max);
    let kind = if matches!(location, Location::Sqlite(_)) { "sqlite" } else { "mysql" };
    let is_memory = disk.is_some_and(Disk::is_memory);
    Figures {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        measured_at: timestamp(Timestamp::now()),
        warnings: warnings(&machine, rounds, is_memory),
        machine: Machine { cpu: machine.cpu, cores: machine.cores as u64, load: machine.load },
        database: Database { kind: kind.to_owned(), disk: disk.map(Disk::name), in_memory: is_memory },
        messages: args.messages,
        senders: u64::from(args.senders),
        rounds: rounds.drain.len() as u64,
        fsync_s: median(&rounds.fsync).map(nanos),
        enqueue: Enqueue { rows_per_s: middle(&rounds.enqueue), one_s: median(&idle.enqueue_s).map(nanos) },
        claim: Claim { claim_s: middle(&rounds.claim), cpu_s: middle(&rounds.claim_cpu) },
        bare: Bare { messages_per_s: middle(&rounds.bare), cpu_s: middle(&rounds.bare_cpu) },
        drain: Drain {
            messages_per_s: middle(&rounds.drain),
            cpu_s: middle(&rounds.drain_cpu),
            ratio: nanos(ratio(&rounds.drain, &rounds.bare).unwrap_or_default()),
            messages_per_turn: middle(&rounds.messages_per_turn),
            fsyncs_per_message: middle(&rounds.fsyncs_per_message),
            longest_turn_s: middle(&rounds.longest_turn),
        },
        idle: Idle { request_s: median(&idle.request_s).map(nanos), longest_s: longest.map(nanos) },
        compared: None,
    }
}

/// Rounded to nine digits behind the point: a claim takes microseconds.
fn nanos(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

fn warnings(machine: &speed::Machine, rounds: &Rounds, is_memory: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    if cfg!(debug_assertions) {
        warnings.push("this smsctl was built for debugging, and is several times slower than a release".to_owned());
    }
    if machine.load > BUSY_LOAD * machine.cores as f64 {
        warnings.push(format!(
            "the machine was busy when this began (load {:.1} on {} cores): it may be faster than that",
            machine.load, machine.cores
        ));
    }
    if is_memory {
        warnings.push("the database lies in memory, not on a disk: nothing was made durable".to_owned());
    } else if median(&rounds.fsync).is_some_and(|fsync| fsync < FSYNC_MIN_S) {
        warnings.push(
            "the disk confirms what it cannot have written yet: a power cut may cost what it confirmed".to_owned(),
        );
    }
    let spread = spread(&rounds.drain);
    if spread > SPREAD_MAX {
        warnings.push(format!(
            "the rounds differ by {:.0} %: something else is at work, or `--messages` are too few",
            spread * 100.0
        ));
    }
    warnings
}

/// From the least to the greatest, as a share of the median.
fn spread(values: &[f64]) -> f64 {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    median(values).map_or(0.0, |middle| (most - least) / middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spoils_the_figures_is_said() {
        let quiet = speed::Machine { cpu: "any".to_owned(), cores: 2, load: 0.9 };
        let steady = Rounds { drain: vec![100.0, 110.0, 90.0], fsync: vec![0.001], ..Rounds::default() };
        let own = usize::from(cfg!(debug_assertions));
        assert_eq!(warnings(&quiet, &steady, false).len(), own);
        let busy = speed::Machine { load: 1.1, ..quiet.clone() };
        let cached = Rounds { fsync: vec![0.000_005], ..Rounds::default() };
        let uneven = Rounds { drain: vec![100.0, 110.0, 40.0], ..Rounds::default() };
        for (found, words) in [
            (warnings(&busy, &steady, false), "busy when this began (load 1.1 on 2 cores)"),
            (warnings(&quiet, &steady, true), "in memory"),
            (warnings(&quiet, &cached, false), "confirms what it cannot have written"),
            (warnings(&quiet, &uneven, false), "differ by 70 %"),
        ] {
            assert_eq!(found.len(), own + 1, "{found:?}");
            assert!(found[own].contains(words), "{found:?}");
        }
    }
}
