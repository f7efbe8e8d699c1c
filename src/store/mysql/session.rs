//! One connection: how it is opened, what every session is told, and what a statement answers.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable;
use mysql::{ClientIdentity, Conn, DriverError, Error, Opts, OptsBuilder, Row, SslOpts};

use super::bind::{Value, bind};
use super::column;
use super::fault::{Speak, placed};
use crate::store::error::Cause;
use crate::store::server::{Host, TlsMode};
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

/// Seconds that a statement waits for another transaction's lock; the whole transaction is then tried again.
const LOCK_WAIT_S: u64 = 5;

/// The largest packet of an answer, which is that of any server: one sends a row also where it would not take it in one
/// statement. Other programs write such rows in parts, and the server's own bound may be lowered when they are there.
const ANSWER_MAX: usize = 1 << 30;

/// What every server takes at least, and the statements that set up a session are not larger.
const PACKET_MIN: usize = 1024;

/// Both are the first of their kind that have SKIP LOCKED; of MySQL 8, 8.0.11 is the first that was for use.
const MYSQL_MIN: (u16, u16, u16) = (8, 0, 11);
const MARIADB_MIN: (u16, u16, u16) = (10, 6, 0);

/// Seconds of silence after which the server ends a session, and with it a transaction that is open there. A host that has gone,
/// or is cut off, says no goodbye: its locks would stay for hours, and hold up those who take over its tasks when its lease has
/// run out. Shorter than the lease by more than the time between two heartbeats.
pub(super) const SILENCE_MAX_S: u64 = 15;

/// The same for sessions that read whole tables, and may do something else meanwhile.
const SILENCE_MAX_LONG_S: u64 = 8 * 3600;

/// What the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub is_mariadb: bool,
    pub version: String,
    /// The node belongs to a Galera cluster.
    pub is_galera: bool,
}

/// How patient a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// For the verbs of a queue.
    Short,
    /// For migrations and counts of whole tables.
    Long,
}

/// A connection that is set up.
pub(super) struct Session {
    conn: Conn,
    pub facts: Facts,
    /// Which of the hosts it leads to.
    pub host: usize,
    pub born: Instant,
    pub used: Instant,
    /// No transaction is open, and no statement failed half-way: it may be used by somebody else.
    pub clean: bool,
    /// Bytes of a statement that the server takes.
    packet_max: usize,
    /// How many sessions there are.
    pub live: Arc<AtomicU32>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.live.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a statement answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub rows: Vec<Row>,
    /// Rows that were found by the condition, changed or not.
    pub affected: u64,
    pub last_insert_id: u64,
}

