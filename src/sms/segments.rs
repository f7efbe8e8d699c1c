//! How a text travels: its encoding, how much room it takes, and in how many segments (3GPP TS 23.040).
//!
//! A text is stored and sent byte for byte as it was given. What is *measured* is its NFC form, because that is what a phone
//! network carries in the end: an `e` followed by a combining accent is one `é`, which GSM-7 has, and would otherwise count
//! as two characters that force UCS-2. Units, segments and offending characters all speak of the NFC form.
//!
//! * GSM-7: 160 septets in one segment, 153 in each of several; characters of the extension table take two.
//! * UCS-2: 70 UTF-16 code units in one segment, 67 in each of several. One character outside GSM-7 puts the whole text here.
//! * A segment never splits an escape pair, a surrogate pair or a grapheme cluster; a segment may be left partly empty for
//!   that. A cluster that is larger than a segment is split between its characters: there is no other way to send it.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

use super::gsm7;

/// At most so many offending characters are named.
pub const OFFENDING_MAX: usize = 20;

/// How the characters of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The default alphabet of 3GPP TS 23.038, in septets.
    Gsm7,
    /// UTF-16 code units.
    Ucs2,
}

impl Encoding {
    /// The word in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Encoding::Gsm7 => "gsm7",
            Encoding::Ucs2 => "ucs2",
        }
    }

    /// Units in a text that needs one segment only.
    pub const fn single_max(self) -> u32 {
        match self {
            Encoding::Gsm7 => 160,
            Encoding::Ucs2 => 70,
        }
    }

    /// Units in each of several segments: a header of six octets takes room.
    pub const fn part_max(self) -> u32 {
        match self {
            Encoding::Gsm7 => 153,
            Encoding::Ucs2 => 67,
        }
    }

    /// The units that a character takes: septets or UTF-16 code units.
    fn units(self, c: char) -> u32 {
        match self {
            // A text is GSM-7 only when every character is: the default is never used.
            Encoding::Gsm7 => gsm7::septets(c).map_or(2, u32::from),
            Encoding::Ucs2 => {
                if u32::from(c) > 0xffff {
                    2
                } else {
                    1
                }
            }
        }
    }
}

/// What a text takes to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The alphabet that the text needs.
    pub encoding: Encoding,
    /// Septets (GSM-7) or UTF-16 code units (UCS-2) of the whole text.
    pub units: u32,
    /// 0 for the empty text.
    pub segments: u32,
    /// The room of one segment: 160 or 70 if one is enough, else 153 or 67.
    pub per_segment: u32,
    /// The characters that force UCS-2: each once, in their order, at most `OFFENDING_MAX`.
    pub offending: Vec<char>,
}

