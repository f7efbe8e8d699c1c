//! `smsctl db backup`: a database file, as it was at one moment.

use std::path::PathBuf;

use super::super::shapes::BackupShape;
use super::super::spare::{Role, require_spare};
use super::super::{Context, Done, Outcome, words};
use crate::output::Lines;
use crate::store::{self, BackupOrder, Location};

/// Bytes of a page, for the bar alone.
const PAGE_BYTES: u64 = 4096;

/// Back up a database file while workers run
///
/// The backup is the queue of one moment, whatever is written meanwhile; nobody waits for it. It is read again before it takes
/// its name: integrity, version of the schema, and how many rows each table has. It belongs to its owner alone (mode 0600).
///
/// A restored backup knows nothing of what was sent after it was made: put it in place of the database, not beside it, and
/// expect messages that were pending then to go out again.
///
/// Nothing is made beside a log (`FILE-wal`, `FILE-journal`, `FILE-shm`, `FILE-flight-N`) that another database left under the
/// name, nor in the place of a file that has one of SQLite's. What a backup that is killed leaves (`.FILE.PROCESS.part`) the next
/// one of the same name removes at once; after a minute, if the host was started anew since, or another host left it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl db backup /backup/sms.db
  smsctl --quiet db backup --force /backup/sms-$(date +%u).db")]
pub struct Args {
    /// The file that is made
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace a file that is there already
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// The database is on a server; the file is there, or cannot be written; the settings, the database or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let location = context.location()?;
    require_spare(&args.file, Role::Backup, context)?;
    let pages = match &location {
        Location::Sqlite(path) => std::fs::metadata(path).ok().map(|data| data.len() / PAGE_BYTES),
        Location::Mysql(_) => None,
    };
    let progress = context.out.progress(pages, "copying");
    let order = BackupOrder { file: args.file.clone(), overwrite: args.force };
    let backup = store::backup(&location, &order, &mut |pages| progress.inc(pages))?;
    progress.finish();
    let mut lines = Lines::new();
    let file = args.file.display().to_string();
    let tasks = backup.rows.iter().find(|(table, _)| table == "queued_tasks").map_or(0, |(_, rows)| *rows);
    lines.paragraph(format!(
        "backed up `{}` to `{file}`: {}, {}; read again, and sound",
        location.display(),
        words::bytes(backup.bytes),
        words::count(tasks, "task")
    ));
    context.out.story(&BackupShape::new(file.clone(), backup), &file, &lines)?;
    Ok(Done::Well)
}
