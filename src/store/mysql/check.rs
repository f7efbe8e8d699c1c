//! `db check`: do the tallies say the truth, is the schema what it should be, does the server keep what it acknowledges?

use std::collections::BTreeSet;

use super::altered::{self, Altered};
use super::column::{id, sum, text, whole};
use super::definer::Trial;
use super::fault::Tried;
use super::migrate::{columns, finding};
use super::obstacle::Obstacle;
use super::session::Session;
use super::tables::Tables;
use super::{MysqlStore, indexes, leftovers, made, numbering, numbers, sql, triggers};
use crate::store::{Finding, MigrationState, Result};

/// What a database with all migrations holds, by the kind of thing.
pub(super) const TABLES: &[&str] = &[
    "attempts",
    "audit_log",
    "batches",
    "closures",
    "dead_letter_messages",
    "lanes",
    "marks",
    "queued_tasks",
    "receipts",
    "tallies",
    "tally_deltas",
    "workers",
];
/// What helps where no statement is known.
const CHANGED: &str =
    "another program changed the schema: make it again as `sql/mysql/migrations` of smsctl's source has it";

/// What helps where a trigger refuses every writer.
const NOBODY_WRITES: &str = "nobody can write: run `smsctl db migrate` by an account that may make triggers (TRIGGER)";

/// Differences that are listed, at most.
const DIFFERENCES_MAX: usize = 100;

impl MysqlStore {
    pub(super) fn find_faults(&self) -> Result<Vec<Finding>> {
        let (state, past) = self.schema_state()?;
        if state != MigrationState::Current {
            return Ok(vec![finding(&state, &past)]);
        }
        let (mut out, is_whole) = self.read(drift)?;
        if !is_whole {
            // What else there is to ask would end with the first of these.
            return Ok(out);
        }
        out.extend(self.read(|session| match self.try_triggers(session)? {
            Trial::Lost(lost) => {
                let hint = Some(NOBODY_WRITES.to_owned());
                Ok(vec![Finding { kind: "schema", message: lost.to_string(), hint }])
            }
            Trial::Counted(counted) => Ok(triggers::idle(&triggers::absent(session)?, counted)),
            Trial::Unknown => Ok(Vec::new()),
        })?);
        out.extend(self.differences()?);
        self.read(|session| {
            out.extend(unknown_statuses(session)?);
            out.extend(padded(session)?);
            out.extend(numbers::findings(session)?);
            out.extend(stranded(session)?);
            out.extend(leftovers::findings(session)?);
            out.extend(durability(session)?);
            Ok(std::mem::take(&mut out))
        })
    }

    fn differences(&self) -> Result<Vec<Finding>> {
        let (kept, counted) = self.counts()?;
        let places: BTreeSet<_> = kept.keys().chain(counted.keys()).collect();
        let n = |counts: &super::tally::Counts, place| counts.get(place).copied().unwrap_or(0);
        let wrong = places.into_iter().map(|place| (place, n(&kept, place), n(&counted, place)));
        let wrong = wrong.filter(|(_, kept, counted)| kept != counted).take(DIFFERENCES_MAX);
        let finding = |((kind, name, word), kept, counted): (&(String, String, String), i64, i64)| {
            let of = if name.is_empty() { kind.clone() } else { format!("{kind} `{name}`") };
            Finding {
                kind: "tallies",
                message: format!("{of}: {kept} {word} by the tallies, {counted} by a count"),
                hint: Some("run `smsctl db check --repair`".to_owned()),
            }
        };
        Ok(wrong.map(finding).collect())
    }
}

/// Tables and triggers that the account sees, by kind and name.
pub(super) fn objects(session: &mut Session) -> Tried<Objects> {
    let rows = session.send(sql!("schema_objects"))?.rows;
    Ok(rows.iter().filter_map(|row| Some((text(row, 0)?, text(row, 1)?))).collect())
}

type Objects = BTreeSet<(String, String)>;

fn missing<'a>(have: &'a Objects, kind: &'a str, names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().copied().filter(move |name| !have.contains(&(kind.to_owned(), (*name).to_owned())))
}