/// Measures a text. Texts of more than `u32::MAX` units do not occur: every reader is bounded far below.
pub fn measure(text: &str) -> Measure {
    let text = normalized(text);
    let offending = offending(&text);
    let encoding = if offending.is_empty() { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units = text.chars().map(|c| encoding.units(c)).fold(0, u32::saturating_add);
    if units <= encoding.single_max() {
        let segments = u32::from(units > 0);
        return Measure { encoding, units, segments, per_segment: encoding.single_max(), offending };
    }
    let segments = u32::try_from(Parts::new(&text, encoding).count()).unwrap_or(u32::MAX);
    Measure { encoding, units, segments, per_segment: encoding.part_max(), offending }
}

/// The NFC form, without a copy where the text is in it already.
fn normalized(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

fn offending(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for c in text.chars().filter(|c| gsm7::septets(*c).is_none()) {
        if !found.contains(&c) {
            found.push(c);
        }
        if found.len() == OFFENDING_MAX {
            break;
        }
    }
    found
}

/// Fills segment after segment with whole grapheme clusters.
struct Parts<'a> {
    rest: &'a str,
    encoding: Encoding,
}

impl<'a> Parts<'a> {
    fn new(text: &'a str, encoding: Encoding) -> Parts<'a> {
        Parts { rest: text, encoding }
    }

    /// Where the next segment ends, in bytes.
    fn end(&self) -> usize {
        let clusters = self.rest.graphemes(true);
        match self.fill(clusters) {
            // The first cluster alone is larger than a segment.
            0 => self.fill(self.rest.char_indices().map(|(at, c)| &self.rest[at..at + c.len_utf8()])),
            bytes => bytes,
        }
    }

    /// The bytes of as many leading `pieces` as fit into one segment.
    fn fill<'p>(&self, pieces: impl Iterator<Item = &'p str>) -> usize {
        let mut room = self.encoding.part_max();
        let mut bytes = 0;
        for piece in pieces {
            let mut left = Some(room);
            for c in piece.chars() {
                left = left.and_then(|left| left.checked_sub(self.encoding.units(c)));
                if left.is_none() {
                    return bytes;
                }
            }
            room = left.unwrap_or(0);
            bytes += piece.len();
        }
        bytes
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (part, rest) = self.rest.split_at(self.end());
        self.rest = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The segments of a text's NFC form, in their order; together they are that form.
    fn split(text: &str) -> Vec<String> {
        let Measure { encoding, segments, .. } = measure(text);
        let text = normalized(text);
        match segments {
            0 => Vec::new(),
            1 => vec![text.into_owned()],
            _ => Parts::new(&text, encoding).map(str::to_owned).collect(),
        }
    }

    /// Encoding, units, segments and the room of a segment.
    fn brief(text: &str) -> (&'static str, u32, u32, u32) {
        let measure = measure(text);
        (measure.encoding.as_str(), measure.units, measure.segments, measure.per_segment)
    }

    fn with_tail(count: usize, tail: &str) -> String {
        "a".repeat(count) + tail
    }

    #[test]
    fn the_empty_text_has_no_segment() {
        assert_eq!(brief(""), ("gsm7", 0, 0, 160));
        assert!(split("").is_empty());
    }

    #[test]
    fn gsm7_boundaries() {
        assert_eq!(brief("a"), ("gsm7", 1, 1, 160));
        assert_eq!(brief(&with_tail(160, "")), ("gsm7", 160, 1, 160));
        assert_eq!(brief(&with_tail(161, "")), ("gsm7", 161, 2, 153));
        assert_eq!(brief(&with_tail(306, "")), ("gsm7", 306, 2, 153));
        assert_eq!(brief(&with_tail(307, "")), ("gsm7", 307, 3, 153));
        assert_eq!(brief(&with_tail(1530, "")), ("gsm7", 1530, 10, 153));
    }

    #[test]
    fn an_escape_pair_is_never_split() {
        assert_eq!(brief(&with_tail(158, "€")), ("gsm7", 160, 1, 160));
        assert_eq!(brief(&with_tail(159, "€")), ("gsm7", 161, 2, 153));
        assert_eq!(split(&(with_tail(152, "€") + &"b".repeat(152)))[0], "a".repeat(152));
        // 306 units would fit into two segments, were it not for the pair at the edge.
        assert_eq!(brief(&(with_tail(152, "€") + &"b".repeat(152))), ("gsm7", 306, 3, 153));
        assert_eq!(brief(&(with_tail(151, "€") + &"b".repeat(153))), ("gsm7", 306, 2, 153));
    }

    #[test]
    fn line_ends_of_two_characters_stay_together() {
        let text = with_tail(152, "\r\n") + &"b".repeat(100);
        assert_eq!(split(&text), ["a".repeat(152), "\r\n".to_owned() + &"b".repeat(100)]);
    }

    #[test]
    fn ucs2_boundaries() {
        assert_eq!(brief(&"中".repeat(70)), ("ucs2", 70, 1, 70));
        assert_eq!(brief(&"中".repeat(71)), ("ucs2", 71, 2, 67));
        assert_eq!(brief(&"中".repeat(134)), ("ucs2", 134, 2, 67));
        assert_eq!(brief(&"中".repeat(135)), ("ucs2", 135, 3, 67));
        // Characters of the extension table take one unit here.
        assert_eq!(brief(&("中".repeat(60) + &"€".repeat(10))), ("ucs2", 70, 1, 70));
    }

    #[test]
    fn one_character_puts_the_whole_text_into_ucs2() {
        let measure = measure(&with_tail(100, "\u{2019}\u{2019}`"));
        assert_eq!((measure.encoding, measure.segments), (Encoding::Ucs2, 2));
        assert_eq!(measure.offending, ['\u{2019}', '`']);
    }

    #[test]
    fn a_surrogate_pair_is_never_split() {
        assert_eq!(brief(&with_tail(68, "😀")), ("ucs2", 70, 1, 70));
        assert_eq!(brief(&with_tail(69, "😀")), ("ucs2", 71, 2, 67));
        let text = with_tail(66, "😀") + &"b".repeat(66);
        assert_eq!(split(&text), [with_tail(66, ""), "😀".to_owned() + &"b".repeat(65), "b".to_owned()]);
    }

    #[test]
    fn a_family_is_never_split() {
        let family = "👨‍👩‍👧‍👦";
        assert_eq!(brief(family), ("ucs2", 11, 1, 70));
        let text = with_tail(57, family) + &"b".repeat(10);
        assert_eq!(split(&text), [with_tail(57, ""), family.to_owned() + &"b".repeat(10)]);
        let flags = "🇭🇰".repeat(18);
        assert_eq!(split(&flags), ["🇭🇰".repeat(16), "🇭🇰".repeat(2)]);
    }

    #[test]
    fn combining_accents_are_measured_composed() {
        assert_eq!(brief("cafe\u{301}"), ("gsm7", 4, 1, 160));
        assert_eq!(brief(&"e\u{301}".repeat(160)), ("gsm7", 160, 1, 160));
        // The ohm sign is a canonical double of the omega that GSM-7 has.
        assert_eq!(brief("\u{2126}"), ("gsm7", 1, 1, 160));
        // What has no composed form keeps its two characters together.
        let text = with_tail(66, "x\u{301}") + &"b".repeat(10);
        assert_eq!(split(&text), [with_tail(66, ""), "x\u{301}".to_owned() + &"b".repeat(10)]);
    }

    #[test]
    fn a_cluster_larger_than_a_segment_is_split_between_characters() {
        let tower = "x".to_owned() + &"\u{301}".repeat(200);
        assert_eq!(brief(&tower), ("ucs2", 201, 3, 67));
        assert_eq!(split(&tower).concat(), tower);
    }

    #[test]
    fn offending_characters_are_few() {
        let text: String = ('一'..='十').collect();
        assert!(text.chars().count() > OFFENDING_MAX);
        assert_eq!(measure(&text).offending.len(), OFFENDING_MAX);
        assert_eq!(measure("\t\u{1b}").offending, ['\t', '\u{1b}']);
    }

    /// Texts that come near the rules: both alphabets, pairs, clusters, joiners, accents.
    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z ]{1,40}",
            "[€^{}|~]{1,8}",
            Just("\r\n".to_owned()),
            Just("👨‍👩‍👧‍👦".to_owned()),
            Just("🇭🇰".to_owned()),
            "[\u{300}-\u{310}]{1,90}",
            "[中文字é]{1,40}",
            any::<String>(),
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn segments_are_the_text_and_keep_every_bound(text in texts()) {
            let measure = measure(&text);
            let parts = split(&text);
            prop_assert_eq!(parts.len(), measure.segments as usize);
            prop_assert_eq!(parts.concat(), text.nfc().collect::<String>());
            let units = |part: &str| part.chars().map(|c| measure.encoding.units(c)).sum::<u32>();
            prop_assert_eq!(parts.iter().map(|part| units(part)).sum::<u32>(), measure.units);
            for part in &parts {
                prop_assert!(!part.is_empty());
                prop_assert!(units(part) <= measure.per_segment, "{} units", units(part));
            }
            prop_assert!(measure.segments >= measure.units.div_ceil(measure.per_segment));
            prop_assert_eq!(measure.encoding == Encoding::Ucs2, !measure.offending.is_empty());
        }
    }
}
