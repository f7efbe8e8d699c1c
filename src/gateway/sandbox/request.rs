//! Reading requests off a connection: the small part of HTTP/1.1 that a form needs, every length bounded.

use std::io::{self, Read, Write};

/// The longest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// The longest body of a request, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// How much is read at once, in bytes: nearly every request fits.
const READ_BYTES: usize = 8 * 1024;

/// A request, as far as the sandbox looks at it.
#[derive(PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Request {
    pub method: String,
    pub body: Vec<u8>,
    /// Whether the connection may carry another request.
    pub keep_alive: bool,
}

/// What came instead of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The connection ended between requests, or within one.
    Ended,
    /// It is no HTTP, or more than there is room for: this status, and the connection is closed.
    Status(u16),
}

/// The form of a message.
#[derive(PartialEq, Eq)]
pub(super) struct Form {
    pub application: String,
    pub to: String,
    pub sender: String,
    pub text: String,
}

/// Text and numbers are people's, even in a sandbox.
impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Form").finish_non_exhaustive()
    }
}

impl Form {
    /// `Err` names the first field that is missing.
    pub(super) fn parse(body: &[u8]) -> Result<Form, &'static str> {
        let mut fields = [None, None, None, None];
        const NAMES: [&str; 4] = ["application", "mrt", "sender", "msg_utf8"];
        for (name, value) in form_urlencoded::parse(body) {
            if let Some(at) = NAMES.iter().position(|known| *known == name) {
                fields[at].get_or_insert_with(|| value.into_owned());
            }
        }
        match fields {
            [Some(application), Some(to), Some(sender), Some(text)] => Ok(Form { application, to, sender, text }),
            fields => Err(fields.iter().position(Option::is_none).map_or("", |at| NAMES[at])),
        }
    }
}

/// Reads one request after another off a connection.
pub(super) struct Requests<S> {
    stream: S,
    /// What was read and not yet used.
    buffer: Vec<u8>,
}

impl<S: Read + Write> Requests<S> {
    pub(super) fn new(stream: S) -> Requests<S> {
        Requests { stream, buffer: Vec::with_capacity(READ_BYTES) }
    }

    /// Waits for the next request.
    pub(super) fn next(&mut self) -> Result<Request, Refusal> {
        let head_end = self.read_head()?;
        let head = Head::parse(&self.buffer[..head_end]).ok_or(Refusal::Status(400))?;
        if head.body_length > BODY_BYTES_MAX {
            return Err(Refusal::Status(413));
        }
        if head.expects_continue {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").map_err(|_| Refusal::Ended)?;
        }
        let end = head_end + head.body_length;
        while self.buffer.len() < end {
            self.read_some()?;
        }
        let body = self.buffer[head_end..end].to_vec();
        self.buffer.drain(..end);
        Ok(Request { method: head.method, body, keep_alive: head.keep_alive })
    }

    /// The length of the head, its empty line included.
    fn read_head(&mut self) -> Result<usize, Refusal> {
        let mut searched = 0;
        loop {
            if let Some(at) = find(&self.buffer[searched..], b"\r\n\r\n") {
                return Ok(searched + at + 4);
            }
            searched = self.buffer.len().saturating_sub(3);
            if self.buffer.len() > HEAD_BYTES_MAX {
                return Err(Refusal::Status(431));
            }
            self.read_some()?;
        }
    }

