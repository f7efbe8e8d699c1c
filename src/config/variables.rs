//! Environment variables as settings: `SMSCTL_A_B` for the key `a.b`, and those of the web application.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use super::environment::Environment;
use super::file::Entry;
use super::keys::{self, KEYS, Key};
use super::kind::is_name;
use super::problem::{Origin, Problem, nearest};
use super::value::Raw;

/// The gateway that the web application's variables speak of.
const ALIASED_GATEWAY: &str = "default";

/// Those of the web application's variables that make a gateway; the others only shape one that is there.
pub(super) const MAKERS: [&str; 3] = ["SMS_BASE_URL", "SMS_APPLICATION_ID", "SMS_SENDER_NUMBER"];

/// Variables that begin like settings and are none.
const NO_SETTINGS: [&str; 1] = ["SMSCTL_CONFIG"];

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// By `SMSCTL_…`.
    pub own: Vec<Entry>,
    /// By the variables of the web application, which `own` goes before.
    pub aliases: Vec<Entry>,
    pub problems: Vec<Problem>,
}

/// Reads the environment. `names` are the named tables that the settings file has: `gateways`, `default`.
pub(super) fn said(environment: &Environment, names: &BTreeSet<(String, String)>) -> Said {
    let mut said = Said::default();
    for (variable, content) in environment.iter() {
        let Some(rest) = variable.strip_prefix("SMSCTL_") else { continue };
        if NO_SETTINGS.contains(&variable) {
            continue;
        }
        match path_of(rest, names) {
            Some(path) => said.own.extend(entry(variable, path, content, &mut said.problems)),
            None => said.problems.push(unknown(variable, names)),
        }
    }
    said.aliases(environment, names);
    said
}

impl Said {
    fn aliases(&mut self, environment: &Environment, names: &BTreeSet<(String, String)>) {
        for key in KEYS {
            let Some((variable, content)) = key.alias.and_then(|name| Some((name, environment.raw(name)?))) else {
                continue;
            };
            let entry = entry(variable, aliased_path(key), content, &mut self.problems);
            self.aliases.extend(entry);
        }
        let is_default = |path: &[String]| path.starts_with(&["gateways".to_owned(), ALIASED_GATEWAY.to_owned()]);
        let is_maker =
            |entry: &Entry| matches!(&entry.origin, Origin::Variable(name) if MAKERS.contains(&name.as_str()));
        let in_file = names.contains(&("gateways".to_owned(), ALIASED_GATEWAY.to_owned()));
        if in_file || self.own.iter().any(|entry| is_default(&entry.path)) || self.aliases.iter().any(is_maker) {
            return;
        }
        let (idle, kept) = std::mem::take(&mut self.aliases).into_iter().partition(|entry| is_default(&entry.path));
        self.aliases = kept;
        self.problems.extend(idle.into_iter().map(without_gateway));
    }
}

/// A variable that shapes a gateway which is not there is no reason to fail: the web application sets it for itself.
fn without_gateway(entry: Entry) -> Problem {
    let key = keys::dotted(&entry.path);
    Problem::warning(format!("`{key}` has no effect: there is no gateway `{ALIASED_GATEWAY}`"))
        .key(key)
        .at(entry.origin)
        .hint("`SMS_BASE_URL` makes it")
}

/// `None`: it is empty, which counts as unset. Not so the database's URL: whoever sets that to nothing would be surprised by a
/// new `sms.db` in the working directory.
fn entry(variable: &str, path: Vec<String>, content: &OsStr, problems: &mut Vec<Problem>) -> Option<Entry> {
    let origin = Origin::Variable(variable.to_owned());
    if content.is_empty() && path != ["database", "url"] {
        return None;
    }
    match content.to_str() {
        Some(text) => Some(Entry { path, raw: Raw::Words(text.to_owned()), origin }),
        None => {
            let key = keys::dotted(&path);
            problems.push(Problem::error(format!("`{key}` is not valid UTF-8")).key(key).at(origin));
            None
        }
    }
}

/// Where the value of an alias belongs.
fn aliased_path(key: &Key) -> Vec<String> {
    key.steps().map(|step| if keys::stands_for_any(step) { ALIASED_GATEWAY } else { step }.to_owned()).collect()
}

