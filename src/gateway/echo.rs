//! Whether words repeat what their speaker was given: our text, a secret, a number. Nothing of those may stand in an error
//! message, and a gateway that answers with the request writes it in many ways: in a form, in JSON, in HTML, in groups.
//!
//! A secret may be all punctuation, so that is compared, too; and because a gateway may put some of its own into what it
//! repeats, letters and digits are compared once more without it.
//!
//! It errs to one side: an answer that happens to share eight letters with the text is not shown, and what it means is known
//! all the same.

use std::collections::{BTreeMap, HashSet};
use std::iter;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A run of our text of this many characters that comes back counts as our text, not as the speaker's words.
const RUN_CHARS: usize = 8;
/// The same in a script that writes words, not sounds, with a character.
const DENSE_RUN_CHARS: usize = 4;
/// The shortest text, and the shortest word with a digit in it, that counts where it comes back whole.
const WHOLE_CHARS_MIN: usize = 4;
/// In how many ways two texts are compared, and which of them is that of letters and digits alone.
const READINGS: usize = 3;
const LETTERS: usize = 1;
/// From here on Unicode has the scripts of East Asia.
const DENSE_FROM: char = '\u{2e80}';
/// Digits in a row that are masked wherever they stand: a phone number has seven or more.
const NUMBER_DIGITS_MIN: usize = 7;
/// Digits in a row that are masked if our text or number holds them: a one-time code has four or more.
const CODE_DIGITS_MIN: usize = 4;
/// The most characters between two groups of digits of one number: `9123 - 4567`.
const GAP_CHARS_MAX: usize = 3;
/// How often an answer is decoded: one that quotes a form within JSON within HTML is decoded three times.
const DECODINGS_MAX: usize = 3;
/// The longest name or number of a character in HTML that is read, in bytes, from its ampersand to its end.
const ENTITY_BYTES_MAX: usize = 24;
/// The names that HTML has for U+00A0 to U+00FF, in their order.
const LATIN_NAMES: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 \
    sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring \
    AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash \
    Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
    igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn \
    yuml";

/// `words` with every number masked, and every code of `texts` and `number`; `None` if they repeat more of `texts` than that,
/// or hide a number in a way of writing.
pub(super) fn without(words: &str, texts: &[&str], number: &str) -> Option<String> {
    let ours = Ours::new(texts);
    if forms(words).iter().any(|form| ours.are_in(form)) {
        return None;
    }
    let codes: HashSet<String> = texts.iter().chain([&number]).flat_map(|text| codes(text)).collect();
    let masked = mask_digits(words, &codes);
    // What comes first, the mask or the decoding, makes a difference only where a number hides in a way of writing.
    let decoded = forms(&masked);
    let hides_none =
        forms(words).iter().enumerate().all(|(nth, form)| decoded.get(nth) == Some(&mask_digits(form, &codes)));
    hides_none.then_some(masked)
}

/// What is looked for: runs of characters, of each reading and each length apart, so that an answer is gone through once for each.
#[derive(Default)]
struct Ours([BTreeMap<usize, HashSet<Vec<char>>>; READINGS]);

impl Ours {
    fn new(texts: &[&str]) -> Ours {
        let mut ours = Ours::default();
        for form in texts.iter().flat_map(|text| forms(text)) {
            for (nth, text) in readings(&form).iter().enumerate() {
                ours.add_runs(nth, text);
            }
            for [_, word, _] in form.split_whitespace().map(readings) {
                // Digits alone are masked: what stands around them may be shown. Longer words are runs already.
                let is_code = word.iter().any(|c| c.is_numeric()) && !word.iter().all(char::is_ascii_digit);
                if is_code && (WHOLE_CHARS_MIN..RUN_CHARS).contains(&word.len()) {
                    ours.add(LETTERS, &word);
                }
            }
        }
        ours
    }

    fn add_runs(&mut self, reading: usize, text: &[char]) {
        if text.len() < WHOLE_CHARS_MIN {
            return;
        }
        let dense = text.windows(DENSE_RUN_CHARS).filter(|run| run.iter().all(|c| *c >= DENSE_FROM));
        text.windows(text.len().min(RUN_CHARS)).chain(dense).for_each(|run| self.add(reading, run));
    }

    fn add(&mut self, reading: usize, run: &[char]) {
        self.0[reading].entry(run.len()).or_default().insert(run.to_vec());
    }

