//! How fast smsctl is, beside what limits it: the wire, the disk, `sqlite3`. One table for each word of the command line:
//!
//! ```text
//! cargo bench -- drain start memory claims idle workers slow urgent lanes log rate
//! cargo bench -- --server mariadb drain bulk claims idle workers
//! ```
//!
//! Whatever is compared takes turns in the same run (A B A B …), so that a busy machine slows both sides; tables show medians
//! and the median of the ratios of neighbours. Nothing here asserts a time. `docs/benchmarks.md` keeps the figures.

mod bare;
mod bulk;
mod claims;
mod drain;
mod figures;
mod idle;
mod lanes;
mod log;
mod memory;
mod place;
mod process;
mod rate;
mod rows;
mod server;
mod slow;
mod start;
mod urgent;
mod workers;

use clap::{Parser, ValueEnum};
use server::Server;

/// Measure smsctl
#[derive(Parser)]
struct Args {
    /// The tables; all that fit if none is named
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
    /// Cases of `claims` beside the short queue, or of `lanes` beside a first lane that is well, with commas between them
    #[arg(long)]
    only: Option<String>,
    /// The queues are on this server: `mysql://USER:PASSWORD@HOST:PORT/`, or `mariadb` for one that is started for the run
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// Whom a drain asks: our sandbox, or the nginx that is on the PATH
    #[arg(long, value_enum, default_value_t = Asked::Sandbox)]
    gateway: Asked,
    /// Given by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Asked {
    Sandbox,
    Nginx,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// A drain beside bare loops of the same HTTP client
    Drain,
    /// Short commands beside `sqlite3 FILE 'select 1'`
    Start,
    /// Memory over a long queue and a long file, and bulk enqueue beside `.import`
    Memory,
    /// Claims and `stats` in long queues
    Claims,
    /// From an enqueue to its request at the gateway, and what an idle worker costs
    Idle,
    /// Bulk enqueue beside `LOAD DATA LOCAL INFILE`, on a server
    Bulk,
    /// Several processes on one queue
    Workers,
    /// A hundred and a thousand senders on a gateway that answers after 50 ms
    Slow,
    /// A message of high priority while a long queue drains
    Urgent,
    /// One lane while another is dead or slow
    Lanes,
    /// The write-ahead log and the longest turn, with and without a reader
    Log,
    /// One rate over several processes
    Rate,
}

impl Table {
    /// Whether it can be measured on a server, or in files.
    fn fits(self, on_server: bool) -> bool {
        match self {
            Table::Start | Table::Memory | Table::Slow | Table::Urgent | Table::Lanes | Table::Log | Table::Rate => {
                !on_server
            }
            Table::Bulk => on_server,
            Table::Drain | Table::Claims | Table::Idle | Table::Workers => true,
        }
    }
}

fn main() {
    let args = Args::parse();
    let tables = if args.tables.is_empty() { Table::value_variants() } else { &args.tables };
    println!("{}", place::machine());
    let server = args.server.as_deref().map(Server::of);
    let server = server.as_ref();
    if let Some(server) = server {
        println!("{}", server.describe());
    }
    for table in tables.iter().filter(|table| table.fits(server.is_some())) {
        match table {
            Table::Drain => {
                let on_nginx = args.gateway == Asked::Nginx;
                let Args { messages, senders, rounds, .. } = args;
                drain::Drain { messages, senders, rounds, on_nginx, server }.run();
            }
            Table::Start => start::run(args.rounds * 8),
            Table::Memory => memory::run(args.rows),
            Table::Claims => claims::run(args.rows, args.rounds, args.only.as_deref(), server),
            Table::Idle => idle::run(args.rounds * 20, server),
            Table::Bulk => server.into_iter().for_each(|server| bulk::run(args.rows, args.rounds, server)),
            Table::Workers => workers::run(args.senders, args.rounds, server),
            Table::Slow => slow::run(args.rounds),
            Table::Urgent => urgent::run(args.rows, args.rounds as u64 * 10),
            Table::Lanes => lanes::run(args.rounds, args.only.as_deref()),
            Table::Log => log::run(args.messages, args.senders, args.rounds),
            Table::Rate => rate::run(),
        }
    }
}
