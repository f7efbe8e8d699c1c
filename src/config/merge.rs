//! The layers of the settings, laid over each other: flags over environment over file over defaults.

use std::collections::{BTreeMap, BTreeSet};

use super::file::Entry;
use super::keys::{self, KEYS, Key, Spot};
use super::kind::Kind;
use super::problem::{Origin, Problem};
use super::secret::{MASK, program_without_secrets, without_query_values, without_secrets};
use super::value::{Mismatch, Raw, Value};

/// A value with its origin, as `config show` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// `work.workers`, `gateways.default.base_url`, `tasks."app.*".to`.
    pub key: String,
    /// `None`: not set, and there is no default. A secret is `***`.
    pub value: Option<String>,
    /// Where it was set.
    pub origin: Origin,
}

/// What won at one path.
#[derive(Debug)]
struct Winner {
    /// `None`: what was written is wrong, and the default stands in for it.
    value: Option<Value>,
    shown: String,
    origin: Origin,
    problem: Option<Problem>,
}

/// All values that were set, and the names that gateways, commands and patterns have.
#[derive(Debug, Default)]
pub(super) struct Values {
    winners: BTreeMap<Vec<String>, Winner>,
    /// Paths of the named tables: gateways and commands by name, patterns in the order of the file.
    named: Vec<(Vec<String>, Option<Origin>)>,
}

impl Values {
    /// Lays `layers` over each other, the lowest first. `named` are the named tables of the file.
    pub(super) fn merge(named: &[(Vec<String>, Origin)], layers: Vec<Vec<Entry>>) -> (Values, Vec<Problem>) {
        let mut values = Values::default();
        let mut problems = Vec::new();
        for entry in layers.into_iter().flatten() {
            let Spot::Key(key) = keys::spot(&entry.path) else { continue };
            let winner = weigh(key, &entry);
            if let Some(problem) = values.winners.insert(entry.path, winner).and_then(|loser| loser.problem) {
                // It is not used now, but will be once what covers it is gone.
                problems.push(Problem { severity: super::Severity::Warning, ..problem });
            }
        }
        let wrong = values.winners.values_mut().filter_map(|winner| winner.problem.take());
        problems.extend(wrong);
        values.names(named);
        (values, problems)
    }

    fn names(&mut self, in_file: &[(Vec<String>, Origin)]) {
        let mut by_name: BTreeMap<Vec<String>, Option<Origin>> = BTreeMap::new();
        for path in self.winners.keys().filter(|path| ["gateways", "commands"].contains(&path[0].as_str())) {
            by_name.entry(path[..2].to_vec()).or_default();
        }
        for (path, origin) in in_file.iter().filter(|(path, _)| path[0] != "tasks") {
            by_name.insert(path.clone(), Some(origin.clone()));
        }
        let patterns = in_file.iter().filter(|(path, _)| path[0] == "tasks");
        self.named = by_name.into_iter().collect();
        self.named.extend(patterns.map(|(path, origin)| (path.clone(), Some(origin.clone()))));
    }

    /// The tables below `section`, each with its name.
    pub(super) fn tables(&self, section: &str) -> impl Iterator<Item = Table<'_>> {
        self.named.iter().filter(move |(path, _)| path[0] == section).map(|(path, origin)| Table {
            values: self,
            path: path.clone(),
            origin: origin.clone(),
        })
    }

    /// The keys of a section without names.
    pub(super) fn section(&self, section: &str) -> Table<'_> {
        Table { values: self, path: vec![section.to_owned()], origin: None }
    }

    /// Where the value at `path` was set.
    pub(super) fn origin(&self, path: &[String]) -> Option<&Origin> {
        self.winners.get(path).map(|winner| &winner.origin)
    }

    /// Every value with its origin, those that nobody set too; in the order of the table of keys, and of the names.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let plain = KEYS.iter().filter(|key| !key.is_named()).map(|key| self.setting(key, steps_of(key)));
        let named = self.named.iter().flat_map(|(table, _)| {
            KEYS.iter().filter(|key| key.section() == table[0]).flat_map(|key| self.settings_of(key, table))
        });
        plain.chain(named).collect()
    }

    /// Those of one key in one named table: several for a free key.
    fn settings_of(&self, key: &'static Key, table: &[String]) -> Vec<Setting> {
        if key.leaf().contains('.') {
            let own = self.below(table).filter(|(path, _)| key.fits(path));
            return own.map(|(path, _)| self.setting(key, path.clone())).collect();
        }
        let path = table.iter().cloned().chain([key.leaf().to_owned()]).collect();
        vec![self.setting(key, path)]
    }

    /// What was written in a table. There may be thousands of tables: they are not all gone through for each.
    fn below<'a>(&'a self, table: &'a [String]) -> impl Iterator<Item = (&'a Vec<String>, &'a Winner)> {
        self.winners.range(table.to_vec()..).take_while(move |(path, _)| path.starts_with(table))
    }

    fn setting(&self, key: &'static Key, path: Vec<String>) -> Setting {
        let (value, origin) = match self.winners.get(&path) {
            Some(winner) => (Some(winner.shown.clone()), winner.origin.clone()),
            None => (default_of(key).map(|value| value.shown()), Origin::Default),
        };
        Setting { key: keys::dotted(&path), value, origin }
    }

    /// Whether a secret stands in the settings file.
    pub(super) fn has_secret_in_file(&self) -> bool {
        self.winners.values().any(|winner| matches!(winner.origin, Origin::File { .. }) && winner.shown.contains(MASK))
    }

    /// Gateways, and commands, whose variables would have the same name.
    pub(super) fn clashes(&self) -> Vec<Problem> {
        let mut seen = BTreeSet::new();
        let mut problems = Vec::new();
        for (path, origin) in self.named.iter().filter(|(path, _)| path[0] != "tasks") {
            if !seen.insert(keys::variable_of(path.iter().map(String::as_str))) {
                let name = keys::dotted(path);
                let message = format!("`{name}` differs from another name in capitals, `-` or `_` alone");
                let problem = Problem::error(message).key(name).hint("give one of the two another name");
                problems.push(Problem { origin: origin.clone(), ..problem });
            }
        }
        problems
    }
}

