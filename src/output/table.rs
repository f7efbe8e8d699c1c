//! Tables: for people at the terminal's width, for `cut` and `grep` as lines with tabs.
//!
//! On a terminal there is a header, numbers stand right, words of state have colour, times and spans are short. In a pipe
//! every row is one line, without a header, with a tab between its cells, and goes out at once.

use std::io;

use comfy_table::{Attribute, CellAlignment, Color, ColumnConstraint, ContentArrangement, Row, Width};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::color::Tone;
use super::{Column, Record, Style, escape, record};

/// Rows that are kept to find the widths of columns. After so many they are written, and those that follow have these widths
/// at least.
const ROWS_KEPT_MAX: usize = 10_000;
/// Between two columns.
const GAP: usize = 2;
/// A column of text is not made narrower than this; where that is too wide, rows are stacked.
const TEXT_COLUMNS_MIN: usize = 12;
/// Lines that one row of a list takes at most: enough for any sentence of ours in a narrow column.
const ROW_LINES_MAX: usize = 12;
/// What a terminal shows for `null`.
const BLANK: &str = "-";

/// A table under way.
pub(super) struct Table {
    style: Style,
    /// Field and heading; empty until the first row where no columns were named.
    columns: Vec<(String, String)>,
    /// Fields that a terminal which is too narrow goes without, the first ones first.
    yielding: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
    layout: Option<Layout>,
}

/// How rows stand on the terminal.
enum Layout {
    /// Side by side, with these widths.
    Grid(Vec<usize>),
    /// One below the other, field by field: the terminal is too narrow.
    Stacked,
}

struct Cell {
    text: String,
    kind: CellKind,
    tone: Option<Tone>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CellKind {
    Blank,
    Number,
    /// Short and never wrapped: a time, a word of state, a lane, a boolean.
    Word,
    Text,
}

impl Table {
    pub(super) fn new(style: Style, columns: &[Column]) -> Table {
        let columns = columns.iter().map(|column| (column.field.to_owned(), column.heading.to_owned())).collect();
        Table { style, columns, yielding: &[], rows: Vec::new(), layout: None }
    }

    pub(super) fn yielding(&mut self, fields: &'static [&'static str]) {
        self.yielding = fields;
    }

    /// Takes a row; returns what is ready to be written.
    pub(super) fn row(&mut self, record: &Record) -> io::Result<Option<String>> {
        if self.columns.is_empty() {
            self.columns = record::flatten(record).into_iter().map(|(name, _)| (name.clone(), name)).collect();
        }
        if !self.style.terminal.stdout {
            let cells = self.columns.iter().map(|(field, _)| self.plain(field, record::get(record, field)));
            return Ok(Some(format!("{}\n", cells.collect::<io::Result<Vec<_>>>()?.join("\t"))));
        }
        let cells = self.columns.iter().map(|(field, _)| Cell::new(field, record::get(record, field)));
        self.rows.push(cells.collect::<io::Result<Vec<_>>>()?);
        Ok((self.rows.len() >= ROWS_KEPT_MAX).then(|| self.write_kept()))
    }

    /// What is left to be written.
    pub(super) fn finish(&mut self) -> io::Result<String> {
        Ok(if self.rows.is_empty() { String::new() } else { self.write_kept() })
    }

    fn plain(&self, field: &str, value: &Value) -> io::Result<String> {
        let text = escape::line(&record::cell_text(value)?).into_owned();
        Ok(match state_tone(field, &text) {
            Some(tone) => tone.paint(self.style.paints_stdout(), &text),
            None => text,
        })
    }

    fn write_kept(&mut self) -> String {
        let mut rows = std::mem::take(&mut self.rows);
        let room = usize::from(self.style.terminal.columns);
        let before = self.layout.take();
        let is_first = before.is_none();
        let layout = match before {
            None => self.first_layout(&mut rows, room),
            // An id may have grown a digit since, and must not break.
            Some(Layout::Grid(widths)) => {
                let columns: Vec<_> = self.columns.iter().collect();
                let cells: Vec<Vec<_>> = rows.iter().map(|row| row.iter().collect()).collect();
                layout(&columns, &cells, &widths, room)
            }
            Some(Layout::Stacked) => Layout::Stacked,
        };
        let ready = match &layout {
            Layout::Grid(widths) => grid(self.style, is_first.then_some(&self.columns[..]), &rows, widths),
            Layout::Stacked => stacked(self.style, &self.columns, rows, is_first),
        };
        self.layout = Some(layout);
        ready
    }

