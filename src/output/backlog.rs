//! What is on its way to stderr while a thread of its own writes there, so that a reader who does not read holds up nobody else.
//!
//! Pieces go out in the order in which they came. What finds no room is counted, and so is everything after it until the last
//! piece before it is written: there is one gap then, and one line in its place says how long it is.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::stream::{Sink, locked, put};

/// How much waits, and how long somebody waits for room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Of all that waits and is being written, with what it costs to keep it.
    pub bytes: usize,
    /// How long all who have something to say wait in all, from when the queue is full until it is empty once.
    pub patience: Duration,
}

impl Bounds {
    /// Those of a worker. Four MiB are more than 20,000 lines: ten seconds of `-v` at two thousand messages a second, and five
    /// of the largest turns. A reader that rests for less (a journal that begins a new file) costs nobody a line or a wait.
    ///
    /// Beyond that a reader may live and be slower than a burst, often for want of the very CPU that the worker uses: a
    /// second of waiting hands it over, and a full queue goes out in less. The wait is counted in all and not for each line,
    /// because a turn of the dispatcher has thousands of lines; so a reader that is gone is waited for once, a second of the
    /// thirty after which others take the worker for dead, and no more until he has read everything.
    pub(super) const OF_WORKER: Bounds = Bounds { bytes: 4 << 20, patience: Duration::from_secs(1) };
}

/// What a piece costs beside its text: it has a place in the queue, and one in the heap.
const PIECE_BYTES: usize = 64;

/// How long the end of a run waits for a slow reader.
const FAREWELL: Duration = Duration::from_secs(5);
/// And for one who was too slow, so that he gets the last words.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Pieces that have a place when nothing waits.
const PIECES_KEPT: usize = 64;

/// The queue, and the thread that writes what comes out of it. The thread ends when the value goes and all is written.
pub(super) struct Backlog(Arc<Shared>);

struct Shared {
    bounds: Bounds,
    /// The line that tells of so many lines that are missing.
    gap: Box<dyn Fn(u64) -> String + Send + Sync>,
    state: Mutex<State>,
    /// There is something to write.
    filled: Condvar,
    /// Something is written.
    written: Condvar,
}

/// What is written at once.
struct Piece {
    text: String,
    /// How many lines are missing without it.
    lines: u64,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Piece>,
    /// What `waiting` costs, and the piece that is being written.
    bytes: usize,
    /// Pieces that were written, or could not be: whether it goes on.
    written: u64,
    /// Lines that found no room since the queue was last empty.
    refused: u64,
    /// What is left of the time that may be waited for room, and of that which may be waited at the end.
    patience: Duration,
    farewell: Duration,
    closed: bool,
}

impl Backlog {
    /// Starts the thread. `gap` is the line that tells of so many lines that are missing.
    ///
    /// # Errors
    /// The system starts no more threads.
    pub(super) fn begin(
        sink: Sink,
        bounds: Bounds,
        gap: impl Fn(u64) -> String + Send + Sync + 'static,
    ) -> io::Result<Backlog> {
        let state = State { patience: bounds.patience, farewell: FAREWELL, ..State::default() }.into();
        let (filled, written) = (Condvar::new(), Condvar::new());
        let shared = Arc::new(Shared { bounds, gap: Box::new(gap), state, filled, written });
        let ours = Arc::clone(&shared);
        thread::Builder::new().name("log".to_owned()).spawn(move || {
            while let Some(piece) = ours.next() {
                put(&sink, &piece.text);
                ours.done(&piece);
            }
        })?;
        Ok(Backlog(shared))
    }

    /// Text that is missed if it is not written.
    pub(super) fn push(&self, text: &str) {
        let piece = Piece { text: text.to_owned(), lines: text.lines().count() as u64 };
        let mut state = locked(&self.0.state);
        if state.refused == 0 {
            state = self.0.wait_for_room(state, &piece);
        }
        if let Some(refused) = self.0.take(&mut state, piece, self.0.bounds.bytes) {
            state.refused += refused.lines;
        }
    }

