//! What a copy begins with, or goes on with. Everything here only looks: nothing is made, closed or written.

use super::pass::{self, Wanted};
use super::table::Table;
use super::value::{Bound, Column, ROW_NUMBERS, Value};
use super::{CopyError, QueueClosure, Side, Why, table};
use crate::store::sqlite::planned_columns;
use crate::store::{Result, Store};

/// Where a copy begins, or goes on.
pub(super) struct Start {
    pub source: Option<QueueClosure>,
    pub target: Option<QueueClosure>,
    /// What the target still says, where `target` is what it has to say first.
    pub stale: Option<QueueClosure>,
    pub token: String,
}

/// Where a copy goes.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// The tables are there.
    There(&'a dyn Store),
    /// Into a file in which they are to be made.
    File,
    /// Into a database on a server in which they are to be made.
    Server,
}

impl<'a> Target<'a> {
    fn store(self) -> Option<&'a dyn Store> {
        match self {
            Target::There(store) => Some(store),
            Target::File | Target::Server => None,
        }
    }

    /// The columns that it has, or will have.
    fn columns(self, table: &'static Table) -> Result<Vec<Column>> {
        if let Target::There(store) = self {
            return store.copying().columns(table);
        }
        let mut columns = planned_columns(table)?;
        let is_id = |column: &&mut Column| table.is_numbered && table.key.contains(&column.name.as_str());
        if let (Target::Server, Some(column)) = (self, columns.iter_mut().find(is_id)) {
            column.bound = ROW_NUMBERS;
        }
        Ok(columns)
    }
}

/// All that can be known of a copy before anything is made or closed: whether the one queue may go to the other place, and
/// whether the target has the columns, and takes the numbers of the rows. Where there are no tables yet, it will have those that
/// smsctl makes. Tells whether the source is open.
///
/// # Errors
/// As `Copy::begin`, and where the target lacks a column, or does not take a number.
pub fn look(from: Side<'_>, location: &str, to: Target<'_>) -> Result<bool> {
    let source = match to.store() {
        Some(store) => start(from, Side { store, location })?.source,
        None => from.copying().closure()?,
    };
    // What was moved, or is a copy itself, begins nowhere.
    if let Some(closure) = source.as_ref().filter(|source| to.store().is_none() && source.why != Why::Leaving) {
        return Err(refused(from, closure).into());
    }
    for table in table::TABLES {
        let columns = pass::paired(Wanted { table, location, there: to.columns(table)? }, from)?;
        if table.is_numbered {
            require_numbers(from, table, &columns)?;
            require_count(from, table, &columns[0])?;
        }
    }
    Ok(source.is_none())
}

/// The target takes the numbers at the ends, and 0, as they are.
fn require_numbers(from: Side<'_>, table: &'static Table, columns: &[Column]) -> Result<()> {
    let key = &columns[..table.key.len()];
    let behind = |key_before: Option<&Vec<Value>>| from.copying().page(table, key, key_before);
    let (first, from_zero) = (behind(None)?, behind(Some(&vec![Value::Whole(-1)]))?);
    let ends = [first.into_iter().next(), from_zero.into_iter().next(), from.copying().last_key(table, columns)?];
    for row in ends.into_iter().flatten() {
        let refused = key.iter().zip(&row).find_map(|(column, value)| Some((column, column.bound.refuses(value)?)));
        if let Some((column, reason)) = refused {
            return Err(pass::unfit(table, &row, &column.name, &reason).into());
        }
    }
    Ok(())
}

/// The target has numbers left behind all that the source has given: rows that are gone had theirs, too.
fn require_count(from: Side<'_>, table: &'static Table, key: &Column) -> Result<()> {
    let (Bound::Numbers(_, most), Some(given)) = (key.bound, from.copying().given(table)?) else { return Ok(()) };
    if given < most {
        return Ok(());
    }
    let cure = from.copying().count_back(table);
    Err(CopyError::Count { location: from.location.to_owned(), table: table.name, given, cure }.into())
}

/// What there is to begin with.
pub(super) fn start(from: Side<'_>, to: Side<'_>) -> Result<Start> {
    let source = from.copying().closure()?;
    let found = to.copying().closure()?;
    let is_early = found.as_ref().is_some_and(|copy| has_the_last_word(copy, source.as_ref()));
    // If it has its last word of a copy already, and the source has not, it takes that back: both stay closed.
    let target = found.clone().map(|copy| if is_early { QueueClosure { why: Why::Arriving, ..copy } } else { copy });
    let reopened = |target: &QueueClosure| target.why == Why::Arriving && target.other == from.location;
    let token = match (&source, &target) {
        (None, None) => new_token(),
        (Some(source), Some(target)) if is_interrupted(source, target, to) => source.token.clone(),
        // Of two copies that had one name, to two targets, either could be opened when the queue has gone to the other.
        (Some(source), None) if source.why == Why::Leaving && source.other == to.location => source.token.clone(),
        (Some(source), None) if source.why == Why::Leaving => new_token(),
        // What was copied of a source that was opened again, or then went another way, is gone through once more.
        (Some(source), Some(target)) if source.why == Why::Leaving && reopened(target) => new_token(),
        (None, Some(target)) if reopened(target) => new_token(),
        (Some(source), Some(_)) if source.why != Why::Leaving => return Err(refused(from, source).into()),
        (Some(source), None) => return Err(refused(from, source).into()),
        (_, Some(target)) => return Err(refused(to, target).into()),
    };
    if target.is_none() {
        require_empty(to)?;
    }
    let target = target.map(|target| QueueClosure { token: token.clone(), ..target });
    let stale = found.filter(|found| target.as_ref() != Some(found));
    Ok(Start { source, target, stale, token })
}

fn refused(side: Side<'_>, closure: &QueueClosure) -> CopyError {
    CopyError::OtherCopy { location: side.location.to_owned(), closure: closure.clone() }
}

/// Whether `copy` is the whole copy of a source that does not know it yet.
fn has_the_last_word(copy: &QueueClosure, source: Option<&QueueClosure>) -> bool {
    let leaves = |source: &QueueClosure| source.why == Why::Leaving && source.token == copy.token;
    copy.why == Why::Copy && source.is_some_and(leaves)
}

/// Whether the two belong together, and the copy has not come to its end. What was handed over was to this very target.
fn is_interrupted(source: &QueueClosure, target: &QueueClosure, to: Side<'_>) -> bool {
    let leaves = source.why == Why::Leaving || (source.why == Why::Moved && source.other == to.location);
    leaves && target.why == Why::Arriving && source.token == target.token
}

/// A name that no other copy has.
fn new_token() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// # Errors
/// Some table of the target has rows.
pub(super) fn require_empty(side: Side<'_>) -> Result<()> {
    for table in table::TABLES {
        let rows = side.copying().count_rows(table)?;
        if rows > 0 {
            let location = side.location.to_owned();
            return Err(CopyError::NotEmpty { location, table: table.name, rows }.into());
        }
    }
    Ok(())
}
