//! `smsctl dead-letter show ID`.

use jiff::Timestamp;

use super::super::shapes::DeadLetterShape;
use super::super::truth::{Needs, Sent, sent};
use super::super::{Context, Done, Outcome, words};
use crate::error::{Error, Kind};
use crate::output::Lines;
use crate::queue::{DeadLetter, DeadLetterId, DeadLetterState, State, Task};
use crate::store::Access;

/// Show one dead letter, and what can be done about it
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl dead-letter show 7
  smsctl dead-letter show 7 --json | jq -r .error_message")]
pub struct Args {
    /// The dead letter
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    id: DeadLetterId,
}

/// Runs the command.
///
/// # Errors
/// There is no such dead letter; or the settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let store = context.store(Access::Existing)?;
    let letter = store.dead_letter(args.id)?.ok_or_else(|| {
        Error::new(Kind::Failed, format!("there is no dead letter {}", args.id))
            .hint("`smsctl dead-letter list` tells which there are; a task is shown by `smsctl show`")
    })?;
    let task = letter.task_id.map(|id| store.get(id)).transpose()?.flatten();
    let attempts = task.as_ref().map(|task| store.attempts(task.id)).transpose()?.unwrap_or_default();
    let lines = lines(&letter, task.as_ref().map(|task| (task, sent(task, &attempts))), Timestamp::now());
    let id = letter.id.to_string();
    context.out.story(&DeadLetterShape::from(letter), &id, &lines)?;
    Ok(Done::Well)
}

const NO_ANSWER: &str = "unknown: a request left, or may have left, and no answer came";

/// What people read; `task` is the task as it is now, if it is in the queue, and whether its message went out.
fn lines(letter: &DeadLetter, task: Option<(&Task, Sent)>, now: Timestamp) -> Lines {
    let (task, sent) = task.unzip();
    let mut lines = Lines::new();
    lines.line("dead letter", letter.id.to_string());
    lines.line("status", letter.status_word());
    let needs = Needs::of(letter, task, now);
    let is_sent = match sent {
        Some(Sent::Yes) => Some("yes: its task went on"),
        Some(Sent::Unknown) => Some(NO_ANSWER),
        None if needs.unknown => Some(NO_ANSWER),
        Some(Sent::No) | None => None,
    };
    lines.line_if("sent", is_sent);
    lines.line("next", next(letter, task.map(|task| task.status), needs));
    lines.gap();
    lines.line_if("task", letter.task_id.map(|id| id.to_string()));
    if letter.task_id.is_none() {
        lines.line_if("message", letter.message_id.map(|id| id.to_string()));
    }
    lines.line("to", letter.recipient.as_str());
    lines.line("text", letter.content.as_str());
    lines.line(
        "failed",
        format!("{} of {}", letter.retry_count, words::count(u64::from(letter.max_retries), "attempt")),
    );
    lines.line_if("error", letter.error_message.as_deref().or(letter.error_type.as_deref()));
    lines.gap();
    lines.line_if("created", letter.created_at.map(|at| words::time_from(at, now)));
    lines.line_if("last attempt", letter.last_attempt_at.map(|at| words::time_from(at, now)));
    lines.line_if("retried", letter.retried_at.map(|at| words::time_from(at, now)));
    lines
}

fn next(letter: &DeadLetter, task: Option<State>, needs: Needs) -> String {
    let id = letter.id;
    let retry = format!("`{}`", needs.retry_command(id));
    let abandon = format!("`smsctl dead-letter abandon {id}`");
    let unsendable = Needs::unsendable(letter, task.is_some());
    match (letter.status, letter.task_id, task) {
        (DeadLetterState::Pending, Some(task), Some(state)) if state != State::Failed => format!(
            "Its task {task} went on and is {state} now: `smsctl show {task}` tells more, {abandon} closes this letter."
        ),
        (DeadLetterState::Pending, ..) if unsendable.is_some() => {
            let reason = unsendable.unwrap_or_default();
            format!("It cannot be sent: {reason}. {abandon} gives it up.")
        }
        (DeadLetterState::Pending, ..) => {
            let why = needs.reason().map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("Not tried again by itself{why}. {retry} gives it new attempts, {abandon} gives it up.")
        }
        (DeadLetterState::Retried, Some(task), _) => {
            format!("Its message went back into the queue: `smsctl show {task}` tells what became of it.")
        }
        (DeadLetterState::Retried, None, _) => "Its message went back into the queue.".to_owned(),
        (DeadLetterState::Abandoned, Some(task), Some(State::Completed)) => {
            format!("Nothing is left to decide: its task {task} is completed.")
        }
        (DeadLetterState::Other, ..) => {
            "Another program gave it a status that smsctl does not know: it is left alone.".to_owned()
        }
        (DeadLetterState::Abandoned, ..) => "Given up by an operator: it will not be sent.".to_owned(),
    }
}
