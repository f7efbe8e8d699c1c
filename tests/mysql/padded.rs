//! Words with blanks behind them: the server compares them as if they had none.

use smsctl::store::Access;

use crate::database::Database;
use crate::{assert_sound, message, open};

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_words_with_blanks_behind_them_are_counted_as_they_are_compared_and_found() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("makes the tables");
    let mut other = database.connect();
    for (status, task_func) in [("completed ", "app.f"), ("completed", "app.f"), ("pending", "app.g  ")] {
        other.run(&format!(
            "INSERT INTO queued_tasks (task_name, task_func, status) VALUES ('n', '{task_func}', '{status}')"
        ));
    }
    store.enqueue(&[message(None)], 0).expect("enqueues");
    for counted in ["by the triggers", "anew"] {
        let stats = store.stats().expect("counts").tasks;
        assert_eq!((stats.completed, stats.pending, stats.other), (2, 2, 0), "{counted}");
        let findings = store.check().expect("checks");
        let told: Vec<_> = findings.iter().map(|finding| (finding.kind, finding.message.as_str())).collect();
        let words = "with blanks behind it: 1, the first is";
        assert_eq!(
            told,
            [
                ("value", format!("tasks whose `status` is written {words} 1").as_str()),
                ("value", format!("tasks whose `task_func` is written {words} 3").as_str())
            ],
            "{counted}"
        );
        store.recount().expect("recounts");
    }
    other.run("UPDATE queued_tasks SET status = trim(status), task_func = trim(task_func)");
    assert_sound(&*store);
}
