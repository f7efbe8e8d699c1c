//! What is known of the claims of a worker that was killed: only what was on the wire is unknown.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Instant;

use serde_json::Value;
use smsctl::gateway::sandbox::Behaviour;

use crate::account::Account;
use crate::scene::{PATIENCE, Scene, kills};
use crate::slow;

const SENDERS: u64 = 64;

/// What the queue says of one task, in one word.
fn fate(task: &Value) -> &str {
    let status = task["status"].as_str().expect("a status");
    if task["error_type"] == "unknown" { "unknown" } else { status }
}

fn tasks(scene: &Scene) -> Vec<Value> {
    let list = scene.run(&["list", "-o", "jsonl"]);
    list.lines().map(|line| serde_json::from_str(line).expect("a task in JSON")).collect()
}

/// Tasks that were claimed once and wait with their attempt unspent.
fn given_back(tasks: &[Value]) -> u64 {
    tasks.iter().filter(|task| fate(task) == "pending" && task["attempt"].as_u64() > Some(0)).count() as u64
}

pub fn of_sixty_four_senders_only_the_wire_is_unknown(scene: &Scene, kills: u64) {
    let messages = kills * 400;
    scene.enqueue(messages);
    let (mut unknown, mut released) = (0, 0);
    for round in 0..kills {
        scene.kill_a_worker_of(SENDERS, 100 + (round * 37) % 150);
        scene.recover();
        let tasks = tasks(scene);
        let now = tasks.iter().filter(|task| fate(task) == "unknown").count() as u64;
        assert!(
            now - unknown <= SENDERS,
            "round {round}: {} of {SENDERS} senders' messages are unknown",
            now - unknown
        );
        unknown = now;
        released += given_back(&tasks);
        for task in &tasks {
            assert_ne!(fate(task), "processing", "all are decided about: {task}");
            let spent = task["retry_count"].as_u64().expect("a count");
            assert_eq!(spent, u64::from(fate(task) == "unknown"), "what never left has lost no attempt: {task}");
        }
        // Pending means that the gateway never saw it, completed that it did; each of them once.
        let account = Account::take(scene);
        account.assert_nothing_lost(messages);
        account.assert_nothing_doubled();
        assert!(account.lies.is_empty(), "round {round}: {:#?}", account.lies);
        assert_eq!(scene.flight_logs(), [""; 0], "round {round}: logs are removed when all is decided");
    }
    assert!(unknown > 0 && released > 0, "the case proves nothing: {unknown} unknown, {released} given back");
    scene.drain();
    let account = Account::take(scene);
    account.assert_nothing_lost(messages);
    account.assert_nothing_doubled();
    account.assert_said_is_true();
    assert_eq!(account.completed + unknown, messages, "only what was on the wire is not known: {account:#?}");
}

#[test]
fn of_a_worker_that_is_killed_with_sixty_four_senders_only_the_wire_is_unknown() {
    // Each round looks at the whole queue, so that many kills take many queues.
    const KILLS_PER_QUEUE: u64 = 10;
    for _ in 0..kills().div_ceil(15).div_ceil(KILLS_PER_QUEUE) {
        of_sixty_four_senders_only_the_wire_is_unknown(&Scene::new(slow()), KILLS_PER_QUEUE);
    }
}

/// A gateway that answers when it is told to.
struct Puppet {
    listener: TcpListener,
}

impl Puppet {
    fn new(scene: &Scene, scheme: &str) -> Puppet {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        scene.point_at(&format!("{scheme}://{}", listener.local_addr().expect("its address")));
        Puppet { listener }
    }

    /// Waits for a connection and the first of what comes on it.
    fn request(&self) -> (TcpStream, String) {
        let (mut stream, _) = self.listener.accept().expect("a connection");
        let mut bytes = vec![0; 64 * 1024];
        let read = stream.read(&mut bytes).expect("a request");
        (stream, String::from_utf8_lossy(&bytes[..read]).into_owned())
    }
}

