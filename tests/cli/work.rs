//! `smsctl work` as a shell and a supervisor meet it: when it ends, what it tells, what it leaves behind.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use serde_json::{Value, json};
use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use crate::harness::{BOUND, World};

/// Numbers that end so are refused by the sandboxes of these tests.
const REFUSED: &str = "99$";

fn sandbox(behaviour: Behaviour) -> Sandbox {
    let reject = Some(regex::Regex::new(REFUSED).expect("a pattern"));
    Sandbox::start(Behaviour { reject, ..behaviour }, None).expect("the sandbox starts")
}

/// Settings with this gateway, further keys of it, and further tables.
fn settings(sandbox: &Sandbox, keys: &str, tables: &str) -> String {
    format!(
        "[retry]\nbase = \"1ms\"\n\n[gateways.default]\nprofile = \"hkt\"\nbase_url = \"{}\"\n\
         application_id = \"App\"\nsender = \"85212345678\"\n{keys}\n{tables}",
        sandbox.url()
    )
}

fn world(sandbox: &Sandbox) -> World {
    World::new().settings(&settings(sandbox, "", ""))
}

#[track_caller]
fn enqueue(world: &World, numbers: impl IntoIterator<Item = u32>) {
    let rows: String = numbers.into_iter().map(|number| format!("+852912345{number:02},hello\n")).collect();
    let file = ["enqueue", "--file", "-", "--format", "csv"];
    world.smsctl(file).stdin(format!("to,text\n{rows}")).run().success().any_stdout().any_stderr();
}

/// What `work` with these arguments and `--json` says at its end.
#[track_caller]
fn worked(world: &World, arguments: &[&str]) -> Value {
    world.smsctl(["work", "--json", "-q"]).args(arguments).run().success().any_stderr().stdout_json()
}

#[track_caller]
fn stats(world: &World) -> Value {
    world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json()
}

#[test]
fn the_summary_has_the_contracts_shape() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    enqueue(&world, [1, 99]);
    world.smsctl(["work", "--drain", "--json", "-q"]).run().success().any_stderr().stdout(
        r#"
        {"claimed": 2, "completed": 1, "failed": 1, "deferred": 0, "rejected": 1, "unknown": 0, "dead_lettered": 1, "released": 0, "lost": 0, "elapsed_s": [NUMBER], "rate_per_s": [NUMBER], "waiting": 0}
        "#,
    );
    world.smsctl(["work", "--drain", "-o", "plain"]).run().success().any_stderr().stdout("0\n");
    world.smsctl(["work", "--drain", "-o", "csv"]).run().success().any_stderr().stdout_has(
        "claimed,completed,failed,deferred,rejected,unknown,dead_lettered,released,lost,elapsed_s,rate_per_s,waiting\n",
    );
    world.smsctl(["work", "--drain"]).run().success().any_stderr().stdout_has("completed\t0\n");
}

#[test]
fn a_new_database_is_made_and_told() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    world.smsctl(["work", "--drain"]).run().success().any_stdout().stderr_has("created the database");
    assert!(world.path("sms.db").exists());
}

#[test]
fn a_drain_waits_for_no_later_retry() {
    let sandbox = sandbox(Behaviour { fail: vec![(503, 1.0)], ..Behaviour::default() });
    let world = world(&sandbox);
    let world = world.env("SMSCTL_RETRY_BASE", "1h").env("SMSCTL_RETRY_CAP", "1h");
    enqueue(&world, [1, 2]);
    let done = worked(&world, &["--drain"]);
    assert_eq!((&done["claimed"], &done["deferred"], &done["dead_lettered"]), (&json!(2), &json!(2), &json!(0)));
    let left = stats(&world);
    assert_eq!((&left["failed"], &left["retryable"], &left["unknown"]), (&json!(2), &json!(2), &json!(0)));
}

