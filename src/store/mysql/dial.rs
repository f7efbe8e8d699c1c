//! How a connection to a server is opened: where it leads, as whom, and how it is encrypted.

use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use mysql::consts::CapabilityFlags;
use mysql::{ClientIdentity, Conn, DriverError, Error, OptsBuilder, SslOpts};

use super::fault::Speak;
use super::session::Patience;
use crate::panics::catch;
use crate::store::error::Cause;
use crate::store::server::{Host, PasswordFile, TlsMode};
use crate::store::{Result, Server, StoreError};

/// A host that has not answered all that a session needs is left for another one after this.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// An answer that does not come for so long never will: shorter than the lease of a worker, so that a connection whose
/// packets somebody swallows is left before the worker is taken for dead.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// The same for work that reads whole tables.
const READ_TIMEOUT_LONG: Duration = Duration::from_secs(24 * 3600);

/// Bytes that keep-alive and retransmission may take, in the kernel's own view of a dead peer.
const TCP_SILENCE_MS: u32 = 15_000;

/// The largest packet of an answer, which is that of any server: one sends a row also where it would not take it in one
/// statement. Other programs write such rows in parts, and the server's own bound may be lowered when they are there.
const ANSWER_MAX: usize = 1 << 30;

/// Opens a connection to `host`, and says how its errors are told.
pub(super) fn dial(server: &Server, host: &Host, patience: Patience) -> Result<(Conn, Speak)> {
    let speak = Speak::new(server).at(&login(server, host));
    let mode = tls_mode(server, host);
    let open = |builder| -> Result<_> {
        let conn = catch(|| connect(host, builder)).map_err(|panicked| speak.of_panic(&panicked))?;
        Ok(conn.map_err(|error| {
            (matches!(error, Error::DriverError(DriverError::TlsNotSupported)), speak.of_opening(&error))
        }))
    };
    let conn = match open(options(server, host, mode, patience)?)? {
        Err((true, _)) if mode == TlsMode::Preferred => open(options(server, host, TlsMode::Disabled, patience)?)?,
        conn => conn,
    };
    let conn = conn.map_err(|(_, error)| error)?;
    Ok((conn, speak))
}

/// Of the addresses of a name the driver tries the first alone, unless it is to speak from an address of its own: then it tries
/// all of that kind. `localhost` is `::1` first on many hosts, where the server listens on `127.0.0.1`.
fn connect(host: &Host, builder: OptsBuilder) -> std::result::Result<Conn, Error> {
    let first = Conn::new(builder.clone());
    let Err(refused) = &first else { return first };
    let Some((name, port)) = host.name().filter(|_| leads_nowhere(refused)) else { return first };
    let addresses = (name, port).to_socket_addrs().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
    let others = addresses.get(1..).unwrap_or_default();
    let share = CONNECT_TIMEOUT / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
    let kinds = [SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))];
    let kinds = kinds.into_iter().filter(|kind| others.iter().any(|other| other.is_ipv4() == kind.is_ipv4()));
    let mut tries =
        kinds.map(|kind| Conn::new(builder.clone().bind_address(Some(kind)).tcp_connect_timeout(Some(share))));
    // Somebody there answers, whatever he says. If nobody does, the words of the first address tell it best.
    let is_nobody = |error: &Error| {
        matches!(error, Error::DriverError(DriverError::CouldNotConnect(_) | DriverError::ConnectTimeout))
    };
    tries.find(|conn| !conn.as_ref().is_err_and(is_nobody)).unwrap_or(first)
}

/// An address of the host was known, and nobody answered there.
fn leads_nowhere(error: &Error) -> bool {
    match error {
        Error::DriverError(DriverError::ConnectTimeout) => true,
        Error::DriverError(DriverError::CouldNotConnect(Some((_, _, kind)))) => matches!(
            kind,
            ErrorKind::ConnectionRefused
                | ErrorKind::ConnectionReset
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
                | ErrorKind::AddrNotAvailable
                | ErrorKind::Unsupported
                | ErrorKind::TimedOut
        ),
        _ => false,
    }
}

fn login(server: &Server, host: &Host) -> String {
    server.user.as_ref().map_or_else(|| host.to_string(), |user| format!("{user}@{host}"))
}

