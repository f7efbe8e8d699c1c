//! The pool: how it gets its sessions, and which of them may be used again.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// The pool waits no longer than half of this between two attempts to connect.
const ATTEMPTS_WITHIN: Duration = Duration::from_secs(2);

/// Makes sessions and judges them.
pub(super) struct Manager {
    server: Arc<Server>,
    pool: Pool,
    needs: Needs,
    live: Arc<AtomicU32>,
    rests: Rests,
    demand: Mutex<Demand>,
}

/// Who waits for a session. The pool tries to make one for each call, and tries again until it has it: without a count of those who wait
/// there would be one for each call that failed, all at once, when a server comes back.
#[derive(Debug, Default)]
struct Demand {
    waiting: u32,
    /// Sessions that are being made.
    dialling: u32,
    /// That the server had no connection left, and when.
    busy: Option<(Instant, StoreError)>,
}

/// A session that is being made counts until it is there, or is not.
struct Dialling<'a>(&'a Manager);

impl Drop for Dialling<'_> {
    fn drop(&mut self) {
        self.0.demand().dialling -= 1;
    }
}

/// What the pool holds.
pub(super) enum Slot {
    Session(Session),
    /// None could be made: whoever waits is told.
    Failed(Instant, StoreError),
    /// Nobody waited any more.
    Empty,
}

/// A session that nobody else uses. The pool has it back when it is dropped.
pub(super) struct Lent(PooledConnection<Shared>);

/// Why a session cannot be used, or none is made now.
#[derive(Debug, thiserror::Error)]
#[error("the session cannot be used")]
pub(super) struct Unusable;

impl Manager {
    pub fn new(server: Server, pool: Pool, needs: Needs) -> Manager {
        let rests = Rests::new(server.hosts.len());
        Manager { server: Arc::new(server), pool, needs, live: Arc::default(), rests, demand: Mutex::default() }
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

    fn demand(&self) -> MutexGuard<'_, Demand> {
        self.demand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a session, where somebody waits for one that is not being made already. An error makes the pool ask again, a little later
    /// each time: that is what a server needs that has too many connections.
    fn dial(&self) -> std::result::Result<Slot, Unusable> {
        {
            let mut demand = self.demand();
            if demand.waiting == 0 {
                return Ok(Slot::Empty);
            }
            if demand.dialling >= demand.waiting {
                return Err(Unusable);
            }
            demand.dialling += 1;
        }
        let dialling = Dialling(self);
        let opened = self.open(Patience::Short);
        drop(dialling);
        match opened {
            Ok(session) => Ok(Slot::Session(session)),
            Err(error @ StoreError::ServerBusy { .. }) => {
                self.demand().busy = Some((Instant::now(), error));
                Err(Unusable)
            }
            Err(error) => Ok(Slot::Failed(Instant::now(), error)),
        }
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
    pub fn get(&self) -> Result<Lent> {
        let began = Instant::now();
        let state = self.pool.state();
        if state.idle_connections == 0 && state.connections >= self.pool.max_size() {
            self.waits.add(1);
        }
        self.manager().demand().waiting += 1;
        let found = self.find(began);
        let mut demand = self.manager().demand();
        demand.waiting -= 1;
        let busy = demand.busy.take_if(|(at, _)| found.is_none() && *at >= began);
        found.unwrap_or_else(|| Err(busy.map_or(StoreError::PoolExhausted, |(_, error)| error)))
    }

    /// A session, or why there is none; `None` if none came in time.
    fn find(&self, began: Instant) -> Option<Result<Lent>> {
        let end = began + self.settings.timeout;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let mut slot = self.pool.get_timeout(left).ok()?;
            if matches!(*slot, Slot::Session(_)) {
                return Some(Ok(Lent(slot)));
            }
            // What failed before is no news.
            if let Slot::Failed(at, error) = mem::replace(&mut *slot, Slot::Empty)
                && at >= began
            {
                return Some(Err(error));
            }
        }
    }
}

impl Deref for Lent {
    type Target = Session;

    fn deref(&self) -> &Session {
        match &*self.0 {
            Slot::Session(session) => session,
            Slot::Failed(..) | Slot::Empty => unreachable!("only sessions are lent"),
        }
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Session {
        match &mut *self.0 {
            Slot::Session(session) => session,
            Slot::Failed(..) | Slot::Empty => unreachable!("only sessions are lent"),
        }
    }
}

impl MysqlStore {
    /// A session for the next try. One that is cut off while it is set up counts as a try.
    pub(super) fn session(&self, tries: &mut Tries) -> Result<Lent> {
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
    type Connection = Slot;
    type Error = Unusable;

    fn connect(&self) -> std::result::Result<Slot, Unusable> {
        self.0.dial()
    }

    fn is_valid(&self, slot: &mut Slot) -> std::result::Result<(), Unusable> {
        match slot {
            Slot::Session(session) => self.0.judge(session),
            Slot::Failed(..) | Slot::Empty => Ok(()),
        }
    }

    /// Asked when a session comes back: one that is in doubt is closed, and so is one beyond those that are kept.
    fn has_broken(&self, slot: &mut Slot) -> bool {
        let Slot::Session(session) = slot else { return true };
        session.used = Instant::now();
        !session.clean || self.0.live.load(Ordering::Relaxed) > self.0.pool.size
    }
}