    /// A drawing, which the next one replaces: it leaves the better half of the room to lines, and is not missed.
    pub(super) fn draw(&self, frame: &str) {
        let piece = Piece { text: frame.to_owned(), lines: 0 };
        let _ = self.0.take(&mut locked(&self.0.state), piece, self.0.bounds.bytes / 2);
    }

    /// Waits until everything is written: a moment and only once where nobody reads, and not for long where somebody reads slowly.
    pub(super) fn settle(&self) {
        /// So long a reader may rest before he counts as gone.
        const REST: Duration = Duration::from_secs(1);
        let mut state = locked(&self.0.state);
        while !state.is_settled() {
            let (begun, written, left) = (Instant::now(), state.written, state.farewell.min(REST));
            let rests = |state: &mut State| !state.is_settled() && state.written == written;
            let waited = self.0.written.wait_timeout_while(state, left, rests);
            let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = now;
            if timeout.timed_out() {
                state.farewell = Duration::ZERO;
                return;
            }
            state.farewell = state.farewell.saturating_sub(begun.elapsed());
        }
    }

    /// As `settle`; and what waits even then is given up for the line that counts it, so that the last words have their place.
    pub(super) fn make_way(&self) {
        self.settle();
        let mut state = locked(&self.0.state);
        if state.is_settled() {
            return;
        }
        let given_up = state.waiting.drain(..).collect::<Vec<_>>();
        state.bytes -= given_up.iter().map(Piece::cost).sum::<usize>();
        let lines = std::mem::take(&mut state.refused) + given_up.iter().map(|piece| piece.lines).sum::<u64>();
        if lines > 0 {
            let line = Piece { text: (self.0.gap)(lines), lines };
            let _ = self.0.take(&mut state, line, usize::MAX);
        }
        state.farewell = LAST_WORDS;
    }
}

impl Drop for Backlog {
    fn drop(&mut self) {
        locked(&self.0.state).closed = true;
        self.0.filled.notify_one();
    }
}

impl Shared {
    /// Takes a piece in, if that makes no more than `most`; one that is longer by itself finds room in an empty queue.
    fn take(&self, state: &mut State, piece: Piece, most: usize) -> Option<Piece> {
        if state.refused > 0 || !state.has_room(&piece, most) {
            return Some(piece);
        }
        state.bytes += piece.cost();
        state.waiting.push_back(piece);
        self.filled.notify_one();
        None
    }

    fn wait_for_room<'a>(&self, state: MutexGuard<'a, State>, piece: &Piece) -> MutexGuard<'a, State> {
        let most = self.bounds.bytes;
        if state.patience.is_zero() || state.has_room(piece, most) {
            return state;
        }
        let (begun, patience) = (Instant::now(), state.patience);
        let is_full = |state: &mut State| state.refused == 0 && !state.has_room(piece, most);
        let waited = self.written.wait_timeout_while(state, patience, is_full);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.patience = state.patience.saturating_sub(begun.elapsed());
        state
    }

    /// What is to be written next; `None` at the end.
    fn next(&self) -> Option<Piece> {
        let is_idle = |state: &mut State| state.waiting.is_empty() && state.refused == 0 && !state.closed;
        let waited = self.filled.wait_while(locked(&self.state), is_idle);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        let next = state.waiting.pop_front();
        if next.is_some() || state.refused == 0 {
            return next;
        }
        let lines = std::mem::take(&mut state.refused);
        let line = Piece { text: (self.gap)(lines), lines };
        state.bytes += line.cost();
        Some(line)
    }

    fn done(&self, piece: &Piece) {
        let mut state = locked(&self.state);
        state.bytes -= piece.cost();
        state.written += 1;
        if state.is_settled() {
            state.patience = self.bounds.patience;
            state.farewell = FAREWELL;
            // What a burst needed is given back.
            state.waiting.shrink_to(PIECES_KEPT);
        }
        self.written.notify_all();
    }
}

impl State {
    fn has_room(&self, piece: &Piece, most: usize) -> bool {
        self.bytes == 0 || self.bytes + piece.cost() <= most
    }

    fn is_settled(&self) -> bool {
        self.bytes == 0 && self.refused == 0
    }
}

