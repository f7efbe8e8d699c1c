//! What a failure of the store means for the person who meets it.
//!
//! A database that is not in a state to be used is `unavailable`, whether it is missing, out of reach, or of another
//! version; `config` is kept for settings that are wrong in themselves.

use super::engine::NO_FILES;
use super::{Error, Kind, copy, schema};
use crate::store::{NamedBy, StoreError};

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        Error::told(kind(&error), &error).hint(hint(&error))
    }
}

fn kind(error: &StoreError) -> Kind {
    match error {
        StoreError::UrlEmpty
        | StoreError::UrlScheme { .. }
        | StoreError::UrlInvalid { .. }
        | StoreError::UnknownDatabase { .. }
        | StoreError::TlsFile { .. }
        | StoreError::PasswordFile { .. } => Kind::Config,
        StoreError::NotThere { .. }
        | StoreError::Moved { .. }
        | StoreError::IndexRemoved { .. }
        | StoreError::BinaryLog { .. }
        | StoreError::ServerForbids { .. }
        | StoreError::ServerTooSmall { .. }
        | StoreError::OnlyLog { .. }
        | StoreError::Io { .. }
        | StoreError::NotMigrated { .. }
        | StoreError::NoTransactions { .. }
        | StoreError::ColumnChanged { .. }
        | StoreError::KeysLost { .. }
        | StoreError::Older { .. }
        | StoreError::Newer { .. }
        | StoreError::LibraryTooOld { .. }
        | StoreError::Pragma { .. }
        | StoreError::Unreachable { .. }
        | StoreError::CutOff { .. }
        | StoreError::QueueAway { .. }
        | StoreError::ServerTooOld { .. }
        | StoreError::Tls { .. }
        | StoreError::Indeterminate { .. } => Kind::Unavailable,
        StoreError::NoDirectory { .. } => Kind::CantCreate,
        StoreError::IsDirectory { .. }
        | StoreError::NotRegular { .. }
        | StoreError::Linked { .. }
        | StoreError::Mounted { .. }
        | StoreError::NotADatabase { .. }
        | StoreError::Damaged { .. }
        | StoreError::Diverged { .. }
        | StoreError::ForeignTable { .. }
        | StoreError::EngineKept { .. }
        | StoreError::OtherwiseMade { .. }
        | StoreError::Migration { .. }
        | StoreError::HalfMigrated { .. }
        | StoreError::NumbersUsedUp { .. }
        | StoreError::Refused { .. }
        | StoreError::LeftAlone { .. }
        | StoreError::Beyond { .. }
        | StoreError::Unnumbered
        | StoreError::Unfit { .. }
        | StoreError::PacketTooLarge { .. } => Kind::Data,
        StoreError::Denied { .. }
        | StoreError::ReadOnly { .. }
        | StoreError::LoginRefused { .. }
        | StoreError::NoScratch { .. }
        | StoreError::DatabaseHidden { .. }
        | StoreError::DefinerLost { .. }
        | StoreError::Privilege { .. } => Kind::NoPerm,
        StoreError::DiskFull { .. }
        | StoreError::Starved { .. }
        | StoreError::Busy { .. }
        | StoreError::QueueFull { .. }
        | StoreError::ServerReadOnly { .. }
        | StoreError::ServerBusy { .. }
        | StoreError::ServerFull { .. }
        | StoreError::PoolExhausted => Kind::TempFail,
        // To wait does not help, and the setting is what somebody wanted it to be.
        StoreError::TooMany { .. } => Kind::Failed,
        StoreError::Statement(_) => Kind::Bug,
        StoreError::Closed { closure, .. } => copy::closed_kind(closure),
        StoreError::Copy(error) => copy::kind(error),
        StoreError::Backup(error) => copy::backup_kind(error),
    }
}

/// What helps where there is no file.
const NOT_THERE: &str =
    "`smsctl db migrate` makes it; if it should be there, check `database.url` with `smsctl config show`";
/// What helps where nothing more can be written.
const DISK_FULL: &str =
    "nothing of this was written; free some space, or allow larger files (`ulimit -f`), and run the same command again";
/// What helps where SQLite cannot write: even a reader writes, into the index of the log.
const READ_ONLY: &str = "the file and its directory must be writable for this user, even to read the queue: see `ls -ld` of both, and run as their \
     owner; on a file system that is mounted read-only, mount it for writing";

