//! `smsctl work`: claim and send until stopped.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::signals;
use super::standing::Standing;
use super::{Context, Done, Outcome, words};
use crate::config::{self, Config, Environment};
use crate::engine::{self, FlightPlace, LaneWay, LaneWhy, Left, Plan, SENDERS_MAX, Stop, Summary, Until, host};
use crate::error::{Error, Kind};
use crate::gateway::{command, http};
use crate::output::Lines;
use crate::queue::{Lane, RetryPolicy};
use crate::store::{Access, LaneStatus, Location, Store, TallyKind};
use crate::telemetry::{self, Telemetry};

/// Send what is queued, until stopped
///
/// Claims pending tasks, sends each through its lane, and writes what became of it. Logs go to stderr, a summary to stdout at
/// the end. SIGTERM, Ctrl-C or a closed terminal stop it in order: requests on the wire are finished, what has not left yet
/// is given back, and it exits with 0. A second signal ends it at once; the next worker recovers what it held.
///
/// A lane whose gateway cannot be reached rests, for longer and longer, and one message at a time tries the way; no message
/// loses an attempt by it. `--drain` waits for such a lane for about 15 s, and for a pause that ends within ten seconds; not at
/// all for a longer one, or for a lane that a person has to mend: it ends with 75 then, and the queue is as it was. While the
/// database cannot be written, a worker keeps what it knows and tries again for as long as it takes, with `--drain` or
/// `--max-tasks` for a minute.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Messages that are sent at the same time, 1 to 1024 [default: `work.workers`, 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=SENDERS_MAX as i64))]
    #[arg(allow_negative_numbers = true)]
    workers: Option<u16>,
    /// End when nothing is pending or in flight here; what other workers hold, and what waits for a later retry or a later time
    /// does not count. With 75 if messages are left because their lanes are closed or paused, or nobody hands them out
    #[arg(long)]
    drain: bool,
    /// End after so many tasks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), allow_negative_numbers = true)]
    max_tasks: Option<u64>,
    /// End after this time, for example `30s` or `2h`
    #[arg(long = "for", value_name = "DURATION", value_parser = config::read_duration)]
    run_for: Option<Duration>,
    /// Serve this lane only (can be repeated): a gateway's name, `gateway:NAME` or `command:NAME`
    #[arg(long = "lane", value_name = "NAME")]
    lanes: Vec<String>,
    /// Messages a second on each lane, over all workers and hosts together, for example `2/s` or `100/min`
    #[arg(long, value_name = "RATE")]
    rate: Option<String>,
    /// Messages that may go out at once after a quiet time, with `--rate`
    #[arg(long, value_name = "N", requires = "rate", value_parser = burst)]
    burst: Option<f64>,
    /// Retry nothing by itself: what is deferred waits for `smsctl retry-failed`
    #[arg(long)]
    no_retry: bool,
    /// How long requests on the wire may take after a stop was asked for [default: `work.shutdown_grace`, 30s]
    #[arg(long, value_name = "DURATION", value_parser = grace)]
    shutdown_grace: Option<Duration>,
}

const EXAMPLES: &str = "\
Examples:
  smsctl work                          until stopped, under a supervisor
  smsctl work --drain --workers 16     what is pending now, then end
  smsctl work --drain --for 55s        from cron, once a minute
  smsctl work --lane hkt --rate 2/s    one lane, two messages a second";

/// As long as a server takes to start anew, or somebody to make room on a disk that a log has filled. A run that is to end by
/// itself does not wait for ever: the next one that cron starts would wait beside it, and then the next.
const OUTAGE_MAX: Duration = Duration::from_secs(60);

/// Runs the command.
///
/// # Errors
/// A flag, a setting or a lane is wrong, signals cannot be taken, the engine did not end in order; or the database or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    // First of all: from here to the end of the process a log that nobody reads holds up nothing.
    context.out.detach_stderr(telemetry::unlogged);
    let mut plan = plan(&args, context.config()?)?;
    let fit = host::allow_descriptors(plan.senders);
    if fit < plan.senders {
        let words = format!("this process may open too few files for {} senders: {fit} of them work", plan.senders);
        context.out.warn(&words);
        context.out.hint("allow more: see `ulimit -n`, or `LimitNOFILE` of the unit");
        plan.senders = fit;
        plan.worker = host::this_process(fit);
    }
    let store = open(context, plan.outage_max)?;
    plan.flight = flight(&context.location()?);
    let stop = Stop::new();
    let total = if args.drain { pending(&plan, &*store)? } else { args.max_tasks };
    let ended = signals::obeyed(&stop, |asked| {
        let force = || asked.force();
        engine::run(&plan, &*store, &stop, &Telemetry::new(&context.out, total, &force))
    });
    let (ended, _) = ended.map_err(|error| Error::deaf(&error))?;
    let summary = ended?;
    context.out.story(&summary, &summary.completed.to_string(), &lines(&summary))?;
    if summary.left.is_empty() {
        return Ok(Done::Well);
    }
    Err(left_behind(&summary.left, &store.lanes()?, Timestamp::now()))
}

