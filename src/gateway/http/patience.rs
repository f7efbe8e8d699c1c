//! For how long a gateway asks to be left alone.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ureq::http::{HeaderMap, header};

/// `Retry-After` in seconds or as a date (RFC 9110, 10.2.3). A date is read against the gateway's own `Date`, if it sends one:
/// its clock and ours need not agree. Of several, in lines of their own or joined by a proxy, the longest counts; what cannot be
/// read is passed over.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all(header::RETRY_AFTER).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| pauses(line, headers)).max()
}

/// The pauses that one line names. A date has a comma of its own.
fn pauses(line: &str, headers: &HeaderMap) -> Vec<Duration> {
    let mut parts = line.split(',').map(str::trim).peekable();
    let mut out = Vec::new();
    while let Some(part) = parts.next() {
        let is_count = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let whole = parts.peek().map(|rest| format!("{part}, {rest}"));
        if is_count {
            // More than can be counted is as long as can be.
            out.push(Duration::from_secs(part.parse().unwrap_or(u64::MAX)));
        } else if let Some(until) = whole.as_deref().and_then(http_date) {
            parts.next();
            out.extend(until_then(until, headers));
        } else if let Some(until) = http_date(part) {
            out.extend(until_then(until, headers));
        }
    }
    out
}

fn until_then(until: Timestamp, headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get(header::DATE).and_then(|value| value.to_str().ok()).and_then(http_date);
    let now = said.or_else(|| Timestamp::try_from(SystemTime::now()).ok())?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO))
}

/// A date in the form of today, or in one of the two old ones, which everybody has to understand (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    let old = |form: &str| {
        let time = jiff::fmt::strtime::parse(form, text).and_then(|time| time.to_datetime());
        time.and_then(|time| TimeZone::UTC.to_timestamp(time)).ok()
    };
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let at = at.or_else(|| old("%A, %d-%b-%y %T GMT")).or_else(|| old("%a %b %e %T %Y"));
    // The last day of that year, which stands for never, is later than a timestamp can be.
    at.or_else(|| text.contains(" Dec 9999 ").then_some(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use ureq::http::HeaderValue;

    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let headers = |pairs: &[(&str, &'static str)]| -> HeaderMap {
            pairs
                .iter()
                .map(|(name, value)| (name.parse().expect("a header name"), HeaderValue::from_static(value)))
                .collect()
        };
        let seconds = |pairs: &[(&str, &'static str)]| retry_after(&headers(pairs)).map(|span| span.as_secs());
        let (now, later) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:51:37 GMT");
        assert_eq!(seconds(&[("retry-after", "30")]), Some(30));
        assert_eq!(seconds(&[("retry-after", "30, 40")]), Some(40), "joined by a proxy");
        for (line, longest) in [("30, soon", 30), ("30,", 30), (", 30", 30), ("5, abc, 30", 30)] {
            assert_eq!(seconds(&[("retry-after", line)]), Some(longest), "{line}");
        }
        assert_eq!(seconds(&[("retry-after", "5"), ("retry-after", "30"), ("retry-after", "7")]), Some(30));
        for line in [
            "30, Sun, 06 Nov 1994 08:51:37 GMT",
            "Sun, 06 Nov 1994 08:51:37 GMT, 30",
            "Sun, 06 Nov 1994 08:50:37 GMT, Sunday, 06-Nov-94 08:51:37 GMT",
        ] {
            assert_eq!(seconds(&[("retry-after", line), ("date", now)]), Some(120), "{line}");
        }
        assert_eq!(seconds(&[("retry-after", later), ("date", now)]), Some(120));
        assert_eq!(seconds(&[("retry-after", now), ("date", later)]), Some(0));
        for old in ["Sunday, 06-Nov-94 08:51:37 GMT", "Sun Nov  6 08:51:37 1994"] {
            assert_eq!(seconds(&[("retry-after", old), ("date", now)]), Some(120), "{old}");
            assert_eq!(seconds(&[("retry-after", later), ("date", old)]), Some(0), "{old}");
        }
        assert_eq!(seconds(&[("retry-after", now)]), Some(0), "long past by our own clock");
        assert_eq!(seconds(&[("retry-after", "99999999999999999999")]), Some(u64::MAX));
        let never = seconds(&[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"), ("date", now)]);
        assert!(never.is_some_and(|span| span > 200_000_000_000), "{never:?}");
        assert_eq!(seconds(&[("retry-after", "soon")]), None);
        assert_eq!(seconds(&[("retry-after", "+30")]), None);
        assert_eq!(seconds(&[]), None);
    }
}
