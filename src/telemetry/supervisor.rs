//! What the supervisor is told, by the protocol of sd_notify(3).

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::{Duration, Instant};

use sd_notify::NotifyState;

use crate::config::Environment;

/// What the supervisor is told, and when. Without `NOTIFY_SOCKET` it is told nothing.
pub(super) struct Supervisor {
    /// `None` also where it is nothing that a socket can be called.
    socket: Option<SocketAddr>,
    is_told_of_readiness: bool,
    /// Half of what the supervisor allows between two signs of life.
    watchdog_every: Option<Duration>,
    watchdog_at: Option<Instant>,
    status_at: Option<Instant>,
}

impl Supervisor {
    /// How often `STATUS=` is sent.
    const STATUS_EVERY: Duration = Duration::from_secs(5);

    /// The watchdog is a protocol of variables, and the crate that speaks it reads them itself: the one exception to the rule
    /// that only `config` reads the environment. They are left set, so that a second run finds them again.
    pub(super) fn of_process() -> Supervisor {
        Supervisor {
            socket: Environment::of_process().get("NOTIFY_SOCKET").and_then(address),
            is_told_of_readiness: false,
            watchdog_every: sd_notify::watchdog_enabled().map(|span| span / 2),
            watchdog_at: None,
            status_at: None,
        }
    }

    pub(super) fn beat(&mut self, now: Instant, status_now: impl FnOnce() -> String) {
        let mut notices = Vec::new();
        if !self.is_told_of_readiness {
            notices.push(NotifyState::Ready);
        }
        if self.watchdog_every.is_some_and(|every| is_due(&mut self.watchdog_at, every, now)) {
            notices.push(NotifyState::Watchdog);
        }
        let status;
        if is_due(&mut self.status_at, Supervisor::STATUS_EVERY, now) {
            status = status_now();
            notices.push(NotifyState::Status(&status));
        }
        if !notices.is_empty() {
            let sent = self.notify(&notices);
            // All else is said again at its time.
            self.is_told_of_readiness |= !sent.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        }
    }

    /// Says it once. A supervisor that does not listen must not stop the queue; if it minds, it ends the process by its watchdog.
    pub(super) fn tell(&self, notice: NotifyState<'_>) {
        let _ = self.notify(&[notice]);
    }

    /// A socket that holds as many notices as it can makes a sender wait until its owner reads: this one does not. (The crate's
    /// own `notify` would.)
    fn notify(&self, notices: &[NotifyState<'_>]) -> io::Result<()> {
        let Some(address) = &self.socket else { return Ok(()) };
        let message = notices.iter().fold(String::new(), |mut message, notice| {
            // A string takes everything.
            let _ = writeln!(message, "{notice}");
            message
        });
        let socket = UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.send_to_addr(message.as_bytes(), address).map(|_| ())
    }
}

/// A path, or behind an `@` the name of a socket that is in no file system.
fn address(name: &OsStr) -> Option<SocketAddr> {
    match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name).ok(),
        None => SocketAddr::from_pathname(name).ok(),
    }
}

/// Whether `every` has passed since the last time; notes that it is now.
fn is_due(last: &mut Option<Instant>, every: Duration, now: Instant) -> bool {
    let due = last.is_none_or(|last| now.saturating_duration_since(last) >= every);
    if due {
        *last = Some(now);
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_life_come_at_their_intervals() {
        let start = Instant::now();
        let mut last = None;
        let every = Duration::from_secs(5);
        assert!(is_due(&mut last, every, start));
        assert!(!is_due(&mut last, every, start + every / 2));
        assert!(is_due(&mut last, every, start + every));
    }
}
