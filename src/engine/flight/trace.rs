//! What the flight log of a dead worker tells.

use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;

use super::record::{self, SLOT_BYTES, Slot};
use super::roll::{Held, Roll, Standing, roll_bytes};
use super::{ASKING_AT, FlightPlace, HEAD_BYTES, MAGIC, Owner, slots_at};
use crate::engine::plan::SENDERS_MAX;
use crate::queue::Reply;
use crate::store::Worker;

/// Slots of the largest log that is read: the most that a process makes, see `slots`.
const SLOTS_MAX: u32 = 21 * SENDERS_MAX as u32;

/// What is certain of one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// No byte of it left.
    NeverLeft,
    /// It may have left, and no answer was read.
    OnTheWire,
    /// The answer that was read.
    Answered(Reply),
}

/// A log that adds up.
#[derive(Debug, PartialEq, Eq)]
pub struct Flight {
    slots: Vec<Slot>,
    roll: Roll,
    /// When the worker registered, by the database's clock: it made no claim before.
    since: Timestamp,
}

impl Flight {
    /// Reads the log that `worker` left behind; `None` if there is none that adds up. The process must be gone.
    pub fn of(place: &FlightPlace, worker: &Worker) -> Option<Flight> {
        place.paths(worker.id).find_map(|path| read(&path)).and_then(|bytes| Flight::parse(place, worker, &bytes))
    }

    pub(super) fn parse(place: &FlightPlace, worker: &Worker, bytes: &[u8]) -> Option<Flight> {
        let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
        let owner = owner_in(head)?;
        let expected = Owner {
            queue: place.queue.clone(),
            worker: worker.id,
            host: worker.host.clone(),
            boot_id: worker.boot_id.clone(),
            pid: worker.pid,
            pid_started: worker.pid_started.clone(),
            slots: owner.slots,
        };
        if owner != expected || bytes.len() != slots_at(owner.slots) + owner.slots as usize * SLOT_BYTES {
            return None;
        }
        let (rolls, slots) = rest.split_at_checked(2 * roll_bytes(owner.slots))?;
        let roll = Roll::read(record::SlotKey { worker: worker.id, slot: 0 }, owner.slots, &head[ASKING_AT..], rolls)?;
        let slots = (0..owner.slots)
            .zip(slots.chunks(SLOT_BYTES))
            .map(|(slot, bytes)| record::read(record::SlotKey { worker: worker.id, slot }, bytes))
            .collect::<Option<_>>()?;
        Some(Flight { slots, roll, since: worker.started_at })
    }

    /// What is certain of a row that says it is the dead worker's. Another program may have changed it.
    pub fn trace(&self, row: Held) -> Trace {
        let (slot, number) = match self.roll.standing(row) {
            Standing::Held { slot, number } => (&self.slots[slot], number),
            Standing::Fresh if row.claimed_at.is_some_and(|at| at >= self.since) => return Trace::NeverLeft,
            Standing::Fresh | Standing::Strange => return Trace::OnTheWire,
        };
        match slot {
            Slot::Leaving(mark) if mark.number == number => Trace::OnTheWire,
            Slot::Answered(mark, reply) if mark.number == number => Trace::Answered(reply.clone()),
            // What stands there is of the claim that had the slot before.
            _ => Trace::NeverLeft,
        }
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    // Anything but a plain file could keep us waiting.
    let data = fs::symlink_metadata(path).ok().filter(|data| data.is_file())?;
    let bytes_max = (slots_at(SLOTS_MAX) + SLOTS_MAX as usize * SLOT_BYTES) as u64;
    if data.len() > bytes_max {
        return None;
    }
    let mut bytes = Vec::new();
    OpenOptions::new().read(true).open(path).ok()?.take(bytes_max).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn owner_in(head: &[u8]) -> Option<Owner> {
    let (line, rest) = std::str::from_utf8(&head[..ASKING_AT]).ok()?.strip_prefix(MAGIC)?.split_once('\n')?;
    rest.bytes().all(|byte| byte == 0).then(|| serde_json::from_str(line).ok())?
}
