//! Whole transactions: tried again as a whole where that can help, and never repeated while it is in doubt whether they were
//! committed.
//!
//! Every transaction that changes something writes a receipt with a token of its own. When the connection is lost during the
//! COMMIT, another session looks for the receipt, and waits for the lock on it where the lost transaction still lives. All
//! tries of one transaction have the same token, and the token is a primary key: of a commit that comes late and a repetition,
//! the server lets only one through, and the receipt says which. Where there is no repetition any more, the token is spent on
//! nothing, so that a commit which is still on its way can do nothing either.

use std::cell::OnceCell;
use std::time::Duration;

use jiff::Timestamp;
use mysql::Error;

use super::fault::{DUPLICATE, Fault, Remedy, Tried, code, remedy};
use super::packet::Opened;
pub(super) use super::packet::{Opening, Transaction};
use super::receipt::{Token, commit, is_rolled_back};
use super::session::Session;
use super::{MysqlStore, column};
use crate::store::error::Cause;
use crate::store::patience::Wait;
use crate::store::{QueueClosure, Result, StoreError};

/// How often a transaction is tried before its error is told.
pub(super) const TRIES_MAX: u32 = 12;

/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// How long it is asked whether a transaction was committed: a server that is started anew is often back by then.
const DOUBT_TIMEOUT: Duration = Duration::from_secs(10);

/// How a transaction ended that may be in doubt.
pub(super) enum Written<T> {
    Committed(T),
    /// The connection was lost during the COMMIT, and the server could not be asked in time, or not be kept from committing
    /// later. What each try brought whose commit is in doubt, by its number.
    InDoubt {
        values: Vec<(u32, T)>,
        token: Token,
        error: StoreError,
    },
}

impl<T> Written<T> {
    /// What was written, or that nobody knows.
    fn known(self) -> Result<T> {
        match self {
            Written::Committed(value) => Ok(value),
            Written::InDoubt { error, .. } => Err(error),
        }
    }
}

/// How one try ended.
enum TryEnd<T> {
    Committed(T),
    /// It was rolled back, or never began.
    Failed(Fault),
    /// The connection was lost during the COMMIT.
    InDoubt(T, Error),
}

/// What is asked of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// What this server knows.
    Here,
    /// On a cluster: all that was committed anywhere.
    Everywhere,
}

/// Which queues a transaction works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// Those that are open.
    Open,
    /// Closed ones too.
    Any,
}

/// What a try stands under.
struct Terms<'a> {
    /// Given by the first try that begins.
    token: &'a OnceCell<Token>,
    /// Of the try.
    number: u32,
    door: Door,
    reads: Reads,
    opening: &'a Opening,
    /// Whether the commit of an earlier try is in doubt.
    follows_doubt: bool,
}

/// A transaction that has begun.
struct Begun {
    now: Timestamp,
    /// Why the queue is closed.
    closure: Option<QueueClosure>,
    opened: Opened,
}

/// The tries of one transaction.
pub(super) struct Tries {
    pub made: u32,
    pub wait: Wait,
}

impl Tries {
    /// Waits a random moment; false if it was tried often enough.
    #[expect(
        clippy::disallowed_methods,
        reason = "a server announces no release of its locks: there is nothing to wait on"
    )]
    pub fn pause(&mut self) -> bool {
        self.made += 1;
        if self.made >= TRIES_MAX || self.wait.is_over() {
            return false;
        }
        let ceiling = Duration::from_millis(4 << self.made.min(10)).min(PAUSE_MAX);
        std::thread::sleep(ceiling.mul_f64(fastrand::f64()));
        true
    }
}

