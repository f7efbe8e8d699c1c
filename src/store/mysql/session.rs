//! One connection: how it is opened, what every session is told, and what a statement answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, Error, Row};

use super::bind::{Value, bind};
use super::column;
use super::dial::dial;
use super::fault::{Speak, placed};
use super::prepared::{Form, Kept};
use super::sql;
use crate::store::error::Cause;
use crate::store::{Result, Server, StoreError};

/// Seconds that a statement waits for another transaction's lock; the whole transaction is then tried again.
const LOCK_WAIT_S: u64 = 5;

/// What every server takes at least, and the statements that set up a session are not larger.
const PACKET_MIN: usize = 1024;

/// What statements of the queue itself need, whatever its messages are.
const PACKET_NEEDED: usize = 4096;

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

/// What a host must have of the queue where a URL names several: a database without its tables is another one, or will be the queue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Its tables.
    Tables,
    /// Its tables, unless none of them has any: then they are to be made.
    TablesIfAny,
    /// Nothing: it is used for something else.
    Nothing,
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
    kept: Kept,
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

    /// Runs the statement that `query` makes of what the rows have in common, if it is kept prepared here.
    pub fn run_kept(
        &mut self,
        query: &mut dyn FnMut(&mut Form) -> String,
        rows: &[Vec<Value<'_>>],
    ) -> std::result::Result<Option<Answer>, Error> {
        self.kept.run(&mut self.conn, query, rows, self.packet_max)
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

    /// The most bytes that the server takes at once.
    pub fn packet_max(&self) -> usize {
        self.packet_max
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
        // After COM_RESET_CONNECTION a node of a cluster heeds `wsrep_sync_wait` no more (MariaDB 10.11): its reads would wait for nothing.
        // What the store leaves in a session that it uses again is what it sets up.
        if !self.facts.is_galera {
            self.kept = Kept::default();
            self.conn.reset()?;
        }
        self.set_up(patience)
    }

    fn set_up(&mut self, patience: Patience) -> std::result::Result<(), Error> {
        let (lock_wait, silence) = match patience {
            Patience::Short => (LOCK_WAIT_S, SILENCE_MAX_S),
            Patience::Long => (60, SILENCE_MAX_LONG_S),
        };
        let answer = self.send(&set_up_text(lock_wait, silence))?;
        let packet_max = answer.rows.first().and_then(|row| column::whole(row, 0));
        self.packet_max =
            packet_max.and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(PACKET_MIN).max(PACKET_MIN);
        Ok(())
    }
}

/// What a session is told, whatever the server's defaults are: a limit of time or of rows, a mode that refuses updates, or an
/// engine without transactions is for other programs.
fn set_up_text(lock_wait: u64, silence: u64) -> String {
    // `lock_wait_timeout` is for table definitions: somebody alters a table. Of the comments each server reads its own. MySQL
    // would tell the numbers of a table as they were up to a day ago.
    format!(
        "SET NAMES utf8mb4, SESSION autocommit = 1, time_zone = '+00:00', \
         sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', \
         innodb_lock_wait_timeout = {lock_wait}, lock_wait_timeout = {lock_wait}, wait_timeout = {silence}, \
         net_read_timeout = {SILENCE_MAX_S}, net_write_timeout = {SILENCE_MAX_S}, completion_type = 0, \
         default_storage_engine = InnoDB, foreign_key_checks = 1, unique_checks = 1, sql_auto_is_null = 0, \
         sql_big_selects = 1, sql_safe_updates = 0, sql_select_limit = {ROWS_MAX} \
         /*M!, max_statement_time = 0 */ /*!80000 , max_execution_time = 0, information_schema_stats_expiry = 0 */; \
         SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE; SELECT @@max_allowed_packet",
        ROWS_MAX = u64::MAX
    )
}

/// How a session is opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub patience: Patience,
    /// Where it leads to one of several hosts.
    pub needs: Needs,
}

/// Opens a session on `server.hosts[at]`.
pub(super) fn connect(server: &Server, at: usize, terms: Terms, live: &Arc<AtomicU32>) -> Result<Session> {
    let Terms { patience, needs } = terms;
    let (conn, speak) = dial(server, &server.hosts[at], patience)?;
    live.fetch_add(1, Ordering::Relaxed);
    let facts = Facts { is_mariadb: false, version: String::new(), is_galera: false };
    let now = Instant::now();
    let (live, packet_max) = (Arc::clone(live), PACKET_MIN);
    let mut session =
        Session { conn, facts, host: at, born: now, used: now, clean: true, packet_max, kept: Kept::default(), live };
    session.set_up(patience).map_err(|error| speak.of_set_up(&error))?;
    session.facts = facts_of(&mut session).map_err(|error| speak.of_set_up(&error))?;
    require_version(&session.facts, &speak)?;
    require_fit(&mut session, (server.hosts.len() > 1).then_some(needs), &speak)?;
    Ok(session)
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

/// A server that cannot serve now, or has no queue, is left for another one. Where there is none (`needs` is `None`), its own errors
/// tell best.
fn require_fit(session: &mut Session, needs: Option<Needs>, speak: &Speak) -> Result<()> {
    if session.packet_max < PACKET_NEEDED {
        let cause = Cause(format!("it takes packets of {} bytes, and {PACKET_NEEDED} are needed", session.packet_max));
        let location = speak.location.clone();
        return Err(StoreError::ServerTooSmall { location, variable: "max_allowed_packet", cause });
    }
    if session.facts.is_galera {
        let ready = session.send("SHOW STATUS LIKE 'wsrep_ready'").map_err(|error| speak.of_set_up(&error))?;
        if ready.rows.first().and_then(|row| column::text(row, 1)).as_deref() == Some("OFF") {
            let cause = Cause("the node is not part of its cluster's primary component".to_owned());
            return Err(StoreError::Unreachable { location: speak.location.clone(), cause });
        }
    }
    let Some(needs) = needs else { return Ok(()) };
    let answer = session.send(sql!("host_fit")).map_err(|error| speak.of_set_up(&error))?;
    let is = |at| answer.rows.first().is_some_and(|row| column::whole(row, at) == Some(1));
    let location = speak.location.clone();
    // One that is to have the queue may follow another server, and take no writes: it is told as what it lacks.
    match (is(0), is(1)) {
        (_, false) if needs != Needs::Nothing => Err(StoreError::NotMigrated { location }),
        (true, _) => Err(StoreError::ServerReadOnly { location }),
        _ => Ok(()),
    }
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
    fn what_sets_up_a_session_fits_in_the_smallest_packet() {
        let text = set_up_text(60, SILENCE_MAX_LONG_S);
        assert!(text.len() < PACKET_MIN - 1, "{}", text.len());
    }

    #[test]
    fn the_engine_is_named() {
        assert_eq!(engine(&facts("10.11.19-MariaDB-0+deb12u1")), "MariaDB 10.11.19");
        assert_eq!(engine(&facts("8.4.3")), "MySQL 8.4.3");
    }
}
