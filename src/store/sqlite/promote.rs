//! Scheduled tasks and deferred ones whose time has come.

use rusqlite::{Row, params};

use super::column::{small, text, whole};
use super::exchange::Ledger;
use super::ignored::expect_one;
use super::{SqliteStore, sql};
use crate::queue::State;
use crate::store::deltas::{CountedUnder, Standing};
use crate::store::fence::Fatal;
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
    /// Scheduled tasks and deferred ones whose time has come are pending from now on. Those of a storm are held back; whether it
    /// is one.
    pub(super) fn promote(&self, ledger: &mut Ledger<'_>) -> Result<bool> {
        ledger.promote().map_err(|e| self.speak.of(e))
    }

    /// After the lanes were served in a storm: what is due of each comes back as far as it keeps nobody waiting.
    pub(super) fn weather(&self, ledger: &mut Ledger<'_>, turn: &Turn<'_>) -> Result<()> {
        turn.wanted.iter().try_for_each(|wanted| ledger.weather(turn, wanted)).map_err(|e| self.speak.of(e))
    }
}

impl Ledger<'_> {
    fn promote(&mut self) -> rusqlite::Result<bool> {
        let (failed, scheduled): (Vec<_>, Vec<_>) =
            self.due()?.into_iter().partition(|task| task.state == State::Failed);
        self.haul.out.more |= scheduled.len() >= PROMOTED_MAX;
        scheduled.iter().try_for_each(|task| self.promote_one(task))?;
        let failed = self.end_all_spent(failed)?;
        if failed.len() >= STORM_MIN {
            return Ok(true);
        }
        failed.iter().try_for_each(|task| self.promote_one(task))?;
        Ok(false)
    }

    fn weather(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>) -> rusqlite::Result<()> {
        let taken = self.haul.taken(wanted);
        let hungry = self.haul.is_hungry(wanted);
        let back = self.come_back(wanted.task_funcs, storm::share(taken, hungry, fastrand::bool()))?;
        if hungry && back > 0 {
            self.haul.out.more = true;
            self.serve(turn, &Wanted { count: wanted.count.saturating_sub(taken), ..wanted.clone() })?;
        }
        Ok(())
    }

    /// Lets at most `most` failed tasks come back that are due; returns how many there were.
    fn come_back(&mut self, task_funcs: &[String], most: usize) -> rusqlite::Result<usize> {
        let mut back = 0;
        for task_func in storm::in_turns(task_funcs) {
            if back >= most {
                break;
            }
            let due = self.due_of(task_func, most - back)?;
            let due = self.end_all_spent(due)?;
            due.iter().try_for_each(|task| self.promote_one(task))?;
            back += due.len();
        }
        Ok(back)
    }

    fn due(&self) -> rusqlite::Result<Vec<DueTask>> {
        let mut statement = self.transaction.prepare_cached(sql!("promote_select"))?;
        let most = [PROMOTED_MAX, STORM_MIN].map(|most| self.care.more(most) as i64);
        let due = statement.query_map(params![self.now_text, most[0], most[1]], due_task)?;
        self.but_shunned(due)
    }

    fn due_of(&self, task_func: &str, most: usize) -> rusqlite::Result<Vec<DueTask>> {
        let mut statement = self.transaction.prepare_cached(sql!("storm_select"))?;
        let due = statement.query_map(params![self.now_text, task_func, self.care.more(most) as i64], due_task)?;
        Ok(self.but_shunned(due)?.into_iter().take(most).collect())
    }

    fn but_shunned(&self, due: impl Iterator<Item = rusqlite::Result<DueTask>>) -> rusqlite::Result<Vec<DueTask>> {
        due.filter(|task| task.as_ref().map_or(true, |task| !self.care.leaves_alone(task.id))).collect()
    }

    /// Ends those that were left no attempt; returns the others.
    fn end_all_spent(&mut self, failed: Vec<DueTask>) -> rusqlite::Result<Vec<DueTask>> {
        let (good, spent): (Vec<_>, Vec<_>) = failed.into_iter().partition(|task| task.attempts_left);
        spent.iter().try_for_each(|task| self.end_spent(task))?;
        Ok(good)
    }

    fn promote_one(&mut self, task: &DueTask) -> rusqlite::Result<()> {
        self.care.begin(task.id);
        let row = params![task.id, task.state.as_str()];
        let promoted = self.transaction.prepare_cached(sql!("promote_task"))?.execute(row)?;
        expect_one(self.transaction, promoted, (task.id, task.state))?;
        self.care.end();
        let place = CountedUnder { task_func: &task.task_func, batch_id: task.batch_id };
        let from = Standing { state: task.state, unknown: task.unknown, attempts_left: task.attempts_left };
        self.deltas.change(place, from, Standing::of(State::Pending));
        self.haul.out.promoted += 1;
        self.changed = true;
        Ok(())
    }

    /// Another program left it fewer attempts than were made: it is not tried again, and says so as any other does.
    fn end_spent(&mut self, task: &DueTask) -> rusqlite::Result<()> {
        self.care.begin(task.id);
        let ended = self.transaction.prepare_cached(sql!("retry_spent"))?.execute([task.id])?;
        expect_one(self.transaction, ended, (task.id, State::Failed))?;
        if !task.has_letter {
            self.bury_task(Fatal { id: task.id, max_retries: task.max_retries, message: None })?;
        }
        self.care.end();
        self.changed = true;
        Ok(())
    }
}

fn due_task(row: &Row<'_>) -> rusqlite::Result<DueTask> {
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
}
