//! Log lines: one a line, on stderr, for people or as JSON. What is worth a line is decided in `telemetry`.

use jiff::Timestamp;
use serde_json::Value;

use super::color::Tone;
use super::{LogFormat, Record, escape, json, record};

/// How much a log line matters, most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Somebody has to act.
    Error,
    /// Somebody may have to act. The last level under `--quiet`.
    Warn,
    /// What happened. The last level by default.
    Info,
    /// How it happened. The last level with `-v`.
    Debug,
    /// Every step. With `-vv`.
    Trace,
}

impl Level {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
            Level::Trace => "trace",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Level::Error => Tone::Bad,
            Level::Warn => Tone::Caution,
            Level::Info => Tone::Calm,
            Level::Debug | Level::Trace => Tone::Faint,
        }
    }
}

/// One line of the log. It holds no message text, no whole number and no secret: its writer sees to that.
#[derive(Clone, Debug)]
pub struct LogLine {
    /// When.
    pub ts: Timestamp,
    /// How much it matters.
    pub level: Level,
    /// What happened, in one word or two: `sent`, `worker_started`.
    pub event: &'static str,
    /// What else there is to say. `ts`, `level` and `event` are taken.
    pub fields: Record,
}

impl LogLine {
    /// A line of this moment.
    pub fn new(level: Level, event: &'static str) -> LogLine {
        LogLine { ts: Timestamp::now(), level, event, fields: Record::new() }
    }

    /// The same line with one more field.
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> LogLine {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// The line as it is written, without its line end.
    pub(super) fn render(&self, format: LogFormat, paints: bool) -> String {
        match format {
            LogFormat::Text => self.text(paints),
            LogFormat::Json => self.json(),
        }
    }

    fn text(&self, paints: bool) -> String {
        let ts = Tone::Faint.paint(paints, &record::timestamp(self.ts));
        let level = self.level.tone().paint(paints, &format!("{:5}", self.level.as_str()));
        let mut out = format!("{ts} {level} {}", self.event);
        for (name, value) in &self.fields {
            out.push(' ');
            out.push_str(&Tone::Faint.paint(paints, &format!("{name}=")));
            out.push_str(&text_value(value));
        }
        out
    }

    fn json(&self) -> String {
        let mut line = Record::new();
        line.insert("ts".to_owned(), record::timestamp(self.ts).into());
        line.insert("level".to_owned(), self.level.as_str().into());
        line.insert("event".to_owned(), self.event.into());
        for (name, value) in &self.fields {
            line.entry(name.as_str()).or_insert_with(|| value.clone());
        }
        // Plain JSON values always serialize.
        json::to_line(&line).unwrap_or_default()
    }
}

/// Words stand for themselves; anything that could be misread is quoted as in JSON.
fn text_value(value: &Value) -> String {
    let is_plain =
        |text: &str| !text.is_empty() && !text.contains([' ', '"', '=', '\\']) && !text.contains(escape::is_unsafe);
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        // As above.
        other => json::to_line(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> LogLine {
        let mut line = LogLine::new(Level::Warn, "deferred").field("task", 7).field("reason", "said \"no\"\n\x1b[2J");
        line.ts = Timestamp::from_microsecond(1_795_532_645_000_001).unwrap();
        line.field("lane", "gateway:default").field("elapsed_s", 0.25).field("after", Value::Null)
    }

    #[test]
    fn text_quotes_what_could_be_misread() {
        let expected = "2026-11-24T15:04:05.000001Z warn  deferred task=7 reason=\"said \\\"no\\\"\\n\\u001b[2J\" \
                        lane=gateway:default elapsed_s=0.25 after=null";
        assert_eq!(line().render(LogFormat::Text, false), expected);
    }

    #[test]
    fn json_is_one_flat_object() {
        let expected = "{\"ts\": \"2026-11-24T15:04:05.000001Z\", \"level\": \"warn\", \"event\": \"deferred\", \
                        \"task\": 7, \"reason\": \"said \\\"no\\\"\\n\\u001b[2J\", \"lane\": \"gateway:default\", \
                        \"elapsed_s\": 0.25, \"after\": null}";
        assert_eq!(line().render(LogFormat::Json, true), expected);
    }

    #[test]
    fn a_field_cannot_pose_as_the_time() {
        let line = line().field("ts", "never").render(LogFormat::Json, false);
        assert!(line.starts_with("{\"ts\": \"2026-"), "{line}");
        assert!(!line.contains("never"), "{line}");
    }
}
