//! `smsctl lane`: the ways out, with rate, backlog and whether they can be used; pause and resume.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Subcommand;
use jiff::{Timestamp, ZonedDateTime};
use serde::Serialize;

use super::lanes::Lanes;
use super::shapes::{LaneOrderShape, LaneStateShape, columns};
use super::standing::{Standing, status_of};
use super::{Context, Done, Outcome, local};
use crate::error::{Error, Kind};
use crate::intake::times::{parse_at, parse_duration};
use crate::output::{Column, Format, Lines};
use crate::queue::{Due, Lane, LaneOrder, Rate};
use crate::store::{Access, LaneStatus, Store, Tally, TallyKind};

/// The longest reason of a pause, in characters.
const REASON_CHARS_MAX: usize = 200;

/// Show the ways out, pause them, and let them go on
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Args {
    #[command(subcommand)]
    command: LaneCommand,
}

#[derive(Debug, Subcommand)]
enum LaneCommand {
    /// List the lanes: whether they are open, why not, until when, and what waits for them
    ///
    /// `open`: messages go out. `paused`: an operator stopped it. `closed`: it cannot be used for now (its gateway is out of
    /// reach or asked for patience, the account is out of credit, credentials were refused). `probing`: the next message tries
    /// whether it can be used again, or one is trying it.
    #[command(after_long_help = "\
Examples:
  smsctl lane list
  smsctl lane list --json | jq '.[] | select(.state != \"open\")'")]
    List,
    /// Stop a lane: its messages wait, on all hosts, until it is resumed
    ///
    /// What is on the wire is finished; what a worker has claimed and not sent yet goes back with its attempt unspent. A worker
    /// hears of it with its next turn: until then, a fraction of a second, some messages may still go out.
    #[command(after_long_help = "\
Examples:
  smsctl lane pause default
  smsctl lane pause default --for 30m --reason 'maintenance of the provider'
  smsctl lane pause command:report --until 'tomorrow'")]
    Pause(PauseArgs),
    /// Let a lane go on at once, whether an operator paused it or it closed by itself
    #[command(after_long_help = "\
Examples:
  smsctl lane resume default")]
    Resume {
        /// The lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway
        #[arg(value_name = "LANE")]
        lane: String,
    },
}

#[derive(Debug, clap::Args)]
struct PauseArgs {
    /// The lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway
    #[arg(value_name = "LANE")]
    lane: String,
    /// It goes on by itself after this time, for example `30m`
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, conflicts_with = "until")]
    span: Option<Duration>,
    /// It goes on by itself at this time; local time where it names no zone
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Why, for those who look at it later
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: Option<String>,
}

/// A lane as one line of a table.
#[derive(Serialize)]
struct Line {
    lane: String,
    state: &'static str,
    until_at: Option<String>,
    pending: u64,
    processing: u64,
    rate_per_s: Option<f64>,
    why: Option<String>,
}

const COLUMNS: [Column; 7] = [
    Column { field: "lane", heading: "lane" },
    Column { field: "state", heading: "state" },
    Column { field: "until_at", heading: "until" },
    Column { field: "pending", heading: "pending" },
    Column { field: "processing", heading: "processing" },
    Column { field: "rate_per_s", heading: "rate/s" },
    Column { field: "why", heading: "why" },
];

/// Runs the command.
///
/// # Errors
/// There is no such lane, a time is none; or the settings, the database or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    match args.command {
        LaneCommand::List => list(context),
        LaneCommand::Pause(args) => {
            let until = args.until(&local::now())?;
            order(&args.lane, &LaneOrder::Pause { until, reason: args.reason }, context)
        }
        LaneCommand::Resume { lane } => order(&lane, &LaneOrder::Resume, context),
    }
}

impl PauseArgs {
    fn until(&self, now: &ZonedDateTime) -> Result<Option<Due>, Error> {
        let Some(word) = &self.until else { return Ok(self.span.map(Due::In)) };
        let at = parse_at(word, now).map_err(|error| local::refused("--until", "--for", word, error))?;
        if at <= now.timestamp() {
            let passed = format!("`--until {}`: this time has passed", word.trim());
            return Err(Error::new(Kind::Usage, passed).hint("`--for 30m` counts from now"));
        }
        Ok(Some(Due::At(at)))
    }
}

