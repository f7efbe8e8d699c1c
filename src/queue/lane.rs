//! The way out of a task: `gateway:NAME` or `command:NAME`, stored in `task_func`.

use std::fmt;

/// The name of a lane, as it stands in `task_func`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lane {
    /// An SMS gateway of the settings.
    Gateway(String),
    /// A command of the settings, run once a task.
    Command(String),
}

impl Lane {
    /// Reads `gateway:NAME`, `command:NAME`, or a bare `NAME`, which means a gateway. `None` if the name is empty or the
    /// word before the colon is neither.
    pub fn parse(word: &str) -> Option<Lane> {
        match word.split_once(':') {
            None if word.is_empty() => None,
            None => Some(Lane::Gateway(word.to_owned())),
            Some((_, "")) => None,
            Some(("gateway", name)) => Some(Lane::Gateway(name.to_owned())),
            Some(("command", name)) => Some(Lane::Command(name.to_owned())),
            Some(_) => None,
        }
    }

    /// The name without its kind.
    pub fn name(&self) -> &str {
        match self {
            Lane::Gateway(name) | Lane::Command(name) => name,
        }
    }
}

impl fmt::Display for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lane::Gateway(name) => write!(f, "gateway:{name}"),
            Lane::Command(name) => write!(f, "command:{name}"),
        }
    }
}

/// A token bucket: `per_s` tokens a second flow in, at most `burst` are kept, a claim takes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Tokens a second, more than 0.
    pub per_s: f64,
    /// The most tokens that are kept, at least 1.
    pub burst: f64,
}
