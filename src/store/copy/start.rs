//! What a copy begins with, or goes on with. Everything here only looks: nothing is made, closed or written.

use super::pass::{self, Wanted};
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

/// All that can be known of a copy before anything is made or closed: whether the one queue may go to the other place, and
/// whether the target has the columns. `to` is `None` where there are no tables yet: it will have those that smsctl makes.
/// Tells whether the source is open.
///
/// # Errors
/// As `Copy::begin`, and where the target lacks a column.
pub fn look(from: Side<'_>, location: &str, to: Option<&dyn Store>) -> Result<bool> {
    let source = match to {
        Some(store) => start(from, Side { store, location })?.source,
        None => from.copying().closure()?,
    };
    // What was moved, or is a copy itself, begins nowhere.
    if let Some(closure) = source.as_ref().filter(|source| to.is_none() && source.why != Why::Leaving) {
        return Err(refused(from, closure).into());
    }
    for table in table::TABLES {
        let there = to.map_or_else(|| planned_columns(table), |store| store.copying().columns(table))?;
        pass::paired(Wanted { table, location, there }, from)?;
    }
    Ok(source.is_none())
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
        (Some(source), None) if source.why == Why::Leaving => source.token.clone(),
        (Some(source), Some(target)) if is_interrupted(source, target) => source.token.clone(),
        // The source was opened again: what was copied of it is gone through once more, under another name, so that whoever may
        // still be at the former copy is not taken for this one.
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

/// Whether the two belong together, and the copy has not come to its end.
fn is_interrupted(source: &QueueClosure, target: &QueueClosure) -> bool {
    let leaves = matches!(source.why, Why::Leaving | Why::Moved);
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
