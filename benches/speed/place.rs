//! The machine, a directory on its real disk (a file system in memory would make durability free), and queues there or on a
//! server.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use smsctl::store::{self, Access, Location, Options, Store};
use tempfile::TempDir;

use super::figures::{median, millis};
use super::server::{Database, Server};

/// The machine in one line, as the kernel tells it, with what else it is doing.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("an unknown CPU");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    let model = model.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    format!("{date}, {cores} x {model}, load {:.1}", load())
}

/// How many processes want the machine, over the last minute.
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(f64::NAN)
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

/// A queue of a run's own: a file, or a database of a server.
pub struct Queue {
    /// As `DATABASE_URL` has it.
    pub url: String,
    /// Where a process that works on it runs.
    pub directory: PathBuf,
    pub database: Option<Database>,
}

impl Queue {
    /// A new and empty one of this name.
    pub fn new(name: &str, directory: &Path, server: Option<&Server>) -> Queue {
        let database = server.map(|server| server.database(name));
        let url = match &database {
            Some(database) => database.url.clone(),
            None => {
                let path = directory.join(format!("{name}.db"));
                remove(&path);
                format!("sqlite:///{}", path.display())
            }
        };
        Queue { url, directory: directory.to_owned(), database }
    }

    /// The queue, made if it is not there.
    pub fn open(&self) -> Box<dyn Store> {
        let location = Location::parse(&self.url, &self.directory).expect("a good URL");
        store::open(&location, &Options::new(Access::Create)).expect("the database opens").store
    }

    /// The file of one that is a file.
    pub fn path(&self) -> PathBuf {
        PathBuf::from(self.url.trim_start_matches("sqlite://"))
    }
}

/// Removes a database with all its files.
fn remove(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = fs::remove_file(name);
    }
}
