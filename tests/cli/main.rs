//! The command line as a shell meets it: one file per subcommand, each test a process of its own.
//!
//! A test makes a `World`, runs `smsctl` in it, and compares exit code, stdout and stderr: what a test does not look
//! at fails it. Goldens under `tests/golden/` are written anew by `SMSCTL_BLESS=1 cargo test --test cli`.

#[path = "../servers/database.rs"]
mod database;
mod desk;
#[path = "../harness/mod.rs"]
mod harness;

mod backup;
mod bench;
mod cancel;
mod config;
mod db;
mod dead_letter;
mod ended_early;
mod enqueue;
mod errors;
mod formats;
mod gateway;
mod half_way;
mod harness_itself;
mod help;
mod ids;
mod intake;
mod interrupted;
mod lane;
mod list;
mod orders;
mod privacy;
mod readme;
mod retry_failed;
mod segments;
mod selftest;
mod show;
mod slips;
mod spare;
mod stats;
mod wiring;
mod work;
mod workers;
