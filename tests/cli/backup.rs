//! `smsctl db backup`.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use crate::desk::{Desk, SETTINGS};
use crate::harness::World;

#[test]
fn a_backup_is_made_while_a_worker_lives_and_is_a_queue_again() {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    desk.message("+85291234567", "hello");
    world.smsctl(["db", "backup", "saved.db"]).run().golden("db/backup");
    let mode = fs::metadata(world.path("saved.db")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    world.smsctl(["db", "backup", "saved.db"]).run().code(73).stdout("").stderr_has("`--force`").any_stderr();
    desk.message("+85291234567", "more");
    let shape =
        world.smsctl(["db", "backup", "--force", "saved.db", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&shape["verified"], &shape["rows"]["queued_tasks"]), (&true.into(), &2.into()), "{shape}");
    for place in ["sms.db", "gone/saved.db", "home"] {
        world
            .smsctl(["db", "backup", "--force", place])
            .run()
            .code(if place == "home" { 65 } else { 73 })
            .stdout("")
            .any_stderr();
    }
    let named = world.smsctl(["db", "backup", "saved.db-wal"]).run().code(73).stdout("");
    named.stderr_has("belongs to the database `saved.db`").any_stderr();
    let named = world.smsctl(["db", "backup", "other.db-journal"]).run().code(73).stdout("");
    named.stderr_has("belongs to a database `other.db`").any_stderr();
    let names = fs::read_dir(world.dir()).expect("lists").map(|entry| entry.expect("a name").file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().contains("part")).collect();
    assert!(left.is_empty(), "{left:?}");
    let saved = world.smsctl(["--database", "sqlite:///saved.db", "list", "-o", "plain"]).run().success().stderr("");
    assert_eq!(saved.stdout_text(), "1\n2\n");
    world.smsctl(["--database", "sqlite:///saved.db", "db", "check"]).run().success().stdout("").stderr("");
}

#[test]
fn a_backup_removes_what_one_that_was_killed_left_and_nothing_else() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3_600);
    let make = |name: &str| {
        world.write(name, "half");
        let file = fs::File::options().write(true).open(world.path(name)).expect("opens");
        file.set_modified(old).expect("is old");
        file
    };
    let alive = make(".saved.db.77.part");
    alive.lock().expect("somebody is at it");
    for name in [".saved.db.7.part", ".saved.db.x.part", ".other.db.7.part", "saved.db.7.part"] {
        drop(make(name));
    }
    world.write(".saved.db.8.part", "young");
    world.smsctl(["db", "backup", "saved.db"]).run().success().any_stdout().any_stderr();
    let is_there = |name: &str| world.path(name).exists();
    assert!(!is_there(".saved.db.7.part"), "its process is gone");
    for name in
        [".saved.db.77.part", ".saved.db.8.part", ".saved.db.x.part", ".other.db.7.part", "saved.db.7.part", "saved.db"]
    {
        assert!(is_there(name), "{name}");
    }
}

#[test]
fn a_part_of_this_boot_goes_at_once_and_what_lies_beside_one_goes_too() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("Linux");
    let boot = &boot[..8];
    let dead = format!(".saved.db.7-{boot}.part");
    let alone = format!(".saved.db.8-{boot}.part-journal");
    let alive = format!(".saved.db.9-{boot}.part");
    let far = ".saved.db.7-00000000.part".to_owned();
    let beside = |name: &str| ["-wal", "-shm", "-journal"].map(|ending| format!("{name}{ending}"));
    for name in [&dead, &alive, &far, &alone].into_iter().chain(&beside(&dead)).chain(&beside(&alive)) {
        world.write(name, "half");
    }
    let held = fs::File::open(world.path(&alive)).expect("opens");
    held.lock().expect("somebody is at it");
    world.smsctl(["db", "backup", "saved.db"]).run().success().any_stdout().any_stderr();
    for name in [&dead, &alone].into_iter().chain(&beside(&dead)) {
        assert!(!world.path(name).exists(), "{name}: its process is gone");
    }
    for name in [&alive, &far].into_iter().chain(&beside(&alive)) {
        assert!(world.path(name).exists(), "{name}: somebody may be at it");
    }
}

/// A backup as a program leaves it that is killed while it has it open, with a row in the log alone.
fn killed_beside(world: &World, file: &str) {
    world.smsctl(["enqueue", "--to", "+85291234567", "hello", "-q"]).run().success().any_stdout().any_stderr();
    world.smsctl(["db", "backup", file]).run().success().any_stdout().stderr("");
    let open = Connection::open(world.path(file)).expect("opens");
    open.execute_batch("PRAGMA journal_mode = wal; UPDATE queued_tasks SET status = 'cancelled'").expect("writes");
    for ending in ["", "-wal", "-shm"] {
        fs::copy(world.path(&format!("{file}{ending}")), world.path(&format!("kept{ending}"))).expect("copies");
    }
    open.close().expect("closes");
    for ending in ["", "-wal", "-shm"] {
        fs::rename(world.path(&format!("kept{ending}")), world.path(&format!("{file}{ending}"))).expect("moves");
    }
}