    /// All columns side by side; else without those that yield, as few as need be; else stacked, with all of them.
    fn first_layout(&mut self, rows: &mut [Vec<Cell>], room: usize) -> Layout {
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        let mut yielding = self.yielding.iter();
        loop {
            let columns: Vec<_> = kept.iter().map(|&at| &self.columns[at]).collect();
            let cells: Vec<Vec<_>> = rows.iter().map(|row| kept.iter().map(|&at| &row[at]).collect()).collect();
            if let Layout::Grid(widths) = layout(&columns, &cells, &[], room) {
                let keep = |at: usize| kept.contains(&at);
                retain_places(&mut self.columns, keep);
                rows.iter_mut().for_each(|row| retain_places(row, keep));
                return Layout::Grid(widths);
            }
            let Some(field) = yielding.next() else { return Layout::Stacked };
            kept.retain(|&at| self.columns[at].0 != *field);
        }
    }
}

/// Keeps what stands at the places that `keep` names.
fn retain_places<T>(list: &mut Vec<T>, keep: impl Fn(usize) -> bool) {
    let mut at = 0;
    list.retain(|_| {
        at += 1;
        keep(at - 1)
    });
}

/// One document: a line for each field. Lists of objects in it follow as tables of their own on a terminal.
pub(super) fn document(style: Style, shape: &Record) -> io::Result<String> {
    let fields = record::flatten(shape);
    if !style.terminal.stdout {
        let mut out = String::new();
        for (name, value) in fields {
            out.push_str(&format!("{name}\t{}\n", escape::line(&record::cell_text(value)?)));
        }
        return Ok(out);
    }
    let (tables, lines): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(_, value)| is_list_of_objects(value));
    let lines = lines.into_iter().map(|(name, value)| Ok((Cell::new(&name, value)?, name)));
    let lines = lines.collect::<io::Result<Vec<_>>>()?;
    let mut out = pairs(style, lines.into_iter().map(|(cell, name)| (name, cell)).collect());
    for (name, list) in tables {
        let mut table = Table::new(style, &[]);
        out.push_str(&format!("\n{}\n", Tone::Strong.paint(style.paints_stdout(), &name)));
        for row in list.as_array().into_iter().flatten().filter_map(Value::as_object) {
            out.push_str(&table.row(row)?.unwrap_or_default());
        }
        out.push_str(&table.finish()?);
    }
    Ok(out)
}

fn is_list_of_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
}

/// The widths of columns, or that there is no room for them side by side. Numbers and words keep their width; the widest
/// texts give way first. `before`: the widths of the rows above.
fn layout(columns: &[&(String, String)], rows: &[Vec<&Cell>], before: &[usize], room: usize) -> Layout {
    let room = room.saturating_sub(GAP * columns.len().saturating_sub(1));
    let width = |at: usize, heading: &str| {
        let least = before.get(at).copied().unwrap_or(1).max(heading.width());
        rows.iter().map(|row| row[at].text.width()).max().unwrap_or(0).max(least)
    };
    let natural: Vec<_> = columns.iter().enumerate().map(|(at, (_, heading))| width(at, heading)).collect();
    if natural.iter().sum::<usize>() <= room {
        return Layout::Grid(natural);
    }
    let is_text = |at: usize| rows.iter().any(|row| row[at].kind == CellKind::Text);
    let capped = |cap: usize| -> Vec<usize> {
        natural.iter().enumerate().map(|(at, &width)| if is_text(at) { width.min(cap) } else { width }).collect()
    };
    let widths = (TEXT_COLUMNS_MIN..=room).rev().map(capped).find(|widths| widths.iter().sum::<usize>() <= room);
    widths.map_or(Layout::Stacked, Layout::Grid)
}

