//! Who is let in, and what they are told who are not.

use smsctl::store::{Access, StoreError};

use crate::database::Database;
use crate::harness::World;
use crate::{assert_sound, claim, message, open, register};

fn refused(url: &str) -> StoreError {
    open(url, Access::Existing).map(|_| ()).expect_err("is refused")
}

/// The URL with other words in place of user and password.
fn login(database: &Database, login: &str) -> String {
    let url = database.url();
    let (_, place) = url.split_once('@').expect("a login");
    format!("mysql://{login}@{place}")
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_says_what_is_wrong() {
    let database = Database::create();
    let url = database.url();
    let secret = "hush-hush";
    let error = refused(&login(&database, &format!("nobody:{secret}")));
    assert!(matches!(&error, StoreError::LoginRefused { user, .. } if user == "nobody"), "{error:?}");
    assert!(!format!("{error:?} {error}").contains(secret));
    let error = refused(&format!("{}_gone", url));
    assert!(matches!(&error, StoreError::UnknownDatabase { .. }), "{error:?}");
    let error = refused("mysql://root@127.0.0.1:1/queue");
    assert!(matches!(&error, StoreError::Unreachable { .. }), "{error:?}");
    assert!(error.is_transient());
    let error = refused("mysql://root@localhost/queue?unix_socket=/no/such.sock");
    assert!(matches!(&error, StoreError::Unreachable { .. }), "{error:?}");
    let error = refused(&format!("{url}?ssl_ca=/no/such.pem"));
    assert!(matches!(&error, StoreError::TlsFile { path, .. } if path.ends_with("such.pem")), "{error:?}");
    let error = refused(&format!("{url}?ssl_mode=required"));
    // MySQL makes its own certificate; MariaDB 10.11 has no TLS by itself.
    assert!(matches!(&error, StoreError::Tls { .. } | StoreError::NotMigrated { .. }), "{error:?}");
    let error = refused(&format!("{url}?password_file=/no/such"));
    assert!(matches!(&error, StoreError::PasswordFile { .. }), "{error:?}");
    let error = refused(&url);
    assert!(matches!(&error, StoreError::NotMigrated { .. }), "{error:?}");
}

/// Plugins of accounts that the driver does not speak: MariaDB's has it panic.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_account_of_another_plugin_is_told_at_once() {
    let database = Database::create();
    let (name, mut root) = (database.name(), database.connect());
    let plugin = if root.text("SELECT VERSION()", 0).contains("MariaDB") {
        root.run("INSTALL PLUGIN IF NOT EXISTS ed25519 SONAME 'auth_ed25519'");
        root.run(&format!("CREATE USER {name}@'%' IDENTIFIED VIA ed25519 USING PASSWORD('hush-hush')"));
        "ed25519"
    } else {
        root.run(&format!("CREATE USER {name}@'%' IDENTIFIED WITH sha256_password BY 'hush-hush'"));
        "sha256_password"
    };
    root.run(&format!("GRANT ALL ON {name}.* TO {name}@'%'"));
    let world = World::new().env("DATABASE_URL", login(&database, &format!("{name}:hush-hush")));
    let ran = world.smsctl(["stats"]).run().code(77).stdout("").never_says("panicked").never_says("hush");
    ran.stderr_has(&format!("the plugin `{plugin}`")).stderr_has("hint: give the account another plugin").any_stderr();
    root.run(&format!("DROP USER {name}@'%'"));
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_takes_the_password_from_a_file() {
    let database = Database::create();
    database.connect().run(&format!("CREATE USER IF NOT EXISTS {0}@'%' IDENTIFIED BY 'p@ss/word'", database.name()));
    database.connect().run(&format!("GRANT ALL ON {0}.* TO {0}@'%'", database.name()));
    let directory = tempfile::tempdir().expect("a scratch directory");
    let file = directory.path().join("password");
    std::fs::write(&file, "p@ss/word\n").expect("writes");
    let url = format!("{}?password_file={}", login(&database, database.name()), file.display());
    open(&url, Access::Create).expect("is let in");
    open(&login(&database, &format!("{}:p%40ss%2Fword", database.name())), Access::Existing).expect("is let in");
    std::fs::write(&file, "wrong\n").expect("writes");
    assert!(matches!(refused(&url), StoreError::LoginRefused { .. }));
    database.connect().run(&format!("DROP USER {}@'%'", database.name()));
}

/// A server does not tell an account of few rights whether a database is there.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_database_that_an_account_does_not_see_may_be_missing_or_forbidden() {
    let database = Database::create();
    let name = database.name();
    let mut root = database.connect();
    root.run(&format!("CREATE USER {name}@'%' IDENTIFIED BY 'x'"));
    let url = login(&database, &format!("{name}:x"));
    for (url, database) in [(url.clone(), name.to_owned()), (format!("{url}_gone"), format!("{name}_gone"))] {
        let world = World::new().env("DATABASE_URL", &url);
        let grant = format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `{database}`.* TO '{name}'@'%'");
        let ran = world.smsctl(["stats"]).run().code(77).stdout("");
        ran.stderr_has(&format!("the account '{name}'@'%' has no database `{database}`"))
            .stderr_has(&format!("CREATE DATABASE `{database}`"))
            .stderr_has(&grant);
    }
    root.run(&format!("DROP USER {name}@'%'"));
}

