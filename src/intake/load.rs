//! A whole file on its way into the queue, batch by batch in bounded memory, or all of it at once.

use std::io::BufRead;
use std::thread;

use super::{Drafts, Fault, IntakeError, Rejects, Rows};
use crate::queue::{Enqueued, NewTask, Payload};

/// So many rows are handed over together.
pub const PART_ROWS: usize = 1000;
/// A part that holds so much text is full, however few its rows are.
const PART_BYTES_MAX: usize = 1024 * 1024;
/// So many parts, at most, should become one transaction where a file is read faster than the queue takes it. With more of them
/// fewer pages are written, and others who write wait longer.
pub const BATCH_PARTS_MAX: usize = 3;
/// The most rows that `atomic` holds together: they stand in memory and in one transaction.
pub const ATOMIC_ROWS_MAX: usize = 100_000;
/// The most that the messages of `atomic` may hold, in bytes.
pub const ATOMIC_BYTES_MAX: usize = 32 * 1024 * 1024;

/// What became of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows, the refused ones too.
    pub read: u64,
    /// Rows that are new in the queue.
    pub enqueued: u64,
    /// Rows whose key was in the queue already.
    pub duplicates: u64,
    /// Rows that are no messages.
    pub rejected: u64,
    /// Segments of what was enqueued.
    pub segments: u64,
}

/// Why a file did not go into the queue whole.
#[derive(Debug)]
pub struct LoadError<E> {
    /// Why it did.
    pub halt: Halt<E>,
    /// What had become of the file by then. What was enqueued stays in the queue.
    pub before: Summary,
}

/// Where a file stopped.
#[derive(Debug)]
pub enum Halt<E> {
    /// The file.
    Intake(IntakeError),
    /// The queue did not take a batch.
    Queue(E),
}

impl<E> From<IntakeError> for Halt<E> {
    fn from(error: IntakeError) -> Halt<E> {
        Halt::Intake(error)
    }
}

/// Takes tasks into the queue, all or none, and answers in their order.
pub type Sink<'a, E> = dyn FnMut(&[NewTask]) -> Result<Vec<Enqueued>, E> + 'a;

/// A file on its way into the queue.
pub struct Loader<'a, E> {
    /// What judges a row.
    pub drafts: &'a Drafts,
    /// Where refused rows go.
    pub rejects: &'a mut Rejects,
    /// Where tasks go.
    pub sink: &'a mut Sink<'a, E>,
    /// Called with the number of rows that were dealt with since the last call.
    pub progress: &'a mut dyn FnMut(u64),
    /// The whole file or nothing of it: one refused row keeps all out.
    pub atomic: bool,
    /// A thread of its own reads on while the queue takes a batch. For input that never keeps anybody waiting: when the queue
    /// refuses, that thread has to end first.
    pub ahead: bool,
    /// Of parts that were read ahead so many, at most, become one transaction.
    pub parts_max: usize,
    /// Whether the queue refused a batch for its size alone: then it is asked for half of it, down to one row.
    pub is_size: &'a dyn Fn(&E) -> bool,
}

/// Rows that were read, and the tasks among them.
#[derive(Default)]
struct Part {
    tasks: Vec<NewTask>,
    bytes: usize,
    read: u64,
    rejected: u64,
}

impl Part {
    fn push(&mut self, task: NewTask) {
        if let Payload::Message(message) = &task.payload {
            self.bytes += message.recipient.len() + message.text.len() + message.sender.as_ref().map_or(0, String::len);
        }
        self.bytes += task.key.as_ref().map_or(0, String::len);
        self.tasks.push(task);
    }

    fn is_full(&self) -> bool {
        self.tasks.len() >= PART_ROWS || self.bytes >= PART_BYTES_MAX
    }

    /// Takes in the one that was read next.
    fn join(&mut self, next: Part) {
        self.tasks.extend(next.tasks);
        self.bytes += next.bytes;
        self.read += next.read;
        self.rejected += next.rejected;
    }
}

