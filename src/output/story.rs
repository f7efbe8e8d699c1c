//! One thing told to people: labelled lines on a terminal of any width, lines with tabs in a pipe.
//!
//! ```text
//! task     5
//! status   failed
//! text     Your parcel is
//!          here
//! ```

use std::io;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::color::Tone;
use super::{Format, Output, Style, escape};

/// Between the labels and the values.
const GAP: usize = 2;
/// A value keeps at least this width, even where lines get longer than the terminal.
const VALUE_COLUMNS_MIN: usize = 12;
/// Moves the cursor to the upper left corner and clears what is below (ECMA-48: CUP, ED).
const CLEAR: &str = "\x1b[H\x1b[J";

/// Labels with their values, and paragraphs between them, in order.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Labelled { label: String, value: String },
    Paragraph(String),
    Gap,
}

impl Lines {
    /// None yet.
    pub fn new() -> Lines {
        Lines::default()
    }

    /// `label  value`; a value may have several lines. The value of `status` has its colour.
    pub fn line(&mut self, label: &str, value: impl Into<String>) -> &mut Lines {
        self.parts.push(Part::Labelled { label: label.to_owned(), value: value.into() });
        self
    }

    /// As `line`, if there is a value.
    pub fn line_if(&mut self, label: &str, value: Option<impl Into<String>>) -> &mut Lines {
        match value {
            Some(value) => self.line(label, value),
            None => self,
        }
    }

    /// Text over the whole width.
    pub fn paragraph(&mut self, text: impl Into<String>) -> &mut Lines {
        self.parts.push(Part::Paragraph(text.into()));
        self
    }

    /// An empty line on a terminal.
    pub fn gap(&mut self) -> &mut Lines {
        self.parts.push(Part::Gap);
        self
    }

    fn render(&self, style: Style) -> String {
        let mut out = String::new();
        let indent = self.parts.iter().map(Part::label_width).max().unwrap_or(0) + GAP;
        for part in &self.parts {
            if style.terminal.stdout { part.draw(&mut out, indent, style) } else { part.write(&mut out) }
        }
        out
    }
}

impl Part {
    fn label_width(&self) -> usize {
        match self {
            Part::Labelled { label, .. } => label.width(),
            Part::Paragraph(_) | Part::Gap => 0,
        }
    }

    /// For scripts: a tab after the label, and each value in one line.
    fn write(&self, out: &mut String) {
        match self {
            Part::Labelled { label, value } => out.push_str(&format!("{label}\t{}\n", escape::line(value))),
            Part::Paragraph(text) => out.push_str(&format!("{}\n", escape::lines(text))),
            Part::Gap => {}
        }
    }

    fn draw(&self, out: &mut String, indent: usize, style: Style) {
        let columns = usize::from(style.terminal.columns);
        match self {
            Part::Gap => out.push('\n'),
            Part::Paragraph(text) => wrap(text, columns).iter().for_each(|line| out.push_str(&format!("{line}\n"))),
            Part::Labelled { label, value } => {
                let paints = style.paints_stdout();
                let tone = Some(value).filter(|_| label == "status").and_then(|word| Tone::of_state(word));
                let mut lead = format!("{}{}", Tone::Strong.paint(paints, label), " ".repeat(indent - label.width()));
                for line in wrap(value, columns.saturating_sub(indent).max(VALUE_COLUMNS_MIN)) {
                    let line = tone.map_or_else(|| line.clone(), |tone| tone.paint(paints, &line));
                    out.push_str(format!("{lead}{line}").trim_end());
                    out.push('\n');
                    lead = " ".repeat(indent);
                }
            }
        }
    }
}

/// The lines of `text`, each at most `columns` wide, broken between words where one can.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    escape::lines(text).split('\n').flat_map(|line| wrap_line(line, columns)).collect()
}