    fn are_in(&self, words: &str) -> bool {
        let holds =
            |words: &[char], length, runs: &HashSet<Vec<char>>| words.windows(length).any(|run| runs.contains(run));
        iter::zip(&self.0, readings(words))
            .any(|(ours, words)| ours.iter().any(|(length, runs)| holds(&words, *length, runs)))
    }
}

/// The characters of a text in the ways in which they are compared, each without blanks and in small letters: all of them, all but
/// the plus (in a form it is a blank), and those that are no ASCII punctuation (which a gateway may put between or leave out).
fn readings(text: &str) -> [Vec<char>; READINGS] {
    // A backtick ends a quotation, and is never shown as one.
    let quoted = |c| if c == '`' { '\'' } else { c };
    let is_kept = |c: &char| !c.is_whitespace() && !is_unprintable(*c);
    // By way of the capitals, for some small letters have the same: `ß` and `ss`.
    let small = text.nfkc().filter(is_kept).map(quoted).flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    let all: Vec<char> = small.collect();
    let those = |is_kept: fn(char) -> bool| all.iter().copied().filter(|c| is_kept(*c)).collect();
    let letters = those(|c| c.is_alphanumeric() || !c.is_ascii());
    [those(|c| c != '+'), letters, all]
}

/// Control characters, and the marks that turn the direction of a line or hide in it.
pub(super) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A text as it stands, and what it decodes to.
fn forms(text: &str) -> Vec<String> {
    let mut forms = vec![text.to_owned()];
    for _ in 0..DECODINGS_MAX {
        // Letters and digits that have several ways of being written, wide ones among them, may come out of any layer.
        let decoded: String = decode(&forms[forms.len() - 1]).nfkc().collect();
        if decoded == forms[forms.len() - 1] {
            break;
        }
        forms.push(decoded);
    }
    forms
}

/// Undoes what forms, JSON and HTML do to a text, one layer of it. The plus of a form needs nothing: it counts as a blank.
fn decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (bytes, length) = match c {
            '%' => percent(rest),
            '\\' => escape(rest),
            '&' => entity(rest),
            _ => None,
        }
        .unwrap_or_else(|| (c.to_string().into_bytes(), c.len_utf8()));
        decoded.extend(bytes);
        rest = &rest[length..];
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// `%C3`, and `%u00e9` of old scripts: what it stands for, and its length.
fn percent(text: &str) -> Option<(Vec<u8>, usize)> {
    let byte = hex(text, 1..3).and_then(|byte| u8::try_from(byte).ok());
    byte.map(|byte| (vec![byte], 3)).or_else(|| text.starts_with("%u").then(|| utf16(text)).flatten())
}

/// `\u00e9`, `\x41`, `\n`, `\"`.
fn escape(text: &str) -> Option<(Vec<u8>, usize)> {
    match text.chars().nth(1)? {
        'u' => utf16(text),
        'x' => Some((encoded(char::from_u32(hex(text, 2..4)?)?), 4)),
        'n' | 'r' | 't' | 'b' | 'f' => Some((b" ".to_vec(), 2)),
        c => Some((encoded(c), 1 + c.len_utf8())),
    }
}

/// A mark, `u` and four hexadecimal digits; and as much again where that is half a character.
fn utf16(text: &str) -> Option<(Vec<u8>, usize)> {
    const LENGTH: usize = 6;
    let unit = |at: usize| hex(text, at + 2..at + LENGTH).and_then(|unit| u16::try_from(unit).ok());
    let units: Vec<u16> = [unit(0), unit(LENGTH)].into_iter().flatten().collect();
    unit(0)?;
    let c = char::decode_utf16(units).next()?.ok()?;
    Some((encoded(c), LENGTH * c.len_utf16()))
}

/// `&#233;`, `&#xe9;`, `&eacute;`, `&amp;`.
fn entity(text: &str) -> Option<(Vec<u8>, usize)> {
    // Whatever is longer is none: an answer of ampersands is not searched to its end for each of them.
    let name = text.get(1..text.bytes().take(ENTITY_BYTES_MAX).position(|byte| byte == b';')?)?;
    let c = match (name, name.strip_prefix('#')) {
        (_, Some(number)) => {
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)?
        }
        ("amp", _) => '&',
        ("lt", _) => '<',
        ("gt", _) => '>',
        ("quot", _) => '"',
        ("apos", _) => '\'',
        (name, _) => {
            let (c, _) = ('\u{a0}'..='\u{ff}').zip(LATIN_NAMES.split_whitespace()).find(|(_, known)| *known == name)?;
            c
        }
    };
    Some((encoded(c), name.len() + 2))
}

