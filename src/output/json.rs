//! JSON as this program writes it: one line, a space after `:` and `,`, and nothing in it that a terminal would obey.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::escape::is_unsafe;

/// serde_json escapes C0 controls; DEL, C1 and the reordering characters go out as `\u009b` as well. A reader gets the
/// same text back, and a terminal gets nothing to obey.
struct SafeFormatter;

impl Formatter for SafeFormatter {
    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_unsafe) {
            let (safe, tail) = rest.split_at(at);
            writer.write_all(safe.as_bytes())?;
            let mut characters = tail.chars();
            if let Some(c) = characters.next() {
                // Every unsafe character is in the basic plane: four digits are enough.
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

fn separate<W: ?Sized + Write>(writer: &mut W, first: bool) -> io::Result<()> {
    if first { Ok(()) } else { writer.write_all(b", ") }
}

/// `shape` on one line, without a line end.
///
/// # Errors
/// A map whose keys are no strings, or a `Serialize` that fails.
pub fn to_line(shape: &impl Serialize) -> io::Result<String> {
    let mut bytes = Vec::with_capacity(256);
    shape.serialize(&mut Serializer::with_formatter(&mut bytes, SafeFormatter))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn one_line_with_spaces_in_the_order_of_the_fields() {
        let shape = json!({"id": 1, "status": "pending", "list": [1, 2], "none": null, "empty": {}, "nothing": []});
        let expected = r#"{"id": 1, "status": "pending", "list": [1, 2], "none": null, "empty": {}, "nothing": []}"#;
        assert_eq!(to_line(&shape).unwrap(), expected);
    }

    #[test]
    fn nothing_that_a_terminal_obeys_and_the_same_text_for_a_reader() {
        let text = "\x1b[2J\u{9b}31m\x7f\u{85}\u{202e}\u{2028} é 日本 👍 \" \\ \n\t\0";
        let written = to_line(&json!({ "text": text })).unwrap();
        assert!(!written.contains(is_unsafe), "{written:?}");
        assert!(written.contains("\\u009b31m\\u007f\\u0085\\u202e\\u2028 é 日本 👍"), "{written}");
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["text"], text);
    }
}