fn wrap_line(line: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in words(line, columns) {
        if used > 0 && used + word.trim_end().width() > columns {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            let width = c.width().unwrap_or(0);
            if used > 0 && c != ' ' && used + width > columns {
                lines.push(String::new());
                used = 0;
            }
            if let Some(last) = lines.last_mut() {
                last.push(c);
            }
            used += width;
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The words of a line, each with the space behind it. A command in backticks is one word where a line can hold it, so that it
/// can be copied whole.
fn words(line: &str, columns: usize) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let quoted = rest.strip_prefix('`').and_then(|inside| inside.find('`')).map(|at| at + 2);
        let after = |at: usize| rest[at..].find(' ').map_or(rest.len(), |space| at + space + 1);
        let end = match quoted.map(after) {
            Some(end) if rest[..end].trim_end().width() <= columns => end,
            _ => after(0),
        };
        let (word, left) = rest.split_at(end);
        out.push(word);
        rest = left;
    }
    out
}

impl Output {
    /// One document that people read as `lines`: those in the table format, else as `one`.
    ///
    /// # Errors
    /// As for `one`.
    pub fn story(&self, shape: &impl Serialize, plain: &str, lines: &Lines) -> io::Result<()> {
        match self.style().format {
            Format::Table => self.lines(lines),
            _ => self.one(shape, plain),
        }
    }

    /// `lines` as they are told to people, whatever the format: for what has no other form.
    ///
    /// # Errors
    /// As for `one`.
    pub fn lines(&self, lines: &Lines) -> io::Result<()> {
        self.text(&lines.render(self.style()))
    }

    /// `lines` in place of all that the terminal shows; without one that can be redrawn, below what was written.
    ///
    /// # Errors
    /// As for `one`.
    pub fn redraw(&self, lines: &Lines) -> io::Result<()> {
        let clear = if self.redraws() { CLEAR } else { "" };
        self.text(&format!("{clear}{}", lines.render(self.style())))
    }

    /// Whether `redraw` has a terminal that understands it.
    pub fn redraws(&self) -> bool {
        let terminal = self.style().terminal;
        terminal.stdout && !terminal.dumb
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ColorChoice, Terminal};
    use super::*;

    fn lines(parts: &[(&str, &str)]) -> Lines {
        let mut lines = Lines::new();
        for (label, value) in parts {
            lines.line(label, *value);
        }
        lines
    }

    fn on_terminal(lines: &Lines, columns: u16) -> String {
        let terminal = Terminal { stdout: true, columns, ..Terminal::default() };
        lines.render(Style { terminal, color: ColorChoice::Never, ..Style::default() })
    }

    #[test]
    fn values_wrap_at_words_beside_their_labels() {
        let mut lines = lines(&[("id", "5"), ("status", "failed, and a good deal more")]);
        lines.gap().paragraph("the end");
        let expected = "id      5\nstatus  failed, and a good\n        deal more\n\nthe end\n";
        assert_eq!(on_terminal(&lines, 26), expected);
    }

    #[test]
    fn a_pipe_gets_one_line_for_each_value() {
        let mut lines = lines(&[("id", "5"), ("text", "one\ntwo\tthree")]);
        lines.gap().paragraph("the end");
        assert_eq!(lines.render(Style::default()), "id\t5\ntext\tone\\ntwo\\tthree\nthe end\n");
    }

    #[test]
    fn line_ends_of_a_value_stay_on_a_terminal_and_nothing_else_that_it_obeys() {
        let lines = lines(&[("text", "a\u{1b}[31mb\n\u{202e}c")]);
        assert_eq!(on_terminal(&lines, 80), "text  a\\x1b[31mb\n      \\u{202e}c\n");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let lines = lines(&[("text", &"x".repeat(70)), ("more", "你好你好你好你好你好你好你好你好你好你好你好")]);
        let widths: Vec<_> = on_terminal(&lines, 40).lines().map(str::width).collect();
        assert!(widths.iter().all(|width| *width <= 40), "{widths:?}");
        assert_eq!(widths.len(), 5);
    }

    #[test]
    fn a_command_stays_whole_where_a_line_can_hold_it() {
        assert_eq!(wrap_line("now run `smsctl show 5`, then go", 18), ["now run", "`smsctl show 5`,", "then go"]);
        assert_eq!(wrap_line("run `smsctl show 5`", 10), ["run", "`smsctl", "show 5`"]);
        assert_eq!(wrap_line("a ` b", 3), ["a `", "b"]);
    }

    #[test]
    fn only_the_label_and_the_status_have_colour() {
        let terminal = Terminal { stdout: true, ..Terminal::default() };
        let style = Style { terminal, color: ColorChoice::Always, ..Style::default() };
        let painted = lines(&[("status", "failed"), ("text", "failed")]).render(style);
        assert_eq!(painted, "\x1b[1mstatus\x1b[0m  \x1b[1;31mfailed\x1b[0m\n\x1b[1mtext\x1b[0m    failed\n");
    }
}
