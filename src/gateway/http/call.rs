//! What happened to the call of this thread: one request and its answer, on the thread of its sender from start to end.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::gateway::Departure;

/// How far the call of this thread has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// No connection yet, or none of the request given to it.
    Connecting,
    /// The request was given to the connection, which holds all of it.
    Held,
    /// The kernel took at least one byte of the request.
    Left,
    /// A connection is all that is wanted: no request may leave.
    Probing,
    /// A connection was made, as wanted.
    Reached,
}

thread_local! {
    pub(super) static PROGRESS: Cell<Progress> = const { Cell::new(Progress::Connecting) };
    pub(super) static READ_FAILED: Cell<bool> = const { Cell::new(false) };
    /// When the call of this thread must be over.
    pub(super) static ENDS_AT: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Reads of this call after its time.
    pub(super) static LATE_READS: Cell<u32> = const { Cell::new(0) };
    /// A connection of this call was given up, and more had been read from it than anybody took.
    pub(super) static SURPLUS: Cell<bool> = const { Cell::new(false) };
    /// The request of this call went out on a connection that had been used before.
    pub(super) static REUSED: Cell<bool> = const { Cell::new(false) };
    /// Something of an answer came since this call began: what TLS says for itself is none.
    pub(super) static HEARD: Cell<bool> = const { Cell::new(false) };
    /// Only what was read already is asked for: the socket is left alone.
    pub(super) static LOOKING: Cell<bool> = const { Cell::new(false) };
    /// Who is to hear that the request of this thread is about to leave, until told.
    static DEPARTURE: RefCell<Option<Rc<dyn Departure>>> = const { RefCell::new(None) };
}

/// Begins a call on this thread, that may take `timeout`; `departure` hears of its request before a byte of it is given to the
/// kernel.
pub(super) fn begin(progress: Progress, timeout: Duration, departure: Option<&Rc<dyn Departure>>) {
    PROGRESS.set(progress);
    READ_FAILED.set(false);
    // One that is too far away to be counted is none.
    ENDS_AT.set(Instant::now().checked_add(timeout));
    LATE_READS.set(0);
    SURPLUS.set(false);
    REUSED.set(false);
    HEARD.set(false);
    LOOKING.set(false);
    DEPARTURE.set(departure.map(Rc::clone));
}

/// What is held for the kernel may hold the request: whoever keeps a record of it hears so first, once.
pub(super) fn depart() -> io::Result<()> {
    DEPARTURE.with_borrow_mut(|waiting| {
        if let Some(departure) = waiting {
            departure.leaving()?;
        }
        *waiting = None;
        Ok(())
    })
}

/// How far the call of this thread came.
pub(super) fn progress() -> Progress {
    PROGRESS.get()
}

/// Whether a read failed in the call of this thread. The client takes a reset for the end of a body without a length.
pub(super) fn read_failed() -> bool {
    READ_FAILED.get()
}

/// Whether the request of this thread went out on a connection that had been used before, and nothing came back on it.
pub(super) fn was_hung_up() -> bool {
    REUSED.get() && !HEARD.get()
}

/// Whether more came than the answer, in the call of this thread, whose answer was read to its end.
pub(super) fn has_surplus() -> bool {
    SURPLUS.get()
}
