//! The roll: which claims a worker holds, written after each exchange that brought new ones, before any of them is handed out.
//!
//! ```text
//!   0  checksum 4, turn 8, time of the newest claim 8, then for each slot: number 8, task 8, attempt 4, time of the claim 8
//! ```
//!
//! Before an exchange that asks for claims, the number of the roll that will follow is written to a place of its own (*asking*).
//!
//! A claim that stands on the roll is known: what its slot holds under its number is all that happened to it. One that is newer
//! than the whole roll never left, if the next roll was asked for: the process ended between the commit of the claim and its
//! place here. Any other row that says it is the worker's was changed by another program while it was claimed, and may be on
//! the wire under its old name. A row that came in the place of another, under the same id, was claimed at another time.
//!
//! Two rolls take turns: where a process was ended in the middle of one, the one before still stands.

use jiff::Timestamp;

use super::record::{SlotKey, field, is_blank, seal, sum_is_right};
use crate::queue::TaskId;
use crate::store::Claim;

const HEAD_BYTES: usize = 20;
const ENTRY_BYTES: usize = 28;
/// What is asked for, in bytes: checksum 4, turn 8.
pub(super) const ASKING_BYTES: usize = 12;
/// The kernel does not stop in the middle of a page when it ends a process.
pub(super) const PAGE_BYTES: usize = 4096;
/// The time of no claim.
const NO_TIME: i64 = i64::MIN;
/// Where a checksum needs a slot: no log has this one.
const ROLL_SLOT: u32 = u32::MAX;

/// A claim as its row tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Held {
    pub task: TaskId,
    pub attempt: u32,
    /// By the database's clock. `None`: the row does not say it.
    pub claimed_at: Option<Timestamp>,
}

impl Held {
    pub fn of(claim: &Claim) -> Held {
        Held { task: claim.id(), attempt: claim.attempt(), claimed_at: Some(claim.claimed_at()) }
    }
}

/// Who has a slot: the number of the claim, which counts up from 1, and the claim.
pub(super) type Seated = (u64, Held);

/// What a worker held.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Roll {
    /// Counts up; which of two rolls is the newer one.
    turn: u64,
    /// When the newest of its claims was made, by the database's clock. `None`: there were no claims yet.
    as_of: Option<Timestamp>,
    seated: Vec<Option<Seated>>,
    /// The roll after this one was asked for: an exchange was under way.
    asking: bool,
}

/// What the roll says of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was handed out, if at all, with this slot and number.
    Held { slot: usize, number: u64 },
    /// It was claimed after the last roll, and not handed out.
    Fresh,
    /// No claim of the worker's, as it stands.
    Strange,
}

/// The room of one roll of so many slots, in bytes.
pub(super) fn roll_bytes(slots: u32) -> usize {
    (HEAD_BYTES + slots as usize * ENTRY_BYTES).next_multiple_of(PAGE_BYTES)
}

/// Which of the two rooms the roll of this turn has.
pub(super) fn room(turn: u64) -> usize {
    usize::from(turn.is_multiple_of(2))
}

/// What is written before an exchange that asks for claims, which the roll of this turn will tell of.
pub(super) fn asking(key: SlotKey, turn: u64) -> [u8; ASKING_BYTES] {
    let mut bytes = [0; ASKING_BYTES];
    bytes[4..].copy_from_slice(&turn.to_le_bytes());
    seal(on_roll(key), &mut bytes);
    bytes
}

/// The bytes of a roll; `seated` has an entry for each slot.
pub(super) fn write(key: SlotKey, turn: u64, as_of: Option<Timestamp>, seated: &[Option<Seated>]) -> Vec<u8> {
    let mut bytes = vec![0; HEAD_BYTES];
    bytes[4..12].copy_from_slice(&turn.to_le_bytes());
    bytes[12..20].copy_from_slice(&as_of.map_or(NO_TIME, Timestamp::as_microsecond).to_le_bytes());
    for seated in seated {
        let Some((number, Held { task, attempt, claimed_at })) = seated else {
            bytes.extend_from_slice(&[0; ENTRY_BYTES]);
            continue;
        };
        let claimed_at = claimed_at.map_or(0, Timestamp::as_microsecond);
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&task.to_le_bytes());
        bytes.extend_from_slice(&attempt.to_le_bytes());
        bytes.extend_from_slice(&claimed_at.to_le_bytes());
    }
    seal(on_roll(key), &mut bytes);
    bytes
}

