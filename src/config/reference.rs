//! The commented settings file and the page of the documentation, both from the table of keys.

use super::keys::{KEYS, Key, SECTIONS};

/// The widest line of the settings file, in characters.
const FILE_WIDTH: usize = 100;

/// The settings file that `config init` writes: every key with its default and a word on it, all commented out, so that it
/// changes nothing, and a later default is not held back by an earlier one.
pub fn template() -> String {
    let mut out = String::from(FILE_HEAD);
    for (section, about) in SECTIONS {
        let keys: Vec<&Key> = KEYS.iter().filter(|key| key.section() == section).collect();
        out += &format!("\n{}", comment(about));
        out += &header(section, &keys);
        let (plain, tables): (Vec<&Key>, Vec<&Key>) = keys.into_iter().partition(|key| !key.leaf().contains('.'));
        for key in plain.into_iter().chain(tables) {
            out += &format!("\n{}{}", comment(key.doc), line(key));
        }
    }
    out
}

const FILE_HEAD: &str = "\
# The settings of smsctl. Options of the command line and environment variables go before them;
# `smsctl config show` tells where each value comes from, and `smsctl config check` finds mistakes.
#
# A line `#key = value` shows the default, or an example where there is none: take the `#` away to set it.
";

fn header(section: &str, keys: &[&Key]) -> String {
    match section {
        "tasks" => "#[tasks.\"app.*.send_sms\"]\n".to_owned(),
        "commands" => "#[commands.report]\n".to_owned(),
        named if keys.iter().any(|key| key.is_named()) => format!("#[{named}.default]\n"),
        plain => format!("[{plain}]\n"),
    }
}

fn line(key: &Key) -> String {
    let leaf = key.leaf().replace("RULE", "success").replace("VALUE", "username");
    let marker = if key.default.is_some() { "" } else { "  # an example" };
    format!("#{leaf} = {}{marker}\n", key.default.unwrap_or(key.example))
}

/// `text` as comment lines of a bounded width.
fn comment(text: &str) -> String {
    let mut out = String::new();
    let mut line = String::from("#");
    for word in text.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > FILE_WIDTH {
            out += &line;
            out.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line += word;
    }
    out + &line + "\n"
}

/// `docs/configuration.md`: every key, default and variable.
pub fn reference() -> String {
    let mut out = String::from(PAGE_HEAD);
    for (section, about) in SECTIONS {
        let keys: Vec<&Key> = KEYS.iter().filter(|key| key.section() == section).collect();
        out += &format!("\n## {}\n\n{about}\n", title(section, &keys));
        for key in keys {
            out += &format!("\n### `{}`\n\n{}\n\n{}", shown_name(key), key.doc, facts(key));
        }
    }
    out += PAGE_FOOT;
    out
}

fn title(section: &str, keys: &[&Key]) -> String {
    match section {
        "tasks" => "`[tasks.\"PATTERN\"]`".to_owned(),
        named if keys.iter().any(|key| key.is_named()) => format!("`[{named}.NAME]`"),
        plain => format!("`[{plain}]`"),
    }
}

fn shown_name(key: &Key) -> String {
    key.name.replace("tasks.PATTERN", "tasks.\"PATTERN\"")
}

fn facts(key: &Key) -> String {
    let mut out = format!("- must be {}\n", key.kind.wanted());
    out += &match key.default {
        Some(default) => format!("- default: `{default}`\n"),
        None => format!("- default: none; for example `{}`\n", key.example),
    };
    let aliased = if key.is_named() { " (for the gateway `default`)" } else { "" };
    let alias = key.alias.map(|alias| format!(", or `{alias}`{aliased}")).unwrap_or_default();
    out += &key.variable().map(|variable| format!("- variable: `{variable}`{alias}\n")).unwrap_or_default();
    out += &key.flag.map(|flag| format!("- option: `{flag}`\n")).unwrap_or_default();
    if key.secret {
        out += "- a secret: shown as `***`\n";
    }
    out
}

const PAGE_HEAD: &str = r#"# Settings

<!-- Generated from the table of settings: `SMSCTL_BLESS=1 cargo test` writes it anew. -->

Options of the command line go before environment variables, those before the settings file, and that before the defaults.
`smsctl config show` prints every value with its origin, `smsctl config check` reports everything that is wrong with them, and
`smsctl config init` writes a commented file.

## The file

TOML, the first of these that exists: what `--config` names, what `$SMSCTL_CONFIG` names, `$XDG_CONFIG_HOME/smsctl/config.toml`
(`~/.config/smsctl/config.toml` where that variable is not set), `/etc/smsctl/config.toml`. One that was named must exist. A file
in the working directory is never read by itself.

