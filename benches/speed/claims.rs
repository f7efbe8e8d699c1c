//! What a claim and `stats` cost in long queues, beside short ones.

use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use rustix::time::{ClockId, clock_gettime};
use smsctl::engine::host;
use smsctl::queue::{Due, Fate, Lane, NewTask, Priority, WorkerId};
use smsctl::store::{Claim, Settlement, Store, Turn, Wanted};

use super::figures::{median, millis, print, ratio};
use super::place::{self, Queue};
use super::process::{GatewayProcess, run_and_watch, smsctl};
use super::rows;
use super::server::Server;

/// Pending rows that every queue has beside its others.
const SHORT: u64 = 10_000;
/// Claims of a turn, and turns of a round.
const CLAIMS: usize = 64;
const TURNS: usize = 40;

/// What a worker process sends of each queue, while its memory is watched.
const SENT: &str = "20000";
/// Completes all rows: a million exchanges would take a minute.
const COMPLETE: &str = "UPDATE queued_tasks SET status = 'completed', attempt = 1, revision = revision + 1,
                               started_at = created_at, completed_at = created_at";

/// What fills a queue up.
type Change = fn(u64, &mut NewTask);

/// A queue under measurement.
struct Subject<'a> {
    name: String,
    store: Box<dyn Store>,
    /// What a server used for the turns is its own CPU time.
    server: Option<&'a Server>,
    queue: Queue,
    worker: WorkerId,
    task_funcs: [String; 1],
    held: Vec<Claim>,
    /// By round: ms of CPU, and of time, for a turn; us for `stats`.
    cpu: Vec<f64>,
    time: Vec<f64>,
    stats: Vec<f64>,
}

pub fn run(count: u64, rounds: usize, only: Option<&str>, server: Option<&Server>) {
    let directory = place::scratch();
    let later: Change = |_, task| {
        task.available = Some(Due::In(Duration::from_secs(1_000_000)));
        task.priority = Priority::HIGH;
    };
    let lanes: Change = |n, task| task.lane = Lane::Gateway(format!("lane-{}", n % 10_000));
    let cases: [(&str, u64, Change); 5] = [
        ("nothing", 0, |_, _| {}),
        ("later", count, later),
        ("pending", count, |_, _| {}),
        ("lanes", count, lanes),
        ("completed", count, |_, _| {}),
    ];
    let is_wanted = |name: &str| match only {
        Some(only) => name == "nothing" || only.split(',').any(|word| word == name),
        None => true,
    };
    let cases = cases.into_iter().filter(|(name, ..)| is_wanted(name));
    let mut queues = cases
        .map(|(name, more, change)| {
            let queue = Queue::new(name, directory.path(), server);
            let store = queue.open();
            rows::fill_long(&queue, &*store, more, change, (name == "completed").then_some(COMPLETE));
            rows::fill(&*store, SHORT, |_, _| {});
            println!("{name}: {more} rows are there, load {:.1}", place::load());
            Subject::new(format!("{SHORT} pending and {more} rows: {name}"), store, queue, server)
        })
        .collect::<Vec<_>>();
    let empty = Queue::new("empty", directory.path(), server);
    let empty = empty.open();
    let mut of_empty = Vec::new();
    for _ in 0..rounds {
        queues.iter_mut().for_each(Subject::round);
        of_empty.push(time_stats(&*empty));
    }
    let sandbox = GatewayProcess::sandbox(directory.path(), Duration::ZERO);
    let first = (queues[0].cpu.clone(), queues[0].time.clone());
    let table = queues.iter().map(|queue| {
        vec![
            queue.name.clone(),
            format!("{:.1}", median(&queue.cpu) * 1e3 / CLAIMS as f64),
            format!("{:.2}", ratio(&queue.cpu, &first.0)),
            format!("{:.2}", median(&queue.time)),
            format!("{:.2}", ratio(&queue.time, &first.1)),
            format!("{:.0}", median(&queue.stats)),
            format!("{:.2}", ratio(&queue.stats, &of_empty)),
            format!("{:.1}", queue.memory_of_work(&sandbox.url)),
        ]
    });
    print(
        &format!("Claims: turns of {CLAIMS} settlements and {CLAIMS} claims; {rounds} rounds of {TURNS} turns"),
        &["", "CPU us/claim", "ratio", "turn ms", "ratio", "stats us", "ratio to empty", "work MiB"],
        &table.collect::<Vec<_>>(),
    );
    measure_snapshot(&mut queues[0], rounds);
    println!("\nstats of an empty queue: {:.0} us", median(&of_empty));
    println!("fsync of 4 KiB on this disk: {:.2} ms", place::fsync_ms(directory.path()));
}

