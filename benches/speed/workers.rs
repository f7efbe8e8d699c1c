//! Several `work` processes on one queue, against a gateway that takes its time.

use std::time::{Duration, Instant};

use super::figures::{median, print, ratio};
use super::place::{self, Queue};
use super::process::{GatewayProcess, smsctl};
use super::rows;
use super::server::Server;

/// What the gateway takes to answer.
const LATENCY: Duration = Duration::from_millis(50);

/// Processes that work at the same time.
const PROCESSES: [usize; 4] = [1, 2, 8, 16];

/// How long each process has work for, at best.
const SPAN: Duration = Duration::from_secs(4);

pub fn run(senders: usize, rounds: usize, server: Option<&Server>) {
    let directory = place::scratch();
    let sandbox = GatewayProcess::sandbox(directory.path(), LATENCY);
    let of_each = senders * SPAN.as_millis() as usize / LATENCY.as_millis() as usize;
    let deadlocks = || server.map_or(0, |server| server.counter("Innodb_deadlocks"));
    let mut rates = PROCESSES.map(|_| Vec::new());
    let mut locked = PROCESSES.map(|_| 0);
    for round in 0..rounds {
        for (at, processes) in PROCESSES.into_iter().enumerate() {
            let queue = Queue::new("workers", directory.path(), server);
            rows::fill(&*queue.open(), (of_each * processes) as u64, |_, _| {});
            let before = deadlocks();
            let rate = (of_each * processes) as f64 / drain(&queue, &sandbox.url, processes, senders).as_secs_f64();
            locked[at] += deadlocks() - before;
            println!("round {round}: {processes} processes, {rate:.0} messages/s, load {:.1}", place::load());
            rates[at].push(rate);
        }
    }
    let table = PROCESSES.iter().zip(&rates).zip(locked).map(|((processes, of_these), locked)| {
        vec![
            processes.to_string(),
            format!("{:.0}", median(of_these)),
            format!("{:.2}", ratio(of_these, &rates[0])),
            locked.to_string(),
        ]
    });
    print(
        &format!("Workers: {senders} senders each, answers after {} ms, {rounds} rounds", LATENCY.as_millis()),
        &["processes", "messages/s", "ratio to one", "deadlocks"],
        &table.collect::<Vec<_>>(),
    );
    println!("\n16 beside 8: {:.2}", ratio(&rates[3], &rates[2]));
    println!("fsync of 4 KiB on this disk: {:.2} ms", place::fsync_ms(directory.path()));
}

/// From the start of the processes until the last of them has ended: every one ends well, and says nothing.
fn drain(queue: &Queue, url: &str, processes: usize, senders: usize) -> Duration {
    let senders = senders.to_string();
    let work = ["work", "--drain", "--quiet", "--no-progress", "--workers", &senders];
    let begin = Instant::now();
    let children = (0..processes)
        .map(|_| {
            let mut command = smsctl(queue, url);
            command.args(work).stderr(std::process::Stdio::piped()).spawn().expect("it starts")
        })
        .collect::<Vec<_>>();
    for child in children {
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{}: {said}", output.status);
    }
    begin.elapsed()
}