/// How URLs begin that smsctl knows.
const URL_SCHEMES: &str = "`sqlite:////var/lib/smsctl/sms.db` is a file, `mysql://user@host:3306/name` a database on a server; \
                           `smsctl config show` tells where the URL comes from";
/// What helps where the queue would never take so many.
const TOO_MANY: &str =
    "raise `queue.max_size` (0: no limit), or enqueue fewer at once; `smsctl config show` tells where it comes from";

/// In the words for an account that logs in by what smsctl does not speak.
const PLUGIN: &str = "the plugin ";

const STARVED: &str =
    "close other programs or allow more: see `ulimit -a`, or `LimitNOFILE` and `MemoryMax` of the unit";
const DENIED: &str =
    "this user needs to read and write the file and its directory: `ls -l` them, and run as their owner";
const MOVED: &str = "nothing more was written into it; its `-wal` file belongs to it: put both back, or take both away, and start again";
const INDEX_REMOVED: &str = "nothing more was written here: end all who use the database, then start again, and it is made anew; \
                             `smsctl db check` looks for damage";

const UNEXPECTED: &str =
    "`smsctl db check` tells whether the tables are as they should be; if they are, please report this";
const MOUNTED: &str = "what is written here would be lost with the container, and others would send the same messages: mount the directory of \
                       the database (`-v /srv/sms:/data`, not `-v /srv/sms/sms.db:/data/sms.db`)";

const ONLY_LOG: &str =
    "the log holds what was written last: put the database back beside it; if that is gone for good, remove the log";

/// What to run or to set.
fn hint(error: &StoreError) -> String {
    let text = match error {
        StoreError::UrlEmpty => "set `database.url`, for example to `sqlite:////var/lib/smsctl/sms.db`",
        StoreError::UrlScheme { .. } => URL_SCHEMES,
        StoreError::UrlInvalid { .. } => "check `database.url`; `smsctl config show` tells where it comes from",
        StoreError::NotThere { .. } => NOT_THERE,
        StoreError::OnlyLog { .. } => ONLY_LOG,
        StoreError::NoDirectory { path } => return format!("make it first: `mkdir -p {}`", quoted(path)),
        StoreError::IsDirectory { path } => return inside_hint(path),
        StoreError::NotRegular { .. } => "name a regular file: what is there was left as it is",
        StoreError::Linked { path, .. } => return linked_hint(path),
        StoreError::Mounted { .. } => MOUNTED,
        StoreError::NotADatabase { .. } => "the file was left as it is; check `database.url` with `smsctl config show`",
        StoreError::Damaged { path, .. } => return salvage(path),
        StoreError::Denied { .. } => DENIED,
        StoreError::ReadOnly { path, file } => return read_only_hint(path, file.as_deref()),
        StoreError::DiskFull { .. } => DISK_FULL,
        StoreError::Io { .. } => "check the disk and its file system (`dmesg`), then `smsctl db check`",
        StoreError::Starved { cause, .. } => starved_hint(&cause.0),
        StoreError::Moved { .. } => MOVED,
        StoreError::IndexRemoved { .. } => INDEX_REMOVED,
        StoreError::Busy { .. } => "run the same command again; `smsctl workers` shows who works on the queue",
        StoreError::Closed { closure, .. } => return copy::closed_hint(closure),
        StoreError::Copy(error) => return copy::hint(error),
        StoreError::Backup(error) => return copy::backup_hint(error),
        StoreError::NotMigrated { .. }
        | StoreError::Older { .. }
        | StoreError::Newer { .. }
        | StoreError::Diverged { .. }
        | StoreError::Migration { .. }
        | StoreError::HalfMigrated { .. }
        | StoreError::ForeignTable { .. }
        | StoreError::NoTransactions { .. }
        | StoreError::ColumnChanged { .. }
        | StoreError::KeysLost { .. }
        | StoreError::EngineKept { .. }
        | StoreError::DefinerLost { .. }
        | StoreError::Refused { .. }
        | StoreError::LeftAlone { .. }
        | StoreError::Beyond { .. }
        | StoreError::Unnumbered
        | StoreError::OtherwiseMade { .. } => return schema::hint(error),
        StoreError::NoScratch { .. } | StoreError::DatabaseHidden { .. } | StoreError::Privilege { .. } => {
            return grant_hint(error);
        }
        StoreError::QueueFull { .. } => "`smsctl work` empties the queue; `queue.max_size` is its bound (0: none)",
        StoreError::TooMany { .. } => TOO_MANY,
        StoreError::ServerTooSmall { variable, .. } => return format!("raise `{variable}` of the server"),
        StoreError::NumbersUsedUp { cure, .. } | StoreError::Unfit { cure, .. } => cure.as_str(),
        StoreError::PoolExhausted => "run the same command again, or raise `pool.size`",
        StoreError::LibraryTooOld { .. } => "build smsctl with the SQLite that it brings along",
        StoreError::Pragma { .. } => "a network file system cannot keep it: move the database to a disk of this host",
        StoreError::Unreachable { .. }
        | StoreError::CutOff { .. }
        | StoreError::LoginRefused { .. }
        | StoreError::UnknownDatabase { .. }
        | StoreError::ServerTooOld { .. }
        | StoreError::Tls { .. }
        | StoreError::TlsFile { .. }
        | StoreError::PasswordFile { .. }
        | StoreError::ServerReadOnly { .. }
        | StoreError::ServerForbids { .. }
        | StoreError::QueueAway { .. }
        | StoreError::ServerBusy { .. }
        | StoreError::ServerFull { .. }
        | StoreError::PacketTooLarge { .. }
        | StoreError::BinaryLog { .. }
        | StoreError::Indeterminate { .. } => server_hint(error),
        StoreError::Statement(_) => UNEXPECTED,
    };
    text.to_owned()
}

