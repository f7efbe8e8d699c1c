//! A queue moves to a server and back: what the two kinds of databases hold differently.

use std::path::Path;

use smsctl::queue::{ErrorType, Failure, Fate, Filter};
use smsctl::store::{
    self, Access, Copied, Copy, CopyError, Keep, Leftovers, Location, Options, Side, Store, StoreError, Turn,
};

use crate::database::Database;
use crate::harness::{World, until};
use crate::{assert_sound, message, open};

/// A queue in a new file.
fn file(directory: &Path) -> Box<dyn Store> {
    let location = Location::Sqlite(directory.join("queue.db"));
    store::open(&location, &Options::new(Access::Create)).expect("opens").store
}

fn copy(from: &dyn Store, to: &dyn Store) -> Result<Copied, StoreError> {
    let copy = Copy::begin(Side { store: from, location: "from" }, Side { store: to, location: "to" })?;
    let copied = copy.run(&mut |_| {})?;
    copy.finish(Keep::Target)?;
    Ok(copied)
}

/// As another program writes to a file.
fn other_program(directory: &Path, statement: &str) {
    let connection = rusqlite::Connection::open(directory.join("queue.db")).expect("opens");
    connection.execute(statement, []).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_names_a_row_that_it_cannot_hold_and_the_copy_goes_on_when_it_is_mended() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let database = Database::create();
    let (from, to) = (file(directory.path()), open(&database.url(), Access::Create).expect("opens"));
    let id = from.enqueue(&[message(None)], 0).expect("enqueues")[0].id;
    for (column, value, reason) in [
        ("error_message", "hex(zeroblob(40000))", "`error_message` has 80000 bytes, and the target takes 65535"),
        ("sender", "hex(zeroblob(200))", "`sender` has 400 characters, and the target takes 255"),
        ("max_retries", "3000000000", "`max_retries` is 3000000000, and the target takes -2147483648 to 2147483647"),
        ("started_at", "'yesterday'", "`started_at` holds what is no time"),
        ("retry_count", "'many'", "`retry_count` holds what is no whole number"),
        ("content", "CAST(x'ff' AS TEXT)", "`content` is not valid UTF-8"),
    ] {
        other_program(directory.path(), &format!("UPDATE queued_tasks SET {column} = {value} WHERE id = {id}"));
        let error = copy(&*from, &*to).expect_err(column);
        let want = format!("the row queued_tasks.{id} cannot be copied: {reason}");
        assert_eq!(error.to_string(), want);
        assert!(matches!(error, StoreError::Copy(CopyError::Row { .. })), "{error:?}");
        let mended = if column == "retry_count" || column == "max_retries" { "3" } else { "NULL" };
        other_program(directory.path(), &format!("UPDATE queued_tasks SET {column} = {mended} WHERE id = {id}"));
    }
    copy(&*from, &*to).expect("copies");
    assert_sound(&*to);
    assert_eq!(to.list(&Filter::default()).expect("lists")[0].max_retries, 3);
}

