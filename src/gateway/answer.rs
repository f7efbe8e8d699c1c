//! What a gateway answered, and how much of it may be repeated to people.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::time::Duration;

use super::wording::{self, Subject};
use crate::queue::Message;

/// The longest part of an answer that stands in an error message, in characters.
const EXCERPT_CHARS_MAX: usize = 120;
/// A run of our text of this many characters that comes back in an answer counts as our text, not as the gateway's words.
const ECHO_CHARS_MIN: usize = 12;
/// Digits in a row that are masked wherever they stand: a phone number has seven or more.
const NUMBER_DIGITS_MIN: usize = 7;
/// Digits in a row that are masked if our text or number holds them: a one-time code has four or more.
const CODE_DIGITS_MIN: usize = 4;

/// An answer, as far as rules look at it.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    /// The body as text, at most `http::BODY_BYTES_MAX` of it. A gateway that repeats a text which speaks of an error is taken
    /// to speak of one itself: whoever took the repetition out would one day take out the error.
    pub body: String,
    /// Whether the body was text at all (UTF-8).
    pub readable: bool,
    /// How long the gateway asked to be left alone.
    pub retry_after: Option<Duration>,
    /// Read once: several rules ask for it.
    subject: OnceCell<Option<Subject>>,
}

impl Answer {
    /// Reads the body of an answer.
    pub fn new(status: u16, body: &[u8], retry_after: Option<Duration>) -> Answer {
        let (body, readable) = match String::from_utf8_lossy(body) {
            Cow::Borrowed(text) => (text.to_owned(), true),
            // A character cut in two by our own bound is no fault of the gateway's.
            Cow::Owned(text) => (text, is_cut_utf8(body)),
        };
        Answer { status, body, readable, retry_after, subject: OnceCell::new() }
    }

    /// What the body speaks of, if not of a success.
    pub fn subject(&self) -> Option<Subject> {
        *self.subject.get_or_init(|| wording::subject(&self.body))
    }

    /// Whether the body is a page for a browser, or another document in angle brackets.
    pub fn is_page(&self) -> bool {
        self.body.trim_start_matches('\u{feff}').trim_start().starts_with('<')
    }

    /// A short, printable part of the body: see `quote`.
    pub fn excerpt(&self, message: Option<&Message>) -> String {
        let (text, number) = message.map_or(("", ""), |message| (&message.text, &message.recipient));
        quote(&self.body, &[text], number)
    }
}

/// What a gateway or a command said, to be put behind a sentence: `: ` and a short, printable part of it in backticks, or
/// nothing if it said nothing. It holds no phone number, and nothing of what it was given: words that repeat a part of one of
/// `texts` are not quoted at all, and codes that stand in one of them or in `number` are masked.
pub fn quote(said: &str, texts: &[&str], number: &str) -> String {
    let words = visible_words(said);
    if words.is_empty() {
        return String::new();
    }
    if texts.iter().any(|text| repeats(&words, text)) {
        return " (its words repeat what it was given, and are not shown)".to_owned();
    }
    let masked =
        mask_digits(&words, |digits| number.contains(digits) || texts.iter().any(|text| text.contains(digits)));
    let short: String = masked.chars().take(EXCERPT_CHARS_MAX).collect();
    let ellipsis = if short.len() < masked.len() { "…" } else { "" };
    format!(": `{short}{ellipsis}`")
}

/// Whether `bytes` are UTF-8 but for a last character that was cut.
fn is_cut_utf8(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// The text of a body without its markup, in one line.
fn visible_words(body: &str) -> String {
    let mut text = String::with_capacity(body.len().min(4 * EXCERPT_CHARS_MAX));
    let mut in_tag = false;
    for c in body.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            _ if in_tag => {}
            _ if c.is_whitespace() || is_unprintable(c) => text.push(' '),
            '`' => text.push('\''),
            _ => text.push(c),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Control characters, and the marks that turn the direction of a line or hide in it.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether `words` hold a part of `text` that is long enough to be a repetition, or all of a text that is shorter than that.
fn repeats(words: &str, text: &str) -> bool {
    let text = visible_words(text);
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < ECHO_CHARS_MIN {
        return chars.len() >= CODE_DIGITS_MIN && words.contains(&text);
    }
    chars.windows(ECHO_CHARS_MIN).any(|window| words.contains(&window.iter().collect::<String>()))
}

fn mask_digits(words: &str, is_ours: impl Fn(&str) -> bool) -> String {
    let mut masked = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let length = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (digits, after) = from.split_at(length);
        masked.push_str(before);
        let hidden = length >= NUMBER_DIGITS_MIN || length >= CODE_DIGITS_MIN && is_ours(digits);
        masked.push_str(if hidden { "•••" } else { digits });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Message {
        Message { recipient: "+85291234567".to_owned(), text: text.to_owned(), sender: None }
    }

    fn answer(body: &str) -> Answer {
        Answer::new(200, body.as_bytes(), None)
    }

    #[test]
    fn an_excerpt_is_one_short_printable_line() {
        let body = format!("<html><b>bad\u{1b}[31m\r\n`thing`</b>{}</html>", "x".repeat(500));
        let excerpt = answer(&body).excerpt(None);
        assert!(excerpt.starts_with(": `bad [31m 'thing' xxx"), "{excerpt}");
        assert!(excerpt.ends_with("…`"), "{excerpt}");
        assert!(excerpt.chars().count() < EXCERPT_CHARS_MAX + 10, "{excerpt}");
        assert!(!excerpt.chars().any(char::is_control), "{excerpt:?}");
        assert_eq!(answer(" \r\n ").excerpt(None), "");
    }

    #[test]
    fn an_excerpt_holds_no_number_and_no_code_of_ours() {
        let message = message("Your code is 4821");
        let answer = answer("bad number 85291234567, code 4821, ref 99123, status 400");
        assert_eq!(answer.excerpt(Some(&message)), ": `bad number •••, code •••, ref 99123, status 400`");
    }

    #[test]
    fn an_answer_that_repeats_a_part_of_the_text_is_not_quoted() {
        let message = message("Dear Ms Wong, your parcel waits at the desk");
        let answer = answer("illegal text: <i>Ms Wong, your parcel</i>");
        assert_eq!(answer.excerpt(Some(&message)), " (its words repeat what it was given, and are not shown)");
    }

    #[test]
    fn only_text_is_readable() {
        assert!(Answer::new(200, "好".as_bytes(), None).readable);
        assert!(Answer::new(200, &"好".as_bytes()[..2], None).readable, "cut by our own bound");
        assert!(!Answer::new(200, b"\xbf\xf9\xbb~!", None).readable, "Big5");
    }
}
