//! The filters that `list`, `cancel`, `hold`, `release`, `retry-failed` and `dead-letter` share.

use std::collections::HashSet;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use jiff::Timestamp;

use super::lanes::Lanes;
use super::{Context, local};
use crate::error::{Error, Kind};
use crate::intake::Fault;
use crate::intake::times::{TimeError, parse_time};
use crate::queue::{DeadLetterFilter, DeadLetterId, DeadLetterState, Filter, State, TaskId};
use crate::sms::phone::{PhoneError, PhoneNumber};
use crate::store::{Store, TallyKind};

/// How many ids are looked at in one go.
pub const IDS_MAX: usize = 500;
/// How many ids one command takes: a statement of SQLite has no room for more than 32,766 parameters.
const IDS_OF_COMMAND_MAX: usize = 30_000;
/// How many different error types one command takes, beside the ids.
const ERROR_TYPES_MAX: usize = 1_000;

/// Which tasks are meant.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterFlags {
    /// Only the task with this id (can be repeated)
    #[arg(long = "id", value_name = "ID", allow_negative_numbers = true)]
    pub ids: Vec<TaskId>,
    /// Only tasks in this state (can be repeated, or separated by commas)
    #[arg(long = "status", value_name = "STATUS", value_delimiter = ',', value_parser = state_parser())]
    pub states: Vec<State>,
    #[command(flatten)]
    pub work: WorkFlags,
    #[command(flatten)]
    pub shared: SharedFlags,
}

/// Filters that speak of the task.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct WorkFlags {
    /// Only tasks of the batch with this name
    #[arg(long, value_name = "NAME")]
    pub batch: Option<String>,
    /// Only tasks that go out by this lane: `gateway:NAME`, `command:NAME`, or the bare name of a gateway; or a `task_func`
    /// of another program
    #[arg(long, value_name = "NAME")]
    pub lane: Option<String>,
    /// Only tasks with this `task_name`, for example `sms`
    #[arg(long, value_name = "NAME")]
    pub task: Option<String>,
}

/// Filters that tasks and dead letters have in common.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct SharedFlags {
    /// Only messages to this number; a national one counts as of `message.region`
    #[arg(long, value_name = "NUMBER")]
    pub to: Option<String>,
    /// Only those whose last attempt ended in this error, for example `unreachable` (can be repeated, or separated by commas)
    #[arg(long = "error-type", value_name = "WORD", value_delimiter = ',')]
    pub error_types: Vec<String>,
    /// Only those created at or after this time: RFC 3339, `2026-11-24`, `2h` (two hours ago), `yesterday`; local time where it
    /// names no zone
    #[arg(long, value_name = "TIME", value_parser = past_time)]
    pub since: Option<Timestamp>,
    /// Only those created before this time
    #[arg(long, value_name = "TIME", value_parser = past_time)]
    pub until: Option<Timestamp>,
    /// At most this many, lowest ids first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), allow_negative_numbers = true)]
    pub limit: Option<u64>,
    /// Only ids above this one, for the next page
    #[arg(long, value_name = "ID", allow_negative_numbers = true)]
    pub after: Option<i64>,
}

/// Which dead letters are meant.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
pub struct DeadLetterFlags {
    /// Only the dead letter with this id (can be repeated)
    #[arg(long = "id", value_name = "ID", allow_negative_numbers = true)]
    pub ids: Vec<DeadLetterId>,
    /// Only dead letters in this state (can be repeated, or separated by commas)
    #[arg(long = "status", value_name = "STATUS", value_delimiter = ',', value_parser = dead_letter_state_parser())]
    pub states: Vec<DeadLetterState>,
    #[command(flatten)]
    pub work: WorkFlags,
    #[command(flatten)]
    pub shared: SharedFlags,
}

impl FilterFlags {
    /// Whether a filter beside ids says which tasks are meant; `--limit` and `--after` alone choose none.
    fn chooses(&self) -> bool {
        !self.states.is_empty() || self.work.chooses() || self.shared.chooses()
    }

    /// Whether ids, and they alone, say which tasks are meant: nothing chooses among them.
    pub fn are_ids_only(&self) -> bool {
        !self.ids.is_empty() && !self.chooses() && !self.shared.cut()
    }

    /// Whether nothing says which tasks are meant.
    pub fn mean_nothing(&self) -> bool {
        self.ids.is_empty() && !self.chooses()
    }

    /// The filter of the store.
    ///
    /// # Errors
    /// `--lane` names no lane, there are too many ids, or the store fails.
    pub fn filter(&self, context: &Context, store: &dyn Store) -> Result<Filter, Error> {
        check_ids(&self.ids)?;
        check_error_types(&self.shared.error_types)?;
        Ok(Filter {
            ids: self.ids.clone(),
            states: self.states.clone(),
            to: self.shared.to(context)?,
            batch: self.work.batch.clone(),
            task_funcs: self.work.task_funcs(context, store)?,
            task: self.work.task.clone(),
            error_types: self.shared.error_types.clone(),
            in_doubt: false,
            since: self.shared.since,
            until: self.shared.until,
            after: self.shared.after,
            up_to: None,
            limit: self.shared.limit,
        })
    }
}

