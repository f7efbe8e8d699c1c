//! Writing an end whose claim no longer holds: what is written, counted and answered is the same for every backend.

use jiff::Timestamp;

use super::{Correction, Late, Lesson, Overtaken, decide};
use crate::queue::{DeadLetterState, ErrorType, Failure, Fate, State, TaskId};
use crate::store::Settled;
use crate::store::deltas::{Deltas, Standing, outcome_word};
use crate::store::fence::{Fatal, Fence};

/// What is said of the dead letter of a message that was accepted after all.
const ACCEPTED_LATE: &str = "the gateway accepted it after all: its answer came late";

/// What a backend does for such an end, in the transaction that writes it. What changes a row notes that something changed.
pub(in crate::store) trait LateRows {
    type Error;

    /// The row of the task, which nobody else can change meanwhile.
    fn overtaken(&mut self, fence: &Fence<'_>) -> Result<Option<Overtaken>, Self::Error>;

    /// The task is completed.
    fn complete(&mut self, id: TaskId, provider_message_id: Option<&str>) -> Result<(), Self::Error>;

    /// The task has this failure, and is tried again at that time.
    fn learn(&mut self, id: TaskId, lesson: &Lesson, again_at: Option<Timestamp>) -> Result<(), Self::Error>;

    /// The task says another thing of its attempts than it did, and stays as it is.
    fn correct(&mut self, id: TaskId, correction: Correction) -> Result<(), Self::Error>;

    /// How an attempt ended stands among those of its task.
    fn record(
        &mut self,
        fence: &Fence<'_>,
        outcome: &'static str,
        failure: Option<&Failure>,
    ) -> Result<(), Self::Error>;

    /// What dead letters of the task that wait for a decision say from now on; how many there are.
    fn reword(&mut self, id: TaskId, letter: Letter<'_>) -> Result<u64, Self::Error>;

    /// The task, which is `failed` by now, becomes a dead letter.
    fn bury(&mut self, fatal: Fatal<'_>) -> Result<(), Self::Error>;

    /// What the transaction counts.
    fn deltas(&mut self) -> &mut Deltas;

    /// When the transaction is, by the database's clock.
    fn now(&self) -> Timestamp;
}

/// What a dead letter comes to say.
pub(in crate::store) struct Letter<'a> {
    pub state: DeadLetterState,
    /// `None`: as it was.
    pub error_type: Option<ErrorType>,
    pub error_message: &'a str,
}

/// Keeps what `fate` says of a claim that no longer holds; `Done` if the task has it now.
pub(in crate::store) fn settle<R: LateRows>(rows: &mut R, fence: &Fence<'_>, fate: &Fate) -> Result<Settled, R::Error> {
    let Some(row) = rows.overtaken(fence)? else { return Ok(Settled::Lost) };
    match decide(&row, fence.attempt, fence.worker, fate) {
        Late::Complete { provider_message_id } => complete(rows, fence, &row, provider_message_id)?,
        Late::Learn(lesson) => learn(rows, fence, &row, &lesson)?,
        Late::Record { outcome, failure, correction } => {
            rows.record(fence, outcome, failure)?;
            if let Some(correction) = correction {
                correct(rows, fence.id, &row, correction)?;
            }
            return Ok(Settled::Lost);
        }
        Late::Recall => {
            correct(rows, fence.id, &row, Correction::Recalled)?;
            return Ok(Settled::Lost);
        }
        Late::Nothing => return Ok(Settled::Lost),
    }
    Ok(Settled::Done)
}

fn complete<R: LateRows>(
    rows: &mut R,
    fence: &Fence<'_>,
    row: &Overtaken,
    provider_message_id: Option<&str>,
) -> Result<(), R::Error> {
    rows.complete(fence.id, provider_message_id)?;
    if row.recorded.is_some() {
        rows.record(fence, "accepted", None)?;
    }
    let state = DeadLetterState::Abandoned;
    let closed = rows.reword(fence.id, Letter { state, error_type: None, error_message: ACCEPTED_LATE })?;
    let closed = i64::try_from(closed).unwrap_or(i64::MAX);
    let deltas = rows.deltas();
    deltas.letters(DeadLetterState::Pending.as_str(), -closed);
    deltas.letters(state.as_str(), closed);
    deltas.change(row.place(), row.standing(), Standing::of(State::Completed));
    deltas.happened("accepted");
    Ok(())
}

fn learn<R: LateRows>(rows: &mut R, fence: &Fence<'_>, row: &Overtaken, lesson: &Lesson) -> Result<(), R::Error> {
    let Failure { error_type, message } = &lesson.failure;
    let again_at = lesson.again_after.map(|span| rows.now().saturating_add(span).unwrap_or(Timestamp::MAX));
    rows.learn(fence.id, lesson, again_at)?;
    let outcome = outcome_word(*error_type);
    rows.record(fence, outcome, Some(&lesson.failure))?;
    if row.attempts_left && lesson.dead {
        rows.bury(fence.fatal())?;
    } else if !row.attempts_left {
        let state = DeadLetterState::Pending;
        rows.reword(fence.id, Letter { state, error_type: Some(*error_type), error_message: message })?;
    }
    let attempts_left = row.attempts_left && !lesson.dead;
    let failed = Standing { state: State::Failed, unknown: row.departed > 1, attempts_left };
    rows.deltas().change(row.place(), row.standing(), failed);
    rows.deltas().happened(outcome);
    Ok(())
}

/// The task is left as it is, and counts as something else for what is known of its attempts.
fn correct<R: LateRows>(rows: &mut R, id: TaskId, row: &Overtaken, correction: Correction) -> Result<(), R::Error> {
    rows.correct(id, correction)?;
    if let Some((from, to)) = row.corrected(correction) {
        rows.deltas().change(row.place(), from, to);
    }
    Ok(())
}
