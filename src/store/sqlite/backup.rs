//! A backup by SQLite's online interface: of one moment, page by page, while others write.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup as Steps, StepResult};
use rusqlite::{Connection, Transaction};

use super::connect::{self, Speak, io_error};
use super::sql;
use crate::store::backup::{Backup, BackupError, BackupOrder};
use crate::store::{Result, StoreError};

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
        copy_pages(&snapshot, &mut copy, &part.path, seen)?;
        let found = sound_contents(&copy, &order.file)?;
        if found != wanted {
            let reason = "its tables hold other rows".to_owned();
            return Err(BackupError::Unsound { file: order.file.clone(), reason }.into());
        }
        copy.close().map_err(|(_, error)| Speak::new(&part.path).of(error))?;
        found
    };
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

/// Nothing that is still needed stands at the place of the backup.
fn require_free(path: &Path, order: &BackupOrder) -> Result<()> {
    let file = order.file.clone();
    let Ok(there) = fs::metadata(&file) else { return Ok(()) };
    if there.is_dir() {
        return Err(StoreError::IsDirectory { path: file });
    }
    // A device or a pipe must not become a file.
    if !there.is_file() {
        return Err(StoreError::NotRegular { path: file });
    }
    let mut log = file.clone().into_os_string();
    log.push("-wal");
    let is_same = fs::metadata(path).is_ok_and(|own| (own.dev(), own.ino()) == (there.dev(), there.ino()));
    if is_same || fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Err(BackupError::InUse { file }.into());
    }
    if order.overwrite { Ok(()) } else { Err(BackupError::Exists { file }.into()) }
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

/// The backup before it has its name: a file of its owner's alone, in the same directory.
struct Part {
    path: PathBuf,
    directory: PathBuf,
    /// Held for as long as somebody is at it.
    _lock: fs::File,
}

/// How the names of such files end, after the number of the process.
const PART_ENDING: &str = ".part";

/// Removes what backups under the same name left behind that were ended half way. Whoever lives holds the lock on his own, but for
/// the moment after he made it: then it is young.
fn clear(directory: &Path, name: &str) {
    const YOUNG: Duration = Duration::from_secs(60);
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    // What cannot be looked at is left to whoever cleans up.
    for entry in fs::read_dir(directory).into_iter().flatten().filter_map(io::Result::ok) {
        let found = entry.file_name();
        let found = found.to_str().and_then(|found| found.strip_prefix(name)?.strip_suffix(PART_ENDING));
        let is_old = |data: &fs::Metadata| data.modified().is_ok_and(|at| at.elapsed().is_ok_and(|age| age > YOUNG));
        if found.is_some_and(is_number)
            && entry.metadata().is_ok_and(|data| data.is_file() && is_old(&data))
            && fs::File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Part {
    fn create(file: &Path) -> Result<Part> {
        let directory = match file.parent() {
            Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
            Some(parent) => parent.to_owned(),
            None => PathBuf::from("/"),
        };
        if !directory.is_dir() {
            return Err(StoreError::NoDirectory { path: directory });
        }
        let name = format!(".{}.", file.file_name().unwrap_or_default().to_string_lossy());
        clear(&directory, &name);
        let path = directory.join(format!("{name}{}{PART_ENDING}", std::process::id()));
        let created = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let lock = created.map_err(|error| io_error(file, &error))?;
        // A file system without locks keeps what was left behind.
        let _is_locked = lock.try_lock();
        Ok(Part { path, directory, _lock: lock })
    }

    fn open(&self) -> Result<Connection> {
        let speak = Speak::new(&self.path);
        let connection = Connection::open_with_flags(&self.path, connect::flags()).map_err(|e| speak.of(e))?;
        // The whole file is flushed at the end, before it takes its name.
        connection.pragma_update(None, "synchronous", "OFF").map_err(|e| speak.of(e))?;
        Ok(connection)
    }

    /// Flushes the file, gives it its name, and flushes that. Its size.
    fn take_name(self, order: &BackupOrder) -> Result<u64> {
        let name = || -> io::Result<u64> {
            let file = fs::File::open(&self.path)?;
            file.sync_all()?;
            if order.overwrite {
                fs::rename(&self.path, &order.file)?;
            } else {
                // Fails where a file came meanwhile; a rename would replace it.
                fs::hard_link(&self.path, &order.file)?;
            }
            fs::File::open(&self.directory)?.sync_all()?;
            Ok(file.metadata()?.len())
        };
        name().map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists { file: order.file.clone() }.into(),
            _ => io_error(&order.file, &error),
        })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut path = self.path.clone().into_os_string();
            path.push(ending);
            // What is not there has its name by now, or never was.
            let _ = fs::remove_file(path);
        }
    }
}
