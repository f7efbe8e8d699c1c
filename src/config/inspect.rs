//! The whole reading of the settings: found, merged, checked for form, and turned into `Config`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::amount::lane_rate;
use super::environment::Environment;
use super::file::{self, Contents, Entry, Found, Place};
use super::keys::{self, KEYS};
use super::merge::{Setting, Table, Values};
use super::problem::{ConfigError, Origin, Problem, Severity};
use super::settings::{
    CommandSettings, Config, DatabaseSettings, GatewaySettings, MessageSettings, PoolSettings, QueueSettings,
    RetrySettings, WorkSettings,
};
use super::value::Raw;
use super::{Overrides, variables};
use crate::gateway;
use crate::queue::{self, Backoff, Lane, MessagePlaces, OnUnknown, Pattern, TaskRoute};

/// All that is known about the settings, right or wrong: what `config show` and `config check` tell.
#[derive(Debug)]
pub struct Inspection {
    /// The settings file that was read, or should have been.
    pub file: Option<PathBuf>,
    /// Every setting with its origin.
    pub settings: Vec<Setting>,
    /// Errors first.
    pub problems: Vec<Problem>,
    /// With defaults in the place of what is wrong: to be used only if no problem is an error.
    pub(super) config: Config,
    pub(super) values: Values,
    /// The file is not TOML or could not be read, so that what is missing may stand in it.
    pub(super) blind: bool,
    unreadable: Option<(PathBuf, io::Error)>,
}

/// Reads all settings, and goes on after what is wrong.
pub fn inspect(overrides: &Overrides, environment: &Environment) -> Inspection {
    let place = file::place(overrides, environment);
    let (file, contents, unreadable) = read(&place);
    let said = variables::said(environment, &names_of(&contents));
    let mut problems = contents.problems;
    problems.extend(said.problems);
    let layers = vec![contents.entries, said.aliases, said.own, by_flags(overrides)];
    let (values, wrong) = Values::merge(&contents.named, layers);
    problems.extend(wrong);
    problems.extend(values.clashes());
    let mut config = build(&values, &mut problems);
    gateway_paths(&mut config, file.as_deref());
    withhold(&mut config, environment);
    problems.sort_by_key(|problem| problem.severity != Severity::Error);
    let settings = values.settings();
    Inspection { file, settings, problems, config, values, blind: contents.broken, unreadable }
}

/// Reads all settings of `environment`.
///
/// # Errors
/// Names the key, the value and where it stands.
pub fn load_from(overrides: &Overrides, environment: &Environment) -> Result<Config, ConfigError> {
    inspect(overrides, environment).into_config()
}

impl Inspection {
    /// `database.url`, or its default where what was written is wrong. May hold a password.
    pub fn database_url(&self) -> &str {
        &self.config.database.url
    }

    /// The settings, if they can be used.
    ///
    /// # Errors
    /// The first problem that keeps smsctl from running.
    pub fn into_config(self) -> Result<Config, ConfigError> {
        match self.into_parts() {
            (config, None) => Ok(config),
            (_, Some(error)) => Err(error),
        }
    }

    /// What keeps smsctl from running, if something does.
    pub fn into_error(self) -> Option<ConfigError> {
        self.into_parts().1
    }

    fn into_parts(self) -> (Config, Option<ConfigError>) {
        if let Some((path, cause)) = self.unreadable {
            return (self.config, Some(ConfigError::Unreadable { path, cause }));
        }
        let mut errors = self.problems.into_iter().filter(|problem| problem.severity == Severity::Error);
        let first = errors.next();
        let more = errors.count();
        (self.config, first.map(|first| ConfigError::Wrong { first: Box::new(first), more }))
    }
}

/// The file at `place`, what it says, and what kept it from being read.
fn read(place: &Place) -> (Option<PathBuf>, Contents, Option<(PathBuf, io::Error)>) {
    match file::find(place) {
        Found::None => (None, Contents::default(), None),
        Found::Text(path, text) => {
            let contents = file::contents(&path, &text);
            (Some(path), contents, None)
        }
        Found::Wrong(path, problem) => {
            (Some(path), Contents { problems: vec![*problem], broken: true, ..Contents::default() }, None)
        }
        Found::Unreadable(path, cause) => {
            let message = format!("the settings file `{}` cannot be read: {cause}", path.display());
            let contents = Contents { problems: vec![Problem::error(message)], broken: true, ..Contents::default() };
            (Some(path.clone()), contents, Some((path, cause)))
        }
    }
}

