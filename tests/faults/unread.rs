//! A worker whose log nobody reads: a pipe that is full, a supervisor that does not listen. It sends, lives and obeys as ever.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixDatagram;

use rustix::fs::OFlags;
use smsctl::gateway::sandbox::Behaviour;

use crate::harness::{BOUND, Call, Running, World, until};
use crate::night::{Night, ended, kinds, slow};

/// A pipe with a name, as full as it gets. Its end is kept, so that writing there waits and does not fail.
struct FullPipe(File);

impl FullPipe {
    fn new(world: &World) -> FullPipe {
        let path = world.path("stderr");
        world.program("mkfifo", ["stderr"]).run().success().stdout("").stderr("");
        let flags = i32::try_from(OFlags::NONBLOCK.bits()).expect("a flag");
        let mut end = OpenOptions::new().read(true).write(true).custom_flags(flags).open(&path).expect("opens");
        let filling = format!("{}\n", ".".repeat(4095));
        let full = (0..).find_map(|_| end.write_all(filling.as_bytes()).err()).expect("a pipe has a bound");
        assert_eq!(full.kind(), ErrorKind::WouldBlock, "{full}");
        FullPipe(end)
    }

    /// Somebody reads it from now on, to its end, and says what it was filled with and what tells of a gap.
    fn read(self, world: &World) -> Running {
        let line = "tee log < stderr | grep --line-buffered -e '^[.]' -e ' unlogged '";
        let reader = world.program("sh", ["-c", line]).spawn();
        // Only when he has it open: a writer whose last reader goes hears of that.
        reader.wait_for_stdout("...");
        drop(self.0);
        reader
    }
}

/// The lines that a reader got, without what the pipe had been filled with.
fn lines_of(reader: Running, world: &World) -> Vec<String> {
    reader.wait().success().stderr("").any_stdout();
    world.read("log").lines().filter(|line| !line.starts_with("...")).map(str::to_owned).collect()
}

/// A command whose stderr is the pipe.
fn into_pipe(night: &Night, words: &str) -> Call {
    night.world.program("sh", ["-c", &format!("exec smsctl {words} 2> stderr")])
}

#[test]
fn a_log_that_nobody_reads_keeps_no_message_back() {
    let night = Night::new(slow(0));
    night.queue(200);
    let _unread = FullPipe::new(&night.world);
    ended(into_pipe(&night, "work -v --drain --workers 8").run(), 0);
    assert_eq!(night.account(), kinds(&[("completed", 200)]));
}

#[test]
fn a_worker_whose_log_nobody_reads_lives_and_obeys_one_signal() {
    let night = Night::new(slow(0));
    night.queue(20);
    let _unread = FullPipe::new(&night.world);
    let worker = into_pipe(&night, "work -v --workers 4").spawn();
    night.wait_for_requests(20);
    let beat = || -> String {
        let beat = "SELECT max(heartbeat_at) FROM workers";
        night.other_program().query_row(beat, [], |row| row.get(0)).expect("a worker")
    };
    let first = beat();
    until("the worker writes another heartbeat", || beat() != first);
    worker.terminate();
    ended(worker.wait(), 0);
    assert_eq!(night.account(), kinds(&[("completed", 20)]));
}

#[test]
fn a_grace_that_is_over_ends_a_worker_whose_log_nobody_reads() {
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(4);
    let _unread = FullPipe::new(&night.world);
    let worker = into_pipe(&night, "work --workers 4 --shutdown-grace 50ms").spawn();
    night.wait_for_requests(4);
    worker.terminate();
    ended(worker.wait(), 143);
}

#[test]
fn an_error_that_nobody_reads_has_its_exit_code() {
    let night = Night::new(slow(0));
    night.queue(1);
    night.run("lane pause default");
    let _unread = FullPipe::new(&night.world);
    ended(into_pipe(&night, "work --drain").run(), 75);
    ended(into_pipe(&night, "work --lane nowhere").run(), 78);
}

