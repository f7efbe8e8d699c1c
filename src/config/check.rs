//! Whether what the settings name is there: profiles, lanes, programs, files; and whether the file keeps its secrets.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::environment::Environment;
use super::inspect::{Inspection, inspect};
use super::merge::Table;
use super::problem::{Origin, Problem, Severity};
use super::{Overrides, keys};
use crate::gateway::{self, GatewayError};
use crate::queue::Lane;
use crate::sms::phone;

/// Everything that is wrong with the settings, errors first; empty: all is well.
pub fn check(overrides: &Overrides, environment: &Environment) -> Vec<Problem> {
    let inspection = inspect(overrides, environment);
    let mut found = Vec::new();
    // What a file that could not be read might define would be reported as missing.
    if !inspection.blind {
        gateways(&inspection, &mut found);
        commands(&inspection, environment, &mut found);
        routes(&inspection, &mut found);
        default_lane(&inspection, &mut found);
        region(&inspection, &mut found);
        password_file(&inspection, &mut found);
    }
    file_mode(&inspection, &mut found);
    let mut problems = inspection.problems;
    problems.extend(found);
    problems.sort_by_key(|problem| problem.severity == Severity::Warning);
    problems
}

/// A gateway whose own values are wrong would only be reported a second time.
fn is_wrong(inspection: &Inspection, table: &Table<'_>) -> bool {
    let prefix = keys::dotted(&table.path_of_itself()) + ".";
    let is_below = |problem: &&Problem| problem.key.as_deref().is_some_and(|key| key.starts_with(&prefix));
    inspection.problems.iter().filter(is_below).any(|problem| problem.severity == Severity::Error)
}

fn gateways(inspection: &Inspection, found: &mut Vec<Problem>) {
    let tables = inspection.values.tables("gateways").filter(|table| !is_wrong(inspection, table));
    for table in tables {
        let Some(settings) = inspection.config.gateways.get(table.name()) else { continue };
        if let Err(error) = gateway::http::open(&settings.http, 1) {
            found.push(cannot_open(&table, error));
        }
        found.extend(settings.http.values.iter().filter_map(|(leaf, value)| has_blanks(&table, leaf, value)));
    }
}

/// Blanks around what the provider gave are sent, for they may belong to it.
fn has_blanks(table: &Table<'_>, leaf: &str, value: &str) -> Option<Problem> {
    if value.trim() == value {
        return None;
    }
    let of_values = format!("values.{leaf}");
    let path = table.key(if table.has(&of_values) { &of_values } else { leaf });
    let name = keys::dotted(&path);
    let problem = Problem::warning(format!("`{name}` begins or ends with a blank, which is sent as a part of it"));
    Some(Problem { origin: table.origin_of(&path), ..problem.key(name) })
}

fn cannot_open(table: &Table<'_>, error: GatewayError) -> Problem {
    let (key, reason) =
        match error {
            GatewayError::Setting { key, reason } => (key, reason),
            GatewayError::Profile { path, line, column, reason } => {
                let name = keys::dotted(&table.key("profile"));
                return Problem::fault(format!("the profile of `{name}` is wrong: {reason}"))
                    .key(name)
                    .at(Origin::File { path, line, column });
            }
        };
    let path = table.key(&key);
    let name = keys::dotted(&path);
    let problem = Problem::fault(format!("`{name}`: {reason}")).key(name);
    Problem { origin: table.origin_of(&path), ..problem }
}

fn commands(inspection: &Inspection, environment: &Environment, found: &mut Vec<Problem>) {
    let tables = inspection.values.tables("commands").filter(|table| !is_wrong(inspection, table));
    for table in tables {
        let Some(settings) = inspection.config.commands.get(table.name()) else { continue };
        let program = settings.command.run.first().map_or("", String::as_str);
        if let Some(reason) = missing_program(program, environment.get("PATH")) {
            let path = table.key("run");
            let name = keys::dotted(&path);
            let problem =
                Problem::fault(format!("the program `{program}` of `{name}` {reason}")).key(name).value(program);
            found.push(Problem { origin: table.origin_of(&path), ..problem });
        } else if let Err(error) = gateway::command::open(&settings.command) {
            found.push(cannot_open(&table, error));
        }
    }
}

/// Why a program cannot be started, as far as can be told without starting it.
fn missing_program(program: &str, path: Option<&OsStr>) -> Option<&'static str> {
    let is_program =
        |file: &Path| fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0);
    if program.contains('/') {
        return match Path::new(program) {
            file if is_program(file) => None,
            file if file.exists() => Some("may not be executed"),
            _ => Some("does not exist"),
        };
    }
    let found = path.is_some_and(|path| std::env::split_paths(path).any(|dir| is_program(&dir.join(program))));
    (!found).then_some("is not on the `PATH`")
}

