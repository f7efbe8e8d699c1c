//! `smsctl gateway sandbox`: a gateway on this machine that misbehaves on order.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use regex::{Regex, RegexBuilder};
use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::{Context, Done, Outcome};
use crate::commands::signals::ignores;
use crate::commands::spare::{Role, require_spare};
use crate::config;
use crate::error::Error;
use crate::gateway::sandbox::{Behaviour, Keep, Sandbox};

/// Run a gateway on this machine that answers like `hkt`, misbehaves on order, and keeps a ledger
///
/// Prints its URL and serves until it is stopped. One die is thrown for each request, and depends on --seed, the number, the
/// text, and how often they have come: the same messages fare the same in every run.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl gateway sandbox --port 8080 --ledger ledger.jsonl
  smsctl gateway sandbox --fail 503:0.1 --hang-up 0.05 --latency 50ms
  smsctl gateway sandbox --reject '^852.*0$' --seed 7")]
pub(super) struct Args {
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Listen on an address that other machines can reach
    #[arg(long)]
    allow_remote: bool,
    /// The port; 0 is a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Append a line of JSON for every request, before it is answered
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Wait this long before every answer, for example `50ms`
    #[arg(long, value_name = "DURATION", value_parser = config::read_duration, default_value = "0s")]
    latency: Duration,
    /// Answer STATUS with this chance, for example `503:0.1` (can be repeated)
    ///
    /// The message is not taken, unless the status is 502 or 504: there a proxy speaks, and the gateway behind it took it.
    #[arg(long, value_name = "STATUS[:CHANCE]", value_parser = failure)]
    fail: Vec<(u16, f64)>,
    /// `Retry-After` of 429 and 503, in whole seconds
    #[arg(long, value_name = "DURATION", value_parser = config::read_duration)]
    retry_after: Option<Duration>,
    /// Take the message and close the connection without an answer, with this chance
    #[arg(long, value_name = "CHANCE", num_args = 0..=1, default_value = "0", default_missing_value = "1")]
    hang_up: f64,
    /// Take the message and never answer, with this chance
    #[arg(long, value_name = "CHANCE", num_args = 0..=1, default_value = "0", default_missing_value = "1")]
    silent: f64,
    /// Take the message and answer what is no HTTP, with this chance
    #[arg(long, value_name = "CHANCE", num_args = 0..=1, default_value = "0", default_missing_value = "1")]
    garbage: f64,
    /// Answer 400 if this regular expression fits the number or the text
    #[arg(long, value_name = "PATTERN", value_parser = pattern)]
    reject: Option<Regex>,
    /// Send the body of every answer a byte at a time, with this pause before each
    #[arg(long, value_name = "PAUSE", value_parser = config::read_duration, num_args = 0..=1, default_missing_value = "100ms")]
    slow_body: Option<Duration>,
    /// Answer 401 to every other application
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// Choose other dice
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Stop after this long
    #[arg(long = "for", value_name = "DURATION", value_parser = config::read_duration)]
    run_for: Option<Duration>,
    /// Stop after this many requests
    #[arg(long, value_name = "N")]
    max_requests: Option<u64>,
}

/// What is printed when it listens.
#[derive(Debug, Serialize)]
struct Listening {
    /// For `base_url`, or `SMS_BASE_URL`.
    url: String,
}

pub(super) fn run(args: Args, context: &Context) -> Outcome {
    if !args.listen.is_loopback() && !args.allow_remote {
        return Err(Error::sandbox_for_all(args.listen));
    }
    if let Some(ledger) = &args.ledger {
        require_spare(ledger, Role::Output, context)?;
    }
    let address = SocketAddr::new(args.listen, args.port);
    let (limit, requests) = (args.run_for, args.max_requests.unwrap_or(u64::MAX));
    let ledger = args.ledger.clone();
    let keep = ledger.as_deref().map_or(Keep::Nowhere, Keep::File);
    let sandbox = Sandbox::listen(address, behaviour(args), keep)?;

    let mut signals = Signals::new(heeded())?;
    let (signalled, stopper) = (signals.handle(), sandbox.stopper());
    let url = sandbox.url();
    context.out.one(&Listening { url: url.clone() }, &url)?;
    thread::scope(|scope| {
        let listen = move || {
            if signals.forever().next().is_some() {
                stopper.stop();
            }
        };
        thread::Builder::new().name("signals".to_owned()).spawn_scoped(scope, listen)?;
        sandbox.wait_for(requests, limit);
        signalled.close();
        io::Result::Ok(())
    })
    .map_err(|error| Error::deaf(&error))?;
    let counts = sandbox.counts();
    drop(sandbox);
    context.out.note(&format!("{} requests, {} messages taken", counts.requests, counts.accepted));
    Ok(Done::Well)
}

/// What ends it: also a terminal that is closed, unless it was started to outlive that.
fn heeded() -> impl Iterator<Item = i32> {
    [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| *signal != SIGHUP || !ignores(*signal))
}

fn behaviour(args: Args) -> Behaviour {
    Behaviour {
        latency: args.latency,
        fail: args.fail,
        retry_after: args.retry_after,
        hang_up: args.hang_up,
        silent: args.silent,
        garbage: args.garbage,
        reject: args.reject,
        slow_body: args.slow_body,
        application: args.application,
        seed: args.seed,
    }
}

fn failure(text: &str) -> Result<(u16, f64), String> {
    let (status, chance) = text.split_once(':').unwrap_or((text, "1"));
    match (status.parse(), chance.parse()) {
        (Ok(status), Ok(chance)) => Ok((status, chance)),
        _ => Err("write a status and a chance, for example `503:0.1`".to_owned()),
    }
}

fn pattern(text: &str) -> Result<Regex, String> {
    let shown = |error: regex::Error| error.to_string().lines().last().unwrap_or_default().to_owned();
    RegexBuilder::new(text).size_limit(1 << 20).build().map_err(shown)
}
