//! What is looked at more than once: a query of the schema that `KILL QUERY` ends is answered with success, and with a part of the rows.

use super::fault::Tried;
use super::session::Session;

/// How often is looked until something is said to be missing or wrong.
const LOOKS: usize = 3;

/// What `look` finds wrong each time.
pub(super) fn confirmed<T>(session: &mut Session, look: impl Fn(&mut Session) -> Tried<Vec<T>>) -> Tried<Vec<T>> {
    let mut found = look(session)?;
    for _ in 1..LOOKS {
        if found.is_empty() {
            break;
        }
        found = look(session)?;
    }
    Ok(found)
}