fn answer(stream: &mut TcpStream, status: u16, body: &str) {
    let answer = format!("HTTP/1.1 {status} Answer\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).expect("an answer");
}

fn kill(mut worker: Child) {
    worker.kill().expect("kills");
    worker.wait().expect("waits");
}

/// Waits until something else stands in the log.
#[track_caller]
fn wait_for_another(log: &Path, before: &[u8]) {
    let end = Instant::now() + PATIENCE;
    while fs::read(log).expect("the log") == before {
        assert!(Instant::now() < end, "nothing was written into {}", log.display());
        std::thread::yield_now();
    }
}

/// The one log that is there.
fn log_of(scene: &Scene) -> PathBuf {
    let logs = scene.flight_logs();
    assert_eq!(logs.len(), 1, "{logs:?}");
    scene.database().with_file_name(&logs[0])
}

#[test]
fn an_answer_that_came_before_the_kill_is_settled_as_it_came() {
    for (status, body, expected, words) in [
        (200, "OK", "completed", ""),
        (400, "wrong number", "rejected", "the gateway answered 400"),
        (503, "not now", "unavailable", "the gateway answered 503"),
        (502, "no idea", "unknown", "the gateway answered 502"),
    ] {
        let scene = Scene::new(Behaviour::default());
        let puppet = Puppet::new(&scene, "http");
        scene.enqueue(2);
        let worker = scene.start_worker(&["--workers", "2", "--no-retry"]);
        let (mut first, request) = puppet.request();
        let (_second, _) = puppet.request();
        // Nobody can write to the database from now on: the answer is in the log, and nowhere else.
        let lock = rusqlite::Connection::open(scene.database()).expect("opens");
        lock.execute_batch("BEGIN IMMEDIATE").expect("locks");
        let log = log_of(&scene);
        let before = fs::read(&log).expect("the log");
        answer(&mut first, status, body);
        wait_for_another(&log, &before);
        kill(worker);
        lock.execute_batch("ROLLBACK").expect("unlocks");
        drop(lock);
        scene.recover();
        let tasks = tasks(&scene);
        let answered = usize::from(!request.ends_with("message+0"));
        let (known, unknown) = (&tasks[answered], &tasks[1 - answered]);
        let word = known["error_type"].as_str().unwrap_or_else(|| fate(known));
        assert_eq!(word, expected, "{known}");
        let told = known["error_message"].as_str().unwrap_or_default();
        assert!(told.starts_with(words), "{status}: {told}");
        assert_eq!(fate(unknown), "unknown", "{unknown}");
        let died = "the worker ended while the message was on its way";
        assert_eq!(unknown["error_message"], died, "{unknown}");
        assert_eq!(scene.flight_logs(), [""; 0]);
    }
}

#[test]
fn a_request_whose_connection_was_still_being_made_never_left() {
    let scene = Scene::new(Behaviour::default());
    let puppet = Puppet::new(&scene, "https");
    scene.enqueue(1);
    let worker = scene.start_worker(&["--workers", "1"]);
    // The sender waits for the other side of the handshake, which never comes.
    let (_stream, _hello) = puppet.request();
    kill(worker);
    scene.recover();
    let task = &tasks(&scene)[0];
    assert_eq!((fate(task), task["attempt"].as_u64(), task["retry_count"].as_u64()), ("pending", Some(1), Some(0)));
}

#[test]
fn what_the_log_of_a_dead_worker_tells_is_settled_before_the_queue_is_copied() {
    let mut scene = Scene::new(Behaviour::default());
    let puppet = Puppet::new(&scene, "http");
    scene.enqueue(3);
    let worker = scene.start_worker(&["--workers", "2"]);
    let (mut first, _) = puppet.request();
    let (_second, _) = puppet.request();
    let lock = rusqlite::Connection::open(scene.database()).expect("opens");
    lock.execute_batch("BEGIN IMMEDIATE").expect("locks");
    // The sender that is free now takes the third message, if it is with the worker at all, and is left with it on the wire.
    let log = log_of(&scene);
    let before = fs::read(&log).expect("the log");
    answer(&mut first, 200, "OK");
    wait_for_another(&log, &before);
    kill(worker);
    lock.execute_batch("ROLLBACK").expect("unlocks");
    drop(lock);
    let next = format!("sqlite:///{}", scene.database().with_file_name("next.db").display());
    scene.copy(&next);
    assert_eq!(scene.flight_logs(), [""; 0]);
    scene.move_to(None);
    let tasks = tasks(&scene);
    let count = |word: &str| tasks.iter().filter(|task| fate(task) == word).count();
    assert_eq!((count("completed"), count("processing")), (1, 0), "{tasks:#?}");
    assert_eq!(count("unknown") + count("pending"), 2, "{tasks:#?}");
    assert!(count("unknown") > 0, "{tasks:#?}");
}

#[test]
fn what_no_log_tells_of_is_left_as_it_is_by_a_copy() {
    for keeps_source in [false, true] {
        let mut scene = Scene::new(Behaviour::default());
        let puppet = Puppet::new(&scene, "http");
        scene.enqueue(1);
        let worker = scene.start_worker(&["--workers", "1"]);
        let (_stream, _request) = puppet.request();
        kill(worker);
        let log = log_of(&scene);
        if !keeps_source {
            fs::remove_file(&log).expect("removes");
        }
        let next = format!("sqlite:///{}", scene.database().with_file_name("next.db").display());
        let from = format!("sqlite:///{}", scene.database().display());
        let keep: &[&str] = if keeps_source { &["--keep-source"] } else { &[] };
        scene.run(&[&["db", "copy", "--yes", &from, &next], keep].concat());
        assert_eq!(log.exists(), keeps_source, "the source's own workers read it");
        if !keeps_source {
            scene.move_to(None);
        }
        assert_eq!(fate(&tasks(&scene)[0]), "processing", "keeps its source: {keeps_source}");
    }
}

#[test]
fn a_row_that_another_program_changed_while_it_was_on_the_wire_is_unknown_after_a_kill() {
    let changes = ["attempt = attempt + 1", "attempt = 0", "attempt = NULL", "id = 7", "started_at = NULL"];
    for change in changes {
        let scene = Scene::new(Behaviour::default());
        let puppet = Puppet::new(&scene, "http");
        scene.enqueue(1);
        let worker = scene.start_worker(&["--workers", "1"]);
        let (_stream, request) = puppet.request();
        assert!(request.starts_with("POST"), "{request}");
        let other = rusqlite::Connection::open(scene.database()).expect("opens");
        other.execute_batch(&format!("UPDATE queued_tasks SET {change}")).expect("changes");
        drop(other);
        kill(worker);
        scene.recover();
        let task = &tasks(&scene)[0];
        assert_eq!(fate(task), "unknown", "{change}: {task}");
    }
}

#[test]
fn a_row_that_another_program_gave_to_an_idle_worker_is_unknown_when_that_one_is_killed() {
    let scene = Scene::new(Behaviour::default());
    let puppet = Puppet::new(&scene, "http");
    scene.enqueue(1);
    let sending = scene.start_worker(&["--workers", "1"]);
    let (_stream, _request) = puppet.request();
    let idle = scene.start_worker(&["--workers", "1"]);
    let other = rusqlite::Connection::open(scene.database()).expect("opens");
    let newest = "(SELECT max(id) FROM workers)";
    while other.query_row(&format!("SELECT {newest} > 1001"), [], |row| row.get(0)) != Ok(true) {
        std::thread::yield_now();
    }
    other.execute_batch(&format!("UPDATE queued_tasks SET worker_id = {newest}")).expect("changes");
    kill(idle);
    scene.recover();
    let task = &tasks(&scene)[0];
    assert_eq!(fate(task), "unknown", "{task}");
    kill(sending);
}

#[test]
fn without_a_log_that_adds_up_all_that_the_dead_worker_held_is_unknown() {
    type Spoil = fn(&PathBuf);
    let spoilt: [(&str, Spoil); 3] = [
        ("it is gone", |log| fs::remove_file(log).expect("removes")),
        ("it is short", |log| fs::write(log, &fs::read(log).expect("reads")[..5000]).expect("writes")),
        ("a byte of its head is another", |log| {
            let mut bytes = fs::read(log).expect("reads");
            bytes[40] ^= 1;
            fs::write(log, bytes).expect("writes");
        }),
    ];
    for (how, spoil) in spoilt {
        let scene = Scene::new(Behaviour::default());
        let puppet = Puppet::new(&scene, "https");
        scene.enqueue(1);
        let worker = scene.start_worker(&["--workers", "1"]);
        let (_stream, _hello) = puppet.request();
        kill(worker);
        spoil(&log_of(&scene));
        scene.recover();
        assert_eq!(fate(&tasks(&scene)[0]), "unknown", "{how}");
        assert_eq!(scene.flight_logs(), [""; 0], "{how}");
    }
}

#[test]
fn a_worker_that_ends_in_order_leaves_no_log() {
    let scene = Scene::new(Behaviour::default());
    scene.enqueue(10);
    scene.drain();
    assert_eq!(scene.flight_logs(), [""; 0]);
}

/// The directory of a queue on a file can be written; that of one on a server need not.
pub fn a_worker_without_a_place_for_its_log_goes_on_and_says_so(scene: &Scene) {
    scene.enqueue(3);
    fs::remove_dir(scene.state()).expect("removes");
    let told = scene.tells(&["work", "--drain", "--workers", "2"]);
    // Where smsctl is installed as a service there is one more place.
    let expected = usize::from(!Path::new("/var/lib/smsctl").is_dir());
    assert_eq!(told.matches("no_flight_log").count(), expected, "{told}");
    let path = scene.state().join("flight-").display().to_string();
    assert_eq!(told.matches(&path).count(), expected, "it is named: {told}");
    assert_eq!(Account::take(scene).completed, 3);
}
