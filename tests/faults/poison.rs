//! Messages that kill their worker, and ways out that are gone.

use crate::night::{Night, kinds, slow};

/// Lanes of commands, one of which kills the worker that started it.
fn night(on_unknown: &str) -> Night {
    let settings = format!(
        "[commands.poison]\nrun = [\"/bin/sh\", \"-c\", \"kill -9 $PPID\"]\non_unknown = \"{on_unknown}\"\n\
         [commands.good]\nrun = [\"/bin/true\"]\n[commands.gone]\nrun = [\"/no/such/program\"]\n"
    );
    let night = Night::with(slow(0), &settings);
    night.run("enqueue --task boom --lane command:poison --max-retries 3");
    night.run("enqueue --task fine --lane command:good");
    night
}

/// Starts workers until so many were killed, and then one that must live. A drain does not wait for a retry that is not due
/// yet, so some end in order before that.
fn kills_so_many_workers(night: &Night, wanted: u32) {
    let mut killed = 0;
    for _ in 0..200 {
        let ran = night.smsctl("work --drain --workers 1 --lane command:poison").run().any_stderr().any_stdout();
        match ran.signal() {
            Some(_) => {
                ran.killed_by(9);
                killed += 1;
                assert!(killed <= wanted, "one message killed {killed} workers");
            }
            None => {
                ran.success();
                if killed == wanted {
                    return;
                }
            }
        }
    }
    panic!("one message killed {killed} workers and no more");
}

#[test]
fn a_message_that_kills_its_worker_ends_as_a_dead_letter() {
    let night = night("retry");
    kills_so_many_workers(&night, 3);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 1), ("failed unknown", 1)]));
    assert_eq!(night.stats()["dead_letter"]["pending"], 1);
}

#[test]
fn a_message_that_kills_its_worker_is_held_where_nothing_else_was_chosen() {
    let night = night("hold");
    kills_so_many_workers(&night, 1);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 1), ("failed unknown", 1)]));
    assert_eq!(night.stats()["dead_letter"]["total"], 0);
}

#[test]
fn a_lane_that_left_the_settings_keeps_its_tasks_and_they_are_counted() {
    let night = night("hold");
    let all = night.world.read("home/.config/smsctl/config.toml");
    let rest = all.split("[commands.poison]").next().expect("a part before it").to_owned();
    night.world.write("home/.config/smsctl/config.toml", &rest);
    night.queue(3);
    night.smsctl("work --drain").run().success().any_stdout().stderr_has("unserved task_func=command:good pending=1");
    assert_eq!(night.account(), kinds(&[("completed", 3), ("pending", 2)]));
    assert_eq!(night.stats()["unserved"], 2);
}

#[test]
fn an_end_that_the_database_refuses_is_kept_told_and_written_by_the_next_worker() {
    let night = Night::new(slow(0));
    night.queue(20);
    let panel = |statement: &str| night.other_program().execute_batch(statement).expect("the panel has its way");
    panel(
        "CREATE TRIGGER panel_rule BEFORE UPDATE ON queued_tasks WHEN NEW.status <> 'processing' AND OLD.status = 'processing' AND NEW.id = 7
         BEGIN SELECT RAISE(ABORT, 'not by the rules of the panel'); END",
    );
    let told = |drain: &crate::harness::Ran, line: &str| {
        let log = drain.stderr_text();
        assert_eq!(log.matches(line).count(), 1, "`{line}` in {log}");
    };
    let first = night.smsctl("work --drain --workers 4").run().code(65).any_stderr().any_stdout();
    told(&first, "refused task=7 outcome=accepted");
    // The next one finds it in the log of the first, may not write it either, and does what else there is to do.
    night.queue_from(20, 5);
    let second = night.smsctl("work --drain --workers 4").run().success().any_stderr().any_stdout();
    told(&second, "refused task=7 error=");
    let stats = night.stats();
    assert_eq!((&stats["completed"], &stats["processing"]), (&24.into(), &1.into()), "{stats}");
    panel("DROP TRIGGER panel_rule");
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 25)]));
}
