//! The promise on the wire: what never left is deferred, what left without a whole answer is unknown, and nothing is sent
//! twice.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use smsctl::gateway::http::probe;
use smsctl::queue::{ErrorType, LaneNotice, Outcome};

use super::wire::{Act, Peer, answer, read_request, read_to_end};
use super::{
    BRIEFLY, PATIENCE, assert_accepted, assert_never_sent, assert_reply, assert_unknown, gateway, message, send,
    send_once, settings, words,
};

/// A port on which nothing listens.
fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    listener.local_addr().expect("its address").port()
}

#[test]
fn a_message_is_a_form_by_post() {
    let (told, request) = mpsc::channel();
    let peer = Peer::one(move |stream| {
        told.send(read_request(stream)).expect("the test listens");
        stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
    });
    let gateway = gateway(&peer.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "Grüße & 好")));
    let request = request.recv_timeout(PATIENCE).expect("a request");
    let (head, body) = request.split_once("\r\n\r\n").expect("head and body");
    let head = head.to_lowercase();
    assert!(head.starts_with("post /gateway.jsp http/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded; charset=utf-8"), "{head}");
    assert!(head.contains(concat!("user-agent: smsctl/", env!("CARGO_PKG_VERSION"))), "{head}");
    assert_eq!(body, "application=App&mrt=85291234567&sender=85212345678&msg_utf8=Gr%C3%BC%C3%9Fe+%26+%E5%A5%BD");
    peer.assert_no_more();
}

#[test]
fn a_url_with_letters_beyond_ascii_leaves_percent_encoded() {
    let (told, request) = mpsc::channel();
    let peer = Peer::one(move |stream| {
        told.send(read_request(stream)).expect("the test listens");
        stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
    });
    let url = peer.url().replace("/gateway.jsp", "/gä%20te?ü=ö%26&好");
    assert_accepted(&send_once(&url, PATIENCE));
    let request = request.recv_timeout(PATIENCE).expect("a request");
    let line = request.lines().next().expect("a line");
    assert_eq!(line, "POST /g%C3%A4%20te?%C3%BC=%C3%B6%26&%E5%A5%BD HTTP/1.1");
    peer.assert_no_more();
}

#[test]
fn nobody_listens() {
    let reply = send_once(&format!("http://127.0.0.1:{}/", closed_port()), PATIENCE);
    assert_never_sent(&reply);
    assert!(words(&reply).contains("connection refused"), "{reply:?}");
    assert!(!words(&reply).contains("os error"), "{reply:?}");
}

#[test]
fn the_host_has_no_address() {
    assert_never_sent(&send_once("http://no-such-host.invalid/", PATIENCE));
}

#[test]
fn the_host_does_not_answer() {
    // TEST-NET-1 (RFC 5737) belongs to nobody: no route, or no answer.
    assert_never_sent(&send_once("http://192.0.2.1/", BRIEFLY));
}

#[test]
fn tls_with_a_peer_that_speaks_none() {
    let peer = Peer::one(|stream| {
        let mut hello = [0; 5];
        stream.read_exact(&mut hello).expect("a hello");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("the client listens");
        read_to_end(stream);
    });
    let reply = send_once(&peer.url().replace("http:", "https:"), PATIENCE);
    assert_never_sent(&reply);
    assert!(words(&reply).contains("is no TLS") && words(&reply).contains("`http://`"), "{reply:?}");
    peer.assert_no_more();
}

#[test]
fn tls_with_a_peer_that_hangs_up() {
    let peer = Peer::one(|stream| {
        let mut hello = [0; 5];
        stream.read_exact(&mut hello).expect("a hello");
    });
    let reply = send_once(&peer.url().replace("http:", "https:"), PATIENCE);
    assert_never_sent(&reply);
    assert!(words(&reply).contains("hangs up") && words(&reply).contains("`http://`"), "{reply:?}");
    peer.assert_no_more();
}

#[test]
fn tls_with_a_silent_peer() {
    let peer = Peer::one(|stream| {
        read_to_end(stream);
    });
    let reply = send_once(&peer.url().replace("http:", "https:"), BRIEFLY);
    assert_never_sent(&reply);
    assert!(words(&reply).starts_with("no connection to `127.0.0.1:"), "{reply:?}");
    peer.assert_no_more();
}

