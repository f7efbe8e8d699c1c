//! Two lanes of one worker: what the second loses when the gateway of the first is dead, or takes for ever.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::{Duration, Instant};

use smsctl::gateway::sandbox::{Behaviour, Sandbox};
use smsctl::queue::Lane;

use super::figures::{median, print, ratio};
use super::place::{self, Queue};
use super::process::{Worker, smsctl};
use super::rows;

const SENDERS: u64 = 64;
/// What the gateway of the second lane takes to answer, and that of the first while it is well.
const LATENCY: Duration = Duration::from_millis(20);
/// How long the second lane has work for, if it gets all senders.
const SPAN: Duration = Duration::from_secs(2);
/// Messages at the beginning and at the end that are not counted.
const EDGE: u64 = 500;

/// The state of the first lane.
#[derive(Clone, Copy)]
enum First {
    Empty,
    Well,
    Dead,
    Slow,
    Silent,
}

const CASES: [(First, &str, &str); 5] = [
    (First::Well, "well", "answers after 20 ms"),
    (First::Empty, "empty", "has nothing to send"),
    (First::Dead, "dead", "refuses connections"),
    (First::Slow, "slow", "answers after 5 s"),
    (First::Silent, "silent", "never answers"),
];

pub fn run(rounds: usize, only: Option<&str>) {
    let directory = place::scratch();
    let is_wanted = |word: &str| match only {
        Some(only) => word == "well" || only.split(',').any(|wanted| wanted == word),
        None => true,
    };
    let cases = CASES.into_iter().filter(|(_, word, _)| is_wanted(word)).collect::<Vec<_>>();
    let mut rates = cases.iter().map(|_| Vec::new()).collect::<Vec<_>>();
    for _ in 0..rounds {
        for (at, (first, _, name)) in cases.iter().copied().enumerate() {
            let rate = second_lane(first, directory.path());
            println!("the first lane {name}: {rate:.0}/s by the second, load {:.1}", place::load());
            rates[at].push(rate);
        }
    }
    let table = cases.iter().zip(&rates).map(|((_, _, name), of_these)| {
        vec![(*name).to_owned(), format!("{:.0}", median(of_these)), format!("{:.2}", ratio(of_these, &rates[0]))]
    });
    print(
        &format!("Lanes: {SENDERS} senders, two lanes, the second answers after 20 ms, {rounds} rounds"),
        &["the first lane", "second lane/s", "ratio to a first lane that is well"],
        &table.collect::<Vec<_>>(),
    );
}

/// Messages a second by the second lane.
fn second_lane(first: First, directory: &Path) -> f64 {
    let sandbox = |latency, silent| {
        let behaviour = Behaviour { latency, silent, ..Behaviour::default() };
        Sandbox::start(behaviour, None).expect("the sandbox starts")
    };
    let gateway = match first {
        First::Empty | First::Well => Some(sandbox(LATENCY, 0.0)),
        First::Slow => Some(sandbox(Duration::from_secs(5), 0.0)),
        First::Silent => Some(sandbox(Duration::ZERO, 1.0)),
        First::Dead => None,
    };
    let url = gateway.as_ref().map_or_else(nobody, Sandbox::url);
    let second = sandbox(LATENCY, 0.0);
    let queue = Queue::new("lanes", directory, None);
    let messages = SENDERS * SPAN.as_millis() as u64 / LATENCY.as_millis() as u64;
    let of_each = |lane: &str, count: u64| {
        rows::fill(&*queue.open(), count, |_, task| task.lane = Lane::Gateway(lane.to_owned()));
    };
    of_each("first", if matches!(first, First::Empty) { 0 } else { messages });
    of_each("second", messages);
    let settings = directory.join("lanes.toml");
    fs::write(&settings, [gateway_section("first", &url), gateway_section("second", &second.url())].concat())
        .expect("writes");
    let settings = settings.to_str().expect("text");
    let senders = SENDERS.to_string();
    let arguments = ["--config", settings, "work", "--workers", &senders, "--quiet"];
    let mut command = smsctl(&queue, "");
    // These would be a third gateway.
    for name in ["SMS_BASE_URL", "SMS_APPLICATION_ID", "SMS_SENDER_NUMBER"] {
        command.env_remove(name);
    }
    let worker = Worker::start(command.args(arguments));
    let patience = Some(Duration::from_secs(300));
    assert!(second.wait_for(EDGE, patience), "the second lane is at work");
    let begin = Instant::now();
    assert!(second.wait_for(messages - EDGE, patience), "the second lane comes to its end");
    let rate = (messages - 2 * EDGE) as f64 / begin.elapsed().as_secs_f64();
    drop(worker);
    rate
}

/// An address at which nobody listens.
fn nobody() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    format!("http://{}/gateway.jsp", listener.local_addr().expect("its address"))
}

fn gateway_section(name: &str, url: &str) -> String {
    format!(
        "[gateways.{name}]\nprofile = \"hkt\"\nbase_url = \"{url}\"\napplication_id = \"app\"\nsender = \"85212345678\"\n"
    )
}
