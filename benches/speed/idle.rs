//! A worker that has nothing to do: how soon it sees a message of another process, and what its waiting costs.

use std::process::Child;
use std::time::{Duration, Instant};

use smsctl::gateway::sandbox::{Behaviour, Keep, Sandbox};
use smsctl::speed::message;

use super::figures::{median, millis, print};
use super::place::{self, Queue};
use super::process::{cpu, smsctl};
use super::rows;
use super::server::Server;

/// How long an idle worker is watched.
const WATCHED: Duration = Duration::from_secs(20);
/// Longer than anything takes here.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn run(rounds: usize, server: Option<&Server>) {
    let directory = place::scratch();
    let queue = Queue::new("idle", directory.path(), server);
    let store = queue.open();
    let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let sandbox = Sandbox::listen(loopback, Behaviour::default(), Keep::Nowhere).expect("the sandbox starts");
    let worker = Worker::start(&queue, &sandbox.url());

    let (mut whole, mut after_commit) = (Vec::new(), Vec::new());
    for n in 0..=rounds as u64 {
        // Long enough for the worker to be as slow as it becomes, and never in step with it.
        std::thread::sleep(Duration::from_micros(300_000 + fastrand::u64(0..50_000)));
        let begin = Instant::now();
        store.enqueue(&[rows::task(message(n))], 0).expect("it is enqueued");
        let committed = Instant::now();
        assert!(sandbox.wait_for(n + 1, Some(PATIENCE)), "the worker sends it");
        // The first one finds a worker that is still starting.
        if n > 0 {
            whole.push(millis(begin.elapsed()));
            after_commit.push(millis(committed.elapsed()));
        }
    }

    let asked = || server.map_or(0, |server| server.counter("Questions"));
    let (before, asked_before) = (cpu(&worker.pid()), asked());
    std::thread::sleep(WATCHED);
    // The look itself is one too.
    let (used, questions) = (cpu(&worker.pid()) - before, asked().saturating_sub(asked_before + 1));
    let share = used.as_secs_f64() / WATCHED.as_secs_f64() * 100.0;
    let row = |name: &str, values: &[f64]| {
        let longest = values.iter().copied().fold(0.0, f64::max);
        vec![name.to_owned(), format!("{:.1}", median(values)), format!("{longest:.1}")]
    };
    print(
        &format!("Idle: {rounds} messages, one at a time"),
        &["", "median ms", "longest ms"],
        &[row("enqueue by another process to the request", &whole), row("its commit to the request", &after_commit)],
    );
    println!("\nCPU of the idle worker over {} s: {share:.2} %", WATCHED.as_secs());
    if server.is_some() {
        println!("its statements a second: {:.1}", questions as f64 / WATCHED.as_secs_f64());
    }
    println!("fsync of 4 KiB on this disk: {:.2} ms", place::fsync_ms(directory.path()));
}

/// A worker process, gone when it is dropped.
struct Worker(Child);

impl Worker {
    fn start(queue: &Queue, url: &str) -> Worker {
        Worker(smsctl(queue, url).args(["work", "--workers", "64", "--quiet"]).spawn().expect("it starts"))
    }

    fn pid(&self) -> String {
        self.0.id().to_string()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
