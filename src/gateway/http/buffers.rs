//! What goes out and what came in, of one connection.
//!
//! A thousand senders have a thousand connections, and most of them wait: for an answer, or for the next message. So what a
//! connection holds is as large as the request that is on it, or the answer, and not as large as either may be (the client's own
//! buffers have room for both, all the time).

use ureq::unversioned::transport::Buffers;

/// What a connection keeps of its room between two requests, in bytes, in each direction.
const KEPT_BYTES_MAX: usize = 4096;

/// What is held of an answer that nobody has taken, in bytes: a whole head, and a read more, so that the client finds its head too
/// long and says so.
const INPUT_BYTES_MAX: usize = super::HEAD_BYTES_MAX;

/// The two directions of a connection.
#[derive(Debug)]
pub(super) struct WireBuffers {
    /// Room for one line of a request, in bytes.
    line_bytes: usize,
    /// What was given out to be sent, and behind it, while something is written, room for more.
    output: Vec<u8>,
    /// How much of it is to be sent.
    held: usize,
    /// What was read, and behind it, while something is appended, room for more.
    input: Vec<u8>,
    filled: usize,
    consumed: usize,
    /// Whether the last look at the input took something from it.
    progress: bool,
}

impl WireBuffers {
    /// Buffers with nothing in them.
    pub fn new(line_bytes: usize) -> WireBuffers {
        WireBuffers {
            line_bytes,
            output: Vec::new(),
            held: 0,
            input: Vec::new(),
            filled: 0,
            consumed: 0,
            progress: false,
        }
    }

    /// So many bytes of the room that was given out last are to be sent.
    pub fn hold(&mut self, amount: usize) {
        self.held = (self.held + amount).min(self.output.len());
    }

    /// What is to be sent.
    pub fn held(&self) -> &[u8] {
        &self.output[..self.held]
    }

    /// It was sent.
    pub fn sent(&mut self) {
        self.held = 0;
        empty(&mut self.output);
    }

    /// Whether more was read than the client may need to go on: what it waits for does not come.
    pub fn is_full(&self) -> bool {
        self.input().len() > INPUT_BYTES_MAX
    }

    /// Bytes that were read.
    pub fn append(&mut self, bytes: &[u8]) {
        self.input.truncate(self.filled);
        self.input.drain(..self.consumed);
        self.consumed = 0;
        self.input.extend_from_slice(bytes);
        self.filled = self.input.len();
    }
}

/// Empties `room`, and gives it back where it is large.
fn empty(room: &mut Vec<u8>) {
    room.clear();
    if room.capacity() > KEPT_BYTES_MAX {
        *room = Vec::new();
    }
}

impl Buffers for WireBuffers {
    fn output(&mut self) -> &mut [u8] {
        self.output.resize(self.held + self.line_bytes, 0);
        &mut self.output[self.held..]
    }

    fn input(&self) -> &[u8] {
        &self.input[self.consumed..self.filled]
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.input.resize(self.filled + self.line_bytes, 0);
        &mut self.input[self.filled..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.filled = (self.filled + amount).min(self.input.len());
    }

    fn input_consume(&mut self, amount: usize) {
        self.progress = amount > 0;
        self.consumed = (self.consumed + amount).min(self.filled);
        if self.consumed == self.filled {
            (self.consumed, self.filled) = (0, 0);
            empty(&mut self.input);
        }
    }

    /// Requests have a length: of the first, which is for bodies that have none, nothing is needed.
    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        (&mut [], self.output())
    }

    fn can_use_input(&self) -> bool {
        !self.input().is_empty() && self.progress
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn give(buffers: &mut WireBuffers, bytes: &[u8]) {
        buffers.output()[..bytes.len()].copy_from_slice(bytes);
        buffers.hold(bytes.len());
    }

    #[test]
    fn what_is_held_goes_out_in_its_order_and_once() {
        let mut buffers = WireBuffers::new(4);
        give(&mut buffers, b"POST");
        give(&mut buffers, b" /");
        assert_eq!(buffers.output().len(), 4, "there is room for the next line");
        assert_eq!(buffers.held(), b"POST /");
        buffers.sent();
        assert_eq!(buffers.held(), b"");
        give(&mut buffers, b"GET");
        assert_eq!(buffers.held(), b"GET");
    }

    #[test]
    fn what_came_in_is_there_until_it_is_consumed() {
        let mut buffers = WireBuffers::new(4);
        buffers.append(b"HTTP/1.1 200");
        assert!(!buffers.can_use_input(), "nobody has taken anything of it: it may be half of what is needed");
        buffers.input_append_buf()[..2].copy_from_slice(b" O");
        buffers.input_appended(2);
        buffers.append(b"K");
        assert_eq!(buffers.input(), b"HTTP/1.1 200 OK");
        buffers.input_consume(13);
        assert!(buffers.can_use_input());
        assert_eq!(buffers.input(), b"OK");
        buffers.input_consume(0);
        assert!(!buffers.can_use_input());
        buffers.append(b"!");
        buffers.input_consume(3);
        assert_eq!(buffers.input(), b"");
    }

    #[test]
    fn a_connection_that_waits_holds_next_to_nothing() {
        let mut buffers = WireBuffers::new(16 * 1024);
        give(&mut buffers, b"GET /?text=x");
        buffers.sent();
        buffers.append(&[b'x'; 64 * 1024]);
        buffers.input_consume(64 * 1024);
        assert!(buffers.output.capacity() + buffers.input.capacity() <= 2 * KEPT_BYTES_MAX);
    }
}
