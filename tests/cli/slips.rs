//! Slips that every subcommand may meet: arguments that are none, and databases that cannot be.

use std::io::Write;
use std::net::{TcpListener, TcpStream};

use crate::desk::SETTINGS;
use crate::harness::World;

#[test]
fn the_hint_names_the_command_that_was_meant() {
    let world = World::new();
    for (arguments, stderr) in [
        (
            &["show", "abc"][..],
            "error: `abc` is no value of `<ID>`\n  caused by: it must be a whole number\n\
             hint: `smsctl show --help` tells more\n",
        ),
        (
            &["dead-letter", "show", "9223372036854775808"],
            "error: `9223372036854775808` is no value of `<ID>`\n  caused by: it must be a whole number\n\
             hint: `smsctl dead-letter show --help` tells more\n",
        ),
        (&["wrok"], "error: there is no subcommand `wrok`\nhint: did you mean `work`? `smsctl --help` tells more\n"),
        (
            &["list", "--limit", "-1"],
            "error: `-1` is no value of `--limit <N>`\n  caused by: it must be a whole number that is not below zero\n\
             hint: `smsctl list --help` tells more\n",
        ),
        (
            &["dead-letter", "abandon"],
            "error: which dead letters to abandon is not said\n\
             hint: name ids, give a filter such as `--batch NAME`, or say `--all`; \
             `smsctl dead-letter abandon --help` tells more\n",
        ),
        (
            &["list", "--after", "a\nb"],
            "error: `a\\nb` is no value of `--after <ID>`\n  caused by: it must be a whole number\n\
             hint: `smsctl list --help` tells more\n",
        ),
    ] {
        world.smsctl(arguments).run().code(2).stdout("").stderr(stderr);
    }
}

#[test]
fn a_value_that_is_called_like_a_command_misleads_no_hint() {
    World::new()
        .smsctl(["--database", "stats"])
        .run()
        .code(2)
        .stdout("")
        .stderr_has("hint: `smsctl --help` tells more");
}

#[test]
fn a_database_that_cannot_be_is_told_before_anything_is_done() {
    let world = World::new();
    for (url, words) in [
        ("mysql://sms:hunter2@db1", "it names no database"),
        ("mariadb+pymysql://sms:hunter2@db1:port/sms", "what follows `db1:` is no port"),
        ("postgres://sms:hunter2@db1/sms", "`postgres` is no database that smsctl knows"),
        ("sms.db", "as a file it is written `sqlite:///sms.db`"),
        ("sqlite:///sms.db-wal", "it names a file that belongs to the database `sms.db`"),
        ("sqlite:///sms.db-flight-1001", "it names a file that belongs to the database `sms.db`"),
        ("sqlite:///sms.db?mode=ro", "`mode=ro` asks for a database that is not written to"),
    ] {
        for command in
            [&["stats"][..], &["enqueue", "--to", "+85291234567", "x"], &["work", "--drain"], &["db", "status"]]
        {
            let ran = world.smsctl(command).args(["--database", url]).run();
            ran.code(78).stdout("").stderr_has(words).never_says("hunter2");
        }
    }
    for name in ["sms.db", "sms.db-wal", "sms.db-flight-1001"] {
        assert!(!world.path(name).exists(), "a wrong URL made {name}");
    }
}

#[test]
fn a_port_where_another_program_listens_is_told_as_that() {
    for greeting in ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let url = format!("mysql://sms@{}/sms", listener.local_addr().expect("an address"));
        // It ends with the test's process.
        std::thread::spawn(move || {
            let greet = |peer: std::io::Result<TcpStream>| peer?.write_all(greeting.as_bytes());
            listener.incoming().map(greet).for_each(drop);
        });
        let ran = World::new().smsctl(["stats", "--database", &url]).run().code(69).stdout("");
        ran.stderr_has("cannot connect to the database").stderr_has("what listens there is no MySQL or MariaDB");
    }
}

#[test]
fn the_watch_takes_seconds_and_durations() {
    let world = World::new();
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    for interval in ["0.1", "100ms"] {
        let rows =
            world.smsctl(["stats", "-o", "jsonl", "--count", "2", "--watch", interval]).run().success().stdout_jsonl();
        assert_eq!(rows.len(), 2, "{interval}");
    }
    for interval in ["0", "99ms", "2d", "x", "nan", "1e300"] {
        let ran = world.smsctl(["stats", "--count", "1", "--watch", interval]).run().code(2).stdout("");
        ran.stderr_has("it takes seconds or a duration");
    }
}

/// UTC in its stead would send at the wrong hour, and nobody would know why.
#[test]
fn a_zone_that_is_none_is_told_where_local_time_is_meant() {
    let world = World::new().settings(SETTINGS).env("TZ", "Asia/Hongkong_");
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    let to = ["enqueue", "--dry-run", "--to", "+85291234567", "x", "--at"];
    for word in ["2026-01-01 18:00", "2026-01-01", "tomorrow"] {
        let ran = world.smsctl(to).arg(word).run().code(2).stdout("");
        ran.stderr_has(": this is local time, and `TZ` names no time zone\n  caused by: `TZ` is `Asia/Hongkong_`\n")
            .stderr_has("hint: zones are called like `Asia/Hong_Kong`; or write it with the time");
    }
    for (zone, word) in [
        ("Asia/Hongkong_", "2026-01-01T18:00:00+08:00"),
        ("Asia/Hongkong_", "now"),
        ("", "2026-01-01"),
        ("HKT-8", "2026-01-01"),
    ] {
        world.smsctl(to).arg(word).env("TZ", zone).run().success().any_stdout().any_stderr();
    }
    world
        .smsctl(["enqueue", "--dry-run", "--to", "+85291234567", "x", "--in", "2h"])
        .run()
        .success()
        .any_stdout()
        .stderr("");
    for command in [&["list", "--since", "yesterday"][..], &["lane", "pause", "default", "--until", "tomorrow"]] {
        world
            .smsctl(command)
            .run()
            .code(2)
            .stdout("")
            .stderr_has("`TZ` names no time zone")
            .stderr_has("Asia/Hongkong_");
    }
    world.smsctl(["list", "--since", "2h"]).run().success().any_stdout().stderr("");
    world.write(
        "f.csv",
        "to,text,at\n+85291234567,a,2026-01-01\n+85291234567,b,2026-01-01T18:00:00Z\n+85291234567,c,\n",
    );
    let ran = world.smsctl(["enqueue", "--dry-run", "--json", "--file", "f.csv"]).run().code(1);
    let ran = ran
        .stderr_has("line 2: `at`: this is local time, and `TZ` names no time zone")
        .stderr_has("`TZ` is `Asia/Hongkong_`");
    assert_eq!(ran.stdout_json()["enqueued"], 2, "the other rows say what they mean");
}
