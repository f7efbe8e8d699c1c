//! The rules of the house that no lint knows. `clippy.toml` and `src/lib.rs` keep the others.
//!
//! A finding reads `file:line: what: why`. Each rule is also fed with code that breaks it (`mod controls`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// What may stand only in some places.
struct Rule {
    /// What to look for: a regular expression.
    pattern: &'static str,
    part: Part,
    /// The places where the rule holds.
    within: &'static [&'static str],
    /// The places in there where it does not.
    except: &'static [&'static str],
    why: &'static str,
}

/// Which part of a source a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// Code without comments, strings and `#[cfg(test)]` items.
    Code,
    /// The content of strings outside `#[cfg(test)]` items.
    Strings,
    /// `#[cfg(test)]` items and files of tests, without comments and strings.
    Tests,
    /// Code without comments and strings, tests included.
    CodeAndTests,
    /// Everything, comments included.
    All,
}

const RULES: &[Rule] = &[
    Rule {
        pattern: r"\be?print(ln)?!|\bio::std(out|err)\b|\bio::\{[^}]*\bstd(out|err)\b|\bdbg!",
        part: Part::Code,
        within: &["src/"],
        except: &["src/output/"],
        why: "only src/output/ writes to the terminal",
    },
    Rule {
        pattern: r"(?i)\b(select\b.+\bfrom\b|(insert|replace)( or \w+)? into\b|update \w+ set\b|delete from\b|(create|drop|alter) (temp |unique )?(table|index|trigger|view)\b|pragma \w+|begin immediate)",
        part: Part::Strings,
        within: &["src/"],
        except: &["src/store/"],
        why: "SQL stands in sql/ and src/store/ alone",
    },
    Rule {
        pattern: r"\b(rusqlite|r2d2_sqlite|libsqlite3_sys)\b",
        part: Part::CodeAndTests,
        within: &["src/"],
        except: &["src/store/sqlite/"],
        why: "only src/store/sqlite/ knows SQLite's driver",
    },
    Rule {
        pattern: r"\bmysql::|\buse mysql\b",
        part: Part::CodeAndTests,
        within: &["src/"],
        except: &["src/store/mysql/", "src/store/mod.rs", "src/store/scratch.rs"],
        why: "only src/store/mysql/ knows MySQL's driver",
    },
    Rule {
        pattern: r"\bureq\b|\bTcpStream\b",
        part: Part::Code,
        within: &["src/"],
        except: &["src/gateway/http.rs", "src/gateway/http/", "src/gateway/sandbox.rs", "src/gateway/sandbox/"],
        why: "only src/gateway/http.rs is a client of the network",
    },
    Rule {
        pattern: r"\btiny_http\b|\bTcpListener\b",
        part: Part::Code,
        within: &["src/"],
        except: &["src/gateway/sandbox.rs", "src/gateway/sandbox/"],
        why: "only the sandbox gateway listens",
    },
    Rule {
        pattern: r"\bprocess::Command\b|\bprocess::\{[^}]*\bCommand\b",
        part: Part::Code,
        within: &["src/"],
        except: &["src/gateway/command.rs", "src/gateway/command/", "src/child.rs"],
        why: "only src/gateway/command.rs starts processes, and src/child.rs those of smsctl itself",
    },
    Rule {
        pattern: r"\benv::(vars?|vars?_os|temp_dir|home_dir|set_var|remove_var)\b|\benv::\{",
        part: Part::Code,
        within: &["src/"],
        except: &["src/config/"],
        why: "only src/config/ reads the environment, so that every setting has an origin to show",
    },
    Rule {
        // An enum of words that a flag may have derives `clap::ValueEnum` wherever it lives.
        pattern: r"\bclap::[^V]|\bclap_complete::",
        part: Part::Code,
        within: &["src/"],
        except: &["src/cli.rs", "src/commands/", "src/lib.rs", "src/error/usage.rs"],
        why: "below the commands nobody knows of a command line",
    },
    Rule {
        pattern: r"\b(comfy_table|indicatif)\b",
        part: Part::Code,
        within: &["src/"],
        except: &["src/output/"],
        why: "only src/output/ draws",
    },
    Rule {
        pattern: r"\brlibphonenumber\b",
        part: Part::Code,
        within: &["src/"],
        except: &["src/sms/"],
        why: "only src/sms/ knows what a phone number is",
    },
    Rule {
        pattern: r"\bstd::(io|fs|net|thread|process|env)\b|\b(Instant|SystemTime|Timestamp|Zoned)::now\b|\brustix\b",
        part: Part::Code,
        within: &["src/queue/", "src/sms/"],
        except: &[],
        why: "the domain is pure: no input, no output, no clock, no threads",
    },
    Rule {
        pattern: r"\b(async|await)\b",
        part: Part::CodeAndTests,
        within: &["src/", "tests/"],
        except: &[],
        why: "the program is synchronous",
    },
    Rule {
        pattern: r"\bthread::sleep\b|\bthread::\{[^}]*\bsleep\b",
        part: Part::Tests,
        within: &["src/", "tests/"],
        except: &[],
        why: "a test that sleeps is slow or wrong: wait for the event, with a bound",
    },
    Rule {
        pattern: r"\bassert(_eq|_ne)?!\(.*\belapsed\(",
        part: Part::CodeAndTests,
        within: &["src/", "tests/"],
        except: &[],
        why: "a test that asserts a time fails on a busy machine; speed is measured in benches/",
    },
    Rule {
        pattern: r"#\[ignore\]",
        part: Part::CodeAndTests,
        within: &["src/", "tests/"],
        except: &[],
        why: "an ignored test says what it needs: #[ignore = \"needs …\"]",
    },
    Rule {
        pattern: concat!(r"\b(TO", "DO|FIX", "ME|XX", "X|HA", r"CK)\b"),
        part: Part::All,
        within: &["src/", "tests/", "sql/", "benches/", "docs/", "README.md", ".ci/"],
        except: &[],
        why: "do it now, or open an issue",
    },
];

