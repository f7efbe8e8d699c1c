//! What tasks that are gone left behind, found and put right page by page.

use rusqlite::{OptionalExtension, Transaction};

use super::{SqliteStore, sql};
use crate::store::leftovers::{Found, Hanging};
use crate::store::{Finding, Leftovers, Result};

impl SqliteStore {
    pub(super) fn put_leftovers_right(&self) -> Result<Leftovers> {
        let mut out = Leftovers::default();
        for (hanging, n) in [(Hanging::Attempts, &mut out.attempts), (Hanging::Letters, &mut out.dead_letters)] {
            let mut after = Some(i64::MIN);
            while let Some(from) = after {
                let (upto, found, _) =
                    self.read(|transaction| page(transaction, hanging, from).map_err(|e| self.speak.of(e)))?;
                if found > 0 {
                    *n += self.transact(|transaction| {
                        let range = [from, upto.unwrap_or(i64::MAX)];
                        let done = transaction.execute(&hanging.put_right(query(hanging)), range);
                        Ok((done.map_err(|e| self.speak.of(e))? as u64, true))
                    })?;
                }
                after = upto;
            }
        }
        Ok(out)
    }
}

pub(super) fn findings(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Finding>> {
    let mut out = Vec::new();
    for hanging in Hanging::ALL {
        let mut found = Found::default();
        let mut after = Some(i64::MIN);
        while let Some(from) = after {
            let (upto, n, first) = page(transaction, hanging, from)?;
            found.add(n, first);
            after = upto;
        }
        out.extend(found.finding(hanging));
    }
    Ok(out)
}

fn query(hanging: Hanging) -> &'static str {
    match hanging {
        Hanging::Attempts => sql!("attempt_leftovers"),
        Hanging::Letters => sql!("letter_leftovers"),
    }
}

/// The end of the page after `from`, how many of it are left over, and the first task that they name.
fn page(
    transaction: &Transaction<'_>,
    hanging: Hanging,
    from: i64,
) -> rusqlite::Result<(Option<i64>, u64, Option<i64>)> {
    let mut end = transaction.prepare_cached(&hanging.page_end(sql!("page_end")))?;
    let upto: Option<i64> = end.query_row([from], |row| row.get(0)).optional()?;
    let mut count = transaction.prepare_cached(&hanging.count(query(hanging)))?;
    count.query_row([from, upto.unwrap_or(i64::MAX)], |row| {
        Ok((upto, u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0), row.get(1)?))
    })
}
