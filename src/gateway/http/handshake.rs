//! Why no TLS came about, in sentences: what is wrong, and what helps. Where we have no better words, the library's stand as they are.

use std::io;
use std::path::Path;

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

/// What is told of a peer that ends the connection while TLS is made.
pub(super) const HUNG_UP: &str =
    "it hangs up before there is TLS; if it speaks plain HTTP, its `base_url` begins with `http://`";

/// Whether the peer ended the connection.
pub(super) fn is_hang_up(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

/// The failure of TLS that an input or output reports, if it is one.
pub(super) fn failure(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref()
}

/// What is wrong, of a gateway whose settings name this file of authorities.
pub(super) fn describe(error: &Error, ca_file: Option<&Path>) -> String {
    match error {
        Error::InvalidCertificate(why) => certificate(why, error, ca_file),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!(
                "what it answers is no TLS; if it speaks plain HTTP, its `base_url` begins with `http://` ({error})"
            )
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            format!("it asks for a certificate of ours, and smsctl has none to show ({error})")
        }
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            format!("it speaks no TLS that smsctl speaks: 1.2 or 1.3, with ciphers of today ({error})")
        }
        _ => error.to_string(),
    }
}

fn certificate(why: &CertificateError, error: &Error, ca_file: Option<&Path>) -> String {
    match why {
        CertificateError::UnknownIssuer => match ca_file {
            None => "its certificate is not trusted: it comes from no authority that is built in; where it comes from one of \
                     your own, name that one's certificate in `ca_file`"
                .to_owned(),
            Some(file) => format!(
                "its certificate is not trusted: it comes from no authority in `{}`, the `ca_file` of this gateway",
                file.display()
            ),
        },
        CertificateError::Expired => format!("its certificate has expired, or the clock of this host is wrong ({why:?})"),
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired at {}, or the clock of this host is wrong", at(*not_after))
        }
        CertificateError::NotValidYet => {
            format!("its certificate is not valid yet, or the clock of this host is wrong ({why:?})")
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is not valid before {}, or the clock of this host is wrong", at(*not_before))
        }
        CertificateError::NotValidForName => "its certificate is for another name than `base_url` has".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names = presented.iter().map(|name| format!("`{}`", bare(name))).collect::<Vec<_>>();
            let names = if names.is_empty() { "no name at all".to_owned() } else { names.join(", ") };
            format!("its certificate is for {names}, and not for `{}`, the name in `base_url`", expected.to_str())
        }
        CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity" => {
            "its certificate is not trusted: it is that of an authority, and a gateway needs one of its own, which that \
             authority has signed (CaUsedAsEndEntity)"
                .to_owned()
        }
        CertificateError::Other(other) => format!("its certificate is not trusted ({other})"),
        _ => format!("its certificate is not trusted ({error})"),
    }
}

/// `DnsName("a.example")` without what the library puts around it.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

fn at(time: UnixTime) -> String {
    let second = i64::try_from(time.as_secs()).ok();
    second
        .and_then(|second| Timestamp::from_second(second).ok())
        .map_or("no known time".to_owned(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::{OtherError, PeerIncompatible};

    use super::*;

    #[track_caller]
    fn assert_says(error: impl Into<Error>, ca_file: Option<&str>, parts: &[&str]) {
        let error = error.into();
        let said = describe(&error, ca_file.map(Path::new));
        assert!(parts.iter().all(|part| said.contains(part)), "{error:?}\n{said}");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Why(&'static str);

    fn other(why: &'static str) -> CertificateError {
        CertificateError::Other(OtherError(Arc::new(Why(why))))
    }

    #[test]
    fn a_certificate_that_is_not_trusted_is_told_with_what_helps() {
        let unknown = CertificateError::UnknownIssuer;
        assert_says(unknown.clone(), None, &["is not trusted", "name that one's certificate in `ca_file`"]);
        assert_says(unknown, Some("/etc/ca.pem"), &["is not trusted", "no authority in `/etc/ca.pem`"]);
        assert_says(
            other("CaUsedAsEndEntity"),
            None,
            &["is not trusted", "that of an authority", "(CaUsedAsEndEntity)"],
        );
        assert_says(other("PathLenConstraintViolated"), None, &["is not trusted (PathLenConstraintViolated)"]);
        assert_says(CertificateError::BadSignature, None, &["is not trusted", "BadSignature"]);
    }

    #[test]
    fn times_and_names_of_a_certificate_are_told() {
        let second = |second| UnixTime::since_unix_epoch(Duration::from_secs(second));
        let expired = CertificateError::ExpiredContext { time: second(90_000), not_after: second(86_400) };
        assert_says(expired, None, &["expired at 1970-01-02T00:00:00Z", "clock"]);
        let early = CertificateError::NotValidYetContext { time: second(0), not_before: second(86_400) };
        assert_says(early, None, &["not valid before 1970-01-02T00:00:00Z", "clock"]);
        let presented = vec!["DnsName(\"a.example\")".to_owned(), "IpAddress(127.0.0.1)".to_owned()];
        let expected = "b.example".try_into().expect("a name");
        let names = CertificateError::NotValidForNameContext { expected, presented };
        assert_says(names, None, &["is for `a.example`, `127.0.0.1`, and not for `b.example`"]);
    }

    #[test]
    fn a_peer_that_speaks_no_tls_of_ours_is_told_with_what_helps() {
        assert_says(InvalidMessage::InvalidContentType, None, &["no TLS", "`http://`", "InvalidContentType"]);
        let old = PeerIncompatible::ServerDoesNotSupportTls12Or13;
        assert_says(old, None, &["1.2 or 1.3", "ServerDoesNotSupportTls12Or13"]);
        assert_says(Error::AlertReceived(AlertDescription::CertificateRequired), None, &["a certificate of ours"]);
    }

    #[test]
    fn where_there_are_no_better_words_the_librarys_stand_as_they_are() {
        assert_says(
            Error::AlertReceived(AlertDescription::InternalError),
            None,
            &["received fatal alert: InternalError"],
        );
    }
}
