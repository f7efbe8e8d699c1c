//! `smsctl lane`, and what other commands say about lanes that take nothing.

use serde_json::json;
use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use crate::desk::{Desk, SETTINGS};
use crate::harness::World;

/// A gateway at a port where nobody listens, and rests that are over at once.
fn world() -> World {
    let settings = format!("{SETTINGS}rate = \"2/s\"\nburst = 4\n[breaker]\nbase = \"1ms\"\ncap = \"2ms\"\n");
    let world = World::new().settings(&settings);
    let desk = Desk::new(&world);
    for n in 0..3 {
        desk.message("+85291234567", &n.to_string());
    }
    desk.closed();
    world
}

#[track_caller]
fn lanes(world: &World) -> Vec<serde_json::Value> {
    world.smsctl(["lane", "list", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl()
}

#[test]
fn lanes_are_listed_with_their_rate_and_backlog() {
    let world = world();
    let lanes = lanes(&world);
    assert_eq!(lanes.len(), 1);
    let lane = &lanes[0];
    let expected = json!(["gateway:default", true, "open", null, 2.0, 4.0, 3]);
    let fields = ["lane", "served", "state", "closed_reason", "rate_per_s", "burst", "pending"];
    assert_eq!(json!(fields.map(|field| &lane[field])), expected);
    world.smsctl(["lane", "list", "-o", "plain"]).run().success().stdout("gateway:default\n").stderr("");
}

#[test]
fn a_lane_of_tasks_that_the_settings_do_not_have_is_listed_too() {
    let world = world();
    let desk = Desk::new(&world);
    desk.on_lane("gateway:gone");
    desk.closed();
    let gone = &lanes(&world)[1];
    assert_eq!((&gone["lane"], &gone["served"], &gone["pending"]), (&json!("gateway:gone"), &json!(false), &json!(1)));
}

#[test]
fn a_pause_is_told_everywhere_and_ends_by_order() {
    let world = world();
    let pause = ["lane", "pause", "default", "--reason", "maintenance", "--json"];
    let paused = world.smsctl(pause).run().success().stderr("").stdout_json();
    assert_eq!(paused, json!({"changed": 1, "lane": "gateway:default", "state": "paused", "until": null}));
    let lane = &lanes(&world)[0];
    assert_eq!((&lane["state"], &lane["paused_reason"]), (&json!("paused"), &json!("maintenance")));
    let shown = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&shown["next"], &shown["next_at"]), (&json!("lane"), &json!(null)));
    let story =
        "the lane `gateway:default` is paused (maintenance); `smsctl lane resume gateway:default` opens it at once";
    assert!(shown["explanation"].as_str().expect("words").contains(story), "{shown}");
    let stats = world.smsctl(["stats"]).run().success().stderr("").stdout_text();
    assert!(stats.contains(&format!("! {story}")), "{stats}");
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(stats["lanes_shut"], json!(["gateway:default"]));
    let gateway = world.smsctl(["gateway", "show", "default", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&gateway["state"], &gateway["state_reason"]), (&json!("paused"), &json!(story)));
    let resume = ["lane", "resume", "gateway:default"];
    world.smsctl(resume).run().success().stdout("the lane `gateway:default` is open\n").stderr("");
    world.smsctl(resume).run().success().stdout("the lane `gateway:default` was open already\n").stderr("");
    assert_eq!(lanes(&world)[0]["state"], "open");
    let audit = "SELECT action, filter, changed FROM audit_log ORDER BY id";
    world.program("sqlite3", ["sms.db", audit]).run().success().stderr("").stdout(
        "lane pause|lane=gateway:default|1\nlane resume|lane=gateway:default|1\nlane resume|lane=gateway:default|0\n",
    );
}

#[test]
fn a_terminal_shows_lanes_with_times_to_read() {
    let world = world();
    world.smsctl(["lane", "pause", "default", "--for", "30m"]).run().success().any_stdout().stderr("");
    let ran = world.smsctl(["lane", "list"]).terminal(120).success();
    // As it came: `stdout_text` hides times.
    let shown = String::from_utf8_lossy(ran.stdout_bytes()).into_owned();
    let line =
        regex::Regex::new(r"gateway:default.*paused.*\d{4}-\d\d-\d\d \d\d:\d\d:\d\d.* 3 .*an operator paused it");
    assert!(line.expect("a pattern").is_match(&shown), "{shown}");
}