/// Opens the queue. A disk that is full, or a database that others keep locked, is waited for as long as a run would wait for it
/// later; a signal ends that as it ends any process, for nothing is held yet.
fn open(context: &Context, patience: Option<Duration>) -> Result<Box<dyn Store>, Error> {
    const TRY_EVERY: Duration = Duration::from_secs(2);
    let begun = Instant::now();
    let mut is_told = false;
    context.store_after(Access::Create, &mut |error| {
        let waits = error.is_crowded() && patience.is_none_or(|most| begun.elapsed() < most);
        if waits {
            if !std::mem::replace(&mut is_told, true) {
                context.out.warn(&format!("{error}: it is tried again every two seconds"));
            }
            // Nobody rings: it waits for the time alone.
            let _ = crossbeam_channel::never::<()>().recv_timeout(TRY_EVERY);
        }
        waits
    })
}

/// The summary as people read it.
fn lines(summary: &Summary) -> Lines {
    let mut lines = Lines::new();
    for (label, n) in [
        ("claimed", summary.claimed),
        ("completed", summary.completed),
        ("failed", summary.failed),
        ("deferred", summary.deferred),
        ("rejected", summary.rejected),
        ("unknown", summary.unknown),
        ("dead_lettered", summary.dead_lettered),
        ("released", summary.released),
    ] {
        lines.line(label, n.to_string());
    }
    lines.line("elapsed_s", summary.elapsed_s.to_string());
    lines.line("rate_per_s", summary.rate_per_s.to_string());
    lines.line("waiting", summary.waiting.to_string());
    if summary.lost > 0 {
        lines.gap();
        lines.paragraph(overtaken(summary.lost));
    }
    lines
}

/// What became of claims that others had taken over: nothing of them is lost.
fn overtaken(count: u64) -> String {
    let (tasks, they) = (words::count(count, "task"), if count == 1 { "it keeps its" } else { "they keep their" });
    format!(
        "another program or worker changed {tasks} while this one sent: {they} state, and \
         `smsctl show ID` tells what the gateway answered, where the row is still the one that was claimed"
    )
}

/// Why each lane of which a drain left something takes nothing now, or that it is open and nobody handed out what waits for it.
fn left_behind(left: &[Left], statuses: &[LaneStatus], now: Timestamp) -> Error {
    let (mut shut, mut withheld, mut stories) = (0, 0, Vec::new());
    for Left { lane, pending, why } in left {
        let status = statuses.iter().find(|status| status.lane == *lane);
        let standing = status.and_then(|status| Standing { status, now }.story());
        let is_withheld = why.is_none() && standing.is_none();
        *(if is_withheld { &mut withheld } else { &mut shut }) += pending;
        stories.push(match (why, standing) {
            (Some(LaneWhy::Starved), _) => format!(
                "for the lane `{lane}` this process lacks files, threads, memory or ports: see `ulimit -n`, or `LimitNOFILE` of the unit"
            ),
            (_, Some(story)) => story,
            (Some(_), None) => format!("the lane `{lane}` gave nothing although {pending} wait"),
            (None, None) => format!("the lane `{lane}` is open, and none of its {} could be claimed", words::count(*pending, "task")),
        });
    }
    Error::drain_left(shut, withheld, &stories)
}

/// Tasks that this plan would send now.
fn pending(plan: &Plan, store: &dyn Store) -> Result<Option<u64>, Error> {
    let tallies = store.tallies(TallyKind::Lane)?;
    let served = tallies.iter().filter(|tally| plan.way_of(&tally.name).is_some());
    Ok(Some(served.map(|tally| tally.get("pending")).sum()))
}

/// What reads the flight logs of the queue at `location`, and sends nothing. Another queue than that of the settings may have been
/// set up in another way: so it has no lanes, and what is unknown stays so.
pub(super) fn plan_of_logs(location: &Location, config: &Config) -> Plan {
    Plan {
        worker: host::this_process(1),
        ways: Vec::new(),
        routes: config.routes(),
        rests: config.breaker,
        senders: 1,
        until: Until::default(),
        flight: flight(location),
        shutdown_grace: config.work.shutdown_grace,
        outage_max: None,
    }
}

/// As the setting of the same name.
fn grace(word: &str) -> Result<Duration, String> {
    /// The longest.
    const GRACE_MAX: Duration = Duration::from_secs(3600);
    let span = config::read_duration(word)?;
    if span <= GRACE_MAX { Ok(span) } else { Err("a grace is an hour at most (`1h`)".to_owned()) }
}

