//! Whom the certificates of gateways have to come from. What holds all that is one in a process for each kind of settings, however
//! many gateways there are, and made when the first of them needs it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use ureq::Error;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::transport::{ConnectionDetails, Connector, RustlsConnector, Transport};

use crate::gateway::system_words;

/// A file of certificates is smaller than this many bytes: the list of a whole system has a quarter of it.
const BYTES_MAX: u64 = 1 << 20;

/// One kind of TLS. Its connector reads the settings of the first connection, and holds what it made of them: all who share it
/// need the same settings.
#[derive(Debug)]
pub(super) struct Tls {
    settings: TlsConfig,
    connector: RustlsConnector,
}

impl Tls {
    /// With the authorities that are built in: Mozilla's list.
    pub fn built_in() -> Arc<Tls> {
        static BUILT_IN: LazyLock<Arc<Tls>> = LazyLock::new(|| Arc::new(Tls::new(TlsConfig::default())));
        Arc::clone(&BUILT_IN)
    }

    /// With the authorities in this file in place of those.
    ///
    /// # Errors
    /// The file cannot be read, or holds none: the reason.
    pub fn of_file(path: &Path) -> Result<Arc<Tls>, String> {
        static OF_FILES: Mutex<BTreeMap<Vec<u8>, Weak<Tls>>> = Mutex::new(BTreeMap::new());
        let pem = read(path).map_err(|reason| format!("the file `{}` {reason}", path.display()))?;
        let mut of_files = OF_FILES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = of_files.get(&pem).and_then(Weak::upgrade) {
            return Ok(known);
        }
        let authorities = authorities(&pem).map_err(|reason| format!("the file `{}` {reason}", path.display()))?;
        let roots = RootCerts::new_with_certs(&authorities);
        let tls = Arc::new(Tls::new(TlsConfig::builder().root_certs(roots).build()));
        of_files.retain(|_, known| known.strong_count() > 0);
        of_files.insert(pem, Arc::downgrade(&tls));
        Ok(tls)
    }

    /// By settings that nobody else has.
    pub fn new(settings: TlsConfig) -> Tls {
        Tls { settings, connector: RustlsConnector::default() }
    }

    /// What the client is told of it.
    pub fn settings(&self) -> TlsConfig {
        self.settings.clone()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot be read: {}", system_words(&error)))?;
    if bytes.len() as u64 > BYTES_MAX { Err("is too large for a file of certificates".to_owned()) } else { Ok(bytes) }
}

/// The certificates in a file. One of many that cannot be used, as in the list of a whole system, is passed over.
fn authorities(pem: &[u8]) -> Result<Vec<Certificate<'static>>, String> {
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let found = found.map_err(|error| format!("is not valid PEM: {error}"))?;
    if found.is_empty() {
        return Err("holds no certificate; they stand in it as PEM: `-----BEGIN CERTIFICATE-----`".to_owned());
    }
    let (usable, _) = RootCertStore::empty().add_parsable_certificates(found.iter().cloned());
    if usable == 0 {
        return Err("holds no certificate that can be read".to_owned());
    }
    Ok(found.iter().map(|found| Certificate::from_der(found).to_owned()).collect())
}

/// TLS as the client makes it, with what all gateways of its kind share.
#[derive(Debug)]
pub(super) struct TlsConnector(pub Arc<Tls>);

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = <RustlsConnector as Connector<In>>::Out;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        self.0.connector.connect(details, chained)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const AUTHORITY: &str = include_str!("../../../tests/gateway/tls/authority.pem");

    #[test]
    fn gateways_with_the_same_settings_share_what_holds_the_authorities() {
        assert!(Arc::ptr_eq(&Tls::built_in(), &Tls::built_in()));
        let directory = tempfile::tempdir().unwrap();
        let [one, copy, other] = ["one.pem", "copy.pem", "other.pem"].map(|name| directory.path().join(name));
        fs::write(&one, AUTHORITY).unwrap();
        fs::write(&copy, AUTHORITY).unwrap();
        fs::write(&other, AUTHORITY.repeat(2)).unwrap();
        let [one, copy, other] = [one, copy, other].map(|path| Tls::of_file(&path).unwrap());
        assert!(Arc::ptr_eq(&one, &copy) && !Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn a_file_without_an_authority_is_told_by_its_path() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ca.pem");
        let said = |text: Option<&[u8]>| {
            text.inspect(|text| fs::write(&path, text).unwrap());
            Tls::of_file(&path).expect_err("no authority").replace(&path.display().to_string(), "PATH")
        };
        assert_eq!(said(None), "the file `PATH` cannot be read: no such file or directory");
        let none = "the file `PATH` holds no certificate; they stand in it as PEM: `-----BEGIN CERTIFICATE-----`";
        assert_eq!(said(Some(b"")), none);
        assert_eq!(said(Some(b"\x30\x82\xff")), none);
        let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(said(Some(cut.as_bytes())), "the file `PATH` holds no certificate that can be read");
        let broken = AUTHORITY.replace("-----END", "?");
        assert!(said(Some(broken.as_bytes())).starts_with("the file `PATH` is not valid PEM"));
        assert!(said(Some(AUTHORITY.repeat(4096).as_bytes())).contains("too large"));
    }
}
