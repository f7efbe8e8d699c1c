//! Failures of the gateways, and of the sandbox, in user words.

use std::io;
use std::net::IpAddr;

use super::{Error, Kind, nearest};
use crate::gateway::sandbox::SandboxError;
use crate::gateway::{GatewayError, system_words};

impl From<GatewayError> for Error {
    fn from(error: GatewayError) -> Error {
        match &error {
            GatewayError::Setting { .. } | GatewayError::Profile { .. } => Error::told(Kind::Config, &error)
                .hint("`smsctl config show` tells where each value comes from, `smsctl gateway list` what is there"),
        }
    }
}

impl Error {
    /// A setting of the gateway `name` is missing or wrong.
    pub fn gateway_setting(name: &str, error: &GatewayError) -> Error {
        let hint = match error {
            GatewayError::Setting { .. } => "`smsctl config check` tells where it stands, and what else is wrong",
            GatewayError::Profile { .. } => "docs/gateways.md describes profiles; `smsctl config check` reads it again",
        };
        Error::new(Kind::Config, error.in_table(&format!("gateways.{name}"))).hint(hint)
    }

    /// The settings hold no gateway of this name.
    pub fn no_gateway<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
        let error = Error::new(Kind::Config, format!("no gateway is called `{name}`"));
        match (known.clone().next(), nearest(name, known)) {
            (_, Some(nearest)) => error.hint(format!("did you mean `{nearest}`?")),
            (Some(_), None) => error.hint("`smsctl gateway list` shows those that there are"),
            (None, None) => error.hint(
                "set `gateways.default.base_url`, or `SMS_BASE_URL`; `smsctl config init` writes a settings file",
            ),
        }
    }

    /// The gateway `name` cannot be reached: nothing was sent.
    pub fn gateway_unreachable(name: &str, reason: &str) -> Error {
        Error::new(Kind::Unavailable, format!("cannot reach the gateway `{name}`"))
            .cause(reason)
            .hint(format!("check `gateways.{name}.base_url`; `smsctl gateway show {name}` prints it"))
    }

    /// The sandbox was told to listen where other machines reach it.
    pub fn sandbox_for_all(address: IpAddr) -> Error {
        Error::new(Kind::Usage, format!("other machines may reach `{address}`, and the sandbox lets everybody in"))
            .hint("add `--allow-remote` if that is meant")
    }
}

impl From<SandboxError> for Error {
    fn from(error: SandboxError) -> Error {
        match &error {
            SandboxError::Behaviour(_) => {
                Error::told(Kind::Usage, &error).hint("`smsctl gateway sandbox --help` explains the chances")
            }
            SandboxError::Ledger { path, source } => Error::writing(path, source),
            SandboxError::Listen { source, .. } => {
                let kind = match source.kind() {
                    io::ErrorKind::PermissionDenied => Kind::NoPerm,
                    _ => Kind::Unavailable,
                };
                Error::new(kind, error.to_string()).cause(system_words(source)).hint("`--port 0` takes a free port")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_is_not_there_is_guessed_or_listed() {
        let hint = |name: &str, known: &[&str]| Error::no_gateway(name, known.iter().copied()).hint.unwrap_or_default();
        assert_eq!(hint("defualt", &["backup", "default"]), "did you mean `default`?");
        assert_eq!(hint("xyz", &["default"]), "`smsctl gateway list` shows those that there are");
        assert!(hint("default", &[]).contains("SMS_BASE_URL"));
    }

    #[test]
    fn a_setting_is_named_by_its_whole_key() {
        let error = GatewayError::Setting { key: "base_url".to_owned(), reason: "names no host".to_owned() };
        assert_eq!(Error::gateway_setting("hk", &error).message, "`gateways.hk.base_url`: names no host");
    }
}