/// The floors. What stands higher may import what stands lower, and its own floor.
const FLOORS: &[(&str, u8)] = &[
    ("cli", 4),
    ("commands", 4),
    ("config", 3),
    ("output", 3),
    ("engine", 3),
    ("intake", 3),
    ("telemetry", 3),
    ("speed", 3),
    ("store", 2),
    ("gateway", 2),
    ("queue", 1),
    ("sms", 1),
    ("panics", 1),
    ("child", 1),
];

/// Lines of a source file, tests not counted, that fit in a head.
const FILE_LINES: usize = 400;
/// And the most that a file of one idea may have when it is named in `LONG_FILES`.
const FILE_LINES_MAX: usize = 500;
/// Files above `FILE_LINES`, and why they are not split.
const LONG_FILES: &[(&str, &str)] = &[];

/// Characters of a line of a comment.
const COMMENT_COLUMNS: usize = 140;

/// Queries that one backend needs and the other does not, and why.
const ONE_BACKEND: &[(&str, &str)] = &[
    ("sql/mysql/begin.sql", "SQLite's driver begins transactions, and a file has the clock of its host"),
    ("sql/mysql/claim_first.sql", "SQLite takes entries out of an index at once: a claim passes over none"),
    ("sql/mysql/claim_from.sql", "SQLite takes entries out of an index at once: a claim passes over none"),
    ("sql/mysql/id_columns.sql", "a file numbers rows by itself, in 64 bits with a sign"),
    ("sql/mysql/door_open.sql", "SQLite has one writer at a time"),
    ("sql/mysql/door_shut.sql", "SQLite has one writer at a time"),
    ("sql/mysql/host_fit.sql", "a file is in one place"),
    ("sql/mysql/lane_insert.sql", "SQLite has one writer at a time: no row has to be there to be locked"),
    ("sql/mysql/mark_delete.sql", "everybody who may read an SQLite file sees its triggers"),
    ("sql/mysql/mark_get.sql", "everybody who may read an SQLite file sees its triggers"),
    ("sql/mysql/mark_insert.sql", "everybody who may read an SQLite file sees its triggers"),
    ("sql/mysql/migrations/0008_stages.sql", "SQLite has partial indexes: no column has to stand for them"),
    ("sql/mysql/migrations/0009_doubt.sql", "its twin is SQLite's 0008, which has one migration less"),
    ("sql/mysql/migrations/0010_door.sql", "SQLite has one writer at a time"),
    ("sql/mysql/migrations/0011_replaced.sql", "its twin is SQLite's 0009, which has two migrations less"),
    ("sql/mysql/migrations/0012_returns.sql", "its twin is SQLite's 0010, which has two migrations less"),
    ("sql/mysql/migrations/0013_storms.sql", "its twin is SQLite's 0011, which has two migrations less"),
    ("sql/mysql/migrations/0014_clocks.sql", "its twin is SQLite's 0012, which has two migrations less"),
    ("sql/mysql/migrations/0015_deltas.sql", "SQLite's triggers add to the tallies themselves"),
    ("sql/mysql/padded.sql", "in a file blanks behind a word make it another one"),
    ("sql/mysql/queue_lock.sql", "SQLite has one writer at a time"),
    ("sql/mysql/receipt_get.sql", "no connection can be lost during the commit of a file"),
    ("sql/mysql/receipt_insert.sql", "no connection can be lost during the commit of a file"),
    ("sql/mysql/receipt_prune.sql", "no connection can be lost during the commit of a file"),
    ("sql/mysql/recount_gate.sql", "SQLite has one writer at a time"),
    ("sql/mysql/recount_mark.sql", "SQLite has one writer at a time"),
    ("sql/mysql/schema_altered.sql", "a file keeps times and words as they are written, whatever its columns say"),
    ("sql/mysql/schema_indexes.sql", "what a file's indexes are is read where its tables are"),
    ("sql/mysql/schema_size.sql", "a file has its size from the file system"),
    ("sql/mysql/sure.sql", "what SQLite says that it has done it has done"),
    ("sql/mysql/table_row.sql", "the tables of a file are made at once, or not at all"),
    ("sql/mysql/taken_bytes.sql", "a file takes a table over in one transaction, and its columns as they are"),
    ("sql/mysql/taken_columns.sql", "a file takes a table over in one transaction, and its columns as they are"),
    ("sql/mysql/taken_long.sql", "a file takes a table over in one transaction, and its columns as they are"),
    ("sql/mysql/taken_table.sql", "a file takes a table over in one transaction, and its columns as they are"),
    ("sql/mysql/tally_correct.sql", "others write while a server is recounted: it is corrected by differences"),
    ("sql/mysql/tally_fold_delete.sql", "SQLite's triggers add to the tallies themselves"),
    ("sql/mysql/tally_fold_select.sql", "SQLite's triggers add to the tallies themselves"),
    ("sql/mysql/tally_recount_letters.sql", "SQLite counts tasks and letters in one query"),
    ("sql/mysql/trigger_effect.sql", "everybody who may read an SQLite file sees its triggers"),
    ("sql/mysql/triggers_astray.sql", "in SQLite a trigger follows its table, and so does its name"),
    ("sql/mysql/trigger_try.sql", "the triggers of a file run as whoever writes"),
    ("sql/mysql/watch.sql", "SQLite has PRAGMA data_version"),
    ("sql/sqlite/task_is_in.sql", "a server has no triggers that leave a row as it is without a word"),
    ("sql/sqlite/migrations/0008_doubt.sql", "its twin is the server's 0009, which has one migration more"),
    ("sql/sqlite/migrations/0009_replaced.sql", "its twin is the server's 0011, which has two migrations more"),
    ("sql/sqlite/migrations/0010_returns.sql", "its twin is the server's 0012, which has two migrations more"),
    ("sql/sqlite/migrations/0011_storms.sql", "its twin is the server's 0013, which has two migrations more"),
    ("sql/sqlite/migrations/0012_clocks.sql", "its twin is the server's 0014, which has two migrations more"),
    (
        "sql/sqlite/migrations/0013_older_libraries.sql",
        "the triggers of a server run in the server, and not in who writes",
    ),
    ("sql/sqlite/schema_numbers.sql", "what a server's table is like is looked at in one go"),
    ("sql/sqlite/values_unreadable.sql", "the columns of a server hold what their types say"),
    ("sql/sqlite/copy_given_insert.sql", "a server keeps the count of its numbers with the table, from the beginning"),
    ("sql/sqlite/tally_clear.sql", "others write while a server is recounted: it is corrected by differences"),
];

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["util", "utils", "common", "helper", "helpers", "misc", "shared", "stuff", "manager"];