fn grid(style: Style, columns: Option<&[(String, String)]>, rows: &[Vec<Cell>], widths: &[usize]) -> String {
    let mut table = blank_table(style);
    if let Some(columns) = columns {
        table.set_header(columns.iter().map(|(_, heading)| {
            let cell = comfy_table::Cell::new(heading);
            if style.paints_stdout() { cell.add_attribute(Attribute::Bold) } else { cell }
        }));
    }
    for row in rows {
        let mut line = Row::from(row.iter().map(|cell| cell.draw(style)).collect::<Vec<_>>());
        line.max_height(ROW_LINES_MAX);
        table.add_row(line);
    }
    let is_number = |at: usize| {
        let kinds = || rows.iter().map(|row| row[at].kind);
        kinds().any(|kind| kind == CellKind::Number)
            && kinds().all(|kind| matches!(kind, CellKind::Number | CellKind::Blank))
    };
    let numbers: Vec<_> = (0..widths.len()).map(is_number).collect();
    fix_widths(&mut table, widths, &numbers);
    written(&table)
}

fn stacked(style: Style, columns: &[(String, String)], rows: Vec<Vec<Cell>>, is_first: bool) -> String {
    let mut out = String::new();
    for (at, row) in rows.into_iter().enumerate() {
        if at > 0 || !is_first {
            out.push('\n');
        }
        out.push_str(&pairs(style, columns.iter().map(|(_, heading)| heading.clone()).zip(row).collect()));
    }
    out
}

/// Names on the left, values on the right, wrapped at the terminal's width.
fn pairs(style: Style, lines: Vec<(String, Cell)>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let room = usize::from(style.terminal.columns);
    let names = lines.iter().map(|(name, _)| name.width()).max().unwrap_or(0).clamp(1, room / 2);
    let values = lines.iter().map(|(_, cell)| cell.text.width()).max().unwrap_or(0).max(1);
    let values = values.min(room.saturating_sub(names + GAP).max(1));
    let mut table = blank_table(style);
    for (name, cell) in lines {
        let name = comfy_table::Cell::new(escape::line(&name));
        let name = if style.paints_stdout() { name.add_attribute(Attribute::Bold) } else { name };
        table.add_row(vec![name, cell.draw(style)]);
    }
    fix_widths(&mut table, &[names, values], &[false, false]);
    written(&table)
}

fn blank_table(style: Style) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(style.terminal.columns).set_truncation_indicator("…");
    // Whether there is a terminal, and colour, has been decided: the library must not look by itself.
    table.force_no_tty();
    if style.paints_stdout() {
        // The library behind the colours also reads NO_COLOR, and `--color always` goes before that. To force it when
        // colour was decided on changes nothing for anybody who decided against: they set no colours.
        crossterm::style::force_color_output(true);
        table.enforce_styling();
        table.style_text_only();
    }
    table
}

fn fix_widths(table: &mut comfy_table::Table, widths: &[usize], right: &[bool]) {
    let last = widths.len().saturating_sub(1);
    for (at, (&width, &right)) in widths.iter().zip(right).enumerate() {
        let gap = if at == last { 0 } else { GAP };
        let Some(column) = table.column_mut(at) else { continue };
        let fixed = u16::try_from(width + gap).unwrap_or(u16::MAX);
        column.set_padding((0, u16::try_from(gap).unwrap_or(0)));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(fixed)));
        column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
    }
}

