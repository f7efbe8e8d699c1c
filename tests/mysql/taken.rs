//! What is in the way of taking an application's table over is found before the first statement, and what the application relies
//! on in its columns stays.

use smsctl::store::Access;

use crate::database::{Connection, Database};
use crate::harness::World;
use crate::takeover::APPLICATION;
use crate::{assert_sound, message, open};

/// What a DBA or an application may have done to its tables, and what is said of it. `@` is the table.
const IN_THE_WAY: &[(&str, &[&str], &[&str])] = &[
    ("queued_tasks", &["ALTER TABLE @ PARTITION BY HASH(id) PARTITIONS 4"], &["partitioned", "REMOVE PARTITIONING"]),
    ("queued_tasks", &["ALTER TABLE @ ROW_FORMAT = COMPACT"], &["COMPACT", "ROW_FORMAT = DYNAMIC"]),
    ("dead_letter_messages", &["ALTER TABLE @ ROW_FORMAT = REDUNDANT"], &["REDUNDANT", "ROW_FORMAT = DYNAMIC"]),
    ("queued_tasks", &["ALTER TABLE @ ADD revision INTEGER"], &["it has a column `revision`"]),
    ("queued_tasks", &["ALTER TABLE @ ADD stranded INTEGER"], &["it has a column `stranded`"]),
    ("dead_letter_messages", &["ALTER TABLE @ ADD task_id INTEGER"], &["it has a column `task_id`"]),
    (
        "queued_tasks",
        &["ALTER TABLE @ MODIFY task_func VARCHAR(255) NOT NULL"],
        &["`task_func` takes 255 characters, and smsctl's 200", "no row has more", "VARCHAR(200)"],
    ),
    (
        "queued_tasks",
        &[
            "ALTER TABLE @ MODIFY task_func VARCHAR(500) NOT NULL",
            "UPDATE @ SET task_func = repeat('f', 400) WHERE id = 5",
        ],
        &["`task_func` takes 500 characters", "the row 5 has 400"],
    ),
    (
        "queued_tasks",
        &["ALTER TABLE @ MODIFY args BLOB", "UPDATE @ SET args = x'fffe41' WHERE id = 6"],
        &["`args` holds bytes that are no UTF-8 in the row 6"],
    ),
    (
        "dead_letter_messages",
        &["ALTER TABLE @ MODIFY content BLOB NOT NULL", "UPDATE @ SET content = x'41ff' WHERE id = 2"],
        &["`content` holds bytes that are no UTF-8 in the row 2"],
    ),
    (
        "queued_tasks",
        &["ALTER TABLE @ ADD wide VARCHAR(15000) CHARACTER SET utf8mb4"],
        &["bytes of a row, which has 65535"],
    ),
];

/// What MariaDB alone has.
const IN_THE_WAY_OF_MARIADB: &[(&str, &[&str], &[&str])] = &[
    ("queued_tasks", &["ALTER TABLE @ ADD SYSTEM VERSIONING"], &["SYSTEM VERSIONING", "drops the history"]),
    (
        "queued_tasks",
        &["ALTER TABLE @ DROP COLUMN id", "ALTER TABLE @ ADD COLUMN id UUID NOT NULL DEFAULT uuid() PRIMARY KEY"],
        &["its column `id` is a UUID"],
    ),
];

const TABLES: &str = "SELECT group_concat(table_name, '.', column_name, ' ', column_type ORDER BY table_name, ordinal_position SEPARATOR ', ')
    FROM information_schema.columns WHERE table_schema = DATABASE()";