/// Fields that hold what must not reach a log through `Debug`.
const PRIVATE_FIELD: &str = r"\b(text|content|recipient|to|args|kwargs|password|secret|token|api_key)\s*:\s*(Option<)?(String|Value|Vec<u8>|Box<str>)";

/// Types whose fields only sound like it, and what they hold.
const NOT_PRIVATE: &[(&str, &str)] = &[
    ("QueueClosure", "its token names a copy, and opens nothing"),
    ("TaskRoute", "the places of recipient and text in a row, not what stands there"),
];

#[test]
fn every_word_stands_in_its_place() {
    let findings = sources(&["src", "tests", "sql", "benches", "docs", ".ci"])
        .into_iter()
        .chain(sources(&["README.md"]))
        .flat_map(|(path, text)| RULES.iter().flat_map(move |rule| broken(rule, &path, &text)).collect::<Vec<_>>());
    report(findings.collect());
}

#[test]
fn no_floor_imports_one_above_it() {
    report(sources(&["src"]).iter().flat_map(|(path, text)| climbs(path, text)).collect());
}

#[test]
fn files_fit_in_a_head() {
    report(sources(&["src"]).iter().filter_map(|(path, text)| too_long(path, text)).collect());
    let files = sources(&["src"]);
    for (path, why) in LONG_FILES {
        let text = files.get(*path).unwrap_or_else(|| panic!("{path} is in LONG_FILES and does not exist"));
        assert!(lines_of_code(text) > FILE_LINES, "{path} fits now: take it out of LONG_FILES ({why})");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    report(sources(&["src", "tests", "benches"]).iter().filter_map(|(path, text)| headless(path, text)).collect());
}

#[test]
fn comments_can_be_read_without_turning_the_head() {
    report(sources(&["src", "tests", "benches"]).iter().flat_map(|(path, text)| wide_comments(path, text)).collect());
}

#[test]
fn every_file_is_compiled() {
    report(orphans(&sources(&["src"])));
}

#[test]
fn names_say_what_is_inside() {
    report(sources(&["src", "tests", "benches"]).keys().filter_map(|path| empty_name(path)).collect());
}

#[test]
fn nothing_private_has_a_derived_debug() {
    report(sources(&["src"]).iter().flat_map(|(path, text)| leaks(path, text)).collect());
}

#[test]
fn every_sql_file_has_its_twin() {
    let (sqlite, mysql) = (names("sql/sqlite"), names("sql/mysql"));
    report(lonely(&sqlite, &mysql, ONE_BACKEND));
}

#[test]
fn documents_name_files_that_are_there() {
    let pages = sources(&["ARCHITECTURE.md", "README.md", "CHANGELOG.md", "docs"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    report(pages.iter().flat_map(|(page, text)| dangling(page, text, |path| root.join(path).exists())).collect());
}

#[test]
fn links_lead_to_files_and_headings_that_are_there() {
    let pages = sources(&["ARCHITECTURE.md", "README.md", "CHANGELOG.md", "docs"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A folder is there, and has no headings.
    let read = |path: &str| fs::read_to_string(root.join(path)).ok().or(root.join(path).is_dir().then(String::new));
    report(pages.iter().flat_map(|(page, text)| dead_links(page, text, read)).collect());
}

/// Every place where `text`, the content of `path`, breaks the rule.
fn broken(rule: &Rule, path: &str, text: &str) -> Vec<String> {
    let here = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    // This file names what it forbids.
    if !here(rule.within) || here(rule.except) || path == "tests/tidy.rs" {
        return Vec::new();
    }
    let pattern = Regex::new(rule.pattern).expect("the patterns of the rules are well formed");
    let text = match (rule.part, path.ends_with(".rs"), is_test_file(path)) {
        (Part::All, ..) => text.to_owned(),
        (_, false, _) | (Part::Code | Part::Strings, _, true) => return Vec::new(),
        (Part::Tests, _, true) => part_of(text, Part::CodeAndTests),
        (part, ..) => part_of(text, part),
    };
    let lines = text.lines().enumerate();
    let hits = lines.filter_map(|(index, line)| Some((index + 1, pattern.find(line)?.as_str().to_owned())));
    hits.map(|(line, words)| format!("{path}:{line}: `{words}`: {}", rule.why)).collect()
}

/// Every import of a floor above that of `path`.
fn climbs(path: &str, text: &str) -> Vec<String> {
    let floor_of = |name: &str| FLOORS.iter().find(|(module, _)| *module == name).map(|(_, floor)| *floor);
    let own = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
    // `main`, `lib` and `error` stand at the rim.
    let Some(own_floor) = floor_of(own).filter(|_| !is_test_file(path)) else { return Vec::new() };
    let mut findings = Vec::new();
    for (line, module) in crate_paths(&part_of(text, Part::Code)) {
        // The words for failures are spoken above; floors below have their own types.
        let floor = if module == "error" { Some(4) } else { floor_of(&module) };
        match floor {
            Some(floor) if floor <= own_floor => {}
            Some(_) => findings.push(format!("{path}:{line}: `crate::{module}`: no floor imports one above it")),
            None if module.starts_with(char::is_lowercase) => {
                findings.push(format!("{path}:{line}: `crate::{module}`: give it a floor in tests/tidy.rs"));
            }
            None => {}
        }
    }
    findings
}

/// Line and first name of every `crate::name` and of every name in `crate::{…}`.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let start = Regex::new(r"\bcrate::(\w+|\{)").expect("the pattern is well formed");
    let word = Regex::new(r"^\s*(\w+)").expect("the pattern is well formed");
    let mut paths = Vec::new();
    for found in start.captures_iter(code) {
        let whole = found.get(0).expect("group 0 always is");
        let line = code[..whole.start()].matches('\n').count() + 1;
        if &found[1] != "{" {
            paths.push((line, found[1].to_owned()));
            continue;
        }
        let group = &code[whole.end()..end_of_braces(code, whole.end() - 1) - 1];
        let mut depth = 0;
        let parts = group.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        });
        paths.extend(parts.filter_map(|part| Some((line, word.captures(part)?[1].to_owned()))));
    }
    paths
}

/// A whole file of tests: all below `tests/`, and unit tests beside the code that they test.
fn is_test_file(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.contains("/tests/")
}

fn lines_of_code(text: &str) -> usize {
    // What a `#[cfg(test)]` item held is blank by now; the lines up to the last that is not are the file.
    let code = part_of(text, Part::Code);
    let tests = text.lines().zip(code.lines()).filter(|(line, code)| !line.trim().is_empty() && code.trim() == "\u{1}");
    text.lines().count() - tests.count()
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = if is_test_file(path) { 0 } else { lines_of_code(text) };
    let listed = LONG_FILES.iter().any(|(name, _)| *name == path);
    let most = if listed { FILE_LINES_MAX } else { FILE_LINES };
    (lines > most).then(|| format!("{path}: {lines} lines: split it by ideas; {most} fit in a head"))
}

/// Lines of comments that are wider than a screen.
fn wide_comments(path: &str, text: &str) -> Vec<String> {
    let is_wide = |line: &str| line.trim_start().starts_with("//") && line.chars().count() > COMMENT_COLUMNS;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| path.ends_with(".rs") && is_wide(line));
    lines.map(|(number, _)| format!("{path}:{number}: wrap it: {COMMENT_COLUMNS} characters at most")).collect()
}

/// A Rust file that does not begin with what it is for.
fn headless(path: &str, text: &str) -> Option<String> {
    // The compiler takes such lines at the top alone.
    let says_so = text.lines().any(|line| line.starts_with("//! "));
    let said = !path.ends_with(".rs") || path == "src/main.rs" || says_so;
    (!said).then(|| format!("{path}:1: begin with `//!` and what the file is for, and what not"))
}

/// Modules that no `mod` names: the compiler never sees them.
fn orphans(files: &BTreeMap<String, String>) -> Vec<String> {
    let parent_of = |path: &str| {
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod").to_owned();
        module.rsplit_once('/').map(|(folder, name)| (folder.to_owned(), name.to_owned()))
    };
    let named = |path: &str| {
        let Some((folder, name)) = parent_of(path) else { return false };
        let parents = [format!("{folder}/mod.rs"), format!("{folder}.rs"), format!("{folder}/lib.rs")];
        let mut texts = parents.iter().filter_map(|parent| files.get(parent));
        texts.any(|text| text.contains(&format!("mod {name};")))
    };
    let modules =
        files.keys().filter(|path| path.ends_with(".rs") && !["src/lib.rs", "src/main.rs"].contains(&path.as_str()));
    modules
        .filter(|path| !named(path))
        .map(|path| format!("{path}: no `mod` names it, so nothing compiles it"))
        .collect()
}

fn empty_name(path: &str) -> Option<String> {
    let part = path.split(['/', '.']).find(|part| EMPTY_NAMES.contains(part))?;
    Some(format!("{path}: `{part}` says nothing: name it after what is inside"))
}

/// Structs that derive `Debug` and hold a text, a number or a secret.
fn leaks(path: &str, text: &str) -> Vec<String> {
    // What a person typed at `smsctl` is parsed into these, and nobody prints them.
    if path.starts_with("src/commands/") || path == "src/cli.rs" || is_test_file(path) {
        return Vec::new();
    }
    let item = Regex::new(r"derive\([^)]*\bDebug\b[^)]*\)[^{};]*?\b(struct|enum) (\w+)[^{;(]*\{").expect("well formed");
    let private = Regex::new(PRIVATE_FIELD).expect("well formed");
    let code = part_of(text, Part::Code);
    let mut findings = Vec::new();
    for found in item.captures_iter(&code) {
        let end = found.get(0).expect("group 0 always is").end();
        let body = &code[end..end_of_braces(&code, end - 1)];
        let only_sounds_like_it = NOT_PRIVATE.iter().any(|(name, _)| *name == &found[2]);
        if let Some(field) = private.captures(body).filter(|_| !only_sounds_like_it) {
            let line = code[..end].matches('\n').count() + 1;
            let (name, field) = (&found[2], &field[1]);
            findings.push(format!("{path}:{line}: `{name}.{field}`: write `Debug` by hand, without what is private"));
        }
    }
    findings
}

/// Paths of this repository that a page names and that do not exist.
fn dangling(page: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let path = Regex::new(r"`((?:src|tests|sql|docs|benches|man|completions)/[\w./-]*)`").expect("well formed");
    let lines = text.lines().enumerate();
    let named =
        lines.flat_map(|(index, line)| path.captures_iter(line).map(move |found| (index + 1, found[1].to_owned())));
    // `NAME` stands for any.
    let gone = named.filter(|(_, path)| !path.contains("NAME") && !exists(path));
    gone.map(|(line, path)| format!("{page}:{line}: `{path}`: there is no such file")).collect()
}

/// Relative links of a page to files that are not there, and to headings that none has.
fn dead_links(page: &str, text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("well formed");
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    for (index, line) in prose(text) {
        for found in link.captures_iter(line) {
            let target = &found[1];
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            if path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            let content = if path.is_empty() { Some(text.to_owned()) } else { read(&beside(folder, path)) };
            let why = match content {
                None => "there is no such file",
                Some(content) if !heading.is_empty() && !anchors(&content).contains(heading) => {
                    "there is no such heading"
                }
                Some(_) => continue,
            };
            findings.push(format!("{page}:{}: `{target}`: {why}", index + 1));
        }
    }
    findings
}

/// The path that `path` is, seen from `folder`.
fn beside(folder: &str, path: &str) -> String {
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in path.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The lines of a page outside its blocks of code, with their indexes.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The anchors of a page's headings, as forges make them: small letters, no punctuation, hyphens for spaces.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter_map(|(_, line)| line.strip_prefix('#').map(|rest| rest.trim_start_matches('#')));
    let slug = |heading: &str| {
        let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(slug).collect()
}

/// Names that stand in one set alone, and exceptions that are none.
fn lonely(sqlite: &BTreeSet<String>, mysql: &BTreeSet<String>, except: &[(&str, &str)]) -> Vec<String> {
    let only = |mine: &BTreeSet<String>, other: &BTreeSet<String>, folder: &str| {
        let alone: Vec<&String> = mine.difference(other).collect();
        alone.iter().map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    let alone = [only(sqlite, mysql, "sql/sqlite"), only(mysql, sqlite, "sql/mysql")].concat();
    let is_excepted = |path: &&String| except.iter().any(|(name, _)| name == *path);
    let twinless = alone.iter().filter(|path| !is_excepted(path)).map(|path| format!("{path}: has no twin"));
    let idle = except.iter().filter(|(name, _)| !alone.iter().any(|path| path == name));
    twinless.chain(idle.map(|(name, _)| format!("{name}: is in ONE_BACKEND, and has a twin or is gone"))).collect()
}

/// Every file below `folder`, relative to it; none when the folder is not there.
fn names(folder: &str) -> BTreeSet<String> {
    let prefix = format!("{folder}/");
    sources(&[folder]).into_keys().filter_map(|path| path.strip_prefix(&prefix).map(str::to_owned)).collect()
}

/// Path and text of every file below these, relative to the repository.
fn sources(places: &[&str]) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut left: Vec<PathBuf> = places.iter().map(|place| root.join(place)).filter(|path| path.exists()).collect();
    let mut found = BTreeMap::new();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
            left.extend(entries.map(|entry| entry.expect("a readable entry").path()));
            continue;
        }
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        let name = path.strip_prefix(root).expect("it lies in the repository").to_string_lossy().into_owned();
        // A database or a picture among the fixtures is no text.
        found.extend(String::from_utf8(bytes).ok().map(|text| (name, text)));
    }
    found
}

