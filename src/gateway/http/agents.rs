//! The client's agents of one gateway, all on our own wire.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{Connector, NextTimeout};
use ureq::{Agent, Error};

use super::tls::{Tls, TlsConnector};
use super::transport::{BoundaryConnector, TcpConnector};
use super::trust::Trust;

/// Senders that share an agent.
const SENDERS_PER_AGENT: usize = 8;

/// The agents of one gateway, all on this wire and with one set of certificates. Under its lock an agent looks at every idle
/// connection that it keeps, twice for a request, so few senders share one; but not one each, so that where the system gives
/// no more connections, those that are there serve all.
pub(super) struct Agents {
    agents: Vec<Agent>,
    trust: Arc<Trust>,
}

impl Agents {
    /// Agents for so many senders, with a configuration that holds the settings of `tls`. They take no proxy, whatever the
    /// configuration says; without `keep_alive` each connection is used once.
    pub(super) fn new(config: &Config, tls: &Arc<Tls>, senders: usize, keep_alive: bool) -> Agents {
        let trust = Arc::new(Trust::new(keep_alive));
        let agent = |_| {
            let tcp = TcpConnector { trust: Arc::clone(&trust) };
            let connector = ().chain(tcp).chain(TlsConnector(Arc::clone(tls))).chain(BoundaryConnector);
            Agent::with_parts(config.clone(), connector, LateResolver)
        };
        let agents = (0..senders.div_ceil(SENDERS_PER_AGENT).max(1)).map(agent).collect();
        Agents { agents, trust }
    }

    /// From now on each connection of this gateway is used once.
    pub(super) fn distrust(&self) {
        self.trust.end();
    }

    /// A request was lost on a connection that had been used before: for a while each is used once.
    pub(super) fn lost(&self) {
        self.trust.lost();
    }

    /// The agent of this thread.
    pub(super) fn mine(&self) -> &Agent {
        static NEXT_SEAT: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static SEAT: usize = NEXT_SEAT.fetch_add(1, Ordering::Relaxed);
        }
        &self.agents[SEAT.with(|seat| seat % self.agents.len())]
    }
}

/// Resolves nothing: `TcpConnector` does when a new connection is needed.
#[derive(Debug)]
struct LateResolver;

