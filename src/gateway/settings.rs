//! What an operator says about one HTTP gateway.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of one HTTP gateway.
#[derive(Clone)]
pub struct Settings {
    /// The name of a built-in profile (`hkt`), or the path of a profile's file.
    pub profile: String,
    /// Where the requests go.
    pub base_url: String,
    /// Values that the profile's request names, for example `application_id` and `sender`. Some are secrets.
    pub values: BTreeMap<String, String>,
    /// The whole call, from the start of the connection to the end of the answer; more than nothing.
    pub timeout: Duration,
    /// The connection alone, name and TLS included; more than nothing.
    pub connect_timeout: Duration,
    /// Whether a connection may serve more than one request.
    pub keep_alive: bool,
    /// The file with the authorities from which its certificate may come, in place of those that are built in.
    pub ca_file: Option<PathBuf>,
    /// Reply rules that go before the profile's, by verdict (`success`, `rejected`, `deferred`, …): see `Rules::new`.
    pub rules: BTreeMap<String, String>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("profile", &self.profile).finish_non_exhaustive()
    }
}
