//! A drain beside a bare loop of the same HTTP client: what the queue costs on top of the wire.

use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use smsctl::engine::{self, Event, LaneWay, Observer, Plan, Stop, Summary, Until};
use smsctl::gateway::http::{self, Settings};
use smsctl::gateway::{Delivery, Gateway};
use smsctl::output::{Output, Streams, Style};
use smsctl::queue::{Backoff, Lane, Message, OnUnknown, Outcome, RetryPolicy, Routes};
use smsctl::telemetry::Telemetry;

use super::figures::{median, millis, print, ratio};
use super::place::{self, Queue};
use super::process::{SandboxProcess, cpu};
use super::rows;
use super::server::Server;

/// One turn of one side.
struct Run {
    /// Messages a second.
    rate: f64,
    /// CPU time of this process for a message, in us. The sandbox is a process of its own and does not count.
    cpu_us: f64,
    turns: usize,
    /// What a server was asked, and its CPU time for a message, in us.
    statements: u64,
    server_us: f64,
    /// The longest time between the ends of two turns, in ms.
    longest_ms: f64,
}

pub fn run(messages: usize, senders: usize, rounds: usize, server: Option<&Server>) {
    let directory = place::scratch();
    let sandbox = SandboxProcess::start(directory.path(), Duration::ZERO);
    let texts = rows::messages(messages);
    let (mut bare, mut drains, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new());
    // The first round warms both sides up and is not counted.
    for round in 0..=rounds {
        let queue = Queue::new("drain", directory.path(), server);
        let pair = (bare_loop(&sandbox.url, &texts, senders), drain(&queue, &sandbox.url, &texts, senders, server));
        let fsync = place::fsync_ms(directory.path());
        println!("round {round}: bare {:.0}/s, drain {:.0}/s, fsync {fsync:.2} ms", pair.0.rate, pair.1.rate);
        if round > 0 {
            bare.push(pair.0);
            drains.push(pair.1);
            fsyncs.push(fsync);
        }
    }
    let of = |runs: &[Run], value: fn(&Run) -> f64| runs.iter().map(value).collect::<Vec<_>>();
    let row = |name: &str, runs: &[Run]| {
        let (rate, cpu_us) = (median(&of(runs, |run| run.rate)), median(&of(runs, |run| run.cpu_us)));
        vec![name.to_owned(), format!("{rate:.0}"), format!("{cpu_us:.1}")]
    };
    print(
        &format!("Drain: {messages} messages, {senders} senders, medians of {rounds} rounds"),
        &["", "messages/s", "CPU us/message"],
        &[row("bare loop, no database", &bare), row("drain, every claim and outcome on disk", &drains)],
    );
    let turns = median(&of(&drains, |run| run.turns as f64));
    println!("\nratio of neighbours: {:.2}", ratio(&of(&drains, |run| run.rate), &of(&bare, |run| run.rate)));
    println!("turns (one fsync each): {turns:.0}, messages a turn: {:.1}", messages as f64 / turns);
    if server.is_some() {
        let statements = of(&drains, |run| run.statements as f64 / run.turns as f64);
        println!("statements a turn: {:.1}", median(&statements));
        println!("CPU of the server: {:.1} us/message", median(&of(&drains, |run| run.server_us)));
    }
    println!("longest turn: {:.1} ms", median(&of(&drains, |run| run.longest_ms)));
    println!("fsync of 4 KiB on this disk: {:.2} ms", median(&fsyncs));
}

fn gateway(url: &str, senders: usize) -> Box<dyn Gateway> {
    let values = [("application_id", "app"), ("sender", "85212345678")];
    let settings = Settings {
        profile: "hkt".to_owned(),
        base_url: url.to_owned(),
        values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        timeout: Duration::from_secs(30),
        connect_timeout: Duration::from_secs(10),
        rules: std::collections::BTreeMap::new(),
    };
    http::open(&settings, senders).expect("the settings are right")
}