/// Times of other programs, and what they are in both kinds of databases.
const TIMES: &[(&str, &str)] = &[
    ("9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999"),
    ("9999-12-31", "9999-12-31 00:00:00.000000"),
    ("1000-01-01 00:00:00", "1000-01-01 00:00:00.000000"),
    ("0001-01-01 00:00:00.5", "0001-01-01 00:00:00.500000"),
    ("0000-00-00 00:00:00", "0000-00-00 00:00:00.000000"),
    ("1969-12-31 23:59:59.999", "1969-12-31 23:59:59.999000"),
    ("2026-11-24T16:00:00Z", "2026-11-24 16:00:00.000000"),
    ("2026-11-24 16:00:00.123456000", "2026-11-24 16:00:00.123456"),
    ("2024-02-29 12:00", "2024-02-29 12:00:00.000000"),
];

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_times_at_the_ends_are_copied_as_they_are() {
    let [first, last] = [(); 2].map(|()| tempfile::tempdir().expect("a scratch directory"));
    let database = Database::create();
    let (from, to) = (file(first.path()), open(&database.url(), Access::Create).expect("opens"));
    let ids: Vec<i64> = TIMES.iter().map(|_| from.enqueue(&[message(None)], 0).expect("enqueues")[0].id).collect();
    for (id, (written, _)) in ids.iter().zip(TIMES) {
        let set = ["available_at", "expires_at", "created_at"].map(|column| format!("{column} = '{written}'"));
        other_program(first.path(), &format!("UPDATE queued_tasks SET {} WHERE id = {id}", set.join(", ")));
    }
    copy(&*from, &*to).expect("to the server");
    let mut connection = database.connect();
    // As a server without strict mode has it.
    connection.run("SET sql_mode = ''");
    let file = file(last.path());
    copy(&*to, &*file).expect("and back");
    let there = rusqlite::Connection::open(last.path().join("queue.db")).expect("opens");
    for (id, (written, want)) in ids.iter().zip(TIMES) {
        for column in ["available_at", "expires_at", "created_at"] {
            let query = format!("SELECT CAST({column} AS CHAR) FROM queued_tasks WHERE id = {id}");
            assert_eq!(connection.text(&query, 0), *want, "{written} in {column}, on the server");
            let found: String = there.query_row(&query, [], |row| row.get(0)).expect("a row");
            assert_eq!(found, *want, "{written} in {column}, in the file");
        }
        assert!(
            there
                .query_row(&format!("SELECT started_at IS NULL FROM queued_tasks WHERE id = {id}"), [], |row| row
                    .get::<_, bool>(0))
                .expect("a row")
        );
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_times_that_a_copy_would_change_are_told_with_their_row() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let database = Database::create();
    let (from, to) = (file(directory.path()), open(&database.url(), Access::Create).expect("opens"));
    let ids = from.enqueue(&[message(None), message(None)], 0).expect("enqueues");
    let id = ids[1].id;
    let fine = "`available_at` is a time finer than a microsecond";
    let none = "`available_at` holds what is no time";
    for (written, reason) in [
        ("'2026-11-24 16:00:00.123456789'", fine),
        ("'2026-11-24T16:00:00.0000001Z'", fine),
        ("'-000044-03-15 12:00:00'", "`available_at` is a time before the year 0"),
        ("'-0044-03-15 12:00:00'", none),
        ("'10000-01-01 00:00:00'", none),
        ("'2026-06-30 23:59:60'", none),
        ("'2026-11-00 00:00:00'", none),
        ("20261124", none),
        ("2461369.5", none),
    ] {
        other_program(directory.path(), &format!("UPDATE queued_tasks SET available_at = {written} WHERE id = {id}"));
        let error = copy(&*from, &*to).expect_err(written);
        assert_eq!(error.to_string(), format!("the row queued_tasks.{id} cannot be copied: {reason}"), "{written}");
    }
    other_program(directory.path(), "UPDATE queued_tasks SET available_at = NULL");
    // What the server alone knows that it does not take.
    other_program(directory.path(), "ALTER TABLE queued_tasks ADD COLUMN seen DATETIME");
    other_program(directory.path(), &format!("UPDATE queued_tasks SET seen = '1969-11-24 16:00:00.5' WHERE id = {id}"));
    let mut connection = database.connect();
    connection.run("ALTER TABLE queued_tasks ADD COLUMN seen TIMESTAMP(6) NULL");
    let error = copy(&*from, &*to).expect_err("it begins in 1970").to_string();
    let want = format!("the row queued_tasks.{id} cannot be copied: `seen` is not what the server takes: error 1292");
    assert!(error.starts_with(&want), "{error}");
    connection.run("ALTER TABLE queued_tasks MODIFY seen DATETIME NULL");
    let error = copy(&*from, &*to).expect_err("it would be rounded").to_string();
    let want = "`seen` has 1 digits below the second, and the target takes 0";
    assert_eq!(error, format!("the row queued_tasks.{id} cannot be copied: {want}"));
    connection.run("ALTER TABLE queued_tasks MODIFY seen DATETIME(1) NULL");
    copy(&*from, &*to).expect("copies");
    // And on the way back.
    connection.run("SET sql_mode = ''");
    connection.run(&format!("UPDATE queued_tasks SET available_at = '2026-11-00 00:00:00' WHERE id = {id}"));
    let back = tempfile::tempdir().expect("a scratch directory");
    let file = file(back.path());
    other_program(back.path(), "ALTER TABLE queued_tasks ADD COLUMN seen DATETIME");
    let error = copy(&*to, &*file).expect_err("no such day").to_string();
    assert_eq!(error, format!("the row queued_tasks.{id} cannot be copied: {none}"));
    connection.run(&format!("UPDATE queued_tasks SET available_at = '2026-11-01' WHERE id = {id}"));
    copy(&*to, &*file).expect("copies");
    assert_sound(&*file);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_takes_columns_of_another_program_where_both_have_them() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let database = Database::create();
    let (from, to) = (file(directory.path()), open(&database.url(), Access::Create).expect("opens"));
    from.enqueue(&[message(None)], 0).expect("enqueues");
    other_program(directory.path(), "ALTER TABLE queued_tasks ADD COLUMN cost REAL");
    other_program(directory.path(), "UPDATE queued_tasks SET cost = 0.1");
    let error = copy(&*from, &*to).expect_err("it would be lost");
    assert!(matches!(error, StoreError::Copy(CopyError::ColumnMissing { .. })), "{error:?}");
    let mut connection = database.connect();
    connection.run("ALTER TABLE queued_tasks ADD COLUMN cost VARCHAR(5)");
    let error = copy(&*from, &*to).expect_err("it would be another value");
    assert!(matches!(error, StoreError::Copy(CopyError::ColumnKind { .. })), "{error:?}");
    connection.run("ALTER TABLE queued_tasks MODIFY cost DOUBLE");
    copy(&*from, &*to).expect("copies");
    assert_eq!(connection.text("SELECT cost FROM queued_tasks", 0), "0.1");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_hours_are_counted_once_however_many_workers_wrote_them() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let database = Database::create();
    let (from, to) = (open(&database.url(), Access::Create).expect("opens"), file(directory.path()));
    database.connect().run(
        "INSERT INTO tallies (kind, name, word, shard, n) VALUES ('hour', '2026-11-24 10', 'accepted', 1, 2), \
         ('hour', '2026-11-24 10', 'accepted', 2, 3), ('hour', '2026-11-24 11', 'accepted', 2, 1)",
    );
    let previewed = store::copy::rows(&*from).expect("counts");
    let copied = copy(&*from, &*to).expect("copies");
    let copied: Vec<_> = copied.tables.iter().map(|table| (table.name, table.rows)).collect();
    assert_eq!(previewed, copied);
    assert!(copied.contains(&("hours", 2)), "{copied:?}");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_takes_texts_of_megabytes() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let database = Database::create();
    let (from, to) = (file(directory.path()), open(&database.url(), Access::Create).expect("opens"));
    from.enqueue(&vec![message(None); 8], 0).expect("enqueues");
    other_program(directory.path(), "UPDATE queued_tasks SET kwargs = hex(zeroblob(1000000 + id))");
    copy(&*from, &*to).expect("copies");
    assert_sound(&*to);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_that_somebody_took_away_are_missed_and_made_again() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("opens");
    assert!(store.schema().expect("reports").limits.is_empty());
    let mut connection = database.connect();
    let names = "SELECT group_concat(trigger_name) FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
    let names = connection.text(names, 0);
    let names: Vec<_> = names.split(',').collect();
    for name in &names {
        connection.run(&format!("DROP TRIGGER {name}"));
    }
    let limits = store.schema().expect("reports").limits;
    assert!(limits[0].starts_with(&format!("{} triggers are missing", names.len())), "{limits:?}");
    let kinds: Vec<_> = store.check().expect("checks").iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, vec!["schema"; names.len()]);
    store.migrate().expect("makes them again");
    assert!(store.schema().expect("reports").limits.is_empty());
    assert_sound(&*store);
}

