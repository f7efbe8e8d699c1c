//! What stands between `smsctl` and the C library, and what it is told: see `shim.c`, which every test process builds once.
//!
//! `smsctl` itself knows nothing of it. Descriptors of sockets count as well as files of the queue's folder, so a *step* is a
//! write, an fsync, a truncation or a removal there, a request that leaves, an answer that came, or a word on stdout.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Call, until};
use crate::night::Night;

/// The errors of the system that a call can be made to fail with: errno(3), the numbers of Linux.
pub const EIO: u64 = 5;
pub const ENOSPC: u64 = 28;
pub const EROFS: u64 = 30;

/// Kinds of calls that can be made to fail, as bits.
pub const WRITE: u64 = 1;
pub const SYNC: u64 = 2;
pub const READ: u64 = 4;
pub const TRUNCATE: u64 = 8;
pub const OPEN: u64 = 16;

/// The words of the mapped file, by their place.
#[derive(Clone, Copy)]
enum Word {
    Steps,
    KillAt,
    Tear,
    Fail,
    Error,
    PerMillion,
    Seed,
    Failed,
    ClockS,
    ThreadsMax,
    Threads,
    TwoKinds,
}

/// The words to one shim, and what it counted.
pub struct Shim {
    file: File,
    trace: PathBuf,
}

impl Shim {
    /// The night with its queue in a folder of its own, `queue/`, and a shim in every command; it does nothing yet, but that no
    /// fsync waits for the disk of this machine.
    pub fn night(night: Night) -> (Night, Shim) {
        let folder = night.world.path("queue");
        fs::create_dir(&folder).expect("a folder");
        let control = night.world.write("control", [0; 4096]);
        let file = OpenOptions::new().read(true).write(true).open(&control).expect("the control file");
        let trace = night.world.path("trace");
        let world = night
            .world
            .env("DATABASE_URL", format!("sqlite:///{}", folder.join("sms.db").display()))
            .env("LD_PRELOAD", library())
            .env("SMSCTL_SHIM_DIR", &folder)
            .env("SMSCTL_SHIM_CONTROL", &control);
        (Night { world, ..night }, Shim { file, trace })
    }

    /// A shim for some commands of the night alone: see `on`.
    pub fn apart(night: &Night, name: &str) -> Shim {
        let control = night.world.write(name, [0; 4096]);
        let file = OpenOptions::new().read(true).write(true).open(&control).expect("the control file");
        Shim { file, trace: control }
    }

    /// The call, which hears this shim in place of the night's.
    pub fn on(&self, call: Call) -> Call {
        call.env("SMSCTL_SHIM_CONTROL", &self.trace)
    }

    /// The call, and everything that it does is recorded.
    pub fn record(&self, call: Call) -> Call {
        call.env("SMSCTL_SHIM_TRACE", &self.trace)
    }

    /// What was recorded.
    pub fn trace(&self) -> Vec<u8> {
        fs::read(&self.trace).expect("a trace")
    }

    /// The process ends before this step, counted from now; `tear`: if that is a write, after half of it.
    pub fn kill_at(&self, step: u64, tear: bool) {
        self.set(Word::Steps, 0);
        self.set(Word::Tear, tear.into());
        self.set(Word::KillAt, step);
    }

    /// No step ends the process any more.
    pub fn spare(&self) {
        self.set(Word::KillAt, 0);
    }

    /// From now on calls of these kinds fail so often in a million, with this error.
    pub fn fail(&self, kinds: u64, error: u64, per_million: u64) {
        self.set(Word::Error, error);
        self.set(Word::PerMillion, per_million);
        self.set(Word::Seed, 20_261_124);
        self.set(Word::Failed, 0);
        self.set(Word::Fail, kinds);
    }

    /// Which calls fail is drawn by other dice.
    pub fn draw_by(&self, seed: u64) {
        self.set(Word::Seed, seed);
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.set(Word::Fail, 0);
        self.set(Word::Error, 0);
    }

    /// Calls that failed since `fail`.
    pub fn failed(&self) -> u64 {
        self.get(Word::Failed)
    }

    /// Waits until so many calls have failed since `fail`.
    #[track_caller]
    pub fn wait_for_failed(&self, calls: u64) {
        until("calls that fail", || self.failed() >= calls);
    }

    /// The clock of the day is this many seconds off from now on.
    pub fn clock(&self, seconds: i64) {
        self.set(Word::ClockS, seconds.cast_unsigned());
    }

    /// Every name has two addresses from now on: `::1`, and then `127.0.0.1`.
    pub fn two_kinds_of_addresses(&self) {
        self.set(Word::TwoKinds, 1);
    }

    /// The process may start so many threads.
    pub fn threads_max(&self, threads: u64) {
        self.set(Word::Threads, 0);
        self.set(Word::ThreadsMax, threads);
    }

    fn set(&self, word: Word, value: u64) {
        self.file.write_all_at(&value.to_ne_bytes(), word as u64 * 8).expect("writes");
    }

    fn get(&self, word: Word) -> u64 {
        let mut bytes = [0; 8];
        self.file.read_exact_at(&mut bytes, word as u64 * 8).expect("reads");
        u64::from_ne_bytes(bytes)
    }
}

/// Builds the shim, unless another process of the tests has. The compiler is there: SQLite was built with one.
pub fn library() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let library = folder.join("shim.so");
    let made = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).ok();
    if made(&library) > made(&source) {
        return library;
    }
    // Several processes may build at once: each into a file of its own, and the last one stays.
    let mine = folder.join(format!("shim.{}.so", std::process::id()));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&mine, &source])
        .args(["-ldl", "-lpthread"])
        .status();
    assert!(built.is_ok_and(|status| status.success()), "cc builds {}", source.display());
    fs::rename(&mine, &library).expect("renames");
    library
}
