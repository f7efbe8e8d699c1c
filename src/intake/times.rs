//! Points in time and durations, as people write them in flags, settings and files.
//!
//! Pure: the caller says what time it is, and in which zone times without one are meant.

use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, ToSpan, ZonedDateTime};

/// The longest duration, and the farthest that a message may be put off: ten years of 365 days.
pub const FARTHEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Why a word is no time. Never repeats the word: in a file it may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum TimeError {
    #[error("this is not a time")]
    NotATime,
    #[error("a duration is not a time")]
    IsDuration,
    #[error("this is not a duration")]
    NotADuration,
    #[error("a duration must be more than zero")]
    NotPositive,
    #[error("months and years have no fixed length")]
    NoFixedLength,
    #[error("this is more than ten years away")]
    TooFar,
    #[error("this is local time, and `TZ` names no time zone")]
    NoZone,
}

impl TimeError {
    /// What would be right.
    pub const fn hint(self) -> &'static str {
        match self {
            TimeError::NotATime => {
                "times are written as `2026-11-24T18:00:00+08:00`, `2026-11-24 18:00`, `2026-11-24` or `tomorrow`"
            }
            TimeError::IsDuration => "`--in` takes a duration, for example `--in 2h`",
            TimeError::NotADuration | TimeError::NotPositive => {
                "durations are written as `90s`, `2h30m` or `3d`; a bare number counts seconds"
            }
            TimeError::NoFixedLength => "write days instead, for example `30d`",
            TimeError::TooFar => "the longest time is ten years",
            TimeError::NoZone => {
                "zones are called like `Asia/Hong_Kong`; or write it with the time, as in `2026-11-24T18:00:00+08:00`"
            }
        }
    }
}

/// Reads a duration: `90s`, `2h30m`, `3d`, `1w`, and a bare number of seconds as settings take it; more than zero, at most
/// ten years. A day is 24 hours.
///
/// # Errors
/// The word is none.
pub fn parse_duration(word: &str) -> Result<Duration, TimeError> {
    let word = word.trim();
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
        return parse_span(&format!("{word}s"));
    }
    parse_span(word)
}

/// Reads a duration that names its units: among times a bare number could as well be a year.
fn parse_span(word: &str) -> Result<Duration, TimeError> {
    let span: Span = word.parse().map_err(|_| TimeError::NotADuration)?;
    if span.get_months() != 0 || span.get_years() != 0 {
        return Err(TimeError::NoFixedLength);
    }
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| TimeError::NotADuration)?;
    if duration <= SignedDuration::ZERO {
        return Err(TimeError::NotPositive);
    }
    let duration = duration.unsigned_abs();
    if duration > FARTHEST { Err(TimeError::TooFar) } else { Ok(duration) }
}

/// Reads a time for filters such as `--since`: as `parse_at`, and a duration means so long before `now`.
///
/// # Errors
/// The word is neither time nor duration.
pub fn parse_time(word: &str, now: &ZonedDateTime) -> Result<Timestamp, TimeError> {
    match parse_at(word, now) {
        Err(TimeError::IsDuration) => {
            let duration = SignedDuration::try_from(parse_span(word.trim())?).map_err(|_| TimeError::TooFar)?;
            now.timestamp().checked_sub(duration).map_err(|_| TimeError::TooFar)
        }
        answer => answer,
    }
}

/// Reads a point in time: RFC 3339, `2026-11-24 18:00` and `2026-11-24` in the zone of `now`, `now`, `today`, `yesterday`,
/// `tomorrow` (their midnights). A time that has passed is taken as it is; at most ten years to come.
///
/// # Errors
/// `IsDuration` for a duration, which says too little to be a time of its own; `NoZone` for local time where the zone of `now` is
/// the unknown one.
pub fn parse_at(word: &str, now: &ZonedDateTime) -> Result<Timestamp, TimeError> {
    let word = word.trim();
    let time = match word {
        "now" => now.timestamp(),
        _ => match named(word, now.date()) {
            Some(day) => local(day.at(0, 0, 0, 0), now)?,
            None => written(word, now)?,
        },
    };
    let farthest = SignedDuration::try_from(FARTHEST).ok().and_then(|far| now.timestamp().checked_add(far).ok());
    if farthest.is_some_and(|farthest| time > farthest) { Err(TimeError::TooFar) } else { Ok(time) }
}

