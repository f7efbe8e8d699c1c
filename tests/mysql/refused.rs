//! Constraints and triggers of the application that refuse what smsctl writes: they are no fault of smsctl's, and told by name.

use smsctl::store::{Access, StoreError, Turn};

use crate::database::Database;
use crate::harness::World;
use crate::{assert_sound, claim, completed, message, open, register};

/// What is in the way of a new task, what takes it away again, and what the server says.
const OF_NEW_TASKS: &[(&str, &str, &str)] = &[
    (
        "CREATE TRIGGER bi BEFORE INSERT ON queued_tasks FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no sms here'",
        "DROP TRIGGER bi",
        "no sms here",
    ),
    (
        "CREATE TRIGGER bi BEFORE INSERT ON queued_tasks FOR EACH ROW \
         SIGNAL SQLSTATE '45001' SET MESSAGE_TEXT = 'not on Sundays', MYSQL_ERRNO = 5001",
        "DROP TRIGGER bi",
        "error 5001: not on Sundays",
    ),
    (
        "ALTER TABLE queued_tasks ADD CONSTRAINT few CHECK (max_retries < 2)",
        "ALTER TABLE queued_tasks DROP CONSTRAINT few",
        "few",
    ),
    ("ALTER TABLE queued_tasks ADD tenant INTEGER NOT NULL", "ALTER TABLE queued_tasks DROP tenant", "'tenant'"),
    (
        "CREATE UNIQUE INDEX one_each ON queued_tasks (recipient)",
        "DROP INDEX one_each ON queued_tasks",
        "unique index `one_each`",
    ),
];

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_application_that_refuses_a_task_is_told() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    let world = World::new().env("DATABASE_URL", database.url());
    for (at, (made, taken, words)) in OF_NEW_TASKS.iter().enumerate() {
        other.run("DELETE FROM queued_tasks");
        if made.contains("UNIQUE") {
            store.enqueue(&[message(None)], 0).expect("nobody refuses it");
        }
        other.run(made);
        let ran = world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().code(65).stdout("");
        let ran =
            ran.stderr_has(words).stderr_has("is not smsctl's").never_says("please report").never_says("85291234567'");
        ran.any_stderr();
        other.run(taken);
        store.enqueue(&[message(Some(&at.to_string()))], 0).expect("nobody refuses it any more");
        assert_sound(&*store);
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_application_that_refuses_an_outcome_is_told() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    store.enqueue(&[message(None)], 0).expect("enqueues");
    let worker = register(&*store);
    let claims = claim(&*store, worker, 1);
    other.run("CREATE UNIQUE INDEX of_app ON queued_tasks (task_func, status)");
    other.run("INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('sms', 'gateway:default', 'completed')");
    let settlements: Vec<_> = claims.into_iter().map(|claim| claim.settle(completed(), None)).collect();
    let turn = Turn { worker, settlements: &settlements, wanted: &[] };
    let error = store.exchange(&turn).expect_err("it is there already");
    assert!(matches!(&error, StoreError::Refused { cause, .. } if cause.to_string().contains("of_app")), "{error:?}");
    assert!(!error.is_transient());
    other.run("DROP INDEX of_app ON queued_tasks");
    store.exchange(&turn).expect("settles");
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_outcome_that_the_application_refuses_keeps_no_other_waiting() {
    let database = Database::create();
    let world = World::new().env("DATABASE_URL", database.url()).settings("[commands.fine]\nrun = [\"/bin/true\"]\n");
    let task = ["enqueue", "--task", "t", "--lane", "command:fine"];
    let enqueue = || drop(world.smsctl(task).run().success().any_stdout().any_stderr());
    (0..12).for_each(|_| enqueue());
    let mut other = database.connect();
    other.run(
        "CREATE TRIGGER rule BEFORE UPDATE ON queued_tasks FOR EACH ROW \
         SET NEW.retry_count = IF(NEW.status <> 'processing' AND NEW.id = 5, -1, NEW.retry_count)",
    );
    other.run("ALTER TABLE queued_tasks ADD CONSTRAINT counts CHECK (retry_count >= 0)");
    let drain = || world.smsctl(["work", "--drain"]).run();
    drain().code(65).any_stdout().stderr_has("refused task=5 outcome=accepted").stderr_has("counts").any_stderr();
    enqueue();
    let second = drain().success().any_stdout();
    second.stderr_has("refused task=5 error=").stderr_has("completed=1 ").any_stderr();
    other.run("DROP TRIGGER rule");
    drain().success().any_stdout().stderr_has("recovered").any_stderr();
    let store = open(&database.url(), Access::Existing).expect("opens");
    assert_eq!(store.stats().expect("counts").tasks.completed, 13);
    assert_sound(&*store);
}

/// Found at first among those that are claimed with it, in one statement.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_claim_that_the_application_refuses_keeps_no_other_waiting() {
    let database = Database::create();
    let world = World::new().env("DATABASE_URL", database.url()).settings("[commands.fine]\nrun = [\"/bin/true\"]\n");
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    let mut other = database.connect();
    let rows = vec!["('t', 'command:fine', 'pending')"; 100].join(", ");
    other.run(&format!("INSERT INTO queued_tasks (task_name, task_func, status) VALUES {rows}"));
    other.run(
        "CREATE TRIGGER rule BEFORE UPDATE ON queued_tasks FOR EACH ROW \
         IF NEW.status = 'processing' AND NEW.id IN (1, 50) THEN \
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not by the panel'; END IF",
    );
    let drain = || world.smsctl(["work", "--drain"]).run();
    let first = drain().code(75).any_stdout();
    first
        .stderr_has("refused task=1 error=")
        .stderr_has("refused task=50 error=")
        .stderr_has("completed=98 ")
        .any_stderr();
    other.run("DROP TRIGGER rule");
    drain().success().any_stdout().stderr_has("completed=2 ").any_stderr();
    assert_sound(&*open(&database.url(), Access::Existing).expect("opens"));
}

