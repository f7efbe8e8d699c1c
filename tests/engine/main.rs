//! The engine on a real database, against gateways that do what a case wants. Nothing here sleeps: a case waits for what it
//! is about, and a run that does not end by itself is stopped after a bound that no healthy run comes near.

mod demo;
mod gateway;
#[path = "../harness/mod.rs"]
mod harness;
mod outage;
mod process;
mod quiet;
mod recovery;
mod refused;
mod sending;
mod sharing;
mod stopping;
mod world;
