//! The account that made the triggers: they run with its rights, and every write fails when it has none.

use smsctl::store::{Access, StoreError};

use crate::database::{Connection, Database};
use crate::harness::World;
use crate::{assert_sound, message, open};

/// An account with these rights in the database; its URL.
fn account(database: &Database, name: &str, rights: &str) -> String {
    let mut root = database.connect();
    root.run(&format!("CREATE USER {name}@'%'"));
    root.run(&format!("GRANT {rights} ON {}.* TO {name}@'%'", database.name()));
    let url = database.url();
    format!("mysql://{name}@{}", url.split_once('@').expect("a login").1)
}

fn definers(root: &mut Connection) -> String {
    let query =
        "SELECT group_concat(DISTINCT definer) FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
    root.text(query, 0)
}

/// What is done to the account that made the triggers, and what then becomes of them.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_triggers_outlive_the_account_that_made_them() {
    for (what, how) in [("gone", "DROP USER {}@'%'"), ("without", "REVOKE ALL PRIVILEGES, GRANT OPTION FROM {}@'%'")] {
        let database = Database::create();
        let mut root = database.connect();
        let [maker, worker] = ["maker", "worker"].map(|role| format!("{}_{what}_{role}", database.name()));
        drop(open(&account(&database, &maker, "ALL"), Access::Create).expect("makes the tables"));
        let small = account(&database, &worker, "SELECT, INSERT, UPDATE, DELETE");
        assert_sound(&*open(&small, Access::Existing).expect("opens"));
        root.run(&how.replace("{}", &maker));

        let store = open(&small, Access::Existing).expect("opens");
        let error = store.enqueue(&[message(None)], 0).expect_err("the triggers fail");
        assert!(
            matches!(&error, StoreError::DefinerLost { account: Some(account), .. } if account.contains(&maker)),
            "{error:?}"
        );
        let world = World::new().env("DATABASE_URL", &small);
        let ran = world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().code(77).stdout("");
        ran.stderr_has(&format!("'{maker}'@'")).stderr_has("smsctl db migrate");
        let checked = world.smsctl(["db", "check"]).run().code(1).stderr("");
        checked.stdout_has(&format!("'{maker}'@'")).stdout_has("smsctl db migrate").any_stdout();
        world.smsctl(["db", "migrate"]).run().code(77).stdout("").stderr_has(&maker);

        let administrator = World::new().env("DATABASE_URL", database.url());
        administrator.smsctl(["db", "migrate"]).run().success().any_stdout().stderr("");
        assert!(definers(&mut root).starts_with("root@"), "{}", definers(&mut root));
        store.enqueue(&[message(None)], 0).expect("enqueues");
        root.run("INSERT INTO queued_tasks (task_name, task_func) VALUES ('sms', 'gateway:default')");
        assert_eq!(store.stats().expect("counts").tasks.pending, 2, "{what}");
        assert_sound(&*store);
        root.try_run(&format!("DROP USER {maker}@'%'"));
        root.run(&format!("DROP USER {worker}@'%'"));
    }
}

/// The account that made the triggers writes itself, and has lost its right: the server names it by the host that it writes from.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_names_no_account_that_is_none() {
    let database = Database::create();
    let mut root = database.connect();
    let maker = format!("{}_maker", database.name());
    let url = account(&database, &maker, "ALL");
    drop(open(&url, Access::Create).expect("makes the tables"));
    root.run(&format!("REVOKE TRIGGER ON {}.* FROM {maker}@'%'", database.name()));

    let error =
        open(&url, Access::Existing).expect("opens").enqueue(&[message(None)], 0).expect_err("the triggers fail");
    assert!(matches!(&error, StoreError::DefinerLost { account: None, .. }), "{error:?}");
    let world = World::new().env("DATABASE_URL", &url);
    let ran = world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().code(77).stdout("");
    ran.stderr_has("may not do this any more").stderr_has("SHOW TRIGGERS");
    root.run(&format!("DROP USER {maker}@'%'"));
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_check_leaves_nothing_of_its_try_behind() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    (0..5).for_each(|_| assert_sound(&*store));
    store.enqueue(&[message(None)], 0).expect("enqueues");
    let mut root = database.connect();
    // MariaDB skips a number once, when the first row comes that brings its own.
    let ids = root.text("SELECT group_concat(id ORDER BY id) FROM queued_tasks", 0);
    assert!(["1,2", "1,3"].contains(&ids.as_str()), "{ids}");
    assert_eq!(root.text("SELECT count(*) FROM dead_letter_messages", 0), "0");
    assert_eq!(root.text("SELECT count(*) FROM tally_deltas", 0), "0");
}
