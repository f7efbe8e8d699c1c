//! What the driver's errors mean: what the store says of them, and what helps.

use std::io;

use mysql::{DriverError, Error, MySqlError};

use super::definer;
use super::refusal::{OUR_KEYS, is_refusal, key_of, lacks_anothers};
use super::shortage::{is_short, shortage};
use crate::panics::Panicked;
use crate::store::error::Cause;
use crate::store::{Server, StoreError};

/// An error within a transaction: the driver's, which may be worth another try, or the store's own.
pub(super) enum Fault {
    Driver(Error),
    Store(StoreError),
    /// What this node of a cluster knows may be behind what another has committed, and no answer is to be made of it.
    Behind,
}

/// The answer of a step of a transaction.
pub(super) type Tried<T> = std::result::Result<T, Fault>;

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        Fault::Driver(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault::Store(error)
    }
}

/// What helps against an error of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// The same transaction, once more.
    Repeat,
    /// The same transaction on another connection: this one is gone.
    Reconnect,
    /// The same transaction on another server: this one takes no writes, or left its cluster.
    Elsewhere,
    /// Nothing that we could do.
    Nothing,
}

/// A key that another transaction wrote meanwhile, or that was not looked for. The next try looks, and finds it.
pub(super) const DUPLICATE: u16 = 1062;

/// What was to be made is there already: table, column, index, trigger.
pub(super) const ALREADY_THERE: &[u16] = &[1050, 1060, 1061, 1359, 1826];

/// The account may not do it.
pub(super) const FORBIDDEN: &[u16] = &[1044, 1142, 1143, 1227, 1370, 1419];

/// A statement names a column that its table lacks.
pub(super) const UNKNOWN_COLUMN: u16 = 1054;

/// What is not there that a statement needs: a column, a table, an index; or a table that is without its file, or damaged.
const OTHERWISE_MADE: &[u16] = &[UNKNOWN_COLUMN, NO_TABLE, 1034, 1035, 1176, 1194, 1195, 1712, 1812, 1814, 1877, 1932];

/// A table is not there.
pub(super) const NO_TABLE: u16 = 1146;

/// The account that made a trigger is gone.
pub(super) const NO_DEFINER: u16 = 1449;

/// The binary log takes no changes of READ COMMITTED.
const BINARY_LOG: u16 = 1665;

/// `sure.sql` found that an UPDATE was not done; no other statement of smsctl's can fail with it.
const NOT_DONE: u16 = 1242;

/// The same, of an UPDATE whose answer is here.
pub(super) fn not_done() -> Error {
    let message = "an UPDATE changed fewer rows than were locked for it".to_owned();
    Error::MySqlError(MySqlError { state: "21000".to_owned(), message, code: NOT_DONE })
}

/// A statement that the server does not understand.
const NOT_UNDERSTOOD: u16 = 1064;

/// What an UPDATE that is never done, however often it is tried, has met.
const TAKEN_BACK: &str =
    "the server said that it changed rows, and did not: a trigger takes the change back, or each query is killed";

/// What stands before the place of a statement in an error of ours.
const PLACE: &str = "in the statement that begins with `";

/// An error of `text`. Of a statement that was not understood the server repeats a part, and data with it: in its place stand the
/// first words of the text, which hold none, and the line.
pub(super) fn placed(error: Error, text: &str) -> Error {
    let Error::MySqlError(mut server) = error else { return error };
    if server.code == NOT_UNDERSTOOD {
        let line = server.message.rsplit_once(" at line ").map_or("?", |(_, line)| line);
        let line = if line.bytes().all(|byte| byte.is_ascii_digit()) { line } else { "?" };
        let words = text.split_ascii_whitespace().take(3).collect::<Vec<_>>().join(" ");
        server.message = format!("{PLACE}{words}`, line {line} of {}", text.lines().count());
    }
    Error::MySqlError(server)
}

/// The number of a server's error.
pub(super) fn code(error: &Error) -> Option<u16> {
    match error {
        Error::MySqlError(error) => Some(error.code),
        _ => None,
    }
}

