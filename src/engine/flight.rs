//! The flight log of a worker: what has left, and what was answered, in a file that outlives the process.
//!
//! The database says which claims a worker holds, not what became of them since. So each claim has a slot in a small file. The
//! *roll* says which claims are held, and is written before any new one is handed to a sender. *Leaving* is written before the
//! first byte of a request can leave, *answered* when the answer was read. Each is one plain write and no fsync: what the kernel
//! has taken is there however the process ends, though not after a power cut. A slot is used again only when the end of its
//! claim is in the database. From this follows, of a worker whose process is gone from this boot of this host:
//!
//! | in the log | what is certain | fate |
//! |---|---|---|
//! | on the roll, and no record; or claimed after the last roll | no byte of it left | back to pending, the attempt unspent |
//! | *leaving* | nothing | unknown |
//! | *answered* | the answer | what the answer says |
//! | neither on the roll nor newer | another program changed its row under the claim | unknown |
//!
//! Everything else (another boot, a process that may live, a file that is missing or does not add up) is as good as no log:
//! all that the worker held is unknown. Which claims a sender has taken needs no record: it would decide
//! nothing.

#[cfg(test)]
mod model;
mod record;
mod roll;
mod seats;
mod trace;

use std::cell::{Cell, RefCell};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::gateway::Departure;
use crate::queue::{Reply, TaskId, WorkerId};
use crate::store::NewWorker;
use record::{ANSWERED_AT, Mark, SLOT_BYTES};
pub(super) use roll::Held;
use roll::{PAGE_BYTES, Seated, roll_bytes, room};
pub(super) use seats::{Seats, begin_log};
pub(super) use trace::{Flight, Trace};

/// The first line of the file; its number changes with what stands in a slot.
const MAGIC: &str = "smsctl flight 2\n";
/// The head of the file, in bytes: `MAGIC`, the owner on the next line, and what is asked for. Two rolls follow, then the slots.
const HEAD_BYTES: usize = 4096;
/// Where the head tells that claims are asked for.
const ASKING_AT: usize = HEAD_BYTES - 64;
/// Only the owner.
const FILE_MODE: u32 = 0o600;

/// Where the flight logs of a queue's workers lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlightPlace {
    /// A worker writes in the first where it can, and looks for those of others in all.
    directories: Vec<PathBuf>,
    /// What their names begin with; the number of the worker follows.
    stem: OsString,
    /// Which queue it is: a log that was left behind by another, under the same name, does not add up.
    queue: String,
}

impl FlightPlace {
    /// Beside a database file, which is there, as SQLite's own log is: whoever works on the file finds it, under whatever
    /// user, home or service, and SQLite needs to write to that directory anyway.
    ///
    /// # Errors
    /// The file cannot be looked at.
    pub fn beside(database: &Path) -> io::Result<FlightPlace> {
        let path = fs::canonicalize(database)?;
        let data = fs::metadata(&path)?;
        let mut stem = path.file_name().unwrap_or_default().to_owned();
        stem.push("-flight-");
        let directories = path.parent().map(Path::to_owned).into_iter().collect();
        Ok(FlightPlace { directories, stem, queue: format!("{}:{}", data.dev(), data.ino()) })
    }

    /// In directories of this host, for the queue on a server; `queue` tells it from others, and holds no secret.
    pub fn on_host(directories: Vec<PathBuf>, queue: &str) -> FlightPlace {
        let stem = format!("flight-{:08x}-", crc32fast::hash(queue.as_bytes())).into();
        FlightPlace { directories, stem, queue: queue.to_owned() }
    }

    fn paths(&self, worker: WorkerId) -> impl Iterator<Item = PathBuf> {
        let mut name = self.stem.clone();
        name.push(worker.to_string());
        self.directories.iter().map(move |directory| directory.join(&name))
    }

    /// Whether a path, without links, is that of a log.
    pub fn has(&self, path: &Path) -> bool {
        let is_in = |directory: &PathBuf| {
            let directory = fs::canonicalize(directory).ok();
            directory.is_some() && directory.as_deref() == path.parent()
        };
        path.file_name().is_some_and(|name| self.worker_in(name).is_some()) && self.directories.iter().any(is_in)
    }

    /// Removes the log of a worker that holds nothing any more. What cannot be removed is only in the way.
    pub(super) fn remove(&self, worker: WorkerId) {
        for path in self.paths(worker) {
            let _ = fs::remove_file(path);
        }
    }

