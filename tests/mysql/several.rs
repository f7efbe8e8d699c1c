//! Several servers in one URL: a database on one of them that has no tables is not the queue.

use smsctl::store::{Access, StoreError};

use crate::database::Database;
use crate::harness::World;
use crate::own::OwnServer;
use crate::{assert_sound, message, open};

/// Two servers with an empty database of one name each.
struct Two {
    servers: [OwnServer; 2],
    databases: [Database; 2],
}

impl Two {
    fn start() -> Two {
        let servers = [OwnServer::start(&[]), OwnServer::start(&[])];
        let databases = servers.each_ref().map(|server| Database::named(server.url(), "queue"));
        Two { servers, databases }
    }

    /// The URL that names both, in this order.
    fn url(&self, order: [usize; 2]) -> String {
        self.databases[0].url_by(&order.map(|at| self.servers[at].address()).join(","))
    }

    fn set_read_only(&self, at: usize, word: &str) {
        self.databases[at].connect().run(&format!("SET GLOBAL read_only = {word}"));
    }

    /// How many tables each has.
    fn tables(&self) -> [String; 2] {
        let query = "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()";
        self.databases.each_ref().map(|database| database.connect().text(query, 0))
    }

    #[track_caller]
    fn assert_made(&self, expected: [bool; 2]) {
        let tables = self.tables();
        assert_eq!(tables.each_ref().map(|n| n != "0"), expected, "tables of the first and the second: {tables:?}");
    }
}

#[test]
#[ignore = "needs servers that it starts for itself"]
fn mysql_of_several_servers_only_one_that_has_the_tables_is_used() {
    let two = Two::start();
    let world = World::new().settings("[commands.fine]\nrun = [\"/bin/true\"]\n");
    let enqueue = |order| {
        let call = world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).env("DATABASE_URL", two.url(order));
        call.run()
    };
    // Nobody has made the queue: nothing is made by the way, and nothing is acknowledged.
    let ran = enqueue([0, 1]).code(69).stdout("");
    ran.stderr_has("has no tables of smsctl yet").stderr_has("smsctl db migrate").any_stderr();
    let ran = world.smsctl(["work", "--drain"]).env("DATABASE_URL", two.url([0, 1])).run().code(69).stdout("");
    ran.stderr_has("smsctl db migrate").any_stderr();
    two.assert_made([false, false]);

    let migrate = |order| {
        world
            .smsctl(["db", "migrate", "--yes"])
            .env("DATABASE_URL", two.url(order))
            .run()
            .success()
            .any_stdout()
            .any_stderr()
    };
    drop(migrate([0, 1]));
    two.assert_made([true, false]);
    // The one that has them is used, and migrated, wherever it stands.
    drop(enqueue([1, 0]).success().any_stdout().any_stderr());
    drop(migrate([1, 0]));
    two.assert_made([true, false]);

    // It takes no writes for a moment: the other one is no queue all the same, and it is said what is to be waited for.
    two.set_read_only(0, "ON");
    for order in [[0, 1], [1, 0]] {
        let ran = enqueue(order).code(69).stdout("");
        ran.stderr_has("takes no writes now").stderr_has("no tables of smsctl").any_stderr();
        let error = open(&two.url(order), Access::Existing).map(drop).expect_err("none can be used");
        assert!(error.is_transient(), "a worker waits for the one that has the queue: {error:?}");
    }
    two.set_read_only(0, "OFF");
    two.servers[0].end();
    let ran = enqueue([0, 1]).code(69).stdout("");
    ran.stderr_has("no tables of smsctl").any_stderr();
    two.servers[0].again();
    two.assert_made([true, false]);
    let store = open(&two.url([0, 1]), Access::Existing).expect("opens");
    assert_eq!(store.stats().expect("counts").tasks.pending, 1);
    assert_sound(&*store);
}

/// The first set-up of a primary and a server that follows it: it is the one that takes writes that is made.
#[test]
#[ignore = "needs servers that it starts for itself"]
fn mysql_tables_are_made_by_order_on_the_server_that_takes_writes() {
    let two = Two::start();
    two.set_read_only(0, "ON");
    let world = World::new().env("DATABASE_URL", two.url([0, 1]));
    let error = open(&two.url([0, 1]), Access::Create).map(drop).expect_err("nothing is made by the way");
    assert!(!matches!(error, StoreError::Statement(_)), "{error:?}");
    two.assert_made([false, false]);
    let status = world.smsctl(["db", "status", "-o", "json"]).run().success().any_stderr();
    assert_eq!(status.stdout_json()["state"], "empty", "{}", status.stdout_text());
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    two.assert_made([false, true]);
    let store = open(&two.url([0, 1]), Access::Create).expect("opens");
    store.enqueue(&[message(None)], 0).expect("enqueues");
    assert_sound(&*store);
}

/// A copy makes no tables on one of several servers either, and says so before it closes the source. What is made to try things on is made
/// on one of them, and used there.
#[test]
#[ignore = "needs servers that it starts for itself"]
fn mysql_copy_to_several_servers_wants_the_tables_there() {
    let two = Two::start();
    let world = World::new();
    world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().success().any_stdout().any_stderr();
    let copy = |more: &str| world.smsctl(["db", "copy", more, "sqlite:///sms.db", &two.url([0, 1])]).run();
    for more in ["--dry-run", "--yes"] {
        let ran = copy(more).code(69).stdout("");
        ran.stderr_has("has no tables of smsctl yet").any_stderr();
    }
    two.assert_made([false, false]);
    world.smsctl(["stats", "-o", "json"]).run().success().stdout_has("\"limits\": []").any_stdout().stderr("");
    world.smsctl(["db", "migrate"]).env("DATABASE_URL", two.url([0, 1])).run().success().any_stdout().any_stderr();
    drop(copy("--yes").success().any_stdout().any_stderr());
    let ran = world.smsctl(["bench", "--for", "50ms", "--messages", "20"]).env("DATABASE_URL", two.url([0, 1])).run();
    drop(ran.success().any_stdout().any_stderr());
}
