//! Orders on tasks: what `cancel`, `hold`, `release` and `retry-failed` have in common.
//!
//! Ids that are named are done without a question, and each that could not be done is told. A filter may mean many: the
//! number is told first, and somebody says yes.

use super::filter_flags::{FilterFlags, nothing_chosen};
use super::named::{self, Named, Obstacle};
use super::shapes::{OrderShape, Refusal};
use super::{Context, Done, Outcome, words};
use crate::error::{Error, Kind};
use crate::output::{Confirmed, Lines};
use crate::queue::{Filter, Order, State, Task, TaskId};
use crate::store::{Access, Changed, Store};

/// Which tasks, and how sure the operator is.
#[derive(Clone, Debug, clap::Args)]
pub struct OrderFlags {
    /// The tasks (can be repeated)
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    targets: Vec<TaskId>,
    /// All tasks whose state allows it
    #[arg(long, conflicts_with = "targets")]
    all: bool,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    filters: FilterFlags,
}

/// How sure the operator is.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct ConsentFlags {
    /// Change nothing; tell how many would be changed
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask (needed where no terminal is)
    #[arg(short, long)]
    pub yes: bool,
}

/// Runs `cancel`, `hold` or `release`.
///
/// # Errors
/// Nothing says which tasks are meant, nobody agreed; or the settings, the database or stdout.
pub fn run(order: Order, mut args: OrderFlags, context: &Context) -> Outcome {
    args.filters.ids.append(&mut args.targets);
    if args.filters.mean_nothing() && !args.all {
        return Err(nothing_chosen(order.as_str(), "task"));
    }
    let store = context.store(Access::Existing)?;
    let filter = args.filters.filter(context, &*store)?;
    let mut shape = OrderShape { word: "changed", ..OrderShape::default() };
    let mut changed = Changed::default();
    if args.consent.dry_run {
        shape.would = Some(store.count(&filter, order)?);
        changed.doubtful = if order == Order::Cancel { store.count_doubtful(&filter, order)? } else { 0 };
    } else if args.filters.are_ids_only() {
        shape.refused = one_by_one(&*store, order, &filter.ids, &mut changed)?;
    } else {
        if order == (Order::Release { unknown: false }) {
            shape.skipped_unknown = left_alone(&*store, &filter, Order::Release { unknown: true }, order)?;
        }
        let question = |tasks: &str| format!("{} {tasks}", order.as_str());
        if let Some(agreed) = agreed(context, &*store, args.consent, (&filter, order), question)? {
            changed = store.carry_out(&agreed, order)?;
        }
    }
    shape.count = changed.rows;
    let done = answer(context, &shape, past(order), "task")?;
    if order == Order::Cancel && changed.doubtful > 0 {
        context.out.warn(&format!(
            "{} of them may have been sent already: `smsctl show ID` tells of each",
            words::thousands(changed.doubtful)
        ));
    }
    if let Some(skipped) = shape.skipped_unknown {
        let (tasks, they) = (words::count(skipped, "task"), if skipped == 1 { "it" } else { "they" });
        context
            .out
            .note(&format!("{tasks} left alone: {they} may have arrived, another program changed the row meanwhile"));
        context.out.hint("the same command with `--unknown` sends what may have arrived a second time");
    }
    Ok(done)
}

/// What of a filter somebody agrees that an order takes, asked with the `question` about so many tasks; `None` where it takes none,
/// which is nothing to ask about.
///
/// What turned up after the look was not agreed to: no id above those that there were is taken, and no more tasks than were told.
/// With `--yes` nothing is told, and all that the filter means is agreed to.
///
/// # Errors
/// Nobody can be asked, the answer is no, or the database.
pub fn agreed(
    context: &Context,
    store: &dyn Store,
    consent: ConsentFlags,
    (filter, order): (&Filter, Order),
    question: impl FnOnce(&str) -> String,
) -> Result<Option<Filter>, Error> {
    if consent.yes {
        return Ok(Some(filter.clone()));
    }
    let seen = Filter { up_to: store.highest()?.task, ..filter.clone() };
    let would = store.count(&seen, order)?;
    if would == 0 {
        return Ok(None);
    }
    consent.agree(context, &question(&words::count(would, "task")))?;
    Ok(Some(Filter { limit: Some(would), ..seen }))
}

