//! What lies there to be tidied up: much of it goes at once, and nobody reads through the rest.

use smsctl::queue::NewTask;
use smsctl::store::Access;

use crate::database::{Connection, Database};
use crate::{Nobody, assert_sound, message, open};

fn sql(name: &str) -> String {
    let path = format!("{}/sql/mysql/{name}.sql", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Another program adds tasks: two deltas each.
fn add(other: &mut Connection, tasks: usize) {
    let rows = vec!["('sms', 'other')"; tasks].join(", ");
    other.run(&format!("INSERT INTO queued_tasks (task_name, task_func) VALUES {rows}"));
}

/// How often it is tidied up before `count` says that nothing is left.
#[track_caller]
fn recoveries(database: &Database, count: &str) -> u32 {
    let store = open(&database.url(), Access::Existing).expect("opens");
    let mut other = database.connect();
    for times in 0..100 {
        if other.try_count(count) == Some(0) {
            return times;
        }
        store.recover(&Nobody).expect("tidies up");
    }
    panic!("{:?} of them are left", other.try_count(count));
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_deltas_of_a_bulk_insert_are_folded_faster_than_a_page_at_a_time() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    add(&mut database.connect(), 10_000);
    let times = recoveries(&database, "SELECT count(*) FROM tally_deltas");
    assert!(times < 20, "20,000 deltas in {times} recoveries: one page in each");
    assert_eq!(store.stats().expect("counts").tasks.pending, 10_000);
    assert_sound(&*store);
}

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_old_receipts_are_removed_faster_than_a_page_at_a_time() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    let mut other = database.connect();
    let old = (0..20_000).map(|n| format!("(x'{n:032x}', 1)")).collect::<Vec<_>>().join(", ");
    other.run(&format!("INSERT INTO receipts (token, attempt) VALUES {old}"));
    let times =
        recoveries(&database, "SELECT count(*) FROM receipts WHERE token < x'00000000000000010000000000000000'");
    assert!(times < 20, "20,000 receipts in {times} recoveries: one page in each");
    assert_sound(&*store);
}

/// A turn of a worker, a bounded enqueue and `stats` find among the deltas what they ask for.
#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_finds_deltas_by_their_index() {
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    let batch = NewTask { batch: Some("b".to_owned()), ..message(None) };
    store.enqueue(&vec![batch; 20], 0).expect("enqueues");
    let mut other = database.connect();
    add(&mut other, 2_000);
    for step in ["", "ANALYZE TABLE tally_deltas"] {
        if !step.is_empty() {
            other.text(step, 0);
        }
        let values = [("?1", "'lane'"), ("?2", "-5"), ("?3", "'1'"), ("?4", "1")];
        for name in ["claim_behind", "tally_list", "tally_list_batches", "tally_waiting", "oldest_pending"] {
            let query = values.iter().fold(sql(name), |query, (from, to)| query.replace(from, to));
            let plan = other.plan(&query);
            assert!(plan.contains("tally_deltas_kind"), "{step} {name}: {plan}");
        }
        let fold = other.plan(&sql("tally_fold_select").replace("?1", "1000"));
        assert!(fold.contains("PRIMARY") && !fold.contains("filesort"), "{step}: {fold}");
    }
}
