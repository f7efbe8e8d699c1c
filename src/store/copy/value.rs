//! Values as both backends mean them: what a copy carries over, and what its checksums are made of.

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
}

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
            // What a server without strict mode makes of a time that is none.
            Kind::Time if text.starts_with("0000-00-00") => Ok(Value::Null),
            Kind::Time => match time::of_text(&text) {
                Some(at) => Ok(Value::Text(time::to_text(at))),
                None => Err("holds what is no time".to_owned()),
            },
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
            (Bound::Range(least, most), Value::Whole(number)) if !(least..=most).contains(number) => {
                Some(format!("is {number}, and the target takes {least} to {most}"))
            }
            _ => None,
        }
    }
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
        assert_eq!(time("0000-00-00 00:00:00.000000"), Ok(Value::Null));
        for text in ["2026-02-31 16:00:00.000000", "2026-13-01 00:00:00.000000", "yesterday", ""] {
            assert!(time(text).is_err(), "{text}");
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