#[track_caller]
fn report(findings: Vec<String>) {
    assert!(findings.is_empty(), "the house is not tidy:\n{}", findings.join("\n"));
}

/// The part of a Rust source that a rule looks at. Lines stay where they are; a line that is left out because it is, or
/// is not, one of a test becomes a single `\u{1}`.
fn part_of(source: &str, part: Part) -> String {
    let (code, strings) = split(source);
    if part == Part::CodeAndTests {
        return code;
    }
    let wanted = if part == Part::Strings { &strings } else { &code };
    let tests = test_lines(&code);
    let lines = wanted.split('\n').enumerate();
    let left_out = |index: &usize| tests.contains(index) != (part == Part::Tests);
    lines.map(|(index, line)| if left_out(&index) { "\u{1}" } else { line }).collect::<Vec<_>>().join("\n")
}

/// The lines, counted from 0, of every item under `#[cfg(test)]`.
fn test_lines(code: &str) -> BTreeSet<usize> {
    let line_of = |at: usize| code[..at].matches('\n').count();
    let mut lines = BTreeSet::new();
    for (at, words) in code.match_indices("#[cfg(test)]") {
        let rest = at + words.len();
        let open = code[rest..].find(['{', ';']).map_or(code.len(), |found| rest + found);
        let end = if code[open..].starts_with('{') { end_of_braces(code, open) } else { open };
        lines.extend(line_of(at)..=line_of(end));
    }
    lines
}

