//! The demonstration shows every kind of end, and its account agrees with the ledger.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use smsctl::output::{Streams, Terminal};

/// What was written.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn every_kind_of_end_is_shown_and_the_ledger_agrees() {
    let page = Page::default();
    let streams =
        Streams { stdin: Box::new(io::empty()), stdout: Box::new(page.clone()), stderr: Box::new(io::sink()) };
    let code = smsctl::run_with(["smsctl", "demo", "--json"].map(Into::into), Terminal::default(), streams);
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert_eq!(code, 0, "{text}");
    let account: serde_json::Value = serde_json::from_str(&text).unwrap();
    for kind in ["sent_at_once", "sent_after_retries", "sent_again_by_order", "rejected", "gave_up"] {
        assert!(account[kind].as_u64() > Some(0), "{kind}: {account}");
    }
    assert_eq!((&account["messages"], &account["waiting"], &account["agrees"]), (&24.into(), &0.into(), &true.into()));
}
