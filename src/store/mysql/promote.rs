//! Scheduled tasks and deferred ones whose time has come.

use std::time::Duration;

use jiff::Timestamp;
use mysql::Row;

use super::bind::{ids, values};
use super::column::{id, optional_time, small, text, truth, whole};
use super::exchange::{Ledger, Tokens};
use super::fault::Tried;
use super::lanes::Serving;
use super::sql;
use crate::queue::State;
use crate::store::deltas::{CountedUnder, Standing};
use crate::store::fence::Fatal;
use crate::store::serve;
use crate::store::storm::{self, STORM_MIN};
use crate::store::{PROMOTED_MAX, Result, Turn, Wanted};

/// When that is looked for again which is due and could not be had: another session holds its row, and tells nobody when it lets go.
const HELD_WAIT: Duration = Duration::from_millis(500);

/// When the first scheduled and the first deferred task are due.
#[derive(Clone, Copy)]
pub(super) struct Dues {
    scheduled: Option<Timestamp>,
    deferred: Option<Timestamp>,
}

/// What became of that which was due.
#[derive(Default)]
pub(super) struct Promoted {
    /// Something is no more what it was.
    pub some: bool,
    /// Failed tasks are held back: they are too many.
    pub storms: bool,
}

impl Dues {
    /// What there is to wake up for after all was promoted that could be: nothing that is due already where something due is held
    /// back (`wakes_late`), and otherwise a little later what others hold.
    pub fn ahead(self, now: Timestamp, wakes_late: bool) -> impl Iterator<Item = Timestamp> {
        let later = now.saturating_add(HELD_WAIT).unwrap_or(Timestamp::MAX);
        let dues = [self.scheduled, self.deferred].into_iter().flatten();
        dues.filter(move |at| !wakes_late || *at > now).map(move |at| if at > now { at } else { later })
    }
}

impl Ledger<'_, '_> {
    pub fn dues(&mut self) -> Tried<Dues> {
        let answer = self.transaction.send(sql!("next_due"))?;
        let due = |column| answer.rows.first().and_then(|row| optional_time(row, column));
        Ok(Dues { scheduled: due(0), deferred: due(1) })
    }

    /// Scheduled tasks and deferred ones whose time has come are pending from now on. Those of a storm are held back.
    pub fn promote(&mut self, dues: Dues) -> Tried<Promoted> {
        let is_due = |due: Option<Timestamp>, now| due.is_some_and(|at| at <= now);
        let mut out = Promoted::default();
        if is_due(dues.scheduled, self.now) {
            let due = self.due(State::Scheduled, PROMOTED_MAX)?;
            if due.len() >= PROMOTED_MAX {
                self.expect_more();
            }
            out.some |= !due.is_empty();
            self.promote_all(State::Scheduled, &due)?;
        }
        if is_due(dues.deferred, self.now) {
            let failed = self.due(State::Failed, STORM_MIN)?;
            let found = failed.len();
            let due = self.end_all_spent(failed)?;
            out.storms = due.len() >= STORM_MIN;
            out.some |= if out.storms { due.len() < found } else { found > 0 };
            if !out.storms {
                if found >= STORM_MIN {
                    self.expect_more();
                }
                self.promote_all(State::Failed, &due)?;
            }
        }
        Ok(out)
    }

    /// All was taken that is taken at a time: others that are due may stand behind it.
    fn expect_more(&mut self) {
        self.haul.out.more = true;
        self.haul.expect(self.now, self.now);
    }

