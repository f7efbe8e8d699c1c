//! Defaults, file, environment, flags -> `Config`, with the origin of each value. The only reader of the environment.

pub mod settings;
pub mod terminal;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

pub use settings::{CommandSettings, Config, GatewaySettings, TaskRoute};

use crate::queue::Backoff;

/// What the command line says about settings: it goes before everything else.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// Key and value, for example `database.url` and what `--database` said.
    pub values: Vec<(&'static str, String)>,
}

/// A settings file, variable or flag that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("placeholder")]
    Placeholder,
}

/// Reads all settings.
///
/// # Errors
/// Names the key, the value and where it stands.
#[expect(clippy::disallowed_methods, reason = "this floor alone reads the environment")]
pub fn load(overrides: &Overrides) -> Result<Config, ConfigError> {
    let url = overrides.values.iter().find(|(key, _)| *key == "database.url").map(|(_, value)| value.clone());
    let url = url.or_else(|| std::env::var("DATABASE_URL").ok()).unwrap_or_else(|| "sqlite:///sms.db".to_owned());
    Ok(Config {
        database: settings::DatabaseSettings { url },
        queue: settings::QueueSettings { max_size: 0 },
        work: settings::WorkSettings { workers: 4, shutdown_grace: Duration::from_secs(30) },
        retry: settings::RetrySettings { max_retries: 3, backoff: Backoff::default() },
        message: settings::MessageSettings { region: None, max_segments: 10, lane: "gateway:default".to_owned() },
        pool: settings::PoolSettings {
            size: 10,
            max_overflow: 20,
            recycle: Duration::from_secs(3600),
            pre_ping: true,
            timeout: Duration::from_secs(30),
        },
        gateways: BTreeMap::new(),
        commands: BTreeMap::new(),
        tasks: Vec::new(),
    })
}
