//! The figures of a run: the shape of `bench`, and the file of a saved one.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind};

/// One run. Spans are seconds; what could not be measured here is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Of smsctl.
    pub version: String,
    /// When it was over.
    pub measured_at: String,
    pub machine: Machine,
    pub database: Database,
    pub messages: u64,
    pub senders: u64,
    /// Those that were counted.
    pub rounds: u64,
    /// To write 4 KiB and have it on the disk; not on a server, whose disk is its own.
    pub fsync_s: Option<f64>,
    pub enqueue: Enqueue,
    pub claim: Claim,
    pub bare: Bare,
    pub drain: Drain,
    pub idle: Idle,
    /// Why the figures may be worse, or better, than they ought to be.
    pub warnings: Vec<String>,
    /// The saved run, with `--compare`.
    #[serde(default, skip_deserializing)]
    pub compared: Option<Box<Figures>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: u64,
    /// Of the minute before the run.
    pub load: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Database {
    /// `sqlite` or `mysql`.
    pub kind: String,
    /// The file system of the file; `None` on a server.
    pub disk: Option<String>,
    /// The file system is in memory: nothing is durable there.
    pub in_memory: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enqueue {
    /// A thousand in each transaction.
    pub rows_per_s: f64,
    /// A message alone.
    pub one_s: Option<f64>,
}

/// For each message, where no gateway takes any time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// To claim and settle it, its share of a turn's fsync included.
    pub claim_s: f64,
    /// CPU time of that.
    pub cpu_s: f64,
}

/// The same HTTP client without a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bare {
    pub messages_per_s: f64,
    /// CPU time for a message; the gateway's does not count.
    pub cpu_s: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drain {
    pub messages_per_s: f64,
    /// CPU time for a message; the gateway's does not count.
    pub cpu_s: f64,
    /// Of the bare loop in the same round.
    pub ratio: f64,
    /// Outcomes in one transaction.
    pub messages_per_turn: f64,
    /// Commits for a message, each an fsync of the log; checkpoints of a file's log come on top.
    pub fsyncs_per_message: f64,
    pub longest_turn_s: f64,
}

/// A worker that has nothing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Idle {
    /// From `enqueue` on another connection to the request at the gateway.
    pub request_s: Option<f64>,
    pub longest_s: Option<f64>,
}

impl Figures {
    /// Why this run and `before` are not two of a kind.
    pub fn unlike(&self, before: &Figures) -> Vec<String> {
        let place = |run: &Figures| match &run.database.disk {
            Some(disk) => format!("{} on {disk}", run.database.kind),
            None => run.database.kind.clone(),
        };
        let machine = |run: &Figures| format!("{} x {}", run.machine.cores, run.machine.cpu);
        let facts = [
            ("messages", self.messages.to_string(), before.messages.to_string()),
            ("senders", self.senders.to_string(), before.senders.to_string()),
            ("machine", machine(self), machine(before)),
            ("database", place(self), place(before)),
        ];
        facts
            .into_iter()
            .filter(|(_, now, then)| now != then)
            .map(|(what, now, then)| format!("{what} of the saved run: {then}; of this one: {now}"))
            .collect()
    }
}

/// Reads a saved run.
///
/// # Errors
/// It cannot be read, or is none.
pub fn load(path: &Path) -> Result<Figures, Error> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::reading(path, &error))?;
    serde_json::from_str(&text).map_err(|error| {
        Error::new(Kind::Data, format!("`{}` is no saved run of `smsctl bench`", path.display()))
            .cause(error.to_string())
            .hint("`smsctl bench --save FILE` writes one")
    })
}

/// Finds out whether a run can be saved there, before it is made; what is there stays as it is.
///
/// # Errors
/// It cannot be.
pub fn require_writable(path: &Path) -> Result<(), Error> {
    let is_new = path.symlink_metadata().is_err();
    let opened = std::fs::OpenOptions::new().append(true).create(true).open(path);
    opened.map_err(|error| Error::writing(path, &error))?;
    if is_new {
        // An empty one would be no saved run, if this one does not come to its end.
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// Writes a run, over one that is there.
///
/// # Errors
/// It cannot be written.
pub fn save(figures: &Figures, path: &Path) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(figures).map_err(|error| Error::new(Kind::Bug, error.to_string()))?;
    std::fs::write(path, format!("{text}\n")).map_err(|error| Error::writing(path, &error))
}
