//! Hears that somebody writes to the log of the database: so an idle worker learns of a message at once, and need not look for it
//! all the time.
//!
//! Each process that commits writes into the one `-wal` file first, and the kernel tells of writes (inotify(7)). It tells too early,
//! since a commit counts when it is in the index of that log, which is mapped memory and rings nowhere; so whoever hears it asks
//! again and again, for about as long as a commit takes. It tells of this process too. And it may not tell at all, where there is no
//! inotify or no more of it: so whoever hears nothing asks now and then all the same.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

use crate::store::Bell;

/// An ear at one log.
#[derive(Debug)]
pub(super) struct Ear {
    watch: Arc<OwnedFd>,
    log: PathBuf,
    /// Written to when it is over.
    end: Arc<OwnedFd>,
    listener: Option<JoinHandle<()>>,
}

impl Ear {
    /// Rings `bell` for writes to the log of `database`, whenever it is armed.
    ///
    /// # Errors
    /// The database is not there; the system gives no inotify, no descriptor or no thread.
    pub fn new(database: &Path, bell: Bell) -> io::Result<Ear> {
        // SQLite keeps it beside the file itself, whatever links lead there.
        let mut log = OsString::from(fs::canonicalize(database)?);
        log.push("-wal");
        let watch = Arc::new(inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?);
        let end = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let (hears, ends) = (Arc::clone(&watch), Arc::clone(&end));
        let listener = Builder::new().name("ear".to_owned()).spawn(move || listen(&hears, &ends, &bell))?;
        Ok(Ear { watch, log: log.into(), end, listener: Some(listener) })
    }

    /// The bell rings for the next write, once; true if it will.
    pub fn arm(&self) -> bool {
        inotify::add_watch(&*self.watch, &self.log, WatchFlags::MODIFY | WatchFlags::ONESHOT).is_ok()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // Where it cannot be told to end, it is left behind.
        if rustix::io::write(&*self.end, &1_u64.to_ne_bytes()).is_ok()
            && let Some(listener) = self.listener.take()
        {
            let _ = listener.join();
        }
    }
}

fn listen(watch: &OwnedFd, end: &OwnedFd, bell: &Bell) {
    // What happened is said by that something did.
    let mut events = [0_u8; 1024];
    loop {
        let mut fds = [PollFd::new(watch, PollFlags::IN), PollFd::new(end, PollFlags::IN)];
        match poll(&mut fds, None) {
            Ok(_) if !fds[1].revents().is_empty() => return,
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        while rustix::io::read(watch, &mut events).is_ok_and(|read| read > 0) {}
        // One that rang before has not been heard yet.
        let _ = bell.try_send(());
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write;
    use std::os::unix::fs::symlink;
    use std::time::Duration;

    use crossbeam_channel::bounded;

    use super::*;

    /// Longer than any test waits.
    const PATIENCE: Duration = Duration::from_secs(30);

    #[test]
    fn the_bell_rings_once_for_a_write_to_the_log_and_not_for_others() {
        let directory = tempfile::tempdir().expect("a scratch directory");
        fs::write(directory.path().join("sms.db"), "").expect("writes");
        symlink("sms.db", directory.path().join("link.db")).expect("links");
        let (ring, bell) = bounded(1);
        let ear = Ear::new(&directory.path().join("link.db"), ring).expect("an ear");
        assert!(!ear.arm(), "there is no log yet");
        fs::write(directory.path().join("sms.db-wal"), "").expect("writes");
        assert!(ear.arm());
        fs::write(directory.path().join("sms.db-flight-1001"), "x").expect("writes");
        let mut log = OpenOptions::new().append(true).open(directory.path().join("sms.db-wal")).expect("opens");
        log.write_all(b"frame").expect("writes");
        bell.recv_timeout(PATIENCE).expect("it rings");
        log.write_all(b"frame").expect("writes");
        assert!(ear.arm(), "again");
        log.write_all(b"frame").expect("writes");
        bell.recv_timeout(PATIENCE).expect("it rings again");
        drop(ear);
        assert!(bell.recv_timeout(PATIENCE).is_err(), "the listener has ended, and its end of the bell is gone");
    }
}
