//! What `enqueue --file` reads: a file, a pipe or a terminal, until somebody asks to stop.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::AsFd;
use std::path::Path;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::engine::Stop;
use crate::error::Error;

/// Bytes of one read.
const PAGE_BYTES: usize = 64 * 1024;

/// How often a wait for a pipe looks whether somebody has asked to stop: the signal may have come just before the wait began.
const LOOK_EVERY: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The input, and whether it may be read ahead: a pipe may keep its reader waiting for ever.
///
/// # Errors
/// It cannot be opened, or is a directory.
pub fn open<'a>(path: &Path, stop: &'a Stop) -> Result<(Box<dyn BufRead + Send + 'a>, bool), Error> {
    // Not `Stdin`, which keeps a buffer of its own: nobody could wait for what lies there.
    let stdin = || io::stdin().as_fd().try_clone_to_owned().map(File::from);
    let opened = if path == Path::new("-") { stdin() } else { File::open(path) };
    let file = opened.map_err(|error| Error::reading(path, &error))?;
    let metadata = file.metadata().ok();
    if metadata.as_ref().is_some_and(Metadata::is_dir) {
        return Err(Error::reading(path, &io::ErrorKind::IsADirectory.into()));
    }
    let is_file = metadata.is_some_and(|metadata| metadata.is_file());
    Ok((Box::new(BufReader::with_capacity(PAGE_BYTES, Heeding { file, stop })), is_file))
}

/// Reads until somebody asks to stop, however long nothing comes.
struct Heeding<'a> {
    file: File,
    stop: &'a Stop,
}

impl Read for Heeding<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
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
