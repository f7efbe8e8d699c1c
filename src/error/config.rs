//! What wrong settings mean for the person who meets them.

use super::{Error, Kind, write_kind};
use crate::config::{ConfigError, Problem};

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Error {
        Error::told(kind(&error), &error).hint(hint(&error))
    }
}

fn kind(error: &ConfigError) -> Kind {
    match error {
        ConfigError::Unreadable { cause, .. } if cause.kind() == std::io::ErrorKind::PermissionDenied => Kind::NoPerm,
        ConfigError::Unreadable { .. } | ConfigError::Wrong { .. } => Kind::Config,
        ConfigError::Unwritable { cause, .. } => write_kind(cause.kind()),
        ConfigError::NoPlace | ConfigError::Exists { .. } | ConfigError::NoDirectory { .. } => Kind::CantCreate,
    }
}

fn hint(error: &ConfigError) -> String {
    match error {
        ConfigError::Wrong { first, more } => wrong(first, *more),
        ConfigError::Unreadable { .. } => "name another file with `--config FILE`".to_owned(),
        ConfigError::NoPlace => "name the file with `--path FILE`, or run with `--stdout`".to_owned(),
        ConfigError::Exists { .. } => "run with `--force` to replace it, or with `--stdout`".to_owned(),
        ConfigError::NoDirectory { path } => format!("run `mkdir -p {}`", path.display()),
        ConfigError::Unwritable { .. } => "name another file with `--path FILE`, or run with `--stdout`".to_owned(),
    }
}

/// What to do about the first, and how to see the others.
fn wrong(first: &Problem, more: usize) -> String {
    let others = match more {
        0 => "`smsctl config show` tells where each value comes from".to_owned(),
        _ => format!("`smsctl config check` reports this and {more} more"),
    };
    match &first.hint {
        Some(hint) if more > 0 => format!("{hint}; {others}"),
        Some(hint) => hint.clone(),
        None => others,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Overrides, load_from};

    fn told(variables: &[(&str, &str)]) -> Error {
        let overrides = Overrides { file: Some("/dev/null".into()), values: Vec::new() };
        load_from(&overrides, &Environment::of(variables.iter().copied())).unwrap_err().into()
    }

    #[test]
    fn a_wrong_setting_names_key_value_origin_and_what_to_do() {
        let error = told(&[("SMS_QUEUE_WORKERS", "0")]);
        assert_eq!((error.kind, error.kind.exit_code()), (Kind::Config, 78));
        assert_eq!(
            error.message,
            "`work.workers` is `0`, and must be a whole number from 1 to 1024 (variable `SMS_QUEUE_WORKERS`)"
        );
        assert_eq!(error.hint.as_deref(), Some("`smsctl config show` tells where each value comes from"));
    }

    #[test]
    fn of_several_wrong_settings_the_others_are_counted() {
        let hint = |variables: &[(&str, &str)]| told(variables).hint.unwrap_or_default();
        assert_eq!(
            hint(&[("SMS_BASE_URL", "g.example"), ("SQLALCHEMY_POOL_SIZE", "x")]),
            "put the scheme before it: `https://g.example`; `smsctl config check` reports this and 1 more"
        );
        assert_eq!(
            hint(&[("SQLALCHEMY_POOL_SIZE", "x"), ("SMS_QUEUE_WORKERS", "x")]),
            "`smsctl config check` reports this and 1 more"
        );
    }
}
