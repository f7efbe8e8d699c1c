//! Dead letters on their way back, or out: which may be sent again, and what becomes of them, is the same for every backend.

use jiff::Timestamp;

use super::deltas::{CountedUnder, Deltas, Standing};
use super::filter::{self, Clause};
use super::{CHANGED_MAX, Changed, Result};
use crate::queue::{DeadLetter, DeadLetterFilter, DeadLetterId, DeadLetterOrder, DeadLetterState, State, TaskId};

/// What was ordered for a page of dead letters.
#[derive(Clone, Copy)]
pub(super) struct Decision<'a> {
    pub order: DeadLetterOrder,
    /// For letters whose task is not in the queue.
    pub lane: &'a str,
    /// The filter, for the audit log.
    pub words: &'a str,
}

/// What a backend does for an order about dead letters.
pub(super) trait LetterPages {
    /// The dead letters that `clause` means, at most `limit`.
    fn page(&self, clause: &Clause, limit: Option<u64>) -> Result<Vec<DeadLetter>>;

    /// Carries the order out, in one transaction; for which of them.
    fn decide(&self, letters: &[DeadLetter], decision: Decision<'_>) -> Result<Vec<DeadLetterId>>;
}

/// What a backend does for one dead letter, in the transaction that decides about it.
pub(super) trait LetterRows {
    type Error;

    /// The letter waits no longer. False: somebody else had decided about it.
    fn mark(&mut self, id: DeadLetterId, state: DeadLetterState) -> std::result::Result<bool, Self::Error>;

    /// It waits again, as before `mark`.
    fn unmark(&mut self, id: DeadLetterId) -> std::result::Result<(), Self::Error>;

    /// It names no task any more, if the one that it names is gone; whether it is.
    fn untie(&mut self, id: DeadLetterId) -> std::result::Result<bool, Self::Error>;

    /// Its task, where that is `failed`.
    fn failed_task(&mut self, id: TaskId) -> std::result::Result<Option<FailedTask>, Self::Error>;

    /// The task goes back into the queue, with all its attempts.
    fn requeue(&mut self, letter: &DeadLetter) -> std::result::Result<(), Self::Error>;

    /// A task is made of what the letter says.
    fn enqueue(&mut self, letter: &DeadLetter, lane: &str) -> std::result::Result<(), Self::Error>;

    /// What the transaction counts.
    fn deltas(&mut self) -> &mut Deltas;
}

/// What an operator agreed to.
#[derive(Clone, Copy, Debug)]
struct Consent {
    /// To send again what may have left already.
    unknown: bool,
    /// To send what has expired.
    expired: bool,
}

/// The failed task of a dead letter.
pub(super) struct FailedTask {
    pub task_func: String,
    pub batch_id: Option<i64>,
    pub standing: Standing,
    /// Its time has passed.
    pub is_expired: bool,
}

impl FailedTask {
    /// Whether it may be sent again.
    fn is_allowed(&self, consent: Consent) -> bool {
        (consent.unknown || !self.standing.unknown) && (consent.expired || !self.is_expired)
    }
}

/// Carries an order out, page by page. `now` is when it was given.
pub(super) fn change(
    pages: &impl LetterPages,
    wanted: &DeadLetterFilter,
    (order, lane): (DeadLetterOrder, &str),
    now: Timestamp,
) -> Result<Changed> {
    let mut page = wanted.clone();
    let mut left = wanted.limit.unwrap_or(u64::MAX);
    let mut changed = Changed::default();
    while left > 0 {
        page.limit = Some(left.min(CHANGED_MAX as u64));
        let clause = filter::eligible_letters(&page, order, now);
        let letters = pages.page(&clause, page.limit)?;
        let Some(last) = letters.last() else { break };
        page.after = Some(last.id);
        let words = filter::in_words(&clause, page.limit);
        let named = pages.decide(&letters, Decision { order, lane, words: &words })?;
        let rows = named.len() as u64;
        changed.add(Changed { rows, doubtful: 0, named }, !wanted.ids.is_empty());
        left -= rows.min(left);
    }
    Ok(changed)
}

/// Carries an order out for a page of letters; for which of them.
pub(super) fn decide<R: LetterRows>(
    rows: &mut R,
    letters: &[DeadLetter],
    decision: Decision<'_>,
) -> std::result::Result<Vec<DeadLetterId>, R::Error> {
    let mut changed = Vec::new();
    for letter in letters {
        let done = match decision.order {
            DeadLetterOrder::Abandon => mark(rows, letter, DeadLetterState::Abandoned)?,
            DeadLetterOrder::Retry { unknown, expired } => {
                retry(rows, letter, Consent { unknown, expired }, decision.lane)?
            }
        };
        if done {
            changed.push(letter.id);
        }
    }
    Ok(changed)
}

/// The task goes back into the queue; where there is none (the letter is the web application's), one is made.
fn retry<R: LetterRows>(
    rows: &mut R,
    letter: &DeadLetter,
    consent: Consent,
    lane: &str,
) -> std::result::Result<bool, R::Error> {
    let task = letter.task_id.map(|id| rows.failed_task(id)).transpose()?.flatten();
    if task.as_ref().is_some_and(|task| !task.is_allowed(consent)) || !mark(rows, letter, DeadLetterState::Retried)? {
        return Ok(false);
    }
    let pending = Standing::of(State::Pending);
    if let Some(task) = task {
        rows.requeue(letter)?;
        let place = CountedUnder { task_func: &task.task_func, batch_id: task.batch_id };
        rows.deltas().change(place, task.standing, pending);
        return Ok(true);
    }
    if !letter.recipient.is_empty() && (letter.task_id.is_none() || rows.untie(letter.id)?) {
        rows.enqueue(letter, lane)?;
        rows.deltas().enter(CountedUnder { task_func: lane, batch_id: None }, pending);
        rows.deltas().happened("enqueued");
        return Ok(true);
    }
    // The task is in another state by now, or nobody knows to whom: the letter must not say that it was retried.
    rows.unmark(letter.id)?;
    moved(rows.deltas(), DeadLetterState::Retried, DeadLetterState::Pending);
    Ok(false)
}

fn mark<R: LetterRows>(
    rows: &mut R,
    letter: &DeadLetter,
    state: DeadLetterState,
) -> std::result::Result<bool, R::Error> {
    let marked = rows.mark(letter.id, state)?;
    if marked {
        moved(rows.deltas(), DeadLetterState::Pending, state);
    }
    Ok(marked)
}

fn moved(deltas: &mut Deltas, from: DeadLetterState, to: DeadLetterState) {
    deltas.letters(from.as_str(), -1);
    deltas.letters(to.as_str(), 1);
}
