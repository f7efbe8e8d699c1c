//! The only writer to the terminal: data to stdout, everything else to stderr.
//!
//! stdout is buffered, and a failure there ends the command; a closed pipe is an `io::Error` of the kind `BrokenPipe`, which
//! ends it quietly. stderr is written piece by piece under one lock, and a failure there is nobody's business; a worker's log is
//! written by a thread of its own, and holds up nobody.
//! `docs/json.md` tells what each format promises.

mod backlog;
mod chart;
mod color;
mod confirm;
pub mod escape;
mod format;
mod json;
mod list;
mod log;
mod problem;
mod progress;
pub mod record;
mod story;
mod stream;
mod table;
mod terminal;

use std::io::{self, Read, Write};
use std::sync::{Mutex, OnceLock};

use indicatif::MultiProgress;
use serde::Serialize;

pub use chart::Bar;
pub use confirm::Confirmed;
pub use format::{Format, LogFormat};
pub use list::List;
pub use log::{Level, LogLine};
pub use problem::{FilePart, Problem};
pub use progress::Progress;
pub use record::{Column, Record};
pub use story::Lines;
pub use stream::StdoutError;
pub use terminal::Terminal;

use color::Tone;
use stream::{Stderr, Stdout};

/// How this run speaks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// What stdout speaks.
    pub format: Format,
    /// Warnings and errors alone.
    pub quiet: bool,
    /// How often `-v` was given.
    pub verbose: u8,
    /// Whether there is colour.
    pub color: ColorChoice,
    /// What the log speaks.
    pub log_format: LogFormat,
    /// `--no-progress`.
    pub no_progress: bool,
    /// What the streams are.
    pub terminal: Terminal,
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// In pipes and files as well
    Always,
    /// Nowhere
    Never,
}

impl Style {
    /// Whether stdout takes colour.
    pub fn paints_stdout(&self) -> bool {
        self.paints(self.terminal.stdout)
    }

    /// Whether stderr takes colour.
    pub fn paints_stderr(&self) -> bool {
        self.paints(self.terminal.stderr)
    }

    /// Failures go out as JSON: the data do, or the log does.
    pub fn speaks_json(&self) -> bool {
        matches!(self.format, Format::Json | Format::Jsonl) || self.log_format == LogFormat::Json
    }

    /// The last level that is logged.
    pub fn level(&self) -> Level {
        match (self.quiet, self.verbose) {
            (true, _) => Level::Warn,
            (false, 0) => Level::Info,
            (false, 1) => Level::Debug,
            (false, _) => Level::Trace,
        }
    }

    fn paints(&self, is_terminal: bool) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => is_terminal && !self.terminal.no_color && !self.terminal.dumb,
        }
    }

    fn shows_progress(&self) -> bool {
        self.terminal.stderr && !self.terminal.dumb && !self.quiet && !self.no_progress
    }
}

/// Where an `Output` reads and writes.
pub struct Streams {
    /// Where answers come from.
    pub stdin: Box<dyn Read + Send>,
    /// Where data goes.
    pub stdout: Box<dyn Write + Send>,
    /// Where everything else goes.
    pub stderr: Box<dyn Write + Send>,
}

impl Streams {
    /// Those of this process.
    pub fn process() -> Streams {
        Streams { stdin: confirm::stdin(), stdout: Box::new(io::stdout()), stderr: Box::new(io::stderr()) }
    }
}

/// Speaks to people and to scripts. Shared by threads.
pub struct Output {
    style: Style,
    stdin: Mutex<Box<dyn Read + Send>>,
    stdout: Stdout,
    stderr: Stderr,
    /// Made by the first progress bar.
    bars: OnceLock<MultiProgress>,
}

impl Output {
    /// Speaks through `streams`; `style.terminal` says what they are.
    pub fn with(style: Style, streams: Streams) -> Output {
        Output {
            style,
            stdin: Mutex::new(streams.stdin),
            stdout: Stdout::new(streams.stdout),
            stderr: Stderr::new(streams.stderr),
            bars: OnceLock::new(),
        }
    }

    /// How it speaks.
    pub fn style(&self) -> Style {
        self.style
    }

    /// One document: an object as json, jsonl and csv; a table of two columns; `plain` as plain, nothing if that is empty.
    ///
    /// # Errors
    /// stdout cannot be written; a closed pipe is `io::ErrorKind::BrokenPipe`.
    pub fn one(&self, shape: &impl Serialize, plain: &str) -> io::Result<()> {
        match self.style.format {
            Format::Json | Format::Jsonl => self.put(&format!("{}\n", json::to_line(shape)?))?,
            Format::Csv => {
                let mut sheet = list::Sheet::new(self);
                sheet.row(&record::of(shape)?)?;
                sheet.finish(&[])?;
            }
            Format::Plain if plain.is_empty() => {}
            Format::Plain => self.put(&format!("{}\n", escape::lines(plain)))?,
            Format::Table => self.put(&table::document(self.style, &record::of(shape)?)?)?,
        }
        self.flush()
    }

    /// Starts a list: json is one array, jsonl and csv stream, plain prints the first column.
    /// `columns` says what a table shows; json, jsonl and csv carry every field of the shape. No columns: a table shows all.
    pub fn list<'a>(&'a self, columns: &'a [Column]) -> List<'a> {
        List::new(self, columns)
    }