/// An audit of the application fails with a row, in a way that is no refusal; and a count is as large as its column takes.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_row_with_which_the_application_fails_keeps_no_other_waiting() {
    for (table, failing, words) in [
        ("audit (word VARCHAR(3))", "INSERT INTO audit VALUES ('too long')", "1406"),
        ("audit (word TINYINT)", "INSERT INTO audit VALUES (1000)", "1264"),
        ("audit (word TINYINT)", "INSERT INTO audit VALUES ('x')", "1366"),
        ("audit (word INTEGER)", "INSERT INTO gone VALUES (1)", "gone"),
        ("audit (word INTEGER)", "CALL gone()", "1305"),
        ("audit (word INTEGER)", "UPDATE queued_tasks SET args = '' WHERE id = 4", "1442"),
    ] {
        let database = Database::create();
        let world =
            World::new().env("DATABASE_URL", database.url()).settings("[commands.fine]\nrun = [\"/bin/true\"]\n");
        world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
        let mut other = database.connect();
        let rows = ["('t', 'command:fine', 'pending')"; 6].join(", ");
        other.run(&format!("INSERT INTO queued_tasks (task_name, task_func, status) VALUES {rows}"));
        other.run(&format!("CREATE TABLE {table}"));
        other.run(&format!(
            "CREATE TRIGGER audited AFTER UPDATE ON queued_tasks FOR EACH ROW \
             IF NEW.status = 'completed' AND NEW.id = 2 THEN {failing}; END IF"
        ));
        let drain = || world.smsctl(["work", "--drain"]).run();
        let first = drain().code(65).any_stdout().stderr_has("refused task=2 outcome=accepted").stderr_has(words);
        first.stderr_has("completed=5 ").any_stderr();
        other.run("INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('t', 'command:fine', 'pending')");
        drain().success().any_stdout().stderr_has("refused task=2 error=").stderr_has("completed=1 ").any_stderr();
        other.run("DROP TRIGGER audited");
        drain().success().any_stdout().any_stderr();
        let store = open(&database.url(), Access::Existing).expect("opens");
        assert_eq!(store.stats().expect("counts").tasks.completed, 7, "{failing}");
        assert_sound(&*store);
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_counts_that_can_grow_no_more_stop_nobody() {
    let database = Database::create();
    let world = World::new()
        .env("DATABASE_URL", database.url())
        .settings("[commands.busy]\nrun = [\"/bin/sh\", \"-c\", \"exit 75\"]\n[retry]\nbase = \"1h\"\ncap = \"2h\"\n");
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    let mut other = database.connect();
    let rows = ["('t', 'command:busy', 'pending')"; 4].join(", ");
    other.run(&format!("INSERT INTO queued_tasks (task_name, task_func, status) VALUES {rows}"));
    other.run("UPDATE queued_tasks SET retry_count = 2147483647 WHERE id = 1");
    other.run("UPDATE queued_tasks SET attempt = 2147483647 WHERE id = 2");
    other.run("UPDATE queued_tasks SET departed = 2147483647 WHERE id = 3");
    let drain = world.smsctl(["work", "--drain"]).run().code(75).any_stdout();
    drain.stderr_has("refused task=3 ").any_stderr();
    let store = open(&database.url(), Access::Existing).expect("opens");
    let tasks = store.stats().expect("counts").tasks;
    assert_eq!((tasks.failed, tasks.pending, tasks.processing), (3, 1, 0));
    assert_sound(&*store);
}
