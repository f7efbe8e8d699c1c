//! The machine, a directory on its real disk (a file system in memory would make durability free), and queues there or on a
//! server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use smsctl::engine::{FlightPlace, Stop};
use smsctl::speed::{self, Limit, Machine};
use smsctl::store::{self, Access, Location, Options, Store};
use tempfile::TempDir;

use super::figures::{median, millis};
use super::server::{Database, Server};

/// The machine in one line, as the kernel tells it, with what else it is doing.
pub fn machine() -> String {
    let machine = Machine::here();
    let date = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC");
    format!("{date}, {} x {}, load {:.1}", machine.cores, machine.cpu, machine.load)
}

/// How many processes want the machine, over the last minute.
pub fn load() -> f64 {
    Machine::here().load
}

/// A limit that no measurement here comes near.
pub fn long(stop: &Stop) -> Limit<'_> {
    Limit { until: Instant::now() + Duration::from_secs(3_600), stop }
}

/// A scratch directory below `target/`, gone when it is dropped.
pub fn scratch() -> TempDir {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tempfile::Builder::new().prefix("bench-").tempdir_in(target).expect("a scratch directory in target/tmp")
}

/// The median time of writing 4 KiB at the end of a file in `directory` and having it on the disk, in ms.
pub fn fsync_ms(directory: &Path) -> f64 {
    let stop = Stop::new();
    let times = speed::fsyncs(directory, 100, &long(&stop)).expect("the disk takes a file");
    median(&times.into_iter().map(millis).collect::<Vec<_>>())
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

    /// Where the flight log of a worker on it lies. It has to be open.
    pub fn flight(&self) -> FlightPlace {
        match &self.database {
            Some(_) => FlightPlace::on_host(vec![self.directory.clone()], &self.url),
            None => FlightPlace::beside(&self.path()).expect("the queue is open"),
        }
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
