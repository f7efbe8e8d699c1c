//! From one row, or one message of the flags, to a new task: the only place where a message is judged.

use std::time::Duration;

use jiff::{Timestamp, ZonedDateTime};
use sha2::{Digest, Sha256};

use super::times::{parse_at, parse_duration};
use super::{Fault, Field, Row, Template};
use crate::queue::{Due, Lane, Message, NewTask, Priority};
use crate::sms::{PhoneNumber, measure, sender};

/// The longest key.
pub const KEY_CHARS_MAX: usize = 200;
/// The longest name of a gateway or a command in the settings.
const LANE_BYTES_MAX: usize = 64;
/// The longest name of a batch or a task.
pub const NAME_CHARS_MAX: usize = 200;
/// How the keys begin that stand for the rows of a batch.
pub const ROW_KEY: &str = "row:";
/// So many bytes of their hash stand in them. That any two of ten billion rows meet has a chance below one to 10^18, and every
/// further byte makes the index longer in which each row finds its place by chance.
const ROW_KEY_BYTES: usize = 16;

/// What holds for every message that says nothing else.
#[derive(Clone, Debug)]
pub struct Drafts {
    /// The text of rows that have none.
    pub text: Option<Template>,
    /// Of messages that name none.
    pub sender: Option<String>,
    /// Of messages that name none.
    pub lane: Lane,
    /// Of messages that name none.
    pub priority: Priority,
    /// `None`: now.
    pub available: Option<Due>,
    /// Counted from when the message is due. `None`: it never expires.
    pub expires_in: Option<Duration>,
    /// Attempts in all, at least 1.
    pub max_retries: u32,
    /// The name of what is enqueued together.
    pub batch: Option<String>,
    /// Rows without a key get one that stands for what they say: the same row in the same batch is one message.
    pub row_keys: bool,
    /// Where national numbers belong.
    pub region: Option<String>,
    /// The longest text, in segments.
    pub max_segments: u32,
    /// What time it is, and the zone of times that name none.
    pub now: ZonedDateTime,
}

impl Drafts {
    /// The task that a row asks for.
    ///
    /// # Errors
    /// Says what is wrong with the row.
    pub fn task(&self, row: &Row<'_>) -> Result<NewTask, Fault> {
        let recipient = row.get(Field::To).ok_or(Fault::NoRecipient)?;
        let recipient = PhoneNumber::parse(recipient, self.region.as_deref())?;
        let text = self.text_of(row)?;
        let segments = self.check_text(&text)?;
        let sender = row.get(Field::Sender).or(self.sender.as_deref());
        sender.map(sender::check).transpose()?;
        let available = match row.get(Field::At) {
            Some(word) => Some(Due::At(parse_at(word, &self.now).map_err(Fault::At)?)),
            None => self.available,
        };
        let expires_in = match row.get(Field::ExpiresIn) {
            Some(word) => Some(parse_duration(word).map_err(Fault::ExpiresIn)?),
            None => self.expires_in,
        };
        let priority = match row.get(Field::Priority) {
            Some(word) => Priority::parse(word.trim()).ok_or(Fault::Priority)?,
            None => self.priority,
        };
        let lane = match row.get(Field::Lane) {
            Some(word) => parse_lane(word.trim())?,
            None => self.lane.clone(),
        };
        let message = Message { recipient: recipient.into(), text, sender: sender.map(str::to_owned) };
        Ok(NewTask {
            priority,
            available,
            expires: expires_in.map(|span| expiry(available, span, self.now.timestamp())),
            max_retries: self.max_retries,
            batch: self.batch.clone(),
            key: self.key(row, &message, available)?,
            segments: Some(segments),
            ..NewTask::message(lane, message)
        })
    }

    /// The row's own text goes before the one for all.
    fn text_of(&self, row: &Row<'_>) -> Result<String, Fault> {
        match (row.get(Field::Text), &self.text) {
            (Some(text), _) => Ok(text.to_owned()),
            (None, Some(template)) => template.fill(row),
            (None, None) => Err(Fault::NoText),
        }
    }

    /// The segments of a text that may be sent.
    fn check_text(&self, text: &str) -> Result<u32, Fault> {
        if text.contains('\0') {
            return Err(Fault::Nul);
        }
        if text.trim().is_empty() {
            return Err(Fault::BlankText);
        }
        let segments = measure(text).segments;
        if segments > self.max_segments {
            return Err(Fault::TooManySegments { segments, max: self.max_segments });
        }
        Ok(segments)
    }

