//! A gateway on this machine, to try things on: it answers like the profile `hkt`, misbehaves on order, and keeps its own
//! ledger of what it received. The command, the demonstration and the tests use the same one.
//!
//! It speaks HTTP by itself, a thread for each connection. A server crate will not hang up in the middle of a request, stay
//! silent or answer nonsense, and that is what it is for.

mod behaviour;
mod ledger;
mod request;

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

pub use behaviour::{Behaviour, BehaviourError};
pub use ledger::{Counts, Entry, Keep};

use behaviour::Fate;
use ledger::Ledger;
use request::{Form, Refusal, Requests};

/// Connections at once; one that comes later is closed. More than the 1,024 senders that a worker may have.
const CONNECTIONS_MAX: usize = 1_100;
/// How long a connection may idle, and how long a silent one is held.
const IDLE_MAX: Duration = Duration::from_secs(600);
/// How long a client may take no byte of an answer.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// The stack of a connection's thread, in bytes; they hold little, and there may be many.
const STACK_BYTES: usize = 256 * 1024;

/// A sandbox that cannot be started.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum SandboxError {
    #[error(transparent)]
    Behaviour(#[from] BehaviourError),
    #[error("cannot write `{}`", path.display())]
    Ledger { path: PathBuf, source: io::Error },
    #[error("cannot listen on `{address}`")]
    Listen { address: SocketAddr, source: io::Error },
}

/// A sandbox gateway under way. To drop it is to stop it: requests that were received are answered at once, the silent ones
/// excepted, its connections are closed, and its threads are over.
pub struct Sandbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    behaviour: Behaviour,
    ledger: Ledger,
    /// A handle on every open connection, to shut it down; by a number of its own.
    connections: Mutex<HashMap<u64, TcpStream>>,
    next_connection: AtomicU64,
}

impl Sandbox {
    /// Starts on a free port of the loopback. Without a file the ledger is kept in memory: see `Sandbox::ledger`.
    ///
    /// # Errors
    /// A behaviour that cannot be, the file, or the socket.
    pub fn start(behaviour: Behaviour, ledger: Option<&Path>) -> Result<Sandbox, SandboxError> {
        Sandbox::listen(SocketAddr::from(([127, 0, 0, 1], 0)), behaviour, ledger.map_or(Keep::Memory, Keep::File))
    }

    /// Starts on this address; port 0 is a free one.
    ///
    /// # Errors
    /// As for `Sandbox::start`.
    pub fn listen(address: SocketAddr, behaviour: Behaviour, keep: Keep<'_>) -> Result<Sandbox, SandboxError> {
        behaviour.check()?;
        let ledger = Ledger::open(keep)?;
        let unheard = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(unheard)?;
        let bound = listener.local_addr().map_err(unheard)?;
        let shared = Arc::new(Shared {
            behaviour,
            ledger,
            connections: Mutex::new(HashMap::new()),
            next_connection: AtomicU64::new(0),
        });
        let acceptor = {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name("sandbox".to_owned()).spawn(move || accept_all(&listener, &shared))
        };
        let acceptor = acceptor.map_err(unheard)?;
        Ok(Sandbox { address: bound, shared, acceptor: Some(acceptor) })
    }

    /// Where it listens: the `base_url` of a gateway.
    pub fn url(&self) -> String {
        format!("http://{}/gateway.jsp", self.address)
    }

    /// Every request so far, if the ledger is kept in memory.
    pub fn ledger(&self) -> Vec<Entry> {
        self.shared.ledger.entries()
    }

    /// How much has come so far.
    pub fn counts(&self) -> Counts {
        self.shared.ledger.counts()
    }

    /// Waits until `requests` have come in all, or `limit` has passed (`None`: for ever), or it is stopped; says whether they
    /// have come.
    pub fn wait_for(&self, requests: u64, limit: Option<Duration>) -> bool {
        self.shared.ledger.wait_for(requests, limit)
    }

    /// A handle that stops the sandbox from another thread.
    pub fn stopper(&self) -> Stopper {
        Stopper { shared: Arc::clone(&self.shared) }
    }
}

/// Ends every wait on a sandbox.
pub struct Stopper {
    shared: Arc<Shared>,
}

impl Stopper {
    /// Ends every wait, and every connection; the sandbox itself is over when it is dropped.
    pub fn stop(&self) {
        self.shared.stop();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shared.stop();
        // The acceptor waits for a connection; here is one.
        let _ = TcpStream::connect_timeout(&reachable(self.address), Duration::from_secs(1));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

/// An address under which this machine reaches a listener that may listen on all of them.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let loopback = if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    address
}

impl Shared {
    fn stop(&self) {
        self.ledger.stop();
        for connection in self.connections.lock().unwrap_or_else(PoisonError::into_inner).values() {
            // Nothing more is read; an answer may still go out.
            let _ = connection.shutdown(Shutdown::Read);
        }
    }

    /// Remembers a connection; `None` if there are too many, or it is gone already.
    fn enter(&self, stream: &TcpStream) -> Option<u64> {
        let handle = stream.try_clone().ok()?;
        let number = self.next_connection.fetch_add(1, Ordering::Relaxed);
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.len() >= CONNECTIONS_MAX {
            return None;
        }
        connections.insert(number, handle);
        Some(number)
    }

