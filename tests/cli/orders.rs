//! An order changes what was meant and what was agreed to, and every id that was named is told of.

use smsctl::queue::{ErrorType, Failure, Fate, NewTask};

use crate::desk::{Desk, SETTINGS, new_task, parked, rejected};
use crate::harness::{Running, World, until};

fn world() -> World {
    World::new().settings(SETTINGS)
}

/// Three tasks that wait.
fn three() -> World {
    let world = world();
    let desk = Desk::new(&world);
    for _ in 0..3 {
        desk.message("+85291234567", "x");
    }
    desk.closed();
    world
}

/// A dead letter for each fate; their tasks are of the batch `spring`.
fn letters(fates: impl IntoIterator<Item = Fate>) -> World {
    let world = world();
    let desk = Desk::new(&world);
    for fate in fates {
        desk.task(NewTask { batch: Some("spring".to_owned()), ..new_task() });
        desk.settle(fate);
    }
    desk.closed();
    world
}

fn dead(error_type: ErrorType) -> Fate {
    Fate::Dead { failure: Failure::new(error_type, "no") }
}

/// What another program does to the database.
fn sql(world: &World, statement: &str) -> String {
    world.program("sqlite3", ["sms.db", statement]).run().success().stderr("").stdout_text().trim().to_owned()
}

/// What stands in `column` of all rows of `table`, in the order of their ids.
fn column(world: &World, table: &str, column: &str) -> String {
    sql(world, &format!("SELECT group_concat({column}, ' ') FROM (SELECT {column} FROM {table} ORDER BY id)"))
}

fn states(world: &World) -> String {
    column(world, "queued_tasks", "status")
}

fn letter_states(world: &World) -> String {
    column(world, "dead_letter_messages", "status")
}

#[test]
fn a_status_that_no_order_takes_means_no_other_letters() {
    let world = letters([rejected(), rejected(), rejected()]);
    sql(&world, "UPDATE dead_letter_messages SET status = 'abandoned' WHERE id = 2");
    for order in ["retry", "abandon"] {
        for form in [&["--yes"][..], &["--dry-run"], &["1"], &["--batch", "spring", "--yes"], &["--id", "2", "--yes"]] {
            for status in ["abandoned", "retried", "pending,abandoned"] {
                let refused = world.smsctl(["dead-letter", order, "--status", status]).args(form).run();
                refused.code(2).stdout("").stderr_has("names no dead letter that waits for a decision");
            }
        }
    }
    assert_eq!(letter_states(&world), "pending abandoned pending");
    let pending = ["dead-letter", "abandon", "--status", "pending", "--yes", "--json"];
    world.smsctl(pending).run().success().stdout("{\"abandoned\": 2}\n").stderr("");
}

#[test]
fn ids_with_a_limit_are_cut_as_a_dry_run_says() {
    let cut = [("--limit", "1"), ("--after", "2")];
    for (flag, value) in cut {
        for order in ["cancel", "hold"] {
            let world = three();
            let order = [order, "1", "2", "3", flag, value];
            world.smsctl(order).args(["--dry-run", "-o", "plain"]).run().success().stdout("1\n").stderr("");
            world.smsctl(order).run().code(2).stdout("").stderr_has("this would").stderr_has("1 task,");
            world.smsctl(order).args(["--yes", "-o", "plain"]).run().success().stdout("1\n").stderr("");
            let waits = states(&world).split(' ').filter(|state| *state == "pending").count();
            assert_eq!(waits, 2, "{order:?}: {}", states(&world));
        }
        let world = letters([rejected(), rejected(), rejected()]);
        for order in ["retry", "abandon"] {
            let order = ["dead-letter", order, "1", "2", "3", flag, value];
            world.smsctl(order).args(["--dry-run", "-o", "plain"]).run().success().stdout("1\n").stderr("");
        }
        let order = ["dead-letter", "retry", "1", "2", "3", flag, value, "--yes", "-o", "plain"];
        world.smsctl(order).run().success().stdout("1\n").stderr("");
        let world = world_of_failed(3);
        let order = ["retry-failed", "--id", "1", "--id", "2", "--id", "3", flag, value, "-o", "plain"];
        world.smsctl(order).arg("--dry-run").run().success().stdout("1\n").stderr("");
        world.smsctl(order).run().success().stdout("1\n").stderr("");
        assert_eq!(sql(&world, "SELECT count(*) FROM queued_tasks WHERE status = 'pending'"), "1");
    }
}

/// So many tasks that failed and have attempts left.
fn world_of_failed(count: usize) -> World {
    let world = world();
    let desk = Desk::new(&world);
    for _ in 0..count {
        desk.settled(parked());
    }
    desk.closed();
    world
}

