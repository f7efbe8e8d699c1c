//! A drain beside a bare loop of the same HTTP client: what the queue costs on top of the wire.

use std::time::Duration;

use smsctl::engine::Stop;
use smsctl::output::{Output, Streams, Style};
use smsctl::speed::{self, Crew, Wire};
use smsctl::telemetry::Telemetry;

use super::figures::{median, millis, print, ratio};
use super::place::{self, Queue};
use super::process::SandboxProcess;
use super::server::Server;

/// One turn of one side.
struct Run {
    /// Messages a second.
    rate: f64,
    /// CPU time of this process for a message, in us. The sandbox is a process of its own and does not count.
    cpu_us: f64,
    turns: u64,
    /// What a server was asked, and its CPU time for a message, in us.
    statements: u64,
    server_us: f64,
    /// The longest time between the ends of two turns, in ms.
    longest_ms: f64,
}

pub fn run(messages: usize, senders: usize, rounds: usize, server: Option<&Server>) {
    let directory = place::scratch();
    let sandbox = SandboxProcess::start(directory.path(), Duration::ZERO);
    let (mut bare, mut drains, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new());
    // The first round warms both sides up and is not counted.
    for round in 0..=rounds {
        let queue = Queue::new("drain", directory.path(), server);
        let pair = (bare_loop(&sandbox.url, messages, senders), drain(&queue, &sandbox.url, messages, senders, server));
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

/// Sends every message, with nothing between the senders but a counter.
fn bare_loop(url: &str, messages: usize, senders: usize) -> Run {
    let stop = Stop::new();
    let wire = speed::bare_loop(url, messages as u64, senders, &place::long(&stop)).expect("the gateway takes all");
    Run::of(&wire)
}

/// Drains a new queue of the same messages; filling it is not counted.
fn drain(queue: &Queue, url: &str, messages: usize, senders: usize, server: Option<&Server>) -> Run {
    let stop = Stop::new();
    let limit = place::long(&stop);
    let store = queue.open();
    speed::enqueue(&*store, messages as u64, &limit).expect("they are enqueued");
    let crew = Crew { url, senders, flight: Some(queue.flight()) };
    let out = Output::with(Style { quiet: true, no_progress: true, ..Style::default() }, Streams::process());
    let telemetry = Telemetry::new(&out, Some(messages as u64), &|| {});
    let asked = || server.map_or(0, |server| server.counter("Questions"));
    let server_cpu = || server.map_or(Duration::ZERO, Server::cpu);
    let (asked_before, server_before) = (asked(), server_cpu());
    let drain = speed::drain(&*store, crew, &telemetry, &limit).expect("the drain ends well");
    assert_eq!(drain.wire.messages, messages as u64);
    Run {
        turns: drain.turns,
        statements: asked() - asked_before,
        server_us: server_cpu().saturating_sub(server_before).as_secs_f64() * 1e6 / messages as f64,
        longest_ms: millis(drain.longest_turn),
        ..Run::of(&drain.wire)
    }
}

impl Run {
    fn of(wire: &Wire) -> Run {
        Run {
            rate: wire.messages_per_s,
            cpu_us: wire.cpu_s * 1e6,
            turns: 0,
            statements: 0,
            server_us: 0.0,
            longest_ms: 0.0,
        }
    }
}
