//! Disks that are full while a worker works. A full disk is a small file system of its own, which only root may mount: `tests/run`
//! runs these where it can.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use crate::harness::World;
use crate::night::{Night, kinds, slow};

/// A file system of so many mebibytes, for a database.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(world: &World, size_mib: u64) -> SmallDisk {
        let place = world.path("disk");
        fs::create_dir(&place).expect("a directory");
        let size = format!("size={size_mib}m");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&place).status();
        assert!(mount.is_ok_and(|status| status.success()), "root may mount");
        SmallDisk(place)
    }

    fn database(&self) -> PathBuf {
        self.0.join("sms.db")
    }

    /// Writes until nothing goes in any more.
    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).expect("a file");
        while file.write_all(&[0; 4096]).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("filler")).expect("removes");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "{} stays mounted", self.0.display());
    }
}

fn night_on_disk(size_mib: u64, latency_ms: u64) -> (SmallDisk, Night) {
    let night = Night::new(slow(latency_ms));
    let disk = SmallDisk::mount(&night.world, size_mib);
    let url = format!("sqlite:///{}", disk.database().display());
    (disk, night.at(&url))
}

/// A reader that stays: as long as it reads, the log can only grow.
fn pin(database: &Path) -> Connection {
    let reader = Connection::open(database).expect("opens");
    reader.execute_batch("BEGIN; SELECT count(*) FROM queued_tasks").expect("reads");
    reader
}

#[test]
#[ignore = "needs the right to mount a small file system: run as root with `--ignored`"]
fn a_worker_on_a_full_disk_waits_and_goes_on_when_there_is_room() {
    let (disk, night) = night_on_disk(12, 2);
    night.queue(3_000);
    let reader = pin(&disk.database());
    let worker = night.worker("--workers 4 --drain");
    night.wait_for_requests(50);
    disk.fill();
    worker.wait_for_stderr("database_away");
    let sent = night.sandbox.counts().requests;
    let on_the_way = 8;
    night
        .smsctl("enqueue --to +85291234567 late")
        .run()
        .code(75)
        .stdout("")
        .stderr_has("is full")
        .stderr_has("free some space");
    let stats = night.stats();
    assert_eq!(stats["total"], 3_000, "what was acknowledged is there, and what was refused is not: {stats}");
    let more = night.sandbox.counts().requests - sent;
    assert!(more <= on_the_way, "{more} were sent that nobody could write down");
    drop(reader);
    disk.free();
    worker.wait_for_stderr("database_back");
    let ran = worker.wait().success().any_stdout();
    assert_eq!(ran.stderr_text().matches("database_away").count(), 1, "it is said once\n{}", ran.stderr_text());
    assert_eq!(night.account(), kinds(&[("completed", 3_000)]));
}

#[test]
#[ignore = "needs the right to mount a small file system: run as root with `--ignored`"]
fn a_full_disk_that_nobody_works_on_is_told_as_full() {
    let (disk, night) = night_on_disk(12, 0);
    night.queue(10);
    disk.fill();
    for words in ["stats", "enqueue --to +85291234567 late", "db check"] {
        night.smsctl(words).run().code(75).stdout("").stderr_has("is full");
    }
    disk.free();
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 10)]));
}

#[test]
#[ignore = "needs the right to mount a small file system: run as root with `--ignored`"]
fn a_worker_that_starts_on_a_full_disk_waits_for_room() {
    let (disk, night) = night_on_disk(6, 0);
    night.queue(20);
    disk.fill();
    let worker = night.smsctl("work --drain").spawn();
    worker.wait_for_stderr("is full");
    disk.free();
    worker.wait().success().any_stdout().any_stderr();
    assert_eq!(night.account(), kinds(&[("completed", 20)]));
}