/// What is missing in the schema, and whether all is there that statements need. Further tables and indexes are the application's own
/// business.
fn drift(session: &mut Session) -> Tried<(Vec<Finding>, bool)> {
    let have = objects(session)?;
    let finding = |what: String, hint: &str| Finding { kind: "schema", message: what, hint: Some(hint.to_owned()) };
    let forbidden = "until it is there, what other programs write is counted by `smsctl db check --repair` alone: grant \
                     TRIGGER on the database (with a binary log also log_bin_trust_function_creators) and run `smsctl db migrate`";
    let mut out = Vec::new();
    for (table, engine) in Tables::look(session)?.astray() {
        let what = format!("the table `{table}` is kept by {engine}, which has no transactions");
        out.push(finding(what, "stop the workers and run `smsctl db migrate`: it gives the table to InnoDB"));
    }
    out.extend(numbering::lost(session)?.into_iter().map(Obstacle::finding));
    out.extend(altered::look(session)?.iter().map(Altered::finding));
    let tables_gone =
        missing(&have, "table", TABLES).map(|name| finding(format!("the table `{name}` is missing"), CHANGED));
    let mut is_whole = true;
    out.extend(tables_gone.inspect(|_| is_whole = false));
    out.extend(indexes::findings(session)?);
    let absent = triggers::absent(session)?;
    out.extend(absent.iter().map(|name| finding(format!("the trigger `{name}` is missing"), forbidden)));
    for (table, made) in made::tables() {
        // Of a table that is not there that is said.
        let found = columns(session, table)?;
        let missing = made.columns().filter(|column| !found.is_empty() && !found.contains(*column));
        out.extend(missing.map(|name| {
            is_whole = false;
            let hint = made.words.get(name).map_or(CHANGED.to_owned(), |words| {
                format!("another program changed the schema: `ALTER TABLE {table} ADD COLUMN {name} {words};` makes it again")
            });
            finding(format!("the table `{table}` lacks the column `{name}`"), &hint)
        }));
    }
    Ok((out, is_whole))
}

fn unknown_statuses(session: &mut Session) -> Tried<Vec<Finding>> {
    let rows = session.send(sql!("status_unknown"))?.rows;
    let finding = |row: &mysql::Row| Ok(Finding::status(&text(row, 0).unwrap_or_default(), sum(row, 1), id(row, 2)?));
    Ok(rows.iter().map(finding).collect::<Result<_>>()?)
}

/// Another program wrote them so; the server takes each for the word alone.
fn padded(session: &mut Session) -> Tried<Vec<Finding>> {
    let rows = session.send(sql!("padded"))?.rows;
    let finding = |row: &mysql::Row| {
        let (column, n, first) = (text(row, 0)?, sum(row, 1), whole(row, 2)?);
        Some(Finding {
            kind: "value",
            message: format!("tasks whose `{column}` is written with blanks behind it: {n}, the first is {first}"),
            hint: Some(format!(
                "they are counted as the word without them, and shown as they are: write it so (`{column} = trim({column})`)"
            )),
        })
    };
    Ok(rows.iter().filter_map(finding).collect())
}

fn stranded(session: &mut Session) -> Tried<Vec<Finding>> {
    let rows = session.send(sql!("stranded_foreign"))?.rows;
    let found = rows.first().map(|row| (sum(row, 0), whole(row, 1)));
    let Some((n, Some(first))) = found.filter(|(n, _)| *n > 0) else { return Ok(Vec::new()) };
    Ok(vec![Finding {
        kind: "stranded",
        message: format!("{n} tasks are `processing` under a worker that is not smsctl's, the first is {first}"),
        hint: Some("if the application is not at work on them, it stopped in their midst: see `smsctl list --status processing`".to_owned()),
    }])
}

/// A server may be told to acknowledge before anything is on its disk.
fn durability(session: &mut Session) -> Tried<Vec<Finding>> {
    let rows = session.send("SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, @@sync_binlog")?.rows;
    let value = |column| rows.first().and_then(|row| whole(row, column));
    let finding = |variable: &str, value: i64| Finding {
        kind: "durability",
        message: format!("the server has {variable} = {value}: what it acknowledged may be lost when its host fails"),
        hint: Some(format!("set {variable} = 1 on the server")),
    };
    let flush = value(0).filter(|value| *value != 1).map(|value| finding("innodb_flush_log_at_trx_commit", value));
    let binlog = value(2).filter(|binlog| *binlog != 1 && value(1) == Some(1));
    Ok(flush.into_iter().chain(binlog.map(|value| finding("sync_binlog", value))).collect())
}