#[test]
fn the_log_of_a_database_that_is_gone_is_not_given_a_backup() {
    let world = World::new().settings(SETTINGS);
    killed_beside(&world, "saved.db");
    let count = |name: &str| {
        let found = fs::read_dir(world.dir()).expect("lists").filter_map(Result::ok);
        found.filter(|entry| entry.file_name().to_string_lossy().contains(name)).count()
    };
    fs::remove_file(world.path("saved.db")).expect("removes");
    for ending in ["-wal", "-shm", "-journal", "-flight-1001"] {
        if !world.path(&format!("saved.db{ending}")).exists() {
            world.write(&format!("saved.db{ending}"), "a page, or what left");
        }
        for force in [&[][..], &["--force"]] {
            let call = world.smsctl([&["db", "backup", "saved.db"], force].concat());
            call.run().code(73).stdout("").stderr(&format!(
                "error: where `saved.db` would be lies `saved.db{ending}`, of a database that is gone\nhint: a database \
                 of this name would take it for its own, and be wrong: name another file, or remove it if nobody needs it\n"
            ));
            assert!(!world.path("saved.db").exists() && count("part") == 0);
        }
        fs::remove_file(world.path(&format!("saved.db{ending}"))).expect("removes");
    }
    // An empty one says nothing.
    world.write("saved.db-wal", "");
    world.smsctl(["db", "backup", "saved.db"]).run().success().any_stdout().stderr("");
    world.smsctl(["--database", "sqlite:///saved.db", "db", "check"]).run().success().stdout("").stderr("");
}

#[test]
fn a_log_that_a_killed_program_left_is_not_called_a_database_in_use() {
    let world = World::new().settings(SETTINGS);
    killed_beside(&world, "saved.db");
    let before = fs::read(world.path("saved.db")).expect("reads");
    let refused = world.smsctl(["db", "backup", "--force", "saved.db"]).run().code(73).stdout("");
    refused
        .stderr_has("beside `saved.db` lies `saved.db-wal`, of a program that has it open, or was killed")
        .stderr_has("saved.db' db check`")
        .any_stderr();
    assert!(fs::read(world.path("saved.db")).expect("reads") == before);
    // The hint is true.
    world.smsctl(["--database", "sqlite:///saved.db", "db", "check"]).run().success().stdout("").stderr("");
    world.smsctl(["db", "backup", "--force", "saved.db"]).run().success().any_stdout().stderr("");
    let saved = world.smsctl(["--database", "sqlite:///saved.db", "stats", "--json"]).run().success().any_stderr();
    assert_eq!(saved.stdout_json()["pending"], 1);
}

#[test]
fn a_backup_follows_a_link_to_the_file_that_it_replaces() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    fs::create_dir(world.path("far")).expect("makes");
    fs::write(world.path("far/old.db"), "old").expect("writes");
    for (link, target) in [("latest.db", "far/old.db"), ("next.db", "far/new.db")] {
        std::os::unix::fs::symlink(target, world.path(link)).expect("links");
    }
    world.smsctl(["db", "backup", "latest.db"]).run().code(73).stdout("").stderr_has("`--force`").any_stderr();
    world.smsctl(["db", "backup", "--force", "latest.db"]).run().success().any_stdout().stderr("");
    assert!(fs::read(world.path("far/old.db")).expect("reads").starts_with(b"SQLite format 3"));
    // Where it leads to nothing yet, the file is made there.
    world.smsctl(["db", "backup", "next.db"]).run().success().any_stdout().stderr("");
    assert!(fs::read(world.path("far/new.db")).expect("reads").starts_with(b"SQLite format 3"));
    for link in ["latest.db", "next.db"] {
        let kind = fs::symlink_metadata(world.path(link)).expect("it is there").file_type();
        assert!(kind.is_symlink(), "{link} is still a link");
    }
}

#[test]
fn a_backup_of_a_server_names_the_tool_for_it() {
    let world = World::new();
    let url = "mysql://u:hunter2@db1/panel";
    let refused = world.smsctl(["--database", url, "db", "backup", "saved.db"]).run().code(2).stdout("");
    refused.stderr_has("mariadb-dump --single-transaction --triggers panel").never_says("hunter2").any_stderr();
}
