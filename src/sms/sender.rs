//! Who a message says that it comes from: a number, or a name.

use super::gsm7;

/// The longest name (3GPP TS 23.040, section 9.1.2.5: ten octets, which is eleven septets).
pub const NAME_CHARS_MAX: usize = 11;
/// The longest number (E.164).
pub const DIGITS_MAX: usize = 15;

/// Why a sender cannot be used. Never repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum SenderError {
    #[error("the sender is empty")]
    Empty,
    #[error("the sender is too long: a number has at most 15 digits, a name at most 11 characters")]
    TooLong,
    #[error("the sender holds a character that phones do not show in a sender's name")]
    BadCharacter,
}

/// Whether `sender` can stand as the sender of a message: up to 15 digits, with or without a plus, or a name of up to 11
/// printable characters of the GSM alphabet. Which of them a gateway lets through is the gateway's to say.
///
/// # Errors
/// Says what is wrong with it.
pub fn check(sender: &str) -> Result<(), SenderError> {
    let digits = sender.strip_prefix('+').unwrap_or(sender);
    if sender.trim().is_empty() || digits.is_empty() {
        return Err(SenderError::Empty);
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return if digits.len() > DIGITS_MAX { Err(SenderError::TooLong) } else { Ok(()) };
    }
    if sender.chars().any(|c| c.is_control() || gsm7::septets(c).is_none()) {
        return Err(SenderError::BadCharacter);
    }
    let septets: usize = sender.chars().filter_map(gsm7::septets).map(usize::from).sum();
    if septets > NAME_CHARS_MAX { Err(SenderError::TooLong) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_within_their_bounds() {
        for sender in ["85212345678", "+85212345678", "12345", "#MyBank", "My Shop", "ABCDEFGHIJK"] {
            assert_eq!(check(sender), Ok(()), "{sender}");
        }
        for (sender, error) in [
            ("", SenderError::Empty),
            ("  ", SenderError::Empty),
            ("+", SenderError::Empty),
            ("1234567890123456", SenderError::TooLong),
            ("ABCDEFGHIJKL", SenderError::TooLong),
            ("ABCDEFGHIJ€", SenderError::TooLong),
            ("Shop\n", SenderError::BadCharacter),
            ("商店", SenderError::BadCharacter),
        ] {
            assert_eq!(check(sender), Err(error), "{sender}");
        }
    }
}
