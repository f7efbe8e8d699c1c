//! `smsctl db`.

use crate::desk::{Desk, SETTINGS, completed, parked, rejected, unknown};
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
    let left =
        "INSERT INTO attempts (task_id, attempt, ended_at, outcome) VALUES (9, 1, '2026-11-24 16:00:00', 'unknown')";
    sqlite3(&world, left);
    let findings = world.smsctl(["db", "check"]).run().code(1).stderr("");
    findings
        .stdout_has("attempts of tasks that are gone: 1, the first names task 9")
        .stdout_has("--repair` removes them");
    let repaired = world.smsctl(["db", "check", "--repair"]).run().success().stdout("");
    repaired.stderr("of tasks that are gone: 1 attempt removed, 0 dead letters untied\n");
    world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
    let audit = "SELECT action, filter, changed FROM audit_log ORDER BY id";
    world.program("sqlite3", ["sms.db", audit]).run().success().stderr("").stdout(
        "db check --repair|the counts were put right|1\n\
         db check --repair|of tasks that are gone: 1 attempt removed, 0 dead letters untied|1\n",
    );
}

#[test]
fn an_index_of_keys_that_is_gone_is_no_bug_and_is_made_again_by_the_statement_that_is_told() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    for change in [
        "DROP INDEX queued_tasks_dedupe",
        "DROP INDEX queued_tasks_dedupe; CREATE INDEX queued_tasks_dedupe ON queued_tasks (dedupe_key)",
    ] {
        sqlite3(&world, change);
        let enqueue = || world.smsctl(["enqueue", "--to", "+85291234567", "--key", "k", "hi"]).run();
        enqueue().code(65).stdout("").stderr_has("smsctl db check").never_says("please report").any_stderr();
        let findings = world.smsctl(["db", "check", "--json"]).run().code(1).stderr("").stdout_json();
        let hint = findings[0]["hint"].as_str().expect("a hint");
        sqlite3(&world, hint.split('`').nth(1).expect("a statement"));
        world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
        enqueue().success().any_stdout().any_stderr();
    }
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

/// A queue in `sms.db` with a few tasks, and no worker.
fn queue() -> World {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    for fate in [completed(), unknown(), parked(), rejected()] {
        desk.settled(fate);
    }
    desk.in_batch("spring");
    desk.closed();
    world
}

#[test]
fn a_copy_tells_what_it_did_and_closes_the_source() {
    let world = queue();
    let before = world.smsctl(["list", "--json"]).run().success().stderr("").stdout_json();
    world.smsctl(["db", "copy", "sqlite:///sms.db", "sqlite:///next.db", "--dry-run"]).run().golden("db/copy_dry_run");
    assert!(!world.path("next.db").exists());
    let gone =
        world.smsctl(["db", "copy", "sqlite:///gone.db", "sqlite:///next.db", "--yes"]).run().code(69).stdout("");
    gone.stderr_has("there is no database at `gone.db`")
        .stderr_has("FROM names the database")
        .never_says("db migrate")
        .any_stderr();
    world.smsctl(["db", "copy", "sqlite:///sms.db", "sqlite:///next.db", "--yes"]).run().golden("db/copy");

    world.smsctl(["db", "copy", "sqlite:///sms.db", "sqlite:///next.db", "--yes"]).run().golden("db/copy_again");

    let refused = world.smsctl(["enqueue", "--to", "+85291234567", "late"]).run().code(69).stdout("");
    refused.stderr_has("was moved to `sqlite:///").stderr_has("set `database.url` to").any_stderr();
    world.smsctl(["work", "--drain"]).run().code(69).stdout("").any_stderr().stderr_has("was moved to");
    let stats = world
        .smsctl(["stats"])
        .run()
        .success()
        .stderr("")
        .stdout_has("! the queue in `sms.db` was moved to `sqlite:///");
    stats.never_says("`smsctl work`");
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(stats["limits"].as_array().map(Vec::len), Some(1), "{stats}");

    let next = |arguments: &[&str]| world.smsctl([&["--database", "sqlite:///next.db"], arguments].concat());
    assert_eq!(next(&["list", "--json"]).run().success().stderr("").stdout_json(), before);
    next(&["db", "check"]).run().success().stdout("").stderr("");
    let id =
        next(&["enqueue", "--to", "+85291234567", "first", "-o", "plain"]).run().success().stderr("").stdout_text();
    assert_eq!(id, "6\n", "ids go on");
}

