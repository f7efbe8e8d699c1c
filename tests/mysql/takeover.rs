//! The web application's database, as its library makes it through PyMySQL, and migrations that meet each other.

use smsctl::queue::{DeadLetterFilter, DeadLetterOrder, ErrorType, Failure, Fate, Filter, State};
use smsctl::store::{Access, MigrationState, Settled, StoreError, Turn};

use crate::database::Database;
use crate::{LANE, assert_sound, claim, message, open, register};

/// What `create_all` sends, and rows of every status.
pub const APPLICATION: &[&str] = &[
    "CREATE TABLE messages (id INTEGER NOT NULL AUTO_INCREMENT, content TEXT NOT NULL, PRIMARY KEY (id))",
    "CREATE TABLE queued_tasks (
        id INTEGER NOT NULL AUTO_INCREMENT, task_name VARCHAR(100) NOT NULL, task_func VARCHAR(200) NOT NULL, args TEXT,
        kwargs TEXT, status VARCHAR(20), worker_id INTEGER, error_message TEXT, created_at DATETIME, started_at DATETIME,
        completed_at DATETIME, max_retries INTEGER, retry_count INTEGER, PRIMARY KEY (id))",
    "CREATE INDEX ix_queued_tasks_status ON queued_tasks (status)",
    "CREATE INDEX ix_queued_tasks_created_at ON queued_tasks (created_at)",
    "CREATE TABLE dead_letter_messages (
        id INTEGER NOT NULL AUTO_INCREMENT, message_id INTEGER, recipient VARCHAR(20) NOT NULL, content TEXT NOT NULL,
        error_message TEXT, error_type VARCHAR(50), retry_count INTEGER, max_retries INTEGER, status VARCHAR(20),
        created_at DATETIME, retried_at DATETIME, last_attempt_at DATETIME, PRIMARY KEY (id),
        FOREIGN KEY(message_id) REFERENCES messages (id))",
    "CREATE INDEX ix_dead_letter_messages_status ON dead_letter_messages (status)",
    "INSERT INTO messages (content) VALUES ('hello')",
    "INSERT INTO queued_tasks (id, task_name, task_func, args, kwargs, status, created_at, max_retries, retry_count) VALUES
        (3, 'sms', 'app.send', '[1, \"91234567\"]', '{\"text\": \"hi\"}', 'pending', '2026-11-24 15:00:00', 3, 0),
        (5, 'sms', 'app.send', '[2]', NULL, 'processing', '2026-11-24 15:00:01', 3, 0),
        (6, 'sms', 'app.send', '[3]', NULL, 'completed', '2026-11-24 15:00:02', 3, 0),
        (7, 'sms', 'app.bulk', '[4]', NULL, 'failed', '2026-11-24 15:00:03', 3, 1),
        (9, 'sms', 'app.bulk', '[5]', NULL, 'failed', NULL, 3, 3),
        (11, 'sms', 'app.bulk', NULL, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO dead_letter_messages (message_id, recipient, content, status, created_at) VALUES
        (1, '91234567', 'letter 1', 'pending', '2026-11-24 15:00:00'), (NULL, '91234568', 'letter 2', NULL, NULL)",
];

fn application() -> Database {
    let database = Database::create();
    let mut connection = database.connect();
    for statement in APPLICATION {
        connection.run(statement);
    }
    database
}