#[test]
fn closed_before_the_request_was_read() {
    let peer = Peer::one(|_| {});
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn closed_after_the_request_was_read() {
    let peer = Peer::answering("");
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn reset_after_a_part_of_the_request_was_read() {
    let peer = Peer::one(|stream| {
        // What is closed with unread input is reset.
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a byte of the request");
    });
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn closed_within_the_head_of_the_answer() {
    let peer = Peer::answering("HTTP/1.1 200 OK\r\nContent-Le");
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn closed_within_the_body_of_a_good_answer() {
    let peer = Peer::answering("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n200 OK");
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn closed_within_the_body_of_an_answer_whose_status_says_no() {
    for status in ["400 Bad Request", "429 Too Many Requests", "503 Busy"] {
        // A rule could go by the words that did not come.
        let peer = Peer::answering(format!("HTTP/1.1 {status}\r\nContent-Length: 40\r\n\r\nbusy, but acc"));
        assert_unknown(&send_once(&peer.url(), PATIENCE));
        peer.assert_no_more();
    }
}

#[test]
fn reset_within_a_body_without_a_length() {
    let peer = Peer::one(|stream| {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a byte of the request");
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\n200 OK").expect("the client listens");
    });
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn an_answer_that_is_no_http() {
    for garbage in
        ["\0\u{7f}garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n"]
    {
        let peer = Peer::answering(garbage);
        let reply = send_once(&peer.url(), PATIENCE);
        assert_unknown(&reply);
        assert!(!words(&reply).contains("garbage"), "{reply:?}");
        peer.assert_no_more();
    }
}

#[test]
fn a_silent_gateway() {
    let peer = Peer::one(|stream| {
        read_to_end(stream);
    });
    let reply = send_once(&peer.url(), BRIEFLY);
    assert_unknown(&reply);
    assert!(words(&reply).contains("no answer from `127.0.0.1:"), "{reply:?}");
    peer.assert_no_more();
}

#[test]
fn an_endless_head() {
    let peer = Peer::one(|stream| {
        read_request(stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(format!("X-More: {}\r\n", "x".repeat(1000)).as_bytes()).is_ok() {}
    });
    let reply = send_once(&peer.url(), PATIENCE);
    assert_unknown(&reply);
    assert!(words(&reply).contains("is longer than 16384 bytes"), "{reply:?}");
    peer.assert_no_more();
}

#[test]
fn a_body_that_is_not_what_its_head_says() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\n200 OK";
    let peer = Peer::answering(head);
    let reply = send_once(&peer.url(), PATIENCE);
    assert_unknown(&reply);
    assert!(words(&reply).contains("is called gzip, and cannot be unpacked"), "{reply:?}");
    peer.assert_no_more();
}

/// What comes after the part that is read may take back what that part says.
#[test]
fn an_answer_that_goes_on_behind_what_is_read_is_no_success() {
    for head in ["Content-Length: 99999999999\r\n\r\nqueued ", "Transfer-Encoding: chunked\r\n\r\n40000000\r\nqueued "]
    {
        let peer = Peer::one(move |stream| {
            read_request(stream);
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}").as_bytes());
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
        });
        let reply = send_once(&peer.url(), PATIENCE);
        assert_unknown(&reply);
        assert!(words(&reply).contains("at greater length than is read"), "{reply:?}");
        peer.assert_no_more();
    }
}

/// 64 KiB are read, and one byte more to see whether there is one.
#[test]
fn the_longest_answer_is_read_to_its_last_byte() {
    for (bytes, is_whole) in [(64 * 1024, true), (64 * 1024 + 1, false)] {
        let body = format!("accepted {}", "x".repeat(bytes - 9));
        let peer = Peer::answering(answer("200 OK", &body));
        let reply = send_once(&peer.url(), PATIENCE);
        assert_eq!(reply.outcome == Outcome::Accepted, is_whole, "{} bytes: {reply:?}", body.len());
        peer.assert_no_more();
    }
}

/// A status that says by itself that nothing was taken needs no more words.
#[test]
fn a_long_page_of_an_error_means_what_its_status_says() {
    let peer = Peer::one(|stream| {
        read_request(stream);
        let _ = stream.write_all(answer("503 Service Unavailable", &"x".repeat(200_000)).as_bytes());
    });
    assert_reply(&send_once(&peer.url(), PATIENCE), Outcome::Deferred, Some(ErrorType::Unavailable));
    peer.assert_no_more();
}

/// Sizes of chunks that have no end, and trailers after the last one.
#[test]
fn an_endless_frame_around_a_body_is_given_up() {
    for frame in ["5\r", "0\r\nX-More: yes\r\nX-Mo"] {
        let (told, tells) = mpsc::channel();
        let peer = Peer::one(move |stream| {
            read_request(stream);
            let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{frame}");
            let _ = stream.write_all(head.as_bytes());
            let mut written = 0;
            while stream.write_all(&[b'x'; 4096]).is_ok() {
                written += 4096;
            }
            told.send(written).expect("the test listens");
        });
        assert_unknown(&send_once(&peer.url(), PATIENCE));
        let written: usize = tells.recv_timeout(PATIENCE).expect("the client has gone");
        // What the system's own buffers take, on both sides, and not what the client would hold.
        assert!(written < 64 * 1024 * 1024, "{frame:?}: {written} bytes were taken");
        peer.assert_no_more();
    }
}

/// Every byte comes in time, and the answer does not: the time of a call is that of all its bytes together.
#[test]
fn an_answer_that_trickles_is_not_waited_for_byte_by_byte() {
    for begins in ["", "HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"] {
        let (gone, has_gone) = mpsc::channel::<()>();
        let peer = Peer::one(move |stream| {
            read_request(stream);
            let _ = stream.write_all(begins.as_bytes());
            for byte in b"HTTP/1.1 200 OK, and then very slowly, byte after byte, ".iter().cycle() {
                // A byte each time that the client has not gone meanwhile.
                let waits = has_gone.recv_timeout(BRIEFLY / 10) == Err(mpsc::RecvTimeoutError::Timeout);
                if !waits || stream.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        });
        let reply = send_once(&peer.url(), BRIEFLY);
        drop(gone);
        assert_unknown(&reply);
        peer.assert_no_more();
    }
}

/// What nobody asked for is no answer to the next message.
#[test]
fn a_second_answer_is_not_the_next_messages() {
    let (said, has_said) = mpsc::channel();
    let twice = [answer("200 OK", "200 OK"), answer("400 Bad Request", "bad")].concat();
    let peer = Peer::new(vec![
        Box::new(move |stream| {
            read_request(stream);
            stream.write_all(twice.as_bytes()).expect("the client listens");
            said.send(()).expect("the test listens");
            read_to_end(stream);
        }),
        Box::new(|stream| {
            read_request(stream);
            stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
        }),
    ]);
    let gateway = gateway(&peer.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "first")));
    has_said.recv_timeout(PATIENCE).expect("it answers twice");
    assert_accepted(&send(&*gateway, &message("+85291234567", "second")));
    peer.assert_no_more();
}

/// Who has answered twice may do so again, at any time: none of its connections gets a second request.
#[test]
fn a_gateway_that_answered_twice_gets_every_request_on_a_connection_of_its_own() {
    let answers = |text: String| -> Act {
        Box::new(move |stream: &mut TcpStream| {
            read_request(stream);
            stream.write_all(text.as_bytes()).expect("the client listens");
            assert_eq!(read_to_end(stream), 0, "no second request comes");
        })
    };
    let once = || answers(answer("200 OK", "200 OK"));
    let twice = [answer("200 OK", "200 OK"), answer("400 Bad Request", "bad")].concat();
    let peer = Peer::new(vec![answers(twice), once(), once()]);
    let gateway = gateway(&peer.url(), PATIENCE);
    for text in ["first", "second", "third"] {
        assert_accepted(&send(&*gateway, &message("+85291234567", text)));
    }
    drop(gateway);
    peer.assert_no_more();
}

/// The same, where the second answer comes while the connection is idle.
#[test]
fn an_answer_without_a_question_is_not_the_next_messages() {
    let (go, may_go) = mpsc::channel::<()>();
    let (said, has_said) = mpsc::channel();
    let peer = Peer::new(vec![
        Box::new(move |stream| {
            read_request(stream);
            stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
            may_go.recv_timeout(PATIENCE).expect("the first answer was read");
            stream.write_all(answer("400 Bad Request", "bad").as_bytes()).expect("the client listens");
            said.send(()).expect("the test listens");
            read_to_end(stream);
        }),
        Box::new(|stream| {
            read_request(stream);
            stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
        }),
    ]);
    let gateway = gateway(&peer.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "first")));
    go.send(()).expect("the peer waits");
    has_said.recv_timeout(PATIENCE).expect("it answers once more");
    assert_accepted(&send(&*gateway, &message("+85291234567", "second")));
    peer.assert_no_more();
}

#[test]
fn an_answer_in_http_1_0_ends_with_the_connection() {
    let peer = Peer::answering("HTTP/1.0 200 OK\r\n\r\n200 OK");
    assert_accepted(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn an_answer_in_chunks() {
    let peer = Peer::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nERRO\r\n1\r\nR\r\n0\r\n\r\n");
    assert_unknown(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn an_answer_after_an_interim_one() {
    let peer = Peer::answering(format!("HTTP/1.1 100 Continue\r\n\r\n{}", answer("200 OK", "200 OK")));
    assert_accepted(&send_once(&peer.url(), PATIENCE));
    peer.assert_no_more();
}

#[test]
fn an_answer_before_the_request_was_read() {
    let peer = Peer::one(|stream| {
        stream.read_exact(&mut [0]).expect("the beginning of a request");
        stream.write_all(answer("429 Too Many Requests", "").as_bytes()).expect("the client listens");
        read_to_end(stream);
    });
    assert_reply(&send_once(&peer.url(), PATIENCE), Outcome::Deferred, Some(ErrorType::Throttled));
    peer.assert_no_more();
}

#[test]
fn a_pause_that_the_gateway_asks_for_reaches_the_lane() {
    let peer = Peer::answering("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
    let reply = send_once(&peer.url(), PATIENCE);
    assert_reply(&reply, Outcome::Deferred, Some(ErrorType::Unavailable));
    assert_eq!(reply.lane, Some(LaneNotice::ThrottledFor(Duration::from_secs(7))));
    peer.assert_no_more();
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Peer::new(Vec::new());
    let location = elsewhere.url();
    for (status, outcome) in [("302 Found", Outcome::Unknown), ("307 Temporary Redirect", Outcome::Deferred)] {
        let peer = Peer::answering(format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"));
        assert_eq!(send_once(&peer.url(), PATIENCE).outcome, outcome, "{status}");
        peer.assert_no_more();
    }
    elsewhere.assert_no_more();
}

#[test]
fn a_connection_is_kept_for_the_next_message() {
    let peer = Peer::one(|stream| {
        for _ in 0..3 {
            read_request(stream);
            stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
        }
    });
    let gateway = gateway(&peer.url(), PATIENCE);
    for _ in 0..3 {
        assert_accepted(&send(&*gateway, &message("+85291234567", "Hello")));
    }
    peer.assert_no_more();
}

#[test]
fn an_idle_connection_that_the_gateway_closed_is_not_used() {
    let (closed, is_closed) = mpsc::channel();
    let answer_one = |stream: &mut std::net::TcpStream| {
        read_request(stream);
        stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
    };
    let peer = Peer::new(vec![
        Box::new(move |stream| {
            answer_one(stream);
            stream.shutdown(std::net::Shutdown::Both).expect("it closes");
            closed.send(()).expect("the test listens");
        }),
        Box::new(answer_one),
    ]);
    let gateway = gateway(&peer.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "first")));
    is_closed.recv_timeout(PATIENCE).expect("the gateway closes");
    assert_accepted(&send(&*gateway, &message("+85291234567", "second")));
    peer.assert_no_more();
}

#[test]
fn a_request_lost_on_a_kept_connection_is_not_sent_again() {
    let peer = Peer::one(|stream| {
        read_request(stream);
        stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
        read_request(stream);
    });
    let gateway = gateway(&peer.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "first")));
    assert_unknown(&send(&*gateway, &message("+85291234567", "second")));
    peer.assert_no_more();
}

/// A gateway may close each connection after an answer and say so in no header: what leaves in that moment is lost, once.
#[test]
fn after_such_a_loss_each_connection_is_used_once() {
    let ok = |stream: &mut TcpStream| {
        read_request(stream);
        stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
    };
    let peer = Peer::new(vec![
        Box::new(move |stream| {
            ok(stream);
            read_request(stream);
        }),
        Box::new(move |stream| {
            ok(stream);
            assert_eq!(read_to_end(stream), 0, "no second request comes on it");
        }),
        Box::new(ok),
    ]);
    let gateway = gateway(&peer.url(), PATIENCE);
    assert_accepted(&send(&*gateway, &message("+85291234567", "first")));
    assert_unknown(&send(&*gateway, &message("+85291234567", "lost")));
    assert_accepted(&send(&*gateway, &message("+85291234567", "third")));
    assert_accepted(&send(&*gateway, &message("+85291234567", "fourth")));
    peer.assert_no_more();
}

#[test]
fn without_keep_alive_each_request_has_a_connection_of_its_own() {
    let ok = |stream: &mut TcpStream| {
        let head = read_request(stream).to_lowercase();
        assert!(head.contains("\r\nconnection: close\r\n"), "{head}");
        stream.write_all(answer("200 OK", "200 OK").as_bytes()).expect("the client listens");
        // And, where nobody asks any more, that of another one.
        stream.write_all(answer("503 Service Unavailable", "later").as_bytes()).expect("the client listens");
    };
    let peer = Peer::new(vec![Box::new(ok), Box::new(ok), Box::new(ok)]);
    let settings = smsctl::gateway::http::Settings { keep_alive: false, ..settings(&peer.url(), PATIENCE) };
    let gateway = smsctl::gateway::http::open(&settings, 1).expect("a gateway");
    for text in ["first", "second", "third"] {
        assert_accepted(&send(&*gateway, &message("+85291234567", text)));
    }
    peer.assert_no_more();
}

#[test]
fn a_failure_names_neither_number_nor_text() {
    let peer = Peer::answering(answer("400 Bad Request", "bad msg 'meet me at the old harbour' to 85291234567"));
    let gateway = gateway(&peer.url(), PATIENCE);
    let reply = send(&*gateway, &message("+85291234567", "meet me at the old harbour"));
    assert_reply(&reply, Outcome::Rejected, Some(ErrorType::Rejected));
    assert!(!words(&reply).contains("harbour") && !words(&reply).contains("91234567"), "{reply:?}");
    peer.assert_no_more();

    let peer = Peer::answering(answer("400 Bad Request", "<b>no\x1b[31m route</b> to 85291234567"));
    let reply = send_once(&peer.url(), PATIENCE);
    assert_eq!(words(&reply), "the gateway answered 400: `no [31m route to •••`");
    peer.assert_no_more();
}

#[test]
fn a_failure_repeats_no_part_of_the_request_however_it_is_written() {
    const HIDDEN: &str = "the gateway answered 400 (its words repeat what it was given, and are not shown)";
    for echo in [
        "application=Secret-App-7&mrt=x",
        "bad request: msg_utf8=m%3A0+my+pin+is+4711",
        r#"{"bad":"m\u003a0 my\tpin is"}"#,
        "m&#58;0 my&nbsp;pin is",
    ] {
        let peer = Peer::answering(answer("400 Bad Request", echo));
        let mut settings = settings(&peer.url(), PATIENCE);
        settings.values.insert("application_id".to_owned(), "Secret-App-7".to_owned());
        let gateway = smsctl::gateway::http::open(&settings, 1).expect("a gateway");
        let reply = send(&*gateway, &message("+85291200000", "m:0 my pin is 4711"));
        assert_reply(&reply, Outcome::Rejected, Some(ErrorType::Rejected));
        assert_eq!(words(&reply), HIDDEN, "{echo}");
        peer.assert_no_more();
    }
    let peer = Peer::answering(answer("400 Bad Request", "no route to 912 00 000 (8-5-2-9-1-2-0-0-0-0-0)"));
    let reply = send(&*gateway(&peer.url(), PATIENCE), &message("+85291200000", "m:0 my pin is 4711"));
    assert_eq!(words(&reply), "the gateway answered 400: `no route to •••)`");
    peer.assert_no_more();
}

#[test]
fn zero_bytes_are_no_success() {
    for body in ["\0\0\0\0", "200 OK\0"] {
        let peer = Peer::answering(answer("200 OK", body));
        assert_unknown(&send_once(&peer.url(), PATIENCE));
        peer.assert_no_more();
    }
}

#[test]
fn a_row_without_a_message_sends_nothing() {
    let peer = Peer::new(Vec::new());
    let gateway = gateway(&peer.url(), PATIENCE);
    for recipient in ["", "nobody"] {
        let reply = send(&*gateway, &message(recipient, "Hello"));
        assert_reply(&reply, Outcome::Rejected, Some(ErrorType::Invalid));
    }
    peer.assert_no_more();
}

#[test]
fn a_probe_connects_and_sends_nothing() {
    let (told, read) = mpsc::channel();
    let peer = Peer::one(move |stream| told.send(read_to_end(stream)).expect("the test listens"));
    probe(&settings(&peer.url(), PATIENCE)).expect("the settings are right").expect("it can be reached");
    assert_eq!(read.recv_timeout(PATIENCE).expect("the client leaves"), 0);
    peer.assert_no_more();

    let gone = format!("http://127.0.0.1:{}/", closed_port());
    let error = probe(&settings(&gone, PATIENCE)).expect("the settings are right").expect_err("nobody listens");
    assert!(error.to_string().contains("connection refused"), "{error}");
}
