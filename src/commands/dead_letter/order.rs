//! `smsctl dead-letter retry` and `abandon`.

use jiff::Timestamp;

use super::super::filter_flags::{DeadLetterFlags, IDS_MAX, nothing_chosen};
use super::super::named::{self, Named, Obstacle};
use super::super::order::{ConsentFlags, answer};
use super::super::shapes::{OrderShape, Refusal};
use super::super::truth::Needs;
use super::super::{Context, Outcome, words};
use super::pages;
use crate::error::{Error, Kind};
use crate::queue::{
    DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, DeadLetterState, Filter, State, Task, TaskId,
};
use crate::store::{Access, Store};

/// Which dead letters, and how sure the operator is.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The dead letters (can be repeated)
    #[arg(value_name = "ID", allow_negative_numbers = true)]
    targets: Vec<DeadLetterId>,
    /// All dead letters that wait for a decision
    #[arg(long, conflicts_with = "targets")]
    all: bool,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    filters: DeadLetterFlags,
}

/// Which dead letters are retried.
#[derive(Clone, Debug, clap::Args)]
pub struct RetryArgs {
    /// Take messages that may have been sent already, too: they may arrive twice
    #[arg(long)]
    unknown: bool,
    /// Take messages whose time has passed, too
    #[arg(long)]
    expired: bool,
    #[command(flatten)]
    order: Args,
}

/// Runs `dead-letter retry`.
///
/// # Errors
/// As `run`.
pub fn retry(args: RetryArgs, context: &Context) -> Outcome {
    run(DeadLetterOrder::Retry { unknown: args.unknown, expired: args.expired }, args.order, context)
}

/// Runs the command.
///
/// # Errors
/// Nothing says which dead letters are meant, nobody agreed; or the settings, the database or stdout.
pub fn run(order: DeadLetterOrder, mut args: Args, context: &Context) -> Outcome {
    args.filters.ids.append(&mut args.targets);
    if args.filters.mean_nothing() && !args.all {
        return Err(nothing_chosen(order.as_str(), "dead letter"));
    }
    if let Some(state) = args.filters.states.iter().find(|state| **state != DeadLetterState::Pending) {
        return Err(not_pending(order, *state));
    }
    let store = context.store(Access::Existing)?;
    let desk = Desk { store: &*store, order, lane: &context.config()?.message.lane };
    let (word, past) = match order {
        DeadLetterOrder::Retry { .. } => ("retried", "put back into the queue"),
        DeadLetterOrder::Abandon => ("abandoned", "abandoned"),
    };
    let mut shape = OrderShape { word, ..OrderShape::default() };
    if args.filters.are_ids_only() && !args.consent.dry_run {
        shape.refused = named::each(&mut Letters { desk: &desk, changed: &mut shape.count }, &args.filters.ids)?;
        return answer(context, &shape, past, "dead letter");
    }
    let chosen = Chosen::of(context, &*store, &args.filters)?;
    if args.consent.dry_run {
        shape.would = Some(desk.count(&chosen)?);
    } else if args.consent.yes {
        shape.count = desk.change(&chosen)?;
    } else {
        // What turned up after the look is not agreed to.
        let seen = chosen.up_to(store.highest()?.dead_letter);
        let would = desk.count(&seen)?;
        if would > 0 {
            args.consent.agree(context, &question(order, would))?;
            shape.count = desk.change(&seen.at_most(would))?;
        }
    }
    let left = desk.left_alone(&chosen)?;
    (shape.skipped_unknown, shape.skipped_expired) = (left.unknown, left.expired);
    let done = answer(context, &shape, past, "dead letter")?;
    left.tell(context);
    Ok(done)
}

/// A usage error: `--status` names letters about which somebody has decided.
fn not_pending(order: DeadLetterOrder, state: DeadLetterState) -> Error {
    let problem = format!("`--status {}` names no dead letter that waits for a decision", state.as_str());
    Error::new(Kind::Usage, problem).hint(format!(
        "`smsctl {}` takes pending dead letters only; `smsctl dead-letter list` shows the others, too",
        order.as_str()
    ))
}

/// What somebody has to say yes to.
fn question(order: DeadLetterOrder, count: u64) -> String {
    let verb = order.as_str().trim_start_matches("dead-letter ");
    let also = match order {
        DeadLetterOrder::Retry { unknown: true, .. } => ", also what may have arrived already",
        DeadLetterOrder::Retry { expired: true, .. } => ", also what has expired",
        DeadLetterOrder::Retry { .. } | DeadLetterOrder::Abandon => "",
    };
    format!("{verb} {}{also}", words::count(count, "dead letter"))
}

