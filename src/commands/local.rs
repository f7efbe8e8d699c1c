//! Local time: the clock, in the zone that `TZ` or the system names.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::config::Environment;
use crate::error::{Error, Kind};
use crate::intake::times::TimeError;

/// What time it is here.
pub fn now() -> ZonedDateTime {
    Timestamp::now().to_zoned_datetime(zone())
}

/// A system that names no zone is on UTC, as everywhere. A `TZ` that names none was meant to name one: then nobody knows local time.
fn zone() -> TimeZone {
    TimeZone::try_system().unwrap_or_else(|_| if tz().is_some() { TimeZone::unknown() } else { TimeZone::UTC })
}

/// What `TZ` says.
pub fn tz() -> Option<String> {
    Environment::of_process().get("TZ").map(|name| name.to_string_lossy().into_owned())
}

/// What is said of a word that `flag` cannot read as a time; `span` is the flag beside it that takes a duration.
pub fn refused(flag: &str, span: &str, word: &str, error: TimeError) -> Error {
    let hint = match error {
        TimeError::IsDuration => format!("`{span}` takes a duration, for example `{span} 2h`"),
        _ => error.hint().to_owned(),
    };
    let refused = Error::new(Kind::Usage, format!("`{flag} {}`: {error}", word.trim())).hint(hint);
    match tz().filter(|_| error == TimeError::NoZone) {
        Some(name) => refused.cause(format!("`TZ` is `{name}`")),
        None => refused,
    }
}
