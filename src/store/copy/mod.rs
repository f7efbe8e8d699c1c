//! A whole queue, copied from one database to another.
//!
//! Both are closed meanwhile, and of the two only one is opened again: so nothing is sent twice. Tables are gone through in the
//! order of their keys, page by page. A page that the target has already is left, one that differs is replaced, in one
//! transaction: so a copy that was interrupted at any point is simply begun again, and no row is doubled. At the end both
//! databases are read once more, and counts and checksums of every table must be the same.

mod error;
pub mod late;
mod pass;
mod start;
mod table;
mod value;

use std::sync::{Mutex, PoisonError};

use super::closure::{QueueClosure, Why};
use super::{Result, Store, StoreError};

pub use error::CopyError;
pub use pass::{Copied, CopiedTable};
pub(super) use pass::{in_order, of_hours, settled, unfit, unfit_row};
pub use start::{Target, look};
pub(super) use table::{HOURS, Span, Table};
#[cfg(test)]
pub(super) use table::{LEFT_OUT, TABLES};
pub(super) use value::{Bound, Column, Key, Kind, ROW_NUMBERS, Value};

/// Rows of one page, at most, and about so many bytes of them.
pub(super) const PAGE_ROWS: usize = 1_000;
pub(super) const PAGE_BYTES: usize = 1024 * 1024;

/// The values of a row, in the order of its columns.
pub(super) type Row = Vec<Value>;

/// Rows of the target that are replaced.
pub struct Replacement<'a> {
    pub(super) table: &'static Table,
    pub(super) columns: &'a [Column],
    /// Which rows go. `None`: there are none.
    pub(super) span: Option<Span<'a>>,
    pub(super) rows: &'a [Row],
}

/// What a copy needs of a database.
pub trait Copying {
    /// Why the queue is closed; `None` if it is open.
    fn closure(&self) -> Result<Option<QueueClosure>>;

    /// Closes the queue, or opens it, if it still is as `expected` (by reason and token); tells whether it was.
    fn close(&self, expected: Option<&QueueClosure>, closure: Option<&QueueClosure>) -> Result<bool>;

    /// Opens the target of a copy that is done, if it still is the unfinished one of `token`, and writes into its audit log
    /// which copy that was, and the record of what was copied; tells whether it was.
    fn arrive(&self, token: &str, record: &str) -> Result<bool>;

    /// The record of the copy of this token, if the audit log says that it was done.
    fn arrival(&self, token: &str) -> Result<Option<String>>;

