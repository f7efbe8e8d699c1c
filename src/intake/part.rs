//! What was read of a file and waits for the queue: tasks, and the rows that were refused between them, each with its place.

use csv::ByteRecord;

use super::Fault;
use crate::queue::{NewTask, Payload};

/// So many rows are handed over together.
pub(super) const PART_ROWS: usize = 1000;
/// A part that holds so much text is full, however few its rows are.
const PART_BYTES_MAX: usize = 1024 * 1024;

/// How far into a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Rows, the header is none.
    pub(super) rows: u64,
    /// The line on which the last of them ends.
    pub(super) line: u64,
}

/// A row that is no message.
pub(super) struct Refused {
    /// Which one of the file, from 1.
    number: u64,
    /// Where it begins.
    pub(super) line: u64,
    pub(super) fault: Fault,
    /// Its cells, where anybody wants to see them.
    pub(super) raw: ByteRecord,
}

/// Rows that follow on each other.
#[derive(Default)]
pub(super) struct Part {
    tasks: Vec<NewTask>,
    /// Of each task, what of the file lies before it.
    before: Vec<Place>,
    refused: Vec<Refused>,
    bytes: usize,
    end: Place,
}

impl Part {
    /// An empty one that begins there.
    pub(super) fn at(place: Place) -> Part {
        Part { end: place, ..Part::default() }
    }

    /// What lies behind its last row.
    pub(super) fn end(&self) -> Place {
        self.end
    }

    pub(super) fn tasks(&self) -> &[NewTask] {
        &self.tasks
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_full(&self) -> bool {
        self.tasks.len() >= PART_ROWS || self.refused.len() >= PART_ROWS || self.bytes >= PART_BYTES_MAX
    }

    /// The next row is a task; it ends on `line`.
    pub(super) fn push(&mut self, task: NewTask, line: u64) {
        if let Payload::Message(message) = &task.payload {
            self.bytes += message.recipient.len() + message.text.len() + message.sender.as_ref().map_or(0, String::len);
        }
        self.bytes += task.key.as_ref().map_or(0, String::len);
        self.tasks.push(task);
        self.before.push(self.end);
        self.pass(line);
    }

    /// The next row is none; it begins and ends on these lines.
    pub(super) fn refuse(&mut self, (first, last): (u64, u64), fault: Fault, raw: ByteRecord) {
        self.bytes += raw.as_slice().len();
        self.refused.push(Refused { number: self.end.rows + 1, line: first, fault, raw });
        self.pass(last);
    }

    /// Nobody wants the next row; it ends on `line`.
    pub(super) fn pass(&mut self, line: u64) {
        self.end = Place { rows: self.end.rows + 1, line };
    }

    /// Nobody wants its tasks any more; what was refused stays.
    pub(super) fn clear_tasks(&mut self) {
        self.tasks.clear();
        self.before.clear();
        self.bytes = self.refused.iter().map(|row| row.raw.as_slice().len()).sum();
    }

    /// Nobody will take its tasks: it ends where the first of them begins.
    pub(super) fn give_up(&mut self) {
        self.end = self.place(0);
        self.clear_tasks();
        self.refused.retain(|row| row.number <= self.end.rows);
    }

    /// Takes in the one that was read next.
    pub(super) fn join(&mut self, next: Part) {
        self.tasks.extend(next.tasks);
        self.before.extend(next.before);
        self.refused.extend(next.refused);
        self.bytes += next.bytes;
        self.end = next.end;
    }

    /// Up to where all is dealt with when so many of its tasks are in the queue.
    pub(super) fn place(&self, tasks: usize) -> Place {
        self.before.get(tasks).copied().unwrap_or(self.end)
    }

    /// What was refused up to a place.
    pub(super) fn refused_to(self, place: Place) -> Vec<Refused> {
        self.refused.into_iter().take_while(|row| row.number <= place.rows).collect()
    }
}
