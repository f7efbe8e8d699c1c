//! Tables of other programs under names of ours, and tables of ours that others changed.

use smsctl::store::{Access, StoreError};

use crate::database::Database;
use crate::harness::World;
use crate::takeover::APPLICATION;
use crate::{assert_sound, open};

/// Tables that other programs may have, with a column of the same name or without.
const FOREIGN: &[(&str, &str)] = &[
    ("attempts", "TABLE attempts (id INTEGER, login VARCHAR(20))"),
    ("audit_log", "TABLE audit_log (id INTEGER, who VARCHAR(20))"),
    ("batches", "TABLE batches (id INTEGER, name VARCHAR(20), created_at DATETIME, owner INTEGER)"),
    ("closures", "TABLE closures (id INTEGER)"),
    ("lanes", "TABLE lanes (x INTEGER, y INTEGER)"),
    ("marks", "VIEW marks AS SELECT 'queue' AS name"),
    ("receipts", "TABLE receipts (id INTEGER, total INTEGER)"),
    ("smsctl_migrations", "TABLE smsctl_migrations (id INTEGER)"),
    ("tallies", "TABLE tallies (n INTEGER)"),
    ("tally_deltas", "TABLE tally_deltas (n INTEGER)"),
    ("workers", "TABLE workers (id INTEGER, host VARCHAR(255), salary INTEGER)"),
];

const COLUMNS: &str = "SELECT group_concat(table_name, '.', column_name ORDER BY table_name, column_name SEPARATOR ' ')
    FROM information_schema.columns WHERE table_schema = DATABASE()";

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_tables_of_other_programs_under_our_names_are_left_alone() {
    for (name, what) in FOREIGN {
        let database = Database::create();
        let mut other = database.connect();
        for statement in APPLICATION {
            other.run(statement);
        }
        other.run(&format!("CREATE {what}"));
        let before = other.text(COLUMNS, 0);
        let world = World::new().env("DATABASE_URL", database.url());
        let ran = world.smsctl(["db", "migrate", "--yes"]).run().code(65).stdout("");
        ran.stderr_has(&format!("the table `{name}` of the database")).stderr_has("a database of its own");
        assert_eq!(other.text(COLUMNS, 0), before, "{name}: nothing was made");
    }
}

/// A column of the application's own that is called like one of smsctl's would be taken for it.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_columns_of_the_application_under_our_names_are_left_alone() {
    for column in ["recipient VARCHAR(30)", "priority INTEGER", "claimable INTEGER"] {
        let database = Database::create();
        let mut other = database.connect();
        for statement in APPLICATION {
            other.run(statement);
        }
        other.run(&format!("ALTER TABLE queued_tasks ADD COLUMN {column}"));
        let before = other.text(COLUMNS, 0);
        let world = World::new().env("DATABASE_URL", database.url());
        for words in [&["db", "migrate", "--dry-run"][..], &["db", "migrate", "--yes"]] {
            let ran = world.smsctl(words).run().code(65).stdout("");
            let name = column.split(' ').next().expect("a name");
            ran.stderr_has(&format!("it has a column `{name}`, and smsctl adds one of that name")).any_stderr();
        }
        assert_eq!(other.text(COLUMNS, 0), before, "{column}: nothing was made");
    }
}

/// They are ours, too, where our own migration was interrupted behind them.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_tables_of_other_programs_are_found_in_an_old_queue() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    other.run("DELETE FROM smsctl_migrations WHERE version > 6");
    other.run("DROP TABLE closures");
    other.run("CREATE TABLE closures (id INTEGER, shop VARCHAR(20))");
    let error = store.migrate().expect_err("another program's");
    assert!(matches!(&error, StoreError::ForeignTable { table, .. } if table == "closures"), "{error:?}");
    other.run("DROP TABLE closures");
    store.migrate().expect("goes on");
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_column_that_somebody_took_is_told() {
    let database = Database::create();
    let url = database.url();
    drop(open(&url, Access::Create).expect("makes the tables"));
    let mut other = database.connect();
    other.run("ALTER TABLE lanes DROP COLUMN paused");
    other.run("ALTER TABLE workers DROP COLUMN counters");
    let world = World::new().env("DATABASE_URL", &url);
    let checked = world.smsctl(["db", "check"]).run().code(1).stderr("");
    checked
        .stdout_has("`lanes` lacks the column `paused`")
        .stdout_has("`workers` lacks the column `counters`")
        .any_stdout();
    let ran = world.smsctl(["lane", "list"]).run().code(65).stdout("");
    ran.stderr_has("not as smsctl made them").stderr_has("'paused'").stderr_has("smsctl db check");
    other.run("DROP TABLE audit_log");
    world.smsctl(["db", "check"]).run().code(1).stderr("").stdout_has("the table `audit_log` is missing").any_stdout();
}
