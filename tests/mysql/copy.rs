//! A queue moves to a server and back: what the two kinds of databases hold differently.

use std::path::Path;

use smsctl::queue::Filter;
use smsctl::store::{self, Access, Copied, Copy, CopyError, Keep, Location, Options, Side, Store, StoreError};

use crate::database::Database;
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
