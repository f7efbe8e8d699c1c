//! Several workers look after the dead at the same time, and some of them are killed while they do. `SMSCTL_TEST_ROUNDS` says how
//! often (default 12).

use std::fs;

use serde_json::Value;

use crate::harness::Running;
use crate::night::{Night, slow};
use crate::shim::Shim;

/// Senders of each worker that is killed at random, and of each that is killed at one of its first steps.
const SENDERS: u64 = 8;
const DOOMED_SENDERS: u64 = 4;
/// How many there are of each in a round.
const FREE: u64 = 2;
const DOOMED: u64 = 3;
/// Messages that are added before each round.
const MESSAGES: u64 = 300;

fn rounds() -> u64 {
    let asked = std::env::var("SMSCTL_TEST_ROUNDS").ok().and_then(|word| word.parse().ok());
    asked.unwrap_or(12)
}

fn start(night: &Night) -> Running {
    night.smsctl(&format!("work --drain --quiet --workers {SENDERS}")).spawn()
}

fn tasks(night: &Night) -> Vec<Value> {
    night.run("list -o jsonl").lines().map(|line| serde_json::from_str(line).expect("a task")).collect()
}

fn flight_logs(night: &Night) -> usize {
    let entries = fs::read_dir(night.world.path("queue")).expect("lists").map(|entry| entry.expect("an entry"));
    entries.filter(|entry| entry.file_name().to_string_lossy().contains("-flight-")).count()
}

/// Every round five workers begin at the same time beside those that the round before has killed. Three of them are killed at one
/// of their first steps: they register, begin their log, recover, claim and send. The others are killed when the gateway has had
/// some more.
#[test]
fn of_many_that_recover_the_dead_at_once_some_die_and_nothing_is_lost_or_doubled() {
    let (night, _shim) = Shim::night(Night::new(slow(3)));
    let shims: Vec<Shim> = (0..DOOMED).map(|n| Shim::apart(&night, &format!("control{n}"))).collect();
    let (mut at_steps, mut logs) = (0, 0);
    for round in 0..rounds() {
        night.queue_from(round * MESSAGES, MESSAGES);
        let doomed: Vec<Running> = shims
            .iter()
            .zip(0..)
            .map(|(shim, n)| {
                shim.kill_at(2 + (round * 5 + n * 11) % 30, n % 2 == 0);
                shim.on(night.smsctl(&format!("work --drain --quiet --workers {DOOMED_SENDERS}"))).spawn()
            })
            .collect();
        let free: Vec<Running> = (0..FREE).map(|_| start(&night)).collect();
        for worker in doomed {
            let ran = worker.wait().any_end().any_stdout().any_stderr();
            at_steps += u64::from(ran.signal() == Some(9));
        }
        night
            .sandbox
            .wait_for(night.sandbox.counts().requests + 20 + round % 7, Some(std::time::Duration::from_secs(1)));
        free.iter().for_each(Running::kill_9);
        free.into_iter().for_each(|worker| drop(worker.wait().any_end().any_stdout().any_stderr()));
        logs = logs.max(flight_logs(&night));
    }
    night.drain();
    let account = night.account();
    let of = |kind: &str| account.get(kind).copied().unwrap_or(0);
    assert_eq!(of("completed") + of("failed unknown"), rounds() * MESSAGES, "{account:?}");
    let on_the_wire = rounds() * (FREE * SENDERS + DOOMED * DOOMED_SENDERS);
    assert!(of("failed unknown") <= on_the_wire, "only what was on the wire is unknown: {account:?}");
    assert_eq!(flight_logs(&night), 0, "logs are removed when all is decided");
    let given_back = |task: &&Value| task["status"] == "completed" && task["attempt"].as_u64() > Some(1);
    let given_back = tasks(&night).iter().filter(given_back).count();
    let seen = (at_steps, of("failed unknown"), given_back, logs);
    println!("killed at a step, unknown, given back, most logs at once: {seen:?}");
    let is_proof = at_steps >= rounds() && seen.1 > 0 && given_back > 0 && logs > 1;
    assert!(is_proof, "the case proves nothing: {seen:?}");
}
