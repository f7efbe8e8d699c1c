//! A connection between the store and its server that breaks where a case wants it to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What becomes of a COMMIT, or of another statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It never gets to the server.
    Before,
    /// It gets there, and the answer does not come back.
    After,
    /// What sets up a session never gets to the server.
    SetUp,
}

impl Cut {
    /// By what the statement is known.
    fn words(self) -> &'static [u8] {
        match self {
            Cut::Before | Cut::After => b"INSERT INTO receipts",
            Cut::SetUp => b"SET NAMES utf8mb4, S",
        }
    }
}

/// A proxy that cuts the connection at the next commits.
pub struct Proxy {
    pub port: u16,
    /// How many commits are still to be cut.
    left: Arc<AtomicU32>,
}

impl Proxy {
    /// In front of `server`, as `host:port`.
    pub fn start(server: &str, cut: Cut) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let left = Arc::new(AtomicU32::new(0));
        let (server, shared) = (server.to_owned(), Arc::clone(&left));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(upstream) = TcpStream::connect(&server) else { continue };
                let (answers, back) = (upstream.try_clone().expect("a handle"), client.try_clone().expect("a handle"));
                let left = Arc::clone(&shared);
                std::thread::spawn(move || pass(answers, back, None));
                std::thread::spawn(move || pass(client, upstream, Some((cut, left))));
            }
        });
        Proxy { port, left }
    }

    /// The next `count` commits are cut.
    pub fn cut(&self, count: u32) {
        self.left.store(count, Ordering::SeqCst);
    }

    pub fn is_spent(&self) -> bool {
        self.left.load(Ordering::SeqCst) == 0
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, cut: Option<(Cut, Arc<AtomicU32>)>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        let met = cut.as_ref().filter(|(cut, left)| {
            let one_less = |n: u32| n.checked_sub(1);
            buffer[..n].windows(20).any(|bytes| bytes == cut.words())
                && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
        });
        match met.map(|(cut, _)| cut) {
            Some(Cut::Before | Cut::SetUp) => break,
            Some(Cut::After) => {
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.write_all(&buffer[..n]);
                // The server has read it all by the time it says goodbye.
                let _ = to.shutdown(Shutdown::Write);
                return;
            }
            None if to.write_all(&buffer[..n]).is_err() => break,
            None => {}
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
