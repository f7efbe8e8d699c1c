//! What stands in one slot of a flight log, byte by byte.
//!
//! ```text
//!   0  leaving    checksum 4, number 8, task 8, attempt 4
//!  64  answered   checksum 4, number 8, task 8, attempt 4, outcome 1, error type 1, lane 1, milliseconds 8, lengths 2 + 2,
//!                 then the provider's id and the words of the failure
//! ```
//!
//! Numbers are little endian. Each claim that gets a slot has a number of its own, which counts up within the log: so an answer
//! that stands beside a newer *leaving* is known to be that of an earlier claim. Both records lie within one page of memory, and
//! the kernel does not stop in the middle of a page when it ends a process; the checksum is for whatever else may happen.

use std::time::Duration;

use crate::queue::{ErrorType, Failure, LaneNotice, Outcome, Reply, TaskId, WorkerId};

/// One slot, in bytes: a whole part of a page.
pub(super) const SLOT_BYTES: usize = 1024;
/// Where the answer stands in its slot.
pub(super) const ANSWERED_AT: usize = 64;
const LEAVING_BYTES: usize = 24;
const ANSWERED_HEAD_BYTES: usize = 39;
/// What is kept of an answer's words, in bytes: an id of 200 characters, or most failures whole.
const WORDS_BYTES_MAX: usize = SLOT_BYTES - ANSWERED_AT - ANSWERED_HEAD_BYTES;
/// The length of an id that is not there.
const NO_ID: u16 = u16::MAX;

/// Whose slot it is. It goes into each checksum, so that a record in the wrong place does not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SlotKey {
    pub worker: WorkerId,
    pub slot: u32,
}

/// The claim that a record speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Counts the claims of the log.
    pub number: u64,
    pub task: TaskId,
    pub attempt: u32,
}

/// What stands in a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nothing ever left from here. It is written down like all else: what is only empty may be a hole in the file.
    Blank,
    /// It was about to leave, or left.
    Leaving(Mark),
    /// Its answer was read.
    Answered(Mark, Reply),
}

/// The mark of a slot that nobody has used.
const NOBODY: Mark = Mark { number: 0, task: 0, attempt: 0 };

/// A slot from which nothing ever left.
pub(super) fn blank(key: SlotKey) -> [u8; SLOT_BYTES] {
    let mut slot = [0; SLOT_BYTES];
    slot[..LEAVING_BYTES].copy_from_slice(&leaving(key, NOBODY));
    slot
}

pub(super) fn leaving(key: SlotKey, mark: Mark) -> [u8; LEAVING_BYTES] {
    let mut record = [0; LEAVING_BYTES];
    write_mark(&mut record, mark);
    seal(key, &mut record);
    record
}

/// The record, and how many bytes of it count.
pub(super) fn answered(key: SlotKey, mark: Mark, reply: &Reply) -> ([u8; SLOT_BYTES - ANSWERED_AT], usize) {
    let mut record = [0; SLOT_BYTES - ANSWERED_AT];
    write_mark(&mut record, mark);
    let (lane, millis) = lane_code(reply.lane);
    record[24] = outcome_code(reply.outcome);
    record[25] = reply.failure.as_ref().map_or(0, |failure| error_type_code(failure.error_type));
    record[26] = lane;
    record[27..35].copy_from_slice(&millis.to_le_bytes());
    let id = reply.provider_message_id.as_deref().filter(|id| id.len() <= WORDS_BYTES_MAX);
    let id_bytes = id.unwrap_or_default().as_bytes();
    let words = reply.failure.as_ref().map_or("", |failure| failure.message.as_str());
    let words = &words.as_bytes()[..words.floor_char_boundary(WORDS_BYTES_MAX - id_bytes.len())];
    let id_length = id.map_or(NO_ID, |id| small(id.len()));
    record[35..37].copy_from_slice(&id_length.to_le_bytes());
    record[37..39].copy_from_slice(&small(words.len()).to_le_bytes());
    let id_end = ANSWERED_HEAD_BYTES + id_bytes.len();
    let end = id_end + words.len();
    record[ANSWERED_HEAD_BYTES..id_end].copy_from_slice(id_bytes);
    record[id_end..end].copy_from_slice(words);
    seal(key, &mut record[..end]);
    (record, end)
}

