//! Receipts: how it is known whether a transaction was committed whose connection was lost meanwhile.
//!
//! Its token is a primary key, so that of all that is committed under it the server lets one through.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use mysql::Error;

use super::bind::{Value, bind};
use super::fault::{DUPLICATE, Remedy, code, remedy};
use super::session::Session;
use super::transaction::{TRIES_MAX, Tries, restore};
use super::{MysqlStore, column, sql};
use crate::store::Result;
use crate::store::patience::Wait;

/// The number of no try: the receipt of a token that was spent, so that nothing can be committed under it any more.
const SPENT: u32 = i32::MAX.unsigned_abs();

/// Names one transaction, over all its tries. Grows with time, so that receipts are added at the end and removed at the start.
#[derive(Clone, Copy)]
pub(super) struct Token([u8; 16]);

impl Token {
    /// A new one of a transaction that began at `now` by the server's clock, by which old receipts are removed.
    pub fn new(now: Timestamp) -> Token {
        let millis = u128::try_from(now.as_millisecond()).unwrap_or(0);
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
        self.ask(patience, |session| look_for(session, token))
    }

    /// As `committed_try`; and if none was, none ever will be.
    pub(super) fn conclude(&self, token: &Token, patience: Duration) -> Result<Option<u32>> {
        self.ask(patience, |session| match look_for(session, token)? {
            Some(number) => Ok(Some(number)),
            None => spend(session, token),
        })
    }

    /// Asks until it is known, or the time is over.
    fn ask<T>(
        &self,
        patience: Duration,
        mut question: impl FnMut(&mut Session) -> std::result::Result<T, Error>,
    ) -> Result<T> {
        // No deadline shortens it: what is not known would be done twice, or not at all.
        let mut tries = Tries { made: 0, wait: Wait::begin(patience, Arc::default()) };
        loop {
            let error = match self.sessions.get() {
                Err(error) => error,
                Ok(mut session) => match question(&mut session) {
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

/// Runs the statements that are left, writes the receipt, and commits.
pub(super) fn commit(
    session: &mut Session,
    pending: &str,
    token: &Token,
    number: u32,
) -> std::result::Result<(), Error> {
    let values = [Value::Bytes(token.bytes()), Value::from(number)];
    if !session.facts.is_galera {
        return session.send(&format!("{pending}{}", bind(sql!("receipt_insert"), &values))).map(drop);
    }
    // Of two statements in one packet, a node that aborts the transaction in between for the sake of another node's may answer
    // the COMMIT, of nothing by then, with success.
    let (insert, commit) = sql!("receipt_insert").split_once(';').unwrap_or((sql!("receipt_insert"), "COMMIT"));
    session.run(insert, &values)?;
    session.send(commit).map(drop)
}

/// Whether an error of `commit` says that nothing of the transaction is there, or ever will be.
pub(super) fn is_rolled_back(session: &Session, error: &Error) -> bool {
    match code(error) {
        Some(DUPLICATE) => false,
        // A node that leaves its cluster in the midst of a commit does not know whether the others have it already.
        _ if session.facts.is_galera => matches!(code(error), Some(1213 | 1205)),
        Some(1317) => false,
        _ => matches!(remedy(error), Remedy::Repeat | Remedy::Nothing),
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
    Ok(answer.rows.first().map(|row| column::small(row, 0)).filter(|number| *number != SPENT))
}

/// Writes a receipt under the token of a transaction that nobody repeats any more. Of this and a commit that comes late, the
/// server lets one through.
fn spend(session: &mut Session, token: &Token) -> std::result::Result<Option<u32>, Error> {
    session.clean = false;
    match commit(session, "", token, SPENT) {
        Ok(()) => {
            session.clean = true;
            Ok(None)
        }
        // It came just now.
        Err(error) if code(&error) == Some(DUPLICATE) => look_for(session, token),
        Err(error) => Err(error),
    }
}
