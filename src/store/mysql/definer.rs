//! The account that made the triggers. They run with its rights, whoever writes: when it is gone, or a dump was restored where it
//! never was, every write fails.

use mysql::MySqlError;

use super::column::{text, whole};
use super::fault::{DUPLICATE, FORBIDDEN, NO_DEFINER, Remedy, Tried, code, remedy};
use super::session::Session;
use super::tables::Tables;
use super::triggers::TRIGGERS;
use super::{MysqlStore, sql};
use crate::store::StoreError;

/// The account of a trigger cannot do what the trigger does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lost {
    /// As the server names it, `'user'@'host'`; `None`: it is one of the user who writes, and its host is not told. Where both are one
    /// account, the server names it by where the connection comes from: `'sms'@'localhost'` of `sms@'%'`.
    pub account: Option<String>,
}

/// Whether a trigger cannot run for want of its account, in the words of an error: it is gone, or a right is denied to it, and not to
/// `user`, who writes.
pub(super) fn lost(error: &MySqlError, user: &str) -> Option<Lost> {
    let words = error.message.as_str();
    if error.code == NO_DEFINER {
        let (account, _) = words.split_once("definer (")?.1.split_once(')')?;
        return Some(Lost { account: Some(account.to_owned()) });
    }
    let (account, _) = words.split_once(" denied to user ")?.1.split_once(" for ")?;
    let name = account.strip_prefix('\'')?.split_once("'@").map(|(name, _)| name)?;
    let is_other = FORBIDDEN.contains(&error.code) && !name.is_empty() && !user.is_empty() && name != user;
    // Whoever writes needs this right for nothing: it is the account of a trigger that lacks it, by whatever name.
    let is_definer = error.code == 1142 && words.starts_with("TRIGGER command denied");
    (is_other || is_definer).then(|| Lost { account: is_other.then(|| account.to_owned()) })
}

/// How it went when every trigger was run.
pub(super) enum Trial {
    /// They cannot run for want of their account.
    Lost(StoreError),
    /// Whether those of the tasks counted what was written, and those of the dead letters.
    Counted([bool; 2]),
    /// This account may not write, or nobody just now.
    Unknown,
}

impl MysqlStore {
    /// Runs every trigger, and takes back what they did. Whether they have an account, and whether those that are there belong to the
    /// tables, is not for everybody to read.
    pub(super) fn try_triggers(&self, session: &mut Session) -> Tried<Trial> {
        let tried = session.send(sql!("trigger_try")).and_then(|_| session.send(sql!("trigger_effect")));
        if !tried.as_ref().is_err_and(|error| remedy(error) == Remedy::Reconnect) {
            session.send("ROLLBACK")?;
        }
        let error = match tried {
            Ok(answer) => {
                let counted = |at| answer.rows.first().is_some_and(|row| whole(row, at) == Some(1));
                return Ok(Trial::Counted([counted(0), counted(1)]));
            }
            Err(error) => error,
        };
        match self.speak.of(&error) {
            told @ StoreError::DefinerLost { .. } => Ok(Trial::Lost(told)),
            // To write may be denied to this account, or to all just now: then this does not tell.
            _ if code(&error) == Some(DUPLICATE) => Ok(Trial::Unknown),
            _ if matches!(remedy(&error), Remedy::Nothing | Remedy::Elsewhere) => Ok(Trial::Unknown),
            _ => Err(error.into()),
        }
    }

    /// Takes away triggers of ours that went with a table when it was renamed: their names are needed for those of the table that is in
    /// its place. Where the account may not, they stay.
    pub(super) fn take_stray_triggers(&self, session: &mut Session) -> Tried<()> {
        let rows = session.send(sql!("triggers_astray"))?.rows;
        for name in rows.iter().filter_map(|row| text(row, 0)).filter(|name| TRIGGERS.contains(&name.as_str())) {
            match session.send(&format!("DROP TRIGGER IF EXISTS {name}")) {
                Err(error) if !code(&error).is_some_and(|code| FORBIDDEN.contains(&code)) => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes away triggers that cannot run, so that the migrations make them again, as this account's; whether there were such.
    pub(super) fn take_broken_triggers(&self, session: &mut Session, tables: &Tables) -> Tried<bool> {
        if !tables.contains("smsctl_migrations") {
            return Ok(false);
        }
        let Trial::Lost(lost) = self.try_triggers(session)? else { return Ok(false) };
        for name in TRIGGERS {
            match session.send(&format!("DROP TRIGGER IF EXISTS {name}")) {
                Ok(_) => {}
                Err(error) if code(&error).is_some_and(|code| FORBIDDEN.contains(&code)) => return Err(lost.into()),
                Err(error) => return Err(error.into()),
            }
        }
        // Those of another program cannot be made again here.
        match self.try_triggers(session)? {
            Trial::Lost(lost) => Err(lost.into()),
            Trial::Counted(_) | Trial::Unknown => Ok(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: u16, message: &str) -> MySqlError {
        MySqlError { state: "HY000".to_owned(), message: message.to_owned(), code }
    }

    #[test]
    fn the_account_of_a_trigger_is_told_from_the_one_that_writes() {
        let known = |account: &str| Some(Lost { account: Some(account.to_owned()) });
        let gone = error(NO_DEFINER, "The user specified as a definer ('dba'@'10.%') does not exist");
        assert_eq!(lost(&gone, "sms"), known("'dba'@'10.%'"));
        let denied = error(1142, "TRIGGER command denied to user 'dba'@'%' for table `panel`.`queued_tasks`");
        assert_eq!(lost(&denied, "sms"), known("'dba'@'%'"));
        let denied = error(1142, "INSERT command denied to user 'dba'@'%' for table `panel`.`queued_tasks`");
        assert_eq!(lost(&denied, "dba"), None);
        assert_eq!(lost(&denied, ""), None);
        assert_eq!(lost(&error(1142, "hush"), "sms"), None);
    }

    #[test]
    fn an_account_that_is_told_by_the_hosts_name_is_none() {
        let denied = error(1142, "TRIGGER command denied to user 'sms'@'localhost' for table `panel`.`queued_tasks`");
        assert_eq!(lost(&denied, "sms"), Some(Lost { account: None }), "sms@'%' made them, and lost the right");
        assert_eq!(lost(&denied, "dba"), Some(Lost { account: Some("'sms'@'localhost'".to_owned()) }));
    }
}
