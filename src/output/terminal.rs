//! What the three streams are: terminals or not, how wide, and whether they take colour.

use std::io::{self, IsTerminal};

/// The terminal that a page of text is laid out for where nobody tells its width.
const COLUMNS_DEFAULT: u16 = 80;
/// Narrower than this nothing is laid out: lines may wrap then.
const COLUMNS_MIN: u16 = 20;

/// What the three streams are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// stdin is a terminal: somebody can answer.
    pub stdin: bool,
    /// stdout is a terminal.
    pub stdout: bool,
    /// stderr is a terminal.
    pub stderr: bool,
    /// Its width, at least 20.
    pub columns: u16,
    /// It understands no control sequences (`TERM=dumb`).
    pub dumb: bool,
    /// `NO_COLOR` is set (<https://no-color.org>).
    pub no_color: bool,
}

impl Default for Terminal {
    /// No terminal anywhere.
    fn default() -> Terminal {
        Terminal { stdin: false, stdout: false, stderr: false, columns: COLUMNS_DEFAULT, dumb: false, no_color: false }
    }
}

impl Terminal {
    /// Looks at this process's streams. What the environment says is handed in: `columns` (`COLUMNS`) counts where the
    /// terminal itself does not tell its width.
    pub fn detect(no_color: bool, dumb: bool, columns: Option<u16>) -> Terminal {
        let width = width_of(&io::stdout()).or_else(stderr_columns).or(columns).unwrap_or(COLUMNS_DEFAULT);
        Terminal {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
            columns: width.max(COLUMNS_MIN),
            dumb,
            no_color,
        }
    }
}

/// The width of the terminal on stderr at this moment; `None` if it does not tell.
pub(super) fn stderr_columns() -> Option<u16> {
    width_of(&io::stderr())
}

fn width_of(stream: &impl std::os::fd::AsFd) -> Option<u16> {
    rustix::termios::tcgetwinsize(stream).ok().map(|size| size.ws_col).filter(|&columns| columns > 0)
}
