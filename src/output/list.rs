//! A list under way: rows go out as they come, in whatever format was asked for.

use std::io;

use serde::Serialize;

use super::table::Table;
use super::{Column, Format, Output, Record, escape, json, record};

/// A list under way. A list that is never finished stays visibly incomplete: a json array without its end.
#[must_use = "a list is complete only after `finish`"]
pub struct List<'a> {
    out: &'a Output,
    columns: &'a [Column],
    rows: u64,
    body: Body<'a>,
}

enum Body<'a> {
    Json,
    Jsonl,
    Csv(Box<Sheet<'a>>),
    Plain,
    Table(Table),
}

impl<'a> List<'a> {
    pub(super) fn new(out: &'a Output, columns: &'a [Column]) -> List<'a> {
        let body = match out.style().format {
            Format::Json => Body::Json,
            Format::Jsonl => Body::Jsonl,
            Format::Csv => Body::Csv(Box::new(Sheet::new(out))),
            Format::Plain => Body::Plain,
            Format::Table => Body::Table(Table::new(out.style(), columns)),
        };
        List { out, columns, rows: 0, body }
    }

    /// Where a terminal is too narrow for all columns, the table goes without these fields, the first ones first.
    pub fn yielding(mut self, fields: &'static [&'static str]) -> List<'a> {
        if let Body::Table(table) = &mut self.body {
            table.yielding(fields);
        }
        self
    }

    /// Adds a row.
    ///
    /// # Errors
    /// As for `Output::one`.
    pub fn row(&mut self, shape: &impl Serialize) -> io::Result<()> {
        self.rows += 1;
        match &mut self.body {
            Body::Json => {
                let before = if self.rows == 1 { "[\n" } else { ",\n" };
                self.out.put(&format!("{before}{}", json::to_line(shape)?))
            }
            Body::Jsonl => self.out.put(&format!("{}\n", json::to_line(shape)?)),
            Body::Csv(sheet) => sheet.row(&record::of(shape)?),
            Body::Plain => {
                let record = record::of(shape)?;
                let value = match self.columns.first() {
                    Some(column) => record::get(&record, column.field),
                    None => record.values().next().unwrap_or(&serde_json::Value::Null),
                };
                let text = record::cell_text(value)?;
                self.out.put(&format!("{}\n", escape::line(&text)))
            }
            Body::Table(table) => match table.row(&record::of(shape)?)? {
                Some(ready) => self.out.put(&ready),
                None => Ok(()),
            },
        }
    }

    /// Ends the list. `empty` is said on stderr, on a terminal, when there was no row.
    ///
    /// # Errors
    /// As for `Output::one`.
    pub fn finish(self, empty: &str) -> io::Result<()> {
        match self.body {
            Body::Json if self.rows == 0 => self.out.put("[]\n")?,
            Body::Json => self.out.put("\n]\n")?,
            Body::Jsonl | Body::Plain => {}
            Body::Csv(sheet) => sheet.finish(self.columns)?,
            Body::Table(mut table) => self.out.put(&table.finish()?)?,
        }
        self.out.flush()?;
        let style = self.out.style();
        if self.rows == 0 && style.format == Format::Table && style.terminal.stdout && !empty.is_empty() {
            self.out.note(empty);
        }
        Ok(())
    }
}

/// Rows as csv. The header is made of the fields of the first row; nested objects are flattened. Cells are data for scripts:
/// one that begins with `=`, `+`, `-` or `@` is left as it is, as every phone number does.
pub(super) struct Sheet<'a> {
    writer: csv::Writer<Pipe<'a>>,
    header: Vec<String>,
    escapes: bool,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(out: &'a Output) -> Sheet<'a> {
        Sheet { writer: csv::Writer::from_writer(Pipe(out)), header: Vec::new(), escapes: out.style().terminal.stdout }
    }

    pub(super) fn row(&mut self, record: &Record) -> io::Result<()> {
        let flat = record::flatten(record);
        if self.header.is_empty() {
            self.header = flat.iter().map(|(name, _)| name.clone()).collect();
            self.writer.write_record(&self.header).map_err(io_error)?;
        }
        if let Some((stranger, _)) = flat.iter().find(|(name, _)| !self.header.contains(name)) {
            // Dropping a value in silence would be worse.
            return Err(io::Error::other(format!("the field `{stranger}` is not in the csv header")));
        }
        for name in &self.header {
            let value =
                flat.iter().find(|(field, _)| field == name).map_or(&serde_json::Value::Null, |(_, value)| value);
            let text = record::cell_text(value)?;
            // A file keeps the text byte for byte; a terminal gets nothing to obey.
            let text = if self.escapes { escape::line(&text) } else { text.into() };
            self.writer.write_field(text.as_bytes()).map_err(io_error)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }

    /// Ends the sheet. One without rows has the header of `columns`, so that a reader finds a table with no rows.
    pub(super) fn finish(mut self, columns: &[Column]) -> io::Result<()> {
        if self.header.is_empty() && !columns.is_empty() {
            self.writer.write_record(columns.iter().map(|column| column.field)).map_err(io_error)?;
        }
        self.writer.flush()
    }
}

/// The cause itself, so that a closed pipe stays recognizable.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// stdout for the csv writer.
struct Pipe<'a>(&'a Output);

impl io::Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.put_bytes(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
