//! Numbers, spans and times as people read them.

use std::time::Duration;

use jiff::Timestamp;

/// `1,204`.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 task`, `1,204 tasks`.
pub fn count(n: u64, noun: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", thousands(n))
}

/// A span in its two largest units: `4 d 2 h`, `3 min 20 s`, `45 s`.
pub fn span(span: Duration) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let total_s = span.as_secs();
    let largest = UNITS.iter().position(|(unit_s, _)| total_s >= *unit_s).unwrap_or(UNITS.len() - 1);
    let mut rest_s = total_s;
    let mut words = Vec::new();
    for (unit_s, name) in UNITS.into_iter().skip(largest).take(2) {
        let n = rest_s / unit_s;
        rest_s %= unit_s;
        if n > 0 || words.is_empty() {
            words.push(format!("{n} {name}"));
        }
    }
    words.join(" ")
}

/// `512 bytes`, `4.0 KiB`, `1.2 GiB`.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if n < 1024 {
        return count(n, "byte");
    }
    let mut value = n as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `2026-11-24 15:26:09Z`: UTC, to the second.
pub fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// `2026-11-24 15:26:09Z (in 3 min 20 s)`, `… (2 h ago)`.
pub fn time_from(time: Timestamp, now: Timestamp) -> String {
    let relative = match Duration::try_from(time.duration_since(now)) {
        Ok(ahead) if ahead.as_secs() == 0 => "now".to_owned(),
        Ok(ahead) => format!("in {}", span(ahead)),
        Err(_) => format!("{} ago", span(now.duration_since(time).unsigned_abs())),
    };
    format!("{} ({relative})", self::time(time))
}

/// The beginning of `text`: at most `chars` characters, the last an ellipsis if something was cut. A table shows its line ends
/// as it shows all that is not printable.
pub fn cut(text: &str, chars: usize) -> String {
    let mut out = text.chars().take(chars).collect::<String>();
    if text.chars().count() > chars {
        out.pop();
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        let words = [0, 999, 1000, 1_234_567].map(thousands);
        assert_eq!(words, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(count(1, "task"), "1 task");
        assert_eq!(count(0, "task"), "0 tasks");
    }

    #[test]
    fn bytes_have_the_largest_unit_that_fits() {
        let words = [1, 1023, 4096, 1_289_748, 1 << 50].map(bytes);
        assert_eq!(words, ["1 byte", "1,023 bytes", "4.0 KiB", "1.2 MiB", "1024.0 TiB"]);
    }

    #[test]
    fn spans_have_at_most_two_units() {
        let words = [0, 45, 60, 200, 7_200, 7_261, 356_400].map(|s| span(Duration::from_secs(s)));
        assert_eq!(words, ["0 s", "45 s", "1 min", "3 min 20 s", "2 h", "2 h 1 min", "4 d 3 h"]);
    }

    #[test]
    fn times_are_told_from_now() {
        let now: Timestamp = "2026-11-24T15:00:00Z".parse().unwrap();
        let at = |text: &str| time_from(text.parse().unwrap(), now);
        assert_eq!(at("2026-11-24T15:03:20Z"), "2026-11-24 15:03:20Z (in 3 min 20 s)");
        assert_eq!(at("2026-11-24T13:00:00Z"), "2026-11-24 13:00:00Z (2 h ago)");
        assert_eq!(at("2026-11-24T15:00:00Z"), "2026-11-24 15:00:00Z (now)");
    }

    #[test]
    fn a_long_text_is_cut_and_no_line_end_is_hidden() {
        assert_eq!(cut("hello", 5), "hello");
        assert_eq!(cut("hello\nworld", 8), "hello\nw…");
    }
}
