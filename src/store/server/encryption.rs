//! How a URL asks for encryption. Several parameters speak of the same thing: those that contradict each other are an error, in
//! whatever order they stand.

use std::path::PathBuf;

use super::{Tls, TlsMode, flag, path};

/// What the parameters of a URL ask for.
#[derive(Default)]
pub(super) struct Asked {
    mode: Option<TlsMode>,
    disabled: Option<bool>,
    verify_cert: Option<bool>,
    verify_identity: Option<bool>,
    check_hostname: Option<bool>,
    ca: Option<PathBuf>,
    cert: Option<PathBuf>,
    key: Option<PathBuf>,
}

impl Asked {
    /// Takes a parameter; false if it is none of these.
    pub fn read(&mut self, name: &str, value: &str) -> Result<bool, String> {
        match name {
            "ssl_ca" => self.ca = Some(path(name, value)?),
            "ssl_cert" => self.cert = Some(path(name, value)?),
            "ssl_key" => self.key = Some(path(name, value)?),
            "ssl_mode" => self.mode = Some(mode(value)?),
            "ssl_disabled" => self.disabled = Some(flag(name, value)?),
            "ssl_verify_cert" => self.verify_cert = Some(flag(name, value)?),
            "ssl_verify_identity" => self.verify_identity = Some(flag(name, value)?),
            "ssl_check_hostname" => self.check_hostname = Some(flag(name, value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// All of them together.
    pub fn tls(self) -> Result<Tls, String> {
        let mode = self.mode()?;
        let identity = match (self.cert, self.key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            (Some(_), None) => return Err("`ssl_cert` needs an `ssl_key`".to_owned()),
            (None, Some(_)) => return Err("`ssl_key` needs an `ssl_cert`".to_owned()),
        };
        let trusts = if self.check_hostname == Some(false) { TlsMode::VerifyCa } else { TlsMode::VerifyIdentity };
        // Who names an authority wants it asked; who shows a certificate wants to be encrypted.
        let by_files = self.ca.as_ref().map(|_| trusts).or(identity.as_ref().map(|_| TlsMode::Required));
        Ok(Tls { mode: mode.or(by_files), ca: self.ca, identity })
    }

    /// The mode that is named, by its word or by flags.
    fn mode(&self) -> Result<Option<TlsMode>, String> {
        let by_flags = self.by_flags()?;
        let mode = match (self.mode, self.disabled) {
            (Some(TlsMode::Disabled), Some(false)) => {
                return Err("its `ssl_mode=disabled` contradicts `ssl_disabled=0`".to_owned());
            }
            (Some(mode), Some(true)) if mode != TlsMode::Disabled => {
                return Err(format!("its `ssl_disabled=1` contradicts `ssl_mode={}`", word(mode)));
            }
            (None, Some(true)) => Some(TlsMode::Disabled),
            (mode, _) => mode,
        };
        let Some(mode) = mode else { return Ok(by_flags.map(|(_, mode)| mode)) };
        let named = if self.mode.is_some() { format!("ssl_mode={}", word(mode)) } else { "ssl_disabled=1".to_owned() };
        if let Some((flag, _)) = by_flags.filter(|(_, asked)| *asked > mode) {
            return Err(format!("its `{named}` contradicts `{flag}`, which asks for more"));
        }
        if mode == TlsMode::Disabled && self.check_hostname == Some(true) {
            return Err(format!("its `{named}` contradicts `ssl_check_hostname=1`"));
        }
        if mode == TlsMode::VerifyIdentity && self.check_hostname == Some(false) {
            return Err(format!("its `{named}` contradicts `ssl_check_hostname=0`"));
        }
        if mode == TlsMode::Preferred && self.ca.is_some() {
            return Err(format!(
                "its `ssl_ca` vouches for nobody beside `{named}`, which asks for no certificate; write `ssl_mode=verify_ca` or \
                 `verify_identity`, or leave one of the two out"
            ));
        }
        let files = [("ssl_ca", &self.ca), ("ssl_cert", &self.cert), ("ssl_key", &self.key)];
        if let Some((file, _)) = files.iter().find(|(_, path)| mode == TlsMode::Disabled && path.is_some()) {
            return Err(format!("`{file}` asks nothing of a connection with `{named}`"));
        }
        // Who names an authority beside it wants it asked: to require no more than that somebody encrypts needs none.
        let asks = mode == TlsMode::Required && self.ca.is_some();
        Ok(Some(if asks { TlsMode::VerifyCa } else { mode }))
    }

    /// The most that a flag asks for, and which one. `ssl_check_hostname` by itself asks for no certificate.
    fn by_flags(&self) -> Result<Option<(&'static str, TlsMode)>, String> {
        if self.verify_identity == Some(true) && self.check_hostname == Some(false) {
            return Err("its `ssl_verify_identity=1` contradicts `ssl_check_hostname=0`".to_owned());
        }
        let certified = self.verify_cert == Some(true) || self.mode == Some(TlsMode::VerifyCa);
        Ok(match (self.verify_identity, self.check_hostname, self.verify_cert) {
            (Some(true), ..) => Some(("ssl_verify_identity=1", TlsMode::VerifyIdentity)),
            (_, Some(true), _) if certified => Some(("ssl_check_hostname=1", TlsMode::VerifyIdentity)),
            (.., Some(true)) => Some(("ssl_verify_cert=1", TlsMode::VerifyCa)),
            _ => None,
        })
    }
}

fn mode(value: &str) -> Result<TlsMode, String> {
    let wanted = value.to_ascii_lowercase().replace('-', "_");
    MODES.iter().find(|(word, _)| *word == wanted).map(|(_, mode)| *mode).ok_or_else(|| {
        format!(
            "its `ssl_mode` is `{}`, and not disabled, preferred, required, verify_ca or verify_identity",
            value.escape_debug()
        )
    })
}

const MODES: &[(&str, TlsMode)] = &[
    ("disabled", TlsMode::Disabled),
    ("preferred", TlsMode::Preferred),
    ("required", TlsMode::Required),
    ("verify_ca", TlsMode::VerifyCa),
    ("verify_identity", TlsMode::VerifyIdentity),
];

fn word(mode: TlsMode) -> &'static str {
    MODES.iter().find(|(_, known)| *known == mode).map_or("", |(word, _)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(query: &[&str]) -> Result<Option<TlsMode>, String> {
        let mut asked = Asked::default();
        for pair in query {
            let (name, value) = pair.split_once('=').expect("a pair");
            assert!(asked.read(name, value)?, "{pair}");
        }
        asked.tls().map(|tls| tls.mode)
    }

    #[test]
    fn what_contradicts_is_an_error_in_either_order() {
        for pair in [
            ["ssl_mode=required", "ssl_disabled=1"],
            ["ssl_mode=preferred", "ssl_disabled=true"],
            ["ssl_mode=verify_identity", "ssl_disabled=1"],
            ["ssl_mode=disabled", "ssl_disabled=0"],
            ["ssl_mode=disabled", "ssl_verify_cert=1"],
            ["ssl_mode=required", "ssl_verify_cert=1"],
            ["ssl_mode=verify_ca", "ssl_verify_identity=1"],
            ["ssl_disabled=1", "ssl_verify_identity=1"],
            ["ssl_disabled=1", "ssl_check_hostname=true"],
            ["ssl_mode=disabled", "ssl_check_hostname=1"],
            ["ssl_mode=verify_ca", "ssl_check_hostname=1"],
            ["ssl_verify_identity=1", "ssl_check_hostname=0"],
            ["ssl_mode=verify_identity", "ssl_check_hostname=0"],
            ["ssl_mode=disabled", "ssl_ca=/ca"],
            ["ssl_disabled=1", "ssl_ca=/ca"],
            ["ssl_mode=preferred", "ssl_ca=/ca"],
        ] {
            for query in [pair, [pair[1], pair[0]]] {
                let refused = tls(&query).expect_err(&query.join("&"));
                let [first, second] = pair.map(|pair| pair.split('=').next().expect("a name"));
                assert!(refused.contains(first) && refused.contains(second), "{query:?}: {refused}");
            }
        }
        let refused = tls(&["ssl_cert=/c", "ssl_disabled=1", "ssl_key=/k"]).expect_err("in clear");
        assert_eq!(refused, "`ssl_cert` asks nothing of a connection with `ssl_disabled=1`");
        let refused = tls(&["ssl_ca=/ca", "ssl_mode=preferred"]).expect_err("whoever the server is");
        assert!(refused.contains("write `ssl_mode=verify_ca` or `verify_identity`"), "{refused}");
    }

    #[test]
    fn what_says_the_same_twice_is_none() {
        for (query, wanted) in [
            (["ssl_mode=disabled", "ssl_disabled=1"], TlsMode::Disabled),
            (["ssl_mode=required", "ssl_disabled=0"], TlsMode::Required),
            (["ssl_mode=verify_identity", "ssl_verify_cert=1"], TlsMode::VerifyIdentity),
            (["ssl_verify_identity=1", "ssl_verify_cert=1"], TlsMode::VerifyIdentity),
            (["ssl_verify_cert=1", "ssl_check_hostname=1"], TlsMode::VerifyIdentity),
            (["ssl_mode=verify_ca", "ssl_check_hostname=0"], TlsMode::VerifyCa),
            (["ssl_ca=/ca", "ssl_check_hostname=1"], TlsMode::VerifyIdentity),
            (["ssl_ca=/ca", "ssl_disabled=0"], TlsMode::VerifyIdentity),
            (["ssl_ca=/ca", "ssl_verify_cert=1"], TlsMode::VerifyCa),
            (["ssl_ca=/ca", "ssl_mode=verify_ca"], TlsMode::VerifyCa),
            (["ssl_ca=/ca", "ssl_mode=required"], TlsMode::VerifyCa),
        ] {
            for query in [query, [query[1], query[0]]] {
                assert_eq!(tls(&query), Ok(Some(wanted)), "{query:?}");
            }
        }
    }
}
