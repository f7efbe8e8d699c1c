//! Memory over a long queue and a long file, and how fast a file comes in beside `sqlite3 .import` of the same rows.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::figures::print;
use super::place::{self, Queue};
use super::process::{GatewayProcess, run_and_watch, smsctl};

pub fn run(count: u64) {
    let directory = place::scratch();
    let at = |name: &str| directory.path().join(name);
    let sandbox = GatewayProcess::sandbox(directory.path(), Duration::ZERO);
    let queue = Queue::new("queue", directory.path(), None);
    write_messages(&at("messages.csv"), count);
    let mut table = Vec::new();
    let mut note = |name: &str, begin: Instant, peak: f64| {
        let seconds = begin.elapsed().as_secs_f64();
        table.push(vec![
            name.to_owned(),
            format!("{seconds:.1}"),
            format!("{:.0}", count as f64 / seconds),
            format!("{peak:.1}"),
        ]);
    };

    let begin = Instant::now();
    let enqueue = ["enqueue", "--file", "messages.csv", "--batch", "bench", "--quiet", "--no-progress"];
    let peak = run_and_watch(smsctl(&queue, &sandbox.url).args(enqueue));
    note("smsctl enqueue --file", begin, peak);

    export(&queue.path(), &at("rows.csv"));
    let imported = Queue::new("import", directory.path(), None);
    drop(imported.open());
    let begin = Instant::now();
    let peak = run_and_watch(
        sqlite3(&imported.path()).arg(format!(".import --csv {} queued_tasks", at("rows.csv").display())),
    );
    note("sqlite3 .import of its rows", begin, peak);

    let begin = Instant::now();
    let work = ["work", "--drain", "--workers", "64", "--quiet", "--no-progress"];
    let peak = run_and_watch(smsctl(&queue, &sandbox.url).args(work));
    note("smsctl work --drain --workers 64", begin, peak);

    print(&format!("Memory: {count} rows"), &["", "s", "rows/s", "peak MiB"], &table);
}

/// A file as `enqueue --file` reads it.
pub fn write_messages(path: &Path, count: u64) {
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    writeln!(file, "to,text").expect("writes");
    for n in 0..count {
        let text = format!("Your appointment number {n} is tomorrow at 10:30. Reply is not possible.");
        writeln!(file, "+8613{:09},{text}", n % 1_000_000_000).expect("writes");
    }
    file.flush().expect("writes");
}

fn sqlite3(database: &Path) -> Command {
    let mut command = Command::new("sqlite3");
    command.arg(database).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The rows of the table, all columns, as `.import` reads them.
fn export(database: &Path, rows: &Path) {
    let mut command = sqlite3(database);
    command.args(["-csv", "SELECT * FROM queued_tasks"]).stdout(File::create(rows).expect("a file"));
    assert!(command.status().expect("sqlite3 starts").success());
}
