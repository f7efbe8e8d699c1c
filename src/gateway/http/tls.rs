//! Whom the certificates of gateways have to come from. What holds all that is one in a process for each kind of settings, however
//! many gateways there are, and made when the first of them needs it.

use std::sync::{Arc, LazyLock};

use ureq::Error;
use ureq::tls::TlsConfig;
use ureq::unversioned::transport::{ConnectionDetails, Connector, RustlsConnector, Transport};

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

    /// By settings that nobody else has.
    pub fn new(settings: TlsConfig) -> Tls {
        Tls { settings, connector: RustlsConnector::default() }
    }

    /// What the client is told of it.
    pub fn settings(&self) -> TlsConfig {
        self.settings.clone()
    }
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
    use super::*;

    #[test]
    fn gateways_with_the_same_settings_share_what_holds_the_authorities() {
        assert!(Arc::ptr_eq(&Tls::built_in(), &Tls::built_in()));
    }
}