fn written(table: &comfy_table::Table) -> String {
    let mut out = String::new();
    for line in table.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

impl Cell {
    /// What a terminal shows for the value of `field`.
    fn new(field: &str, value: &Value) -> io::Result<Cell> {
        let cell = |text: String, kind| Cell { tone: state_tone(field, &text), text, kind };
        Ok(match value {
            Value::Null => Cell { text: BLANK.to_owned(), kind: CellKind::Blank, tone: Some(Tone::Faint) },
            Value::Number(number) => cell(number_text(field, number), CellKind::Number),
            Value::Bool(_) => cell(value.to_string(), CellKind::Word),
            Value::String(text) if field.ends_with("_at") => match short_time(text) {
                Some(time) => cell(time, CellKind::Word),
                None => cell(escape::line(text).into_owned(), CellKind::Text),
            },
            Value::String(text) if is_state(field) || is_lane(field) => {
                cell(escape::line(text).into_owned(), CellKind::Word)
            }
            other => cell(escape::line(&record::cell_text(other)?).into_owned(), CellKind::Text),
        })
    }

    fn draw(&self, style: Style) -> comfy_table::Cell {
        let cell = comfy_table::Cell::new(&self.text);
        let Some(tone) = self.tone.filter(|_| style.paints_stdout()) else { return cell };
        match tone {
            Tone::Good => cell.fg(Color::DarkGreen),
            Tone::Bad => cell.fg(Color::DarkRed),
            Tone::Caution => cell.fg(Color::DarkYellow),
            Tone::Calm => cell.fg(Color::DarkCyan),
            Tone::Faint => cell.add_attribute(Attribute::Dim),
            Tone::Strong => cell.add_attribute(Attribute::Bold),
        }
    }
}

fn is_state(field: &str) -> bool {
    matches!(field.rsplit('.').next(), Some("status" | "state" | "outcome"))
}

/// A lane is copied into other commands, so it stays in one piece.
fn is_lane(field: &str) -> bool {
    field.rsplit('.').next() == Some("lane")
}

fn state_tone(field: &str, text: &str) -> Option<Tone> {
    is_state(field).then(|| Tone::of_state(text)).flatten()
}

/// `2026-11-24T15:04:05.123456Z` as `2026-11-24 15:04:05`; `None` if it is no such time.
fn short_time(text: &str) -> Option<String> {
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(at.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// A span of seconds as people say it; another number as it is, with three decimals at most.
fn number_text(field: &str, number: &serde_json::Number) -> String {
    let is_span = field.ends_with("_s") && !field.ends_with("_per_s");
    match number.as_f64() {
        Some(seconds) if is_span => span(seconds),
        Some(fraction) if number.is_f64() => format!("{}", (fraction * 1e3).round() / 1e3),
        _ => number.to_string(),
    }
}

fn span(seconds: f64) -> String {
    let rounded = seconds.round();
    let parts =
        |large: f64, large_s: f64, small_s: f64| ((rounded / large_s).floor(), (rounded % large / small_s).floor());
    match rounded {
        s if s < 60.0 => format!("{}s", (seconds * 1e2).round() / 1e2),
        s if s < 3_600.0 => {
            let (m, s) = parts(60.0, 60.0, 1.0);
            format!("{m}m {s:02}s")
        }
        s if s < 86_400.0 => {
            let (h, m) = parts(3_600.0, 3_600.0, 60.0);
            format!("{h}h {m:02}m")
        }
        _ => {
            let (d, h) = parts(86_400.0, 86_400.0, 3_600.0);
            format!("{d}d {h:02}h")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{ColorChoice, Terminal};
    use super::*;

    const COLUMNS: [Column; 5] = [
        Column { field: "id", heading: "ID" },
        Column { field: "status", heading: "STATUS" },
        Column { field: "content", heading: "TEXT" },
        Column { field: "created_at", heading: "CREATED" },
        Column { field: "age_s", heading: "AGE" },
    ];

    fn style(columns: u16) -> Style {
        let terminal = Terminal { stdout: true, columns, ..Terminal::default() };
        Style { color: ColorChoice::Never, terminal, ..Style::default() }
    }

    fn rows() -> [Record; 3] {
        let row = |id: u64, status: &str, text: &str, age: Value| {
            let at = "2026-11-24T15:04:05.123456Z";
            record::of(&json!({"id": id, "status": status, "content": text, "created_at": at, "age_s": age})).unwrap()
        };
        [
            row(
                7,
                "failed",
                "Your code is 123456, do not tell it to anybody, we will never ask you for it",
                json!(7380.2),
            ),
            row(1_000_000, "completed", "日本語のテキスト\n\x1b[2J二行目", json!(0.25)),
            row(12, "pending", "", Value::Null),
        ]
    }

    fn render(style: Style, columns: &[Column], rows: &[Record]) -> String {
        let mut table = Table::new(style, columns);
        let mut out = String::new();
        for row in rows {
            out.push_str(&table.row(row).unwrap().unwrap_or_default());
        }
        out + &table.finish().unwrap()
    }

    #[test]
    fn a_wide_terminal_shows_a_grid() {
        let expected = "\x20    ID  STATUS     TEXT                                       CREATED                 AGE
      7  failed     Your code is 123456, do not tell it to     2026-11-24 15:04:05  2h 03m
                    anybody, we will never ask you for it
1000000  completed  日本語のテキスト\\n\\x1b[2J二行目            2026-11-24 15:04:05   0.25s
     12  pending                                               2026-11-24 15:04:05       -
";
        assert_eq!(render(style(90), &COLUMNS, &rows()), expected);
    }

    #[test]
    fn a_narrow_terminal_stacks_and_stays_legible() {
        let shown = render(style(40), &COLUMNS, &rows()[..2]);
        let expected = "\
ID       7
STATUS   failed
TEXT     Your code is 123456, do not
         tell it to anybody, we will
         never ask you for it
CREATED  2026-11-24 15:04:05
AGE      2h 03m

ID       1000000
STATUS   completed
TEXT     日本語のテキスト\\n\\x1b[2J二行目
CREATED  2026-11-24 15:04:05
AGE      0.25s
";
        assert_eq!(shown, expected);
    }

    #[test]
    fn columns_that_yield_go_before_rows_are_stacked() {
        let mut table = Table::new(style(44), &COLUMNS);
        table.yielding(&["created_at", "age_s"]);
        for row in &rows()[..2] {
            assert_eq!(table.row(row).unwrap(), None);
        }
        let expected = "\x20    ID  STATUS     TEXT                 AGE
      7  failed     Your code is      2h 03m
                    123456, do not
                    tell it to
                    anybody, we will
                    never ask you
                    for it
1000000  completed  日本語のテキスト   0.25s
                    \\n\\x1b[2J二行目
";
        assert_eq!(table.finish().unwrap(), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for columns in [20, 40, 60, 80, 120] {
            for line in render(style(columns), &COLUMNS, &rows()).lines() {
                assert!(line.width() <= usize::from(columns), "{columns} columns: {line:?} has {}", line.width());
            }
        }
    }

    #[test]
    fn a_pipe_gets_lines_with_tabs_and_no_header() {
        let style = Style::default();
        let expected = "\
7\tfailed\tYour code is 123456, do not tell it to anybody, we will never ask you for it\t2026-11-24T15:04:05.123456Z\t7380.2
1000000\tcompleted\t日本語のテキスト\\n\\x1b[2J二行目\t2026-11-24T15:04:05.123456Z\t0.25
12\tpending\t\t2026-11-24T15:04:05.123456Z\t
";
        assert_eq!(render(style, &COLUMNS, &rows()), expected);
    }

    #[test]
    fn colour_marks_states_and_goes_before_no_color() {
        let always = Style { color: ColorChoice::Always, ..style(90) };
        let shown = render(always, &COLUMNS[..2], &rows());
        assert!(shown.contains("\x1b[38;5;1mfailed"), "{shown:?}");
        assert!(shown.contains("\x1b[38;5;2mcompleted"), "{shown:?}");
        assert!(!render(style(90), &COLUMNS, &rows()).contains('\x1b'));
    }

    #[test]
    fn a_long_list_is_written_in_chunks_with_one_header() {
        let mut table = Table::new(style(60), &COLUMNS[..2]);
        let mut chunks = Vec::new();
        for id in 0..ROWS_KEPT_MAX + 1 {
            let status = if id == 0 { "completed" } else { "held" };
            chunks.extend(table.row(&record::of(&json!({"id": id, "status": status})).unwrap()).unwrap());
        }
        assert_eq!(chunks.len(), 1, "one full chunk is written before the end");
        assert!(chunks[0].starts_with("  ID  STATUS\n   0  completed\n   1  held\n"), "{}", &chunks[0][..60]);
        assert_eq!(table.finish().unwrap(), "10000  held\n", "the id grew, and is whole");
    }

    #[test]
    fn a_document_has_a_line_for_each_field_and_a_table_for_each_list_of_objects() {
        let shape = json!({
            "id": 1, "status": "failed", "dead_letter": {"pending": 2}, "tags": ["a"],
            "attempts": [{"attempt": 1, "outcome": "deferred"}, {"attempt": 2, "outcome": "rejected"}],
        });
        let shape = record::of(&shape).unwrap();
        let expected = "\
id                   1
status               failed
dead_letter.pending  2
tags                 [\"a\"]

attempts
attempt  outcome
      1  deferred
      2  rejected
";
        assert_eq!(document(style(80), &shape).unwrap(), expected);
        let piped = document(Style::default(), &shape).unwrap();
        assert!(piped.starts_with("id\t1\nstatus\tfailed\ndead_letter.pending\t2\n"), "{piped}");
        assert_eq!(piped.lines().count(), 5);
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (seconds, said) in [
            (0.0, "0s"),
            (0.034_5, "0.03s"),
            (59.4, "59.4s"),
            (60.0, "1m 00s"),
            (3_725.0, "1h 02m"),
            (200_000.0, "2d 07h"),
        ] {
            assert_eq!(span(seconds), said, "{seconds}");
        }
    }
}
