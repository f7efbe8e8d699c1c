//! Clocks that are set, forwards and back, and hours that are there twice or not at all.

use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::night::{Night, ended, kinds, slow};
use crate::shim::Shim;

const HOUR_S: i64 = 3_600;

/// Sets the clock by so much while messages are on the wire, and lets a second worker come that looks for the dead.
fn stepped_by(seconds: i64) {
    let (night, shim) = Shim::night(Night::new(slow(300)));
    night.queue(24);
    let worker = night.worker("--workers 8");
    night.wait_for_requests(8);
    shim.clock(seconds);
    ended(night.smsctl("work --drain --workers 4").run(), 0);
    crate::harness::until("all are completed", || night.stats()["completed"] == 24);
    // It is a worker like before: what comes now goes out now.
    night.run("enqueue --to +85291234567 afterwards");
    night.wait_for_requests(25);
    worker.terminate();
    let ran = worker.wait().success().any_stdout();
    for word in ["declared_dead", "lost task=", "recovered"] {
        assert!(!ran.stderr_text().contains(word), "{}", ran.stderr_text());
    }
    assert_eq!(night.account(), kinds(&[("completed", 25)]));
}

#[test]
fn a_clock_that_is_set_an_hour_ahead_takes_nothing_from_anybody() {
    stepped_by(HOUR_S);
}

#[test]
fn a_clock_that_is_set_back_an_hour_takes_nothing_from_anybody() {
    stepped_by(-HOUR_S);
}

/// The bucket of a lane is empty: no clock fills it, whether the worker that looks has just begun or has lived on.
#[test]
fn a_clock_that_is_set_lets_no_second_burst_pass() {
    let settings = "rate = \"3/h\"\nburst = 10\n[commands.mark]\nrun = [\"/bin/sh\", \"-c\", \"echo x >> marks\"]\n";
    let (night, shim) = Shim::night(Night::with(slow(0), settings));
    night.queue(40);
    let worker = night.worker("--lane default --lane command:mark");
    night.wait_for_requests(10);
    for (turn, hours) in [1, -2, 30].into_iter().enumerate() {
        shim.clock(hours * HOUR_S);
        night.run("work --drain --for 500ms --quiet --lane default");
        night.run("enqueue --task mark --lane command:mark");
        let marks = || std::fs::read_to_string(night.world.path("marks")).unwrap_or_default().lines().count();
        crate::harness::until("the worker has claimed since", || marks() > turn);
        assert_eq!(night.sandbox.counts().requests, 10, "after a step of {hours} h");
    }
    worker.terminate();
    ended(worker.wait(), 0);
}

/// A retry that fell due by the old clock is due an hour later by the new one: it waits, it is counted, and an order brings it forward.
#[test]
fn a_retry_that_a_clock_set_back_put_off_can_be_ordered_now() {
    let behaviour = smsctl::gateway::sandbox::Behaviour { fail: vec![(503, 1.0)], ..slow(0) };
    let (night, shim) = Shim::night(Night::new(behaviour));
    night.queue(2);
    night.run("work --max-tasks 2 --quiet");
    let before = night.sandbox.counts().requests;
    shim.clock(-HOUR_S);
    let stats = night.stats();
    assert_eq!(stats["total"], 2, "{stats}");
    night.run("retry-failed --yes");
    assert_eq!(night.stats()["pending"], 2);
    night.run("work --max-tasks 2 --quiet");
    assert_eq!(night.sandbox.counts().requests, before + 2);
    shim.clock(0);
    night.drain();
    assert_eq!(night.account().values().sum::<u64>(), 2);
}

/// Seconds from now to this moment on a wall clock in Berlin.
fn berlin(month: i8, day: i8, hour: i8, minute: i8) -> i64 {
    let zone = TimeZone::get("Europe/Berlin").expect("zones are compiled in");
    let moment = zone.to_ambiguous_zoned_datetime(date(2027, month, day).at(hour, minute, 0, 0)).unambiguous();
    let moment = moment.expect("a time that is there once");
    moment.timestamp().as_second() - jiff::Timestamp::now().as_second()
}

/// In the night of the change the clock goes from 01:59 to 03:00, or from 02:59 back to 02:00. What was ordered for a time after
/// the change goes out after the change, and not an hour early or late.
#[test]
fn a_message_for_after_the_change_of_the_clocks_goes_out_after_it() {
    // Spring: from 01:50 to 03:10 it is twenty minutes. Autumn: from 01:50 to 03:10 it is two hours and twenty minutes.
    for (month, day, minutes) in [(3, 28, 20), (10, 31, 140)] {
        let (night, shim) = Shim::night(Night::new(slow(0)));
        let night = Night { world: night.world.env("TZ", "Europe/Berlin"), ..night };
        let begin = berlin(month, day, 1, 50);
        shim.clock(begin);
        night
            .smsctl("enqueue --to +85291234567 later --at")
            .arg(format!("2027-{month:02}-{day:02} 03:10"))
            .run()
            .success()
            .any_stdout()
            .any_stderr();
        shim.clock(begin + (minutes - 5) * 60);
        night.run("work --drain --quiet");
        assert_eq!(night.account(), kinds(&[("scheduled", 1)]), "five minutes before its time");
        shim.clock(begin + (minutes + 5) * 60);
        night.run("work --drain --quiet");
        assert_eq!(night.account(), kinds(&[("completed", 1)]), "five minutes after it");
    }
}

/// Leases and retries count seconds: the hour that a clock on the wall has twice is nothing to them.
#[test]
fn workers_that_live_through_the_change_of_the_clocks_notice_nothing() {
    let (night, shim) = Shim::night(Night::new(slow(300)));
    let night = Night { world: night.world.env("TZ", "Europe/Berlin"), ..night };
    // A few minutes before the second 02:00, and a few after it.
    let begin = berlin(10, 31, 1, 58) + HOUR_S;
    shim.clock(begin);
    night.queue(16);
    let worker = night.worker("--workers 8");
    night.wait_for_requests(8);
    shim.clock(begin + 240);
    ended(night.smsctl("work --drain --workers 4").run(), 0);
    crate::harness::until("all are completed", || night.stats()["completed"] == 16);
    worker.terminate();
    let ran = worker.wait().success().any_stdout();
    assert!(!ran.stderr_text().contains("declared_dead"), "{}", ran.stderr_text());
    assert_eq!(night.account(), kinds(&[("completed", 16)]));
}
