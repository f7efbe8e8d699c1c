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
