//! Gateways whose certificate comes from an authority of somebody's own.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use smsctl::gateway::http::{Settings, open};
use smsctl::queue::{Outcome, Reply};

use crate::{PATIENCE, assert_accepted, assert_never_sent, message, send, settings, words};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/tls").join(name)
}

/// How a peer answers, and how it ends the connection.
#[derive(Clone, Copy)]
struct Answer {
    text: &'static str,
    says_goodbye: bool,
}

const TAKEN: Answer = Answer { text: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n200 OK", says_goodbye: false };

/// A peer that shows this certificate and takes one message; if nobody trusts it, it takes none.
fn peer(certificate: &str, key: &str, answer: Answer) -> (String, JoinHandle<()>) {
    let chain = vec![CertificateDer::from_pem_file(file(certificate)).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(file(key)).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.expect("versions").with_no_client_auth().with_single_cert(chain, key).expect("they fit");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    let url = format!("https://{}/", listener.local_addr().expect("its address"));
    let peer = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (stream, _) = listener.accept().expect("a connection");
        let connection = ServerConnection::new(Arc::new(config)).expect("a connection");
        let mut stream = StreamOwned::new(connection, stream);
        let mut seen = Vec::new();
        let mut bytes = [0; 1024];
        while !String::from_utf8_lossy(&seen).contains("msg_utf8=") {
            match stream.read(&mut bytes) {
                Ok(read @ 1..) => seen.extend_from_slice(&bytes[..read]),
                _ => return,
            }
        }
        stream.write_all(answer.text.as_bytes()).expect("an answer");
        if answer.says_goodbye {
            stream.conn.send_close_notify();
        }
        stream.flush().expect("an answer");
    });
    (url, peer)
}

/// What becomes of a message to a peer with this certificate, where these authorities are trusted.
fn reply(certificate: &str, key: &str, ca_file: Option<&str>) -> Reply {
    reply_to(certificate, key, ca_file, TAKEN)
}

fn reply_to(certificate: &str, key: &str, ca_file: Option<&str>, answer: Answer) -> Reply {
    let (url, peer) = peer(certificate, key, answer);
    let settings = Settings { ca_file: ca_file.map(file), ..settings(&url, PATIENCE) };
    let gateway = open(&settings, 1).expect("the settings are right");
    let reply = send(&*gateway, &message("+85291234567", "Hello"));
    peer.join().expect("a peer");
    reply
}

#[test]
fn a_certificate_of_an_authority_that_the_settings_name_is_trusted() {
    assert_accepted(&reply("signed.pem", "signed_key.pem", Some("authority.pem")));
}

#[test]
fn a_certificate_that_signs_itself_is_trusted_where_the_settings_name_it() {
    assert_accepted(&reply("certificate.pem", "key.pem", Some("certificate.pem")));
}

#[test]
fn a_certificate_that_is_not_trusted_is_told_with_what_helps() {
    for (certificate, key, ca_file, told) in [
        ("signed.pem", "signed_key.pem", None, "name that one's certificate in `ca_file`"),
        (
            "signed.pem",
            "signed_key.pem",
            Some("certificate.pem"),
            "tls/certificate.pem`, the `ca_file` of this gateway",
        ),
        ("authority.pem", "authority_key.pem", Some("authority.pem"), "it is that of an authority"),
    ] {
        let reply = reply(certificate, key, ca_file);
        assert_never_sent(&reply);
        let said = words(&reply);
        assert!(said.starts_with("no TLS with `127.0.0.1:"), "{said}");
        assert!(said.contains("its certificate is not trusted") && said.contains(told), "{said}");
    }
}

#[test]
fn a_file_of_authorities_that_is_not_there_is_a_fault_of_the_settings() {
    let missing = Settings { ca_file: Some(file("gone.pem")), ..settings("https://gateway.example/", PATIENCE) };
    let error = open(&missing, 1).err().expect("there is no such file").to_string();
    let path = file("gone.pem").display().to_string();
    assert_eq!(error, format!("`ca_file`: the file `{path}` cannot be read: no such file or directory"));
}

/// Over TLS an end that is not announced is no end (RFC 9112, section 9.8): what is missing may have said the opposite.
#[test]
fn an_answer_that_ends_with_its_connection_is_whole_if_the_peer_said_goodbye() {
    let text = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n200 OK";
    let reply = |text, says_goodbye| {
        reply_to("certificate.pem", "key.pem", Some("certificate.pem"), Answer { text, says_goodbye })
    };
    assert_accepted(&reply(text, true));
    for text in [text, "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\nlater", "HTTP/1.0 400 Bad\r\n\r\nno"] {
        let reply = reply(text, false);
        assert_eq!(reply.outcome, Outcome::Unknown, "{text}: {reply:?}");
    }
    assert_accepted(&reply(TAKEN.text, false));
}