    fn key(&self, row: &Row<'_>, message: &Message, available: Option<Due>) -> Result<Option<String>, Fault> {
        if let Some(key) = row.get(Field::Key) {
            check_key(key)?;
            return Ok(Some(key.to_owned()));
        }
        let batch = self.batch.as_deref().filter(|_| self.row_keys);
        Ok(batch.map(|batch| row_key(batch, message, available)))
    }
}

/// Reads a lane: `gateway:NAME`, `command:NAME`, or the name of a gateway.
///
/// # Errors
/// It is none, or no gateway and no command of any settings can bear its name.
pub fn parse_lane(word: &str) -> Result<Lane, Fault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let fits = |lane: &Lane| lane.name().len() <= LANE_BYTES_MAX && lane.name().chars().all(is_plain);
    Lane::parse(word).filter(fits).ok_or(Fault::Lane)
}

/// Whether `key` can be the key of a task.
///
/// # Errors
/// It is blank or too long, holds control characters, or looks like one of smsctl's own.
pub fn check_key(key: &str) -> Result<(), Fault> {
    if key.trim().is_empty() {
        return Err(Fault::KeyBlank);
    }
    if key.chars().count() > KEY_CHARS_MAX {
        return Err(Fault::KeyTooLong);
    }
    if key.chars().any(char::is_control) {
        return Err(Fault::KeyControl);
    }
    if key.starts_with(ROW_KEY) { Err(Fault::KeyReserved) } else { Ok(()) }
}

/// A message that may wait `span` for its sending, from when it is due. One whose time has passed is due now: it would be born
/// expired if that time counted.
pub fn expiry(available: Option<Due>, span: Duration, now: Timestamp) -> Due {
    match available {
        None => Due::In(span),
        Some(Due::In(wait)) => Due::In(wait.saturating_add(span)),
        Some(Due::At(time)) if time <= now => Due::In(span),
        // Both are bounded by ten years, far from the end of time.
        Some(Due::At(time)) => time.checked_add(span).map_or(Due::In(span), Due::At),
    }
}

