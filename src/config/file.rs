//! The settings file: where it is looked for, and what stands in it, each value with its line and column.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Overrides;
use super::environment::Environment;
use super::keys::{self, KEYS, Key, Spot};
use super::kind::{NAME_RULE, is_name};
use super::problem::{Origin, Problem, nearest};
use super::value::Raw;

/// A settings file is far smaller than this many bytes; what is larger is no settings file.
const BYTES_MAX: u64 = 1 << 20;

/// The settings of the whole host.
const SYSTEM_FILE: &str = "/etc/smsctl/config.toml";

/// One value, by whomever it was set.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub path: Vec<String>,
    pub raw: Raw,
    pub origin: Origin,
}

/// What a settings file says.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// In the order of the file.
    pub entries: Vec<Entry>,
    /// The tables with a name (`gateways.default`, `tasks."app.*"`), in the order of the file; one may be empty.
    pub named: Vec<(Vec<String>, Origin)>,
    pub problems: Vec<Problem>,
    /// It is not TOML: nothing of it is known.
    pub broken: bool,
}

/// Where a settings file may be, in the order of the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It was named, so it must be there.
    Named(PathBuf, Origin),
    /// The first of these that is there.
    Searched(Vec<PathBuf>),
}

/// Where the settings file is to be looked for. Never in the working directory: whoever owns that would own the settings.
pub(super) fn place(overrides: &Overrides, environment: &Environment) -> Place {
    if let Some(path) = &overrides.file {
        return Place::Named(path.clone(), Origin::Flag("--config"));
    }
    if let Some(path) = environment.get("SMSCTL_CONFIG") {
        return Place::Named(PathBuf::from(path), Origin::Variable("SMSCTL_CONFIG".to_owned()));
    }
    let own = environment.config_home().map(|home| home.join("smsctl/config.toml"));
    Place::Searched(own.into_iter().chain([PathBuf::from(SYSTEM_FILE)]).collect())
}

/// The settings file that is read, or would be: the one that was named, or the first that is there.
pub fn file_in_use(overrides: &Overrides, environment: &Environment) -> Option<PathBuf> {
    match place(overrides, environment) {
        Place::Named(path, _) => Some(path),
        Place::Searched(paths) => paths.into_iter().find(|path| path.exists()),
    }
}

/// A file that was found, or why there is none.
#[derive(Debug)]
pub(super) enum Found {
    Text(PathBuf, String),
    None,
    Wrong(PathBuf, Box<Problem>),
    Unreadable(PathBuf, io::Error),
}

/// Reads the file at `place`.
pub(super) fn find(place: &Place) -> Found {
    match place {
        Place::Named(path, origin) => match read(path) {
            Err(error) if is_absent(&error) => {
                let message = format!("the settings file `{}` does not exist", path.display());
                let problem = Problem::error(message).at(origin.clone()).hint("`smsctl config init` writes one");
                Found::Wrong(path.clone(), Box::new(problem))
            }
            read => found(path, read),
        },
        Place::Searched(paths) => {
            let present = paths.iter().map(|path| (path, read(path)));
            let first = present.into_iter().find(|(_, read)| !matches!(read, Err(error) if is_absent(error)));
            first.map_or(Found::None, |(path, read)| found(path, read))
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn found(path: &Path, read: io::Result<Vec<u8>>) -> Found {
    let wrong = |problem: Problem| Found::Wrong(path.to_owned(), Box::new(problem));
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(cause) => return Found::Unreadable(path.to_owned(), cause),
    };
    if bytes.len() as u64 > BYTES_MAX {
        return wrong(Problem::error(format!("`{}` is too large for a settings file", path.display())));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Found::Text(path.to_owned(), text),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let origin = Document::new(path, &before).origin(valid);
            wrong(Problem::error("the settings file is not valid UTF-8").at(origin))
        }
    }
}

/// A settings file in memory.
struct Document<'a> {
    path: &'a Path,
    text: &'a str,
    /// Where its lines begin: it may have thousands of tables, and each key is asked for its place.
    lines: Vec<usize>,
}

