//! Writing an end whose claim no longer holds.

use rusqlite::{OptionalExtension, Row, params};

use super::column::{small, text, whole};
use super::exchange::Ledger;
use super::settle::{Fatal, Fence};
use super::sql;
use crate::queue::{DeadLetterState, Fate, Message, State};
use crate::store::deltas::{CountedUnder, Standing, outcome_word};
use crate::store::late::{ACCEPTED_LATE, Late, Lesson, Overtaken, decide};
use crate::store::time;
use crate::store::{Says, Settled};

impl Ledger<'_> {
    /// Keeps what the end says; `Done` if the task has it now.
    pub(super) fn settle_late(&mut self, fence: Fence<'_>, fate: &Fate) -> rusqlite::Result<Settled> {
        let found = self
            .transaction
            .prepare_cached(sql!("settle_overtaken"))?
            .query_row(params![fence.id, fence.attempt, fence.created_at(), fence.claimed_at()], |row| {
                overtaken(row, &fence)
            })
            .optional()?;
        let Some(row) = found else { return Ok(Settled::Lost) };
        match decide(&row, fence.attempt, fence.worker, fate) {
            Late::Complete { provider_message_id } => self.complete_late(fence, &row, provider_message_id),
            Late::Learn(lesson) => self.learn(fence, &row, &lesson),
            Late::Record { outcome, failure, stayed } => {
                self.record(fence, outcome, failure)?;
                if stayed {
                    self.transaction.prepare_cached(sql!("settle_stayed"))?.execute([fence.id])?;
                    self.count_anew(&row, row.without_one());
                } else if row.departed < 1 {
                    self.transaction.prepare_cached(sql!("settle_left"))?.execute([fence.id])?;
                    self.count_anew(&row, row.with_one());
                }
                Ok(Settled::Lost)
            }
            Late::Recall => {
                self.transaction.prepare_cached(sql!("settle_recalled"))?.execute([fence.id])?;
                self.count_anew(&row, row.without_one());
                self.changed = true;
                Ok(Settled::Lost)
            }
            Late::Nothing => Ok(Settled::Lost),
        }
    }

    fn complete_late(
        &mut self,
        fence: Fence<'_>,
        row: &Overtaken,
        provider_message_id: Option<&str>,
    ) -> rusqlite::Result<Settled> {
        let update = params![fence.id, self.now_text, provider_message_id];
        self.transaction.prepare_cached(sql!("settle_late"))?.execute(update)?;
        if row.recorded.is_some() {
            self.record(fence, "accepted", None)?;
        }
        let (from, to) = (DeadLetterState::Pending.as_str(), DeadLetterState::Abandoned.as_str());
        let letter = params![fence.id, to, None::<&str>, ACCEPTED_LATE];
        let closed = self.transaction.prepare_cached(sql!("dead_letter_learned"))?.execute(letter)?;
        let closed = i64::try_from(closed).unwrap_or(i64::MAX);
        self.deltas.letters(from, -closed);
        self.deltas.letters(to, closed);
        self.moved_late(row, Standing::of(State::Completed));
        self.deltas.happened("accepted");
        Ok(Settled::Done)
    }

    fn learn(&mut self, fence: Fence<'_>, row: &Overtaken, lesson: &Lesson) -> rusqlite::Result<Settled> {
        let error_type = lesson.failure.error_type;
        let message = &lesson.failure.message;
        let again = lesson.again_after.map(|span| self.now.saturating_add(span).unwrap_or(jiff::Timestamp::MAX));
        let update = params![fence.id, again.map(time::to_text), error_type.as_str(), message, lesson.dead];
        self.transaction.prepare_cached(sql!("settle_learned"))?.execute(update)?;
        self.record(fence, outcome_word(error_type), Some(&lesson.failure))?;
        if row.attempts_left && lesson.dead {
            self.bury(Fatal { id: fence.id, max_retries: fence.max_retries, message: fence.message() })?;
        } else if !row.attempts_left {
            let letter = params![fence.id, DeadLetterState::Pending.as_str(), error_type.as_str(), message];
            self.transaction.prepare_cached(sql!("dead_letter_learned"))?.execute(letter)?;
        }
        let attempts_left = row.attempts_left && !lesson.dead;
        self.moved_late(row, Standing { state: State::Failed, unknown: row.departed > 1, attempts_left });
        self.deltas.happened(outcome_word(error_type));
        Ok(Settled::Done)
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

fn overtaken(row: &Row<'_>, fence: &Fence<'_>) -> rusqlite::Result<Overtaken> {
    let (recipient, content, sender) = (text(row, 12)?, text(row, 13)?, text(row, 14)?);
    let message = recipient.zip(content).map(|(recipient, text)| Message { recipient, text, sender });
    let says = Says { message, args: text(row, 15)?, kwargs: text(row, 16)? };
    Ok(Overtaken {
        state: text(row, 0)?.and_then(|word| State::parse(&word)),
        attempt: small(row, 1)?,
        worker: whole(row, 2)?,
        task_func: text(row, 3)?.unwrap_or_default(),
        batch_id: whole(row, 4)?,
        unknown: row.get(5)?,
        attempts_left: row.get(6)?,
        started: row.get(7)?,
        recorded: text(row, 8)?,
        departed: whole(row, 9)?.unwrap_or(0),
        created: row.get(10)?,
        claimed: row.get(11)?,
        same: fence.claim.is_none_or(|claim| claim.found(&says)),
    })
}
