//! Wrong arguments, in the words of all other failures.

use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Error, Kind};

impl From<&clap::Error> for Error {
    fn from(error: &clap::Error) -> Error {
        let mut out = Error::new(Kind::Usage, message(error));
        if let Some(cause) = error.source() {
            out = out.cause(cause.to_string());
        }
        out.hint(hint(error))
    }
}

fn message(error: &clap::Error) -> String {
    let get = |kind| words(error, kind);
    let argument = || list(&get(ContextKind::InvalidArg));
    let value = || get(ContextKind::InvalidValue).concat();
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!("there is no subcommand {}", list(&get(ContextKind::InvalidSubcommand)))
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            "a subcommand is missing".to_owned()
        }
        ErrorKind::UnknownArgument => format!("there is no argument {} here", argument()),
        ErrorKind::InvalidValue if value().is_empty() => format!("{} needs a value", argument()),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("`{}` is no value of {}", value(), argument()),
        ErrorKind::MissingRequiredArgument => format!("{} is missing", argument()),
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg) {
            prior if prior == get(ContextKind::InvalidArg) => format!("{} may be given only once", argument()),
            prior => format!("{} cannot be used together with {}", argument(), list(&prior)),
        },
        _ => first_paragraph(error),
    }
}

fn hint(error: &clap::Error) -> String {
    let suggestions = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let meant = suggestions.into_iter().flat_map(|kind| words(error, kind)).next();
    let values = words(error, ContextKind::ValidValue);
    let help = format!("`{} --help` tells more", command(error));
    match (meant, values.is_empty()) {
        (Some(meant), _) => format!("did you mean `{meant}`? {help}"),
        (None, false) => format!("it takes one of {}", list(&values)),
        (None, true) => help,
    }
}

/// The command whose usage was missed, `smsctl segments`, read from the usage line that clap made for it.
fn command(error: &clap::Error) -> String {
    let usage = words(error, ContextKind::Usage).concat();
    let line = usage.trim_start_matches("Usage:").trim_start().lines().next().unwrap_or_default();
    let name: Vec<_> = line.split(' ').take_while(|word| word.starts_with(char::is_alphanumeric)).collect();
    if name.is_empty() { "smsctl".to_owned() } else { name.join(" ") }
}

/// What clap knows under `kind`, without colours.
fn words(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        None | Some(ContextValue::None) => Vec::new(),
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(other) => vec![other.to_string()],
    }
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
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
        assert_eq!(Error::from(&error), expected, "{args:?}");
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
            "did you mean `never`? `smsctl --help` tells more",
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
            Some("12 is not in 0..=9"),
            "`smsctl --help` tells more",
        );
    }
}
