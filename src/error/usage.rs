//! Wrong arguments, in the words of all other failures.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Error, Kind, ticked};

/// The longest part of a wrong value that is repeated, in characters.
const VALUE_CHARS_MAX: usize = 60;

impl Error {
    /// The arguments are wrong; `command` (`smsctl enqueue`) is what they seem to call, for the failures that do not tell.
    pub fn usage(error: &clap::Error, command: &str) -> Error {
        let mut out = Error::new(Kind::Usage, message(error));
        if let Some(cause) = error.source() {
            let value = words(error, ContextKind::InvalidValue).concat();
            out = out.cause(bounds(&cause.to_string(), is_below_zero(&value)));
        }
        out.hint(hint(error, command))
    }
}

/// What clap says of a number that is none, in words.
fn bounds(cause: &str, is_below_zero: bool) -> String {
    let bounds = cause.split_once(" is not in ").and_then(|(_, bounds)| bounds.split_once(".."));
    match bounds {
        // A bound that is the type's own means nothing to people.
        Some((from, to)) if to.len() > 15 => format!("it must be a whole number from {from}"),
        Some((from, to)) => format!("it must be a whole number from {from} to {}", to.trim_start_matches('=')),
        None if is_below_zero && cause.starts_with("invalid digit") => {
            "it must be a whole number that is not below zero".to_owned()
        }
        None if ["invalid digit", "number too", "cannot parse integer"]
            .iter()
            .any(|words| cause.starts_with(words)) =>
        {
            "it must be a whole number".to_owned()
        }
        None => cause.to_owned(),
    }
}

/// A value on one line, without control characters, and not too long.
fn shown(value: &str) -> String {
    let mut chars = value.chars();
    let line: String = chars
        .by_ref()
        .take(VALUE_CHARS_MAX)
        .map(|c| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() })
        .collect();
    if chars.next().is_some() { line + "…" } else { line }
}

fn message(error: &clap::Error) -> String {
    let get = |kind| words(error, kind);
    let argument = || ticked(&get(ContextKind::InvalidArg));
    let value = || get(ContextKind::InvalidValue).concat();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("there is no subcommand {}", ticked(&get(ContextKind::InvalidSubcommand)))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a subcommand is missing".to_owned()
        }
        ErrorKind::UnknownArgument if is_negative(error) => {
            format!("{} is below zero, and no value here is", argument())
        }
        ErrorKind::UnknownArgument => format!("there is no argument {} here", argument()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation if value().is_empty() => {
            format!("{} needs a value", argument())
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("`{}` is no value of {}", shown(&value()), argument())
        }
        ErrorKind::MissingRequiredArgument => missing(&get(ContextKind::InvalidArg)),
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg) {
            prior if prior == get(ContextKind::InvalidArg) => format!("{} may be given only once", argument()),
            prior => format!("{} cannot be used together with {}", argument(), ticked(&prior)),
        },
        _ => first_paragraph(error),
    }
}

/// One of several, where clap writes `<--to <NUMBER>|--file <FILE>>`.
fn missing(arguments: &[String]) -> String {
    let choice = |words: &String| Some(words.strip_prefix('<')?.strip_suffix('>')?.to_owned());
    match arguments {
        [one] if one.contains('|') => {
            let words: Vec<String> = choice(one).unwrap_or_default().split('|').map(str::to_owned).collect();
            format!("one of {} is missing", ticked(&words))
        }
        _ => format!("{} is missing", ticked(arguments)),
    }
}

/// Whether what was taken for an option is a number below zero.
fn is_negative(error: &clap::Error) -> bool {
    is_below_zero(&words(error, ContextKind::InvalidArg).concat())
}

fn is_below_zero(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn hint(error: &clap::Error, command: &str) -> String {
    let suggestions = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    // Clap puts the likeliest last.
    let meant = suggestions.into_iter().flat_map(|kind| words(error, kind)).last();
    let values = words(error, ContextKind::ValidValue);
    let help = format!("`{} --help` tells more", named(error).unwrap_or_else(|| command.to_owned()));
    // Clap offers this where a text may stand.
    let may_be_text = error.get(ContextKind::Suggested).is_some() && error.kind() == ErrorKind::UnknownArgument;
    match (meant, values.is_empty()) {
        (Some(meant), _) => format!("did you mean `{meant}`? {help}"),
        (None, _) if may_be_text => format!("a text that begins with `-` goes behind `--`; {help}"),
        (None, false) => format!("it takes one of {}", ticked(&values)),
        (None, true) => help,
    }
}

/// The command whose usage was missed, `smsctl segments`, where clap made a usage line for it.
fn named(error: &clap::Error) -> Option<String> {
    let usage = words(error, ContextKind::Usage).concat();
    let line = usage.trim_start_matches("Usage:").trim_start().lines().next().unwrap_or_default();
    let name: Vec<_> = line.split(' ').take_while(|word| word.starts_with(char::is_alphanumeric)).collect();
    (!name.is_empty()).then(|| name.join(" "))
}

/// What clap knows under `kind`, without colours.
fn words(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        None | Some(ContextValue::None) => Vec::new(),
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(other) => vec![other.to_string()],
    }
}

