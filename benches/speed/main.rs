//! How fast smsctl is, beside what limits it: the wire, the disk, `sqlite3`. One table for each word of the command line:
//!
//! ```text
//! cargo bench -- drain start memory claims idle
//! ```
//!
//! Whatever is compared takes turns in the same run (A B A B …), so that a busy machine slows both sides; tables show medians
//! and the median of the ratios of neighbours. Nothing here asserts a time. `docs/benchmarks.md` keeps the figures.

mod claims;
mod drain;
mod figures;
mod idle;
mod memory;
mod place;
mod process;
mod rows;
mod start;

use clap::{Parser, ValueEnum};

/// Measure smsctl
#[derive(Parser)]
struct Args {
    /// The tables; all of them if none is named
    tables: Vec<Table>,
    /// Messages of a drain
    #[arg(long, default_value_t = 50_000)]
    messages: usize,
    /// Senders of a drain
    #[arg(long, default_value_t = 64)]
    senders: usize,
    /// How often each side has its turn
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Rows of the long queue
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// A drain beside a bare loop of the same HTTP client
    Drain,
    /// Short commands beside `sqlite3 FILE 'select 1'`
    Start,
    /// Memory over a long queue and a long file, and bulk enqueue beside `.import`
    Memory,
    /// Claims and `stats` in long queues
    Claims,
    /// From an enqueue to its request at the gateway, and what an idle worker costs
    Idle,
}

fn main() {
    let args = Args::parse();
    let tables = if args.tables.is_empty() { Table::value_variants() } else { &args.tables };
    println!("{}", place::machine());
    for table in tables {
        match table {
            Table::Drain => drain::run(args.messages, args.senders, args.rounds),
            Table::Start => start::run(args.rounds * 8),
            Table::Memory => memory::run(args.rows),
            Table::Claims => claims::run(args.rows, args.rounds),
            Table::Idle => idle::run(args.rounds * 20),
        }
    }
}
