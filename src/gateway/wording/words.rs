//! The words and numbers of an answer, and what each says by itself or by what stands beside it.

use super::vocabulary::{
    CODE_NAMES, COUNTED, ERROR_PARTS, ERROR_PREFIXES, ERROR_STEMS, ERROR_WORDS, RESULT_NAMES, SUCCESS_DEEDS,
    SUCCESS_DENIALS, SUCCESS_FLAGS, SUCCESS_PARTS,
};

/// How many words behind a denial a word of success is still denied: `could not be sent`.
const DENIAL_REACH_WORDS: usize = 3;
/// A number with more digits than this is an id or a time, not a code.
const CODE_DIGITS_MAX: usize = 4;

/// The words of a text in small letters. `errorCode` is two, `can't` is one.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut was_small = false;
    for c in text.chars() {
        let is_part = c.is_alphanumeric() || c == '\'';
        if !is_part || (was_small && c.is_uppercase()) {
            out.push(String::new());
        }
        if is_part && let Some(word) = out.last_mut() {
            word.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    out.retain(|word| !word.trim_matches('\'').is_empty());
    out
}

/// `-1`, `-104: no route`; not the id `-1-7`.
pub(super) fn is_negative(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('-') else { return false };
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < digits.len() && !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-')
}

/// Whether the text begins with the number of an error: `E-102`, `ORA-00001: …`. A bare number is none: it may be an id.
pub(super) fn is_error_code(text: &str) -> bool {
    /// `ORA-00001`
    const DIGITS_MAX: usize = 5;
    let word = text.split(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).next().unwrap_or_default();
    let prefix = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - prefix.len();
    let prefix = prefix.trim_end_matches(['-', '_']).to_lowercase();
    (1..=DIGITS_MAX).contains(&digits) && ERROR_PREFIXES.contains(&prefix.as_str())
}

pub(super) fn is_zero(word: &str) -> bool {
    word.bytes().all(|byte| byte == b'0')
}

pub(super) fn is_error_word(word: &str) -> bool {
    let is_code = word.strip_prefix("err").is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    is_code
        || ERROR_WORDS.contains(&word)
        || ERROR_STEMS.iter().any(|stem| word.starts_with(stem))
        || ERROR_PARTS.iter().any(|part| word.contains(part))
}

pub(super) fn is_success_word(word: &str) -> bool {
    SUCCESS_FLAGS.contains(&word)
        || SUCCESS_DEEDS.contains(&word)
        || (SUCCESS_PARTS.iter().any(|part| word.contains(part)) && !is_error_word(word))
}

/// Whether the last word is a 0 that counts the word before it, `sent 0 failed 1`.
pub(super) fn is_count_of_another(before: &[String]) -> bool {
    matches!(before, [.., counted, zero] if is_zero(zero) && (is_success_word(counted) || is_error_word(counted)))
}

pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `0` behind a word, at the end or before another that is counted: `failed 0`, `failed 0 sent 1`.
pub(super) fn counts_nothing(after: &[String]) -> bool {
    match after {
        [zero] => is_zero(zero),
        [zero, next, ..] => {
            is_zero(zero) && (is_success_word(next) || is_error_word(next) || COUNTED.contains(&next.as_str()))
        }
        [] => false,
    }
}

/// `balance: 0`, `credits = -0.25 HKD`.
pub(super) fn is_nothing_left(value: &str) -> bool {
    let amount = value.split_whitespace().next().unwrap_or_default();
    amount.parse::<f64>().is_ok_and(|amount| amount <= 0.0)
}

/// A code that is hardly a success: above 1, and no 2xx.
pub(super) fn is_bad_code(digits: &str) -> bool {
    let is_good = matches!(digits.parse(), Ok(0 | 1 | 200..=299));
    is_number(digits) && !is_good && digits.len() <= CODE_DIGITS_MAX
}

/// `code 403`, without a sign between.
pub(super) fn tells_bad_code(sentence: &str) -> bool {
    let words = words(sentence);
    words.windows(2).any(|pair| CODE_NAMES.contains(&pair[0].as_str()) && is_bad_code(&pair[1]))
}

/// `code -5`, without a sign between.
pub(super) fn tells_negative_result(sentence: &str) -> bool {
    let tokens: Vec<&str> = sentence.split_whitespace().collect();
    let names_result = |token: &str| words(token).last().is_some_and(|word| RESULT_NAMES.contains(&word.as_str()));
    tokens.windows(2).any(|pair| names_result(pair[0]) && is_negative(pair[1]))
}

/// Whether the words before one of success deny it: `could not be sent`, `0 messages sent`, `0 of 1 sent`; not `0 failed 1 sent`.
pub(super) fn denies_success(before: &[String]) -> bool {
    if let [.., zero, of, all] = before
        && is_zero(zero)
        && of == "of"
        && is_number(all)
    {
        return true;
    }
    let near = before.iter().rev().take(DENIAL_REACH_WORDS);
    let is_other = |word: &str| is_number(word) && !is_zero(word);
    near.take_while(|word| !is_other(word)).any(|word| SUCCESS_DENIALS.contains(&word.as_str()))
}