/// How many tasks an order leaves alone because they may have been sent: those that it takes `with` that consent and not
/// `without`, however many it was limited to. `None` if it is none.
///
/// # Errors
/// The database.
pub fn left_alone(store: &dyn Store, filter: &Filter, with: Order, without: Order) -> Result<Option<u64>, Error> {
    let filter = Filter { limit: None, ..filter.clone() };
    let left = store.count(&filter, with)?.saturating_sub(store.count(&filter, without)?);
    Ok(Some(left).filter(|left| *left > 0))
}

/// Carries out `order` on each of `ids` whose state allows it, adds them to `changed`, and says why the others were left.
///
/// # Errors
/// The database.
pub fn one_by_one(
    store: &dyn Store,
    order: Order,
    ids: &[TaskId],
    changed: &mut Changed,
) -> Result<Vec<Refusal>, Error> {
    named::each(&mut Tasks { store, order, changed }, ids)
}

/// Tasks that were named.
struct Tasks<'a> {
    store: &'a dyn Store,
    order: Order,
    changed: &'a mut Changed,
}

impl Named for Tasks<'_> {
    fn change(&mut self, ids: &[TaskId]) -> Result<Vec<TaskId>, Error> {
        let done = self.store.carry_out(&by_ids(ids), self.order)?;
        self.changed.rows += done.rows;
        self.changed.doubtful += done.doubtful;
        Ok(done.named)
    }

    fn look(&mut self, ids: &[TaskId]) -> Result<Vec<Obstacle>, Error> {
        let found = self.store.list(&by_ids(ids))?;
        let obstacle = |id: &TaskId| obstacle(self.order, *id, found.iter().find(|task| task.id == *id));
        Ok(ids.iter().map(obstacle).collect())
    }
}

fn by_ids(ids: &[TaskId]) -> Filter {
    Filter { ids: ids.to_vec(), ..Filter::default() }
}

fn obstacle(order: Order, id: TaskId, task: Option<&Task>) -> Obstacle {
    match (refusal(order, id, task), task) {
        (Some(refusal), _) => Obstacle::stands(refusal),
        (None, task) => Obstacle::gone(id, &format!("task {id}"), task.map_or("there", Task::status_word)),
    }
}

/// Why `order` does nothing to a task; `None` if it does something.
fn refusal(order: Order, id: TaskId, task: Option<&Task>) -> Option<Refusal> {
    let Some(task) = task else {
        return Some(Refusal { id, status: None, reason: format!("there is no task {id}") });
    };
    let reason = match order {
        Order::Cancel => cancel_refusal(task),
        Order::Hold => hold_refusal(task),
        Order::Release { unknown } => release_refusal(task, unknown),
        Order::Retry { unknown } => retry_refusal(task, unknown),
    }?;
    let status = task.status_word().to_owned();
    let reason = format!("task {id} is {}: {reason}", status);
    Some(Refusal { id, status: Some(status), reason })
}

/// Why every order leaves a task alone whose status is a word of another program.
const FOREIGN: &str = "another program gave it this status, which smsctl does not know";

fn cancel_refusal(task: &Task) -> Option<&'static str> {
    match task.status {
        State::Pending | State::Scheduled | State::Held => None,
        State::Failed if task.retry_count < task.max_retries => None,
        State::Failed => Some("it is over; a dead letter is given up with `smsctl dead-letter abandon`"),
        State::Processing => Some("a worker has it, and it may have left already"),
        State::Completed => Some("what is sent cannot be called back"),
        State::Cancelled => Some("nothing is left to cancel"),
        State::Other => Some(FOREIGN),
    }
}

fn hold_refusal(task: &Task) -> Option<&'static str> {
    match task.status {
        State::Pending | State::Scheduled => None,
        State::Held => Some("nothing is left to hold"),
        State::Processing => Some("a worker has it, and it may have left already"),
        State::Failed => Some("only a task that waits can be held; `smsctl cancel` keeps it from being retried"),
        State::Completed | State::Cancelled => Some("only a task that waits can be held"),
        State::Other => Some(FOREIGN),
    }
}

fn release_refusal(task: &Task, unknown: bool) -> Option<&'static str> {
    match task.status {
        State::Held if task.departed > 0 && !unknown => Some(
            "another program held it while it was on the wire, and it may have arrived; `--unknown` sends it again",
        ),
        State::Held => None,
        _ => Some("only a held task can be released"),
    }
}

fn retry_refusal(task: &Task, unknown: bool) -> Option<&'static str> {
    match task.status {
        State::Failed if task.retry_count >= task.max_retries => {
            Some("no attempt is left; `smsctl dead-letter retry` gives it new ones")
        }
        State::Failed if !unknown && (task.departed > 0 || task.error_type.as_deref() == Some("unknown")) => {
            Some("nobody knows whether it was sent; `--unknown` sends it again")
        }
        State::Failed => None,
        _ => Some("only a failed task can be retried"),
    }
}

