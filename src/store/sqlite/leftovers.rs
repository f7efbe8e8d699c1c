//! What tasks that are gone left behind, found and put right page by page.

use rusqlite::{OptionalExtension, Transaction};

use super::{SqliteStore, sql};
use crate::store::leftovers::{self, Hanging, Page};
use crate::store::{Finding, Leftovers, Result};

impl SqliteStore {
    pub(super) fn put_leftovers_right(&self) -> Result<Leftovers> {
        leftovers::put_right(
            |hanging, from| self.read(|transaction| page(transaction, hanging, from).map_err(|e| self.speak.of(e))),
            |hanging, range| {
                self.transact(|transaction| {
                    let done = transaction.execute(&hanging.put_right(query(hanging)), range);
                    Ok((done.map_err(|e| self.speak.of(e))? as u64, true))
                })
            },
        )
    }
}

pub(super) fn findings(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    leftovers::findings(|hanging, from| page(transaction, hanging, from))
}

fn query(hanging: Hanging) -> &'static str {
    match hanging {
        Hanging::Attempts => sql!("attempt_leftovers"),
        Hanging::Letters => sql!("letter_leftovers"),
    }
}

/// The page after `from`.
fn page(transaction: &Transaction<'_>, hanging: Hanging, from: i64) -> rusqlite::Result<Page> {
    let mut end = transaction.prepare_cached(&hanging.page_end(sql!("page_end")))?;
    let upto: Option<i64> = end.query_row([from], |row| row.get(0)).optional()?;
    let mut count = transaction.prepare_cached(&hanging.count(query(hanging)))?;
    count.query_row([from, upto.unwrap_or(i64::MAX)], |row| {
        Ok(Page { upto, n: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0), first: row.get(1)? })
    })
}