fn names_of(contents: &Contents) -> BTreeSet<(String, String)> {
    contents.named.iter().map(|(path, _)| (path[0].clone(), path[1].clone())).collect()
}

fn by_flags(overrides: &Overrides) -> Vec<Entry> {
    let entry = |(key, text): &(&'static str, String)| {
        debug_assert!(KEYS.iter().any(|known| known.name == *key), "`{key}` is no key of the table");
        let flag = KEYS.iter().find(|known| known.name == *key).and_then(|known| known.flag).unwrap_or(key);
        Entry {
            path: key.split('.').map(str::to_owned).collect(),
            raw: Raw::Words(text.clone()),
            origin: Origin::Flag(flag),
        }
    };
    overrides.values.iter().map(entry).collect()
}

fn build(values: &Values, problems: &mut Vec<Problem>) -> Config {
    let [database, queue, work] = ["database", "queue", "work"].map(|section| values.section(section));
    Config {
        database: DatabaseSettings {
            url: database.text("url").unwrap_or_default(),
            password_file: database.text("password_file").map(PathBuf::from),
        },
        queue: QueueSettings { max_size: queue.count("max_size") },
        work: WorkSettings {
            workers: usize::try_from(work.count("workers")).unwrap_or(usize::MAX),
            shutdown_grace: work.duration("shutdown_grace").unwrap_or_default(),
        },
        retry: retry(&values.section("retry"), problems),
        breaker: backoff(&values.section("breaker"), problems),
        message: message(&values.section("message")),
        pool: pool(&values.section("pool")),
        gateways: values.tables("gateways").map(|table| (table.name().to_owned(), gateway(&table, problems))).collect(),
        commands: values.tables("commands").map(|table| (table.name().to_owned(), command(&table, problems))).collect(),
        tasks: values.tables("tasks").filter_map(|table| route(&table, problems)).collect(),
    }
}

fn retry(table: &Table<'_>, problems: &mut Vec<Problem>) -> RetrySettings {
    RetrySettings { max_retries: table.small("max_retries"), backoff: backoff(table, problems) }
}

fn backoff(table: &Table<'_>, problems: &mut Vec<Problem>) -> Backoff {
    let [base, cap] = ["base", "cap"].map(|key| table.duration(key).unwrap_or_default());
    if cap < base {
        let [cap, base] = ["cap", "base"].map(|key| keys::dotted(&table.key(key)));
        let message = format!("`{cap}` is shorter than `{base}`");
        problems.push(table.problem(Problem::error(message), if table.has("cap") { "cap" } else { "base" }));
    }
    Backoff { base, cap }
}

fn message(table: &Table<'_>) -> MessageSettings {
    MessageSettings {
        region: table.text("region"),
        max_segments: table.small("max_segments"),
        lane: table.text("lane").unwrap_or_default(),
    }
}

fn pool(table: &Table<'_>) -> PoolSettings {
    PoolSettings {
        size: table.small("size"),
        max_overflow: table.small("max_overflow"),
        recycle: table.duration("recycle"),
        pre_ping: table.flag("pre_ping"),
        timeout: table.duration("timeout").unwrap_or_default(),
    }
}

/// Whether a gateway lacks something is its profile's to say, not ours: see `config check`.
fn gateway(table: &Table<'_>, problems: &mut Vec<Problem>) -> GatewaySettings {
    let mut values = table.free("values");
    for own in ["application_id", "sender"] {
        if values.contains_key(own) {
            let key = keys::dotted(&table.key(&format!("values.{own}")));
            let problem = Problem::error(format!("`{key}` has a key of its own")).hint(format!("set `{own}` instead"));
            problems.push(table.problem(problem, &format!("values.{own}")));
        }
        values.extend(table.text(own).map(|text| (own.to_owned(), text)));
    }
    GatewaySettings {
        http: gateway::http::Settings {
            profile: table.text("profile").unwrap_or_default(),
            base_url: table.text("base_url").unwrap_or_default(),
            values,
            timeout: table.duration("timeout").unwrap_or_default(),
            connect_timeout: table.duration("connect_timeout").unwrap_or_default(),
            keep_alive: table.flag("keep_alive"),
            ca_file: table.text("ca_file").map(PathBuf::from),
            rules: table.free("rules"),
        },
        rate: rate(table, problems),
        on_unknown: on_unknown(table),
    }
}

