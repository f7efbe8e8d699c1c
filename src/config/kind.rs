//! The kinds of values: what is wanted of each, and how it is read.

use super::amount::{bounded_duration, burst, read_rate, wanted_duration};
use super::secret::without_query_values;
use super::value::{Mismatch, Raw, Value};
use crate::queue::{Lane, Place};

/// What is wanted of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text that is not empty; blanks around it are no part of it.
    Text,
    /// The same, and blanks around it are a part of it: somebody else chose it.
    Exact,
    /// A database URL; a password in it is not shown.
    DatabaseUrl,
    /// `http://` or `https://` and a host.
    HttpUrl,
    /// A whole number.
    Count { min: u64, max: u64 },
    /// A whole number, or -1 for `max`.
    CountOrMost { max: u64 },
    /// `30s`, `2h`; a bare number counts seconds.
    Duration { min_ms: u64, max_ms: u64 },
    /// The same, or `never` (-1).
    DurationOrNever { min_ms: u64, max_ms: u64 },
    /// `2/s`, `100/min`; a bare number counts a second.
    Rate,
    /// A number from 1.
    Burst,
    /// `true` or `false`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Two letters of a country.
    Region,
    /// `gateway:NAME`, `command:NAME`, or a bare `NAME` for a gateway.
    Lane,
    /// A program and its arguments.
    Program,
    /// `args.1`, `kwargs.text`.
    Place,
}

impl Kind {
    /// What is wanted, to follow "must be".
    pub fn wanted(self) -> String {
        match self {
            Kind::Text | Kind::Exact => "text".to_owned(),
            Kind::DatabaseUrl => "a database URL, for example `sqlite:////var/lib/smsctl/sms.db`".to_owned(),
            Kind::HttpUrl => "a URL that begins with `https://` or `http://`".to_owned(),
            Kind::Count { min, max } if max == i64::MAX as u64 => format!("a whole number from {min}"),
            Kind::Count { min, max } => format!("a whole number from {min} to {max}"),
            Kind::CountOrMost { max } => format!("a whole number from 0 to {max}, or -1"),
            Kind::Duration { min_ms, max_ms } => wanted_duration(min_ms, max_ms),
            Kind::DurationOrNever { min_ms, max_ms } => format!("{}, or `never`", wanted_duration(min_ms, max_ms)),
            Kind::Rate => "a rate above 0, for example `2/s` or `100/min`".to_owned(),
            Kind::Burst => "a number from 1".to_owned(),
            Kind::Flag => "`true` or `false`".to_owned(),
            Kind::Choice(words) => {
                let ticked: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                match ticked.split_last() {
                    Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
                    _ => ticked.concat(),
                }
            }
            Kind::Region => "two letters of a country, for example `HK`".to_owned(),
            Kind::Lane => "a lane: `gateway:NAME` or `command:NAME`".to_owned(),
            Kind::Program => {
                "a list of a program and its arguments, for example `[\"/usr/bin/report\", \"-v\"]`".to_owned()
            }
            Kind::Place => "a place such as `args.1` or `kwargs.text`".to_owned(),
        }
    }

    /// What is wanted in place of what was written: the example is of the kind that was meant.
    pub fn wanted_for(self, written: &str) -> String {
        let scheme = written.split([':', '/']).find(|word| *word != "jdbc").unwrap_or_default().to_ascii_lowercase();
        match self {
            Kind::DatabaseUrl if scheme.starts_with("mysql") || scheme.starts_with("mariadb") => {
                "a database URL, for example `mysql://user@host:3306/name`".to_owned()
            }
            kind => kind.wanted(),
        }
    }

