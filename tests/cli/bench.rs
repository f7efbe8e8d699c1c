//! `smsctl bench`: what it measures on a machine that does something else, and that it leaves nothing behind.

use std::fs;

use crate::database::Database;
use crate::harness::{World, until};

/// Small enough for a test, and every piece is there.
const SMALL: [&str; 8] = ["bench", "--messages", "40", "--senders", "4", "--rounds", "1", "--for"];

fn files(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.path(".")).expect("the world has a directory");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_figure_is_measured_and_the_real_queue_is_not_touched() {
    let world = World::new();
    world.smsctl(["enqueue", "--to", "+85291234567", "hello"]).run().success().any_stdout().any_stderr();
    let before = files(&world);
    let run = world.smsctl(SMALL).args(["1s", "--json"]).run().success().any_stderr().stdout_json();
    assert_eq!(files(&world), before, "nothing is left behind");
    let is_positive = |path: &str| run.pointer(path).and_then(serde_json::Value::as_f64).is_some_and(|it| it > 0.0);
    for path in [
        "/fsync_s",
        "/enqueue/rows_per_s",
        "/claim/claim_s",
        "/claim/cpu_s",
        "/bare/messages_per_s",
        "/bare/cpu_s",
        "/drain/messages_per_s",
        "/drain/cpu_s",
        "/drain/ratio",
        "/drain/messages_per_turn",
        "/drain/fsyncs_per_message",
        "/drain/longest_turn_s",
    ] {
        assert!(is_positive(path), "{path} in {run}");
    }
    assert_eq!((&run["messages"], &run["senders"], &run["rounds"]), (&40.into(), &4.into(), &1.into()));
    assert_eq!((&run["database"]["kind"], &run["compared"]), (&"sqlite".into(), &serde_json::Value::Null));
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&stats["total"], &stats["pending"]), (&1.into(), &1.into()), "{stats}");
}

#[test]
fn a_run_is_kept_and_compared() {
    let world = World::new();
    world.smsctl(SMALL).args(["1s", "--save", "run.json"]).run().success().any_stdout().any_stderr();
    let table = world.smsctl(SMALL).args(["1s", "--compare", "run.json"]).run().success().any_stderr().stdout_text();
    let drain = table.lines().find(|line| line.starts_with("drain, all of it on disk\t")).expect("a line on the drain");
    let cells = drain.split('\t').collect::<Vec<_>>();
    assert_eq!(cells.len(), 4, "{drain}");
    assert!(
        cells[1].ends_with(" messages/s") && cells[2].ends_with(" messages/s") && cells[3].ends_with(" %"),
        "{drain}"
    );

    let other = ["bench", "--messages", "41", "--rounds", "1", "--senders", "4", "--for", "1s", "--json"];
    let ran = world.smsctl(other).args(["--compare", "run.json"]).run().success();
    assert!(ran.stderr_text().contains("messages of the saved run: 40; of this one: 41"), "{}", ran.stderr_text());
    let run = ran.any_stderr().stdout_json();
    let saved: serde_json::Value = serde_json::from_str(&world.read("run.json")).expect("JSON");
    assert_eq!(run["compared"]["drain"], saved["drain"]);
}

#[test]
fn a_run_that_cannot_be_saved_is_not_begun() {
    let world = World::new();
    // With the patience of the default it would take half a minute.
    world
        .smsctl(["bench", "--save", "nowhere/run.json"])
        .run()
        .code(73)
        .stdout("")
        .stderr_has("cannot write `nowhere/run.json`");
    world.write("dir/x", "");
    world.smsctl(["bench", "--save", "dir"]).run().code(73).stdout("").stderr_has("cannot write `dir`");
}

#[test]
fn what_is_no_saved_run_is_refused_before_anything_is_measured() {
    let world = World::new();
    world.write("run.json", "{}\n");
    world.smsctl(["bench", "--compare", "run.json"]).run().code(65).stdout("").stderr(
        "
        error: `run.json` is no saved run of `smsctl bench`
          caused by: missing field `version` at line 1 column 2
        hint: `smsctl bench --save FILE` writes one
        ",
    );
    assert!(!files(&world).iter().any(|name| name.starts_with("smsctl_scratch_")));
}

#[test]
fn a_terminal_gets_bars() {
    let world = World::new();
    let ran = world.smsctl(SMALL).args(["1s", "--no-progress"]).terminal(80).success();
    let text = ran.stdout_text();
    assert!(text.contains("bare loop/s") && text.contains('█'), "{text}");
    drop(ran.any_stdout().any_stderr());
}

#[test]
fn ctrl_c_leaves_no_scratch_behind() {
    let world = World::new();
    let before = files(&world);
    let running = world.smsctl(["bench", "--messages", "1000000", "--for", "1h"]).spawn();
    until("the scratch database is there", || {
        files(&world)
            .iter()
            .any(|name| name.starts_with("smsctl_scratch_") && world.path(name).join("queue.db").exists())
    });
    running.interrupt();
    running.wait().code(130).stdout("").any_stderr();
    assert_eq!(files(&world), before, "nothing is left behind");
}

mod mysql {
    //! The same on a server.

    use super::*;

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn a_scratch_database_on_the_server_is_measured_and_dropped() {
        let (world, database) = (World::new(), Database::create());
        let mut connection = database.connect();
        let url = database.url();
        let call = ["--database", &url, "bench", "--messages", "40", "--senders", "4", "--rounds", "1", "--for", "2s"];
        let run = world.smsctl(call).arg("--json").run().success().any_stderr().stdout_json();
        assert_eq!((&run["database"]["kind"], &run["fsync_s"]), (&"mysql".into(), &serde_json::Value::Null));
        assert!(run["drain"]["messages_per_s"].as_f64() > Some(0.0), "{run}");
        let left = format!("SELECT count(*) FROM information_schema.tables WHERE table_schema = '{}'", database.name());
        assert_eq!(connection.try_count(&left), Some(0), "the real database is not touched");
    }

    #[test]
    #[ignore = "needs SMSCTL_TEST_MYSQL"]
    fn an_account_that_may_make_no_database_is_told_the_grant() {
        let (world, database) = (World::new(), Database::create());
        let name = database.name();
        let mut root = database.connect();
        root.run(&format!("CREATE USER {name}@'%' IDENTIFIED BY 'x'"));
        root.run(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {name}.* TO {name}@'%'"));
        let url = format!("mysql://{name}:x@{}/{name}", database.address());
        let ran = world.smsctl(["--database", &url, "bench"]).run().code(77).stdout("");
        let said = ran.stderr_text();
        assert!(said.contains("may not make a scratch database at"), "{said}");
        assert!(said.contains("GRANT ALL ON `smsctl\\_scratch\\_%`.* TO "), "{said}");
        drop(ran.any_stderr());
        root.run(&format!("DROP USER {name}@'%'"));
    }
}
