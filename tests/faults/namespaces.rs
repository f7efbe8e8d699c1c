//! Containers that share a queue, and see files, processes or time in another way than their host.
//!
//! Where this user may make no namespaces, nothing is looked at.

use std::process::Command;

use crate::harness::{Ran, World};
use crate::night::{Night, slow};

/// Whether `unshare` with these options may be used here.
fn may(options: &[&str]) -> bool {
    let tried = Command::new("unshare").args(options).arg("true").output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("not looked at: `unshare {}` is not allowed", options.join(" "));
    }
    may
}

/// Runs `smsctl` behind these words.
fn run(world: &World, words: &[&str], arguments: &[&str]) -> Ran {
    world.program(words[0], &words[1..]).arg(env!("CARGO_BIN_EXE_smsctl")).args(arguments).run()
}

#[test]
fn a_database_that_is_mounted_without_its_directory_is_refused() {
    if !may(&["--mount"]) {
        return;
    }
    let night = Night::new(slow(0));
    night.queue(1);
    let mounted = night.world.write("mounted.db", "");
    let script = "mount --bind sms.db mounted.db && exec \"$@\"";
    let url = format!("sqlite:///{}", mounted.display());
    for command in [&["stats"][..], &["enqueue", "--to", "+85291234567", "hello"], &["work", "--drain"]] {
        let arguments = [&["--database", &url], command].concat();
        let ran = run(&night.world, &["unshare", "--mount", "sh", "-c", script, "sh"], &arguments).code(65).stdout("");
        ran.stderr_has("mounted by itself").stderr_has("mount the directory").any_stderr();
    }
    assert_eq!(night.stats()["pending"], 1);
}

#[test]
fn a_worker_in_another_time_namespace_is_left_to_its_heartbeat() {
    let elsewhere = ["--time", "--boottime", "100000", "--fork"];
    if !may(&elsewhere) {
        return;
    }
    let night = Night::new(slow(0));
    let worker = night.worker("");
    let words = [&["unshare"][..], &elsewhere].concat();
    let seen = run(&night.world, &words, &["workers", "-o", "jsonl"]).success().any_stderr().stdout_jsonl();
    assert_eq!(seen[0]["state"], "alive", "{seen:?}");
    worker.terminate();
    worker.wait().success().any_stdout().any_stderr();
}

/// Both count by one clock.
#[test]
fn a_rate_holds_over_time_namespaces() {
    let elsewhere = ["--time", "--boottime", "100000", "--fork"];
    if !may(&elsewhere) {
        return;
    }
    let night = Night::with(slow(0), "rate = \"1/min\"\nburst = 2\n");
    night.queue(20);
    let words = [&["unshare"][..], &elsewhere].concat();
    for _ in 0..2 {
        night.smsctl("work --for 300ms").run().success().any_stdout().any_stderr();
        run(&night.world, &words, &["work", "--for", "300ms"]).success().any_stdout().any_stderr();
    }
    assert!(night.sandbox.ledger().len() <= 3, "{} left", night.sandbox.ledger().len());
}