#[test]
fn deferred_messages_are_retried_until_their_attempts_are_spent() {
    let sandbox = sandbox(Behaviour { fail: vec![(503, 1.0)], ..Behaviour::default() });
    let world = world(&sandbox);
    enqueue(&world, [1]);
    // Three attempts are the default.
    let done = worked(&world, &["--max-tasks", "3"]);
    assert_eq!((&done["deferred"], &done["dead_lettered"]), (&json!(3), &json!(1)));
    assert_eq!(sandbox.counts().requests, 3);
    assert_eq!(stats(&world)["dead_letter"]["pending"], 1);
}

#[test]
fn it_ends_after_so_many_tasks() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    enqueue(&world, 1..=5);
    assert_eq!(worked(&world, &["--max-tasks", "2"])["completed"], 2);
    let left = stats(&world);
    assert_eq!((&left["completed"], &left["pending"]), (&json!(2), &json!(3)));
    assert_eq!(sandbox.counts().requests, 2);
}

#[test]
fn it_ends_after_its_time() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    assert_eq!(worked(&world, &["--for", "50ms"])["claimed"], 0);
}

#[test]
fn it_serves_the_lanes_that_are_named() {
    let (first, second) = (sandbox(Behaviour::default()), sandbox(Behaviour::default()));
    let other = format!("[gateways.other]\nbase_url = \"{}\"\napplication_id = \"A\"\nsender = \"1\"\n", second.url());
    let world = World::new().settings(&settings(&first, "", &other));
    let send = ["enqueue", "--to", "+85291234501", "hello"];
    world.smsctl(send).run().success().any_stdout().any_stderr();
    world.smsctl(send).args(["--lane", "other"]).run().success().any_stdout().stderr("");
    assert_eq!(worked(&world, &["--drain", "--lane", "gateway:other"])["completed"], 1);
    assert_eq!((first.counts().requests, second.counts().requests), (0, 1));
    assert_eq!(worked(&world, &["--drain", "--lane", "other", "--lane", "default"])["completed"], 1);
    assert_eq!((first.counts().requests, second.counts().requests), (1, 1));
    world
        .smsctl(["work", "--lane", "defualt"])
        .run()
        .code(78)
        .stdout("")
        .stderr_has("there is no lane `defualt`")
        .stderr_has("`gateway:default`");
}

#[test]
fn a_rate_outlives_the_process() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    enqueue(&world, 1..=4);
    let slow = ["--rate", "1/h", "--burst", "2"];
    assert_eq!(worked(&world, &[&slow[..], &["--max-tasks", "2"]].concat())["completed"], 2);
    // A new process finds the bucket as the first left it: empty.
    assert_eq!(worked(&world, &[&slow[..], &["--for", "100ms"]].concat())["claimed"], 0);
    assert_eq!(sandbox.counts().requests, 2);
    world.smsctl(["work", "--rate", "fast"]).run().code(2).stdout("").stderr_has("`--rate`");
    world.smsctl(["work", "--burst", "2"]).run().code(2).stdout("").stderr_has("--rate");
    world.smsctl(["work", "--rate", "1/s", "--burst", "0"]).run().code(2).stdout("").stderr_has("--burst");
}

#[test]
fn without_retries_an_order_is_waited_for() {
    let sandbox = sandbox(Behaviour { fail: vec![(503, 1.0)], ..Behaviour::default() });
    let world = world(&sandbox);
    enqueue(&world, [1]);
    assert_eq!(worked(&world, &["--drain", "--no-retry"])["deferred"], 1);
    assert_eq!(worked(&world, &["--for", "50ms"])["claimed"], 0, "nothing is retried by itself, not even by others");
    let retried = world.smsctl(["retry-failed", "--json"]).run().success().any_stderr().stdout_json();
    assert_eq!(retried["retried"], 1);
    assert_eq!(worked(&world, &["--drain", "--no-retry"])["deferred"], 1);
    assert_eq!(sandbox.counts().requests, 2);
}

#[test]
fn whoever_waits_at_a_terminal_sees_progress() {
    let sandbox = sandbox(Behaviour { silent: 1.0, ..Behaviour::default() });
    let world = World::new().settings(&settings(&sandbox, "timeout = \"2s\"", ""));
    // The request ends by the gateway's timeout, a second after the bar has appeared.
    let work = |number: u32, flags: &[&str]| {
        enqueue(&world, [number]);
        world.smsctl(["work", "--drain"]).args(flags)
    };
    work(1, &[]).terminal(80).success().stdout_has("sending [").stdout_has("0/1");
    work(2, &["--no-progress"]).terminal(80).success().never_says("sending [").any_stdout();
    work(3, &[]).run().success().any_stdout().never_says("sending").any_stderr();
}

