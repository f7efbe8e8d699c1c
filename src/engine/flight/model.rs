//! Every crash point of two messages, gone through.
//!
//! Two messages make their way through dispatcher, sender, log, wire and database, step by step, in every order in which their
//! steps can follow one another; after each step, and in the middle of each write, the process may end, and another program may
//! have changed the row of a claim. The log is the real one, written and read by the code above; database and gateway are what
//! they must be: a set of claims, and a set of what arrived. What a recoverer decides depends on a file that nobody writes any
//! more, and on one claim at a time; so a second one, or one that goes on where the first has died, decides the same.

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;

use super::*;
use crate::queue::{ErrorType, Reply};
use crate::store::Worker;

/// What happens to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The claim is committed.
    Claim,
    /// The dispatcher gives it a slot.
    Seat,
    /// The roll on which it stands is written.
    Roll,
    /// A sender takes it.
    Take,
    /// *Leaving* is written.
    Leave,
    /// Its first byte leaves. From now on the gateway may have it.
    Depart,
    /// The answer is read.
    Read,
    /// *Answered* is written.
    Note,
    /// Its end is committed.
    Settle,
    /// The slot is free.
    Vacate,
}
use Step::{Claim, Depart, Leave, Note, Read, Roll, Seat as Seated, Settle, Take, Vacate};

/// The order that the engine keeps.
const ORDER: [Step; 10] = [Claim, Seated, Roll, Take, Leave, Depart, Read, Note, Settle, Vacate];

/// Who sends, and with how many slots.
#[derive(Clone, Copy, Debug)]
struct Engine {
    order: [Step; 10],
    slots: u32,
    /// Each message has a sender of its own; otherwise one sends both, one after the other.
    two_senders: bool,
    /// One exchange brings both; otherwise each comes by one of its own.
    one_turn: bool,
}

const WORKER: WorkerId = 1_001;

fn reply(message: usize) -> Reply {
    match message {
        0 => Reply::accepted(Some("p-1".to_owned())),
        _ => Reply::rejected(ErrorType::Rejected, "the gateway said no"),
    }
}

/// How far each message has come, and who was seated first.
type State = ([usize; 2], Option<usize>);

impl Engine {
    fn done(&self, state: State, message: usize, step: Step) -> bool {
        self.order[..state.0[message]].contains(&step)
    }

    /// Whether the next step of `message` can be made.
    fn can(&self, state: State, message: usize) -> bool {
        let other = 1 - message;
        match self.order.get(state.0[message]) {
            None => false,
            // The dispatcher is one thread: it does nothing else between the claims of an exchange and their roll.
            Some(Claim) if self.one_turn => true,
            Some(Claim) => !self.done(state, other, Claim) || self.done(state, other, Roll),
            Some(Seated) if self.one_turn => self.done(state, other, Claim),
            Some(Seated) => {
                let other_sits = self.done(state, other, Seated) && !self.done(state, other, Vacate);
                self.slots > u32::from(other_sits)
            }
            Some(Roll) if self.one_turn => self.done(state, other, Seated),
            Some(Take) => {
                let other_is_busy = self.done(state, other, Take) && !self.done(state, other, Note);
                self.two_senders || !other_is_busy
            }
            Some(_) => true,
        }
    }

    /// Goes through every state that can be, and judges a crash in it; what the first wrong judgement was.
    fn explore(&self) -> std::result::Result<usize, String> {
        let mut seen = BTreeSet::new();
        let mut paths = vec![Vec::new()];
        while let Some(path) = paths.pop() {
            let state = self.state_after(&path);
            if !seen.insert(state) {
                continue;
            }
            Run::of(self, &path)
                .judge(self, state)
                .map_err(|wrong| format!("{wrong}, after {:?}", self.told(&path)))?;
            for message in [0, 1] {
                if self.can(state, message) {
                    let next = [&path[..], &[message]].concat();
                    self.tear(&path, &next)?;
                    paths.push(next);
                }
            }
        }
        assert!(seen.iter().any(|(at, _)| *at == [ORDER.len(); 2]), "both messages come to their end");
        Ok(seen.len())
    }

