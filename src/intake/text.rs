//! One text from a stream, such as stdin.

use std::io::{self, Read};

/// The longest text that is read: about seven thousand segments, far beyond any that may be sent.
pub const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Why a stream is no text.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum TextError {
    #[error("the text cannot be read")]
    Read(#[source] io::Error),
    #[error("the text is longer than {TEXT_BYTES_MAX} bytes")]
    TooLong,
    #[error("the text is not UTF-8 (byte {at} of it)")]
    NotUtf8 { at: usize },
}

/// Reads a text to the stream's end and drops one final line break, which shells and editors add by themselves.
///
/// # Errors
/// The stream fails, is too long, or is not UTF-8.
pub fn read_text(input: impl Read) -> Result<String, TextError> {
    let mut bytes = Vec::new();
    let bound = u64::try_from(TEXT_BYTES_MAX + 1).unwrap_or(u64::MAX);
    input.take(bound).read_to_end(&mut bytes).map_err(TextError::Read)?;
    if bytes.len() > TEXT_BYTES_MAX {
        return Err(TextError::TooLong);
    }
    let mut text =
        String::from_utf8(bytes).map_err(|error| TextError::NotUtf8 { at: error.utf8_error().valid_up_to() + 1 })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_final_line_break_is_dropped() {
        for (input, text) in [("", ""), ("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("\n", "")] {
            assert_eq!(read_text(input.as_bytes()).expect("a text"), text, "{input:?}");
        }
    }

    #[test]
    fn streams_that_are_no_text() {
        assert!(matches!(read_text(io::repeat(b'a')), Err(TextError::TooLong)));
        assert!(matches!(read_text(&b"ab\xff"[..]), Err(TextError::NotUtf8 { at: 3 })));
        assert_eq!(read_text(&vec![b'a'; TEXT_BYTES_MAX][..]).expect("a text").len(), TEXT_BYTES_MAX);
    }
}