/// Sends every message, with nothing between the senders but a counter.
fn bare_loop(url: &str, messages: &[Message], senders: usize) -> Run {
    let gateway = gateway(url, senders);
    let next = AtomicUsize::new(0);
    let (cpu_before, begin) = (cpu("self"), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..senders {
            scope.spawn(|| {
                while let Some(message) = messages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let delivery = Delivery {
                        task: 1,
                        attempt: 1,
                        task_name: "sms",
                        message: Some(message),
                        args: None,
                        kwargs: None,
                        departure: None,
                    };
                    assert_eq!(gateway.send(&delivery).outcome, Outcome::Accepted);
                }
            });
        }
    });
    run_of(messages.len(), begin, cpu_before, (0, 0.0))
}

/// Drains a new queue of the same messages; filling it is not counted.
fn drain(queue: &Queue, url: &str, messages: &[Message], senders: usize, server: Option<&Server>) -> Run {
    let store = queue.open();
    rows::enqueue(&*store, messages);
    let plan = plan(url, senders);
    let out = Output::with(Style { quiet: true, no_progress: true, ..Style::default() }, Streams::process());
    let watch = Watch::new(Telemetry::new(&out, Some(messages.len() as u64), &|| {}));
    let asked = || server.map_or(0, |server| server.counter("Questions"));
    let server_cpu = || server.map_or(Duration::ZERO, Server::cpu);
    let (asked_before, server_before) = (asked(), server_cpu());
    let (cpu_before, begin) = (cpu("self"), Instant::now());
    let summary = engine::run(&plan, &*store, &Stop::new(), &watch).expect("the drain ends well");
    let mut run = run_of(messages.len(), begin, cpu_before, (watch.turns.get(), millis(watch.longest.get())));
    run.statements = asked() - asked_before;
    run.server_us = server_cpu().saturating_sub(server_before).as_secs_f64() * 1e6 / messages.len() as f64;
    assert_eq!(summary.completed, messages.len() as u64);
    run
}

fn plan(url: &str, senders: usize) -> Plan {
    let lane = Lane::Gateway(rows::LANE.to_owned());
    let backoff = Backoff { base: Duration::from_secs(2), cap: Duration::from_secs(600) };
    let policy = RetryPolicy { on_unknown: OnUnknown::Hold, backoff, by_order_only: false };
    Plan {
        worker: engine::host::this_process(senders),
        routes: Routes::new([lane.clone()], Vec::new()),
        ways: vec![LaneWay { lane, gateway: gateway(url, senders), policy, rate: None }],
        rests: backoff,
        senders,
        until: Until { drained: true, ..Until::default() },
        // On the disk that a worker's log would lie on.
        flight: engine::FlightPlace::beside(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("drain.db")).ok(),
        shutdown_grace: Duration::from_secs(30),
    }
}

fn run_of(messages: usize, begin: Instant, cpu_before: Duration, (turns, longest_ms): (usize, f64)) -> Run {
    let elapsed = begin.elapsed();
    let count = messages as f64;
    let cpu_us = (cpu("self") - cpu_before).as_secs_f64() * 1e6 / count;
    Run { rate: count / elapsed.as_secs_f64(), cpu_us, turns, statements: 0, server_us: 0.0, longest_ms }
}

/// What `work` has for an observer, and a count of the turns that settled something.
struct Watch<'a> {
    telemetry: Telemetry<'a>,
    settled: Cell<bool>,
    turns: Cell<usize>,
    last: Cell<Instant>,
    longest: Cell<Duration>,
}

impl<'a> Watch<'a> {
    fn new(telemetry: Telemetry<'a>) -> Watch<'a> {
        let (turns, longest) = (Cell::new(0), Cell::new(Duration::ZERO));
        Watch { telemetry, settled: Cell::new(false), turns, last: Cell::new(Instant::now()), longest }
    }
}

impl Observer for Watch<'_> {
    fn observe(&self, event: &Event<'_>) {
        if matches!(event, Event::Settled { .. }) {
            self.settled.set(true);
        }
        self.telemetry.observe(event);
    }

    fn beat(&self, summary: &Summary, in_flight: usize) {
        let now = Instant::now();
        if self.settled.replace(false) {
            self.turns.set(self.turns.get() + 1);
            self.longest.set(self.longest.get().max(now - self.last.get()));
        }
        self.last.set(now);
        self.telemetry.beat(summary, in_flight);
    }
}
