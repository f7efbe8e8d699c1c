//! Database URLs, as SQLAlchemy writes them.

use std::path::{Path, PathBuf};

use super::{Result, StoreError};

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
}

impl Location {
    /// Reads `sqlite:///relative.db` and `sqlite:////absolute.db`; a relative path counts from `base`.
    ///
    /// # Errors
    /// The URL is empty, has an unknown scheme, or names no file.
    pub fn parse(url: &str, base: &Path) -> Result<Location> {
        if url.trim().is_empty() {
            return Err(StoreError::UrlEmpty);
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            let reason = "it has no `scheme://`".to_owned();
            return Err(StoreError::UrlInvalid { url: redact(url), reason });
        };
        match scheme {
            "sqlite" | "sqlite+pysqlite" => sqlite(url, rest, base),
            _ => Err(StoreError::UrlScheme { scheme: scheme.to_owned() }),
        }
    }

    /// For people: no secrets.
    pub fn display(&self) -> String {
        match self {
            Location::Sqlite(path) => path.display().to_string(),
        }
    }
}

fn sqlite(url: &str, rest: &str, base: &Path) -> Result<Location> {
    let invalid = |reason: &str| StoreError::UrlInvalid { url: redact(url), reason: reason.to_owned() };
    let path = rest.strip_prefix('/').ok_or_else(|| {
        invalid(
            "a relative file needs three slashes (`sqlite:///sms.db`), an absolute one four (`sqlite:////var/sms.db`)",
        )
    })?;
    let path = path.split('?').next().unwrap_or(path);
    if path.is_empty() || path == ":memory:" {
        return Err(invalid("it names no file, and a queue in memory would be lost"));
    }
    let decoded = percent_decode(path).ok_or_else(|| invalid("its percent-encoding is not valid UTF-8"))?;
    if decoded.contains('\0') {
        return Err(invalid("a file name cannot hold a NUL"));
    }
    Ok(Location::Sqlite(base.join(decoded)))
}

/// `text` with `%41` read as `A`; `None` if the result is not UTF-8. A `%` that starts no pair of hex digits stands for itself.
fn percent_decode(text: &str) -> Option<String> {
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

/// A database URL with its password replaced by `***`, for errors and for `config show`.
pub fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(authority_end);
    match authority.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split(':').next().unwrap_or(user);
            let secret = if user.contains(':') { ":***" } else { "" };
            format!("{scheme}://{name}{secret}@{host}{path}")
        }
        None => url.to_owned(),
    }
}