fn named(word: &str, today: Date) -> Option<Date> {
    match word {
        "today" => Some(today),
        "yesterday" => today.checked_sub(1.day()).ok(),
        "tomorrow" => today.checked_add(1.day()).ok(),
        _ => None,
    }
}

/// A time in the zone of `now`. What stands for a zone that is not known reckons like UTC, which nobody meant.
fn local(time: DateTime, now: &ZonedDateTime) -> Result<Timestamp, TimeError> {
    if now.time_zone().is_unknown() {
        return Err(TimeError::NoZone);
    }
    let zoned = time.to_zoned_datetime(now.time_zone().clone()).map_err(|_| TimeError::TooFar)?;
    Ok(zoned.timestamp())
}

fn written(word: &str, now: &ZonedDateTime) -> Result<Timestamp, TimeError> {
    if let Ok(zoned) = word.parse::<ZonedDateTime>() {
        return Ok(zoned.timestamp());
    }
    if let Ok(timestamp) = word.parse::<Timestamp>() {
        return Ok(timestamp);
    }
    // A zone that could not be read above must not be dropped: only a bare date or date and time comes this far.
    let is_bare = word.bytes().all(|byte| byte.is_ascii_digit() || b"-:. Tt".contains(&byte));
    if is_bare
        && let Ok(date) = word.parse::<Date>()
        && !word.contains([':', 'T', 't'])
    {
        return local(date.at(0, 0, 0, 0), now);
    }
    if is_bare && let Ok(time) = word.parse::<DateTime>() {
        return local(time, now);
    }
    match parse_span(word) {
        Err(TimeError::NotADuration) if is_beyond_reckoning(word) => Err(TimeError::TooFar),
        Err(TimeError::NotADuration) => Err(TimeError::NotATime),
        _ => Err(TimeError::IsDuration),
    }
}

