//! A backup by SQLite's online interface: of one moment, page by page, while others write.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup as Steps, StepResult};
use rusqlite::{Connection, Transaction};

use self::part::Part;
use super::connect::{self, Speak};
use super::sql;
use crate::store::backup::{Backup, BackupError, BackupOrder};
use crate::store::{Result, StoreError, companion_of, is_companion};

mod part;

/// Pages of one step: 4 MiB of the usual size.
const STEP_PAGES: i32 = 1024;

/// How long to wait for others who are about to change the journal, or to write where there is no write-ahead log.
const PATIENCE: Duration = Duration::from_secs(10);

pub(in crate::store) fn backup(path: &Path, order: &BackupOrder, seen: &mut dyn FnMut(u64)) -> Result<Backup> {
    let begun = Instant::now();
    connect::be_patient_for(PATIENCE);
    connect::prepare_file(path, crate::store::Access::Existing)?;
    let order = &BackupOrder { file: behind_links(&order.file)?, ..order.clone() };
    require_free(path, order)?;
    let speak = Speak::new(path);
    let mut source = connect::open_reader(path)?;
    // With a snapshot that is held to the end, nothing that others write makes the backup begin again.
    let snapshot = source.transaction().map_err(|e| speak.of(e))?;
    let part = Part::create(&order.file)?;
    let (version, rows) = {
        let wanted = contents(&snapshot).map_err(|e| speak.of(e))?;
        let mut copy = part.open()?;
        copy_pages(&snapshot, &mut copy, part.path(), seen)?;
        let found = sound_contents(&copy, &order.file)?;
        if found != wanted {
            let reason = "its tables hold other rows".to_owned();
            return Err(BackupError::Unsound { file: order.file.clone(), reason }.into());
        }
        copy.close().map_err(|(_, error)| Speak::new(part.path()).of(error))?;
        found
    };
    // Another program may have come to the place, or gone from it, since the beginning.
    require_free(path, order)?;
    let bytes = part.take_name(order)?;
    Ok(Backup { bytes, version, rows: rows.into_iter().collect(), elapsed: begun.elapsed() })
}

/// Links that are followed one after the other, as the system does.
const LINKS_MAX: usize = 40;

/// Where a name leads, also where nothing is yet: a rename in its place would replace a link, and not the file.
fn behind_links(file: &Path) -> Result<PathBuf> {
    let mut place = file.to_owned();
    for _ in 0..LINKS_MAX {
        match fs::read_link(&place) {
            Ok(target) => place = place.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(StoreError::NotRegular { path: file.to_owned() })
}

/// Nothing that is still needed stands at the place of the backup, and nothing beside it that SQLite would take for the backup's own.
fn require_free(path: &Path, order: &BackupOrder) -> Result<()> {
    let file = order.file.clone();
    if let Some(owner) = file.file_name().and_then(|name| companion_of(name.as_bytes())) {
        let owner = String::from_utf8_lossy(owner).into_owned();
        return Err(BackupError::Companion { file, owner }.into());
    }
    let Ok(there) = fs::metadata(&file) else {
        return match log_of_none(&file) {
            Some(log) => Err(BackupError::LogOfNone { file, log }.into()),
            None => Ok(()),
        };
    };
    if there.is_dir() {
        return Err(BackupError::Directory { file }.into());
    }
    // A device or a pipe must not become a file.
    if !there.is_file() {
        return Err(StoreError::NotRegular { path: file });
    }
    if fs::metadata(path).is_ok_and(|own| (own.dev(), own.ino()) == (there.dev(), there.ino())) {
        return Err(BackupError::InUse { file }.into());
    }
    if let Some(log) = log_beside(&file) {
        return Err(BackupError::LogBeside { file, log }.into());
    }
    if order.overwrite { Ok(()) } else { Err(BackupError::Exists { file }.into()) }
}

/// A log of SQLite's beside a file, or the index of one: whoever opens the file has that written into it, whatever the file was meanwhile,
/// or shares the index with whoever has it open still. An empty log says nothing.
fn log_beside(file: &Path) -> Option<PathBuf> {
    ["-wal", "-journal", "-shm"].into_iter().find_map(|ending| {
        let mut log = file.as_os_str().to_owned();
        log.push(ending);
        fs::metadata(&log).is_ok_and(|found| found.len() > 0 || found.is_dir()).then(|| PathBuf::from(log))
    })
}

/// Such a log, or a worker's, where the database is gone that it was of. A worker's names its queue by the number of the file,
/// which the backup may get, and would tell of rows that came to their end after the backup's moment that they never left.
fn log_of_none(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.as_bytes();
    let is_log = |other: &OsStr| other.as_bytes().strip_prefix(name).is_some_and(is_companion);
    log_beside(file).or_else(|| {
        let beside = fs::read_dir(directory_of(file)).into_iter().flatten().filter_map(io::Result::ok);
        let mut logs = beside.filter(|entry| is_log(&entry.file_name()));
        let log = logs.find(|entry| entry.metadata().is_ok_and(|found| found.len() > 0))?;
        Some(file.with_file_name(log.file_name()))
    })
}

/// Where a file lies.
fn directory_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => PathBuf::from("/"),
    }
}

fn copy_pages(snapshot: &Transaction<'_>, copy: &mut Connection, part: &Path, seen: &mut dyn FnMut(u64)) -> Result<()> {
    let speak = Speak::new(part);
    let steps = Steps::new(snapshot, copy).map_err(|e| speak.of(e))?;
    let mut done = 0;
    loop {
        let stepped = steps.step(STEP_PAGES).map_err(|e| speak.of(e))?;
        let progress = steps.progress();
        let now_done = u64::try_from(progress.pagecount - progress.remaining).unwrap_or(0);
        seen(now_done.saturating_sub(done));
        done = now_done;
        match stepped {
            StepResult::Done => break,
            StepResult::More => {}
            // Nobody else knows the copy, and of the source a snapshot is held.
            _ => return Err(StoreError::Busy { path: part.to_owned() }),
        }
    }
    drop(steps);
    // One file, which can be read where nothing can be written. Whoever restores it turns the log on again.
    copy.pragma_update(None, "journal_mode", "delete").map_err(|e| speak.of(e))
}

/// The version of the schema, and how many rows each table has.
type Contents = (u32, BTreeMap<String, u64>);

fn contents(connection: &Connection) -> rusqlite::Result<Contents> {
    let mut rows = BTreeMap::new();
    let mut statement = connection.prepare(sql!("schema_tables"))?;
    let tables = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    for table in &tables {
        let query = sql!("copy_count").replace("{table}", &super::copy::quoted(table)).replace("{span}", "1 = 1");
        let count: i64 = connection.query_row(&query, [], |row| row.get(0))?;
        rows.insert(table.clone(), u64::try_from(count).unwrap_or(0));
    }
    let mut version = 0;
    if rows.contains_key("smsctl_migrations") {
        let mut statement = connection.prepare(sql!("migration_list"))?;
        let versions = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<u32>>>()?;
        version = versions.into_iter().max().unwrap_or(0);
    }
    Ok((version, rows))
}

fn sound_contents(copy: &Connection, file: &Path) -> Result<Contents> {
    let unsound = |reason: String| BackupError::Unsound { file: file.to_owned(), reason };
    let look = || -> rusqlite::Result<(String, Contents)> {
        let check = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        Ok((check, contents(copy)?))
    };
    let (check, contents) = look().map_err(|error| unsound(error.to_string()))?;
    if check == "ok" { Ok(contents) } else { Err(unsound(check).into()) }
}
