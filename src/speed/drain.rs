//! A drain beside a bare loop of the same HTTP client: what the queue costs on top of the wire.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::claims::cpu_time;
use super::{Limit, SpeedError, lane, message};
use crate::engine::{self, Event, FlightPlace, LaneWay, Observer, Plan, Stop, Summary, Until};
use crate::gateway::http::{self, Settings};
use crate::gateway::{Delivery, Gateway, GatewayError};
use crate::queue::{Backoff, Message, OnUnknown, Outcome, RetryPolicy, Routes};
use crate::store::Store;

/// What one side reached on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Wire {
    /// Messages that the gateway took.
    pub messages: u64,
    /// Messages a second.
    pub messages_per_s: f64,
    /// CPU time of this process for each, in seconds.
    pub cpu_s: f64,
}

/// A drain, and what its turns were like.
#[derive(Clone, Copy, Debug)]
pub struct Drain {
    /// What it reached.
    pub wire: Wire,
    /// Turns that wrote outcomes: each is one transaction, and one fsync of its log.
    pub turns: u64,
    /// The longest time between the ends of two turns.
    pub longest_turn: Duration,
}

impl Wire {
    fn of(messages: u64, elapsed: Duration, cpu: Duration) -> Wire {
        let count = messages.max(1) as f64;
        Wire { messages, messages_per_s: count / elapsed.as_secs_f64(), cpu_s: cpu.as_secs_f64() / count }
    }
}

/// What a bare loop sends again and again, at most: they are made before the clock runs, and do not outgrow the memory.
const TEXTS_MAX: u64 = 50_000;

/// The worker that is measured.
#[derive(Clone, Debug)]
pub struct Crew<'a> {
    /// The sandbox gateway.
    pub url: &'a str,
    /// How many senders it has.
    pub senders: usize,
    /// Where its flight log lies, as that of `work` does.
    pub flight: Option<FlightPlace>,
}

