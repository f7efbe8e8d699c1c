//! What `enqueue --file` reads: a file, a pipe or a terminal, until somebody asks to stop.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::engine::Stop;
use crate::error::Error;
use crate::intake::Pace;

/// Bytes of one read.
const PAGE_BYTES: usize = 64 * 1024;

/// How often a wait for a pipe looks whether somebody has asked to stop: the signal may have come just before the wait began.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The input, and how it is read: a pipe may keep its reader waiting for ever, until `given_up` says that nobody wants more.
///
/// # Errors
/// It cannot be opened, or is a directory.
pub fn open<'a>(
    path: &Path,
    stop: &'a Stop,
    given_up: &'a AtomicBool,
) -> Result<(Box<dyn BufRead + Send + 'a>, Pace<'a>), Error> {
    // Not `Stdin`, which keeps a buffer of its own: nobody could wait for what lies there.
    let stdin = || io::stdin().as_fd().try_clone_to_owned().map(File::from);
    let opened = if path == Path::new("-") { stdin() } else { File::open(path) };
    let file = opened.map_err(|error| Error::reading(path, &error))?;
    let metadata = file.metadata().ok();
    if metadata.as_ref().is_some_and(Metadata::is_dir) {
        return Err(Error::reading(path, &io::ErrorKind::IsADirectory.into()));
    }
    let is_file = metadata.is_some_and(|metadata| metadata.is_file());
    let pace = if is_file { Pace::Ahead } else { Pace::AsItComes(given_up) };
    Ok((Box::new(BufReader::with_capacity(PAGE_BYTES, Heeding { file, stop, given_up })), pace))
}

/// Reads until somebody asks to stop, or nobody wants more, however long nothing comes.
struct Heeding<'a> {
    file: File,
    stop: &'a Stop,
    given_up: &'a AtomicBool,
}

impl Read for Heeding<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.given_up.load(Ordering::SeqCst) {
                return Ok(0);
            }
            if self.stop.is_asked() {
                return Err(io::Error::other("somebody has asked to stop"));
            }
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&LOOK_EVERY)) {
                Ok(0) | Err(Errno::INTR) => {}
                // What else is the matter the read tells.
                _ => return self.file.read(buffer),
            }
        }
    }
}
