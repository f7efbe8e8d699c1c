//! What came into a closed queue: other programs do not know that it is closed, and nobody sends what they put there.

use super::pass::Copied;
use super::table::{TABLES, Table};
use super::value::Value;
use super::{CopyError, Side};
use crate::store::closure::Why;
use crate::store::{Finding, Result, Store, contract};

/// Characters of a checksum that are kept of it.
const KEPT: usize = 16;

/// Rows of one table that came in after the queue was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// Whether they are tasks; otherwise they are dead letters.
    pub are_tasks: bool,
    /// How many.
    pub rows: u64,
    /// The last row that is in the other database.
    pub after: i64,
    first: i64,
    last: i64,
}

impl Late {
    fn table(&self) -> &'static str {
        if self.are_tasks { "queued_tasks" } else { "dead_letter_messages" }
    }

    /// Whether these rows are all that there are more now than then.
    fn is_all_between(&self, then: u64, now: u64) -> bool {
        now.checked_sub(then) == Some(self.rows)
    }

    /// How many of what, and their ids.
    pub fn told(&self) -> String {
        let what = if self.are_tasks { "task" } else { "dead letter" };
        match (self.rows, self.first, self.last) {
            (1, first, _) => format!("1 {what} ({first})"),
            (rows, first, last) => format!("{rows} {what}s ({first} to {last})"),
        }
    }
}

/// What came into the queue after it was closed, as far as the numbers of the rows tell; nothing if it is open.
///
/// # Errors
/// The database.
pub fn late(store: &dyn Store) -> Result<Vec<Late>> {
    let copying = store.copying();
    let Some(closure) = copying.closure()?.filter(|closure| matches!(closure.why, Why::Moved | Why::Copy)) else {
        return Ok(Vec::new());
    };
    let mut out = Vec::new();
    for (name, after) in copying.ends(&closure.token)? {
        let Some(table) = watched().find(|table| table.name == name) else { continue };
        let rows = copying.count_behind(table, after)?;
        let key = &copying.columns(table)?[..table.key.len()];
        let first = copying.page(table, key, Some(&vec![Value::Whole(after)]))?.into_iter().next();
        if let (Some([Value::Whole(first), ..]), Some([Value::Whole(last), ..])) =
            (first.as_deref(), copying.last_key(table, key)?.as_deref())
        {
            let (first, last) = (*first, *last);
            out.push(Late { are_tasks: table.name == "queued_tasks", rows, after, first, last });
        }
    }
    out.sort_by_key(|late| !late.are_tasks);
    Ok(out)
}

/// The same as sentences.
///
/// # Errors
/// The database.
pub fn sentences(store: &dyn Store) -> Result<Vec<String>> {
    let sentence = |late: &Late| format!("since it was closed, {} came in, which no other database has", late.told());
    Ok(late(store)?.iter().map(sentence).collect())
}

/// The same for `db check`.
///
/// # Errors
/// The database.
pub fn findings(store: &dyn Store) -> Result<Vec<Finding>> {
    let Some(closure) = store.copying().closure()? else { return Ok(Vec::new()) };
    let hint =
        format!("have the programs that wrote them write to `{}`, and enqueue there what is to be sent", closure.other);
    let finding = |message| Finding { kind: "late", message, hint: Some(hint.clone()) };
    Ok(sentences(store)?.into_iter().map(finding).collect())
}

/// The tables that other programs write.
fn watched() -> impl Iterator<Item = &'static Table> {
    TABLES.iter().filter(|table| contract::TABLES.contains(&table.name))
}

/// The last row of each of these tables.
pub(super) fn ends(side: Side<'_>) -> Result<Vec<(&'static str, i64)>> {
    let end = |table: &'static Table| {
        let last = side.copying().last_key(table, &side.copying().columns(table)?)?;
        let last = match last.as_deref() {
            Some([Value::Whole(last), ..]) => *last,
            _ => 0,
        };
        Ok((table.name, last))
    };
    watched().map(end).collect()
}

/// What was the same in both databases, for whoever asks later: `TABLE=ROWS:CHECKSUM`.
pub(super) fn record(copied: &Copied) -> String {
    let of_table = |table: &super::CopiedTable| {
        format!("{}={}:{}", table.name, table.rows, table.checksum.get(..KEPT).unwrap_or_default())
    };
    copied.tables.iter().map(of_table).collect::<Vec<_>>().join(" ")
}

/// The source holds what it held when it was copied, as `record` has it.
///
/// # Errors
/// `CopyError::WrittenSince`, or the database.
pub(super) fn require_unchanged(from: Side<'_>, to: Side<'_>, record: &str, now: &Copied) -> Result<()> {
    let now_is = self::record(now);
    let mut tables = record.split(' ').zip(now_is.split(' ')).filter(|(then, now)| then != now).peekable();
    if tables.peek().is_none() {
        return Ok(());
    }
    let late = late(from.store)?;
    let mut what: Vec<_> =
        late.iter().map(|late| format!("{} came in behind the last that was moved", late.told())).collect();
    for (then, now) in tables {
        let (name, then) = then.split_once('=').unwrap_or((then, ""));
        let rows = |words: &str| words.split(':').next().and_then(|rows| rows.parse::<u64>().ok()).unwrap_or(0);
        let (then, now) = (rows(then), rows(now.split_once('=').map_or("", |(_, now)| now)));
        let is_told = late.iter().any(|late| late.table() == name && late.is_all_between(then, now));
        if !is_told {
            what.push(format!(
                "the rows of `{name}` are not those that were moved (there were {then}, and there are {now})"
            ));
        }
    }
    let (location, other) = (from.location.to_owned(), to.location.to_owned());
    let after = late.iter().find(|late| late.are_tasks).map(|late| late.after);
    Err(CopyError::WrittenSince { location, other, what: what.join("; "), after }.into())
}
