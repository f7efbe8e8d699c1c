//! The schema: where it stands, and how it is brought forward.
//!
//! DDL commits by itself, so a migration may end half-way. Each of its statements may be run again, and a migration counts as
//! applied only when all were: whoever comes next goes on. Two that migrate at once take turns where the server has named
//! locks, and do the same work twice where it has none.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};
use jiff::Timestamp;

use super::bind::values;
use super::column::{optional_time, small, sum, text};
use super::fault::{ALREADY_THERE, FORBIDDEN, Fault, Remedy, Tried, cause, code, remedy};
use super::session::{Session, engine};
use super::tables::{Tables, conversion};
use super::{MysqlStore, altered, kept, sql, triggers};
use crate::store::migration::{self, Migration};
use crate::store::{Applied, Finding, MigrationPlan, MigrationState, Result, SchemaReport, StoreError, contract};

static MIGRATIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sql/mysql/migrations");

/// How long one migrator waits for another, in seconds.
const TURN_WAIT_S: u32 = 600;

/// A migration that the database has had.
pub(super) struct Past {
    applied: Applied,
    checksum: String,
    at: Timestamp,
    smsctl_version: String,
}

/// What `db check` says of a schema that is not this binary's.
pub(super) fn finding(state: &MigrationState, past: &[Past]) -> Finding {
    let have = past.last().map_or(0, |past| past.applied.version);
    let knows = known().last().map_or(0, |migration| migration.version);
    Finding::schema(state, (have, knows), past.last().map(|past| past.smsctl_version.as_str()))
}

/// A statement of a migration, with what its comments say about it.
struct Step<'a> {
    text: &'a str,
    unless: Option<&'a str>,
    for_each: Option<&'a str>,
    if_allowed: bool,
}

pub(super) fn known() -> Vec<Migration> {
    migration::all(&MIGRATIONS)
}

impl MysqlStore {
    /// The schema must be this binary's.
    pub(super) fn require_current(&self) -> Result<()> {
        let (state, past, tables) = self.read(|session| {
            let found = self.look(session)?;
            if found.0 == MigrationState::Current {
                self.require_numbered(session)?;
                self.require_exact(session)?;
                self.require_keys(session)?;
            }
            Ok(found)
        })?;
        let location = self.speak.location.clone();
        let have = past.last().map_or(0, |past| past.applied.version);
        let need = known().last().map_or(0, |migration| migration.version);
        match state {
            MigrationState::Current => self.require_transactions(&tables),
            MigrationState::Empty | MigrationState::WebApplication | MigrationState::Other => {
                Err(StoreError::NotMigrated { location })
            }
            MigrationState::Older => Err(StoreError::Older { location, have, need }),
            MigrationState::Newer => {
                let written_by = past.last().map(|past| past.smsctl_version.clone()).unwrap_or_default();
                Err(StoreError::Newer { location, have, knows: need, written_by })
            }
        }
    }

    /// Whether the database is empty, or whoever made its tables was interrupted: then there are some, and nobody has used them.
    pub(super) fn is_unmade(&self) -> Result<bool> {
        self.read(|session| match self.look(session)?.0 {
            MigrationState::Empty => Ok(true),
            MigrationState::Older => are_unused(session),
            _ => Ok(false),
        })
    }

    /// Where the schema stands, and what it has had.
    pub(super) fn schema_state(&self) -> Result<(MigrationState, Vec<Past>)> {
        self.read(|session| self.look(session).map(|(state, past, _)| (state, past)))
    }

    /// The same, and what is there.
    fn look(&self, session: &mut Session) -> Tried<(MigrationState, Vec<Past>, Tables)> {
        let tables = Tables::look(session)?;
        if !tables.contains("smsctl_migrations") {
            let state = contract::whose(tables.is_empty(), |table| columns(session, table))?;
            return Ok((state, Vec::new(), tables));
        }
        let past = past(session).map_err(|fault| self.if_foreign(fault))?;
        let known = known();
        for (known, past) in known.iter().zip(&past) {
            if known.version != past.applied.version || known.checksum != past.checksum {
                let location = self.speak.location.clone();
                return Err(StoreError::Diverged { location, version: past.applied.version }.into());
            }
        }
        let state = match past.len().cmp(&known.len()) {
            std::cmp::Ordering::Less => MigrationState::Older,
            std::cmp::Ordering::Equal => MigrationState::Current,
            std::cmp::Ordering::Greater => MigrationState::Newer,
        };
        Ok((state, past, tables))
    }

