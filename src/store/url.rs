//! Database URLs, as SQLAlchemy writes them.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::companion::companion_of;
use super::server::{self, Host, Server};
use super::{Result, StoreError};

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// MySQL or MariaDB.
    Mysql(Server),
}

impl Location {
    /// Reads `sqlite:///relative.db`, `sqlite:////absolute.db` (a relative path counts from `base`) and
    /// `mysql://user:password@host:3306/name`, with `mariadb` and `+pymysql` as other words for it.
    ///
    /// # Errors
    /// The URL is empty, has an unknown scheme, or a part of it is wrong.
    pub fn parse(url: &str, base: &Path) -> Result<Location> {
        if url.trim().is_empty() {
            return Err(StoreError::UrlEmpty);
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            // What holds a colon or an at sign may hold a password too.
            let is_path = !url.contains([':', '@']);
            let example = if is_path { format!("; as a file it is written `sqlite:///{url}`") } else { String::new() };
            let reason = format!("it has no `scheme://`{example}");
            return Err(StoreError::UrlInvalid { url: redact(url), reason });
        };
        match scheme {
            "sqlite" | "sqlite+pysqlite" => sqlite(url, rest, base),
            "mysql" | "mysql+pymysql" | "mysql+mysqldb" | "mariadb" | "mariadb+pymysql" => {
                server::parse(url, rest).map(Location::Mysql)
            }
            _ => Err(StoreError::UrlScheme { scheme: scheme.to_owned() }),
        }
    }

    /// The directory that a database file lies in; `None` where there is no file, or it lies in the working directory.
    pub fn directory(&self) -> Option<&Path> {
        match self {
            Location::Sqlite(path) => path.parent().filter(|parent| !parent.as_os_str().is_empty()),
            Location::Mysql(_) => None,
        }
    }

    /// For people: no secrets.
    pub fn display(&self) -> String {
        match self {
            Location::Sqlite(path) => path.display().to_string(),
            Location::Mysql(server) => server.display(),
        }
    }

    /// As a URL, without secrets, that means the same from every directory.
    pub fn url(&self) -> String {
        match self {
            Location::Sqlite(path) => {
                let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                // What ends a path in a URL, or begins an escape, is written as one.
                format!("sqlite:///{}", whole.display().to_string().replace('%', "%25").replace('?', "%3F"))
            }
            Location::Mysql(server) => server.display(),
        }
    }

    /// With the file that holds the password of a server, unless the URL says where the password is.
    pub fn with_password_file(self, path: Option<&Path>) -> Location {
        match self {
            Location::Mysql(server) => Location::Mysql(server.with_password_file(path)),
            location @ Location::Sqlite(_) => location,
        }
    }
}

