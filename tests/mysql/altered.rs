//! Columns that somebody changed since, so that one claim, or one lane, cannot be told from another.

use smsctl::store::{Access, Settled, StoreError, Turn};

use crate::database::Database;
use crate::harness::World;
use crate::{Nobody, assert_sound, claim, completed, message, open, register};

/// What is done to a table, and the column that is told.
const CHANGES: &[(&str, &str)] = &[
    // As a library that makes tables knows it.
    ("ALTER TABLE queued_tasks MODIFY started_at DATETIME", "started_at"),
    ("ALTER TABLE queued_tasks MODIFY created_at TIMESTAMP(6) NULL", "created_at"),
    ("ALTER TABLE queued_tasks CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "task_func"),
    ("ALTER TABLE tallies CONVERT TO CHARACTER SET latin1", "kind"),
    // As a program has it that copies tables without what the server computes: no message would be claimed any more.
    ("ALTER TABLE queued_tasks MODIFY claimable TINYINT", "claimable"),
    ("ALTER TABLE queued_tasks MODIFY claim_order SMALLINT", "claim_order"),
    ("ALTER TABLE queued_tasks MODIFY due TINYINT", "due"),
    ("ALTER TABLE queued_tasks MODIFY status ENUM('pending', 'processing', 'completed') DEFAULT 'pending'", "status"),
    ("ALTER TABLE lanes MODIFY lane VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL", "lane"),
];

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_column_that_tells_less_than_it_did_is_refused_and_made_what_it_was() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    let world = World::new().env("DATABASE_URL", database.url());
    for (change, column) in CHANGES {
        other.run(change);
        let error = open(&database.url(), Access::Existing).map(|_| ()).expect_err(change);
        assert!(matches!(&error, StoreError::ColumnChanged { column: found, .. } if found == column), "{error:?}");
        let named = format!("`{column}`");
        let sent = world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().code(69).stdout("");
        sent.stderr_has(&named).stderr_has("smsctl db migrate").any_stderr();
        let checked = world.smsctl(["db", "check"]).run().code(1).any_stderr();
        checked.stdout_has(&named).stdout_has("smsctl db migrate").any_stdout();
        let plan = world.smsctl(["db", "migrate", "--dry-run"]).run().success().any_stderr();
        plan.stdout_has(&format!("MODIFY {named}")).any_stdout();
        world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
        store.enqueue(&[message(None)], 0).expect("enqueues");
        let worker = register(&*store);
        let settlements: Vec<_> = claim(&*store, worker, 9).into_iter().map(|c| c.settle(completed(), None)).collect();
        assert_eq!(settlements.len(), 1, "{change}");
        let turn = Turn { worker, settlements: &settlements, wanted: &[] };
        assert_eq!(store.exchange(&turn).expect("settles").settled, [Settled::Done], "{change}");
        assert_sound(&*store);
    }
}

/// Whoever is at work stops within seconds.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_worker_lets_go_of_claims_that_it_cannot_tell_apart() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    register(&*store);
    store.recover(&Nobody).expect("recovers");
    database.connect().run(CHANGES[0].0);
    let error = store.recover(&Nobody).expect_err("claims look alike");
    assert!(matches!(&error, StoreError::ColumnChanged { column, .. } if column == "started_at"), "{error:?}");
    assert!(!error.is_transient());
}

/// What it holds may be of other letters than it takes: that is found, and mended.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_column_that_takes_not_every_letter_is_found_and_mended() {
    let database = Database::create();
    drop(open(&database.url(), Access::Create).expect("makes the tables"));
    database.connect().run("ALTER TABLE queued_tasks MODIFY content MEDIUMTEXT CHARACTER SET latin1");
    let world = World::new().env("DATABASE_URL", database.url());
    let enqueue = || world.smsctl(["enqueue", "--to", "+85291234567", "\u{1f69a}"]).run();
    enqueue().code(65).stdout("").stderr_has("content").any_stderr();
    world.smsctl(["db", "check"]).run().code(1).any_stderr().stdout_has("`content`").any_stdout();
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    enqueue().success().any_stdout().any_stderr();
    world.smsctl(["db", "check"]).run().success().any_stdout().any_stderr();
}

/// Every column, and what it takes.
const SHAPE: &str = "SELECT concat(table_name, '.', column_name), concat_ws(' ', column_type, collation_name, is_nullable, column_default, extra) \
                     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";