/// Waits until the command has looked at the queue and waits for somebody who writes: it sleeps again and again.
fn waits_for_the_writer(world: &World, running: &Running) {
    let process = format!("/proc/{}", running.pid());
    until("it has the database open", || {
        let files = std::fs::read_dir(format!("{process}/fd")).expect("the process lives");
        files.flatten().any(|file| std::fs::read_link(file.path()).is_ok_and(|path| path == world.path("sms.db-wal")))
    });
    let sleeps = || {
        let status = std::fs::read_to_string(format!("{process}/status")).expect("the process lives");
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.and_then(|count| count.trim().parse::<u64>().ok()).expect("a count")
    };
    let before = sleeps();
    until("it waits for the writer", || sleeps() > before + 20);
}

#[test]
fn an_id_that_somebody_takes_meanwhile_is_refused() {
    for (order, state, reason) in [
        ("cancel", "processing", "task 2 is processing: a worker has it"),
        ("hold", "completed", "task 2 is completed: only a task that waits can be held"),
    ] {
        let world = three();
        let other = rusqlite::Connection::open(world.path("sms.db")).expect("opens");
        let change = format!("BEGIN IMMEDIATE; UPDATE queued_tasks SET status = '{state}' WHERE id = 2");
        other.execute_batch(&change).expect("another writer comes first");
        let running = world.smsctl([order, "1", "2", "3", "--json"]).spawn();
        waits_for_the_writer(&world, &running);
        other.execute_batch("COMMIT").expect("commits");
        let ran = running.wait().code(1).stderr_has(reason);
        let answer = ran.any_stderr().stdout_json();
        assert_eq!((&answer["changed"], &answer["refused"][0]["status"]), (&2.into(), &state.into()), "{answer}");
    }
}

#[test]
fn a_letter_that_somebody_decides_about_meanwhile_is_refused() {
    for order in ["retry", "abandon"] {
        let world = letters([rejected(), rejected(), rejected()]);
        let other = rusqlite::Connection::open(world.path("sms.db")).expect("opens");
        let change = "BEGIN IMMEDIATE; UPDATE dead_letter_messages SET status = 'abandoned' WHERE id = 2";
        other.execute_batch(change).expect("another writer comes first");
        let running = world.smsctl(["dead-letter", order, "1", "2", "3", "-o", "plain"]).spawn();
        waits_for_the_writer(&world, &running);
        other.execute_batch("COMMIT").expect("commits");
        let ran = running.wait().code(1).stdout("2\n");
        ran.stderr("warning: dead letter 2 is abandoned already\n");
    }
}

/// Answers yes on a terminal, after `meanwhile` has happened.
fn agreed(world: &World, order: &str, question: &str, meanwhile: impl FnOnce()) -> String {
    world.program("mkfifo", ["answer"]).run().success().stdout("").stderr("");
    let line = format!("cat answer | SHELL=/bin/sh script -q -e -f -c 'exec smsctl {order}' /dev/null");
    let running = world.program("sh", ["-c", &line]).spawn();
    running.wait_for_stdout(question);
    meanwhile();
    world.write("answer", "y\n");
    let told = running.wait().success().stderr("").stdout_text();
    std::fs::remove_file(world.path("answer")).expect("goes");
    told
}

#[test]
fn no_more_is_changed_than_was_agreed_to() {
    let world = world();
    let desk = Desk::new(&world);
    desk.in_batch("spring");
    let told = agreed(&world, "cancel --batch spring", "cancel 1 task? [y/N]", || {
        for _ in 0..5 {
            desk.in_batch("spring");
        }
    });
    assert!(told.contains("1 task cancelled"), "{told}");
    assert_eq!(states(&world), "cancelled pending pending pending pending pending");
    // What was looked at went away, and something else came.
    let told = agreed(&world, "hold --batch spring", "hold 5 tasks? [y/N]", || {
        sql(&world, "UPDATE queued_tasks SET status = 'completed' WHERE id = 2");
        desk.in_batch("spring");
    });
    assert!(told.contains("4 tasks held"), "{told}");
    assert_eq!(states(&world), "cancelled completed held held held held pending");
}

#[test]
fn no_more_is_sent_again_than_was_agreed_to() {
    let world = world();
    let desk = Desk::new(&world);
    desk.settled(crate::desk::unknown());
    let question = "retry 1 task, also what may have arrived already? [y/N]";
    let told = agreed(&world, "retry-failed --unknown", question, || {
        desk.settled(crate::desk::unknown());
    });
    assert!(told.contains("1 task put back to pending"), "{told}");
    assert_eq!(states(&world), "pending failed");
}

#[test]
fn no_more_letters_are_given_up_than_was_agreed_to() {
    for form in ["--all", "--batch spring"] {
        let world = letters([rejected()]);
        let question = "abandon 1 dead letter? [y/N]";
        let told = agreed(&world, &format!("dead-letter abandon {form}"), question, || {
            let desk = Desk::new(&world);
            desk.in_batch("spring");
            desk.settle(rejected());
            desk.closed();
        });
        assert!(told.contains("1 dead letter abandoned"), "{told}");
        assert_eq!(letter_states(&world), "abandoned pending");
    }
}

