//! Lanes: how a claim finds them, what attempts say about them, and orders for them by hand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mysql::Row;

use super::bind::{bind, values};
use super::caps::Left;
use super::change::Audit;
use super::column::{optional_time, real, small, text, truth};
use super::exchange::{Ledger, Tokens};
use super::fault::{Fault, Tried};
use super::transaction::Reads;
use super::{MysqlStore, sql};
use crate::queue::{Bucket, LaneOrder, LaneWord, Rate, WorkerId};
use crate::store::lane::{Gate, LaneRow, Said, Stored, ahead_of};
use crate::store::serve::{Haul, LaneRows};
use crate::store::time::due_at;
use crate::store::uptime::Uptime;
use crate::store::{LaneStatus, ROWS_MAX, Result, Turn, Wanted};

impl MysqlStore {
    pub(super) fn list_lanes(&self) -> Result<Vec<LaneStatus>> {
        self.read(|session| {
            let now = self.now(session)?;
            let most = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
            let rows = session.run(sql!("lane_list"), values![most])?.rows;
            Ok(rows.iter().map(|row| stored(row).status(now)).collect())
        })
    }

    pub(super) fn order_lane(&self, lane: &str, order: &LaneOrder) -> Result<bool> {
        let words = format!("lane={lane}");
        self.write_if(Reads::Here, |transaction| {
            let now = transaction.now;
            let changed = match order {
                LaneOrder::Pause { until, reason } => {
                    let until = until.map(|until| due_at(until, now));
                    transaction.run(sql!("lane_pause"), values![lane, now, until, reason.as_ref()])?;
                    true
                }
                LaneOrder::Resume => transaction.run_open(sql!("lane_resume"), values![lane])? > 0,
            };
            Audit { action: order.as_str(), filter: &words, changed: u64::from(changed) }.write(transaction)?;
            // An order that changed nothing is in the audit log too.
            Ok((changed, true))
        })
    }
}

impl Ledger<'_, '_> {
    /// The rows of the lanes that want something. One whose tokens are to be spent, or that is to be probed, is locked, in one
    /// order for all workers.
    pub fn lanes<'w>(&mut self, wanted: &[Wanted<'w>]) -> Tried<BTreeMap<&'w str, LaneRow>> {
        let wanting: BTreeMap<&str, bool> =
            wanted.iter().filter(|lane| lane.count > 0).map(|lane| (lane.lane, lane.rate.is_some())).collect();
        let mut out = BTreeMap::new();
        for (lane, is_rated) in wanting {
            let mut found = self.lane(lane, is_rated)?;
            if is_rated && found.is_none() {
                self.transaction.run(sql!("lane_insert"), values![lane])?;
                found = self.lane(lane, true)?;
            }
            let mut row = found.unwrap_or_default();
            if !is_rated && matches!(row.gate(self.now), Gate::Probe(_)) {
                row = self.lane(lane, true)?.unwrap_or_default();
            }
            out.insert(lane, row);
        }
        Ok(out)
    }

    fn lane(&mut self, lane: &str, locks: bool) -> Tried<Option<LaneRow>> {
        let query = if locks { bind(&lane_get("FOR UPDATE"), values![lane]) } else { look(lane) };
        let found = self.transaction.send(&query)?;
        Ok(found.rows.first().map(|row| LaneRow {
            paused: truth(row, 0),
            paused_until: optional_time(row, 1),
            closed_until: optional_time(row, 2),
            closed_reason: text(row, 3),
            rests: small(row, 4),
            is_probed: truth(row, 5),
            tokens: real(row, 6),
            refilled_at: optional_time(row, 7),
            refilled_up: None,
            rested_at: optional_time(row, 8),
        }))
    }

    /// Writes what an attempt, or a probe, found out about its lane.
    pub fn tell_lane(&mut self, lane: &str, (word, prober): Said<'_>) -> Tried<()> {
        match word {
            LaneWord::Close { reason, span, error } => {
                let until = self.now.saturating_add(*span).unwrap_or(Timestamp::MAX);
                let row = values![lane, until, reason.as_str(), error, self.now, prober, ahead_of(self.now)];
                self.transaction.put(sql!("lane_close"), row)?;
            }
            LaneWord::Open => self.transaction.put(sql!("lane_open"), values![lane, prober])?,
            LaneWord::ProbeAgain => {
                self.transaction.put(sql!("lane_probe_again"), values![lane, self.now, prober])?;
            }
        }
        self.changed = true;
        Ok(())
    }
}

/// A ledger, and how it counts tokens.
pub(super) struct Serving<'a, 'l, 's> {
    pub ledger: &'a mut Ledger<'l, 's>,
    pub tokens: Tokens<'a>,
}

impl LaneRows for Serving<'_, '_, '_> {
    type Error = Fault;

    fn claim_up_to(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, count: usize) -> Tried<usize> {
        self.ledger.claim(turn, wanted, count)
    }

    fn bucket(&self, lane: &str, row: &LaneRow, rate: Rate) -> Bucket {
        let up = Uptime::now(self.tokens.clock);
        self.tokens.caps.hold(lane, row.bucket(rate, self.ledger.now, &up), rate, &up)
    }

    fn leave(&mut self, lane: &str, row: &LaneRow, left: Bucket, is_news: bool) -> Tried<()> {
        self.ledger.left.push(Left { lane: lane.to_owned(), bucket: left, at: self.tokens.began.clone() });
        if is_news {
            let spend = values![lane, left.tokens, row.counted_until(self.ledger.now)];
            self.ledger.transaction.put(sql!("lane_spend"), spend)?;
            self.ledger.changed = true;
        }
        Ok(())
    }

    fn probe(&mut self, lane: &str, until: Timestamp, worker: WorkerId) -> Tried<()> {
        let row = values![lane, until, worker, self.ledger.now];
        self.ledger.transaction.put_sure(sql!("lane_probe"), row, 1)
    }

    fn haul(&mut self) -> &mut Haul {
        &mut self.ledger.haul
    }

    fn now(&self) -> Timestamp {
        self.ledger.now
    }
}

/// The statement that reads the row of a lane, without a lock.
pub(super) fn look(lane: &str) -> String {
    bind(&lane_get(""), values![lane])
}

fn lane_get(lock: &str) -> String {
    sql!("lane_get").replace("{lock}", lock)
}

fn stored(row: &Row) -> Stored {
    Stored {
        lane: text(row, 0).unwrap_or_default(),
        paused: truth(row, 1),
        paused_at: optional_time(row, 2),
        paused_until: optional_time(row, 3),
        paused_reason: text(row, 4),
        closed_until: optional_time(row, 5),
        closed_reason: text(row, 6),
        closed_error: text(row, 7),
        closed_at: optional_time(row, 8),
        rests: small(row, 9),
        is_probed: truth(row, 10),
        rested_at: optional_time(row, 11),
    }
}
