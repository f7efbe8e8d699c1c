//! A bare loop of the HTTP client as it comes: its own connections and buffers, and nothing of ours around it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use smsctl::speed;
use ureq::Agent;

use super::process::cpu;

/// What a loop reached.
pub struct Bare {
    /// Messages a second.
    pub rate: f64,
    /// CPU time of this process for a message, in us.
    pub cpu_us: f64,
}

/// Posts the form of every message from so many threads, with a counter between them and nothing else.
pub fn run(url: &str, messages: usize, senders: usize) -> Bare {
    let config = Agent::config_builder().max_idle_connections(senders).max_idle_connections_per_host(senders);
    let agent = Agent::from(config.build());
    let texts = (0..messages as u64).map(speed::message).collect::<Vec<_>>();
    let next = AtomicUsize::new(0);
    let (cpu_before, begin) = (cpu("self"), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..senders {
            scope.spawn(|| {
                while let Some(message) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let form = [
                        ("application", "bench"),
                        ("mrt", message.recipient.trim_start_matches('+')),
                        ("sender", "85212345678"),
                        ("msg_utf8", &message.text),
                    ];
                    let mut answer = agent.post(url).send_form(form).expect("the gateway answers");
                    let words = answer.body_mut().read_to_string().expect("it says something");
                    assert!(words.starts_with("200"), "it takes every message: {words}");
                }
            });
        }
    });
    let (elapsed, spent) = (begin.elapsed(), cpu("self").saturating_sub(cpu_before));
    let count = messages as f64;
    Bare { rate: count / elapsed.as_secs_f64(), cpu_us: spent.as_secs_f64() * 1e6 / count }
}