fn routes(inspection: &Inspection, found: &mut Vec<Problem>) {
    let lanes: BTreeSet<Lane> = inspection.config.lanes().collect();
    for table in inspection.values.tables("tasks") {
        let lane = table.text("lane").and_then(|text| Lane::parse(&text));
        found.extend(lane.filter(|lane| !lanes.contains(lane)).map(|lane| {
            let path = table.key("lane");
            let name = keys::dotted(&path);
            let problem = Problem::fault(format!("`{name}` is `{lane}`, and no such lane is configured"));
            let problem = problem.key(name).value(lane.to_string()).hint(section_hint(&lane));
            Problem { origin: table.origin_of(&path), ..problem }
        }));
    }
}

fn section_hint(lane: &Lane) -> String {
    match lane {
        Lane::Gateway(name) => format!("add `[gateways.{name}]` to the settings"),
        Lane::Command(name) => format!("add `[commands.{name}]` to the settings"),
    }
}

/// Without a gateway messages can be queued and wait, so it is worth a word, not a failure; a lane that was chosen and is not
/// there is a mistake.
fn default_lane(inspection: &Inspection, found: &mut Vec<Problem>) {
    let table = inspection.values.section("message");
    let Some(lane) = table.text("lane").and_then(|text| Lane::parse(&text)) else { return };
    if inspection.config.lanes().any(|known| known == lane) {
        return;
    }
    let message = format!("messages go to `{lane}`, and no such lane is configured");
    let problem = if table.has("lane") { Problem::fault(message) } else { Problem::warning(message) };
    let problem = problem.key("message.lane").value(lane.to_string()).hint(section_hint(&lane));
    found.push(Problem { origin: table.origin_of(&table.key("lane")), ..problem });
}

/// Here, and not where the value is read: the list of countries takes milliseconds to unfold, which every command would pay.
fn region(inspection: &Inspection, found: &mut Vec<Problem>) {
    let table = inspection.values.section("message");
    let Some(region) = table.text("region").filter(|region| phone::check_region(region).is_err()) else { return };
    let message = format!("`message.region` is `{region}`, and no country has these letters");
    let problem = Problem::fault(message).key("message.region").value(region).hint("for example `HK`, or `GB`");
    found.push(Problem { origin: table.origin_of(&table.key("region")), ..problem });
}

fn password_file(inspection: &Inspection, found: &mut Vec<Problem>) {
    let Some(path) = &inspection.config.database.password_file else { return };
    if let Err(error) = fs::metadata(path) {
        let table = inspection.values.section("database");
        let message = format!("the password file `{}` cannot be read: {error}", path.display());
        let problem = Problem::fault(message).key("database.password_file").value(path.display().to_string());
        found.push(Problem { origin: table.origin_of(&table.key("password_file")), ..problem });
    }
}

