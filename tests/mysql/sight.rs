//! Accounts that may not see triggers: what is said of them is true all the same.

use smsctl::store::{Access, Store};

use crate::database::{Connection, Database};
use crate::own::is_mysql;
use crate::{assert_sound, message, open};

/// The rights of accounts that work, beside those of the account that made the tables: `{db}` and `{user}` stand for their names.
const GRANTS: &[&str] = &[
    "GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.* TO {user}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO {user}",
    "GRANT SELECT ON *.* TO {user}; GRANT INSERT, UPDATE, DELETE ON {db}.* TO {user}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON `{db}%`.* TO {user}",
    "GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON `{db}%`.* TO {user}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.* TO {user}; GRANT TRIGGER ON *.* TO {user}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.* TO {user}; GRANT TRIGGER ON {db}.queued_tasks TO {user}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.* TO {user}; GRANT TRIGGER ON {db}.dead_letter_messages TO {user}; \
     GRANT TRIGGER ON {db}.queued_tasks TO {user}",
    "CREATE ROLE {db}_role; GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.* TO {db}_role; GRANT {db}_role TO {user}; \
     SET DEFAULT ROLE {db}_role {for} {user}",
    "CREATE ROLE {db}_role; GRANT SELECT, INSERT, UPDATE, DELETE, TRIGGER ON {db}.* TO {db}_role; GRANT {db}_role TO {user}; \
     SET DEFAULT ROLE {db}_role {for} {user}",
    "GRANT ALL ON {db}.* TO {user}",
];

/// A database with all its tables, and the store of an account with these rights.
struct Seen {
    database: Database,
    root: Connection,
    user: String,
    store: Box<dyn Store>,
}

impl Seen {
    fn by(grants: &str) -> Seen {
        let database = Database::create();
        drop(open(&database.url(), Access::Create).expect("makes the tables"));
        let mut root = database.connect();
        let (db, user) = (database.name(), format!("{}_worker@'%'", database.name()));
        root.run(&format!("CREATE USER {user}"));
        let words = if is_mysql() { "TO" } else { "FOR" };
        for grant in grants.split("; ") {
            root.run(&grant.replace("{db}", db).replace("{user}", &user).replace("{for}", words));
        }
        let (_, place) =
            database.url().split_once('@').map(|(login, place)| (login.to_owned(), place.to_owned())).expect("a login");
        let store = open(&format!("mysql://{db}_worker@{place}"), Access::Existing).expect("opens");
        Seen { database, root, user, store }
    }

    fn limits(&self) -> Vec<String> {
        self.store.schema().expect("reports").limits
    }

    /// What a check finds of the schema.
    fn found(&self) -> Vec<String> {
        let findings = self.store.check().expect("checks").into_iter();
        findings.filter(|finding| finding.kind == "schema").map(|finding| finding.message).collect()
    }

    fn triggers(&mut self) -> Vec<String> {
        let query = "SELECT trigger_name, event_object_table FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
        self.root.pairs(query).into_iter().map(|(name, _)| name).collect()
    }

    fn foreign(&mut self) {
        self.root.run("INSERT INTO queued_tasks (task_name, task_func, args) VALUES ('sms', 'gateway:default', '[]')");
    }

    fn end(mut self) {
        drop(self.store);
        self.root.run(&format!("DROP USER {}", self.user));
        self.root.try_run(&format!("DROP ROLE {}_role", self.database.name()));
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_that_are_there_are_missed_by_no_account() {
    for grants in GRANTS {
        let mut seen = Seen::by(grants);
        assert_eq!(seen.limits(), Vec::<String>::new(), "{grants}");
        assert_eq!(seen.found(), Vec::<String>::new(), "{grants}");
        seen.store.migrate().expect("there is nothing to be done");
        assert_eq!(seen.triggers().len(), 10, "{grants}");
        assert_eq!(seen.limits(), Vec::<String>::new(), "{grants}");
        seen.store.enqueue(&[message(None)], 0).expect("enqueues");
        seen.foreign();
        assert_eq!(seen.store.stats().expect("counts").tasks.pending, 2, "{grants}");
        assert_sound(&*seen.store);
        seen.end();
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_that_are_gone_are_missed_by_every_account() {
    for grants in GRANTS {
        for few in [true, false] {
            let mut seen = Seen::by(grants);
            let mut names: Vec<_> =
                seen.triggers().into_iter().filter(|name| !few || name == "queued_tasks_delete").collect();
            names.sort();
            for name in &names {
                seen.root.run(&format!("DROP TRIGGER {name}"));
            }
            let limits = seen.limits();
            let words = if few { "1 trigger is missing" } else { "10 triggers are missing" };
            assert!(limits.len() == 1 && limits[0].starts_with(words), "{grants}: {limits:?}");
            let expected: Vec<_> = names.iter().map(|name| format!("the trigger `{name}` is missing")).collect();
            assert_eq!(seen.found(), expected, "{grants}");
            seen.end();
        }
    }
}

/// As tools do that change a large table: they copy it, and rename both. The triggers are there, and of another table.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_that_do_not_run_are_found_by_every_account_that_may_write() {
    for grants in GRANTS {
        let mut seen = Seen::by(grants);
        seen.root.run("CREATE TABLE queued_tasks_new LIKE queued_tasks");
        seen.root.run("RENAME TABLE queued_tasks TO queued_tasks_old, queued_tasks_new TO queued_tasks");
        let found = seen.found();
        assert!(found.iter().any(|message| message.contains("queued_tasks")), "{grants}: {found:?}");
        assert!(!found.iter().any(|message| message.contains("dead_letter_messages")), "{grants}: {found:?}");
        seen.end();
    }
}

/// Nobody made them, since nobody might.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_that_an_administrator_made_are_counted_from_the_next_migration_on() {
    let mut seen = Seen::by(GRANTS[0]);
    seen.root.run("DELETE FROM marks");
    let limits = seen.limits();
    assert!(limits.len() == 1 && limits[0].contains("`smsctl db migrate` counts"), "{limits:?}");
    seen.store.migrate().expect("counts anew");
    assert_eq!(seen.limits(), Vec::<String>::new());
    for name in seen.triggers() {
        seen.root.run(&format!("DROP TRIGGER {name}"));
    }
    seen.store.migrate().expect("may not make them");
    let limits = seen.limits();
    assert!(limits.len() == 1 && limits[0].contains("`smsctl db check --repair` alone"), "{limits:?}");
    seen.end();
}
