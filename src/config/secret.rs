//! What may never be shown, and what stands in its place.

use super::value::Raw;

/// What stands for a secret.
pub(super) const MASK: &str = "***";

/// A URL with its password and the secrets of its query replaced by `***`.
pub(super) fn without_secrets(url: &str) -> String {
    masked_query(url, |pair| match pair.split_once('=') {
        Some((name, _)) if names_a_secret(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    })
}

/// The URL of a gateway with its password and all values of its query replaced by `***`: each provider has a name of its own for
/// a secret.
pub(super) fn without_query_values(url: &str) -> String {
    masked_query(url, |pair| match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() => format!("{name}={MASK}"),
        Some(_) => pair.to_owned(),
        None if pair.is_empty() => String::new(),
        None => MASK.to_owned(),
    })
}

fn masked_query(url: &str, pair: fn(&str) -> String) -> String {
    let url = crate::store::redact(url);
    let Some((before, query)) = url.split_once('?') else { return url };
    format!("{before}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"))
}

/// A program and its arguments as they are shown, `["/bin/report", "--token=x"]`, with the secrets among them replaced by `***`.
/// What is no list is not shown at all if it names a secret.
pub(super) fn program_without_secrets(shown: &str) -> String {
    let Some(Raw::List(items)) = Raw::of_toml(shown) else {
        return if names_a_secret(shown) { MASK.to_owned() } else { shown.to_owned() };
    };
    let mut follows_its_name = false;
    let mut words = Vec::new();
    for item in &items {
        let Raw::Text(word) = item else {
            words.push(item.shown());
            continue;
        };
        let masked = if follows_its_name { MASK.to_owned() } else { argument_without_secrets(word) };
        follows_its_name = !follows_its_name && word.starts_with('-') && masked == *word && names_a_secret(word);
        words.push(format!("{masked:?}"));
    }
    format!("[{}]", words.join(", "))
}

/// `--token=x`, `Authorization: x`, and URLs.
fn argument_without_secrets(word: &str) -> String {
    match word.split_once(['=', ':']) {
        _ if word.contains("://") => without_secrets(word),
        Some((name, _)) if names_a_secret(name) => format!("{}{MASK}", &word[..=name.len()]),
        _ => word.to_owned(),
    }
}

/// Words that, wherever they stand in a name, say that its value is a secret.
const SECRET_PARTS: [&str; 16] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "auth",
    "apikey",
    "accesskey",
    "application_id",
    "credential",
    "bearer",
    "cookie",
    "signature",
    "session",
    "jwt",
];
/// Words that do so where they stand alone, or between `_`, `-` or `.`.
const SECRET_WORDS: [&str; 7] = ["key", "pass", "pwd", "pw", "pin", "sig", "hmac"];

/// Whether what is called so may never be shown. A file or a command that holds a secret is none itself.
pub(super) fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    let is_path = ["_file", "_path", "_command"].iter().any(|end| name.ends_with(end))
        || (name.starts_with("ssl_") && !name.contains("pass"));
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    !is_path && (SECRET_PARTS.iter().any(|part| name.contains(part)) || words.any(|word| SECRET_WORDS.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_urls_are_not_shown() {
        assert_eq!(without_secrets("mysql://u:p@h/d?ssl_mode=required"), "mysql://u:***@h/d?ssl_mode=required");
        assert_eq!(without_secrets("mysql://u@h/d?ssl_key_password=p"), "mysql://u@h/d?ssl_key_password=***");
        assert_eq!(without_secrets("https://h/x?api_key=1&to=2"), "https://h/x?api_key=***&to=2");
        assert_eq!(without_secrets("mysql://u@h/d?password_file=/x"), "mysql://u@h/d?password_file=/x");
        assert_eq!(without_secrets("sqlite:///a@b.db"), "sqlite:///a@b.db");
        assert_eq!(without_secrets("https://h/?auth=1&key=2&sig=3&x=4"), "https://h/?auth=***&key=***&sig=***&x=4");
        assert_eq!(without_secrets("mysql://u@h/d?ssl_key=/x"), "mysql://u@h/d?ssl_key=/x");
    }

    #[test]
    fn no_value_in_the_query_of_a_gateway_is_shown() {
        for (url, shown) in [
            ("https://h/x?k=1&to=2&empty=", "https://h/x?k=***&to=***&empty="),
            ("https://u:p@h/x?sekret", "https://u:***@h/x?***"),
            ("htp://h h/x?k=1", "htp://h h/x?k=***"),
            ("https://h/x", "https://h/x"),
            ("https://h/x?", "https://h/x?"),
        ] {
            assert_eq!(without_query_values(url), shown);
        }
    }

    #[test]
    fn names_of_secrets_are_known_and_others_are_not() {
        for name in [
            "password",
            "Passwd",
            "api-key",
            "apiKey",
            "key",
            "access_key",
            "auth",
            "Authorization",
            "X-Auth-Token",
            "authorization_header",
            "client_secret",
            "pwd",
            "user_pass",
            "pin",
            "bearer",
            "jwt",
            "Cookie",
            "session_id",
            "application_id",
            "credentials",
        ] {
            assert!(names_a_secret(name), "{name}");
        }
        for name in ["username", "sender", "password_file", "route", "keyword", "pinned", "compass", "ssl_key", "lane"]
        {
            assert!(!names_a_secret(name), "{name}");
        }
    }

    #[test]
    fn secrets_among_arguments_are_not_shown() {
        for (run, shown) in [
            (r#"["/bin/a", "-x y"]"#, r#"["/bin/a", "-x y"]"#),
            (r#"["/bin/a", "--token=x", "PASSWORD=x", "-v"]"#, r#"["/bin/a", "--token=***", "PASSWORD=***", "-v"]"#),
            (r#"["/bin/a", "--api-key", "x", "-v"]"#, r#"["/bin/a", "--api-key", "***", "-v"]"#),
            (r#"["curl", "-H", "Authorization: Bearer x"]"#, r#"["curl", "-H", "Authorization:***"]"#),
            (r#"["curl", "https://u:x@h/?key=x"]"#, r#"["curl", "https://u:***@h/?key=***"]"#),
            (r#"["/bin/a", 7, "--password-file", "/x"]"#, r#"["/bin/a", 7, "--password-file", "/x"]"#),
            ("/bin/a --token x", "***"),
            ("/bin/a -v", "/bin/a -v"),
        ] {
            assert_eq!(program_without_secrets(run), shown);
        }
    }
}
