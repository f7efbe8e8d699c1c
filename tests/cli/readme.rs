//! Every command of the README, in its order, in one shell.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::Path;

use smsctl::gateway::sandbox::{Behaviour, Sandbox};

use crate::database::Database;
use crate::harness::World;

/// What stands before the README's commands: cargo and the test script are there in name, everything else is real.
const PRELUDE: &str = r#"
set -eu
cargo() {
    case "$1" in
        run) while [ "$1" != -- ]; do shift; done; shift; smsctl "$@" ;;
        install) test "$*" = 'install --locked --path .' ;;
        *) return 1 ;;
    esac
}
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
"#;

/// The blocks of a document that are marked as `language`.
fn blocks<'a>(document: &'a str, language: &str) -> Vec<&'a str> {
    let mut out = Vec::new();
    for rest in document.split(&format!("\n```{language}\n")).skip(1) {
        out.push(rest.split("\n```").next().expect("split gives at least one part"));
    }
    out
}

/// Where the README moves its queue to.
const SERVER: &str = "mysql://sms@db1:3306/sms?password_file=/etc/smsctl/password";

#[test]
fn every_command_of_the_readme_runs() {
    run_the_readme("sqlite:///next.db");
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn every_command_of_the_readme_runs_with_mysql() {
    run_the_readme(&Database::create().url());
}

/// Runs all commands; the queue moves to `server` in the end.
fn run_the_readme(server: &str) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(repository.join("README.md")).expect("the README is there");
    // A port that is free now: the README's own may be taken on this machine.
    let port = TcpListener::bind("127.0.0.1:0").expect("binds").local_addr().expect("an address").port().to_string();
    let mut script = PRELUDE.to_owned();
    for block in blocks(&readme, "sh") {
        let block = block.replace("8025", &port).replace(SERVER, server);
        let listening = format!("&\nuntil (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null; do :; done");
        writeln!(script, "{}", block.replace(" &\n", &format!(" {listening}\n"))).expect("a String takes it");
    }
    let world = World::new();
    world.write("letter.txt", "Dear Ann,\nall is well.\n");
    world.write("customers.csv", "to,name\n+85291234568,Ann\n+85291234569,Ben\n");
    world.write("messages.jsonl", "{\"to\": \"+85291234570\", \"text\": \"from a line\"}\n");
    world.write("tests/run", "#!/bin/sh\n");
    let run = world.path("tests/run");
    std::fs::set_permissions(&run, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it can be run");
    world.write("readme.sh", script);

    world.program("bash", ["readme.sh"]).run().success().any_stdout().any_stderr();

    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(stats["completed"], 6, "all but the message for later left: {stats}");
    assert_eq!(stats["scheduled"], 1, "{stats}");
    let moved = world.smsctl(["--database", server, "stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&moved["total"], &moved["completed"]), (&stats["total"], &stats["completed"]), "{moved}");
    let ledger = world.read("ledger.jsonl");
    assert_eq!(ledger.lines().count(), 6, "{ledger}");
    assert!(ledger.contains("Dear Ann, we open at nine."), "{ledger}");
}

/// The settings file of the page on cron, for this gateway, with its paths in this world.
fn settings_for_cron(world: &World, repository: &Path, url: &str) {
    let page = std::fs::read_to_string(repository.join("docs/supervision.md")).expect("the document is there");
    let settings = blocks(&page, "toml").into_iter().find(|block| block.starts_with("# /etc/smsctl/config.toml\n"));
    let settings =
        settings.expect("the page shows a settings file").replace("https://gateway.example/gateway.jsp", url);
    let folder = world.path("lib");
    std::fs::create_dir(&folder).expect("a folder");
    world.write("etc.toml", settings.replace("/var/lib/smsctl", folder.to_str().expect("text")));
}

#[test]
fn every_line_for_cron_runs_in_crons_own_environment() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let gateway = Sandbox::start(Behaviour::default(), None).expect("the sandbox starts");
    let world = World::new();
    settings_for_cron(&world, repository, &gateway.url());
    let [binary, settings, home] =
        [Path::new(env!("CARGO_BIN_EXE_smsctl")), &world.path("etc.toml"), &world.path("home")]
            .map(|path| path.to_str().expect("text").to_owned());
    let enqueue = ["--config", &settings, "enqueue", "--to", "+85291234567", "from cron"];
    world.smsctl(enqueue).run().success().any_stdout().any_stderr();
    let mut lines = 0;
    for document in ["README.md", "docs/supervision.md"] {
        let text = std::fs::read_to_string(repository.join(document)).expect("the document is there");
        for line in blocks(&text, "crontab").iter().flat_map(|block| block.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (times, command) = fields.split_at(5);
            let is_time = |field: &&str| field.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
            assert!(times.iter().all(is_time), "{document}: `{line}` begins with five times");
            let command = command.join(" ");
            assert!(
                command.starts_with("/usr/local/bin/smsctl --config /etc/smsctl/config.toml "),
                "{document}: `{line}`"
            );
            let command =
                command.replace("/usr/local/bin/smsctl", &binary).replace("/etc/smsctl/config.toml", &settings);
            // As cron does it: at home, with nothing but these variables, and whatever is printed is mailed. A quiet run
            // mails nothing.
            let script = format!("cd \"$HOME\" && {command}");
            let variables = [format!("HOME={home}"), "PATH=/usr/bin:/bin".to_owned(), "SHELL=/bin/sh".to_owned()];
            let words =
                ["-i".to_owned()].into_iter().chain(variables).chain(["/bin/sh", "-c", &script].map(str::to_owned));
            world.program("env", words).run().success().stdout("").stderr("");
            lines += 1;
        }
    }
    assert!(lines >= 3, "{lines} lines for cron were found");
    assert_eq!(gateway.counts().accepted, 1, "what was pending left");
}

#[test]
fn the_test_script_can_be_run() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/run");
    let mode = std::fs::metadata(script).expect("the test script is there").permissions();
    assert!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o111 != 0, "tests/run can be run");
}
