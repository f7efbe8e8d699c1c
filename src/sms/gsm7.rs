//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, sections 6.2.1 and 6.2.1.1).

/// Septets that each ASCII character takes; 0: it is not in the alphabet.
const ASCII: [u8; 128] = ascii_septets();

const fn ascii_septets() -> [u8; 128] {
    let mut table = [0; 128];
    let mut at = b' ';
    while at <= b'z' {
        table[at as usize] = 1;
        at += 1;
    }
    table[b'`' as usize] = 0;
    table[b'\n' as usize] = 1;
    table[b'\r' as usize] = 1;
    let extended = b"\x0c^{}\\[~]|";
    let mut index = 0;
    while index < extended.len() {
        table[extended[index] as usize] = 2;
        index += 1;
    }
    table
}

/// How many septets a character takes: 1, or 2 if it is written as ESC and a character of the extension table. `None` if
/// the alphabet has no such character. ESC itself is none: it only announces others.
pub const fn septets(c: char) -> Option<u8> {
    if c.is_ascii() {
        return match ASCII[c as usize] {
            0 => None,
            count => Some(count),
        };
    }
    match c {
        '£' | '¥' | 'è' | 'é' | 'ù' | 'ì' | 'ò' | 'Ç' | 'Ø' | 'ø' | 'Å' | 'å' | 'Δ' | 'Φ' | 'Γ' | 'Λ' | 'Ω' | 'Π'
        | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' | 'Æ' | 'æ' | 'ß' | 'É' | '¤' | '¡' | 'Ä' | 'Ö' | 'Ñ' | 'Ü' | '§' | '¿' | 'ä' | 'ö'
        | 'ñ' | 'ü' | 'à' => Some(1),
        '€' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of the standard, in the order of their codes; the place of ESC is left out.
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENSION: &str = "\u{c}^{}\\[~]|€";

    #[test]
    fn the_alphabet_is_the_standards_and_nothing_else() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        for c in '\0'..=char::MAX {
            let expected = match (BASIC.contains(c), EXTENSION.contains(c)) {
                (true, _) => Some(1),
                (_, true) => Some(2),
                _ => None,
            };
            assert_eq!(septets(c), expected, "U+{:04X}", u32::from(c));
        }
    }
}
