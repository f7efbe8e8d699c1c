//! What the store tells about itself: counts, schema, findings.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::Worker;
use crate::queue::State;

/// How many tasks are in each state, with the two parts of `failed` that operators act on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusCounts {
    /// In state `pending`.
    pub pending: u64,
    /// In state `processing`.
    pub processing: u64,
    /// In state `completed`.
    pub completed: u64,
    /// In state `failed`, the two parts below included.
    pub failed: u64,
    /// In state `scheduled`.
    pub scheduled: u64,
    /// In state `held`.
    pub held: u64,
    /// In state `cancelled`.
    pub cancelled: u64,
    /// Failed tasks whose outcome is unknown.
    pub unknown: u64,
    /// Failed tasks with attempts left.
    pub retryable: u64,
    /// Tasks to which another program gave a status of its own: in none of the seven states, and not in their sum.
    pub other: u64,
}

impl StatusCounts {
    /// The counts of a queue, each asked for by its word.
    pub(super) fn by_word(count: impl Fn(&str) -> u64) -> StatusCounts {
        StatusCounts {
            pending: count("pending"),
            processing: count("processing"),
            completed: count("completed"),
            failed: count("failed"),
            scheduled: count("scheduled"),
            held: count("held"),
            cancelled: count("cancelled"),
            unknown: count("unknown"),
            retryable: count("retryable"),
            other: count("other"),
        }
    }

    /// The sum of the seven states.
    pub fn total(&self) -> u64 {
        State::ALL.into_iter().map(|state| self.get(state)).sum()
    }

    /// How many are in `state`.
    pub fn get(&self, state: State) -> u64 {
        match state {
            State::Pending => self.pending,
            State::Processing => self.processing,
            State::Completed => self.completed,
            State::Failed => self.failed,
            State::Scheduled => self.scheduled,
            State::Held => self.held,
            State::Cancelled => self.cancelled,
            State::Other => self.other,
        }
    }
}

/// How many dead letters are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeadLetterCounts {
    /// In state `pending`.
    pub pending: u64,
    /// In state `retried`.
    pub retried: u64,
    /// In state `abandoned`.
    pub abandoned: u64,
    /// Letters to which another program gave a status of its own: not in the sum of the three.
    pub other: u64,
}

impl DeadLetterCounts {
    /// The counts of dead letters, each asked for by its word.
    pub(super) fn by_word(count: impl Fn(&str) -> u64) -> DeadLetterCounts {
        DeadLetterCounts {
            pending: count("pending"),
            retried: count("retried"),
            abandoned: count("abandoned"),
            other: count("other"),
        }
    }

    /// The sum of the three states.
    pub fn total(&self) -> u64 {
        self.pending + self.retried + self.abandoned
    }
}

/// What `stats` shows of the whole queue.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Of tasks.
    pub tasks: StatusCounts,
    /// Of dead letters.
    pub dead_letters: DeadLetterCounts,
    /// How long ago the oldest task came in that may be claimed now, of those that are first in line; `None` if there is none.
    pub oldest_pending_age: Option<Duration>,
    /// Worker processes that live, by their heartbeat; how many claims they hold is not asked.
    pub workers: Vec<Worker>,
    /// Accepted in the present hour (UTC) so far.
    pub completed_this_hour: u64,
    /// Accepted in the hour (UTC) before it.
    pub completed_previous_hour: u64,
}

/// What a tally is kept by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TallyKind {
    /// By `task_func`.
    Lane,
    /// By the name of the batch.
    Batch,
    /// By the hour (UTC, `YYYY-MM-DD HH`) in which a task ended: `accepted`, `rejected`, `deferred`, `unknown`, and `enqueued`.
    Hour,
}

/// Counts under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What it is called.
    pub name: String,
    /// By status word; for lanes and batches also `unknown` and `retryable`.
    pub counts: BTreeMap<String, u64>,
}

impl Tally {
    /// The count under `word`; 0 if there is none.
    pub fn get(&self, word: &str) -> u64 {
        self.counts.get(word).copied().unwrap_or(0)
    }
}

/// A migration that this binary knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationPlan {
    /// Its number.
    pub version: u32,
    /// What it is called.
    pub name: String,
    /// The SQL, as it would be run.
    pub sql: String,
}

/// A migration that was applied just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its number.
    pub version: u32,
    /// What it is called.
    pub name: String,
}

/// Where a schema stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// No tables at all.
    Empty,
    /// The web application's tables, without smsctl's own.
    WebApplication,
    /// Tables, and none of them is the web application's: another program's database.
    Other,
    /// Older than this binary.
    Older,
    /// This binary's.
    Current,
    /// Newer than this binary.
    Newer,
}

/// The schema of a database.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaReport {
    /// Where the database is, without secrets.
    pub location: String,
    /// For example `SQLite 3.53.2`.
    pub engine: String,
    /// What the database is to this program.
    pub state: MigrationState,
    /// The version of the database; 0 if it has none.
    pub version: u32,
    /// The version of this binary.
    pub latest: u32,
    /// Migrations that were applied, and when.
    pub applied: Vec<(Applied, Timestamp)>,
    /// Migrations that would be applied.
    pub waiting: Vec<MigrationPlan>,
    /// Bytes on disk, the log included; `None` where the server does not tell.
    pub size_bytes: Option<u64>,
    /// What works less well than it should, in sentences: the account may not do everything.
    pub limits: Vec<String>,
    /// Statements that `migrate` runs before the migrations, because what is there is not as it must be.
    pub mending: Vec<String>,
}

/// Something that `db check` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `integrity`, `tallies`, `schema`, `status`, `value`, `oddity`, `permissions`, `log`, `durability`,
    /// `numbers`, `stranded`, `leftovers` or `late`.
    pub kind: &'static str,
    /// What was found, for people.
    pub message: String,
    /// What to do about it, where something can be done.
    pub hint: Option<String>,
}

impl Finding {
    /// The schema is not this binary's: it stands at `have`, this binary knows up to `knows`, and `written_by` made it last.
    pub(super) fn schema(state: &MigrationState, (have, knows): (u32, u32), written_by: Option<&str>) -> Finding {
        let (what, hint) = match (state, written_by) {
            (MigrationState::Newer, Some(version)) => ("newer than", format!("install smsctl {version} or newer")),
            (MigrationState::Newer, None) => ("newer than", "install a newer smsctl".to_owned()),
            _ => ("not yet", "run `smsctl db migrate`".to_owned()),
        };
        let message =
            format!("the schema is {what} this smsctl's: it has version {have}, and this smsctl knows up to {knows}");
        Finding { kind: "schema", message, hint: Some(hint) }
    }

    /// `n` tasks, the first of them `first`, have a status of nobody.
    pub(super) fn status(word: &str, n: u64, first: i64) -> Finding {
        Finding {
            kind: "status",
            message: format!(
                "tasks with the status `{}`, which this queue does not know: {n}, the first is {first}",
                word.escape_debug()
            ),
            hint: Some(format!("they are left alone: `smsctl show {first}`, and give them a status of the queue")),
        }
    }

    /// Whether it is only worth knowing: how the application keeps its own file, what it may be at work on or reading, and what it
    /// wrote without harm.
    pub fn is_note(&self) -> bool {
        matches!(self.kind, "oddity" | "permissions" | "log" | "stranded")
    }
}
