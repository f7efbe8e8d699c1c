//! `smsctl enqueue`: one message, several, a file of them, or a generic task.

mod call;
mod file;
mod input;
mod messages;

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgGroup;
use clap::builder::NonEmptyStringValueParser;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::{Context, Outcome, local};
use crate::config::Config;
use crate::error::{Error, Kind};
use crate::intake::columns::parse_mapping;
use crate::intake::draft::{NAME_CHARS_MAX, parse_lane};
use crate::intake::times::{parse_at, parse_duration};
use crate::intake::{Drafts, Fault, Field, FileFormat, Template, draft};
use crate::queue::{Due, Lane, Priority, State};
use crate::sms::phone;

/// So many lanes are remembered as warned about.
const WARNED_MAX: usize = 16;

/// Add messages: one, many, from a file or stdin; or a generic task
///
/// What was acknowledged is on disk. The exit code is 1 if rows of a file were refused (the others are enqueued, unless
/// `--atomic` is given), and 75 if the queue is full.
#[derive(clap::Args)]
#[command(override_usage = "smsctl enqueue [OPTIONS] <--to NUMBER|--file FILE|--task NAME> [TEXT]")]
#[command(group(ArgGroup::new("what").required(true).args(["to", "file", "task"])))]
#[command(after_long_help = "\
Examples:
  smsctl enqueue --to +85291234567 \"Your code is 123456\"
  echo hello | smsctl enqueue --to +85291234567 --to +85291234568 -
  smsctl enqueue --file customers.csv --map to=Handynummer --batch november
  smsctl enqueue --task report --args '[7]' --lane command:report")]
pub struct Args {
    /// The text; `-` reads stdin
    #[arg(value_name = "TEXT", conflicts_with_all = ["text", "file", "task"])]
    text_argument: Option<String>,
    /// The recipient's number; can be repeated
    #[arg(long, value_name = "NUMBER")]
    to: Vec<String>,
    /// The text; `-` reads stdin. With `--file`, the text of every row, in which `{{ name }}`
    /// stands for the column `name`
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "task")]
    text: Option<String>,
    /// A file of messages; `-` reads stdin. What comes through a pipe goes in as it comes.
    ///
    /// Its columns (CSV) or keys (JSON Lines) are `to` (or `recipient`, `phone`, `mobile`), `text` (or `message`, `content`),
    /// `sender`, `key`, `at`, `priority`, `expires_in` and `lane`; any other is for `--text`
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// What the file is; guessed from its ending
    #[arg(long, value_enum, value_name = "FORMAT", requires = "file", conflicts_with_all = NO_FILE)]
    format: Option<FileFormat>,
    /// The column that holds a field, for example `to=Handynummer`; can be repeated
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = parse_mapping, requires = "file", conflicts_with_all = NO_FILE)]
    map: Vec<(Field, String)>,
    /// Who the message says that it comes from
    #[arg(long, value_name = "SENDER", conflicts_with = "task")]
    sender: Option<String>,
    /// The way out: `gateway:NAME`, `command:NAME`, or the name of a gateway
    #[arg(long, value_name = "NAME", value_parser = lane)]
    lane: Option<Lane>,
    /// 0 to 9, or `low`, `normal`, `high`; 9 goes first [default: normal]
    #[arg(long, value_name = "PRIORITY", value_parser = priority)]
    priority: Option<Priority>,
    /// Not before this time: RFC 3339, `2026-11-24 18:00`, `tomorrow` (its midnight); local time where it names no zone. One that
    /// has passed is now
    #[arg(long, value_name = "TIME", value_parser = NonEmptyStringValueParser::new(), conflicts_with = "in")]
    at: Option<String>,
    /// Not before so long from now: `90s`, `2h30m`, `3d`; a bare number counts seconds
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    r#in: Option<Duration>,
    /// Not later than so long after it is due
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    expires_in: Option<Duration>,
    /// Attempts in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    max_retries: Option<u32>,
    /// A second message with this key is not enqueued: the first one is returned
    #[arg(long, value_name = "KEY", conflicts_with = "file")]
    key: Option<String>,
    /// A name for what is enqueued together. A file with a batch may be run again: its rows are enqueued once, and so is a
    /// row that the file has twice; a row with another text, time or sender is a new one
    #[arg(long, value_name = "NAME", value_parser = batch_name)]
    batch: Option<String>,
    /// The country of numbers that name none, for example `HK`
    #[arg(long, value_name = "REGION", conflicts_with = "task")]
    region: Option<String>,
    /// The longest text, in segments
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=255), conflicts_with = "task")]
    max_segments: Option<u32>,
    /// Where refused rows go, with line and reason (CSV)
    #[arg(long, value_name = "FILE", requires = "file", conflicts_with_all = NO_FILE)]
    rejects: Option<PathBuf>,
    /// The whole file or nothing of it (at most 100,000 rows)
    #[arg(long, requires = "file", conflicts_with_all = NO_FILE)]
    atomic: bool,
    /// Check everything, enqueue nothing. Duplicates are not looked for
    #[arg(long)]
    dry_run: bool,
    /// A generic task of this name, run by a command
    #[arg(long, value_name = "NAME", value_parser = task_name)]
    task: Option<String>,
    /// The task's arguments: a JSON array
    #[arg(long, value_name = "JSON", requires = "task", conflicts_with_all = NO_TASK, allow_hyphen_values = true)]
    args: Option<String>,
    /// The task's named arguments: a JSON object
    #[arg(long, value_name = "JSON", requires = "task", conflicts_with_all = NO_TASK, allow_hyphen_values = true)]
    kwargs: Option<String>,
}

