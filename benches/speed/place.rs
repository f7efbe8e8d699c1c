//! The machine, and a directory on its real disk: a file system in memory would make durability free.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use smsctl::store::{self, Access, Location, Options, Store};
use tempfile::TempDir;

use super::figures::{median, millis};

/// The machine in one line, as the kernel tells it, with what else it is doing.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("an unknown CPU");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    format!("{date}, {cores} x {}, load {load}", model.trim_start_matches(|c: char| c.is_whitespace() || c == ':'))
}

/// A scratch directory below `target/`, gone when it is dropped.
pub fn scratch() -> TempDir {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tempfile::Builder::new().prefix("bench-").tempdir_in(target).expect("a scratch directory in target/tmp")
}

/// The median time of writing 4 KiB at the end of a file in `directory` and having it on the disk, in ms.
pub fn fsync_ms(directory: &Path) -> f64 {
    let path = directory.join("fsync");
    let mut file = OpenOptions::new().create(true).append(true).open(&path).expect("a file");
    let page = [0_u8; 4096];
    let times = (0..100).map(|_| {
        let begin = Instant::now();
        file.write_all(&page).expect("writes");
        file.sync_data().expect("syncs");
        millis(begin.elapsed())
    });
    let times = times.collect::<Vec<_>>();
    let _ = fs::remove_file(path);
    median(&times)
}

pub fn database(directory: &TempDir) -> PathBuf {
    directory.path().join("queue.db")
}

/// The queue at `path`, made if it is not there.
pub fn open(path: &Path) -> Box<dyn Store> {
    store::open(&Location::Sqlite(path.to_owned()), &Options::new(Access::Create)).expect("the database opens").store
}
