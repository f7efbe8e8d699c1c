//! What is SQLite's own: files that are refused and left alone, modes, migrations, locks, full disks, errors half-way.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::types::Value;
use smsctl::queue::{ErrorType, Failure, Fate, Filter, Lane, Message, NewTask, State};
use smsctl::store::{self, Access, Location, MigrationState, Options, Store, StoreError};

fn scratch() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let path = directory.path().join("queue.db");
    (directory, path)
}

fn open(path: &Path, access: Access) -> Result<store::Opened, StoreError> {
    open_for(path, access, Duration::from_secs(10))
}

fn open_for(path: &Path, access: Access, busy_timeout: Duration) -> Result<store::Opened, StoreError> {
    let options = Options { busy_timeout, ..Options::new(access) };
    store::open(&Location::Sqlite(path.to_owned()), &options)
}

fn make(path: &Path) -> Box<dyn Store> {
    open(path, Access::Create).expect("makes the database").store
}

fn raw(path: &Path, statements: &str) {
    let connection = Connection::open(path).expect("opens");
    connection.execute_batch(statements).unwrap_or_else(|error| panic!("{statements}: {error}"));
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("is there").permissions().mode() & 0o777
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", path.display()))
}

fn message(text: &str) -> NewTask {
    let message = Message { recipient: "+85291234567".to_owned(), text: text.to_owned(), sender: None };
    NewTask::message(Lane::Gateway("default".to_owned()), message)
}