impl Session {
    /// Runs one statement.
    pub fn run(&mut self, query: &str, values: &[Value<'_>]) -> std::result::Result<Answer, Error> {
        self.send(&bind(query, values))
    }

    /// Runs a text that is complete. Of several statements the last answers.
    pub fn send(&mut self, text: &str) -> std::result::Result<Answer, Error> {
        Ok(self.send_all(text)?.pop().unwrap_or_default())
    }

    /// Runs a text that is complete; what each of its statements answers. One that fails is the last that runs.
    pub fn send_all(&mut self, text: &str) -> std::result::Result<Vec<Answer>, Error> {
        self.require_fit(text)?;
        self.ask(text).map_err(|error| placed(error, text))
    }

    fn ask(&mut self, text: &str) -> std::result::Result<Vec<Answer>, Error> {
        let mut result = self.conn.query_iter(text)?;
        let mut answers = Vec::new();
        while let Some(set) = result.iter() {
            let (affected, last_insert_id) = (set.affected_rows(), set.last_insert_id().unwrap_or(0));
            let rows = set.collect::<std::result::Result<Vec<Row>, Error>>()?;
            answers.push(Answer { rows, affected, last_insert_id });
        }
        Ok(answers)
    }

    /// The server ends a connection that sends it more than it takes.
    fn require_fit(&self, text: &str) -> std::result::Result<(), Error> {
        // One byte says that it is a statement.
        let fits = text.len() < self.packet_max - 1;
        if fits { Ok(()) } else { Err(DriverError::PacketTooLarge.into()) }
    }

    /// As `run`, but of the rows only the first that have so many bytes together are kept: at least one, if there is one.
    pub fn run_bounded(
        &mut self,
        query: &str,
        values: &[Value<'_>],
        bytes_max: usize,
    ) -> std::result::Result<Vec<Row>, Error> {
        let text = bind(query, values);
        self.require_fit(&text)?;
        let mut result = self.conn.query_iter(text)?;
        let (mut rows, mut bytes) = (Vec::new(), 0);
        // What is left of the answer is read, and dropped, with the result.
        while bytes < bytes_max {
            let Some(row) = result.next() else { break };
            let row: Row = row?;
            bytes += (0..row.len()).map(|at| column::size(&row, at)).sum::<usize>();
            rows.push(row);
        }
        Ok(rows)
    }

    /// The server's state of the session is made as it was after the connection.
    pub fn reset(&mut self, patience: Patience) -> std::result::Result<(), Error> {
        self.conn.reset()?;
        self.set_up(patience)
    }

    fn set_up(&mut self, patience: Patience) -> std::result::Result<(), Error> {
        let (lock_wait, silence) = match patience {
            Patience::Short => (LOCK_WAIT_S, SILENCE_MAX_S),
            Patience::Long => (60, SILENCE_MAX_LONG_S),
        };
        // `lock_wait_timeout` is for table definitions: somebody alters a table.
        let answer = self.send(&format!(
            "SET NAMES utf8mb4, SESSION autocommit = 1, SESSION time_zone = '+00:00', \
             SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', \
             SESSION innodb_lock_wait_timeout = {lock_wait}, SESSION lock_wait_timeout = {lock_wait}, \
             SESSION wait_timeout = {silence}, SESSION net_read_timeout = {SILENCE_MAX_S}, \
             SESSION net_write_timeout = {SILENCE_MAX_S}; \
             SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT @@max_allowed_packet"
        ))?;
        let packet_max = answer.rows.first().and_then(|row| column::whole(row, 0));
        self.packet_max =
            packet_max.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(PACKET_MIN).max(PACKET_MIN);
        Ok(())
    }
}

/// Opens a session on `server.hosts[at]`.
pub(super) fn connect(server: &Server, at: usize, patience: Patience, live: &Arc<AtomicU32>) -> Result<Session> {
    let host = &server.hosts[at];
    let speak = Speak::new(server).at(&login(server, host));
    let mode = tls_mode(server, host);
    let opts = options(server, host, mode, patience)?;
    let conn = match Conn::new(opts) {
        Err(Error::DriverError(DriverError::TlsNotSupported)) if mode == TlsMode::Preferred => {
            Conn::new(options(server, host, TlsMode::Disabled, patience)?)
        }
        conn => conn,
    };
    let conn = conn.map_err(|error| speak.of_opening(&error))?;
    live.fetch_add(1, Ordering::Relaxed);
    let facts = Facts { is_mariadb: false, version: String::new(), is_galera: false };
    let now = Instant::now();
    let (live, packet_max) = (Arc::clone(live), PACKET_MIN);
    let mut session = Session { conn, facts, host: at, born: now, used: now, clean: true, packet_max, live };
    session.set_up(patience).map_err(|error| speak.of(&error))?;
    session.facts = facts_of(&mut session).map_err(|error| speak.of(&error))?;
    require_version(&session.facts, &speak)?;
    require_fit(&mut session, server.hosts.len() > 1, &speak)?;
    Ok(session)
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

fn options(server: &Server, host: &Host, mode: TlsMode, patience: Patience) -> Result<Opts> {
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
    Ok(builder.into())
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
    let Some(path) = &server.password_file else { return Ok(server.password.clone()) };
    let mut text = String::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX).read_to_string(&mut text));
    let fault = |cause| StoreError::PasswordFile { path: path.clone(), cause };
    read.map_err(|error| Speak::new(server).of_file(&error, fault))?;
    Ok(text.lines().next().map(str::to_owned))
}

fn facts_of(session: &mut Session) -> std::result::Result<Facts, Error> {
    let answer = session.send("SELECT VERSION()")?;
    let version = answer.rows.first().and_then(|row| column::text(row, 0)).unwrap_or_default();
    let is_mariadb = version.contains("MariaDB");
    // Percona's cluster has it too; a server without it says so with an error.
    let is_galera = match session.send("SELECT @@wsrep_on") {
        Ok(answer) => answer.rows.first().is_some_and(|row| column::whole(row, 0) == Some(1)),
        Err(Error::MySqlError(_)) => false,
        Err(error) => return Err(error),
    };
    Ok(Facts { is_mariadb, version, is_galera })
}

/// The number of a version: `10.11.19-MariaDB-0+deb12u1`, `5.5.5-10.11.2-MariaDB`, `8.4.3`.
fn number(facts: &Facts) -> (u16, u16, u16) {
    let text = if facts.is_mariadb { facts.version.trim_start_matches("5.5.5-") } else { &facts.version };
    let mut parts = text.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

fn require_version(facts: &Facts, speak: &Speak) -> Result<()> {
    let (least, needed) = if facts.is_mariadb {
        (MARIADB_MIN, "MariaDB 10.6 or newer (SKIP LOCKED)")
    } else {
        (MYSQL_MIN, "MySQL 8.0.11 or newer (SKIP LOCKED)")
    };
    if number(facts) >= least {
        return Ok(());
    }
    Err(StoreError::ServerTooOld { location: speak.location.clone(), found: engine(facts), needed })
}

/// For people: `MariaDB 10.11.19`, `MySQL 8.4.3`.
pub(super) fn engine(facts: &Facts) -> String {
    let (major, minor, patch) = number(facts);
    let cluster = if facts.is_galera { ", Galera" } else { "" };
    format!("{} {major}.{minor}.{patch}{cluster}", if facts.is_mariadb { "MariaDB" } else { "MySQL" })
}

/// A server that cannot serve now is left for another one. Where there is none, its own errors tell best.
fn require_fit(session: &mut Session, has_others: bool, speak: &Speak) -> Result<()> {
    if session.facts.is_galera {
        let ready = session.send("SHOW STATUS LIKE 'wsrep_ready'").map_err(|error| speak.of(&error))?;
        if ready.rows.first().and_then(|row| column::text(row, 1)).as_deref() == Some("OFF") {
            let cause = Cause("the node is not part of its cluster's primary component".to_owned());
            return Err(StoreError::Unreachable { location: speak.location.clone(), cause });
        }
    }
    if has_others {
        let answer = session.send("SELECT @@global.read_only").map_err(|error| speak.of(&error))?;
        if answer.rows.first().is_some_and(|row| column::whole(row, 0) == Some(1)) {
            return Err(StoreError::ServerReadOnly { location: speak.location.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(version: &str) -> Facts {
        Facts { is_mariadb: version.contains("MariaDB"), version: version.to_owned(), is_galera: false }
    }

    #[test]
    fn a_server_without_skip_locked_is_refused() {
        let server = match crate::store::Location::parse("mysql://u@h/d", std::path::Path::new("")) {
            Ok(crate::store::Location::Mysql(server)) => server,
            other => panic!("{other:?}"),
        };
        let speak = Speak::new(&server);
        for version in ["8.0.11", "8.4.3", "9.7.0", "10.6.0-MariaDB", "5.5.5-10.11.2-MariaDB-log", "11.8.1-MariaDB"] {
            assert!(require_version(&facts(version), &speak).is_ok(), "{version}");
        }
        for version in ["5.7.44-log", "8.0.4-rc", "10.5.29-MariaDB", "5.5.5-10.3.1-MariaDB", ""] {
            let refused = require_version(&facts(version), &speak);
            assert!(matches!(refused, Err(StoreError::ServerTooOld { .. })), "{version}: {refused:?}");
        }
    }

    #[test]
    fn the_engine_is_named() {
        assert_eq!(engine(&facts("10.11.19-MariaDB-0+deb12u1")), "MariaDB 10.11.19");
        assert_eq!(engine(&facts("8.4.3")), "MySQL 8.4.3");
    }
}
