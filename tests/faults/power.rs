//! The power fails. A run is recorded, write by write and fsync by fsync, and then it is cut off at many points; `disk_model.rs`
//! says what the disk may hold then. From that the queue goes on: nothing that was acknowledged is lost, nothing is corrupt, and
//! nothing that may have left would be sent again.
//!
//! `SMSCTL_TEST_CRASHES` says how many points are looked at (default 150).

use std::fs;
use std::path::Path;
use std::rc::Rc;

use fastrand::Rng;
use rusqlite::Connection;

use crate::disk_model::{Disk, records};
use crate::life::{Known, Life};
use crate::night::{Night, slow};
use crate::shim::Shim;

/// Of so many points one is gone on from, by `smsctl` itself; the others are only opened and compared.
const GO_ON_EVERY: usize = 6;

fn crashes() -> usize {
    let asked = std::env::var("SMSCTL_TEST_CRASHES").ok().and_then(|word| word.parse().ok());
    asked.unwrap_or(150)
}

/// What a database says that the world knows better.
fn findings(known: &Known, database: &Path) -> Vec<String> {
    match compare(known, database) {
        Ok(findings) => findings,
        // Before the first migration was over nobody had been told anything.
        Err(_) if known.is_nothing() => Vec::new(),
        Err(error) => vec![format!("it cannot be read: {error}")],
    }
}

fn compare(known: &Known, database: &Path) -> rusqlite::Result<Vec<String>> {
    let connection = Connection::open(database)?;
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    let mut statement = connection.prepare("SELECT content, status FROM queued_tasks")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut findings = known.compare(rows.collect::<rusqlite::Result<Vec<_>>>()?);
    findings.extend((whole != "ok").then_some(whole));
    Ok(findings)
}

/// Cuts a life off at `crashes` points and says what was wrong at each.
fn cut(crashes: usize, is_lying: bool) -> Vec<String> {
    let (night, shim) = Shim::night(Night::new(slow(1)));
    let shim = Rc::new(shim);
    let recorder = Rc::clone(&shim);
    let folder = night.world.path("queue");
    // The night's folder is there as long as its life.
    let life = Life::live(night, move |call| recorder.record(call));
    let trace = shim.trace();
    let records = records(&trace);
    let acknowledges = life.acknowledges();
    let mut dice = Rng::with_seed(7);
    let mut points: Vec<usize> = (0..crashes).map(|_| dice.usize(1..=records.len())).collect();
    points.sort_unstable();
    let (after, _shim) = Shim::night(Night::new(slow(0)));
    let (mut disk, mut known, mut all) = (Disk::new(&folder), Known::default(), Vec::new());
    disk.is_lying = is_lying;
    let mut done = 0;
    for (crash, point) in points.into_iter().enumerate() {
        for record in &records[done..point] {
            disk.apply(record);
            known.learn(record, &acknowledges);
        }
        done = point;
        let place = after.world.path(&format!("crash{crash}"));
        fs::create_dir(&place).expect("a folder");
        for (name, content) in disk.after_a_crash(&mut dice) {
            fs::write(place.join(Path::new(&name).file_name().expect("a name")), content).expect("writes");
        }
        let database = place.join("sms.db");
        let found = findings(&known, &database);
        all.extend(found.into_iter().map(|finding| format!("after {point} of {} calls: {finding}", records.len())));
        if crash % GO_ON_EVERY == 0 && !is_lying {
            let found = known.go_on(&after, &format!("sqlite:///{}", database.display()));
            all.extend(found.into_iter().map(|finding| format!("gone on after {point} calls: {finding}")));
        }
        fs::remove_dir_all(&place).expect("removes");
    }
    known.assert_long();
    all
}

#[test]
fn a_power_loss_at_any_moment_loses_nothing_and_doubles_nothing() {
    let findings = cut(crashes(), false);
    assert!(findings.is_empty(), "{findings:#?}");
}

/// The judge can find something: on a disk that lies about its fsyncs the same life loses messages.
#[test]
fn on_a_disk_that_lies_a_power_loss_is_found_to_lose_messages() {
    let findings = cut(40, true);
    assert!(findings.iter().any(|finding| finding.contains("is lost")), "{findings:#?}");
}