fn error(result: Result<store::Opened, StoreError>) -> StoreError {
    match result {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

const EVERY_ACCESS: [Access; 4] = [Access::Existing, Access::Create, Access::Inspect, Access::InspectOrCreate];

#[test]
fn a_database_is_made_once() {
    let (_directory, path) = scratch();
    assert!(open(&path, Access::Create).expect("makes it").created);
    assert!(!open(&path, Access::Create).expect("opens it").created);
    let report = open(&path, Access::Existing).expect("opens").store.schema().expect("reports");
    assert_eq!((report.state, report.version, report.waiting.len()), (MigrationState::Current, report.latest, 0));
    assert!(report.engine.starts_with("SQLite 3."), "{}", report.engine);
    assert!(report.size_bytes.is_some_and(|bytes| bytes > 0));
}

#[test]
fn nobody_else_may_read_the_files() {
    let (_directory, path) = scratch();
    let store = make(&path);
    store.enqueue(&[message("secret")], 0).expect("enqueues");
    for ending in ["", "-wal", "-shm"] {
        assert_eq!(mode(&beside(&path, ending)), 0o600, "{ending}");
    }
    assert_eq!(store.check().expect("checks"), []);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("opens it to others");
    let findings = store.check().expect("checks");
    assert_eq!(findings.iter().map(|finding| finding.kind).collect::<Vec<_>>(), ["permissions"]);
}

#[test]
fn a_file_that_is_not_there_is_not_made_by_those_who_only_look() {
    let (directory, path) = scratch();
    for access in [Access::Existing, Access::Inspect] {
        let error = error(open(&path, access));
        assert!(matches!(error, StoreError::NotThere { .. }), "{error:?}");
    }
    assert_eq!(fs::read_dir(directory.path()).expect("lists").count(), 0);
    let inside = directory.path().join("no/such/queue.db");
    for access in [Access::Existing, Access::Inspect] {
        let error = error(open(&inside, access));
        assert!(matches!(&error, StoreError::NotThere { path } if *path == inside), "{error:?}");
    }
    for access in [Access::Create, Access::InspectOrCreate] {
        let error = error(open(&inside, access));
        assert!(matches!(&error, StoreError::NoDirectory { path } if path.ends_with("no/such")), "{error:?}");
    }
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_was() {
    let (directory, path) = scratch();
    let picture: Vec<u8> = b"\x89PNG\r\n\x1a\n".iter().copied().cycle().take(20_000).collect();
    fs::write(&path, &picture).expect("writes");
    for access in EVERY_ACCESS {
        let error = error(open(&path, access).and_then(|opened| opened.store.schema().map(|_| opened)));
        assert!(matches!(error, StoreError::NotADatabase { .. }), "{access:?}: {error:?}");
    }
    assert_eq!(fs::read(&path).expect("reads"), picture);
    for access in EVERY_ACCESS {
        let error = error(open(directory.path(), access));
        assert!(matches!(error, StoreError::IsDirectory { .. }), "{access:?}: {error:?}");
    }
    assert_eq!(fs::read_dir(directory.path()).expect("lists").count(), 1, "nothing was left beside it");
}

#[test]
fn a_file_with_two_names_is_opened_by_neither() {
    let (_directory, path) = scratch();
    drop(make(&path));
    let other = path.with_file_name("other.db");
    std::fs::hard_link(&path, &other).expect("links");
    for name in [&path, &other] {
        for access in [Access::Create, Access::Existing, Access::Inspect, Access::InspectOrCreate] {
            let error = error(open(name, access));
            assert!(matches!(error, StoreError::Linked { names: 2, .. }), "{access:?}: {error:?}");
        }
    }
    std::fs::remove_file(&other).expect("removes");
    // A name that leads to the name is none of its own: SQLite goes to where it leads.
    std::os::unix::fs::symlink(&path, &other).expect("links");
    open(&other, Access::Existing).expect("opens");
}

#[test]
fn an_empty_file_is_filled_by_those_who_make_databases() {
    let (_directory, path) = scratch();
    fs::write(&path, b"").expect("writes");
    let refused = error(open(&path, Access::Existing));
    assert!(matches!(refused, StoreError::NotMigrated { .. }), "{refused:?}");
    let state = open(&path, Access::Inspect).expect("opens").store.schema().expect("reports").state;
    assert_eq!(state, MigrationState::Empty);
    assert_eq!(fs::metadata(&path).expect("is there").len(), 0, "looking at it wrote nothing");
    assert!(open(&path, Access::Create).expect("fills it").created);
}

#[test]
fn the_database_of_another_program_is_left_as_it_was() {
    let (_directory, path) = scratch();
    raw(&path, "CREATE TABLE bookmarks (url TEXT); INSERT INTO bookmarks VALUES ('https://example.org')");
    let before = fs::read(&path).expect("reads");
    for access in [Access::Existing, Access::Create] {
        let error = error(open(&path, access));
        assert!(matches!(error, StoreError::NotMigrated { .. }), "{error:?}");
    }
    drop(open(&path, Access::Inspect).expect("opens").store.schema().expect("reports"));
    assert!(fs::read(&path).expect("reads") == before, "not even its journal mode was changed");
}

#[test]
fn a_damaged_file_is_found() {
    let (_directory, path) = scratch();
    let store = make(&path);
    let many: Vec<NewTask> = (0..2_000).map(|n| message(&format!("{n} {}", "x".repeat(100)))).collect();
    store.enqueue(&many, 0).expect("enqueues");
    drop(store);
    raw(&path, "PRAGMA wal_checkpoint(TRUNCATE)");
    let whole = fs::read(&path).expect("reads");
    // Bytes in the midst are overwritten.
    let mut bad = whole.clone();
    for page in (40..bad.len() / 4096).step_by(3) {
        bad[page * 4096..page * 4096 + 64].fill(0xFF);
    }
    fs::write(&path, &bad).expect("writes");
    let store = open(&path, Access::Existing).expect("its schema can be read").store;
    let findings = store.check().expect("integrity is told, not an error");
    assert!(findings.iter().any(|finding| finding.kind == "integrity"), "{findings:?}");
    let listed = store.list(&Filter::default()).expect_err("the rows cannot be read");
    assert!(matches!(listed, StoreError::Damaged { .. }), "{listed:?}");
    drop(store);
    // The end is cut off.
    fs::write(&path, &whole[..whole.len() / 2]).expect("writes");
    match open(&path, Access::Existing) {
        Err(StoreError::Damaged { .. }) => {}
        Err(other) => panic!("{other:?}"),
        Ok(opened) => assert!(matches!(opened.store.check(), Ok(found) if !found.is_empty()), "a cut file is told"),
    }
}

#[test]
fn the_schema_must_be_this_programs() {
    let (_directory, path) = scratch();
    drop(make(&path));
    let add = "INSERT INTO smsctl_migrations VALUES (999, 'later', 'x', '2026-11-24 16:00:00.000000', '9.8.7')";
    raw(&path, add);
    for access in [Access::Existing, Access::Create] {
        let error = error(open(&path, access));
        assert!(
            matches!(&error, StoreError::Newer { have: 999, written_by, .. } if written_by == "9.8.7"),
            "{error:?}"
        );
    }
    let store = open(&path, Access::Inspect).expect("may be looked at").store;
    assert_eq!(store.schema().expect("reports").state, MigrationState::Newer);
    let refused = store.migrate().expect_err("there is no way back");
    assert!(matches!(refused, StoreError::Newer { .. }), "{refused:?}");
    let latest = store.schema().expect("reports").latest;
    raw(&path, &format!("DELETE FROM smsctl_migrations WHERE version IN (999, {latest})"));
    for access in [Access::Existing, Access::Create] {
        let error = error(open(&path, access));
        assert!(matches!(error, StoreError::Older { have, need, .. } if have < need && need == latest), "{error:?}");
    }
    raw(&path, "UPDATE smsctl_migrations SET checksum = 'other' WHERE version = 2");
    for access in [Access::Existing, Access::Create] {
        let error = error(open(&path, access));
        assert!(matches!(error, StoreError::Diverged { version: 2, .. }), "{error:?}");
    }
    let refused = open(&path, Access::Inspect).expect("opens").store.migrate().expect_err("nobody knows what it is");
    assert!(matches!(refused, StoreError::Diverged { .. }), "{refused:?}");
}

#[test]
fn a_drifted_schema_is_found() {
    for (change, found) in [
        ("DROP INDEX queued_tasks_retry", "the index `queued_tasks_retry` is missing"),
        ("DROP TRIGGER queued_tasks_delete", "the trigger `queued_tasks_delete` is missing"),
        ("DROP TABLE audit_log", "the table `audit_log` is missing"),
        ("ALTER TABLE lanes DROP COLUMN paused_reason", "the table `lanes` lacks the column `paused_reason`"),
    ] {
        let (_directory, path) = scratch();
        let store = make(&path);
        raw(&path, change);
        let findings = store.check().expect("checks");
        assert!(findings.iter().any(|f| f.kind == "schema" && f.message == found), "{change}: {findings:?}");
    }
    let (_directory, path) = scratch();
    let store = make(&path);
    raw(&path, "CREATE TABLE mine (id INTEGER); CREATE INDEX mine_id ON mine (id)");
    assert_eq!(store.check().expect("checks"), [], "further tables are the application's own business");
}

#[test]
fn many_may_migrate_at_once() {
    for _ in 0..5 {
        let (_directory, path) = scratch();
        let start = Barrier::new(8);
        let applied: usize = std::thread::scope(|scope| {
            let migrate = || {
                start.wait();
                let store = open(&path, Access::InspectOrCreate).expect("opens").store;
                store.migrate().expect("migrates").len()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(migrate)).collect();
            threads.into_iter().map(|thread| thread.join().expect("ends well")).sum()
        });
        let store = open(&path, Access::Existing).expect("opens").store;
        assert_eq!(applied, store.schema().expect("reports").applied.len(), "each migration was applied once");
        assert_eq!(store.check().expect("checks"), []);
    }
}

#[test]
fn many_may_make_the_database_at_once() {
    let (_directory, path) = scratch();
    let start = Barrier::new(8);
    let made: usize = std::thread::scope(|scope| {
        let make = |n: usize| {
            start.wait();
            let opened = open(&path, Access::Create).expect("makes the database");
            opened.store.enqueue(&[message(&n.to_string())], 0).expect("enqueues");
            usize::from(opened.created)
        };
        let threads: Vec<_> = (0..8).map(|n| scope.spawn(move || make(n))).collect();
        threads.into_iter().map(|thread| thread.join().expect("ends well")).sum()
    });
    assert_eq!(made, 1, "one of them made it, and says so");
    let store = open(&path, Access::Existing).expect("opens").store;
    assert_eq!(store.stats().expect("counts").tasks.pending, 8);
    assert_eq!(store.check().expect("checks"), []);
}

#[test]
fn a_migration_that_fails_leaves_nothing_of_itself() {
    let (_directory, path) = scratch();
    // The second migration makes this table, near its end.
    raw(&path, "CREATE TABLE audit_log (mine TEXT)");
    let store = open(&path, Access::Inspect).expect("opens").store;
    let failed = store.migrate().expect_err("the table is there already");
    let StoreError::Migration { version: 2, cause, .. } = &failed else { panic!("{failed:?}") };
    assert_eq!(cause.0, "table audit_log already exists", "the cause, and not the whole statement");
    let report = store.schema().expect("reports");
    let all = report.latest as usize;
    assert_eq!((report.state, report.version, report.waiting.len()), (MigrationState::Other, 0, all));
    let connection = Connection::open(&path).expect("opens");
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).expect("counts");
    assert_eq!(tables, 1, "nothing of the migrations is there, those before it included");
    connection.execute_batch("DROP TABLE audit_log").expect("drops");
    assert_eq!(store.migrate().expect("goes on").len(), report.waiting.len());
    store.enqueue(&[message("x")], 0).expect("enqueues");
}

const UNNUMBERED: &str = "its `id` is no INTEGER PRIMARY KEY: its rows would have no numbers";

/// The application's table of tasks, with an `id` of its own making.
fn application(id: &str) -> String {
    format!(
        "CREATE TABLE queued_tasks ({id}, task_name, task_func, args, kwargs, status, worker_id, error_message, created_at, \
         started_at, completed_at, max_retries, retry_count)"
    )
}

#[test]
fn tables_of_somebody_else_are_not_taken_over() {
    for (table, says) in [
        ("CREATE TABLE queued_tasks (id INTEGER PRIMARY KEY, name TEXT)", "it lacks `task_name`"),
        ("CREATE TABLE dead_letter_messages (id INTEGER PRIMARY KEY)", "it lacks `message_id`"),
        (
            "CREATE TABLE dead_letter_messages (id, message_id, recipient, content, error_message, error_type, retry_count, \
             max_retries, status, created_at, retried_at, last_attempt_at, reviewer)",
            "it has a further column `reviewer`",
        ),
        (&application("id INTEGER"), UNNUMBERED),
        (&application("id BIGINT NOT NULL PRIMARY KEY"), UNNUMBERED),
        (&application("id TEXT PRIMARY KEY"), UNNUMBERED),
    ] {
        let (_directory, path) = scratch();
        raw(&path, table);
        let before = fs::read(&path).expect("reads");
        let refused = open(&path, Access::Inspect).expect("opens").store.migrate().expect_err("not ours");
        assert!(matches!(&refused, StoreError::ForeignTable { reason, .. } if reason == says), "{refused:?}");
        assert!(fs::read(&path).expect("reads") == before, "it was left as it was");
    }
}

#[test]
fn a_lock_that_stays_ends_in_busy() {
    let (_directory, path) = scratch();
    drop(make(&path));
    let other = Connection::open(&path).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let store = open_for(&path, Access::Existing, Duration::from_millis(20)).expect("readers are not locked out").store;
    let busy = store.enqueue(&[message("x")], 0).expect_err("the lock stays");
    assert!(matches!(busy, StoreError::Busy { .. }) && busy.is_transient(), "{busy:?}");
    assert_eq!(store.stats().expect("reads go on").tasks.pending, 0);
    other.execute_batch("COMMIT").expect("unlocks");
    store.enqueue(&[message("x")], 0).expect("goes on when the lock is gone");
    assert_eq!(store.stats().expect("counts").tasks.pending, 1);
}

#[test]
fn a_lock_that_goes_is_waited_for() {
    let (_directory, path) = scratch();
    let store = make(&path);
    let other = Connection::open(&path).expect("opens");
    other.execute_batch("BEGIN IMMEDIATE").expect("locks");
    let (waiting, waits) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            waiting.send(()).expect("says so");
            store.enqueue(&[message("x")], 0).map(|answers| answers.len())
        });
        waits.recv().expect("the thread is about to wait");
        other.execute_batch("COMMIT").expect("unlocks");
        assert_eq!(thread.join().expect("ends well").expect("enqueues"), 1);
    });
}

