//! Man pages, completions and the command reference come from the definitions of the command line, lie in the
//! repository so that a package needs no build of ours, and are never stale: `SMSCTL_BLESS=1 cargo test --test
//! generated` writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use smsctl::error::Kind;

const CURE: &str = "run `SMSCTL_BLESS=1 cargo test --test generated` and commit what it writes";

/// The ends that no kind of failure tells.
const SIGNALS: [(u8, &str); 3] = [
    (129, "Its terminal was closed (SIGHUP); the queue is consistent. `work` stopped in order exits 0."),
    (130, "Interrupted (SIGINT); the queue is consistent. `work` stopped in order exits 0."),
    (143, "Terminated (SIGTERM); the queue is consistent. `work` stopped in order exits 0."),
];

#[test]
fn man_pages_are_current() {
    let mut pages = BTreeMap::new();
    for command in commands(&program()) {
        let man = Man::new(command.clone()).manual("smsctl").source(concat!("smsctl ", env!("CARGO_PKG_VERSION")));
        pages.insert(man.get_filename(), man_page(&command, &man));
    }
    assert_folder_is_current("man", &pages);
}

#[test]
fn completions_are_current() {
    let shells = [
        (Shell::Bash, "smsctl.bash"),
        (Shell::Zsh, "_smsctl"),
        (Shell::Fish, "smsctl.fish"),
        (Shell::PowerShell, "_smsctl.ps1"),
    ];
    let scripts = shells.map(|(shell, name)| {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut smsctl::cli::Cli::command(), "smsctl", &mut script);
        (name.to_owned(), script)
    });
    assert_folder_is_current("completions", &BTreeMap::from(scripts));
}

#[test]
fn the_command_reference_is_current() {
    assert_is_current(&root().join("docs/cli.md"), reference().as_bytes());
}

#[test]
fn the_settings_reference_is_current() {
    assert_is_current(&root().join("docs/configuration.md"), smsctl::config::reference().as_bytes());
}

#[test]
fn exit_codes_are_told_apart() {
    let codes: BTreeSet<u8> = Kind::ALL.iter().map(|kind| kind.exit_code()).collect();
    assert_eq!(codes.len(), Kind::ALL.len(), "two kinds of failure share a code");
    assert_eq!(Kind::ClosedPipe.exit_code(), 0, "a closed pipe ends quietly");
}

#[test]
fn a_stale_file_is_noticed() {
    let folder = tempfile::tempdir().expect("a scratch directory can be made");
    let path = folder.path().join("page.1");
    assert_eq!(difference(&path, b"new"), Some(format!("{} is stale: {CURE}", path.display())));
    fs::write(&path, "new").expect("a scratch file can be written");
    assert_eq!(difference(&path, b"new"), None);
    let lonely = strangers(folder.path(), &BTreeMap::new());
    assert_eq!(lonely, [path]);
}

/// The program's definition, complete: names of nested commands and global options are in place.
fn program() -> Command {
    let mut command = smsctl::cli::Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

/// The program and every subcommand, in the order of the help.
fn commands(command: &Command) -> Vec<Command> {
    let children = command.get_subcommands().filter(|child| !child.is_hide_set());
    std::iter::once(command.clone()).chain(children.flat_map(commands)).collect()
}

/// One page. The synopsis leaves out the global options, which have a section of their own.
fn man_page(command: &Command, man: &Man) -> Vec<u8> {
    let brief = command.clone().mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
    let mut page = Vec::new();
    let writing = "a page is written to memory";
    man.render_title(&mut page).expect(writing);
    man.render_name_section(&mut page).expect(writing);
    Man::new(brief).render_synopsis_section(&mut page).expect(writing);
    man.render_description_section(&mut page).expect(writing);
    man.render_options_section(&mut page).expect(writing);
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page).expect(writing);
    }
    if let Some(text) = command.get_after_long_help().or(command.get_after_help()) {
        page.extend_from_slice(roff_section("EXAMPLES AND NOTES", &text.to_string()).as_bytes());
    }
    if command.get_version().is_some() {
        page.extend_from_slice(roff_exit_codes().as_bytes());
        man.render_version_section(&mut page).expect(writing);
    } else {
        page.extend_from_slice(b".SH \"EXIT STATUS\"\nAs in \\fBsmsctl\\fR(1).\n");
    }
    page
}

/// A section whose lines stay as they are.
fn roff_section(heading: &str, text: &str) -> String {
    format!(".SH \"{heading}\"\n.nf\n{}.fi\n", text.lines().map(|line| roff_text(line) + "\n").collect::<String>())
}

fn roff_exit_codes() -> String {
    let codes = Kind::ALL.iter().map(|kind| (kind.exit_code(), when(*kind))).chain(SIGNALS);
    std::iter::once((0, "Done. An empty list is done; a closed pipe too.")).chain(codes).fold(
        ".SH \"EXIT STATUS\"\n".to_owned(),
        |mut section, (code, when)| {
            let _ = writeln!(section, ".TP\n\\fB{code}\\fR\n{}", roff_text(when));
            section
        },
    )
}

/// One line of text in which roff sees no commands.
fn roff_text(line: &str) -> String {
    let line = line.replace('\\', "\\\\").replace('-', "\\-");
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
}

