//! Database servers that are killed, stopped, full, read-only, out of reach or behind a line that swallows everything, while
//! workers send. The gateway's own ledger is the judge: nothing is lost, nothing goes out twice without an order, and work goes
//! on by itself when the server is back.
//!
//! Most cases start servers of their own, by `tests/servers/mariadb`.

#[path = "../servers/database.rs"]
mod database;
#[path = "../faults/disk_model.rs"]
mod disk_model;
mod door;
mod galera;
#[path = "../harness/mod.rs"]
mod harness;
#[allow(dead_code, reason = "made for files, and most of it serves here too")]
#[path = "../faults/life.rs"]
mod life;
mod line;
#[allow(dead_code, reason = "made for files, and most of it serves here too")]
#[path = "../faults/night.rs"]
mod night;
#[path = "../servers/own.rs"]
mod own;
mod power;
mod read_only_state;
mod server;
#[allow(dead_code, reason = "made for files, and a part of it serves here too")]
#[path = "../faults/shim.rs"]
mod shim;
mod starved;

use std::time::Duration;

use smsctl::gateway::sandbox::Behaviour;

use crate::database::Database;
use crate::night::Night;

/// How often a server is killed in a case.
fn kills() -> u64 {
    let asked = std::env::var("SMSCTL_TEST_KILLS").ok().and_then(|word| word.parse::<u64>().ok());
    asked.map_or(3, |kills| kills / 20)
}

/// A night whose queue is that database, by that way, with a gateway that answers after a moment.
fn night_at(url: &str, settings: &str) -> Night {
    let behaviour = Behaviour { latency: Duration::from_millis(1), ..Behaviour::default() };
    Night::with(behaviour, settings).at(url)
}

fn night_on(database: &Database) -> Night {
    night_at(&database.url(), "")
}
