//! Lanes: how a claim finds them, what attempts say about them, and orders for them by hand.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::change::Audit;
use super::column::{optional_time, small, text, whole};
use super::exchange::Ledger;
use super::{SqliteStore, sql};
use crate::queue::{LaneOrder, LaneWord};
use crate::store::lane::{Gate, LaneRow, PROBE_LEASE, Said, Stored, ahead_of};
use crate::store::time::{due_at, to_text};
use crate::store::uptime::Uptime;
use crate::store::{Barrier, LaneStatus, ROWS_MAX, Result, ShutLane, Turn, Wanted};

impl SqliteStore {
    pub(super) fn list_lanes(&self) -> Result<Vec<LaneStatus>> {
        let now = self.now();
        self.read(|transaction| {
            let rows = || -> rusqlite::Result<Vec<LaneStatus>> {
                let mut statement = transaction.prepare_cached(sql!("lane_list"))?;
                statement.query_map([ROWS_MAX as i64], |row| Ok(stored(row)?.status(now)))?.collect()
            };
            rows().map_err(|e| self.speak.of(e))
        })
    }

    pub(super) fn order_lane(&self, lane: &str, order: &LaneOrder) -> Result<bool> {
        let now = self.now();
        self.write_if(|transaction| {
            let ordered = || -> rusqlite::Result<bool> {
                let changed = match order {
                    LaneOrder::Pause { until, reason } => {
                        let until = until.map(|until| to_text(due_at(until, now)));
                        let row = params![lane, to_text(now), until, reason];
                        transaction.prepare_cached(sql!("lane_pause"))?.execute(row)?
                    }
                    LaneOrder::Resume => transaction.prepare_cached(sql!("lane_resume"))?.execute([lane])?,
                };
                let words = format!("lane={lane}");
                Audit { action: order.as_str(), filter: &words, changed: changed as u64 }.write(transaction, now)?;
                Ok(changed > 0)
            };
            // An order that changed nothing is in the audit log too.
            Ok((ordered().map_err(|e| self.speak.of(e))?, true))
        })
    }
}

impl Ledger<'_> {
    /// Claims for one lane, as far as it is open and its bucket gives; of a closed one that is due to be tried, a probe.
    pub fn serve(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>) -> rusqlite::Result<()> {
        if wanted.count == 0 {
            return Ok(());
        }
        let lane = self.lane(wanted.lane)?;
        match lane.gate(self.now) {
            Gate::Open => self.serve_rated(turn, wanted, &lane)?,
            Gate::Shut(barrier) => self.shut(wanted.lane, barrier),
            Gate::Probe(barrier) => {
                let first = self.out.claims.len();
                self.serve_rated(turn, &Wanted { count: 1, ..wanted.clone() }, &lane)?;
                if let Some(claim) = self.out.claims.get_mut(first) {
                    claim.probe = Some(lane.rests);
                    let next = self.now.saturating_add(PROBE_LEASE).unwrap_or(Timestamp::MAX);
                    let row = params![wanted.lane, to_text(next), turn.worker, self.now_text];
                    self.transaction.prepare_cached(sql!("lane_probe"))?.execute(row)?;
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
    fn serve_rated(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, lane: &LaneRow) -> rusqlite::Result<()> {
        let Some(rate) = wanted.rate else {
            let taken = self.claim(turn, wanted, wanted.count)?;
            self.note_hunger(wanted, taken < wanted.count);
            return Ok(());
        };
        let bucket = lane.bucket(rate, self.now, &self.up);
        let allowed = wanted.count.min(bucket.whole());
        let taken = self.claim(turn, wanted, allowed)?;
        self.note_hunger(wanted, taken < allowed);
        let left = bucket.take(taken);
        if taken > 0 || lane.is_ahead_of(self.now) {
            let at = to_text(lane.counted_until(self.now));
            let up = i64::try_from(self.up.at.as_micros()).unwrap_or(i64::MAX);
            let spend = params![wanted.lane, left.tokens, at, self.up.boot, up];
            self.transaction.prepare_cached(sql!("lane_spend"))?.execute(spend)?;
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

    fn lane(&self, lane: &str) -> rusqlite::Result<LaneRow> {
        let found = self
            .transaction
            .prepare_cached(sql!("lane_get"))?
            .query_row([lane], |row| {
                Ok(LaneRow {
                    paused: row.get(0)?,
                    paused_until: optional_time(row, 1)?,
                    closed_until: optional_time(row, 2)?,
                    closed_reason: text(row, 3)?,
                    rests: small(row, 4)?,
                    is_probed: row.get(5)?,
                    tokens: row.get(6)?,
                    refilled_at: optional_time(row, 7)?,
                    refilled_up: uptime(row, 8)?,
                    rested_at: optional_time(row, 10)?,
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Writes what an attempt, or a probe, found out about its lane.
    pub fn tell_lane(&mut self, lane: &str, (word, prober): Said<'_>) -> rusqlite::Result<()> {
        match word {
            LaneWord::Close { reason, span, error } => {
                let until = to_text(self.now.saturating_add(*span).unwrap_or(Timestamp::MAX));
                let ahead = to_text(ahead_of(self.now));
                let row = params![lane, until, reason.as_str(), error, self.now_text, prober, ahead];
                self.transaction.prepare_cached(sql!("lane_close"))?.execute(row)?;
            }
            LaneWord::Open => {
                self.transaction.prepare_cached(sql!("lane_open"))?.execute(params![lane, prober])?;
            }
            LaneWord::ProbeAgain => {
                let row = params![lane, self.now_text, prober];
                self.transaction.prepare_cached(sql!("lane_probe_again"))?.execute(row)?;
            }
        }
        self.changed = true;
        Ok(())
    }
}

fn uptime(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Uptime>> {
    let (boot, micros) = (text(row, column)?, whole(row, column + 1)?);
    let at = micros.and_then(|micros| u64::try_from(micros).ok()).map(Duration::from_micros);
    Ok(boot.zip(at).map(|(boot, at)| Uptime { boot: boot.into(), at }))
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        lane: text(row, 0)?.unwrap_or_default(),
        paused: row.get(1)?,
        paused_at: optional_time(row, 2)?,
        paused_until: optional_time(row, 3)?,
        paused_reason: text(row, 4)?,
        closed_until: optional_time(row, 5)?,
        closed_reason: text(row, 6)?,
        closed_error: text(row, 7)?,
        closed_at: optional_time(row, 8)?,
        rests: small(row, 9)?,
        is_probed: row.get(10)?,
        rested_at: optional_time(row, 11)?,
    })
}
