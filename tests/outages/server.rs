//! The server dies, restarts, is full of connections, full of data, read-only, or takes only small packets.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use smsctl::queue::{Lane, Message, NewTask, Payload};
use smsctl::store::{self, Access, Location, Options, StoreError};

use crate::database::{Connection, Database};
use crate::harness::{Running, until};
use crate::night::{Night, ended, kinds};
use crate::own::{OwnServer, scratch};
use crate::{kills, night_at, night_on};

/// Messages between two deaths of the server.
const MESSAGES_PER_ROUND: u64 = 300;

/// Two workers at work, while `meddle` is done to the server again and again. At the end all is sent, once each.
fn work_beside(night: &Night, rounds: u64, mut meddle: impl FnMut(u64)) {
    let messages = (rounds + 1) * MESSAGES_PER_ROUND;
    night.queue(messages);
    let workers = [night.worker("--workers 8"), night.worker("--workers 8")];
    for round in 1..=rounds {
        // Another moment of the turn each time.
        night.wait_for_requests(round * MESSAGES_PER_ROUND / 2 + round * 7 % 40);
        meddle(round);
    }
    until("all are sent", || night.sandbox.counts().accepted >= messages);
    workers.iter().for_each(Running::terminate);
    workers.into_iter().for_each(|worker| ended(worker.wait(), 0));
    // No worker died, so nothing is unknown.
    assert_eq!(night.account(), kinds(&[("completed", messages)]));
}

#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_server_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing() {
    let server = OwnServer::start(&[]);
    let database = Database::on(server.url());
    work_beside(&night_on(&database), kills(), |_| {
        server.kill_9();
        server.again();
    });
}

#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_server_that_restarts_in_order_is_waited_for() {
    let server = OwnServer::start(&[]);
    let database = Database::on(server.url());
    work_beside(&night_on(&database), 1, |_| {
        server.end();
        server.again();
    });
}

#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_server_without_a_free_connection_is_waited_for() {
    let server = OwnServer::start(&["--max-connections=10"]);
    let database = Database::on(server.url());
    let night = night_at(&database.url(), "[pool]\ntimeout = \"300ms\"\n");
    night.queue(1);
    let worker = night.worker("");
    night.wait_for_requests(1);
    // Others take all that there are, the worker's own among them, and the one that is kept for root.
    let mut hog = vec![database.connect()];
    until("all connections are taken", || {
        hog.extend(database.try_connect());
        let ours: Vec<u64> = hog.iter().map(Connection::id).collect();
        let first = &mut hog[0];
        let others = first.ids_of_others();
        others.iter().filter(|id| !ours.contains(id)).for_each(|id| first.try_run(&format!("KILL {id}")));
        ours.len() == 11
    });
    worker.wait_for_stderr("database_away");
    night
        .smsctl("enqueue --to +85291234567 late")
        .run()
        .code(75)
        .stdout("")
        .stderr_has("is busy")
        .stderr_has("run the same command again");
    drop(hog);
    worker.wait_for_stderr("database_back");
    night.run("enqueue --to +85291234567 late");
    night.wait_for_requests(2);
    worker.terminate();
    ended(worker.wait(), 0);
    assert_eq!(night.account(), kinds(&[("completed", 2)]));
}

/// An account that may not write to a server that is read-only: root may.
fn plain_account(database: &Database) -> String {
    let mut root = database.connect();
    root.run("CREATE USER sms@'%' IDENTIFIED BY 'x'");
    root.run(&format!("GRANT ALL ON {}.* TO sms@'%'", database.name()));
    "mysql://sms:x@".to_owned()
}

#[test]
#[ignore = "needs servers that it starts for itself"]
fn mysql_server_that_takes_no_writes_is_left_for_another_until_it_does() {
    let servers = [OwnServer::start(&[]), OwnServer::start(&[])];
    // The same name on both, as replicas have it.
    let databases = servers.each_ref().map(|server| Database::named(server.url(), "queue"));
    let login = databases.each_ref().map(plain_account)[0].clone();
    let [first, second] = databases.each_ref().map(|database| night_at(&database.url(), ""));
    first.queue(5);
    second.queue(5);
    let set = |at: usize, read_only: &str| databases[at].connect().run(&format!("SET GLOBAL read_only = {read_only}"));
    set(0, "ON");
    let addresses = servers.each_ref().map(OwnServer::address).join(",");
    // Young sessions: those on a server that stands in are given up sooner.
    let night = night_at(&format!("{login}{addresses}/queue"), "[pool]\nrecycle = \"1s\"\n");
    let worker = night.worker("");
    night.wait_for_requests(5);
    until("those on the second are sent", || second.stats()["completed"] == 5);
    assert_eq!(first.stats()["pending"], 5, "the first was passed over");
    // The first takes writes again: the worker goes back to it by itself.
    set(0, "OFF");
    night.wait_for_requests(10);
    until("those on the first are sent", || first.stats()["completed"] == 5);
    // And it changes over in the midst of its work.
    set(0, "ON");
    second.run("enqueue --to +85291234567 after");
    night.wait_for_requests(11);
    until("that is settled", || second.stats()["completed"] == 6);
    worker.terminate();
    ended(worker.wait(), 0);
    set(0, "OFF");
    for night in [&first, &second] {
        night.smsctl("db check").run().success().any_stderr().any_stdout();
    }
}

