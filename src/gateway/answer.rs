//! What a gateway answered, and how much of it may be repeated to people.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::time::Duration;

use unicode_normalization::UnicodeNormalization;

use super::echo::{is_unprintable, without};
use super::wording::{self, Subject};

/// The longest part of an answer that stands in an error message, in characters.
const EXCERPT_CHARS_MAX: usize = 120;

/// An answer, as far as rules look at it.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    /// The body as text, at most `http::BODY_BYTES_MAX` of it. A gateway that repeats a text which speaks of an error is taken
    /// to speak of one itself: whoever took the repetition out would one day take out the error.
    pub body: String,
    /// Whether the body was text at all: UTF-8 without control characters other than blanks.
    pub readable: bool,
    /// Whether the body was read to its end.
    pub whole: bool,
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
        let readable = readable && !body.contains(|c: char| c.is_control() && !c.is_whitespace());
        Answer { status, body, readable, whole: true, retry_after, subject: OnceCell::new() }
    }

    /// The body goes on behind what was read of it.
    pub fn cut(self) -> Answer {
        Answer { whole: false, ..self }
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
    pub fn excerpt(&self, given: &Given<'_>) -> String {
        quote(&self.body, given)
    }
}

/// What a gateway or a command was given, and what may not stand in an error message.
#[derive(Clone, Copy, Default)]
pub struct Given<'a> {
    /// The text, and secrets.
    pub texts: &'a [&'a str],
    /// The recipient.
    pub number: &'a str,
}

/// What a gateway or a command said, to be put behind a sentence: `: ` and a short, printable part of it in backticks, or
/// nothing if it said nothing. It holds no phone number, and nothing of what it was given: words that repeat a part of a
/// text, in whatever way of writing, are not quoted at all, and codes that stand in one or in the number are masked.
pub fn quote(said: &str, given: &Given<'_>) -> String {
    // One way of writing for letters and digits that have several, full width among them.
    let words: String = visible_words(said).nfkc().collect();
    if words.is_empty() {
        return String::new();
    }
    // What is in angle brackets goes from words of ours as well, if they hold any.
    let bare: Vec<String> =
        given.texts.iter().filter(|text| text.contains('<')).map(|text| visible_words(text)).collect();
    let texts: Vec<&str> = given.texts.iter().copied().chain(bare.iter().map(String::as_str)).collect();
    let Some(masked) = without(&words, &texts, given.number) else {
        return " (its words repeat what it was given, and are not shown)".to_owned();
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "+85291234567";

    fn answer(body: &str) -> Answer {
        Answer::new(200, body.as_bytes(), None)
    }

    #[test]
    fn an_excerpt_is_one_short_printable_line() {
        let body = format!("<html><b>bad\u{1b}[31m\r\n`thing`</b>{}</html>", "x".repeat(500));
        let excerpt = answer(&body).excerpt(&Given::default());
        assert!(excerpt.starts_with(": `bad [31m 'thing' xxx"), "{excerpt}");
        assert!(excerpt.ends_with("…`"), "{excerpt}");
        assert!(excerpt.chars().count() < EXCERPT_CHARS_MAX + 10, "{excerpt}");
        assert!(!excerpt.chars().any(char::is_control), "{excerpt:?}");
        assert_eq!(answer(" \r\n ").excerpt(&Given::default()), "");
    }

    #[test]
    fn an_excerpt_holds_no_number_and_no_code_of_ours() {
        let given = Given { texts: &["Your code is 4821"], number: NUMBER };
        let answer = answer("bad number 85291234567, code 4821, ref 99123, status 400");
        assert_eq!(answer.excerpt(&given), ": `bad number •••, code •••, ref 99123, status 400`");
    }

    #[test]
    fn an_answer_that_repeats_a_part_of_the_text_is_not_quoted() {
        let given = Given { texts: &["Dear Ms Wong, your parcel waits at the desk"], number: NUMBER };
        let answer = answer("illegal text: <i>Ms Wong, your parcel</i>");
        assert_eq!(answer.excerpt(&given), " (its words repeat what it was given, and are not shown)");
    }

    #[test]
    fn an_answer_that_repeats_the_text_in_wide_letters_and_digits_is_seen_through() {
        let given = Given { texts: &["Your code is 4821, harbour"], number: NUMBER };
        let wide = |text: &str| -> String {
            text.chars()
                .map(|c| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c))
                .collect()
        };
        let repeats = answer(&wide("no: is 4821, harbour"));
        assert_eq!(repeats.excerpt(&given), " (its words repeat what it was given, and are not shown)");
        let names = answer(&wide("no route to 85291234567 with 4821"));
        assert_eq!(names.excerpt(&given), ": `no route to ••• with •••`");
        for hidden in [
            "\\uff18\\uff15\\uff12\\uff19\\uff11\\uff12\\uff13",
            "&#65304;&#65301;&#65298;&#65305;&#65297;&#65298;&#65299;",
        ] {
            let excerpt = answer(&format!("no route to {hidden}")).excerpt(&given);
            assert_eq!(excerpt, " (its words repeat what it was given, and are not shown)", "{hidden}");
        }
    }

    #[test]
    fn a_secret_with_angle_brackets_or_backticks_in_it_is_seen() {
        for secret in ["$%^&*(<x>)!@#-", "<#!$%>&*()?-=:", "`!`#`$`%`&"] {
            let given = Given { texts: &[secret], number: NUMBER };
            for repeated in [secret.to_owned(), secret.replace('<', "&lt;").replace('>', "&gt;")] {
                let excerpt = answer(&format!("no: {repeated}!")).excerpt(&given);
                assert_eq!(excerpt, " (its words repeat what it was given, and are not shown)", "{repeated}");
            }
        }
    }

    #[test]
    fn only_text_is_readable() {
        assert!(Answer::new(200, "好".as_bytes(), None).readable);
        assert!(Answer::new(200, &"好".as_bytes()[..2], None).readable, "cut by our own bound");
        assert!(!Answer::new(200, b"\xbf\xf9\xbb~!", None).readable, "Big5");
        assert!(Answer::new(200, b"OK\t1\x0b\x0c\r\n", None).readable, "blanks");
        assert!(!Answer::new(200, &[0; 12], None).readable, "NUL");
        assert!(!Answer::new(200, b"OK\x1b[2J", None).readable, "a terminal's orders");
    }
}