    /// The workers of which a log lies here.
    pub(super) fn workers(&self) -> Vec<WorkerId> {
        let listed = self.directories.iter().filter_map(|directory| fs::read_dir(directory).ok()).flatten();
        listed.filter_map(|entry| self.worker_in(&entry.ok()?.file_name())).collect()
    }

    fn worker_in(&self, name: &OsStr) -> Option<WorkerId> {
        name.to_str()?.strip_prefix(self.stem.to_str()?)?.parse().ok()
    }
}

/// Whose log it is, on the second line of the file. It must be that of the worker's row, to the letter.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    queue: String,
    worker: WorkerId,
    host: String,
    boot_id: String,
    pid: u32,
    pid_started: String,
    slots: u32,
}

/// Where the slots begin, in bytes.
fn slots_at(slots: u32) -> usize {
    HEAD_BYTES + 2 * roll_bytes(slots)
}

/// A log that could not be made.
#[derive(Debug)]
pub(super) struct NotMade {
    /// Where it was tried first.
    pub path: Option<PathBuf>,
    pub error: io::Error,
}

/// The flight log of this process, for one registration of it.
#[derive(Debug)]
pub(super) struct FlightLog {
    file: File,
    path: PathBuf,
    worker: WorkerId,
    slots: u32,
    /// It could not be written, and says so itself by now: nothing in it is believed.
    is_void: AtomicBool,
    /// Why, until that was told.
    loss: Mutex<Option<io::Error>>,
}

impl FlightLog {
    /// Makes the log of `worker` with so many slots, all of them there: where a disk is full later, they can be written.
    ///
    /// # Errors
    /// None of the directories takes it; the error is that of the first.
    pub fn create(
        place: &FlightPlace,
        worker: WorkerId,
        me: &NewWorker,
        slots: u32,
    ) -> std::result::Result<FlightLog, NotMade> {
        let owner = Owner {
            queue: place.queue.clone(),
            worker,
            host: me.host.clone(),
            boot_id: me.boot_id.clone(),
            pid: me.pid,
            pid_started: me.pid_started.clone(),
            slots,
        };
        let mut first = None;
        for path in place.paths(worker) {
            match FlightLog::create_at(path.clone(), &owner) {
                Ok(log) => return Ok(log),
                Err(error) => first = first.or(Some(NotMade { path: Some(path), error })),
            }
        }
        let nowhere = || io::Error::new(io::ErrorKind::NotFound, "no directory for it is known");
        Err(first.unwrap_or_else(|| NotMade { path: None, error: nowhere() }))
    }

    fn create_at(path: PathBuf, owner: &Owner) -> io::Result<FlightLog> {
        let mut bytes = MAGIC.as_bytes().to_vec();
        serde_json::to_writer(&mut bytes, owner)?;
        bytes.push(b'\n');
        if bytes.len() > ASKING_AT {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the name of the host or the queue is too long"));
        }
        bytes.resize(slots_at(owner.slots), 0);
        for slot in 0..owner.slots {
            bytes.extend_from_slice(&record::blank(record::SlotKey { worker: owner.worker, slot }));
        }
        // A database that was put back to an earlier state gives numbers a second time: what lies here is not ours.
        let _ = fs::remove_file(&path);
        let file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&path)?;
        // Page by page: what is written at once, the kernel may keep as one piece of that size, and go through all of it for every
        // record that is written there later.
        let mut pages = bytes.chunks(PAGE_BYTES).zip((0..).step_by(PAGE_BYTES));
        if let Err(error) = pages.try_for_each(|(page, at)| file.write_all_at(page, at)) {
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        let (worker, slots) = (owner.worker, owner.slots);
        Ok(FlightLog { file, path, worker, slots, is_void: AtomicBool::new(false), loss: Mutex::default() })
    }

    /// Nothing of this claim has left yet, and it may from now on.
    fn leaving(&self, slot: u32, mark: Mark) -> io::Result<()> {
        let record = record::leaving(record::SlotKey { worker: self.worker, slot }, mark);
        self.write(slot, 0, &record)
    }

    /// What the answer said, which has been read. If it cannot be written, the claim is unknown after a crash.
    fn answered(&self, slot: u32, mark: Mark, reply: &Reply) {
        let (record, end) = record::answered(record::SlotKey { worker: self.worker, slot }, mark, reply);
        let _ = self.write(slot, ANSWERED_AT, &record[..end]);
    }

