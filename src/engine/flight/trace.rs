//! What the flight log of a dead worker tells.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::path::Path;

use super::record::{self, Mark, SLOT_BYTES, Slot};
use super::{HEAD_BYTES, MAGIC, Owner, Place};
use crate::engine::plan::SENDERS_MAX;
use crate::queue::{Reply, TaskId};
use crate::store::Worker;

/// Slots of the largest log that is read: the most that a process makes, see `slots`.
const SLOTS_MAX: usize = 10 * SENDERS_MAX;

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
    /// `None`: no answer was read.
    left: HashMap<(TaskId, u32), Option<Reply>>,
}

impl Flight {
    /// Reads the log that `worker` left behind; `None` if there is none that adds up. The process must be gone.
    pub fn of(place: &Place, worker: &Worker) -> Option<Flight> {
        place.paths(worker.id).find_map(|path| read(&path)).and_then(|bytes| Flight::parse(place, worker, &bytes))
    }

    pub(super) fn parse(place: &Place, worker: &Worker, bytes: &[u8]) -> Option<Flight> {
        let (head, slots) = bytes.split_at_checked(HEAD_BYTES)?;
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
        if owner != expected || slots.len() != owner.slots as usize * SLOT_BYTES {
            return None;
        }
        let mut left = HashMap::new();
        for (slot, bytes) in (0..owner.slots).zip(slots.chunks(SLOT_BYTES)) {
            let (mark, reply) = match record::read(record::Place { worker: worker.id, slot }, bytes)? {
                Slot::Blank => continue,
                Slot::Leaving(mark) => (mark, None),
                Slot::Answered(mark, reply) => (mark, Some(reply)),
            };
            let Mark { task, attempt, .. } = mark;
            if left.insert((task, attempt), reply).is_some() {
                return None;
            }
        }
        Some(Flight { left })
    }

    /// What is certain of a claim that the dead worker held.
    pub fn trace(&self, task: TaskId, attempt: u32) -> Trace {
        match self.left.get(&(task, attempt)) {
            None => Trace::NeverLeft,
            Some(None) => Trace::OnTheWire,
            Some(Some(reply)) => Trace::Answered(reply.clone()),
        }
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    // Anything but a plain file could keep us waiting.
    let data = fs::symlink_metadata(path).ok().filter(|data| data.is_file())?;
    let bytes_max = HEAD_BYTES as u64 + (SLOTS_MAX * SLOT_BYTES) as u64;
    if data.len() > bytes_max {
        return None;
    }
    let mut bytes = Vec::new();
    OpenOptions::new().read(true).open(path).ok()?.take(bytes_max).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn owner_in(head: &[u8]) -> Option<Owner> {
    let (line, rest) = std::str::from_utf8(head).ok()?.strip_prefix(MAGIC)?.split_once('\n')?;
    rest.bytes().all(|byte| byte == 0).then(|| serde_json::from_str(line).ok())?
}