    pub(super) fn report_schema(&self) -> Result<SchemaReport> {
        self.read(|session| {
            let (state, past, tables) = self.look(session)?;
            self.require_own(session, &tables, past.len())?;
            let known = known();
            let mut waiting = Vec::new();
            for migration in known.iter().skip(past.len()) {
                let (version, name) = (migration.version, migration.name.clone());
                waiting.push(MigrationPlan { version, name, sql: kept::kept(session, &migration.sql)? });
            }
            // Before the first migration only the application's tables can be taken over.
            let is_taken = |table: &str| !past.is_empty() || contract::TABLES.contains(&table);
            let astray = tables.astray().map(|(table, _)| table).filter(|table| is_taken(table));
            let mut mending: Vec<_> = astray.map(conversion).collect();
            if state == MigrationState::Current {
                mending.extend(altered::look(session)?.into_iter().flat_map(|altered| altered.cures));
            }
            let size = session.send(sql!("schema_size"))?;
            let limits = if state == MigrationState::Current { triggers::limits(session)? } else { Vec::new() };
            Ok(SchemaReport {
                location: self.speak.location.clone(),
                engine: engine(&session.facts),
                state,
                version: past.last().map_or(0, |past| past.applied.version),
                latest: known.last().map_or(0, |migration| migration.version),
                waiting,
                applied: past.into_iter().map(|past| (past.applied, past.at)).collect(),
                size_bytes: size.rows.first().map(|row| sum(row, 0)),
                limits,
                mending,
            })
        })
    }

    pub(super) fn apply_migrations(&self) -> Result<Vec<Applied>> {
        let mut applied = Vec::new();
        let mut tries = self.tries();
        loop {
            match self.apply_in_turn(&mut applied) {
                // Another migrator was in the way, on another node perhaps, or the connection was lost: what is done is done,
                // and the rest comes again.
                Err(Fault::Driver(error))
                    if matches!(remedy(&error), Remedy::Repeat | Remedy::Reconnect) && tries.pause() => {}
                done => break done.map_err(|fault| self.told(fault))?,
            }
        }
        self.require_current()?;
        Ok(applied)
    }

    /// Applies what is waiting, on a session of its own, while no other migrator is at work.
    fn apply_in_turn(&self, applied: &mut Vec<Applied>) -> Tried<()> {
        let mut session = self.long_session()?;
        free_algorithm(&mut session)?;
        // Nodes of a cluster have no such locks, and their servers say so: then every statement is run by both.
        let turn = session.run("SELECT GET_LOCK(concat('smsctl.', DATABASE()), ?1)", values![TURN_WAIT_S]);
        self.apply_waiting(&mut session, applied)?;
        if turn.is_ok() {
            // The lock ends with the session; to give it back sooner is a courtesy.
            let _ = session.send("SELECT RELEASE_LOCK(concat('smsctl.', DATABASE()))");
        }
        Ok(())
    }

    fn apply_waiting(&self, session: &mut Session, applied: &mut Vec<Applied>) -> Tried<()> {
        let (state, past, tables) = self.look(session)?;
        if state == MigrationState::Newer {
            return Ok(());
        }
        self.require_own(session, &tables, past.len())?;
        let mut is_mended = self.convert(session, &tables)?;
        is_mended |= self.take_broken_triggers(session, &tables)?;
        // A migration that was interrupted may not have come to the table of marks.
        if tables.contains("marks") {
            is_mended |= triggers::counts_are_old(session)?;
            self.take_stray_triggers(session)?;
        }
        if past.is_empty() {
            session.send(sql!("migration_table"))?;
        }
        let known = known();
        let last = known.len().saturating_sub(1);
        for (at, migration) in known.into_iter().enumerate() {
            let is_new = at >= past.len();
            let text = if is_new { kept::kept(session, &migration.sql)? } else { migration.sql.clone() };
            for step in steps(&text) {
                // What the account was not allowed to do, it may be by now.
                if is_new || step.if_allowed {
                    take(session, &step).map_err(|fault| self.half_way(fault, &migration))?;
                }
            }
            if is_new {
                if at == last {
                    // Before it says that all is done: whoever goes on after a crash would count no more.
                    self.recount_tallies()?;
                }
                let now = self.now(session)?;
                note(session, &migration, now)?;
                applied.push(Applied { version: migration.version, name: migration.name });
            }
        }
        is_mended |= self.make_exact(session)?;
        if is_mended {
            // Where there were no transactions a part of one stayed that failed, and where there were no triggers nobody counted.
            self.recount_tallies()?;
        }
        triggers::mark(session)
    }

    /// A statement of a migration failed that nothing foretold: what was done before it stays.
    fn half_way(&self, fault: Fault, migration: &Migration) -> Fault {
        let Fault::Driver(error) = &fault else { return fault };
        let is_told = matches!(self.speak.of(error), StoreError::Statement(_) | StoreError::Refused { .. });
        if !is_told || remedy(error) != Remedy::Nothing {
            return fault;
        }
        let (location, name) = (self.speak.location.clone(), migration.name.clone());
        StoreError::HalfMigrated { location, version: migration.version, name, cause: cause(error) }.into()
    }
}

