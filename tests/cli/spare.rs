//! Files that the user names: what is still needed is refused before anything is opened, and is byte for byte what it was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;

use crate::desk::{Desk, SETTINGS};
use crate::harness::{Call, World};

/// Every command that writes a file which the user names, and how it is told which. A new one is named here.
const WRITERS: [(&str, &[&str]); 7] = [
    ("rejects", &["enqueue", "--file", "f.csv", "--rejects"]),
    ("rejects of a dry run", &["enqueue", "--dry-run", "--file", "f.csv", "--rejects"]),
    ("bench", &["bench", "--for", "1s", "--messages", "1", "--rounds", "1", "--save"]),
    ("backup", &["db", "backup"]),
    ("backup by force", &["db", "backup", "--force"]),
    ("ledger", &["gateway", "sandbox", "--for", "1s", "--ledger"]),
    ("settings", &["config", "init", "--force", "--path"]),
];

/// Settings, and a file with a good row and a bad one.
fn world() -> World {
    let world = World::new().settings(SETTINGS);
    world.write("f.csv", "to,text\n+85291234567,hello\nbogus,x\n");
    world
}

/// Every file of the working directory with its content, but for the index of the log, into which readers write as well.
fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(world.dir()).expect("the world has a directory").map(|entry| entry.expect("an entry"));
    let files = entries.filter(|entry| entry.path().is_file());
    let named = files.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    named
        .filter(|(name, _)| !name.ends_with("-shm"))
        .map(|(name, path)| (name, fs::read(path).expect("reads")))
        .collect()
}

fn call(world: &World, writer: &[&str], file: &str) -> Call {
    world.smsctl(writer).arg(file)
}

#[test]
fn the_queue_and_what_belongs_to_it_is_never_written_over() {
    let world = world();
    let desk = Desk::new(&world);
    desk.message("+85291234567", "hello");
    symlink("sms.db", world.path("soft")).expect("links");
    symlink("sms.db-journal", world.path("dangling")).expect("links");
    fs::hard_link(world.path("sms.db-wal"), world.path("hard")).expect("links");
    let flight = "sms.db-flight-1";
    world.write(flight, "what left");
    let before = files(&world);
    for (what, writer) in WRITERS {
        for (file, words) in [
            ("sms.db", "`sms.db` is a database in use"),
            ("soft", "`soft` is a database in use"),
            ("home/../sms.db", "`home/../sms.db` is a database in use"),
            ("sms.db-wal", "`sms.db-wal` belongs to the database `sms.db`"),
            ("sms.db-shm", "`sms.db-shm` belongs to the database `sms.db`"),
            ("sms.db-journal", "`sms.db-journal` belongs to the database `sms.db`"),
            ("dangling", "`dangling` belongs to the database `sms.db`"),
            ("hard", "`hard` belongs to the database `sms.db`"),
            (flight, "`sms.db-flight-1` belongs to the database `sms.db`"),
            ("sms.db-flight-77", "`sms.db-flight-77` belongs to the database `sms.db`"),
        ] {
            let refused = call(&world, writer, file).run().code(73).stdout("").stderr_has(words);
            refused.stderr_has("name another file: this one is never replaced");
            assert!(files(&world) == before, "{what} on {file}: a file changed, came or went");
        }
    }
    desk.closed();
}

#[test]
fn a_second_name_of_the_database_is_the_database() {
    let world = world();
    world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().success().any_stdout().any_stderr();
    fs::hard_link(world.path("sms.db"), world.path("hard")).expect("links");
    let before = files(&world);
    for (what, writer) in WRITERS {
        let refused = call(&world, writer, "hard").run().code(73).stdout("");
        refused.stderr_has("`hard` is a database in use").any_stderr();
        assert!(files(&world) == before, "{what}: a file changed, came or went");
    }
}

#[test]
fn a_database_that_is_not_there_yet_keeps_its_place() {
    let world = world();
    let before = files(&world);
    for (what, writer) in WRITERS {
        call(&world, writer, "sms.db").run().code(73).stdout("").stderr_has("`sms.db` is a database in use");
        assert!(files(&world) == before, "{what}: a file came");
    }
}

