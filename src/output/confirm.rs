//! Questions to the person at the terminal.

use std::io::{self, Read};

/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64;

/// What became of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The answer was yes.
    Yes,
    /// The answer was no, or none.
    No,
    /// Nobody is there to ask: stdin or stderr is no terminal.
    NoTerminal,
}

/// Reads one line: `y` and `yes` mean yes, everything else, an end of input and a failure included, no.
pub(super) fn read(stdin: &mut dyn Read) -> Confirmed {
    let mut answer = String::new();
    let mut byte = [0];
    // Byte by byte: what stands after the line end is not ours to take.
    while answer.len() < ANSWER_BYTES_MAX && matches!(stdin.read(&mut byte), Ok(1)) && byte != *b"\n" {
        answer.push(char::from(byte[0]));
    }
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Confirmed::Yes,
        _ => Confirmed::No,
    }
}

/// The process's stdin, which keeps its own buffer.
pub(super) fn stdin() -> Box<dyn Read + Send> {
    Box::new(io::stdin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_yes() {
        for (typed, expected) in [
            ("y\n", Confirmed::Yes),
            (" YES \r\n", Confirmed::Yes),
            ("yes", Confirmed::Yes),
            ("\n", Confirmed::No),
            ("", Confirmed::No),
            ("n\ny\n", Confirmed::No),
            ("yesterday\n", Confirmed::No),
        ] {
            assert_eq!(read(&mut typed.as_bytes()), expected, "{typed:?}");
        }
    }

    #[test]
    fn the_next_line_is_left_for_others() {
        let mut input = "y\nrest".as_bytes();
        read(&mut input);
        assert_eq!(input, b"rest");
    }
}
