//! The dispatcher's side of the flight log: which slot is whose, and when logs begin and end.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;

use super::{FlightLog, Held, NotMade, Seat, Seated};
use crate::engine::breaker::SUSPECTS_MAX;
use crate::engine::dispatcher::Dispatcher;
use crate::engine::events::{Event, Observer};
use crate::engine::plan::Plan;
use crate::engine::refused::REFUSED_MAX;
use crate::engine::stock::stock_max;
use crate::queue::WorkerId;
use crate::store::{Claim, Result};

/// The dispatcher's side of a log: which slot is whose.
#[derive(Debug)]
pub(in crate::engine) struct Seats {
    pub(super) log: Arc<FlightLog>,
    pub(super) free: Vec<u32>,
    /// Who has which slot.
    seated: Vec<Option<Seated>>,
    /// Counts the rolls.
    turn: u64,
    /// An exchange has asked for claims of which no roll tells yet.
    is_asking: bool,
    /// When the newest claim was made.
    as_of: Option<Timestamp>,
    /// How many claims had a slot.
    count: u64,
}

impl Seats {
    pub fn new(log: FlightLog, slots: u32) -> Seats {
        let seated = vec![None; slots as usize];
        Seats {
            log: Arc::new(log),
            free: (0..slots).rev().collect(),
            seated,
            turn: 0,
            is_asking: false,
            as_of: None,
            count: 0,
        }
    }

    /// A slot for a claim that is on disk: it may leave when the roll has been called. `None`: there is no log any more.
    ///
    /// # Errors
    /// The claim must not be sent: the log would say that it never left.
    pub fn seat(&mut self, held: Held) -> io::Result<Option<Seat>> {
        if self.log.is_void() {
            return Ok(None);
        }
        let Some(slot) = self.free.pop() else {
            // There is one for every claim that can be out.
            return self.log.give_up(io::Error::other("it has no slot left")).map(|()| None);
        };
        self.count += 1;
        self.seated[slot as usize] = Some((self.count, held));
        Ok(Some(Seat { log: Arc::clone(&self.log), slot, number: self.count }))
    }

    /// The end of the claim is in the database: its slot may be another's.
    pub fn vacate(&mut self, seat: &Seat) {
        // What was claimed under an earlier registration has its slot in an earlier log.
        if Arc::ptr_eq(&self.log, &seat.log) {
            self.free.push(seat.slot);
            self.seated[seat.slot as usize] = None;
        }
    }

    /// Writes down who is seated, the newest of them claimed at `as_of` by the database's clock.
    ///
    /// # Errors
    /// What was seated since the last roll must not be sent.
    pub fn call_roll(&mut self, as_of: Option<Timestamp>) -> io::Result<()> {
        self.turn += 1;
        self.is_asking = false;
        // A clock that was set back makes nothing newer than a claim that may have left.
        self.as_of = as_of.max(self.as_of);
        self.log.call_roll(self.turn, self.as_of, &self.seated)
    }

    /// An exchange will ask for claims: what it brings, and never comes to the roll, has not left.
    ///
    /// # Errors
    /// Claims must not be asked for.
    pub fn ask(&mut self) -> io::Result<()> {
        self.is_asking = true;
        self.log.ask(self.turn + 1)
    }

    /// Finds out whether the log is still there for others.
    pub fn heed_removal(&self) {
        self.log.heed_removal();
    }

    /// Why the log is no more, once.
    pub fn loss(&self) -> Option<io::Error> {
        self.log.loss()
    }
}

/// Slots for every claim that a process can have out. Each sender has one claim on the wire, and others lie ready; what is neither
/// is a suspect of the breaker's, of which a lane has a few as long as another of its claims is out, or an end that the database refuses.
fn slots(plan: &Plan) -> u32 {
    let out = plan.senders + stock_max(plan.senders, true);
    let suspects = (SUSPECTS_MAX - 1) * plan.ways.len().min(out);
    u32::try_from(out + suspects + REFUSED_MAX).unwrap_or(u32::MAX)
}