impl DeadLetterFlags {
    fn chooses(&self) -> bool {
        !self.states.is_empty() || self.work.chooses() || self.shared.chooses()
    }

    /// As for tasks.
    pub fn are_ids_only(&self) -> bool {
        !self.ids.is_empty() && !self.chooses() && !self.shared.cut()
    }

    /// As for tasks.
    pub fn mean_nothing(&self) -> bool {
        self.ids.is_empty() && !self.chooses()
    }

    /// The filter of the store; what `work` says is left to the caller.
    ///
    /// # Errors
    /// The settings are wrong.
    pub fn filter(&self, context: &Context) -> Result<DeadLetterFilter, Error> {
        check_ids(&self.ids)?;
        check_error_types(&self.shared.error_types)?;
        Ok(DeadLetterFilter {
            ids: self.ids.clone(),
            tasks: Vec::new(),
            states: self.states.clone(),
            to: self.shared.to(context)?,
            error_types: self.shared.error_types.clone(),
            since: self.shared.since,
            until: self.shared.until,
            after: self.shared.after,
            up_to: None,
            limit: self.shared.limit,
        })
    }
}

impl WorkFlags {
    pub fn chooses(&self) -> bool {
        self.batch.is_some() || self.lane.is_some() || self.task.is_some()
    }

    /// The `task_func` words that `--lane` means; `None` without it.
    ///
    /// # Errors
    /// `--lane` names no lane, or the store fails.
    pub fn task_funcs(&self, context: &Context, store: &dyn Store) -> Result<Option<Vec<String>>, Error> {
        let Some(lane) = &self.lane else { return Ok(None) };
        let known: Vec<String> = store.tallies(TallyKind::Lane)?.into_iter().map(|tally| tally.name).collect();
        Lanes::new(context.config()?).task_funcs(lane, &known).map(Some)
    }
}

impl SharedFlags {
    fn chooses(&self) -> bool {
        self.to.is_some() || !self.error_types.is_empty() || self.since.is_some() || self.until.is_some()
    }

    /// Whether not all that is chosen is meant.
    fn cut(&self) -> bool {
        self.limit.is_some() || self.after.is_some()
    }

    /// The number of `--to` in the form in which the queue keeps it. What has the digits of a number and is none is compared as
    /// typed, since other programs write recipients too.
    fn to(&self, context: &Context) -> Result<Option<String>, Error> {
        let Some(typed) = &self.to else { return Ok(None) };
        let region = context.config()?.message.region.as_deref();
        match PhoneNumber::parse(typed, region) {
            Ok(number) => Ok(Some(number.into())),
            Err(error @ (PhoneError::Empty | PhoneError::NotANumber)) => Err(Fault::from(error).into()),
            Err(_) => Ok(Some(typed.clone())),
        }
    }
}

fn check_ids(ids: &[i64]) -> Result<(), Error> {
    if ids.len() <= IDS_OF_COMMAND_MAX {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("{} ids are too many for one command", ids.len()))
        .hint(format!("give at most {IDS_OF_COMMAND_MAX}, for example with `xargs -n {IDS_OF_COMMAND_MAX}`")))
}

fn check_error_types(words: &[String]) -> Result<(), Error> {
    let different = words.iter().collect::<HashSet<_>>().len();
    if different <= ERROR_TYPES_MAX {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("{different} error types are too many for one command"))
        .hint(format!("give at most {ERROR_TYPES_MAX}; without any all are meant")))
}

/// A usage error of `command` (`cancel`, `dead-letter retry`): nothing says which rows are meant.
pub fn nothing_chosen(command: &str, noun: &str) -> Error {
    let verb = command.trim_start_matches("dead-letter ");
    Error::new(Kind::Usage, format!("which {noun}s to {verb} is not said")).hint(format!(
        "name ids, give a filter such as `--batch NAME`, or say `--all`; `smsctl {command} --help` tells more"
    ))
}

fn state_parser() -> impl clap::builder::TypedValueParser<Value = State> {
    PossibleValuesParser::new(State::ALL.map(State::as_str))
        .try_map(|word| State::parse(&word).ok_or_else(|| format!("`{word}` is no status")))
}

fn dead_letter_state_parser() -> impl clap::builder::TypedValueParser<Value = DeadLetterState> {
    PossibleValuesParser::new(DeadLetterState::ALL.map(DeadLetterState::as_str))
        .try_map(|word| DeadLetterState::parse(&word).ok_or_else(|| format!("`{word}` is no status")))
}

fn past_time(text: &str) -> Result<Timestamp, String> {
    parse_time(text, &local::now()).map_err(|error| match error {
        TimeError::IsDuration => error.to_string(),
        TimeError::NoZone => format!("{error} (it is `{}`); {}", local::tz().unwrap_or_default(), error.hint()),
        _ => format!("{error}; {}", error.hint()),
    })
}
