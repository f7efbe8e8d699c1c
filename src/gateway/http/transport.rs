//! The wire under the HTTP client: TCP connections of our own below ureq's TLS, so that one question has an exact answer:
//! **did a byte of this request leave?** If the kernel took none, nothing was sent, whatever went wrong.
//!
//! A call runs on the thread of its sender from start to end, and what happened to it is kept per thread (`call`):
//!
//! ```text
//! [Boundary]   the first output here is the request: bytes below it belonged to the connection (TLS)
//!   [TLS]      rustls, https only
//!     [Tcp]    counts what the kernel takes
//! ```
//!
//! The wire keeps the time of a call itself, for the client throws away what it has not read when the time is up. A process that
//! stood still (a suspended laptop, SIGSTOP) finds that its time is over, and the answer in its socket: **what is there is read
//! before a call is given up**.
//!
//! Beyond that the wire saves system calls. A request's head and body leave in one write, a pooled connection is probed with
//! one `recv` instead of three calls, timeouts are set again only when they have changed by a tenth of a second, and a name is
//! looked up for a new connection only (the client's own resolver starts a thread for every request).

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use rustix::net::RecvFlags;
use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use super::buffers::WireBuffers;
use super::call::{ENDS_AT, HEARD, LATE_READS, LOOKING, PROGRESS, Progress, READ_FAILED, REUSED, SURPLUS, depart};
use super::dial::{Deadline, dial, is_timeout};
use super::idle::{Socket, says_goodbye};
use super::trust::Trust;

/// Output is kept back until the answer is awaited, or until there is this much of it, in bytes.
const HELD_BYTES_MAX: usize = 64 * 1024;
/// What is read at once, in bytes.
const READ_BYTES: usize = 4096;
/// How often a call whose time is up reads what is there: more than a whole answer takes, and an end for one that goes on.
const LATE_READS_MAX: u32 = 64;
/// What is told of a gateway that speaks on a new connection before anything was asked.
const SPEAKS_FIRST: &str = "it speaks before it is asked: what listens there is no HTTP gateway";
/// Socket timeouts are rounded up to whole steps: a call ends at most one step late, and most calls set none.
const TIMEOUT_STEP: Duration = Duration::from_millis(100);

/// When a step of the call of this thread must be over.
fn deadline(timeout: NextTimeout) -> Deadline {
    Deadline::new(timeout).within(ENDS_AT.get())
}

/// Makes connections of our own.
#[derive(Debug)]
pub(super) struct TcpConnector {
    pub trust: Arc<Trust>,
}

impl Connector<()> for TcpConnector {
    type Out = Tcp;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Tcp>, Error> {
        let deadline = deadline(details.timeout);
        let stream = dial(details.uri, &deadline)?;
        stream.set_nodelay(true)?;
        let socket = Socket::new(stream);
        let buffers = WireBuffers::new(details.config.output_buffer_size());
        let (trust, is_tls) = (Arc::clone(&self.trust), details.uri.scheme_str() == Some("https"));
        Ok(Some(Tcp { socket, buffers, read_timeout: None, write_timeout: None, trust, is_tls, is_fresh: true }))
    }
}

/// One TCP connection.
pub(super) struct Tcp {
    socket: Socket,
    buffers: WireBuffers,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    trust: Arc<Trust>,
    is_tls: bool,
    /// No request has left on it.
    is_fresh: bool,
}

impl Tcp {
    /// Whether the socket is there, the server neither closed the idle connection nor said something unasked, and the connection
    /// may be used again.
    fn is_quiet(&mut self) -> bool {
        let Ok(stream) = self.socket.take() else { return false };
        match rustix::net::recv(stream, &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Err(rustix::io::Errno::WOULDBLOCK) => self.trust.reuses(),
            // TLS has much to say that is no answer.
            Ok((_, 1..)) if !self.is_tls && !says_goodbye(stream) => {
                self.trust.end();
                false
            }
            _ => false,
        }
    }

