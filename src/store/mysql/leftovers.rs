//! What tasks that are gone left behind, found and put right page by page.

use super::bind::values;
use super::column::{sum, whole};
use super::fault::Tried;
use super::session::Session;
use super::{MysqlStore, sql};
use crate::store::leftovers::{self, Hanging, Page};
use crate::store::{Finding, Leftovers, Result};

impl MysqlStore {
    pub(super) fn put_leftovers_right(&self) -> Result<Leftovers> {
        leftovers::put_right(
            |hanging, from| self.read(|session| page(session, hanging, from)),
            |hanging, [from, upto]| {
                self.transact(|transaction| {
                    Ok((transaction.run_open(&hanging.put_right(query(hanging)), values![from, upto])?, true))
                })
            },
        )
    }
}

pub(super) fn findings(session: &mut Session) -> Tried<Vec<Finding>> {
    leftovers::findings(|hanging, from| page(session, hanging, from))
}

fn query(hanging: Hanging) -> &'static str {
    match hanging {
        Hanging::Attempts => sql!("attempt_leftovers"),
        Hanging::Letters => sql!("letter_leftovers"),
    }
}

/// The page after `from`.
fn page(session: &mut Session, hanging: Hanging, from: i64) -> Tried<Page> {
    let end = session.run(&hanging.page_end(sql!("page_end")), values![from])?;
    let upto = end.rows.first().and_then(|row| whole(row, 0));
    let found = session.run(&hanging.count(query(hanging)), values![from, upto.unwrap_or(i64::MAX)])?;
    let (n, first) = found.rows.first().map(|row| (sum(row, 0), whole(row, 1))).unwrap_or_default();
    Ok(Page { upto, n, first })
}