/// The GRANTs of `docs/mysql.md`: for migrations, and for all other commands.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_needs_few_privileges() {
    let database = Database::create();
    let name = database.name();
    let mut root = database.connect();
    root.run(&format!("CREATE USER IF NOT EXISTS {name}@'%' IDENTIFIED BY 'x'"));
    root.run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO {name}@'%'"));
    let url = login(&database, &format!("{name}:x"));
    let error = open(&url, Access::Create).map(|_| ()).expect_err("may make no table");
    assert!(matches!(&error, StoreError::Privilege { user, .. } if user == name), "{error:?}");
    let hint = smsctl::error::Error::from(error).hint.unwrap_or_default();
    let grant = format!("GRANT SELECT, INSERT, UPDATE, DELETE ON `{name}`.* TO '{name}'@'%', with the host that");
    assert!(hint.contains(&grant), "it can be passed on to an administrator: {hint}");

    // Without TRIGGER everything works, and `db check` says what is not counted.
    root.run(&format!("GRANT CREATE, ALTER, INDEX, DROP, REFERENCES ON {name}.* TO {name}@'%'"));
    let store = open(&url, Access::Create).expect("migrates");
    let kinds: Vec<&str> = store.check().expect("checks").iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, ["schema"; 10], "each missing trigger is told");
    assert_eq!(store.schema().expect("reports").limits.len(), 1);
    root.run("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'gateway:default')");
    assert_eq!(store.stats().expect("counts").tasks.pending, 0, "nobody counted it");
    store.recount().expect("recounts");
    assert_eq!(store.stats().expect("counts").tasks.pending, 1);
    let worker = register(&*store);
    assert_eq!(claim(&*store, worker, 1).len(), 1, "but it is a task");

    // Later the account may: `db migrate` makes up for it. Servers with a binary log ask for more.
    root.try_run("SET GLOBAL log_bin_trust_function_creators = ON");
    root.run(&format!("GRANT TRIGGER ON {name}.* TO {name}@'%'"));
    assert!(store.migrate().expect("migrates").is_empty());
    // A session keeps the privileges of its beginning.
    let store = open(&url, Access::Existing).expect("opens");
    assert!(store.schema().expect("reports").limits.is_empty());
    root.run("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'gateway:default')");
    assert_eq!(store.stats().expect("counts").tasks.pending, 1);
    assert_sound(&*store);

    // From then on reading and writing is enough, and for another account too, which does not see the triggers.
    root.run(&format!("REVOKE CREATE, ALTER, INDEX, DROP, REFERENCES ON {name}.* FROM {name}@'%'"));
    root.run(&format!("CREATE USER IF NOT EXISTS {name}_w@'%' IDENTIFIED BY 'x'"));
    root.run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO {name}_w@'%'"));
    let store = open(&login(&database, &format!("{name}_w:x")), Access::Existing).expect("opens");
    store.enqueue(&[message(None)], 10).expect("enqueues");
    assert_eq!(claim(&*store, worker, 9).len(), 2);
    root.run("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'gateway:default')");
    assert_eq!(store.stats().expect("counts").tasks.pending, 1);
    assert_sound(&*store);
    root.run(&format!("DROP USER {name}@'%', {name}_w@'%'"));
}