/// Whether the option that forbids a statement is another one than those that make a server read-only. A server says the rest in any
/// language.
fn is_forbidden(error: &MySqlError) -> bool {
    error.code == 1290 && !error.message.replace('_', "-").contains("read-only")
}

/// Whether the driver refused to send a statement that is larger than the server takes.
pub(super) fn is_too_large(error: &Error) -> bool {
    match error {
        Error::DriverError(DriverError::PacketTooLarge) => true,
        // The driver gives no name to this kind of error: its words tell it apart.
        Error::CodecError(error) => error.to_string() == "Packet is larger than max_allowed_packet",
        _ => false,
    }
}

/// The error of the stream below, which the driver wraps when it comes while a packet is read.
pub(super) fn of_stream(error: &Error) -> Option<&io::Error> {
    match error {
        Error::IoError(error) => Some(error),
        Error::CodecError(error) => std::error::Error::source(error).and_then(|source| source.downcast_ref()),
        _ => None,
    }
}

/// Whether the TLS of the stream failed: a certificate that does not satisfy comes as invalid data.
fn is_of_tls(error: &Error) -> bool {
    matches!(error, Error::TlsError(_) | Error::DriverError(DriverError::TlsNotSupported))
        || of_stream(error).is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

pub(super) fn remedy(error: &Error) -> Remedy {
    match error {
        Error::MySqlError(error) => match error.code {
            // Of an index of the application's no other try frees a value.
            DUPLICATE if key_of(error).is_some_and(|key| !OUR_KEYS.contains(&key)) => Remedy::Nothing,
            // Deadlock or lost certification, lock wait, row changed under a snapshot, commit failed, query interrupted,
            // statement to be prepared again, and a key that somebody else wrote first.
            // And an UPDATE that was interrupted, and called done.
            1213 | 1205 | 1020 | 1180 | 1317 | 1615 | DUPLICATE | NOT_DONE => Remedy::Repeat,
            // Taking too long, by the server's own limit; a definition that changed meanwhile; a cluster that takes it back.
            1412 | 1969 | 3024 | 3101 => Remedy::Repeat,
            // Too many connections: of the server, of the user. Too little memory, too few threads, locks, transactions.
            1040 | 1203 | 1226 | 1037 | 1041 | 1135 | 1206 | 1637 => Remedy::Repeat,
            // Not in the primary component of its cluster; offline, or read-only, by option, by mode, or for the session.
            1290 if is_forbidden(error) => Remedy::Nothing,
            1047 | 3032 | 1290 | 1836 | 1792 => Remedy::Elsewhere,
            // Shutdown, aborted or killed connections, network errors as the server saw them, idle for too long.
            1053 | 1077..=1080 | 1152 | 1158..=1161 | 1184 | 1927 | 2006 | 2013 | 3169 | 4031 => Remedy::Reconnect,
            _ => Remedy::Nothing,
        },
        error if is_too_large(error) || is_of_tls(error) => Remedy::Nothing,
        Error::IoError(_) | Error::CodecError(_) => Remedy::Reconnect,
        Error::DriverError(
            DriverError::ConnectTimeout
            | DriverError::CouldNotConnect(_)
            | DriverError::PacketOutOfSync
            | DriverError::UnexpectedPacket
            | DriverError::Timeout,
        ) => Remedy::Reconnect,
        Error::DriverError(_)
        | Error::UrlError(_)
        | Error::TlsError(_)
        | Error::FromValueError(_)
        | Error::FromRowError(_) => Remedy::Nothing,
    }
}

/// Turns what the driver says into what the store says.
#[derive(Clone, Debug)]
pub(super) struct Speak {
    pub location: String,
    user: String,
    database: String,
}

impl Speak {
    pub fn new(server: &Server) -> Speak {
        Speak {
            location: server.display(),
            user: server.user.clone().unwrap_or_default(),
            database: server.database.clone(),
        }
    }

    /// What goes wrong with a host of several.
    pub fn at(&self, host: &str) -> Speak {
        Speak { location: format!("mysql://{host}/{}", self.database), ..self.clone() }
    }

    /// An error of a connection that is being opened. Nothing of ours was sent yet: a packet that is too large is no packet.
    pub fn of_opening(&self, error: &Error) -> StoreError {
        if is_too_large(error)
            || matches!(error, Error::DriverError(DriverError::UnexpectedPacket | DriverError::PacketOutOfSync))
        {
            let cause = Cause("what listens there is no MySQL or MariaDB".to_owned());
            return StoreError::Unreachable { location: self.location.clone(), cause };
        }
        match shortage(error) {
            Some(cause) => StoreError::Starved { location: self.location.clone(), cause },
            None if matches!(error, Error::MySqlError(_)) => self.of_set_up(error),
            None => self.of(error),
        }
    }

    /// An error of a session that is being set up. The server was there a moment ago: another try may find it again.
    pub fn of_set_up(&self, error: &Error) -> StoreError {
        match self.of(error) {
            StoreError::Unreachable { location, cause } if remedy(error) == Remedy::Reconnect => {
                StoreError::CutOff { location, cause }
            }
            told => told,
        }
    }

    /// The driver panicked as it opened a connection: of MariaDB's `ed25519` it does so, since it is built without that.
    pub fn of_panic(&self, panicked: &Panicked) -> StoreError {
        let words = panicked.words.unwrap_or_default();
        if words.contains("ed25519") {
            let (location, user) = (self.location.clone(), self.user.clone());
            return StoreError::LoginRefused { location, user, cause: plugin("ed25519") };
        }
        StoreError::Statement(Cause(format!("the driver has a fault at {}: {words}", panicked.place)))
    }

    /// A file that is read for a connection cannot be opened: for want of descriptors, or as `otherwise` says.
    pub fn of_file(&self, error: &io::Error, otherwise: impl FnOnce(Cause) -> StoreError) -> StoreError {
        let cause = Cause(error.to_string());
        if !is_short(error.raw_os_error()) {
            return otherwise(cause);
        }
        StoreError::Starved { location: self.location.clone(), cause }
    }

    /// A server says the same of a database that is not there, and of one that the account may not use.
    fn hidden(&self, words: &str, cause: Cause) -> StoreError {
        let account = account(words).map_or_else(|| format!("'{}'@'%'", self.user), str::to_owned);
        StoreError::DatabaseHidden { location: self.location.clone(), database: self.database.clone(), account, cause }
    }

    /// It is forbidden to this account, or to the one that the triggers run as.
    fn forbidden(&self, server: &MySqlError, cause: Cause) -> StoreError {
        let location = self.location.clone();
        match definer::lost(server, &self.user) {
            Some(definer::Lost { account }) => StoreError::DefinerLost { location, account, cause },
            None => {
                let (user, database) = (self.user.clone(), self.database.clone());
                StoreError::Privilege { location, user, database, cause }
            }
        }
    }

    pub fn of(&self, error: &Error) -> StoreError {
        let (location, user) = (self.location.clone(), self.user.clone());
        let cause = cause(error);
        match error {
            Error::MySqlError(server) => match server.code {
                3159 => StoreError::Tls { location, cause },
                1045 | 1130 | 1698 | 1820 | 1862 | 3118 | 4151 => StoreError::LoginRefused { location, user, cause },
                1049 => StoreError::UnknownDatabase { location, database: self.database.clone() },
                1044 => self.hidden(&server.message, cause),
                _ if is_forbidden(server) => StoreError::ServerForbids { location, cause },
                1290 | 1792 | 1836 => StoreError::ServerReadOnly { location },
                1038 => StoreError::ServerTooSmall { location, variable: "sort_buffer_size", cause },
                BINARY_LOG => StoreError::BinaryLog { location, cause },
                // In an error of the engine below it stands the system's own number: no room is left.
                1030 if server.message.contains("error 28 ") => StoreError::ServerFull { location, cause },
                1021 | 1114 => StoreError::ServerFull { location, cause },
                1153 => StoreError::PacketTooLarge { location },
                NOT_DONE => StoreError::Refused { location, cause: Cause(TAKEN_BACK.to_owned()) },
                code if OTHERWISE_MADE.contains(&code) && !lacks_anothers(server) => {
                    StoreError::OtherwiseMade { location, cause }
                }
                code if code == NO_DEFINER || FORBIDDEN.contains(&code) => self.forbidden(server, cause),
                _ if is_refusal(server) || lacks_anothers(server) => StoreError::Refused { location, cause },
                _ => match remedy(error) {
                    Remedy::Repeat => StoreError::ServerBusy { location, cause },
                    Remedy::Reconnect | Remedy::Elsewhere => StoreError::Unreachable { location, cause },
                    Remedy::Nothing => StoreError::Statement(cause),
                },
            },
            error if is_of_tls(error) => StoreError::Tls { location, cause },
            error if is_too_large(error) => StoreError::PacketTooLarge { location },
            Error::DriverError(DriverError::UnknownAuthPlugin(name)) => {
                StoreError::LoginRefused { location, user, cause: plugin(name) }
            }
            Error::DriverError(DriverError::OldMysqlPasswordDisabled | DriverError::CleartextPluginDisabled) => {
                StoreError::LoginRefused { location, user, cause }
            }
            error if remedy(error) == Remedy::Nothing => StoreError::Statement(cause),
            _ => StoreError::Unreachable { location, cause },
        }
    }
}

/// The account logs in by what the driver does not speak.
fn plugin(name: &str) -> Cause {
    Cause(format!("the account logs in by the plugin `{name}`, which smsctl does not speak"))
}

/// The account in the words of a server: `Access denied for user 'sms'@'%' to database 'panel'`.
fn account(words: &str) -> Option<&str> {
    words.split_once(" for user ")?.1.split_once(" to database ").map(|(account, _)| account)
}

/// The column and the row of a value that the server did not take: the value itself stands before them.
fn place_of(words: &str) -> Option<&str> {
    let (before, row) = words.rsplit_once(" at row ")?;
    let column = before.rsplit_once(" column ")?.1;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '`' | '\'');
    let is_place = row.bytes().all(|byte| byte.is_ascii_digit()) && column.chars().all(is_name);
    is_place.then(|| words.rsplit_once(" column ").map(|(_, place)| place)).flatten()
}

