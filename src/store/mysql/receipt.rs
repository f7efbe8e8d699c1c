//! Receipts: which transactions were committed, for those that never got the answer.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use mysql::Error;

use super::bind::Value;
use super::session::Session;
use super::transaction::{TRIES_MAX, Tries, restore};
use super::{MysqlStore, column, sql};
use crate::store::Result;

/// Names one transaction, over all its tries. Grows with time, so that receipts are added at the end and removed at the start.
#[derive(Clone, Copy)]
pub(super) struct Token([u8; 16]);

impl Token {
    pub fn new() -> Token {
        let millis = u128::try_from(Timestamp::now().as_millisecond()).unwrap_or(0);
        Token(((millis << 80) | (fastrand::u128(..) >> 48)).to_be_bytes())
    }

    /// The least token of a time.
    pub fn at(at: Timestamp) -> Token {
        let millis = u128::try_from(at.as_millisecond()).unwrap_or(0);
        Token((millis << 80).to_be_bytes())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl MysqlStore {
    /// Which try of the transaction of `token` was committed, if any; waits for it where it is still under way.
    pub(super) fn committed_try(&self, token: &Token, patience: Duration) -> Result<Option<u32>> {
        let end = Instant::now() + patience;
        let mut tries = Tries { made: 0, end };
        loop {
            let error = match self.sessions.get() {
                Err(error) => error,
                Ok(mut session) => match look_for(&mut session, token) {
                    Ok(found) => {
                        self.meters.resolved_commits.add(1);
                        return Ok(found);
                    }
                    Err(error) => self.speak.of(&error),
                },
            };
            // Nothing else may happen before this is known: it is asked until the time is over, however often.
            tries.made = tries.made.min(TRIES_MAX - 2);
            if !tries.pause() {
                return Err(error);
            }
        }
    }
}

/// Reads with a lock: a transaction that holds the receipt has to end first.
fn look_for(session: &mut Session, token: &Token) -> std::result::Result<Option<u32>, Error> {
    session.clean = false;
    let sync = session.facts.is_galera;
    if sync {
        session.send("SET SESSION wsrep_sync_wait = 1")?;
    }
    let answer = session.run(sql!("receipt_get"), &[Value::Bytes(token.bytes())])?;
    restore(session, sync)?;
    session.clean = true;
    Ok(answer.rows.first().map(|row| column::small(row, 0)))
}