/// The path that `SMSCTL_` with this after it means.
fn path_of(rest: &str, names: &BTreeSet<(String, String)>) -> Option<Vec<String>> {
    let whole = KEYS.iter().filter(|key| !key.is_named()).find(|key| upper(key.name) == rest);
    if let Some(key) = whole {
        return Some(key.steps().map(str::to_owned).collect());
    }
    let (section, body) = rest.split_once('_')?;
    let section = ["gateways", "commands"].into_iter().find(|word| upper(word) == section)?;
    known_name(section, body, names).or_else(|| new_name(section, body))
}

/// Of a name that the file has: the longest that fits, since one may be the beginning of another.
fn known_name(section: &str, body: &str, names: &BTreeSet<(String, String)>) -> Option<Vec<String>> {
    let fits = |name: &&String| {
        body.strip_prefix(&upper(name)).and_then(|rest| rest.strip_prefix('_')).and_then(|leaf| leaf_of(section, leaf))
    };
    let names = names.iter().filter(|(of, _)| of == section).map(|(_, name)| name);
    let name = names.filter(|name| fits(name).is_some()).max_by_key(|name| name.len())?;
    Some(path(section, name, fits(&name)?))
}

/// Of a name that only the environment knows: what stands before the longest key that fits, in small letters.
fn new_name(section: &str, body: &str) -> Option<Vec<String>> {
    let splits = body.match_indices('_').map(|(at, _)| (&body[..at], &body[at + 1..]));
    let mut fitting = splits.filter_map(|(name, leaf)| Some((name, leaf_of(section, leaf)?)));
    let (name, leaf) = fitting.find(|(name, _)| is_name(name))?;
    Some(path(section, &name.to_ascii_lowercase(), leaf))
}

fn path(section: &str, name: &str, leaf: Vec<String>) -> Vec<String> {
    [section.to_owned(), name.to_owned()].into_iter().chain(leaf).collect()
}

/// `BASE_URL` means `base_url`, `VALUES_USERNAME` means `values.username`.
fn leaf_of(section: &str, word: &str) -> Option<Vec<String>> {
    KEYS.iter().filter(|key| key.section() == section).find_map(|key| match key.leaf().split_once('.') {
        None => (upper(key.leaf()) == word).then(|| vec![key.leaf().to_owned()]),
        Some((table, _)) => {
            let free = word.strip_prefix(&upper(table))?.strip_prefix('_').filter(|free| !free.is_empty())?;
            Some(vec![table.to_owned(), free.to_ascii_lowercase()])
        }
    })
}

fn upper(word: &str) -> String {
    word.replace(['-', '.'], "_").to_ascii_uppercase()
}