fn file_mode(inspection: &Inspection, found: &mut Vec<Problem>) {
    /// What everybody else on the host may do. A group may be meant to read.
    const OTHERS: u32 = 0o007;
    let Some(path) = inspection.file.as_ref().filter(|_| inspection.values.has_secret_in_file()) else { return };
    let Ok(data) = fs::metadata(path) else { return };
    let mode = data.permissions().mode() & 0o777;
    if data.is_file() && mode & OTHERS != 0 {
        let message = format!(
            "the settings file `{}` holds secrets, and everybody may read it (mode {mode:04o})",
            path.display()
        );
        found.push(Problem::warning(message).hint(format!("run `chmod 600 {}`", path.display())));
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    struct Host {
        dir: tempfile::TempDir,
        environment: Vec<(String, String)>,
    }

    impl Host {
        fn new(settings: &str) -> Host {
            let host = Host { dir: tempfile::tempdir().unwrap(), environment: Vec::new() };
            fs::write(host.path("c.toml"), settings.replace("DIR", host.dir.path().to_str().unwrap())).unwrap();
            fs::set_permissions(host.path("c.toml"), fs::Permissions::from_mode(0o600)).unwrap();
            host
        }

        fn path(&self, name: &str) -> PathBuf {
            self.dir.path().join(name)
        }

        fn program(self, name: &str, mode: u32) -> Host {
            fs::write(self.path(name), "#!/bin/sh\n").unwrap();
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
            self
        }

        /// What is found, without the problems of opening a lane, which are the gateway's own to test.
        fn found(&self) -> Vec<(Severity, String)> {
            let overrides = Overrides { file: Some(self.path("c.toml")), values: Vec::new() };
            let problems = check(&overrides, &Environment::of(self.environment.iter().cloned()));
            let dir = self.dir.path().to_str().unwrap();
            let line = |problem: &Problem| (problem.severity, problem.to_string().replace(dir, "DIR"));
            problems
                .iter()
                .map(line)
                .filter(|(_, text)| !text.contains("`run`: ") && !text.contains(".run`: "))
                .collect()
        }
    }

    const GATEWAY: &str =
        "[gateways.default]\nbase_url = \"https://g.example\"\napplication_id = \"App\"\nsender = \"85212345678\"\n";

    #[test]
    fn good_settings_have_no_problem() {
        assert_eq!(Host::new(GATEWAY).found(), []);
    }

    #[test]
    fn no_gateway_at_all_is_a_warning() {
        let found = Host::new("").found();
        let told = "messages go to `gateway:default`, and no such lane is configured".to_owned();
        assert_eq!(found, [(Severity::Warning, told)]);
    }

    #[test]
    fn every_problem_is_reported_errors_first() {
        let settings = format!(
            "{GATEWAY}burst = 2\n[work]\nworkers = 0\n[queue]\nmax = 1\n[tasks.\"a*\"]\nlane = \"command:gone\"\n"
        );
        let found = Host::new(&settings).found();
        assert_eq!(
            found.iter().map(|(severity, _)| *severity).collect::<Vec<_>>(),
            [Severity::Error, Severity::Error, Severity::Fault, Severity::Warning],
            "{found:?}"
        );
        assert_eq!(
            found[2].1,
            "`tasks.\"a*\".lane` is `command:gone`, and no such lane is configured (`DIR/c.toml`, line 11, column 8)"
        );
    }

    #[test]
    fn a_lane_that_was_chosen_must_be_there() {
        let found = Host::new(&format!("{GATEWAY}[message]\nlane = \"gateway:other\"\n")).found();
        assert_eq!((found.len(), found[0].0), (1, Severity::Fault));
    }

    #[test]
    fn programs_must_be_there_and_be_programs() {
        let settings = format!(
            "{GATEWAY}[commands.a]\nrun = [\"DIR/good\"]\n[commands.b]\nrun = [\"DIR/bad\"]\n[commands.c]\nrun = [\"DIR/gone\"]\n[commands.d]\nrun = [\"good\"]\n[commands.e]\nrun = [\"gone\"]\n"
        );
        let mut host = Host::new(&settings).program("good", 0o755).program("bad", 0o644);
        host.environment = vec![("PATH".to_owned(), format!("/nowhere:{}", host.dir.path().display()))];
        let told: Vec<_> =
            host.found().into_iter().map(|(_, text)| text.split(" (").next().unwrap().to_owned()).collect();
        assert_eq!(
            told,
            [
                "the program `DIR/bad` of `commands.b.run` may not be executed",
                "the program `DIR/gone` of `commands.c.run` does not exist",
                "the program `gone` of `commands.e.run` is not on the `PATH`",
            ]
        );
    }

    #[test]
    fn a_file_with_secrets_that_everybody_may_read_is_a_warning() {
        let host = Host::new(GATEWAY);
        fs::set_permissions(host.path("c.toml"), fs::Permissions::from_mode(0o644)).unwrap();
        let found = host.found();
        assert_eq!((found.len(), found[0].0), (1, Severity::Warning));
        assert!(found[0].1.contains("holds secrets, and everybody may read it (mode 0644)"), "{found:?}");
        let open = Host::new("[work]\nworkers = 2\n");
        fs::set_permissions(open.path("c.toml"), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(!open.found().iter().any(|(_, text)| text.contains("secrets")));
    }

    #[test]
    fn a_password_file_must_be_there() {
        let found = Host::new(&format!("{GATEWAY}[database]\npassword_file = \"DIR/gone\"\n")).found();
        assert!(found[0].1.starts_with("the password file `DIR/gone` cannot be read"), "{found:?}");
    }

    #[test]
    fn a_blank_at_the_end_of_what_the_provider_gave_is_a_warning() {
        let mut host = Host::new(&format!("{GATEWAY}values.password = \" x\"\nvalues.user = \"a b\"\n"));
        host.environment = vec![("SMS_APPLICATION_ID".to_owned(), "App \n".to_owned())];
        let wanted = ["application_id", "values.password"].map(|key| {
            (
                Severity::Warning,
                format!("`gateways.default.{key}` begins or ends with a blank, which is sent as a part of it"),
            )
        });
        let found =
            host.found().into_iter().map(|(severity, text)| (severity, text.split(" (").next().unwrap().to_owned()));
        assert_eq!(found.collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn a_broken_file_hides_what_it_might_define() {
        let found = Host::new("[gateways.default\n").found();
        assert!(found.iter().all(|(_, text)| text.contains("not valid TOML")), "{found:?}");
    }
}