impl<'a> Document<'a> {
    fn new(path: &'a Path, text: &'a str) -> Document<'a> {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Document { path, text, lines }
    }

    fn origin(&self, byte: usize) -> Origin {
        let byte = self.text.floor_char_boundary(byte.min(self.text.len()));
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = self.lines[line - 1];
        let column = self.text[start..byte].chars().count() + 1;
        Origin::File { path: self.path.to_owned(), line, column }
    }

    fn at(&self, span: &Range<usize>) -> Origin {
        self.origin(span.start)
    }
}

/// Reads the text of a settings file.
pub(super) fn contents(path: &Path, text: &str) -> Contents {
    let document = Document::new(path, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problems = errors.iter().map(|error| syntax(&document, error)).collect();
        return Contents { problems, broken: true, ..Contents::default() };
    }
    let mut reader = Reader { document, contents: Contents::default() };
    reader.table(&mut Vec::new(), table.get_ref());
    reader.contents
}

/// The parser's own words, without the line that it quotes: a secret may stand in it.
fn syntax(document: &Document<'_>, error: &toml::de::Error) -> Problem {
    let place = error.span().map_or(document.text.len(), |span| span.start);
    let message = error.message().trim().to_owned();
    Problem::error(format!("the settings file is not valid TOML: {message}")).at(document.origin(place))
}

struct Reader<'a> {
    document: Document<'a>,
    contents: Contents,
}

impl Reader<'_> {
    fn table(&mut self, path: &mut Vec<String>, table: &DeTable<'_>) {
        let mut pairs: Vec<_> = table.iter().collect();
        pairs.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in pairs {
            path.push(key.get_ref().to_string());
            self.pair(path, key.span(), value);
            path.pop();
        }
    }

    fn pair(&mut self, path: &mut Vec<String>, key: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => None,
        };
        match (keys::spot(path), table) {
            (Spot::Section, Some(table)) => {
                if self.name(path, &key) {
                    self.table(path, table);
                }
            }
            (Spot::Section, None) => {
                let name = keys::dotted(path);
                let problem = Problem::error(format!("`{name}` must be a table")).key(name.clone());
                self.problem(problem.hint(format!("write `[{name}]` and its keys below it")), &key);
            }
            (Spot::Key(_), _) => {
                let origin = self.document.at(&value.span());
                self.contents.entries.push(Entry { path: path.clone(), raw: Raw::of(value.get_ref()), origin });
            }
            (Spot::Nothing, _) => {
                let problem = unknown(path);
                self.problem(problem, &key);
            }
        }
    }

    /// Takes note of a table that has a name; false if the name is none.
    fn name(&mut self, path: &[String], key: &Range<usize>) -> bool {
        let [section, name] = path else { return true };
        if section != "tasks" && !is_name(name) {
            let problem = Problem::error(format!("`{name}` is no name for `[{section}.NAME]`: {}", NAME_RULE));
            self.problem(problem.key(keys::dotted(path)), key);
            return false;
        }
        self.contents.named.push((path.to_vec(), self.document.at(key)));
        true
    }

    fn problem(&mut self, problem: Problem, span: &Range<usize>) {
        let origin = self.document.at(span);
        self.contents.problems.push(problem.at(origin));
    }
}

/// A key that no setting has, with the nearest that one has.
fn unknown(path: &[String]) -> Problem {
    let name = keys::dotted(path);
    let problem = Problem::error(format!("`{name}` is no setting")).key(name);
    match suggestion(path) {
        Some(hint) => problem.hint(hint),
        None => problem.hint("`smsctl config init --stdout` shows every setting"),
    }
}

