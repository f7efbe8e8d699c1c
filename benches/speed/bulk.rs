//! How fast a file comes into a queue on a server, beside `LOAD DATA LOCAL INFILE` of the rows that it makes.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use mysql::prelude::Queryable;
use mysql::{LocalInfileHandler, Value};

use super::figures::{median, print, ratio};
use super::memory::write_messages;
use super::place::{self, Queue};
use super::process::{run_and_watch, smsctl};
use super::server::{Database, Server};

/// What the file of rows has. The column that the server makes from others is none of them.
const COLUMNS: &str = "id, task_name, task_func, args, kwargs, status, worker_id, error_message, created_at, started_at,
    completed_at, max_retries, retry_count, recipient, content, sender, priority, available_at, expires_at, attempt, batch_id,
    dedupe_key, error_type, provider_message_id, segments, revision, departed";

pub fn run(count: u64, rounds: usize, server: &Server) {
    let directory = place::scratch();
    let at = |name: &str| directory.path().join(name);
    write_messages(&at("messages.csv"), count);
    let (mut ours, mut theirs, mut cpus) = (Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
    for round in 0..rounds {
        let queue = Queue::new("bulk", directory.path(), Some(server));
        drop(queue.open());
        let enqueue = ["enqueue", "--file", "messages.csv", "--batch", "bench", "--quiet", "--no-progress"];
        let (cpu, begin) = (server.cpu(), Instant::now());
        run_and_watch(smsctl(&queue, "http://127.0.0.1:1/").args(enqueue));
        ours.push(count as f64 / begin.elapsed().as_secs_f64());
        cpus.0.push(per_row(server.cpu().saturating_sub(cpu), count));

        let from = queue.database.as_ref().expect("it is on a server");
        export(from, &at("rows.tsv"));
        let into = Queue::new("load", directory.path(), Some(server));
        drop(into.open());
        let into = into.database.as_ref().expect("it is on a server");
        let (cpu, begin) = (server.cpu(), Instant::now());
        load(into, &at("rows.tsv"), count);
        theirs.push(count as f64 / begin.elapsed().as_secs_f64());
        cpus.1.push(per_row(server.cpu().saturating_sub(cpu), count));
        println!(
            "round {round}: enqueue {:.0} rows/s, LOAD DATA {:.0} rows/s, fsync {:.2} ms, load {:.1}",
            ours[round],
            theirs[round],
            place::fsync_ms(directory.path()),
            place::load()
        );
    }
    let row = |name: &str, rates: &[f64], cpu: &[f64]| {
        vec![name.to_owned(), format!("{:.0}", median(rates)), format!("{:.1}", median(cpu))]
    };
    print(
        &format!("Bulk: {count} rows, medians of {rounds} rounds"),
        &["", "rows/s", "server's CPU us/row"],
        &[row("smsctl enqueue --file", &ours, &cpus.0), row("LOAD DATA LOCAL INFILE of its rows", &theirs, &cpus.1)],
    );
    println!("\nratio of neighbours: {:.2}", ratio(&ours, &theirs));
}

fn per_row(cpu: Duration, count: u64) -> f64 {
    cpu.as_secs_f64() * 1e6 / count as f64
}

/// The rows of the table in the server's own form: tabs between columns, `\N` for NULL.
fn export(database: &Database, path: &Path) {
    let mut connection = database.connect();
    let mut file = BufWriter::new(File::create(path).expect("a file"));
    let rows = connection.query_iter(format!("SELECT {COLUMNS} FROM queued_tasks ORDER BY id")).expect("rows");
    for row in rows {
        for (at, value) in row.expect("a row").unwrap().into_iter().enumerate() {
            if at > 0 {
                file.write_all(b"\t").expect("writes");
            }
            match value {
                Value::Bytes(bytes) => file.write_all(&escaped(&bytes)).expect("writes"),
                _ => file.write_all(br"\N").expect("writes"),
            }
        }
        file.write_all(b"\n").expect("writes");
    }
    file.flush().expect("writes");
}

fn escaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'\t' => out.extend(br"\t"),
            b'\n' => out.extend(br"\n"),
            b'\\' => out.extend(br"\\"),
            byte => out.push(*byte),
        }
    }
    out
}

/// One statement, and one transaction.
fn load(database: &Database, path: &Path, count: u64) {
    let mut connection = database.connect();
    let path = path.to_owned();
    connection.set_local_infile_handler(Some(LocalInfileHandler::new(move |_, packets| {
        let mut file = File::open(&path)?;
        let mut page = vec![0; 64 * 1024];
        loop {
            match file.read(&mut page)? {
                0 => return Ok(()),
                read => packets.write_all(&page[..read])?,
            }
        }
    })));
    let sql = format!("LOAD DATA LOCAL INFILE 'rows' INTO TABLE queued_tasks CHARACTER SET utf8mb4 ({COLUMNS})");
    connection.query_drop(sql).expect("it loads");
    assert_eq!(connection.affected_rows(), count, "every row is loaded");
}