    fn state_after(&self, path: &[usize]) -> State {
        let mut state: State = ([0, 0], None);
        for message in path {
            if self.order[state.0[*message]] == Seated && state.1.is_none() {
                state.1 = Some(*message);
            }
            state.0[*message] += 1;
        }
        state
    }

    fn told(&self, path: &[usize]) -> Vec<(usize, Step)> {
        let mut at = [0, 0];
        let step = |message: &usize| {
            at[*message] += 1;
            (*message, self.order[at[*message] - 1])
        };
        path.iter().map(step).collect()
    }

    /// The last step of `next` is broken off at every byte that it writes.
    fn tear(&self, path: &[usize], next: &[usize]) -> std::result::Result<(), String> {
        let (before, after) = (Run::of(self, path), Run::of(self, next));
        let (old, new) = (before.bytes(), after.bytes());
        let changed = (0..new.len()).filter(|at| old[*at] != new[*at]).collect::<Vec<_>>();
        for cut in changed.iter().skip(1) {
            let torn = [&new[..*cut], &old[*cut..]].concat();
            let flight = Flight::parse(&before.place, &worker(), &torn);
            let state = self.state_after(path);
            for message in (0..2).filter(|message| self.done(state, *message, Depart)) {
                let trace = flight.as_ref().map_or(Trace::OnTheWire, |flight| flight.trace(self.row(state, message)));
                if self.is_held(state, message) && trace == Trace::NeverLeft {
                    return Err(format!(
                        "a torn write makes message {message} pending again, after {:?}",
                        self.told(path)
                    ));
                }
            }
        }
        Ok(())
    }

    /// The claim as its row tells it: each was made at a time of its own.
    fn row(&self, (_, first): State, message: usize) -> Held {
        let is_second = if self.one_turn { message == 1 } else { first.is_some_and(|first| first != message) };
        let claimed_at = Timestamp::from_microsecond(i64::from(is_second)).ok();
        Held { task: task(message), attempt: 1, claimed_at }
    }

    /// When the newest claim was made of those that `message` came with.
    fn as_of(&self, state: State, message: usize) -> Option<Timestamp> {
        self.row(state, if self.one_turn { 1 } else { message }).claimed_at
    }

    fn is_held(&self, state: State, message: usize) -> bool {
        self.done(state, message, Claim) && !self.done(state, message, Settle)
    }
}

fn task(message: usize) -> TaskId {
    40 + i64::try_from(message).expect("0 or 1")
}

pub(super) fn me() -> NewWorker {
    NewWorker {
        host: "here".to_owned(),
        boot_id: "boot".to_owned(),
        pid: 4711,
        pid_started: "1".to_owned(),
        senders: 2,
        version: "0".to_owned(),
    }
}

pub(super) fn worker() -> Worker {
    let me = me();
    Worker {
        id: WORKER,
        host: me.host,
        boot_id: me.boot_id,
        pid: me.pid,
        pid_started: me.pid_started,
        senders: me.senders,
        version: me.version,
        started_at: Timestamp::UNIX_EPOCH,
        heartbeat_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
        heartbeat_age: std::time::Duration::ZERO,
        claims: 0,
        counters: None,
    }
}

/// A process that has made the steps of a path, and its log.
struct Run {
    _directory: tempfile::TempDir,
    place: FlightPlace,
    path: PathBuf,
}

impl Run {
    fn of(engine: &Engine, path: &[usize]) -> Run {
        let directory = tempfile::tempdir_in(scratch()).expect("a scratch directory");
        let place = FlightPlace::on_host(vec![directory.path().to_owned()], "here/queue");
        let log = FlightLog::create(&place, WORKER, &me(), engine.slots).expect("a log");
        let file = log.path.clone();
        let mut seats = Seats::new(log, engine.slots);
        let (mut seated, pens) = ([None, None], [Pen::default(), Pen::default()]);
        let end = engine.state_after(path);
        for (message, step) in engine.told(path) {
            let pen = &pens[if engine.two_senders { message } else { 0 }];
            match step {
                Claim => seats.ask().expect("the log can be written"),
                Depart | Read | Settle => {}
                Seated => seated[message] = seats.seat(engine.row(end, message)).expect("the log can be written"),
                Roll => {
                    seats.call_roll(engine.as_of(end, message)).expect("the log can be written");
                }
                Take => pen.take_up(seated[message].as_ref(), task(message), 1),
                Leave => pen.leaving().expect("the log can be written"),
                Note => pen.put_down(&reply(message)),
                Vacate => seats.vacate(seated[message].as_ref().expect("it sits")),
            }
        }
        Run { _directory: directory, place, path: file }
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(&self.path).expect("the log")
    }