    /// Before the first request leaves: what came before it is no answer to it. Later ones are seen to by `is_open`.
    fn require_silence(&mut self) -> Result<(), Error> {
        let was_fresh = std::mem::take(&mut self.is_fresh);
        REUSED.set(!was_fresh);
        if !was_fresh || self.is_tls {
            return Ok(());
        }
        match rustix::net::recv(self.socket.take()?, &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((_, 1..)) => Err(io::Error::new(io::ErrorKind::InvalidData, SPEAKS_FIRST).into()),
            // An end, or a reset, shows when the request is written or its answer read.
            _ => Ok(()),
        }
    }

    /// Hands all held output to the kernel.
    fn flush(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let deadline = deadline(timeout);
        if PROGRESS.get() == Progress::Held {
            self.require_silence()?;
            depart()?;
        }
        let mut stream = self.socket.take()?;
        let mut written = 0;
        while written < self.buffers.held().len() {
            let limit = stepped(deadline.remaining()?);
            if self.write_timeout != Some(limit) {
                stream.set_write_timeout(Some(limit))?;
                self.write_timeout = Some(limit);
            }
            match stream.write(&self.buffers.held()[written..]) {
                Ok(0) => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                Ok(taken) => {
                    written += taken;
                    if PROGRESS.get() == Progress::Held {
                        PROGRESS.set(Progress::Left);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted || is_timeout(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.buffers.sent();
        Ok(())
    }

    fn read(&mut self, timeout: NextTimeout) -> Result<usize, Error> {
        if self.buffers.is_full() {
            // No progress: the client gives the answer up.
            return Ok(0);
        }
        let deadline = deadline(timeout);
        let mut bytes = [0_u8; READ_BYTES];
        let mut stream = self.socket.take()?;
        loop {
            let remaining = match deadline.remaining() {
                Ok(remaining) => remaining,
                Err(over) => return self.read_late(over),
            };
            let limit = stepped(remaining);
            if self.read_timeout != Some(limit) {
                stream.set_read_timeout(Some(limit))?;
                self.read_timeout = Some(limit);
            }
            match stream.read(&mut bytes) {
                Ok(amount) => {
                    self.buffers.append(&bytes[..amount]);
                    return Ok(amount);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted || is_timeout(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads what is there although the time is up; `over`, if there is nothing.
    fn read_late(&mut self, over: Error) -> Result<usize, Error> {
        let reads = LATE_READS.get();
        if reads >= LATE_READS_MAX {
            return Err(over);
        }
        LATE_READS.set(reads + 1);
        let mut bytes = [0_u8; READ_BYTES];
        match rustix::net::recv(self.socket.take()?, &mut bytes, RecvFlags::DONTWAIT) {
            Ok((amount, _)) => {
                self.buffers.append(&bytes[..amount]);
                Ok(amount)
            }
            Err(rustix::io::Errno::WOULDBLOCK) => Err(over),
            Err(error) => Err(io::Error::from(error).into()),
        }
    }
}

/// Rounds up to whole steps.
fn stepped(timeout: Duration) -> Duration {
    let steps = timeout.as_millis().div_ceil(TIMEOUT_STEP.as_millis()).max(1);
    TIMEOUT_STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

impl Transport for Tcp {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.buffers.hold(amount);
        if self.buffers.held().len() >= HELD_BYTES_MAX { self.flush(timeout) } else { Ok(()) }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if LOOKING.get() {
            let is_there = !self.buffers.input().is_empty();
            return if is_there { Ok(true) } else { Err(io::Error::from(io::ErrorKind::WouldBlock).into()) };
        }
        let amount = self.flush(timeout).and_then(|()| self.read(timeout)).inspect_err(|_| READ_FAILED.set(true))?;
        Ok(amount > 0)
    }

    /// An idle connection is open if it would block: the server neither closed it nor said something unasked. Where one has, no
    /// connection to it is used twice any more: HTTP/1.1 has no number by which an answer that comes late could be told from
    /// that to the next request.
    ///
    /// The client asks twice: before it keeps a connection, which from then on waits, and before it uses it again.
    fn is_open(&mut self) -> bool {
        let has_waited = self.socket.is_idle();
        let is_open = self.is_quiet();
        if is_open && !has_waited {
            self.socket.wait();
        }
        is_open
    }
}

impl std::fmt::Debug for Tcp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tcp").finish_non_exhaustive()
    }
}

/// Marks where requests begin, above TLS.
#[derive(Debug)]
pub(super) struct BoundaryConnector;

impl<In: Transport> Connector<In> for BoundaryConnector {
    type Out = Boundary<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Boundary<In>>, Error> {
        Ok(chained.map(Boundary))
    }
}

/// What comes through here is a request, and the answer to it.
#[derive(Debug)]
pub(super) struct Boundary<In: Transport>(In);

impl<In: Transport> Boundary<In> {
    /// Whether TLS holds nothing of what it has read: no goodbye that came in the packet of an answer, after which not a byte of
    /// a request would leave, though the socket is open; and nothing that looks like a second answer.
    fn holds_nothing(&mut self) -> bool {
        LOOKING.set(true);
        let looked = self.0.await_input(NextTimeout::default());
        LOOKING.set(false);
        matches!(looked, Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

/// What was read and is left behind is no part of an answer that was taken: nobody had asked for it.
impl<In: Transport> Drop for Boundary<In> {
    fn drop(&mut self) {
        if !self.0.buffers().input().is_empty() {
            SURPLUS.set(true);
        }
    }
}

impl<In: Transport> Transport for Boundary<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        match PROGRESS.get() {
            Progress::Connecting => PROGRESS.set(Progress::Held),
            Progress::Probing | Progress::Reached => {
                PROGRESS.set(Progress::Reached);
                return Err(Error::ConnectionFailed);
            }
            Progress::Held | Progress::Left => {}
        }
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        // Over TLS an end that the peer did not announce is an error, which the client takes for the end of a body without a length.
        let came = self.0.await_input(timeout).inspect_err(|_| READ_FAILED.set(true))?;
        HEARD.set(HEARD.get() || came);
        Ok(came)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open() && (!self.0.is_tls() || self.holds_nothing())
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
    use std::rc::Rc;

    use ureq::unversioned::transport::time;

    use super::super::call::{begin, has_surplus, progress, read_failed};
    use super::*;
    use crate::gateway::Departure;

    const SECOND: Duration = Duration::from_secs(1);

    /// A connection, and the other end of it.
    fn pair() -> (Boundary<Tcp>, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let stream = TcpStream::connect(listener.local_addr().expect("its address")).expect("a connection");
        let (other, _) = listener.accept().expect("its other end");
        let (buffers, trust) = (WireBuffers::new(1024), Arc::new(Trust::new(true)));
        let socket = Socket::new(stream);
        let tcp =
            Tcp { socket, buffers, read_timeout: None, write_timeout: None, trust, is_tls: false, is_fresh: false };
        (Boundary(tcp), other)
    }

    fn timeout() -> NextTimeout {
        NextTimeout { after: time::Duration::from_millis(200), ..NextTimeout::default() }
    }

    /// Until something has come, or the end.
    fn await_word(connection: &mut Boundary<Tcp>) {
        let stream = connection.0.socket.take().expect("it is open");
        rustix::net::recv(stream, &mut [0_u8; 1], RecvFlags::PEEK).expect("a word, or the end");
    }

    fn request(connection: &mut Boundary<Tcp>) {
        connection.buffers().output()[..4].copy_from_slice(b"POST");
        connection.transmit_output(4, timeout()).expect("it is held");
    }

    #[test]
    fn a_request_is_held_until_the_answer_is_awaited_and_left_when_the_kernel_took_it() {
        let (mut connection, mut other) = pair();
        begin(Progress::Connecting, SECOND, None);
        request(&mut connection);
        assert_eq!(progress(), Progress::Held);
        other.write_all(b"x").expect("an early answer");
        assert!(connection.await_input(timeout()).expect("input"));
        assert_eq!(progress(), Progress::Left);
        let mut seen = [0; 4];
        other.read_exact(&mut seen).expect("the request");
        assert_eq!(&seen, b"POST");
    }

    #[test]
    fn a_gateway_that_speaks_unasked_gets_every_request_on_a_connection_of_its_own() {
        let ((mut one, mut other), (mut two, _its_end)) = (pair(), pair());
        two.0.trust = Arc::clone(&one.0.trust);
        assert!(one.is_open() && two.is_open());
        other.write_all(b"x").expect("it speaks");
        await_word(&mut one);
        assert!(!one.is_open());
        assert!(!two.is_open(), "no connection of that gateway is used again");
    }

    #[test]
    fn a_gateway_that_says_why_it_closes_a_connection_has_not_spoken_unasked() {
        let ((mut one, mut other), (mut two, _its_end)) = (pair(), pair());
        two.0.trust = Arc::clone(&one.0.trust);
        other.write_all(b"HTTP/1.1 408 Request Timeout\r\n\r\n").expect("it speaks");
        drop(other);
        await_word(&mut one);
        assert!(!one.is_open());
        assert!(two.is_open());
    }

    /// Looks at the other end of the connection when it hears that the request is about to leave.
    #[derive(Debug)]
    struct Watcher {
        other: TcpStream,
        heard: Cell<usize>,
        forbids: bool,
    }

    impl Departure for Watcher {
        fn leaving(&self) -> io::Result<()> {
            assert!(is_silent(&self.other), "not a byte has left before");
            self.heard.set(self.heard.get() + 1);
            if self.forbids { Err(rustix::io::Errno::AGAIN.into()) } else { Ok(()) }
        }
    }

    fn is_silent(other: &TcpStream) -> bool {
        let peeked = rustix::net::recv(other, &mut [0_u8; 1], RecvFlags::PEEK | RecvFlags::DONTWAIT);
        matches!(peeked, Err(rustix::io::Errno::WOULDBLOCK))
    }

    fn watched(forbids: bool) -> (Boundary<Tcp>, TcpStream, Rc<Watcher>) {
        let (connection, other) = pair();
        let watcher = Watcher { other: other.try_clone().expect("a second handle"), heard: Cell::new(0), forbids };
        (connection, other, Rc::new(watcher))
    }

    #[test]
    fn whoever_keeps_a_record_hears_once_before_the_first_byte_leaves() {
        let (mut connection, mut other, watcher) = watched(false);
        let departure: Rc<dyn Departure> = Rc::<Watcher>::clone(&watcher);
        begin(Progress::Connecting, SECOND, Some(&departure));
        connection.0.transmit_output(0, timeout()).expect("what belongs to the connection is no request");
        connection.0.flush(timeout()).expect("it is handed on");
        request(&mut connection);
        assert_eq!(watcher.heard.get(), 0, "what is held has not left");
        other.write_all(b"xx").expect("an early answer");
        assert!(connection.await_input(timeout()).expect("input"));
        assert_eq!((watcher.heard.get(), progress()), (1, Progress::Left));
        connection.0.flush(timeout()).expect("there is no more");
        assert_eq!(watcher.heard.get(), 1);
    }

    #[test]
    fn nothing_leaves_that_cannot_be_put_on_record() {
        let (mut connection, mut other, watcher) = watched(true);
        let departure: Rc<dyn Departure> = Rc::<Watcher>::clone(&watcher);
        begin(Progress::Connecting, SECOND, Some(&departure));
        request(&mut connection);
        other.write_all(b"x").expect("an early answer");
        assert!(connection.await_input(timeout()).is_err());
        assert!(connection.await_input(timeout()).is_err(), "nor at a second try");
        assert_eq!((progress(), watcher.heard.get()), (Progress::Held, 2));
        assert!(is_silent(&other));
    }

    #[test]
    fn what_the_kernel_did_not_take_never_left() {
        let (mut connection, _other) = pair();
        connection.0.socket.take().expect("it is open").shutdown(Shutdown::Write).expect("a shutdown");
        begin(Progress::Connecting, SECOND, None);
        request(&mut connection);
        assert!(connection.await_input(timeout()).is_err());
        assert_eq!(progress(), Progress::Held);
    }

    #[test]
    fn bytes_of_the_connection_itself_are_no_request() {
        let (mut connection, mut other) = pair();
        begin(Progress::Connecting, SECOND, None);
        // Below the boundary, where TLS shakes hands.
        connection.0.buffers().output()[..5].copy_from_slice(b"hello");
        connection.0.transmit_output(5, timeout()).expect("it is held");
        other.write_all(b"x").expect("an answer");
        assert!(connection.0.await_input(timeout()).expect("input"));
        assert_eq!(progress(), Progress::Connecting);
    }

    #[test]
    fn nothing_leaves_on_a_new_connection_where_somebody_spoke_before_he_was_asked() {
        let (mut connection, mut other) = pair();
        connection.0.is_fresh = true;
        other.write_all(b"HTTP/1.1 200 OK").expect("it speaks");
        await_word(&mut connection);
        begin(Progress::Connecting, SECOND, None);
        request(&mut connection);
        let Err(error) = connection.await_input(timeout()) else { panic!("it was asked all the same") };
        assert!(error.to_string().contains("speaks before it is asked"), "{error}");
        assert_eq!(progress(), Progress::Held);
        assert!(is_silent(&other));
    }

    #[test]
    fn what_nobody_took_of_a_connection_is_noticed_when_it_is_given_up() {
        for (read, taken, is_left) in
            [(b"answer".as_slice(), 6, false), (b"answer, and more", 6, true), (b"", 0, false)]
        {
            let (mut connection, _other) = pair();
            begin(Progress::Left, SECOND, None);
            connection.0.buffers.append(read);
            connection.buffers().input_consume(taken);
            drop(connection);
            assert_eq!(has_surplus(), is_left, "{taken} of {read:?}");
        }
    }

    #[test]
    fn what_is_there_is_read_although_the_time_is_up() {
        let (mut connection, mut other) = pair();
        begin(Progress::Left, Duration::ZERO, None);
        other.write_all(b"answer").expect("it comes");
        await_word(&mut connection);
        assert!(connection.await_input(timeout()).expect("it is read"));
        assert_eq!(connection.buffers().input(), b"answer");
        assert!(matches!(connection.await_input(timeout()), Err(Error::Timeout(_))), "there is no more");
        drop(other);
        await_word(&mut connection);
        assert!(!connection.await_input(timeout()).expect("the end of an answer without a length is a part of it"));
    }

    #[test]
    fn nothing_leaves_when_the_time_is_up() {
        let (mut connection, other) = pair();
        begin(Progress::Connecting, Duration::ZERO, None);
        request(&mut connection);
        assert!(matches!(connection.await_input(timeout()), Err(Error::Timeout(_))));
        assert_eq!(progress(), Progress::Held);
        assert!(is_silent(&other));
    }

    #[test]
    fn an_answer_that_never_ends_is_not_read_for_ever() {
        let (mut connection, mut other) = pair();
        begin(Progress::Left, Duration::ZERO, None);
        for read in 0..=LATE_READS_MAX {
            other.write_all(b"x").expect("it comes");
            await_word(&mut connection);
            let is_read = connection.await_input(timeout()).is_ok();
            assert_eq!(is_read, read < LATE_READS_MAX, "read {read}");
            let amount = connection.buffers().input().len();
            connection.buffers().input_consume(amount);
        }
    }

    #[test]
    fn a_probe_lets_nothing_through() {
        let (mut connection, _other) = pair();
        begin(Progress::Probing, SECOND, None);
        assert!(connection.transmit_output(4, timeout()).is_err());
        assert_eq!(progress(), Progress::Reached);
        assert!(connection.0.buffers.held().is_empty());
    }

    #[test]
    fn a_silent_peer_ends_by_the_timeout() {
        let (mut connection, _other) = pair();
        begin(Progress::Connecting, SECOND, None);
        request(&mut connection);
        assert!(matches!(connection.await_input(timeout()), Err(Error::Timeout(_))));
        assert_eq!(progress(), Progress::Left);
        assert!(read_failed());
    }

    #[test]
    fn an_idle_connection_is_open_until_the_other_side_speaks_or_leaves() {
        let (mut quiet, other) = pair();
        assert!(quiet.is_open());
        drop(other);
        assert!(!quiet.is_open());
        let (mut spoken, mut other) = pair();
        other.write_all(b"HTTP/1.1 408 Request Timeout\r\n\r\n").expect("it speaks");
        assert!(!spoken.is_open());
    }

    #[test]
    fn socket_timeouts_are_whole_steps() {
        for (timeout, step) in [(1, 100), (100, 100), (101, 200), (29_999, 30_000), (30_000, 30_000)] {
            assert_eq!(stepped(Duration::from_millis(timeout)), Duration::from_millis(step));
        }
    }
}
