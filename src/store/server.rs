//! Where a MySQL or MariaDB server is, and how it is spoken to: what a URL of SQLAlchemy says about it.

mod encryption;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use encryption::Asked;

use super::url::{percent_decode, redact};
use super::{Result, StoreError};

/// The port that IANA gave to MySQL.
const PORT: u16 = 3306;

/// Parameters of SQLAlchemy and PyMySQL that mean nothing here: smsctl sets up its sessions by itself.
const IGNORED: &[&str] = &[
    "autocommit",
    "binary_prefix",
    "charset",
    "client_flag",
    "collation",
    "connect_timeout",
    "local_infile",
    "max_allowed_packet",
    "program_name",
    "read_timeout",
    "use_unicode",
    "write_timeout",
];

/// A database on one or more servers.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// In the order in which they are tried; at least one.
    pub hosts: Vec<Host>,
    /// Who logs in.
    pub user: Option<String>,
    pub(super) password: Option<String>,
    /// Where the password stands, on the first line; used when the URL has none.
    pub password_file: Option<PasswordFile>,
    /// The name of the database on the server.
    pub database: String,
    /// Whether and how the connection is encrypted.
    pub tls: Tls,
}

/// A file with a password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordFile {
    /// Where it is.
    pub path: PathBuf,
    /// Who says so.
    pub by: NamedBy,
}

/// What names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// A parameter of the URL.
    Url,
    /// A key of the settings.
    Settings,
}

/// One server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are what they are called")]
pub enum Host {
    Tcp { name: String, port: u16 },
    Socket(PathBuf),
}

/// Whether the connection is encrypted, and what is asked of the server's certificate: each mode asks for more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsMode {
    /// Never encrypted.
    Disabled,
    /// Encrypted if the server can.
    Preferred,
    /// Encrypted, whoever the server is.
    Required,
    /// Encrypted, and the certificate comes from an authority that we know.
    VerifyCa,
    /// As `VerifyCa`, and the certificate is this host's.
    VerifyIdentity,
}

/// TLS as a URL asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// `None`: preferred, but plain on this host itself.
    pub mode: Option<TlsMode>,
    /// The file of certificates that vouch for the server, instead of the usual ones.
    pub ca: Option<PathBuf>,
    /// Certificate and key of the client.
    pub identity: Option<(PathBuf, PathBuf)>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("hosts", &self.hosts)
            .field("user", &self.user)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Tcp { name, port } if name.contains(':') => write!(f, "[{name}]:{port}"),
            Host::Tcp { name, port } => write!(f, "{name}:{port}"),
            Host::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Host {
    /// A name, which may have several addresses, and the port.
    pub(super) fn name(&self) -> Option<(&str, u16)> {
        match self {
            Host::Tcp { name, port } if name.parse::<std::net::IpAddr>().is_err() => Some((name, *port)),
            Host::Tcp { .. } | Host::Socket(_) => None,
        }
    }

    /// Whether it is this machine: nobody listens in between.
    pub(super) fn is_local(&self) -> bool {
        match self {
            Host::Socket(_) => true,
            Host::Tcp { name, .. } => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

impl Server {
    /// For people: no password.
    pub fn display(&self) -> String {
        let user = self.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let hosts = self.hosts.iter().map(Host::to_string).collect::<Vec<_>>().join(",");
        format!("mysql://{user}{hosts}/{}", self.database)
    }

    /// With the file that holds the password, unless the URL says where it is.
    pub fn with_password_file(mut self, path: Option<&Path>) -> Server {
        if self.password.is_none() && self.password_file.is_none() {
            self.password_file = path.map(|path| PasswordFile { path: path.to_owned(), by: NamedBy::Settings });
        }
        self
    }
}

/// What stands behind `mysql://` in `url`.
pub(super) fn parse(url: &str, rest: &str) -> Result<Server> {
    let fault = |reason: String| StoreError::UrlInvalid { url: redact(url), reason };
    let (head, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (login, place) = split_login(head);
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    let decode = |what: &str, text: &str| {
        let decoded = percent_decode(text).filter(|text| !text.contains('\0'));
        decoded.ok_or_else(|| fault(format!("the percent-encoding of its {what} is not valid UTF-8")))
    };
    let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
        None => (None, None),
        Some((user, password)) => (Some(decode("user", user)?), Some(decode("password", password)?)),
    };
    let database = decode("database", database)?;
    let hosts = hosts.split(',').map(host).collect::<std::result::Result<_, _>>();
    // What stands behind the login was taken for parameters.
    if query.contains('@') && (database.is_empty() || hosts.is_err()) {
        let reason = "it names no database before its `?`, and an `@` behind it; in a password a `?` is written `%3F`";
        return Err(fault(reason.to_owned()));
    }
    if database.is_empty() {
        return Err(fault("it names no database".to_owned()));
    }
    let mut server = Server {
        hosts: hosts.map_err(fault)?,
        user: user.filter(|user| !user.is_empty()),
        password: password.filter(|password| !password.is_empty()),
        password_file: None,
        database,
        tls: Tls { mode: None, ca: None, identity: None },
    };
    let mut parameters = Parameters::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(&format!("parameter `{name}`"), &value.replace('+', " "))?;
        parameters.read(name, value).map_err(fault)?;
    }
    parameters.apply(&mut server).map_err(fault)?;
    Ok(server)
}

/// User and password, and what follows. A password may hold a raw `/` or `@`, as SQLAlchemy reads it.
fn split_login(head: &str) -> (Option<&str>, &str) {
    let Some((login, place)) = head.rsplit_once('@') else { return (None, head) };
    let user = login.split(':').next().unwrap_or(login);
    if user.contains('/') { (None, head) } else { (Some(login), place) }
}

fn host(text: &str) -> std::result::Result<Host, String> {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (name, after) = rest.split_once(']').ok_or_else(|| "a `[` of an IPv6 address has no `]`".to_owned())?;
            if name.parse::<std::net::Ipv6Addr>().is_err() {
                return Err(format!("`{name}` is no IPv6 address"));
            }
            (name, after.strip_prefix(':').or((!after.is_empty()).then_some(after)))
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err("an IPv6 address stands in brackets: `[::1]:3306`".to_owned());
            }
            Some((name, port)) => (name, Some(port)),
            None => (text, None),
        },
    };
    let port = match port {
        None => PORT,
        Some(port) => match port.parse::<u16>() {
            Ok(port) if port > 0 => port,
            _ if port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Err(format!("`{port}` is no port"));
            }
            // It may be a password whose `@` was forgotten.
            _ => return Err(format!("what follows `{name}:` is no port")),
        },
    };
    let name = if name.is_empty() { "localhost" } else { name };
    if name.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("a host name holds no space".to_owned());
    }
    Ok(Host::Tcp { name: name.to_owned(), port })
}

