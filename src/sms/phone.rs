//! Phone numbers, read as people write them and kept in E.164 form.
//!
//! What counts as a number is libphonenumber's to say: its metadata must know a country, a length and a pattern for it.
//! Short codes (three to six digits) belong to one network and have no E.164 form, so they are refused by name.

use std::fmt;

use rlibphonenumber::{PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region, ValidationError};

/// The most digits that are looked at: E.164 allows 15, and an international prefix may stand before them.
const DIGITS_MAX: usize = 20;
/// Numbers without country that have at most so many digits are taken for short codes.
const SHORT_CODE_DIGITS_MAX: usize = 6;

/// A valid number in E.164 form. `Debug` shows it masked: numbers are people's.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

/// Why a text is no number that a message can go to. Never repeats the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum PhoneError {
    #[error("the number is empty")]
    Empty,
    #[error("this is not a phone number: it holds letters, an extension or other signs")]
    NotANumber,
    #[error("the number is too long")]
    TooLong,
    #[error("the number is too short")]
    TooShort,
    #[error("no country has the calling code that the number begins with")]
    UnknownCountry,
    #[error("no such number exists in its country's numbering plan")]
    Invalid,
    #[error("short codes cannot be written to: they are not reached from other networks")]
    ShortCode,
    #[error("the number does not say which country it belongs to")]
    NoRegion,
    #[error("the number can be read in two ways: `00` may begin an international number or a prefix of its region")]
    Ambiguous,
    #[error("`{region}` is not a region: two letters such as `HK` are")]
    BadRegion { region: String },
}

impl PhoneError {
    /// What may help, if something is known to.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            PhoneError::Empty | PhoneError::NotANumber | PhoneError::UnknownCountry | PhoneError::Ambiguous => {
                Some("write it with plus and country code, for example `+85291234567`")
            }
            PhoneError::NoRegion => Some(
                "write it with plus and country code, or name the country with `--region`, for example `--region HK`",
            ),
            PhoneError::BadRegion { .. } => Some("`--region HK`, or `message.region` in the settings"),
            PhoneError::TooLong | PhoneError::TooShort | PhoneError::Invalid | PhoneError::ShortCode => None,
        }
    }
}

impl PhoneNumber {
    /// Reads a number: international (`+852 9123 4567`, `0085291234567`), or national if `region` names its country.
    /// Spaces, dashes, dots, slashes, brackets and full-width signs are taken as people write them; letters and extensions
    /// are not, for a message has no use for them.
    ///
    /// # Errors
    /// Says what the text lacks.
    pub fn parse(text: &str, region: Option<&str>) -> Result<PhoneNumber, PhoneError> {
        let region = region.map(parse_region).transpose()?;
        let dialled = dialled(text)?;
        let Some(after_zeros) = dialled.strip_prefix("00") else { return valid(&dialled, region) };
        // Most of the world dials 00 for a plus. Where a region reads the same digits otherwise, a guess could reach a stranger.
        let international = valid(&format!("+{after_zeros}"), None);
        let Some(region) = region else { return international };
        match (international, valid(&dialled, Some(region))) {
            (Ok(one), Ok(other)) if one != other => Err(PhoneError::Ambiguous),
            (Ok(number), _) | (Err(_), Ok(number)) => Ok(number),
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// With the plus: `+85291234567`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the plus, as some gateways want it.
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// For logs and errors: the calling code's beginning and the last three digits, the rest as dots.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> String {
        number.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PhoneNumber").field(&self.masked()).finish()
    }
}

/// Masks any text that stands where a number should: the first four and the last three characters stay if at least four
/// lie between them, otherwise none does.
pub fn mask(number: &str) -> String {
    const HEAD: usize = 4;
    const TAIL: usize = 3;
    let count = number.chars().count();
    if count < HEAD + TAIL + 4 {
        return "•".repeat(count);
    }
    let hidden = |(at, c)| if at < HEAD || at >= count - TAIL { c } else { '•' };
    number.chars().enumerate().map(hidden).collect()
}

/// The region that two letters name.
///
/// # Errors
/// `BadRegion` if libphonenumber has no numbering plan under that name.
fn parse_region(code: &str) -> Result<Region, PhoneError> {
    let bad = || PhoneError::BadRegion { region: code.chars().take(16).collect() };
    let letters = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !letters {
        return Err(bad());
    }
    let region: Region = code.to_ascii_uppercase().parse().map_err(|_| bad())?;
    match PHONE_NUMBER_UTIL.get_country_code_for_region(region) {
        Some(calling_code) if calling_code > 0 => Ok(region),
        _ => Err(bad()),
    }
}

/// Checks a region's name, for flags and settings.
///
/// # Errors
/// `BadRegion`.
pub fn check_region(code: &str) -> Result<(), PhoneError> {
    parse_region(code).map(|_| ())
}

/// The digits that a person would dial, with a plus before them if there was one.
fn dialled(text: &str) -> Result<String, PhoneError> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if text.is_empty() {
        return Err(PhoneError::Empty);
    }
    let mut out = String::with_capacity(DIGITS_MAX + 1);
    for c in text.chars() {
        match c {
            '0'..='9' => out.push(c),
            '+' | '\u{ff0b}' if out.is_empty() => out.push('+'),
            _ if is_punctuation(c) => {}
            _ => out.push(digit(c).ok_or(PhoneError::NotANumber)?),
        }
        if out.len() > DIGITS_MAX {
            return Err(PhoneError::TooLong);
        }
    }
    let has_digits = out.ends_with(|c: char| c.is_ascii_digit());
    if has_digits { Ok(out) } else { Err(PhoneError::NotANumber) }
}