impl<E> Loader<'_, E> {
    /// Runs through the file.
    ///
    /// # Errors
    /// The file cannot be read on, nothing in it is a row, or the queue refuses a batch.
    pub fn run<R: BufRead + Send>(self, rows: &mut Rows<R>) -> Result<Summary, LoadError<E>> {
        let Loader { drafts, rejects, sink, progress, atomic, ahead, parts_max, is_size } = self;
        let is_size: &dyn Fn(&E) -> bool = if atomic { &|_| false } else { is_size };
        let mut intake = Intake { sink, progress, parts_max, is_size, summary: Summary::default() };
        let mut reader = Reader { drafts, rejects, atomic };
        let started = if ahead { intake.take_ahead(&mut reader, rows) } else { None };
        let ended = started.unwrap_or_else(|| intake.take_in_turn(&mut reader, rows));
        match ended {
            Ok(()) => Ok(intake.summary),
            Err(halt) => Err(LoadError { halt, before: intake.summary }),
        }
    }
}

/// The end of the queue.
struct Intake<'a, E> {
    sink: &'a mut Sink<'a, E>,
    progress: &'a mut dyn FnMut(u64),
    parts_max: usize,
    is_size: &'a dyn Fn(&E) -> bool,
    summary: Summary,
}

impl<E> Intake<'_, E> {
    fn take_in_turn<R: BufRead>(&mut self, reader: &mut Reader<'_>, rows: &mut Rows<R>) -> Result<(), Halt<E>> {
        let mut refused = None;
        let read = reader.read(rows, &mut |part| {
            if refused.is_none() {
                refused = self.take(part).err();
            }
            refused.is_none()
        });
        match refused {
            Some(error) => Err(Halt::Queue(error)),
            None => Ok(read?),
        }
    }

    /// While the queue works on one batch, parts of the next one are made, and what lies ready goes in together. `None` where the
    /// system starts no thread for that: nothing was read.
    fn take_ahead<R: BufRead + Send>(
        &mut self,
        reader: &mut Reader<'_>,
        rows: &mut Rows<R>,
    ) -> Option<Result<(), Halt<E>>> {
        let (sender, parts) = crossbeam_channel::bounded((self.parts_max - 1).max(1));
        thread::scope(|scope| {
            let work = move || reader.read(rows, &mut |part| sender.send(part).is_ok());
            let read = thread::Builder::new().name("reader".to_owned()).spawn_scoped(scope, work).ok()?;
            for mut part in &parts {
                parts.try_iter().take(self.parts_max - 1).for_each(|next| part.join(next));
                if let Err(error) = self.take(part) {
                    // With nobody to take its parts, the reader stops at its next one.
                    drop(parts);
                    return Some(Err(Halt::Queue(error)));
                }
            }
            match read.join() {
                Ok(read) => Some(read.map_err(Halt::Intake)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn take(&mut self, part: Part) -> Result<(), E> {
        let Part { tasks, read, rejected, .. } = part;
        self.summary.read += read;
        self.summary.rejected += rejected;
        if rejected > 0 {
            (self.progress)(rejected);
        }
        let (mut left, mut size) = (tasks.as_slice(), tasks.len());
        while !left.is_empty() {
            let (these, rest) = left.split_at(size.min(left.len()));
            match (self.sink)(these) {
                Ok(answers) => {
                    self.count(these, &answers);
                    left = rest;
                }
                Err(error) if these.len() > 1 && (self.is_size)(&error) => size = these.len() / 2,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn count(&mut self, tasks: &[NewTask], answers: &[Enqueued]) {
        for (task, answer) in tasks.iter().zip(answers) {
            if answer.duplicate {
                self.summary.duplicates += 1;
            } else {
                self.summary.enqueued += 1;
                self.summary.segments += u64::from(task.segments.unwrap_or(0));
            }
        }
        (self.progress)(tasks.len() as u64);
    }
}

/// The end of the file.
struct Reader<'a> {
    drafts: &'a Drafts,
    rejects: &'a mut Rejects,
    atomic: bool,
}

/// Takes what was read; false if nobody wants more.
type Hand<'a> = dyn FnMut(Part) -> bool + 'a;

impl Reader<'_> {
    /// Reads the file part by part. What was read counts, even where no more can be read.
    fn read<R: BufRead>(&mut self, rows: &mut Rows<R>, hand: &mut Hand<'_>) -> Result<(), IntakeError> {
        let mut part = Part::default();
        let ended = self.read_rows(rows, &mut part, hand);
        if ended.is_err() {
            part.tasks.clear();
        }
        hand(part);
        ended
    }

    fn read_rows<R: BufRead>(
        &mut self,
        rows: &mut Rows<R>,
        part: &mut Part,
        hand: &mut Hand<'_>,
    ) -> Result<(), IntakeError> {
        let mut unreadable = None;
        let mut readable = false;
        loop {
            let (readable_row, task) = match rows.next_row()? {
                None => break,
                Some(Err(fault)) => (false, Err(fault)),
                Some(Ok(row)) => (true, self.drafts.task(&row)),
            };
            part.read += 1;
            readable |= readable_row;
            match task {
                Ok(task) => self.keep(task, part)?,
                Err(fault) => {
                    if !readable && unreadable.is_none() {
                        unreadable = Some((rows.line(), fault.clone()));
                    }
                    self.reject(rows, fault, part)?;
                }
            }
            let is_full = !self.atomic && (part.is_full() || part.rejected >= PART_ROWS as u64);
            if is_full && !hand(std::mem::take(part)) {
                return Ok(());
            }
        }
        self.rejects.finish()?;
        if let Some((line, fault)) = unreadable.filter(|_| !readable) {
            return Err(IntakeError::NothingReadable { what: rows.what(), line, fault });
        }
        if self.atomic && part.rejected > 0 {
            part.tasks.clear();
        }
        Ok(())
    }

    fn reject<R: BufRead>(&mut self, rows: &Rows<R>, fault: Fault, part: &mut Part) -> Result<(), IntakeError> {
        part.rejected += 1;
        let raw = if self.rejects.is_written() { rows.raw() } else { csv::ByteRecord::new() };
        self.rejects.add(rows.line(), fault, &raw)
    }

    fn keep(&self, task: NewTask, part: &mut Part) -> Result<(), IntakeError> {
        // With one row refused nothing will be enqueued: what follows is read for its faults only.
        if !self.atomic || part.rejected == 0 {
            part.push(task);
        }
        if self.atomic && (part.tasks.len() > ATOMIC_ROWS_MAX || part.bytes > ATOMIC_BYTES_MAX) {
            return Err(IntakeError::TooLargeForAtomic);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::intake::draft::tests::drafts;
    use crate::intake::{Columns, FileFormat};
    use crate::queue::State;

    /// A queue in memory: keys it has seen, the sizes of its transactions, and the call that it refuses.
    #[derive(Clone, Default)]
    struct Queue {
        keys: HashMap<String, i64>,
        last: i64,
        calls: Vec<usize>,
        refuses: Option<usize>,
        /// So many tasks fit; 0: any number.
        room: i64,
    }

    impl Queue {
        fn take(&mut self, tasks: &[NewTask]) -> Result<Vec<Enqueued>, &'static str> {
            if self.refuses == Some(self.calls.len()) {
                return Err("full");
            }
            let is_new = |task: &&NewTask| task.key.as_ref().is_none_or(|key| !self.keys.contains_key(key));
            if self.room > 0 && self.last + tasks.iter().filter(is_new).count() as i64 > self.room {
                return Err("no room");
            }
            self.calls.push(tasks.len());
            Ok(tasks.iter().map(|task| self.take_one(task)).collect())
        }

        fn take_one(&mut self, task: &NewTask) -> Enqueued {
            if let Some(id) = task.key.as_ref().and_then(|key| self.keys.get(key)) {
                return Enqueued { id: *id, state: State::Pending, duplicate: true };
            }
            self.last += 1;
            self.keys.extend(task.key.clone().map(|key| (key, self.last)));
            Enqueued { id: self.last, state: State::Pending, duplicate: false }
        }
    }

    /// Loads the file, read in turn with the queue and ahead of it: both must end alike, though not by the same transactions.
    fn load(queue: &mut Queue, file: &str, drafts: &Drafts, atomic: bool) -> Result<Summary, LoadError<&'static str>> {
        let mut ahead = queue.clone();
        let earlier = queue.calls.iter().sum::<usize>();
        let in_turn = load_by(queue, file, drafts, atomic, false);
        let ended = load_by(&mut ahead, file, drafts, atomic, true);
        let added = ahead.calls.iter().sum::<usize>() - earlier;
        match queue.refuses {
            None => {
                assert_eq!(
                    (format!("{ended:?}"), added),
                    (format!("{in_turn:?}"), queue.calls.iter().sum::<usize>() - earlier)
                )
            }
            Some(refuses) => assert!(ahead.calls.len() <= refuses, "{:?}", ahead.calls),
        }
        if let Err(LoadError { halt: Halt::Queue(_), before }) = &ended {
            assert_eq!((before.enqueued + before.duplicates) as usize, added);
        }
        assert!(atomic || ahead.calls.iter().all(|rows| *rows <= BATCH_PARTS_MAX * PART_ROWS), "{:?}", ahead.calls);
        in_turn
    }

    fn load_by(
        queue: &mut Queue,
        file: &str,
        drafts: &Drafts,
        atomic: bool,
        ahead: bool,
    ) -> Result<Summary, LoadError<&'static str>> {
        let mut rows = Rows::open(FileFormat::Csv, file.as_bytes(), Columns::default()).expect("a file with a header");
        let mut rejects = Rejects::counted();
        let mut sink = |tasks: &[NewTask]| queue.take(tasks);
        let mut dealt_with = 0;
        let mut progress = |count| dealt_with += count;
        let (rejects, sink, progress, parts_max) = (&mut rejects, &mut sink, &mut progress, BATCH_PARTS_MAX);
        let is_size = &|error: &&str| *error == "no room";
        let loader = Loader { drafts, rejects, sink, progress, atomic, ahead, parts_max, is_size };
        let summary = loader.run(&mut rows)?;
        assert_eq!(rejects.count, summary.rejected);
        if !(atomic && summary.rejected > 0) {
            assert_eq!(dealt_with, summary.read);
        }
        Ok(summary)
    }

    fn file(rows: usize) -> String {
        let rows = (0..rows).map(|row| format!("+85291234567,hello {row}\n"));
        "to,text\n".to_owned() + &rows.collect::<String>()
    }

    #[test]
    fn a_file_goes_in_by_batches() {
        let mut queue = Queue::default();
        let summary = load(&mut queue, &file(2500), &drafts(), false).expect("loaded");
        assert_eq!(summary, Summary { read: 2500, enqueued: 2500, segments: 2500, ..Summary::default() });
        assert_eq!(queue.calls, [1000, 1000, 500]);
    }

    #[test]
    fn refused_rows_do_not_keep_the_others_out() {
        let mut queue = Queue::default();
        let file = file(2) + "abc,x\n+85291234567,\n+85291234567,ok\n";
        let summary = load(&mut queue, &file, &drafts(), false).expect("loaded");
        assert_eq!(summary, Summary { read: 5, enqueued: 3, rejected: 2, segments: 3, ..Summary::default() });
    }

    #[test]
    fn atomic_is_all_or_nothing() {
        let mut queue = Queue::default();
        let summary = load(&mut queue, &(file(1500) + "abc,x\n"), &drafts(), true).expect("read");
        assert_eq!(summary, Summary { read: 1501, rejected: 1, ..Summary::default() });
        assert!(queue.calls.is_empty());
        let summary = load(&mut queue, &file(1500), &drafts(), true).expect("loaded");
        assert_eq!((summary.enqueued, queue.calls.as_slice()), (1500, [1500].as_slice()));
        let too_many = load(&mut queue, &file(ATOMIC_ROWS_MAX + 1), &drafts(), true);
        assert!(matches!(too_many, Err(LoadError { halt: Halt::Intake(IntakeError::TooLargeForAtomic), .. })));
        assert_eq!(queue.calls, [1500]);
    }

    #[test]
    fn a_named_batch_may_be_run_again_after_a_crash() {
        let mut drafts = drafts();
        (drafts.batch, drafts.row_keys) = (Some("x".to_owned()), true);
        let mut queue = Queue { refuses: Some(1), ..Queue::default() };
        let broken = load(&mut queue, &file(2500), &drafts, false);
        assert!(matches!(broken, Err(LoadError { halt: Halt::Queue("full"), before: Summary { enqueued: 1000, .. } })));
        queue.refuses = None;
        let summary = load(&mut queue, &file(2500), &drafts, false).expect("loaded");
        assert_eq!((summary.enqueued, summary.duplicates, queue.last), (1500, 1000, 2500));
    }

    #[test]
    fn a_queue_that_has_a_bound_is_filled_to_it() {
        let mut drafts = drafts();
        (drafts.batch, drafts.row_keys) = (Some("x".to_owned()), true);
        for room in [1, 2, 999, 1000, 1001, 1777, 2499] {
            let mut queue = Queue { room, ..Queue::default() };
            let full = load(&mut queue, &file(2500), &drafts, false);
            let Err(LoadError { halt: Halt::Queue("no room"), before }) = full else { panic!("{room}: {full:?}") };
            assert_eq!((before.enqueued, before.duplicates, queue.last), (room as u64, 0, room));
            // What is in needs no room, and what is not finds none.
            let again = load(&mut queue, &file(2500), &drafts, false);
            let Err(LoadError { halt: Halt::Queue("no room"), before }) = again else { panic!("{room}: {again:?}") };
            assert_eq!((before.enqueued, before.duplicates, queue.last), (0, room as u64, room));
            let whole = load(&mut queue, &file(room as usize), &drafts, false).expect("all of it is in");
            assert_eq!(whole.duplicates, room as u64);
        }
    }

    #[test]
    fn what_does_not_fit_whole_is_not_halved_by_atomic() {
        let mut queue = Queue { room: 1000, ..Queue::default() };
        let full = load(&mut queue, &file(1500), &drafts(), true);
        assert!(matches!(full, Err(LoadError { halt: Halt::Queue("no room"), .. })));
        assert_eq!(queue.last, 0);
    }

    #[test]
    fn a_reader_ahead_stops_when_the_queue_refuses() {
        let mut queue = Queue { refuses: Some(2), ..Queue::default() };
        let broken = load(&mut queue, &file(20_000), &drafts(), false);
        assert!(matches!(broken, Err(LoadError { halt: Halt::Queue("full"), before: Summary { enqueued: 2000, .. } })));
    }

    #[test]
    fn a_file_without_one_readable_row_is_no_such_file() {
        let answer = load(&mut Queue::default(), "to,text\nabc\ndef\n", &drafts(), false);
        assert!(matches!(
            answer,
            Err(LoadError { halt: Halt::Intake(IntakeError::NothingReadable { line: 2, .. }), .. })
        ));
        let empty = load(&mut Queue::default(), "to,text\n", &drafts(), false).expect("an empty file is done");
        assert_eq!(empty, Summary::default());
    }
}