#[test]
fn the_settings_in_use_are_written_by_config_init_alone() {
    let world = world();
    world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().success().any_stdout().any_stderr();
    let settings = "home/.config/smsctl/config.toml";
    for (what, writer) in WRITERS.iter().filter(|(what, _)| *what != "settings") {
        let refused = call(&world, writer, settings).run().code(73).stdout("");
        refused.stderr_has("is the settings file in use").any_stderr();
        assert_eq!(world.read(settings), SETTINGS, "{what}");
    }
    let other = world.smsctl(["config", "init", "--path", "other.toml"]).run().success();
    assert_eq!(other.stderr("").stdout_text(), "path\tother.toml\n");
    let named = world.smsctl(["--config", "other.toml", "gateway", "sandbox", "--for", "1s", "--ledger", "other.toml"]);
    named.run().code(73).stdout("").stderr_has("`other.toml` is the settings file in use");
    world.smsctl(["config", "init", "--force"]).run().success().any_stdout().any_stderr();
    assert_ne!(world.read(settings), SETTINGS, "its own file it replaces, when it is told to");
}

#[test]
fn settings_that_are_wrong_do_not_give_the_queue_away() {
    let world = World::new().settings("[work]\nworkers = 0\n[database]\nurl = \"sqlite:///queue.db\"\n");
    for writer in [&["gateway", "sandbox", "--for", "1s", "--ledger"][..], &["config", "init", "--force", "--path"]] {
        call(&world, writer, "queue.db").run().code(73).stdout("").stderr_has("`queue.db` is a database in use");
    }
    assert!(!world.path("queue.db").exists());
}

#[test]
fn a_copy_goes_into_no_file_of_another_database() {
    let world = world();
    world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().success().any_stdout().any_stderr();
    world.write("empty.toml", "");
    let copy = |from: &str, to: &str| world.smsctl(["db", "copy", "--yes", from, to]);
    let refused = copy("sqlite:///sms.db", "sqlite:///sms.db-wal").run().code(2).stdout("");
    refused.stderr_has("it names a file that belongs to the database `sms.db`").any_stderr();
    symlink("sms.db-journal", world.path("other")).expect("links");
    let elsewhere = copy("sqlite:///sms.db", "sqlite:///other").env("DATABASE_URL", "sqlite:///other.db");
    elsewhere.run().code(73).stdout("").stderr_has("`other` belongs to the database `sms.db`");
    let settings = copy("sqlite:///sms.db", "sqlite:///empty.toml").env("SMSCTL_CONFIG", "empty.toml");
    settings.run().code(73).stdout("").stderr_has("`empty.toml` is the settings file in use");
    assert!(!world.path("sms.db-journal").exists());
    assert_eq!(world.read("empty.toml"), "");
}

#[test]
fn what_is_read_is_no_place_for_rejects() {
    let world = world();
    fs::hard_link(world.path("f.csv"), world.path("hard.csv")).expect("links");
    let before = world.read("f.csv");
    for line in [
        "smsctl enqueue --file f.csv --rejects f.csv",
        "smsctl enqueue --file f.csv --rejects hard.csv",
        "smsctl enqueue --file - --format csv --rejects f.csv < f.csv",
        "smsctl enqueue --file - --format csv --rejects hard.csv < f.csv",
        "smsctl enqueue --file /dev/stdin --format csv --rejects f.csv < f.csv",
        "smsctl enqueue --file f.csv --text - --rejects text < text",
    ] {
        world.write("text", "hello");
        let refused = world.program("sh", ["-c", line]).run().code(2).stdout("");
        refused.stderr("error: `--rejects` names the file that is read\n");
        assert_eq!((world.read("f.csv"), world.read("text")), (before.clone(), "hello".to_owned()), "{line}");
    }
    assert!(!world.path("sms.db").exists(), "nothing was enqueued");
    let piped = "cat f.csv | smsctl enqueue --file - --format csv --rejects f.csv --dry-run > /dev/null";
    world.program("sh", ["-c", piped]).run().code(1).stdout("").any_stderr();
    assert!(
        world.read("f.csv").starts_with("line,reason,to,text\n"),
        "a pipe is no file, and may be told to replace one"
    );
    let nowhere = "smsctl enqueue --file - --format jsonl --rejects /dev/null < /dev/null";
    world.program("sh", ["-c", nowhere]).run().success().any_stdout().any_stderr();
}

#[test]
fn no_other_queue_is_written_over_either() {
    let world = world();
    let other = "sqlite:///other.db";
    world.smsctl(["--database", other, "db", "migrate"]).run().success().any_stdout().any_stderr();
    let before = files(&world);
    for (name, writer) in WRITERS.iter().filter(|(name, _)| !name.starts_with("backup")) {
        call(&world, writer, "other.db").run().code(73).stdout("").stderr_has("`other.db` is a database");
        assert_eq!(files(&world), before, "{name}");
    }
    for (name, writer) in WRITERS {
        for file in ["other.db-wal", "other.db-shm", "other.db-flight-1001"] {
            call(&world, writer, file).run().code(73).stdout("").stderr_has("belongs to the database");
        }
        assert_eq!(files(&world), before, "{name}");
    }
}
