//! Scheduled tasks and deferred ones whose time has come.

use rusqlite::params;

use super::column::{small, text, whole};
use super::exchange::{Ledger, expect_one};
use super::settle::Fatal;
use super::{SqliteStore, sql};
use crate::queue::State;
use crate::store::deltas::{Place, Standing};
use crate::store::storm::{self, STORM_MIN};
use crate::store::{PROMOTED_MAX, Result, Turn, Wanted};

/// A task whose time has come.
pub(super) struct DueTask {
    id: i64,
    state: State,
    task_func: String,
    batch_id: Option<i64>,
    unknown: bool,
    attempts_left: bool,
    max_retries: u32,
    has_letter: bool,
}

impl SqliteStore {
    /// Scheduled tasks and deferred ones whose time has come are pending from now on. Those of a storm are held back.
    pub(super) fn promote(&self, ledger: &mut Ledger<'_>) -> Result<Vec<DueTask>> {
        let due = ledger.due().map_err(|e| self.speak.of(e))?;
        let (failed, scheduled): (Vec<_>, Vec<_>) = due.into_iter().partition(|task| task.state == State::Failed);
        let (failed, spent): (Vec<_>, Vec<_>) = failed.into_iter().partition(|task| task.attempts_left);
        for task in &spent {
            ledger.end_spent(task).map_err(|e| self.speak.of(e))?;
        }
        ledger.out.more |= scheduled.len() >= PROMOTED_MAX;
        self.promote_all(ledger, &scheduled)?;
        if failed.len() >= STORM_MIN {
            return Ok(failed);
        }
        self.promote_all(ledger, &failed)?;
        Ok(Vec::new())
    }

    fn promote_all(&self, ledger: &mut Ledger<'_>, due: &[DueTask]) -> Result<()> {
        for task in due {
            ledger.promote_one(task).map_err(|e| self.speak.of(e))?;
        }
        Ok(())
    }

    /// After the lanes were served: those of a storm come back as far as they keep nobody waiting.
    pub(super) fn weather(&self, ledger: &mut Ledger<'_>, turn: &Turn<'_>, held: &[DueTask]) -> Result<()> {
        if held.is_empty() {
            return Ok(());
        }
        let hungry = ledger.hungry;
        let share = storm::share(held.len(), ledger.out.claims.len(), hungry, fastrand::bool());
        self.promote_all(ledger, &held[..share])?;
        if hungry {
            ledger.out.more = true;
            for wanted in turn.wanted {
                let taken = ledger.out.claims.iter().filter(|claim| claim.lane == wanted.lane).count();
                let rest = Wanted { count: wanted.count.saturating_sub(taken), ..wanted.clone() };
                ledger.serve(turn, &rest).map_err(|e| self.speak.of(e))?;
            }
        }
        Ok(())
    }
}

impl Ledger<'_> {
    fn due(&self) -> rusqlite::Result<Vec<DueTask>> {
        let mut statement = self.transaction.prepare_cached(sql!("promote_select"))?;
        let rows = statement.query_map(params![self.now_text, PROMOTED_MAX as i64, STORM_MIN as i64], |row| {
            Ok(DueTask {
                id: row.get(0)?,
                state: State::of_word(&text(row, 1)?.unwrap_or_default()),
                task_func: text(row, 2)?.unwrap_or_default(),
                batch_id: whole(row, 3)?,
                unknown: row.get(4)?,
                attempts_left: row.get::<_, Option<bool>>(5)?.unwrap_or(false),
                max_retries: small(row, 6)?,
                has_letter: row.get(7)?,
            })
        })?;
        rows.collect()
    }

    fn promote_one(&mut self, task: &DueTask) -> rusqlite::Result<()> {
        let row = params![task.id, task.state.as_str()];
        expect_one(self.transaction.prepare_cached(sql!("promote_task"))?.execute(row)?, task.id)?;
        let place = Place { task_func: &task.task_func, batch_id: task.batch_id };
        let from = Standing { state: task.state, unknown: task.unknown, attempts_left: task.attempts_left };
        self.deltas.change(place, from, Standing::of(State::Pending));
        self.out.promoted += 1;
        self.changed = true;
        Ok(())
    }

    /// Another program left it fewer attempts than were made: it is not tried again, and says so as any other does.
    fn end_spent(&mut self, task: &DueTask) -> rusqlite::Result<()> {
        expect_one(self.transaction.prepare_cached(sql!("retry_spent"))?.execute([task.id])?, task.id)?;
        if !task.has_letter {
            self.bury(Fatal { id: task.id, max_retries: task.max_retries, message: None })?;
        }
        self.changed = true;
        Ok(())
    }
}
