//! Bad nights: what the machine, its operators and its gateways do to a queue at work. The gateway's own ledger is the judge:
//! no message is lost, none goes out twice without an order, and what is said about each is true.

mod clock;
mod clock_steps;
mod crowd;
mod disk;
mod disk_model;
mod gateways;
#[path = "../harness/mod.rs"]
mod harness;
mod life;
mod meddling;
mod moved;
mod namespaces;
mod night;
mod orders;
mod pinned;
mod poison;
mod power;
mod recoverers;
mod shim;
mod sick_disk;
mod soak;
mod starved;
mod stopped;
mod streams;
mod unread;
mod walk;
