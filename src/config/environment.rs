//! The process environment, taken once and passed on as data, so that everything above it can be tested without one.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The environment variables of a process. Those that are empty count as unset, except where a setting says otherwise.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Environment {
    /// This process's own. Variables whose name is not UTF-8 are none of smsctl's and are left out.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process() -> Environment {
        let named = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Environment { variables: named.collect() }
    }

    /// One made by hand.
    pub fn of<N: Into<String>, V: Into<OsString>>(variables: impl IntoIterator<Item = (N, V)>) -> Environment {
        let named = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Environment { variables: named.collect() }
    }

    /// The value, if the variable is set and not empty.
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// Every variable in the order of the names, the empty ones too.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_os_str()))
    }

    /// The value, even if it is empty.
    pub(super) fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(name).map(OsString::as_os_str)
    }

    /// `$XDG_CONFIG_HOME`, or `$HOME/.config`. The XDG standard has relative paths ignored. `None`: there is no home.
    pub(super) fn config_home(&self) -> Option<PathBuf> {
        let absolute = |name: &str| self.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))
    }

    /// What must be there, and the home of state in it: `$XDG_STATE_HOME`, which is in the user's home or in another directory, or
    /// `$HOME/.local/state`. `None`: there is no home.
    pub(super) fn state_home(&self) -> Option<(PathBuf, PathBuf)> {
        let absolute = |name: &str| self.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = absolute("HOME");
        let Some(own) = absolute("XDG_STATE_HOME") else {
            return home.map(|home| (home.clone(), home.join(".local/state")));
        };
        let anchor = home.filter(|home| own.starts_with(home)).or_else(|| own.parent().map(Path::to_owned));
        Some((anchor.unwrap_or_else(|| own.clone()), own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let environment = Environment::of([("A", ""), ("B", "x")]);
        assert_eq!(environment.get("A"), None);
        assert_eq!(environment.raw("A"), Some(OsStr::new("")));
        assert_eq!(environment.get("B"), Some(OsStr::new("x")));
    }

    #[test]
    fn the_home_of_settings_is_absolute_or_none() {
        let home = |pairs: &[(&str, &str)]| Environment::of(pairs.iter().copied()).config_home();
        assert_eq!(home(&[]), None);
        assert_eq!(home(&[("HOME", "")]), None);
        assert_eq!(home(&[("HOME", "/h")]), Some(PathBuf::from("/h/.config")));
        assert_eq!(home(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]), Some(PathBuf::from("/x")));
        assert_eq!(home(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "x")]), Some(PathBuf::from("/h/.config")));
    }

    #[test]
    fn debug_tells_no_values() {
        let shown = format!("{:?}", Environment::of([("DATABASE_URL", "mysql://u:hunter2@h/d")]));
        assert!(shown.contains("DATABASE_URL") && !shown.contains("hunter2"), "{shown}");
    }
}