#[test]
fn many_writers_meet_no_lock() {
    let (_directory, path) = scratch();
    drop(make(&path));
    let start = Barrier::new(6);
    std::thread::scope(|scope| {
        for n in 0..6 {
            let (start, path) = (&start, &path);
            scope.spawn(move || {
                let store = open(path, Access::Existing).expect("opens").store;
                start.wait();
                for round in 0..40 {
                    store.enqueue(&[message(&format!("{n} {round}"))], 0).expect("no writer sees a lock");
                    store.stats().expect("no reader sees a lock");
                }
            });
        }
    });
    let store = open(&path, Access::Existing).expect("opens").store;
    assert_eq!(store.stats().expect("counts").tasks.pending, 240);
    assert_eq!(store.check().expect("checks"), []);
}

#[test]
fn a_long_reader_keeps_nobody_from_writing() {
    let (_directory, path) = scratch();
    let store = make(&path);
    store.enqueue(&[message("x")], 0).expect("enqueues");
    let reader = Connection::open(&path).expect("opens");
    reader.execute_batch("BEGIN").expect("begins");
    let count = || reader.query_row("SELECT count(*) FROM queued_tasks", [], |row| row.get::<_, i64>(0));
    assert_eq!(count().expect("counts"), 1);
    for _ in 0..50 {
        store.enqueue(&[message("x")], 0).expect("enqueues");
    }
    assert_eq!(count().expect("counts"), 1, "its snapshot stays");
    assert_eq!(store.stats().expect("counts").tasks.pending, 51);
}

