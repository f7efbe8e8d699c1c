//! Text from outside, made harmless: what could steer a terminal is shown instead of obeyed.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal might obey `c` instead of showing it: C0 and C1 controls, DEL, and the Unicode characters that
/// reorder or break the line around them (Trojan Source: <https://trojansource.codes>).
pub fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` as one printable line: line ends and tabs become `\n` and `\t`, other unsafe characters `\x1b` or `\u{202e}`.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// As `line`, but line ends stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| c == '\n')
}

fn escape(text: &str, keeps: impl Fn(char) -> bool) -> Cow<'_, str> {
    let escapes = |c: char| is_unsafe(c) && !keeps(c);
    if !text.contains(escapes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if escapes(c) {
            push_escaped(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn push_escaped(out: &mut String, c: char) {
    // Writing into a `String` cannot fail.
    let _ = match c {
        '\n' => write!(out, "\\n"),
        '\r' => write!(out, "\\r"),
        '\t' => write!(out, "\\t"),
        c if c.is_control() => write!(out, "\\x{:02x}", u32::from(c)),
        c => write!(out, "\\u{{{:x}}}", u32::from(c)),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown_not_obeyed() {
        assert_eq!(line("a\x1b[31mb\u{9b}2J\x7f\0"), "a\\x1b[31mb\\x9b2J\\x7f\\x00");
        assert_eq!(line("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
        assert_eq!(line("user\u{202e}gpj.exe\u{2066}\u{2028}"), "user\\u{202e}gpj.exe\\u{2066}\\u{2028}");
    }

    #[test]
    fn other_text_goes_through_untouched() {
        for text in ["", "plain", "日本語 👩‍👩‍👧 مرحبا", "quotes ' \" \\ {{x}}"] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn lines_keeps_line_ends_only() {
        assert_eq!(lines("a\nb\rc"), "a\nb\\rc");
    }
}
