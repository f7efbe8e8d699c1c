//! Values as both backends mean them: what a copy carries over, and what its checksums are made of.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::store::time;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Whole,
    Real,
    Text,
    /// UTC, to the microsecond.
    Time,
}

impl Kind {
    /// The kind of a declared type, as SQLite and MySQL write it: `VARCHAR(20)`, `bigint`, `DATETIME`.
    pub fn of_type(declared: &str) -> Kind {
        let declared = declared.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        if has(&["date", "time"]) {
            Kind::Time
        } else if has(&["int", "bool"]) {
            Kind::Whole
        } else if has(&["real", "floa", "doub"]) {
            Kind::Real
        } else {
            Kind::Text
        }
    }
}

/// What a column of the target can hold at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    None,
    /// Characters of a text.
    Chars(u64),
    /// Bytes of a text.
    Bytes(u64),
    /// The least and the greatest number.
    Range(i64, i64),
    /// The same of the numbers of rows: for 0 a server takes the next one, and behind the last of all it takes no more rows.
    Numbers(i64, i64),
    /// Digits of a second's fraction.
    Fraction(usize),
}

/// The numbers of rows in a table that smsctl makes on a server.
pub const ROW_NUMBERS: Bound = Bound::Numbers(i64::MIN, i64::MAX);

/// A column of a table that is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub bound: Bound,
}

/// A value of a row. Times are texts of one form, `YYYY-MM-DD HH:MM:SS.ffffff`.
#[derive(Clone, PartialEq, PartialOrd)]
pub enum Value {
    Null,
    Whole(i64),
    Real(f64),
    Text(String),
}

impl std::fmt::Debug for Value {
    /// Texts of people are not told.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Null => f.write_str("Null"),
            Value::Whole(number) => write!(f, "{number}"),
            Value::Real(number) => write!(f, "{number:e}"),
            Value::Text(text) => write!(f, "{} bytes", text.len()),
        }
    }
}

/// The first columns of a row, which name it.
pub type Key = Vec<Value>;

impl Value {
    /// The value of a text as a column of `kind` holds it, or why it is none.
    pub fn of_text(text: String, kind: Kind) -> Result<Value, String> {
        match kind {
            Kind::Text => Ok(Value::Text(text)),
            Kind::Time if is_plain_time(&text) => Ok(Value::Text(text)),
            Kind::Time => time_of(&text).map(Value::Text),
            Kind::Whole => {
                text.trim().parse().map(Value::Whole).map_err(|_| "holds what is no whole number".to_owned())
            }
            Kind::Real => text.trim().parse().map(Value::Real).map_err(|_| "holds what is no number".to_owned()),
        }
    }

    /// Bytes of memory and of a statement, about.
    pub fn size(&self) -> usize {
        match self {
            Value::Null => 4,
            Value::Whole(_) | Value::Real(_) => 16,
            Value::Text(text) => 24 + text.len(),
        }
    }

    /// Adds the value to a checksum. No two rows of different values give the same bytes: lengths are part of them.
    pub fn digest(&self, sum: &mut Sha256) {
        match self {
            Value::Null => sum.update([0]),
            Value::Whole(number) => {
                sum.update([1]);
                sum.update(number.to_be_bytes());
            }
            Value::Real(number) => {
                sum.update([2]);
                sum.update(number.to_bits().to_be_bytes());
            }
            Value::Text(text) => {
                sum.update([3]);
                sum.update((text.len() as u64).to_be_bytes());
                sum.update(text.as_bytes());
            }
        }
    }

    /// The value for people who look for a row.
    pub fn shown(&self) -> String {
        match self {
            Value::Null => "NULL".to_owned(),
            Value::Whole(number) => number.to_string(),
            Value::Real(number) => number.to_string(),
            Value::Text(text) => text.escape_debug().to_string(),
        }
    }
}