fn application() -> (Database, Connection) {
    let database = Database::create();
    let mut application = database.connect();
    application.run("SET SESSION group_concat_max_len = 100000");
    for statement in APPLICATION {
        application.run(statement);
    }
    (database, application)
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_table_that_cannot_be_taken_over_is_left_alone() {
    let is_mariadb = application().1.text("SELECT VERSION()", 0).contains("MariaDB");
    let of_mariadb = if is_mariadb { IN_THE_WAY_OF_MARIADB } else { &[] };
    for (table, statements, words) in IN_THE_WAY.iter().chain(of_mariadb) {
        let (database, mut application) = application();
        for statement in *statements {
            application.run(&statement.replace('@', table));
        }
        let before = application.text(TABLES, 0);
        let world = World::new().env("DATABASE_URL", database.url());
        for command in [["db", "migrate"].as_slice(), &["db", "migrate", "--dry-run"]] {
            let mut ran = world.smsctl(command).run().code(65).stdout("");
            ran = ran.stderr_has(&format!("the table `{table}` of the database"));
            for words in *words {
                ran = ran.stderr_has(words);
            }
            ran.stderr_has("hint: ").any_stderr();
        }
        assert_eq!(application.text(TABLES, 0), before, "{statements:?}: nothing was changed");
    }
}

/// What nobody foretold.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_migration_that_stops_half_way_says_where_and_goes_on() {
    let (database, mut application) = application();
    application.run("ALTER TABLE queued_tasks MODIFY max_retries VARCHAR(20)");
    application.run("UPDATE queued_tasks SET max_retries = 'many' WHERE id = 5");
    let world = World::new().env("DATABASE_URL", database.url());
    let ran = world.smsctl(["db", "migrate"]).run().code(65).stdout("");
    ran.stderr_has("migration 2 `queue` stopped half-way")
        .stderr_has("caused by: error 1")
        .never_says("many")
        .any_stderr();
    application.run("UPDATE queued_tasks SET max_retries = '3' WHERE id = 5");
    world.smsctl(["db", "migrate"]).run().success().any_stdout().stderr("");
    assert_sound(&*open(&database.url(), Access::Existing).expect("opens"));
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_columns_that_are_wider_stay_and_keep_their_defaults() {
    let (database, mut application) = application();
    application.run("UPDATE queued_tasks SET max_retries = 3, retry_count = 0 WHERE max_retries IS NULL");
    application.run(
        "ALTER TABLE queued_tasks MODIFY task_name TEXT NOT NULL, MODIFY status VARCHAR(64) DEFAULT 'held', MODIFY kwargs LONGTEXT,
         MODIFY error_message MEDIUMTEXT, MODIFY max_retries INTEGER NOT NULL DEFAULT 5, MODIFY retry_count BIGINT NOT NULL DEFAULT 0",
    );
    application
        .run("ALTER TABLE dead_letter_messages MODIFY error_type VARCHAR(90), MODIFY max_retries INTEGER DEFAULT 7");
    application.run("UPDATE queued_tasks SET status = repeat('s', 60), max_retries = 5, retry_count = 0 WHERE id = 3");
    let world = World::new().env("DATABASE_URL", database.url());
    let plan = world.smsctl(["db", "migrate", "--dry-run"]).run().success().stderr("");
    plan.stdout_has("VARCHAR(64)").stdout_has("DEFAULT 5").any_stdout();
    let store = open(&database.url(), Access::Inspect).expect("opens");
    store.migrate().expect("migrates");
    let columns = "SELECT group_concat(column_name, ' ', data_type, ' ', coalesce(character_maximum_length, ''), ' ',
            trim(BOTH '''' FROM coalesce(column_default, '')) ORDER BY column_name SEPARATOR ', ')
        FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'queued_tasks'
         AND column_name IN ('task_name', 'status', 'kwargs', 'error_message', 'max_retries', 'retry_count')";
    let columns = application.text(columns, 0);
    for (column, want) in [
        ("error_message", "mediumtext 16777215"),
        ("kwargs", "longtext 4294967295"),
        ("max_retries", "int  5"),
        ("retry_count", "bigint  0"),
        ("status", "varchar 64 held"),
        ("task_name", "text 65535"),
    ] {
        assert!(columns.contains(&format!("{column} {want}")), "{column}: {columns}");
    }
    // The application goes on as before, and so do we.
    application.run("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'gateway:default')");
    let row = "SELECT concat_ws(' ', status, max_retries) FROM queued_tasks ORDER BY id DESC LIMIT 1";
    assert_eq!(application.text(row, 0), "held 5");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    let stats = store.stats().expect("counts").tasks;
    assert_eq!((stats.other, stats.held), (1, 1));
    let findings = store.check().expect("checks");
    assert!(findings.iter().all(|finding| ["status", "stranded"].contains(&finding.kind)), "{findings:#?}");
    application.run("UPDATE queued_tasks SET status = 'pending' WHERE id = 3");
    assert_sound(&*store);
}