#[test]
fn numbers_that_are_none_are_refused() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    for (arguments, words) in [
        (["--workers", "0"], "a whole number from 1 to 1024"),
        (["--workers", "-1"], "a whole number from 1 to 1024"),
        (["--workers", "1025"], "a whole number from 1 to 1024"),
        (["--workers", "many"], "a whole number"),
        (["--max-tasks", "0"], "from 1"),
        (["--max-tasks", "-1"], "a whole number"),
        (["--for", "soon"], "--for"),
        (["--shutdown-grace", "soon"], "--shutdown-grace"),
        (["--shutdown-grace", "61m"], "an hour at most"),
    ] {
        world.smsctl(["work"]).args(arguments).run().code(2).stdout("").stderr_has(words);
    }
    let ran = world.smsctl(["work", "--drain"]).env("SMS_QUEUE_WORKERS", "0").run().code(78).stdout("");
    ran.stderr_has("`work.workers` is `0`").stderr_has("variable `SMS_QUEUE_WORKERS`");
    assert!(!world.path("sms.db").exists(), "a refused command made a database");
}

#[test]
fn without_a_way_out_it_says_so() {
    World::new().smsctl(["work", "--drain"]).run().code(78).stdout("").stderr_has("no gateway and no command");
}

#[test]
fn what_nobody_knows_is_handled_as_the_settings_say() {
    for (word, requests, unknown, dead) in [("hold", 1, 1, 0), ("retry", 3, 0, 1), ("idempotent", 3, 0, 1)] {
        let sandbox = sandbox(Behaviour { hang_up: 1.0, ..Behaviour::default() });
        let world = World::new().settings(&settings(&sandbox, &format!("on_unknown = \"{word}\""), ""));
        enqueue(&world, [1]);
        let done = worked(&world, &["--max-tasks", &requests.to_string()]);
        assert_eq!(done["unknown"], requests, "{word}: {done}");
        assert_eq!(worked(&world, &["--for", "50ms"])["claimed"], 0, "{word}");
        assert_eq!(sandbox.counts().requests, requests, "{word}");
        let left = stats(&world);
        assert_eq!(left["dead_letter"]["pending"], dead, "{word}: {left}");
        assert_eq!(left["retryable"], unknown, "{word}: {left}");
        let task = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
        assert_eq!((&task["status"], &task["error_type"]), (&json!("failed"), &json!("unknown")), "{word}: {task}");
    }
}

#[test]
fn a_command_lane_runs_a_program_for_each_task() {
    let program = "cat > task.json; echo report-7";
    let failing = "cat > /dev/null; echo 'the printer is out of paper' >&2; exit 65";
    let world = World::new().settings(&format!(
        "[commands.report]\nrun = ['/bin/sh', '-c', '''{program}''']\n\
         [commands.broken]\nrun = ['/bin/sh', '-c', '''{failing}''']\n"
    ));
    let task = |lane: &str| {
        let arguments = ["enqueue", "--task", "report", "--args", "[7, \"x y\"]", "--kwargs", "{\"a\": 1}", "--lane"];
        world.smsctl(arguments).arg(lane).run().success().any_stdout().any_stderr();
    };
    task("command:report");
    task("command:broken");
    let done = worked(&world, &["--drain"]);
    assert_eq!((&done["completed"], &done["rejected"]), (&json!(1), &json!(1)), "{done}");
    let given: Value = serde_json::from_str(world.read("task.json").trim()).expect("a task of JSON");
    assert_eq!((&given["args"], &given["kwargs"]), (&json!([7, "x y"]), &json!({"a": 1})), "{given}");
    assert_eq!((&given["id"], &given["attempt"]), (&json!(1), &json!(1)), "{given}");
    let sent = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&sent["status"], &sent["provider_message_id"]), (&json!("completed"), &json!("report-7")));
    let refused = world.smsctl(["show", "2", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&refused["status"], &refused["error_type"]), (&json!("failed"), &json!("command")));
    assert!(refused["error_message"].as_str().is_some_and(|text| text.contains("out of paper")), "{refused}");
}