    /// After the lanes were served in a storm: what is due of each comes back as far as it keeps nobody waiting.
    pub fn weather(&mut self, turn: &Turn<'_>, tokens: Tokens<'_>) -> Tried<()> {
        let mut fed = Vec::new();
        for wanted in turn.wanted {
            let taken = self.haul.taken(wanted);
            let hungry = self.haul.is_hungry(wanted);
            let back = self.come_back(wanted.task_funcs, storm::share(taken, hungry, fastrand::bool()))?;
            if hungry && back > 0 {
                fed.push(Wanted { count: wanted.count.saturating_sub(taken), ..wanted.clone() });
            }
        }
        if fed.is_empty() {
            return Ok(());
        }
        self.haul.out.more = true;
        let lanes = self.lanes(&fed)?;
        for wanted in &fed {
            if let Some(lane) = lanes.get(wanted.lane) {
                serve::serve(&mut Serving { ledger: self, tokens }, turn, wanted, lane)?;
            }
        }
        Ok(())
    }

    /// Lets at most `most` failed tasks come back that are due; returns how many there were.
    fn come_back(&mut self, task_funcs: &[String], most: usize) -> Tried<usize> {
        let mut back = 0;
        for task_func in storm::in_turns(task_funcs) {
            if back >= most {
                break;
            }
            let most = most - back;
            let sought = i64::try_from(self.care.more(most)).unwrap_or(i64::MAX);
            let due = self.transaction.run(sql!("storm_select"), values![self.now, task_func, sought])?.rows;
            let mut due = self.but_shunned(due)?;
            due.truncate(most);
            let due = self.end_all_spent(due)?;
            self.promote_all(State::Failed, &due)?;
            back += due.len();
        }
        Ok(back)
    }

    /// Ends those that were left no attempt; returns the others.
    fn end_all_spent(&mut self, failed: Vec<Row>) -> Tried<Vec<Row>> {
        let (good, spent): (Vec<_>, Vec<_>) = failed.into_iter().partition(|row| truth(row, 5));
        for row in &spent {
            self.about(id(row, 0)?, |ledger| ledger.end_spent(row))?;
        }
        Ok(good)
    }

    fn due(&mut self, state: State, most: usize) -> Tried<Vec<Row>> {
        let most = i64::try_from(self.care.more(most)).unwrap_or(i64::MAX);
        let due = self.transaction.run(sql!("promote_select"), values![self.now, most, state.as_str()])?.rows;
        self.but_shunned(due)
    }

    fn but_shunned(&self, due: Vec<Row>) -> Tried<Vec<Row>> {
        let mut out = Vec::with_capacity(due.len());
        for row in due {
            if !self.care.leaves_alone(id(&row, 0)?) {
                out.push(row);
            }
        }
        Ok(out)
    }

    fn promote_all(&mut self, state: State, due: &[Row]) -> Tried<()> {
        let at_once = if self.care.one_by_one { 1 } else { due.len().max(1) };
        for part in due.chunks(at_once) {
            self.about(id(&part[0], 0)?, |ledger| ledger.promote_part(state, part))?;
        }
        Ok(())
    }

    fn promote_part(&mut self, state: State, due: &[Row]) -> Tried<()> {
        let numbers = due.iter().map(|row| id(row, 0)).collect::<Result<Vec<_>>>()?;
        let query = sql!("promote_task").replace("{ids}", &ids(numbers));
        self.transaction.put_text_sure(&query, due.len())?;
        // They may stand before all that was pending.
        self.firsts.clear();
        for row in due {
            let task_func = text(row, 2).unwrap_or_default();
            let place = CountedUnder { task_func: &task_func, batch_id: whole(row, 3) };
            let from = Standing { state, unknown: truth(row, 4), attempts_left: truth(row, 5) };
            self.deltas.change(place, from, Standing::of(State::Pending));
        }
        self.haul.out.promoted += due.len() as u64;
        self.changed = true;
        Ok(())
    }

    /// Another program left it fewer attempts than were made: it is not tried again, and says so as any other does.
    fn end_spent(&mut self, row: &Row) -> Tried<()> {
        let task = id(row, 0)?;
        self.transaction.put_sure(sql!("retry_spent"), values![task], 1)?;
        if !truth(row, 7) {
            self.bury_task(Fatal { id: task, max_retries: small(row, 6), message: None })?;
        }
        self.changed = true;
        Ok(())
    }
}
