//! Defaults of a server that would change what statements do: every session of smsctl has its own.

use smsctl::queue::{Filter, NewTask, Payload};
use smsctl::store::{Access, Settled, StoreError, Turn};

use crate::database::{Connection, Database};
use crate::harness::World;
use crate::takeover::APPLICATION;
use crate::{assert_sound, claim, completed, message, open, register};

/// What an administrator may have set for all.
const VARIABLES: &[(&str, &str)] = &[
    ("autocommit", "0"),
    ("completion_type", "'CHAIN'"),
    ("default_storage_engine", "MyISAM"),
    ("foreign_key_checks", "0"),
    ("max_join_size", "1"),
    ("sql_auto_is_null", "1"),
    ("sql_mode", "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ORACLE'"),
    ("sql_safe_updates", "1"),
    ("sql_select_limit", "3"),
    ("transaction_isolation", "'SERIALIZABLE'"),
    ("transaction_read_only", "1"),
    ("unique_checks", "0"),
];

fn set(root: &mut Connection) {
    let is_mariadb = root.text("SELECT VERSION()", 0).contains("MariaDB");
    let own: &[_] = if is_mariadb {
        &[("max_statement_time", "0.000001"), ("alter_algorithm", "'INSTANT'")]
    } else {
        &[("max_execution_time", "1")]
    };
    for (name, value) in VARIABLES.iter().chain(own).copied() {
        let (name, value) = match (is_mariadb, name) {
            (true, "transaction_isolation") => ("tx_isolation", value),
            (true, "transaction_read_only") => ("tx_read_only", value),
            (false, "sql_mode") => (name, "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'"),
            _ => (name, value),
        };
        root.run(&format!("SET GLOBAL {name} = {value}"));
    }
}

/// On a server of its own: other cases go on meanwhile on theirs.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_defaults_of_the_server_change_nothing() {
    let server = crate::own::OwnServer::start(&[]);
    let database = Database::on(server.url());
    let mut application = database.connect();
    for statement in APPLICATION {
        application.run(statement);
    }
    set(&mut application);
    let world = World::new().env("DATABASE_URL", database.url());
    world.smsctl(["db", "migrate"]).run().success().any_stdout().stderr("");
    let store = open(&database.url(), Access::Existing).expect("opens");
    let enqueued = store.enqueue(&[message(Some("one")), message(Some("two"))], 10).expect("enqueues");
    assert_eq!(enqueued.len(), 2);
    let worker = register(&*store);
    let settlements: Vec<_> =
        claim(&*store, worker, 2).into_iter().map(|claim| claim.settle(completed(), None)).collect();
    let turn = Turn { worker, settlements: &settlements, wanted: &[] };
    assert_eq!(store.exchange(&turn).expect("settles").settled, [Settled::Done; 2]);
    assert_eq!(store.list(&Filter::default()).expect("lists").len(), 8);
    assert_sound(&*store);
}

/// Of a MariaDB: a variable, a value with which no queue can be kept, the command that meets it, and what is said of it.
const TOO_SMALL: &[(&str, &str, &[&str])] = &[
    ("max_allowed_packet", "1024", &["is set too small", "hint: raise `max_allowed_packet` of the server"]),
    ("sort_buffer_size", "1024", &["is set too small", "error 1038", "hint: raise `sort_buffer_size` of the server"]),
    (
        "max_session_mem_used",
        "8192",
        &["has an option that forbids", "--max-session-mem-used", "hint: the server's own words name the option"],
    ),
];

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_server_that_is_set_too_small_is_told_by_its_variable() {
    let server = crate::own::OwnServer::start(&[]);
    let database = Database::on(server.url());
    let mut root = database.connect();
    if !root.text("SELECT VERSION()", 0).contains("MariaDB") {
        // MySQL takes none of these values.
        return;
    }
    let world = World::new().env("DATABASE_URL", database.url());
    for (name, value, words) in TOO_SMALL {
        root.run(&format!("SET GLOBAL {name} = {value}"));
        let mut ran = world.smsctl(["db", "migrate"]).run().code(69).any_stdout();
        for word in *words {
            ran = ran.stderr_has(word);
        }
        ran.never_says("busy").never_says("a message is larger").any_stderr();
        root.run(&format!("SET GLOBAL {name} = DEFAULT"));
    }
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    root.run("SET GLOBAL max_allowed_packet = 4096");
    assert_sound(&*open(&database.url(), Access::Existing).expect("opens"));
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_old_row_formats_and_small_packets_are_no_obstacle() {
    let server = crate::own::OwnServer::start(&["--innodb-default-row-format=compact", "--max-allowed-packet=65536"]);
    let database = Database::on(server.url());
    let world = World::new().env("DATABASE_URL", database.url());
    world.smsctl(["db", "migrate"]).run().success().any_stdout().stderr("");
    // A part of a thousand rows is larger than the server takes, and no row is.
    let text = "x".repeat(150);
    let rows: String = (0..2_000).map(|row| format!("+85291234567,{row} {text}\n")).collect();
    world.write("f.csv", format!("to,text\n{rows}"));
    world.smsctl(["enqueue", "--file", "f.csv", "--batch", "b"]).run().success().any_stdout().any_stderr();
    let store = open(&database.url(), Access::Existing).expect("opens");
    assert_eq!(store.stats().expect("counts").tasks.pending, 2_000);
    assert_sound(&*store);
    // One that is larger is refused for its own size.
    let huge = NewTask { payload: Payload::Call { args: Some("x".repeat(70_000)), kwargs: None }, ..message(None) };
    let refused = store.enqueue(&[huge], 0).expect_err("it does not fit");
    assert!(matches!(refused, StoreError::PacketTooLarge { .. }), "{refused:?}");
    // A page of a copy is larger than the server takes, too.
    let there = Database::on(server.url());
    world
        .smsctl(["db", "copy", "--yes", "env:DATABASE_URL", "sqlite:///copy.db"])
        .run()
        .success()
        .any_stdout()
        .any_stderr();
    let back = World::new().env("THERE", there.url());
    std::fs::copy(world.path("copy.db"), back.path("copy.db")).expect("copies");
    back.smsctl(["db", "copy", "--yes", "sqlite:///copy.db", "env:THERE"]).run().success().any_stdout().any_stderr();
}