fn starved_hint(cause: &str) -> &'static str {
    if cause.contains("os error 24") { NO_FILES } else { STARVED }
}

fn inside_hint(directory: &std::path::Path) -> String {
    format!("name a file in it: `sqlite:///{}`", directory.join("sms.db").display())
}

/// What an account lacks, as an administrator types it.
fn grant_hint(error: &StoreError) -> String {
    match error {
        // A server does not tell an account that may not see a database whether there is one.
        StoreError::DatabaseHidden { database, account, .. } => {
            let name = database.replace('`', "``");
            format!(
                "check the name in `database.url`; if there is no such database, make it: CREATE DATABASE `{name}` CHARACTER SET utf8mb4; \
                 if there is, the account needs: GRANT SELECT, INSERT, UPDATE, DELETE ON `{name}`.* TO {account} \
                 (`docs/mysql.md` tells what `db migrate` needs besides)"
            )
        }
        StoreError::NoScratch { account, .. } => {
            format!("an administrator may allow it: GRANT ALL ON `smsctl\\_scratch\\_%`.* TO {account}")
        }
        // A server names the host that the account came from, and not the one that it was made for.
        StoreError::Privilege { database, user, .. } if !user.is_empty() => {
            let (name, user) = (database.replace('`', "``"), user.replace('\'', "''"));
            format!(
                "an administrator may allow it: GRANT SELECT, INSERT, UPDATE, DELETE ON `{name}`.* TO '{user}'@'%', with the host that \
                 `SELECT CURRENT_USER()` names; for `db migrate` also CREATE, ALTER, INDEX, DROP, REFERENCES, TRIGGER (`docs/mysql.md`)"
            )
        }
        _ => "`docs/mysql.md` lists the GRANTs that each command needs".to_owned(),
    }
}

/// What SQLite keeps beside a database is made with the mode of the database, and keeps it.
fn read_only_hint(database: &std::path::Path, file: Option<&std::path::Path>) -> String {
    let Some(file) = file else { return READ_ONLY.to_owned() };
    let (database, file) = (quoted(database), quoted(file));
    format!(
        "it was made while the database was read-only, or by another user: `chmod --reference={database} {file}` gives it the mode of the \
         database, `chown --reference={database} {file}` the owner"
    )
}

/// Programs that open one file by two names have a log and locks each, and damage it.
fn linked_hint(path: &std::path::Path) -> String {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(std::path::Path::new("."));
    format!(
        "two programs that open it by two names damage it: stop them, find the names with `find {} -xdev -samefile {}`, and remove all \
         but the one with the `-wal` file beside it (`smsctl db backup` makes copies that are none of these)",
        quoted(directory),
        quoted(path)
    )
}