    /// A bar chart of counts, as wide as the terminal. For people: no other format has one.
    ///
    /// # Errors
    /// As for `one`.
    pub fn chart(&self, bars: &[Bar]) -> io::Result<()> {
        self.put(&chart::render(bars, usize::from(self.style.terminal.columns), self.style.terminal.dumb))?;
        self.flush()
    }

    /// Text of our own, as it is: help, a completion script, a settings file.
    ///
    /// # Errors
    /// As for `one`.
    pub fn text(&self, text: &str) -> io::Result<()> {
        self.put(text)?;
        self.flush()
    }

    /// "I changed something": on stderr, silent under `--quiet`.
    pub fn note(&self, text: &str) {
        self.remark(Level::Info, "note", ("", Tone::Calm), text);
    }

    /// `warning: text` on stderr.
    pub fn warn(&self, text: &str) {
        self.remark(Level::Warn, "warning", ("warning: ", Tone::Caution), text);
    }

    /// `hint: text` on stderr, silent under `--quiet`.
    pub fn hint(&self, text: &str) {
        self.remark(Level::Info, "hint", ("hint: ", Tone::Calm), text);
    }

    /// One line of the log on stderr, if `--quiet` and `--verbose` let its level through.
    pub fn log(&self, line: &LogLine) {
        if line.level <= self.style.level() {
            self.say(&logged(self.style, line));
        }
    }

    /// From now on nobody waits for the reader of stderr: a thread of its own writes there. `gap` is the line of the log that
    /// tells of so many lines that found no room. Where the system starts no thread, all is as it was.
    pub fn detach_stderr(&self, gap: fn(u64) -> LogLine) {
        let style = self.style;
        self.stderr.detach(move |lines| logged(style, &gap(lines)));
    }

    /// Waits until all that was said on stderr is written: not long where it is read slowly, and a moment where it is not read.
    pub fn settle(&self) {
        self.stderr.settle();
    }

    /// As `settle`; what waits even then is given up, and counted in a line, so that the last words come out.
    pub fn make_way(&self) {
        self.stderr.make_way();
    }

    /// A failure on stderr: text, or one line of JSON where `Style::speaks_json`.
    pub fn problem(&self, problem: &Problem<'_>) {
        if self.style.speaks_json() {
            self.say(&problem.json());
        } else {
            self.say(&problem.text(self.style));
        }
    }

    /// Help that was not asked for, on stderr.
    pub fn usage(&self, help: &str) {
        self.say(help);
    }

    /// Asks a question that is answered with yes or no; no is the default. It is asked only where somebody can answer.
    pub fn confirm(&self, question: &str) -> Confirmed {
        if !self.style.terminal.stdin || !self.style.terminal.stderr {
            return Confirmed::NoTerminal;
        }
        self.aside(|| {
            self.stderr.write(&format!("{} [y/N] ", escape::line(question)));
            confirm::read(&mut **stream::locked(&self.stdin))
        })
    }

    /// The progress of `what`, of `total` pieces if that is known: a bar on stderr that appears after a second, on a terminal,
    /// unless `--quiet` or `--no-progress`. Elsewhere it costs a counter.
    pub fn progress(&self, total: Option<u64>, what: &'static str) -> Progress {
        if !self.style.shows_progress() {
            return Progress::hidden();
        }
        let columns = self.style.terminal.columns;
        let bars = self.bars.get_or_init(|| progress::bars(&self.stderr, columns));
        Progress::shown(bars, columns, total, what)
    }

    /// Writes out what stdout still keeps.
    ///
    /// # Errors
    /// As for `one`.
    pub fn flush(&self) -> io::Result<()> {
        self.stdout.flush()
    }

    fn put(&self, text: &str) -> io::Result<()> {
        self.put_bytes(text.as_bytes())
    }

    fn put_bytes(&self, bytes: &[u8]) -> io::Result<()> {
        // Both streams may be one file or terminal: what was said before stands before.
        self.settle();
        if !self.style.terminal.stdout {
            return self.stdout.write(bytes);
        }
        // Bars may stand on the same terminal, and somebody is reading along.
        self.aside(|| self.stdout.write(bytes).and_then(|()| self.stdout.flush()))
    }

    fn remark(&self, level: Level, event: &'static str, (lead, tone): (&str, Tone), text: &str) {
        if level > self.style.level() {
            return;
        }
        if self.style.speaks_json() {
            let line = LogLine::new(level, event).field("message", text);
            self.say(&format!("{}\n", line.render(LogFormat::Json, false)));
        } else {
            self.say(&problem::told(self.style, tone, lead, text));
        }
    }

    fn say(&self, text: &str) {
        self.aside(|| self.stderr.write(text));
    }

    /// Does `work` with no bar on the screen.
    fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match self.bars.get() {
            Some(bars) => bars.suspend(work),
            None => work(),
        }
    }
}

fn logged(style: Style, line: &LogLine) -> String {
    format!("{}\n", line.render(style.log_format, style.paints_stderr()))
}

#[cfg(test)]
mod tests;
