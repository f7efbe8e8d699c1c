//! Going through the tables: page by page from the source to the target, and both once more for their checksums.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::table::{Span, TABLES, Table};
use super::value::{Bound, Column, Key, Kind, Value};
use super::{CopyError, Replacement, Row, Side};
use crate::queue::State;
use crate::store::{Result, StoreError};

/// Programs that do not know that a queue is closed may write while it is copied: so often it is gone through again.
const PASSES_MAX: u32 = 3;

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// One for each table, in the order of the copy.
    pub tables: Vec<CopiedTable>,
    /// Rows that this run wrote: fewer than there are if an earlier one was interrupted.
    pub written: u64,
    /// How long it took, verification included.
    pub elapsed: Duration,
    /// An earlier run did it: the tables are those of the source, which are as they were when both were the same.
    pub is_earlier: bool,
}

/// A table that is the same in both databases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    /// Its name.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 of its values in the order of its key, in hex; the same for the same rows on every backend.
    pub checksum: String,
}

/// Copies until both sides are the same.
pub(super) fn run(from: Side<'_>, to: Side<'_>, token: &str, seen: &mut dyn FnMut(u64)) -> Result<Copied> {
    let begun = Instant::now();
    let columns = |table: &'static Table| -> Result<_> {
        let there = to.copying().columns(table)?;
        Ok((table, paired(Wanted { table, location: to.location, there }, from)?))
    };
    let tables = TABLES.iter().map(columns).collect::<Result<Vec<_>>>()?;
    let mut written = 0;
    let mut passes = 0;
    // What the source held of the first table that differed at the end of the last pass.
    let mut former: Option<CopiedTable> = None;
    loop {
        for (table, columns) in &tables {
            written += Route { from, to, token, table, columns }.take(seen)?;
        }
        passes += 1;
        let mut same = Vec::new();
        let mut different = None;
        for (table, columns) in &tables {
            let (there, here) = (digest(from, table, columns, seen)?, digest(to, table, columns, seen)?);
            if there != here && different.is_none() {
                different = Some((table, columns, there));
            }
            same.push(here);
        }
        match different {
            None => return Ok(Copied { tables: same, written, elapsed: begun.elapsed(), is_earlier: false }),
            Some((table, columns, there)) if passes >= PASSES_MAX => {
                // What was written in this pass is what the source held before it and holds after it: so the target has changed it.
                let key =
                    if former.as_ref() == Some(&there) { first_difference(from, to, table, columns)? } else { None };
                return Err(match key {
                    Some(key) => CopyError::Altered { location: to.location.to_owned(), table: table.name, key },
                    None => CopyError::Unsteady { table: table.name },
                }
                .into());
            }
            Some((_, _, there)) => former = Some(there),
        }
    }
}

/// The key of the first row that is in one of the two alone, or is another one there.
fn first_difference(from: Side<'_>, to: Side<'_>, table: &'static Table, columns: &[Column]) -> Result<Option<String>> {
    let mut after: Option<Key> = None;
    loop {
        let page = |side: Side<'_>| side.copying().page(table, columns, after.as_ref());
        let (there, here) = (page(from)?, page(to)?);
        let alike = there.iter().zip(&here).take_while(|(there, here)| there == here).count();
        let key = |row: &Row| row[..table.key.len()].to_vec();
        match (there.get(alike).map(key), here.get(alike).map(key)) {
            (Some(there), Some(here)) => {
                return Ok(Some(shown(if here < there { &here } else { &there })));
            }
            // A page is as long as its bytes allow: the other one may only end earlier.
            (there, here) if alike == 0 => return Ok(there.or(here).map(|key| shown(&key))),
            _ => after = there.get(alike - 1).map(key),
        }
    }
}

/// Counts and checksums of one side.
pub(super) fn look(side: Side<'_>) -> Result<Copied> {
    let begun = Instant::now();
    let look = |table: &'static Table| digest(side, table, &side.copying().columns(table)?, &mut |_| {});
    let tables = TABLES.iter().map(look).collect::<Result<_>>()?;
    Ok(Copied { tables, written: 0, elapsed: begun.elapsed(), is_earlier: true })
}

/// What a target has, or will have.
pub(super) struct Wanted<'a> {
    pub table: &'static Table,
    pub location: &'a str,
    pub there: Vec<Column>,
}

/// The columns of the source, with what the target can hold of them.
pub(super) fn paired(wanted: Wanted<'_>, from: Side<'_>) -> Result<Vec<Column>> {
    let Wanted { table, location, there } = wanted;
    let mut out = from.copying().columns(table)?;
    for column in &mut out {
        let name = column.name.clone();
        let Some(twin) = there.iter().find(|twin| twin.name == name) else {
            let location = location.to_owned();
            return Err(CopyError::ColumnMissing { location, table: table.name, column: name }.into());
        };
        if twin.kind != column.kind {
            return Err(CopyError::ColumnKind { table: table.name, column: name }.into());
        }
        column.bound = twin.bound;
    }
    Ok(out)
}

/// The way of one table.
struct Route<'a> {
    from: Side<'a>,
    to: Side<'a>,
    token: &'a str,
    table: &'static Table,
    columns: &'a [Column],
}

