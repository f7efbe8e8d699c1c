//! JSON Lines: one object a line.

use std::io::{BufRead, Read};

use serde_json::Value;

use super::json::{self, JsonError};
use super::{Columns, Fault, Field, IntakeError, ROW_BYTES_MAX, Row, Slips, Variables};

/// How much of a line that is too long is passed over in search of its end; what goes on beyond that is no file of lines.
pub const PASSED_BYTES_MAX: usize = 64 * ROW_BYTES_MAX;

/// A JSON Lines file under way.
pub struct JsonlRows<R> {
    input: R,
    columns: Columns,
    buffer: Vec<u8>,
    line: u64,
    slips: Slips,
}

/// A line of the file.
enum Line {
    End,
    Whole,
    TooLong,
}

impl<R: BufRead> JsonlRows<R> {
    /// Reads lines of `input`; `columns` says which key means what.
    pub fn new(input: R, columns: Columns) -> JsonlRows<R> {
        JsonlRows { input, columns, buffer: Vec::new(), line: 0, slips: Slips::default() }
    }

    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row<'_>, Fault>>, IntakeError> {
        loop {
            match self.read_line()? {
                Line::End => return Ok(None),
                Line::TooLong => return Ok(Some(Err(Fault::TooLong))),
                Line::Whole if self.buffer.trim_ascii().is_empty() => {}
                Line::Whole => return Ok(Some(self.row())),
            }
        }
    }

    /// Reads one line into the buffer, without its end. Of a line that is too long only the beginning is kept.
    fn read_line(&mut self) -> Result<Line, IntakeError> {
        self.buffer.clear();
        self.take_part()?;
        if self.buffer.is_empty() {
            return Ok(Line::End);
        }
        self.line += 1;
        if self.line == 1 {
            self.skip_mark()?;
        }
        let mut passed = 0;
        while !self.buffer.ends_with(b"\n") && self.buffer.len() > ROW_BYTES_MAX {
            passed += self.buffer.len();
            if passed > PASSED_BYTES_MAX {
                return Err(IntakeError::LineWithoutEnd { line: self.line });
            }
            self.buffer.clear();
            self.take_part()?;
        }
        if passed > 0 {
            self.buffer.clear();
            return Ok(Line::TooLong);
        }
        if self.buffer.ends_with(b"\n") {
            self.buffer.pop();
        }
        Ok(Line::Whole)
    }

    /// Reads on, to the line's end or one byte past the bound.
    fn take_part(&mut self) -> Result<(), IntakeError> {
        let bound = u64::try_from(ROW_BYTES_MAX + 1).unwrap_or(u64::MAX);
        let mut part = self.input.by_ref().take(bound);
        part.read_until(b'\n', &mut self.buffer).map(|_| ()).map_err(IntakeError::Read)
    }

    /// Looks at the beginning of the file: a mark is skipped, UTF-16 refused.
    fn skip_mark(&mut self) -> Result<(), IntakeError> {
        if self.buffer.starts_with(&[0xff, 0xfe]) || self.buffer.starts_with(&[0xfe, 0xff]) {
            return Err(IntakeError::Utf16);
        }
        if self.buffer.starts_with("\u{feff}".as_bytes()) {
            self.buffer.drain(.."\u{feff}".len());
        }
        Ok(())
    }

    fn row(&mut self) -> Result<Row<'static>, Fault> {
        let text = std::str::from_utf8(&self.buffer).map_err(|_| Fault::NotUtf8)?;
        let value = json::read(text).map_err(|error| match error {
            JsonError::Syntax(error) => Fault::NotJson { column: error.column() },
            JsonError::Twice { key } => Fault::KeyTwice { key },
        })?;
        let Value::Object(object) = value else { return Err(Fault::NotAnObject) };
        let mut row = Row::default();
        let mut seen = [false; Field::COUNT];
        for (key, value) in &object {
            let Some(field) = self.columns.field(key) else { continue };
            let cell = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Number(number) if number.is_u64() => number.to_string(),
                _ => return Err(Fault::NotAString(field)),
            };
            if std::mem::replace(&mut seen[field.index()], true) {
                return Err(Fault::Twice(field));
            }
            row.set(field, cell);
        }
        let unknown = object.keys().map(String::as_str).filter(|key| self.columns.is_unknown(key));
        self.slips.look(unknown, &seen);
        row.variables = Variables::Object(object);
        Ok(row)
    }

    pub(super) fn slips(&mut self) -> &mut Slips {
        &mut self.slips
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn raw(&self) -> &[u8] {
        &self.buffer
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    /// Every row of a file as `line|to|text`, or `line!reason`.
    fn rows(file: &[u8]) -> Vec<String> {
        let mut rows = JsonlRows::new(file, Columns::default());
        let mut out = Vec::new();
        loop {
            let shown = match rows.next_row().expect("readable") {
                None => return out,
                Some(Ok(row)) => {
                    format!("|{}|{}", row.get(Field::To).unwrap_or("-"), row.get(Field::Text).unwrap_or("-"))
                }
                Some(Err(fault)) => format!("!{fault}"),
            };
            out.push(format!("{}{shown}", rows.line()));
        }
    }

    #[test]
    fn rows_with_their_lines() {
        assert_eq!(rows(b""), Vec::<String>::new());
        assert_eq!(
            rows(b"\xef\xbb\xbf{\"to\":\"1\",\"text\":\"a\\nb\"}\r\n\n  \n{\"phone\":85291234567,\"content\":\"\xf0\x9f\x98\x80\",\"x\":[]}"),
            ["1|1|a\nb", "4|85291234567|😀"]
        );
    }

    #[test]
    fn rows_that_are_none() {
        assert_eq!(
            rows(b"{\"to\":\n[1]\n\"secret\"\n{\"to\":1.5}\n{\"to\":[]}\n{\"to\":\"1\",\"phone\":\"2\"}\n\"\xff\"\n{\"to\":null}\n{\"to\":\"1\",\"to\":\"secret\"}\n"),
            [
                "1!the row is not JSON (column 6)",
                "2!the row is JSON, but no object",
                "3!the row is JSON, but no object",
                "4!`to` is neither text nor a whole number",
                "5!`to` is neither text nor a whole number",
                "6!two keys of the row mean `to`",
                "7!the row is not UTF-8",
                "8|-|-",
                "9!the key `to` stands twice"
            ]
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_one_fault() {
        let mut file = vec![b'x'; 3 * ROW_BYTES_MAX];
        file.extend(b"\n{\"to\":\"1\"}\n");
        assert_eq!(rows(&file), [format!("1!the row is longer than {ROW_BYTES_MAX} bytes"), "2|1|-".to_owned()]);
        let mut endless = JsonlRows::new(io::BufReader::new(io::repeat(b'x')), Columns::new(Vec::new()));
        let end = endless.next_row();
        assert!(matches!(end, Err(IntakeError::LineWithoutEnd { line: 1 })), "a stream without lines is given up");
        let brim = format!("{}{}\n", "{\"to\":\"1\"}", " ".repeat(ROW_BYTES_MAX - 10));
        assert_eq!(rows(brim.as_bytes()), ["1|1|-"]);
    }
}
