//! One rate for all processes of a lane: what arrives at the gateway, second by second, by its own ledger.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use super::figures::print;
use super::place::{self, Queue};
use super::process::{Worker, smsctl};
use super::rows;

/// Tokens that a full bucket holds.
const BURST: usize = 20;
/// What is not counted at the beginning of a stretch: the bucket was full, or workers were being exchanged.
const EDGE: Duration = Duration::from_secs(2);
/// How long a stretch is.
const STRETCH: Duration = Duration::from_secs(12);
/// How often one of the workers is killed, where they are.
const KILL_EVERY: Duration = Duration::from_millis(700);

/// A time with one rate.
struct Stretch {
    name: &'static str,
    processes: usize,
    rate: usize,
    kills: bool,
}

const STRETCHES: [Stretch; 6] = [
    Stretch { name: "one process", processes: 1, rate: 100, kills: false },
    Stretch { name: "four processes", processes: 4, rate: 100, kills: false },
    Stretch { name: "four, one after the other is killed and started anew", processes: 4, rate: 100, kills: true },
    Stretch { name: "raised", processes: 4, rate: 400, kills: false },
    Stretch { name: "lowered", processes: 4, rate: 50, kills: false },
    Stretch { name: "sixteen processes", processes: 16, rate: 400, kills: false },
];

pub fn run() {
    let directory = place::scratch();
    let sandbox = Sandbox::start(Behaviour::default(), None).expect("the sandbox starts");
    let queue = Queue::new("rate", directory.path(), None);
    let store = queue.open();
    let mut workers = Vec::new();
    let table = STRETCHES.each_ref().map(|stretch| {
        rows::fill(&*store, (2 * stretch.rate) as u64 * STRETCH.as_secs(), |_, _| {});
        let rate = format!("{}/s", stretch.rate);
        let burst = BURST.to_string();
        let arguments = ["work", "--workers", "8", "--quiet", "--rate", &rate, "--burst", &burst];
        let start = || Worker::start(smsctl(&queue, &sandbox.url()).args(arguments));
        // New workers beside the old ones, as an operator exchanges them.
        let fresh = (0..stretch.processes).map(|_| start()).collect::<Vec<_>>();
        std::mem::replace(&mut workers, fresh).into_iter().for_each(Worker::stop);
        let (from, begin) = (Timestamp::now(), Instant::now());
        while begin.elapsed() < STRETCH {
            std::thread::sleep(KILL_EVERY);
            if stretch.kills {
                let fresh = start();
                workers.push(fresh);
                drop(workers.remove(0));
            }
        }
        let seen = Seen::of(&sandbox, from + EDGE);
        vec![
            stretch.name.to_owned(),
            stretch.rate.to_string(),
            format!("{:.1}", seen.rate),
            format!("{:+.1}", (seen.rate / stretch.rate as f64 - 1.0) * 100.0),
            seen.most.to_string(),
        ]
    });
    drop(workers);
    print(
        &format!("Rate: one lane, a burst of {BURST}, {} s each", STRETCH.as_secs()),
        &["", "rate/s", "arrived/s", "off by %", "most in any second"],
        &table,
    );
    println!("\nload {:.1}", place::load());
}

/// What arrived since some time.
struct Seen {
    rate: f64,
    /// In the worst second, wherever it begins.
    most: usize,
}

impl Seen {
    fn of(sandbox: &Sandbox, from: Timestamp) -> Seen {
        let to = Timestamp::now();
        let entries = sandbox.ledger().into_iter();
        let times = entries.map(|entry| entry.received_at.parse::<Timestamp>().expect("a time"));
        let times = times.filter(|at| (from..to).contains(at)).map(|at| at.as_microsecond()).collect::<Vec<_>>();
        let within = |at: &i64| times.iter().filter(|other| (*at..*at + 1_000_000).contains(other)).count();
        let span = to.duration_since(from).as_secs_f64();
        Seen { rate: times.len() as f64 / span, most: times.iter().map(within).max().unwrap_or_default() }
    }
}