    /// An exchange asks for claims, of which the roll of this turn will tell.
    fn ask(&self, turn: u64) -> io::Result<()> {
        self.write_at(ASKING_AT, &roll::asking(record::SlotKey { worker: self.worker, slot: 0 }, turn))
    }

    /// Who is seated from now on: an entry for each slot. The newest claim was made at `as_of`.
    fn call_roll(&self, turn: u64, as_of: Option<Timestamp>, seated: &[Option<Seated>]) -> io::Result<()> {
        let bytes = roll::write(record::SlotKey { worker: self.worker, slot: 0 }, turn, as_of, seated);
        self.write_at(HEAD_BYTES + room(turn) * roll_bytes(self.slots), &bytes)
    }

    fn write(&self, slot: u32, at: usize, record: &[u8]) -> io::Result<()> {
        self.write_at(slots_at(self.slots) + slot as usize * SLOT_BYTES + at, record)
    }

    fn write_at(&self, at: usize, record: &[u8]) -> io::Result<()> {
        if self.is_void() {
            return Ok(());
        }
        match self.file.write_all_at(record, at as u64) {
            Ok(()) => Ok(()),
            Err(error) => self.give_up(error),
        }
    }

    /// A log with a hole would lie. It is emptied or removed, either of which is enough, and the worker goes on without.
    ///
    /// # Errors
    /// Neither could be done: nothing may leave that the log does not tell of. The word is that of a process which is short of
    /// something, so that the claim comes back and the lane is tried again.
    fn give_up(&self, error: io::Error) -> io::Result<()> {
        let (emptied, removed) = (self.file.set_len(0), fs::remove_file(&self.path));
        if let (Err(_), Err(failed)) = (emptied, removed)
            && failed.kind() != io::ErrorKind::NotFound
        {
            return Err(Errno::AGAIN.into());
        }
        self.lose(error);
        Ok(())
    }

    /// Nobody finds it any more: somebody has removed the file. It is as good as none then, and says so.
    fn heed_removal(&self) {
        if !self.is_void() && self.file.metadata().is_ok_and(|data| data.nlink() == 0) {
            self.lose(io::Error::new(io::ErrorKind::NotFound, "somebody removed it"));
        }
    }