    fn leave(&self, number: u64) {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }
}

fn accept_all(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut threads: Vec<JoinHandle<()>> = Vec::new();
    loop {
        let accepted = listener.accept();
        if shared.ledger.is_stopped() {
            break;
        }
        threads.retain(|thread| !thread.is_finished());
        match accepted {
            Ok((stream, _)) => threads.extend(serve_apart(stream, shared)),
            // Out of file descriptors, or a connection that was gone again: a moment may help, and stopping ends it.
            Err(_) => shared.ledger.pause(Duration::from_millis(10)),
        }
    }
    // A connection that was entered while `stop` ran.
    shared.stop();
    for thread in threads {
        let _ = thread.join();
    }
}

/// Serves a connection on a thread of its own; `None` if there is no room for it, and it is closed.
fn serve_apart(stream: TcpStream, shared: &Arc<Shared>) -> Option<JoinHandle<()>> {
    let number = shared.enter(&stream)?;
    let theirs = Arc::clone(shared);
    let thread =
        thread::Builder::new().name("sandbox connection".to_owned()).stack_size(STACK_BYTES).spawn(move || {
            let _ = serve(&stream, &theirs);
            theirs.leave(number);
        });
    if thread.is_err() {
        shared.leave(number);
    }
    thread.ok()
}

/// Answers requests until one of the two sides has enough. An error means that the client left.
fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE_MAX))?;
    stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
    let mut requests = Requests::new(stream);
    loop {
        let request = match requests.next() {
            Ok(request) => request,
            Err(Refusal::Ended) => return Ok(()),
            Err(Refusal::Status(status)) => return Reply::status(status, "").closing().write(stream, shared),
        };
        let keep_alive = request.keep_alive;
        let reply = if request.method == "POST" {
            match Form::parse(&request.body) {
                Ok(form) => match answer(form, stream, shared)? {
                    Some(reply) => reply,
                    None => return Ok(()),
                },
                Err(field) => Reply::status(400, &format!("400 Bad Request: no `{field}`")),
            }
        } else {
            Reply::status(405, "405 Method Not Allowed")
        };
        let reply = if keep_alive { reply } else { reply.closing() };
        reply.write(stream, shared)?;
        if !keep_alive || shared.ledger.is_stopped() {
            return Ok(());
        }
    }
}

/// Takes or refuses a message. `None`: the connection is over, and the client was told nothing, or nonsense.
fn answer(form: Form, mut stream: &TcpStream, shared: &Shared) -> io::Result<Option<Reply>> {
    // A message that cannot be written down is not taken: the ledger is the judge.
    let Ok(fate) = shared.ledger.record(form, &shared.behaviour) else {
        return Ok(Some(Reply::status(503, "503 Service Unavailable: the ledger cannot be written")));
    };
    shared.ledger.pause(shared.behaviour.latency);
    match fate {
        Fate::Accept => Ok(Some(Reply::status(200, "200 OK"))),
        Fate::Reject => Ok(Some(Reply::status(400, "400 Bad Request: number or text refused"))),
        Fate::Unauthorized => Ok(Some(Reply::status(401, "401 Unauthorized"))),
        Fate::Fail(status) => Ok(Some(Reply::status(status, &format!("{status} on order")))),
        Fate::HangUp => Ok(None),
        Fate::Silent => {
            // Until the client leaves, the sandbox stops, or the read timeout passes.
            let mut rest = [0_u8; 256];
            while stream.read(&mut rest)? > 0 {}
            Ok(None)
        }
        Fate::Garbage => {
            stream.write_all(b"\x00\xffno HTTP at all\r\n\r\n")?;
            Ok(None)
        }
    }
}

struct Reply {
    status: u16,
    body: String,
    close: bool,
}

impl Reply {
    fn status(status: u16, body: &str) -> Reply {
        Reply { status, body: body.to_owned(), close: false }
    }

    fn closing(mut self) -> Reply {
        self.close = true;
        self
    }

    fn write(&self, mut stream: &TcpStream, shared: &Shared) -> io::Result<()> {
        let retry_after = match (self.status, shared.behaviour.retry_after) {
            (429 | 503, Some(pause)) => format!("Retry-After: {}\r\n", pause.as_secs()),
            _ => String::new(),
        };
        let close = if self.close { "Connection: close\r\n" } else { "" };
        let mut bytes = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: {}\r\n{retry_after}{close}\r\n",
            self.status,
            reason(self.status),
            self.body.len(),
        )
        .into_bytes();
        let Some(pause) = shared.behaviour.slow_body else {
            bytes.extend_from_slice(self.body.as_bytes());
            return stream.write_all(&bytes);
        };
        stream.write_all(&bytes)?;
        for byte in self.body.as_bytes() {
            shared.ledger.pause(pause);
            stream.write_all(&[*byte])?;
        }
        Ok(())
    }
}

/// The reason phrase of the statuses that the sandbox gives by itself; others are failures on order.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "On Order",
    }
}
