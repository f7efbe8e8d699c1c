//! What the environment says about the terminal.

use std::env;

/// What the environment says about the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalEnv {
    /// `NO_COLOR` is there and not empty (<https://no-color.org>).
    pub no_color: bool,
    /// `TERM=dumb`: no control sequences.
    pub term_is_dumb: bool,
    /// `COLUMNS`, more than 0.
    pub columns: Option<u16>,
}

/// Reads it.
pub fn terminal() -> TerminalEnv {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    TerminalEnv {
        no_color: set("NO_COLOR").is_some(),
        term_is_dumb: set("TERM").is_some_and(|term| term == "dumb"),
        columns: set("COLUMNS").and_then(|text| text.to_str()?.parse().ok()).filter(|&columns| columns > 0),
    }
}
