//! Databases that are made to try things on, and dropped again.

use super::fault::{FORBIDDEN, Speak, cause, code};
use super::pool::Manager;
use super::session::{Needs, Patience};
use crate::store::{Pool, Result, Server, StoreError};

/// Makes the empty database `name` on the server, or on the first of several that serves, and says on which: the others do not have it.
/// The name has no characters that need quoting.
pub fn make(server: &Server, name: &str) -> Result<Server> {
    let mut session = Manager::new(server.clone(), Pool::default(), Needs::Nothing).open(Patience::Short)?;
    let made = session.send(&format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4"));
    let hosts = vec![server.hosts[session.host].clone()];
    made.map(|_| Server { hosts, ..server.clone() }).map_err(|error| {
        let speak = Speak::new(server);
        if !code(&error).is_some_and(|code| FORBIDDEN.contains(&code)) {
            return speak.of(&error);
        }
        let account = session.send("SELECT CURRENT_USER()").ok().and_then(|mut answer| answer.rows.pop()?.take(0));
        StoreError::NoScratch { location: speak.location, account: quoted(account), cause: cause(&error) }
    })
}

/// Drops it, if it is there.
pub fn remove(server: &Server, name: &str) -> Result<()> {
    let mut session = Manager::new(server.clone(), Pool::default(), Needs::Nothing).open(Patience::Long)?;
    session.send(&format!("DROP DATABASE IF EXISTS `{name}`")).map(drop).map_err(|error| Speak::new(server).of(&error))
}

/// `user@host` as a GRANT names it.
fn quoted(account: Option<String>) -> String {
    let account = account.unwrap_or_default();
    let (user, host) = account.rsplit_once('@').unwrap_or((&account, "%"));
    format!("'{user}'@'{host}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_as_a_grant_takes_it() {
        assert_eq!(quoted(Some("sms@10.0.0.%".to_owned())), "'sms'@'10.0.0.%'");
        assert_eq!(quoted(None), "''@'%'");
    }
}