/// Of a failure that has no words here: clap's own.
fn first_paragraph(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.trim_start_matches("error:").trim();
    text.split("\n\n").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use clap::{Arg, ArgAction, Command, value_parser};

    use super::*;

    fn command() -> Command {
        let send = Command::new("send")
            .arg(Arg::new("text").required(true).value_name("TEXT"))
            .arg(Arg::new("priority").long("priority").value_parser(value_parser!(u8).range(0..=9)))
            .arg(Arg::new("color").long("color").value_parser(["auto", "never"]))
            .arg(Arg::new("at").long("at").conflicts_with("in"))
            .arg(Arg::new("in").long("in"))
            .arg(Arg::new("dry").long("dry-run").action(ArgAction::SetTrue));
        Command::new("smsctl").subcommand_required(true).subcommand(send).subcommand(Command::new("stats"))
    }

    #[track_caller]
    fn says(args: &[&str], message: &str, cause: Option<&str>, hint: &str) {
        let error = command().try_get_matches_from([&["smsctl"], args].concat()).unwrap_err();
        let mut expected = Error::new(Kind::Usage, message).hint(hint);
        expected.causes.extend(cause.map(str::to_owned));
        assert_eq!(Error::usage(&error, "smsctl send"), expected, "{args:?}");
    }

    #[test]
    fn slips_get_a_suggestion() {
        says(&["stat"], "there is no subcommand `stat`", None, "did you mean `stats`? `smsctl --help` tells more");
        says(
            &["send", "--priorty", "1", "x"],
            "there is no argument `--priorty` here",
            None,
            "did you mean `--priority`? `smsctl send --help` tells more",
        );
        says(
            &["send", "x", "--color", "nevr"],
            "`nevr` is no value of `--color <color>`",
            None,
            "did you mean `never`? `smsctl send --help` tells more",
        );
    }

    #[test]
    fn others_get_the_way_to_the_help() {
        says(&["zebra"], "there is no subcommand `zebra`", None, "`smsctl --help` tells more");
        says(&[], "a subcommand is missing", None, "`smsctl --help` tells more");
        says(&["send"], "`<TEXT>` is missing", None, "`smsctl send --help` tells more");
        says(
            &["send", "x", "--color", "blue"],
            "`blue` is no value of `--color <color>`",
            None,
            "it takes one of `auto`, `never`",
        );
        says(
            &["send", "x", "--at", "1", "--in", "2"],
            "`--at <at>` cannot be used together with `--in <in>`",
            None,
            "`smsctl send --help` tells more",
        );
        says(
            &["send", "x", "--at", "1", "--at", "2"],
            "`--at <at>` may be given only once",
            None,
            "`smsctl send --help` tells more",
        );
    }

    #[test]
    fn a_value_out_of_range_says_why() {
        says(
            &["send", "x", "--priority", "12"],
            "`12` is no value of `--priority <priority>`",
            Some("it must be a whole number from 0 to 9"),
            "`smsctl send --help` tells more",
        );
    }

    #[test]
    fn numbers_are_told_in_words() {
        for (said, told) in [
            ("0 is not in 1..=255", "it must be a whole number from 1 to 255"),
            ("0 is not in 1..9223372036854775807", "it must be a whole number from 1"),
            ("invalid digit found in string", "it must be a whole number"),
            ("number too large to fit in target type", "it must be a whole number"),
            ("cannot parse integer from empty string", "it must be a whole number"),
            ("a lane is `gateway:NAME`", "a lane is `gateway:NAME`"),
        ] {
            assert_eq!(bounds(said, false), told);
        }
    }

    #[test]
    fn a_value_is_repeated_on_one_short_line() {
        assert_eq!(shown("a\n\u{1b}[1m"), "a\\n\\u{1b}[1m");
        assert_eq!(shown(&"é".repeat(61)), "é".repeat(60) + "…");
        says(
            &["send", "x", "--priority", ""],
            "`--priority <priority>` needs a value",
            Some("it must be a whole number"),
            "`smsctl send --help` tells more",
        );
    }

    #[test]
    fn a_number_below_zero_is_no_option() {
        says(
            &["send", "x", "--priority", "-1"],
            "`-1` is below zero, and no value here is",
            None,
            "a text that begins with `-` goes behind `--`; `smsctl send --help` tells more",
        );
        says(
            &["send", "-5"],
            "`-5` is below zero, and no value here is",
            None,
            "a text that begins with `-` goes behind `--`; `smsctl send --help` tells more",
        );
    }
}