/// What the driver said.
pub(super) fn cause(error: &Error) -> Cause {
    Cause(words(error))
}

/// The driver's words. A server may repeat the data of a statement in an error: of such, the number alone is told.
fn words(error: &Error) -> String {
    match error {
        Error::MySqlError(server) => match server.code {
            DUPLICATE if let Some(key) = key_of(server) => {
                format!("error 1062: a value is there already in the unique index `{key}`")
            }
            NOT_UNDERSTOOD if server.message.starts_with(PLACE) => format!("error 1064 {}", server.message),
            DUPLICATE | NOT_UNDERSTOOD | 1264 | 1265 | 1292 | 1366 | 1406 | 1411 | 3140..=3160 => {
                let place = place_of(&server.message).map_or_else(String::new, |place| format!(" for column {place}"));
                format!("error {} (SQLSTATE {}){place}", server.code, server.state)
            }
            _ => format!("error {}: {}", server.code, server.message),
        },
        error if let Some(error) = of_stream(error) => match error.kind() {
            // The system's words for a time that ran out say nothing of it.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "no answer came in time".to_owned(),
            _ => error.to_string(),
        },
        Error::DriverError(DriverError::CouldNotConnect(Some((_, words, _)))) => words.clone(),
        Error::DriverError(error) => error.to_string().to_ascii_lowercase(),
        Error::TlsError(error) => error.to_string(),
        Error::IoError(error) => error.to_string(),
        Error::CodecError(error) => error.to_string(),
        Error::UrlError(_) | Error::FromValueError(_) | Error::FromRowError(_) => {
            "the server's answer is not what was asked for".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(code: u16) -> Error {
        Error::MySqlError(MySqlError { state: "HY000".to_owned(), message: "hush".to_owned(), code })
    }

    fn speak() -> Speak {
        let location = crate::store::Location::parse("mysql://sms:x@db1/panel", std::path::Path::new(""));
        match location {
            Ok(crate::store::Location::Mysql(server)) => Speak::new(&server),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_statement_that_is_not_understood_is_told_by_its_first_words() {
        let message = "You have an error in your SQL syntax near 'hush' at line 2".to_owned();
        let error = Error::MySqlError(MySqlError { state: "42000".to_owned(), message, code: 1064 });
        let told = words(&placed(error, "INSERT INTO attempts (task_id, word)\nVALUES (1, hush)"));
        assert_eq!(told, "error 1064 in the statement that begins with `INSERT INTO attempts`, line 2 of 2");
        assert_eq!(
            words(&placed(server(1064), "COMMIT")),
            "error 1064 in the statement that begins with `COMMIT`, line ? of 1"
        );
    }

    #[test]
    fn what_helps_is_known_for_every_error_that_passes() {
        for code in [1213, 1205, 1020, 1180, 1317, 1040, 1203, 1135, 1206, 1412, 1637, 1969, 3024, 3101] {
            assert_eq!(remedy(&server(code)), Remedy::Repeat, "{code}");
            assert!(speak().of(&server(code)).is_transient(), "{code}");
        }
        for code in [1047, 1792, 1836, 3032] {
            assert_eq!(remedy(&server(code)), Remedy::Elsewhere, "{code}");
            assert!(speak().of(&server(code)).is_transient(), "{code}");
        }
        for code in [1053, 1927, 2006, 2013, 3169, 4031] {
            assert_eq!(remedy(&server(code)), Remedy::Reconnect, "{code}");
        }
        for code in [1045, 1049, 1064, 1142, 1146, 1153, 1665] {
            assert_eq!(remedy(&server(code)), Remedy::Nothing, "{code}");
            assert!(!speak().of(&server(code)).is_transient(), "{code}");
        }
    }

    #[test]
    fn errors_are_told_apart() {
        let kind = |code| format!("{:?}", speak().of(&server(code))).split([' ', '(']).next().map(str::to_owned);
        for (code, wanted) in [
            (1045, "LoginRefused"),
            (1130, "LoginRefused"),
            (1820, "LoginRefused"),
            (1862, "LoginRefused"),
            (1665, "BinaryLog"),
            (3032, "Unreachable"),
            (1792, "ServerReadOnly"),
            (1044, "DatabaseHidden"),
            (1142, "Privilege"),
            (1049, "UnknownDatabase"),
            (1038, "ServerTooSmall"),
            (1047, "Unreachable"),
            (1114, "ServerFull"),
            (1021, "ServerFull"),
            (1153, "PacketTooLarge"),
            (1213, "ServerBusy"),
            (1040, "ServerBusy"),
            (3159, "Tls"),
            (1054, "OtherwiseMade"),
            (1146, "OtherwiseMade"),
            (1364, "Refused"),
            (3819, "Refused"),
            (1064, "Statement"),
        ] {
            assert_eq!(kind(code).as_deref(), Some(wanted), "{code}");
        }
    }

    #[test]
    fn of_the_options_that_forbid_a_statement_some_make_a_server_read_only() {
        let told = |option: &str| {
            let message = format!("Der Server läuft mit der Option {option}");
            let error = Error::MySqlError(MySqlError { state: "HY000".to_owned(), message, code: 1290 });
            (remedy(&error), speak().of(&error))
        };
        for option in ["--read-only", "--super-read-only", "--innodb-read-only", "read_only"] {
            let (remedy, error) = told(option);
            assert!(remedy == Remedy::Elsewhere && error.is_transient(), "{option}: {error:?}");
            assert!(matches!(error, StoreError::ServerReadOnly { .. }), "{option}: {error:?}");
        }
        for option in ["--max-session-mem-used", "--secure-file-priv", "--skip-grant-tables"] {
            let (remedy, error) = told(option);
            assert!(remedy == Remedy::Nothing && !error.is_transient(), "{option}: {error:?}");
            let StoreError::ServerForbids { cause, .. } = &error else { panic!("{option}: {error:?}") };
            assert!(cause.0.ends_with(option), "{option}: {cause}");
        }
    }

    #[test]
    fn a_process_that_may_open_nothing_more_is_no_server_out_of_reach() {
        let refused = |words: &str| {
            let parts = ("db1:3306".to_owned(), words.to_owned(), io::ErrorKind::Other);
            speak().of_opening(&Error::DriverError(DriverError::CouldNotConnect(Some(parts))))
        };
        let told = refused("Too many open files (os error 24)");
        assert!(matches!(&told, StoreError::Starved { cause, .. } if cause.0.contains("(os error 24)")), "{told:?}");
        for words in ["Connection refused (os error 111)", "no (os error 24) at all", "(os error x)"] {
            let told = refused(words);
            assert!(matches!(told, StoreError::Unreachable { .. }), "{words}: {told:?}");
        }
    }

    #[test]
    fn what_refuses_a_row_is_told_without_the_row() {
        let error = |code, state: &str, message: &str| {
            Error::MySqlError(MySqlError { state: state.to_owned(), message: message.to_owned(), code })
        };
        for (message, told) in [
            (
                "Duplicate entry '+8529-x.y' for key 'one_each'",
                "error 1062: a value is there already in the unique index `one_each`",
            ),
            (
                "Duplicate entry '+8529' for key 'queued_tasks.one_each'",
                "error 1062: a value is there already in the unique index `one_each`",
            ),
            ("Duplicate entry for key '+8529 1'", "error 1062 (SQLSTATE 23000)"),
            ("hush", "error 1062 (SQLSTATE 23000)"),
        ] {
            let error = error(1062, "23000", message);
            assert_eq!(words(&error), told);
            assert!(matches!(speak().of(&error), StoreError::Refused { .. }), "{message}");
        }
        let ours = error(1062, "23000", "Duplicate entry 'k' for key 'queued_tasks.queued_tasks_dedupe'");
        assert_eq!(remedy(&ours), Remedy::Repeat);
        assert_eq!(remedy(&error(1062, "23000", "Duplicate entry 'k' for key 'u'")), Remedy::Nothing);
        assert!(matches!(speak().of(&error(5001, "45001", "not on Sundays")), StoreError::Refused { .. }));
        for (code, state) in
            [(1264, "22003"), (1406, "22001"), (1365, "22012"), (1366, "HY000"), (1305, "42000"), (1442, "HY000")]
        {
            let error = error(code, state, "hush");
            assert!(matches!(speak().of(&error), StoreError::Refused { .. }), "{code}");
        }
    }

    #[test]
    fn the_account_is_named_as_the_server_knows_it() {
        assert_eq!(account("Access denied for user 'sms'@'10.0.0.%' to database 'panel'"), Some("'sms'@'10.0.0.%'"));
        assert_eq!(account("Zugriff verweigert"), None);
    }

    #[test]
    fn what_a_statement_carried_is_not_told() {
        for code in [1062, 1064, 1366, 1406] {
            assert!(!words(&server(code)).contains("hush"), "{code}");
        }
        assert_eq!(words(&server(1142)), "error 1142: hush");
        for (message, told) in [
            (
                "Incorrect value: 'hush' for column `db`.`t`.`n` at row 6",
                "error 1366 (SQLSTATE 22007) for column `db`.`t`.`n` at row 6",
            ),
            ("Incorrect value: 'a column hush at row 1'", "error 1366 (SQLSTATE 22007)"),
            ("Incorrect value: 'a column hush!' at row 1", "error 1366 (SQLSTATE 22007)"),
        ] {
            let error = MySqlError { state: "22007".to_owned(), message: message.to_owned(), code: 1366 };
            assert_eq!(words(&Error::MySqlError(error)), told);
        }
    }
}
