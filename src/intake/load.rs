//! A whole file on its way into the queue, batch by batch in bounded memory, or all of it at once.

use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::part::{PART_ROWS, Part, Place};
use super::{Drafts, Fault, IntakeError, Rejects, Rows};
use crate::queue::{Enqueued, NewTask};

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
    /// What had become of the file by then, up to the row before the first that may not be in. What was enqueued stays in the
    /// queue.
    pub before: Summary,
    /// The line on which those rows end.
    pub line: u64,
    /// Every row that was offered to the queue had a key: none of them is added again.
    pub has_keys: bool,
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

/// How a file is read.
#[derive(Clone, Copy)]
pub enum Pace<'a> {
    /// A batch, and the next one when the queue has taken that.
    InTurn,
    /// A thread of its own reads on while the queue takes a batch. For input that never keeps anybody waiting: when the queue
    /// refuses, that thread has to end first.
    Ahead,
    /// A thread of its own reads on, and what is there goes in without waiting for more: the input may keep its reader waiting. When
    /// the queue refuses the flag says so, and the input is to end. Nothing for `atomic`.
    AsItComes(&'a AtomicBool),
}

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
    /// How it is read.
    pub pace: Pace<'a>,
    /// Of parts that were read ahead so many, at most, become one transaction.
    pub parts_max: usize,
    /// Whether the queue refused a batch for its size alone: then it is asked for half of it, down to one row.
    pub is_size: &'a dyn Fn(&E) -> bool,
}

impl<E> Loader<'_, E> {
    /// Runs through the file.
    ///
    /// # Errors
    /// The file cannot be read on, nothing in it is a row, or the queue refuses a batch.
    pub fn run<R: BufRead + Send>(self, rows: &mut Rows<R>) -> Result<Summary, LoadError<E>> {
        let Loader { drafts, rejects, sink, progress, atomic, pace, parts_max, is_size } = self;
        let is_size: &dyn Fn(&E) -> bool = if atomic { &|_| false } else { is_size };
        let is_eager = matches!(pace, Pace::AsItComes(_)) && !atomic;
        let mut reader = Reader { drafts, shows: rejects.is_written(), atomic, is_eager, refused: false };
        let (summary, line) = (Summary::default(), 0);
        let mut intake = Intake { sink, rejects, progress, parts_max, is_size, summary, line, has_keys: true };
        let started = match pace {
            Pace::Ahead => intake.take_ahead(&mut reader, rows, None),
            Pace::AsItComes(given_up) if is_eager => intake.take_ahead(&mut reader, rows, Some(given_up)),
            Pace::InTurn | Pace::AsItComes(_) => None,
        };
        let ended = started.unwrap_or_else(|| intake.take_in_turn(&mut reader, rows));
        let Intake { summary, line, has_keys, rejects, .. } = intake;
        match ended.and_then(|()| Ok(rejects.finish()?)) {
            Ok(()) => Ok(summary),
            Err(halt) => Err(LoadError { halt, before: summary, line, has_keys }),
        }
    }
}

/// The end of the queue.
struct Intake<'a, E> {
    sink: &'a mut Sink<'a, E>,
    /// A row is among them when all before it is dealt with: whoever gives the rest of a file meets it there.
    rejects: &'a mut Rejects,
    progress: &'a mut dyn FnMut(u64),
    parts_max: usize,
    is_size: &'a dyn Fn(&E) -> bool,
    summary: Summary,
    line: u64,
    has_keys: bool,
}