    /// Notes the last row of tables that the copy of this token has: what is behind it came in later.
    fn note_ends(&self, token: &str, ends: &[(&'static str, i64)]) -> Result<()>;

    /// The last rows that the copy of this token has.
    fn ends(&self, token: &str) -> Result<Vec<(String, i64)>>;

    /// The columns of a table that are copied, those of its key first.
    fn columns(&self, table: &Table) -> Result<Vec<Column>>;

    /// Rows after a key, in the order of their keys; no rows: there are no more.
    fn page(&self, table: &'static Table, columns: &[Column], after: Option<&Key>) -> Result<Vec<Row>>;

    /// The last key of a table.
    fn last_key(&self, table: &'static Table, columns: &[Column]) -> Result<Option<Key>>;

    /// How many rows a table has.
    fn count_rows(&self, table: &Table) -> Result<u64>;

    /// How many rows of a numbered table have a number above this one.
    fn count_behind(&self, table: &Table, number: i64) -> Result<u64>;

    /// Replaces rows, in one transaction, if the queue is still an unfinished copy with this token; tells whether it is.
    fn replace(&self, token: &str, replacement: &Replacement<'_>) -> Result<bool>;

    /// The highest number that a numbered table has given, whether its row is there or not; `None` if the database does not say.
    fn given(&self, table: &Table) -> Result<Option<i64>>;

    /// The numbers up to this one are given: the next row gets a higher one.
    fn set_given(&self, table: &Table, given: i64) -> Result<()>;

    /// The statement that sets the count of a table's numbers back to the rows that are there.
    fn count_back(&self, table: &Table) -> String;
}

/// How many rows of each table there are to copy.
///
/// # Errors
/// The database.
pub fn rows(store: &dyn Store) -> Result<Vec<(&'static str, u64)>> {
    table::TABLES.iter().map(|table| Ok((table.name, store.copying().count_rows(table)?))).collect()
}

/// What an earlier run of the same copy moved, if it got to its end and nobody was told: the source was moved to this very
/// target, which is open and has the queue, and goes on. So it is the source that is read, and held against what was the same in both
/// when it was handed over.
///
/// # Errors
/// The databases; `CopyError::WrittenSince` if the source is not as it was.
pub fn earlier(from: Side<'_>, to: Side<'_>) -> Result<Option<Copied>> {
    let closure = from.copying().closure()?;
    let Some(moved) = closure.filter(|closure| closure.why == Why::Moved && closure.other == to.location) else {
        return Ok(None);
    };
    if to.copying().closure()?.is_some() {
        return Ok(None);
    }
    let Some(record) = to.copying().arrival(&moved.token)? else { return Ok(None) };
    let found = pass::look(from)?;
    late::require_unchanged(from, to, &record, &found)?;
    Ok(Some(found))
}

/// A database of a copy.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Its store.
    pub store: &'a dyn Store,
    /// Where it is, without secrets.
    pub location: &'a str,
}

impl Side<'_> {
    fn copying(&self) -> &dyn Copying {
        self.store.copying()
    }

    fn set(&self, from: Option<&QueueClosure>, to: Option<&QueueClosure>) -> Result<()> {
        if self.copying().close(from, to)? { Ok(()) } else { Err(CopyError::Overtaken.into()) }
    }
}

/// Which of the two is the queue when all is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The target is the queue; the source stays closed.
    Target,
    /// The source goes on; the target is a closed copy.
    Source,
}

/// What a copy that failed left of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It is the queue, as before.
    Open,
    /// It is closed, and so is the target.
    Closed,
    /// It is closed for good; the target may be open.
    HandedOver,
}

/// A copy under way: both databases are closed.
pub struct Copy<'a> {
    from: Side<'a>,
    to: Side<'a>,
    leaving: QueueClosure,
    arriving: QueueClosure,
    /// This process closed them, so it may open them again while nothing is copied.
    closed_source: bool,
    closed_target: bool,
    /// An earlier run got as far as to hand the queue over, and not to open the target.
    handed_over: bool,
    /// What was the same in both at last.
    record: Mutex<String>,
}

impl<'a> Copy<'a> {
    /// Closes both databases, or goes on with a copy that was interrupted.
    ///
    /// # Errors
    /// The source is closed for another reason; the target holds rows of its own, or is closed for another reason.
    pub fn begin(from: Side<'a>, to: Side<'a>) -> Result<Copy<'a>> {
        let start = start::start(from, to)?;
        let token = start.token.clone();
        let mut copy = Copy {
            leaving: QueueClosure { why: Why::Leaving, other: to.location.to_owned(), token: token.clone() },
            arriving: QueueClosure { why: Why::Arriving, other: from.location.to_owned(), token },
            handed_over: start.source.as_ref().is_some_and(|source| source.why == Why::Moved),
            closed_source: false,
            closed_target: false,
            record: Mutex::default(),
            from,
            to,
        };
        if let Err(error) = copy.close(&start) {
            let error = copy.explained(error);
            copy.undo()?;
            return Err(error);
        }
        Ok(copy)
    }

    fn close(&mut self, start: &start::Start) -> Result<()> {
        let (source, target) = (start.source.as_ref(), start.target.as_ref());
        if start.stale.is_some() {
            self.to.set(start.stale.as_ref(), target)?;
        }
        if !self.handed_over {
            self.from.set(source, Some(&self.leaving))?;
            self.closed_source = source.is_none();
        }
        if target.is_some() {
            return Ok(());
        }
        // A database may have two names.
        let is_source = |closure: QueueClosure| closure.why == Why::Leaving && closure.token == self.leaving.token;
        if self.to.copying().closure()?.is_some_and(is_source) {
            return Err(CopyError::SameDatabase { location: self.to.location.to_owned() }.into());
        }
        self.to.set(None, Some(&self.arriving))?;
        self.closed_target = true;
        // It was open until now, and somebody may have taken it for the queue already.
        start::require_empty(self.to)
    }

