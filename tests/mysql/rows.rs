//! Many rows in one call, where a session keeps a statement for them and where the server keeps none.

use smsctl::queue::NewTask;
use smsctl::store::Access;

use crate::database::Database;
use crate::{assert_sound, message, open};

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_takes_many_rows_from_a_session_that_may_keep_no_statement() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    let tasks: Vec<NewTask> = (0..2_000).map(|n: u32| message(Some(&n.to_string()))).collect();
    let mut root = database.connect();
    // Nobody else's statement is lost by that: all others are texts.
    root.run("SET GLOBAL max_prepared_stmt_count = 0");
    let answers = store.enqueue(&tasks, 0);
    root.run("SET GLOBAL max_prepared_stmt_count = DEFAULT");
    let answers = answers.expect("enqueues");
    assert!(answers.iter().all(|answer| !answer.duplicate) && answers.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(store.stats().expect("counts").tasks.pending, 2_000);
    assert_sound(&*store);
}
