//! Lanes: how a claim finds them, what attempts say about them, and orders for them by hand.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::change::Audit;
use super::column::{optional_time, small, text, whole};
use super::exchange::Ledger;
use super::{SqliteStore, sql};
use crate::queue::{Bucket, LaneOrder, LaneWord, Rate, WorkerId};
use crate::store::lane::{LaneRow, Said, Stored, ahead_of};
use crate::store::serve::{self, Haul, LaneRows};
use crate::store::time::{due_at, to_text};
use crate::store::uptime::Uptime;
use crate::store::{LaneStatus, ROWS_MAX, Result, Turn, Wanted};

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
    /// Claims for one lane.
    pub fn serve(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>) -> rusqlite::Result<()> {
        if wanted.count == 0 {
            return Ok(());
        }
        let lane = self.lane(wanted.lane)?;
        serve::serve(self, turn, wanted, &lane)
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

impl LaneRows for Ledger<'_> {
    type Error = rusqlite::Error;

    fn claim_up_to(&mut self, turn: &Turn<'_>, wanted: &Wanted<'_>, count: usize) -> rusqlite::Result<usize> {
        self.claim(turn, wanted, count)
    }

    fn bucket(&self, _: &str, row: &LaneRow, rate: Rate) -> Bucket {
        row.bucket(rate, self.now, &self.up)
    }

    fn leave(&mut self, lane: &str, row: &LaneRow, left: Bucket, is_news: bool) -> rusqlite::Result<()> {
        if is_news {
            let at = to_text(row.counted_until(self.now));
            let up = i64::try_from(self.up.at.as_micros()).unwrap_or(i64::MAX);
            let spend = params![lane, left.tokens, at, self.up.boot, up];
            self.transaction.prepare_cached(sql!("lane_spend"))?.execute(spend)?;
            self.changed = true;
        }
        Ok(())
    }

    fn probe(&mut self, lane: &str, until: Timestamp, worker: WorkerId) -> rusqlite::Result<()> {
        let row = params![lane, to_text(until), worker, self.now_text];
        self.transaction.prepare_cached(sql!("lane_probe"))?.execute(row).map(drop)
    }

    fn haul(&mut self) -> &mut Haul {
        &mut self.haul
    }

    fn now(&self) -> Timestamp {
        self.now
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
