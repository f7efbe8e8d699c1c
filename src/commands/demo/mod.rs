//! `smsctl demo`: the whole job on a scratch database, against the sandbox gateway.
//!
//! Nothing here is staged: each step is a command line, read by the same parser and run by the same code as at a shell, with
//! settings of its own instead of this machine's, so that no message of it can leave this machine. At the end the books of the
//! database are held against the ledger that the gateway kept.

mod account;
mod scratch;

use std::io;
use std::time::{Duration, Instant};

use clap::Parser;
use regex::Regex;
use serde::Serialize;

use self::account::Account;
use self::scratch::Scratch;
use super::{Context, Done, Outcome, interruptible};
use crate::cli::Cli;
use crate::config::{self, Environment, Overrides};
use crate::error::{Error, Kind};
use crate::gateway::sandbox::{Behaviour, Sandbox};
use crate::output::record::seconds;
use crate::output::{Format, Lines, Output, Streams, Style};
use crate::store::{Access, Options};

/// Show the whole job on a scratch database against the sandbox gateway, in seconds
///
/// Queues messages, sends them through a gateway on this machine that fails on purpose, retries, and accounts for every one:
/// each step is a real command that you can run yourself. Nothing leaves this machine, and your settings are not read.
/// The exit code is 1 if the database and the gateway's own ledger do not tell the same.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl demo
  smsctl demo --keep
  smsctl demo --json | jq .ledger")]
pub struct Args {
    /// Keep the scratch directory: its database, settings and messages
    #[arg(long)]
    keep: bool,
}

/// A step: what the reader is told, and the command.
struct Step {
    about: &'static str,
    words: &'static [&'static str],
}

const STEPS: &[Step] = &[
    Step {
        about: "Queue a file of messages. What is acknowledged is on disk.",
        words: &["enqueue", "--file", "messages.csv", "--batch", "demo"],
    },
    Step {
        about: "Send them. The gateway answers 503 to a third of the requests: certainly not sent, so tried again.\n\
                It hangs up on some, and then nobody knows. It refuses two numbers for good.",
        words: &["work", "--for", "3s"],
    },
    Step { about: "Where does that leave the queue?", words: &["stats"] },
    Step {
        about: "What is unknown was not sent again: it may have arrived. Whoever decides that sees it first …",
        words: &["list", "--status", "failed", "--error-type", "unknown"],
    },
    Step { about: "… and orders it.", words: &["retry-failed", "--unknown", "--yes"] },
    Step { about: "Send those.", words: &["work", "--for", "2s"] },
    Step { about: "What will not be tried again is kept, with its reason.", words: &["dead-letter", "list"] },
];

/// One die is thrown for a message and its number of tries, from this seed: with it every kind of end occurs.
const SEED: u64 = 436;
const MESSAGES: usize = 24;
const TEXTS: [&str; 4] =
    ["Your code is {n}", "Grüße aus Köln, Nr. {n}", "您的验证码是 {n}", "Order {n} is on its way 🚚"];

