//! `smsctl stats`.

use crate::desk::{Desk, SETTINGS, completed, parked, rejected, unknown};
use crate::harness::World;

fn world() -> World {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    for fate in [completed(), completed(), unknown(), parked(), rejected()] {
        desk.settled(fate);
    }
    desk.message("+85291234567", "x");
    desk.on_lane("gateway:gone");
    desk.later();
    desk.in_batch("spring");
    desk.closed();
    world
}

#[test]
fn the_shape_is_the_contracts() {
    let world = world();
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    let names: Vec<&str> = stats.as_object().expect("an object").keys().map(String::as_str).collect();
    let contract = [
        "pending",
        "processing",
        "completed",
        "failed",
        "total",
        "scheduled",
        "held",
        "cancelled",
        "unknown",
        "retryable",
        "oldest_pending_age_s",
        "dead_letter",
        "workers",
    ];
    assert_eq!(names[..contract.len()], contract);
    let numbers =
        ["pending", "processing", "completed", "failed", "total", "scheduled", "unknown", "workers", "unserved"];
    assert_eq!(numbers.map(|name| stats[name].as_u64().expect(name)), [3, 0, 2, 3, 9, 1, 1, 0, 1]);
    assert_eq!(stats["dead_letter"]["pending"], 1);
    assert!(stats["oldest_pending_age_s"].is_f64(), "{stats}");
}

#[test]
fn counts_are_those_of_a_recount_whoever_changed_the_rows() {
    let world = world();
    let sql = |sql: &str| {
        let ran = world.program("sqlite3", ["sms.db", sql]).run().success().stderr("");
        String::from_utf8_lossy(ran.stdout_bytes()).into_owned()
    };
    let insert = "INSERT INTO queued_tasks (task_name, task_func, status) VALUES";
    for change in [
        &*format!("{insert} ('a', 'panel.send', 'pending'), ('a', 'panel.send', 'failed'), ('b', 'x', 'completed')"),
        "UPDATE queued_tasks SET status = 'processing', worker_id = 7 WHERE status = 'pending' AND id % 2 = 0",
        "UPDATE queued_tasks SET status = 'failed', retry_count = 3 WHERE status = 'processing'",
        "DELETE FROM queued_tasks WHERE id < 3",
        "BEGIN; DELETE FROM queued_tasks; ROLLBACK",
        "UPDATE queued_tasks SET status = 'cancelled'; UPDATE queued_tasks SET status = 'pending' WHERE id > 5",
        "REPLACE INTO queued_tasks (id, task_name, task_func, status) VALUES (6, 'a', 'x', 'held')",
        "PRAGMA recursive_triggers = ON; REPLACE INTO queued_tasks (id, task_name, task_func, status) VALUES (6, 'a', 'x', 'failed')",
        "INSERT OR IGNORE INTO queued_tasks (id, task_name, task_func) VALUES (6, 'a', 'x'), (66, 'a', 'x')",
    ] {
        sql(change);
        let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
        let recount = sql("SELECT status || ' ' || count(*) FROM queued_tasks GROUP BY status");
        let mut total = 0;
        for line in recount.lines() {
            let (status, count) = line.split_once(' ').expect("a status and a count");
            assert_eq!(stats[status].to_string(), count, "{status} after `{change}`: {stats}");
            total += count.parse::<u64>().expect("a count");
        }
        assert_eq!(stats["total"], total, "after `{change}`: {stats}");
    }
    world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
    // A row that says it is smsctl's own: the one change that has to be found by a recount.
    sql("INSERT INTO queued_tasks (task_name, task_func, status, revision) VALUES ('a', 'x', 'held', 1)");
    world.smsctl(["db", "check"]).run().code(1).stdout_has("run `smsctl db check --repair`").stderr("");
    world.smsctl(["db", "check", "--repair"]).run().success().stdout("").any_stderr();
    let recount = sql("SELECT count(*) FROM queued_tasks");
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(stats["total"].to_string(), recount.trim());
}