    fn read_some(&mut self) -> Result<(), Refusal> {
        let filled = self.buffer.len();
        self.buffer.resize(filled + READ_BYTES, 0);
        let read = loop {
            match self.stream.read(&mut self.buffer[filled..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read.unwrap_or(0),
            }
        };
        self.buffer.truncate(filled + read);
        if read == 0 { Err(Refusal::Ended) } else { Ok(()) }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

struct Head {
    method: String,
    body_length: usize,
    keep_alive: bool,
    expects_continue: bool,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Head> {
        let mut lines = std::str::from_utf8(bytes).ok()?.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let method = first.next().filter(|method| !method.is_empty())?.to_owned();
        first.next()?;
        let keep_alive = match first.next()? {
            "HTTP/1.1" => true,
            "HTTP/1.0" => false,
            _ => return None,
        };
        let mut head = Head { method, body_length: 0, keep_alive, expects_continue: false };
        for line in lines.take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            head.read_field(name, value.trim())?;
        }
        Some(head)
    }

    fn read_field(&mut self, name: &str, value: &str) -> Option<()> {
        if name.eq_ignore_ascii_case("content-length") {
            self.body_length = value.parse().ok()?;
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            // A form has a length; its pieces would be one more thing to bound.
            return None;
        } else if name.eq_ignore_ascii_case("connection") {
            self.keep_alive = if value.eq_ignore_ascii_case("close") {
                false
            } else {
                self.keep_alive || value.eq_ignore_ascii_case("keep-alive")
            };
        } else if name.eq_ignore_ascii_case("expect") {
            self.expects_continue = value.eq_ignore_ascii_case("100-continue");
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out its input in pieces of `piece` bytes, as a network may.
    struct Pieces<'a> {
        input: &'a [u8],
        piece: usize,
        output: Vec<u8>,
    }

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let amount = self.piece.min(buffer.len()).min(self.input.len());
            buffer[..amount].copy_from_slice(&self.input[..amount]);
            self.input = &self.input[amount..];
            Ok(amount)
        }
    }

    impl Write for Pieces<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.output.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn requests(input: &[u8], piece: usize) -> Requests<Pieces<'_>> {
        Requests::new(Pieces { input, piece, output: Vec::new() })
    }

    #[test]
    fn requests_follow_one_another_however_they_are_cut() {
        let input = b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=1POST / HTTP/1.0\r\n\r\n";
        for piece in [1, 2, 7, 1000] {
            let mut requests = requests(input, piece);
            let first = Request { method: "POST".to_owned(), body: b"a=1".to_vec(), keep_alive: true };
            assert_eq!(requests.next(), Ok(first), "pieces of {piece}");
            let second = Request { method: "POST".to_owned(), body: Vec::new(), keep_alive: false };
            assert_eq!(requests.next(), Ok(second), "pieces of {piece}");
            assert_eq!(requests.next(), Err(Refusal::Ended));
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let endless = format!("POST / HTTP/1.1\r\nX: {}", "a".repeat(2 * HEAD_BYTES_MAX));
        for (input, refusal) in [
            ("", Refusal::Ended),
            ("POST / HTTP/1.1\r\nContent-Le", Refusal::Ended),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc", Refusal::Ended),
            ("hello\r\n\r\n", Refusal::Status(400)),
            ("POST / HTTP/2\r\n\r\n", Refusal::Status(400)),
            ("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", Refusal::Status(400)),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", Refusal::Status(400)),
            ("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", Refusal::Status(413)),
            (endless.as_str(), Refusal::Status(431)),
        ] {
            assert_eq!(requests(input.as_bytes(), 1000).next(), Err(refusal), "{:.60}", input);
        }
    }

    #[test]
    fn a_client_that_asks_first_is_told_to_go_on() {
        let mut requests = requests(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx", 1000);
        assert!(requests.next().is_ok());
        assert_eq!(requests.stream.output, b"HTTP/1.1 100 Continue\r\n\r\n");
    }

    #[test]
    fn a_form_needs_its_four_fields() {
        let form = Form::parse(b"application=App&mrt=852&sender=1&msg_utf8=a+%E5%A5%BD&more=x").expect("a form");
        assert_eq!((form.to.as_str(), form.text.as_str()), ("852", "a 好"));
        assert_eq!(Form::parse(b"application=App&mrt=852&msg_utf8=x"), Err("sender"));
        assert_eq!(Form::parse(b""), Err("application"));
    }
}
