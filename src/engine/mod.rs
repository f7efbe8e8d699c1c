//! The engine: one dispatcher that owns the database, and senders that own the gateways.
//!
//! ```text
//!              one transaction a turn                      bounded channel
//!   database <------------------------> dispatcher ======== jobs =========> senders x N ----> gateway
//!              settle what ended, take      ^                                    |
//!              claims for free senders      +============ reports ===============+
//! ```
//!
//! The calling thread is the dispatcher. A request leaves only after the exchange that claimed it has returned; senders
//! never see the store, the dispatcher never calls a gateway.

mod audit;
mod breaker;
mod coroner;
mod dispatcher;
mod drain;
mod events;
mod exit;
mod flight;
mod handout;
pub mod host;
mod lanes;
mod lease;
mod outbox;
mod plan;
mod quiet;
mod refused;
mod sender;
mod shortage;
mod stock;
mod stop;
mod upkeep;

use std::io;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::bounded;

pub use coroner::settle_what_logs_tell;
pub use events::{Ending, Event, LaneWhy, Left, Observer, Summary};
pub use flight::FlightPlace;
pub use plan::{LaneWay, Plan, SENDERS_MAX, Until};
pub use stop::Stop;

use crate::store::{Store, StoreError, TallyKind};
use dispatcher::Dispatcher;
use exit::Watched;
use lease::{Lease, Tap};
use sender::Floor;
use stock::Gauge;

/// Why a run did not end in order.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum EngineError {
    /// The store failed in a way that waiting does not mend. `unwritten` outcomes could not be written; `logged`: the flight log
    /// tells them to the worker that next looks for the dead.
    #[error("the worker stopped")]
    Store {
        #[source]
        source: StoreError,
        unwritten: usize,
        logged: bool,
    },
    /// The worker was to stop, and the database stayed away until the grace was over; or it was not to wait for so long.
    #[error("the worker stopped, and {unwritten} outcomes could not be written")]
    Unwritten {
        #[source]
        source: StoreError,
        unwritten: usize,
        logged: bool,
    },
    /// Not one sender thread could be started.
    #[error("no sender thread could be started")]
    NoSenders(#[source] io::Error),
}

/// Works until `plan.until`, `stop` or an error ends it. May be called again, and by several threads on stores of their own.
///
/// # Errors
/// A `Store` error comes after the senders have finished and a last attempt to write what they brought.
pub fn run(plan: &Plan, store: &dyn Store, stop: &Stop, observer: &dyn Observer) -> Result<Summary, EngineError> {
    stop.allow(plan.shutdown_grace);
    store.heed(stop.deadline());
    let done = run_to_the_end(plan, store, stop, observer);
    store.heed(&Arc::default());
    done
}

fn run_to_the_end(
    plan: &Plan,
    store: &dyn Store,
    stop: &Stop,
    observer: &dyn Observer,
) -> Result<Summary, EngineError> {
    let taps = plan.ways.iter().map(|_| Tap::default()).collect();
    let watched = Watched { lease: Arc::new(Lease::default()), taps };
    let (recall, recalled) = bounded(plan.senders);
    let gauge = Gauge::new();
    let floor = Floor { ways: &plan.ways, routes: &plan.routes, watched, stop, recalled, gauge };
    // So many claims are out at most: one with each sender, and the stock. As many reports can be waiting. Neither channel is
    // ever full, so nobody waits for it.
    let bound = plan.senders + stock::stock_max(plan.senders, true);
    // The store's first read may need threads, and comes before the senders have taken all that the system gives. If it fails,
    // the first turn finds out.
    let _ = store.tallies(TallyKind::Lane);
    thread::scope(|scope| {
        let (job_in, job_out) = bounded(bound);
        let (report_in, report_out) = bounded(bound);
        let (senders, error) = sender::hire(scope, &floor, plan.senders, &job_out, &report_in);
        drop(report_in);
        match error {
            Some(error) if senders == 0 => return Err(EngineError::NoSenders(error)),
            Some(error) => {
                observer.observe(&Event::FewerSenders { started: senders, wanted: plan.senders, error: &error });
            }
            None => {}
        }
        let desk =
            dispatcher::Desk { jobs: job_in, unsent: job_out, reports: report_out, senders, recall, shortage: None };
        // The desk goes with the dispatcher, and with it the way to the senders: they end, and the scope with them.
        match Dispatcher::begin(plan, store, &floor, observer, desk)? {
            Some(dispatcher) => dispatcher.run(),
            None => Ok(Summary::default()),
        }
    })
}