#[test]
fn a_move_that_is_run_again_was_done_and_nothing_else_is_taken_for_it() {
    let world = queue();
    let copy = |to: &str, more: &[&str]| {
        world.smsctl([&["db", "copy", "--json", "--yes", "sqlite:///sms.db", to], more].concat())
    };
    let first = copy("sqlite:///next.db", &[]).run().success().any_stderr().stdout_json();
    let again = copy("sqlite:///next.db", &[]).run().success().stderr_has("was done by an earlier run").stdout_json();
    for field in ["from", "to", "copied", "checksums", "verified", "queue"] {
        assert_eq!(again[field], first[field], "{field}");
    }
    assert_eq!(again["written"], 0);
    let refused = "was moved to `sqlite:///";
    copy("sqlite:///next.db", &["--keep-source"]).run().code(69).stdout("").stderr_has(refused);
    copy("sqlite:///other.db", &[]).run().code(69).stdout("").stderr_has(refused).any_stderr();
    assert!(!world.path("other.db").exists(), "a copy that is refused makes nothing");
    copy("sqlite:///other.db", &["--dry-run"]).run().code(69).stdout("").stderr_has(refused).any_stderr();
    let preview = copy("sqlite:///next.db", &["--dry-run"]).run().success().stderr_has("was done by an earlier run");
    assert_eq!(preview.stdout_json()["would_copy"]["queued_tasks"], 0);
    std::fs::remove_file(world.path("next.db")).expect("it is there");
    copy("sqlite:///next.db", &[]).run().code(69).stdout("").stderr_has(refused).any_stderr();
}

/// The web application was not stopped, and writes where nobody looks any more.
#[test]
fn a_move_that_is_run_again_tells_what_came_into_the_closed_source() {
    let world = queue();
    let copy = |more: &[&str]| {
        world.smsctl([&["db", "copy", "--yes", "sqlite:///sms.db", "sqlite:///next.db"], more].concat()).run()
    };
    copy(&[]).success().any_stderr().stdout_has("counts and checksums of every table agree").any_stdout();
    let again = copy(&[]).success().any_stderr().never_says("every table agree");
    again.stdout_has("has the count and the checksum that it had when they agreed").any_stdout();
    sqlite3(&world, "INSERT INTO queued_tasks (task_name, task_func, args) VALUES ('late', 'gateway:default', '[]')");
    for more in [&[][..], &["-o", "json"], &["--dry-run"]] {
        let told =
            copy(more).code(1).stdout("").stderr_has("other programs have written to it since: 1 task (6) came in");
        told.stderr_has("list --after 5` shows what came in").any_stderr();
    }
    let listed = world.smsctl(["list", "--after", "5", "-o", "plain"]).run().success().any_stderr();
    listed.stdout("6\n");
    let sentence = "since it was closed, 1 task (6) came in, which no other database has";
    world.smsctl(["stats"]).run().success().stderr("").stdout_has(sentence).any_stdout();
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(stats["limits"][1], sentence, "{stats}");
    let check = world.smsctl(["db", "check", "-o", "jsonl"]).run().code(1).stderr("").stdout_jsonl();
    assert_eq!((&check[0]["kind"], &check[0]["message"]), (&"late".into(), &sentence.into()), "{check:?}");
    assert!(check[0]["hint"].as_str().is_some_and(|hint| hint.contains("/next.db`")), "{check:?}");
}