/// As tools do that change a large table: they copy it, and rename both.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_that_went_with_a_renamed_table_are_missed_and_made_again() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("opens");
    let mut connection = database.connect();
    connection.run("CREATE TABLE queued_tasks_new LIKE queued_tasks");
    connection.run("RENAME TABLE queued_tasks TO queued_tasks_old, queued_tasks_new TO queued_tasks");
    let foreign = "INSERT INTO queued_tasks (task_name, task_func, args) VALUES ('sms', 'gateway:default', '[]')";
    connection.run(foreign);
    let limits = store.schema().expect("reports").limits;
    assert!(limits[0].contains("triggers are missing"), "{limits:?}");
    assert!(!store.check().expect("checks").is_empty());
    store.migrate().expect("makes them again");
    assert!(store.schema().expect("reports").limits.is_empty());
    // What came while nobody counted is counted now, and what comes is.
    connection.run(foreign);
    assert_sound(&*store);
    assert_eq!(store.stats().expect("counts").tasks.pending, 2);
}

/// An enqueue that began before the queue was closed, and is held up, may still be acknowledged: then the copy has it.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_copy_waits_for_what_is_being_written() {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let database = Database::create();
    let (from, to) = (open(&database.url(), Access::Create).expect("opens"), file(directory.path()));
    from.enqueue(&[message(None)], 0).expect("enqueues");
    let mut blocker = database.connect();
    blocker.run("START TRANSACTION");
    blocker.run("SELECT * FROM tallies FOR UPDATE");
    let mut watcher = database.connect();
    let mut is_running = |statement: &str| {
        let query = "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND command = 'Query' AND info LIKE";
        watcher.text(&format!("{query} '%{statement}%' AND id <> CONNECTION_ID()"), 0) != "0"
    };
    std::thread::scope(|scope| {
        let enqueue = scope.spawn(|| from.enqueue(&[message(None)], 0));
        until("the enqueue is held up", || is_running("INTO tallies"));
        let copy = scope.spawn(|| copy(&*from, &*to));
        until("the copy waits, or is done", || copy.is_finished() || is_running("DELETE FROM marks"));
        blocker.run("ROLLBACK");
        let acknowledged = enqueue.join().expect("ends").map_or(0, |tasks| tasks.len());
        copy.join().expect("ends").expect("copies");
        assert_eq!(to.list(&Filter::default()).expect("lists").len(), 1 + acknowledged, "one was left behind");
    });
    assert_sound(&*to);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_truncate_is_found_by_a_check_and_mended_by_a_repair() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("opens");
    store.enqueue(&vec![message(None); 3], 0).expect("enqueues");
    let worker = crate::register(&*store);
    let rejected = Fate::Dead { failure: Failure::new(ErrorType::Rejected, "400") };
    let settlements: Vec<_> =
        crate::claim(&*store, worker, 1).into_iter().map(|claim| claim.settle(rejected.clone(), None)).collect();
    store.exchange(&Turn { worker, settlements: &settlements, wanted: &[] }).expect("settles");
    store.retire(worker).expect("retires");
    assert_sound(&*store);
    // It fires no trigger.
    database.connect().run("TRUNCATE TABLE queued_tasks");
    assert_eq!(store.stats().expect("counts").tasks.pending, 2);
    let kinds = |store: &dyn Store| -> std::collections::BTreeSet<_> {
        store.check().expect("checks").iter().map(|finding| finding.kind).collect()
    };
    assert_eq!(kinds(&*store), ["leftovers", "tallies"].into());
    store.recount().expect("recounts");
    assert_eq!(store.stats().expect("counts").tasks.pending, 0);
    assert_eq!(kinds(&*store), ["leftovers"].into());
    assert_eq!(store.remove_leftovers().expect("removes"), Leftovers { attempts: 1, dead_letters: 1 });
    assert_sound(&*store);
    let id = store.enqueue(&[message(None)], 0).expect("enqueues")[0].id;
    assert_eq!((id, store.attempts(id).expect("reads").len()), (1, 0), "it inherits nothing");
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_counts_what_a_store_meets_and_its_worker_tells_it() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("opens");
    let worker = crate::register(&*store);
    let mut connection = database.connect();
    // One that ends by itself meanwhile is no longer there to be killed.
    for id in connection.ids_of_others() {
        connection.try_run(&format!("KILL {id}"));
    }
    store.enqueue(&[message(None)], 0).expect("on another connection");
    store.heartbeat(worker).expect("beats");
    let counters = store.workers().expect("lists")[0].counters.expect("it has told");
    assert_eq!((counters.lost_connections, counters.repeated), (1, 1), "{counters:?}");
    assert!(counters.pool_open > 0, "{counters:?}");
}

