//! `smsctl selftest` on an engine that is wrong on purpose: it commits a turn after its claims have gone out. Only the feature
//! `commit-after-sending` makes such an engine, and no release has it:
//!
//! ```text
//! cargo nextest run --features commit-after-sending --test wrong
//! ```

#[path = "harness/mod.rs"]
mod harness;

use harness::World;

#[test]
fn an_engine_that_commits_after_it_has_sent_is_found_out() {
    let world = World::new();
    let ran = world.smsctl(["selftest", "--kills", "20", "--seed", "7", "--json"]).run();
    let report = ran.code(1).any_stderr().stdout_json();
    assert_eq!(report["passed"], false, "{report}");
    assert!(report["doubled"].as_u64() > Some(0), "what was sent and never committed was sent again: {report}");
}