#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_server_that_takes_small_packets_alone_is_served_in_small_ones() {
    let server = OwnServer::start(&["--max-allowed-packet=1M"]);
    let database = Database::on(server.url());
    let night = night_on(&database);
    let text = "Jeder Satz hat \\ und ' in sich. ".repeat(40);
    let rows = (0..3_000).fold("to,text\n".to_owned(), |rows, n| rows + &format!("+8613{n:09},{n} {text}\n"));
    night.world.write("long.csv", rows);
    night.run("enqueue --file long.csv --quiet");
    // A task that is larger than all that it takes stays out, and is told so.
    let location = Location::parse(&database.url(), Path::new("/")).expect("a URL");
    let store = store::open(&location, &Options::new(Access::Existing)).expect("opens").store;
    let args = format!("[\"{}\"]", "x".repeat(2 * 1024 * 1024));
    let task = NewTask { payload: Payload::Call { args: Some(args), kwargs: None }, ..message() };
    let error = store.enqueue(&[task], 0).expect_err("is too large");
    assert!(matches!(error, StoreError::PacketTooLarge { .. }), "{error:?}");
    assert!(!error.is_transient());
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 3_000)]));
}

/// What another program wrote in parts, or what is there since the server took more.
#[test]
#[ignore = "needs a server that it starts for itself"]
fn mysql_rows_larger_than_a_statement_may_be_hold_nothing_up() {
    let server = OwnServer::start(&["--max-allowed-packet=1M"]);
    let database = Database::on(server.url());
    let night = night_on(&database);
    night.queue(20);
    let mut other = database.connect();
    let insert =
        "INSERT INTO queued_tasks (task_name, task_func, recipient, content, kwargs) VALUES ('sms', 'gateway:default'";
    // More than a statement as it is, and more than one when it is quoted.
    other.run(&format!("{insert}, '+8613000000090', repeat('x', 700000), repeat('y', 700000))"));
    other.run(&format!("{insert}, 'nobody', repeat(char(39), 900000), '')"));
    let kwargs = r#"concat('{"to": "nobody", "text": "', repeat(char(39), 900000), '"}')"#;
    other.run(&format!("{insert}, NULL, NULL, {kwargs})"));
    night.queue_from(20, 20);
    night.drain();
    let stats = night.stats();
    assert_eq!((stats["pending"].as_u64(), stats["processing"].as_u64()), (Some(0), Some(0)), "{stats}");
    let account = night.account();
    assert_eq!(account.values().sum::<u64>(), 43, "{account:?}");
    assert!(account["completed"] >= 40, "{account:?}");
    night.smsctl("dead-letter list").run().success().any_stdout();

    // They go into a file, and from there to no server that takes less, which says which row it is.
    night.run(&format!("db copy --yes {} sqlite:///file.db", database.url()));
    let small = Database::on(server.url());
    let ran = night.smsctl(&format!("db copy --yes sqlite:///file.db {}", small.url())).run().code(65).any_stdout();
    ran.stderr_has("the row queued_tasks.21 cannot be copied: its ")
        .stderr_has("bytes are more than the server takes (`max_allowed_packet`)");
    small.connect().run("SET GLOBAL max_allowed_packet = 16777216");
    night.run(&format!("db copy --yes sqlite:///file.db {}", small.url()));
    assert_eq!(night.at(&small.url()).stats()["total"], 43);
}

fn message() -> NewTask {
    let message = Message { recipient: "+85291234567".to_owned(), text: "hello".to_owned(), sender: None };
    NewTask::message(Lane::Gateway("default".to_owned()), message)
}

/// A small file system, which only root may mount.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(place: &Path, size_mib: u64) -> SmallDisk {
        let size = format!("size={size_mib}m,mode=755");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(place).status();
        assert!(mount.is_ok_and(|status| status.success()), "root may mount");
        SmallDisk(place.to_owned())
    }

    /// Writes until nothing goes in any more.
    fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).expect("a file");
        while file.write_all(&[0; 4096]).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("filler")).expect("removes");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "{} stays mounted", self.0.display());
    }
}

#[test]
#[ignore = "needs the right to mount a small file system: run as root with `--ignored`"]
fn a_server_on_a_full_disk_is_waited_for() {
    let scratch = scratch();
    let disk = SmallDisk::mount(scratch.path(), 220);
    let server = OwnServer::start_in(&scratch.path().join("server"), &[]);
    let database = Database::on(server.url());
    let night = night_on(&database);
    night.queue(200);
    let worker = night.worker("--workers 4");
    night.wait_for_requests(50);
    disk.fill();
    // Until the tables have to grow.
    let text = "x".repeat(1_000);
    let rows = (0..2_000).fold("to,text\n".to_owned(), |rows, n| rows + &format!("+8613{n:09},more {n} {text}\n"));
    night.world.write("more.csv", rows);
    let mut files = 0;
    let refused = loop {
        let ran = night.smsctl("enqueue --file more.csv --quiet").run().any_stdout();
        if ran.exit_code() != Some(0) {
            break ran;
        }
        files += 1;
    };
    // MariaDB 10.11 sometimes dies of it itself, in its rollback: then it is out of reach.
    let said = refused.stderr_text();
    assert!(said.contains("is out of space") || said.contains("cannot connect"), "{said}");
    disk.free();
    server.revive();
    let stats = night.stats();
    assert_eq!(stats["total"], 200 + files * 2_000, "what was refused is not there: {stats}");
    until("all are sent", || night.sandbox.counts().accepted >= 200 + files * 2_000);
    worker.terminate();
    ended(worker.wait(), 0);
    night.drain();
    assert_eq!(night.account_without_ledger(), kinds(&[("completed", 200 + files * 2_000)]));
    night.smsctl("db check").run().success().any_stderr().any_stdout();
}
