//! A value between what was written and what is meant by it, and how it is written back.

use std::time::Duration;

use toml::de::DeValue;

use super::amount;

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Raw {
    /// By a flag or a variable: bare text that may be meant as any kind.
    Words(String),
    /// In a file, in quotes.
    Text(String),
    /// In a file, a number in decimal digits.
    Number(String),
    Flag(bool),
    List(Vec<Raw>),
    /// What no setting is: the kind of thing in words.
    Other(&'static str),
}

/// What is meant.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Count(u64),
    Duration(Duration),
    Never,
    /// Per second, and as it was written.
    Rate {
        per_s: f64,
        written: String,
    },
    Burst(f64),
    Flag(bool),
    List(Vec<String>),
}

/// What was written is not what is wanted; `because` goes into detail where there is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    pub because: Option<String>,
    pub hint: Option<String>,
}

impl Mismatch {
    pub(super) fn plain() -> Mismatch {
        Mismatch { because: None, hint: None }
    }

    pub(super) fn because(reason: &str) -> Mismatch {
        Mismatch { because: Some(reason.to_owned()), hint: None }
    }

    pub(super) fn hint(hint: String) -> Mismatch {
        Mismatch { because: None, hint: Some(hint) }
    }
}

impl Raw {
    /// A value of a TOML document.
    pub(super) fn of(value: &DeValue<'_>) -> Raw {
        match value {
            DeValue::String(text) => Raw::Text(text.to_string()),
            // Other radices are read here, so that everything above sees decimal digits alone.
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Raw::Number(number.to_string()),
                Err(_) => Raw::Number(number.to_string()),
            },
            DeValue::Float(number) => Raw::Number(number.as_str().to_owned()),
            DeValue::Boolean(flag) => Raw::Flag(*flag),
            DeValue::Array(list) => Raw::List(list.iter().map(|item| Raw::of(item.get_ref())).collect()),
            DeValue::Datetime(_) => Raw::Other("a date"),
            DeValue::Table(_) => Raw::Other("a table"),
        }
    }

    /// One TOML value as text. `None`: it is none.
    pub(super) fn of_toml(text: &str) -> Option<Raw> {
        DeValue::parse(text).ok().map(|value| Raw::of(value.get_ref()))
    }

    /// As it was written, on one line and not too long, for an error.
    pub(super) fn shown(&self) -> String {
        const CHARS_MAX: usize = 120;
        let whole = match self {
            Raw::Words(text) => text.chars().flat_map(char::escape_debug).collect(),
            Raw::Text(text) => format!("{text:?}"),
            Raw::Number(number) => number.clone(),
            Raw::Flag(flag) => flag.to_string(),
            Raw::List(items) => format!("[{}]", items.iter().map(Raw::shown).collect::<Vec<_>>().join(", ")),
            Raw::Other(kind) => (*kind).to_owned(),
        };
        if whole.chars().count() <= CHARS_MAX {
            return whole;
        }
        whole.chars().take(CHARS_MAX).chain(['…']).collect()
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Raw::Words(text) | Raw::Text(text) => Some(text.trim()),
            _ => None,
        }
    }

    pub(super) fn is_minus_one(&self) -> bool {
        matches!(self, Raw::Words(text) | Raw::Number(text) if text.trim() == "-1")
    }

    pub(super) fn number(&self) -> Result<&str, Mismatch> {
        match self {
            Raw::Words(text) | Raw::Number(text) => Ok(text.trim()),
            Raw::Text(text) if text.trim().parse::<f64>().is_ok() => {
                Err(Mismatch::hint(format!("a number stands without quotes: `{}`", text.trim())))
            }
            _ => Err(Mismatch::plain()),
        }
    }

    pub(super) fn number_or_text(&self) -> Result<&str, Mismatch> {
        match self {
            Raw::Words(text) | Raw::Number(text) | Raw::Text(text) => Ok(text.trim()),
            _ => Err(Mismatch::plain()),
        }
    }
}

impl Value {
    /// As `config show` writes it.
    pub(super) fn shown(&self) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Count(number) => number.to_string(),
            Value::Duration(span) => amount::duration_text(*span),
            Value::Never => "never".to_owned(),
            Value::Rate { written, .. } => written.clone(),
            Value::Burst(number) => number.to_string(),
            Value::Flag(flag) => flag.to_string(),
            Value::List(words) => {
                format!("[{}]", words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_shown_on_one_short_line() {
        assert_eq!(Raw::Words("a\nb\u{1b}[31m".to_owned()).shown(), "a\\nb\\u{1b}[31m");
        assert!(Raw::Words("x".repeat(5000)).shown().chars().count() <= 121);
    }
}