/// For the number 0 a server takes the next one, and behind the last of all there is none.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_number_that_a_server_does_not_keep_is_told_before_anything_is_closed() {
    let world = World::new();
    let directory = world.path("");
    let from = file(&directory);
    from.enqueue(&[message(None)], 0).expect("enqueues");
    let is_made = Database::create();
    drop(open(&is_made.url(), Access::Create).expect("makes the tables"));
    let is_empty = Database::create();
    for (table, number, reason) in
        [("queued_tasks", 0, "is 0"), ("queued_tasks", i64::MAX, "is 9223372036854775807"), ("batches", 0, "is 0")]
    {
        let columns = if table == "batches" { "name, created_at" } else { "task_name, task_func" };
        other_program(&directory, &format!("INSERT INTO {table} (id, {columns}) VALUES ({number}, 'n', 'app.f')"));
        for target in [&is_made, &is_empty] {
            for more in [["--dry-run"].as_slice(), &["--yes"]] {
                let ran = world
                    .smsctl(["db", "copy", "sqlite:///queue.db", &target.url()])
                    .args(more)
                    .run()
                    .code(65)
                    .stdout("");
                ran.stderr_has(&format!("the row {table}.{number} cannot be copied: `id` {reason}"))
                    .stderr_has("mend the row");
            }
        }
        assert!(from.copying().closure().expect("reads").is_none(), "it is open");
        other_program(&directory, &format!("DELETE FROM {table} WHERE id = {number}"));
    }
    other_program(&directory, "INSERT INTO queued_tasks (id, task_name, task_func) VALUES (-7, 'n', 'app.f')");
    // The row at the end is gone, and its number was given all the same.
    let copy = ["db", "copy", "--yes", "sqlite:///queue.db"];
    for (target, more) in [(&is_made, "--dry-run"), (&is_made, "--yes"), (&is_empty, "--dry-run"), (&is_empty, "--yes")]
    {
        let ran = world.smsctl(["db", "copy", "sqlite:///queue.db", &target.url(), more]).run().code(65).stdout("");
        ran.stderr_has("the count of `queued_tasks` in `sqlite:///")
            .stderr_has("is 9223372036854775807, behind which the target takes no further row")
            .stderr_has("UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM queued_tasks)");
    }
    other_program(&directory, "UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM queued_tasks)");
    world.smsctl(copy).args([is_empty.url()]).run().success().any_stdout().any_stderr();
    let there = open(&is_empty.url(), Access::Existing).expect("opens");
    assert_eq!(there.list(&Filter::default()).expect("lists").iter().map(|task| task.id).collect::<Vec<_>>(), [-7, 1]);
}

