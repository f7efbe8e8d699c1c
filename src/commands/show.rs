//! `smsctl show ID`: one task with its attempts, and what happens next.

use jiff::Timestamp;

use super::lanes::Lanes;
use super::shapes::{AttemptShape, SeenWorker, TaskShape, TaskStoryShape};
use super::standing::{Standing, status_of};
use super::truth::{ACCEPTED, Known, Sent};
use super::{Context, Done, Outcome, words};
use crate::error::{Error, Kind};
use crate::output::Lines;
use crate::output::record::timestamp;
use crate::queue::{Attempt, DeadLetter, DeadLetterFilter, Message, State, Task, TaskId};
use crate::store::{Access, Store};

/// Show one task with its attempts, and what happens next
///
/// Tells whether the message was sent (`yes`, `no`, or `unknown` where nobody knows), what became of each attempt, and what
/// happens next: by itself, or by the command that is named. The exit code is 1 if there is no such task.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl show 5
  smsctl show 5 --json | jq -r .sent")]
pub struct Args {
    /// The task
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    id: TaskId,
}

/// Runs the command.
///
/// # Errors
/// There is no such task; or the settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let task = store.get(args.id)?.ok_or_else(|| no_task(args.id))?;
    let attempts = store.attempts(task.id)?;
    let dead_letter = dead_letter_of(&*store, &task)?;
    let workers = SeenWorker::all(store.workers()?);
    let lanes = Lanes::new(context.config()?);
    let lane = lanes.lane_of(&task.task_func);
    let status = lane.as_deref().map(|lane| status_of(&*store, lane)).transpose()?.flatten();
    let standing = status.as_ref().map(|status| Standing { status, now: Timestamp::now() });
    let story = standing.and_then(|standing| standing.story());
    let known = Known {
        task: &task,
        attempts: &attempts,
        dead_letter: dead_letter.as_ref(),
        served: lane.is_some(),
        barrier: story.as_deref().map(|story| (story, standing.and_then(|standing| standing.until()))),
        workers: &workers,
        now: Timestamp::now(),
    };
    let lines = lines(&known, lane.as_deref(), lanes.foreign_message(&task));
    let next = known.next();
    let story = TaskStoryShape {
        sent: known.sent().as_str(),
        next: next.code,
        next_at: next.at.map(timestamp),
        explanation: next.words,
        dead_letter_id: dead_letter.as_ref().map(|letter| letter.id),
        task: TaskShape::new(task.clone(), lane, context.out.style().format),
        attempts: attempts.iter().cloned().map(AttemptShape::from).collect(),
    };
    context.out.story(&story, &task.id.to_string(), &lines)?;
    Ok(Done::Well)
}

fn no_task(id: TaskId) -> Error {
    Error::new(Kind::Failed, format!("there is no task {id}")).hint("`smsctl list` tells which there are")
}

/// The newest dead letter of a failed task.
fn dead_letter_of(store: &dyn Store, task: &Task) -> Result<Option<DeadLetter>, Error> {
    if task.status != State::Failed {
        return Ok(None);
    }
    let filter = DeadLetterFilter { tasks: vec![task.id], ..DeadLetterFilter::default() };
    Ok(store.dead_letters(&filter)?.pop())
}

/// What people read.
fn lines(known: &Known<'_>, lane: Option<&str>, foreign: Option<Message>) -> Lines {
    let Known { task, attempts, now, .. } = *known;
    let mut lines = Lines::new();
    lines.line("task", task.id.to_string());
    lines.line("status", task.status_word());
    lines.line("sent", sent_words(known.sent(), task.status));
    lines.line("next", known.next().words);
    lines.gap();
    let is_foreign = foreign.is_some();
    let (to, text) = match foreign {
        Some(message) => (Some(message.recipient), Some(message.text)),
        None => (task.recipient.clone(), task.content.clone()),
    };
    lines.line_if("to", to);
    lines.line_if("text", text);
    lines.line_if("segments", task.segments.map(|segments| segments.to_string()));
    lines.line_if("sender", task.sender.as_deref());
    lines.line("lane", lane.map_or_else(|| format!("none serves `{}`", task.task_func), str::to_owned));
    if lane.is_some_and(|lane| lane != task.task_func) {
        lines.line("function", task.task_func.as_str());
    }
    if is_foreign || task.content.is_none() {
        lines.line("name", task.task_name.as_str());
        lines.line_if("args", task.args.as_deref());
        lines.line_if("kwargs", task.kwargs.as_deref());
    }
    lines.line_if("batch", task.batch.as_deref());
    lines.line_if("key", task.dedupe_key.as_deref());
    lines.line("priority", task.priority.to_string());
    lines.gap();
    lines.line_if("created", task.created_at.map(|at| words::time_from(at, now)));
    lines.line_if("started", task.started_at.map(|at| words::time_from(at, now)));
    lines.line_if("ended", task.completed_at.map(|at| words::time_from(at, now)));
    lines.line_if("expires", task.expires_at.map(|at| words::time_from(at, now)));
    lines.line_if("provider id", task.provider_message_id.as_deref());
    // Of a task that is dead the row says that no attempt is left; its letter has the number that it came with.
    let max_retries = known.dead_letter.map_or(0, |letter| letter.max_retries).max(task.max_retries);
    lines.line("failed", format!("{} of {}", task.retry_count, words::count(u64::from(max_retries), "attempt")));
    if let Some(error) = task.error_message.as_deref().or(task.error_type.as_deref()) {
        lines.line("error", error);
    }
    add_attempts(&mut lines, attempts, task);
    lines
}

const fn sent_words(sent: Sent, status: State) -> &'static str {
    match (sent, status) {
        (Sent::Yes, State::Completed) => "yes",
        (Sent::Yes, _) => "yes: the gateway accepted it, and its task was changed meanwhile",
        (Sent::No, _) => "no",
        (Sent::Unknown, State::Processing) => "unknown: it may be on its way at this moment",
        (Sent::Unknown, _) => "unknown: a request left, or may have left, and no answer came",
    }
}

fn add_attempts(lines: &mut Lines, attempts: &[Attempt], task: &Task) {
    if attempts.is_empty() {
        return;
    }
    let is_accepted = |attempt: &Attempt| attempt.outcome == ACCEPTED;
    let all_bad = !attempts.iter().any(is_accepted);
    lines.gap().paragraph(if all_bad { "attempts that did not end well:" } else { "attempts:" });
    for attempt in attempts {
        if is_accepted(attempt) {
            let what = format!("{}, accepted, after its claim was lost", words::time(attempt.ended_at));
            lines.line(&format!("#{}", attempt.attempt), what);
            continue;
        }
        let reason = attempt.error_message.as_deref().or(attempt.error_type.as_deref()).unwrap_or("no reason is known");
        let what = format!("{}, {}: {reason}", words::time(attempt.ended_at), attempt.outcome);
        lines.line(&format!("#{}", attempt.attempt), what);
    }
    if task.status == State::Completed && attempts.iter().all(|attempt| attempt.attempt != task.attempt) {
        lines.line(&format!("#{}", task.attempt), "accepted");
    }
}