impl Roll {
    /// The newer of the two rolls in `rooms`, and whether the next was asked for. `None`: neither adds up.
    pub fn read(key: SlotKey, slots: u32, asked: &[u8], rooms: &[u8]) -> Option<Roll> {
        let (one, two) = rooms.split_at_checked(roll_bytes(slots))?;
        let rolls = [one, two].map(|room| Roll::in_room(key, slots, room));
        let newest = rolls.into_iter().flatten().max_by_key(|roll| roll.turn);
        // The first roll of all may be torn; a log with two that are is none of ours.
        let roll = newest.or_else(|| (is_blank(one) || is_blank(two)).then(Roll::default))?;
        let next = asked_turn(key, asked);
        Some(Roll { asking: next == Some(roll.turn + 1), ..roll })
    }

    fn in_room(key: SlotKey, slots: u32, room: &[u8]) -> Option<Roll> {
        let bytes = room.get(..HEAD_BYTES + slots as usize * ENTRY_BYTES)?;
        if !sum_is_right(on_roll(key), bytes) {
            return None;
        }
        let entries = bytes[HEAD_BYTES..].chunks_exact(ENTRY_BYTES);
        let seated = entries.map(read_entry).collect::<Option<Vec<_>>>()?;
        let as_of = Timestamp::from_microsecond(i64::from_le_bytes(field(bytes, 12)?)).ok();
        Some(Roll { turn: u64::from_le_bytes(field(bytes, 4)?), as_of, seated, asking: false })
    }

    /// How the row of a task stands to what the worker held.
    pub fn standing(&self, row: Held) -> Standing {
        let of_task = |seated: &Option<Seated>| seated.is_some_and(|(_, held)| held.task == row.task);
        let is_row = |seated: &Option<Seated>| seated.is_some_and(|(_, held)| held == row);
        match self.seated.iter().position(is_row) {
            Some(slot) => self.seated[slot].map_or(Standing::Strange, |(number, _)| Standing::Held { slot, number }),
            None if self.seated.iter().any(of_task) => Standing::Strange,
            None if self.asking && row.claimed_at.is_some_and(|at| self.as_of.is_none_or(|as_of| at > as_of)) => {
                Standing::Fresh
            }
            None => Standing::Strange,
        }
    }
}

/// A torn one is no more than none: the claims that it announces were not made.
fn asked_turn(key: SlotKey, bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.get(..ASKING_BYTES).filter(|bytes| sum_is_right(on_roll(key), bytes))?;
    Some(u64::from_le_bytes(field(bytes, 4)?))
}

/// `Some(None)`: the slot is free.
fn read_entry(entry: &[u8]) -> Option<Option<Seated>> {
    let number = u64::from_le_bytes(field(entry, 0)?);
    let claimed_at = Timestamp::from_microsecond(i64::from_le_bytes(field(entry, 20)?)).ok();
    let (task, attempt) = (TaskId::from_le_bytes(field(entry, 8)?), u32::from_le_bytes(field(entry, 16)?));
    Some((number > 0).then_some((number, Held { task, attempt, claimed_at })))
}