#[test]
fn a_copy_beside_the_queue_stays_closed_until_somebody_opens_it() {
    let world = queue();
    let copy = ["db", "copy", "--keep-source", "--json", "env:OLD", "env:NEW"];
    let wrong = world.smsctl([&copy[..], &["--yes"]].concat()).run().code(2).stdout("");
    wrong.stderr_has("FROM names the variable `OLD`, which holds no URL").any_stderr();
    let call = || world.smsctl(copy).env("OLD", "sqlite:///sms.db").env("NEW", "sqlite:///trial.db");
    call().run().code(2).stdout("").stderr_has("this would copy 16 rows from").any_stderr();
    let shape = call().arg("--yes").run().success().any_stderr().stdout_json();
    assert_eq!((&shape["verified"], &shape["copied"]["queued_tasks"]), (&true.into(), &5.into()), "{shape}");
    assert_eq!(shape["queue"], shape["from"]);

    world.smsctl(["enqueue", "--to", "+85291234567", "on"]).run().success().any_stdout().any_stderr();
    let trial = |arguments: &[&str]| world.smsctl([&["--database", "sqlite:///trial.db"], arguments].concat());
    trial(&["work", "--drain"]).run().code(69).stdout("").stderr_has("which is still the queue").any_stderr();
    trial(&["db", "open"]).run().code(2).stdout("").stderr_has("add `--yes`").any_stderr();
    let open = trial(&["db", "open", "--yes", "--json"]).run().success().any_stderr().stdout_json();
    assert_eq!(open["opened"], true);
    let audit = "SELECT action FROM audit_log ORDER BY id DESC LIMIT 1";
    world.program("sqlite3", ["trial.db", audit]).run().success().stderr("").stdout("db open\n");
    trial(&["db", "open", "--json"])
        .run()
        .success()
        .stderr("")
        .stdout("{\"database\": \"trial.db\", \"opened\": false}\n");
    trial(&["cancel", "--all", "--yes"]).run().success().any_stdout().any_stderr();
}

#[test]
fn a_copy_beside_a_worker_is_refused_and_leaves_all_as_it_was() {
    let world = World::new().settings(SETTINGS);
    let desk = Desk::new(&world);
    desk.message("+85291234567", "hello");
    let copy = ["db", "copy", "--yes", "sqlite:///sms.db", "sqlite:///next.db"];
    let refused = world.smsctl(copy).run().code(75).stdout("");
    refused.stderr_has("1 worker is at work on `sqlite:///").stderr_has("`smsctl workers` lists them").any_stderr();
    desk.message("+85291234567", "the queue is open");
    // Nobody can write now: so nothing was shut before it was refused, not even for a moment in which it might have been ended.
    let lock = rusqlite::Connection::open(world.path("sms.db")).expect("opens");
    lock.execute_batch("BEGIN IMMEDIATE").expect("locks");
    world.smsctl(copy).run().code(75).stdout("").stderr_has("1 worker is at work").any_stderr();
    assert!(!world.path("next.db").exists(), "a copy that is refused makes nothing");
    let preview = ["db", "copy", "--dry-run", "sqlite:///sms.db", "sqlite:///next.db"];
    world.smsctl(preview).run().success().any_stdout().stderr_has("1 worker is at work").any_stderr();
    lock.execute_batch("ROLLBACK").expect("unlocks");
    desk.closed();
    world.smsctl(copy).run().success().any_stdout().any_stderr();
}