A key of the file that is unknown, and a value of a wrong form or out of its bounds wherever it stands, ends every command that
reads settings with exit code 78 and says where it is. A variable `SMSCTL_…` that sets nothing stops none: `config check` warns
of it, and names the nearest that does. A file with secrets in it belongs to its owner alone (mode 0600): `config check` warns otherwise.

## Environment variables

Every key `a.b` has the variable `SMSCTL_A_B`. In `gateways` and `commands` the name stands between, in capitals and with `_` for
`-`: `SMSCTL_GATEWAYS_DEFAULT_BASE_URL`. Two names that differ in nothing else are refused. `[tasks]` has no variables.

The variables of the web application are honoured as they are, and `SMSCTL_…` goes before them. `SMS_BASE_URL`,
`SMS_APPLICATION_ID` or `SMS_SENDER_NUMBER` makes the gateway `default`, of profile `hkt` unless it is told otherwise; the others
of that gateway change one that is there.

A variable that is empty counts as unset, except `SMSCTL_DATABASE_URL` and `DATABASE_URL`: there it is an error, for otherwise a
new database would appear in the working directory. A list is written as in the file: `["/usr/bin/report", "-v"]`.

Blanks around a value count for nothing, in a variable as in the file, except in `application_id` and in `values` of a gateway: those are
what the provider gave you, and leave as they are written. Of a variable one line end goes, since one that is filled from a file often has it.

## Forms

| form | written as |
|---|---|
| duration | `"30s"`, `"5m"`, `"2h"`, `"1h30m"`, `"500ms"`; a bare number counts seconds |
| rate | `"2/s"`, `"100/min"`, `"1000/h"`, `"5000/d"`; a bare number counts a second |
| number | digits, without quotes |
| yes or no | `true` or `false`; in variables also `1` and `0`, `yes` and `no`, `on` and `off` |
| lane | `"gateway:NAME"`, `"command:NAME"`; a bare `"NAME"` is a gateway |
| place | `"args.1"`, `"kwargs.text"`, `"kwargs.message.to"`: the column, then positions (from 0) or keys |
| pattern | `*` any text, `?` one character, `[ab]` one of them, `{x,y}` either; capitals matter |
"#;

const PAGE_FOOT: &str = r#"
## How a row finds its lane

A row whose `task_func` is the name of a lane (`gateway:default`) is served by that lane, or waits until it is configured; it is
never matched with a pattern. Any other row is served by the first `[tasks."PATTERN"]`, in the order of the file, that matches
its `task_func`. If none does, or the lane of that one is not configured, it waits, and `smsctl stats` counts it. A whole number
in `args` or `kwargs` is taken as text. A row that has nothing at one of its places is a dead letter with the error type
`invalid`.
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Overrides, inspect, load_from};

    /// What is reported about a file with this text.
    fn problems(text: &str) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let overrides = Overrides { file: Some(path), values: Vec::new() };
        inspect(&overrides, &Environment::default()).problems.iter().map(ToString::to_string).collect()
    }

    /// The file with every setting of it set.
    fn uncommented() -> String {
        let set = |line: &str| match line.strip_prefix('#') {
            Some(rest) if rest.starts_with('[') || rest.starts_with(|c: char| c.is_ascii_lowercase()) => {
                rest.to_owned()
            }
            _ => line.to_owned(),
        };
        template().lines().map(set).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_file_as_it_is_written_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.toml");
        std::fs::write(&path, template()).unwrap();
        let overrides = Overrides { file: Some(path), values: Vec::new() };
        let written = load_from(&overrides, &Environment::default()).unwrap();
        let none = Overrides { file: Some("/dev/null".into()), values: Vec::new() };
        let without = load_from(&none, &Environment::default()).unwrap();
        assert_eq!(format!("{written:?}"), format!("{without:?}"));
    }

    #[test]
    fn every_setting_of_the_file_can_be_set() {
        assert_eq!(problems(&uncommented()), Vec::<String>::new(), "{}", uncommented());
        for key in KEYS {
            let leaf = key.leaf().replace("RULE", "success").replace("VALUE", "username");
            assert!(uncommented().lines().any(|line| line.starts_with(&format!("{leaf} = "))), "{}", key.name);
        }
    }

    #[test]
    fn no_line_of_the_file_is_too_wide() {
        for line in template().lines() {
            assert!(line.chars().count() <= FILE_WIDTH + 10, "{line}");
            assert_eq!(line.trim_end(), line);
        }
    }

    #[test]
    fn the_page_names_every_key_and_every_variable() {
        let page = reference();
        for key in KEYS {
            assert!(page.contains(&format!("### `{}`", shown_name(key))), "{}", key.name);
            let names =
                key.variable().into_iter().chain(key.alias.map(str::to_owned)).chain(key.flag.map(str::to_owned));
            for name in names {
                assert!(page.contains(&format!("`{name}`")), "{name}");
            }
        }
    }
}