const fn past(order: Order) -> &'static str {
    match order {
        Order::Cancel => "cancelled",
        Order::Hold => "held",
        Order::Release { .. } => "released",
        Order::Retry { .. } => "put back to pending",
    }
}

impl ConsentFlags {
    /// Lets somebody say yes to `question` (`cancel 12 tasks`).
    ///
    /// # Errors
    /// Nobody can be asked, or the answer is no.
    pub fn agree(self, context: &Context, question: &str) -> Result<(), Error> {
        if self.yes {
            return Ok(());
        }
        match context.out.confirm(&format!("{question}?")) {
            Confirmed::Yes => Ok(()),
            Confirmed::No => {
                Err(Error::new(Kind::Failed, format!("nothing was changed: you did not agree to {question}")))
            }
            Confirmed::NoTerminal => {
                Err(Error::new(Kind::Usage, format!("this would {question}, and there is no terminal to ask on"))
                    .hint("add `--yes`, or look first with `--dry-run`"))
            }
        }
    }
}

/// Tells what an order did, `past` in words (`cancelled`) about `noun`s; each refusal on stderr.
///
/// # Errors
/// stdout cannot be written.
pub fn answer(context: &Context, shape: &OrderShape, past: &str, noun: &str) -> Outcome {
    let words = match shape.would {
        Some(would) => format!("{} would be {past}", words::count(would, noun)),
        None => format!("{} {past}", words::count(shape.count, noun)),
    };
    let mut lines = Lines::new();
    lines.paragraph(words);
    context.out.story(shape, &shape.would.unwrap_or(shape.count).to_string(), &lines)?;
    for refusal in &shape.refused {
        context.out.warn(&refusal.reason);
    }
    Ok(if shape.refused.is_empty() { Done::Well } else { Done::Partly })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(status: State, retry_count: u32, error_type: Option<&str>) -> Task {
        Task {
            id: 5,
            task_name: "sms".to_owned(),
            task_func: "gateway:default".to_owned(),
            args: None,
            kwargs: None,
            status,
            foreign_status: None,
            worker_id: None,
            error_message: None,
            created_at: None,
            started_at: None,
            completed_at: None,
            max_retries: 3,
            retry_count,
            recipient: None,
            content: None,
            sender: None,
            priority: 5,
            available_at: None,
            expires_at: None,
            attempt: 0,
            batch: None,
            dedupe_key: None,
            error_type: error_type.map(str::to_owned),
            provider_message_id: None,
            segments: None,
            departed: 0,
        }
    }

    fn allowed(order: Order) -> Vec<State> {
        let allows = |state: &State| refusal(order, 5, Some(&task(*state, 0, None))).is_none();
        State::ALL.into_iter().filter(allows).collect()
    }

    #[test]
    fn every_order_takes_the_states_that_the_domain_gives_it() {
        use State::{Failed, Held, Pending, Scheduled};
        assert_eq!(allowed(Order::Cancel), [Pending, Failed, Scheduled, Held]);
        assert_eq!(allowed(Order::Hold), [Pending, Scheduled]);
        assert_eq!(allowed(Order::Release { unknown: false }), [Held]);
        assert_eq!(allowed(Order::Retry { unknown: false }), [Failed]);
    }

    #[test]
    fn an_unknown_outcome_is_retried_by_express_order_only() {
        let task = task(State::Failed, 1, Some("unknown"));
        let refused = refusal(Order::Retry { unknown: false }, 5, Some(&task)).unwrap();
        assert_eq!(refused.reason, "task 5 is failed: nobody knows whether it was sent; `--unknown` sends it again");
        assert_eq!(refusal(Order::Retry { unknown: true }, 5, Some(&task)), None);
    }

    #[test]
    fn a_task_without_attempts_left_is_neither_retried_nor_cancelled() {
        let task = task(State::Failed, 3, None);
        assert!(refusal(Order::Retry { unknown: true }, 5, Some(&task)).is_some());
        assert!(refusal(Order::Cancel, 5, Some(&task)).is_some());
    }

    #[test]
    fn an_id_that_does_not_exist_is_refused_by_name() {
        let refused = refusal(Order::Hold, 9, None).unwrap();
        assert_eq!((refused.status, refused.reason.as_str()), (None, "there is no task 9"));
    }
}