fn hex(text: &str, at: Range<usize>) -> Option<u32> {
    let digits = text.get(at)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

fn encoded(c: char) -> Vec<u8> {
    c.to_string().into_bytes()
}

/// Every run of digits that is long enough for a code, whatever stands between them.
fn codes(text: &str) -> Vec<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    digits.windows(CODE_DIGITS_MIN).map(|code| code.iter().collect()).collect()
}

/// Masks groups of digits that are a number, or together hold one of `codes`.
fn mask_digits(words: &str, codes: &HashSet<String>) -> String {
    let mut masked = String::with_capacity(words.len());
    let mut end = 0;
    for number in numbers(words) {
        let hidden = hidden_groups(words, &number, codes);
        for (at, group) in number.iter().enumerate() {
            let follows_hidden = at > 0 && hidden[at - 1];
            if !(hidden[at] && follows_hidden) {
                masked.push_str(&words[end..group.start]);
                masked.push_str(if hidden[at] { "•••" } else { &words[group.clone()] });
            }
            end = group.end;
        }
    }
    masked.push_str(&words[end..]);
    masked
}

/// Groups of digits that stand so near to each other that they may be one number.
fn numbers(words: &str) -> Vec<Vec<Range<usize>>> {
    let mut numbers: Vec<Vec<Range<usize>>> = Vec::new();
    let mut at = 0;
    while let Some(start) = words[at..].find(|c: char| c.is_ascii_digit()).map(|found| at + found) {
        let end = words[start..].find(|c: char| !c.is_ascii_digit()).map_or(words.len(), |length| start + length);
        let gap = &words[at..start];
        let is_near = gap.chars().count() <= GAP_CHARS_MAX && !gap.contains(char::is_alphanumeric);
        match numbers.last_mut().filter(|_| is_near) {
            Some(number) => number.push(start..end),
            None => numbers.push(iter::once(start..end).collect()),
        }
        at = end;
    }
    numbers
}

