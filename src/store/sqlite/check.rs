//! `db check`: is the file sound, do the tallies say the truth, is the schema what it should be?

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Transaction;

use super::migrate::{expected_objects, missing_columns, objects};
use super::{SqliteStore, sql};
use crate::store::{Finding, MigrationState, Result};

/// Lines of `integrity_check` that are shown, at most.
const INTEGRITY_LINES_MAX: u32 = 20;

impl SqliteStore {
    pub(super) fn find_faults(&self) -> Result<Vec<Finding>> {
        let mut out = self.integrity()?;
        if !out.is_empty() {
            // What else the file says cannot be trusted.
            return Ok(out);
        }
        let (state, past) = self.schema_state()?;
        if state != MigrationState::Current {
            out.push(Finding {
                kind: "schema",
                message: format!("the schema is not this smsctl's: it has had {} migrations", past.len()),
                hint: Some("run `smsctl db migrate`".to_owned()),
            });
            return Ok(out);
        }
        self.read(|transaction| {
            let found = || -> rusqlite::Result<Vec<Finding>> {
                let mut out = drift(transaction)?;
                out.extend(tallies(transaction)?);
                out.extend(unknown_statuses(transaction)?);
                out.extend(stranded(transaction)?);
                Ok(out)
            };
            out.extend(found().map_err(|e| self.speak.of(e))?);
            Ok(())
        })?;
        out.extend(self.permissions());
        Ok(out)
    }

    fn integrity(&self) -> Result<Vec<Finding>> {
        self.read(|transaction| {
            let lines = || -> rusqlite::Result<Vec<String>> {
                let mut statement = transaction.prepare(&format!("PRAGMA integrity_check({INTEGRITY_LINES_MAX})"))?;
                statement.query_map([], |row| row.get(0))?.collect()
            };
            let lines = lines().map_err(|e| self.speak.of(e))?;
            let hint = "stop the workers, keep a copy of the file, and restore the last backup".to_owned();
            let finding = |message| Finding { kind: "integrity", message, hint: Some(hint.clone()) };
            Ok(lines.into_iter().filter(|line| line != "ok").map(finding).collect())
        })
    }

    /// Numbers and texts of people are in the file: nobody else may read it.
    fn permissions(&self) -> Option<Finding> {
        let mode = std::fs::metadata(&self.path).ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then(|| Finding {
            kind: "permissions",
            message: format!("others may read or write the database: its mode is {mode:04o}"),
            hint: Some(format!("run `chmod 600 {}`", self.path.display())),
        })
    }
}

fn tallies(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let mut statement = transaction.prepare(sql!("tally_differences"))?;
    let rows = statement.query_map([], |row| {
        let [kind, name, word]: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        let (kept, counted): (i64, i64) = (row.get(3)?, row.get(4)?);
        let of = if name.is_empty() { kind } else { format!("{kind} `{name}`") };
        Ok(Finding {
            kind: "tallies",
            message: format!("{of}: {kept} {word} by the tallies, {counted} by a count"),
            hint: Some("run `smsctl db check --repair`".to_owned()),
        })
    })?;
    rows.collect()
}

/// What is missing or different in the schema. Further tables and indexes are the application's own business.
fn drift(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let have: BTreeMap<_, _> =
        objects(transaction)?.into_iter().map(|(kind, name, text)| ((kind, name), text)).collect();
    let mut out = Vec::new();
    for (kind, name, text) in expected_objects()? {
        let finding = |what: &str| {
            Finding {
            kind: "schema",
            message: format!("the {kind} `{name}` {what}"),
            hint: Some("another program changed the schema: make it again as `sql/sqlite/migrations` of smsctl's source has it".to_owned()),
        }
        };
        match have.get(&(kind.clone(), name.clone())) {
            None => out.push(finding("is missing")),
            // The application's own tables may be written in other words: their columns count.
            Some(_) if kind == "table" => {
                for column in missing_columns(transaction, &name)? {
                    out.push(finding(&format!("lacks the column `{column}`")));
                }
            }
            Some(found) if *found != text => out.push(finding("is not as the migrations made it")),
            Some(_) => {}
        }
    }
    Ok(out)
}

fn unknown_statuses(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let mut statement = transaction.prepare(sql!("status_unknown"))?;
    let rows = statement.query_map([], |row| {
        let (word, n): (String, i64) = (row.get(0)?, row.get(1)?);
        Ok(Finding {
            kind: "status",
            message: format!("{n} tasks have the status `{}`, which this queue does not know", word.escape_debug()),
            hint: None,
        })
    })?;
    rows.collect()
}

fn stranded(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let (n, first): (i64, Option<i64>) =
        transaction.query_row(sql!("stranded_foreign"), [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(first) = first.filter(|_| n > 0) else { return Ok(Vec::new()) };
    Ok(vec![Finding {
        kind: "stranded",
        message: format!("{n} tasks are `processing` under a worker that is not smsctl's, the first is {first}"),
        hint: Some("if the application is not at work on them, it stopped in their midst: see `smsctl list --status processing`".to_owned()),
    }])
}
