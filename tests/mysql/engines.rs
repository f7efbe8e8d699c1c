//! Tables of engines that know no transactions: two workers would both get the same message.

use smsctl::store::{Access, StoreError};

use crate::database::{Connection, Database};
use crate::harness::World;
use crate::takeover::APPLICATION;
use crate::{Nobody, assert_sound, message, open, register};

/// What a DBA may have made the default, on this server.
fn engines(connection: &mut Connection) -> &'static [&'static str] {
    if connection.text("SELECT VERSION()", 0).contains("MariaDB") { &["MyISAM", "Aria"] } else { &["MyISAM"] }
}

/// The tables of the database that are not InnoDB's.
fn astray(connection: &mut Connection) -> String {
    let query = "SELECT coalesce(group_concat(table_name ORDER BY table_name), '') FROM information_schema.tables
        WHERE table_schema = DATABASE() AND engine <> 'InnoDB'";
    connection.text(query, 0)
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_tables_of_the_application_are_given_to_innodb() {
    for engine in engines(&mut Database::create().connect()) {
        let database = Database::create();
        let mut application = database.connect();
        application.run(&format!("SET SESSION default_storage_engine = {engine}"));
        for statement in APPLICATION {
            application.run(statement);
        }
        let world = World::new().env("DATABASE_URL", database.url());
        let first = "ALTER TABLE dead_letter_messages ENGINE = InnoDB;\nALTER TABLE queued_tasks ENGINE = InnoDB;";
        world.smsctl(["db", "migrate", "--dry-run"]).run().success().stdout_has(first).any_stdout().stderr("");
        let plan = world.smsctl(["db", "migrate", "--dry-run", "--json"]).run().success().stderr("").stdout_json();
        let wanted =
            ["dead_letter_messages", "queued_tasks"].map(|table| format!("ALTER TABLE {table} ENGINE = InnoDB"));
        assert_eq!(plan["would_mend"], serde_json::json!(wanted), "{plan}");
        let ran = world.smsctl(["db", "migrate"]).run().success().stderr("");
        ran.stdout_has("ALTER TABLE queued_tasks ENGINE = InnoDB").any_stdout();
        // The application's other tables are its own.
        assert_eq!(astray(&mut application), "messages", "{engine}");
        let store = open(&database.url(), Access::Existing).expect("opens");
        store.enqueue(&[message(None)], 0).expect("enqueues");
        assert_sound(&*store);
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_that_lost_its_transactions_is_refused_and_given_back() {
    let database = Database::create();
    let url = database.url();
    drop(open(&url, Access::Create).expect("makes the tables"));
    let mut other = database.connect();
    let world = World::new().env("DATABASE_URL", &url);
    for engine in engines(&mut other) {
        for table in ["attempts", "dead_letter_messages", "lanes", "smsctl_migrations"] {
            other.run("SET SESSION sql_mode = ''");
            other.run(&format!("ALTER TABLE {table} ENGINE = {engine}"));
            for access in [Access::Existing, Access::Create] {
                let error = open(&url, access).map(|_| ()).expect_err(table);
                assert!(
                    matches!(&error, StoreError::NoTransactions { table: found, .. } if found == table),
                    "{error:?}"
                );
            }
            let sent = world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().code(69).stdout("");
            sent.stderr_has(&format!("`{table}`")).stderr_has(engine).stderr_has("smsctl db migrate");
            let checked = world.smsctl(["db", "check"]).run().code(1).stderr("");
            checked.stdout_has(&format!("`{table}` is kept by {engine}")).stdout_has("smsctl db migrate").any_stdout();
            world.smsctl(["db", "migrate"]).run().success().any_stdout().stderr("");
            assert_eq!(astray(&mut other), "");
            assert_sound(&*open(&url, Access::Existing).expect("opens"));
        }
    }
}

/// Whoever is at work stops within seconds.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_worker_lets_go_of_a_table_that_lost_its_transactions() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    register(&*store);
    store.recover(&Nobody).expect("recovers");
    database.connect().run("ALTER TABLE attempts ENGINE = MyISAM");
    let error = store.recover(&Nobody).expect_err("no transactions");
    assert!(matches!(&error, StoreError::NoTransactions { table, .. } if table == "attempts"), "{error:?}");
    assert!(!error.is_transient());
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_that_innodb_does_not_take_is_refused_with_the_reason() {
    let database = Database::create();
    let mut application = database.connect();
    application.run(&format!("{} ENGINE = MyISAM ROW_FORMAT = FIXED", APPLICATION[1]));
    let world = World::new().env("DATABASE_URL", database.url());
    let ran = world.smsctl(["db", "migrate"]).run().code(65).stdout("");
    ran.stderr_has("`queued_tasks`").stderr_has("InnoDB").stderr_has("error 10");
    assert_eq!(astray(&mut application), "queued_tasks");
    assert_eq!(
        application.text("SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()", 0),
        "1"
    );
}
