//! An order changes what was meant and what was agreed to, and every id that was named is told of.

use smsctl::queue::{Fate, NewTask};

use crate::desk::{Desk, SETTINGS, new_task, parked, rejected};
use crate::harness::World;

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
