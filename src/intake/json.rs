//! JSON that people wrote. Of a key that stands twice in an object, others take the last: here it is told.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// So much of a key is told.
const KEY_CHARS_MAX: usize = 40;

/// Why a text is not taken.
#[derive(Debug, thiserror::Error)]
pub enum JsonError {
    /// It is no JSON.
    #[error(transparent)]
    Syntax(#[from] serde_json::Error),
    /// An object says two things of one key, at whatever depth.
    #[error("the key `{key}` stands twice")]
    Twice {
        /// The key, or how it begins.
        key: String,
    },
}

/// Reads one value.
///
/// # Errors
/// The text is no JSON, or an object in it has a key twice. Neither tells a value.
pub fn read(text: &str) -> Result<Value, JsonError> {
    let twice = RefCell::new(None);
    let mut parser = serde_json::Deserializer::from_str(text);
    let value = Once { twice: &twice }.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    match twice.into_inner() {
        Some(key) => Err(JsonError::Twice { key }),
        None => Ok(value?),
    }
}

/// Reads a value as `serde_json` does, but for keys that stand twice.
#[derive(Clone, Copy)]
struct Once<'a> {
    /// The key that does.
    twice: &'a RefCell<Option<String>>,
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = pairs.next_key::<String>()? {
            if out.contains_key(&key) {
                self.twice.replace(Some(key.chars().take(KEY_CHARS_MAX).collect()));
                return Err(A::Error::custom("a key stands twice"));
            }
            let value = pairs.next_value_seed(self)?;
            out.insert(key, value);
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sound_is_read_as_others_read_it() {
        for text in [
            "null",
            " [1, -2, 1.5, 1e3, 18446744073709551615, true, \"\\u00e9\\n\"] ",
            "{\"b\": {\"a\": []}, \"a\": {\"a\": 1, \"b\": {\"a\": 2}}}",
            "[{\"a\": 1}, {\"a\": 2}]",
        ] {
            let expected: Value = serde_json::from_str(text).expect("it is JSON");
            let read = read(text).expect("it is JSON, and says everything once");
            assert_eq!((read.to_string(), &read), (expected.to_string(), &expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_as_others_tell_it() {
        let deep = "[".repeat(200);
        for text in ["", "{", "{\"a\" 1}", "[1] x", "1e999", "{1: 2}", "\"\\ud800\"", deep.as_str()] {
            let expected = serde_json::from_str::<Value>(text).expect_err("it is no JSON").to_string();
            let told = read(text).expect_err("it is no JSON");
            assert!(matches!(&told, JsonError::Syntax(_)), "{text}: {told:?}");
            assert_eq!(told.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_told_without_its_values() {
        let long = "k".repeat(99);
        for (text, key) in [
            ("{\"to\": \"secret\", \"to\": \"secret\"}".to_owned(), "to"),
            ("{\"a\": {\"b\": 1, \"c\": 2, \"b\": 1}}".to_owned(), "b"),
            ("[[{\"t\\u006f\": 1, \"to\": 2}]]".to_owned(), "to"),
            (format!("{{\"{long}\": 1, \"{long}\": 2}}"), &long[..KEY_CHARS_MAX]),
        ] {
            let told = read(&text).expect_err("it says two things of one key").to_string();
            assert_eq!(told, format!("the key `{key}` stands twice"));
        }
    }
}
