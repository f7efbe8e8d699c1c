//! Regular expressions, each compiled once in a process: a thousand gateways read answers by the same few.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use regex::{Regex, RegexBuilder};

/// The most memory that a compiled pattern may take, in bytes.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// By what they were compiled from: the text, and whether case matters.
type Compiled = BTreeMap<(String, bool), Weak<Regex>>;

/// The pattern of this text, shared with everybody who asked for the same. A clone of a `Regex` would keep working memory of its
/// own for each thread; a clone of the `Arc` does not.
///
/// # Errors
/// It is no regular expression, or takes too much memory.
pub(super) fn compiled(text: &str, ignores_case: bool) -> Result<Arc<Regex>, regex::Error> {
    static COMPILED: Mutex<Compiled> = Mutex::new(Compiled::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (text.to_owned(), ignores_case);
    if let Some(known) = compiled.get(&key).and_then(Weak::upgrade) {
        return Ok(known);
    }
    let builder = &mut RegexBuilder::new(text);
    let pattern = Arc::new(builder.case_insensitive(ignores_case).size_limit(PATTERN_BYTES_MAX).build()?);
    compiled.retain(|_, known| known.strong_count() > 0);
    compiled.insert(key, Arc::downgrade(&pattern));
    Ok(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_compiled_once_for_all_who_ask_for_it() {
        let (one, two) = (compiled("^a+$", true).unwrap(), compiled("^a+$", true).unwrap());
        assert!(Arc::ptr_eq(&one, &two));
        let exact = compiled("^a+$", false).unwrap();
        assert!(one.is_match("A") && !exact.is_match("A"));
    }

    #[test]
    fn what_nobody_holds_any_more_is_compiled_anew() {
        drop(compiled("^b+$", true).unwrap());
        assert!(compiled("^b+$", true).unwrap().is_match("B"));
        assert!(compiled("(", true).is_err());
    }
}
