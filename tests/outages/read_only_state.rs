//! The disk of a host becomes read-only, and with it the flight logs of its workers, while their queue on a server goes on.

use std::path::Path;

use smsctl::gateway::sandbox::Behaviour;

use crate::database::Database;
use crate::night::{Night, ended, kinds};
use crate::shim::{EROFS, OPEN, Shim, TRUNCATE, WRITE};

const MESSAGES: u64 = 400;

fn flight_logs(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let of = |entry: std::fs::DirEntry| {
        if entry.path().is_dir() {
            return flight_logs(&entry.path());
        }
        usize::from(entry.file_name().to_string_lossy().starts_with("flight-"))
    };
    entries.map(|entry| of(entry.expect("an entry"))).sum()
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_worker_whose_flight_log_can_be_neither_written_nor_removed_goes_on_without() {
    let database = Database::create();
    let behaviour = Behaviour { latency: std::time::Duration::from_millis(5), ..Behaviour::default() };
    let (night, shim) = Shim::night(Night::new(behaviour));
    let home = night.world.path("home");
    let night = Night { world: night.world.env("SMSCTL_SHIM_DIR", &home), ..night }.at(&database.url());
    night.queue(MESSAGES);
    let worker = night.worker("--workers 4 --drain");
    night.wait_for_requests(50);
    assert_eq!(flight_logs(&home), 1, "the case proves nothing without one");
    shim.fail(WRITE | TRUNCATE | OPEN, EROFS, 1_000_000);
    let said = worker.wait_for_stderr("no_flight_log");
    assert!(said.contains("ead-only"), "{said}");
    ended(worker.wait(), 0);
    assert!(shim.failed() > 0);
    assert_eq!(night.account(), kinds(&[("completed", MESSAGES)]));
    // What lies there is nobody's any more, and goes when it can.
    shim.heal();
    night.queue_from(MESSAGES, 1);
    night.drain();
    assert_eq!(flight_logs(&home), 0);
}
