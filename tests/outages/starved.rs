//! Processes that the system gives too little, with their queue on a server.

use crate::database::Database;
use crate::night::kinds;
use crate::night_on;
use crate::shim::Shim;

#[test]
#[ignore = "needs SMSCTL_TEST_MYSQL"]
fn mysql_commands_that_may_start_no_thread_say_so() {
    let database = Database::create();
    let (night, shim) = Shim::night(night_on(&database));
    let night = night.at(&database.url());
    night.queue(3);
    let mut refused = 0;
    for words in ["stats", "list", "work --workers 4 --drain"] {
        for threads in 1..8 {
            shim.threads_max(threads);
            let ran = night.smsctl(words).run().any_stdout();
            match ran.exit_code() {
                Some(0) => ran.any_stderr(),
                _ => {
                    refused += 1;
                    ran.code(75).stderr_has("thread").never_says("panic")
                }
            };
        }
    }
    assert!(refused > 0, "no command ran short: the case proves nothing");
    shim.threads_max(0);
    night.drain();
    assert_eq!(night.account(), kinds(&[("completed", 3)]));
}