/// A key that stands for what a row of a batch says. Each part is hashed with its length before it: no two rows run together.
fn row_key(batch: &str, message: &Message, available: Option<Due>) -> String {
    let due = match available {
        None => String::new(),
        Some(Due::At(time)) => time.as_microsecond().to_string(),
        Some(Due::In(span)) => format!("+{}", span.as_micros()),
    };
    let sender = message.sender.as_deref().unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [batch, &message.recipient, &message.text, sender, &due] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut key = String::with_capacity(ROW_KEY.len() + 2 * ROW_KEY_BYTES);
    key.push_str(ROW_KEY);
    for byte in &hash.finalize()[..ROW_KEY_BYTES] {
        key.extend([byte >> 4, byte & 0xf].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')));
    }
    key
}

#[cfg(test)]
pub(in crate::intake) mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::intake::times::TimeError;
    use crate::queue::Payload;
    use crate::sms::{PhoneError, sender::SenderError};

    pub(in crate::intake) fn drafts() -> Drafts {
        Drafts {
            text: None,
            sender: None,
            lane: Lane::Gateway("default".to_owned()),
            priority: Priority::NORMAL,
            available: None,
            expires_in: None,
            max_retries: 3,
            batch: None,
            row_keys: false,
            region: None,
            max_segments: 10,
            now: "2026-11-24T10:30:00Z".parse::<Timestamp>().expect("a time").to_zoned_datetime(TimeZone::UTC),
        }
    }

    fn row(cells: &[(Field, &'static str)]) -> Row<'static> {
        let mut row = Row::default();
        row.set(Field::To, "+85291234567");
        row.set(Field::Text, "hello");
        for (field, cell) in cells {
            row.set(*field, *cell);
        }
        row
    }

    fn message(task: &NewTask) -> &Message {
        match &task.payload {
            Payload::Message(message) => message,
            Payload::Call { .. } => panic!("a row is a message"),
        }
    }

    #[test]
    fn a_row_becomes_a_task_with_its_text_byte_for_byte() {
        let text = " e\u{301} \"quoted\"\r\n{{name}} '; DROP TABLE x; \u{202e}😀 ";
        let task = drafts().task(&row(&[(Field::Text, text), (Field::To, " +852 9123 4567 ")])).expect("a task");
        assert_eq!(message(&task).text, text);
        assert_eq!(message(&task).recipient, "+85291234567");
        assert_eq!((task.name.as_str(), task.segments, task.key, task.available), ("sms", Some(1), None, None));
    }

    #[test]
    fn cells_go_before_what_holds_for_all() {
        let mut all = drafts();
        all.sender = Some("Shop".to_owned());
        all.available = Some(Due::In(Duration::from_secs(60)));
        all.expires_in = Some(Duration::from_secs(3600));
        let task = all.task(&row(&[])).expect("a task");
        assert_eq!(message(&task).sender.as_deref(), Some("Shop"));
        assert_eq!(task.expires, Some(Due::In(Duration::from_secs(3660))));
        let cells = [
            (Field::Sender, "Bank"),
            (Field::At, "2026-11-25"),
            (Field::Priority, "high"),
            (Field::ExpiresIn, "2h"),
            (Field::Lane, "backup"),
            (Field::Key, "k1"),
        ];
        let task = all.task(&row(&cells)).expect("a task");
        let time = |word: &str| Some(Due::At(word.parse().expect("a time")));
        assert_eq!(message(&task).sender.as_deref(), Some("Bank"));
        assert_eq!(task.available, time("2026-11-25T00:00:00Z"));
        assert_eq!(task.expires, time("2026-11-25T02:00:00Z"));
        assert_eq!((task.priority, task.lane.to_string().as_str()), (Priority::HIGH, "gateway:backup"));
        assert_eq!(task.key.as_deref(), Some("k1"));
    }

    #[test]
    fn a_life_begins_no_earlier_than_now() {
        let expiry =
            |at: &'static str| drafts().task(&row(&[(Field::At, at), (Field::ExpiresIn, "1h")])).map(|it| it.expires);
        for passed in ["2020-01-01", "2026-11-24T10:29:59Z", "now"] {
            assert_eq!(expiry(passed), Ok(Some(Due::In(Duration::from_secs(3600)))), "{passed}");
        }
        let later = "2026-11-24T11:30:01Z".parse().expect("a time");
        assert_eq!(expiry("2026-11-24T10:30:01Z"), Ok(Some(Due::At(later))));
    }

    #[test]
    fn what_is_wrong_with_a_row() {
        let long: &'static str = "a".repeat(1531).leak();
        let cases: [(&[(Field, &'static str)], Fault); 15] = [
            (&[(Field::To, "")], Fault::NoRecipient),
            (&[(Field::To, "abc")], Fault::Phone(PhoneError::NotANumber)),
            (&[(Field::To, "91234567")], Fault::Phone(PhoneError::NoRegion)),
            (&[(Field::Text, "")], Fault::NoText),
            (&[(Field::Text, " \n\t")], Fault::BlankText),
            (&[(Field::Text, "a\0b")], Fault::Nul),
            (&[(Field::Text, long)], Fault::TooManySegments { segments: 11, max: 10 }),
            (&[(Field::Sender, "much too long")], Fault::Sender(SenderError::TooLong)),
            (&[(Field::At, "soon")], Fault::At(TimeError::NotATime)),
            (&[(Field::ExpiresIn, "0s")], Fault::ExpiresIn(TimeError::NotPositive)),
            (&[(Field::Priority, "10")], Fault::Priority),
            (&[(Field::Lane, "smtp:x")], Fault::Lane),
            (&[(Field::Lane, "a b")], Fault::Lane),
            (&[(Field::Key, " ")], Fault::KeyBlank),
            (&[(Field::Key, "row:1")], Fault::KeyReserved),
        ];
        for (cells, fault) in cases {
            assert_eq!(drafts().task(&row(cells)).expect_err("a fault"), fault, "{:?}", cells[0].0);
        }
    }

    #[test]
    fn rows_of_a_named_batch_have_keys_of_their_own() {
        let mut all = drafts();
        all.batch = Some("x".to_owned());
        all.row_keys = true;
        let key = |all: &Drafts, cells: &[(Field, &'static str)]| all.task(&row(cells)).expect("a task").key;
        let first = key(&all, &[]);
        assert!(first.as_deref().is_some_and(|key| key.len() == 36 && key.starts_with("row:")), "{first:?}");
        assert_eq!(key(&all, &[(Field::To, "0085291234567")]), first);
        for other in [(Field::Text, "hello!"), (Field::To, "+85291234568"), (Field::Sender, "Shop"), (Field::At, "now")]
        {
            assert_ne!(key(&all, &[other]), first, "{:?}", other.0);
        }
        all.batch = Some("y".to_owned());
        assert_ne!(key(&all, &[]), first);
        assert_eq!(key(&all, &[(Field::Key, "mine")]).as_deref(), Some("mine"));
    }
}