/// On this host itself nobody listens in between.
fn tls_mode(server: &Server, host: &Host) -> TlsMode {
    match (host, server.tls.mode) {
        (Host::Socket(_), _) => TlsMode::Disabled,
        (_, Some(mode)) => mode,
        (host, None) if host.is_local() => TlsMode::Disabled,
        (_, None) => TlsMode::Preferred,
    }
}

fn options(server: &Server, host: &Host, mode: TlsMode, patience: Patience) -> Result<OptsBuilder> {
    let read_timeout = match patience {
        Patience::Short => READ_TIMEOUT,
        Patience::Long => READ_TIMEOUT_LONG,
    };
    let builder = OptsBuilder::new()
        .user(server.user.clone())
        .pass(password(server)?)
        .db_name(Some(server.database.clone()))
        .prefer_socket(false)
        .tcp_nodelay(true)
        .tcp_connect_timeout(Some(CONNECT_TIMEOUT))
        .tcp_keepalive_time_ms(Some(TCP_SILENCE_MS))
        .tcp_user_timeout_ms(Some(TCP_SILENCE_MS))
        .read_timeout(Some(read_timeout))
        .write_timeout(Some(READ_TIMEOUT))
        .stmt_cache_size(0)
        // Of what is sent, the session sees to it.
        .max_allowed_packet(Some(ANSWER_MAX))
        // An update says how many rows it found, as SQLite does.
        .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS)
        .ssl_opts(tls(server, mode)?);
    let builder = match host {
        Host::Socket(path) => builder.socket(Some(path.display().to_string())),
        Host::Tcp { name, port } => {
            let name = if name.contains(':') { format!("[{name}]") } else { name.clone() };
            builder.ip_or_hostname(Some(name)).tcp_port(*port)
        }
    };
    Ok(builder)
}

fn tls(server: &Server, mode: TlsMode) -> Result<Option<SslOpts>> {
    let trusts_all = matches!(mode, TlsMode::Preferred | TlsMode::Required);
    if mode == TlsMode::Disabled {
        return Ok(None);
    }
    let identity = server.tls.identity.clone();
    let speak = Speak::new(server);
    check_file(server.tls.ca.as_ref(), "CERTIFICATE", &speak)?;
    check_file(identity.as_ref().map(|identity| &identity.0), "CERTIFICATE", &speak)?;
    check_file(identity.as_ref().map(|identity| &identity.1), "PRIVATE KEY", &speak)?;
    let options = SslOpts::default()
        .with_root_cert_path(server.tls.ca.clone())
        .with_client_identity(identity.map(|(cert, key)| ClientIdentity::new(cert, key)))
        .with_danger_accept_invalid_certs(trusts_all)
        .with_danger_skip_domain_validation(mode != TlsMode::VerifyIdentity);
    Ok(Some(options))
}

/// A file of TLS must hold a block of this kind: the driver's own words for one that does not name no file.
fn check_file(path: Option<&PathBuf>, kind: &str, speak: &Speak) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let fault = |cause: Cause| StoreError::TlsFile { path: path.clone(), cause };
    let text = std::fs::read(path).map_err(|error| speak.of_file(&error, fault))?;
    let end = format!("{kind}-----");
    let holds = |words: &str| text.windows(words.len()).any(|window| window == words.as_bytes());
    if !holds(&end) {
        return Err(fault(Cause(format!("it holds no `{kind}` in PEM"))));
    }
    if kind == "PRIVATE KEY" && holds("ENCRYPTED") {
        return Err(fault(Cause(
            "its key has a passphrase, which nobody is there to type: `openssl pkey` takes it off".to_owned(),
        )));
    }
    Ok(())
}

/// The password of the URL, or the first line of its file: read for each connection, so that it may be changed.
fn password(server: &Server) -> Result<Option<String>> {
    /// A file that is longer is no password.
    const BYTES_MAX: u64 = 4096;
    let Some(PasswordFile { path, by }) = &server.password_file else { return Ok(server.password.clone()) };
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    let fault = |cause| StoreError::PasswordFile { path: path.clone(), by: *by, cause };
    read.map_err(|error| Speak::new(server).of_file(&error, fault))?;
    Ok(text.lines().next().map(str::to_owned))
}
