//! A scratch queue, a gateway that lies, and the settings of workers between them.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::Duration;

use regex::Regex;

use super::super::Context;
use crate::child::Child;
use crate::config;
use crate::engine::Stop;
use crate::error::{Error, Kind};
use crate::gateway::sandbox::{Behaviour, Keep, Sandbox};
use crate::queue::{Lane, NewTask};
use crate::speed;
use crate::store::{self, Access, Options, Scratch, Store, StoreError};

/// Lives, at most, of a worker whose test was killed: it ends by itself then.
pub const LIFE: &str = "10m";
/// Drains that may leave something behind before what is left counts as lost.
const DRAINS_MAX: u32 = 100;
/// How long we wait for a worker's transaction: one that is suspended in it has to be woken.
const BUSY: Duration = Duration::from_secs(2);
/// What is deferred becomes due within this.
const RETRY: Duration = Duration::from_millis(200);

pub struct Scene {
    pub store: Box<dyn Store>,
    pub sandbox: Sandbox,
    settings: PathBuf,
    /// Last: the database goes when nobody uses it any more.
    pub scratch: Scratch,
}

impl Scene {
    /// Makes all of it.
    ///
    /// # Errors
    /// The scratch database, its directory or the sandbox.
    pub fn set(context: &Context, seed: u64) -> Result<Scene, Error> {
        let database = &context.config()?.database;
        let scratch = Scratch::beside(&database.url, database.password_file.as_deref(), &config::scratch_parent())?;
        let ledger = scratch.directory().join("ledger.jsonl");
        let loopback = ([127, 0, 0, 1], 0).into();
        let sandbox = Sandbox::listen(loopback, behaviour(seed)?, Keep::File(&ledger))?;
        let password_file = database.password_file.as_ref().map(|path| format!("password_file = {path:?}\n"));
        let text = format!(
            "[database]\nurl = {:?}\n{}\n[retry]\nbase = \"5ms\"\ncap = \"{}ms\"\nmax_retries = 4\n\n\
             [gateways.default]\nprofile = \"hkt\"\nbase_url = {:?}\napplication_id = \"selftest\"\n\
             sender = \"85212345678\"\ntimeout = \"1s\"\n",
            scratch.secret_url(),
            password_file.unwrap_or_default(),
            RETRY.as_millis(),
            sandbox.url(),
        );
        let settings = scratch.directory().join("config.toml");
        write_privately(&settings, &text).map_err(|error| Error::writing(&settings, &error))?;
        let options = Options { busy_timeout: BUSY, ..Options::new(Access::Create) };
        let store = store::open(scratch.location(), &options)?.store;
        Ok(Scene { store, sandbox, settings, scratch })
    }

    pub fn ledger(&self) -> PathBuf {
        self.scratch.directory().join("ledger.jsonl")
    }

    /// Starts a worker.
    ///
    /// # Errors
    /// The system starts no process.
    pub fn worker(&self, arguments: &[&str]) -> Result<Child, Error> {
        let arguments = [&["work", "--quiet", "--for", LIFE][..], arguments].concat();
        Child::start(&self.settings, &arguments)
            .map_err(|error| Error::new(Kind::Unavailable, "a worker could not be started").cause(error.to_string()))
    }

    /// Enqueues the messages of these numbers.
    ///
    /// # Errors
    /// The database.
    pub fn enqueue(&self, numbers: std::ops::Range<u64>) -> Result<(), StoreError> {
        let lane = || Lane::Gateway("default".to_owned());
        let task = |n| NewTask { max_retries: 4, ..NewTask::message(lane(), speed::message(n)) };
        self.store.enqueue(&numbers.map(task).collect::<Vec<_>>(), 0)?;
        Ok(())
    }

    /// Lets time pass.
    pub fn rest(&self, span: Duration) {
        self.sandbox.wait_for(u64::MAX, Some(span));
    }

    /// Sends what is left, with nobody in the way. What is still there after many tries is left for the account.
    ///
    /// # Errors
    /// The database, or a worker cannot be started.
    pub fn drain(&self, stop: &Stop) -> Result<(), Error> {
        for _ in 0..DRAINS_MAX {
            let tasks = self.store.stats()?.tasks;
            let waits =
                tasks.pending + tasks.processing + tasks.scheduled + tasks.retryable.saturating_sub(tasks.unknown);
            if waits == 0 || stop.is_asked() {
                break;
            }
            let mut worker = self.worker(&["--drain", "--workers", "16"])?;
            while worker.ended()?.is_none() && !stop.is_asked() {
                self.rest(Duration::from_millis(20));
            }
            self.rest(RETRY);
        }
        Ok(())
    }
}

/// Everything that a gateway does to its clients. What 503 says was not taken; of the others the message was.
fn behaviour(seed: u64) -> Result<Behaviour, Error> {
    let reject = Regex::new("77$").map_err(|error| Error::new(Kind::Bug, error.to_string()))?;
    Ok(Behaviour {
        latency: Duration::from_millis(2),
        fail: vec![(503, 0.1)],
        hang_up: 0.02,
        garbage: 0.01,
        silent: 0.002,
        reject: Some(reject),
        seed,
        ..Behaviour::default()
    })
}

fn write_privately(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}
