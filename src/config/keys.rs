//! The table of all settings. Reading, variable names, suggestions, `config init` and the reference are made from it.

use super::kind::Kind;
use super::secret::names_a_secret;

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// `section.key`; a step in capitals (`NAME`, `PATTERN`, `RULE`, `VALUE`) stands for any word.
    pub name: &'static str,
    pub kind: Kind,
    /// As TOML text; `None`: not set.
    pub default: Option<&'static str>,
    /// As TOML text, for `config init`, where there is no default.
    pub example: &'static str,
    /// Shown as `***`.
    pub secret: bool,
    /// The option of the command line that sets it.
    pub flag: Option<&'static str>,
    /// The variable of the web application that sets it; in a gateway, that of the gateway `default`.
    pub alias: Option<&'static str>,
    /// One sentence.
    pub doc: &'static str,
}

impl Key {
    const fn new(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
        Key { name, kind, default: Some(default), example: default, secret: false, flag: None, alias: None, doc }
    }

    const fn unset(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Key {
        Key { name, kind, default: None, example, secret: false, flag: None, alias: None, doc }
    }

    const fn flag(self, flag: &'static str) -> Key {
        Key { flag: Some(flag), ..self }
    }

    const fn alias(self, variable: &'static str) -> Key {
        Key { alias: Some(variable), ..self }
    }

    const fn secret(self) -> Key {
        Key { secret: true, ..self }
    }

    /// The steps of the name.
    pub fn steps(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.name.split('.')
    }

    /// The steps before the first that stands for any word, or before the last: where the key belongs.
    pub fn section(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }

    /// It belongs to something that has a name: a gateway, a command, a pattern.
    pub fn is_named(&self) -> bool {
        self.steps().nth(1).is_some_and(stands_for_any)
    }

    /// The part after section and name: `base_url`, `rules.RULE`.
    pub fn leaf(&self) -> &'static str {
        let after_section = self.name.split_once('.').map_or("", |(_, rest)| rest);
        if self.is_named() { after_section.split_once('.').map_or("", |(_, leaf)| leaf) } else { after_section }
    }

    /// Its variable, `SMSCTL_A_B`, with the capitals of `name` in it where it belongs to one. `None` for `[tasks]`: a pattern
    /// fits into no variable's name.
    pub fn variable(&self) -> Option<String> {
        (self.section() != "tasks").then(|| variable_of(self.steps()))
    }

    /// Whether `path` is a place of this key.
    pub fn fits(&self, path: &[String]) -> bool {
        self.begins_with(path) && self.steps().count() == path.len()
    }

    /// Whether this key stands somewhere below `path`.
    pub(super) fn leads_through(&self, path: &[String]) -> bool {
        self.begins_with(path) && self.steps().count() > path.len()
    }

    /// Whether `path` is this key's, or on the way to it.
    fn begins_with(&self, path: &[String]) -> bool {
        let mut steps = self.steps();
        path.iter().all(|word| steps.next().is_some_and(|step| step == word || stands_for_any(step)))
    }
}

/// `SMSCTL_A_B` of the steps `a` and `b`.
pub(super) fn variable_of<'a>(steps: impl Iterator<Item = &'a str>) -> String {
    steps.fold("SMSCTL".to_owned(), |name, step| name + "_" + &step.replace('-', "_").to_ascii_uppercase())
}