/// What was agreed to with the order.
fn given(order: DeadLetterOrder) -> Needs {
    match order {
        DeadLetterOrder::Retry { unknown, expired } => Needs { unknown, expired },
        DeadLetterOrder::Abandon => Needs { unknown: true, expired: true },
    }
}

/// How many letters a retry left alone; `None` where there are none.
#[derive(Default)]
struct LeftAlone {
    unknown: Option<u64>,
    expired: Option<u64>,
}

impl LeftAlone {
    fn tell(&self, context: &Context) {
        let letters = |n| words::count(n, "dead letter");
        if let Some(n) = self.unknown {
            let they = if n == 1 { "it was" } else { "they were" };
            context.out.note(&format!("{} left alone: nobody knows whether {they} sent", letters(n)));
        }
        if let Some(n) = self.expired {
            let their = if n == 1 { "its" } else { "their" };
            context.out.note(&format!("{} left alone: {their} time has passed", letters(n)));
        }
        let flags = [(self.unknown, "`--unknown`"), (self.expired, "`--expired`")];
        let flags: Vec<&str> = flags.iter().filter_map(|(left, flag)| left.map(|_| *flag)).collect();
        if !flags.is_empty() {
            context.out.hint(&format!("the same command with {} takes them, too", flags.join(" and ")));
        }
    }
}

/// Which dead letters the filters mean.
#[derive(Clone)]
struct Chosen {
    means: Means,
    /// At most so many, lowest ids first.
    limit: Option<u64>,
}

#[derive(Clone)]
enum Means {
    /// What the store's own filter can say, its limit aside.
    Filter(DeadLetterFilter),
    /// Filters speak of their tasks: these, all pending at the look.
    Ids(Vec<DeadLetterId>),
}

impl Chosen {
    fn of(context: &Context, store: &dyn Store, flags: &DeadLetterFlags) -> Result<Chosen, Error> {
        let limit = flags.shared.limit;
        if !flags.work.chooses() {
            let filter = DeadLetterFilter { limit: None, ..flags.filter(context)? };
            return Ok(Chosen { means: Means::Filter(filter), limit });
        }
        let mut ids = Vec::new();
        let mut flags = flags.clone();
        // The limit is of what the order changes: none of it is spent here, on letters that it leaves alone.
        flags.shared.limit = None;
        flags.states = vec![DeadLetterState::Pending];
        pages::each(context, store, &flags, |letter| {
            ids.push(letter.id);
            Ok(true)
        })?;
        Ok(Chosen { means: Means::Ids(ids), limit })
    }

    /// Those of them that have an id up to `highest`, which is that of now.
    fn up_to(&self, highest: Option<DeadLetterId>) -> Chosen {
        let mut chosen = self.clone();
        // Ids were looked at already.
        if let Means::Filter(filter) = &mut chosen.means {
            filter.up_to = highest;
        }
        chosen
    }

    /// At most `limit` of them.
    fn at_most(self, limit: u64) -> Chosen {
        Chosen { limit: Some(limit), ..self }
    }

    /// The same, however many they are.
    fn unlimited(&self) -> Chosen {
        Chosen { limit: None, ..self.clone() }
    }

    /// Hands the filters that mean them, each of a bounded size, to `serve`, which tells how many it served: until they are as many as
    /// the limit allows. The sum.
    fn each(&self, mut serve: impl FnMut(&DeadLetterFilter) -> Result<u64, Error>) -> Result<u64, Error> {
        let filters = match &self.means {
            Means::Filter(filter) => vec![filter.clone()],
            Means::Ids(ids) => ids.chunks(IDS_MAX).map(by_ids).collect(),
        };
        let mut served = 0;
        for filter in filters {
            let limit = self.limit.map(|limit| limit.saturating_sub(served));
            if limit == Some(0) {
                break;
            }
            served += serve(&DeadLetterFilter { limit, ..filter })?;
        }
        Ok(served)
    }
}

fn by_ids(ids: &[DeadLetterId]) -> DeadLetterFilter {
    DeadLetterFilter { ids: ids.to_vec(), ..DeadLetterFilter::default() }
}