/// What stands behind the `?`.
#[derive(Default)]
struct Parameters {
    socket: Option<PathBuf>,
    password_file: Option<PathBuf>,
    tls: Asked,
    /// What each said, so far.
    said: BTreeMap<String, String>,
}

impl Parameters {
    fn read(&mut self, name: &str, value: String) -> std::result::Result<(), String> {
        if IGNORED.contains(&name) {
            return Ok(());
        }
        match name {
            "unix_socket" => self.socket = Some(path(name, &value)?),
            "password_file" => self.password_file = Some(path(name, &value)?),
            name if self.tls.read(name, &value)? => {}
            name => return Err(format!("smsctl does not know its parameter `{}`", name.escape_debug())),
        }
        // A reader sees the first, and the last would count.
        match self.said.insert(name.to_owned(), value.clone()) {
            Some(before) if before != value => {
                Err(format!("its parameter `{name}` stands there twice, and says two things"))
            }
            _ => Ok(()),
        }
    }

    fn apply(self, server: &mut Server) -> std::result::Result<(), String> {
        if let Some(socket) = self.socket {
            server.hosts = vec![Host::Socket(socket)];
        }
        if self.password_file.is_some() && server.password.is_some() {
            return Err("it holds a password and names a `password_file`: one of them is enough".to_owned());
        }
        server.password_file = self.password_file.map(|path| PasswordFile { path, by: NamedBy::Url });
        server.tls = self.tls.tls()?;
        Ok(())
    }
}

fn path(name: &str, value: &str) -> std::result::Result<PathBuf, String> {
    if value.is_empty() { Err(format!("its parameter `{name}` names no file")) } else { Ok(PathBuf::from(value)) }
}

