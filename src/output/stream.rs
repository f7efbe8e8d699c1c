//! The streams themselves: stdout buffered and strict, stderr in one piece and forgiving.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::backlog::{Backlog, Bounds};

/// Bytes that stdout keeps before it writes.
const STDOUT_BUFFER_BYTES: usize = 64 * 1024;

/// Writing to stdout failed. Inside an `io::Error`, whose kind stays that of the cause: a closed pipe is `BrokenPipe`.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to stdout")]
pub struct StdoutError(#[source] io::Error);

/// stdout: buffered, and every failure is told.
pub(super) struct Stdout(Mutex<io::BufWriter<Box<dyn Write + Send>>>);

impl Stdout {
    pub(super) fn new(sink: Box<dyn Write + Send>) -> Stdout {
        Stdout(Mutex::new(io::BufWriter::with_capacity(STDOUT_BUFFER_BYTES, sink)))
    }

    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        locked(&self.0).write_all(bytes).map_err(named)
    }

    pub(super) fn flush(&self) -> io::Result<()> {
        locked(&self.0).flush().map_err(named)
    }
}

fn named(error: io::Error) -> io::Error {
    io::Error::new(error.kind(), StdoutError(error))
}

/// Where stderr goes.
pub(super) type Sink = Arc<Mutex<Box<dyn Write + Send>>>;

/// stderr: each piece is written whole, under one lock.
#[derive(Clone)]
pub(super) struct Stderr {
    sink: Sink,
    /// Who writes, once that is a thread of its own.
    backlog: Arc<OnceLock<Backlog>>,
}

impl Stderr {
    pub(super) fn new(sink: Box<dyn Write + Send>) -> Stderr {
        Stderr { sink: Arc::new(Mutex::new(sink)), backlog: Arc::default() }
    }

    /// From now on a thread of its own writes, and nobody else waits for a reader. `gap` is the line that tells of so many lines
    /// that found no room. Without a thread all is as it was.
    pub(super) fn detach(&self, gap: impl Fn(u64) -> String + Send + Sync + 'static) {
        if self.backlog.get().is_none()
            && let Ok(backlog) = Backlog::begin(Arc::clone(&self.sink), Bounds::OF_WORKER, gap)
        {
            // If another thread was quicker, this one has nothing to write, and ends.
            let _ = self.backlog.set(backlog);
        }
    }

    pub(super) fn write(&self, text: &str) {
        match self.backlog.get() {
            Some(backlog) => backlog.push(text),
            None => put(&self.sink, text),
        }
    }

    /// A part of a drawing: it may be left out where nobody reads.
    pub(super) fn draw(&self, frame: &str) {
        match self.backlog.get() {
            Some(backlog) => backlog.draw(frame),
            None => put(&self.sink, frame),
        }
    }

    /// Waits until everything is written, for a short time at most.
    pub(super) fn settle(&self) {
        if let Some(backlog) = self.backlog.get() {
            backlog.settle();
        }
    }

    /// As `settle`, and what waits even then is given up.
    pub(super) fn make_way(&self) {
        if let Some(backlog) = self.backlog.get() {
            backlog.make_way();
        }
    }
}

/// Writes `text` to stderr. Where that is gone (a closed terminal, a log reader that died) there is nobody left to tell, and
/// the work must go on: the failure is dropped on purpose.
pub(super) fn put(sink: &Sink, text: &str) {
    let mut sink = locked(sink);
    let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
}

/// A thread that panicked while it wrote leaves at worst half a line: the others go on writing.
pub(super) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