/// Reads a slot; `None` if it does not add up.
pub(super) fn read(key: SlotKey, slot: &[u8]) -> Option<Slot> {
    let (left, rest) = slot.split_at_checked(ANSWERED_AT)?;
    let (record, rest_of_left) = left.split_at_checked(LEAVING_BYTES)?;
    let mark = read_mark(key, record).filter(|_| is_blank(rest_of_left))?;
    if mark == NOBODY {
        return is_blank(rest).then_some(Slot::Blank);
    }
    if is_blank(rest) {
        return Some(Slot::Leaving(mark));
    }
    let (of, reply) = read_answered(key, rest)?;
    match of.number.cmp(&mark.number) {
        std::cmp::Ordering::Less => Some(Slot::Leaving(mark)),
        std::cmp::Ordering::Equal if of == mark => Some(Slot::Answered(mark, reply)),
        _ => None,
    }
}

fn read_answered(key: SlotKey, record: &[u8]) -> Option<(Mark, Reply)> {
    let id_length = u16::from_le_bytes(field(record, 35)?);
    let id_bytes = if id_length == NO_ID { 0 } else { usize::from(id_length) };
    let id_end = ANSWERED_HEAD_BYTES + id_bytes;
    let end = id_end + usize::from(u16::from_le_bytes(field(record, 37)?));
    let mark = read_mark(key, record.get(..end)?)?;
    let text = |from: usize, to: usize| std::str::from_utf8(&record[from..to]).ok();
    let id = text(ANSWERED_HEAD_BYTES, id_end)?;
    let words = text(id_end, end)?;
    let failure = match record[25] {
        0 => None,
        code => Some(Failure::new(error_type_of(code)?, words)),
    };
    let reply = Reply {
        outcome: outcome_of(record[24])?,
        provider_message_id: (id_length != NO_ID).then(|| id.to_owned()),
        failure,
        lane: lane_of(record[26], u64::from_le_bytes(field(record, 27)?))?,
    };
    Some((mark, reply))
}

fn write_mark(record: &mut [u8], mark: Mark) {
    record[4..12].copy_from_slice(&mark.number.to_le_bytes());
    record[12..20].copy_from_slice(&mark.task.to_le_bytes());
    record[20..24].copy_from_slice(&mark.attempt.to_le_bytes());
}

/// The claim of a record whose checksum is right.
fn read_mark(key: SlotKey, record: &[u8]) -> Option<Mark> {
    if !sum_is_right(key, record) {
        return None;
    }
    Some(Mark {
        number: u64::from_le_bytes(field(record, 4)?),
        task: TaskId::from_le_bytes(field(record, 12)?),
        attempt: u32::from_le_bytes(field(record, 20)?),
    })
}

pub(super) fn field<const N: usize>(record: &[u8], at: usize) -> Option<[u8; N]> {
    record.get(at..at + N)?.try_into().ok()
}

pub(super) fn seal(key: SlotKey, record: &mut [u8]) {
    let sum = checksum(key, &record[4..]);
    record[..4].copy_from_slice(&sum.to_le_bytes());
}

/// Whether the checksum that `record` begins with is that of the rest.
pub(super) fn sum_is_right(key: SlotKey, record: &[u8]) -> bool {
    match (field(record, 0), record.get(4..)) {
        (Some(sum), Some(rest)) => u32::from_le_bytes(sum) == checksum(key, rest),
        _ => false,
    }
}