/// What a snapshot that somebody has open costs a short queue, round by round. It comes last and alone: while it is open, no queue of
/// the whole server is tidied up.
fn measure_snapshot(subject: &mut Subject<'_>, rounds: usize) {
    let Some(database) = &subject.queue.database else { return };
    let mut reader = database.connect();
    let without = median(&subject.cpu);
    reader.query_drop("START TRANSACTION WITH CONSISTENT SNAPSHOT").expect("a snapshot");
    let us = |ms: f64| format!("{:.1}", ms * 1e3 / CLAIMS as f64);
    let mut table = vec![vec!["no snapshot".to_owned(), us(without), "1.00".to_owned()]];
    for round in 1..=4 * rounds {
        subject.round();
        let cpu = subject.cpu.last().copied().unwrap_or(f64::NAN);
        table.push(vec![(round * TURNS * CLAIMS).to_string(), us(cpu), format!("{:.2}", cpu / without)]);
    }
    print("Claims since a snapshot was opened elsewhere", &["claims", "CPU us/claim", "ratio"], &table);
}

impl<'a> Subject<'a> {
    fn new(name: String, store: Box<dyn Store>, queue: Queue, server: Option<&'a Server>) -> Subject<'a> {
        let worker = store.register(&host::this_process(CLAIMS)).expect("it registers");
        let task_funcs = [Lane::Gateway(rows::LANE.to_owned()).to_string()];
        let (cpu, time, stats) = (Vec::new(), Vec::new(), Vec::new());
        Subject { name, store, server, queue, worker, task_funcs, held: Vec::new(), cpu, time, stats }
    }

    fn round(&mut self) {
        // What the turns of this round take.
        rows::fill(&*self.store, (TURNS * CLAIMS) as u64, |_, _| {});
        let before = self.server.map_or(Duration::ZERO, Server::cpu);
        let turns = (0..TURNS).map(|_| self.turn()).collect::<Vec<_>>();
        let of_server = self.server.map(|server| millis(server.cpu().saturating_sub(before)) / TURNS as f64);
        let own = median(&turns.iter().map(|turn| turn.0).collect::<Vec<_>>());
        self.cpu.push(of_server.unwrap_or(own));
        self.time.push(median(&turns.iter().map(|turn| turn.1).collect::<Vec<_>>()));
        self.stats.push(time_stats(&*self.store));
    }

    /// The most memory that `work` holds while it sends some of the queue.
    fn memory_of_work(&self, url: &str) -> f64 {
        // As many as it sends: the short queue is not long enough.
        rows::fill(&*self.store, 2 * SHORT, |_, _| {});
        let work = ["work", "--max-tasks", SENT, "--workers", "64", "--quiet", "--no-progress"];
        run_and_watch(smsctl(&self.queue, url).args(work))
    }

    /// Gives back what it holds, and takes as much: the queue stays as long as it is. CPU and time, in ms.
    fn turn(&mut self) -> (f64, f64) {
        let settle = |claim: Claim| claim.settle(Fate::Completed { provider_message_id: None }, None);
        let settlements = self.held.drain(..).map(settle).collect::<Vec<Settlement>>();
        let lane = &self.task_funcs[0];
        let wanted = [Wanted { lane, task_funcs: &self.task_funcs, count: CLAIMS, rate: None }];
        let turn = Turn { worker: self.worker, settlements: &settlements, wanted: &wanted };
        let (cpu, begin) = (thread_cpu_ms(), Instant::now());
        let exchange = self.store.exchange(&turn).expect("it exchanges");
        let taken = (thread_cpu_ms() - cpu, millis(begin.elapsed()));
        assert_eq!(exchange.claims.len(), CLAIMS, "the queue is long enough for every turn");
        self.held = exchange.claims;
        taken
    }
}

/// CPU time of this thread, in ms.
fn thread_cpu_ms() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// The median time of `stats`, in us.
fn time_stats(store: &dyn Store) -> f64 {
    let times = (0..50).map(|_| {
        let begin = Instant::now();
        store.stats().expect("it counts");
        millis(begin.elapsed()) * 1e3
    });
    median(&times.collect::<Vec<_>>())
}
