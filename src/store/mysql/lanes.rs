//! Lanes: how a claim finds them, what attempts say about them, and orders for them by hand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use mysql::Row;

use super::bind::{bind, values};
use super::caps::Left;
use super::change::Audit;
use super::column::{optional_time, real, small, text, truth};
use super::exchange::{Ledger, Tokens};
use super::fault::Tried;
use super::transaction::Reads;
use super::{MysqlStore, sql};
use crate::queue::{LaneOrder, LaneWord};
use crate::store::lane::{Gate, LaneRow, PROBE_LEASE, Said, Stored, ahead_of};
use crate::store::time::due_at;
use crate::store::uptime::Uptime;
use crate::store::{Barrier, LaneStatus, ROWS_MAX, Result, ShutLane, Turn, Wanted};

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

    /// Claims for one lane, as far as it is open and its bucket gives; of a closed one that is due to be tried, a probe.
    pub fn serve(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, lane: &LaneRow, tokens: Tokens<'_>) -> Tried<()> {
        if wanted.count == 0 {
            return Ok(());
        }
        match lane.gate(self.now) {
            Gate::Open => self.serve_rated(turn, wanted, lane, tokens)?,
            Gate::Shut(barrier) => self.shut(wanted.lane, barrier),
            Gate::Probe(barrier) => {
                let first = self.out.claims.len();
                self.serve_rated(turn, &Wanted { count: 1, ..wanted.clone() }, lane, tokens)?;
                if let Some(claim) = self.out.claims.get_mut(first) {
                    claim.probe = Some(lane.rests);
                    let next = self.now.saturating_add(PROBE_LEASE).unwrap_or(Timestamp::MAX);
                    self.transaction.put_sure(
                        sql!("lane_probe"),
                        values![wanted.lane, next, turn.worker, self.now],
                        1,
                    )?;
                    self.shut(wanted.lane, barrier);
                } else {
                    // Nothing waits for it, or its bucket is empty: the way is still to be tried.
                    self.out.shut.push(ShutLane { lane: wanted.lane.to_owned(), barrier: barrier.due() });
                }
            }
        }
        Ok(())
    }

    fn shut(&mut self, lane: &str, barrier: Barrier) {
        if let Some(opens_in) = barrier.opens_in {
            self.expect_of_lane(self.now.saturating_add(opens_in).unwrap_or(Timestamp::MAX));
        }
        if !self.out.shut.iter().any(|shut| shut.lane == lane) {
            self.out.shut.push(ShutLane { lane: lane.to_owned(), barrier });
        }
    }

    /// Claims for an open lane, as its bucket gives.
    fn serve_rated(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, lane: &LaneRow, tokens: Tokens<'_>) -> Tried<()> {
        let Some(rate) = wanted.rate else {
            let taken = self.claim(turn, wanted, wanted.count)?;
            self.note_hunger(wanted, taken < wanted.count);
            return Ok(());
        };
        let up = Uptime::now(tokens.clock);
        let bucket = tokens.caps.hold(wanted.lane, lane.bucket(rate, self.now, &up), rate, &up);
        let allowed = wanted.count.min(bucket.whole());
        let taken = self.claim(turn, wanted, allowed)?;
        self.note_hunger(wanted, taken < allowed);
        let left = bucket.take(taken);
        self.left.push(Left { lane: wanted.lane.to_owned(), bucket: left, at: tokens.began.clone() });
        if taken > 0 || lane.is_ahead_of(self.now) {
            self.transaction
                .put(sql!("lane_spend"), values![wanted.lane, left.tokens, lane.counted_until(self.now)])?;
            self.changed = true;
        }
        if left.whole() == 0 {
            let wait = left.next_token(rate);
            self.expect_of_lane(self.now.saturating_add(wait).unwrap_or(Timestamp::MAX));
        }
        Ok(())
    }

    fn note_hunger(&mut self, wanted: &Wanted<'_>, is_hungry: bool) {
        self.hungry.extend(is_hungry.then(|| wanted.lane.to_owned()));
    }

    /// Whether the lane could have taken more than there was.
    pub fn is_hungry(&self, wanted: &Wanted<'_>) -> bool {
        self.hungry.iter().any(|lane| lane == wanted.lane)
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