fn list(context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let format = context.out.style().format;
    let now = Timestamp::now();
    let mut list = context.out.list(columns(format, &COLUMNS, LaneStateShape::FIELDS)).yielding(&["rate_per_s"]);
    for known in all(context, &*store)?.into_values() {
        let standing = Standing { status: &known.status, now };
        let shape = LaneStateShape::new(&standing, known.rate, known.is_served, &known.tallies);
        if format == Format::Table {
            list.row(&Line {
                lane: shape.lane,
                state: shape.state,
                until_at: standing.until().map(crate::output::record::timestamp),
                pending: shape.pending,
                processing: shape.processing,
                rate_per_s: shape.rate_per_s,
                why: standing.why(),
            })?;
        } else {
            list.row(&shape)?;
        }
    }
    list.finish("no lanes; `smsctl config init` writes a settings file with one")?;
    Ok(Done::Well)
}

/// A lane, from the settings, the database, or both.
struct KnownLane {
    status: LaneStatus,
    is_served: bool,
    rate: Option<Rate>,
    /// Of all words that it serves.
    tallies: Vec<Tally>,
}

/// All lanes of the settings, and those that the database still tells of: closed, paused, or with tasks of theirs.
fn all(context: &Context, store: &dyn Store) -> Result<BTreeMap<String, KnownLane>, Error> {
    let config = context.config()?;
    let lanes = Lanes::new(config);
    let mut out: BTreeMap<String, KnownLane> = BTreeMap::new();
    let known = |name: &str| {
        let status = LaneStatus { lane: name.to_owned(), ..LaneStatus::default() };
        KnownLane { status, is_served: false, rate: None, tallies: Vec::new() }
    };
    for lane in config.lanes() {
        let rate = match &lane {
            Lane::Gateway(name) => config.gateways.get(name).and_then(|gateway| gateway.rate),
            Lane::Command(name) => config.commands.get(name).and_then(|command| command.rate),
        };
        let name = lane.to_string();
        out.insert(name.clone(), KnownLane { is_served: true, rate, ..known(&name) });
    }
    for status in store.lanes()?.into_iter().filter(|status| status.pause.is_some() || status.closure.is_some()) {
        let name = status.lane.clone();
        out.entry(name.clone()).or_insert_with(|| known(&name)).status = status;
    }
    for tally in store.tallies(TallyKind::Lane)? {
        let lane = lanes.lane_of(&tally.name).or_else(|| Lane::in_row(&tally.name).map(|lane| lane.to_string()));
        if let Some(lane) = lane {
            out.entry(lane.clone()).or_insert_with(|| known(&lane)).tallies.push(tally);
        }
    }
    Ok(out)
}

fn order(word: &str, order: &LaneOrder, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let lanes = all(context, &*store)?;
    let lane = Lane::parse(word).map(|lane| lane.to_string()).filter(|lane| lanes.contains_key(lane));
    let lane = lane.ok_or_else(|| Error::no_lane(word, &lanes.into_keys().collect::<Vec<_>>()))?;
    let changed = store.change_lane(&lane, order)?;
    let status = status_of(&*store, &lane)?.unwrap_or(LaneStatus { lane: lane.clone(), ..LaneStatus::default() });
    let standing = Standing { status: &status, now: Timestamp::now() };
    let shape = LaneOrderShape::new(&standing, changed);
    let mut lines = Lines::new();
    lines.paragraph(match (standing.story(), changed) {
        (Some(story), _) => story,
        (None, true) => format!("the lane `{lane}` is open"),
        (None, false) => format!("the lane `{lane}` was open already"),
    });
    context.out.story(&shape, &lane, &lines)?;
    Ok(Done::Well)
}

fn duration(word: &str) -> Result<Duration, String> {
    parse_duration(word).map_err(|error| error.to_string())
}

fn reason(word: &str) -> Result<String, String> {
    let word = word.trim();
    match word.chars().count() {
        0 => Err("it is empty".to_owned()),
        1..=REASON_CHARS_MAX if !word.contains(char::is_control) => Ok(word.to_owned()),
        1..=REASON_CHARS_MAX => Err("it holds control characters".to_owned()),
        _ => Err(format!("it has more than {REASON_CHARS_MAX} characters")),
    }
}