/// `docs/cli.md`.
fn reference() -> String {
    let program = program();
    let mut text = "# The command line\n\n\
        Every subcommand with its arguments and options. This page is generated from the definitions that the program \
        itself parses with, as are `--help`, the man pages and the completions.\n"
        .to_owned();
    text.push_str("\n## Subcommands\n\n");
    let all = commands(&program);
    for command in &all[1..] {
        let name = full_name(command);
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "* [`{name}`](#{}): {about}", name.replace(' ', "-"));
    }
    text.push_str("\n## Global options\n\nEvery subcommand takes these.\n\n");
    for arg in program.get_arguments().filter(|arg| arg.is_global_set()) {
        text.push_str(&reference_of_argument(arg));
    }
    for command in &all[1..] {
        text.push_str(&reference_of_command(command));
    }
    text.push_str("\n## Exit codes\n\n| code | kind | when |\n|---|---|---|\n");
    text.push_str("| 0 | | Done. An empty list is done; a closed pipe too. |\n");
    for kind in Kind::ALL {
        let _ = writeln!(text, "| {} | `{}` | {} |", kind.exit_code(), kind.as_str(), when(kind));
    }
    for (code, when) in SIGNALS {
        let _ = writeln!(text, "| {code} | `interrupted` | {when} |");
    }
    text
}

fn reference_of_command(command: &Command) -> String {
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let mut usage = command.clone().mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
    let usage = usage.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let mut text = format!("\n## {}\n\n{about}\n\n```text\n{usage}\n```\n", full_name(command));
    let own: Vec<&Arg> = command.get_arguments().filter(|arg| !arg.is_global_set() && !arg.is_hide_set()).collect();
    let own: Vec<&Arg> = own.into_iter().filter(|arg| arg.get_id() != "help").collect();
    if !own.is_empty() {
        text.push('\n');
    }
    text.extend(own.into_iter().map(reference_of_argument));
    if let Some(more) = command.get_after_long_help().or(command.get_after_help()) {
        let _ = write!(text, "\n```text\n{}\n```\n", more.to_string().trim_end());
    }
    text
}

/// One item of a list: names, meaning, default, possible values.
fn reference_of_argument(arg: &Arg) -> String {
    let help = arg.get_long_help().or(arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let mut text = format!("* `{}`: {}", spelled(arg), help.split_whitespace().collect::<Vec<_>>().join(" "));
    let takes_value = arg.get_action().takes_values();
    let default: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if takes_value && !default.is_empty() && !arg.is_hide_default_value_set() {
        let _ = write!(text, ". Default: `{}`", default.join(" "));
    }
    let values = arg.get_possible_values();
    let values: Vec<_> = values.iter().filter(|value| !value.is_hide_set()).map(|value| value.get_name()).collect();
    if takes_value && !values.is_empty() && !arg.is_hide_possible_values_set() {
        let _ = write!(text, ". One of `{}`", values.join("`, `"));
    }
    text + "\n"
}

/// An argument as it is typed.
fn spelled(arg: &Arg) -> String {
    let value = arg.get_value_names().unwrap_or_default().join(" ");
    let Some(long) = arg.get_long() else { return value };
    let short = arg.get_short().map(|short| format!("-{short}, ")).unwrap_or_default();
    let value = if arg.get_action().takes_values() { format!(" {value}") } else { String::new() };
    let dots = if matches!(arg.get_action(), ArgAction::Count | ArgAction::Append) { "…" } else { "" };
    format!("{short}--{long}{value}{dots}")
}

fn full_name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).to_owned()
}

/// What a script may conclude from a code.
fn when(kind: Kind) -> &'static str {
    match kind {
        Kind::Failed => "It ran, and something it was asked to do failed: an id that does not exist, rows rejected.",
        Kind::Usage => "Bad flags or arguments.",
        Kind::Data => "The input is not what it says: a file that is no CSV, text that is no UTF-8.",
        Kind::Unavailable => "The database or the gateway is out of reach.",
        Kind::Bug => "An internal fault; please report it.",
        Kind::CantCreate => "A file cannot be written.",
        Kind::TempFail => "Busy, full or rate-limited: the same command may work later.",
        Kind::NoPerm => "The database or a file refuses access.",
        Kind::Config => "A setting is wrong; the message names the key, the value and where it stands.",
        Kind::Interrupted(_) => "A signal stopped it.",
        Kind::ClosedPipe => "The reader of stdout went away.",
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn blessing() -> bool {
    std::env::var_os("SMSCTL_BLESS").is_some()
}

/// `folder` holds exactly these files.
#[track_caller]
fn assert_folder_is_current(folder: &str, files: &BTreeMap<String, Vec<u8>>) {
    let folder = root().join(folder);
    for (name, content) in files {
        assert_is_current(&folder.join(name), content);
    }
    for path in strangers(&folder, files) {
        assert!(blessing(), "{} is not generated any more: {CURE}", path.display());
        fs::remove_file(&path).expect("a generated file can be removed");
    }
}

#[track_caller]
fn assert_is_current(path: &Path, content: &[u8]) {
    if blessing() {
        return fs::write(path, content).expect("a generated file can be written");
    }
    if let Some(words) = difference(path, content) {
        panic!("{words}");
    }
}

/// What to say when the file does not hold `content`.
fn difference(path: &Path, content: &[u8]) -> Option<String> {
    let have = fs::read(path).unwrap_or_default();
    (have != content).then(|| format!("{} is stale: {CURE}", path.display()))
}

/// Files in `folder` that are not in `files`.
fn strangers(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
    let known: BTreeSet<PathBuf> = files.keys().map(|name| folder.join(name)).collect();
    entries.map(|entry| entry.expect("a readable entry").path()).filter(|path| !known.contains(path)).collect()
}
