//! Defaults, file, environment, flags -> `Config`, with the origin of each value. The only reader of the environment.
//!
//! * `keys`: the table of all settings; everything below is made from it.
//! * `kind`, `value`, `amount`, `secret`: the forms that values take, and what of them is never shown.
//! * `file`, `environment`, `variables`: what was written where.
//! * `merge`, `inspect`: the layers over each other, and `Config` from them.
//! * `check`: whether what the settings name is there.
//! * `write`: the file of `config init`.
//! * `terminal`: what the environment says about the terminal.
//! * `reference`: the file that `config init` writes, and the page of the documentation.

mod amount;
mod check;
mod environment;
mod file;
mod inspect;
mod keys;
mod kind;
mod merge;
mod problem;
mod reference;
mod scratch;
mod secret;
pub mod settings;
mod state;
pub mod terminal;
mod value;
mod variables;
mod write;

use std::path::PathBuf;

pub use amount::{read_duration, read_lane_rate};
pub use check::check;
pub use environment::Environment;
pub use file::file_in_use;
pub use inspect::{Inspection, inspect, load_from};
pub use merge::Setting;
pub use problem::{ConfigError, Origin, Problem, Severity};
pub use reference::{reference, template};
pub use scratch::scratch_parent;
pub use settings::{CommandSettings, Config, GatewaySettings};
pub use state::{make_state_directory, state_directories};
pub use write::{own_file, write};

/// What the command line says about settings: it goes before everything else.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// Key and value, for example `database.url` and what `--database` said.
    pub values: Vec<(&'static str, String)>,
}

/// Reads all settings of this process.
///
/// # Errors
/// Names the key, the value and where it stands.
pub fn load(overrides: &Overrides) -> Result<Config, ConfigError> {
    load_from(overrides, &Environment::of_process())
}