/// What helps with a damaged file: to look at it again does not.
fn salvage(path: &std::path::Path) -> String {
    let file = quoted(path);
    format!(
        "stop the workers and keep a copy of the file; where `smsctl db check` names indexes alone, `sqlite3 {file} REINDEX` mends it; \
         otherwise restore the last backup, or save what can still be read: `sqlite3 {file} .recover | sqlite3 NEW`"
    )
}

/// The same for a database server: by default it is out of reach.
fn server_hint(error: &StoreError) -> &'static str {
    match error {
        StoreError::LoginRefused { cause, .. } if cause.0.contains(PLUGIN) => {
            "give the account another plugin: MySQL's `caching_sha2_password`, MariaDB's `mysql_native_password`; MySQL also asks for one such \
             in the name of users that it does not have: check the user in `database.url`"
        }
        StoreError::LoginRefused { .. } => {
            "check user, password and the hosts that the account may come from; a password may stand in `database.password_file`; \
             a password may have expired; an account may ask for `ssl_mode=required`, or for `ssl_cert` and `ssl_key`"
        }
        StoreError::UnknownDatabase { .. } => {
            "make it on the server (`CREATE DATABASE NAME CHARACTER SET utf8mb4`), or check `database.url`"
        }
        StoreError::ServerTooOld { .. } => "several workers need SKIP LOCKED: use a newer server, or a database file",
        StoreError::Tls { cause, .. } => tls_hint(&cause.0),
        StoreError::TlsFile { .. } => {
            "check `ssl_ca`, `ssl_cert` and `ssl_key` in `database.url`, and that this user may read the files"
        }
        StoreError::PasswordFile { by: NamedBy::Url, .. } => {
            "check the parameter `password_file` of the database URL: this user must be able to read that file"
        }
        StoreError::PasswordFile { .. } => "check `database.password_file`: this user must be able to read it",
        StoreError::ServerReadOnly { .. } => {
            "name the server that takes writes in `database.url`, or all of them: `mysql://user@host1,host2/name`"
        }
        StoreError::ServerForbids { .. } => {
            "the server's own words name the option: an administrator may set it otherwise"
        }
        StoreError::QueueAway { .. } => {
            "wait until the server that has the queue is back, and run the same command again; if none has it yet, name the one that is to have it \
             alone: `smsctl --database mysql://user@host/name db migrate`"
        }
        // A limit of the account's own, of queries, updates or connections in an hour; the server names the resource.
        StoreError::ServerBusy { cause, .. } if cause.0.contains("error 1226") => {
            "the account has a limit of its own, which lasts an hour: an administrator lifts it (`ALTER USER … WITH MAX_QUERIES_PER_HOUR 0`, or the resource \
             that the cause names)"
        }
        StoreError::ServerBusy { .. } => "run the same command again; `smsctl workers` shows who works on the queue",
        StoreError::ServerFull { .. } => "nothing of this was written; free some space and run the same command again",
        StoreError::BinaryLog { .. } => {
            "sessions of smsctl are READ COMMITTED, which needs `binlog_format` ROW or MIXED: set it on the server"
        }
        StoreError::PacketTooLarge { .. } => "raise `max_allowed_packet` of the server",
        StoreError::Indeterminate { .. } => "see `smsctl stats` and `smsctl list` before you run the command again",
        _ => {
            "check that the server runs and listens there, and `database.url`; `smsctl config show` tells where it comes from"
        }
    }
}

