//! Tables, columns and indexes that somebody took away: `db check` names each, and tells what makes it again.

use crate::database::Database;
use crate::harness::{Ran, World};

const TABLES: &[&str] = &[
    "attempts",
    "audit_log",
    "batches",
    "closures",
    "dead_letter_messages",
    "lanes",
    "marks",
    "queued_tasks",
    "receipts",
    "tallies",
    "tally_deltas",
    "workers",
];

const COLUMNS: &[(&str, &str)] = &[
    ("attempts", "error_message"),
    ("lanes", "rests"),
    ("queued_tasks", "departed"),
    ("queued_tasks", "started_at"),
    ("queued_tasks", "stranded"),
    ("tallies", "n"),
    ("workers", "counters"),
];

const INDEXES: &[(&str, &str)] = &[
    ("dead_letter_messages", "dead_letter_messages_status"),
    ("queued_tasks", "queued_tasks_claim"),
    ("queued_tasks", "queued_tasks_due"),
    ("queued_tasks", "queued_tasks_storm"),
    ("workers", "workers_ended"),
];

fn is_mariadb(database: &Database) -> bool {
    database.connect().text("SELECT version()", 0).contains("MariaDB")
}

#[track_caller]
fn check(world: &World) -> Ran {
    world.smsctl(["db", "check", "-o", "jsonl"]).run().code(1).stderr("")
}

fn migrated() -> (Database, World) {
    let database = Database::create();
    let settings = "[commands.fine]\nrun = [\"/bin/true\"]\n";
    let world = World::new().env("DATABASE_URL", database.url()).settings(settings);
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    (database, world)
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_that_is_gone_is_named() {
    let (database, world) = migrated();
    let mut other = database.connect();
    for table in TABLES {
        other.run(&format!("RENAME TABLE {table} TO elsewhere"));
        check(&world).stdout_has(&format!("the table `{table}` is missing")).any_stdout();
        other.run(&format!("RENAME TABLE elsewhere TO {table}"));
    }
    world.smsctl(["db", "check"]).run().success().any_stdout().stderr("");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_column_that_is_gone_is_named() {
    let (database, world) = migrated();
    let mut other = database.connect();
    for (table, column) in COLUMNS {
        other.run(&format!("ALTER TABLE {table} RENAME COLUMN {column} TO elsewhere"));
        check(&world).stdout_has(&format!("the table `{table}` lacks the column `{column}`")).any_stdout();
        other.run(&format!("ALTER TABLE {table} RENAME COLUMN elsewhere TO {column}"));
    }
    world.smsctl(["db", "check"]).run().success().any_stdout().stderr("");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_index_that_is_gone_is_named_with_what_makes_it_again() {
    let (database, world) = migrated();
    let mut other = database.connect();
    for (table, index) in INDEXES {
        other.run(&format!("DROP INDEX {index} ON {table}"));
        let found = check(&world).stdout_jsonl();
        let named = format!("the index `{index}` is missing");
        let hint = found.iter().find(|finding| finding["message"] == named.as_str()).map(|finding| &finding["hint"]);
        let hint = hint.and_then(serde_json::Value::as_str).unwrap_or_else(|| panic!("{named} in {found:?}"));
        let statement = hint.split('`').nth(1).expect("a statement");
        other.run(statement);
    }
    world.smsctl(["db", "check"]).run().success().any_stdout().stderr("");
    other.run("DROP INDEX queued_tasks_claim ON queued_tasks");
    let work = world.smsctl(["work", "--drain"]).run().code(65).any_stdout();
    work.stderr_has("queued_tasks_claim").stderr_has("smsctl db check").never_says("please report").any_stderr();
}

/// So a DBA tries whether an index is needed.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_index_that_is_ignored_is_named_with_what_makes_it_read_again() {
    let (database, world) = migrated();
    let mut other = database.connect();
    let word = if is_mariadb(&database) { "IGNORED" } else { "INVISIBLE" };
    for index in ["queued_tasks_claim", "queued_tasks_due", "queued_tasks_status", "queued_tasks_dedupe"] {
        other.run(&format!("ALTER TABLE queued_tasks ALTER INDEX {index} {word}"));
        let found = check(&world).stdout_jsonl();
        let named = |finding: &&serde_json::Value| finding["message"].as_str().is_some_and(|text| text.contains(index));
        let hint = found.iter().find(named).and_then(|finding| finding["hint"].as_str());
        let hint = hint.unwrap_or_else(|| panic!("{index}: {found:?}"));
        other.run(hint.split('`').nth(1).expect("a statement"));
        world.smsctl(["db", "check"]).run().success().any_stdout().stderr("");
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_without_its_file_is_named_and_is_no_bug() {
    let (database, world) = migrated();
    database.connect().run("ALTER TABLE attempts DISCARD TABLESPACE");
    let checked = world.smsctl(["db", "check"]).run().code(65).stdout("");
    checked.stderr_has("attempts").never_says("please report").any_stderr();
}

/// MariaDB keeps the history of such a table, and it is used as before.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_whose_history_is_kept_is_not_missing() {
    let (database, world) = migrated();
    if !is_mariadb(&database) {
        return;
    }
    database.connect().run("ALTER TABLE attempts ADD SYSTEM VERSIONING");
    world.smsctl(["db", "check"]).run().success().any_stdout().stderr("");
}
