//! What tasks that are gone left behind, found and put right page by page.

use super::bind::values;
use super::column::{sum, whole};
use super::fault::Tried;
use super::session::Session;
use super::{MysqlStore, sql};
use crate::store::leftovers::{Found, Hanging};
use crate::store::{Finding, Leftovers, Result};

impl MysqlStore {
    pub(super) fn put_leftovers_right(&self) -> Result<Leftovers> {
        let mut out = Leftovers::default();
        for (hanging, n) in [(Hanging::Attempts, &mut out.attempts), (Hanging::Letters, &mut out.dead_letters)] {
            let mut after = Some(i64::MIN);
            while let Some(from) = after {
                let (upto, found, _) = self.read(|session| page(session, hanging, from))?;
                if found > 0 {
                    *n += self.transact(|transaction| {
                        let range = values![from, upto.unwrap_or(i64::MAX)];
                        Ok((transaction.run(&hanging.put_right(query(hanging)), range)?.affected, true))
                    })?;
                }
                after = upto;
            }
        }
        Ok(out)
    }
}

pub(super) fn findings(session: &mut Session) -> Tried<Vec<Finding>> {
    let mut out = Vec::new();
    for hanging in Hanging::ALL {
        let mut found = Found::default();
        let mut after = Some(i64::MIN);
        while let Some(from) = after {
            let (upto, n, first) = page(session, hanging, from)?;
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
fn page(session: &mut Session, hanging: Hanging, from: i64) -> Tried<(Option<i64>, u64, Option<i64>)> {
    let end = session.run(&hanging.page_end(sql!("page_end")), values![from])?;
    let upto = end.rows.first().and_then(|row| whole(row, 0));
    let found = session.run(&hanging.count(query(hanging)), values![from, upto.unwrap_or(i64::MAX)])?;
    let found = found.rows.first().map(|row| (sum(row, 0), whole(row, 1)));
    let (n, first) = found.unwrap_or_default();
    Ok((upto, n, first))
}
