//! The streams themselves: stdout buffered and strict, stderr in one piece and forgiving.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// stderr: each piece is written whole, under one lock.
#[derive(Clone)]
pub(super) struct Stderr(Arc<Mutex<Box<dyn Write + Send>>>);

impl Stderr {
    pub(super) fn new(sink: Box<dyn Write + Send>) -> Stderr {
        Stderr(Arc::new(Mutex::new(sink)))
    }

    /// Writes `text`. Where stderr is gone (a closed terminal, a log reader that died) there is nobody left to tell, and
    /// the work must go on: the failure is dropped on purpose.
    pub(super) fn write(&self, text: &str) {
        let mut sink = locked(&self.0);
        let _ = sink.write_all(text.as_bytes()).and_then(|()| sink.flush());
    }
}

/// A thread that panicked while it wrote leaves at worst half a line: the others go on writing.
pub(super) fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
