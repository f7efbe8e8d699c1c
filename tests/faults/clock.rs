//! Clocks that jump, and workers that stand still.

use rusqlite::params;

use crate::harness::until;
use crate::night::{Night, ended, kinds, slow};
use smsctl::gateway::sandbox::Behaviour;

/// Makes every heartbeat an hour old, as a clock that jumps ahead does.
fn jump(night: &Night) {
    let hour = "UPDATE workers SET heartbeat_at = strftime('%Y-%m-%d %H:%M:%f000', heartbeat_at, '-1 hour')";
    assert!(night.other_program().execute(hour, params![]).expect("updates") > 0);
}

#[test]
fn a_clock_that_jumps_takes_nothing_from_a_worker_that_lives() {
    let night = Night::new(slow(300));
    night.queue(8);
    let worker = night.worker("--workers 8");
    night.wait_for_requests(8);
    jump(&night);
    // It looks for the dead at its start, and finds a heartbeat of an hour ago.
    ended(night.smsctl("work --drain").run(), 0);
    until("all are completed", || night.stats()["completed"] == 8);
    worker.terminate();
    let ran = worker.wait().success().any_stdout();
    assert!(
        !ran.stderr_text().contains("declared_dead") && !ran.stderr_text().contains("lost task="),
        "{}",
        ran.stderr_text()
    );
    assert_eq!(night.account(), kinds(&[("completed", 8)]));
}

#[test]
fn a_worker_that_stood_still_past_its_lease_sends_and_writes_nothing_stale() {
    // Two requests are on the wire and never answered; the two claims behind them never leave.
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(2);
    let stopped = night.worker("--workers 2");
    night.wait_for_requests(2);
    stopped.suspend();
    let other = night.worker("--workers 2");
    // Half a minute, the length of the lease: the one wait in here that nothing can shorten.
    other.wait_for_stderr("recovered");
    stopped.resume();
    stopped.wait_for_stderr("declared_dead");
    stopped.wait_for_stderr("lost task=1");
    stopped.wait_for_stderr("lost task=2");
    other.terminate();
    ended(other.wait(), 0);
    // It is a worker like any other again.
    night.run("enqueue --to +85291234567 after");
    night.wait_for_requests(3);
    stopped.terminate();
    ended(stopped.wait(), 0);
    assert_eq!(night.account(), kinds(&[("failed unknown", 3)]));
}

#[test]
fn a_drain_waits_until_it_is_known_what_becomes_of_a_worker_that_stands_still() {
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(2);
    let stopped = night.worker("--workers 2");
    night.wait_for_requests(2);
    stopped.suspend();
    jump(&night);
    let show = night.run("show 1");
    assert!(show.contains("which stands still, or is stuck: nobody knows"), "{show}");
    night.run("work --drain");
    let stats = night.stats();
    assert_eq!((&stats["processing"], &stats["unknown"]), (&0.into(), &2.into()), "{stats}");
    stopped.kill_9();
    assert_eq!(night.account(), kinds(&[("failed unknown", 2)]));
}

#[test]
fn a_queue_is_not_moved_away_from_a_worker_that_stands_still() {
    let night = Night::new(Behaviour { silent: 1.0, ..Behaviour::default() });
    night.queue(2);
    let stopped = night.worker("--workers 1");
    night.wait_for_requests(1);
    stopped.suspend();
    jump(&night);
    // It wakes some day, and what it holds may leave then.
    let copy = format!(
        "db copy --yes sqlite:///{} sqlite:///{}",
        night.database().display(),
        night.world.path("new.db").display()
    );
    night.smsctl(&copy).run().code(75).any_stdout().stderr_has("1 worker is at work on");
    stopped.kill_9();
    stopped.wait().killed_by(9).any_stdout().any_stderr();
    night.smsctl(&copy).run().success().any_stdout().any_stderr();
}

#[test]
fn a_worker_that_stood_still_past_the_time_of_its_calls_reads_the_answers_that_came_meanwhile() {
    let marks = "[commands.slow]\nrun = [\"/bin/sh\", \"-c\", \"> begun; until [ -e answered ]; do sleep 0.02; done; echo id-1\"]\ntimeout = \"4s\"\n\
                 [commands.endless]\nrun = [\"/bin/sh\", \"-c\", \"exec sleep 3600\"]\ntimeout = \"5s\"\n";
    let night = Night::with(slow(2_000), marks);
    night.queue(4);
    night.run("enqueue --task slow --lane command:slow");
    let stopped = night.worker("--workers 5 --lane default --lane command:slow");
    night.wait_for_requests(4);
    until("the command has begun", || night.world.path("begun").exists());
    stopped.suspend();
    night.world.write("answered", "");
    night.run("enqueue --task endless --lane command:endless");
    // The end of a call that began after theirs, and may take longer: theirs would be over too.
    night.run("work --drain --lane command:endless");
    stopped.resume();
    until("nothing is on its way", || night.stats()["processing"] == 0);
    stopped.terminate();
    ended(stopped.wait(), 0);
    assert_eq!(night.account(), kinds(&[("completed", 5), ("failed unknown", 1)]));
}