/// What speaks of messages that are in no file. `requires = "file"` alone says nothing beside them: an argument that conflicts
/// with a given one counts as not needed.
const NO_FILE: [&str; 3] = ["to", "task", "text_argument"];
/// What speaks of messages, as above.
const NO_TASK: [&str; 4] = ["to", "file", "text", "text_argument"];

/// Numbers and texts are people's.
impl fmt::Debug for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").finish_non_exhaustive()
    }
}

/// Runs the command.
///
/// # Errors
/// What was given makes no task, the queue is full; or the settings, the database or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    let now = now(&args);
    if let Some(Due::At(time)) = args.available(&now)?
        && time < now.timestamp()
    {
        context.out.warn("the time of `--at` has passed: the tasks are due now");
    }
    if args.task.is_some() {
        return call::run(&args, &now, context);
    }
    if args.file.is_some() {
        return file::run(&args, &now, context);
    }
    messages::run(&args, &now, context)
}

/// The time, in the zone of this machine if a time may be read in it: to find the zone takes longer than to write a message,
/// because every file of zones is looked at.
fn now(args: &Args) -> ZonedDateTime {
    let reads_times = args.at.is_some() || args.file.is_some();
    if reads_times { local::now() } else { Timestamp::now().to_zoned_datetime(TimeZone::UTC) }
}

impl Args {
    /// What holds for every message, from flags and settings.
    fn drafts(&self, text: Option<Template>, now: &ZonedDateTime, config: &Config) -> Result<Drafts, Error> {
        Ok(Drafts {
            text,
            sender: self.sender.clone(),
            lane: self.lane(config)?,
            priority: self.priority.unwrap_or_default(),
            available: self.available(now)?,
            expires_in: self.expires_in,
            max_retries: self.max_retries.unwrap_or(config.retry.max_retries),
            batch: self.batch.clone(),
            row_keys: self.file.is_some(),
            region: self.region(config)?,
            max_segments: self.max_segments.unwrap_or(config.message.max_segments),
            now: now.clone(),
        })
    }

    fn region(&self, config: &Config) -> Result<Option<String>, Error> {
        if let Some(region) = &self.region {
            phone::check_region(region).map_err(Fault::from)?;
            return Ok(Some(region.clone()));
        }
        let default = config.message.region.clone();
        default.as_deref().map_or(Ok(()), phone::check_region).map_err(|error| {
            Error::new(Kind::Config, format!("`message.region`: {error}"))
                .hint("`smsctl config show` tells where it comes from")
        })?;
        Ok(default)
    }

    fn lane(&self, config: &Config) -> Result<Lane, Error> {
        if let Some(lane) = &self.lane {
            return Ok(lane.clone());
        }
        let default = &config.message.lane;
        Lane::parse(default)
            .ok_or_else(|| Error::new(Kind::Config, format!("`message.lane` names no lane: `{default}`")))
    }

    fn available(&self, now: &ZonedDateTime) -> Result<Option<Due>, Error> {
        let Some(word) = &self.at else { return Ok(self.r#in.map(Due::In)) };
        parse_at(word, now).map(|time| Some(Due::At(time))).map_err(|error| local::refused("--at", "--in", word, error))
    }
}

/// The state that a task would have: as the store decides it, for `--dry-run`.
fn state_of(available: Option<Due>, now: Timestamp) -> State {
    match available {
        Some(Due::In(_)) => State::Scheduled,
        Some(Due::At(time)) if time > now => State::Scheduled,
        _ => State::Pending,
    }
}

/// Warns about lanes that the settings of this host do not know, once each: another host may serve them.
#[derive(Default)]
struct LaneCheck {
    warned: BTreeSet<Lane>,
}

impl LaneCheck {
    fn look_at(&mut self, lane: &Lane, config: &Config, context: &Context) {
        let known = match lane {
            Lane::Gateway(name) => config.gateways.contains_key(name),
            Lane::Command(name) => config.commands.contains_key(name),
        };
        if known || self.warned.len() >= WARNED_MAX || !self.warned.insert(lane.clone()) {
            return;
        }
        context.out.warn(&format!(
            "the settings of this host have no lane `{lane}`: its tasks wait for a worker that serves it"
        ));
    }
}

fn lane(word: &str) -> Result<Lane, String> {
    parse_lane(word).map_err(|fault| fault.to_string())
}

fn priority(word: &str) -> Result<Priority, String> {
    Priority::parse(word).ok_or_else(|| "a priority is 0 to 9, or `low`, `normal` or `high`".to_owned())
}

fn duration(word: &str) -> Result<Duration, String> {
    parse_duration(word).map_err(|error| format!("{error}: {}", error.hint()))
}

fn batch_name(word: &str) -> Result<String, String> {
    name(word, "the name of a batch")
}

fn task_name(word: &str) -> Result<String, String> {
    name(word, "the name of a task")
}

fn name(word: &str, what: &str) -> Result<String, String> {
    let fits = !word.trim().is_empty() && word.chars().count() <= NAME_CHARS_MAX && !word.chars().any(char::is_control);
    if fits {
        Ok(word.to_owned())
    } else {
        Err(format!("{what} has 1 to {NAME_CHARS_MAX} characters, none of them a control character"))
    }
}

/// Checks `--key`.
fn check_key(key: Option<&str>) -> Result<(), Error> {
    Ok(key.map_or(Ok(()), draft::check_key)?)
}
