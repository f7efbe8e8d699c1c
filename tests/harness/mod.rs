//! A frozen world to run `smsctl` in, and what came out of it.
//!
//! `World` is the directory and the environment, `Call` a command line, `Ran` its exit code and both streams, `Running` a
//! process that still goes, `Wire` a line between two programs that can swallow what goes over it. A test binary takes it in
//! with `#[path = "../harness/mod.rs"] mod harness;`.
#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

mod call;
mod golden;
mod ran;
mod redact;
mod running;
mod wire;
mod world;

pub use call::Call;
pub use golden::{assert_golden, bless, golden_dir};
pub use ran::Ran;
pub use running::{Running, until};
pub use wire::Wire;
pub use world::World;

use std::time::Duration;

/// The longest that anything in a test may take; it is reached only when something hangs.
pub const BOUND: Duration = Duration::from_secs(60);