    /// The process ends now: what is said of each claim must be true, and all that can be known.
    fn judge(&self, engine: &Engine, state: State) -> std::result::Result<(), String> {
        let flight = Flight::of(&self.place, &worker()).ok_or("the log does not add up")?;
        for message in (0..2).filter(|message| engine.is_held(state, *message)) {
            let done = |step| engine.done(state, message, step);
            let row = engine.row(state, message);
            let other = engine.row(state, 1 - message);
            for changed in [
                Held { attempt: 2, ..row },
                Held { task: row.task + 100, ..row },
                Held { claimed_at: None, ..row },
                Held { task: other.task, ..row },
            ] {
                let trace = flight.trace(changed);
                if done(Depart) && trace != Trace::OnTheWire {
                    return Err(format!("message {message}, whose row was changed to {changed:?}, is {trace:?}"));
                }
            }
            let trace = flight.trace(row);
            let wrong = match &trace {
                Trace::NeverLeft if done(Depart) => "was sent, and is pending again",
                Trace::Answered(_) if !done(Read) => "has an answer that nobody has read",
                Trace::Answered(read) if *read != reply(message) => "has the answer of another",
                Trace::OnTheWire if done(Note) => "was answered, and is unknown",
                Trace::OnTheWire if !done(Leave) => "never left, and is unknown",
                _ => continue,
            };
            return Err(format!("message {message} {wrong}"));
        }
        Ok(())
    }
}

/// Memory, where there is a file system of it: the cases make some thousand files.
fn scratch() -> &'static Path {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory } else { Path::new("/tmp") }
}

fn engines(order: [Step; 10]) -> [Engine; 6] {
    let engine = |slots, two_senders, one_turn| Engine { order, slots, two_senders, one_turn };
    [
        engine(1, false, false),
        engine(1, true, false),
        engine(2, false, false),
        engine(2, true, false),
        engine(2, false, true),
        engine(2, true, true),
    ]
}

/// The order with the second of two steps right before the first.
fn wrong(first: Step, second: Step) -> [Step; 10] {
    let mut steps = ORDER.iter().copied().filter(|step| *step != second).collect::<Vec<_>>();
    let at = steps.iter().position(|step| *step == first).expect("a step");
    steps.insert(at, second);
    steps.try_into().expect("all ten")
}

fn faults(order: [Step; 10]) -> Vec<String> {
    engines(order).iter().filter_map(|engine| engine.explore().err()).collect()
}

#[test]
fn no_crash_makes_a_sent_message_pending_or_an_answer_unknown() {
    for engine in engines(ORDER) {
        let states = engine.explore().unwrap_or_else(|wrong| panic!("{engine:?}: {wrong}"));
        assert!(states > 30, "{engine:?}: only {states} states");
    }
}

#[test]
fn an_engine_that_sends_before_it_says_so_is_found_out() {
    let faults = faults(wrong(Leave, Depart));
    assert_eq!(faults.len(), 6, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("was sent, and is pending again")), "{faults:?}");
}

#[test]
fn an_engine_that_notes_an_answer_before_it_was_read_is_found_out() {
    let faults = faults(wrong(Read, Note));
    assert_eq!(faults.len(), 6, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("has an answer that nobody has read")), "{faults:?}");
}

#[test]
fn an_engine_that_frees_a_slot_before_its_end_is_written_is_found_out() {
    let faults = faults(wrong(Settle, Vacate));
    assert_eq!(faults.len(), 6, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("was answered, and is unknown")), "{faults:?}");
}

#[test]
fn an_engine_that_sends_before_it_calls_the_roll_is_found_out() {
    let faults = faults(wrong(Read, Roll));
    assert_eq!(faults.len(), 6, "{faults:?}");
    assert!(faults.iter().all(|fault| fault.contains("whose row was changed")), "{faults:?}");
}
