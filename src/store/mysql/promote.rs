//! Scheduled tasks and deferred ones whose time has come.

use jiff::Timestamp;
use mysql::Row;

use super::bind::{ids, values};
use super::column::{id, optional_time, small, text, truth, whole};
use super::exchange::Ledger;
use super::fault::Tried;
use super::settle::Fatal;
use super::sql;
use crate::queue::State;
use crate::store::deltas::{Place, Standing};
use crate::store::storm::{self, STORM_MIN};
use crate::store::{PROMOTED_MAX, Turn, Wanted};

/// When the first scheduled and the first deferred task are due.
#[derive(Clone, Copy)]
pub(super) struct Dues {
    scheduled: Option<Timestamp>,
    deferred: Option<Timestamp>,
}

impl Dues {
    /// What there is to wake up for; in a storm nothing that is due already.
    pub fn ahead(self, now: Timestamp, storms: bool) -> impl Iterator<Item = Timestamp> {
        let dues = [self.scheduled, self.deferred].into_iter().flatten();
        dues.filter(move |at| !storms || *at > now)
    }
}

impl Ledger<'_, '_> {
    pub fn dues(&mut self) -> Tried<Dues> {
        let answer = self.transaction.send(sql!("next_due"))?;
        let due = |column| answer.rows.first().and_then(|row| optional_time(row, column));
        Ok(Dues { scheduled: due(0), deferred: due(1) })
    }

    /// Scheduled tasks and deferred ones whose time has come are pending from now on; whether there were any. Those of a storm
    /// are held back, and come with the answer.
    pub fn promote(&mut self, dues: Dues) -> Tried<(bool, Vec<Row>)> {
        let is_due = |due: Option<Timestamp>, now| due.is_some_and(|at| at <= now);
        let mut some = false;
        if is_due(dues.scheduled, self.now) {
            let due = self.due(State::Scheduled, PROMOTED_MAX)?;
            self.out.more |= due.len() >= PROMOTED_MAX;
            some |= !due.is_empty();
            self.promote_all(State::Scheduled, &due)?;
        }
        if is_due(dues.deferred, self.now) {
            let due = self.due(State::Failed, STORM_MIN)?;
            let (due, spent): (Vec<_>, Vec<_>) = due.into_iter().partition(|row| truth(row, 5));
            for row in &spent {
                self.end_spent(row)?;
            }
            some |= !spent.is_empty();
            if due.len() >= STORM_MIN {
                return Ok((some, due));
            }
            some |= !due.is_empty();
            self.promote_all(State::Failed, &due)?;
        }
        Ok((some, Vec::new()))
    }

    /// After the lanes were served: those of a storm come back as far as they keep nobody waiting.
    pub fn weather(&mut self, turn: &Turn<'_>, held: &[Row]) -> Tried<()> {
        if held.is_empty() {
            return Ok(());
        }
        let hungry = self.hungry;
        let share = storm::share(held.len(), self.out.claims.len(), hungry, fastrand::bool());
        self.promote_all(State::Failed, &held[..share])?;
        if hungry {
            self.out.more = true;
            let lanes = self.lanes(turn.wanted)?;
            for wanted in turn.wanted {
                let taken = self.out.claims.iter().filter(|claim| claim.lane == wanted.lane).count();
                let rest = Wanted { count: wanted.count.saturating_sub(taken), ..wanted.clone() };
                if let Some(lane) = lanes.get(wanted.lane) {
                    self.serve(turn, &rest, lane)?;
                }
            }
        }
        Ok(())
    }

    fn due(&mut self, state: State, most: usize) -> Tried<Vec<Row>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        Ok(self.transaction.run(sql!("promote_select"), values![self.now, most, state.as_str()])?.rows)
    }

    fn promote_all(&mut self, state: State, due: &[Row]) -> Tried<()> {
        if due.is_empty() {
            return Ok(());
        }
        let query = sql!("promote_task").replace("{ids}", &ids(due.iter().map(|row| id(row, 0))));
        self.transaction.put_text(&query)?;
        // They may stand before all that was pending.
        self.firsts.clear();
        for row in due {
            let task_func = text(row, 2).unwrap_or_default();
            let place = Place { task_func: &task_func, batch_id: whole(row, 3) };
            let from = Standing { state, unknown: truth(row, 4), attempts_left: truth(row, 5) };
            self.deltas.change(place, from, Standing::of(State::Pending));
        }
        self.out.promoted += due.len() as u64;
        self.changed = true;
        Ok(())
    }

    /// Another program left it fewer attempts than were made: it is not tried again, and says so as any other does.
    fn end_spent(&mut self, row: &Row) -> Tried<()> {
        let task = id(row, 0);
        self.transaction.put(sql!("retry_spent"), values![task])?;
        if !truth(row, 7) {
            self.bury(Fatal { id: task, max_retries: small(row, 6), message: None })?;
        }
        self.changed = true;
        Ok(())
    }
}
