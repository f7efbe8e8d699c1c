//! Writing an end whose claim no longer holds. The row is locked.

use mysql::Row;

use super::bind::{Value, rows, values};
use super::column::{optional_time, small, text, truth, whole};
use super::exchange::Ledger;
use super::fault::Tried;
use super::settle::{Fatal, Fence};
use super::sql;
use crate::queue::{DeadLetterState, Failure, Fate, Message, State};
use crate::store::deltas::{CountedUnder, Standing, outcome_word};
use crate::store::late::{ACCEPTED_LATE, Late, Lesson, Overtaken, decide};
use crate::store::{Says, Settled};

impl Ledger<'_, '_> {
    /// Keeps what the end says; `Done` if the task has it now.
    pub fn settle_late(&mut self, fence: Fence<'_>, fate: &Fate) -> Tried<Settled> {
        let found = self.transaction.run(sql!("settle_overtaken"), values![fence.id, fence.attempt])?;
        let Some(row) = found.rows.first().map(|row| overtaken(row, &fence)) else { return Ok(Settled::Lost) };
        match decide(&row, fence.attempt, fence.worker, fate) {
            Late::Complete { provider_message_id } => self.complete_late(fence, &row, provider_message_id),
            Late::Learn(lesson) => self.learn(fence, &row, &lesson),
            Late::Record { outcome, failure, stayed } => {
                self.record(fence, outcome, failure)?;
                if stayed {
                    self.transaction.run_sure(sql!("settle_stayed"), values![fence.id], 1)?;
                    self.count_anew(&row, row.without_one());
                } else if row.departed < 1 {
                    self.transaction.run_sure(sql!("settle_left"), values![fence.id], 1)?;
                    self.count_anew(&row, row.with_one());
                }
                Ok(Settled::Lost)
            }
            Late::Recall => {
                self.transaction.run_sure(sql!("settle_recalled"), values![fence.id], 1)?;
                self.count_anew(&row, row.without_one());
                self.changed = true;
                Ok(Settled::Lost)
            }
            Late::Nothing => Ok(Settled::Lost),
        }
    }

    fn complete_late(&mut self, fence: Fence<'_>, row: &Overtaken, provider: Option<&str>) -> Tried<Settled> {
        self.transaction.run_sure(sql!("settle_late"), values![fence.id, self.now, provider], 1)?;
        if row.recorded.is_some() {
            self.record(fence, "accepted", None)?;
        }
        let (from, to) = (DeadLetterState::Pending.as_str(), DeadLetterState::Abandoned.as_str());
        let letter = values![fence.id, to, None::<&str>, ACCEPTED_LATE];
        let closed = self.transaction.run_open(sql!("dead_letter_learned"), letter)?;
        let closed = i64::try_from(closed).unwrap_or(i64::MAX);
        self.deltas.letters(from, -closed);
        self.deltas.letters(to, closed);
        self.moved_late(row, Standing::of(State::Completed));
        self.deltas.happened("accepted");
        Ok(Settled::Done)
    }

    fn learn(&mut self, fence: Fence<'_>, row: &Overtaken, lesson: &Lesson) -> Tried<Settled> {
        let error_type = lesson.failure.error_type;
        let message = &lesson.failure.message;
        let again = lesson.again_after.map(|span| self.now.saturating_add(span).unwrap_or(jiff::Timestamp::MAX));
        let update = values![fence.id, again, error_type.as_str(), message, lesson.dead];
        self.transaction.run_sure(sql!("settle_learned"), update, 1)?;
        self.record(fence, outcome_word(error_type), Some(&lesson.failure))?;
        if row.attempts_left && lesson.dead {
            self.bury(Fatal { id: fence.id, max_retries: fence.max_retries, message: fence.message() })?;
        } else if !row.attempts_left {
            let letter = values![fence.id, DeadLetterState::Pending.as_str(), error_type.as_str(), message];
            self.transaction.run_open(sql!("dead_letter_learned"), letter)?;
        }
        let attempts_left = row.attempts_left && !lesson.dead;
        self.moved_late(row, Standing { state: State::Failed, unknown: row.departed > 1, attempts_left });
        self.deltas.happened(outcome_word(error_type));
        Ok(Settled::Done)
    }

    /// Records how an attempt ended that is not the newest, or whose task has another fate. When it was claimed is not known.
    fn record(&mut self, fence: Fence<'_>, outcome: &'static str, failure: Option<&Failure>) -> Tried<()> {
        let row = vec![
            Value::from(fence.id),
            Value::from(fence.attempt),
            Value::from(fence.worker),
            Value::Null,
            Value::from(self.now),
            Value::from(outcome),
            Value::from(failure.map(|failure| failure.error_type.as_str())),
            Value::from(failure.map(|failure| &failure.message)),
        ];
        self.transaction.send(&sql!("attempt_insert").replace("{rows}", &rows([row])))?;
        self.changed = true;
        Ok(())
    }

    /// A task that is left as it is counts as something else, for what is known of its attempts.
    fn count_anew(&mut self, row: &Overtaken, standings: Option<(Standing, Standing)>) {
        if let Some((from, to)) = standings {
            self.deltas.change(CountedUnder { task_func: &row.task_func, batch_id: row.batch_id }, from, to);
        }
    }

    fn moved_late(&mut self, row: &Overtaken, to: Standing) {
        let place = CountedUnder { task_func: &row.task_func, batch_id: row.batch_id };
        self.deltas.change(place, row.standing(), to);
        self.changed = true;
    }
}

fn overtaken(row: &Row, fence: &Fence<'_>) -> Overtaken {
    let (recipient, content, sender) = (text(row, 12), text(row, 13), text(row, 14));
    let message = recipient.zip(content).map(|(recipient, text)| Message { recipient, text, sender });
    let says = Says { message, args: text(row, 15), kwargs: text(row, 16) };
    Overtaken {
        state: text(row, 0).and_then(|word| State::parse(&word)),
        attempt: small(row, 1),
        worker: whole(row, 2),
        task_func: text(row, 3).unwrap_or_default(),
        batch_id: whole(row, 4),
        unknown: truth(row, 5),
        attempts_left: truth(row, 6),
        started: truth(row, 7),
        recorded: text(row, 8),
        departed: whole(row, 9).unwrap_or(0),
        created: fence.is_created(optional_time(row, 10)),
        claimed: fence.is_claimed(optional_time(row, 11)),
        same: fence.claim.is_none_or(|claim| claim.found(&says)),
    }
}