/// The URL of another database on the same server, or on this one of several, with the same login and parameters.
pub(super) fn with_place(url: &str, host: &Host, name: &str) -> String {
    let (head, query) = url.split_once('?').map_or((url, None), |(head, query)| (head, Some(query)));
    // A password may hold a raw slash: the place stands behind the last `@`.
    let place = head.rfind('@').or(head.find("://").map(|at| at + 2)).map_or(0, |at| at + 1);
    let end = head[place..].find('/').map_or(head.len(), |at| place + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    // One host may be written in several ways; of a socket it says nothing.
    let hosts = &head[place..end];
    let hosts = if hosts.contains(',') { host.to_string() } else { hosts.to_owned() };
    format!("{}{hosts}/{name}{query}", &head[..place])
}

fn sqlite(url: &str, rest: &str, base: &Path) -> Result<Location> {
    let invalid = |reason: &str| StoreError::UrlInvalid { url: redact(url), reason: reason.to_owned() };
    let path = rest.strip_prefix('/').ok_or_else(|| {
        invalid(
            "a relative file needs three slashes (`sqlite:///sms.db`), an absolute one four (`sqlite:////var/sms.db`)",
        )
    })?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    // Other options of SQLAlchemy's driver (`timeout`, `cache`) change nothing that is promised here, and are let pass.
    if let Some(option) = query.split('&').find(|option| is_read_only(option)) {
        return Err(invalid(&format!(
            "`{option}` asks for a database that is not written to, and smsctl writes to its own"
        )));
    }
    if path.is_empty() || path == ":memory:" {
        return Err(invalid("it names no file, and a queue in memory would be lost"));
    }
    let decoded = percent_decode(path).ok_or_else(|| invalid("its percent-encoding is not valid UTF-8"))?;
    if decoded.contains('\0') {
        return Err(invalid("a file name cannot hold a NUL"));
    }
    let path = base.join(decoded);
    if let Some(owner) = path.file_name().and_then(|name| companion_of(name.as_bytes())) {
        let owner = String::from_utf8_lossy(owner);
        return Err(invalid(&format!(
            "it names a file that belongs to the database `{owner}`, and may be removed with it"
        )));
    }
    Ok(Location::Sqlite(path))
}

fn is_read_only(option: &str) -> bool {
    match option.split_once('=') {
        Some(("mode", mode)) => !matches!(mode, "rw" | "rwc"),
        Some(("immutable", value)) => !matches!(value, "0" | "no" | "false" | "off"),
        _ => false,
    }
}

/// `text` with `%41` read as `A`; `None` if the result is not UTF-8. A `%` that starts no pair of hex digits stands for itself.
pub(super) fn percent_decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match pair.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

/// A database URL with its password replaced by `***`, for errors and for `config show`. A URL that is not well formed loses
/// rather more than less: a password that holds a raw `/`, and one in a URL without a scheme, do not show either.
pub fn redact(url: &str) -> String {
    let shown = without_login(url);
    match shown.split_once('?') {
        Some((before, query)) if !url.starts_with("sqlite") && !url.starts_with("http") => {
            format!("{before}?{}", query.split('&').map(without_value).collect::<Vec<_>>().join("&"))
        }
        _ => shown,
    }
}

/// A parameter of a server's URL. Drivers have many names for a password: only what is known to be none is shown.
fn without_value(pair: &str) -> String {
    const SHOWN: [&str; 12] = [
        "charset",
        "connect_timeout",
        "password_file",
        "read_timeout",
        "ssl_ca",
        "ssl_cert",
        "ssl_disabled",
        "ssl_key",
        "ssl_mode",
        "unix_socket",
        "user",
        "write_timeout",
    ];
    match pair.split_once('=') {
        Some((name, value)) if SHOWN.contains(&name) && !value.contains(';') => pair.to_owned(),
        Some((name, _)) => format!("{name}=***"),
        None if pair.is_empty() => String::new(),
        None => "***".to_owned(),
    }
}

fn without_login(url: &str) -> String {
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    if scheme.starts_with("sqlite") {
        return url.to_owned();
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    // The last one: whatever a password holds that should be percent-encoded comes before it.
    match rest.rfind('@').map(|at| rest.split_at(at)) {
        // It stands in a parameter, and what comes behind it is none's host.
        Some((user, _)) if user.split_once('?').is_some_and(|(_, query)| query.contains('=')) => {
            format!("{scheme}{}:***", user.split([':', '/', '?', '@']).next().unwrap_or_default())
        }
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}{name}:***{host}"),
            None => url.to_owned(),
        },
        // No port has letters in it: a password whose host was forgotten.
        None => match authority.split_once(':') {
            Some((name, port)) if !port.bytes().all(|byte| byte.is_ascii_digit()) && !authority.starts_with('[') => {
                format!("{scheme}{name}:***")
            }
            _ => url.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_for_a_queue_says_why() {
        for (url, reason) in [
            ("/srv/sms.db", "as a file it is written `sqlite:////srv/sms.db`"),
            ("sms.db", "as a file it is written `sqlite:///sms.db`"),
            ("sqlite:///a.db?mode=ro", "`mode=ro` asks for a database that is not written to"),
            ("sqlite:///a.db?timeout=5&immutable=1", "`immutable=1` asks"),
            ("oracle://u:hunter2@h/d", "`oracle` is no database that smsctl knows"),
            ("u:hunter2@h", "it has no `scheme://`"),
        ] {
            let error = Location::parse(url, Path::new("")).expect_err(url).to_string();
            assert!(error.contains(reason) && !error.contains("hunter2"), "{url}: {error}");
        }
        for url in ["sqlite:///a.db?mode=rwc", "sqlite:///a.db?timeout=5&immutable=0", "sqlite:///a%20b.db"] {
            assert!(Location::parse(url, Path::new("")).is_ok(), "{url}");
        }
    }

    #[test]
    fn another_database_keeps_server_login_and_parameters() {
        for (url, other) in [
            ("mysql://u:p%40@h:1/a?ssl_mode=required", "mysql://u:p%40@h:1/b?ssl_mode=required"),
            ("mariadb+pymysql://u:p/q@h1,h2:2/a", "mariadb+pymysql://u:p/q@h2:2/b"),
            ("mysql://h/a", "mysql://h/b"),
        ] {
            assert_eq!(with_place(url, &Host::Tcp { name: "h2".to_owned(), port: 2 }, "b"), other);
        }
    }

    #[test]
    fn a_url_leads_back_to_its_place() {
        for path in ["/srv/sms.db", "/srv/a b?c%20.db"] {
            let location = Location::Sqlite(PathBuf::from(path));
            assert_eq!(Location::parse(&location.url(), Path::new("/elsewhere")).expect("a good URL"), location);
        }
        let server = Location::parse("mysql://u:hunter2@h/d", Path::new("")).expect("a good URL");
        assert_eq!(server.url(), "mysql://u@h:3306/d");
    }

    #[test]
    fn no_password_is_shown_however_it_is_written() {
        for (url, shown) in [
            ("mysql://u:p@h:3306/d", "mysql://u:***@h:3306/d"),
            ("mysql://u:p@ss@h/d", "mysql://u:***@h/d"),
            ("mysql://u:p/ss@h/d", "mysql://u:***@h/d"),
            ("mysql://u:p?s#s@h/d", "mysql://u:***@h/d"),
            ("u:p@h/d", "u:***@h/d"),
            ("mysql://u@h/d", "mysql://u@h/d"),
            ("mysql://h:3306/d", "mysql://h:3306/d"),
            ("mysql://[::1]:3306/d", "mysql://[::1]:3306/d"),
            ("mysql://u:secret/d", "mysql://u:***"),
            ("sqlite:////home/a:b@c/sms.db", "sqlite:////home/a:b@c/sms.db"),
            ("mysql//u:hunter2@h/d", "mysql//u:***@h/d"),
            ("mysql://u:hun@ter/2?@h/d", "mysql://u:***@h/d"),
            ("mysql://u:hunter2@h/d?a=b@c", "mysql://u:***"),
            ("mysql://h:3306/d?pwd=x@hunter2", "mysql://h:***"),
            ("mysql://h/d?charset=utf8;password=hunter2", "mysql://h/d?charset=***"),
            ("mysql://h/d?hunter2", "mysql://h/d?***"),
            ("mysql://h/d?user=sms&password=hunter2", "mysql://h/d?user=sms&password=***"),
            (
                "mysql://h/d?pwd=hunter2&ssl_key_password=x&ssl_ca=/ca",
                "mysql://h/d?pwd=***&ssl_key_password=***&ssl_ca=/ca",
            ),
            ("", ""),
        ] {
            assert_eq!(redact(url), shown);
        }
    }
}
