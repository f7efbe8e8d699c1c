//! A new connection: the addresses of a host, one of them that takes it, and the time that all of this may take.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use ureq::http::Uri;
use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

use super::idle;
use crate::gateway::{lacks_files, starves};

/// The least time that one of several addresses of a host gets to connect.
const ADDRESS_TIMEOUT_MIN: Duration = Duration::from_millis(250);

/// When a step of a call must be over.
pub(super) struct Deadline {
    at: Instant,
    reason: Timeout,
}

impl Deadline {
    /// Counts from now.
    pub fn new(timeout: NextTimeout) -> Deadline {
        // `open` sets a timeout for every call, so an hour is never what decides.
        let after = if timeout.after.is_not_happening() { Duration::from_secs(3600) } else { *timeout.after };
        Deadline { at: Instant::now() + after, reason: timeout.reason }
    }

    /// The same, but over at `at`, the end of the call, if that comes first.
    pub fn within(self, at: Option<Instant>) -> Deadline {
        at.filter(|at| *at < self.at).map_or(self, |at| Deadline { at, reason: Timeout::Global })
    }

    /// # Errors
    /// The time is up.
    pub fn remaining(&self) -> Result<Duration, Error> {
        let remaining = self.at.saturating_duration_since(Instant::now());
        if remaining.is_zero() { Err(Error::Timeout(self.reason)) } else { Ok(remaining) }
    }
}

/// How often a connection is tried anew where there is no file left for it: whoever is quicker takes what was given back.
const TRIES_WITHOUT_FILES: u32 = 4;

/// A new connection to the host of this URL. Where the system gives no more files, connections that only wait are closed first.
pub(super) fn dial(uri: &Uri, deadline: &Deadline) -> Result<TcpStream, Error> {
    let once = || connect_any(&look_up(uri, deadline)?, deadline);
    for _ in 0..TRIES_WITHOUT_FILES {
        match once() {
            Err(Error::Io(error)) if lacks_files(&error) => idle::close_all(),
            done => return done,
        }
    }
    once()
}

/// The addresses of a host. The system's own look-up knows no time limit, so a thread of its own does it, and is left behind
/// if it takes too long. Where no thread can be started that is an error; the client's resolver would panic.
fn look_up(uri: &Uri, deadline: &Deadline) -> Result<Vec<SocketAddr>, Error> {
    let host = uri.host().ok_or(Error::HostNotFound)?.trim_start_matches('[').trim_end_matches(']').to_owned();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (found, finds) = mpsc::sync_channel(1);
    thread::Builder::new().name("look-up".to_owned()).spawn(move || {
        // Nobody waits any more if it took too long.
        let _ = found.send((host.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    })?;
    match finds.recv_timeout(deadline.remaining()?) {
        Ok(Ok(addresses)) => Ok(addresses),
        Ok(Err(error)) if starves(&error) => Err(error.into()),
        Ok(Err(_)) => Err(Error::HostNotFound),
        Err(_) => Err(Error::Timeout(deadline.reason)),
    }
}

/// Tries the addresses of a host one after another, each with its share of the time that is left.
fn connect_any(addresses: &[SocketAddr], deadline: &Deadline) -> Result<TcpStream, Error> {
    let mut last = Error::HostNotFound;
    for (tried, address) in addresses.iter().enumerate() {
        let remaining = deadline.remaining()?;
        let still_to_try = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let share = (remaining / still_to_try).max(ADDRESS_TIMEOUT_MIN).min(remaining);
        match TcpStream::connect_timeout(address, share) {
            Ok(stream) => return Ok(stream),
            Err(error) if is_timeout(&error) => last = Error::Timeout(Timeout::Connect),
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

/// Whether a step of a socket took too long.
pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}