impl Bound {
    /// Why `value` is more than the column holds; `None` if it is not.
    pub fn refuses(self, value: &Value) -> Option<String> {
        match (self, value) {
            (Bound::Chars(most), Value::Text(text)) if text.len() as u64 > most => {
                let chars = text.chars().count() as u64;
                (chars > most).then(|| format!("has {chars} characters, and the target takes {most}"))
            }
            (Bound::Bytes(most), Value::Text(text)) if text.len() as u64 > most => {
                Some(format!("has {} bytes, and the target takes {most}", text.len()))
            }
            (Bound::Fraction(most), Value::Text(text)) => {
                let digits = text.rsplit_once('.').map_or(0, |(_, fraction)| fraction.trim_end_matches('0').len());
                (digits > most).then(|| format!("has {digits} digits below the second, and the target takes {most}"))
            }
            (Bound::Range(least, most), Value::Whole(number)) if !(least..=most).contains(number) => {
                Some(format!("is {number}, and the target takes {least} to {most}"))
            }
            (Bound::Numbers(..), Value::Whole(0)) => Some("is 0, for which the target would take another".to_owned()),
            (Bound::Numbers(..), Value::Whole(i64::MAX)) => {
                Some(format!("is {}, behind which the target takes no further row", i64::MAX))
            }
            (Bound::Numbers(least, most), value) => Bound::Range(least, most).refuses(value),
            _ => None,
        }
    }
}

/// What a server without strict mode makes of a time that is none. It is before all others, as a text too, and not NULL.
const ZERO: &str = "0000-00-00 00:00:00";

/// The time of a text, in our own form, or why it cannot be told in that. The form holds all that a server does, which is more
/// than an instant of ours: up to the end of 9999.
fn time_of(text: &str) -> Result<String, String> {
    let no_time = || "holds what is no time".to_owned();
    let text = text.trim();
    if let Some(fraction) = text.strip_prefix(ZERO) {
        let is_zero = fraction.trim_start_matches('.').bytes().all(|digit| digit == b'0');
        return if is_zero { Ok(format!("{ZERO}.000000")) } else { Err(no_time()) };
    }
    // A leap second would become the one before it, and the name of a zone would be passed over.
    if text.contains(":60") || text.contains('[') {
        return Err(no_time());
    }
    let civil = match text.parse::<Timestamp>() {
        Ok(at) => TimeZone::UTC.to_datetime(at),
        // An offset that is no instant of ours would be passed over too.
        Err(_) if has_offset(text) => return Err(no_time()),
        Err(_) => text.trim_end_matches(['Z', 'z']).parse::<DateTime>().map_err(|_| no_time())?,
    };
    if civil.year() < 0 {
        return Err("is a time before the year 0".to_owned());
    }
    if civil.subsec_nanosecond() % 1_000 != 0 {
        return Err("is a time finer than a microsecond".to_owned());
    }
    Ok(time::of_civil(civil))
}

/// Whether something like `+08:00` follows the time of the day.
fn has_offset(text: &str) -> bool {
    text.find(':').is_some_and(|at| text[at..].contains(['+', '-']))
}

