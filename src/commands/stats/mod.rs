//! `smsctl stats`: counts of the queue.

mod by;
mod people;
mod watch;

use std::time::Duration;

use jiff::Timestamp;

use super::lanes::Lanes;
use super::shapes::{StatsShape, StoreShape};
use super::{Context, Done, Outcome};
use crate::error::{Error, Kind};
use crate::intake::times::parse_duration;
use crate::output::{Bar, Format};
use crate::queue::State;
use crate::store::{Access, Store, TallyKind, Worker};

/// The shortest time between two looks: more often nobody can read them.
const WATCH_MIN: Duration = Duration::from_millis(100);
/// The longest.
const WATCH_MAX: Duration = Duration::from_secs(86_400);

/// Show counts by status, ages and rates
///
/// `unknown` and `retryable` are parts of `failed`: tasks of which nobody knows whether an attempt arrived, and tasks with
/// attempts left. The counts are exact and cost the same however long the queue is. With `--verbose` also what the stores of
/// this process and of the workers have met, by their last heartbeats: waits, transactions that were tried again, and
/// connections.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl stats
  smsctl stats --json | jq .pending
  smsctl stats --by lane
  smsctl stats --by hour --chart
  smsctl stats --watch 5 -o jsonl --count 12")]
pub struct Args {
    /// One row for each lane, batch, or hour (UTC)
    #[arg(long, value_enum, value_name = "KIND")]
    by: Option<By>,
    /// Draw bars; with `--by` the tasks of each lane or batch, or what was accepted in each hour
    #[arg(long, conflicts_with = "watch")]
    chart: bool,
    /// Show the counts again and again, with so long between: seconds, or a duration such as `500ms` [default: 2]
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "2", value_parser = watch_interval, conflicts_with = "by")]
    watch: Option<Duration>,
    /// With `--watch`: end after so many times
    #[arg(long, value_name = "N", requires = "watch", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
}

/// What the rows are kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// The ways out
    Lane,
    /// Tasks that were enqueued together
    Batch,
    /// Hours (UTC)
    Hour,
}

/// Runs the command.
///
/// # Errors
/// The settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    if args.chart && context.out.style().format != Format::Table {
        return Err(Error::new(Kind::Usage, "`--chart` draws for people").hint("leave out `--output`, or `--chart`"));
    }
    let store = context.store(Access::Existing)?;
    if let Some(interval) = args.watch {
        return watch::run(context, &*store, watch::Pace { interval, count: args.count });
    }
    match args.by {
        Some(by) if args.chart => context.out.chart(&by::bars(context, &*store, by)?)?,
        Some(by) => by::list(context, &*store, by)?,
        None => {
            let stats = look(context, &*store)?;
            if args.chart {
                context.out.chart(&bars(&stats))?;
            } else {
                let lines = people::lines(&stats, context.out.style().terminal.stdout);
                context.out.story(&stats, &stats.total.to_string(), &lines)?;
            }
        }
    }
    Ok(Done::Well)
}

/// The counts at this moment.
fn look(context: &Context, store: &dyn Store) -> Result<StatsShape, Error> {
    let lanes = Lanes::new(context.config()?);
    let unserved =
        store.tallies(TallyKind::Lane)?.iter().filter(|tally| lanes.lane_of(&tally.name).is_none()).map(pending).sum();
    let shape = StatsShape::new(store.stats()?, unserved, context.location()?.display());
    let mut shape = shape.with_lanes(&store.lanes()?, Timestamp::now());
    let closure = store.copying().closure()?;
    shape.is_closed = closure.is_some();
    shape.limits = limits(store, closure.map(|closure| closure.told(&shape.database)))?;
    if context.out.style().verbose > 0 {
        shape.store = Some(stores(store)?);
    }
    Ok(shape)
}

/// Sentences about what is not as it should be: the queue is closed, other programs are not counted.
fn limits(store: &dyn Store, closed: Option<String>) -> Result<Vec<String>, Error> {
    let late = if closed.is_some() { crate::store::copy::late::sentences(store)? } else { Vec::new() };
    Ok(closed.into_iter().chain(late).chain(store.schema()?.limits).collect())
}

/// What the store of this process has met, and those of the workers that live.
fn stores(store: &dyn Store) -> Result<Vec<StoreShape>, Error> {
    let alive = store.workers()?.into_iter().filter(|worker| worker.ended_at.is_none());
    let of_worker = |worker: Worker| Some(StoreShape { worker: Some(worker.id), counters: worker.counters? });
    let mine = StoreShape { worker: None, counters: store.counters() };
    Ok(std::iter::once(mine).chain(alive.filter_map(of_worker)).collect())
}

fn pending(tally: &crate::store::Tally) -> u64 {
    tally.get(State::Pending.as_str())
}

fn bars(stats: &StatsShape) -> Vec<Bar> {
    stats.by_state().into_iter().map(|(state, value)| Bar { label: state.to_string(), value }).collect()
}

/// The time between two looks, in bare seconds or as a duration: 0.1 s to a day.
fn watch_interval(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let interval = seconds.or_else(|| parse_duration(text).ok());
    interval
        .filter(|interval| (WATCH_MIN..=WATCH_MAX).contains(interval))
        .ok_or_else(|| "it takes seconds or a duration such as `500ms`, from 0.1 s to a day".to_owned())
}