fn unknown(variable: &str, names: &BTreeSet<(String, String)>) -> Problem {
    let named = |key: &Key, variable: String| {
        let names = names.iter().filter(|(section, _)| section == key.section());
        names.map(|(_, name)| variable.replacen("NAME", &upper(name), 1)).collect::<Vec<_>>()
    };
    let candidates = KEYS.iter().filter_map(|key| Some((key, key.variable()?)));
    let candidates: Vec<String> = candidates
        .flat_map(|(key, variable)| if key.is_named() { named(key, variable) } else { vec![variable] })
        .chain(NO_SETTINGS.map(str::to_owned))
        .collect();
    let problem = Problem::warning(format!("the variable `{variable}` sets nothing"));
    let problem = problem.at(Origin::Variable(variable.to_owned()));
    match nearest(variable, candidates.iter().map(String::as_str)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem.hint("`smsctl config init --stdout` shows every setting"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pairs: &[(&str, &str)]) -> BTreeSet<(String, String)> {
        pairs.iter().map(|(section, name)| ((*section).to_owned(), (*name).to_owned())).collect()
    }

    fn read(variables: &[(&str, &str)], known: &[(&str, &str)]) -> Said {
        said(&Environment::of(variables.iter().copied()), &names(known))
    }

    fn keys_of(entries: &[Entry]) -> Vec<String> {
        entries.iter().map(|entry| keys::dotted(&entry.path)).collect()
    }

    fn key(variable: &str, known: &[(&str, &str)]) -> Option<String> {
        let said = read(&[(variable, "x")], known);
        keys_of(&said.own).pop()
    }

    #[test]
    fn every_key_can_be_set_by_its_variable() {
        for key_def in KEYS {
            let Some(variable) = key_def.variable() else { continue };
            let wanted = key_def.name.replace("NAME", "name").replace("RULE", "rule").replace("VALUE", "value");
            assert_eq!(key(&variable, &[]), Some(wanted), "{variable}");
        }
    }

    #[test]
    fn names_of_the_file_are_found_in_capitals() {
        let known = [("gateways", "My-Gate"), ("gateways", "my"), ("commands", "my_connect")];
        assert_eq!(key("SMSCTL_GATEWAYS_MY_GATE_BASE_URL", &known).unwrap(), "gateways.My-Gate.base_url");
        assert_eq!(key("SMSCTL_GATEWAYS_MY_CONNECT_TIMEOUT", &known).unwrap(), "gateways.my.connect_timeout");
        assert_eq!(key("SMSCTL_COMMANDS_MY_CONNECT_TIMEOUT", &known).unwrap(), "commands.my_connect.timeout");
        assert_eq!(key("SMSCTL_GATEWAYS_MY_VALUES_API_KEY", &known).unwrap(), "gateways.my.values.api_key");
        assert_eq!(key("SMSCTL_GATEWAYS_NEW_ONE_CONNECT_TIMEOUT", &known).unwrap(), "gateways.new_one.connect_timeout");
    }

    #[test]
    fn an_unknown_variable_is_a_warning_with_the_nearest() {
        let said = read(
            &[("SMSCTL_WORK_WORKRES", "4"), ("SMSCTL_GATEWAYS_DEFAULT_BASE_ULR", "x")],
            &[("gateways", "default")],
        );
        let told: Vec<_> =
            said.problems.iter().map(|problem| (problem.severity, problem.hint.clone().unwrap())).collect();
        let hint = |near: &str| (crate::config::Severity::Warning, format!("did you mean `{near}`?"));
        assert_eq!(told, [hint("SMSCTL_GATEWAYS_DEFAULT_BASE_URL"), hint("SMSCTL_WORK_WORKERS")]);
        assert_eq!(said.own.len(), 0);
        assert_eq!(read(&[("SMSCTL_TASKS_X_LANE", "x")], &[]).problems.len(), 1);
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        let said = read(&[("PATH", "/bin"), ("SMSCTL_CONFIG", "/x"), ("SMS_OTHER", "1"), ("SMSCTLX", "1")], &[]);
        assert_eq!((said.own.len(), said.aliases.len(), said.problems.len()), (0, 0, 0));
    }

    #[test]
    fn the_web_applications_variables_make_the_default_gateway() {
        let said = read(&[("SMS_BASE_URL", "https://g"), ("SMS_RATE_PER_SEC", "2.0"), ("SMS_QUEUE_WORKERS", "8")], &[]);
        assert_eq!(keys_of(&said.aliases), ["work.workers", "gateways.default.base_url", "gateways.default.rate"]);
        assert!(said.problems.is_empty());
    }

    #[test]
    fn those_that_only_shape_it_make_none() {
        let said = read(&[("SMS_RATE_PER_SEC", "2.0"), ("SMS_REQUEST_TIMEOUT", "30")], &[]);
        assert!(said.aliases.is_empty());
        assert!(said.problems.iter().all(|problem| problem.severity == crate::config::Severity::Warning));
        assert_eq!(said.problems.len(), 2);
        let with_file = read(&[("SMS_RATE_PER_SEC", "2.0")], &[("gateways", "default")]);
        assert_eq!(keys_of(&with_file.aliases), ["gateways.default.rate"]);
    }

    #[test]
    fn an_empty_variable_is_unset_but_for_the_databases_url() {
        let said = read(&[("DATABASE_URL", ""), ("SMS_QUEUE_WORKERS", ""), ("SMSCTL_POOL_SIZE", "")], &[]);
        assert_eq!(keys_of(&said.aliases), ["database.url"]);
        assert!(said.own.is_empty() && said.problems.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_an_error() {
        use std::os::unix::ffi::OsStrExt;
        let environment = Environment::of([("SMS_BASE_URL", OsStr::from_bytes(b"\xff"))]);
        let said = said(&environment, &names(&[]));
        assert_eq!(
            said.problems[0].to_string(),
            "`gateways.default.base_url` is not valid UTF-8 (variable `SMS_BASE_URL`)"
        );
    }
}
