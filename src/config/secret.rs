//! What may never be shown, and what stands in its place.

/// What stands for a secret.
pub(super) const MASK: &str = "***";

/// A URL with its password and the secrets of its query replaced by `***`.
pub(super) fn without_secrets(url: &str) -> String {
    let url = crate::store::redact(url);
    let Some((before, query)) = url.split_once('?') else { return url };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if !name.ends_with("_file") && names_a_secret(name) => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    format!("{before}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"))
}

/// Words in a name that say that its value is a secret.
const SECRET_WORDS: [&str; 7] = ["password", "passwd", "secret", "token", "api_key", "apikey", "application_id"];

/// Whether what is called so may never be shown.
pub(super) fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_urls_are_not_shown() {
        assert_eq!(without_secrets("mysql://u:p@h/d?ssl_mode=required"), "mysql://u:***@h/d?ssl_mode=required");
        assert_eq!(without_secrets("https://h/x?api_key=1&to=2"), "https://h/x?api_key=***&to=2");
        assert_eq!(without_secrets("mysql://u@h/d?password_file=/x"), "mysql://u@h/d?password_file=/x");
        assert_eq!(without_secrets("sqlite:///a@b.db"), "sqlite:///a@b.db");
    }
}