#[test]
fn a_copy_that_cannot_succeed_leaves_the_queue_open() {
    let world = queue();
    let target = ["sqlite:///sms.db", "sqlite:///next.db"];
    let copy = |more: &str| world.smsctl([&["db", "copy", more], &target[..]].concat());
    let enqueue = || {
        world.smsctl(["enqueue", "--to", "+85291234567", "open"]).run().success().any_stdout().any_stderr();
    };
    sqlite3(&world, "ALTER TABLE queued_tasks ADD COLUMN campaign INT");
    for more in ["--dry-run", "--yes"] {
        copy(more).run().code(65).stdout("").stderr_has("lacks the column `campaign`").any_stderr();
        assert!(!world.path("next.db").exists(), "a copy that is refused makes nothing");
        enqueue();
    }
    sqlite3(&world, "ALTER TABLE queued_tasks DROP COLUMN campaign");
    sqlite3(&world, "UPDATE queued_tasks SET created_at = 'gestern' WHERE id = 3");
    let failed = copy("--yes").run().code(65).stdout("").stderr_has("`created_at` holds what is no time");
    failed.stderr_has("sms.db` is open again").any_stderr();
    enqueue();
    let next = |arguments: &[&str]| world.smsctl([&["--database", "sqlite:///next.db"], arguments].concat());
    let shut = next(&["enqueue", "--to", "+85291234567", "lost"]).run().code(75).stdout("");
    shut.stderr_has("is an unfinished copy").any_stderr();
    next(&["db", "open", "--yes"]).run().code(75).stdout("").any_stderr();
    sqlite3(&world, "UPDATE queued_tasks SET created_at = NULL WHERE id = 3");
    copy("--yes").run().success().any_stdout().any_stderr();
    let before = world.smsctl(["list", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!(next(&["list", "--json"]).run().success().stderr("").stdout_json(), before);
    next(&["db", "check"]).run().success().stdout("").stderr("");
}

/// Who did not close the queue does not open it: somebody else may be at the copy still.
#[test]
fn a_copy_that_another_run_began_stays_closed_and_says_how_it_is_opened() {
    let world = queue();
    let target = ["db", "copy", "--yes", "sqlite:///sms.db", "sqlite:///next.db"];
    sqlite3(&world, "UPDATE queued_tasks SET created_at = 'gestern' WHERE id = 3");
    world.smsctl(target).run().code(65).stdout("").stderr_has("is open again").any_stderr();
    // As one that was killed leaves it.
    let closures = "ATTACH 'next.db' AS next; INSERT INTO closures SELECT id, 'leaving', 'sqlite:///next.db', token, closed_at FROM next.closures";
    sqlite3(&world, closures);
    let failed = world.smsctl(target).run().code(65).stdout("").stderr_has("stays closed");
    failed.stderr_has("`smsctl db open` gives the copy up").any_stderr();
    world.smsctl(["enqueue", "--to", "+85291234567", "x"]).run().code(75).stdout("").any_stderr();
    world.smsctl(["db", "open", "--yes"]).run().success().any_stdout().any_stderr();
    world.smsctl(["enqueue", "--to", "+85291234567", "x"]).run().success().any_stdout().any_stderr();
}

#[test]
fn what_is_no_regular_file_is_no_database_and_no_backup() {
    let world = World::new();
    world.smsctl(["db", "migrate", "-q"]).run().success().any_stdout().any_stderr();
    world.program("mkfifo", ["pipe"]).run().success().stdout("").stderr("");
    for arguments in [&["db", "status"][..], &["db", "migrate"], &["stats"]] {
        let call = world.smsctl([&["--database", "sqlite:///pipe"], arguments].concat());
        call.run().code(65).stdout("").stderr_has("`pipe` is no regular file").any_stderr();
    }
    let refused = world.smsctl(["db", "backup", "--force", "pipe"]).run().code(65).stdout("");
    refused.stderr_has("`pipe` is no regular file").any_stderr();
    let kind = std::fs::symlink_metadata(world.path("pipe")).expect("it is there").file_type();
    assert!(std::os::unix::fs::FileTypeExt::is_fifo(&kind), "it is still a pipe");
}

#[test]
fn triggers_that_are_gone_are_missed_and_made_again() {
    let world = queue();
    let sql = |sql: &str| drop(world.program("sqlite3", ["sms.db", sql]).run().success().stderr("").any_stdout());
    sql("DROP TRIGGER queued_tasks_foreign_insert");
    sql("INSERT INTO queued_tasks (task_name, task_func) VALUES ('a', 'gateway:default')");
    let stats = world.smsctl(["stats"]).run().success().stderr("");
    stats.stdout_has("! 1 trigger is missing").stdout_has("`smsctl db migrate` makes them again").any_stdout();
    let findings = world.smsctl(["db", "check", "--json"]).run().code(1).stderr("").stdout_json();
    assert_eq!(findings[0]["message"], "the trigger `queued_tasks_foreign_insert` is missing");
    world.smsctl(["db", "migrate"]).run().success().any_stdout().stderr("");
    world.smsctl(["db", "check"]).run().success().stdout("").stderr("");
    let stats = world.smsctl(["stats", "--json"]).run().success().stderr("").stdout_json();
    assert_eq!((&stats["limits"], &stats["pending"]), (&serde_json::json!([]), &2.into()));
}

#[test]
fn what_is_gone_from_the_schema_is_named_by_a_check() {
    let tables = [
        "attempts",
        "audit_log",
        "batches",
        "closures",
        "dead_letter_messages",
        "lanes",
        "queued_tasks",
        "tallies",
        "workers",
    ];
    for table in tables {
        let world = World::new();
        world.smsctl(["db", "migrate"]).run().success().any_stdout().any_stderr();
        let database = rusqlite::Connection::open(world.path("sms.db")).expect("opens");
        database.execute_batch(&format!("DROP TABLE {table}")).expect("drops");
        let check = world.smsctl(["db", "check"]).run().code(1).stderr("");
        check.stdout_has(&format!("the table `{table}` is missing")).any_stdout();
    }
}

#[test]
fn a_number_that_was_given_is_not_given_again_by_a_copy() {
    let world = queue();
    let last = i64::MAX;
    sqlite3(&world, &format!("INSERT INTO queued_tasks (id, task_name, task_func) VALUES ({last}, 'a', 'f')"));
    sqlite3(&world, &format!("DELETE FROM queued_tasks WHERE id = {last}"));
    let copy = ["db", "copy", "--yes", "sqlite:///sms.db", "sqlite:///new.db"];
    world.smsctl(copy).run().success().any_stdout().any_stderr();
    let enqueue = ["--database", "sqlite:///new.db", "enqueue", "--to", "+85291234567", "hello"];
    world.smsctl(enqueue).run().code(65).stdout("").stderr_has("no number left").any_stderr();
}

/// A copy that is killed while it makes the tables leaves the target open, and whoever was told of its name may enqueue there.
#[test]
fn what_came_into_a_target_that_was_left_open_is_shown_by_the_hint() {
    let world = queue();
    let target = format!("sqlite:///{}", world.path("new.db").display());
    world.smsctl(["--database", &target, "db", "migrate"]).run().success().any_stdout().any_stderr();
    world
        .smsctl(["--database", &target, "enqueue", "--to", "+85291234567", "x"])
        .run()
        .success()
        .any_stdout()
        .any_stderr();
    let refused = world.smsctl(["db", "copy", "--yes", "sqlite:///sms.db", &target]).run().code(73).stdout("");
    let said = refused.stderr_has("is not empty: its table `queued_tasks` holds 1 row").stderr_text();
    let shows = said.split('`').find_map(|word| word.strip_prefix("smsctl ")).unwrap_or_else(|| panic!("{said}"));
    let shows = shows.replace("[DIR]", &world.dir().display().to_string());
    let shown = world.program("sh", ["-c", &format!("smsctl {shows} -o plain")]).run().success().any_stderr();
    assert_eq!(shown.stdout_text(), "1\n", "{said}");
    world.smsctl(["enqueue", "--to", "+85291234567", "the source is open"]).run().success().any_stdout().any_stderr();
}
