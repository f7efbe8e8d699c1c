//! `enqueue --task`: a generic task, run by a command lane.

use jiff::ZonedDateTime;
use serde::Serialize;
use serde_json::Value;

use super::{Args, LaneCheck, check_key, state_of};
use crate::commands::{Context, Done, Outcome};
use crate::error::{Error, Kind};
use crate::intake::json::{self, JsonError};
use crate::output::Format;
use crate::queue::{Lane, NewTask, Payload};
use crate::store::Access;

/// What became of the task.
#[derive(Serialize)]
struct Shape<'a> {
    /// `null` under `--dry-run`.
    id: Option<i64>,
    status: &'static str,
    task: &'a str,
    lane: String,
    duplicate: bool,
}

/// Runs the command.
///
/// # Errors
/// A flag is wrong or missing, the queue is full; or the settings, the database or stdout.
pub fn run(args: &Args, now: &ZonedDateTime, context: &Context) -> Outcome {
    check_key(args.key.as_deref())?;
    let task = task(args, now, context)?;
    let config = context.config()?;
    LaneCheck::default().look_at(&task.lane, config, context);
    let (name, lane) = (task.name.as_str(), task.lane.to_string());
    let shape = if args.dry_run {
        let status = state_of(task.available, now.timestamp()).as_str();
        Shape { id: None, status, task: name, lane, duplicate: false }
    } else {
        let store = context.store(Access::Create)?;
        let answers = store.enqueue(std::slice::from_ref(&task), config.queue.max_size)?;
        let answer = answers.first().ok_or_else(|| Error::new(Kind::Bug, "the store gave no answer"))?;
        let (id, status) = (Some(answer.id), answer.state.as_str());
        Shape { id, status, task: name, lane, duplicate: answer.duplicate }
    };
    if context.out.style().format == Format::Table {
        context.out.text(&sentence(&shape))?;
    } else {
        context.out.one(&shape, &shape.id.map(|id| id.to_string()).unwrap_or_default())?;
    }
    Ok(Done::Well)
}

fn task(args: &Args, now: &ZonedDateTime, context: &Context) -> Result<NewTask, Error> {
    let lane = match &args.lane {
        Some(lane @ Lane::Command(_)) => lane.clone(),
        _ => {
            let error = Error::new(Kind::Usage, "a generic task needs a command to run it");
            return Err(error.hint("name it with `--lane command:NAME`"));
        }
    };
    let available = args.available(now)?;
    let expires = args.expires_in.map(|span| crate::intake::draft::expiry(available, span, now.timestamp()));
    Ok(NewTask {
        name: args.task.clone().unwrap_or_default(),
        lane,
        payload: Payload::Call {
            args: json_of(args.args.as_deref(), "--args", Value::is_array, "an array, for example `[1, \"two\"]`")?,
            kwargs: json_of(
                args.kwargs.as_deref(),
                "--kwargs",
                Value::is_object,
                "an object, for example `{\"day\": 7}`",
            )?,
        },
        priority: args.priority.unwrap_or_default(),
        available,
        expires,
        max_retries: args.max_retries.unwrap_or(context.config()?.retry.max_retries),
        batch: args.batch.clone(),
        key: args.key.clone(),
        segments: None,
    })
}

/// The JSON of a flag, byte for byte, once it is known to be what it should be.
fn json_of(text: Option<&str>, flag: &str, fits: fn(&Value) -> bool, wanted: &str) -> Result<Option<String>, Error> {
    let Some(text) = text else { return Ok(None) };
    let value = json::read(text).map_err(|error| match error {
        JsonError::Syntax(error) => Error::new(Kind::Usage, format!("`{flag}` is not JSON")).cause(error.to_string()),
        JsonError::Twice { .. } => Error::new(Kind::Usage, format!("`{flag}`: {error}")),
    })?;
    if fits(&value) {
        return Ok(Some(text.to_owned()));
    }
    Err(Error::new(Kind::Usage, format!("`{flag}` is JSON of another kind")).hint(format!("it must be {wanted}")))
}

/// One line for people.
fn sentence(shape: &Shape<'_>) -> String {
    let Shape { task, lane, status, .. } = shape;
    let Some(id) = shape.id else { return format!("would queue the task {task} on {lane} ({status})\n") };
    if shape.duplicate {
        return format!("nothing queued: the key belongs to the task {id} ({status})\n");
    }
    let verb = if *status == "scheduled" { "scheduled" } else { "queued" };
    format!("{verb} the task {task} on {lane} (id {id})\n")
}
