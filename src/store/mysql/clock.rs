//! The time by the server's clock, which decides leases and due times; a test may freeze it.

use std::sync::atomic::Ordering;

use jiff::Timestamp;

use super::bind::{Value, list};
use super::fault::Tried;
use super::session::{Answer, Session};
use super::{MysqlStore, column};
use crate::store::{Clock, time};

impl MysqlStore {
    /// The time of the server, in a statement of its own.
    pub(super) fn now(&self, session: &mut Session) -> Tried<Timestamp> {
        match &self.clock {
            Clock::Frozen(_) => Ok(self.frozen_now()),
            Clock::Database => Ok(time_in(&session.send("SELECT UTC_TIMESTAMP(6)")?)),
        }
    }

    /// The time of a transaction that has begun, whose opening has answered.
    pub(super) fn time_in(&self, opening: &Answer) -> Timestamp {
        match &self.clock {
            Clock::Frozen(_) => self.frozen_now(),
            Clock::Database => time_in(opening),
        }
    }

    /// The time of a transaction that has not begun, as SQL.
    pub(super) fn now_in_sql(&self) -> String {
        match &self.clock {
            Clock::Frozen(_) => list([Value::from(self.frozen_now())]),
            Clock::Database => "UTC_TIMESTAMP(6)".to_owned(),
        }
    }

    fn frozen_now(&self) -> Timestamp {
        match &self.clock {
            Clock::Frozen(micros) => time::of_micros(micros.load(Ordering::SeqCst)),
            Clock::Database => Timestamp::UNIX_EPOCH,
        }
    }
}

/// What the first column of an answer says.
fn time_in(answer: &Answer) -> Timestamp {
    answer.rows.first().and_then(|row| column::optional_time(row, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}