fn on_roll(key: SlotKey) -> SlotKey {
    SlotKey { slot: ROLL_SLOT, ..key }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: SlotKey = SlotKey { worker: 1_001, slot: 0 };

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_microsecond(micros).expect("a time")
    }

    /// The claim of task `task`, made at `micros`.
    fn held(task: TaskId, attempt: u32, micros: i64) -> Held {
        Held { task, attempt, claimed_at: Some(at(micros)) }
    }

    fn rooms(rolls: &[(u64, i64, &[Option<Seated>])]) -> Vec<u8> {
        let size = roll_bytes(2);
        let mut rooms = vec![0; 2 * size];
        for (turn, micros, held) in rolls {
            let bytes = write(KEY, *turn, Some(at(*micros)), held);
            let from = room(*turn) * size;
            rooms[from..from + bytes.len()].copy_from_slice(&bytes);
        }
        rooms
    }

    /// The process ended in an exchange that asked for more, after the newest of these rolls.
    fn read(rooms: &[u8], newest: u64) -> Roll {
        Roll::read(KEY, 2, &asking(KEY, newest + 1), rooms).expect("it adds up")
    }

    #[test]
    fn before_the_first_roll_nothing_was_handed_out() {
        let roll = read(&rooms(&[]), 0);
        assert_eq!(roll.standing(held(7, 1, 1)), Standing::Fresh);
        let silent = Held { claimed_at: None, ..held(7, 1, 1) };
        assert_eq!(roll.standing(silent), Standing::Strange, "its row does not say when it was claimed");
    }

    #[test]
    fn a_row_stands_on_the_roll_or_is_newer_or_was_changed() {
        let whole = rooms(&[(1, 10, &[None, Some((5, held(7, 1, 10)))])]);
        let roll = read(&whole, 1);
        assert_eq!(roll.standing(held(7, 1, 10)), Standing::Held { slot: 1, number: 5 });
        assert_eq!(roll.standing(held(8, 1, 11)), Standing::Fresh, "the next turn's, whose roll was not written");
        for (row, why) in [
            (held(8, 1, 10), "its id was changed: it is as old as the roll, and not on it"),
            (held(7, 2, 10), "its attempt was changed"),
            (held(7, 1, 11), "another row under the same id, or another time of the same"),
            (held(0, 0, 0), "a free slot is nobody's"),
        ] {
            assert_eq!(roll.standing(row), Standing::Strange, "{why}");
        }
        for asked in [&asking(KEY, 1)[..], &[0; ASKING_BYTES], &[]] {
            let idle = Roll::read(KEY, 2, asked, &whole).expect("it adds up");
            assert_eq!(
                idle.standing(held(8, 1, 11)),
                Standing::Strange,
                "nothing was asked for: it is another worker's"
            );
        }
    }

    #[test]
    fn of_two_rows_that_had_one_id_each_has_its_own_slot() {
        let roll = read(&rooms(&[(1, 11, &[Some((5, held(7, 1, 10))), Some((6, held(7, 1, 11)))])]), 1);
        assert_eq!(roll.standing(held(7, 1, 11)), Standing::Held { slot: 1, number: 6 });
    }

    #[test]
    fn the_newer_roll_counts_and_the_older_one_where_it_is_torn() {
        let (old, new) = (held(7, 1, 30), held(8, 1, 40));
        let whole = rooms(&[(3, 30, &[Some((1, old)), None]), (4, 40, &[Some((2, new)), None])]);
        let roll = read(&whole, 4);
        assert_eq!(roll.standing(new), Standing::Held { slot: 0, number: 2 });
        assert_eq!(roll.standing(old), Standing::Strange);
        let mut torn = whole;
        torn[room(4) * roll_bytes(2) + 25] ^= 1;
        let roll = read(&torn, 3);
        assert_eq!(roll.standing(old), Standing::Held { slot: 0, number: 1 });
        assert_eq!(roll.standing(new), Standing::Fresh, "it was not handed out: the roll comes first");
        torn[room(3) * roll_bytes(2) + 25] ^= 1;
        assert_eq!(Roll::read(KEY, 2, &[], &torn), None, "two that are torn add up to nothing");
    }

    #[test]
    fn a_first_roll_that_is_torn_is_as_none() {
        let mut torn = rooms(&[(1, 10, &[Some((1, held(7, 1, 10))), None])]);
        torn[room(1) * roll_bytes(2)] ^= 1;
        assert_eq!(read(&torn, 0), Roll { asking: true, ..Roll::default() });
    }
}