/// Which groups of a number are hidden: long ones, and those all of whose digits belong to codes.
fn hidden_groups(words: &str, number: &[Range<usize>], codes: &HashSet<String>) -> Vec<bool> {
    let digits: String = number.iter().map(|group| &words[group.clone()]).collect();
    let mut is_ours = vec![false; digits.len()];
    for start in 0..(digits.len() + 1).saturating_sub(CODE_DIGITS_MIN) {
        let code = start..start + CODE_DIGITS_MIN;
        if codes.contains(&digits[code.clone()]) {
            is_ours[code].fill(true);
        }
    }
    let mut rest = &is_ours[..];
    let mut take = |length: usize| rest.split_off(..length).unwrap_or_default();
    number.iter().map(|group| take(group.len()).iter().all(|ours| *ours) || group.len() >= NUMBER_DIGITS_MIN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "m:0 my pin is 4711";
    const NUMBER: &str = "+85291200000";

    #[test]
    fn a_text_is_found_in_every_way_of_writing() {
        for (said, text) in [
            ("illegal: M:0 my PIN is", TEXT),
            ("msg_utf8=m%3A0+my+pin+is+4711", TEXT),
            ("my%20pin%20is%204711", TEXT),
            ("my%2520pin%2520is%25204711", TEXT),
            (r#"{"text":"m:0\u0020my\npin is"}"#, TEXT),
            ("m&#58;0 my&nbsp;pin &#x69;s", TEXT),
            (r#""caf\u00e9 pin 4711""#, "café pin 4711"),
            ("caf%u00e9 pin", "café pin"),
            (r"\ud83d\ude00 fine", "😀 fine"),
            ("Gr&uuml;&szlig;e aus K&ouml;ln", "Grüße aus Köln"),
            ("illegal: 您的驗證", "您的驗證碼是四七"),
            ("code AB-12-CD", "ab12cd"),
            ("code AB12CD", "Your number AB-12-CD"),
            ("pin٤٧", "pin ٤٧"),
            ("no: ÄÖÜSSÄÖÜÉÈÊ", "äöüßÄÖÜéèê"),
            ("hello", "hello"),
            ("bad pin &#52;&#55;&#49;&#49;", "is 4711"),
            ("bad number 912&nbsp;00 000", ""),
        ] {
            assert_eq!(without(said, &[text], NUMBER), None, "{said}");
        }
    }

    const PUNCTUATED: [&str; 12] = [
        "Kx!#%&/()=?-+*",
        "k#$%&!@^",
        "(!a#%$^&*1)",
        "$%^&*()!@#-+=_~[]",
        "p&=+ %23;/?#x9Q",
        "....----....----",
        "*** *** 7 *** ***",
        "!!! ??? $$$ ### @@@ ***",
        "+---+---+---+",
        "\\\"'`;,|/\\\"'",
        "x`!~@",
        "#!?~",
    ];

    /// In which ways a text may come back.
    fn writings(text: &str) -> Vec<String> {
        let of_chars = |write: &dyn Fn(u32) -> String| text.chars().map(|c| write(u32::from(c))).collect::<String>();
        let percent: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
        vec![
            text.to_owned(),
            text.to_uppercase(),
            form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            percent.replace('%', "%25"),
            percent,
            serde_json::json!({ "e": text }).to_string().replace('/', "\\/"),
            serde_json::json!({ "e": serde_json::json!(text).to_string() }).to_string(),
            of_chars(&|c| format!("\\u{c:04x}")),
            of_chars(&|c| format!("&#{c};")),
            of_chars(&|c| format!("&amp;#x{c:X};")),
            of_chars(&|c| format!("{} ", char::from_u32(c).unwrap_or(' '))),
        ]
    }

    #[test]
    fn a_text_of_punctuation_is_found_in_every_way_of_writing() {
        for text in PUNCTUATED {
            for writing in writings(text) {
                let said = format!("Authorization failed for password {writing} given");
                assert_eq!(without(&said, &["abc", text], NUMBER), None, "{said}");
            }
        }
    }

    #[test]
    fn eight_characters_in_a_row_are_a_repetition_whatever_they_are() {
        for text in PUNCTUATED {
            let characters: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
            for part in characters.windows(RUN_CHARS) {
                let said = format!("no: x{}y", part.iter().collect::<String>());
                assert_eq!(without(&said, &[text], NUMBER), None, "{said}");
            }
        }
        assert_eq!(without("no: xp&=+ %23;y", &["p&=+ %23;/?#x9Q"], NUMBER), None, "with a blank in it");
        let few = "no: !#%&/() and ()=?-+*";
        assert_eq!(without(few, &["Kx!#%&/()=?-+*"], NUMBER).as_deref(), Some(few), "seven are none");
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_back_whole_is_found(text in "[!-~äß好]{2}[ -~äß好]{0,16}[!-~äß好]{2}", before in "\\PC{0,9}", after in "\\PC{0,9}") {
            let said = format!("{before} {text} {after}");
            proptest::prop_assert_eq!(without(&said, &[&text], ""), None);
        }

        #[test]
        fn nothing_that_is_said_is_too_much(said in "(\\PC|[%&;#xu0-9a-f\\\\]){0,60}", text in "\\PC{0,30}") {
            let _shown = without(&said, &[&text], &text);
        }
    }

    #[test]
    fn what_a_gateway_says_of_its_own_is_shown() {
        for said in [
            "Out of credit",
            r#"{"error":"no \"route\"","code":17}"#,
            "100% &c. \\",
            "%zz &#xfffffff; \\ud83d! \\u12 &; %",
            "invalid sender, my id 3f9-11-471, at 2026-11-29 10:12:13",
            "您好",
        ] {
            assert_eq!(without(said, &[TEXT, "", "ok", "您好嗎您"], NUMBER).as_deref(), Some(said));
        }
    }

    #[test]
    fn a_number_is_masked_in_whatever_groups_it_stands() {
        for (said, shown) in [
            ("no route to 85291200000!", "no route to •••!"),
            ("no route to 912 00 000", "no route to •••"),
            ("9-1-2-0-0-0-0-0 is bad", "••• is bad"),
            ("400: (852) 9120 - 0000, 17", "400: (•••, 17"),
            ("to=%2B85291200000&from=1", "to=%2B•••&from=1"),
            ("pin 4711, then 47-11, ref 99123", "pin •••, then •••, ref 99123"),
            ("1234567 of another", "••• of another"),
        ] {
            assert_eq!(without(said, &["is 4711"], NUMBER).as_deref(), Some(shown), "{said}");
        }
    }
}
