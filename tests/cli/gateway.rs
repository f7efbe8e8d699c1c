//! `smsctl gateway`: what the settings hold, whether it can be reached, and the sandbox.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use serde_json::{Value, json};
use smsctl::gateway::Delivery;
use smsctl::gateway::http::{Settings, open};
use smsctl::gateway::sandbox::{Behaviour, Sandbox};
use smsctl::queue::{Message, Outcome};

use crate::harness::{Running, World};

/// A world whose gateway `default` is at `url`.
fn world(url: &str) -> World {
    World::new().env("SMS_BASE_URL", url).env("SMS_APPLICATION_ID", "hunter2").env("SMS_SENDER_NUMBER", "85212345678")
}

fn sandbox(behaviour: Behaviour) -> Sandbox {
    Sandbox::start(behaviour, None).expect("a sandbox starts")
}

/// A URL where nothing listens.
fn nowhere() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    format!("http://{}/", listener.local_addr().expect("its address"))
}

#[test]
fn list_names_every_gateway() {
    let world = world("https://gateway.example:8443/gateway.jsp").env("SMS_RATE_PER_SEC", "2");
    let rows = world.smsctl(["gateway", "list", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    assert_eq!(
        rows,
        [json!({
            "name": "default", "profile": "hkt", "lane": "gateway:default", "host": "gateway.example:8443",
            "rate_per_s": 2.0, "burst": rows[0]["burst"], "on_unknown": "hold", "timeout_s": 30.0
        })]
    );
    World::new().smsctl(["gateway", "list", "--json"]).run().success().stdout("[]\n").any_stderr();
}

#[test]
fn show_hides_secrets_and_puts_the_operators_rules_first() {
    let world = world("https://gateway.example/gateway.jsp?key=hunter2")
        .settings("[gateways.default.rules]\nrejected = \"2xx ^invalid number\"\n");
    let ran = world.smsctl(["gateway", "show", "default", "--json"]).run().success().stderr("").never_says("hunter2");
    let shown = ran.stdout_json();
    assert_eq!(shown["url"], "https://gateway.example/gateway.jsp?***");
    assert_eq!(shown["values"], json!({"application_id": "***", "sender": "85212345678"}));
    let first =
        json!({"statuses": "2xx", "body": "like `^invalid number`", "verdict": "rejected", "origin": "settings"});
    assert_eq!(shown["rules"][0], first);
    assert_eq!(shown["rules"][1]["origin"], "profile");
}

#[test]
fn a_gateway_that_is_not_there_is_guessed() {
    let world = world("https://gateway.example/");
    world.smsctl(["gateway", "show", "defualt"]).run().code(78).stdout("").stderr(
        "error: no gateway is called `defualt`\n\
         hint: did you mean `default`?\n",
    );
    World::new().smsctl(["gateway", "test"]).run().code(78).stdout("").stderr(
        "error: no gateway is called `default`\n\
         hint: set `gateways.default.base_url`, or `SMS_BASE_URL`; `smsctl config init` writes a settings file\n",
    );
}

#[test]
fn test_without_a_number_sends_nothing() {
    let sandbox = sandbox(Behaviour::default());
    let tested = world(&sandbox.url()).smsctl(["gateway", "test", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(tested["result"], "reachable");
    assert_eq!(sandbox.counts().requests, 0);
}

#[test]
fn test_with_a_number_sends_one_message_past_every_proxy() {
    let sandbox = sandbox(Behaviour::default());
    // The world's proxies are closed ports; without `NO_PROXY` a client that heeds them goes nowhere.
    let world = world(&sandbox.url());
    let call = world.smsctl(["gateway", "test", "--to", "+85291234567", "--text", "Hello", "--json"]);
    let tested = call.no_env("NO_PROXY").run().success().stderr("").stdout_json();
    assert_eq!((&tested["result"], &tested["error_type"]), (&json!("accepted"), &Value::Null));
    let ledger = sandbox.ledger();
    assert_eq!(ledger.len(), 1, "{ledger:?}");
    assert_eq!((ledger[0].to.as_str(), ledger[0].text.as_str()), ("85291234567", "Hello"));
}

#[test]
fn test_reads_a_number_as_enqueue_does() {
    let sandbox = sandbox(Behaviour::default());
    let world = world(&sandbox.url()).settings("[message]\nregion = \"HK\"\n");
    let test = |to: &str| world.smsctl(["gateway", "test", "--to", to, "--json"]).run().any_stderr();
    test("9123 4567").success().any_stdout();
    test("12").code(2).stdout("").stderr_has("short codes");
    assert_eq!(sandbox.ledger().iter().map(|entry| entry.to.as_str()).collect::<Vec<_>>(), ["85291234567"]);
}

#[test]
fn test_tells_what_became_of_a_message_that_was_not_accepted() {
    for (behaviour, result, error_type) in [
        (Behaviour { fail: vec![(503, 1.0)], ..Behaviour::default() }, "deferred", "unavailable"),
        (Behaviour { fail: vec![(422, 1.0)], ..Behaviour::default() }, "rejected", "rejected"),
        (Behaviour { hang_up: 1.0, ..Behaviour::default() }, "unknown", "unknown"),
    ] {
        let sandbox = sandbox(behaviour);
        let world = world(&sandbox.url());
        let tested = world
            .smsctl(["gateway", "test", "--to", "+85291234567", "--json"])
            .run()
            .code(1)
            .stderr("")
            .never_says("85291234567")
            .stdout_json();
        assert_eq!((&tested["result"], &tested["error_type"]), (&json!(result), &json!(error_type)));
    }
}

#[test]
fn test_says_why_a_gateway_cannot_be_reached() {
    let world = world(&nowhere());
    for arguments in [["gateway", "test"].as_slice(), &["gateway", "test", "--to", "+85291234567"]] {
        world.smsctl(arguments).run().code(69).stdout("").stderr(
            "error: cannot reach the gateway `default`\n  \
               caused by: `127.0.0.1:[PORT]`: connection refused\n\
             hint: check `gateways.default.base_url`; `smsctl gateway show default` prints it\n",
        );
    }
}

#[test]
fn a_url_without_a_scheme_is_a_setting_to_mend() {
    world("gateway.example/gateway.jsp").smsctl(["gateway", "test"]).run().code(78).stdout("").stderr_has("base_url");
}

/// A world with a profile of its own beside its settings file.
fn world_with_profile(profile: &str) -> World {
    let world = World::new().settings(
        "[gateways.default]\nprofile = \"own.toml\"\nbase_url = \"http://127.0.0.1:1/\"\n\
         [gateways.default.values]\nuser = \"hunter2\"\n",
    );
    world.write("home/.config/smsctl/own.toml", profile);
    world
}

const PROFILE: &str = "[parameters]\nuser = \"{{ user }}\"\nto = \"{{ recipient }}\"\ntext = \"{{ text }}\"\n\
     [rules]\nsuccess = \"200 ^OK\"\n";

#[test]
fn a_profile_of_ones_own_stands_beside_the_settings() {
    let world = world_with_profile(PROFILE);
    world.smsctl(["config", "check"]).run().success().stdout("").any_stderr().never_says("hunter2");
    let ran = world.smsctl(["gateway", "show", "default", "--json"]).run().success().never_says("hunter2");
    let shown = ran.stdout_json();
    assert!(shown["profile"].as_str().expect("text").ends_with("/own.toml"), "{shown}");
    assert_eq!(shown["values"], json!({"user": "***"}));
    let success = json!({"statuses": "200", "body": "like `^OK`", "verdict": "success", "origin": "profile"});
    assert_eq!(shown["rules"][0], success);
}

#[test]
fn a_wrong_profile_is_told_with_its_line() {
    let world = world_with_profile(&PROFILE.replace("200 ^OK", "200 ("));
    let told = "`rules.success`: unclosed group";
    for command in [["gateway", "show", "default"].as_slice(), &["gateway", "test"], &["work", "--drain"]] {
        let place = "own.toml`, line 6, column 11)";
        world.smsctl(command).run().code(78).stdout("").stderr_has(told).stderr_has(place);
    }
    let rows = world.smsctl(["config", "check", "-o", "jsonl"]).run().code(78).any_stderr().stdout_jsonl();
    assert!(rows[0]["message"].as_str().expect("text").contains(told), "{rows:?}");
    assert!(rows[0]["origin"].as_str().expect("text").ends_with("own.toml:6:11"), "{rows:?}");
    let world = world_with_profile(&PROFILE.replace("{{ user }}", "{{ usr }}"));
    world
        .smsctl(["gateway", "test"])
        .run()
        .code(78)
        .stdout("")
        .stderr_has("`gateways.default.values.usr`: the profile `own.toml` needs a value");
}

#[test]
fn a_file_of_authorities_stands_beside_the_settings_and_is_told_where_it_is_wrong() {
    let world = World::new().settings(
        "[gateways.default]\nbase_url = \"https://127.0.0.1:1/\"\napplication_id = \"a\"\nsender = \"1\"\n\
         ca_file = \"ca.pem\"\n",
    );
    let told = "`gateways.default.ca_file`: the file `";
    for command in [["gateway", "test"].as_slice(), &["work", "--drain"]] {
        world.smsctl(command).run().code(78).stdout("").stderr_has(told).stderr_has("/ca.pem` cannot be read");
    }
    let rows = world.smsctl(["config", "check", "-o", "jsonl"]).run().code(78).any_stderr().stdout_jsonl();
    assert!(rows[0]["message"].as_str().expect("text").contains(told), "{rows:?}");
    assert!(rows[0]["origin"].as_str().expect("text").ends_with("config.toml:5:11"), "{rows:?}");
    world.write("home/.config/smsctl/ca.pem", include_str!("../gateway/tls/authority.pem"));
    world.smsctl(["config", "check"]).run().success().any_stdout().any_stderr();
    let shown = world.smsctl(["gateway", "show", "default", "--json"]).run().success().stdout_json();
    assert!(shown["ca_file"].as_str().expect("text").ends_with("/smsctl/ca.pem"), "{shown}");
}

/// Starts the sandbox command and waits for its URL.
fn started(world: &World, arguments: &[&str]) -> (Running, String) {
    let running = world.smsctl(["gateway", "sandbox", "--json", "--quiet"]).args(arguments).spawn();
    let said = running.wait_for_stdout("gateway.jsp");
    let shape: Value = serde_json::from_str(said.trim()).expect("a line of JSON");
    let url = shape["url"].as_str().expect("a URL").to_owned();
    (running, url)
}

fn send(url: &str) -> Outcome {
    let settings = Settings {
        profile: "hkt".to_owned(),
        base_url: url.to_owned(),
        values: [("application_id", "App"), ("sender", "1")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        timeout: Duration::from_secs(30),
        connect_timeout: Duration::from_secs(30),
        keep_alive: true,
        ca_file: None,
        rules: std::collections::BTreeMap::new(),
    };
    let message = Message { recipient: "+85291234567".to_owned(), text: "Hello".to_owned(), sender: None };
    let delivery = Delivery {
        task: 1,
        attempt: 1,
        task_name: "sms",
        message: Some(&message),
        args: None,
        kwargs: None,
        departure: None,
    };
    open(&settings, 1).expect("the settings are right").send(&delivery).outcome
}

#[test]
fn the_sandbox_serves_until_it_has_enough() {
    let world = World::new();
    let (running, url) = started(&world, &["--max-requests", "1", "--ledger", "ledger.jsonl"]);
    assert_eq!(send(&url), Outcome::Accepted);
    running.wait().success().any_stdout().stderr("");
    assert_eq!(world.read("ledger.jsonl").lines().count(), 1);
}

#[test]
fn the_sandbox_misbehaves_as_its_flags_say() {
    let world = World::new();
    for (arguments, outcome) in [
        (["--fail", "503"].as_slice(), Outcome::Deferred),
        (&["--hang-up"], Outcome::Unknown),
        (&["--garbage", "1.0", "--seed", "7"], Outcome::Unknown),
        (&["--reject", "^852"], Outcome::Rejected),
        (&["--application", "Other"], Outcome::Deferred),
        (&["--slow-body", "1ms", "--latency", "1ms"], Outcome::Accepted),
    ] {
        let (running, url) = started(&world, &[&["--max-requests", "1"], arguments].concat());
        assert_eq!(send(&url), outcome, "{arguments:?}");
        running.wait().success().any_stdout().stderr("");
    }
}

#[test]
fn the_sandbox_ends_in_order_when_it_is_told_to() {
    let world = World::new();
    for end in [Running::interrupt, Running::terminate, Running::hang_up] {
        let (running, _) = started(&world, &["--silent"]);
        end(&running);
        running.wait().success().any_stdout().stderr("");
    }
}

#[test]
fn the_sandbox_refuses_what_cannot_be() {
    let world = World::new();
    for arguments in [["--fail", "x"], ["--reject", "("], ["--latency", "-1s"], ["--port", "65536"]] {
        world.smsctl(["gateway", "sandbox"]).args(arguments).run().code(2).stdout("").any_stderr();
    }
    world.smsctl(["gateway", "sandbox", "--fail", "503:0.7", "--silent", "0.7"]).run().code(2).stdout("").stderr(
        "error: all chances together are 1.400, more than 1\n\
         hint: `smsctl gateway sandbox --help` explains the chances\n",
    );
    world.smsctl(["gateway", "sandbox", "--listen", "0.0.0.0"]).run().code(2).stdout("").stderr(
        "error: other machines may reach `0.0.0.0`, and the sandbox lets everybody in\n\
         hint: add `--allow-remote` if that is meant\n",
    );
    let ledger = ["gateway", "sandbox", "--ledger", "no/such/folder/ledger.jsonl"];
    world.smsctl(ledger).run().code(73).stdout("").stderr_has("cannot write `no/such/folder/ledger.jsonl`");
}

#[test]
fn the_sandbox_says_that_a_port_is_taken() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
    let port = listener.local_addr().expect("its address").port().to_string();
    World::new().smsctl(["gateway", "sandbox", "--port", &port]).run().code(69).stdout("").stderr(
        "error: cannot listen on `127.0.0.1:[PORT]`\n  \
           caused by: address already in use\n\
         hint: `--port 0` takes a free port\n",
    );
}

#[test]
fn show_tells_how_a_command_is_asked_and_read() {
    let world = World::new().settings("[commands.report]\nrun = [\"/bin/true\", \"--token\", \"hunter2\"]\n");
    let ran = world.smsctl(["gateway", "show", "command:report", "--json"]).run().success().stderr("");
    let shown = ran.never_says("hunter2").stdout_json();
    assert_eq!(shown["program"], "/bin/true");
    assert_eq!(shown["stdin"], json!(["id", "attempt", "task", "args", "kwargs", "recipient", "text", "sender"]));
    assert_eq!(shown["exits"][1], json!({"exit": "64-68, 73, 76", "verdict": "rejected"}));
    assert_eq!(shown["exits"][5]["verdict"], "unknown");
    world.smsctl(["gateway", "show", "command:repotr"]).run().code(78).stdout("").stderr(
        "error: there is no lane `command:repotr`\n\
         hint: the lanes are `command:report`\n",
    );
    self::world("https://gateway.example/").smsctl(["gateway", "show", "gateway:default"]).run().success().any_stdout();
}

#[test]
fn nothing_that_is_called_after_a_secret_is_shown_anywhere() {
    let world = World::new();
    world.write(
        "own.toml",
        "[headers]\nAuthorization = \"Basic hunter2\"\n[parameters]\napi_key = \"hunter2\"\nto = \"{{ recipient }}\"\n\
         text = \"{{ text }}\"\nauth = \"{{ auth }}\"\n[rules]\nsuccess = \"200\"\ncredentials = \"401\"\n",
    );
    let names = ["auth", "authorization", "api_key", "token", "password", "secret", "key", "pin", "pwd", "bearer"];
    let values: String = names.iter().map(|name| format!("values.{name} = \"hunter2\"\n")).collect();
    let file = format!(
        "[gateways.own]\nprofile = \"{}\"\nbase_url = \"https://g.example/?auth=hunter2&key=hunter2\"\n{values}\
         rules.credentials = \"401 ^no\"\n\
         [commands.c]\nrun = [\"/bin/true\", \"--auth\", \"hunter2\", \"--key=hunter2\"]\n",
        world.path("own.toml").display()
    );
    let world = world.settings(&file);
    for arguments in [
        ["config", "show"].as_slice(),
        &["config", "show", "--json"],
        &["config", "check", "--json"],
        &["gateway", "show", "own", "--json"],
        &["gateway", "show", "own"],
        &["gateway", "show", "command:c"],
        &["gateway", "list"],
    ] {
        world.smsctl(arguments).run().success().never_says("hunter2").any_stdout().any_stderr();
    }
    let shown = world.smsctl(["config", "show", "-o", "csv"]).run().success();
    shown.stdout_has("gateways.own.rules.credentials,401 ^no,").never_says("hunter2");
}