fn suggestion(path: &[String]) -> Option<String> {
    let (last, parent) = path.split_last()?;
    if parent.first().is_some_and(|section| section == "tasks")
        && parent.len() > 1
        && siblings(parent).all(|k| k != last)
    {
        let near = nearest(last, siblings(parent));
        let quote = || format!("a pattern with dots stands in quotes: `[tasks.\"{}\"]`", path[1..].join("."));
        return Some(near.map_or_else(quote, |near| format!("did you mean `{near}`?")));
    }
    if let Some(near) = nearest(last, siblings(parent)) {
        return Some(format!("did you mean `{near}`?"));
    }
    let elsewhere = KEYS.iter().find(|key| key.leaf() == last);
    elsewhere.map(|key| format!("did you mean `{}`?", key.name))
}

/// The words that may stand below `parent`.
fn siblings(parent: &[String]) -> impl Iterator<Item = &'static str> {
    let depth = parent.len();
    KEYS.iter()
        .filter(move |key: &&Key| key.leads_through(parent))
        .filter_map(move |key| key.steps().nth(depth).filter(|step| !keys::stands_for_any(step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Contents {
        contents(Path::new("/c.toml"), text)
    }

    fn entries(text: &str) -> Vec<(String, String, String)> {
        let contents = read_text(text);
        assert_eq!(contents.problems, []);
        let row = |entry: &Entry| (keys::dotted(&entry.path), entry.raw.shown(), entry.origin.to_string());
        contents.entries.iter().map(row).collect()
    }

    fn problem(text: &str) -> (String, Option<String>) {
        let problems = read_text(text).problems;
        assert_eq!(problems.len(), 1, "{problems:?}");
        (problems[0].to_string(), problems[0].hint.clone())
    }

    #[test]
    fn every_value_has_its_line_and_column() {
        let text = "# é\n[work]\nworkers = 8\n\n[gateways.default]\n  sender='1'\nrules.success = \"x\"\n";
        let row = |key: &str, value: &str, origin: &str| (key.to_owned(), value.to_owned(), origin.to_owned());
        assert_eq!(
            entries(text),
            [
                row("work.workers", "8", "/c.toml:3:11"),
                row("gateways.default.sender", "\"1\"", "/c.toml:6:10"),
                row("gateways.default.rules.success", "\"x\"", "/c.toml:7:17"),
            ]
        );
    }

    #[test]
    fn named_tables_keep_the_order_of_the_file() {
        let contents = read_text("[tasks.\"z.*\"]\n[tasks.\"a.*\"]\n[gateways.b]\n[gateways.a]\n");
        let names: Vec<_> = contents.named.iter().map(|(path, _)| keys::dotted(path)).collect();
        assert_eq!(names, ["tasks.\"z.*\"", "tasks.\"a.*\"", "gateways.b", "gateways.a"]);
        assert!(contents.problems.is_empty());
    }

    #[test]
    fn a_typo_is_told_with_its_place_and_the_nearest_key() {
        let (message, hint) = problem("[gateways.default]\nbase_ulr = \"https://x\"\n");
        assert_eq!(message, "`gateways.default.base_ulr` is no setting (`/c.toml`, line 2, column 1)");
        assert_eq!(hint.as_deref(), Some("did you mean `base_url`?"));
        let (message, hint) = problem("[databse]\nurl = \"x\"\n");
        assert_eq!(message, "`databse` is no setting (`/c.toml`, line 1, column 2)");
        assert_eq!(hint.as_deref(), Some("did you mean `database`?"));
        assert_eq!(problem("workers = 4").1.as_deref(), Some("did you mean `work.workers`?"));
        assert_eq!(problem("[pool]\nbase_url = \"x\"").1.as_deref(), Some("did you mean `gateways.NAME.base_url`?"));
        assert_eq!(problem("qwertz = 4").1.as_deref(), Some("`smsctl config init --stdout` shows every setting"));
    }

    #[test]
    fn a_pattern_without_quotes_is_explained() {
        let hint = problem("[tasks.app.sms]\nlane = \"default\"\n").1;
        assert_eq!(hint.as_deref(), Some("a pattern with dots stands in quotes: `[tasks.\"app.sms\"]`"));
        assert_eq!(problem("[tasks.\"app.*\"]\nlan = \"x\"\n").1.as_deref(), Some("did you mean `lane`?"));
    }

    #[test]
    fn tables_and_values_are_not_taken_for_each_other() {
        assert_eq!(problem("work = 4").0, "`work` must be a table (`/c.toml`, line 1, column 1)");
        assert_eq!(
            problem("[[gateways]]\nsender = \"1\"").0,
            "`gateways` must be a table (`/c.toml`, line 1, column 3)"
        );
        assert_eq!(entries("[work.workers]\nx = 1")[0].1, "a table");
    }

    #[test]
    fn names_are_plain_words() {
        let (message, _) = problem("[gateways.\"a b\"]\nsender = \"1\"");
        assert!(message.starts_with("`a b` is no name for `[gateways.NAME]`: a name is 1 to 64 letters"), "{message}");
        assert!(read_text("[gateways.\"\"]").problems.len() == 1);
    }

    #[test]
    fn broken_toml_is_told_with_its_place_and_without_its_text() {
        let contents = read_text("[gateways.default]\napplication_id = hunter2\n");
        assert!(contents.broken && contents.entries.is_empty());
        let told = contents.problems[0].to_string();
        assert!(told.starts_with("the settings file is not valid TOML: "), "{told}");
        assert!(told.contains("line 2, column 18") && !told.contains("hunter2"), "{told}");
        assert!(read_text("[work]\nworkers = 1\nworkers = 2\n").broken);
        let unclosed = read_text("[work").problems[0].to_string();
        assert!(unclosed.contains("line 1, column 6"), "{unclosed}");
    }

    #[test]
    fn the_file_is_searched_in_the_order_of_the_documentation() {
        let none = Overrides::default();
        let flag = Overrides { file: Some("/f".into()), ..Overrides::default() };
        let environment = Environment::of([("SMSCTL_CONFIG", "/v"), ("HOME", "/h")]);
        assert_eq!(place(&flag, &environment), Place::Named("/f".into(), Origin::Flag("--config")));
        let variable = Origin::Variable("SMSCTL_CONFIG".to_owned());
        assert_eq!(place(&none, &environment), Place::Named("/v".into(), variable));
        let home = Environment::of([("HOME", "/h")]);
        let own = PathBuf::from("/h/.config/smsctl/config.toml");
        assert_eq!(place(&none, &home), Place::Searched(vec![own, SYSTEM_FILE.into()]));
        assert_eq!(place(&none, &Environment::default()), Place::Searched(vec![SYSTEM_FILE.into()]));
    }

    #[test]
    fn the_first_file_that_is_there_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| dir.path().join(name));
        assert!(matches!(find(&Place::Searched(vec![first.clone(), second.clone()])), Found::None));
        std::fs::write(&second, "two").unwrap();
        let text = |place: &Place| match find(place) {
            Found::Text(_, text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(&Place::Searched(vec![first.clone(), second.clone()])), "two");
        // A path through a file is as absent as one through nothing.
        assert_eq!(text(&Place::Searched(vec![second.join("x"), second.clone()])), "two");
        std::fs::write(&first, "one").unwrap();
        assert_eq!(text(&Place::Searched(vec![first, second])), "one");
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_be_text() {
        let dir = tempfile::tempdir().unwrap();
        let named = |name: &str| Place::Named(dir.path().join(name), Origin::Flag("--config"));
        assert!(
            matches!(find(&named("gone")), Found::Wrong(_, problem) if problem.to_string().ends_with("does not exist (option `--config`)"))
        );
        assert!(matches!(find(&Place::Named(dir.path().into(), Origin::Default)), Found::Unreadable(..)));
        std::fs::write(dir.path().join("picture"), b"a = 1\nb = \"\xff\xfe\"").unwrap();
        assert!(
            matches!(find(&named("picture")), Found::Wrong(_, problem) if problem.to_string().contains("line 2, column 6"))
        );
        std::fs::write(dir.path().join("large"), vec![b'#'; (BYTES_MAX + 1) as usize]).unwrap();
        assert!(matches!(find(&named("large")), Found::Wrong(_, problem) if problem.message.contains("too large")));
    }
}
