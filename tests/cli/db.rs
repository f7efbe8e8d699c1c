//! `smsctl db`.

use crate::harness::World;

#[test]
fn migrate_makes_the_database_and_may_be_repeated() {
    let world = World::new();
    world.smsctl(["db", "migrate"]).run().golden("db/migrate");
    let again = world.smsctl(["db", "migrate", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(again["applied"], serde_json::json!([]));
}

#[test]
fn a_dry_run_prints_sql_and_changes_nothing() {
    let world = World::new();
    world.smsctl(["db", "migrate", "--dry-run"]).run().code(69).stdout("").stderr_has("there is no database");
    assert!(!world.path("sms.db").exists());
    world.program("sqlite3", ["sms.db", "CREATE TABLE other (id INTEGER)"]).run().success().stderr("");
    let sql = world.smsctl(["db", "migrate", "--dry-run"]).run().success().stderr("").stdout_text();
    assert!(sql.starts_with("-- migration 1 "), "{sql}");
    let preview = world.smsctl(["db", "migrate", "--dry-run", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&preview["version"], &preview["applied"]), (&0.into(), &serde_json::json!([])));
    assert!(preview["would_apply"][0]["sql"].as_str().is_some_and(|sql| sql.contains("queued_tasks")), "{preview}");
}

#[test]
fn status_tells_what_is_there() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    let status = world.smsctl(["db", "status", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&status["state"], &status["waiting"]), (&"current".into(), &serde_json::json!([])));
    assert_eq!(status["version"], status["latest"]);
    world.smsctl(["db", "status"]).run().success().stderr("").stdout_has("state\tcurrent\n");
}

#[test]
fn status_says_what_to_do_with_a_database_of_the_web_application() {
    let world = World::new();
    world.program("sqlite3", ["sms.db", "CREATE TABLE other (id INTEGER)"]).run().success().stderr("");
    let ran = world.smsctl(["db", "status"]).run().success().stdout_has("state\tweb application\n");
    ran.stderr_has("`smsctl db migrate` takes the web application's database over");
}

#[test]
fn check_is_silent_when_all_is_well_and_repairs_counts() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
    world.smsctl(["db", "check"]).terminal(80).success().stdout("nothing found: the database is sound\n");
    let broken = "INSERT INTO tallies (kind, name, word, n) VALUES ('all', '', 'held', 7)";
    world.program("sqlite3", ["sms.db", broken]).run().success().stderr("");
    let findings = world.smsctl(["db", "check", "--json"]).run().code(1).stderr("").stdout_json();
    assert_eq!(findings[0]["kind"], "tallies");
    world.smsctl(["db", "check", "--repair"]).run().success().stdout("").stderr("the counts were put right\n");
    world.smsctl(["db", "check", "--json"]).run().success().stdout("[]\n").stderr("");
}

#[test]
fn the_state_directory_is_made_and_no_other() {
    let world = World::new();
    let own = world.path("home/.local/state/smsctl/sms.db");
    let url = format!("sqlite:///{}", own.display());
    world
        .smsctl(["--database", &url, "enqueue", "--to", "+85291234567", "hi"])
        .run()
        .success()
        .any_stdout()
        .any_stderr();
    assert!(own.exists());
    let other = world.path("elsewhere/sms.db");
    let url = format!("sqlite:///{}", other.display());
    let refused = world.smsctl(["--database", &url, "enqueue", "--to", "+85291234567", "hi"]).run().code(73).stdout("");
    refused.stderr_has("elsewhere` does not exist").any_stderr();
    assert!(!world.path("elsewhere").exists());
}