/// Whether the word is a time that is no instant any more: the last hours of the year 9999 with a zone, and what has a longer year.
fn is_beyond_reckoning(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let has_long_year = digits > 4 && word[digits..].starts_with('-');
    let year = has_long_year.then(|| format!("9999{}", &word[digits..]));
    let word = year.as_deref().unwrap_or(word);
    Pieces::parse(word).is_ok_and(|pieces| pieces.date().year() == 9999)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    /// 2026-11-24, 18:30 in Hong Kong.
    fn now() -> ZonedDateTime {
        let zone = TimeZone::get("Asia/Hong_Kong").expect("compiled in");
        "2026-11-24T10:30:00Z".parse::<Timestamp>().expect("a time").to_zoned_datetime(zone)
    }

    #[track_caller]
    fn at(word: &str, time: &str) {
        assert_eq!(parse_at(word, &now()).map(|time| time.to_string()).as_deref(), Ok(time), "{word:?}");
    }

    #[test]
    fn times() {
        at("2026-11-25T08:00:00Z", "2026-11-25T08:00:00Z");
        at("2026-11-25T08:00:00.5+08:00", "2026-11-25T00:00:00.5Z");
        at("2026-11-25 08:00", "2026-11-25T00:00:00Z");
        at("2026-11-25T08:00:30", "2026-11-25T00:00:30Z");
        at("2026-11-25", "2026-11-24T16:00:00Z");
        at("2026-11-25T08:00[Europe/Berlin]", "2026-11-25T07:00:00Z");
        at("now", "2026-11-24T10:30:00Z");
        at("today", "2026-11-23T16:00:00Z");
        at("tomorrow", "2026-11-24T16:00:00Z");
        at("yesterday", "2026-11-22T16:00:00Z");
        at("2020-01-01", "2019-12-31T16:00:00Z");
    }

    #[test]
    fn what_is_no_time() {
        for word in ["", "soon", "18:00", "24.11.2026", "11/24/2026", "2026-13-01", "2026-02-30", "1e9", "+08:00"] {
            assert_eq!(parse_at(word, &now()), Err(TimeError::NotATime), "{word:?}");
        }
        assert_eq!(parse_at("2h", &now()), Err(TimeError::IsDuration));
        assert_eq!(parse_at("2037-01-01", &now()), Err(TimeError::TooFar));
        for word in [
            "9999-12-30",
            "9999-12-31",
            "9999-12-31 23:59:59",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59.999999+08:00",
            "9999-12-31T23:59[Europe/Berlin]",
            "10000-01-01",
            "12026-11-24T18:00:00Z",
        ] {
            assert_eq!(parse_at(word, &now()), Err(TimeError::TooFar), "{word}");
        }
        for word in ["10000-13-01", "9999-99-99", "12345", "9999-12-31T25:00Z"] {
            assert_eq!(parse_at(word, &now()), Err(TimeError::NotATime), "{word}");
        }
    }

    #[test]
    fn local_time_needs_a_zone() {
        let now = now().timestamp().to_zoned_datetime(TimeZone::unknown());
        for word in ["2026-11-25 08:00", "2026-11-25T08:00:30", "2026-11-25", "today", "tomorrow", "yesterday"] {
            assert_eq!(parse_at(word, &now), Err(TimeError::NoZone), "{word}");
        }
        for word in ["2026-11-25T08:00:00Z", "2026-11-25T08:00:00+08:00", "2026-11-25T08:00[Europe/Berlin]", "now"] {
            assert!(parse_at(word, &now).is_ok(), "{word}");
        }
        assert_eq!(parse_at("soon", &now), Err(TimeError::NotATime));
        assert!(parse_time("2h", &now).is_ok());
    }

    #[test]
    fn a_filter_takes_a_duration_as_so_long_ago() {
        let time = |word| parse_time(word, &now()).map(|time| time.to_string());
        assert_eq!(time("2h").as_deref(), Ok("2026-11-24T08:30:00Z"));
        assert_eq!(time("3d").as_deref(), Ok("2026-11-21T10:30:00Z"));
        assert_eq!(time("yesterday").as_deref(), Ok("2026-11-22T16:00:00Z"));
        assert_eq!(time("0s"), Err(TimeError::NotPositive));
        assert_eq!(time("soon"), Err(TimeError::NotATime));
        assert_eq!(time("2026"), Err(TimeError::NotATime), "a year, or half an hour ago: nobody knows");
    }

    #[test]
    fn durations() {
        for (word, seconds) in
            [("90s", 90), ("2h30m", 9000), ("3d", 259_200), ("1w", 604_800), ("1h 5min", 3900), (" 90 ", 90)]
        {
            assert_eq!(parse_duration(word), Ok(Duration::from_secs(seconds)), "{word:?}");
        }
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        for (word, error) in [
            ("", TimeError::NotADuration),
            ("1.5", TimeError::NotADuration),
            ("0", TimeError::NotPositive),
            ("-5", TimeError::NotADuration),
            ("99999999999", TimeError::TooFar),
            ("soon", TimeError::NotADuration),
            ("0s", TimeError::NotPositive),
            ("-2h", TimeError::NotPositive),
            ("2h ago", TimeError::NotPositive),
            ("1mo", TimeError::NoFixedLength),
            ("1y", TimeError::NoFixedLength),
            ("3651d", TimeError::TooFar),
        ] {
            assert_eq!(parse_duration(word), Err(error), "{word:?}");
        }
    }
}