    fn lose(&self, error: io::Error) {
        self.is_void.store(true, Ordering::SeqCst);
        self.loss.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    fn is_void(&self) -> bool {
        self.is_void.load(Ordering::SeqCst)
    }

    /// Why the log is no more, once.
    fn loss(&self) -> Option<io::Error> {
        if !self.is_void() {
            return None;
        }
        self.loss.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A claim's slot in the log of its registration.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    log: Arc<FlightLog>,
    slot: u32,
    number: u64,
}

/// A sender's hand on the flight log.
#[derive(Debug, Default)]
pub(super) struct Pen {
    /// The claim under way.
    claim: RefCell<Option<(Seat, Mark)>>,
    has_left: Cell<bool>,
}

impl Pen {
    /// The sender turns to a claim.
    pub fn take_up(&self, seat: Option<&Seat>, task: TaskId, attempt: u32) {
        let claim = seat.map(|seat| (seat.clone(), Mark { number: seat.number, task, attempt }));
        self.claim.replace(claim);
        self.has_left.set(false);
    }

    /// Whether the claim has left, or may have.
    pub fn has_left(&self) -> bool {
        self.has_left.get()
    }

    /// The gateway has returned, with what it read. Of what never left nothing is noted.
    pub fn put_down(&self, reply: &Reply) {
        if let Some((seat, mark)) = self.claim.take()
            && self.has_left.get()
        {
            seat.log.answered(seat.slot, mark, reply);
        }
    }
}

impl Departure for Pen {
    fn leaving(&self) -> io::Result<()> {
        if let Some((seat, mark)) = &*self.claim.borrow() {
            seat.log.leaving(seat.slot, *mark)?;
        }
        self.has_left.set(true);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::model::{me, worker};
    use super::*;
    use crate::store::Worker;

    const ID: WorkerId = 1_001;
    const CLAIMED_AT: Timestamp = Timestamp::UNIX_EPOCH;
    /// Where the slots of a small log begin.
    const SLOTS_AT: usize = 3 * 4096;

    fn held(task: TaskId, attempt: u32) -> Held {
        Held { task, attempt, claimed_at: Some(CLAIMED_AT) }
    }

    struct Desk {
        directory: tempfile::TempDir,
        place: FlightPlace,
        seats: Seats,
    }

    fn desk(slots: u32) -> Desk {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let place = FlightPlace::on_host(vec![directory.path().to_owned()], "db1:3306/sms");
        let log = FlightLog::create(&place, ID, &me(), slots).expect("a log");
        Desk { directory, place, seats: Seats::new(log, slots) }
    }

    impl Desk {
        fn path(&self) -> PathBuf {
            self.seats.log.path.clone()
        }

        /// Task `task` is claimed for the first time, and may leave.
        fn seat(&mut self, task: TaskId) -> Seat {
            self.seats.ask().expect("it can be written");
            let seat = self.seats.seat(held(task, 1)).expect("it can be written").expect("there is one");
            self.seats.call_roll(Some(CLAIMED_AT)).expect("it can be written");
            seat
        }

        /// Task `task` leaves, and is answered if `reply` says how.
        fn sent(&mut self, task: TaskId, reply: Option<&Reply>) -> Seat {
            let (seat, pen) = (self.seat(task), Pen::default());
            pen.take_up(Some(&seat), task, 1);
            pen.leaving().expect("it can be written");
            if let Some(reply) = reply {
                pen.put_down(reply);
            }
            seat
        }

        fn trace(&self, task: TaskId) -> Option<Trace> {
            Flight::of(&self.place, &worker()).map(|flight| flight.trace(held(task, 1)))
        }
    }

    #[test]
    fn the_file_is_the_owners_alone_and_never_grows() {
        let mut desk = desk(2);
        let size = || fs::metadata(desk.path()).expect("the file").len();
        assert_eq!(size(), 3 * 4096 + 2 * 1024);
        assert_eq!(fs::metadata(desk.path()).expect("the file").permissions().mode() & 0o777, 0o600);
        for task in 0..100 {
            let seat = desk.sent(task, Some(&Reply::rejected(crate::queue::ErrorType::Rejected, &"x".repeat(500))));
            desk.seats.vacate(&seat);
        }
        assert_eq!(fs::metadata(desk.path()).expect("the file").len(), 3 * 4096 + 2 * 1024);
    }

    #[test]
    fn what_never_left_leaves_no_trace_whatever_its_gateway_said() {
        let mut desk = desk(1);
        let (seat, pen) = (desk.seat(7), Pen::default());
        pen.take_up(Some(&seat), 7, 1);
        pen.put_down(&Reply::deferred(crate::queue::ErrorType::Unreachable, "connection refused"));
        assert_eq!(desk.trace(7), Some(Trace::NeverLeft));
        desk.seats.vacate(&seat);
        desk.seat(8);
        pen.take_up(None, 8, 1);
        pen.leaving().expect("without a log nothing is written");
        pen.put_down(&Reply::accepted(None));
        assert_eq!(desk.trace(8), Some(Trace::NeverLeft));
    }

    #[test]
    fn another_attempt_of_the_same_task_is_another_claim() {
        let mut desk = desk(2);
        let seat = desk.sent(7, Some(&Reply::deferred(crate::queue::ErrorType::Throttled, "later")));
        desk.seats.vacate(&seat);
        desk.seats.seat(held(7, 2)).expect("it can be written");
        desk.seats.call_roll(Some(CLAIMED_AT)).expect("it can be written");
        let flight = Flight::of(&desk.place, &worker()).expect("it adds up");
        assert_eq!(flight.trace(held(7, 2)), Trace::NeverLeft);
    }

    #[test]
    fn of_a_row_that_was_changed_under_its_claim_nothing_is_certain() {
        let mut desk = desk(2);
        desk.sent(7, None);
        desk.seat(8);
        desk.seats.ask().expect("it can be written");
        let flight = Flight::of(&desk.place, &worker()).expect("it adds up");
        let later = Timestamp::from_second(1).ok();
        for task in [7, 8] {
            for (attempt, claimed_at) in
                [(0, Some(CLAIMED_AT)), (2, Some(CLAIMED_AT)), (2, later), (1, later), (1, None)]
            {
                let row = Held { task, attempt, claimed_at };
                assert_eq!(flight.trace(row), Trace::OnTheWire, "{row:?}");
            }
        }
        assert_eq!(flight.trace(held(70, 1)), Trace::OnTheWire, "another id");
        let fresh = Held { claimed_at: later, ..held(9, 1) };
        assert_eq!(flight.trace(fresh), Trace::NeverLeft, "claimed when the process ended");
    }

    #[test]
    fn a_row_that_came_in_the_place_of_an_answered_one_has_no_answer() {
        let mut desk = desk(2);
        let seat = desk.sent(7, Some(&Reply::accepted(None)));
        desk.seats.vacate(&seat);
        let later = Timestamp::from_second(1).expect("a time");
        let next = Held { claimed_at: Some(later), ..held(7, 1) };
        let before = Flight::of(&desk.place, &worker()).expect("it adds up");
        assert_eq!(before.trace(next), Trace::OnTheWire, "claimed, and not yet on the roll, where its id still stands");
        desk.seats.seat(next).expect("it can be written");
        desk.seats.call_roll(Some(later)).expect("it can be written");
        let flight = Flight::of(&desk.place, &worker()).expect("it adds up");
        assert_eq!(flight.trace(next), Trace::NeverLeft);
    }

    #[test]
    fn a_log_that_is_not_the_workers_own_tells_nothing() {
        let mut desk = desk(1);
        desk.sent(7, None);
        assert_eq!(desk.trace(7), Some(Trace::OnTheWire));
        let of = |worker: &Worker| Flight::of(&desk.place, worker);
        let row = worker;
        assert_eq!(of(&Worker { boot_id: "another".to_owned(), ..row() }), None, "another boot");
        assert_eq!(of(&Worker { host: "there".to_owned(), ..row() }), None, "another host");
        assert_eq!(of(&Worker { pid_started: "2".to_owned(), ..row() }), None, "a pid that was used again");
        assert_eq!(of(&Worker { pid: 4712, ..row() }), None);
        assert_eq!(of(&Worker { id: ID + 1, ..row() }), None, "there is none");
        fs::copy(desk.path(), desk.path().with_file_name(desk.name(ID + 1))).expect("a copy");
        assert_eq!(of(&Worker { id: ID + 1, ..row() }), None, "the log of another worker");
        let elsewhere = FlightPlace { queue: "db2:3306/sms".to_owned(), ..desk.place.clone() };
        assert_eq!(Flight::of(&elsewhere, &row()), None, "another queue");
    }

    impl Desk {
        fn name(&self, worker: WorkerId) -> OsString {
            let path = self.place.paths(worker).next().expect("a path");
            path.file_name().expect("a name").to_owned()
        }
    }

    #[test]
    fn a_log_that_does_not_add_up_tells_nothing() {
        type Spoil = fn(&mut Vec<u8>);
        let spoilt: [(&str, Spoil); 7] = [
            ("empty", |bytes| bytes.clear()),
            ("short", |bytes| bytes.truncate(SLOTS_AT + 1000)),
            ("long", |bytes| bytes.push(0)),
            ("of another kind", |bytes| bytes[14] = b'1'),
            ("a slot that is torn", |bytes| bytes[SLOTS_AT + 10] ^= 1),
            ("an answer without its leaving", |bytes| bytes[SLOTS_AT..SLOTS_AT + 64].fill(0)),
            ("a slot that is gone", |bytes| bytes[SLOTS_AT + 1024..].fill(0)),
        ];
        for (how, spoil) in spoilt {
            let mut desk = desk(2);
            desk.sent(7, Some(&Reply::accepted(None)));
            assert_eq!(desk.trace(7), Some(Trace::Answered(Reply::accepted(None))));
            let mut bytes = fs::read(desk.path()).expect("the file");
            spoil(&mut bytes);
            fs::write(desk.path(), bytes).expect("writes");
            assert_eq!(desk.trace(8), None, "{how}");
        }
    }

    #[test]
    fn a_log_that_cannot_be_written_is_void_and_says_so_once() {
        let mut desk = desk(1);
        desk.sent(7, None);
        // A file that is open for reading only takes no write, as one on a disk that fails.
        let path = desk.path();
        let log = FlightLog {
            file: File::open(&path).expect("the file"),
            path: path.clone(),
            worker: ID,
            slots: 1,
            is_void: AtomicBool::new(false),
            loss: Mutex::default(),
        };
        desk.seats = Seats::new(log, 1);
        let (seat, pen) = (desk.seats.seat(held(8, 1)).expect("it can be written"), Pen::default());
        pen.take_up(seat.as_ref(), 8, 1);
        pen.leaving().expect("the worker goes on without");
        assert!(!path.exists(), "nobody can read in it that task 8 never left");
        assert!(desk.seats.loss().is_some());
        assert!(desk.seats.loss().is_none(), "once");
        assert!(desk.seats.seat(held(9, 1)).expect("it may be sent").is_none(), "the worker goes on without");
        assert_eq!(desk.trace(8), None);
    }

    #[test]
    fn a_log_that_somebody_removed_is_void_and_says_so_once() {
        let mut desk = desk(1);
        desk.seats.heed_removal();
        assert!(desk.seats.loss().is_none(), "it is there");
        fs::remove_file(desk.path()).expect("removes");
        desk.seats.heed_removal();
        let loss = desk.seats.loss().expect("it is told");
        assert!(loss.to_string().contains("removed"), "{loss}");
        desk.seats.heed_removal();
        assert!(desk.seats.loss().is_none(), "once");
        assert!(desk.seats.seat(held(9, 1)).expect("it may be sent").is_none(), "the worker goes on without");
    }

    #[test]
    fn nothing_leaves_where_a_log_can_be_neither_written_nor_made_void() {
        let desk = desk(1);
        // A directory cannot be removed as a file, and a file that is open for reading cannot be emptied.
        let file = File::open(desk.path()).expect("the file");
        let path = desk.directory.path().to_owned();
        let log =
            FlightLog { file, path, worker: ID, slots: 1, is_void: AtomicBool::new(false), loss: Mutex::default() };
        let mut seats = Seats::new(log, 1);
        let (seat, pen) = (seats.seat(held(7, 1)).expect("there is one"), Pen::default());
        assert!(seats.call_roll(Some(CLAIMED_AT)).is_err(), "what was seated must not be sent");
        pen.take_up(seat.as_ref(), 7, 1);
        let error = pen.leaving().expect_err("it is not on record");
        assert!(crate::gateway::starves(&error), "the claim comes back unspent: {error}");
        assert!(seats.seat(held(8, 1)).is_err(), "and a claim without a slot is not handed out");
    }

    #[test]
    fn a_claim_without_a_slot_voids_the_log() {
        let mut desk = desk(1);
        desk.sent(7, None);
        assert!(desk.seats.seat(held(8, 1)).expect("it may be sent").is_none());
        assert_eq!(desk.trace(8), None, "the log does not say that it never left");
    }

    #[test]
    fn a_slot_of_an_earlier_registration_is_not_freed_in_the_new_log() {
        let mut old = desk(1);
        let seat = old.seat(7);
        let mut new = desk(1);
        new.seats.vacate(&seat);
        assert_eq!(new.seats.free.len(), 1);
    }

    #[test]
    fn the_first_directory_that_takes_it_has_the_log() {
        let good = tempfile::tempdir().expect("a scratch directory");
        let bad = good.path().join("nobody");
        let place = FlightPlace::on_host(vec![bad.clone(), good.path().to_owned()], "q");
        let log = FlightLog::create(&place, ID, &me(), 1).expect("a log");
        assert_eq!(log.path.parent(), Some(good.path()));
        assert_eq!(place.workers(), [ID]);
        place.remove(ID);
        assert_eq!(place.workers(), [0; 0]);
        let place = FlightPlace::on_host(vec![bad.clone()], "q");
        let NotMade { path, error } = FlightLog::create(&place, ID, &me(), 1).expect_err("it cannot be made");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(path.as_deref().and_then(Path::parent), Some(bad.as_path()), "it is named");
        assert!(FlightLog::create(&FlightPlace::on_host(Vec::new(), "q"), ID, &me(), 1).is_err());
    }

    #[test]
    fn logs_of_other_queues_in_the_same_directory_are_left_alone() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let [one, two] = ["one.db", "two.db"].map(|name| {
            let path = directory.path().join(name);
            fs::write(&path, "").expect("writes");
            FlightPlace::beside(&path).expect("a place")
        });
        FlightLog::create(&one, ID, &me(), 1).expect("a log");
        FlightLog::create(&two, ID, &me(), 1).expect("a log");
        two.remove(ID);
        assert_eq!((one.workers(), two.workers()), (vec![ID], vec![]));
        assert!(directory.path().join("one.db-flight-1001").exists());
    }

    #[test]
    fn what_lies_under_the_name_of_a_new_log_is_replaced() {
        let mut desk = desk(1);
        desk.sent(7, None);
        FlightLog::create(&desk.place, ID, &me(), 1).expect("a log").ask(1).expect("it can be written");
        assert_eq!(desk.trace(7), Some(Trace::NeverLeft), "the old one would say that it is on the wire");
    }
}