#[test]
fn an_idle_worker_hears_of_what_another_process_enqueues() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    let worker = world.smsctl(["work", "--json", "-v"]).spawn();
    worker.wait_for_stderr(" ready");
    for number in 1..=3 {
        enqueue(&world, [number]);
        assert!(sandbox.wait_for(number.into(), Some(BOUND)), "message {number} left");
    }
    worker.terminate();
    assert_eq!(worker.wait().success().any_stderr().stdout_json()["completed"], 3);
}

/// What a supervisor hears, message by message, until `last` is among it.
fn heard_until(socket: &UnixDatagram, last: &str) -> Vec<String> {
    let mut heard: Vec<String> = Vec::new();
    let mut buffer = [0; 4096];
    while !heard.iter().any(|line| line.starts_with(last)) {
        let length = socket.recv(&mut buffer).unwrap_or_else(|error| panic!("no `{last}` after {heard:?}: {error}"));
        heard.extend(String::from_utf8_lossy(&buffer[..length]).lines().map(str::to_owned));
    }
    heard
}

#[test]
fn a_supervisor_hears_of_readiness_life_counts_and_the_end() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    // The path of a socket has to be short: the world's may not be.
    let place = tempfile::Builder::new().prefix("smsctl").tempdir_in("/tmp").expect("a directory");
    let path = place.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(BOUND)).expect("a bound");
    let call = world.smsctl(["work", "--json"]).env("NOTIFY_SOCKET", &path);
    let worker = call.env("WATCHDOG_USEC", Duration::from_millis(100).as_micros().to_string()).spawn();
    let heard = heard_until(&socket, "READY=1");
    assert!(!heard.iter().any(|line| line.starts_with("STOPPING")), "{heard:?}");
    // It is alive again and again, although nothing is to do.
    for _ in 0..3 {
        heard_until(&socket, "WATCHDOG=1");
    }
    enqueue(&world, [1, 99]);
    assert!(sandbox.wait_for(2, Some(BOUND)), "both left");
    worker.terminate();
    let heard = heard_until(&socket, "STOPPING=1");
    assert!(!heard.contains(&"READY=1".to_owned()), "it became ready once: {heard:?}");
    worker.wait().success().any_stderr().any_stdout();
    let last = "STATUS=stopped; 1 completed, 0 deferred, 1 rejected, 0 unknown";
    heard_until(&socket, last);
}

/// Supervisors in containers name a socket that is in no file system.
#[test]
fn a_supervisor_with_a_socket_of_an_abstract_name_hears_of_readiness() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox);
    let name = format!("smsctl-test-{}", std::process::id());
    let address = SocketAddr::from_abstract_name(&name).expect("a name");
    let socket = UnixDatagram::bind_addr(&address).expect("a socket");
    socket.set_read_timeout(Some(BOUND)).expect("a bound");
    let worker = world.smsctl(["work", "--json"]).env("NOTIFY_SOCKET", format!("@{name}")).spawn();
    heard_until(&socket, "READY=1");
    worker.terminate();
    heard_until(&socket, "STOPPING=1");
    worker.wait().success().any_stderr().any_stdout();
}

/// What found out in an earlier run that the account is empty waits for it, too.
#[test]
fn a_drain_beside_a_lane_without_credit_says_again_what_waits_for_it() {
    let sandbox = sandbox(Behaviour { fail: vec![(402, 1.0)], ..Behaviour::default() });
    let world = world(&sandbox);
    enqueue(&world, [1, 2]);
    for run in ["first", "second"] {
        let ran = world.smsctl(["work", "--drain", "--workers", "1", "--json"]).run().code(75).any_stderr();
        let summary = ran.stdout_json();
        assert_eq!(summary["waiting"], 2, "the {run} run: {summary}");
    }
}