/// The place after the brace that closes the one at `open`.
fn end_of_braces(code: &str, open: usize) -> usize {
    let mut depth = 0;
    for (at, c) in code[open..].char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return open + at + 1;
        }
    }
    code.len()
}

/// A Rust source as its code and its strings, both of the same lines as the source. Comments are in neither.
fn split(source: &str) -> (String, String) {
    let token = Regex::new(
        r##"(?xs)
        (?<comment> //[^\n]* | /\*.*?\*/ )
        | (?<string> b?r\#\#".*?"\#\# | b?r\#".*?"\# | b?r".*?" | [bc]?"(?:\\.|[^"\\])*" )
        | (?<char> b?'(?:\\[^'\n]+|\\'|[^'\\\n])' )
        "##,
    )
    .expect("the pattern is well formed");
    let (mut code, mut strings, mut last) = (String::new(), String::new(), 0);
    for found in token.captures_iter(source) {
        let whole = found.get(0).expect("group 0 always is");
        let before = &source[last..whole.start()];
        code.push_str(before);
        strings.extend(before.chars().filter(|c| *c == '\n'));
        let breaks = "\n".repeat(whole.as_str().matches('\n').count());
        if found.name("string").is_some() {
            code.push_str("\"\"");
            // A string over several lines counts as one: SQL is often broken up.
            strings.push_str(&whole.as_str().replace('\n', " "));
            strings.push(' ');
        }
        code.push_str(&breaks);
        strings.push_str(&breaks);
        last = whole.end();
    }
    code.push_str(&source[last..]);
    (code, strings)
}

