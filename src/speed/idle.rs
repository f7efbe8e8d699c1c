//! How soon a worker that has nothing to do sees a message that another connection enqueues.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{never, select};

use super::{Crew, Limit, SpeedError, drain, message, rows};
use crate::engine::{self, Event, Observer, Stop, Summary, Until};
use crate::gateway::sandbox::{Behaviour, Keep, Sandbox};
use crate::store::Store;

/// The worker waits so long before each message: it has become as slow as it gets, and is never in step with us.
const LEISURE: Duration = Duration::from_millis(200);
/// Added to it, at most, in microseconds.
const JITTER_US: u64 = 50_000;
/// Longer than a message takes to its request on any machine that works.
const PATIENCE: Duration = Duration::from_secs(10);

/// One of each for a message, in seconds.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    /// To enqueue it: one transaction.
    pub enqueue_s: Vec<f64>,
    /// From the call that enqueues it to its request at the gateway.
    pub request_s: Vec<f64>,
}

/// Enqueues at most `count` messages into `outside`, one at a time, while a worker on `inside`, another connection to the same
/// queue, waits for them.
///
/// # Errors
/// The database, the sandbox gateway, or a message that did not come.
pub fn idle(outside: &dyn Store, inside: &dyn Store, count: u64, limit: &Limit<'_>) -> Result<Latencies, SpeedError> {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = Sandbox::listen(loopback, Behaviour::default(), Keep::Nowhere)?;
    let crew = Crew { url: &sandbox.url(), senders: 4, flight: None };
    let plan = drain::plan(crew, Until::default())?;
    let stop = Stop::new();
    thread::scope(|scope| {
        let worker = scope.spawn(|| engine::run(&plan, inside, &stop, &Deaf));
        let latencies = one_at_a_time(outside, &sandbox, count, limit);
        stop.ask();
        // A panic in there is one here.
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        latencies
    })
}

fn one_at_a_time(store: &dyn Store, sandbox: &Sandbox, count: u64, limit: &Limit<'_>) -> Result<Latencies, SpeedError> {
    let mut latencies = Latencies::default();
    // The first one finds a worker that is still starting, and is not counted.
    for n in 0..=count {
        if n > 0 {
            rest(LEISURE + Duration::from_micros(fastrand::u64(0..JITTER_US)));
        }
        if limit.is_over() {
            break;
        }
        let begin = Instant::now();
        store.enqueue(&[rows::task(message(n))], 0)?;
        let enqueued = begin.elapsed();
        if !sandbox.wait_for(n + 1, Some(PATIENCE)) {
            return Err(SpeedError::Refused);
        }
        if n > 0 {
            latencies.enqueue_s.push(enqueued.as_secs_f64());
            latencies.request_s.push(begin.elapsed().as_secs_f64());
        }
    }
    Ok(latencies)
}

fn rest(span: Duration) {
    select! {
        recv(never::<()>()) -> _ => {}
        default(span) => {}
    }
}

/// Hears nothing.
struct Deaf;

impl Observer for Deaf {
    fn observe(&self, _: &Event<'_>) {}

    fn beat(&self, _: &Summary, _: usize) {}
}
