//! An end whose claim no longer holds: another program changed the row meanwhile, or the worker was taken for dead.
//!
//! What the gateway answered is true all the same. It is never thrown away, and never overwrites what a newer attempt, or an
//! operator, has decided since.

mod write;

use super::deltas::{CountedUnder, Standing, outcome_word};
use crate::queue::{ErrorType, Failure, Fate, State, WorkerId};

pub(super) use write::{LateRows, Letter, settle};

/// The row of such a task, as it stands now.
#[derive(Clone, Debug)]
pub(super) struct Overtaken {
    /// `None`: a word of another program's.
    pub state: Option<State>,
    pub attempt: u32,
    pub worker: Option<WorkerId>,
    pub task_func: String,
    pub batch_id: Option<i64>,
    /// `error_type` is `unknown`.
    pub unknown: bool,
    /// Attempts that left, or may have left.
    pub departed: i64,
    /// `retry_count < max_retries`.
    pub attempts_left: bool,
    /// `started_at` is there: a claim that was given back has none.
    pub started: bool,
    /// What the attempt was recorded as before.
    pub recorded: Option<String>,
    /// It came in when the row did that was claimed.
    pub created: bool,
    /// It was claimed when the claim was made.
    pub claimed: bool,
    /// It says what the claim found in it.
    pub same: bool,
}

impl Overtaken {
    /// Whether it is the row that was claimed as `attempt` of `worker`, and not one that came in its place under the same id. Such
    /// a row may have the time at which the first one came in, and its count of attempts; but either nobody has claimed it, or at
    /// another time, as every claim of a worker.
    fn is_of(&self, attempt: u32, worker: WorkerId) -> bool {
        let is_another_claim = self.started && self.attempt == attempt && self.worker == Some(worker);
        // Of a row that nobody has claimed since it came, no claim can be. That another claim has been made since shows in the count
        // of attempts, though that came back unsent.
        let was_claimed = self.departed > 0 || self.worker == Some(worker) || self.attempt > attempt;
        self.claimed || (self.created && was_claimed && self.attempt >= attempt && !is_another_claim)
    }

    /// Whether no claim has been made since `attempt`. Another program may have set the count back: every claim has a time of its own.
    fn is_newest(&self, attempt: u32) -> bool {
        self.attempt == attempt || self.was_set_back(attempt)
    }

    fn was_set_back(&self, attempt: u32) -> bool {
        self.claimed && self.attempt < attempt
    }

    /// Whether a task in processing is still with the worker by this claim: another program has set the count of attempts back, or taken
    /// the time away.
    fn is_held(&self, attempt: u32, worker: WorkerId) -> bool {
        self.worker == Some(worker) && (self.was_set_back(attempt) || (self.attempt == attempt && !self.started))
    }

    /// That an attempt may have gone out, if it does not say so.
    fn left(&self) -> Option<Correction> {
        (self.departed < 1).then_some(Correction::Left)
    }

    /// What it counts as. A row with a word of another program's is never moved.
    pub fn standing(&self) -> Standing {
        let state = self.state.unwrap_or(State::Failed);
        Standing { state, unknown: self.unknown || self.departed > 0, attempts_left: self.attempts_left }
    }

    /// What it counts under.
    pub fn place(&self) -> CountedUnder<'_> {
        CountedUnder { task_func: &self.task_func, batch_id: self.batch_id }
    }

    /// What it counts as before and after a correction, where that makes a difference.
    fn corrected(&self, correction: Correction) -> Option<(Standing, Standing)> {
        let before = self.standing();
        let unknown = match correction {
            Correction::Left => true,
            Correction::Stayed | Correction::Recalled => self.unknown || self.departed > 1,
        };
        let after = Standing { unknown, ..before };
        (self.state == Some(State::Failed) && before != after).then_some((before, after))
    }
}

/// What is done about it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Late<'a> {
    /// Nobody has sent it since, and it is not put aside: the task is completed.
    Complete { provider_message_id: Option<&'a str> },
    /// It was given up for unknown, and certainly did not go out: the task has a known failure instead.
    Learn(Lesson),
    /// The task is left alone, and the attempt recorded.
    Record { outcome: &'static str, failure: Option<&'a Failure>, correction: Option<Correction> },
    /// The task is left alone; its claim came back, and the attempt did not go out.
    Recall,
    /// All of it is known.
    Nothing,
}

/// What is put right of what a task says about its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Correction {
    /// One of those that may have gone out certainly did not.
    Stayed,
    /// One may have gone out, and none was said to have.
    Left,
    /// As `Stayed`, and its claim came back unsent.
    Recalled,
}