#[test]
fn an_error_half_way_leaves_nothing() {
    let (_directory, path) = scratch();
    let store = make(&path);
    store.enqueue(&[message("before")], 0).expect("enqueues");
    // The tenth row of the call is refused, and with it the whole transaction.
    raw(
        &path,
        "CREATE TRIGGER stop BEFORE INSERT ON queued_tasks WHEN NEW.content = '9' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    let call: Vec<NewTask> =
        (0..20).map(|n| NewTask { batch: Some("b".to_owned()), ..message(&n.to_string()) }).collect();
    for _ in 0..2 {
        let failed = store.enqueue(&call, 0).expect_err("is refused");
        assert!(matches!(failed, StoreError::Refused { .. }), "{failed:?}");
    }
    // Some conflict clauses end the transaction themselves; the store must not go on outside of one.
    raw(
        &path,
        "DROP TRIGGER stop; CREATE TRIGGER stop BEFORE INSERT ON queued_tasks WHEN NEW.content = '9' BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
    );
    for _ in 0..2 {
        let failed = store.enqueue(&call, 0).expect_err("is refused");
        assert!(matches!(failed, StoreError::Refused { .. }), "{failed:?}");
    }
    raw(&path, "DROP TRIGGER stop");
    assert_eq!(store.stats().expect("counts").tasks.pending, 1);
    assert!(store.tallies(smsctl::store::TallyKind::Batch).expect("counts").is_empty());
    assert!(store.check().expect("checks").is_empty());
    store.enqueue(&call, 0).expect("and the store goes on");
    assert_eq!(store.stats().expect("counts").tasks.pending, 21);
    assert_eq!(store.check().expect("checks"), []);
}

#[test]
fn bytes_that_are_no_text_stop_nobody() {
    let (_directory, path) = scratch();
    let store = make(&path);
    for value in ["X'FF00'", "CAST(X'FF41' AS TEXT)", "1.5", "7"] {
        raw(
            &path,
            &format!(
                "INSERT INTO queued_tasks (task_name, task_func, args, kwargs, recipient, content, sender, priority, created_at, error_message) \
                 VALUES ({value}, 'gateway:default', {value}, {value}, {value}, {value}, {value}, {value}, {value}, {value})"
            ),
        );
    }
    let tasks = store.list(&Filter::default()).expect("lists");
    assert_eq!(
        tasks.iter().map(|task| task.args.as_deref()).collect::<Vec<_>>(),
        [Some("\u{FFFD}\0"), Some("\u{FFFD}A"), Some("1.5"), Some("7")]
    );
    store.stats().expect("counts");
    let worker = worker_of(&*store);
    let words = ["gateway:default".to_owned()];
    let wanted = [store::Wanted { lane: "gateway:default", task_funcs: &words, count: 9, rate: None }];
    let turn = store::Turn { worker, settlements: &[], wanted: &wanted };
    assert_eq!(store.exchange(&turn).expect("claims").claims.len(), 4);
    let findings = store.check().expect("checks");
    let columns: Vec<(&str, &str)> =
        findings.iter().map(|found| (found.kind, found.message.split('`').nth(1).unwrap_or_default())).collect();
    let expected = [
        ("oddity", "created_at"),
        ("oddity", "priority"),
        ("value", "recipient"),
        ("value", "content"),
        ("value", "args"),
    ];
    assert_eq!(columns, expected, "{findings:#?}");
}

/// The application's table, which has no rule for the column `status`.
const APPLICATION: &str = "CREATE TABLE queued_tasks (id INTEGER NOT NULL PRIMARY KEY, task_name VARCHAR(100) NOT NULL, \
    task_func VARCHAR(200) NOT NULL, args TEXT, kwargs TEXT, status VARCHAR(20), worker_id INTEGER, error_message TEXT, \
    created_at DATETIME, started_at DATETIME, completed_at DATETIME, max_retries INTEGER, retry_count INTEGER)";

#[test]
fn a_status_of_nobody_is_told_and_not_claimed() {
    let (_directory, path) = scratch();
    // The application's table has no rule for the column.
    raw(&path, APPLICATION);
    let store = open(&path, Access::Inspect).expect("opens").store;
    store.migrate().expect("migrates");
    raw(&path, "INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('sms', 'gateway:default', 'paused')");
    let kinds: Vec<&str> = store.check().expect("checks").iter().map(|finding| finding.kind).collect();
    assert!(kinds.contains(&"status"), "{kinds:?}");
    let counts = store.stats().expect("counts").tasks;
    assert_eq!((counts.total(), counts.other), (0, 1));
    assert_eq!(store.list(&Filter::default()).expect("lists")[0].status_word(), "paused");
    // A table of ours does not take such a row at all.
    let (_directory, path) = scratch();
    drop(make(&path));
    let insert = "INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('sms', 'gateway:default', 'paused')";
    assert!(Connection::open(&path).expect("opens").execute_batch(insert).is_err());
}

/// One statement as another program may write it: every conflict clause, keys that meet, statuses of nobody.
fn foreign_statement(random: &mut fastrand::Rng) -> String {
    let mut one = |words: &[&'static str]| words[random.usize(..words.len())];
    let clause = one(&["", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ABORT", "OR ROLLBACK"]);
    let ids = ["NULL", "-1", "1", "2", "3", "4", "5"];
    let keys = ["NULL", "NULL", "'k1'", "'k2'", "'k3'"];
    let words = ["NULL", "'pending'", "'processing'", "'failed'", "'completed'", "'weird'", "'unknown'", "X'FF00'"];
    let batches = ["NULL", "1", "2", "'b'", "1.5"];
    let letters = ["NULL", "'pending'", "'retried'", "'abandoned'", "'odd'"];
    let mut row = || {
        let (id, key, word, batch) = (one(&ids), one(&keys), one(&words), one(&batches));
        format!(
            "({id}, 'a', {}, {word}, {}, {}, {batch}, {key}, {})",
            one(&["'x'", "'y'"]),
            one(&["NULL", "0", "3"]),
            one(&["NULL", "3"]),
            one(&["NULL", "9"])
        )
    };
    let rows = format!("{}, {}", row(), row());
    let columns = "(id, task_name, task_func, status, retry_count, max_retries, batch_id, dedupe_key, attempt)";
    match one(&["0", "1", "2", "3", "4", "5", "6", "7", "8"]) {
        "0" | "1" => format!("INSERT {clause} INTO queued_tasks {columns} VALUES {rows}"),
        "2" => format!(
            "INSERT INTO queued_tasks {columns} VALUES {rows} ON CONFLICT (id) DO UPDATE SET status = excluded.status \
             ON CONFLICT (dedupe_key) WHERE dedupe_key IS NOT NULL DO UPDATE SET status = NULL, revision = excluded.revision"
        ),
        "3" => "REPLACE INTO queued_tasks SELECT * FROM queued_tasks WHERE revision > 1".to_owned(),
        "4" => format!("UPDATE {clause} queued_tasks SET id = {} WHERE id = {}", one(&ids), one(&ids)),
        "5" => format!("UPDATE {clause} queued_tasks SET dedupe_key = {}, batch_id = {}", one(&keys), one(&batches)),
        "6" => {
            let (word, departed) = (one(&words), one(&["departed", "0", "1", "'b'", "-1"]));
            format!(
                "UPDATE {clause} queued_tasks SET status = {word}, error_type = 'unknown', departed = {departed} WHERE id > 2"
            )
        }
        "7" => format!("DELETE FROM {} WHERE id = {}", one(&["queued_tasks", "dead_letter_messages"]), one(&ids)),
        _ => format!(
            "INSERT {clause} INTO dead_letter_messages (id, recipient, content, status) VALUES ({}, '+1', 'x', {}), (3, '+1', 'x', {}); \
             UPDATE {clause} dead_letter_messages SET id = {}, status = {} WHERE id = 3",
            one(&ids),
            one(&letters),
            one(&letters),
            one(&ids),
            one(&letters)
        ),
    }
}

#[test]
fn whatever_another_program_writes_is_counted() {
    let (_directory, path) = scratch();
    raw(&path, APPLICATION);
    let store = open(&path, Access::Inspect).expect("opens").store;
    store.migrate().expect("migrates");
    let connection = Connection::open(&path).expect("opens");
    connection.execute_batch("PRAGMA synchronous = OFF").expect("its commits need not last");
    let mut random = fastrand::Rng::with_seed(5);
    let mut refused = 0;
    for step in 0..1_000 {
        if step % 20 == 0 {
            let recursive = if step % 40 == 0 { "ON" } else { "OFF" };
            connection.execute_batch(&format!("PRAGMA recursive_triggers = {recursive}")).expect("sets");
            let keys = ["k1", "k2", "k4"].map(|key| NewTask { key: Some(key.to_owned()), ..message("own") });
            store.enqueue(&keys, 0).expect("enqueues");
        }
        let statement = foreign_statement(&mut random);
        match connection.execute_batch(&statement) {
            Ok(()) => {}
            Err(error) if error.to_string().contains("constraint failed: queued_tasks") => refused += 1,
            Err(error) if error.to_string().contains("constraint failed: dead_letter") => refused += 1,
            Err(error) if error.to_string().contains("datatype mismatch") => refused += 1,
            Err(error) => panic!("{statement}: {error}"),
        }
        let differences =
            connection.prepare(include_str!("../sql/sqlite/tally_differences.sql")).and_then(|mut query| {
                let row = |row: &rusqlite::Row<'_>| (0..5).map(|at| row.get(at)).collect::<Result<Vec<Value>, _>>();
                query.query_map([], row)?.collect::<Result<Vec<_>, _>>()
            });
        assert_eq!(differences.expect("counts"), Vec::<Vec<Value>>::new(), "{step}, after `{statement}`");
    }
    assert!(store.check().expect("checks").iter().all(|found| found.kind != "tallies"));
    assert!((100..900).contains(&refused), "some statements fail, and most do not: {refused}");
}

#[test]
fn a_file_that_vanishes_under_the_store_is_told() {
    let (directory, path) = scratch();
    let store = make(&path);
    let elsewhere = directory.path().join("elsewhere.db");
    fs::rename(&path, &elsewhere).expect("renames");
    let moved = |error: StoreError| {
        assert!(matches!(error, StoreError::Moved { .. }) && !error.is_transient(), "{error:?}");
    };
    moved(store.stats().expect_err("what it would read is not what others see"));
    moved(store.enqueue(&[message("x")], 0).expect_err("what it would write nobody would see"));
    moved(store.changed().expect_err("an idle worker notices as well"));
    fs::write(&path, "").expect("writes");
    moved(store.enqueue(&[message("x")], 0).expect_err("another file in its place does not help"));
    fs::rename(&elsewhere, &path).expect("renames");
    assert_eq!(store.enqueue(&[message("x")], 0).expect("it is back").len(), 1);
}

#[test]
fn a_log_that_vanishes_under_the_store_is_told() {
    let (_directory, path) = scratch();
    let store = make(&path);
    fs::remove_file(beside(&path, "-wal")).expect("removes");
    let moved = store.enqueue(&[message("x")], 0).expect_err("what it would write nobody would see");
    assert!(matches!(moved, StoreError::Moved { .. }), "{moved:?}");
}

#[test]
fn the_log_stays_the_same_while_others_come_and_go() {
    let (_directory, path) = scratch();
    let store = make(&path);
    for _ in 0..3 {
        let other = open(&path, Access::Existing).expect("opens").store;
        other.enqueue(&[message("x")], 0).expect("writes");
        drop(other);
        drop(open(&path, Access::Inspect).expect("opens").store);
        raw(&path, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    assert_eq!(store.stats().expect("reads").tasks.pending, 3);
}

const NOBODY: u32 = 65_534;

/// Root may do everything, so that as root the case below is run again by nobody, in a process of its own.
const AS_NOBODY: &str = "SMSCTL_TEST_AS_NOBODY";

#[test]
fn files_without_permission_are_refused() {
    if let Some(directory) = std::env::var_os(AS_NOBODY) {
        return assert_refused(Path::new(&directory));
    }
    let (directory, path) = scratch();
    drop(make(&path));
    if !rustix::process::geteuid().is_root() {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("closes it");
        return assert_refused(directory.path());
    }
    run_by_nobody("files_without_permission_are_refused", directory.path());
}

/// Runs a case of this program again, by nobody, who may use `directory`.
fn run_by_nobody(case: &str, directory: &Path) {
    // The test program may lie where nobody else can reach it: a copy stands beside the database.
    let program = directory.join("program");
    fs::copy(std::env::current_exe().expect("a path"), &program).expect("copies the program");
    for path in [directory, &program] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("opens it to others");
    }
    let done = std::process::Command::new(&program)
        .args(["--exact", case])
        .env(AS_NOBODY, directory)
        .current_dir("/")
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
}

/// The database of `directory` is closed to this user.
fn assert_refused(directory: &Path) {
    for access in EVERY_ACCESS {
        let error = error(open(&directory.join("queue.db"), access));
        assert!(matches!(error, StoreError::Denied { .. }), "{access:?}: {error:?}");
    }
}

/// A reader of a file of mode 0444 leaves its log, or the index of the log, with that mode behind.
#[test]
fn the_file_that_refuses_to_be_written_is_named() {
    if let Some(directory) = std::env::var_os(AS_NOBODY) {
        return assert_named(Path::new(&directory));
    }
    let (directory, path) = scratch();
    let store = make(&path);
    // SQLite itself mends the mode of a log that is empty.
    store.enqueue(&[message("x")], 0).expect("writes");
    for ending in ["", "-wal", "-shm"] {
        // As they are while somebody has the database open.
        let place = directory.path().join(format!("of-nobody{ending}"));
        fs::create_dir_all(&place).expect("makes");
        for file in ["", "-wal", "-shm"] {
            let copy = beside(&place.join("queue.db"), file);
            fs::copy(beside(&path, file), &copy).expect("copies");
            let mode = if file == ending { 0o444 } else { 0o600 };
            fs::set_permissions(&copy, fs::Permissions::from_mode(mode)).expect("sets its mode");
            if rustix::process::geteuid().is_root() {
                std::os::unix::fs::chown(&copy, Some(NOBODY), Some(NOBODY)).expect("gives it away");
            }
        }
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&place, Some(NOBODY), Some(NOBODY)).expect("gives it away");
        }
    }
    drop(store);
    if rustix::process::geteuid().is_root() {
        run_by_nobody("the_file_that_refuses_to_be_written_is_named", directory.path());
    } else {
        assert_named(directory.path());
    }
}

/// Of the databases of `directory` each has one file that this user may not write.
fn assert_named(directory: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let path = directory.join(format!("of-nobody{ending}")).join("queue.db");
        let opened = open(&path, Access::Existing);
        let error =
            opened.and_then(|opened| opened.store.enqueue(&[message("x")], 0)).expect_err("it cannot be written");
        let StoreError::ReadOnly { file, .. } = &error else { panic!("{ending}: {error:?}") };
        assert_eq!(file.as_deref(), (!ending.is_empty()).then(|| beside(&path, ending)).as_deref(), "{error}");
    }
}

/// A small file system that is full soon.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where this user may not mount one.
    fn mount() -> Option<SmallDisk> {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(directory.path())
            .output()
            .is_ok_and(|done| done.status.success());
        mounted.then_some(SmallDisk(directory))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(
            unmounted.is_ok_and(|done| done.success()),
            "the small disk stays mounted at {}",
            self.0.path().display()
        );
    }
}

#[test]
#[ignore = "needs the right to mount a small file system: run as root with `--ignored`"]
fn a_full_disk_loses_nothing_and_ends_when_there_is_room() {
    let disk = SmallDisk::mount().expect("a small file system");
    let path = disk.0.path().join("queue.db");
    let store = make(&path);
    let text = "x".repeat(1_000);
    let mut acknowledged = 0;
    let full = loop {
        match store.enqueue(&vec![message(&text); 10], 0) {
            Ok(answers) => acknowledged += answers.len() as u64,
            Err(error) => break error,
        }
        assert!(acknowledged < 10_000, "the disk is never full");
    };
    assert!(matches!(full, StoreError::DiskFull { .. } | StoreError::Io { .. }) && full.is_transient(), "{full:?}");
    assert_eq!(store.stats().expect("reads go on").tasks.pending, acknowledged);
    assert!(store.enqueue(&vec![message(&text); 100], 0).is_err(), "it stays full");
    assert_eq!(store.stats().expect("reads go on").tasks.pending, acknowledged);
    let grown = std::process::Command::new("mount").args(["-o", "remount,size=16m"]).arg(disk.0.path()).status();
    assert!(grown.is_ok_and(|done| done.success()), "the disk grows");
    store.enqueue(&vec![message(&text); 100], 0).expect("there is room again");
    assert_eq!(store.stats().expect("counts").tasks.pending, acknowledged + 100);
    assert_eq!(store.check().expect("checks"), []);
    let states: Vec<State> = store.list(&Filter::default()).expect("lists").iter().map(|task| task.status).collect();
    assert_eq!(states.len() as u64, acknowledged + 100);
    drop(store);
}

fn worker_of(store: &dyn Store) -> i64 {
    let worker = store::NewWorker {
        host: "h".to_owned(),
        boot_id: "b".to_owned(),
        pid: 1,
        pid_started: "1".to_owned(),
        senders: 1,
        version: "0".to_owned(),
    };
    store.register(&worker).expect("registers")
}

/// One message comes in, is claimed and becomes a dead letter.
fn bury_one(store: &dyn Store) {
    store.enqueue(&[message("x")], 0).expect("enqueues");
    let worker = worker_of(store);
    let words = ["gateway:default".to_owned()];
    let wanted = [store::Wanted { lane: "gateway:default", task_funcs: &words, count: 1, rate: None }];
    let claims = store.exchange(&store::Turn { worker, settlements: &[], wanted: &wanted }).expect("claims").claims;
    let dead = || Fate::Dead { failure: Failure::new(ErrorType::Rejected, "no such number") };
    let settlements: Vec<_> = claims.into_iter().map(|claim| claim.settle(dead(), None)).collect();
    let turn = store::Turn { worker, settlements: &settlements, wanted: &[] };
    assert_eq!(store.exchange(&turn).expect("settles").settled, [store::Settled::Done]);
}

#[test]
fn triggers_of_another_program_see_what_smsctl_writes() {
    let (_directory, path) = scratch();
    let store = make(&path);
    bury_one(&*store);
    // The store is open meanwhile, as under a worker.
    raw(
        &path,
        "CREATE TABLE seen (what TEXT);
         CREATE TRIGGER watch_tasks AFTER UPDATE ON queued_tasks BEGIN INSERT INTO seen VALUES (NEW.status); END;
         CREATE TRIGGER watch_letters AFTER INSERT ON dead_letter_messages BEGIN INSERT INTO seen VALUES ('letter'); END;",
    );
    bury_one(&*store);
    let seen = || -> Vec<String> {
        let connection = Connection::open(&path).expect("opens");
        let mut statement = connection.prepare("SELECT what FROM seen").expect("prepares");
        statement.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
    };
    assert_eq!(seen(), ["processing", "failed", "letter"]);
    // Where the counting triggers fire too, no dead letter is counted twice.
    assert_eq!(store.stats().expect("counts").dead_letters.pending, 2);
    raw(&path, "DROP TRIGGER watch_tasks; DROP TRIGGER watch_letters");
    bury_one(&*store);
    assert_eq!(seen().len(), 3, "they are gone");
    assert_eq!(store.stats().expect("counts").dead_letters.pending, 3);
}

#[test]
fn an_index_that_lacks_rows_is_told_to_be_made_again() {
    let (_directory, path) = scratch();
    make(&path).enqueue(&[message("a")], 0).expect("enqueues");
    raw(
        &path,
        "PRAGMA writable_schema = ON;
         CREATE TEMP TABLE away AS SELECT * FROM sqlite_schema WHERE name = 'queued_tasks_recipient';
         DELETE FROM sqlite_schema WHERE name = 'queued_tasks_recipient';
         PRAGMA writable_schema = RESET;
         UPDATE queued_tasks SET recipient = '+2';
         INSERT INTO queued_tasks (task_name, task_func, recipient) VALUES ('sms', 'x', '+3');
         PRAGMA writable_schema = ON;
         INSERT INTO sqlite_schema SELECT * FROM away;
         PRAGMA writable_schema = RESET;",
    );
    let store = open(&path, Access::Existing).expect("opens").store;
    let findings = store.check().expect("checks");
    assert!(!findings.is_empty(), "it lacks a row");
    for found in findings {
        assert!(found.hint.as_deref().is_some_and(|hint| hint.ends_with("REINDEX`")), "{found:?}");
    }
    raw(&path, "REINDEX");
    assert_eq!(store.check().expect("checks"), []);
}

#[test]
fn an_index_that_lists_what_is_over_sends_nothing() {
    let (_directory, path) = scratch();
    let store = make(&path);
    store.enqueue(&[message("a"), message("b"), message("c")], 0).expect("enqueues");
    drop(store);
    // The table changes while the index is out of sight; both are whole in themselves.
    raw(
        &path,
        "PRAGMA writable_schema = ON;
         CREATE TEMP TABLE away AS SELECT * FROM sqlite_schema WHERE name = 'queued_tasks_claim';
         DELETE FROM sqlite_schema WHERE name = 'queued_tasks_claim';
         PRAGMA writable_schema = RESET;
         UPDATE queued_tasks SET status = 'completed' WHERE id = 2;
         PRAGMA writable_schema = ON;
         INSERT INTO sqlite_schema SELECT * FROM away;
         PRAGMA writable_schema = RESET;",
    );
    let store = open(&path, Access::Existing).expect("opens").store;
    let findings = store.check().expect("checks");
    assert!(
        matches!(&findings[..], [one] if one.kind == "integrity" && one.message.contains("`queued_tasks_claim` lists 3 rows")),
        "{findings:?}"
    );
    assert!(findings[0].hint.as_deref().is_some_and(|hint| hint.ends_with("REINDEX`")), "{findings:?}");
    let worker = worker_of(&*store);
    let words = ["gateway:default".to_owned()];
    let wanted = [store::Wanted { lane: "gateway:default", task_funcs: &words, count: 3, rate: None }];
    let failed = store.exchange(&store::Turn { worker, settlements: &[], wanted: &wanted }).expect_err("is refused");
    assert!(matches!(&failed, StoreError::Damaged { .. }), "{failed:?}");
    assert!(!failed.is_transient(), "a worker ends");
    assert_eq!(
        store.list(&Filter::default()).expect("lists").iter().filter(|task| task.status == State::Pending).count(),
        2
    );
    raw(&path, "REINDEX");
    assert_eq!(store.check().expect("checks"), []);
    assert_eq!(
        store.exchange(&store::Turn { worker, settlements: &[], wanted: &wanted }).expect("claims").claims.len(),
        2
    );
}
