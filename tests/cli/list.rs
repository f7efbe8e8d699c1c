//! `smsctl list`.

use crate::desk::{Desk, SETTINGS, completed, rejected, unknown};
use crate::harness::World;

fn world() -> World {
    World::new().settings(SETTINGS)
}

/// One task of each of four fates.
fn queue(world: &World) -> Desk {
    let desk = Desk::new(world);
    desk.settled(completed());
    desk.settled(unknown());
    desk.settled(rejected());
    desk.message("+85298765432", "the fourth");
    desk
}

#[test]
fn a_pipe_gets_one_line_for_each_task() {
    let world = world();
    queue(&world);
    world.smsctl(["list"]).run().golden("list/table_in_a_pipe");
    world.smsctl(["list"]).terminal(110).golden("list/table_on_a_terminal");
}

#[test]
fn scripts_get_every_column_under_its_own_name() {
    let world = world();
    queue(&world);
    world.smsctl(["list", "--status", "failed", "-o", "jsonl"]).run().golden("list/jsonl");
    world.smsctl(["list", "--status", "failed", "-o", "csv"]).run().golden("list/csv");
    world.smsctl(["list", "-o", "plain"]).run().success().stdout("1\n2\n3\n4\n").stderr("");
}

#[test]
fn filters_narrow_the_list() {
    let world = world();
    let desk = queue(&world);
    desk.in_batch("spring");
    let ids = |filters: &[&str]| {
        let ran = world.smsctl(["list", "-o", "plain"]).args(filters).run().success().stderr("");
        ran.stdout_text().split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ids(&["--status", "pending,completed"]), "1 4 5");
    assert_eq!(ids(&["--status", "pending", "--status", "completed"]), "1 4 5");
    assert_eq!(ids(&["--to", "+852 9876 5432"]), "4");
    assert_eq!(ids(&["--batch", "spring"]), "5");
    assert_eq!(ids(&["--task", "sms", "--limit", "2"]), "1 2");
    assert_eq!(ids(&["--task", "report"]), "");
    assert_eq!(ids(&["--error-type", "unknown,rejected"]), "2 3");
    assert_eq!(ids(&["--since", "1h"]), "1 2 3 4 5");
    assert_eq!(ids(&["--until", "1h"]), "");
    assert_eq!(ids(&["--after", "3", "--limit", "1"]), "4");
    assert_eq!(ids(&["--id", "2", "--id", "4"]), "2 4");
    assert_eq!(ids(&["--lane", "default"]), "1 2 3 4 5");
    assert_eq!(ids(&["--lane", "gateway:default", "--status", "failed"]), "2 3");
}

#[test]
fn a_table_says_when_there_is_more_and_scripts_get_all() {
    let world = world();
    let desk = Desk::new(&world);
    for _ in 0..51 {
        desk.message("+85291234567", "x");
    }
    let ran = world.smsctl(["list"]).run().success();
    assert_eq!(ran.stdout_text().lines().count(), 50);
    let ran = ran.stderr("hint: only 50 tasks shown: `--after 50` goes on, `--limit N` shows more at once\n");
    drop(ran);
    let ran = world.smsctl(["list", "--limit", "51"]).run().success().stderr("");
    assert_eq!(ran.stdout_text().lines().count(), 51);
    let ran = world.smsctl(["list", "--json"]).run().success().stderr("");
    assert_eq!(ran.stdout_json().as_array().map(Vec::len), Some(51));
}

#[test]
fn pages_are_put_together_without_a_seam() {
    let world = world();
    let desk = Desk::new(&world);
    let tasks = vec![crate::desk::new_task(); 2_345];
    desk.tasks(&tasks);
    let ran = world.smsctl(["list", "-o", "plain"]).run().success().stderr("");
    let expected: String = (1..=2_345).map(|id| format!("{id}\n")).collect();
    assert_eq!(ran.stdout_text(), expected);
    let ran = world.smsctl(["list", "-o", "plain", "--after", "1000", "--limit", "1001"]).run().success().stderr("");
    assert_eq!(ran.stdout_text().lines().last(), Some("2001"));
}

#[test]
fn an_empty_list_is_done() {
    let world = world();
    Desk::new(&world).closed();
    world.smsctl(["list"]).run().success().stdout("").stderr("");
    world.smsctl(["list", "--json"]).run().success().stdout("[]\n").stderr("");
    let header = world.smsctl(["list", "-o", "csv"]).run().success().stderr("").stdout_text();
    assert!(header.starts_with("id,task_name,task_func,args,"), "{header}");
    world.smsctl(["list"]).terminal(80).success().stdout("no tasks\n");
}

#[test]
fn text_of_other_people_goes_through_and_steers_nothing() {
    let world = world();
    let desk = Desk::new(&world);
    let text = "one\ntwo \u{1b}[31m'quotes' {{x}} 日本語 مرحبا";
    desk.message("+85291234567", text);
    let tasks = world.smsctl(["list", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    assert_eq!(tasks[0]["content"], text);
    world.smsctl(["list"]).run().success().stderr("").never_says("\u{1b}").any_stdout();
}

#[test]
fn words_that_mean_nothing_are_refused_with_what_was_meant() {
    let world = world();
    Desk::new(&world).message("+85291234567", "x");
    world.smsctl(["list", "--status", "pendin"]).run().code(2).stdout("").stderr_has("did you mean `pending`?");
    world.smsctl(["list", "--since", "soon"]).run().code(2).stdout("").stderr_has("this is not a time");
    world.smsctl(["list", "--lane", "defualt"]).run().code(78).stdout("").stderr_has("there is no lane `defualt`");
    world.smsctl(["list", "--limit", "0"]).run().code(2).stdout("").any_stderr();
    world.smsctl(["list", "--id", "x"]).run().code(2).stdout("").any_stderr();
}

#[test]
fn rows_of_another_program_show_the_message_that_the_settings_find_in_them() {
    let tasks = r#"
        [tasks."panel.*"]
        lane = "gateway:default"
        to = "args.1"
        text = "kwargs.text"
    "#;
    let world = World::new().settings(&format!("{SETTINGS}{tasks}"));
    Desk::new(&world).closed();
    let sql = "INSERT INTO queued_tasks (task_name, task_func, args, kwargs) VALUES
        ('send', 'panel.send', '[7, \"+85291234567\"]', '{\"text\": \"hello\"}'), ('send', 'other.send', '(7,)', NULL)";
    world.program("sqlite3", ["sms.db", sql]).run().success().stderr("");
    world.smsctl(["list"]).run().golden("list/foreign_table");
    let rows = world.smsctl(["list", "-o", "jsonl"]).run().success().stderr("").stdout_jsonl();
    assert_eq!((&rows[0]["lane"], &rows[0]["args"][0]), (&"gateway:default".into(), &7.into()));
    assert_eq!((&rows[1]["lane"], &rows[1]["args"]), (&serde_json::Value::Null, &"(7,)".into()));
    let lane = world.smsctl(["list", "--lane", "default", "-o", "plain"]).run().success().stderr("");
    assert_eq!(lane.stdout_text(), "1\n");
    let func = world.smsctl(["list", "--lane", "other.send", "-o", "plain"]).run().success().stderr("");
    assert_eq!(func.stdout_text(), "2\n");
    world.smsctl(["show", "2"]).run().success().stderr("").stdout_has("no lane of the settings serves `other.send`");
}