/// What became known of an attempt that was unknown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lesson {
    pub failure: Failure,
    /// It is tried again by itself, so long after now.
    pub again_after: Option<std::time::Duration>,
    /// It is never tried again by itself.
    pub dead: bool,
}

/// What is done about `fate`, the end of `attempt` of `worker`, whose claim on `row` no longer holds.
pub(super) fn decide<'a>(row: &Overtaken, attempt: u32, worker: WorkerId, fate: &'a Fate) -> Late<'a> {
    if !row.is_of(attempt, worker) {
        return Late::Nothing;
    }
    let is_newest = row.is_newest(attempt);
    let was_unknown = row.recorded.as_deref() == Some("unknown");
    let can_learn = is_newest && was_unknown && row.unknown && row.state == Some(State::Failed);
    let (failure, again_after, dead) = match fate {
        Fate::Completed { provider_message_id } => {
            let is_processing = row.state == Some(State::Processing);
            let may_end = if is_processing { row.is_held(attempt, worker) } else { is_newest };
            return accepted(row, may_end, provider_message_id.as_deref());
        }
        Fate::Released if !is_newest || row.worker != Some(worker) || !row.started => return Late::Nothing,
        Fate::Released if can_learn => {
            let failure = Failure::new(ErrorType::Unreachable, "it never left: its claim came back unsent");
            return Late::Learn(Lesson { failure, again_after: Some(std::time::Duration::ZERO), dead: false });
        }
        Fate::Released if row.state == Some(State::Processing) => return Late::Nothing,
        Fate::Released => return Late::Recall,
        Fate::Retry { after, failure, .. } => (failure, Some(*after), false),
        Fate::Parked { failure, .. } => (failure, None, false),
        Fate::Dead { failure } => (failure, None, true),
    };
    let outcome = outcome_word(failure.error_type);
    let is_certain = failure.error_type != ErrorType::Unknown;
    let correction = if is_certain { Some(Correction::Stayed) } else { row.left() };
    match row.recorded {
        None => Late::Record { outcome, failure: Some(failure), correction },
        Some(_) if is_certain && can_learn => Late::Learn(Lesson { failure: failure.clone(), again_after, dead }),
        Some(_) if is_certain && was_unknown => Late::Record { outcome, failure: Some(failure), correction },
        Some(_) => Late::Nothing,
    }
}

