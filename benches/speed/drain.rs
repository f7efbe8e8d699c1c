//! A drain beside bare loops of the same HTTP client, as it comes and as our gateway uses it: what the queue costs on top of the
//! wire.

use std::time::Duration;

use smsctl::engine::Stop;
use smsctl::output::{Output, Streams, Style};
use smsctl::speed::{self, Crew, Wire};
use smsctl::telemetry::Telemetry;

use super::bare::{self, Bare};
use super::figures::{median, millis, print, ratio};
use super::place::{self, Queue};
use super::process::GatewayProcess;
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

/// What is drained, and where to.
pub struct Drain<'a> {
    pub messages: usize,
    pub senders: usize,
    pub rounds: usize,
    pub on_nginx: bool,
    pub server: Option<&'a Server>,
}

/// What every round gave.
#[derive(Default)]
struct Rounds {
    plain: Vec<Bare>,
    bare: Vec<Run>,
    drains: Vec<Run>,
    fsyncs_ms: Vec<f64>,
}

impl Drain<'_> {
    pub fn run(&self) {
        let directory = place::scratch();
        let gateway = match self.on_nginx {
            true => GatewayProcess::nginx(directory.path()),
            false => GatewayProcess::sandbox(directory.path(), Duration::ZERO),
        };
        let mut rounds = Rounds::default();
        // The first round warms all sides up and is not counted.
        for round in 0..=self.rounds {
            let queue = Queue::new("drain", directory.path(), self.server);
            let plain = bare::run(&gateway.url, self.messages, self.senders);
            let bare = bare_loop(&gateway.url, self.messages, self.senders);
            let drain = drain(&queue, &gateway.url, self.messages, self.senders, self.server);
            let fsync_ms = place::fsync_ms(directory.path());
            println!(
                "round {round}: ureq {:.0}/s, bare {:.0}/s, drain {:.0}/s, fsync {fsync_ms:.2} ms",
                plain.rate, bare.rate, drain.rate
            );
            if round > 0 {
                rounds.plain.push(plain);
                rounds.bare.push(bare);
                rounds.drains.push(drain);
                rounds.fsyncs_ms.push(fsync_ms);
            }
        }
        self.print(&rounds);
    }

    fn print(&self, rounds: &Rounds) {
        let Rounds { plain, bare, drains, fsyncs_ms } = rounds;
        let of = |value: fn(&Run) -> f64| drains.iter().map(value).collect::<Vec<_>>();
        let drained = of(|run| run.rate);
        let row = |name: &str, (rates, cpu_us): (Vec<f64>, Vec<f64>)| {
            let part = format!("{:.2}", ratio(&drained, &rates));
            vec![name.to_owned(), format!("{:.0}", median(&rates)), format!("{:.1}", median(&cpu_us)), part]
        };
        let gateway = if self.on_nginx { "nginx" } else { "the sandbox" };
        print(
            &format!(
                "Drain: {} messages, {} senders, {gateway}, medians of {} rounds",
                self.messages, self.senders, self.rounds
            ),
            &["", "messages/s", "CPU us/message", "the drain beside it"],
            &[
                row("ureq as it comes, no database", plain.iter().map(|run| (run.rate, run.cpu_us)).unzip()),
                row("our HTTP gateway, no database", bare.iter().map(|run| (run.rate, run.cpu_us)).unzip()),
                row("drain, every claim and outcome on disk", drains.iter().map(|run| (run.rate, run.cpu_us)).unzip()),
            ],
        );
        let turns = median(&of(|run| run.turns as f64));
        println!("\nturns (one fsync each): {turns:.0}, messages a turn: {:.1}", self.messages as f64 / turns);
        if self.server.is_some() {
            println!("statements a turn: {:.1}", median(&of(|run| run.statements as f64 / run.turns as f64)));
            println!("CPU of the server: {:.1} us/message", median(&of(|run| run.server_us)));
        }
        println!("longest turn: {:.1} ms", median(&of(|run| run.longest_ms)));
        println!("fsync of 4 KiB on this disk: {:.2} ms", median(fsyncs_ms));
    }
}

/// Sends every message by our HTTP gateway, with nothing between the senders but a counter.
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
