//! What a server says of a row that it does not take.

use mysql::MySqlError;

use super::check::TABLES;
use super::fault::{DUPLICATE, NO_TABLE};

/// Unique indexes of smsctl's: a row of them may have come from somebody else a moment ago.
pub(super) const OUR_KEYS: &[&str] = &["PRIMARY", "batches_name", "queued_tasks_dedupe"];

/// A column that wants a value from everybody; a CHECK of MySQL's, a text in letters that a column has not, and a value that was cut
/// short, which have no state of their own. Of a trigger: what it calls is not there, or it changes the table that it belongs to.
const REFUSING: &[u16] = &[1364, 3819, 1366, 1265, 1305, 1442];

/// The states of values that a column does not take (22), of constraints (23), and of a SIGNAL (45).
const REFUSING_STATES: &[&str] = &["22", "23", "45"];

/// Whether a constraint, the type of a column, or a trigger refused a row.
pub(super) fn is_refusal(error: &MySqlError) -> bool {
    REFUSING.contains(&error.code) || REFUSING_STATES.iter().any(|class| error.state.starts_with(class))
}

/// The unique index that has a value already. Before its name stands the value itself.
pub(super) fn key_of(error: &MySqlError) -> Option<&str> {
    let name = error.message.strip_suffix('\'')?.rsplit(['\'', '.']).next()?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    (error.code == DUPLICATE && name.chars().all(is_name)).then_some(name)
}

/// Whether a table is missed that is none of smsctl's: a trigger of another program names it.
pub(super) fn lacks_anothers(error: &MySqlError) -> bool {
    let name = error.message.strip_prefix("Table '").and_then(|rest| rest.split_once('\'')?.0.rsplit('.').next());
    error.code == NO_TABLE && name.is_some_and(|name| !TABLES.contains(&name) && name != "smsctl_migrations")
}
