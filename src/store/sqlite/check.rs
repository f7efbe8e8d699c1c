//! `db check`: is the file sound, do the tallies say the truth, is the schema what it should be?

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Transaction;

use super::column::text;
use super::connect::JOURNAL_BYTES_MAX;
use super::migrate::{expected_objects, finding, missing_columns, objects};
use super::{SqliteStore, leftovers, numbers, sql};
use crate::store::{Finding, MigrationState, Result, StoreError};

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
            out.push(finding(&state, &past));
            return Ok(out);
        }
        self.read(|transaction| {
            let rest = || -> rusqlite::Result<Vec<Finding>> {
                let mut out = tallies(transaction)?;
                out.extend(unknown_statuses(transaction)?);
                out.extend(unreadable(transaction)?);
                out.extend(numbers::findings(transaction)?);
                out.extend(stranded(transaction)?);
                out.extend(leftovers::findings(transaction)?);
                Ok(out)
            };
            out.extend(drift(transaction).map_err(|e| self.speak.of(e))?);
            match rest().map_err(|e| self.speak.of(e)) {
                Ok(rest) => out.extend(rest),
                // That something is missing is said.
                Err(StoreError::OtherwiseMade { .. }) if !out.is_empty() => {}
                Err(error) => return Err(error),
            }
            Ok(())
        })?;
        out.extend(self.permissions());
        out.extend(self.pinned_log());
        Ok(out)
    }

    fn integrity(&self) -> Result<Vec<Finding>> {
        self.read(|transaction| {
            let lines = || -> rusqlite::Result<Vec<String>> {
                // A status of nobody breaks a rule of the table and not the file: it is told as what it is.
                transaction.pragma_update(None, "ignore_check_constraints", "ON")?;
                let mut statement = transaction.prepare(&format!("PRAGMA integrity_check({INTEGRITY_LINES_MAX})"))?;
                statement.query_map([], |row| row.get(0))?.collect()
            };
            let lines = lines().map_err(|e| self.speak.of(e))?;
            let mut wrong: Vec<_> = lines.into_iter().filter(|line| line != "ok").collect();
            let is_index = wrong.iter().all(|line| is_of_index(line));
            if wrong.is_empty() {
                wrong = stale_indexes(transaction).map_err(|e| self.speak.of(e))?;
            }
            let file = self.path.display();
            let hint = if is_index {
                format!("stop the workers, keep a copy of the file, and run `sqlite3 {file} REINDEX`")
            } else {
                format!(
                    "stop the workers, keep a copy of the file, and restore the last backup; without one, \
                     `sqlite3 {file} .recover | sqlite3 NEW` saves what can still be read"
                )
            };
            let finding = |message| Finding { kind: "integrity", message, hint: Some(hint.clone()) };
            Ok(wrong.into_iter().map(finding).collect())
        })
    }

    /// A log that is longer than it is cut back to cannot be written into the database: somebody still reads what was there
    /// before it, and until that ends it only grows.
    fn pinned_log(&self) -> Option<Finding> {
        let (length, bound) = (self.log_bytes(), JOURNAL_BYTES_MAX.cast_unsigned());
        (length > bound).then(|| Finding {
            kind: "log",
            message: format!(
                "the log `{}-wal` is {} MiB long: a program that has been reading for long keeps it from being cut back",
                self.path.display(),
                length / 1024 / 1024
            ),
            hint: Some(format!("`fuser -v {}` names who has the database open: end what reads it for so long", self.path.display())),
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

/// Whether a line of `integrity_check` speaks of an index that lacks rows of its table, or has others: it is made again from them.
fn is_of_index(line: &str) -> bool {
    line.contains(" missing from index ") || line.starts_with("wrong # of entries in index ")
}

/// Partial indexes that list another number of rows than their tables have. SQLite's own check finds rows that an index lacks,
/// but none that it has too many; those would be claimed again and again.
fn stale_indexes(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<String>> {
    let mut out = Vec::new();
    for (kind, name, text) in objects(transaction)? {
        let Some((head, term)) = text.split_once("WHERE ").filter(|_| kind == "index") else { continue };
        let table = head.split_ascii_whitespace().skip_while(|word| *word != "ON").nth(1).unwrap_or_default();
        // Those of the application are its own, and may be written in any way.
        if !name.starts_with(&format!("{table}_")) {
            continue;
        }
        let count = |hint: &str| format!("(SELECT count(*) FROM {table} {hint} WHERE {term})");
        let query = format!("SELECT {}, {}", count(&format!("INDEXED BY {name}")), count("NOT INDEXED"));
        let (listed, there): (i64, i64) = transaction.query_row(&query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if listed != there {
            out.push(format!("the index `{name}` lists {listed} rows where the table has {there}"));
        }
    }
    Ok(out)
}

fn tallies(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let mut statement = transaction.prepare(sql!("tally_differences"))?;
    let rows = statement.query_map([], |row| {
        let [kind, name, word] = [text(row, 0)?, text(row, 1)?, text(row, 2)?].map(Option::unwrap_or_default);
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
        let is_there = have.contains_key(&(kind.clone(), name.clone()));
        let finding = |what: &str| Finding {
            kind: "schema",
            message: format!("the {kind} `{name}` {what}"),
            hint: Some(made_again(&kind, &name, &text, is_there)),
        };
        match have.get(&(kind.clone(), name.clone())) {
            // The application's own tables may be written in other words: their columns count.
            Some(_) if kind == "table" => {
                for column in missing_columns(transaction, &name)? {
                    out.push(finding(&format!("lacks the column `{column}`")));
                }
            }
            None if kind == "trigger" => out.push(Finding {
                hint: Some(
                    "what other programs write is not counted until `smsctl db migrate` makes it again and counts anew"
                        .to_owned(),
                ),
                ..finding("is missing")
            }),
            None => out.push(finding("is missing")),
            Some(found) if *found != text => out.push(finding("is not as the migrations made it")),
            Some(_) => {}
        }
    }
    Ok(out)
}

/// What makes it again: of an index, which is made of one line, the statement.
fn made_again(kind: &str, name: &str, text: &str, is_there: bool) -> String {
    if kind != "index" {
        return "another program changed the schema: make it again as `sql/sqlite/migrations` of smsctl's source has it".to_owned();
    }
    let drop = if is_there { format!("DROP INDEX {name}; ") } else { String::new() };
    let words = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    format!("another program changed the schema: `{drop}{words};` in `sqlite3` makes it again")
}

fn unknown_statuses(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let mut statement = transaction.prepare(sql!("status_unknown"))?;
    let rows = statement.query_map([], |row| {
        let n = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
        Ok(Finding::status(&text(row, 0)?.unwrap_or_default(), n, row.get(2)?))
    })?;
    rows.collect()
}

/// Columns that may hold what does not belong there, and what smsctl makes of it: `value` where a message does not go out as it
/// was meant, `oddity` where only what is shown is poorer.
const UNREADABLE: &[(&str, &str, &str)] = &[
    ("value", "available_at", "it counts as no time: a task that waits for it may wait for ever"),
    ("value", "expires_at", "it counts as no time: the task does not expire"),
    ("oddity", "created_at", "it counts as no time"),
    ("oddity", "priority", "it is shown as 0, and goes where the database sorts it"),
    ("oddity", "retry_count", "it counts as 0"),
    ("oddity", "max_retries", "it counts as 0: the next attempt is the last"),
    ("oddity", "batch_id", "the task belongs to no batch"),
    ("value", "task_func", "no lane serves the task"),
    ("value", "recipient", "it is bytes: the task is refused when its turn comes"),
    ("value", "content", "it is bytes: the task is refused when its turn comes"),
    ("value", "args` or `kwargs", "it is bytes: the task is refused when its turn comes"),
];

fn unreadable(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    transaction.query_row(sql!("values_unreadable"), [], |row| {
        let mut out = Vec::new();
        for (at, (kind, column, meaning)) in UNREADABLE.iter().enumerate() {
            let (n, first): (f64, Option<i64>) = (row.get(2 * at)?, row.get(2 * at + 1)?);
            let Some(first) = first else { continue };
            out.push(Finding {
                kind,
                message: format!("tasks whose `{column}` cannot be read: {n}, the first is {first}; {meaning}"),
                hint: Some("another program wrote it: correct it there".to_owned()),
            });
        }
        Ok(out)
    })
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