#[test]
fn a_limit_counts_the_letters_that_are_changed() {
    let world = letters([dead(ErrorType::Unknown), dead(ErrorType::Unknown), rejected(), rejected()]);
    let spring = ["dead-letter", "retry", "--batch", "spring", "--limit", "1", "--json", "--quiet"];
    world
        .smsctl(spring)
        .arg("--dry-run")
        .run()
        .success()
        .stderr("")
        .stdout("{\"retried\": 0, \"dry_run\": true, \"would_retry\": 1, \"skipped_unknown\": 2}\n");
    for (retried, states) in [
        (1, "pending pending retried pending"),
        (1, "pending pending retried retried"),
        (0, "pending pending retried retried"),
    ] {
        let told = format!("{{\"retried\": {retried}, \"skipped_unknown\": 2}}\n");
        world.smsctl(spring).arg("--yes").run().success().stderr("").stdout(&told);
        assert_eq!(letter_states(&world), states);
    }
}

#[test]
fn a_letter_without_task_and_recipient_is_not_said_to_go_back() {
    let world = letters([]);
    let insert =
        "INSERT INTO dead_letter_messages (task_id, message_id, recipient, content, status, max_retries) VALUES";
    sql(&world, &format!("{insert} (NULL, NULL, '', 'x', 'pending', 3), (77, 77, '', 'x', 'pending', 3)"));
    let retry = ["dead-letter", "retry", "-o", "plain"];
    world.smsctl(retry).args(["--all", "--dry-run"]).run().success().stdout("0\n").stderr("");
    world.smsctl(retry).args(["--all"]).run().success().stdout("0\n").stderr("");
    world.smsctl(retry).args(["1", "2"]).run().code(1).stdout("0\n").stderr(
        "
        warning: dead letter 1: it has neither a task nor a recipient
        warning: dead letter 2: its task 77 is gone, and it has no recipient
        ",
    );
    for id in ["1", "2"] {
        let shown = world.smsctl(["dead-letter", "show", id]).run().success().stderr("");
        let shown = shown.stdout_has(&format!("`smsctl dead-letter abandon {id}`")).stdout_text();
        assert!(!shown.contains("dead-letter retry"), "{shown}");
    }
    world.smsctl(["dead-letter", "abandon", "1", "2", "-o", "plain"]).run().success().stdout("2\n").stderr("");
}

#[test]
fn a_letter_whose_task_is_gone_goes_back_by_its_recipient() {
    let world = letters([]);
    let insert =
        "INSERT INTO dead_letter_messages (task_id, message_id, recipient, content, status, max_retries) VALUES";
    sql(&world, &format!("{insert} (77, 77, '+85291234567', 'x', 'pending', 3)"));
    world
        .smsctl(["dead-letter", "retry", "--all", "--dry-run", "-o", "plain"])
        .run()
        .success()
        .stdout("1\n")
        .stderr("");
    world.smsctl(["dead-letter", "retry", "1", "-o", "plain"]).run().success().stdout("1\n").stderr("");
    assert_eq!((states(&world).as_str(), letter_states(&world).as_str()), ("pending", "retried"));
    world.smsctl(["db", "check"]).run().success().any_stdout().any_stderr();
}

#[test]
fn a_word_that_is_given_often_means_the_same_as_once() {
    let world = three();
    let answer = |order: &[&str], flag: &str, words: &[&str], times: usize| {
        let words = vec![words.join(","); times].join(",");
        world.smsctl(order).args([flag, &words, "-o", "plain"]).run().success().stderr("").stdout_text()
    };
    assert_eq!(answer(&["list"], "--status", &["pending"], 1_200), "1\n2\n3\n");
    assert_eq!(answer(&["list"], "--status", &["pending", "held"], 1_200), "1\n2\n3\n");
    assert_eq!(answer(&["list"], "--error-type", &["x"], 40_000), "");
    assert_eq!(answer(&["hold", "--yes"], "--status", &["pending", "held"], 1_200), "3\n");
    assert_eq!(answer(&["dead-letter", "list"], "--status", &["pending", "retried"], 1_200), "");
    assert_eq!(answer(&["dead-letter", "list"], "--error-type", &["x", "y"], 20_000), "");
    assert_eq!(answer(&["dead-letter", "abandon", "--yes"], "--status", &["pending"], 1_200), "0\n");
}

#[test]
fn more_error_types_than_a_statement_has_room_for_are_refused() {
    let world = three();
    let words: Vec<String> = (0..12_000).map(|at| format!("w{at}")).collect();
    for command in [&["list"][..], &["cancel"], &["retry-failed"], &["dead-letter", "list"], &["dead-letter", "retry"]]
    {
        let refused = world.smsctl(command).args(["--error-type", &words.join(",")]).run();
        refused.code(2).stdout("").stderr_has("12000 error types are too many for one command");
    }
    let ids = (1..=30_000).flat_map(|id| ["--id".to_owned(), id.to_string()]);
    let call = world.smsctl(["list", "--error-type", &words[..1_000].join(",")]).args(ids);
    call.run().success().stdout("").stderr("");
}