    /// Reads what was written.
    ///
    /// # Errors
    /// It is not what is wanted.
    pub fn read(self, raw: &Raw) -> Result<Value, Mismatch> {
        match (self, raw) {
            (_, Raw::Other(_)) => Err(Mismatch::plain()),
            (_, Raw::Words(text) | Raw::Text(text)) if text.trim().is_empty() => Err(Mismatch::plain()),
            (_, Raw::Words(text) | Raw::Text(text)) if text.contains('\0') => Err(Mismatch::because("it holds a NUL")),
            (Kind::Count { min, max }, raw) => count(raw, min, max),
            (Kind::CountOrMost { max }, raw) if raw.is_minus_one() => Ok(Value::Count(max)),
            (Kind::CountOrMost { max }, raw) => count(raw, 0, max),
            (Kind::Flag, raw) => flag(raw),
            (Kind::Program, raw) => program(raw),
            (Kind::DurationOrNever { .. }, raw) if raw.is_minus_one() || raw.text() == Some("never") => {
                Ok(Value::Never)
            }
            (Kind::Duration { min_ms, max_ms } | Kind::DurationOrNever { min_ms, max_ms }, raw) => {
                bounded_duration(raw, min_ms, max_ms)
            }
            (Kind::Rate, raw) => raw.number_or_text().and_then(read_rate),
            (Kind::Burst, raw) => raw.number().and_then(burst),
            (Kind::Exact, Raw::Words(text)) => Ok(Value::Text(without_line_end(text).to_owned())),
            (Kind::Exact, Raw::Text(text)) => Ok(Value::Text(text.clone())),
            (kind, Raw::Words(text) | Raw::Text(text)) => kind.read_text(text.trim()),
            (_, Raw::Number(number)) => Err(Mismatch::hint(format!("text stands in quotes: `\"{number}\"`"))),
            (_, Raw::Flag(_) | Raw::List(_)) => Err(Mismatch::plain()),
        }
    }

    fn read_text(self, text: &str) -> Result<Value, Mismatch> {
        let text = match self {
            Kind::HttpUrl => http_url(text)?,
            Kind::DatabaseUrl => database_url(text)?,
            Kind::Choice(words) if !words.contains(&text) => return Err(Mismatch::plain()),
            Kind::Region => region(text)?,
            Kind::Lane => lane(text)?,
            Kind::Place => Place::parse(text).map_err(|error| Mismatch::because(&error.to_string()))?.to_string(),
            _ => text.to_owned(),
        };
        Ok(Value::Text(text))
    }
}

/// A variable that was filled from a file often ends as the file does.
fn without_line_end(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line)
}

fn count(raw: &Raw, min: u64, max: u64) -> Result<Value, Mismatch> {
    match raw.number()?.parse::<u64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(Value::Count(number)),
        _ => Err(Mismatch::plain()),
    }
}

/// The words that Python programs write into variables are taken as well as TOML's own.
fn flag(raw: &Raw) -> Result<Value, Mismatch> {
    match raw {
        Raw::Flag(flag) => Ok(Value::Flag(*flag)),
        Raw::Words(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Ok(Value::Flag(true)),
            "false" | "0" | "no" | "off" => Ok(Value::Flag(false)),
            _ => Err(Mismatch::plain()),
        },
        Raw::Text(text) if matches!(text.as_str(), "true" | "false") => {
            Err(Mismatch::hint(format!("it stands without quotes: `{text}`")))
        }
        _ => Err(Mismatch::plain()),
    }
}

/// A list; in a variable it is written as in the file.
fn program(raw: &Raw) -> Result<Value, Mismatch> {
    let read;
    let items = match raw {
        Raw::List(items) => items,
        Raw::Words(text) => match Raw::of_toml(text.trim()) {
            Some(Raw::List(items)) => {
                read = items;
                &read
            }
            _ => return Err(Mismatch::plain()),
        },
        _ => return Err(Mismatch::plain()),
    };
    let word = |item: &Raw| match item {
        Raw::Text(text) if text.contains('\0') => Err(Mismatch::because("it holds a NUL")),
        Raw::Text(text) => Ok(text.clone()),
        _ => Err(Mismatch::because("each item stands in quotes")),
    };
    let words = items.iter().map(word).collect::<Result<Vec<_>, _>>()?;
    match words.first() {
        None => Err(Mismatch::because("it is empty")),
        Some(program) if program.is_empty() => Err(Mismatch::because("the program is empty")),
        Some(_) => Ok(Value::List(words)),
    }
}

fn region(text: &str) -> Result<String, Mismatch> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Mismatch::plain())
    }
}

fn lane(text: &str) -> Result<String, Mismatch> {
    let lane = Lane::parse(text).ok_or_else(Mismatch::plain)?;
    if is_name(lane.name()) { Ok(lane.to_string()) } else { Err(Mismatch::because(NAME_RULE)) }
}

/// What a name of a gateway or a command is.
pub(super) const NAME_RULE: &str = "a name is 1 to 64 letters, digits, `-` and `_`";

/// Whether a gateway or a command may be called so.
pub(super) fn is_name(word: &str) -> bool {
    (1..=64).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn http_url(text: &str) -> Result<String, Mismatch> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let Some(rest) = rest else {
        let hint = (!text.contains("://"))
            .then(|| format!("put the scheme before it: `https://{}`", without_query_values(text)));
        return Err(Mismatch { because: None, hint });
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.is_empty() || host.starts_with(':') {
        return Err(Mismatch::because("it names no host"));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Mismatch::because("it holds a space"));
    }
    Ok(text.to_owned())
}