#[test]
fn people_are_told_what_deserves_attention() {
    let world = world();
    world.smsctl(["stats"]).terminal(100).golden("stats/terminal");
    let ran = world.smsctl(["stats", "-o", "plain"]).run().success().stderr("");
    assert_eq!(ran.stdout_text(), "9\n");
}

#[test]
fn an_empty_queue_has_nothing_to_say() {
    let world = World::new().settings(SETTINGS);
    Desk::new(&world).closed();
    world.smsctl(["stats"]).run().golden("stats/empty");
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&stats["total"], &stats["oldest_pending_age_s"]), (&0.into(), &serde_json::Value::Null));
}

#[test]
fn rows_are_kept_by_lane_batch_and_hour() {
    let world = world();
    world.smsctl(["stats", "--by", "lane"]).terminal(120).golden("stats/by_lane");
    world.smsctl(["stats", "--by", "lane", "-o", "jsonl"]).run().golden("stats/by_lane_jsonl");
    world.smsctl(["stats", "--by", "batch", "-o", "csv"]).run().golden("stats/by_batch_csv");
    let hours = world.smsctl(["stats", "--by", "hour", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    let sum = |word: &str| hours.iter().filter_map(|hour| hour[word].as_u64()).sum::<u64>();
    assert_eq!([sum("enqueued"), sum("accepted"), sum("rejected"), sum("unknown")], [9, 2, 1, 1]);
}

#[test]
fn watching_gives_a_row_for_each_look() {
    let world = world();
    let watch = ["stats", "--watch", "0.1", "--count", "3"];
    let rows = world.smsctl(watch).args(["-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    assert_eq!(rows.iter().map(|row| row["total"].as_u64()).collect::<Vec<_>>(), [Some(9); 3]);
    let table = world.smsctl(watch).run().success().stderr("").stdout_text();
    assert_eq!(table.lines().count(), 3, "{table}");
    world.smsctl(watch).terminal(80).success().stdout_has("\u{1b}[H\u{1b}[J");
    world.smsctl(["stats", "--count", "3"]).run().code(2).stdout("").any_stderr();
}

#[test]
fn a_closed_pipe_ends_watching_quietly() {
    let world = world();
    let line = "smsctl stats --watch 0.1 -o jsonl | head -n 2";
    let ran = world.program("sh", ["-c", line]).run().success().stderr("");
    assert_eq!(ran.stdout_jsonl().len(), 2);
}

#[test]
fn bars_are_for_people() {
    let world = world();
    world.smsctl(["stats", "--chart"]).terminal(60).golden("stats/chart");
    world.smsctl(["stats", "--chart", "--json"]).run().code(2).stdout("").any_stderr();
}

#[test]
fn a_database_that_is_not_there_is_said() {
    let world = World::new();
    world.smsctl(["stats"]).run().code(69).stdout("").stderr_has("there is no database at");
}

#[test]
fn verbose_tells_what_the_stores_have_met() {
    let world = world();
    assert!(world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json().get("store").is_none());
    let _desk = Desk::new(&world);
    let told = "UPDATE workers SET counters = '{\"busy_waits\": 3, \"deadlocks\": 1}' WHERE ended_at IS NULL";
    world.program("sqlite3", ["sms.db", told]).run().success().stderr("");
    let stats = world.smsctl(["-v", "stats", "--json"]).run().success().stderr("").stdout_json();
    let stores = stats["store"].as_array().expect("an array");
    assert_eq!((&stores[0]["worker"], &stores[0]["deadlocks"]), (&serde_json::Value::Null, &0.into()), "{stats}");
    assert_eq!((&stores[1]["busy_waits"], &stores[1]["deadlocks"]), (&3.into(), &1.into()), "{stats}");
    let lines = world.smsctl(["-v", "stats"]).run().success().stderr("");
    lines.stdout_has("this process\t").stdout_has("worker 1002\t3 waits for a lock, 1 deadlock\n").any_stdout();
}
