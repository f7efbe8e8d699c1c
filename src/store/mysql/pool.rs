//! The pool: how it gets its sessions, and which of them may be used again.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use r2d2::{ManageConnection, PooledConnection};

use super::MysqlStore;
use super::dial;
use super::hosts::{Rests, Silence, first_of};
use super::session::{self, Needs, Patience, Session, Terms};
use super::transaction::Tries;
use crate::panics::catch;
use crate::store::counters::{Counters, Meter};
use crate::store::{Pool, Result, Server, StoreError};

/// A session that lay idle for less is not tried before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// How long a session on another host than the first is used before the first is tried again.
const STAND_IN: Duration = Duration::from_secs(60);

/// How often the pool looks whether its attempt to connect has failed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// The pool waits no longer than half of this between two attempts to connect.
const ATTEMPTS_WITHIN: Duration = Duration::from_secs(2);

/// Makes sessions and judges them.
pub(super) struct Manager {
    server: Arc<Server>,
    pool: Pool,
    needs: Needs,
    live: Arc<AtomicU32>,
    rests: Rests,
    /// Why the last attempt to connect failed.
    failure: Mutex<Option<StoreError>>,
}

/// Why a session cannot be used. What a caller is told stands in `Manager::failure`.
#[derive(Debug, thiserror::Error)]
#[error("the session cannot be used")]
pub(super) struct Unusable;

impl Manager {
    pub fn new(server: Server, pool: Pool, needs: Needs) -> Manager {
        let rests = Rests::new(server.hosts.len());
        Manager { server: Arc::new(server), pool, needs, live: Arc::default(), rests, failure: Mutex::default() }
    }

    /// A session on the first host that serves.
    pub fn open(&self, patience: Patience) -> Result<Session> {
        match self.open_on(Terms { patience, needs: self.needs }) {
            // It is known of each of them.
            Err(StoreError::NotMigrated { .. }) if self.needs == Needs::TablesIfAny => {
                self.open_on(Terms { patience, needs: Needs::Nothing })
            }
            opened => opened,
        }
    }

    fn open_on(&self, terms: Terms) -> Result<Session> {
        let (server, live) = (Arc::clone(&self.server), Arc::clone(&self.live));
        let silence = Silence { of_one: dial::CONNECT_TIMEOUT, of_last: dial::READ_TIMEOUT };
        first_of(&self.rests, silence, &self.server.display(), move |at| session::connect(&server, at, terms, &live))
    }

    /// The host of a session takes no writes, or left its cluster.
    pub fn avoid(&self, host: usize) {
        self.rests.avoid(host);
    }

    fn take_failure(&self) -> Option<StoreError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Whether a session may be used once more: not too old, and alive.
    fn judge(&self, session: &mut Session) -> std::result::Result<(), Unusable> {
        let age = session.born.elapsed();
        let is_old = self.pool.recycle.is_some_and(|recycle| age > recycle);
        // The server ends sessions that are silent for long.
        let is_ended = session.used.elapsed() >= Duration::from_secs(session::SILENCE_MAX_S);
        if is_old || is_ended || (session.host > 0 && age > STAND_IN) {
            return Err(Unusable);
        }
        if self.pool.pre_ping && session.used.elapsed() > FRESH {
            return session.reset(Patience::Short).map_err(|_| Unusable);
        }
        Ok(())
    }
}

/// The sessions of a store.
pub(super) struct Sessions {
    pool: r2d2::Pool<Shared>,
    manager: Shared,
    settings: Pool,
    waits: Meter,
}

impl Sessions {
    pub fn new(server: Server, settings: Pool, needs: Needs) -> Result<Sessions> {
        let location = server.display();
        let manager = Shared(Arc::new(Manager::new(server, settings, needs)));
        let builder = r2d2::Pool::builder()
            .max_size(settings.size.saturating_add(settings.max_overflow).max(1))
            .min_idle(Some(0))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_on_check_out(true)
            .connection_timeout(ATTEMPTS_WITHIN)
            .error_handler(Box::new(r2d2::NopErrorHandler));
        // The pool starts threads of its own, and panics where the system gives none.
        let pool = catch(|| builder.build_unchecked(manager.clone())).map_err(|_| StoreError::no_thread(&location))?;
        Ok(Sessions { pool, manager, settings, waits: Meter::default() })
    }

    pub fn manager(&self) -> &Manager {
        &self.manager.0
    }

    /// With what the pool has to tell.
    pub fn counted(&self, counters: Counters) -> Counters {
        Counters { pool_waits: self.waits.get(), ..counters.with_pool(self.pool.state(), self.settings.size) }
    }

    /// A session that nobody else uses. A server that has too many connections is given time; all other failures to connect
    /// are told at once.
    pub fn get(&self) -> Result<PooledConnection<Shared>> {
        let end = Instant::now() + self.settings.timeout;
        let mut busy = self.manager().take_failure().and(None);
        let state = self.pool.state();
        if state.idle_connections == 0 && state.connections >= self.pool.max_size() {
            self.waits.add(1);
        }
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if let Ok(session) = self.pool.get_timeout(left.min(LOOK_EVERY)) {
                return Ok(session);
            }
            let is_over = left.is_zero();
            match self.manager().take_failure() {
                Some(error @ StoreError::ServerBusy { .. }) if !is_over => busy = Some(error),
                Some(error) => return Err(error),
                None if is_over => return Err(busy.unwrap_or(StoreError::PoolExhausted)),
                None => {}
            }
        }
    }
}

impl MysqlStore {
    /// A session for the next try. One that is cut off while it is set up counts as a try.
    pub(super) fn session(&self, tries: &mut Tries) -> Result<PooledConnection<Shared>> {
        self.unless_cut_off(tries, || self.sessions.get())
    }

    /// A session of its own, for work that reads whole tables.
    pub(super) fn long_session(&self) -> Result<Session> {
        self.unless_cut_off(&mut self.tries(), || self.sessions.manager().open(Patience::Long))
    }

    fn unless_cut_off<T>(&self, tries: &mut Tries, open: impl Fn() -> Result<T>) -> Result<T> {
        loop {
            match open() {
                Err(StoreError::CutOff { .. }) if tries.pause() => self.meters.repeated.add(1),
                opened => return opened,
            }
        }
    }
}

/// The manager, in the pool's hands and in ours.
#[derive(Clone)]
pub(super) struct Shared(Arc<Manager>);

impl ManageConnection for Shared {
    type Connection = Session;
    type Error = Unusable;

    fn connect(&self) -> std::result::Result<Session, Unusable> {
        self.0.open(Patience::Short).map_err(|error| {
            *self.0.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            Unusable
        })
    }

    fn is_valid(&self, session: &mut Session) -> std::result::Result<(), Unusable> {
        self.0.judge(session)
    }

    /// Asked when a session comes back: one that is in doubt is closed, and so is one beyond those that are kept.
    fn has_broken(&self, session: &mut Session) -> bool {
        session.used = Instant::now();
        !session.clean || self.0.live.load(Ordering::Relaxed) > self.0.pool.size
    }
}
