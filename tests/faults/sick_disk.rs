//! Disks that fail for a while: an fsync that comes back with an error, a disk that is full now and then, reads that fail, a file
//! system that has become read-only. What cannot be written is kept and said, nothing more is claimed meanwhile, and when the
//! disk is back every message has gone out once.

use crate::night::{Night, kinds, slow};
use crate::shim::{EIO, ENOSPC, EROFS, OPEN, READ, SYNC, Shim, TRUNCATE, WRITE};

const MESSAGES: u64 = 400;
const ALWAYS: u64 = 1_000_000;

/// A worker at work on a disk on which calls of these kinds fail for a while.
fn for_a_while(kinds_of_calls: u64, error: u64, said: &str) {
    let (night, shim) = Shim::night(Night::new(slow(2)));
    night.queue(MESSAGES);
    let worker = night.worker("--workers 4 --drain");
    night.wait_for_requests(50);
    shim.fail(kinds_of_calls, error, ALWAYS);
    let line = worker.wait_for_stderr("database_away");
    assert!(line.contains(said), "`{said}` is not in: {line}");
    let sent = night.sandbox.counts().requests;
    // It has been tried again, in vain, and nothing was sent meanwhile that had not been claimed before.
    shim.wait_for_failed(shim.failed() + 3);
    let more = night.sandbox.counts().requests - sent;
    assert!(more <= 8, "{more} were sent that nobody could write down");
    let refused = night.smsctl("enqueue --to +85291234567 late").run().stdout("");
    assert!([69, 75, 77].contains(&refused.exit_code().unwrap_or(0)), "it is refused: {}", refused.stderr_text());
    assert!(!refused.stderr_text().contains("bug"), "{}", refused.stderr_text());
    shim.heal();
    worker.wait_for_stderr("database_back");
    let ran = worker.wait().success().any_stdout();
    assert_eq!(ran.stderr_text().matches("database_away").count(), 1, "it is said once\n{}", ran.stderr_text());
    assert_eq!(night.account(), kinds(&[("completed", MESSAGES)]));
}

#[test]
fn an_fsync_that_fails_stops_claims_until_it_succeeds() {
    for_a_while(SYNC, EIO, "sms.db");
}

#[test]
fn a_disk_that_takes_no_writes_stops_claims_until_it_does() {
    for_a_while(WRITE | TRUNCATE, ENOSPC, "is full");
}

#[test]
fn a_file_system_that_became_read_only_stops_claims_until_it_is_mended() {
    for_a_while(WRITE | TRUNCATE | OPEN, EROFS, "sms.db");
}

#[test]
fn a_disk_that_fails_now_and_then_costs_time_and_no_message() {
    /// Turns enough that some meet a failure.
    const MESSAGES: u64 = 400;
    for (kinds_of_calls, error, per_million) in
        [(WRITE | TRUNCATE, ENOSPC, 40_000), (SYNC, EIO, 150_000), (WRITE | SYNC | READ, EIO, 8_000)]
    {
        let (night, shim) = Shim::night(Night::new(slow(0)));
        night.queue(MESSAGES);
        shim.fail(kinds_of_calls, error, per_million);
        // A failure while it opens the database or looks at it for the last time ends a worker, in words; another one goes on.
        let mut tries = 0;
        loop {
            let ran = night.smsctl("work --drain --workers 4 --quiet").run().any_stdout();
            if ran.exit_code() == Some(0) {
                ran.any_stderr();
                break;
            }
            let said = ran.stderr_text();
            assert!(said.contains("is full") || said.contains("disk I/O error"), "{said}");
            tries += 1;
            assert!(tries < 50, "it never comes to an end: {said}");
        }
        assert!(shim.failed() > 0, "nothing failed: the case proves nothing");
        shim.heal();
        night.drain();
        let account = night.account();
        let of = |kind: &str| account.get(kind).copied().unwrap_or(0);
        assert_eq!(of("completed") + of("failed unknown"), MESSAGES, "{account:?}");
    }
}

/// What a database cannot give back is not made up: reads fail, and that is said, with the exit code of a try again.
#[test]
fn reads_that_fail_are_told_and_leave_the_queue_as_it_is() {
    let (night, shim) = Shim::night(Night::new(slow(0)));
    night.queue(300);
    shim.fail(READ, EIO, ALWAYS);
    for words in ["stats", "list", "work --drain", "enqueue --to +85291234567 late", "db check", "show 1"] {
        night.smsctl(words).run().code(69).stdout("").stderr_has("sms.db");
    }
    shim.heal();
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 300)]));
}
