//! Whether the server numbers the rows of a table, each by a number of its own that smsctl can hold. Other programs make tables
//! where it does not: then an answer would go to another row than the one that was sent.

use super::column::{text, truth};
use super::confirmed::confirmed;
use super::fault::Tried;
use super::obstacle::Obstacle;
use super::session::Session;
use super::{MysqlStore, numbers, sql};

/// Whole numbers, as types, from the narrowest.
pub(super) const WHOLE: &[&str] = &["tinyint", "smallint", "mediumint", "int", "bigint"];

impl MysqlStore {
    /// A table whose rows cannot be told apart is not worked on.
    pub(super) fn require_numbered(&self, session: &mut Session) -> Tried<()> {
        match lost(session)?.into_iter().next() {
            Some(obstacle) => Err(obstacle.error(&self.speak.location).into()),
            None => Ok(()),
        }
    }
}

/// The tables of which that is not so.
pub(super) fn lost(session: &mut Session) -> Tried<Vec<Obstacle>> {
    confirmed(session, |session| Ok(session.send(sql!("id_columns"))?.rows.iter().filter_map(obstacle).collect()))
}

/// What is in the way of a migration: the same, and rows that have numbers beyond what smsctl holds.
pub(super) fn obstacle_of(session: &mut Session, table: &str) -> Tried<Option<Obstacle>> {
    if let Some(lost) = lost(session)?.into_iter().find(|lost| lost.table == table) {
        return Ok(Some(lost));
    }
    Ok(numbers::beyond(session, table)?.map(|(why, cure)| Obstacle {
        table: table.to_owned(),
        reason: format!("it numbers rows beyond {}, the most that smsctl holds: {why}", i64::MAX),
        cure,
    }))
}

fn obstacle(row: &mysql::Row) -> Option<Obstacle> {
    let [table, column_type] = [0, 1].map(|at| text(row, at).unwrap_or_default());
    let is_whole = column_type.split(['(', ' ']).next().is_some_and(|name| WHOLE.contains(&name));
    let reason = match (is_whole, truth(row, 2), truth(row, 3)) {
        (true, true, true) => return None,
        (false, ..) => format!("its column `id` is a {}, and not a whole number", column_type.to_ascii_uppercase()),
        (_, false, _) => "the server does not number its rows: its column `id` is not AUTO_INCREMENT".to_owned(),
        (.., false) => "two of its rows may have one number: its column `id` is not the whole of a key".to_owned(),
    };
    let cure = format!("it must be `id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY`: see `SHOW CREATE TABLE {table}`");
    Some(Obstacle { table, reason, cure })
}