/// How many migrations there are.
fn latest(store: &dyn smsctl::store::Store) -> usize {
    let report = store.schema().expect("reports");
    report.applied.len() + report.waiting.len()
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_database_of_the_application_is_taken_over() {
    let database = application();
    let mut application = database.connect();
    let error = open(&database.url(), Access::Create).map(|_| ()).expect_err("nobody ordered it");
    assert!(matches!(error, StoreError::NotMigrated { .. }), "{error:?}");
    let store = open(&database.url(), Access::Inspect).expect("opens");
    assert_eq!(store.schema().expect("reports").state, MigrationState::WebApplication);
    let all = latest(&*store);
    assert_eq!(store.migrate().expect("migrates").len(), all);
    let tasks = store.list(&Filter::default()).expect("lists");
    let rows: Vec<(i64, State)> = tasks.iter().map(|task| (task.id, task.status)).collect();
    use State::{Completed, Failed, Pending, Processing};
    let want = [(3, Pending), (5, Processing), (6, Completed), (7, Failed), (9, Failed), (11, Pending)];
    assert_eq!(rows, want);
    assert_eq!(tasks[0].args.as_deref(), Some("[1, \"91234567\"]"));
    assert_eq!(tasks[0].created_at, "2026-11-24T15:00:00Z".parse().ok());
    let stats = store.stats().expect("counts");
    assert_eq!((stats.tasks.pending, stats.tasks.retryable, stats.dead_letters.pending), (2, 1, 2));
    assert_sound(&*store);
    assert!(store.migrate().expect("a second time").is_empty());

    // The application goes on as before.
    application
        .run("INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('sms', 'gateway:default', 'pending')");
    application.run("UPDATE queued_tasks SET status = 'completed' WHERE id = 5");
    let stats = store.stats().expect("counts").tasks;
    assert_eq!((stats.pending, stats.processing, stats.completed), (3, 0, 2));
    let worker = register(&*store);
    let first = claim(&*store, worker, 1).remove(0);
    let failure = Failure::new(ErrorType::Rejected, "no such number");
    let settlements = [first.settle(Fate::Dead { failure }, None)];
    let turn = Turn { worker, settlements: &settlements, wanted: &[] };
    assert_eq!(store.exchange(&turn).expect("settles").settled, [Settled::Done]);
    let letters = store.dead_letters(&DeadLetterFilter::default()).expect("lists");
    assert_eq!(letters.len(), 3, "a letter of ours names a task that is no message of the application");
    let retried = store.change_dead_letters(
        &DeadLetterFilter::default(),
        DeadLetterOrder::Retry { unknown: false, expired: false },
        LANE,
    );
    assert_eq!(retried.expect("retries"), 3);
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_migration_goes_on_where_it_was_left() {
    let database = application();
    let store = open(&database.url(), Access::Inspect).expect("opens");
    store.migrate().expect("migrates");
    let mut other = database.connect();
    // As if it had died before it could note what it had done, and in the midst of it.
    for left in [
        "DROP TRIGGER queued_tasks_delete",
        "DROP INDEX queued_tasks_recipient ON queued_tasks",
        "DROP TABLE lanes",
        "DROP TABLE marks",
    ] {
        other.run(left);
        other.run("DELETE FROM smsctl_migrations WHERE version > 1");
        assert_eq!(store.schema().expect("reports").state, MigrationState::Older);
        assert_eq!(store.migrate().expect("goes on").len(), latest(&*store) - 1, "{left}");
        assert_sound(&*store);
    }
}

/// As a worker makes its tables at its first start, or a copy those of its target: who is killed at it may be started again.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_tables_that_were_half_made_are_made_whole_while_nobody_uses_them() {
    let database = Database::create();
    let url = database.url();
    let mut other = database.connect();
    drop(open(&url, Access::Create).expect("makes them"));
    for (left, version) in [("DROP TABLE closures", 6), ("DROP TABLE lanes", 1), ("DROP TABLE workers", 0)] {
        other.run(left);
        other.run(&format!("DELETE FROM smsctl_migrations WHERE version > {version}"));
        let error = open(&url, Access::Existing).map(|_| ()).expect_err("it is not whole");
        assert!(matches!(error, StoreError::Older { have, .. } if have == version), "{error:?}");
        assert_sound(&*open(&url, Access::Create).expect(left));
    }
    let store = open(&url, Access::Existing).expect("opens");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    other.run("DELETE FROM smsctl_migrations WHERE version > 5");
    let error = open(&url, Access::Create).map(|_| ()).expect_err("a queue in use is migrated by order alone");
    assert!(matches!(error, StoreError::Older { have: 5, .. }), "{error:?}");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_migrators_meet() {
    let database = application();
    let url = database.url();
    let applied: Vec<usize> = std::thread::scope(|scope| {
        let migrator = || open(&url, Access::Inspect).expect("opens").migrate().expect("migrates").len();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(migrator)).collect();
        threads.into_iter().map(|thread| thread.join().expect("ends")).collect()
    });
    let store = open(&url, Access::Existing).expect("opens");
    assert_eq!(applied.iter().sum::<usize>(), latest(&*store), "each migration by one of them: {applied:?}");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_tables_of_somebody_else_are_left_alone() {
    let database = Database::create();
    database.connect().run("CREATE TABLE queued_tasks (id INTEGER PRIMARY KEY, name TEXT)");
    let error = open(&database.url(), Access::Inspect).expect("opens").migrate().expect_err("is not ours");
    assert!(matches!(&error, StoreError::ForeignTable { table, .. } if table == "queued_tasks"), "{error:?}");
}