impl<E> Intake<'_, E> {
    fn take_in_turn<R: BufRead>(&mut self, reader: &mut Reader<'_>, rows: &mut Rows<R>) -> Result<(), Halt<E>> {
        let mut halt = None;
        let read = reader.read(rows, &mut |part| {
            if halt.is_none() {
                halt = self.take(part).err();
            }
            halt.is_none()
        });
        match halt {
            Some(halt) => Err(halt),
            None => Ok(read?),
        }
    }

    /// While the queue works on one batch, parts of the next one are made, and what lies ready goes in together. `None` where the
    /// system starts no thread for that: nothing was read. With `given_up` a part is a row.
    fn take_ahead<R: BufRead + Send>(
        &mut self,
        reader: &mut Reader<'_>,
        rows: &mut Rows<R>,
        given_up: Option<&AtomicBool>,
    ) -> Option<Result<(), Halt<E>>> {
        let parts_max = if given_up.is_some() { PART_ROWS } else { self.parts_max };
        let (sender, parts) = crossbeam_channel::bounded((parts_max - 1).max(1));
        thread::scope(|scope| {
            let work = move || reader.read(rows, &mut |part| sender.send(part).is_ok());
            let read = thread::Builder::new().name("reader".to_owned()).spawn_scoped(scope, work).ok()?;
            for mut part in &parts {
                parts.try_iter().take(parts_max - 1).for_each(|next| part.join(next));
                if let Err(halt) = self.take(part) {
                    // With nobody to take its parts, the reader stops at its next one, or where it waits for that.
                    given_up.inspect(|given_up| given_up.store(true, Ordering::SeqCst));
                    drop(parts);
                    return Some(Err(halt));
                }
            }
            match read.join() {
                Ok(read) => Some(read.map_err(Halt::Intake)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn take(&mut self, part: Part) -> Result<(), Halt<E>> {
        let mut done = 0;
        let taken = self.offer(part.tasks(), &mut done);
        let written = self.reach(part.place(done), part);
        taken.map_err(Halt::Queue).and(written.map_err(Halt::Intake))
    }

    /// Gives the queue these tasks, all at once or as they fit; `done` counts those that it took.
    fn offer(&mut self, tasks: &[NewTask], done: &mut usize) -> Result<(), E> {
        let mut size = tasks.len();
        while *done < tasks.len() {
            let these = &tasks[*done..tasks.len().min(*done + size)];
            match (self.sink)(these) {
                Ok(answers) => {
                    self.count(these, &answers);
                    *done += these.len();
                }
                Err(error) if these.len() > 1 && (self.is_size)(&error) => size = these.len() / 2,
                Err(error) => {
                    // Whether they are in may be what nobody knows.
                    self.has_keys &= these.iter().all(|task| task.key.is_some());
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// All before a place of this part is dealt with, once what was refused there is written.
    fn reach(&mut self, place: Place, part: Part) -> Result<(), IntakeError> {
        let refused = part.refused_to(place);
        let count = refused.len() as u64;
        (self.summary.read, self.line) = (place.rows, place.line);
        self.summary.rejected += count;
        if count == 0 {
            return Ok(());
        }
        (self.progress)(count);
        refused.into_iter().try_for_each(|row| self.rejects.add(row.line, row.fault, &row.raw))?;
        self.rejects.finish()
    }

    fn count(&mut self, tasks: &[NewTask], answers: &[Enqueued]) {
        for (task, answer) in tasks.iter().zip(answers) {
            self.has_keys &= task.key.is_some();
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
    /// Somebody wants to see the rows that are refused.
    shows: bool,
    atomic: bool,
    /// Each row is a part.
    is_eager: bool,
    /// A row was refused: with `atomic`, nothing will be enqueued.
    refused: bool,
}

/// Takes what was read; false if nobody wants more.
type Hand<'a> = dyn FnMut(Part) -> bool + 'a;

impl Reader<'_> {
    /// Reads the file part by part. What was read counts, even where no more can be read.
    fn read<R: BufRead>(&mut self, rows: &mut Rows<R>, hand: &mut Hand<'_>) -> Result<(), IntakeError> {
        let mut part = Part::default();
        let ended = self.read_rows(rows, &mut part, hand);
        if ended.is_err() {
            part.give_up();
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
            readable |= readable_row;
            match task {
                Ok(task) => self.keep(task, rows.last_line(), part)?,
                Err(fault) => {
                    if !readable && unreadable.is_none() {
                        unreadable = Some((rows.line(), fault.clone()));
                    }
                    self.refuse(rows, fault, part);
                }
            }
            let is_full = self.is_eager || part.is_full() && (!self.atomic || self.refused);
            if is_full {
                let next = Part::at(part.end());
                if !hand(std::mem::replace(part, next)) {
                    return Ok(());
                }
            }
        }
        match unreadable.filter(|_| !readable) {
            Some((line, fault)) => Err(IntakeError::NothingReadable { what: rows.what(), line, fault }),
            None => Ok(()),
        }
    }

    fn refuse<R: BufRead>(&mut self, rows: &Rows<R>, fault: Fault, part: &mut Part) {
        self.refused = true;
        let raw = if self.shows { rows.raw() } else { csv::ByteRecord::new() };
        part.refuse((rows.line(), rows.last_line()), fault, raw);
        if self.atomic {
            part.clear_tasks();
        }
    }

    fn keep(&self, task: NewTask, line: u64, part: &mut Part) -> Result<(), IntakeError> {
        // With one row refused nothing will be enqueued: what follows is read for its faults only.
        if self.atomic && self.refused {
            part.pass(line);
        } else {
            part.push(task, line);
        }
        if self.atomic && (part.tasks().len() > ATOMIC_ROWS_MAX || part.bytes() > ATOMIC_BYTES_MAX) {
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
        let (mut ahead, mut eager) = (queue.clone(), queue.clone());
        let earlier = queue.calls.iter().sum::<usize>();
        let in_turn = load_by(queue, file, drafts, atomic, Pace::InTurn);
        let ended = load_by(&mut ahead, file, drafts, atomic, Pace::Ahead);
        let given_up = AtomicBool::new(false);
        let as_it_came = load_by(&mut eager, file, drafts, atomic, Pace::AsItComes(&given_up));
        let is_refused = matches!(&as_it_came, Err(LoadError { halt: Halt::Queue(_), .. }));
        assert_eq!(given_up.into_inner(), is_refused && !atomic);
        if queue.refuses.is_none() {
            assert_eq!(format!("{as_it_came:?}"), format!("{in_turn:?}"));
        }
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
        if let Err(LoadError { halt: Halt::Queue(_), before, .. }) = &ended {
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
        pace: Pace<'_>,
    ) -> Result<Summary, LoadError<&'static str>> {
        let mut rows = Rows::open(FileFormat::Csv, file.as_bytes(), Columns::default()).expect("a file with a header");
        let mut rejects = Rejects::counted();
        let mut sink = |tasks: &[NewTask]| queue.take(tasks);
        let mut dealt_with = 0;
        let mut progress = |count| dealt_with += count;
        let (rejects, sink, progress, parts_max) = (&mut rejects, &mut sink, &mut progress, BATCH_PARTS_MAX);
        let is_size = &|error: &&str| *error == "no room";
        let loader = Loader { drafts, rejects, sink, progress, atomic, pace, parts_max, is_size };
        let ended = loader.run(&mut rows);
        let summary = ended.as_ref().map_or_else(|error| error.before, |summary| *summary);
        assert_eq!(rejects.count, summary.rejected);
        let Summary { read, enqueued, duplicates, rejected, .. } = summary;
        let is_given_up = atomic && (rejected > 0 || ended.is_err());
        assert!(is_given_up || read == enqueued + duplicates + rejected, "{ended:?}");
        let summary = ended?;
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
        assert!(matches!(
            broken,
            Err(LoadError { halt: Halt::Queue("full"), before: Summary { enqueued: 1000, .. }, .. })
        ));
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
            let Err(LoadError { halt: Halt::Queue("no room"), before, line, has_keys }) = full else {
                panic!("{room}: {full:?}")
            };
            assert_eq!((before.enqueued, before.duplicates, queue.last), (room as u64, 0, room));
            assert!(has_keys && line == room as u64 + 1, "{room}: {line}");
            // What is in needs no room, and what is not finds none.
            let again = load(&mut queue, &file(2500), &drafts, false);
            let Err(LoadError { halt: Halt::Queue("no room"), before, .. }) = again else {
                panic!("{room}: {again:?}")
            };
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
    fn rows_behind_the_first_that_is_not_in_are_not_refused_yet() {
        let file = "to,text\nabc,x\n+85291234567,\"a\nb\"\nabc,x\n\n+85291234567,b\nabc,x\n";
        let mut queue = Queue { room: 1, ..Queue::default() };
        let full = load(&mut queue, file, &drafts(), false);
        let Err(LoadError { before, line, has_keys, .. }) = full else { panic!("{full:?}") };
        assert_eq!((before.read, before.rejected, line, has_keys), (3, 2, 5, false));
    }

    #[test]
    fn a_reader_ahead_stops_when_the_queue_refuses() {
        let mut queue = Queue { refuses: Some(2), ..Queue::default() };
        let broken = load(&mut queue, &file(20_000), &drafts(), false);
        assert!(matches!(
            broken,
            Err(LoadError { halt: Halt::Queue("full"), before: Summary { enqueued: 2000, .. }, .. })
        ));
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
