//! What the environment says about the terminal.

use super::Environment;

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

/// What this process's environment says.
pub fn terminal() -> TerminalEnv {
    TerminalEnv::of(&Environment::of_process())
}

impl TerminalEnv {
    /// What `environment` says.
    pub fn of(environment: &Environment) -> TerminalEnv {
        let columns = environment.get("COLUMNS").and_then(|text| text.to_str()?.parse().ok());
        TerminalEnv {
            no_color: environment.get("NO_COLOR").is_some(),
            term_is_dumb: environment.get("TERM").is_some_and(|term| term == "dumb"),
            columns: columns.filter(|&columns| columns > 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> TerminalEnv {
        TerminalEnv::of(&Environment::of(variables.iter().copied()))
    }

    #[test]
    fn nothing_said_is_nothing_known() {
        let empty = [("NO_COLOR", ""), ("TERM", "xterm"), ("COLUMNS", "0")];
        assert_eq!(of(&[]), TerminalEnv::default());
        assert_eq!(of(&empty), TerminalEnv::default());
        assert_eq!(of(&[("COLUMNS", "wide")]).columns, None);
    }

    #[test]
    fn what_is_said_is_heard() {
        let said = of(&[("NO_COLOR", "1"), ("TERM", "dumb"), ("COLUMNS", "40")]);
        assert_eq!(said, TerminalEnv { no_color: true, term_is_dumb: true, columns: Some(40) });
    }
}
