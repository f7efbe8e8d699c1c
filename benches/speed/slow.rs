//! A gateway that takes its time: many senders wait for it, and none of them costs much.

use std::time::{Duration, Instant};

use smsctl::engine::Stop;
use smsctl::speed;

use super::figures::{median, print, ratio};
use super::place::{self, Queue};
use super::process::{GatewayProcess, run_and_watch, smsctl};
use super::rows;

/// What the gateway takes to answer.
const LATENCY: Duration = Duration::from_millis(50);
/// How long the senders have work for, at best.
const SPAN: Duration = Duration::from_secs(4);
const CREWS: [usize; 2] = [100, 1_000];

pub fn run(rounds: usize) {
    let directory = place::scratch();
    let sandbox = GatewayProcess::sandbox(directory.path(), LATENCY);
    let table = CREWS.map(|senders| row(senders, rounds, &sandbox.url));
    print(
        &format!("Slow: a gateway that answers after {} ms, {rounds} rounds", LATENCY.as_millis()),
        &["senders", "at most", "bare loop/s", "work/s", "ratio", "work MiB"],
        &table,
    );
}

fn row(senders: usize, rounds: usize, url: &str) -> Vec<String> {
    let best = senders as f64 / LATENCY.as_secs_f64();
    let messages = (best * SPAN.as_secs_f64()) as u64;
    let directory = place::scratch();
    let (mut bare, mut work, mut memory) = (Vec::new(), Vec::new(), 0.0_f64);
    for round in 0..rounds {
        let stop = Stop::new();
        let wire = speed::bare_loop(url, messages, senders, &place::long(&stop)).expect("the gateway takes all");
        bare.push(wire.messages_per_s);
        let queue = Queue::new("slow", directory.path(), None);
        rows::fill(&*queue.open(), messages, |_, _| {});
        let begin = Instant::now();
        let workers = senders.to_string();
        let arguments = ["work", "--drain", "--quiet", "--no-progress", "--workers", &workers];
        memory = memory.max(run_and_watch(smsctl(&queue, url).args(arguments)));
        work.push(messages as f64 / begin.elapsed().as_secs_f64());
        let rates = (bare[round], work[round]);
        println!("{senders} senders: bare {:.0}/s, work {:.0}/s, load {:.1}", rates.0, rates.1, place::load());
    }
    vec![
        senders.to_string(),
        format!("{best:.0}"),
        format!("{:.0}", median(&bare)),
        format!("{:.0}", median(&work)),
        format!("{:.2}", ratio(&work, &bare)),
        format!("{memory:.1}"),
    ]
}
