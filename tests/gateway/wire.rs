//! A peer on a raw socket that does exactly what a test says, one connection after another.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use super::PATIENCE;

/// What a peer does with one connection. It is closed when this returns.
pub type Act = Box<dyn FnOnce(&mut TcpStream) + Send>;

/// A listener that plays its acts, then listens on without accepting.
pub struct Peer {
    listener: TcpListener,
    player: Option<JoinHandle<()>>,
}

impl Peer {
    pub fn new(acts: Vec<Act>) -> Peer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let stage = listener.try_clone().expect("the same listener");
        let player = std::thread::spawn(move || {
            for act in acts {
                let (mut stream, _) = stage.accept().expect("a connection");
                stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
                act(&mut stream);
            }
        });
        Peer { listener, player: Some(player) }
    }

    /// A peer that plays one act.
    pub fn one(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> Peer {
        Peer::new(vec![Box::new(act)])
    }

    /// A peer that reads one whole request and answers `bytes`.
    pub fn answering(bytes: impl Into<Vec<u8>>) -> Peer {
        let bytes = bytes.into();
        Peer::one(move |stream| {
            read_request(stream);
            stream.write_all(&bytes).expect("the client listens");
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}/gateway.jsp", self.listener.local_addr().expect("an address"))
    }

    /// Waits for the last act, and asserts that nobody came back for another one.
    #[track_caller]
    pub fn assert_no_more(mut self) {
        let played = self.player.take().expect("it plays").join();
        played.expect("every act was played");
        self.listener.set_nonblocking(true).expect("it can be looked at");
        let more = self.listener.accept();
        assert!(more.is_err(), "the client connected once more: a request may have gone out twice");
    }
}

/// Reads one request with a `Content-Length`, and gives it back whole; panics if the client leaves before its end.
pub fn read_request(stream: &mut TcpStream) -> String {
    let head = read_head(stream);
    let mut bytes = head.clone().into_bytes();
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()).expect("a length");
    let mut body = vec![0; length.parse().expect("a number")];
    stream.read_exact(&mut body).expect("the body of a request");
    bytes.extend_from_slice(&body);
    String::from_utf8(bytes).expect("a request is text")
}

/// Reads the head of one request.
pub fn read_head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0_u8; 1];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("the head of a request");
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).expect("a head is text")
}

/// Reads until the client leaves; gives back how much came.
pub fn read_to_end(stream: &mut TcpStream) -> usize {
    let mut bytes = Vec::new();
    // A client that leaves without reading all of an answer resets the connection.
    let _ = stream.read_to_end(&mut bytes);
    bytes.len()
}

/// A whole answer with this status and body.
pub fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}