/// Where the order is carried out.
struct Desk<'a> {
    store: &'a dyn Store,
    order: DeadLetterOrder,
    /// Serves letters whose task is not in the queue.
    lane: &'a str,
}

impl Desk<'_> {
    fn count(&self, chosen: &Chosen) -> Result<u64, Error> {
        self.count_for(chosen, self.order)
    }

    fn count_for(&self, chosen: &Chosen, order: DeadLetterOrder) -> Result<u64, Error> {
        chosen.each(|filter| Ok(self.store.count_dead_letters(filter, order)?))
    }

    /// What of the chosen letters an order without all consent leaves alone.
    fn left_alone(&self, chosen: &Chosen) -> Result<LeftAlone, Error> {
        let DeadLetterOrder::Retry { unknown, expired } = self.order else { return Ok(LeftAlone::default()) };
        let chosen = chosen.unlimited();
        let all = self.count_for(&chosen, DeadLetterOrder::Retry { unknown: true, expired: true })?;
        let without = |order| self.count_for(&chosen, order).map(|n| Some(all.saturating_sub(n)).filter(|n| *n > 0));
        Ok(LeftAlone {
            unknown: if unknown { None } else { without(DeadLetterOrder::Retry { unknown: false, expired: true })? },
            expired: if expired { None } else { without(DeadLetterOrder::Retry { unknown: true, expired: false })? },
        })
    }

    fn change(&self, chosen: &Chosen) -> Result<u64, Error> {
        chosen.each(|filter| Ok(self.store.change_dead_letters(filter, self.order, self.lane)?))
    }
}

/// Dead letters that were named.
struct Letters<'a> {
    desk: &'a Desk<'a>,
    changed: &'a mut u64,
}

impl Named for Letters<'_> {
    fn change(&mut self, ids: &[DeadLetterId]) -> Result<Vec<DeadLetterId>, Error> {
        let done = self.desk.store.carry_out_letters(&by_ids(ids), self.desk.order, self.desk.lane)?;
        *self.changed += done.rows;
        Ok(done.named)
    }

    fn look(&mut self, ids: &[DeadLetterId]) -> Result<Vec<Obstacle>, Error> {
        let store = self.desk.store;
        let letters = store.dead_letters(&by_ids(ids))?;
        let of_letters = letters.iter().filter_map(|letter| letter.task_id).collect::<Vec<_>>();
        let tasks = if of_letters.is_empty() { Vec::new() } else { store.list(&tasks_by_ids(of_letters))? };
        let now = Timestamp::now();
        let obstacle = |id: &DeadLetterId| {
            let Some(letter) = letters.iter().find(|letter| letter.id == *id) else {
                let reason = format!("there is no dead letter {id}");
                return Obstacle::stands(Refusal { id: *id, status: None, reason });
            };
            let task = tasks.iter().find(|task| letter.task_id == Some(task.id));
            match refusal(self.desk.order, letter, task, now) {
                Some(refusal) => Obstacle::stands(refusal),
                None => Obstacle::gone(*id, &format!("dead letter {id}"), letter.status_word()),
            }
        };
        Ok(ids.iter().map(obstacle).collect())
    }
}

/// Why an order does nothing to a dead letter; `None` if it does something.
fn refusal(order: DeadLetterOrder, letter: &DeadLetter, task: Option<&Task>, now: Timestamp) -> Option<Refusal> {
    let (id, status) = (letter.id, letter.status_word());
    let refused = |reason: String| Some(Refusal { id, status: Some(status.to_owned()), reason });
    if letter.status != DeadLetterState::Pending {
        return refused(format!("dead letter {id} is {status} already"));
    }
    if order == DeadLetterOrder::Abandon {
        return None;
    }
    if let Some(task) = task.filter(|task| task.status != State::Failed) {
        return refused(format!("dead letter {id}: its task {} is {} now", task.id, task.status_word()));
    }
    if let Some(reason) = Needs::unsendable(letter, task.is_some()) {
        return refused(format!("dead letter {id}: {reason}"));
    }
    let needs = Needs::of(letter, task, now);
    let reason = needs.beyond(given(order)).reason()?;
    refused(format!("dead letter {id}: {reason}; `{}` sends it all the same", needs.retry_command(id)))
}

fn tasks_by_ids(ids: Vec<TaskId>) -> Filter {
    Filter { ids, ..Filter::default() }
}