/// The files that a gateway names count from the directory of the settings file, wherever smsctl is started.
fn gateway_paths(config: &mut Config, file: Option<&Path>) {
    let Some(directory) = file.and_then(Path::parent) else { return };
    for gateway in config.gateways.values_mut() {
        let profile = &mut gateway.http.profile;
        if gateway::profile::is_file(profile) {
            *profile = directory.join(&*profile).display().to_string();
        }
        if let Some(path) = &mut gateway.http.ca_file {
            *path = directory.join(&*path);
        }
    }
}

/// A command inherits no variable that says how the database or a gateway is reached: a URL may hold a secret as well as a key.
fn withhold(config: &mut Config, environment: &Environment) {
    let is_secret = |name: &str| {
        let is_ours = ["SMSCTL_DATABASE_", "SMSCTL_GATEWAYS_"].iter().any(|prefix| name.starts_with(prefix));
        is_ours || name == "DATABASE_URL" || variables::MAKERS.contains(&name)
    };
    let withheld: Vec<String> =
        environment.iter().map(|(name, _)| name).filter(|name| is_secret(name)).map(str::to_owned).collect();
    for command in config.commands.values_mut() {
        command.command.withheld.clone_from(&withheld);
    }
}

fn command(table: &Table<'_>, problems: &mut Vec<Problem>) -> CommandSettings {
    if !table.has("run") {
        problems.push(table.missing("run", "it names the program and its arguments"));
    }
    CommandSettings {
        command: gateway::command::Settings {
            run: table.list("run"),
            timeout: table.duration("timeout").unwrap_or(Duration::from_secs(60)),
            withheld: Vec::new(),
        },
        rate: rate(table, problems),
        on_unknown: on_unknown(table),
    }
}

