//! Durations and rates, as people write them.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

use super::kind::Kind;
use super::value::{Mismatch, Raw, Value};
use crate::queue::Rate;

/// The most tokens a second, and the most that are kept: beyond any gateway, and far from where a float loses count.
const RATE_MAX: f64 = 1e6;

pub(super) fn wanted_duration(min_ms: u64, max_ms: u64) -> String {
    let [min, max] = [min_ms, max_ms].map(|ms| duration_text(Duration::from_millis(ms)));
    format!("a duration from {min} to {max}, for example `30s`")
}

pub(super) fn bounded_duration(raw: &Raw, min_ms: u64, max_ms: u64) -> Result<Value, Mismatch> {
    let span = read_duration(raw.number_or_text()?).map_err(|reason| Mismatch::because(&reason))?;
    let bounds = Duration::from_millis(min_ms)..=Duration::from_millis(max_ms);
    if bounds.contains(&span) { Ok(Value::Duration(span)) } else { Err(Mismatch::plain()) }
}

/// Reads `30s`, `2h`, `1h30m`, `500ms`; a bare number counts seconds. A day has 24 hours.
///
/// # Errors
/// Says in words why it is none: a form that is unknown, or a span that is negative.
pub fn read_duration(text: &str) -> Result<Duration, String> {
    /// More than any duration that smsctl waits for, and small enough for every type that carries it on.
    const SECONDS_MAX: f64 = 1e11;
    let unknown = || "it is no duration such as `30s`, `5m` or `2h`".to_owned();
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let seconds = text.parse::<f64>().map_err(|_| unknown())?;
        return if seconds <= SECONDS_MAX {
            Ok(Duration::from_secs_f64(seconds))
        } else {
            Err("it is too long".to_owned())
        };
    }
    let span: Span = text.parse().map_err(|_| unknown())?;
    let signed = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| unknown())?;
    Duration::try_from(signed).map_err(|_| "it is negative".to_owned())
}

pub(super) fn duration_text(span: Duration) -> String {
    SignedDuration::try_from(span).map_or_else(|_| format!("{}s", span.as_secs()), |span| format!("{span:#}"))
}

pub(super) fn read_rate(text: &str) -> Result<Value, Mismatch> {
    let (count, unit) = text.split_once('/').unwrap_or((text, "s"));
    let (unit_s, unit) = match unit.trim() {
        "s" | "sec" | "second" => (1.0, "s"),
        "min" | "m" | "minute" => (60.0, "min"),
        "h" | "hour" => (3600.0, "h"),
        "d" | "day" => (86_400.0, "d"),
        _ => return Err(Mismatch::because("a rate is a number, `/`, and `s`, `min`, `h` or `d`")),
    };
    let count = decimal(count).ok_or_else(Mismatch::plain)?;
    let per_s = count / unit_s;
    if count > 0.0 && per_s > 0.0 && per_s <= RATE_MAX {
        Ok(Value::Rate { per_s, written: format!("{count}/{unit}") })
    } else {
        Err(Mismatch::plain())
    }
}

/// Reads the rate and the burst of a lane as `work --rate 2/s --burst 4` writes them. Without a burst it is what flows in
/// within a second, and at least 1.
///
/// # Errors
/// Says in words what a rate must be.
pub fn read_lane_rate(rate: &str, burst: Option<f64>) -> Result<Rate, String> {
    match Kind::Rate.read(&Raw::Words(rate.to_owned())) {
        Ok(Value::Rate { per_s, .. }) => Ok(lane_rate(per_s, burst)),
        _ => Err(format!("it must be {}", Kind::Rate.wanted())),
    }
}

/// The token bucket of a lane.
pub(super) fn lane_rate(per_s: f64, burst: Option<f64>) -> Rate {
    Rate { per_s, burst: burst.unwrap_or_else(|| per_s.ceil()).max(1.0) }
}

pub(super) fn burst(text: &str) -> Result<Value, Mismatch> {
    match decimal(text) {
        Some(number) if (1.0..=RATE_MAX).contains(&number) => Ok(Value::Burst(number)),
        _ => Err(Mismatch::plain()),
    }
}

/// A number in digits with at most one point: neither `inf` nor `nan`.
fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let in_digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    in_digits.then(|| text.parse::<f64>().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_words_or_seconds() {
        let seconds = |text: &str| read_duration(text).ok().map(|span| span.as_secs_f64());
        for (text, wanted) in [
            ("30s", 30.0),
            ("2h", 7200.0),
            ("1h30m", 5400.0),
            ("500ms", 0.5),
            ("30", 30.0),
            ("0.25", 0.25),
            ("7d", 604_800.0),
        ] {
            assert_eq!(seconds(text), Some(wanted), "{text}");
        }
        for bad in ["", "s", "30x", "-5s", "1e3", "inf", "nan", "1.2.3", ".", "2 months", "999999999999999999999"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
        assert_eq!(read_duration("-5s"), Err("it is negative".to_owned()));
    }

    #[test]
    fn a_burst_is_a_second_of_the_rate_unless_said() {
        assert_eq!(lane_rate(2.5, None), Rate { per_s: 2.5, burst: 3.0 });
        assert_eq!(lane_rate(0.1, None), Rate { per_s: 0.1, burst: 1.0 });
        assert_eq!(read_lane_rate("2/s", Some(4.0)), Ok(Rate { per_s: 2.0, burst: 4.0 }));
        assert!(read_lane_rate("0/s", None).unwrap_err().contains("above 0"));
    }
}
