//! Counts that are put right by several at once.

use std::sync::Barrier;

use smsctl::store::Access;

use crate::database::Database;
use crate::{assert_sound, message, open};

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_counts_that_are_wrong_are_put_right_once_by_however_many() {
    const REPAIRS: usize = 3;
    let database = Database::create();
    let store = open(&database.url(), Access::Create).expect("migrates");
    store.enqueue(&vec![message(None); 3], 0).expect("enqueues");
    let mut other = database.connect();
    for _ in 0..10 {
        other.run("UPDATE tallies SET n = n - 1 WHERE word = 'pending'");
        let at_once = Barrier::new(REPAIRS);
        std::thread::scope(|scope| {
            for _ in 0..REPAIRS {
                scope.spawn(|| {
                    let store = open(&database.url(), Access::Existing).expect("opens");
                    at_once.wait();
                    store.recount().expect("counts");
                });
            }
        });
        assert_sound(&*store);
    }
}