/// What takes less than it did is found and mended, but stops nobody.
const NARROWED: &[(&str, &str)] = &[
    ("ALTER TABLE queued_tasks MODIFY revision INTEGER", "revision"),
    ("ALTER TABLE queued_tasks ALTER revision DROP DEFAULT", "revision"),
    ("ALTER TABLE queued_tasks ALTER revision SET DEFAULT 1", "revision"),
    ("ALTER TABLE lanes ALTER tokens SET DEFAULT 5", "tokens"),
    ("ALTER TABLE queued_tasks MODIFY worker_id TINYINT", "worker_id"),
    ("ALTER TABLE queued_tasks MODIFY departed INTEGER NULL DEFAULT 0", "departed"),
    ("ALTER TABLE queued_tasks MODIFY provider_message_id VARCHAR(20) COLLATE utf8mb4_bin", "provider_message_id"),
    ("ALTER TABLE queued_tasks MODIFY completed_at DATETIME(6) NOT NULL", "completed_at"),
    ("ALTER TABLE attempts MODIFY error_message VARCHAR(40) COLLATE utf8mb4_bin", "error_message"),
    ("ALTER TABLE lanes MODIFY tokens FLOAT", "tokens"),
    ("ALTER TABLE receipts MODIFY attempt SMALLINT NOT NULL", "attempt"),
];

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_column_that_takes_less_than_it_did_is_found_and_made_what_it_was() {
    let database = Database::create();
    drop(open(&database.url(), Access::Create).expect("makes the tables"));
    let mut other = database.connect();
    let world = World::new().env("DATABASE_URL", database.url());
    for (change, column) in NARROWED {
        let before = other.pairs(SHAPE);
        other.run(change);
        let checked = world.smsctl(["db", "check"]).run().code(1).any_stderr();
        checked.stdout_has(&format!("`{column}`")).stdout_has("smsctl db migrate").any_stdout();
        world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
        assert_eq!(other.pairs(SHAPE), before, "{change}");
        world.smsctl(["db", "check"]).run().success().any_stdout().any_stderr();
    }
}

/// Rows that another program wrote with NULL meanwhile are no obstacle, and are counted.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_column_that_took_null_is_filled_and_its_rows_are_counted() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    other.run("ALTER TABLE queued_tasks MODIFY revision INTEGER");
    other.run(
        "INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('a', 'sms', 'held'), ('b', 'sms', 'held')",
    );
    let world = World::new().env("DATABASE_URL", database.url());
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    assert_eq!(other.ids("SELECT id FROM queued_tasks WHERE revision IS NULL"), [0; 0]);
    assert_sound(&*store);
}

/// Two messages with one key are one by an index. Where that is gone, nobody enqueues.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_queue_that_cannot_tell_keys_apart_is_refused() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    let world = World::new().env("DATABASE_URL", database.url());
    for change in [
        "ALTER TABLE queued_tasks DROP INDEX queued_tasks_dedupe",
        "ALTER TABLE queued_tasks DROP INDEX queued_tasks_dedupe, ADD INDEX queued_tasks_dedupe (dedupe_key)",
        "ALTER TABLE queued_tasks DROP INDEX queued_tasks_dedupe, ADD UNIQUE INDEX queued_tasks_dedupe (dedupe_key, id)",
    ] {
        other.run(change);
        let sent = world.smsctl(["enqueue", "--to", "+85291234567", "--key", "k", "hello"]).run().code(69).stdout("");
        sent.stderr_has("with one key").stderr_has("ADD UNIQUE INDEX queued_tasks_dedupe (dedupe_key);").any_stderr();
        let error = store.recover(&Nobody).expect_err(change);
        assert!(matches!(&error, StoreError::KeysLost { .. }), "{error:?}");
        let found = world.smsctl(["db", "check", "-o", "jsonl"]).run().code(1).stderr("").stdout_jsonl();
        let named = |finding: &&serde_json::Value| {
            finding["message"].as_str().is_some_and(|text| text.contains("`queued_tasks_dedupe`"))
        };
        let hint = found.iter().find(named).and_then(|finding| finding["hint"].as_str());
        let hint = hint.unwrap_or_else(|| panic!("{change}: {found:?}"));
        other.run(hint.split('`').nth(1).expect("a statement"));
        world.smsctl(["db", "check"]).run().success().any_stdout().any_stderr();
    }
}