/// Makes the log of a process that has just registered as `worker`. Where it cannot be made, that is told.
pub(in crate::engine) fn begin_log(plan: &Plan, worker: WorkerId, observer: &dyn Observer) -> Option<Seats> {
    let slots = slots(plan);
    match FlightLog::create(plan.flight.as_ref()?, worker, &plan.worker, slots) {
        Ok(log) => Some(Seats::new(log, slots)),
        Err(NotMade { path, error }) => {
            observer.observe(&Event::NoFlightLog { path: path.as_deref(), error: &error });
            None
        }
    }
}

impl Dispatcher<'_> {
    /// Whether what leaves is noted.
    pub(in crate::engine) fn has_log(&self) -> bool {
        self.seats.as_ref().is_some_and(|seats| !seats.log.is_void())
    }

    /// Notes in the log that claims will be asked for. False: it can be neither written nor made void, and none may be.
    pub(in crate::engine) fn may_ask(&mut self) -> bool {
        self.seats.as_mut().is_none_or(|seats| seats.ask().is_ok())
    }

    /// Slots for new claims of one exchange, in their order, and the roll that they stand on. `None`: none of them may be sent.
    pub(in crate::engine) fn seat_all(&mut self, claims: &[Claim]) -> Option<Vec<Option<Seat>>> {
        let Some(seats) = self.seats.as_mut().filter(|seats| seats.is_asking || !claims.is_empty()) else {
            return Some(vec![None; claims.len()]);
        };
        let newest = claims.iter().map(Claim::claimed_at).max();
        let seated = claims.iter().map_while(|claim| seats.seat(Held::of(claim)).ok()).collect::<Vec<_>>();
        let may_leave = seated.len() == claims.len() && seats.call_roll(newest).is_ok();
        if !may_leave {
            seated.iter().flatten().for_each(|seat| seats.vacate(seat));
        }
        may_leave.then_some(seated)
    }

    /// The end of a claim is written.
    pub(in crate::engine) fn vacate(&mut self, seat: Option<Seat>) {
        if let (Some(seats), Some(seat)) = (&mut self.seats, &seat) {
            seats.vacate(seat);
        }
    }

    /// The process goes on under another number. What is still out under the old one has its fate already: whoever declared
    /// the process dead has decided about it.
    pub(in crate::engine) fn begin_log_anew(&mut self, before: WorkerId) {
        self.seats = begin_log(self.plan, self.worker, self.observer);
        self.end_log(before);
    }

    /// `worker` holds nothing any more.
    pub(in crate::engine) fn end_log(&self, worker: WorkerId) {
        if let Some(place) = &self.plan.flight {
            place.remove(worker);
        }
    }

    /// Removes the logs of workers that hold nothing any more, and that nobody on this host has removed.
    pub(in crate::engine) fn tidy_logs(&self) -> Result<()> {
        let Some(place) = &self.plan.flight else { return Ok(()) };
        // Those that are there first: whoever begins a log has registered before.
        let there = place.workers();
        if there.iter().all(|worker| *worker == self.worker) {
            return Ok(());
        }
        let workers = self.store.workers()?;
        let is_needed = |id: WorkerId| {
            let row = workers.iter().find(|worker| worker.id == id);
            row.is_some_and(|worker| worker.ended_at.is_none() || worker.claims > 0)
        };
        there.into_iter().filter(|worker| !is_needed(*worker)).for_each(|worker| place.remove(worker));
        Ok(())
    }

    /// Looks whether somebody has removed the log: what is claimed from then on has none.
    pub(in crate::engine) fn heed_log(&self) {
        if let Some(seats) = &self.seats {
            seats.heed_removal();
        }
    }

    pub(in crate::engine) fn tell_log_lost(&self) {
        let Some(seats) = &self.seats else { return };
        if let Some(error) = seats.loss() {
            self.observer.observe(&Event::NoFlightLog { path: Some(&seats.log.path), error: &error });
        }
    }
}