impl Route<'_> {
    /// Makes the target's table like the source's; how many rows were written.
    fn take(&self, seen: &mut dyn FnMut(u64)) -> Result<u64> {
        let end = self.to.copying().last_key(self.table, self.columns)?;
        let mut after: Option<Key> = None;
        let mut written = 0;
        loop {
            let rows = self.from.copying().page(self.table, self.columns, after.as_ref())?;
            let upto = rows.last().map(|row| self.key_of(row));
            // Behind the last row of the target nothing needs to be compared, or to go.
            let is_new = after.as_ref().map_or(end.is_none(), |after| end.as_ref().is_none_or(|end| after >= end));
            let span = (!is_new).then_some(Span { after: after.as_ref(), upto: upto.as_ref() });
            let is_done = if is_new { rows.is_empty() } else { self.is_there(&rows, after.as_ref())? };
            if !is_done {
                rows.iter().try_for_each(|row| self.require_fit(row))?;
                let replacement = Replacement { table: self.table, columns: self.columns, span, rows: &rows };
                match self.to.copying().replace(self.token, &replacement) {
                    Ok(true) => {}
                    Ok(false) => return Err(CopyError::Overtaken.into()),
                    Err(error) => return Err(self.explained(error, is_new, after.as_ref())),
                }
                written += rows.len() as u64;
            }
            seen(rows.len() as u64);
            match upto {
                Some(upto) => after = Some(upto),
                None => return Ok(written),
            }
        }
    }

    /// Rows that are refused where none were are those of another run that has come by.
    fn explained(&self, error: StoreError, is_new: bool, after: Option<&Key>) -> StoreError {
        let has_more = || {
            let last = self.to.copying().last_key(self.table, self.columns);
            last.is_ok_and(|last| last.as_ref() > after)
        };
        let is_refused = matches!(error, StoreError::Statement(_) | StoreError::Refused { .. });
        let is_taken = is_new && is_refused && has_more();
        if is_taken { CopyError::AnotherRun.into() } else { error }
    }

    fn key_of(&self, row: &Row) -> Key {
        row[..self.table.key.len()].to_vec()
    }

    /// Whether the target's next rows are these; of no rows, whether it has no more either.
    fn is_there(&self, rows: &[Row], after: Option<&Key>) -> Result<bool> {
        let there = self.to.copying().page(self.table, self.columns, after)?;
        Ok(if rows.is_empty() { there.is_empty() } else { there.get(..rows.len()) == Some(rows) })
    }

    /// The target can hold the row.
    fn require_fit(&self, row: &Row) -> Result<()> {
        for (column, value) in self.columns.iter().zip(row) {
            let reason = column.bound.refuses(value).or_else(|| self.unknown_status(column, value));
            if let Some(reason) = reason {
                return Err(unfit(self.table, row, &column.name, &reason).into());
            }
        }
        Ok(())
    }

    /// A table that the web application made takes any word as a status; ours does not.
    fn unknown_status(&self, column: &Column, value: &Value) -> Option<String> {
        let Value::Text(word) = value else { return None };
        let is_status = self.table.name == "queued_tasks" && column.name == "status";
        (is_status && State::parse(word).is_none()).then(|| format!("is `{}`, which is no status", word.escape_debug()))
    }
}

/// The error of a value for whose sake a row cannot be copied.
pub fn unfit(table: &Table, row: &[Value], column: &str, reason: &str) -> CopyError {
    unfit_row(table, row, format!("`{column}` {reason}"))
}

/// The error of a row that cannot be copied.
pub fn unfit_row(table: &Table, row: &[Value], reason: String) -> CopyError {
    CopyError::Row { table: table.name, key: shown(&row[..row.len().min(table.key.len())]), reason }
}

fn shown(key: &[Value]) -> String {
    key.iter().map(Value::shown).collect::<Vec<_>>().join("/")
}

/// Count and checksum of a table.
fn digest(side: Side<'_>, table: &'static Table, columns: &[Column], seen: &mut dyn FnMut(u64)) -> Result<CopiedTable> {
    let mut sum = Sha256::new();
    for column in columns {
        Value::Text(column.name.clone()).digest(&mut sum);
    }
    let (mut rows, mut after) = (0, None);
    loop {
        let page = side.copying().page(table, columns, after.as_ref())?;
        page.iter().flatten().for_each(|value| value.digest(&mut sum));
        rows += page.len() as u64;
        seen(page.len() as u64);
        match page.last() {
            Some(row) => after = Some(row[..table.key.len()].to_vec()),
            None => break,
        }
    }
    let checksum = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(CopiedTable { name: table.name, rows, checksum })
}

/// What a value that another program left out means, as the triggers would have written it.
pub fn settled(table: &Table, column: &str, value: Value) -> Value {
    if value != Value::Null {
        return value;
    }
    match (table.name, column) {
        ("queued_tasks" | "dead_letter_messages", "status") => Value::Text("pending".to_owned()),
        ("queued_tasks", "attempt" | "retry_count") => Value::Whole(0),
        ("queued_tasks", "max_retries") => Value::Whole(3),
        _ => Value::Null,
    }
}

/// A column that counts the writes to a row of one database, or a time that one host counts, and is not of the queue.
fn is_own(table: &Table, column: &str) -> bool {
    matches!(
        (table.name, column),
        ("queued_tasks" | "dead_letter_messages", "revision") | ("lanes", "writes" | "refilled_boot" | "refilled_up")
    )
}

/// Columns in the order of a copy, which is that of its checksums: the key's first, then by name.
pub fn in_order(table: &Table, mut columns: Vec<Column>) -> Vec<Column> {
    columns.retain(|column| !is_own(table, &column.name));
    let place = |column: &Column| table.key.iter().position(|name| *name == column.name).unwrap_or(table.key.len());
    columns.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.name.cmp(&b.name)));
    columns
}

/// The columns of the hours: what they count by, and how much.
pub fn of_hours() -> Vec<Column> {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind, bound: Bound::None };
    vec![column("name", Kind::Text), column("word", Kind::Text), column("n", Kind::Whole)]
}
