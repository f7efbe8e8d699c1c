//! `smsctl segments`: how a text would be sent, without queueing it.

use std::fmt;
use std::io;

use serde::Serialize;

use super::{Context, Done, Outcome};
use crate::error::Error;
use crate::intake::read_text;
use crate::output::Format;
use crate::sms::{Measure, measure};

/// Show encoding, segments and the reason, of a text, without queueing it
///
/// One character outside the GSM alphabet makes the whole text UCS-2, which has room for less than half as much: `offending`
/// names it. The text is measured in its composed form (NFC): an `e` and an accent behind it are the one `é` that GSM has. No
/// segment splits what a phone shows as one character, so that a segment may end before it is full.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  smsctl segments \"Grüße aus Köln\"
  smsctl segments - < letter.txt
  smsctl segments --json \"“quoted”\" | jq .offending")]
pub struct Args {
    /// The text; `-` reads stdin
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
}

/// The text is somebody's.
impl fmt::Debug for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Args").finish_non_exhaustive()
    }
}

/// What scripts see.
#[derive(Serialize)]
struct Shape {
    encoding: &'static str,
    units: u32,
    segments: u32,
    per_segment: u32,
    offending: Vec<char>,
}

/// What people see: the same, with the offending characters by name, for some of them cannot be seen.
#[derive(Serialize)]
struct Table {
    encoding: &'static str,
    units: u32,
    segments: u32,
    per_segment: u32,
    offending: String,
}

/// Runs the command.
///
/// # Errors
/// stdin is no text, or stdout.
pub fn run(args: Args, context: &Context) -> Outcome {
    let text = text_of(args.text)?;
    let Measure { encoding, units, segments, per_segment, offending } = measure(&text);
    let (encoding, plain) = (encoding.as_str(), segments.to_string());
    if context.out.style().format == Format::Table {
        let offending = offending.iter().map(|c| named(*c)).collect::<Vec<_>>().join(", ");
        context.out.one(&Table { encoding, units, segments, per_segment, offending }, &plain)?;
    } else {
        context.out.one(&Shape { encoding, units, segments, per_segment, offending }, &plain)?;
    }
    Ok(Done::Well)
}

/// The text of an argument: `-` means stdin.
///
/// # Errors
/// stdin is no text.
pub(super) fn text_of(argument: String) -> Result<String, Error> {
    if argument == "-" { Ok(read_text(io::stdin().lock())?) } else { Ok(argument) }
}

/// `U+2019 ’`; without the character where it could disturb the line.
fn named(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    let shows = !c.is_control() && !c.is_whitespace() && unicode_width::UnicodeWidthChar::width(c) > Some(0);
    if shows { format!("{code} {c}") } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_by_name() {
        assert_eq!(named('’'), "U+2019 ’");
        assert_eq!(named('😀'), "U+1F600 😀");
        assert_eq!(named('\t'), "U+0009");
        assert_eq!(named('\u{202e}'), "U+202E");
        assert_eq!(named('\u{301}'), "U+0301");
    }
}