mod controls {
    //! Each rule, broken once. A rule that nothing can break keeps nothing.

    use super::*;

    /// One line that breaks each rule, in the order of `RULES`, and the place where it does.
    const BREAKERS: &[(&str, &str)] = &[
        ("src/engine/dispatcher.rs", "println!(\"hello\");"),
        ("src/commands/stats.rs", "let sql = \"SELECT id\n FROM queued_tasks\";"),
        ("src/engine/dispatcher.rs", "use rusqlite::Connection;"),
        ("src/store/sqlite/mod.rs", "use mysql::Pool;"),
        ("src/gateway/profile.rs", "let agent = ureq::agent();"),
        ("src/gateway/http.rs", "let server = tiny_http::Server::http(address);"),
        ("src/commands/demo.rs", "use std::process::{Child, Command};"),
        ("src/output/color.rs", "let no_color = std::env::var_os(\"NO_COLOR\");"),
        ("src/engine/sender.rs", "use clap::Args;"),
        ("src/commands/list.rs", "use comfy_table::Table;"),
        ("src/intake/csv.rs", "use rlibphonenumber::PhoneNumber;"),
        ("src/queue/retry.rs", "let now = std::time::SystemTime::now();"),
        ("src/gateway/http.rs", "async fn send() {}"),
        ("tests/engine.rs", "std::thread::sleep(delay);"),
        ("tests/engine.rs", "assert!(start.elapsed() < limit);"),
        ("tests/store.rs", "#[ignore]"),
        ("sql/sqlite/claim.sql", concat!("-- FIX", "ME: slow")),
    ];

