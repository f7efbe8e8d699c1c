//! Where a value comes from, and what can be wrong with it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Where a value was set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are what they are called")]
pub enum Origin {
    /// By an option of the command line.
    Flag(&'static str),
    /// By an environment variable.
    Variable(String),
    /// In a settings file; line and column count from 1.
    File { path: PathBuf, line: usize, column: usize },
    /// Nowhere.
    Default,
}

/// `flag --database`, `variable DATABASE_URL`, `/etc/smsctl/config.toml:3:7`, `default`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(flag) => write!(f, "flag {flag}"),
            Origin::Variable(name) => write!(f, "variable {name}"),
            Origin::File { path, line, column } => write!(f, "{}:{line}:{column}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// Whether a problem keeps smsctl from running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// A setting is wrong: nothing runs.
    Error,
    /// `smsctl config check` finds fault with it, and only the lane or the feature that needs it fails.
    Fault,
    /// Everything runs, perhaps otherwise than meant.
    Warning,
}

impl Severity {
    /// `error` or `warning`: a fault is an error to whoever asks for a check.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Error | Severity::Fault => "error",
            Severity::Warning => "warning",
        }
    }
}

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The setting, where it is about one: `gateways.default.base_url`.
    pub key: Option<String>,
    /// What was written, without secrets.
    pub value: Option<String>,
    /// Where it was set; `None` if it is not set at all.
    pub origin: Option<Origin>,
    /// What is wrong, in words that name key and value.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Problem {
    pub(super) fn new(severity: Severity, message: impl Into<String>) -> Problem {
        Problem { severity, key: None, value: None, origin: None, message: message.into(), hint: None }
    }

    pub(super) fn error(message: impl Into<String>) -> Problem {
        Problem::new(Severity::Error, message)
    }

    pub(super) fn fault(message: impl Into<String>) -> Problem {
        Problem::new(Severity::Fault, message)
    }

    pub(super) fn warning(message: impl Into<String>) -> Problem {
        Problem::new(Severity::Warning, message)
    }

    pub(super) fn key(self, key: impl Into<String>) -> Problem {
        Problem { key: Some(key.into()), ..self }
    }

    pub(super) fn value(self, value: impl Into<String>) -> Problem {
        Problem { value: Some(value.into()), ..self }
    }

    pub(super) fn at(self, origin: Origin) -> Problem {
        Problem { origin: Some(origin), ..self }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Problem {
        Problem { hint: Some(hint.into()), ..self }
    }
}

/// The message with its place.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.origin {
            Some(Origin::File { path, line, column }) => {
                write!(f, " (`{}`, line {line}, column {column})", path.display())
            }
            Some(Origin::Variable(name)) => write!(f, " (variable `{name}`)"),
            Some(Origin::Flag(flag)) => write!(f, " (option `{flag}`)"),
            Some(Origin::Default) | None => Ok(()),
        }
    }
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the words of each stand in its attribute")]
pub enum ConfigError {
    /// A settings file that may not be read.
    #[error("the settings file `{}` cannot be read", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    /// A setting is wrong; `more` further ones are too.
    #[error("{first}")]
    Wrong { first: Box<Problem>, more: usize },
    /// `config init` has no place for the file.
    #[error("there is no place for the settings file: neither `XDG_CONFIG_HOME` nor `HOME` is set")]
    NoPlace,
    /// `config init` found a file.
    #[error("the settings file `{}` is there already", path.display())]
    Exists { path: PathBuf },
    /// `config init` found no directory.
    #[error("the directory `{}` does not exist", path.display())]
    NoDirectory { path: PathBuf },
    /// `config init` could not write.
    #[error("the settings file `{}` cannot be written", path.display())]
    Unwritable {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

/// The nearest of `words` to `word`, if one is near.
pub(super) fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A third of the letters may differ: more, and the suggestion would be noise.
    let slips_max = (word.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_word_that_can_be_found() {
        let file = Origin::File { path: PathBuf::from("/etc/smsctl/config.toml"), line: 3, column: 7 };
        assert_eq!(file.to_string(), "/etc/smsctl/config.toml:3:7");
        assert_eq!(Origin::Flag("--database").to_string(), "flag --database");
        assert_eq!(Origin::Variable("DATABASE_URL".to_owned()).to_string(), "variable DATABASE_URL");
        let problem = Problem::error("`a` is unknown").at(file);
        assert_eq!(problem.to_string(), "`a` is unknown (`/etc/smsctl/config.toml`, line 3, column 7)");
    }

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["base_url", "burst", "rate", "timeout"];
        assert_eq!(nearest("base_ulr", words), Some("base_url"));
        assert_eq!(nearest("timout", words), Some("timeout"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest("", words), None);
    }
}
