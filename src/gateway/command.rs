//! Commands as ways out: a process a task. The only file that starts one.

use std::time::Duration;

use super::{Gateway, GatewayError};

/// Settings of one command lane.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The program and its arguments; no shell reads them.
    pub run: Vec<String>,
    /// How long one run may take.
    pub timeout: Duration,
}

/// Builds the lane.
///
/// # Errors
/// A setting is missing or wrong.
pub fn open(settings: &Settings) -> Result<Box<dyn Gateway>, GatewayError> {
    let _ = settings;
    Err(GatewayError::Setting { key: "run".to_owned(), reason: "not built yet".to_owned() })
}