fn rate(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<queue::Rate> {
    if table.has("burst") && !table.has("rate") {
        let key = keys::dotted(&table.key("burst"));
        let problem = Problem::warning(format!("`{key}` has no effect without a `rate`"));
        problems.push(table.problem(problem, "burst"));
    }
    table.number("rate").map(|per_s| lane_rate(per_s, table.number("burst")))
}

fn on_unknown(table: &Table<'_>) -> OnUnknown {
    match table.text("on_unknown").as_deref() {
        Some("retry") => OnUnknown::Retry,
        Some("idempotent") => OnUnknown::Idempotent,
        _ => OnUnknown::Hold,
    }
}

/// `None`: it is wrong, or something that it needs is.
fn route(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<TaskRoute> {
    let pattern = match Pattern::parse(table.name()) {
        Ok(pattern) => pattern,
        Err(error) => {
            let message = format!("`{}` cannot be matched: {error}", table.name());
            problems.push(table.own_problem(Problem::error(message)));
            return None;
        }
    };
    if !table.has("lane") {
        problems.push(table.missing("lane", "it names what serves the rows"));
        return None;
    }
    let lane = Lane::parse(&table.text("lane")?)?;
    let message = match &lane {
        Lane::Command(_) => {
            for key in ["to", "text", "sender"].into_iter().filter(|key| table.has(key)) {
                let name = keys::dotted(&table.key(key));
                let problem = Problem::warning(format!("`{name}` has no effect: a command reads the whole task"));
                problems.push(table.problem(problem, key));
            }
            None
        }
        Lane::Gateway(_) => Some(places(table, problems)?),
    };
    Some(TaskRoute::new(pattern, lane, message))
}

fn places(table: &Table<'_>, problems: &mut Vec<Problem>) -> Option<MessagePlaces> {
    for (key, what) in [("to", "recipient"), ("text", "text")] {
        if !table.has(key) {
            problems.push(table.missing(key, &format!("a gateway needs to know where the {what} stands")));
        }
    }
    let place = |key: &str| table.text(key).and_then(|text| queue::Place::parse(&text).ok());
    Some(MessagePlaces { to: place("to")?, text: place("text")?, sender: place("sender") })
}

impl Table<'_> {
    /// A problem with a key of this table: with its name, and its origin if it was set.
    fn problem(&self, problem: Problem, leaf: &str) -> Problem {
        let path = self.key(leaf);
        let origin = self.origin_of(&path);
        Problem { origin, ..problem.key(keys::dotted(&path)) }
    }

    /// A problem with the table itself.
    fn own_problem(&self, problem: Problem) -> Problem {
        Problem { origin: self.origin.clone(), ..problem.key(keys::dotted(&self.path_of_itself())) }
    }

    fn missing(&self, leaf: &str, why: &str) -> Problem {
        let name = keys::dotted(&self.key(leaf));
        let problem = Problem::error(format!("`{name}` is not set: {why}")).key(name);
        Problem { origin: self.origin.clone(), ..problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A settings file in a directory of its own, and an environment.
    struct Host {
        dir: tempfile::TempDir,
        overrides: Overrides,
        environment: Environment,
    }

    impl Host {
        fn new(settings: &str, variables: &[(&str, &str)]) -> Host {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("c.toml");
            std::fs::write(&file, settings).unwrap();
            let overrides = Overrides { file: Some(file), values: Vec::new() };
            Host { dir, overrides, environment: Environment::of(variables.iter().copied()) }
        }

        fn flags(mut self, flags: &[(&'static str, &str)]) -> Host {
            self.overrides.values = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
            self
        }

        fn inspect(&self) -> Inspection {
            inspect(&self.overrides, &self.environment)
        }

        #[track_caller]
        fn config(&self) -> Config {
            load_from(&self.overrides, &self.environment).unwrap_or_else(|error| panic!("{error}"))
        }

        /// Value and origin of a setting.
        fn shown(&self, key: &str) -> (Option<String>, String) {
            let settings = self.inspect().settings;
            let setting = settings.iter().find(|setting| setting.key == key);
            let setting = setting.unwrap_or_else(|| panic!("`{key}` is not among {settings:?}"));
            (setting.value.clone(), self.origin(&setting.origin))
        }

        fn origin(&self, origin: &Origin) -> String {
            self.plain(&origin.to_string())
        }

        fn plain(&self, text: &str) -> String {
            text.replace(self.dir.path().to_str().unwrap(), "DIR")
        }

        /// The errors, each with its place.
        fn errors(&self) -> Vec<String> {
            let problems = self.inspect().problems;
            let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
            errors.map(|problem| self.plain(&problem.to_string())).collect()
        }
    }

    fn value(value: &str, origin: &str) -> (Option<String>, String) {
        (Some(value.to_owned()), origin.to_owned())
    }

    #[test]
    fn nothing_said_means_the_defaults() {
        let host = Host::new("", &[]);
        let config = host.config();
        assert_eq!(config.database.url, "sqlite:///sms.db");
        assert_eq!((config.queue.max_size, config.work.workers), (0, 4));
        assert_eq!(config.work.shutdown_grace, Duration::from_secs(30));
        assert_eq!((config.retry.max_retries, config.retry.backoff), (3, Backoff::default()));
        assert_eq!((config.message.region.as_deref(), config.message.max_segments), (None, 10));
        assert_eq!(config.message.lane, "gateway:default");
        assert_eq!((config.pool.size, config.pool.max_overflow, config.pool.pre_ping), (10, 20, true));
        assert_eq!(config.pool.recycle, Some(Duration::from_secs(3600)));
        assert_eq!(config.lanes().count(), 0);
        assert_eq!(host.shown("message.region"), (None, "default".to_owned()));
    }

    #[test]
    fn no_home_and_no_file_is_no_problem() {
        for environment in [Environment::of([("HOME", "/nowhere")]), Environment::default()] {
            let inspection = inspect(&Overrides::default(), &environment);
            assert!(inspection.problems.is_empty(), "{:?}", inspection.problems);
        }
    }

    #[test]
    fn flags_go_before_variables_before_the_file_before_defaults() {
        let file = "[work]\nworkers = 5\n[database]\nurl = \"sqlite:///file.db\"\n";
        let key = "work.workers";
        assert_eq!(Host::new("", &[]).shown(key), value("4", "default"));
        assert_eq!(Host::new(file, &[]).shown(key), value("5", "DIR/c.toml:2:11"));
        let alias = [("SMS_QUEUE_WORKERS", "6")];
        assert_eq!(Host::new(file, &alias).shown(key), value("6", "variable SMS_QUEUE_WORKERS"));
        let both = [("SMS_QUEUE_WORKERS", "6"), ("SMSCTL_WORK_WORKERS", "7")];
        assert_eq!(Host::new(file, &both).shown(key), value("7", "variable SMSCTL_WORK_WORKERS"));
        let all = Host::new(file, &both).flags(&[(key, "8")]);
        assert_eq!(all.shown(key), value("8", "flag --workers"));
        assert_eq!((all.config().work.workers, all.config().database.url.as_str()), (8, "sqlite:///file.db"));
    }

    #[test]
    fn the_web_applications_variables_are_honoured() {
        let host = Host::new(
            "",
            &[
                ("DATABASE_URL", "sqlite:////var/sms.db"),
                ("SMS_BASE_URL", "https://g.example/gateway.jsp"),
                ("SMS_APPLICATION_ID", "App"),
                ("SMS_SENDER_NUMBER", "85212345678"),
                ("SMS_QUEUE_WORKERS", "8"),
                ("SMS_QUEUE_MAX_SIZE", "1000"),
                ("SQLALCHEMY_POOL_SIZE", "11"),
                ("SQLALCHEMY_POOL_MAX_OVERFLOW", "-1"),
                ("SQLALCHEMY_POOL_RECYCLE", "-1"),
                ("SQLALCHEMY_POOL_PRE_PING", "False"),
                ("SMS_RATE_PER_SEC", "2.0"),
                ("SMS_BURST_CAPACITY", "4"),
                ("SMS_REQUEST_TIMEOUT", "20"),
            ],
        );
        let config = host.config();
        assert_eq!(config.database.url, "sqlite:////var/sms.db");
        assert_eq!((config.work.workers, config.queue.max_size), (8, 1000));
        assert_eq!((config.pool.size, config.pool.max_overflow), (11, 1000));
        assert_eq!((config.pool.recycle, config.pool.pre_ping), (None, false));
        let gateway = &config.gateways["default"];
        assert_eq!(
            (gateway.http.profile.as_str(), gateway.http.base_url.as_str()),
            ("hkt", "https://g.example/gateway.jsp")
        );
        assert_eq!(gateway.http.values["application_id"], "App");
        assert_eq!(gateway.http.values["sender"], "85212345678");
        assert_eq!(gateway.rate, Some(queue::Rate { per_s: 2.0, burst: 4.0 }));
        assert_eq!(gateway.http.timeout, Duration::from_secs(20));
        assert_eq!(host.inspect().problems, []);
        assert_eq!(host.shown("gateways.default.timeout"), value("20s", "variable SMS_REQUEST_TIMEOUT"));
    }

    #[test]
    fn a_file_is_read_as_a_whole() {
        let config = Host::new(
            r#"
            [gateways.fast]
            profile = "/etc/smsctl/fast.toml"
            base_url = "https://fast.example"
            rate = 0.5
            connect_timeout = 5
            on_unknown = "idempotent"
            rules.success = "ok"
            values.api_key = "k"
            [commands.report]
            run = ["/bin/report", "--json"]
            timeout = "2m"
            rate = "60/min"
            [tasks."app.*.send"]
            lane = "fast"
            to = "args.1"
            text = "kwargs.text"
            sender = "kwargs.from"
            [tasks."*"]
            lane = "command:report"
            "#,
            &[],
        )
        .config();
        let fast = &config.gateways["fast"];
        assert_eq!((fast.rate, fast.on_unknown), (Some(queue::Rate { per_s: 0.5, burst: 1.0 }), OnUnknown::Idempotent));
        assert_eq!((fast.http.values["api_key"].as_str(), fast.http.rules["success"].as_str()), ("k", "ok"));
        assert_eq!(fast.http.connect_timeout, Duration::from_secs(5));
        assert_eq!(config.commands["report"].command.run, ["/bin/report", "--json"]);
        assert_eq!(config.commands["report"].command.timeout, Duration::from_secs(120));
        assert_eq!(config.commands["report"].rate, Some(queue::Rate { per_s: 1.0, burst: 1.0 }));
        let routes = config.routes();
        let served = routes.lane_of("app.x.send").unwrap();
        assert_eq!(served.lane.to_string(), "gateway:fast");
        let places = served.route.unwrap().message.as_ref().unwrap();
        assert_eq!(places.extract(Some("[0, \"1\"]"), Some("{\"text\": \"x\"}")).unwrap().recipient, "1");
        assert_eq!(routes.lane_of("other").unwrap().lane.to_string(), "command:report");
        assert_eq!(routes.lane_of("gateway:fast").unwrap().lane.to_string(), "gateway:fast");
        assert!(routes.lane_of("gateway:default").is_none());
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let host = Host::new(
            "[database]\nurl = \"sqlite:///a.db\"\n[gateways.default]\napplication_id = \"hunter2\"\nvalues.api_token = \"hunter2\"\n\
             base_url = \"https://u:hunter2@g.example/?password=hunter2\"\nvalues.user = \"me\"\n",
            &[("SMSCTL_GATEWAYS_DEFAULT_VALUES_PASSWORD", "hunter2")],
        );
        for key in ["application_id", "values.api_token", "values.password"] {
            assert_eq!(host.shown(&format!("gateways.default.{key}")).0.as_deref(), Some("***"), "{key}");
        }
        assert_eq!(host.shown("gateways.default.base_url").0.as_deref(), Some("https://u:***@g.example/?password=***"));
        assert_eq!(host.shown("gateways.default.values.user").0.as_deref(), Some("me"));
        let inspection = host.inspect();
        let told = format!("{:?}{:?}{:?}", inspection.settings, inspection.problems, inspection.config);
        assert!(!told.contains("hunter2"), "{told}");
    }

    #[test]
    fn wrong_values_keep_their_secrets() {
        let host = Host::new(
            "[gateways.default]\napplication_id = 4711\nvalues.password = 4711\n",
            &[("DATABASE_URL", "mysqlx://u:hunter2@h/d"), ("SMS_BASE_URL", "u:hunter2@g")],
        );
        let told = format!("{:?}{:?}", host.errors(), host.inspect());
        assert!(!told.contains("hunter2") && !told.contains("4711"), "{told}");
        assert_eq!(host.errors().len(), 4, "{:?}", host.errors());
    }

    #[test]
    fn every_wrong_value_is_told_with_key_value_and_place() {
        let host = Host::new(
            "[work]\nworkers = 0\n[gateways.default]\nbase_url = \"gateway.example\"\nrate = \"0/s\"\non_unknown = \"drop\"\n[queue]\nmax_size = -1\n",
            &[("SQLALCHEMY_POOL_SIZE", "many"), ("DATABASE_URL", "")],
        )
        .flags(&[("message.max_segments", "0")]);
        let mut errors = host.errors();
        errors.sort();
        assert_eq!(
            errors,
            [
                "`database.url` is empty, and must be a database URL, for example `sqlite:////var/lib/smsctl/sms.db` (variable `DATABASE_URL`)",
                "`gateways.default.base_url` is `\"gateway.example\"`, and must be a URL that begins with `https://` or `http://` (`DIR/c.toml`, line 4, column 12)",
                "`gateways.default.on_unknown` is `\"drop\"`, and must be `hold`, `retry` or `idempotent` (`DIR/c.toml`, line 6, column 14)",
                "`gateways.default.rate` is `\"0/s\"`, and must be a rate above 0, for example `2/s` or `100/min` (`DIR/c.toml`, line 5, column 8)",
                "`message.max_segments` is `0`, and must be a whole number from 1 to 255 (option `--max-segments`)",
                "`pool.size` is `many`, and must be a whole number from 1 to 1000 (variable `SQLALCHEMY_POOL_SIZE`)",
                "`queue.max_size` is `-1`, and must be a whole number from 0 (`DIR/c.toml`, line 8, column 12)",
                "`work.workers` is `0`, and must be a whole number from 1 to 1024 (`DIR/c.toml`, line 2, column 11)",
            ]
        );
        match load_from(&host.overrides, &host.environment) {
            Err(ConfigError::Wrong { more: 7, .. }) => {}
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_value_that_is_covered_is_a_warning() {
        let host = Host::new("[work]\nworkers = 0\n", &[("SMSCTL_WORK_WORKERS", "3")]);
        assert_eq!(host.config().work.workers, 3);
        let problems = host.inspect().problems;
        assert_eq!(problems.iter().map(|problem| problem.severity).collect::<Vec<_>>(), [Severity::Warning]);
    }

    #[test]
    fn gateways_are_made_by_an_empty_table_and_by_variables_alone() {
        let config = Host::new("[gateways.bare]\n", &[("SMSCTL_GATEWAYS_AIR_BASE_URL", "http://127.0.0.1:1")]).config();
        assert_eq!(config.lanes().map(|lane| lane.to_string()).collect::<Vec<_>>(), ["gateway:air", "gateway:bare"]);
        assert_eq!(config.gateways["bare"].http.base_url, "");
    }

    #[test]
    fn names_that_share_their_variables_are_refused() {
        let errors = Host::new("[gateways.a-b]\n[gateways.A_B]\n[commands.a_b]\nrun = [\"/x\"]\n", &[]).errors();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].contains("differs from another name in capitals, `-` or `_` alone"), "{errors:?}");
    }

    #[test]
    fn what_belongs_together_is_checked_together() {
        let errors = |settings: &str| Host::new(settings, &[]).errors();
        assert_eq!(
            errors("[retry]\nbase = \"5m\"\ncap = \"1m\"\n"),
            ["`retry.cap` is shorter than `retry.base` (`DIR/c.toml`, line 3, column 7)"]
        );
        assert_eq!(
            errors("[commands.x]\n"),
            ["`commands.x.run` is not set: it names the program and its arguments (`DIR/c.toml`, line 1, column 11)"]
        );
        assert_eq!(
            errors("[gateways.x]\nvalues.sender = \"1\"\n"),
            ["`gateways.x.values.sender` has a key of its own (`DIR/c.toml`, line 2, column 17)"]
        );
    }

    #[test]
    fn routes_say_what_they_lack() {
        let errors = |settings: &str| Host::new(settings, &[]).errors();
        assert_eq!(
            errors("[tasks.\"a*\"]\n"),
            ["`tasks.\"a*\".lane` is not set: it names what serves the rows (`DIR/c.toml`, line 1, column 8)"]
        );
        let two = errors("[tasks.\"a*\"]\nlane = \"default\"\n");
        assert!(
            two.len() == 2 && two[0].contains("the recipient stands") && two[1].contains("the text stands"),
            "{two:?}"
        );
        let place = errors("[tasks.a]\nlane = \"default\"\nto = \"arg.1\"\ntext = \"args.2\"\n");
        assert_eq!(place.len(), 1);
        assert!(place[0].contains("it must begin with `args.` or `kwargs.`"), "{place:?}");
        let pattern = errors("[tasks.\"a[\"]\nlane = \"command:x\"\n");
        assert!(pattern[0].starts_with("`a[` cannot be matched: it is not a pattern: "), "{pattern:?}");
    }

    #[test]
    fn an_unreadable_file_is_an_error_of_its_own() {
        let host = Host::new("", &[]);
        let overrides = Overrides { file: Some(host.dir.path().to_owned()), values: Vec::new() };
        let inspection = inspect(&overrides, &host.environment);
        assert_eq!(inspection.problems.len(), 1);
        assert!(matches!(inspection.into_error(), Some(ConfigError::Unreadable { .. })));
    }
}