/// Tables are altered as it has to be done, whatever the default of a MariaDB demands. Versions that do not know the variable any
/// more (it is ignored since 11.5) say so.
fn free_algorithm(session: &mut Session) -> std::result::Result<(), mysql::Error> {
    if !session.facts.is_mariadb {
        return Ok(());
    }
    match session.send("SET SESSION alter_algorithm = 'DEFAULT'") {
        Ok(_) | Err(mysql::Error::MySqlError(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// No worker was ever there, and no task or letter is.
fn are_unused(session: &mut Session) -> Tried<bool> {
    let there = Tables::look(session)?;
    for table in ["queued_tasks", "dead_letter_messages", "workers"].into_iter().filter(|table| there.contains(table)) {
        if !session.send(&sql!("table_row").replace("{table}", table))?.rows.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The statements of a migration: each paragraph is one, and what is comment alone is none.
fn steps(text: &str) -> Vec<Step<'_>> {
    let mut out = Vec::new();
    for paragraph in text.split("\n\n") {
        let mut step = Step { text: paragraph.trim(), unless: None, for_each: None, if_allowed: false };
        let mut is_comment = true;
        for line in paragraph.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.strip_prefix("-- ") {
                Some(words) => {
                    step.unless = step.unless.or(words.strip_prefix("unless: "));
                    step.for_each = step.for_each.or(words.strip_prefix("for each: "));
                    step.if_allowed |= words == "if allowed";
                }
                None => is_comment &= line == "--",
            }
        }
        if !is_comment {
            out.push(step);
        }
    }
    out
}

/// Runs a statement, if it is still to be run.
fn take(session: &mut Session, step: &Step<'_>) -> Tried<()> {
    if let Some(query) = step.unless
        && !session.send(query)?.rows.is_empty()
    {
        return Ok(());
    }
    let Some(query) = step.for_each else { return make(session, step.text, step.if_allowed) };
    for row in session.send(query)?.rows {
        let name = text(&row, 0).unwrap_or_default();
        make(session, &step.text.replace("{}", &name.replace('`', "``")), step.if_allowed)?;
    }
    Ok(())
}

fn make(session: &mut Session, text: &str, if_allowed: bool) -> Tried<()> {
    // Whatever the server's default: in an older form the indexes are too long.
    match session.send(&text.replace(") ENGINE = InnoDB", ") ENGINE = InnoDB ROW_FORMAT = DYNAMIC")) {
        Ok(_) => Ok(()),
        Err(error) if code(&error).is_some_and(|code| ALREADY_THERE.contains(&code)) => Ok(()),
        Err(error) if if_allowed && code(&error).is_some_and(|code| FORBIDDEN.contains(&code)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The migration has been applied. Another migrator may have said so meanwhile.
fn note(session: &mut Session, migration: &Migration, now: Timestamp) -> Tried<()> {
    let row = values![migration.version, &migration.name, &migration.checksum, now, env!("CARGO_PKG_VERSION")];
    match session.run(sql!("migration_insert"), row) {
        Ok(_) => Ok(()),
        Err(error) if code(&error) == Some(super::fault::DUPLICATE) => Ok(()),
        Err(error) => Err(Fault::Driver(error)),
    }
}

pub(super) fn columns(session: &mut Session, table: &str) -> Tried<BTreeSet<String>> {
    let found = session.run(sql!("schema_columns"), values![table])?;
    Ok(found.rows.iter().filter_map(|row| text(row, 0)).map(|name| name.to_ascii_lowercase()).collect())
}

fn past(session: &mut Session) -> Tried<Vec<Past>> {
    let rows = session.send(sql!("migration_list"))?.rows;
    let past = rows.iter().map(|row| Past {
        applied: Applied { version: small(row, 0), name: text(row, 1).unwrap_or_default() },
        checksum: text(row, 2).unwrap_or_default(),
        at: optional_time(row, 3).unwrap_or(Timestamp::UNIX_EPOCH),
        smsctl_version: text(row, 4).unwrap_or_default(),
    });
    Ok(past.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paragraph_is_a_statement_that_may_be_run_again() {
        let mut count = 0;
        for migration in known() {
            for step in steps(&migration.sql) {
                count += 1;
                let repeats = ["CREATE TABLE IF NOT EXISTS", "UPDATE ", "INSERT IGNORE "];
                let plain = step.text.lines().find(|line| !line.starts_with("--")).unwrap_or_default();
                let guarded = step.unless.is_some() || step.for_each.is_some();
                assert!(guarded || repeats.iter().any(|words| plain.starts_with(words)), "{}", step.text);
                let of_triggers = ["CREATE TRIGGER", "DROP TRIGGER"].iter().any(|words| plain.starts_with(words));
                assert_eq!(step.if_allowed, of_triggers, "{}", step.text);
            }
        }
        assert!(count > 30, "{count}");
    }
}