    #[test]
    fn every_rule_can_be_broken() {
        assert_eq!(BREAKERS.len(), RULES.len(), "one breaker for each rule");
        for (rule, (path, code)) in RULES.iter().zip(BREAKERS) {
            let findings = broken(rule, path, code);
            assert_eq!(findings.len(), 1, "{path}: {code}: {findings:?}");
            assert!(
                findings[0].starts_with(&format!("{path}:1: `")) && findings[0].ends_with(rule.why),
                "{findings:?}"
            );
        }
    }

    #[test]
    fn comments_strings_and_tests_do_not_break_a_rule() {
        let harmless = [
            "// println!(\"hello\")",
            "/* println!(\"hello\") */",
            "let words = \"println!(hello)\";",
            "let words = r#\"say \"println!\" \"#;",
            "#[cfg(test)]\nmod tests {\n    fn f() { println!(\"{}\", '{'); }\n}",
            "my_println!(\"hello\");",
        ];
        for code in harmless {
            assert_eq!(broken(&RULES[0], "src/engine/mod.rs", code), [""; 0], "{code}");
        }
        let after = "#[cfg(test)]\nuse x::y;\nlet (a, b): (&'static str, char) = (x, '\"');\nprintln!(\"late\");";
        assert_eq!(broken(&RULES[0], "src/engine/mod.rs", after).len(), 1, "what follows a test item counts");
        assert_eq!(broken(&RULES[0], "src/output/mod.rs", "println!(\"hello\")"), [""; 0]);
        assert_eq!(broken(&RULES[0], "src/engine/tests.rs", "println!(\"hello\")"), [""; 0]);
        let sleeps = |path: &str, code: &str| RULES.iter().flat_map(|rule| broken(rule, path, code)).count();
        let sleep = "fn f() { std::thread::sleep(delay); }";
        assert_eq!(sleeps("src/store/sqlite/mod.rs", sleep), 0, "clippy sees to the program");
        assert_eq!(sleeps("src/store/sqlite/mod.rs", &format!("#[cfg(test)]\nmod tests {{\n{sleep}\n}}")), 1);
        assert_eq!(sleeps("src/store/sqlite/tests.rs", sleep), 1);
        assert_eq!(broken(&RULES[1], "src/commands/list.rs", "\"select which tasks\""), [""; 0]);
    }

    #[test]
    fn a_climb_is_seen() {
        let code = "use crate::store::Store;\nuse crate::{\n    queue::{Task, output},\n    commands::Context,\n};\n";
        let findings = climbs("src/engine/sender.rs", code);
        assert_eq!(findings, ["src/engine/sender.rs:2: `crate::commands`: no floor imports one above it"]);
        assert_eq!(climbs("src/store/mod.rs", "fn f(x: crate::engine::Event) {}").len(), 1);
        assert_eq!(climbs("src/output/mod.rs", "use crate::error::Error;").len(), 1);
        assert_eq!(climbs("src/store/mod.rs", "use crate::cellar::Wine;").len(), 1, "a module needs a floor");
        assert_eq!(climbs("src/error.rs", "use crate::commands::Context;"), [""; 0]);
    }