#[test]
fn whoever_reads_the_log_late_reads_all_of_it_in_order() {
    let night = Night::new(Behaviour { fail: vec![(400, 1.0)], ..Behaviour::default() });
    night.queue(500);
    let unread = FullPipe::new(&night.world);
    let worker = into_pipe(&night, "work --workers 8").spawn();
    until("every message has its end", || night.stats()["failed"] == 500);
    let reader = unread.read(&night.world);
    worker.terminate();
    ended(worker.wait(), 0);
    let log = lines_of(reader, &night.world);
    let times = log.iter().map(|line| line.split(' ').next().unwrap_or_default());
    assert!(times.is_sorted(), "{log:#?}");
    assert_eq!(log.iter().filter(|line| line.contains(" rejected task=")).count(), 500, "{log:#?}");
    assert!(log.first().is_some_and(|line| line.contains(" worker_started ")), "{log:#?}");
    assert!(log.last().is_some_and(|line| line.contains(" worker_stopped ")), "{log:#?}");
    assert!(!log.iter().any(|line| line.contains(" unlogged ")), "{log:#?}");
}

#[test]
fn what_found_no_room_is_counted_where_it_is_missing() {
    /// Some more than there is room for.
    const ROWS: usize = 18_000;
    // The longer the name of the lane, the fewer lines fill the room.
    let lane = "x".repeat(64);
    let settings = format!(
        "[gateways.{lane}]\nprofile = \"hkt\"\nbase_url = \"http://127.0.0.1:9\"\napplication_id = \"app\"\n\
         sender = \"85212345678\"\n"
    );
    let night = Night::with(slow(0), &settings);
    night.queue(1);
    // Rows of another program that say nothing to send: each is a line of the log, and costs no request.
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
         INSERT INTO queued_tasks (task_name, task_func, status) \
         SELECT task_name, 'gateway:{lane}', 'pending' FROM n, queued_tasks WHERE id = 1"
    );
    night.other_program().execute_batch(&rows).expect("rows");
    let unread = FullPipe::new(&night.world);
    let worker = into_pipe(&night, "work --workers 64").spawn();
    let other = night.other_program();
    let is_over = || -> bool {
        let left = "SELECT NOT EXISTS (SELECT 1 FROM queued_tasks WHERE status IN ('pending', 'processing'))";
        other.query_row(left, [], |row| row.get(0)).expect("a database")
    };
    until("every row has its end", is_over);
    let reader = unread.read(&night.world);
    reader.wait_for_stdout(" unlogged ");
    worker.terminate();
    ended(worker.wait(), 0);
    let log = lines_of(reader, &night.world);
    let at = |event: &str| (0..log.len()).filter(|at| log[*at].contains(&format!(" {event} "))).collect::<Vec<_>>();
    let (kept, gaps) = (at("invalid").len(), at("unlogged"));
    assert_eq!(gaps.len(), 1, "kept {kept}, and these tell of a gap: {gaps:?}");
    let gap = &log[gaps[0]];
    let (_, missing) = gap.split_once(" warn  unlogged lines=").unwrap_or_else(|| panic!("{gap}"));
    assert_eq!(missing.parse(), Ok(ROWS - kept), "{gap}; {kept} of {ROWS} were written");
    assert!((ROWS / 2..ROWS).contains(&kept), "{kept} of {ROWS} were written");
    let last = at("invalid").last().copied();
    assert!(last < Some(gaps[0]), "a line of before stands behind the gap: {last:?}, {gaps:?}");
    assert_eq!((at("worker_started"), at("worker_stopped")), (vec![0], vec![log.len() - 1]));
    assert!(at("stopping") > gaps, "what is said later stands behind the gap");
}

#[test]
fn a_supervisor_that_does_not_listen_holds_up_nothing() {
    let night = Night::new(slow(0));
    night.queue(20);
    // The path of a socket has to be short: the world's may not be.
    let place = tempfile::Builder::new().prefix("smsctl").tempdir_in("/tmp").expect("a directory");
    let path = place.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(BOUND)).expect("a bound");
    let other = UnixDatagram::unbound().expect("a socket");
    other.set_nonblocking(true).expect("it waits for nobody");
    let full = (0..).find_map(|_| other.send_to(b"X=1", &path).err()).expect("a socket has a bound");
    assert_eq!(full.kind(), ErrorKind::WouldBlock, "{full}");
    let worker = night.smsctl("work").env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "100000").spawn();
    night.wait_for_requests(20);
    // It hears of readiness when it listens again.
    let mut heard = String::new();
    let mut buffer = [0; 4096];
    while !heard.contains("READY=1") {
        let length = socket.recv(&mut buffer).unwrap_or_else(|error| panic!("not ready after {heard}: {error}"));
        heard.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    worker.terminate();
    ended(worker.wait(), 0);
    assert_eq!(night.account(), kinds(&[("completed", 20)]));
}
