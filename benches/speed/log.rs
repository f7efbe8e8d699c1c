//! The write-ahead log of a drain, and its longest turn: with checkpoints as they come, and while a reader holds the log.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use smsctl::engine::Stop;
use smsctl::output::{Output, Streams, Style};
use smsctl::speed::{self, Crew, Drain};
use smsctl::telemetry::Telemetry;

use super::figures::{median, millis, print};
use super::place::{self, Queue};
use super::process::GatewayProcess;

/// How often the size of the log is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

const NAMES: [&str; 3] = ["nobody reads", "a reader holds the log", "the next drain, after its end"];

/// One drain.
struct Run {
    drain: Drain,
    /// The longest that the log was, in bytes.
    log: u64,
}

pub fn run(messages: usize, senders: usize, rounds: usize) {
    let directory = place::scratch();
    let sandbox = GatewayProcess::sandbox(directory.path(), Duration::ZERO);
    let mut runs = NAMES.map(|_| Vec::new());
    for _ in 0..rounds {
        let queue = Queue::new("log", directory.path(), None);
        let go = || drain(&queue, &sandbox.url, messages, senders);
        runs[0].push(go());
        runs[1].push({
            let reader = rusqlite::Connection::open(queue.path()).expect("it opens");
            reader.execute_batch("BEGIN; SELECT count(*) FROM workers").expect("it reads");
            go()
        });
        runs[2].push(go());
    }
    let table = NAMES.iter().zip(&runs).map(|(name, runs)| {
        let middle = |value: &dyn Fn(&Run) -> f64| median(&runs.iter().map(value).collect::<Vec<_>>());
        vec![
            (*name).to_owned(),
            format!("{:.0}", middle(&|run| run.drain.wire.messages_per_s)),
            format!("{:.3}", middle(&|run| run.drain.turns as f64 / messages as f64)),
            format!("{:.1}", middle(&|run| millis(run.drain.longest_turn))),
            format!("{:.1}", middle(&|run| run.log as f64 / 1024.0 / 1024.0)),
        ]
    });
    print(
        &format!("Log: {messages} messages, {senders} senders, one database for the three, {rounds} rounds"),
        &["", "messages/s", "fsyncs a message", "longest turn ms", "longest log MiB"],
        &table.collect::<Vec<_>>(),
    );
    println!("\nfsync of 4 KiB on this disk: {:.2} ms", place::fsync_ms(directory.path()));
}

fn drain(queue: &Queue, url: &str, messages: usize, senders: usize) -> Run {
    let stop = Stop::new();
    let limit = place::long(&stop);
    let store = queue.open();
    speed::enqueue(&*store, messages as u64, &limit).expect("they are enqueued");
    let crew = Crew { url, senders, flight: Some(queue.flight()) };
    let out = Output::with(Style { quiet: true, no_progress: true, ..Style::default() }, Streams::process());
    let telemetry = Telemetry::new(&out, Some(messages as u64), &|| {});
    let (log, is_over, longest) = (log_of(&queue.path()), AtomicBool::new(false), AtomicU64::new(0));
    let drain = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                longest.fetch_max(fs::metadata(&log).map_or(0, |log| log.len()), Ordering::Relaxed);
                std::thread::sleep(LOOK_EVERY);
            }
        });
        let drain = speed::drain(&*store, crew, &telemetry, &limit).expect("the drain ends well");
        is_over.store(true, Ordering::Relaxed);
        drain
    });
    Run { drain, log: longest.into_inner() }
}

fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