    #[test]
    fn a_long_file_is_seen() {
        let long = "let a = 1;\n".repeat(FILE_LINES + 1);
        assert!(too_long("src/engine/mod.rs", &long).is_some());
        let tested = "let a = 1;\n".repeat(FILE_LINES) + "#[cfg(test)]\nmod tests {\n" + &"f();\n".repeat(99) + "}\n";
        assert_eq!(too_long("src/engine/mod.rs", &tested), None, "tests do not count");
    }

    #[test]
    fn a_wide_comment_is_seen() {
        let wide = format!("let a = 1;\n    // {}\n", "word ".repeat(30));
        assert_eq!(wide_comments("src/a.rs", &wide).len(), 1);
        assert_eq!(wide_comments("src/a.rs", "// narrow\n"), [""; 0]);
    }

    #[test]
    fn a_file_without_a_header_is_seen() {
        assert!(headless("src/store/mod.rs", "use std::fs;\n").is_some());
        assert_eq!(headless("src/store/mod.rs", "//! The queue on disk.\n"), None);
    }

    #[test]
    fn an_orphan_is_seen() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let mut files = BTreeMap::from([
            file("src/lib.rs", "pub mod store;\npub mod cli;"),
            file("src/cli.rs", ""),
            file("src/store/mod.rs", "mod sqlite;"),
            file("src/store/sqlite/mod.rs", "mod time;"),
            file("src/store/sqlite/time.rs", ""),
        ]);
        assert_eq!(orphans(&files), [""; 0]);
        files.extend([file("src/store/sqlite/old.rs", "")]);
        assert_eq!(orphans(&files), ["src/store/sqlite/old.rs: no `mod` names it, so nothing compiles it"]);
    }

    #[test]
    fn an_empty_name_is_seen() {
        let path = ["src/store/", "utils", ".rs"].concat();
        assert!(empty_name(&path).is_some());
        assert_eq!(empty_name("src/store/utility_bills.rs"), None);
    }

    #[test]
    fn a_leak_is_seen() {
        let code = "#[derive(Clone, Debug)]\npub struct Message {\n    pub text: String,\n}\n";
        assert_eq!(leaks("src/queue/task.rs", code).len(), 1);
        assert_eq!(leaks("src/queue/task.rs", &code.replace("Debug", "Copy")), [""; 0]);
        assert_eq!(leaks("src/queue/task.rs", &code.replace("text", "lane")), [""; 0]);
    }

    #[test]
    fn a_dangling_path_is_seen() {
        let text = "see `src/there.rs`,\n`src/gone.rs`, `src/commands/NAME.rs` and `cargo`";
        let findings = dangling("README.md", text, |path| path == "src/there.rs");
        assert_eq!(findings, ["README.md:2: `src/gone.rs`: there is no such file"]);
    }

    #[test]
    fn a_dead_link_is_seen() {
        let text = "# Set up: `now`\n[a](docs/a.md#log-lines) [b](#set-up-now) [c](https://x.example/#gone)\n\
                    [d](docs/gone.md) [e](docs/a.md#gone)\n```\n[f](gone)\n```\n[g](#f) [h](docs)";
        let read = |path: &str| match path {
            "docs/a.md" => Some("## Log lines\n```sh\n# gone\n```\n".to_owned()),
            "docs" => Some(String::new()),
            _ => None,
        };
        assert_eq!(
            dead_links("README.md", text, read),
            [
                "README.md:3: `docs/gone.md`: there is no such file",
                "README.md:3: `docs/a.md#gone`: there is no such heading",
                "README.md:7: `#f`: there is no such heading",
            ]
        );
        let read = |path: &str| (path == "README.md").then(String::new);
        assert_eq!(dead_links("docs/a.md", "[up](../README.md) [a](README.md)", read).len(), 1);
    }

    #[test]
    fn a_lonely_sql_file_is_seen() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let (sqlite, mysql) = (set(&["claim.sql", "settle.sql"]), set(&["claim.sql", "purge.sql"]));
        let findings = lonely(&sqlite, &mysql, &[]);
        assert_eq!(findings, ["sql/sqlite/settle.sql: has no twin", "sql/mysql/purge.sql: has no twin"]);
        let except = [("sql/mysql/purge.sql", "why"), ("sql/mysql/claim.sql", "why")];
        let findings = lonely(&sqlite, &mysql, &except);
        let idle = "sql/mysql/claim.sql: is in ONE_BACKEND, and has a twin or is gone";
        assert_eq!(findings, ["sql/sqlite/settle.sql: has no twin", idle]);
    }
}
