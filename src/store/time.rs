//! Times as every backend writes and reads them: UTC text, `YYYY-MM-DD HH:MM:SS.ffffff`, which sorts as it reads.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use crate::queue::Due;

/// Drops what is finer than a microsecond.
pub(super) fn to_micros(at: Timestamp) -> Timestamp {
    of_micros(at.as_microsecond())
}

/// Microseconds since the epoch, kept within what a timestamp can hold.
pub(super) fn of_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The text of a time.
pub(super) fn to_text(at: Timestamp) -> String {
    of_civil(TimeZone::UTC.to_datetime(at))
}

/// The text of a time, made of the text of `now` where both are in one second: what is claimed together is.
pub(super) fn to_text_near(at: Timestamp, now: Timestamp, now_text: &str) -> String {
    const SECOND: usize = "YYYY-MM-DD HH:MM:SS.".len();
    let nanos = at.subsec_nanosecond();
    let Some(second) = now_text.get(..SECOND).filter(|_| nanos >= 0 && at.as_second() == now.as_second()) else {
        return to_text(at);
    };
    let mut text = String::with_capacity(now_text.len());
    text.push_str(second);
    let mut micros = nanos.unsigned_abs() / 1_000;
    for place in [100_000, 10_000, 1_000, 100, 10, 1] {
        text.push(char::from(b'0' + (micros / place) as u8));
        micros %= place;
    }
    text
}

/// The text of a time in UTC.
pub(super) fn of_civil(civil: DateTime) -> String {
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}",
        civil.year(),
        civil.month(),
        civil.day(),
        civil.hour(),
        civil.minute(),
        civil.second(),
        civil.subsec_nanosecond() / 1_000
    )
}

/// The UTC hour of a time, as tallies name it: `YYYY-MM-DD HH`.
pub(super) fn to_hour(at: Timestamp) -> String {
    let mut text = to_text(at);
    text.truncate("YYYY-MM-DD HH".len());
    text
}

/// The time of a text. Other programs write it without microseconds, or with a `T`: those are read too.
pub(super) fn of_text(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(to_micros(at));
    }
    let civil: DateTime = text.trim().parse().ok()?;
    let civil = civil.round(Unit::Microsecond).ok()?;
    TimeZone::UTC.to_timestamp(civil).ok()
}

/// The time from `from` to `to`; nothing if `to` is earlier.
pub(super) fn span(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or(Duration::ZERO)
}

/// When `due` is, at `now`.
pub(super) fn due_at(due: Due, now: Timestamp) -> Timestamp {
    match due {
        Due::At(at) => to_micros(at),
        Due::In(span) => now.saturating_add(span).unwrap_or(Timestamp::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_survives_its_text() {
        let at = of_micros(1_795_536_000_000_007);
        assert_eq!(to_text(at), "2026-11-24 16:00:00.000007");
        assert_eq!(of_text(&to_text(at)), Some(at));
        assert_eq!(to_hour(at), "2026-11-24 16");
    }

    #[test]
    fn a_time_that_is_near_has_the_same_text() {
        let now = of_micros(1_795_536_000_999_998);
        for at in [0, 1, 2, 3, -999_998, -999_999, 60_000_000] {
            let at = of_micros(now.as_microsecond() + at);
            assert_eq!(to_text_near(at, now, &to_text(now)), to_text(at));
        }
        let (before, at) = (of_micros(-1), of_micros(-2));
        assert_eq!(to_text_near(at, before, &to_text(before)), to_text(at));
    }

    #[test]
    fn other_programs_forms_are_read() {
        let at = Some(of_micros(1_795_536_000_000_000));
        for text in ["2026-11-24 16:00:00", "2026-11-24T16:00:00", "2026-11-24 16:00:00.000", "2026-11-24T16:00:00Z"] {
            assert_eq!(of_text(text), at, "{text}");
        }
        assert_eq!(of_text("yesterday"), None);
    }
}
