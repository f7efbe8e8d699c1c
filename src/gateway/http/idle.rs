//! Connections that wait for the next request, of all gateways of this process.
//!
//! The client keeps the connections of each gateway apart, and looks at them only when that gateway is used again. So what a lane
//! had open stays open when it has nothing more to send, and where the system gives this process no more files, other lanes
//! starve beside it. Therefore a connection that waits lays its socket into a berth. It takes it from there for its next request,
//! and whoever needs files may take it from there to close it.
//!
//! The one list of all berths is touched when a connection is made or given up, never for a request: that touches its own berth
//! alone, which nobody else wants but for a moment.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::net::RecvFlags;

use super::IDLE_MAX;

/// How often a new connection looks for those that have waited too long.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// Where the socket of one connection lies while it waits, and since when.
type Berth = Mutex<Option<(TcpStream, Instant)>>;

/// All berths of this process.
struct Harbour {
    berths: BTreeMap<u64, Arc<Berth>>,
    next: u64,
    swept: Option<Instant>,
}

static HARBOUR: Mutex<Harbour> = Mutex::new(Harbour { berths: BTreeMap::new(), next: 0, swept: None });

/// The socket of one connection: at hand, in its berth, or taken from there and closed.
pub(super) struct Socket {
    at_hand: Option<TcpStream>,
    number: u64,
    berth: Arc<Berth>,
}

impl Socket {
    /// A socket at hand. Those of other connections that have waited for so long that nobody will use them are closed.
    pub fn new(stream: TcpStream) -> Socket {
        let berth = Arc::new(Berth::default());
        let mut harbour = lock(&HARBOUR);
        harbour.sweep();
        let number = harbour.next;
        harbour.next += 1;
        harbour.berths.insert(number, Arc::clone(&berth));
        Socket { at_hand: Some(stream), number, berth }
    }

    /// Whether it waits, or has waited and was closed.
    pub fn is_idle(&self) -> bool {
        self.at_hand.is_none()
    }

    /// From now on it waits, and may be closed by whoever needs files.
    pub fn wait(&mut self) {
        if let Some(stream) = self.at_hand.take() {
            *lock(&self.berth) = Some((stream, Instant::now()));
        }
    }

    /// The socket, at hand from now on.
    ///
    /// # Errors
    /// It was closed while it waited.
    pub fn take(&mut self) -> io::Result<&TcpStream> {
        if self.at_hand.is_none() {
            self.at_hand = lock(&self.berth).take().map(|(stream, _)| stream);
        }
        self.at_hand.as_ref().ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        lock(&HARBOUR).berths.remove(&self.number);
    }
}

impl Harbour {
    /// Closes what has waited for longer than it would be used again.
    fn sweep(&mut self) {
        let now = Instant::now();
        if self.swept.is_some_and(|swept| now.saturating_duration_since(swept) < SWEEP_EVERY) {
            return;
        }
        self.swept = Some(now);
        self.close(|since| now.saturating_duration_since(since) >= IDLE_MAX);
    }

    fn close(&self, may_go: impl Fn(Instant) -> bool) {
        for berth in self.berths.values() {
            // It is closed where it is dropped: here.
            let _closed = lock(berth).take_if(|(_, since)| may_go(*since));
        }
    }
}

/// Closes every connection to a gateway that waits, of all gateways of this process, so that there are files for something else.
/// Whoever comes while another does finds them closed.
pub(in crate::gateway) fn close_all() {
    lock(&HARBOUR).close(|_| true);
}

/// Whether what stands in an idle connection is a last word: a server that closes one may say why. It is not used again.
pub(super) fn says_goodbye(stream: &TcpStream) -> bool {
    let mut bytes = [0_u8; 1024];
    matches!(rustix::net::recv(stream, &mut bytes, RecvFlags::DONTWAIT), Ok((_, 1..)))
        && matches!(rustix::net::recv(stream, &mut bytes, RecvFlags::DONTWAIT), Ok((_, 0)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let stream = TcpStream::connect(listener.local_addr().expect("its address")).expect("a connection");
        (Socket::new(stream), listener.accept().expect("its other end").0)
    }

    /// Closes what waits in this socket's berth alone: other tests have theirs.
    fn close(socket: &Socket, may_go: impl Fn(Instant) -> bool) {
        let berths = [(0, Arc::clone(&socket.berth))].into();
        Harbour { berths, next: 1, swept: None }.close(may_go);
    }

    #[test]
    fn what_waits_can_be_closed_and_what_is_at_hand_cannot() {
        let (mut socket, mut other) = pair();
        close(&socket, |_| true);
        assert!(socket.take().is_ok(), "it is at hand");
        socket.wait();
        assert!(socket.is_idle());
        assert!(socket.take().is_ok() && !socket.is_idle(), "nobody needed it");
        socket.wait();
        close(&socket, |_| true);
        assert_eq!(socket.take().expect_err("it is closed").kind(), io::ErrorKind::NotConnected);
        assert_eq!(other.read(&mut [0]).expect("an end"), 0, "the other side sees its end");
    }

    #[test]
    fn what_has_not_waited_long_stays() {
        let (mut socket, _other) = pair();
        socket.wait();
        let now = Instant::now();
        close(&socket, |since| now.saturating_duration_since(since) >= IDLE_MAX);
        assert!(socket.take().is_ok());
    }

    #[test]
    fn a_connection_that_is_given_up_leaves_no_berth_behind() {
        let (socket, _other) = pair();
        let number = socket.number;
        assert!(lock(&HARBOUR).berths.contains_key(&number));
        drop(socket);
        assert!(!lock(&HARBOUR).berths.contains_key(&number));
    }
}
