//! The settings, resolved and checked: what the rest of the program sees.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::queue::{Backoff, Lane, OnUnknown, Rate, Routes, TaskRoute};

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[database]`
    pub database: DatabaseSettings,
    /// `[queue]`
    pub queue: QueueSettings,
    /// `[work]`
    pub work: WorkSettings,
    /// `[retry]`
    pub retry: RetrySettings,
    /// `breaker.base` and `breaker.cap`: how long a lane rests whose gateway cannot be reached.
    pub breaker: Backoff,
    /// `[message]`
    pub message: MessageSettings,
    /// `[pool]`
    pub pool: PoolSettings,
    /// By name: the lane `gateway:NAME`.
    pub gateways: BTreeMap<String, GatewaySettings>,
    /// By name: the lane `command:NAME`.
    pub commands: BTreeMap<String, CommandSettings>,
    /// In the order of the file: the first pattern that matches a `task_func` serves it.
    pub tasks: Vec<TaskRoute>,
}

/// `[database]`
#[derive(Clone)]
pub struct DatabaseSettings {
    /// May hold a password: never print it without `store::redact`.
    pub url: String,
    /// Where the password of a database server stands, if not in the URL.
    pub password_file: Option<PathBuf>,
}

impl std::fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseSettings").finish_non_exhaustive()
    }
}

/// `[queue]`
#[derive(Clone, Debug)]
pub struct QueueSettings {
    /// The most tasks that wait; 0: no limit.
    pub max_size: u64,
}

/// `[work]`
#[derive(Clone, Debug)]
pub struct WorkSettings {
    /// Sender threads, 1 to 1024.
    pub workers: usize,
    /// How long senders may finish after a stop was asked for.
    pub shutdown_grace: Duration,
}

/// `[retry]`
#[derive(Clone, Debug)]
pub struct RetrySettings {
    /// Attempts in all, at least 1.
    pub max_retries: u32,
    /// `retry.base` and `retry.cap`.
    pub backoff: Backoff,
}

/// `[message]`
#[derive(Clone, Debug)]
pub struct MessageSettings {
    /// Two letters: where national numbers belong. `None`: only international numbers are taken.
    pub region: Option<String>,
    /// The longest text, in segments.
    pub max_segments: u32,
    /// The lane of a message that names none: `gateway:default`.
    pub lane: String,
}

/// `[pool]`: connections to a database server; SQLite reads `size` only.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// Connections that are kept, 1 to 1000.
    pub size: u32,
    /// Connections beyond those, closed as soon as nobody needs them.
    pub max_overflow: u32,
    /// A connection that is older is replaced. `None`: never.
    pub recycle: Option<Duration>,
    /// Whether a connection is tried before it is used.
    pub pre_ping: bool,
    /// How long somebody waits for a free connection.
    pub timeout: Duration,
}

/// `[gateways.NAME]`
#[derive(Clone, Debug)]
pub struct GatewaySettings {
    /// How its provider is asked.
    pub http: crate::gateway::http::Settings,
    /// `None`: no limit.
    pub rate: Option<Rate>,
    /// What is done where nobody knows whether a message left.
    pub on_unknown: OnUnknown,
}

/// `[commands.NAME]`
#[derive(Clone, Debug)]
pub struct CommandSettings {
    /// What is run for each task.
    pub command: crate::gateway::command::Settings,
    /// `None`: no limit.
    pub rate: Option<Rate>,
    /// What is done where nobody knows whether a run did its work.
    pub on_unknown: OnUnknown,
}

impl Config {
    /// The lanes that the settings know, gateways first, in the order of their names.
    pub fn lanes(&self) -> impl Iterator<Item = Lane> {
        let gateways = self.gateways.keys().cloned().map(Lane::Gateway);
        gateways.chain(self.commands.keys().cloned().map(Lane::Command))
    }

    /// What serves which row.
    pub fn routes(&self) -> Routes {
        Routes::new(self.lanes(), self.tasks.clone())
    }
}
