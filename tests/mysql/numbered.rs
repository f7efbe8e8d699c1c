//! Tables that number their rows in a way that smsctl cannot follow: beyond what it holds, or not at all.

use smsctl::queue::{Filter, Order};
use smsctl::store::{Access, Store, StoreError, Turn, Wanted};

use crate::database::{Connection, Database};
use crate::harness::World;
use crate::takeover::APPLICATION;
use crate::{LANE, Nobody, assert_sound, claim, completed, message, open, register};

/// The first number that is no `BIGINT` any more.
const BEYOND: &str = "9223372036854775808";

/// Nobody listens there: what is refused is refused before anything is asked of it.
const GATEWAY: &str = "[gateways.default]\nprofile = \"hkt\"\nbase_url = \"http://127.0.0.1:1\"\napplication_id = \"App\"\n\
                       sender = \"85212345678\"\n";

const WIDE: &str = "ALTER TABLE queued_tasks MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT";

fn exchange(store: &dyn Store, worker: i64) -> Result<smsctl::store::Exchange, StoreError> {
    let words = [LANE.to_owned()];
    let wanted = [Wanted { lane: LANE, task_funcs: &words, count: 4, rate: None }];
    store.exchange(&Turn { worker, settlements: &[], wanted: &wanted })
}

#[track_caller]
fn is_beyond<T>(answer: Result<T, StoreError>, number: &str) {
    let error = answer.err().expect("it cannot be held");
    assert!(matches!(&error, StoreError::Beyond { number: found } if found == number), "{error:?}");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_row_beyond_what_can_be_held_is_never_taken_for_another() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    other.run(WIDE);
    let worker = register(&*store);
    store.enqueue(&[message(None)], 0).expect("enqueues");
    let held = claim(&*store, worker, 1).remove(0);
    other.run(&format!(
        "INSERT INTO queued_tasks (id, task_name, task_func, recipient, content) \
         VALUES ({BEYOND}, 'sms', '{LANE}', '+85291234567', 'hello')"
    ));
    is_beyond(exchange(&*store, worker), BEYOND);
    is_beyond(store.list(&Filter::default()), BEYOND);
    is_beyond(store.change(&Filter::default(), Order::Cancel), BEYOND);
    let row = "SELECT concat_ws(' ', status, attempt) FROM queued_tasks WHERE id = 9223372036854775808";
    assert_eq!(other.text(row, 0), "pending 0");
    // What was sent before is written all the same.
    let settled = store.exchange(&Turn { worker, settlements: &[held.settle(completed(), None)], wanted: &[] });
    assert_eq!(settled.expect("settles").settled, [smsctl::store::Settled::Done]);

    let world = World::new().settings(GATEWAY).env("DATABASE_URL", database.url());
    for of_tasks in [
        ["enqueue", "--to", "+85291234567", "hello"].as_slice(),
        &["enqueue", "--to", "+85291234567", "--key", "k", "hello"],
    ] {
        let ran = world.smsctl(of_tasks).run().code(65).stdout("");
        let ran = ran.stderr_has("`queued_tasks`").stderr_has(&format!("the row {BEYOND} has the highest"));
        ran.stderr_has("hint: stop all that writes there").any_stderr();
    }
    assert_eq!(other.text("SELECT count(*) FROM queued_tasks", 0), "2", "nothing was added");
    let checked = world.smsctl(["db", "check"]).run().code(1).stderr("");
    checked.stdout_has(&format!("the row {BEYOND} has the highest")).any_stdout();
    let ran = world.smsctl(["work", "--drain"]).run().code(65).any_stdout();
    ran.stderr_has(BEYOND).stderr_has("smsctl db check");

    other.run("UPDATE queued_tasks SET id = 77 WHERE id > 9223372036854775807");
    other.run("ALTER TABLE queued_tasks AUTO_INCREMENT = 1");
    assert_eq!(claim(&*store, worker, 4).len(), 1);
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_rows_beyond_what_can_be_held_are_not_taken_over() {
    for (table, insert) in [
        ("queued_tasks", "INSERT INTO queued_tasks (id, task_name, task_func) VALUES"),
        ("dead_letter_messages", "INSERT INTO dead_letter_messages (id, recipient, content) VALUES"),
    ] {
        let database = Database::create();
        let mut application = database.connect();
        for statement in APPLICATION {
            application.run(statement);
        }
        application.run(&format!("ALTER TABLE {table} MODIFY id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT"));
        application.run(&format!("{insert} ({BEYOND}, 'a', 'b')"));
        refuses(&database, &mut application, table, &[BEYOND, "AUTO_INCREMENT = 1"]);
        // The numbers of rows that are gone are given all the same.
        application.run(&format!("DELETE FROM {table} WHERE id = {BEYOND}"));
        application.run(&format!("ALTER TABLE {table} AUTO_INCREMENT = 1"));
        let store = open(&database.url(), Access::Inspect).expect("opens");
        store.migrate().expect("migrates");
        assert_sound(&*store);
    }
}

/// `db migrate` ends before its first statement, and says `words` of `table`.
#[track_caller]
fn refuses(database: &Database, application: &mut Connection, table: &str, words: &[&str]) {
    let tables = "SELECT group_concat(table_name, ' ', create_time ORDER BY table_name) FROM information_schema.tables
        WHERE table_schema = DATABASE()";
    let before = application.text(tables, 0);
    let world = World::new().env("DATABASE_URL", database.url());
    for command in [["db", "migrate"].as_slice(), &["db", "migrate", "--dry-run"]] {
        let mut ran = world.smsctl(command).run().code(65).stdout("").stderr_has(&format!("the table `{table}`"));
        for word in words {
            ran = ran.stderr_has(word);
        }
        ran.stderr_has("hint: nothing was changed");
    }
    assert_eq!(application.text(tables, 0), before, "nothing was touched");
}

/// What a table of the application may have for its numbers.
const UNNUMBERED: &[(&str, &str)] = &[
    ("id INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY"),
    ("id INTEGER NOT NULL", "id INTEGER"),
    ("id INTEGER NOT NULL", "id CHAR(36) NOT NULL PRIMARY KEY"),
    ("id DOUBLE NOT NULL", "id DOUBLE NOT NULL AUTO_INCREMENT PRIMARY KEY"),
    ("id INTEGER NOT NULL", "id INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (id, task_func)"),
];

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_without_numbers_of_its_own_is_not_taken_over() {
    for (_, id) in UNNUMBERED {
        if id.contains("DOUBLE") && !Database::create().connect().text("SELECT VERSION()", 0).contains("MariaDB") {
            // MySQL makes no such table.
            continue;
        }
        let database = Database::create();
        let mut application = database.connect();
        let table =
            APPLICATION[1].replace("id INTEGER NOT NULL AUTO_INCREMENT", id).replace(", PRIMARY KEY (id))", ")");
        application.run(&table);
        refuses(&database, &mut application, "queued_tasks", &["`id`", "AUTO_INCREMENT PRIMARY KEY"]);
    }
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_that_lost_its_numbers_is_found_and_used_by_nobody() {
    let database = Database::create();
    let url = database.url();
    let store = open(&url, Access::Create).expect("makes the tables");
    register(&*store);
    let mut other = database.connect();
    let world = World::new().settings(GATEWAY).env("DATABASE_URL", &url);
    for (table, lost) in [
        ("queued_tasks", "MODIFY id BIGINT NOT NULL"),
        ("queued_tasks", "MODIFY id BIGINT NULL, DROP PRIMARY KEY"),
        ("dead_letter_messages", "MODIFY id BIGINT NOT NULL"),
    ] {
        other.run(&format!("ALTER TABLE {table} {lost}"));
        let error = store.recover(&Nobody).expect_err("a worker lets go of it");
        assert!(matches!(&error, StoreError::Unfit { table: found, .. } if found == table), "{error:?}");
        for command in [["work", "--drain"].as_slice(), &["enqueue", "--to", "+85291234567", "hello"]] {
            let ran = world.smsctl(command).run().code(65).stdout("");
            ran.stderr_has(&format!("the table `{table}`")).stderr_has("AUTO_INCREMENT");
        }
        let checked = world.smsctl(["db", "check"]).run().code(1).stderr("");
        checked.stdout_has(&format!("the table `{table}`")).stdout_has("AUTO_INCREMENT").any_stdout();
        let key = if lost.contains("DROP") { ", ADD PRIMARY KEY (id)" } else { "" };
        other.run(&format!("ALTER TABLE {table} MODIFY id BIGINT NOT NULL AUTO_INCREMENT{key}"));
        store.recover(&Nobody).expect("recovers");
        assert_sound(&*open(&url, Access::Existing).expect("opens"));
    }
}