/// The store says which URLs it knows; a path in them counts from the working directory.
fn database_url(text: &str) -> Result<String, Mismatch> {
    match crate::store::Location::parse(text, std::path::Path::new("")) {
        Ok(_) => Ok(text.to_owned()),
        Err(crate::store::StoreError::UrlInvalid { reason, .. }) => Err(Mismatch::because(&reason)),
        Err(error) => Err(Mismatch::because(&error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Raw {
        Raw::Words(text.to_owned())
    }

    fn shown(kind: Kind, raw: &Raw) -> Option<String> {
        kind.read(raw).ok().map(|value| value.shown())
    }

    fn by_words(kind: Kind, text: &str) -> Option<String> {
        shown(kind, &words(text))
    }

    fn by_file(kind: Kind, toml: &str) -> Option<String> {
        shown(kind, &Raw::of_toml(toml).unwrap())
    }

    #[test]
    fn counts_have_bounds() {
        let kind = Kind::Count { min: 1, max: 1024 };
        assert_eq!(by_words(kind, " 4 "), Some("4".to_owned()));
        assert_eq!(by_file(kind, "0x10"), Some("16".to_owned()));
        assert_eq!(by_file(kind, "1_000"), Some("1000".to_owned()));
        for bad in ["0", "-1", "1025", "4.0", "four", "99999999999999999999", "1 000"] {
            assert_eq!(by_words(kind, bad), None, "{bad}");
        }
        for bad in ["0", "-3", "4.0", "\"4\"", "true", "[4]", "1979-05-27", "{ a = 1 }"] {
            assert_eq!(by_file(kind, bad), None, "{bad}");
        }
        let hint = kind.read(&Raw::of_toml("\"4\"").unwrap()).unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("a number stands without quotes: `4`"));
    }

    #[test]
    fn minus_one_is_the_most_or_never_where_the_web_application_says_so() {
        let most = Kind::CountOrMost { max: 1000 };
        assert_eq!(by_words(most, "-1"), Some("1000".to_owned()));
        assert_eq!(by_words(most, "-2"), None);
        let never = Kind::DurationOrNever { min_ms: 1000, max_ms: 10_000_000 };
        for text in ["-1", "never"] {
            assert_eq!(by_words(never, text), Some("never".to_owned()), "{text}");
        }
        assert_eq!(by_words(never, "3600"), Some("1h".to_owned()));
        assert_eq!(by_file(never, "-1"), Some("never".to_owned()));
    }

    #[test]
    fn durations_have_bounds() {
        let kind = Kind::Duration { min_ms: 1, max_ms: 60_000 };
        assert_eq!(by_file(kind, "30"), Some("30s".to_owned()));
        assert_eq!(by_file(kind, "\"1m\""), Some("1m".to_owned()));
        for bad in ["\"0s\"", "0", "\"61s\"", "true"] {
            assert_eq!(by_file(kind, bad), None, "{bad}");
        }
        assert_eq!(kind.wanted(), "a duration from 1ms to 1m, for example `30s`");
    }

    #[test]
    fn rates_name_a_time_or_count_a_second() {
        let per_s = |text: &str| match Kind::Rate.read(&words(text)) {
            Ok(Value::Rate { per_s, .. }) => Some(per_s),
            _ => None,
        };
        for (text, wanted) in [("2/s", 2.0), ("2.0", 2.0), ("120/min", 2.0), ("0.5 / s", 0.5), ("7200/h", 2.0)] {
            assert_eq!(per_s(text), Some(wanted), "{text}");
        }
        for bad in ["0", "0/s", "-1/s", "2/fortnight", "/s", "2/", "inf", "nan", "1e9", "99999999999"] {
            assert_eq!(per_s(bad), None, "{bad}");
        }
        assert_eq!(by_words(Kind::Rate, "100/minute"), Some("100/min".to_owned()));
        assert_eq!(by_file(Kind::Rate, "2.0"), Some("2/s".to_owned()));
    }

    #[test]
    fn flags_take_the_words_of_variables_but_not_in_a_file() {
        for (text, wanted) in [("True", "true"), ("1", "true"), ("off", "false"), ("0", "false")] {
            assert_eq!(by_words(Kind::Flag, text), Some(wanted.to_owned()), "{text}");
        }
        assert_eq!(by_words(Kind::Flag, "2"), None);
        for bad in ["1", "\"true\""] {
            assert_eq!(by_file(Kind::Flag, bad), None, "{bad}");
        }
    }

    #[test]
    fn programs_are_lists_of_text() {
        let wanted = Some(r#"["/bin/a", "-x y"]"#.to_owned());
        assert_eq!(by_file(Kind::Program, r#"["/bin/a", "-x y"]"#), wanted);
        assert_eq!(by_words(Kind::Program, r#"["/bin/a", "-x y"]"#), wanted);
        for bad in ["[]", "[\"\"]", "[1]", "\"/bin/a -x\""] {
            assert_eq!(by_file(Kind::Program, bad), None, "{bad}");
        }
        assert_eq!(by_words(Kind::Program, "/bin/a -x"), None);
    }

    #[test]
    fn urls_of_gateways_have_a_scheme_and_a_host() {
        for good in ["https://g.example/x.jsp", "http://127.0.0.1:8080", "HTTPS://u:p@h", "https://[::1]:1/"] {
            assert_eq!(by_words(Kind::HttpUrl, good), Some(good.to_owned()));
        }
        for bad in
            ["gateway.example/x", "ftp://h", "https://", "https:///x", "http://:80", "https://h/a b", "https://u@"]
        {
            assert_eq!(by_words(Kind::HttpUrl, bad), None, "{bad}");
        }
        let hint = Kind::HttpUrl.read(&words("gateway.example/x")).unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("put the scheme before it: `https://gateway.example/x`"));
        let hint = Kind::HttpUrl.read(&words("gateway.example/x?k=secret")).unwrap_err().hint;
        assert_eq!(hint.as_deref(), Some("put the scheme before it: `https://gateway.example/x?k=***`"));
    }

    #[test]
    fn what_somebody_else_chose_is_taken_as_it_was_written() {
        for text in ["  pass word9  ", "\tx\t", "x"] {
            assert_eq!(by_words(Kind::Exact, text).as_deref(), Some(text));
            assert_eq!(by_words(Kind::Exact, &format!("{text}\r\n")).as_deref(), Some(text), "from a file");
            assert_eq!(shown(Kind::Exact, &Raw::Text(text.to_owned())).as_deref(), Some(text));
        }
        assert_eq!(by_file(Kind::Exact, r#""x\n""#).as_deref(), Some("x\n"), "nobody writes that by mistake");
        assert_eq!((by_words(Kind::Exact, " "), by_file(Kind::Exact, "17")), (None, None));
        assert_eq!(by_words(Kind::Text, " x ").as_deref(), Some("x"));
    }

    #[test]
    fn words_with_rules_of_their_own() {
        assert_eq!(by_words(Kind::Region, "hk"), Some("HK".to_owned()));
        assert_eq!(by_words(Kind::Region, "HKG"), None);
        assert_eq!(by_words(Kind::Lane, "default"), Some("gateway:default".to_owned()));
        assert_eq!(by_words(Kind::Lane, "command:a b"), None);
        assert_eq!(by_words(Kind::Lane, "smtp:x"), None);
        assert_eq!(by_words(Kind::Place, "args.0"), Some("args.0".to_owned()));
        assert_eq!(by_words(Kind::Place, "row.0"), None);
        assert_eq!(by_words(Kind::Burst, "0.5"), None);
        assert_eq!(by_words(Kind::Burst, "10.0"), Some("10".to_owned()));
        let choice = Kind::Choice(&["hold", "retry", "idempotent"]);
        assert_eq!(by_words(choice, "retry"), Some("retry".to_owned()));
        assert_eq!(by_words(choice, "Retry"), None);
        assert_eq!(choice.wanted(), "`hold`, `retry` or `idempotent`");
        for (written, example) in [
            ("", "sqlite:////var"),
            ("sqlite:///", "sqlite:////var"),
            ("postgres://u@mysql/d", "sqlite:////var"),
            ("mysql://u@h", "mysql://user@host:3306/name"),
            ("MariaDB://u@h/d", "mysql://user@host:3306/name"),
            ("jdbc:mysql://h/d", "mysql://user@host:3306/name"),
        ] {
            assert!(Kind::DatabaseUrl.wanted_for(written).contains(example), "{written}");
        }
        assert_eq!(by_words(Kind::Text, "  "), None);
        assert_eq!(by_file(Kind::Text, "\"a\\u0000b\""), None);
        let unquoted = Kind::Text.read(&Raw::of_toml("85212345678").unwrap()).unwrap_err().hint;
        assert_eq!(unquoted.as_deref(), Some("text stands in quotes: `\"85212345678\"`"));
    }
}
