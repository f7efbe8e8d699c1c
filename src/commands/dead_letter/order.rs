//! `smsctl dead-letter retry` and `abandon`.

use super::super::filter_flags::{DeadLetterFlags, IDS_MAX, id_parser, nothing_chosen};
use super::super::order::{ConsentFlags, answer};
use super::super::shapes::{OrderShape, Refusal};
use super::super::{Context, Outcome, words};
use super::pages;
use crate::error::Error;
use crate::queue::{DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, DeadLetterState};
use crate::store::{Access, Store};

/// Which dead letters, and how sure the operator is.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The dead letters (can be repeated)
    #[arg(value_name = "ID", value_parser = id_parser())]
    targets: Vec<DeadLetterId>,
    /// All dead letters that wait for a decision
    #[arg(long, conflicts_with = "targets")]
    all: bool,
    #[command(flatten)]
    consent: ConsentFlags,
    #[command(flatten)]
    filters: DeadLetterFlags,
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
    let store = context.store(Access::Existing)?;
    let desk = Desk { store: &*store, order, lane: &context.config()?.message.lane };
    let (word, past) = match order {
        DeadLetterOrder::Retry => ("retried", "put back into the queue"),
        DeadLetterOrder::Abandon => ("abandoned", "abandoned"),
    };
    let mut shape = OrderShape { word, ..OrderShape::default() };
    if args.filters.are_ids_only() && !args.consent.dry_run {
        shape.refused = desk.one_by_one(&args.filters.ids, &mut shape.count)?;
        return answer(context, &shape, past, "dead letter");
    }
    let chosen = Chosen::of(context, &*store, &args.filters)?;
    let would = desk.count(&chosen)?;
    if args.consent.dry_run {
        shape.would = Some(would);
    } else if would > 0 {
        let verb = order.as_str().trim_start_matches("dead-letter ");
        args.consent.agree(context, &format!("{verb} {}", words::count(would, "dead letter")))?;
        shape.count = desk.change(&chosen)?;
    }
    answer(context, &shape, past, "dead letter")
}

/// Which dead letters the filters mean.
enum Chosen {
    /// What the store's own filter can say.
    Filter(DeadLetterFilter),
    /// Filters speak of their tasks: these, all pending at the look.
    Ids(Vec<DeadLetterId>),
}

impl Chosen {
    fn of(context: &Context, store: &dyn Store, flags: &DeadLetterFlags) -> Result<Chosen, Error> {
        if !flags.work.chooses() {
            return Ok(Chosen::Filter(flags.filter(context)?));
        }
        let mut ids = Vec::new();
        let mut flags = flags.clone();
        if flags.states.is_empty() {
            // An order takes pending letters only: `--limit` must not be spent on others.
            flags.states.push(DeadLetterState::Pending);
        }
        pages::each(context, store, &flags, |letter| {
            if letter.status == DeadLetterState::Pending {
                ids.push(letter.id);
            }
            Ok(true)
        })?;
        Ok(Chosen::Ids(ids))
    }

    /// The filters that mean them, each of a bounded size.
    fn filters(&self) -> Vec<DeadLetterFilter> {
        match self {
            Chosen::Filter(filter) => vec![filter.clone()],
            Chosen::Ids(ids) => ids.chunks(IDS_MAX).map(by_ids).collect(),
        }
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
        chosen.filters().iter().try_fold(0, |sum, filter| Ok(sum + self.store.count_dead_letters(filter)?))
    }

    fn change(&self, chosen: &Chosen) -> Result<u64, Error> {
        chosen
            .filters()
            .iter()
            .try_fold(0, |sum, filter| Ok(sum + self.store.change_dead_letters(filter, self.order, self.lane)?))
    }

    /// Carries out the order on each of `ids` that is pending, counts them in `changed`, and says why the others were left.
    fn one_by_one(&self, ids: &[DeadLetterId], changed: &mut u64) -> Result<Vec<Refusal>, Error> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        let mut refused = Vec::new();
        for ids in ids.chunks(IDS_MAX) {
            let filter = by_ids(ids);
            let before = self.store.dead_letters(&filter)?;
            *changed += self.store.change_dead_letters(&filter, self.order, self.lane)?;
            refused.extend(ids.iter().filter_map(|id| refusal(*id, before.iter().find(|letter| letter.id == *id))));
        }
        Ok(refused)
    }
}

/// Why an order does nothing to a dead letter; `None` if it does something.
fn refusal(id: DeadLetterId, letter: Option<&DeadLetter>) -> Option<Refusal> {
    let Some(letter) = letter else {
        return Some(Refusal { id, status: None, reason: format!("there is no dead letter {id}") });
    };
    let status = letter.status.as_str();
    let pending = letter.status == DeadLetterState::Pending;
    (!pending).then(|| Refusal { id, status: Some(status), reason: format!("dead letter {id} is {status} already") })
}