fn flag(name: &str, value: &str) -> std::result::Result<bool, String> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(format!("its parameter `{name}` is `true` or `false`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Location;

    fn server(url: &str) -> Server {
        match Location::parse(url, Path::new("/")) {
            Ok(Location::Mysql(server)) => server,
            other => panic!("{url}: {other:?}"),
        }
    }

    fn fault(url: &str) -> String {
        match Location::parse(url, Path::new("/")) {
            Err(StoreError::UrlInvalid { url: shown, reason }) => {
                assert!(!format!("{shown}{reason}").contains("hush"), "{shown}: {reason}");
                reason
            }
            other => panic!("{url}: {other:?}"),
        }
    }

    fn tcp(name: &str, port: u16) -> Host {
        Host::Tcp { name: name.to_owned(), port }
    }

    #[test]
    fn every_scheme_of_sqlalchemy_is_known() {
        for scheme in ["mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql"] {
            let found = server(&format!("{scheme}://sms:hush@db1:3307/panel?charset=utf8mb4"));
            assert_eq!(found.hosts, [tcp("db1", 3307)]);
            assert_eq!((found.user.as_deref(), found.database.as_str()), (Some("sms"), "panel"));
            assert_eq!(found.password.as_deref(), Some("hush"));
            assert_eq!(found.display(), "mysql://sms@db1:3307/panel");
        }
    }

    #[test]
    fn parts_are_percent_encoded() {
        let found = server("mysql://s%40ms:p%2Fa%3As%C3%BC@h/n%C3%A4me");
        assert_eq!((found.user.as_deref(), found.password.as_deref()), (Some("s@ms"), Some("p/a:sü")));
        assert_eq!(found.database, "näme");
        assert_eq!(server("mysql://u:a/b@c@h/d").password.as_deref(), Some("a/b@c"), "raw, as SQLAlchemy takes it");
    }

    #[test]
    fn hosts_are_tried_in_their_order() {
        let found = server("mysql://u@h1:3306,h2:3307,[::1]:3308,[fe80::1],h3/d");
        let want = [tcp("h1", 3306), tcp("h2", 3307), tcp("::1", 3308), tcp("fe80::1", 3306), tcp("h3", 3306)];
        assert_eq!(found.hosts, want);
        assert_eq!(found.display(), "mysql://u@h1:3306,h2:3307,[::1]:3308,[fe80::1]:3306,h3:3306/d");
        assert_eq!(server("mysql:///d").hosts, [tcp("localhost", 3306)]);
        let socket = server("mysql://u@localhost/d?unix_socket=/run/my%20sql.sock");
        assert_eq!(socket.hosts, [Host::Socket(PathBuf::from("/run/my sql.sock"))]);
    }

    #[test]
    fn tls_is_as_strict_as_the_url_asks() {
        let mode = |query: &str| server(&format!("mysql://u@h/d?{query}")).tls.mode;
        assert_eq!(mode(""), None);
        assert_eq!(mode("ssl_mode=REQUIRED"), Some(TlsMode::Required));
        assert_eq!(mode("ssl_mode=verify-ca&ssl_ca=/ca"), Some(TlsMode::VerifyCa));
        assert_eq!(mode("ssl_ca=/ca"), Some(TlsMode::VerifyIdentity));
        assert_eq!(mode("ssl_ca=/ca&ssl_check_hostname=false"), Some(TlsMode::VerifyCa));
        assert_eq!(mode("ssl_verify_identity=true"), Some(TlsMode::VerifyIdentity));
        assert_eq!(mode("ssl_disabled=1"), Some(TlsMode::Disabled));
        assert_eq!(mode("ssl_cert=/c&ssl_key=/k"), Some(TlsMode::Required));
    }

    #[test]
    fn every_wrong_part_is_named() {
        for (url, part) in [
            ("mysql://u:hush@h", "names no database"),
            ("mysql://u:hush@h/", "names no database"),
            (
                "mysql://u:hu?sh@h/d",
                "it names no database before its `?`, and an `@` behind it; in a password a `?` is written `%3F`",
            ),
            ("mysql://u:hush@x?y@h/d", "in a password a `?` is written `%3F`"),
            ("mysql://u:hush/x?y@h/d", "in a password a `?` is written `%3F`"),
            ("mysql://u:hush@h:0/d", "`0` is no port"),
            ("mysql://u:hush@h:port/d", "what follows `h:` is no port"),
            ("mysql://u:hush/127.0.0.1:3306/d", "what follows `u:` is no port"),
            ("mysql://u:hush@h:70000/d", "`70000` is no port"),
            ("mysql://u:hush@::1/d", "in brackets"),
            ("mysql://u:hush@[::1/d", "has no `]`"),
            ("mysql://u:hush@[::g]/d", "`::g` is no IPv6 address"),
            ("mysql://u:hush%FF@h/d", "of its password is not valid UTF-8"),
            ("mysql://u:hush@h/d?ssl_mode=maybe", "its `ssl_mode` is `maybe`"),
            ("mysql://u:hush@h/d?ssl_cert=/c", "needs an `ssl_key`"),
            ("mysql://u:hush@h/d?ssl_key=/c", "needs an `ssl_cert`"),
            ("mysql://u:hush@h/d?ssl_ca=", "`ssl_ca` names no file"),
            ("mysql://u:hush@h/d?ssl_mode=disabled&ssl_ca=/ca", "asks nothing"),
            ("mysql://u:hush@h/d?ssl_mode=required&ssl_disabled=1", "`ssl_disabled=1` contradicts `ssl_mode=required`"),
            ("mysql://u:hush@h/d?ssl_mode=required&ssl_mode=disabled", "`ssl_mode` stands there twice"),
            ("mysql://u:hush@h/d?ssl_mod=required", "does not know its parameter `ssl_mod`"),
            ("mysql://u:hush@h/d?password_file=/p", "one of them is enough"),
            ("mysql://u:hush@a b/d", "holds no space"),
        ] {
            let reason = fault(url);
            assert!(reason.contains(part), "{url}: {reason}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let found = Location::Mysql(server("mysql://u:hush@h/d"));
        assert!(!format!("{found:?} {}", found.display()).contains("hush"));
    }

    #[test]
    fn the_settings_file_for_the_password_counts_where_the_url_has_none() {
        let file = |url: &str| server(url).with_password_file(Some(Path::new("/settings"))).password_file;
        let of = |path: &str, by| Some(PasswordFile { path: PathBuf::from(path), by });
        assert_eq!(file("mysql://u@h/d"), of("/settings", NamedBy::Settings));
        assert_eq!(file("mysql://u@h/d?password_file=/url"), of("/url", NamedBy::Url));
        assert_eq!(file("mysql://u:p@h/d"), None);
    }
}