#[test]
fn a_pause_may_end_by_itself() {
    let world = world();
    for end in [["--for", "30m"], ["--until", "tomorrow"]] {
        let paused = world.smsctl(["lane", "pause", "default", "--json"]).args(end).run().success().stderr("");
        assert!(paused.stdout_json()["until"].is_string());
    }
    world
        .smsctl(["lane", "pause", "default", "--until", "yesterday"])
        .run()
        .code(2)
        .stdout("")
        .stderr("error: `--until yesterday`: this time has passed\nhint: `--for 30m` counts from now\n");
    let duration =
        "error: `--until 2h`: a duration is not a time\nhint: `--for` takes a duration, for example `--for 2h`\n";
    world.smsctl(["lane", "pause", "default", "--until", "2h"]).run().code(2).stdout("").stderr(duration);
}

#[test]
fn a_lane_that_is_not_there_is_named_with_those_that_are() {
    let world = world();
    for order in ["pause", "resume"] {
        world
            .smsctl(["lane", order, "defualt"])
            .run()
            .code(78)
            .stdout("")
            .stderr("error: there is no lane `defualt`\nhint: the lanes are `gateway:default`\n");
    }
}

#[test]
fn a_drain_against_a_dead_gateway_says_so_and_leaves_the_queue_as_it_was() {
    let world = world();
    let ran = world.smsctl(["work", "--drain", "--json", "-q", "--log-format", "text"]).run().code(75);
    let ran = ran.stderr_has("3 tasks wait for lanes that take nothing now");
    let ran = ran.stderr_has("the lane `gateway:default` is closed").stderr_has("its gateway cannot be reached");
    let done = ran.stdout_json();
    assert_eq!((&done["completed"], &done["failed"], &done["waiting"]), (&json!(0), &json!(0), &json!(3)), "{done}");
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&stats["pending"], &stats["failed"], &stats["total"]), (&json!(3), &json!(0), &json!(3)), "{stats}");
    let lane = &lanes(&world)[0];
    assert_eq!((&lane["closed_reason"], &lane["state"]), (&json!("unreachable"), &json!("probing")), "{lane}");
    assert!(lane["rests"].as_u64() > Some(1), "{lane}");
    assert!(lane["closed_error"].as_str().expect("words").contains("connection refused"), "{lane}");
    let shown = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&shown["next"], &shown["attempts"], &shown["sent"]), (&json!("lane"), &json!([]), &json!("no")));
}

#[test]
fn a_gateway_that_comes_back_is_used_again() {
    let world = world();
    world.smsctl(["work", "--drain", "-q"]).run().code(75).any_stdout().any_stderr();
    let sandbox = Sandbox::start(Behaviour::default(), None).expect("the sandbox starts");
    let world = world.env("SMSCTL_GATEWAYS_DEFAULT_BASE_URL", sandbox.url());
    let work = ["work", "--drain", "-q", "--json", "--rate", "1000/s"];
    let done = world.smsctl(work).run().success().any_stderr().stdout_json();
    assert_eq!((&done["completed"], &done["waiting"]), (&json!(3), &json!(0)), "{done}");
    assert_eq!(lanes(&world)[0]["state"], "open");
}

#[test]
fn a_program_that_is_not_there_costs_no_attempt() {
    let world =
        World::new().settings("[breaker]\nbase = \"1ms\"\ncap = \"2ms\"\n[commands.gone]\nrun = ['/nowhere/at/all']\n");
    world.smsctl(["enqueue", "--task", "report", "--lane", "command:gone"]).run().success().any_stdout().any_stderr();
    let ran = world.smsctl(["work", "--drain", "-q"]).run().code(75).any_stdout();
    ran.stderr_has("the lane `command:gone` is closed").stderr_has("its command cannot be started");
    let task = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&task["status"], &task["retry_count"]), (&json!("pending"), &json!(0)), "{task}");
}