fn checksum(key: SlotKey, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&key.worker.to_le_bytes());
    hasher.update(&key.slot.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

/// Lengths within a slot are far below the bound of the type.
fn small(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(NO_ID)
}

const OUTCOMES: [Outcome; 4] = [Outcome::Accepted, Outcome::Rejected, Outcome::Deferred, Outcome::Unknown];

fn outcome_code(outcome: Outcome) -> u8 {
    code_in(&OUTCOMES, &outcome)
}

fn outcome_of(code: u8) -> Option<Outcome> {
    OUTCOMES.get(usize::from(code).checked_sub(1)?).copied()
}

fn error_type_code(error_type: ErrorType) -> u8 {
    code_in(&ErrorType::ALL, &error_type)
}

fn error_type_of(code: u8) -> Option<ErrorType> {
    ErrorType::ALL.get(usize::from(code).checked_sub(1)?).copied()
}

/// The place in a list, counted from 1; 0, which reads as nothing that is known, if it is not there.
fn code_in<T: PartialEq>(list: &[T], item: &T) -> u8 {
    list.iter().position(|other| other == item).and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
}

fn lane_code(notice: Option<LaneNotice>) -> (u8, u64) {
    match notice {
        None => (0, 0),
        Some(LaneNotice::ThrottledFor(span)) => (1, u64::try_from(span.as_millis()).unwrap_or(u64::MAX)),
        Some(LaneNotice::OutOfCredit) => (2, 0),
        Some(LaneNotice::BadCredentials) => (3, 0),
        Some(LaneNotice::Misdirected) => (4, 0),
        Some(LaneNotice::Unreachable) => (5, 0),
        Some(LaneNotice::Starved) => (6, 0),
    }
}

/// `None`: no code of ours.
fn lane_of(code: u8, millis: u64) -> Option<Option<LaneNotice>> {
    Some(match code {
        0 => None,
        1 => Some(LaneNotice::ThrottledFor(Duration::from_millis(millis))),
        2 => Some(LaneNotice::OutOfCredit),
        3 => Some(LaneNotice::BadCredentials),
        4 => Some(LaneNotice::Misdirected),
        5 => Some(LaneNotice::Unreachable),
        6 => Some(LaneNotice::Starved),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SlotKey = SlotKey { worker: 1_001, slot: 3 };
    const MARK: Mark = Mark { number: 9, task: 42, attempt: 2 };

    fn slot(records: &[(usize, &[u8])]) -> Vec<u8> {
        let mut slot = vec![0; SLOT_BYTES];
        for (at, record) in records {
            slot[*at..*at + record.len()].copy_from_slice(record);
        }
        slot
    }

    fn whole(reply: &Reply) -> Vec<u8> {
        let (answer, end) = answered(KEY, MARK, reply);
        slot(&[(0, &leaving(KEY, MARK)), (ANSWERED_AT, &answer[..end])])
    }

    fn replies() -> Vec<Reply> {
        let throttled = LaneNotice::ThrottledFor(Duration::from_millis(30_250));
        let mut replies = vec![
            Reply::accepted(None),
            Reply::accepted(Some(String::new())),
            Reply::accepted(Some("好".repeat(200))),
            Reply::unknown("the request left, and then: no answer"),
            Reply::deferred(ErrorType::Throttled, "429").with_lane(throttled),
        ];
        let notices =
            [LaneNotice::OutOfCredit, LaneNotice::BadCredentials, LaneNotice::Misdirected, LaneNotice::Starved];
        replies.extend(notices.map(|notice| Reply::deferred(ErrorType::Credit, "no").with_lane(notice)));
        replies.push(Reply::deferred(ErrorType::Unreachable, "").with_lane(LaneNotice::Unreachable));
        replies.extend(ErrorType::ALL.map(|error_type| Reply::rejected(error_type, "the gateway said no")));
        replies
    }

    #[test]
    fn every_answer_is_read_as_it_came() {
        for reply in replies() {
            assert_eq!(read(KEY, &whole(&reply)), Some(Slot::Answered(MARK, reply.clone())), "{reply:?}");
        }
    }

    #[test]
    fn long_words_are_cut_at_a_character() {
        let reply = Reply::rejected(ErrorType::Rejected, &"€".repeat(500));
        let Some(Slot::Answered(_, read)) = read(KEY, &whole(&reply)) else { panic!("it is whole") };
        let words = read.failure.expect("a failure").message;
        assert_eq!(words, "€".repeat(WORDS_BYTES_MAX / 3));
    }

    #[test]
    fn an_answer_beside_a_newer_leaving_is_an_old_one() {
        let newer = Mark { number: 10, task: 43, attempt: 1 };
        let mut slot = whole(&Reply::accepted(None));
        slot[..LEAVING_BYTES].copy_from_slice(&leaving(KEY, newer));
        assert_eq!(read(KEY, &slot), Some(Slot::Leaving(newer)));
    }

    #[test]
    fn an_answer_without_its_leaving_does_not_add_up() {
        let (answer, end) = answered(KEY, MARK, &Reply::accepted(None));
        assert_eq!(read(KEY, &slot(&[(ANSWERED_AT, &answer[..end])])), None);
        let older = Mark { number: 8, ..MARK };
        assert_eq!(read(KEY, &slot(&[(0, &leaving(KEY, older)), (ANSWERED_AT, &answer[..end])])), None);
        let other = Mark { task: 41, ..MARK };
        assert_eq!(read(KEY, &slot(&[(0, &leaving(KEY, other)), (ANSWERED_AT, &answer[..end])])), None);
    }

    #[test]
    fn a_record_that_was_torn_at_any_byte_does_not_add_up_or_is_not_there() {
        let record = leaving(KEY, MARK);
        for torn in 1..record.len() {
            let read = read(KEY, &slot(&[(0, &record[..torn])]));
            // Its last bytes may be zero by themselves.
            let is_whole = record[torn..].iter().all(|byte| *byte == 0);
            assert_eq!(read, is_whole.then_some(Slot::Leaving(MARK)), "torn at {torn}");
        }
        let reply = Reply::rejected(ErrorType::Rejected, "no");
        let (answer, end) = answered(KEY, MARK, &reply);
        for torn in 1..end {
            let read = read(KEY, &slot(&[(0, &record), (ANSWERED_AT, &answer[..torn])]));
            assert_eq!(read, None, "torn at {torn}");
        }
    }

    #[test]
    fn a_byte_that_changed_is_noticed() {
        let reply = Reply::accepted(Some("p-1".to_owned()));
        let good = whole(&reply);
        for at in (0..LEAVING_BYTES).chain(ANSWERED_AT..ANSWERED_AT + ANSWERED_HEAD_BYTES + 3) {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            assert_eq!(read(KEY, &bad), None, "byte {at}");
        }
    }

    #[test]
    fn a_record_of_another_slot_or_worker_does_not_add_up() {
        let good = whole(&Reply::accepted(None));
        assert_eq!(read(SlotKey { slot: 4, ..KEY }, &good), None);
        assert_eq!(read(SlotKey { worker: 1_002, ..KEY }, &good), None);
    }

    #[test]
    fn a_slot_that_was_never_used_is_blank() {
        assert_eq!(read(KEY, &blank(KEY)), Some(Slot::Blank));
        assert_eq!(read(KEY, &slot(&[])), None, "a hole in the file says nothing");
        assert_eq!(read(KEY, &[0; 10]), None, "too short");
    }

    /// A newer binary reads what an older one wrote: whoever changes a code changes the word in the head of the file.
    #[test]
    fn codes_stay_what_they_are() {
        let words = ErrorType::ALL.map(ErrorType::as_str).join(" ");
        let expected =
            "rejected unreachable throttled unavailable credentials credit opted_out unknown expired invalid command";
        assert_eq!(words, expected);
        let hex = leaving(KEY, MARK).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(&hex[8..], "09000000000000002a0000000000000002000000");
    }
}
