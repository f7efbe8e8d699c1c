//! A line between two programs that can be made to swallow what goes over it: nothing arrives any more, and nobody is told.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::BOUND;

/// A listener that passes everything on to a server, until it is told to hold it.
pub struct Wire {
    port: u16,
    line: Arc<Line>,
}

/// What all connections over the line share.
#[derive(Default)]
struct Line {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    mode: Mode,
    /// From the first packet on that a client sends with these words in it, everything is held.
    trap: Option<&'static str>,
    /// Something waits to be passed on.
    is_held: bool,
    /// How many connections there have been.
    connections: u64,
    /// Connections up to this number carry nothing any more, for ever.
    dead_until: u64,
    /// Connections up to this number are held, whatever the mode.
    held_until: u64,
    /// Both ends of all connections, clients first: they stay open, so that neither peer hears of an end.
    ends: Vec<[TcpStream; 2]>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Open,
    /// What servers say is held.
    HoldingAnswers,
    Holding,
    /// Holding, and new connections are closed at once.
    Refusing,
}

impl Wire {
    /// A line to `server`, as `host:port`.
    pub fn to(server: &str) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let line = Arc::new(Line::default());
        let (server, shared) = (server.to_owned(), Arc::clone(&line));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.lock().mode != Mode::Refusing
                    && let Ok(server) = TcpStream::connect(&server)
                {
                    shared.join(client, server);
                }
            }
        });
        Wire { port, line }
    }

    /// Where it listens: `host:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How many connections there have been.
    pub fn connections(&self) -> u64 {
        self.line.lock().connections
    }

    /// From now on what clients say arrives, and no answer does.
    pub fn hold_answers(&self) {
        self.line.lock().mode = Mode::HoldingAnswers;
    }

    /// From the packet on in which a client says `words`, nothing arrives. New connections are made, and carry nothing either.
    pub fn hold_at(&self, words: &'static str) {
        let mut state = self.line.lock();
        (state.trap, state.is_held) = (Some(words), false);
    }

    /// Clients lose their connections, and get no new ones. What they have sent stays held.
    pub fn cut(&self) {
        let mut state = self.line.lock();
        (state.mode, state.held_until) = (Mode::Refusing, state.connections);
        state.ends.iter().for_each(|[client, _]| drop(client.shutdown(Shutdown::Both)));
    }

    /// New connections are good again, and what is held stays held.
    pub fn reopen(&self) {
        self.change(|state| state.mode = Mode::Open);
    }

    /// Waits until something is held.
    #[track_caller]
    pub fn wait_for_held(&self) {
        let waited = self.line.changed.wait_timeout_while(self.line.lock(), BOUND, |state| !state.is_held);
        assert!(!waited.unwrap_or_else(PoisonError::into_inner).1.timed_out(), "nothing came to be held");
    }

    /// What was held arrives, in its order, and the line is open again.
    pub fn release(&self) {
        self.change(|state| (state.mode, state.trap, state.held_until) = (Mode::Open, None, 0));
    }

    /// As when a host or a router between them has gone: what was held is lost, connections that there are never carry anything
    /// again, and neither peer is told. New connections are good.
    pub fn lose(&self) {
        self.change(|state| {
            (state.mode, state.trap, state.dead_until) = (Mode::Open, None, state.connections);
        });
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.line.lock());
        self.line.changed.notify_all();
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(self: &Arc<Line>, client: TcpStream, server: TcpStream) {
        let number = {
            let mut state = self.lock();
            state.connections += 1;
            let ends = [&client, &server].map(|end| end.try_clone().expect("a handle"));
            state.ends.push(ends);
            state.connections
        };
        let (to_client, from_server) = (client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
        let (forth, back) = (Arc::clone(self), Arc::clone(self));
        std::thread::spawn(move || forth.pass(client, server, (number, true)));
        std::thread::spawn(move || back.pass(from_server, to_client, (number, false)));
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream, (number, is_client): (u64, bool)) {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            // An end is held like everything else.
            let count = from.read(&mut buffer).unwrap_or(0);
            if !self.gate(number, is_client.then_some(&buffer[..count])) {
                return;
            }
            // A server whose answers nobody takes would give up what it is at: those to a client that has gone are taken here.
            let is_taken = to.write_all(&buffer[..count]).is_ok() || !is_client;
            if count == 0 || !is_taken {
                let _ = to.shutdown(Shutdown::Write);
                let _ = from.shutdown(Shutdown::Read);
                return;
            }
        }
    }

    /// Waits while the line holds. False: it never will let this through.
    fn gate(&self, number: u64, said: Option<&[u8]>) -> bool {
        let mut state = self.lock();
        let is_trapped =
            |words: &str| said.is_some_and(|said| said.windows(words.len()).any(|w| w == words.as_bytes()));
        if state.mode == Mode::Open && state.trap.is_some_and(is_trapped) {
            (state.mode, state.trap) = (Mode::Holding, None);
        }
        let is_held = |state: &State| match state.mode {
            Mode::Open => number <= state.held_until,
            Mode::HoldingAnswers => said.is_none(),
            Mode::Holding | Mode::Refusing => true,
        };
        if is_held(&state) {
            state.is_held = true;
            self.changed.notify_all();
        }
        let waits = |state: &mut State| is_held(state) && number > state.dead_until;
        let state = self.changed.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        number > state.dead_until
    }
}