/// Marks that contact lists and messengers put around a number, without width and without meaning for it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What may stand between digits: the punctuation that libphonenumber takes, without its `x`, which begins an extension.
fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '.' | '(' | ')' | '[' | ']' | '/' | '~'
            | '\u{a0}' | '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{3000}' | '\u{202f}' | '\u{2007}' | '\u{2009}'
            | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{2053}' | '\u{223c}'
            | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}'..='\u{ff0f}' | '\u{ff3b}' | '\u{ff3d}' | '\u{ff5e}'
    )
}

/// The ASCII digit of a digit of another script: full-width, Arabic-Indic, Persian, Devanagari, Bengali, Thai.
fn digit(c: char) -> Option<char> {
    const ZEROS: [char; 6] = ['\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];
    let value = ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

/// The number that `dialled` (digits, perhaps after a plus) reaches, called from `region`.
fn valid(dialled: &str, region: Option<Region>) -> Result<PhoneNumber, PhoneError> {
    let international = dialled.starts_with('+');
    let too_few = !international && dialled.len() <= SHORT_CODE_DIGITS_MAX;
    if !international && region.is_none() {
        return Err(if too_few { PhoneError::ShortCode } else { PhoneError::NoRegion });
    }
    let answer = parse_valid(dialled, region);
    // Some small countries have national numbers as short as short codes: only what their plan does not know is one.
    answer.map_err(|error| if too_few { PhoneError::ShortCode } else { error })
}

fn parse_valid(dialled: &str, region: Option<Region>) -> Result<PhoneNumber, PhoneError> {
    let number = PHONE_NUMBER_UTIL.parse(dialled, region).map_err(|error| match error {
        ParseError::InvalidCountryCode => PhoneError::UnknownCountry,
        ParseError::NotANumber(_) | ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneError::TooShort,
        ParseError::TooLongNsn => PhoneError::TooLong,
    })?;
    if PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return Ok(PhoneNumber(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned()));
    }
    Err(match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Err(ValidationError::TooShort) => PhoneError::TooShort,
        Err(ValidationError::TooLong) => PhoneError::TooLong,
        Err(ValidationError::InvalidCountryCode) => PhoneError::UnknownCountry,
        Err(ValidationError::InvalidLength) | Ok(_) => PhoneError::Invalid,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, region: Option<&str>) -> Result<String, PhoneError> {
        PhoneNumber::parse(text, region).map(String::from)
    }

    #[track_caller]
    fn reads(text: &str, region: Option<&str>, number: &str) {
        assert_eq!(parse(text, region).as_deref(), Ok(number), "{text:?} in {region:?}");
    }

    #[track_caller]
    fn refuses(text: &str, region: Option<&str>, error: PhoneError) {
        assert_eq!(parse(text, region), Err(error), "{text:?} in {region:?}");
    }

    #[test]
    fn international_numbers_need_no_region() {
        reads("+85291234567", None, "+85291234567");
        reads("+852 9123 4567", None, "+85291234567");
        reads(" (+852) 9123-4567 ", None, "+85291234567");
        reads("+1 (415) 555-2671", None, "+14155552671");
        reads("+44 (0) 7911 123456", None, "+447911123456");
        reads("+39 06 698 82030", None, "+390669882030");
        reads("0085291234567", None, "+85291234567");
        reads("00 852 9123 4567", Some("DE"), "+85291234567");
    }

    #[test]
    fn national_numbers_belong_to_the_region() {
        reads("9123 4567", Some("HK"), "+85291234567");
        reads("0151 23456789", Some("de"), "+4915123456789");
        reads("85291234567", Some("HK"), "+85291234567");
        reads("+852 9123 4567", Some("DE"), "+85291234567");
        refuses("91234567", None, PhoneError::NoRegion);
        refuses("85291234567", None, PhoneError::NoRegion);
    }

    #[test]
    fn an_international_prefix_of_the_region_is_read_too() {
        reads("001 44 7911 123456", Some("HK"), "+447911123456");
        reads("011 44 7911 123456", Some("US"), "+447911123456");
        reads("00852 9123 4567", Some("HK"), "+85291234567");
        reads("0011 44 7911 123456", Some("AU"), "+447911123456");
    }

    #[test]
    fn full_width_and_other_digits_are_digits() {
        reads(
            "\u{ff0b}\u{ff18}\u{ff15}\u{ff12}\u{ff19}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}",
            None,
            "+85291234567",
        );
        reads("+852\u{3000}9123\u{ff0d}\u{ff14}567", None, "+85291234567");
        reads("+٨٥٢٩١٢٣٤٥٦٧", None, "+85291234567");
        reads("\u{202a}+852\u{a0}9123\u{2011}4567\u{202c}", None, "+85291234567");
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_reason() {
        refuses("", None, PhoneError::Empty);
        refuses(" \t ", None, PhoneError::Empty);
        refuses("+", None, PhoneError::NotANumber);
        refuses("()", None, PhoneError::NotANumber);
        refuses("hello", None, PhoneError::NotANumber);
        refuses("+1 800 FLOWERS", None, PhoneError::NotANumber);
        refuses("+85291234567 ext. 3", None, PhoneError::NotANumber);
        refuses("+85291234567x3", None, PhoneError::NotANumber);
        refuses("+85291234567#3", None, PhoneError::NotANumber);
        refuses("+85291234567;ext=3", None, PhoneError::NotANumber);
        refuses("tel:+85291234567", None, PhoneError::NotANumber);
        refuses("+852\x009123\x004567", None, PhoneError::NotANumber);
        refuses("+85291234567\n+85291234568", None, PhoneError::NotANumber);
        refuses("852+91234567", None, PhoneError::NotANumber);
        refuses("+85291234567, +85291234568", None, PhoneError::NotANumber);
        refuses("+852912345678901", None, PhoneError::TooLong);
        refuses(&"9".repeat(100_000), None, PhoneError::TooLong);
        refuses("+8529123", None, PhoneError::TooShort);
        refuses("+8", None, PhoneError::TooShort);
        refuses("+99991234567", None, PhoneError::UnknownCountry);
        refuses("+85201234567", None, PhoneError::Invalid);
    }

    #[test]
    fn short_codes_are_refused_by_name() {
        refuses("12345", None, PhoneError::ShortCode);
        refuses("999", Some("HK"), PhoneError::ShortCode);
        reads("4002", Some("NU"), "+6834002");
    }

    #[test]
    fn a_region_that_is_none_is_named() {
        for region in ["", "H", "HKG", "XX", "ZZ", "12", "001"] {
            refuses("91234567", Some(region), PhoneError::BadRegion { region: region.to_owned() });
        }
    }

    #[test]
    fn debug_and_mask_hide_the_middle() {
        let number = PhoneNumber::parse("+85291234567", None).expect("a valid number");
        assert_eq!(number.masked(), "+852•••••567");
        assert_eq!(format!("{number:?}"), "PhoneNumber(\"+852•••••567\")");
        assert_eq!(number.digits(), "85291234567");
        assert_eq!(mask("12345"), "•••••");
    }
}