impl MysqlStore {
    /// Runs `work` in one transaction and commits it; after an error nothing of it is there. `work` may run several times. A
    /// closed queue refuses.
    pub(super) fn write<T>(&self, mut work: impl FnMut(&mut Transaction<'_>) -> Tried<T>) -> Result<T> {
        self.write_if(Reads::Here, |transaction| work(transaction).map(|value| (value, true)))
    }

    /// As `write`, but commits only if `work` says that it changed something.
    pub(super) fn write_if<T>(
        &self,
        reads: Reads,
        work: impl FnMut(&mut Transaction<'_>) -> Tried<(T, bool)>,
    ) -> Result<T> {
        self.write_or_doubt(reads, &Opening::default(), work)?.known()
    }

    /// As `write_if`, whether the queue is closed or not: for what tells of the database, and not of the queue.
    pub(super) fn transact<T>(&self, work: impl FnMut(&mut Transaction<'_>) -> Tried<(T, bool)>) -> Result<T> {
        self.write_at(Door::Any, Reads::Here, &Opening::default(), work)?.known()
    }

    /// As `write_if`; but what `work` brought is not lost when nobody can say whether it was committed. The statements of
    /// `opening` are run as the transaction begins, in their order: where `work` runs the first of their kind, it gets the answer
    /// of that moment.
    pub(super) fn write_or_doubt<T>(
        &self,
        reads: Reads,
        opening: &Opening,
        work: impl FnMut(&mut Transaction<'_>) -> Tried<(T, bool)>,
    ) -> Result<Written<T>> {
        self.write_at(Door::Open, reads, opening, work)
    }

    fn write_at<T>(
        &self,
        door: Door,
        reads: Reads,
        opening: &Opening,
        mut work: impl FnMut(&mut Transaction<'_>) -> Tried<(T, bool)>,
    ) -> Result<Written<T>> {
        let token = OnceCell::new();
        let mut tries = self.tries();
        let mut reads = reads;
        // What tries brought whose commit was in doubt, by the number of the try.
        let mut doubtful: Vec<(u32, T)> = Vec::new();
        loop {
            let mut session = match self.session(&mut tries) {
                Ok(session) => session,
                Err(error) => return self.leave(token.get(), doubtful, error),
            };
            let number = tries.made;
            let follows_doubt = !doubtful.is_empty();
            let terms = Terms { token: &token, number, door, reads, opening, follows_doubt };
            let ending = self.attempt(&mut session, terms, &mut work);
            let host = session.host;
            drop(session);
            let fault = match ending {
                TryEnd::Committed(value) => return Ok(Written::Committed(value)),
                TryEnd::Failed(fault) => fault,
                TryEnd::InDoubt(value, error) => {
                    doubtful.push((number, value));
                    Fault::Driver(error)
                }
            };
            if matches!(fault, Fault::Behind) {
                reads = Reads::Everywhere;
            }
            // What failed may have failed over what an earlier try had done.
            if let Some(token) = token.get().filter(|_| !doubtful.is_empty()) {
                match self.committed_try(token, DOUBT_TIMEOUT) {
                    Ok(None) => {}
                    Ok(Some(number)) => return committed(doubtful, number, self.told(fault)),
                    Err(_) => return Ok(self.in_doubt(*token, doubtful, &self.told(fault))),
                }
            }
            if let Err(error) = self.weigh(fault, host, &mut tries) {
                return self.leave(token.get(), doubtful, error);
            }
        }
    }

    /// The tries are over. A commit that was in doubt and has not come may be on its way still, in a line that somebody holds:
    /// it is made impossible, or it stays in doubt.
    fn leave<T>(&self, token: Option<&Token>, doubtful: Vec<(u32, T)>, error: StoreError) -> Result<Written<T>> {
        let Some(token) = token.filter(|_| !doubtful.is_empty()) else { return Err(error) };
        match self.conclude(token, Duration::ZERO) {
            Ok(None) => Err(error),
            Ok(Some(number)) => committed(doubtful, number, error),
            Err(_) => Ok(self.in_doubt(*token, doubtful, &error)),
        }
    }

    fn in_doubt<T>(&self, token: Token, values: Vec<(u32, T)>, error: &StoreError) -> Written<T> {
        let (location, cause) = (self.speak.location.clone(), Cause(error.to_string()));
        Written::InDoubt { values, token, error: StoreError::Indeterminate { location, cause } }
    }

    /// Runs `work`, which only reads, each statement in a snapshot of its own.
    pub(super) fn read<T>(&self, mut work: impl FnMut(&mut Session) -> Tried<T>) -> Result<T> {
        let mut tries = self.tries();
        loop {
            let mut session = self.session(&mut tries)?;
            session.clean = false;
            let done = work(&mut session);
            session.clean = match &done {
                Ok(_) | Err(Fault::Store(_) | Fault::Behind) => true,
                Err(Fault::Driver(error)) => remedy(error) == Remedy::Repeat,
            };
            let host = session.host;
            drop(session);
            match done {
                Ok(value) => return Ok(value),
                Err(fault) => self.weigh(fault, host, &mut tries)?,
            }
        }
    }

    pub(super) fn tries(&self) -> Tries {
        Tries { made: 0, wait: self.heeded.begin(self.busy_timeout) }
    }

    /// Another try may follow, after a pause; or the error is told.
    fn weigh(&self, fault: Fault, host: usize, tries: &mut Tries) -> Result<()> {
        let error = match fault {
            Fault::Store(error) => return Err(error),
            Fault::Driver(error) => error,
            // It waits for the cluster now.
            Fault::Behind => return Ok(()),
        };
        let remedy = remedy(&error);
        if remedy == Remedy::Elsewhere {
            self.sessions.manager().avoid(host);
        }
        self.meters.met(&error);
        if remedy == Remedy::Nothing || !tries.pause() {
            return Err(self.speak.of(&error));
        }
        self.meters.repeated.add(1);
        Ok(())
    }

    fn attempt<T>(
        &self,
        session: &mut Session,
        terms: Terms<'_>,
        work: &mut impl FnMut(&mut Transaction<'_>) -> Tried<(T, bool)>,
    ) -> TryEnd<T> {
        session.clean = false;
        let sync = session.facts.is_galera && terms.reads == Reads::Everywhere;
        let Begun { now, closure, opened } = match self.begin(session, sync, terms.opening) {
            Ok(begun) => begun,
            Err(error) => return TryEnd::Failed(Fault::Driver(error)),
        };
        if let Some(closure) = closure.filter(|_| terms.door == Door::Open) {
            session.clean = roll_back(session, sync).is_ok();
            return TryEnd::Failed(closure.refusal(&self.speak.location).into());
        }
        let may_be_behind = session.facts.is_galera && !sync;
        let mut transaction = Transaction::new(session, now, opened).maybe_behind(may_be_behind);
        let done = work(&mut transaction);
        let pending = transaction.into_pending();
        let (value, changed) = match done {
            Ok(done) => done,
            Err(fault) => {
                // A lock wait that ran out rolls back its statement alone.
                session.clean = roll_back(session, sync).is_ok();
                return TryEnd::Failed(fault);
            }
        };
        // After a doubt the receipt has to say which try counts: a try that finds nothing left to do may follow one that did it.
        if !changed && !terms.follows_doubt {
            return match roll_back(session, sync) {
                Ok(()) => {
                    session.clean = true;
                    TryEnd::Committed(value)
                }
                // Nothing was to be kept.
                Err(_) => TryEnd::Committed(value),
            };
        }
        match commit(session, &pending, terms.token.get_or_init(|| Token::new(now)), terms.number) {
            Ok(()) => {
                session.clean = restore(session, sync).is_ok();
                TryEnd::Committed(value)
            }
            Err(error) if is_rolled_back(session, &error) => {
                session.clean = roll_back(session, sync).is_ok();
                TryEnd::Failed(Fault::Driver(error))
            }
            // An earlier try of this transaction was committed after all, and the receipt says which; or nobody can say.
            Err(error) => {
                session.clean = code(&error) == Some(DUPLICATE) && roll_back(session, sync).is_ok();
                TryEnd::InDoubt(value, error)
            }
        }
    }

    /// Begins a transaction, and asks what it opens with.
    fn begin(&self, session: &mut Session, sync: bool, opening: &Opening) -> std::result::Result<Begun, Error> {
        if sync {
            session.send("SET SESSION wsrep_sync_wait = 1")?;
        }
        let (answer, opened) = opening.send(session)?;
        let row = answer.rows.first();
        let now = self.time_in(&answer);
        Ok(Begun { now, closure: row.and_then(|row| closure_at(row, 1)), opened })
    }

    /// The error of work outside the loop of tries.
    pub(super) fn told(&self, fault: Fault) -> StoreError {
        match fault {
            Fault::Store(error) => error,
            Fault::Driver(error) => self.speak.of(&error),
            Fault::Behind => {
                let (location, cause) =
                    (self.speak.location.clone(), Cause("the node lags behind its cluster".to_owned()));
                StoreError::ServerBusy { location, cause }
            }
        }
    }
}

/// The closure in three columns of a row, if there is one.
pub(super) fn closure_at(row: &mysql::Row, at: usize) -> Option<QueueClosure> {
    let word = |column| column::text(row, at + column);
    Some(QueueClosure::of_row(&word(0)?, word(1)?, word(2)?))
}

/// What the try of this number brought.
fn committed<T>(doubtful: Vec<(u32, T)>, number: u32, error: StoreError) -> Result<Written<T>> {
    let found = doubtful.into_iter().find(|(tried, _)| *tried == number);
    found.map_or(Err(error), |(_, value)| Ok(Written::Committed(value)))
}

fn roll_back(session: &mut Session, sync: bool) -> std::result::Result<(), Error> {
    session.send("ROLLBACK")?;
    restore(session, sync)
}

pub(super) fn restore(session: &mut Session, sync: bool) -> std::result::Result<(), Error> {
    if sync {
        session.send("SET SESSION wsrep_sync_wait = 0")?;
    }
    Ok(())
}