/// Whether a text is a time in our own form already, and a day that every month has: most are, and need no calendar.
fn is_plain_time(text: &str) -> bool {
    let form = b"0000-00-00 00:00:00.000000";
    let bytes = text.as_bytes();
    let fits = |(have, want): (&u8, &u8)| if *want == b'0' { have.is_ascii_digit() } else { have == want };
    if bytes.len() != form.len() || !bytes.iter().zip(form).all(fits) {
        return false;
    }
    let two = |at: usize| (bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0');
    (1..=12).contains(&two(5)) && (1..=28).contains(&two(8)) && two(11) < 24 && two(14) < 60 && two(17) < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Result<Value, String> {
        Value::of_text(text.to_owned(), Kind::Time)
    }

    #[test]
    fn times_of_every_program_have_one_form() {
        let at = |text: &str| Ok(Value::Text(text.to_owned()));
        assert_eq!(time("2026-11-24 16:00:00.000007"), at("2026-11-24 16:00:00.000007"));
        assert_eq!(time("2026-11-24 16:00:00"), at("2026-11-24 16:00:00.000000"));
        assert_eq!(time("2026-11-24T16:00:00Z"), at("2026-11-24 16:00:00.000000"));
        assert_eq!(time("2024-02-29 23:59:59.999999"), at("2024-02-29 23:59:59.999999"));
        assert_eq!(time("2026-11-24T18:00:00.5+02:00"), at("2026-11-24 16:00:00.500000"));
        assert_eq!(time(" 2026-11-24 16:00:00.123456000"), at("2026-11-24 16:00:00.123456"));
        assert_eq!(time("2026-11-24"), at("2026-11-24 00:00:00.000000"));
    }

    #[test]
    fn a_time_is_taken_as_it_is_or_not_at_all() {
        let at = |text: &str| Ok(Value::Text(text.to_owned()));
        // The ends of what a server holds, its word for none among them.
        for text in ["0000-00-00 00:00:00.000000", "0000-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999"] {
            assert_eq!(time(text), at(text));
        }
        assert_eq!(time("0000-00-00 00:00:00"), at("0000-00-00 00:00:00.000000"));
        assert_eq!(time("9999-12-31T23:59:59Z"), at("9999-12-31 23:59:59.000000"));
        assert!(time("0000-00-00 00:00:00").unwrap() < time("0000-01-01 00:00:00").unwrap());
        for text in [
            "2026-02-31 16:00:00.000000",
            "2026-13-01 00:00:00.000000",
            "2026-11-00 00:00:00.000000",
            "0000-00-00 12:00:00.000000",
            "2026-06-30 23:59:60",
            "2026-11-24 24:00:00",
            "2026-11-24T16:00:00[Asia/Hong_Kong]",
            "9999-12-31T23:59:59+02:00",
            "10000-01-01 00:00:00",
            "-0001-01-01 00:00:00",
            "yesterday",
            "12:00:00",
            "",
        ] {
            assert_eq!(time(text), Err("holds what is no time".to_owned()), "{text}");
        }
        assert_eq!(time("-000001-01-01 00:00:00"), Err("is a time before the year 0".to_owned()));
        for text in ["2026-11-24 16:00:00.123456789", "2026-11-24T16:00:00.0000001Z", "9999-12-31 23:59:59.999999999"] {
            assert_eq!(time(text), Err("is a time finer than a microsecond".to_owned()), "{text}");
        }
    }

    #[test]
    fn declared_types_of_both_backends_mean_the_same() {
        for (declared, kind) in [
            ("INTEGER", Kind::Whole),
            ("bigint(20)", Kind::Whole),
            ("DATETIME", Kind::Time),
            ("datetime(6)", Kind::Time),
            ("VARCHAR(20)", Kind::Text),
            ("mediumtext", Kind::Text),
            ("varbinary(800)", Kind::Text),
            ("JSON", Kind::Text),
            ("REAL", Kind::Real),
            ("double", Kind::Real),
        ] {
            assert_eq!(Kind::of_type(declared), kind, "{declared}");
        }
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(Bound::Chars(3).refuses(&text("你好吗")), None);
        assert_eq!(
            Bound::Chars(2).refuses(&text("你好吗")).as_deref(),
            Some("has 3 characters, and the target takes 2")
        );
        assert_eq!(Bound::Bytes(8).refuses(&text("你好吗")).as_deref(), Some("has 9 bytes, and the target takes 8"));
        assert_eq!(Bound::Range(-1, 1).refuses(&Value::Whole(1)), None);
        let refused = Bound::Range(-1, 1).refuses(&Value::Whole(2));
        assert_eq!(refused.as_deref(), Some("is 2, and the target takes -1 to 1"));
        assert_eq!(Bound::Range(0, 0).refuses(&Value::Null), None);
        let numbers = Bound::Numbers(-5, i64::MAX);
        for (number, want) in [
            (0, Some("is 0, for which the target would take another")),
            (-5, None),
            (i64::MAX - 1, None),
            (-6, Some("is -6, and the target takes -5 to 9223372036854775807")),
            (i64::MAX, Some("is 9223372036854775807, behind which the target takes no further row")),
        ] {
            assert_eq!(numbers.refuses(&Value::Whole(number)).as_deref(), want);
        }
        let fraction = text("2026-11-24 16:00:00.120000");
        assert_eq!(Bound::Fraction(2).refuses(&fraction), None);
        let refused = Bound::Fraction(0).refuses(&fraction);
        assert_eq!(refused.as_deref(), Some("has 2 digits below the second, and the target takes 0"));
    }

    #[test]
    fn nothing_but_equal_rows_has_equal_checksums() {
        let sum = |values: &[Value]| {
            let mut sum = Sha256::new();
            values.iter().for_each(|value| value.digest(&mut sum));
            sum.finalize()
        };
        let text = |text: &str| Value::Text(text.to_owned());
        let rows = [
            vec![text("a"), text("b")],
            vec![text("ab"), text("")],
            vec![text(""), text("ab")],
            vec![Value::Null, text("ab")],
            vec![text("1")],
            vec![Value::Whole(1)],
            vec![Value::Real(1.0)],
            vec![Value::Null],
            vec![Value::Whole(0)],
        ];
        let sums: std::collections::BTreeSet<_> = rows.iter().map(|row| sum(row).to_vec()).collect();
        assert_eq!(sums.len(), rows.len());
    }

    #[test]
    fn debug_tells_no_text() {
        assert_eq!(format!("{:?}", Value::Text("hush".to_owned())), "4 bytes");
    }
}
