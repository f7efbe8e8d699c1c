//! The settings, resolved and checked: what the rest of the program sees.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::queue::{Backoff, OnUnknown, Rate};

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    pub database: DatabaseSettings,
    pub queue: QueueSettings,
    pub work: WorkSettings,
    pub retry: RetrySettings,
    pub message: MessageSettings,
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
    /// May hold a password: never print it without `store::url::redact`.
    pub url: String,
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
    pub size: u32,
    pub max_overflow: u32,
    pub recycle: Duration,
    pub pre_ping: bool,
    pub timeout: Duration,
}

/// `[gateways.NAME]`
#[derive(Clone, Debug)]
pub struct GatewaySettings {
    pub http: crate::gateway::http::Settings,
    /// `None`: no limit.
    pub rate: Option<Rate>,
    pub on_unknown: OnUnknown,
}

/// `[commands.NAME]`
#[derive(Clone, Debug)]
pub struct CommandSettings {
    pub command: crate::gateway::command::Settings,
    /// `None`: no limit.
    pub rate: Option<Rate>,
    pub on_unknown: OnUnknown,
}

/// `[tasks."PATTERN"]`: rows that another program enqueues.
#[derive(Clone, Debug)]
pub struct TaskRoute {
    /// A glob over `task_func`.
    pub pattern: String,
    /// `gateway:NAME` or `command:NAME`.
    pub lane: String,
    /// Where the recipient stands, for a gateway: `args.1`, `kwargs.to`.
    pub to: Option<String>,
    /// Where the text stands, for a gateway.
    pub text: Option<String>,
    /// Where the sender stands, if the row names one.
    pub sender: Option<String>,
}

/// Where a settings file was looked for, and found.
#[derive(Clone, Debug, Default)]
pub struct ConfigFile {
    pub path: Option<PathBuf>,
}