    /// What it means that one of the databases is not as this copy left it: whether another run of the same copy is at work, or was.
    fn explained(&self, error: StoreError) -> StoreError {
        if !matches!(error, StoreError::Copy(CopyError::Overtaken)) {
            return error;
        }
        let token = &self.leaving.token;
        let is_shared = || -> Result<bool> {
            let target = self.to.copying().closure()?.filter(|target| target.token == *token);
            Ok(match self.from.copying().closure()? {
                Some(source) if source.token == *token => {
                    target.is_some() || self.to.copying().arrival(token)?.is_some()
                }
                Some(source) => source.other == self.to.location,
                None => target.is_some_and(|target| target.why == Why::Copy),
            })
        };
        // What cannot be read now explains nothing.
        if is_shared().unwrap_or(false) { CopyError::AnotherRun.into() } else { error }
    }

    /// Opens again what this process closed, unless another run goes on with it already. Only while nothing is copied.
    ///
    /// # Errors
    /// The databases.
    pub fn undo(&self) -> Result<()> {
        if self.closed_target {
            self.to.copying().close(Some(&self.arriving), None)?;
        } else if self.to.copying().closure()?.is_some_and(|closure| closure.is_arriving(&self.arriving.token)) {
            return Ok(());
        }
        if self.closed_source {
            self.from.copying().close(Some(&self.leaving), None)?;
        }
        Ok(())
    }

    /// After a failure: opens the source again, if the same copy would fail again as things are (`is_lasting`), this process
    /// closed it, and the target is still the unfinished copy. A target that is open or complete has a source that was handed
    /// over, or it says so itself: that one stays closed. What was copied stays, too, and is gone on with.
    pub fn give_up(&self, is_lasting: bool) -> Left {
        let is_unfinished = || {
            let target = self.to.copying().closure();
            target.is_ok_and(|target| target.is_some_and(|closure| closure.is_arriving(&self.arriving.token)))
        };
        if is_lasting && self.closed_source && is_unfinished() {
            // If it cannot be opened, the look below tells how it stands.
            let _is_open = self.from.copying().close(Some(&self.leaving), None);
        }
        match self.from.copying().closure() {
            Ok(None) => Left::Open,
            Ok(Some(closure)) if closure.why == Why::Moved => Left::HandedOver,
            _ => Left::Closed,
        }
    }

    /// Copies every table until both databases hold the same. `seen` is told of rows as they are done.
    ///
    /// # Errors
    /// The databases; a row that the target cannot hold; a source that does not stand still; another run that is at work.
    pub fn run(&self, seen: &mut dyn FnMut(u64)) -> Result<Copied> {
        let copied =
            pass::run(self.from, self.to, &self.arriving.token, seen).map_err(|error| self.explained(error))?;
        for table in table::TABLES.iter().filter(|table| table.is_numbered) {
            if let Some(given) = self.from.copying().given(table)?
                && self.to.copying().given(table)?.is_none_or(|have| have < given)
            {
                self.to.copying().set_given(table, given)?;
            }
        }
        self.to.store.recount()?;
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = late::record(&copied);
        Ok(copied)
    }

    /// Opens the one that is the queue from now on. At no point are both open.
    ///
    /// # Errors
    /// The databases.
    pub fn finish(&self, keep: Keep) -> Result<()> {
        self.hand_over(keep).map_err(|error| self.explained(error))
    }

    fn hand_over(&self, keep: Keep) -> Result<()> {
        // Before it is closed for good: what is behind this is in it alone.
        let ends = late::ends(self.to)?;
        match keep {
            Keep::Target => {
                self.from.copying().note_ends(&self.leaving.token, &ends)?;
                if !self.handed_over {
                    let moved = QueueClosure { why: Why::Moved, ..self.leaving.clone() };
                    self.from.set(Some(&self.leaving), Some(&moved))?;
                }
                let record = self.record.lock().unwrap_or_else(PoisonError::into_inner).clone();
                if self.to.copying().arrive(&self.arriving.token, &record)? {
                    Ok(())
                } else {
                    Err(CopyError::Overtaken.into())
                }
            }
            Keep::Source => {
                self.to.copying().note_ends(&self.arriving.token, &ends)?;
                let copy = QueueClosure { why: Why::Copy, ..self.arriving.clone() };
                self.to.set(Some(&self.arriving), Some(&copy))?;
                self.from.set(Some(&self.leaving), None)
            }
        }
    }
}