fn plan(args: &Args, config: &Config) -> Result<Plan, Error> {
    let senders = args.workers.map_or(config.work.workers, usize::from);
    let rate = args.rate.as_deref().map(|rate| config::read_lane_rate(rate, args.burst)).transpose();
    let rate = rate.map_err(|reason| Error::new(Kind::Usage, format!("`--rate`: {reason}")))?;
    let ways = chosen(args, config)?.into_iter().map(|lane| way(lane, config, senders, args.no_retry));
    let mut ways = ways.collect::<Result<Vec<_>, _>>()?;
    if rate.is_some() {
        ways.iter_mut().for_each(|way| way.rate = rate);
    }
    Ok(Plan {
        worker: host::this_process(senders),
        ways,
        routes: config.routes(),
        rests: config.breaker,
        senders,
        until: Until { drained: args.drain, tasks_max: args.max_tasks, elapsed: args.run_for },
        flight: None,
        shutdown_grace: args.shutdown_grace.unwrap_or(config.work.shutdown_grace),
        outage_max: (args.drain || args.max_tasks.is_some()).then_some(OUTAGE_MAX),
    })
}

/// Where the flight log lies, of the queue at `location`, which is open.
pub(super) fn flight(location: &Location) -> Option<FlightPlace> {
    match location {
        Location::Sqlite(path) => FlightPlace::beside(path).ok(),
        Location::Mysql(server) => {
            let hosts = server.hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
            let directories = config::state_directories(&Environment::of_process());
            Some(FlightPlace::on_host(directories, &format!("{hosts}/{}", server.database)))
        }
    }
}

/// The lanes that this run serves.
fn chosen(args: &Args, config: &Config) -> Result<Vec<Lane>, Error> {
    let all = config.lanes().collect::<Vec<_>>();
    if all.is_empty() {
        return Err(Error::no_lanes());
    }
    let mut lanes = Vec::new();
    for word in &args.lanes {
        match Lane::parse(word).filter(|lane| all.contains(lane)) {
            Some(lane) if !lanes.contains(&lane) => lanes.push(lane),
            Some(_) => {}
            None => {
                let names = all.iter().map(Lane::to_string).collect::<Vec<_>>();
                return Err(Error::no_lane(word, &names));
            }
        }
    }
    Ok(if lanes.is_empty() { all } else { lanes })
}

fn way(lane: Lane, config: &Config, senders: usize, by_order_only: bool) -> Result<LaneWay, Error> {
    let not_configured = || Error::no_lane(lane.name(), &[]);
    let (gateway, rate, on_unknown) = match &lane {
        Lane::Gateway(name) => {
            let settings = config.gateways.get(name).ok_or_else(not_configured)?;
            let gateway = http::open(&settings.http, senders).map_err(|error| Error::gateway_setting(name, &error))?;
            (gateway, settings.rate, settings.on_unknown)
        }
        Lane::Command(name) => {
            let settings = config.commands.get(name).ok_or_else(not_configured)?;
            let gateway = command::open(&settings.command).map_err(|error| Error::command_setting(name, &error))?;
            (gateway, settings.rate, settings.on_unknown)
        }
    };
    let policy = RetryPolicy { on_unknown, backoff: config.retry.backoff, by_order_only };
    Ok(LaneWay { lane, gateway, policy, rate })
}

fn burst(word: &str) -> Result<f64, String> {
    let burst = word.parse::<f64>().ok().filter(|burst| burst.is_finite() && *burst >= 1.0);
    burst.ok_or_else(|| "a number of at least 1 is needed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Pause;

    #[test]
    fn what_others_took_over_is_told_in_words() {
        assert_eq!(
            overtaken(1),
            "another program or worker changed 1 task while this one sent: it keeps its state, and \
             `smsctl show ID` tells what the gateway answered, where the row is still the one that was claimed"
        );
    }

    #[test]
    fn a_lane_that_is_open_is_not_called_shut() {
        let left = |lane: &str, why| Left { lane: lane.to_owned(), pending: 3, why };
        let pause = Pause { at: None, until: None, reason: None };
        let statuses = [LaneStatus { lane: "gateway:a".to_owned(), pause: Some(pause), closure: None }];
        let now = Timestamp::UNIX_EPOCH;
        let error = left_behind(&[left("gateway:a", Some(LaneWhy::Paused)), left("gateway:b", None)], &statuses, now);
        assert_eq!(
            error.message,
            "3 tasks wait for lanes that take nothing now, and 3 that nobody handed out for ten seconds"
        );
        let [a, b] = &*error.causes else { panic!("{:?}", error.causes) };
        assert!(a.starts_with("the lane `gateway:a` is paused"), "{a}");
        assert_eq!(b, "the lane `gateway:b` is open, and none of its 3 tasks could be claimed");
        // Somebody paused it meanwhile.
        let error = left_behind(&[left("gateway:a", None)], &statuses, now);
        assert_eq!(error.message, "3 tasks wait for lanes that take nothing now");
    }
}