fn accepted<'a>(row: &Overtaken, may_end: bool, provider_message_id: Option<&'a str>) -> Late<'a> {
    match row.state {
        // Another text is another message, which nobody has got.
        Some(State::Pending | State::Scheduled | State::Failed | State::Processing) if may_end && row.same => {
            Late::Complete { provider_message_id }
        }
        Some(State::Completed) if may_end => Late::Nothing,
        _ if row.recorded.as_deref() == Some("accepted") => Late::Nothing,
        _ => Late::Record { outcome: "accepted", failure: None, correction: row.left() },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ME: WorkerId = 1_001;

    fn row(state: State) -> Overtaken {
        Overtaken {
            state: Some(state),
            attempt: 1,
            worker: Some(ME),
            task_func: "gateway:default".to_owned(),
            batch_id: None,
            unknown: false,
            departed: 1,
            attempts_left: true,
            started: true,
            recorded: None,
            created: true,
            claimed: true,
            same: true,
        }
    }

    fn recovered() -> Overtaken {
        Overtaken { unknown: true, recorded: Some("unknown".to_owned()), ..row(State::Failed) }
    }

    fn completed() -> Fate {
        Fate::Completed { provider_message_id: Some("p-1".to_owned()) }
    }

    fn parked(error_type: ErrorType) -> Fate {
        Fate::Parked { failure: Failure::new(error_type, "no"), spent: true }
    }

    fn states(of: impl Fn(&Late<'_>) -> bool, fate: &Fate, row: impl Fn(State) -> Overtaken) -> Vec<State> {
        State::ALL.into_iter().filter(|state| of(&decide(&row(*state), 1, ME, fate))).collect()
    }

    #[test]
    fn an_accepted_message_completes_a_task_that_waits() {
        use State::{Cancelled, Failed, Held, Pending, Processing, Scheduled};
        let completes = states(|late| matches!(late, Late::Complete { .. }), &completed(), row);
        assert_eq!(completes, [Pending, Failed, Scheduled]);
        let records = states(|late| matches!(late, Late::Record { outcome: "accepted", .. }), &completed(), row);
        assert_eq!(records, [Processing, Held, Cancelled]);
        let newer = |state| Overtaken { attempt: 2, ..row(state) };
        let records = states(|late| matches!(late, Late::Record { correction: None, .. }), &completed(), newer);
        assert_eq!(records, State::ALL, "what came after is never overwritten");
        let corrected = |state| Overtaken { same: false, ..row(state) };
        let records = states(|late| matches!(late, Late::Record { correction: None, .. }), &completed(), corrected);
        assert_eq!(
            records,
            [Pending, Processing, Failed, Scheduled, Held, Cancelled],
            "another text is another message"
        );
    }

    #[test]
    fn an_unknown_outcome_becomes_what_the_late_answer_says() {
        assert_eq!(decide(&recovered(), 1, ME, &completed()), Late::Complete { provider_message_id: Some("p-1") });
        let deferred = Fate::Retry {
            after: Duration::from_secs(9),
            failure: Failure::new(ErrorType::Unavailable, "503"),
            spent: true,
        };
        let Late::Learn(lesson) = decide(&recovered(), 1, ME, &deferred) else { panic!("it is new") };
        assert_eq!((lesson.again_after, lesson.dead), (Some(Duration::from_secs(9)), false));
        assert!(matches!(decide(&recovered(), 1, ME, &Fate::Released), Late::Learn(_)));
        assert_eq!(decide(&recovered(), 1, ME, &parked(ErrorType::Unknown)), Late::Nothing);
        let went_on = Overtaken { attempt: 2, ..recovered() };
        let unavailable = parked(ErrorType::Unavailable);
        let late = decide(&went_on, 1, ME, &unavailable);
        assert!(
            matches!(late, Late::Record { outcome: "deferred", correction: Some(Correction::Stayed), .. }),
            "{late:?}"
        );
    }

    #[test]
    fn a_row_that_came_in_its_place_learns_nothing() {
        let other = |state| Overtaken { created: false, claimed: false, ..row(state) };
        for fate in [completed(), Fate::Released, parked(ErrorType::Rejected), parked(ErrorType::Unknown)] {
            assert_eq!(states(|late| *late == Late::Nothing, &fate, other), State::ALL, "{fate:?}");
        }
    }

    #[test]
    fn a_row_that_came_in_its_place_with_its_time_learns_nothing() {
        for attempt in [0, 1] {
            let reborn = Overtaken { attempt, departed: 0, claimed: false, worker: None, ..row(State::Pending) };
            assert_eq!(decide(&reborn, 1, ME, &completed()), Late::Nothing, "nothing of it has left: {attempt}");
        }
        let exchanged = |state| Overtaken { claimed: false, ..row(state) };
        let nothing = states(|late| *late == Late::Nothing, &completed(), exchanged);
        assert_eq!(nothing, State::ALL, "it was claimed at another time");
        let went_on = Overtaken { claimed: false, attempt: 2, ..row(State::Processing) };
        let end = completed();
        let late = decide(&went_on, 1, ME, &end);
        assert!(matches!(late, Late::Record { outcome: "accepted", .. }), "the same row, claimed once more: {late:?}");
    }

    #[test]
    fn what_is_recorded_is_recorded_once() {
        for (word, error_type) in [("deferred", ErrorType::Unavailable), ("accepted", ErrorType::Rejected)] {
            let known = Overtaken { recorded: Some(word.to_owned()), ..row(State::Failed) };
            assert_eq!(decide(&known, 1, ME, &parked(error_type)), Late::Nothing);
        }
        let known = Overtaken { recorded: Some("accepted".to_owned()), ..row(State::Cancelled) };
        assert_eq!(decide(&known, 1, ME, &completed()), Late::Nothing);
        assert_eq!(decide(&row(State::Completed), 1, ME, &completed()), Late::Nothing, "the task itself says so");
    }

    #[test]
    fn a_claim_that_came_back_unsent_is_believed_once_and_from_its_worker_only() {
        assert_eq!(decide(&row(State::Cancelled), 1, ME, &Fate::Released), Late::Recall);
        for other in [
            Overtaken { started: false, ..row(State::Cancelled) },
            Overtaken { worker: Some(7), ..row(State::Cancelled) },
            Overtaken { attempt: 2, ..row(State::Cancelled) },
            row(State::Processing),
        ] {
            assert_eq!(decide(&other, 1, ME, &Fate::Released), Late::Nothing, "{other:?}");
        }
    }
}