/// Sends at most `count` messages to the sandbox gateway at `url`, with nothing between the senders but a counter.
///
/// # Errors
/// The URL, or a message that was not taken.
pub fn bare_loop(url: &str, count: u64, senders: usize, limit: &Limit<'_>) -> Result<Wire, SpeedError> {
    let gateway = gateway(url, senders)?;
    let texts = (0..count.clamp(1, TEXTS_MAX)).map(message).collect::<Vec<_>>();
    let (next, taken, refused) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let (cpu, begin) = (cpu_time(), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..senders {
            scope.spawn(|| {
                while !limit.is_over() {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        return;
                    }
                    let counter = if send(&*gateway, &texts[(n % TEXTS_MAX) as usize]) { &taken } else { &refused };
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let wire = Wire::of(taken.into_inner(), begin.elapsed(), cpu_time().saturating_sub(cpu));
    if refused.into_inner() > 0 { Err(SpeedError::Refused) } else { Ok(wire) }
}

fn send(gateway: &dyn Gateway, message: &Message) -> bool {
    let delivery = Delivery {
        task: 1,
        attempt: 1,
        task_name: "sms",
        message: Some(message),
        args: None,
        kwargs: None,
        departure: None,
    };
    gateway.send(&delivery).outcome == Outcome::Accepted
}

/// Sends what is pending through the engine, every claim and every outcome on disk. `observer` hears what `work` would.
///
/// # Errors
/// The URL, the database, or a message that was not taken.
pub fn drain(
    store: &dyn Store,
    crew: Crew<'_>,
    observer: &dyn Observer,
    limit: &Limit<'_>,
) -> Result<Drain, SpeedError> {
    let left = limit.until.saturating_duration_since(Instant::now());
    let until = Until { drained: true, elapsed: Some(left), ..Until::default() };
    let plan = plan(crew, until)?;
    let watch = Watch::new(observer, limit.stop);
    let (cpu, begin) = (cpu_time(), Instant::now());
    let summary = engine::run(&plan, store, &watch.stop, &watch)?;
    let wire = Wire::of(summary.completed, begin.elapsed(), cpu_time().saturating_sub(cpu));
    if summary.failed > 0 {
        return Err(SpeedError::Refused);
    }
    Ok(Drain { wire, turns: watch.turns.get(), longest_turn: watch.longest.get() })
}

/// What an engine does that sends all messages to the sandbox gateway at `url`.
pub(super) fn plan(crew: Crew<'_>, until: Until) -> Result<Plan, GatewayError> {
    let backoff = Backoff { base: Duration::from_secs(2), cap: Duration::from_secs(600) };
    let policy = RetryPolicy { on_unknown: OnUnknown::Hold, backoff, by_order_only: false };
    Ok(Plan {
        worker: engine::host::this_process(crew.senders),
        routes: Routes::new([lane()], Vec::new()),
        ways: vec![LaneWay { lane: lane(), gateway: gateway(crew.url, crew.senders)?, policy, rate: None }],
        rests: backoff,
        senders: crew.senders,
        until,
        shutdown_grace: Duration::from_secs(30),
        outage_max: None,
        flight: crew.flight,
    })
}

fn gateway(url: &str, senders: usize) -> Result<Box<dyn Gateway>, GatewayError> {
    let values = [("application_id", "bench"), ("sender", "85212345678")];
    let settings = Settings {
        profile: "hkt".to_owned(),
        base_url: url.to_owned(),
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        timeout: Duration::from_secs(30),
        connect_timeout: Duration::from_secs(10),
        keep_alive: true,
        ca_file: None,
        rules: BTreeMap::new(),
    };
    http::open(&settings, senders)
}

/// Counts the turns that settled something.
struct Watch<'a> {
    inner: &'a dyn Observer,
    /// The drain's own: it is asked for when the time is over, too, which stops nobody else.
    stop: Stop,
    /// What the drain obeys.
    asked: &'a Stop,
    settled: Cell<bool>,
    turns: Cell<u64>,
    last: Cell<Instant>,
    longest: Cell<Duration>,
}

impl<'a> Watch<'a> {
    fn new(inner: &'a dyn Observer, asked: &'a Stop) -> Watch<'a> {
        let (turns, longest, settled) = (Cell::new(0), Cell::new(Duration::ZERO), Cell::new(false));
        Watch { inner, stop: Stop::new(), asked, settled, turns, last: Cell::new(Instant::now()), longest }
    }
}

impl Observer for Watch<'_> {
    fn observe(&self, event: &Event<'_>) {
        if matches!(event, Event::Settled { .. }) {
            self.settled.set(true);
        }
        self.inner.observe(event);
    }

    fn beat(&self, summary: &Summary, in_flight: usize) {
        if self.asked.is_asked() {
            self.stop.ask();
        }
        let now = Instant::now();
        if self.settled.replace(false) {
            self.turns.set(self.turns.get() + 1);
            self.longest.set(self.longest.get().max(now - self.last.get()));
        }
        self.last.set(now);
        self.inner.beat(summary, in_flight);
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::path::Path;

    use super::*;
    use crate::gateway::sandbox::{Behaviour, Keep, Sandbox};
    use crate::speed::enqueue;
    use crate::store::{self, Access, Location, Options};

    struct Deaf;

    impl Observer for Deaf {
        fn observe(&self, _: &Event<'_>) {}

        fn beat(&self, _: &Summary, _: usize) {}
    }

    #[test]
    fn the_end_of_its_time_stops_nobody_else() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let url = format!("sqlite:///{}", directory.path().join("queue.db").display());
        let location = Location::parse(&url, Path::new("/")).expect("a good URL");
        let store = store::open(&location, &Options::new(Access::Create)).expect("the store opens").store;
        let sandbox = Sandbox::listen(SocketAddr::from(([127, 0, 0, 1], 0)), Behaviour::default(), Keep::Nowhere)
            .expect("it listens");
        let (stop, now) = (Stop::new(), Instant::now());
        let crew = || Crew { url: sandbox.url().leak(), senders: 2, flight: None };
        enqueue(&*store, 3, &Limit { until: now + Duration::from_secs(600), stop: &stop }).expect("enqueues");
        let over = drain(&*store, crew(), &Deaf, &Limit { until: now, stop: &stop }).expect("drains");
        assert_eq!((over.wire.messages, stop.is_asked()), (0, false), "there was no time at all");
        let until = Instant::now() + Duration::from_secs(600);
        let all = drain(&*store, crew(), &Deaf, &Limit { until, stop: &stop }).expect("drains");
        assert_eq!((all.wire.messages, stop.is_asked()), (3, false));
        enqueue(&*store, 3, &Limit { until, stop: &stop }).expect("enqueues");
        stop.ask();
        drain(&*store, crew(), &Deaf, &Limit { until, stop: &stop }).expect("it ends when somebody asks");
    }
}