fn steps_of(key: &Key) -> Vec<String> {
    key.steps().map(str::to_owned).collect()
}

fn default_of(key: &Key) -> Option<Value> {
    // That every default is a value of its kind is tested beside the table.
    key.default.and_then(Raw::of_toml).and_then(|raw| key.kind.read(&raw).ok())
}

fn weigh(key: &'static Key, entry: &Entry) -> Winner {
    let written = masked(key, &entry.path, entry.raw.shown());
    match key.kind.read(&entry.raw) {
        Ok(value) => {
            let shown = masked(key, &entry.path, value.shown());
            Winner { value: Some(value), shown, origin: entry.origin.clone(), problem: None }
        }
        Err(mismatch) => {
            let problem = wrong(key, entry, &written, mismatch);
            Winner { value: None, shown: written, origin: entry.origin.clone(), problem: Some(problem) }
        }
    }
}

fn masked(key: &Key, path: &[String], shown: String) -> String {
    match key.kind {
        _ if keys::is_secret(key, path) => MASK.to_owned(),
        Kind::DatabaseUrl => without_secrets(&shown),
        Kind::HttpUrl => without_query_values(&shown),
        Kind::Program => program_without_secrets(&shown),
        _ => shown,
    }
}

fn wrong(key: &Key, entry: &Entry, written: &str, mismatch: Mismatch) -> Problem {
    let name = keys::dotted(&entry.path);
    let because = mismatch.because.map_or(String::new(), |because| format!(": {because}"));
    let is = if written.is_empty() { "empty".to_owned() } else { format!("`{written}`") };
    let message = format!("`{name}` is {is}, and must be {}{because}", key.kind.wanted_for(written));
    let problem = Problem::error(message).key(name).value(written).at(entry.origin.clone());
    match mismatch.hint {
        // A hint may quote what was written.
        Some(_) if keys::is_secret(key, &entry.path) => problem.hint("text stands in quotes"),
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// The values of one table: `[work]`, `[gateways.default]`.
pub(super) struct Table<'a> {
    values: &'a Values,
    path: Vec<String>,
    /// Where the file names it.
    pub origin: Option<Origin>,
}

impl Table<'_> {
    /// The path of the table.
    pub(super) fn path_of_itself(&self) -> Vec<String> {
        self.path.clone()
    }

    /// Where the value at `path` was set, or else where the table stands.
    pub(super) fn origin_of(&self, path: &[String]) -> Option<Origin> {
        self.values.origin(path).cloned().or_else(|| self.origin.clone())
    }

    /// What it is called: the last step of its path.
    pub(super) fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The path of a key in it.
    pub(super) fn key(&self, leaf: &str) -> Vec<String> {
        self.path.iter().cloned().chain(leaf.split('.').map(str::to_owned)).collect()
    }

    /// Whether something was written there, right or wrong.
    pub(super) fn has(&self, leaf: &str) -> bool {
        self.values.winners.contains_key(&self.key(leaf))
    }

    fn get(&self, leaf: &str) -> Option<Value> {
        let path = self.key(leaf);
        if let Some(value) = self.values.winners.get(&path).and_then(|winner| winner.value.clone()) {
            return Some(value);
        }
        match keys::spot(&path) {
            Spot::Key(key) => default_of(key),
            Spot::Section | Spot::Nothing => None,
        }
    }

    pub(super) fn text(&self, leaf: &str) -> Option<String> {
        match self.get(leaf) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn count(&self, leaf: &str) -> u64 {
        match self.get(leaf) {
            Some(Value::Count(number)) => number,
            other => unreachable!("the table of keys gives `{leaf}` a count as its default, not {other:?}"),
        }
    }

    /// `count`, whose bounds in the table of keys are those of a narrower type.
    pub(super) fn small(&self, leaf: &str) -> u32 {
        u32::try_from(self.count(leaf)).unwrap_or(u32::MAX)
    }

    /// `None`: never.
    pub(super) fn duration(&self, leaf: &str) -> Option<std::time::Duration> {
        match self.get(leaf) {
            Some(Value::Duration(span)) => Some(span),
            _ => None,
        }
    }

    pub(super) fn flag(&self, leaf: &str) -> bool {
        matches!(self.get(leaf), Some(Value::Flag(true)))
    }

    pub(super) fn number(&self, leaf: &str) -> Option<f64> {
        match self.get(leaf) {
            Some(Value::Rate { per_s, .. }) => Some(per_s),
            Some(Value::Burst(number)) => Some(number),
            _ => None,
        }
    }

    pub(super) fn list(&self, leaf: &str) -> Vec<String> {
        match self.get(leaf) {
            Some(Value::List(words)) => words,
            _ => Vec::new(),
        }
    }

    /// What stands in the free table `leaf` of this one: `values`, `rules`.
    pub(super) fn free(&self, leaf: &str) -> BTreeMap<String, String> {
        let table = self.key(leaf);
        let own = self.values.below(&table);
        let pairs = own.filter_map(|(path, winner)| match (&winner.value, path.last()) {
            (Some(Value::Text(text)), Some(name)) => Some((name.clone(), text.clone())),
            _ => None,
        });
        pairs.collect()
    }
}
