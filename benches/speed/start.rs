//! How long short commands take, beside `sqlite3 FILE 'select 1'`.

use std::process::{Command, Stdio};
use std::time::Instant;

use super::figures::{median, millis, print};
use super::place::{self, Queue};
use super::process::smsctl;
use super::rows;

/// The short commands.
const COMMANDS: &[(&str, &[&str])] = &[
    ("smsctl --version", &["--version"]),
    ("smsctl enqueue --to +85291234567 TEXT", &["enqueue", "--to", "+85291234567", "Your code is 123456"]),
    ("smsctl stats", &["stats"]),
    ("smsctl stats --json", &["stats", "--json"]),
    ("smsctl list", &["list"]),
    ("smsctl segments TEXT", &["segments", "Your code is 123456"]),
];

pub fn run(rounds: usize) {
    let directory = place::scratch();
    let queue = Queue::new("queue", directory.path(), None);
    rows::fill(&*queue.open(), 20, |_, _| {});
    let mut times = vec![Vec::new(); COMMANDS.len() + 1];
    let mut fsyncs = Vec::new();
    // The first round fills the page cache and is not counted.
    for round in 0..=rounds {
        let mut taken = vec![time(&mut sqlite3(&queue))];
        taken.extend(COMMANDS.iter().map(|(_, args)| time(smsctl(&queue, "http://127.0.0.1:1/").args(*args))));
        if round > 0 {
            times.iter_mut().zip(taken).for_each(|(all, one)| all.push(one));
        }
        if round % 8 == 0 {
            fsyncs.push(place::fsync_ms(directory.path()));
        }
    }
    let names = std::iter::once("sqlite3 FILE 'select 1'").chain(COMMANDS.iter().map(|(name, _)| *name));
    let table = names.zip(&times).map(|(name, all)| {
        let differences = all.iter().zip(&times[0]).map(|(own, theirs)| own - theirs).collect::<Vec<_>>();
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        vec![
            name.to_owned(),
            format!("{:.1}", median(all)),
            format!("{least:.1}"),
            format!("{:+.1}", median(&differences)),
        ]
    });
    print(
        &format!("Start: {rounds} rounds"),
        &["", "median ms", "least ms", "median difference ms"],
        &table.collect::<Vec<_>>(),
    );
    println!("\nfsync of 4 KiB on this disk: {:.2} ms", median(&fsyncs));
}

fn sqlite3(queue: &Queue) -> Command {
    let mut command = Command::new("sqlite3");
    command.arg(queue.path()).arg("select 1").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// From the start of the process to its end, in ms.
fn time(command: &mut Command) -> f64 {
    let begin = Instant::now();
    let status = command.status().expect("it starts");
    let taken = millis(begin.elapsed());
    assert!(status.success(), "{command:?}: {status}");
    taken
}