/// A number that a row had which is gone is given to no other row, whichever way the queue goes.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_count_at_its_end_goes_to_no_server_and_stays_there_in_a_file() {
    let world = World::new();
    let (database, other) = (Database::create(), Database::create());
    let from = open(&database.url(), Access::Create).expect("makes the tables");
    from.enqueue(&[message(None)], 0).expect("enqueues");
    let mut connection = database.connect();
    connection.run("INSERT INTO queued_tasks (id, task_name, task_func) VALUES (9223372036854775807, 'n', 'app.f')");
    connection.run("DELETE FROM queued_tasks WHERE id > 1");
    let refused = world.smsctl(["db", "copy", "--yes", &database.url(), &other.url()]).run().code(65).stdout("");
    refused
        .stderr_has("the count of `queued_tasks` in ")
        .stderr_has("behind which the target takes no further row")
        .stderr_has("`ALTER TABLE queued_tasks AUTO_INCREMENT = 1`");
    assert!(from.copying().closure().expect("reads").is_none(), "it is open");
    world
        .smsctl(["db", "copy", "--yes", &database.url(), "sqlite:///queue.db"])
        .run()
        .success()
        .any_stdout()
        .any_stderr();
    let queue = ["--database", "sqlite:///queue.db", "enqueue", "--to", "+85291234567", "hello"];
    world.smsctl(queue).run().code(65).stdout("").stderr_has("no number left").any_stderr();
    // With the count set back it goes to a server, and a column that takes less has less.
    let (database, other) = (Database::create(), Database::create());
    let from = open(&database.url(), Access::Create).expect("makes the tables");
    from.enqueue(&[message(None)], 0).expect("enqueues");
    let mut connection = database.connect();
    connection.run("ALTER TABLE queued_tasks MODIFY id INT NOT NULL AUTO_INCREMENT");
    connection.run("INSERT INTO queued_tasks (id, task_name, task_func) VALUES (2147483647, 'n', 'app.f')");
    connection.run("DELETE FROM queued_tasks WHERE id > 1");
    world.smsctl(["db", "copy", "--yes", &database.url(), &other.url()]).run().success().any_stdout().any_stderr();
    let there = open(&other.url(), Access::Existing).expect("opens");
    assert_eq!(there.enqueue(&[message(None)], 0).expect("enqueues")[0].id, 2_147_483_648, "no number is given twice");
}