pub(super) fn stands_for_any(step: &str) -> bool {
    step.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What stands at a path of the settings.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot {
    /// A table with keys in it.
    Section,
    Key(&'static Key),
    Nothing,
}

/// What stands at `path`.
pub(super) fn spot(path: &[String]) -> Spot {
    match KEYS.iter().find(|key| key.begins_with(path)) {
        None => Spot::Nothing,
        Some(_) => KEYS.iter().find(|key| key.fits(path)).map_or(Spot::Section, Spot::Key),
    }
}

/// A path as TOML writes it: `tasks."app.*".to`.
pub(super) fn dotted(path: &[String]) -> String {
    let bare = |word: &String| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    let words = path.iter().map(|word| if bare(word) { word.clone() } else { format!("{word:?}") });
    words.collect::<Vec<_>>().join(".")
}

/// Whether the value at `path` may never be shown.
pub(super) fn is_secret(key: &Key, path: &[String]) -> bool {
    // A rule is called after its verdict, `credentials` for one.
    let is_rule = path.iter().any(|step| step == "rules");
    key.secret || (!is_rule && path.last().is_some_and(|last| names_a_secret(last)))
}

/// What the sections are for, in the order of the file.
pub(super) const SECTIONS: [(&str, &str); 10] = [
    ("database", "The queue's database."),
    ("queue", "The queue."),
    ("work", "`smsctl work`."),
    ("retry", "Failed attempts, and when they are tried again."),
    ("breaker", "Lanes whose gateway cannot be reached: they rest, and one message after the other tries the way."),
    ("message", "What `enqueue` takes when it is told nothing else."),
    ("pool", "Connections to a database server; SQLite reads `size` alone, for its readers."),
    (
        "gateways",
        "HTTP gateways. Each has a name (letters, digits, `-`, `_`) and is the lane `gateway:NAME`; `gateway:default` \
         sends what names no lane.",
    ),
    (
        "commands",
        "Programs that do generic tasks. Each has a name and is the lane `command:NAME`; the task comes as JSON on stdin, and \
         the exit code is the outcome.",
    ),
    (
        "tasks",
        "Rows that another program enqueues. The pattern in quotes is a glob over `task_func`; the first that matches, in the \
         order of the file, serves the row.",
    ),
];

const ON_UNKNOWN: Kind = Kind::Choice(&["hold", "retry", "idempotent"]);
const TIMEOUT: Kind = Kind::Duration { min_ms: 1, max_ms: HOUR_MS };
const HOUR_MS: u64 = 60 * 60 * 1000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The most connections of a pool: MySQL's own default for a whole server is 151.
const CONNECTIONS_MAX: u64 = 1000;
/// The most segments of one message: the header counts them in one byte (3GPP TS 23.040, 9.2.3.24.1).
const SEGMENTS_MAX: u64 = 255;

/// Every setting, in the order of the file.
pub const KEYS: &[Key] = &[
    Key::new(
        "database.url",
        Kind::DatabaseUrl,
        "\"sqlite:///sms.db\"",
        "Where the queue is, as SQLAlchemy writes it: three slashes before a path relative to the working directory, four \
         before an absolute one; `mysql://user@host:3306/name` is a database on a MySQL or MariaDB server.",
    )
    .flag("--database")
    .alias("DATABASE_URL"),
    Key::unset(
        "database.password_file",
        Kind::Text,
        "\"/etc/smsctl/password\"",
        "A file with the password of a database server on its first line; SQLite needs none.",
    ),
    Key::new(
        "queue.max_size",
        Kind::Count { min: 0, max: i64::MAX as u64 },
        "0",
        "The most tasks that may wait; `enqueue` refuses more, and takes a file as far as it fits. 0: no limit, the queue is on disk.",
    )
    .alias("SMS_QUEUE_MAX_SIZE"),
    Key::new(
        "work.workers",
        Kind::Count { min: 1, max: 1024 },
        "4",
        "Sender threads of one `smsctl work`: so many requests are under way at once.",
    )
    .flag("--workers")
    .alias("SMS_QUEUE_WORKERS"),
    Key::new(
        "work.shutdown_grace",
        Kind::Duration { min_ms: 0, max_ms: HOUR_MS },
        "\"30s\"",
        "How long senders may finish what they have begun after a stop was asked for.",
    )
    .flag("--shutdown-grace"),
    Key::new(
        "retry.max_retries",
        Kind::Count { min: 1, max: 1000 },
        "3",
        "Attempts in all before a message becomes a dead letter.",
    )
    .flag("--max-retries"),
    Key::new(
        "retry.base",
        Kind::Duration { min_ms: 1, max_ms: DAY_MS },
        "\"2s\"",
        "The longest wait before the second attempt; it doubles with each further one, and the real wait is a random part of it.",
    ),
    Key::new(
        "retry.cap",
        Kind::Duration { min_ms: 1, max_ms: 30 * DAY_MS },
        "\"10m\"",
        "No wait between two attempts is longer.",
    ),
    Key::new(
        "breaker.base",
        Kind::Duration { min_ms: 1, max_ms: HOUR_MS },
        "\"1s\"",
        "The longest first rest of a lane; it doubles with each probe that reaches nobody, and half of it or more is real.",
    ),
    Key::new(
        "breaker.cap",
        Kind::Duration { min_ms: 1, max_ms: DAY_MS },
        "\"60s\"",
        "No rest of a lane is longer.",
    ),
    Key::unset(
        "message.region",
        Kind::Region,
        "\"HK\"",
        "Where national numbers belong, as two letters; without it only international numbers are taken.",
    )
    .flag("--region"),
    Key::new(
        "message.max_segments",
        Kind::Count { min: 1, max: SEGMENTS_MAX },
        "10",
        "The longest text that is taken, in segments.",
    )
    .flag("--max-segments"),
    Key::new("message.lane", Kind::Lane, "\"gateway:default\"", "The lane of a message that names none.").flag("--lane"),
    Key::new("pool.size", Kind::Count { min: 1, max: CONNECTIONS_MAX }, "10", "Connections that are kept.")
        .alias("SQLALCHEMY_POOL_SIZE"),
    Key::new(
        "pool.max_overflow",
        Kind::CountOrMost { max: CONNECTIONS_MAX },
        "20",
        "Connections beyond `size` in a rush; -1: as many as there may be.",
    )
    .alias("SQLALCHEMY_POOL_MAX_OVERFLOW"),
    Key::new(
        "pool.recycle",
        Kind::DurationOrNever { min_ms: 1000, max_ms: 30 * DAY_MS },
        "\"1h\"",
        "A connection that is older is replaced; `never` (or -1): it is kept.",
    )
    .alias("SQLALCHEMY_POOL_RECYCLE"),
    Key::new("pool.pre_ping", Kind::Flag, "true", "Whether a connection is tried before it is used.")
        .alias("SQLALCHEMY_POOL_PRE_PING"),
    Key::new("pool.timeout", TIMEOUT, "\"30s\"", "How long to wait for a free connection."),
    Key::new(
        "gateways.NAME.profile",
        Kind::Text,
        "\"hkt\"",
        "How the provider is spoken to: `hkt`, which is built in, or a profile of your own, a file whose path counts from the \
         directory of this one, such as `kannel.toml` (docs/gateways.md).",
    ),
    Key::unset(
        "gateways.NAME.base_url",
        Kind::HttpUrl,
        "\"https://gateway.example/gateway.jsp\"",
        "Where the provider is spoken to. Letters beyond ASCII in its path and query leave percent-encoded, as UTF-8.",
    )
    .alias("SMS_BASE_URL"),
    Key::unset(
        "gateways.NAME.application_id",
        Kind::Exact,
        "\"App\"",
        "The name that the provider knows us by. It is all that some of them ask for, so it is kept as a secret, and taken as it is \
         written, with the blanks around it.",
    )
    .secret()
    .alias("SMS_APPLICATION_ID"),
    Key::unset("gateways.NAME.sender", Kind::Text, "\"85212345678\"", "The sender of messages that name none.")
        .alias("SMS_SENDER_NUMBER"),
    Key::unset(
        "gateways.NAME.rate",
        Kind::Rate,
        "\"2/s\"",
        "The most messages in a time, over all workers and hosts together; without it there is no limit.",
    )
    .alias("SMS_RATE_PER_SEC"),
    Key::unset(
        "gateways.NAME.burst",
        Kind::Burst,
        "4",
        "How many may go at once after a rest; without it what flows in within a second, and at least 1.",
    )
    .alias("SMS_BURST_CAPACITY"),
    Key::new("gateways.NAME.timeout", TIMEOUT, "\"30s\"", "How long a whole request may take.")
        .alias("SMS_REQUEST_TIMEOUT"),
    Key::new("gateways.NAME.connect_timeout", TIMEOUT, "\"10s\"", "How long the connection alone may take."),
    Key::new(
        "gateways.NAME.keep_alive",
        Kind::Flag,
        "true",
        "Whether a connection is used for more than one request. `false` is for a gateway that answers twice, or closes \
         connections without a word.",
    ),
    Key::unset(
        "gateways.NAME.ca_file",
        Kind::Text,
        "\"company-ca.pem\"",
        "Certificates (PEM) of the authorities from which the gateway's own may come, in place of those that are built in; the path \
         counts from the directory of this file.",
    ),
    Key::new(
        "gateways.NAME.on_unknown",
        ON_UNKNOWN,
        "\"hold\"",
        "A request left and no answer came: `hold` waits for your order, `retry` sends again (it may arrive twice), \
         `idempotent` sends again because the provider drops repetitions of our key.",
    ),
    Key::unset(
        "gateways.NAME.rules.RULE",
        Kind::Text,
        "\"2xx ^OK\"",
        "How answers are read, before the profile's own rules. The key is the verdict, such as `success`, `rejected` or \
         `deferred`; the value is HTTP statuses, a regular expression over the body, or both.",
    ),
    Key::unset(
        "gateways.NAME.values.VALUE",
        Kind::Exact,
        "\"value\"",
        "A further value that the profile's request names, taken as it is written, with the blanks around it. One whose name speaks of a secret (`password`, `auth`, \
         `token`, `api_key` and the like) is never shown.",
    ),
    Key::unset(
        "commands.NAME.run",
        Kind::Program,
        "[\"/usr/local/bin/report\", \"--json\"]",
        "The program and its arguments; no shell reads them.",
    ),
    Key::new("commands.NAME.timeout", Kind::Duration { min_ms: 1, max_ms: DAY_MS }, "\"60s\"", "How long one run may take."),
    Key::unset("commands.NAME.rate", Kind::Rate, "\"10/min\"", "As for a gateway."),
    Key::unset("commands.NAME.burst", Kind::Burst, "1", "As for a gateway."),
    Key::new("commands.NAME.on_unknown", ON_UNKNOWN, "\"hold\"", "As for a gateway, of a program that was killed half-way."),
    Key::unset("tasks.PATTERN.lane", Kind::Lane, "\"gateway:default\"", "The lane that serves the rows."),
    Key::unset(
        "tasks.PATTERN.to",
        Kind::Place,
        "\"args.1\"",
        "Where the recipient stands, for a gateway: a position in `args` (from 0) or a name in `kwargs`, and on through dots.",
    ),
    Key::unset("tasks.PATTERN.text", Kind::Place, "\"kwargs.text\"", "Where the text stands, for a gateway."),
    Key::unset("tasks.PATTERN.sender", Kind::Place, "\"kwargs.sender\"", "Where the sender stands, if rows name one."),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::value::Raw;

    fn named(name: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.name == name)
    }

    fn path(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn names_variables_and_aliases_are_unique() {
        let names: BTreeSet<_> = KEYS.iter().map(|key| key.name).collect();
        assert_eq!(names.len(), KEYS.len());
        let variables: Vec<_> = KEYS
            .iter()
            .filter_map(Key::variable)
            .chain(KEYS.iter().filter_map(|k| k.alias.map(str::to_owned)))
            .collect();
        assert_eq!(variables.iter().collect::<BTreeSet<_>>().len(), variables.len(), "{variables:?}");
    }

    #[test]
    fn every_default_and_every_example_is_a_value_of_its_kind() {
        for key in KEYS {
            for text in key.default.iter().chain([&key.example]) {
                let raw = Raw::of_toml(text).unwrap_or_else(|| panic!("{}: `{text}` is not TOML", key.name));
                assert!(key.kind.read(&raw).is_ok(), "{}: `{text}`", key.name);
            }
        }
    }

    #[test]
    fn every_key_has_a_section_and_a_sentence() {
        for key in KEYS {
            assert!(SECTIONS.iter().any(|(section, _)| *section == key.section()), "{}", key.name);
            assert!(key.doc.ends_with('.') && !key.doc.contains('\n'), "{}: {:?}", key.name, key.doc);
        }
    }

    #[test]
    fn a_variable_is_the_key_in_capitals() {
        assert_eq!(named("work.shutdown_grace").unwrap().variable().unwrap(), "SMSCTL_WORK_SHUTDOWN_GRACE");
        assert_eq!(named("gateways.NAME.base_url").unwrap().variable().unwrap(), "SMSCTL_GATEWAYS_NAME_BASE_URL");
        assert_eq!(named("tasks.PATTERN.to").unwrap().variable(), None);
    }

    #[test]
    fn a_path_is_a_section_a_key_or_nothing() {
        assert!(matches!(spot(&[]), Spot::Section));
        assert!(matches!(spot(&path(&["gateways", "x"])), Spot::Section));
        assert!(matches!(spot(&path(&["gateways", "x", "rules"])), Spot::Section));
        assert!(
            matches!(spot(&path(&["gateways", "x", "rules", "success"])), Spot::Key(key) if key.name == "gateways.NAME.rules.RULE")
        );
        assert!(matches!(spot(&path(&["work", "workers"])), Spot::Key(_)));
        assert!(matches!(spot(&path(&["work", "worker"])), Spot::Nothing));
        assert!(matches!(spot(&path(&["work", "workers", "x"])), Spot::Nothing));
    }

    #[test]
    fn secrets_are_known_by_key_and_by_name() {
        let value = named("gateways.NAME.values.VALUE").unwrap();
        let secret = |word: &str| is_secret(value, &path(&["gateways", "x", "values", word]));
        for word in ["password", "api-key", "API_KEY", "auth_token", "client_secret"] {
            assert!(secret(word), "{word}");
        }
        assert!(!secret("username"));
        let rule = named("gateways.NAME.rules.RULE").unwrap();
        assert!(!is_secret(rule, &path(&["gateways", "x", "rules", "credentials"])));
        let file = named("database.password_file").unwrap();
        assert!(!is_secret(file, &path(&["database", "password_file"])));
        let id = named("gateways.NAME.application_id").unwrap();
        assert!(is_secret(id, &path(&["gateways", "x", "application_id"])));
    }
}
