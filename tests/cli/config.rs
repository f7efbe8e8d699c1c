//! `smsctl config`: origins, findings, and the file to begin with.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::harness::World;

/// The row of `config show` about `key`.
fn shown(world: &World, key: &str) -> (String, String) {
    let rows = world.smsctl(["config", "show", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    let row = rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("`{key}` is not among {rows:?}"));
    let text = |field: &str| row[field].as_str().unwrap_or("null").to_owned();
    (text("value"), text("origin"))
}

#[test]
fn show_tells_where_each_value_comes_from() {
    let world = World::new().env("SMS_QUEUE_WORKERS", "8").settings("[queue]\nmax_size = 7\n");
    assert_eq!(shown(&world, "work.workers"), ("8".to_owned(), "variable SMS_QUEUE_WORKERS".to_owned()));
    assert_eq!(shown(&world, "pool.size"), ("10".to_owned(), "default".to_owned()));
    assert_eq!(shown(&world, "message.region"), ("null".to_owned(), "default".to_owned()));
    let (value, origin) = shown(&world, "queue.max_size");
    assert!(value == "7" && origin.ends_with("config.toml:2:12"), "{value} {origin}");
    let by_flag = world.smsctl(["--database", "sqlite:///flag.db", "config", "show", "-o", "csv"]).run().success();
    by_flag.stdout_has("database.url,sqlite:///flag.db,flag --database\n").stderr("");
}

#[test]
fn show_keeps_secrets_and_still_tells_what_is_wrong() {
    let world = World::new().env("SMS_APPLICATION_ID", "hunter2").env("SMS_BASE_URL", "https://u:hunter2@g.example/");
    let good = world.smsctl(["config", "show"]).run().success();
    good.stdout_has("gateways.default.application_id\t***\tvariable SMS_APPLICATION_ID")
        .never_says("hunter2")
        .stderr("");
    let world = world.env("SMS_QUEUE_WORKERS", "none");
    let wrong =
        world.smsctl(["config", "show"]).run().code(78).stdout_has("work.workers\tnone\tvariable SMS_QUEUE_WORKERS");
    wrong.stderr(
        "error: `work.workers` is `none`, and must be a whole number from 1 to 1024 (variable `SMS_QUEUE_WORKERS`)\n\
         hint: `smsctl config show` tells where each value comes from\n",
    );
}

#[test]
fn a_settings_file_in_the_working_directory_is_not_read() {
    let world = World::new();
    world.write("config.toml", "[work]\nworkers = 9\n");
    world.write("smsctl/config.toml", "[work]\nworkers = 9\n");
    assert_eq!(shown(&world, "work.workers"), ("4".to_owned(), "default".to_owned()));
}

#[test]
fn no_home_is_no_problem() {
    let world = World::new();
    world.smsctl(["config", "show", "-q"]).no_env("HOME").run().success().stdout_has("work.workers\t4").stderr("");
    world.smsctl(["config", "init"]).no_env("HOME").run().code(73).stdout("").stderr(
        "error: there is no place for the settings file: neither `XDG_CONFIG_HOME` nor `HOME` is set\n\
         hint: name the file with `--path FILE`, or run with `--stdout`\n",
    );
}

#[test]
fn an_empty_database_url_creates_nothing() {
    let world = World::new();
    world
        .smsctl(["config", "check", "--json"])
        .env("DATABASE_URL", "")
        .run()
        .code(78)
        .stdout_has("is empty")
        .any_stderr();
    assert!(!world.path("sms.db").exists());
}

#[test]
fn check_reports_every_problem_as_data() {
    let world = World::new();
    let path = world.write("c.toml", "[gateways.default]\nbase_ulr = \"x\"\n[work]\nworkers = 0\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
    let ran = world.smsctl(["--config", "c.toml", "config", "check", "--json"]).env("SMSCTL_WORK_WORKRES", "1").run();
    let ran = ran.code(78);
    let told = ran.stdout_json();
    let row = |at: usize, field: &str| told[at][field].as_str().unwrap_or("null").to_owned();
    assert_eq!((row(0, "severity"), row(0, "origin")), ("error".to_owned(), "c.toml:2:1".to_owned()));
    assert_eq!(row(0, "hint"), "did you mean `base_url`?");
    assert_eq!((row(1, "key"), row(1, "value")), ("work.workers".to_owned(), "0".to_owned()));
    assert_eq!(
        (row(2, "severity"), row(2, "hint")),
        ("warning".to_owned(), "did you mean `SMSCTL_WORK_WORKERS`?".to_owned())
    );
    assert_eq!(ran.stderr_json()["error"]["exit_code"], 78);
}

#[test]
fn a_warning_alone_is_no_failure() {
    let world = World::new();
    let ran = world.smsctl(["config", "check"]).run().success().stderr("");
    ran.stdout_has("no such lane is configured");
}

#[test]
fn init_writes_a_private_file_once() {
    let world = World::new();
    world.smsctl(["config", "init", "--path", "new.toml"]).run().success().stdout_has("new.toml").stderr("");
    let written = world.read("new.toml");
    let mode = fs::metadata(world.path("new.toml")).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let printed = world.smsctl(["config", "init", "--stdout"]).run().success().stderr("");
    assert_eq!(String::from_utf8_lossy(printed.stdout_bytes()), written);
    world.smsctl(["--config", "new.toml", "config", "show", "-o", "plain"]).run().success().any_stdout().stderr("");
    world.write("new.toml", "mine");
    world.smsctl(["config", "init", "--path", "new.toml"]).run().code(73).stdout("").stderr(
        "error: the settings file `new.toml` is there already\nhint: run with `--force` to replace it, or with `--stdout`\n",
    );
    assert_eq!(world.read("new.toml"), "mine");
    world.smsctl(["config", "init", "--path", "new.toml", "--force"]).run().success().any_stdout().stderr("");
    assert_eq!(world.read("new.toml"), written);
    world.smsctl(["config", "init", "--path", "gone/x.toml"]).run().code(73).stdout("").stderr_has("mkdir -p gone");
}

#[test]
fn check_refuses_a_country_and_a_status_that_are_none() {
    let world = World::new();
    let path = world.write(
        "c.toml",
        "[message]\nregion = \"ZZ\"\n[gateways.default]\nbase_url = \"https://g.example/\"\napplication_id = \"a\"\n\
         sender = \"852\"\nrules.rejected = \"999\"\n",
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
    let told =
        world.smsctl(["--config", "c.toml", "config", "check", "--json"]).run().code(78).any_stderr().stdout_json();
    let rows: Vec<_> = told.as_array().expect("a list").iter().map(|row| (&row["origin"], &row["message"])).collect();
    assert_eq!(rows.len(), 2, "{told}");
    assert_eq!(rows[0].0, "c.toml:7:18");
    assert!(rows[0].1.as_str().is_some_and(|text| text.contains("`999` is no HTTP status")), "{told}");
    assert_eq!(rows[1].0, "c.toml:2:10");
    assert_eq!(rows[1].1, "`message.region` is `ZZ`, and no country has these letters");
}

#[test]
fn a_lane_that_is_none_is_the_same_error_everywhere() {
    let world = World::new().env("SMS_BASE_URL", "https://g.example/").env("SMS_APPLICATION_ID", "a");
    let world = world.env("SMS_SENDER_NUMBER", "85212345678");
    world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
    for arguments in [
        ["list", "--lane", "x"].as_slice(),
        &["work", "--drain", "--lane", "x"],
        &["cancel", "--lane", "x", "--yes"],
        &["retry-failed", "--lane", "x", "--yes"],
        &["dead-letter", "list", "--lane", "x"],
    ] {
        world
            .smsctl(arguments)
            .run()
            .code(78)
            .stdout("")
            .stderr("error: there is no lane `x`\nhint: the lanes are `gateway:default`\n");
    }
}