/// The shape of `demo`.
#[derive(Debug, Serialize)]
struct Summary {
    #[serde(flatten)]
    account: Account,
    elapsed_s: f64,
    /// Where the scratch directory is, if it was kept.
    kept: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// The scratch directory or the sandbox cannot be made, a step failed, a signal; or stdout.
pub fn run(args: &Args, context: &Context) -> Outcome {
    let began = Instant::now();
    let sandbox = Sandbox::start(behaviour()?, None)?;
    let scratch = Scratch::make(args.keep).map_err(|error| Error::writing(&config::scratch_parent(), &error))?;
    write_files(&scratch, &sandbox)?;
    let shows = context.out.style().format == Format::Table;
    if shows {
        say(context, &opening(&scratch, &sandbox, args.keep))?;
    }
    for step in STEPS {
        if shows {
            say(context, &format!("\n{}\n$ smsctl {}", step.about, step.words.join(" ")))?;
            context.out.flush()?;
        }
        // A step that heeds signals itself ends early, and is the last one.
        interruptible::run(|_| run_step(step, &scratch, stage(context, shows)))?;
    }
    let store = crate::store::open(&scratch.location(), &Options::new(Access::Existing))?.store;
    let account = Account::of(&*store, &sandbox)?;
    let agrees = account.agrees;
    if shows {
        say(context, &format!("\n{}", account.in_words()))?;
    } else {
        let kept = args.keep.then(|| scratch.path().display().to_string());
        let summary = Summary { account, elapsed_s: seconds(began.elapsed()), kept };
        context.out.one(&summary, if agrees { "agrees" } else { "disagrees" })?;
    }
    Ok(if agrees { Done::Well } else { Done::Partly })
}

fn behaviour() -> Result<Behaviour, Error> {
    let reject = Regex::new("8529123450[37]$").map_err(|error| Error::new(Kind::Bug, error.to_string()))?;
    Ok(Behaviour {
        latency: Duration::from_millis(20),
        fail: vec![(503, 0.33)],
        hang_up: 0.12,
        reject: Some(reject),
        seed: SEED,
        ..Behaviour::default()
    })
}

fn write_files(scratch: &Scratch, sandbox: &Sandbox) -> Result<(), Error> {
    let settings = format!(
        "[database]\nurl = \"sqlite:///{}\"\n\n\
         [retry]\nbase = \"200ms\"\n\n\
         [gateways.default]\nprofile = \"hkt\"\nbase_url = \"{}\"\napplication_id = \"demo\"\nsender = \"85212345678\"\n",
        scratch.database().display(),
        sandbox.url(),
    );
    let rows = (0..MESSAGES).map(|n| {
        let text = TEXTS[n % TEXTS.len()].replace("{n}", &(1001 + n).to_string());
        format!("+852912345{n:02},\"{text}\"\n")
    });
    let messages = format!("to,text\n{}", rows.collect::<String>());
    for (path, content) in [(scratch.settings(), settings), (scratch.messages(), messages)] {
        std::fs::write(&path, content).map_err(|error| Error::writing(&path, &error))?;
    }
    Ok(())
}

fn opening(scratch: &Scratch, sandbox: &Sandbox, keep: bool) -> String {
    let fate = if keep { "kept" } else { "removed at the end; `--keep` keeps it" };
    format!(
        "{MESSAGES} messages, a gateway that fails on purpose, and the books held against its own ledger.\n\
         These are real commands, and nothing leaves this machine.\n\n\
         database  {} ({fate})\n\
         gateway   {}",
        scratch.path().display(),
        sandbox.url()
    )
}

/// How a step speaks: as the demonstration does, or not at all where only its account is asked for.
fn stage(context: &Context, shows: bool) -> Output {
    if shows {
        return Output::with(context.out.style(), Streams::process());
    }
    let style = Style { quiet: true, no_progress: true, ..context.out.style() };
    let silence = Streams { stdin: Box::new(io::empty()), stdout: Box::new(io::sink()), stderr: Box::new(io::sink()) };
    Output::with(style, silence)
}

/// Runs a step as the command line would, with the demonstration's own settings: this machine's may name a gateway that
/// really sends.
fn run_step(step: &Step, scratch: &Scratch, out: Output) -> Result<(), Error> {
    let messages = scratch.messages().display().to_string();
    let words = step.words.iter().map(|word| if *word == "messages.csv" { messages.as_str() } else { *word });
    let cli = Cli::try_parse_from(["smsctl"].into_iter().chain(words))
        .map_err(|error| Error::usage(&error, "smsctl demo"))?;
    let overrides = Overrides { file: Some(scratch.settings()), ..Overrides::default() };
    let nothing = Environment::of::<String, String>([]);
    let context = Context::with_config(cli.global, out, config::load_from(&overrides, &nothing)?);
    cli.command.run(&context)?;
    Ok(context.out.flush()?)
}

fn say(context: &Context, text: &str) -> Result<(), Error> {
    Ok(context.out.lines(Lines::new().paragraph(text))?)
}
