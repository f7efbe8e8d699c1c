//! Which locks the hot statements take, and which indexes they read, in the server's own words.

use smsctl::queue::Filter;
use smsctl::store::Access;

use crate::database::Database;
use crate::{claim, message, open, register};

fn sql(name: &str) -> String {
    let path = format!("{}/sql/mysql/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A queue with 200 pending tasks of ours among 2,000 of others.
fn queue() -> Database {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    store.enqueue(&vec![message(None); 200], 0).expect("enqueues");
    let rows = vec!["('sms', 'other')"; 2_000].join(", ");
    database.connect().run(&format!("INSERT INTO queued_tasks (task_name, task_func) VALUES {rows}"));
    database
}

/// READ COMMITTED, as the store's sessions are, on a server whose default is REPEATABLE READ.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_takes_no_gap_lock_on_the_claim_path() {
    let database = queue();
    let store = open(&database.url(), Access::Existing).expect("opens");
    let worker = register(&*store);
    let held = claim(&*store, worker, 3);
    let ids = held.iter().map(|claim| claim.id().to_string()).collect::<Vec<_>>().join(",");
    let mut session = database.connect();
    session.run("SET GLOBAL innodb_status_output_locks = ON");
    session.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    session.run("START TRANSACTION");
    session.run(&sql("settle_fence").replace("{ids}", &ids));
    session.run(&sql("settle_released").replace("{ids}", &ids));
    session.run(&sql("claim_select").replace("?1", "'gateway:default'").replace("?2", "5"));
    let status = database.connect().text("SHOW ENGINE INNODB STATUS", 2);
    let locks: Vec<&str> = status.lines().filter(|line| line.starts_with("RECORD LOCKS")).collect();
    let ours: Vec<&&str> = locks.iter().filter(|line| line.contains(database.name())).collect();
    assert!(ours.iter().any(|line| line.contains("queued_tasks_claim")), "the claim's locks are there:\n{status}");
    assert!(ours.iter().all(|line| line.contains("but not gap")), "{ours:#?}");
    // So nobody waits who adds a task, at the end of the table and in the midst of the index.
    store.enqueue(&[message(None)], 0).expect("enqueues");
    session.run("ROLLBACK");
}

/// A worker that is about to claim does not hold up another one.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_passes_over_what_another_worker_claims() {
    let database = queue();
    let store = open(&database.url(), Access::Existing).expect("opens");
    let worker = register(&*store);
    let mut session = database.connect();
    session.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    session.run("START TRANSACTION");
    session.run(&sql("claim_select").replace("?1", "'gateway:default'").replace("?2", "5"));
    let all: Vec<i64> = store.list(&Filter::default()).expect("lists").iter().map(|task| task.id).collect();
    let claims = || claim(&*store, worker, 5).iter().map(|claim| claim.id()).collect::<Vec<_>>();
    assert_eq!(claims(), all[5..10]);
    session.run("ROLLBACK");
    assert_eq!(claims(), all[..5]);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_reads_the_claim_in_the_order_of_its_index() {
    let database = queue();
    let mut session = database.connect();
    for step in ["", "ANALYZE TABLE queued_tasks"] {
        if !step.is_empty() {
            session.text(step, 0);
        }
        let mut plan = |query: &str| session.plan(query);
        let claim = plan(&sql("claim_select").replace("?1", "'gateway:default'").replace("?2", "5"));
        assert!(claim.contains("queued_tasks_claim") && !claim.contains("filesort"), "{step}: {claim}");
        let promote =
            plan(&sql("promote_select").replace("?1", "UTC_TIMESTAMP(6)").replace("?2", "5").replace("?3", "'failed'"));
        assert!(promote.contains("queued_tasks_due") && !promote.contains("filesort"), "{step}: {promote}");
        let settle = plan(&sql("settle_fence").replace("{ids}", "1,2,3"));
        assert!(settle.contains("PRIMARY") && settle.contains("range"), "{step}: {settle}");
        let oldest = plan(&sql("oldest_pending"));
        let seek = oldest.lines().find(|line| line.contains("queued_tasks_claim")).unwrap_or_default();
        let looks_up = oldest.contains("Index lookup on t using queued_tasks_claim") && !oldest.contains("Sort:");
        assert!((seek.contains("'ref'") && !seek.contains("filesort")) || looks_up, "{step}: {oldest}");
        let due = plan(&sql("next_due"));
        assert!(due.contains("optimized away") || due.contains("queued_tasks_due"), "{step}: {due}");
    }
}
