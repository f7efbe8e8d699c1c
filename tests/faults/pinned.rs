//! A reader that does not end: as long as it reads, nothing of the log can be written into the database for good.

use std::fs;

use crate::night::{Night, ended, kinds, slow};

/// What the log is cut back to when it can be, in bytes.
const LOG_MAX: u64 = 64 * 1024 * 1024;

#[test]
fn a_reader_that_pins_the_log_stops_nobody_and_the_log_is_used_again_when_it_ends() {
    const MESSAGES: u64 = 3_000;
    let night = Night::new(slow(0));
    night.queue(MESSAGES);
    let log = || fs::metadata(night.world.path("sms.db-wal")).map_or(0, |log| log.len());
    let reader = night.other_program();
    let held: i64 = {
        reader.execute_batch("BEGIN").expect("begins");
        reader
            .query_row("SELECT count(*) FROM queued_tasks WHERE status = 'pending'", [], |row| row.get(0))
            .expect("reads")
    };
    assert_eq!(held, 3_000);
    ended(night.smsctl("work --drain --workers 8 --quiet").run(), 0);
    let pinned = log();
    // It sees what was there when it began, and all the while everything went out.
    let seen: i64 = reader
        .query_row("SELECT count(*) FROM queued_tasks WHERE status = 'pending'", [], |row| row.get(0))
        .expect("reads");
    assert_eq!(seen, 3_000);
    println!("the log is {pinned} bytes after {MESSAGES} messages");
    assert!(pinned / MESSAGES < 64 * 1024, "each message costs {} bytes of log", pinned / MESSAGES);
    reader.execute_batch("COMMIT").expect("ends");
    // The next messages go into the beginning of the log, and at the end it is no longer than its bound.
    night.queue_from(MESSAGES, 1_500);
    ended(night.smsctl("work --drain --workers 8 --quiet").run(), 0);
    assert!(log() <= pinned.max(LOG_MAX), "{} bytes, and there were {pinned}", log());
    drop(reader);
    assert_eq!(night.account(), kinds(&[("completed", MESSAGES + 1_500)]));
}

#[test]
fn a_log_that_a_reader_lets_grow_is_told() {
    let night = Night::new(slow(0));
    night.queue(2);
    let [reader, writer] = [night.other_program(), night.other_program()];
    reader.execute_batch("BEGIN; SELECT count(*) FROM queued_tasks").expect("reads");
    let fill = "CREATE TABLE filler (bytes); INSERT INTO filler VALUES (zeroblob(140000000)); DROP TABLE filler";
    writer.execute_batch(fill).expect("writes");
    let worker = night.smsctl("work --max-tasks 1").spawn();
    worker.wait_for_stderr("long_log mib=13");
    ended(worker.wait(), 0);
    let told = night.smsctl("db check").run().success();
    told.stdout_has("a program that has been reading for long keeps it from being cut back").stdout_has("fuser -v");
    reader.execute_batch("COMMIT").expect("ends");
    // Whoever writes next begins the log anew, and cuts it back.
    writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).expect("writes the log into the database");
    night.run("enqueue --to +85291234567 more");
    night.smsctl("db check").run().success().stdout("").stderr("");
    assert!(fs::metadata(night.world.path("sms.db-wal")).expect("a log").len() <= LOG_MAX);
}