impl Resolver for LateResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::time::Duration;

    use ureq::tls::TlsConfig;

    use super::super::call::{self, Progress};
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A certificate for `127.0.0.1` that nobody vouches for, made for this test alone.
    const CERTIFICATE: &[u8] = include_bytes!("../../../tests/gateway/tls/certificate.pem");
    const KEY: &[u8] = include_bytes!("../../../tests/gateway/tls/key.pem");

    type TlsStream = rustls::StreamOwned<rustls::ServerConnection, TcpStream>;
    /// What a peer does with one connection.
    type Act = Box<dyn FnOnce(&mut TlsStream) + Send>;

    /// Shakes hands on one connection with this version of TLS, and gives it to `act`.
    fn tls_peer(
        version: &'static rustls::SupportedProtocolVersion,
        act: impl FnOnce(&mut TlsStream) + Send + 'static,
    ) -> (Uri, std::thread::JoinHandle<()>) {
        tls_peer_of(version, vec![Box::new(act)])
    }

    /// The same, for one connection after another.
    fn tls_peer_of(
        version: &'static rustls::SupportedProtocolVersion,
        acts: Vec<Act>,
    ) -> (Uri, std::thread::JoinHandle<()>) {
        use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .expect("the version is known")
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(CERTIFICATE).expect("a certificate")],
                PrivateKeyDer::from_pem_slice(KEY).expect("a key"),
            )
            .expect("they fit");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let uri = format!("https://{}/", listener.local_addr().expect("its address")).parse().expect("a URL");
        let config = Arc::new(config);
        let peer = std::thread::spawn(move || {
            let mut open = Vec::new();
            for act in acts {
                let (stream, _) = listener.accept().expect("a connection");
                // What is said is there as soon as it was said.
                stream.set_nodelay(true).expect("an option");
                let connection = rustls::ServerConnection::new(Arc::clone(&config)).expect("a connection");
                let mut stream = rustls::StreamOwned::new(connection, stream);
                act(&mut stream);
                // It says goodbye itself, or does not.
                open.push(stream);
            }
        });
        (uri, peer)
    }

    fn read_request(stream: &mut impl Read) {
        let (mut bytes, mut byte) = (Vec::new(), [0_u8; 1]);
        while !bytes.ends_with(b"text") {
            stream.read_exact(&mut byte).expect("a byte of the request");
            bytes.push(byte[0]);
        }
    }

    /// Posts `text`.
    fn post(agent: &Agent, uri: &Uri) -> Result<u16, Error> {
        call::begin(Progress::Connecting, SECOND, None);
        agent.post(uri).send("text").and_then(|mut response| {
            response.body_mut().read_to_string()?;
            Ok(response.status().as_u16())
        })
    }

    /// One agent, which checks no certificate if it is `trusting`.
    fn tls_agents(trusting: bool) -> Agents {
        let tls = Arc::new(Tls::new(TlsConfig::builder().disable_verification(trusting).build()));
        agents(&tls)
    }

    fn agents(tls: &Arc<Tls>) -> Agents {
        let limit = Some(Duration::from_secs(30));
        let config = Agent::config_builder().timeout_global(limit).timeout_connect(limit);
        Agents::new(&config.tls_config(tls.settings()).build(), tls, 1, true)
    }

    const VERSIONS: [&rustls::SupportedProtocolVersion; 2] = [&rustls::version::TLS12, &rustls::version::TLS13];

    #[test]
    fn over_tls_a_request_leaves_once_and_the_connection_is_kept() {
        for version in VERSIONS {
            let (uri, peer) = tls_peer(version, |stream| {
                for _ in 0..2 {
                    read_request(stream);
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK").expect("an answer");
                }
            });
            let agents = tls_agents(true);
            for _ in 0..2 {
                assert!(matches!(post(agents.mine(), &uri), Ok(200)), "{version:?}");
                assert_eq!(call::progress(), Progress::Left);
            }
            peer.join().expect("two requests on one connection");
        }
    }

    #[test]
    fn over_tls_a_request_that_is_lost_has_left() {
        for version in VERSIONS {
            let (uri, peer) = tls_peer(version, read_request);
            assert!(post(tls_agents(true).mine(), &uri).is_err(), "{version:?}");
            assert_eq!(call::progress(), Progress::Left);
            peer.join().expect("a request");
        }
    }

    /// TLS says goodbye: that is no answer.
    #[test]
    fn over_tls_a_connection_that_is_closed_under_a_request_is_a_loss() {
        for version in VERSIONS {
            let (uri, peer) = tls_peer(version, |stream| {
                read_request(stream);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK").expect("an answer");
                read_request(stream);
                stream.conn.send_close_notify();
                stream.flush().expect("goodbye");
            });
            let agents = tls_agents(true);
            assert!(matches!(post(agents.mine(), &uri), Ok(200)), "{version:?}");
            assert!(post(agents.mine(), &uri).is_err(), "{version:?}");
            assert!(call::was_hung_up() && call::progress() == Progress::Left, "{version:?}");
            peer.join().expect("two requests on one connection");
        }
    }

    /// It waits for our goodbye, and its connection stays open so long.
    #[test]
    fn over_tls_a_connection_whose_peer_has_said_goodbye_is_not_used_again() {
        for (version, in_one_packet) in VERSIONS.into_iter().flat_map(|version| [(version, true), (version, false)]) {
            let (told, goodbye) = std::sync::mpsc::channel();
            let first = move |stream: &mut TlsStream| {
                read_request(stream);
                stream.conn.writer().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK").expect("an answer");
                if !in_one_packet {
                    stream.flush().expect("an answer");
                }
                stream.conn.send_close_notify();
                stream.flush().expect("goodbye");
                told.send(()).expect("the test listens");
            };
            let second = |stream: &mut TlsStream| {
                read_request(stream);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK").expect("an answer");
            };
            let (uri, peer) = tls_peer_of(version, vec![Box::new(first), Box::new(second)]);
            let agents = tls_agents(true);
            assert!(matches!(post(agents.mine(), &uri), Ok(200)), "{version:?}");
            goodbye.recv().expect("a goodbye");
            let second = post(agents.mine(), &uri);
            assert!(matches!(second, Ok(200)), "{version:?}, in one packet: {in_one_packet}: {second:?}");
            assert_eq!(call::progress(), Progress::Left);
            assert!(agents.trust.reuses(), "{version:?}: a goodbye is no answer that nobody asked for");
            peer.join().expect("a request on each of two connections");
        }
    }

    /// More than one answer in one packet, each in a record of its own.
    #[test]
    fn over_tls_a_gateway_that_answers_twice_is_noticed() {
        for version in VERSIONS {
            let (uri, peer) = tls_peer(version, |stream| {
                read_request(stream);
                for _ in 0..2 {
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
                    stream.conn.writer().write_all(answer).expect("an answer");
                }
                stream.flush().expect("two answers");
            });
            let agents = tls_agents(true);
            assert!(matches!(post(agents.mine(), &uri), Ok(200)), "{version:?}");
            assert!(call::has_surplus(), "{version:?}");
            peer.join().expect("a request");
        }
    }

    #[test]
    fn over_tls_nothing_leaves_to_a_peer_whose_certificate_nobody_vouches_for() {
        for version in VERSIONS {
            let (uri, peer) = tls_peer(version, |stream| {
                assert!(stream.read(&mut [0; 1]).is_err(), "the handshake fails");
            });
            assert!(post(tls_agents(false).mine(), &uri).is_err(), "{version:?}");
            assert_eq!(call::progress(), Progress::Connecting);
            peer.join().expect("no request");
        }
    }
}
