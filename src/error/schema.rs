//! What helps where the tables are not as this smsctl needs them.

use crate::store::StoreError;

/// What to run.
pub(super) fn hint(error: &StoreError) -> String {
    let text = match error {
        StoreError::NotMigrated { .. } => "`smsctl db migrate` makes them, and keeps the rows that are there",
        StoreError::Older { .. } => "`smsctl db migrate` brings it up to date; `smsctl db migrate --dry-run` shows how",
        StoreError::Newer { written_by, .. } => return newer_hint(written_by),
        StoreError::Diverged { .. } => {
            "it was changed by hand or made by another build: `smsctl db status` tells what was applied; go on with that build"
        }
        StoreError::Migration { .. } => {
            "nothing of it was kept; what the cause names is another program's: give smsctl a database of its own, or rename that"
        }
        StoreError::HalfMigrated { .. } => {
            "what was done before it stays: mend what the cause names in the application's table, then run `smsctl db migrate` again, which \
             goes on where it stopped"
        }
        StoreError::ForeignTable { .. } => "give smsctl a database of its own, or one that the web application made",
        StoreError::NoTransactions { .. } => {
            "stop the workers and run `smsctl db migrate`, which gives it to InnoDB; `smsctl db migrate --dry-run` shows how"
        }
        StoreError::ColumnChanged { .. } => {
            "stop the workers and run `smsctl db migrate`, which makes the column what it was; `smsctl db migrate --dry-run` shows how"
        }
        StoreError::KeysLost { cure, .. } => cure.as_str(),
        StoreError::EngineKept { .. } => {
            "nothing was migrated: mend what the cause names, or change the engine by hand, and run `smsctl db migrate` again"
        }
        StoreError::DefinerLost { account: None, .. } => {
            "run `smsctl db migrate` by an account that may make triggers (TRIGGER): it makes smsctl's again as its own; or give the account back the \
             rights that `docs/mysql.md` lists: `SHOW TRIGGERS` names it (Definer) to who has TRIGGER, and the cause names it by the host that wrote"
        }
        StoreError::DefinerLost { .. } => {
            "run `smsctl db migrate` by an account that may make triggers (TRIGGER): it makes smsctl's again as its own; or make the account again, \
             with the rights that `docs/mysql.md` lists"
        }
        StoreError::LeftAlone { refusal, .. } => return hint(refusal),
        StoreError::Refused { .. } => {
            "what the cause names is not smsctl's but another program's: the triggers and the definition of the table show it (SHOW TRIGGERS; \
             `.schema` in sqlite3); take it away, have it let smsctl's rows pass, or give its column a default"
        }
        StoreError::Beyond { .. } | StoreError::Unnumbered => {
            "another program numbered it, or changed `id` of `queued_tasks` or `dead_letter_messages`: stop the workers, and see \
             `smsctl db check`"
        }
        _ => "`smsctl db check` tells what is not as it should be",
    };
    text.to_owned()
}

fn newer_hint(written_by: &str) -> String {
    if written_by.is_empty() {
        "install a newer smsctl".to_owned()
    } else {
        format!("install smsctl {written_by} or newer")
    }
}