/// What is wrong with a certificate stands in the words of the library alone.
fn tls_hint(words: &str) -> &'static str {
    const AUTHORITY: &str = "`ssl_ca` must name the authority that signed the server's certificate";
    const CLIENT: &str = "the server does not take the client's certificate: `ssl_cert` must be signed by an authority that the server knows (its own `ssl_ca`)";
    const HINTS: &[(&str, &str)] = &[
        (
            "KeyMismatch",
            "`ssl_key` is not the key of the certificate in `ssl_cert`: name two files that belong together",
        ),
        ("alert: CertificateExpired", "the client's certificate in `ssl_cert` has run out: renew it"),
        ("alert: CertificateRequired", "the server asks for a client's certificate: name `ssl_cert` and `ssl_key`"),
        // What the other side alerts of is ours.
        ("alert: UnknownCA", CLIENT),
        ("alert: BadCertificate", CLIENT),
        ("alert: CertificateUnknown", CLIENT),
        ("alert: DecryptError", CLIENT),
        ("UnknownIssuer", AUTHORITY),
        ("BadSignature", AUTHORITY),
        (
            "not valid for name",
            "its certificate is for other names: use one of them in `database.url`, or `ssl_mode=verify_ca`",
        ),
        ("expired", "its certificate has run out: renew it on the server"),
        ("not valid yet", "its certificate is not valid yet: compare the clocks of both hosts"),
        (
            "error 3159",
            "the server takes encrypted connections alone: take `ssl_mode` out of `database.url`, or set it to `required`",
        ),
        (
            "server does not have this capability",
            "the server takes no encrypted connections: set it up for them (`ssl_cert`, `ssl_key` of the server)",
        ),
    ];
    let known = HINTS.iter().find(|(sign, _)| words.contains(sign)).map(|(_, hint)| *hint);
    known.unwrap_or(
        "`ssl_ca` names the authority of the server, `ssl_mode` how much is asked of it; see `docs/mysql.md`",
    )
}

/// A path as a shell reads it.
fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | '@' | ':' | ',');
    if text.chars().all(is_plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn path() -> PathBuf {
        PathBuf::from("/var/lib/smsctl/sms.db")
    }

    fn location() -> String {
        path().display().to_string()
    }

    #[track_caller]
    fn says(error: StoreError, kind: Kind, message: &str, hint: &str) {
        let error = Error::from(error);
        let expected = Error { kind, message: message.to_owned(), hint: Some(hint.to_owned()), ..error.clone() };
        assert_eq!(error, expected);
    }

    #[test]
    fn a_wrong_url_is_a_setting() {
        for error in [
            StoreError::UrlEmpty,
            StoreError::UrlScheme { scheme: "oracle".to_owned() },
            StoreError::UrlInvalid { url: "x".to_owned(), reason: "y".to_owned() },
        ] {
            assert_eq!(Error::from(error).kind, Kind::Config);
        }
    }

    #[test]
    fn a_database_that_is_not_there_names_its_path_and_the_command_that_makes_it() {
        says(
            StoreError::NotThere { path: path() },
            Kind::Unavailable,
            "there is no database at `/var/lib/smsctl/sms.db`",
            "`smsctl db migrate` makes it; if it should be there, check `database.url` with `smsctl config show`",
        );
    }

    #[test]
    fn versions_name_the_command_to_run_or_the_version_to_install() {
        says(
            StoreError::Older { location: location(), have: 1, need: 2 },
            Kind::Unavailable,
            "the database `/var/lib/smsctl/sms.db` has schema version 1, and this smsctl needs 2",
            "`smsctl db migrate` brings it up to date; `smsctl db migrate --dry-run` shows how",
        );
        says(
            StoreError::Newer { location: location(), have: 9, knows: 2, written_by: "1.4.0".to_owned() },
            Kind::Unavailable,
            "the database `/var/lib/smsctl/sms.db` has schema version 9, and this smsctl knows only up to 2",
            "install smsctl 1.4.0 or newer",
        );
    }

    #[test]
    fn a_missing_directory_can_be_pasted_into_a_shell() {
        let error = |path: &str| Error::from(StoreError::NoDirectory { path: PathBuf::from(path) });
        assert_eq!(error("/srv/sms").hint.unwrap(), "make it first: `mkdir -p /srv/sms`");
        assert_eq!(error("/srv/our sms's").hint.unwrap(), r"make it first: `mkdir -p '/srv/our sms'\''s'`");
        assert_eq!(quoted(Path::new("$(rm)")), "'$(rm)'");
    }

    #[test]
    fn what_may_work_later_says_so_to_scripts() {
        for error in [
            StoreError::Busy { path: path() },
            StoreError::DiskFull { path: path() },
            StoreError::QueueFull { queued: 10, max: 10 },
            StoreError::PoolExhausted,
        ] {
            assert!(error.is_transient(), "{error}");
            assert_eq!(Error::from(error).kind, Kind::TempFail);
        }
    }
}
