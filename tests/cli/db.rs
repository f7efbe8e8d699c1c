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
    sqlite3(&world, APPLICATION);
    let ran = world.smsctl(["db", "status"]).run().success().stdout_has("state\tweb application\n");
    ran.stderr_has("`smsctl db migrate` takes the web application's database over");
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().stderr("");
}

/// The application's table, which has no rule for the column `status`.
const APPLICATION: &str = "CREATE TABLE queued_tasks (id INTEGER NOT NULL PRIMARY KEY, task_name VARCHAR(100) NOT NULL, \
    task_func VARCHAR(200) NOT NULL, args TEXT, kwargs TEXT, status VARCHAR(20), worker_id INTEGER, error_message TEXT, \
    created_at DATETIME, started_at DATETIME, completed_at DATETIME, max_retries INTEGER, retry_count INTEGER)";

fn sqlite3(world: &World, statements: &str) {
    world.program("sqlite3", ["sms.db", statements]).run().success().any_stdout().stderr("");
}

#[test]
fn the_database_of_another_program_is_not_written_to_unasked() {
    let world = World::new();
    sqlite3(&world, "CREATE TABLE invoices (id INTEGER)");
    let before = std::fs::read(world.path("sms.db")).expect("reads");
    world
        .smsctl(["db", "status"])
        .run()
        .success()
        .stdout_has("state\tother program\n")
        .stderr_has("check `database.url`; `smsctl db migrate` asks before it makes smsctl's beside them");
    let refused = world.smsctl(["db", "migrate"]).run().code(2).stdout("");
    refused.stderr_has("beside those of another program").stderr_has("add `--yes`");
    assert!(std::fs::read(world.path("sms.db")).expect("reads") == before);
    let migrated = world.smsctl(["db", "migrate", "--yes", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(
        migrated["version"],
        world.smsctl(["db", "status", "--json"]).run().success().stderr("").stdout_json()["latest"]
    );
}

#[test]
fn a_newer_schema_asks_for_a_newer_smsctl() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    sqlite3(&world, "INSERT INTO smsctl_migrations VALUES (999, 'later', 'x', '2026-11-24 16:00:00.000000', '9.8.7')");
    let findings = world.smsctl(["db", "check", "--json"]).run().code(1).stderr("").stdout_json();
    assert_eq!(
        (&findings[0]["kind"], &findings[0]["hint"]),
        (&"schema".into(), &"install smsctl 9.8.7 or newer".into())
    );
    let ran = world.smsctl(["db", "status"]).run().success().any_stdout();
    ran.stderr("hint: the database was written by a newer smsctl: install that version\n");
}

#[test]
fn a_migration_that_fails_names_the_cause_and_not_its_sql() {
    let world = World::new();
    sqlite3(&world, &format!("{APPLICATION}; CREATE TABLE audit_log (mine TEXT)"));
    let failed = world.smsctl(["db", "migrate"]).run().code(65).stdout("");
    let said = failed.stderr_text();
    assert!(said.contains("migration 2 `queue`") && said.contains("audit_log already exists"), "{said}");
    assert!(!said.contains("CREATE") && !said.contains("ALTER TABLE"), "{said}");
}

#[test]
fn a_file_cut_short_is_not_sent_round_in_a_circle() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    sqlite3(&world, "PRAGMA wal_checkpoint(TRUNCATE)");
    let whole = std::fs::read(world.path("sms.db")).expect("reads");
    std::fs::write(world.path("sms.db"), &whole[..whole.len() / 2]).expect("writes");
    for command in [&["db", "check"][..], &["stats"], &["db", "status"]] {
        let ran = world.smsctl(command).run().code(65).stdout("");
        ran.stderr_has("restore the last backup").stderr_has(".recover | sqlite3 NEW");
    }
}

#[test]
fn the_mode_of_the_applications_file_is_told_and_fails_nothing() {
    let world = World::new();
    sqlite3(&world, APPLICATION);
    std::fs::set_permissions(world.path("sms.db"), std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("sets");
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().stderr("");
    let findings = world.smsctl(["db", "check", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&findings[0]["kind"], &findings[0]["severity"]), (&"permissions".into(), &"note".into()), "{findings}");
    sqlite3(&world, "INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('a', 'b', 'weird')");
    let findings = world.smsctl(["db", "check", "--json"]).run().code(1).stderr("").stdout_json();
    assert_eq!((&findings[0]["kind"], &findings[0]["severity"]), (&"status".into(), &"error".into()), "{findings}");
}

#[test]
fn a_status_of_nobody_is_listed_as_it_is() {
    let world = World::new();
    sqlite3(&world, APPLICATION);
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().stderr("");
    let row = "INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('a', 'app.send', ";
    sqlite3(&world, &format!("{row} 'weird'); {row} 'pending'); {row} 'odd')"));
    let warning = "2 tasks with a status that smsctl does not know, and leaves alone: the first is 1, with `weird`";
    world.smsctl(["list"]).run().success().any_stdout().stderr(&format!("warning: {warning}\n"));
    let listed = world.smsctl(["list", "--json"]).run().success().stderr_has(warning).stdout_json();
    let words: Vec<_> =
        listed.as_array().expect("a list").iter().map(|task| task["status"].as_str().unwrap()).collect();
    assert_eq!(words, ["weird", "pending", "odd"]);
    let shown = world.smsctl(["show", "1", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(
        (&shown["status"], &shown["next"], &shown["sent"]),
        (&"weird".into(), &"other_program".into(), &"no".into())
    );
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&stats["total"], &stats["pending"], &stats["other"]), (&1.into(), &1.into(), &2.into()));
    world.smsctl(["stats"]).run().success().stderr("").stdout_has("! 2 tasks with a status that smsctl does not know");
    let refused = world.smsctl(["cancel", "1", "2"]).run().code(1).stdout_has("1 task cancelled");
    refused.stderr("warning: task 1 is weird: another program gave it this status, which smsctl does not know\n");
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