impl Piece {
    fn cost(&self) -> usize {
        self.text.len() + PIECE_BYTES
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use crossbeam_channel::{Receiver, Sender, bounded};

    use super::*;

    /// A stream whose reader says when he reads: each write waits for a word, until there will be none any more.
    struct Gate {
        reads: Receiver<()>,
        text: Arc<Mutex<String>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _ = self.reads.recv();
            locked(&self.text).push_str(&String::from_utf8_lossy(bytes));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A queue, its reader, and what he has read.
    fn gated(bytes: usize) -> (Backlog, Sender<()>, Arc<Mutex<String>>) {
        let (reader, reads) = bounded(0);
        let text = Arc::<Mutex<String>>::default();
        let gate: Box<dyn Write + Send> = Box::new(Gate { reads, text: Arc::clone(&text) });
        let bounds = Bounds { bytes, patience: Duration::ZERO };
        let backlog = Backlog::begin(Arc::new(Mutex::new(gate)), bounds, |lines| format!("gap {lines}\n"));
        (backlog.expect("a thread"), reader, text)
    }

    #[test]
    fn what_finds_no_room_is_one_gap_that_is_told_where_it_is() {
        let (backlog, reader, text) = gated(3 * (PIECE_BYTES + 2));
        for n in 1..=9 {
            backlog.push(&format!("{n}\n"));
        }
        // There is room now, but what comes next stands behind the gap, or in it.
        reader.send(()).expect("it writes");
        backlog.push("error\nhint\n");
        drop(reader);
        backlog.settle();
        backlog.push("10\n");
        backlog.settle();
        assert_eq!(*locked(&text), "1\n2\n3\ngap 8\n10\n");
    }

    #[test]
    fn drawings_leave_room_to_lines_and_are_not_missed() {
        let (backlog, reader, text) = gated(4 * (PIECE_BYTES + 1));
        (0..9).for_each(|_| backlog.draw("~"));
        ["a", "b", "c"].iter().for_each(|line| backlog.push(line));
        drop(reader);
        backlog.settle();
        assert_eq!(*locked(&text), "~~abgap 1\n");
    }

    #[test]
    fn a_text_that_is_longer_than_all_the_room_is_written_alone() {
        let (backlog, reader, text) = gated(1);
        drop(reader);
        backlog.push("as long as it likes\n");
        backlog.settle();
        assert_eq!(*locked(&text), "as long as it likes\n");
    }

    #[test]
    fn whoever_finds_no_room_waits_for_a_reader_who_reads() {
        let (reader, reads) = bounded(0);
        let text = Arc::<Mutex<String>>::default();
        let gate: Box<dyn Write + Send> = Box::new(Gate { reads, text: Arc::clone(&text) });
        let bounds = Bounds { bytes: 2 * (PIECE_BYTES + 1), patience: Duration::from_secs(60) };
        let backlog = Backlog::begin(Arc::new(Mutex::new(gate)), bounds, |lines| format!("gap {lines}\n"));
        let backlog = backlog.expect("a thread");
        thread::scope(|scope| {
            scope.spawn(|| (0..100).for_each(|_| backlog.push(".")));
            (0..100).for_each(|_| reader.send(()).expect("it writes"));
        });
        drop(reader);
        backlog.settle();
        assert_eq!(*locked(&text), ".".repeat(100));
    }

    #[test]
    fn what_waits_at_the_end_is_written_and_a_reader_who_is_gone_is_left() {
        let (backlog, reader, text) = gated(1 << 10);
        backlog.push("a\n");
        backlog.push("b\n");
        backlog.settle();
        assert_eq!(*locked(&text), "", "nobody read");
        drop(backlog);
        reader.send(()).and_then(|()| reader.send(())).expect("both are written");
        assert!(reader.send(()).is_err(), "the thread has ended");
        assert_eq!(*locked(&text), "a\nb\n");
    }

    #[test]
    fn last_words_come_out_before_what_is_too_much_for_the_reader() {
        let (backlog, reader, text) = gated(5 * (PIECE_BYTES + 2));
        (1..=9).for_each(|n| backlog.push(&format!("{n}\n")));
        backlog.make_way();
        backlog.push("error: no\n");
        drop(reader);
        backlog.settle();
        assert_eq!(*locked(&text), "1\ngap 8\nerror: no\n");
    }
}
